package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// reasonEdit tells a release that follows from an edit: the order goes through its gates again.
const reasonEdit = "edit"

// Edit corrects fields of an order before any supplier was told of it, and takes one that was held through gates and routing again. It gives a sentence
// that says what happened. Errors: ErrAction, *Invalid.
func (f *Flow) Edit(ctx context.Context, id order.OrderID, set map[string]string, by string) (string, error) {
	var done string
	var advance []order.OrderID
	err := f.store.Write(ctx, func(tx *store.Tx) (err error) {
		advance = nil
		if done, err = f.edit(tx, id, set, by, &advance); err != nil {
			return err
		}
		return f.settleKinds(tx, id, string(ActEdit), by, OrderHeld, Unrouted, Ambiguous)
	})
	if err != nil {
		return "", err
	}
	for _, id := range advance {
		taken, err := f.advance(ctx, Taken{OrderID: id})
		if err != nil {
			return "", fmt.Errorf("the edit is kept, but the order did not move on: %w", err)
		}
		done += fmt.Sprintf(" The order is %s.", taken.State)
	}
	return done, nil
}

// edit corrects an order in the transaction. What the channel said is kept beside it, so that the channel's next copy is compared with its own words.
func (f *Flow) edit(tx *store.Tx, id order.OrderID, set map[string]string, by string, advance *[]order.OrderID) (string, error) {
	row, err := tx.Order(id)
	if err != nil {
		return "", err
	}
	switch state := row.Intake.State; {
	case state == order.IntakeAccepted || state == order.IntakeCancelled:
		return "", fmt.Errorf("order %s is %s and cannot be edited any more: its suppliers were told already, or never will be. Tell them of a correction yourself: %w",
			row.Doc.Number, state, ErrAction)
	case row.Erased:
		return "", fmt.Errorf("the personal data of order %s is erased: %w", row.Doc.Number, ErrAction)
	case len(set) == 0:
		return "", fmt.Errorf("say what to correct, like --set ship_to.postcode=62704: %w", ErrAction)
	}
	doc, fields, err := row.Doc.Set(set)
	if err != nil {
		return "", fmt.Errorf("%w: %w", err, ErrAction)
	}
	if len(fields) == 0 {
		return "", fmt.Errorf("order %s says that already; release it if it may go as it is: %w", row.Doc.Number, ErrAction)
	}
	if errs := doc.Check(); len(errs) > 0 {
		return "", &Invalid{errs}
	}
	if _, err := tx.Original(id); errors.Is(err, store.ErrNotFound) {
		err = tx.SetOriginal(id, &row.Doc)
		if err != nil {
			return "", err
		}
	} else if err != nil {
		return "", err
	}
	if err := tx.ReplaceOrder(id, doc); err != nil {
		return "", err
	}
	if err := f.noteLikeness(tx, id, doc, row.ReceivedAt); err != nil {
		return "", err
	}
	if _, err := tx.Record(order.Event{Kind: order.Edited, At: f.now(), Order: id, By: by, Fields: fields}); err != nil {
		return "", err
	}
	done := fmt.Sprintf("Edited %s.", strings.Join(fields, ", "))
	if row.Intake.State == order.IntakeWaiting {
		return done + " The order still waits for its payment.", nil
	}
	if row.Intake.State == order.IntakeHeld {
		if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: id, Reason: reasonEdit, By: by}); err != nil {
			return "", err
		}
	}
	*advance = append(*advance, id)
	return done, nil
}
