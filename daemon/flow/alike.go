package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// What fails for a supplier's order mails in the same way is one exception and not one for each mail: an address that is no more, a full mailbox. It lists
// the messages that wait for a decision (Detail.Sends), and is over with the last of them.

// maxNamed is how many purchase orders an exception names.
const maxNamed = 50

// openAlike opens an exception about a message to a supplier, or adds the message to one that is alike.
func (f *Flow) openAlike(tx *store.Tx, x Exception) error {
	x.Key = fmt.Sprintf("%s:to:%s", x.Kind, x.Supplier)
	x.Detail.Sends = []order.DispatchID{x.Dispatch}
	row, isNew, err := f.open(tx, x)
	if err != nil || isNew {
		return err
	}
	var d Detail
	if err := json.Unmarshal(row.Detail, &d); err != nil {
		return fmt.Errorf("read the evidence of exception %d: %w", row.ID, err)
	}
	if !slices.Contains(d.Sends, x.Dispatch) {
		d.Sends = append(d.Sends, x.Dispatch)
	}
	for _, reason := range x.Detail.Reasons {
		if len(d.Reasons) < maxNamed && !slices.Contains(d.Reasons, reason) {
			d.Reasons = append(d.Reasons, reason)
		}
	}
	d.About = f.supplierName(x.Supplier)
	d.Answer, d.Help = x.Detail.Answer, x.Detail.Help
	return setDetail(tx, row.ID, d)
}

func setDetail(tx *store.Tx, id order.ExceptionID, d Detail) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write down the evidence: %w", err)
	}
	return tx.SetExceptionDetail(id, raw)
}

// settleAlike takes a message that was decided out of what waits with others, and closes that with the last one.
func (f *Flow) settleAlike(tx *store.Tx, row store.DispatchRow, action Action, by string) error {
	for _, kind := range []ExceptionKind{SendFailed, BouncedBack} {
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Supplier: row.Target, Open: true})
		if err != nil {
			return err
		}
		for _, x := range open {
			var d Detail
			if json.Unmarshal(x.Detail, &d) != nil || !slices.Contains(d.Sends, row.ID) {
				continue
			}
			d.Sends = slices.DeleteFunc(d.Sends, func(id order.DispatchID) bool { return id == row.ID })
			if len(d.Sends) > 0 {
				err = setDetail(tx, x.ID, d)
			} else if err = tx.SettleException(x.ID, string(action), by, f.now()); errors.Is(err, store.ErrSettled) {
				err = nil
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// waitsForOthers tells an exception that is about messages which are not decided yet.
func waitsForOthers(x store.ExceptionRow) bool {
	var d Detail
	return json.Unmarshal(x.Detail, &d) == nil && len(d.Sends) > 0
}

// waitsAlike tells whether a purchase order is in one of the messages that wait for a person with others.
func waitsAlike(tx *store.Tx, po order.PurchaseOrder) (bool, error) {
	for _, kind := range []ExceptionKind{SendFailed, BouncedBack} {
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Supplier: po.Supplier, Open: true})
		if err != nil {
			return false, err
		}
		if len(open) == 0 {
			continue
		}
		dispatches, err := tx.DispatchesOfPO(po.ID)
		if err != nil {
			return false, err
		}
		for _, x := range open {
			var d Detail
			if json.Unmarshal(x.Detail, &d) == nil && slices.ContainsFunc(dispatches, func(row store.DispatchRow) bool { return slices.Contains(d.Sends, row.ID) }) {
				return true, nil
			}
		}
	}
	return false, nil
}

// decideSends does what a person decides about the messages of an exception. One of several of which nothing is open any more needs nothing.
func (f *Flow) decideSends(tx *store.Tx, row store.ExceptionRow, d Detail, s Settlement, ring *[]string) (string, error) {
	sends := d.Sends
	if len(sends) == 0 {
		sends = []order.DispatchID{row.Dispatch}
	}
	said, done, left := "", 0, error(nil)
	for _, id := range sends {
		words, err := f.decideSend(tx, id, s, ring)
		if err == nil {
			said, done = words, done+1
		} else if left = err; len(sends) == 1 || !errors.Is(err, ErrAction) {
			return "", err
		}
	}
	switch {
	case done == 0:
		return "", left
	case len(sends) == 1:
		return said, nil
	}
	return fmt.Sprintf("%d messages. %s", done, said), nil
}

func (f *Flow) decideSend(tx *store.Tx, id order.DispatchID, s Settlement, ring *[]string) (string, error) {
	if s.Action == ActResend {
		return f.resendInto(tx, f.world.Load(), id, s.By, ring)
	}
	kind, words := order.Arrived, "Noted: they have it."
	if s.Action == ActWithdraw {
		kind, words = order.Withdrawn, "Given up: it is not sent again, and nothing is expected of it."
	}
	if _, err := tx.Record(order.Event{Kind: kind, At: f.now(), Dispatch: id, By: s.By}); err != nil {
		return "", err
	}
	return words, f.settleSending(tx, id, s.Action, s.By)
}
