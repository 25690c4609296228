package flow

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/templates"
	"waybill/transports/smtp"
)

// repeats says that a message takes the place of an earlier one that may have arrived.
type repeats struct {
	key   string    // Message-ID or file name of the first: a repeat keeps it where it goes the same way
	lane  string    // the way of the first
	first time.Time // when the first was sent
	row   order.DispatchID
}

// renderOrder renders the message that tells a supplier of purchase orders of one order.
func (f *Flow) renderOrder(w *world, s config.Supplier, doc order.Order, pos []order.PurchaseOrder, again *repeats) (*store.DispatchRow, error) {
	docs := map[order.OrderID]order.Order{}
	for _, po := range pos {
		docs[po.Order] = doc
	}
	return f.renderOrders(w, s, docs, pos, again)
}

// renderOrders renders one message for one or many purchase orders, in the way the supplier works. Its bytes are exactly what
// goes out.
func (f *Flow) renderOrders(w *world, s config.Supplier, docs map[order.OrderID]order.Order, pos []order.PurchaseOrder, again *repeats) (*store.DispatchRow, error) {
	var d *store.DispatchRow
	var err error
	switch s.Send.By {
	case "sftp", "folder":
		d, err = f.renderUpload(w, s, docs, pos, again)
	default:
		d, err = f.renderOrderMail(w, s, docs, pos, again)
	}
	if err != nil {
		return nil, err
	}
	d.Purpose, d.Target = order.PurposeOrder, s.Slug
	if again != nil {
		d.Resends = again.row
		if again.key != "" && again.lane == d.Lane {
			d.Message.Key = again.key
		}
	}
	return d, nil
}

func (f *Flow) renderUpload(w *world, s config.Supplier, docs map[order.OrderID]order.Order, pos []order.PurchaseOrder, again *repeats) (*store.DispatchRow, error) {
	name, file, err := f.renderFile(w, s, docs, pos, again)
	if err != nil {
		return nil, err
	}
	lane, dir := laneSFTP+s.Slug, s.Send.Path
	if s.Send.By == "folder" {
		lane, dir = laneFolder+s.Slug, "."
	}
	return &store.DispatchRow{Lane: lane, Message: store.OutMessage{Key: name, To: []string{dir}, Body: file}}, nil
}

// renderFile renders the supplier's CSV or XLSX, and its name.
func (f *Flow) renderFile(w *world, s config.Supplier, docs map[order.OrderID]order.Order, pos []order.PurchaseOrder, again *repeats) (string, []byte, error) {
	rows := make([]templates.PurchaseOrderData, len(pos))
	for i, po := range pos {
		rows[i] = f.orderData(w, s, docs[po.Order], po)
		if again != nil {
			rows[i].FirstSent = again.first.In(w.zoneOf(s))
		}
	}
	sheet := sheetOf(s.Send.File)
	data := templates.FileNameData{Supplier: templates.Supplier{Slug: s.Slug, Name: s.Name}, Account: s.Account, Orders: len(pos), Now: f.now().In(w.zoneOf(s))}
	if len(pos) == 1 {
		data.Number, data.OrderNumber = rows[0].Number, rows[0].OrderNumber
	} else {
		data.Number = data.Now.Format("20060102-150405")
	}
	name, err := templates.FileName(s.Send.File.Name, data)
	if err != nil {
		return "", nil, err
	}
	if s.Send.File.Format == "xlsx" {
		file, err := sheet.XLSX(rows)
		return name, file, err
	}
	file, err := sheet.CSV(rows)
	return name, file, err
}

