package flow

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Two programs that answer each other do it for ever. waybill answers no mail by itself; what it writes without being asked (a question to a silent supplier, a customer's
// shipping mail) is bounded for each purchase order, so that no supplier's program can have it write on and on.

const (
	// mostMails is how many mails about a purchase order go out by themselves within mailSpan: to its supplier, and to its customer.
	mostMails = 3
	mailSpan  = 24 * time.Hour
	// reasonMails is why a message is held; mailsKey, with the purchase order behind it, the Key of what is told of it.
	reasonMails = "mail_cap"
	mailsKey    = "mail_cap:"
)

// holdMany holds a mail that was just queued, if so many about its purchase order have gone out within a day.
func (f *Flow) holdMany(tx *store.Tx, row store.DispatchRow) error {
	if !strings.HasPrefix(row.Lane, laneMail) || row.Resends != 0 || row.Purpose != order.PurposeSupplier && row.Purpose != order.PurposeCustomer {
		return nil
	}
	for _, id := range row.POs {
		all, err := tx.DispatchesOfPO(id)
		if err != nil {
			return err
		}
		n := 0
		for _, d := range all {
			if d.ID != row.ID && d.Resends == 0 && strings.HasPrefix(d.Lane, laneMail) && d.State != order.DispatchWithdrawn && d.State != order.DispatchShadow &&
				(d.Purpose == order.PurposeCustomer) == (row.Purpose == order.PurposeCustomer) && row.QueuedAt.Sub(d.QueuedAt) < mailSpan {
				n++
			}
		}
		if n < mostMails {
			continue
		}
		po, err := tx.PO(id)
		if err != nil {
			return err
		}
		if _, err := tx.Record(order.Event{Kind: order.HeldBack, At: f.now(), Dispatch: row.ID, Reason: reasonMails, By: byRule}); err != nil {
			return err
		}
		about := f.supplierName(po.Supplier)
		if row.Purpose == order.PurposeCustomer {
			about = "the customer"
		}
		_, _, err = f.open(tx, Exception{Kind: MailCap, Key: mailsKey + po.Number, Supplier: po.Supplier, Order: po.Order, PO: id, Dispatch: row.ID, Detail: Detail{About: about,
			Reasons: []string{fmt.Sprintf("%d mails about %s went to them within a day", n, po.Number)}, Help: "`waybill dispatch list --state held` shows what waits. release sends it, withdraw gives it up."}})
		return err
	}
	return nil
}

// settleMany lets go what is held of a purchase order, or gives it up.
func (f *Flow) settleMany(tx *store.Tx, row store.ExceptionRow, s Settlement, ring *[]string) (string, error) {
	all, err := tx.DispatchesOfPO(row.PO)
	if err != nil {
		return "", err
	}
	kind, done := order.LetGo, "Released: %d mail(s) go out."
	if s.Action == ActWithdraw {
		kind, done = order.Withdrawn, "Given up: %d mail(s) are not sent."
	}
	n := 0
	for _, d := range all {
		if d.State != order.DispatchHeld || d.Purpose == order.PurposeOrder {
			continue
		}
		if _, err := tx.Record(order.Event{Kind: kind, At: f.now(), Dispatch: d.ID, By: s.By}); err != nil {
			return "", err
		}
		*ring = append(*ring, d.Lane)
		n++
	}
	return fmt.Sprintf(done, n), nil
}
