package flow

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/templates"
)

// renderChase asks a supplier about late purchase orders, in the thread of the mails that told them: an answer to it is matched by the thread, as one to those.
func (f *Flow) renderChase(tx *store.Tx, w *world, s config.Supplier, late []latePO) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(s.Send.Mailbox)
	data := templates.ChaseData{Shop: w.shop(mailbox), Supplier: templates.Supplier{Slug: s.Slug, Name: s.Name}, Account: s.Account, Shipping: late[0].What == lateParcel}
	out := outgoing{mailbox: mailbox, to: s.Email[:1], cc: s.Send.CC}
	var threads []store.DispatchRow
	d := &store.DispatchRow{}
	for _, l := range late {
		pieces := 0
		for _, line := range l.po.Lines {
			pieces += line.Outstanding()
		}
		data.Orders = append(data.Orders, templates.ChasedOrder{Number: l.po.Number, Key: order.TokenPrefix + string(l.po.Token), Sent: l.sent.In(w.zoneOf(s)), Pieces: pieces})
		d.POs = append(d.POs, l.PO)
		if strings.HasPrefix(l.mail.Lane, laneMail) && !slices.Contains(out.answers, l.mail.Message.Key) {
			out.answers, threads = append(out.answers, l.mail.Message.Key), append(threads, l.mail)
		}
	}
	if len(late) == 1 {
		data.Key, out.token, d.Order = data.Orders[0].Key, late[0].po.Token, late[0].po.Order
	}
	var err error
	if out.mail, err = w.templates.Mail(templates.ChaseMail, s.Slug, s.Language, data); err != nil {
		return nil, err
	}
	if len(threads) == 1 { // mail programs keep a thread together by its subject too
		if subject, err := subjectOf(tx, threads[0].ID); err != nil {
			return nil, err
		} else if subject != "" {
			out.mail.Subject = "Re: " + subject
		}
	}
	composed, err := f.compose(w, out)
	if err != nil {
		return nil, err
	}
	composed.Purpose, composed.Target, composed.Order, composed.POs = order.PurposeSupplier, s.Slug, d.Order, d.POs
	return composed, nil
}

// subjectOf reads the subject of a mail that we wrote; "" when it cannot be told, for it was erased.
func subjectOf(tx *store.Tx, id order.DispatchID) (string, error) {
	row, err := tx.Dispatch(id)
	if err != nil {
		return "", err
	}
	if m, err := mail.ReadMessage(bytes.NewReader(row.Message.Body)); err == nil {
		if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err == nil {
			return subject, nil
		}
	}
	return "", nil
}