func (f *Flow) renderOrderMail(w *world, s config.Supplier, docs map[order.OrderID]order.Order, pos []order.PurchaseOrder, again *repeats) (*store.DispatchRow, error) {
	if len(s.Email) == 0 {
		return nil, fmt.Errorf("%s has no email address", s.Name)
	}
	template := templates.PurchaseOrderMail
	if again != nil {
		template = templates.ResendMail
	}
	first := f.orderData(w, s, docs[pos[0].Order], pos[0])
	if again != nil {
		first.FirstSent = again.first.In(w.zoneOf(s))
	}
	out := outgoing{mailbox: w.mailboxOf(s.Send.Mailbox), to: s.Email[:1], cc: s.Send.CC, archive: true}
	if len(pos) == 1 { // the key of one purchase order on a mail about several would claim answers about the others
		out.token = pos[0].Token
	}
	if s.Send.Attach != "" || len(pos) > 1 {
		name, file, err := f.renderFile(w, s, docs, pos, again)
		if err != nil {
			return nil, err
		}
		out.attachments = []smtp.Attachment{{Name: name, Type: fileType(s.Send.File.Format), Content: file}}
		first.Attachment = name
	}
	var data any = first
	if len(pos) > 1 {
		template = templates.BatchMail
		batch := templates.BatchData{Shop: first.Shop, Supplier: first.Supplier, Date: first.Date, Account: s.Account, Attachment: first.Attachment, FirstSent: first.FirstSent}
		for _, po := range pos {
			batch.Orders = append(batch.Orders, f.orderData(w, s, docs[po.Order], po))
		}
		data = batch
	}
	rendered, err := w.templates.Mail(template, s.Slug, s.Language, data)
	if err != nil {
		return nil, err
	}
	out.mail = rendered
	if again != nil && again.lane == laneMail+out.mailbox {
		out.messageID = again.key
	}
	return f.compose(w, out)
}

