package flow

import (
	"context"
	"errors"

	"waybill/daemon/order"
	"waybill/daemon/routing"
	"waybill/daemon/store"
)

// Judgement is what would become of an order.
type Judgement struct {
	Plan  routing.Plan
	Gates []routing.Reason
	Waits bool              // for its payment
	Known order.IntakeState // of an order that the books have already; empty for a new one
}

// Judge tells what would become of orders, one after the other; nothing is stored. Likely duplicates are looked for among the orders, and in the books where
// the flow has some.
func (f *Flow) Judge(ctx context.Context, docs []order.Order) ([]Judgement, error) {
	w := f.world.Load()
	now := f.now()
	judged := make([]Judgement, len(docs))
	twins := map[string][]int{} // of those before, that would not wait
	for i, doc := range docs {
		j := &judged[i]
		j.Plan = w.router.Route(doc)
		j.Gates = w.gates.Judge(doc, j.Plan.Parts)
		j.Waits = !doc.Paid() && !w.cfg.Channels[doc.Channel].AcceptUnpaid && w.gates.Waits(doc.Channel)
		within, on := w.gates.Duplicates(doc.Channel)
		text := routing.Purchase(doc)
		if !on || text == "" || j.Waits {
			continue
		}
		for _, k := range twins[text] {
			apart := placedAt(doc, now).Sub(placedAt(docs[k], now))
			if by, same := routing.SameCustomer(doc, docs[k]); same && apart.Abs() <= within && (docs[k].Channel != doc.Channel || docs[k].ID != doc.ID) {
				j.Gates = append(j.Gates, w.gates.Duplicate(doc.Channel, twinWords(docs[k], by, apart)))
				break
			}
		}
		twins[text] = append(twins[text], i)
	}
	if f.store == nil {
		return judged, nil
	}
	return judged, f.store.View(ctx, func(tx *store.Tx) error {
		for i, doc := range docs {
			if err := f.judgeByBooks(tx, w, doc, &judged[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// judgeByBooks adds what only the books know of an order.
func (f *Flow) judgeByBooks(tx *store.Tx, w *world, doc order.Order, j *Judgement) error {
	row := store.OrderRow{ID: theNext, Doc: doc, ReceivedAt: f.now()}
	switch known, err := tx.OrderByKey(doc.Channel, doc.ID); {
	case err == nil:
		j.Known, row.ID, row.ReceivedAt = known.Intake.State, known.ID, known.ReceivedAt
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if j.Waits {
		return nil
	}
	twins, err := f.duplicates(tx, w, row)
	for _, r := range j.Gates {
		if r.Gate == routing.GateDuplicate {
			return err // one is enough
		}
	}
	j.Gates = append(j.Gates, twins...)
	return err
}

// theNext is an id after all that there are: the order would be the next.
const theNext = order.OrderID(1<<62 - 1)
