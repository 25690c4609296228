package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// mattersToSupplier tells fields of an order that its suppliers work by. What else a shop's people and programs change all day (tags, notes,
// a customer's address for mails, the bill) is taken over without a word.
func mattersToSupplier(field string) bool {
	return field == "lines" || field == "shipping_method" || strings.HasPrefix(field, "ship_to.")
}

// newer takes over what a shop system says of an order by now. As long as no supplier was told, its newest version is simply in force, and an
// order that is held goes on by itself when it was mended in the shop. Afterwards a change that matters to a supplier is put before a person. What a person
// has edited stays edited, but for fields that the shop changes itself.
func (f *Flow) newer(tx *store.Tx, first store.OrderRow, doc order.Order, ready *prepared, pos []order.PurchaseOrder, taken *Taken, from Source) (ring []string, err error) {
	if doc.PaidAt.IsZero() {
		doc.PaidAt = first.Doc.PaidAt // given back in the meantime, or an older copy: what that means is said by the lines, or by a cancellation
	}
	said, edited, err := told(tx, first)
	if err != nil {
		return nil, err
	}
	what, fields := doc.Against(said)
	_, news := said.With(doc)
	told, silent := doc.With(said) // a version that is silent about a risk takes nothing back
	force := told.Keeping(first.Doc, said)
	matters := slices.DeleteFunc(slices.Clone(fields), func(field string) bool { return !mattersToSupplier(field) })
	switch state := first.Intake.State; {
	case state == order.IntakeCancelled:
		return nil, nil
	case state == order.IntakeAccepted:
		if len(matters) > 0 && slices.ContainsFunc(pos, isOpen) {
			taken.Outcome, taken.Differs = OutcomeChanged, matters
			return nil, f.changedLate(tx, first, doc, matters, from)
		}
		if err := f.unchanged(tx, first.ID); err != nil || what != order.Changed && len(news) == 0 {
			return nil, err
		}
		force = quietly(first.Doc, force)
		if err := f.inForce(tx, first, force, told, edited); err != nil {
			return nil, err
		}
		return nil, f.lateNews(tx, first, force, slices.Concat(fields, news))
	}
	if what == order.Same && len(news) == 0 {
		return nil, nil
	}
	taken.Outcome = OutcomeRevised
	if err := f.inForce(tx, first, force, told, edited); err != nil {
		return nil, err
	}
	if doc.Paid() && !first.Doc.Paid() {
		taken.Outcome = OutcomePaid
		if _, err := tx.Record(order.Event{Kind: order.Paid, At: f.now(), Order: first.ID, By: from.By}); err != nil {
			return nil, err
		}
	}
	row, err := tx.Order(first.ID)
	if err != nil {
		return nil, err
	}
	taken.State = row.Intake.State
	if row.Intake.State != order.IntakeHeld || ready == nil {
		return nil, nil
	}
	w := f.world.Load()
	prepared := !edited && len(silent) == 0 // what is in force is what was prepared
	if prepared && ready.held() || !prepared && len(w.gates.Judge(force, w.router.Route(force).Parts)) > 0 {
		return nil, nil
	}
	if twins, err := f.duplicates(tx, w, row); err != nil || len(twins) > 0 {
		return nil, err
	}
	if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: row.ID, Reason: reasonRetry, By: from.By}); err != nil {
		return nil, err
	}
	if err := f.settleHeld(tx, row.ID, "mended", from.By); err != nil {
		return nil, err
	}
	if row, err = tx.Order(first.ID); err != nil {
		return nil, err
	}
	if taken.State = row.Intake.State; !prepared {
		return nil, nil // it is prepared anew, see Receive
	}
	return f.commit(tx, row, ready, taken)
}

// inForce puts a version of an order in force, beside what the shop says of it where a person has edited it.
func (f *Flow) inForce(tx *store.Tx, first store.OrderRow, force, told order.Order, edited bool) error {
	if err := tx.ReplaceOrder(first.ID, force); err != nil {
		return err
	}
	if edited {
		original := &told
		if what, _ := force.Against(told); what != order.Changed {
			original = nil // nothing of the edit is left, or the shop says the same by now
		}
		if err := tx.SetOriginal(first.ID, original); err != nil {
			return err
		}
	}
	return f.noteLikeness(tx, first.ID, force, first.ReceivedAt)
}

// held tells whether something about a prepared order wants a person.
func (p *prepared) held() bool { return len(p.gates) > 0 || p.plan.Hold || len(p.unwritable) > 0 }

// quietly is the order that its suppliers were told of, with what else the shop says of it by now.
func quietly(told, now order.Order) order.Order {
	now.Lines, now.ShippingMethod, now.ShipTo = told.Lines, told.ShippingMethod, told.ShipTo
	return now
}

// changedLate puts a change of an order that its suppliers were told of before a person: once, however often the shop repeats it, and again only when
// it changes further.
func (f *Flow) changedLate(tx *store.Tx, first store.OrderRow, doc order.Order, fields []string, from Source) error {
	told := first.Doc
	told.Lines, told.ShippingMethod, told.ShipTo = doc.Lines, doc.ShippingMethod, doc.ShipTo // so that a tag makes no other change of it
	told.Tags, told.Note, told.Customer, told.Billing, told.Risk, told.Test = nil, "", order.Customer{}, order.Address{}, "", false
	told.Total = order.Amount{}
	body, err := json.Marshal(told)
	if err != nil {
		return fmt.Errorf("keep the changed order: %w", err)
	}
	sum := sha256.Sum256(body)
	e := Exception{Kind: OrderChanged, Key: fmt.Sprintf("changed:%d:%s", first.ID, hex.EncodeToString(sum[:8])), Order: first.ID, Channel: doc.Channel,
		Detail: Detail{About: first.Doc.Number, Fields: fields, Order: &doc, Was: &first.Doc, State: string(first.Intake.State)}}
	before, err := tx.Exceptions(store.ExceptionFilter{Kind: string(e.Kind), Key: e.Key})
	if err != nil || len(before) > 0 {
		return err
	}
	if err := f.unchanged(tx, first.ID); err != nil { // what was asked before is overtaken by this
		return err
	}
	row, _, err := f.open(tx, e)
	if err != nil {
		return err
	}
	_, err = tx.Record(order.Event{Kind: order.Differs, At: f.now(), Order: first.ID, By: from.By, Fields: fields, Exception: row.ID})
	return err
}

// unchanged closes what was asked about changes of an order that do not hold any more.
func (f *Flow) unchanged(tx *store.Tx, id order.OrderID) error {
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(OrderChanged), Order: id, Open: true})
	if err != nil {
		return err
	}
	for _, x := range rows {
		if strings.HasPrefix(x.Key, newsKey) {
			continue // no change, but a gate that came too late
		}
		if err := tx.SettleException(x.ID, "overtaken", byRule, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
			return err
		}
	}
	return nil
}