func fileType(format string) string {
	if format == "xlsx" {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// renderCancellation asks a supplier not to ship, in the thread of the order.
func (f *Flow) renderCancellation(w *world, s config.Supplier, doc order.Order, po order.PurchaseOrder) (*store.DispatchRow, error) {
	data := f.orderData(w, s, doc, po)
	c := templates.CancellationData{Shop: data.Shop, Supplier: data.Supplier, Number: data.Number, OrderNumber: data.OrderNumber, Key: data.Key,
		Date: data.Date, Whole: true}
	for i, l := range po.Lines {
		if n := l.Outstanding(); n > 0 {
			line := data.Lines[i]
			line.Quantity = n
			c.Lines = append(c.Lines, line)
		}
		c.Whole = c.Whole && l.Shipped == 0
	}
	rendered, err := w.templates.Mail(templates.CancellationMail, s.Slug, s.Language, c)
	if err != nil {
		return nil, err
	}
	d, err := f.compose(w, outgoing{mailbox: w.mailboxOf(s.Send.Mailbox), to: s.Email[:1], cc: s.Send.CC, token: po.Token, mail: rendered})
	if err != nil {
		return nil, err
	}
	d.Purpose, d.Target = order.PurposeSupplier, s.Slug
	return d, nil
}

// renderShipping is the mail that tells the customer that parcels left.
func (f *Flow) renderShipping(w *world, c config.Channel, row store.OrderRow, news channel.Event) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(c.Mailbox)
	data := templates.ShippingData{Shop: w.shop(mailbox), OrderNumber: row.Doc.Number, ShipTo: addressData(row.Doc.ShipTo),
		Partial: !news.Data.Complete, Date: news.Timestamp.In(w.zone)}
	for _, p := range news.Data.Tracking {
		data.Packages = append(data.Packages, templates.Package{Carrier: p.Carrier, Name: p.CarrierName, Number: p.Number, URL: p.URL})
	}
	for _, l := range news.Data.Lines {
		i := slices.IndexFunc(row.Doc.Lines, func(o order.Line) bool { return o.ID == l.ID })
		if i >= 0 {
			data.Lines = append(data.Lines, templates.Line{SKU: l.SKU, Title: row.Doc.Lines[i].Title, Quantity: l.Quantity})
		}
	}
	rendered, err := w.templates.Mail(templates.ShippingMail, "", "", data)
	if err != nil {
		return nil, err
	}
	d, err := f.compose(w, outgoing{mailbox: mailbox, to: []string{row.Doc.Customer.Email}, mail: rendered})
	if err != nil {
		return nil, err
	}
	d.Purpose, d.Target = order.PurposeCustomer, "customer"
	return d, nil
}

// outgoing is a rendered mail on its way to become bytes.
type outgoing struct {
	mailbox     string
	to, cc      []string
	token       order.Token // planted in the Message-ID and, where possible, in the reply address and the envelope sender
	messageID   string      // of the first, for a repeat
	archive     bool        // a copy goes to the mailbox's archive address in the same transaction
	mail        templates.Mail
	answers     []string // Message-IDs of the mails in whose thread it is, the oldest first
	attachments []smtp.Attachment
}

// compose makes the exact bytes. The date is the moment of rendering, so that a later attempt sends the same bytes.
func (f *Flow) compose(w *world, out outgoing) (*store.DispatchRow, error) {
	m, ok := w.cfg.Mailboxes[out.mailbox]
	if !ok || m.SMTP == nil {
		return nil, fmt.Errorf("mailbox %q cannot send: it has no smtp", out.mailbox)
	}
	local, domain, _ := strings.Cut(m.Address, "@")
	id := out.messageID
	if id == "" {
		var err error
		if id, err = f.messageID(out.token, domain); err != nil {
			return nil, err
		}
	}
	from := mail.Address{Name: m.Name, Address: m.Address}
	if from.Name == "" {
		from.Name = w.cfg.Shop.Name
	}
	sending, err := f.sendingKey()
	if err != nil {
		return nil, err
	}
	message := smtp.Mail{From: from, Subject: out.mail.Subject, Text: out.mail.Text, HTML: out.mail.HTML, Attachments: out.attachments,
		MessageID: id, Date: f.now().In(w.zone), DKIM: w.signers[out.mailbox],
		Extra: []smtp.Field{{Name: "Auto-Submitted", Value: "auto-generated"}, // RFC 3834, section 5
			{Name: sendingField, Value: sending}}}
	if m.ReadSent || slices.Contains(m.Rewrites, "message_id") {
		message.Extra = append(message.Extra, smtp.Field{Name: plantedField, Value: "<" + id + ">"})
	}
	if n := len(out.answers); n > 0 {
		message.InReplyTo, message.References = out.answers[n-1], out.answers
	}
	bounces := m.Bounces
	if out.token != "" && m.PlusAddresses {
		plus := local + "+" + strings.ToLower(string(out.token)) + "@" + domain
		message.ReplyTo = []mail.Address{{Name: from.Name, Address: plus}}
		if bounces == "" {
			bounces = plus
		}
	}
	if bounces == "" {
		bounces = m.Address
	}
	envelope := slices.Concat(out.to, out.cc)
	for _, a := range out.to {
		message.To = append(message.To, mail.Address{Address: a})
	}
	for _, a := range out.cc {
		message.Cc = append(message.Cc, mail.Address{Address: a})
	}
	if out.archive && m.Archive != "" {
		envelope = append(envelope, m.Archive)
	}
	body, err := smtp.Compose(message)
	if err != nil {
		return nil, err
	}
	return &store.DispatchRow{Lane: laneMail + out.mailbox, Message: store.OutMessage{Key: id, From: bounces, To: envelope, Body: body}}, nil
}

// sendingKey is new for each rendering: a repeat keeps its Message-ID, and has another key.
func (f *Flow) sendingKey() (string, error) {
	var key [16]byte
	if _, err := io.ReadFull(f.random, key[:]); err != nil {
		return "", fmt.Errorf("make the key of a sending: %w", err)
	}
	return hex.EncodeToString(key[:]), nil
}

// messageID carries the token where there is one, so that In-Reply-To and References of an answer carry it back. The random
// part keeps mails of the same purchase order apart.
func (f *Flow) messageID(token order.Token, domain string) (string, error) {
	var salt [6]byte
	if _, err := io.ReadFull(f.random, salt[:]); err != nil {
		return "", fmt.Errorf("make a Message-ID: %w", err)
	}
	id := hex.EncodeToString(salt[:])
	if token != "" {
		id = string(token) + "." + id
	}
	return id + "@" + domain, nil
}
