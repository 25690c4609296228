package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Outcome says what became of an order that was delivered.
type Outcome string

const (
	OutcomeNew     Outcome = "new"     // taken in
	OutcomeSame    Outcome = "same"    // known already, nothing new: it gets the first answer
	OutcomePaid    Outcome = "paid"    // known already, and now paid
	OutcomeChanged Outcome = "changed" // known already with other content: a person decides
	OutcomeRevised Outcome = "revised" // known already, and a newer version of it is in force, of which no supplier was told yet
	// OutcomeTakenUp: it was put aside as older than start_at, and a person has it taken up now.
	OutcomeTakenUp Outcome = "taken_up"
)

// Taken is the answer to a delivered order.
type Taken struct {
	Outcome        Outcome           `json:"outcome"`
	OrderID        order.OrderID     `json:"order_id"`
	Number         string            `json:"number"`
	Channel        string            `json:"channel"`
	State          order.IntakeState `json:"state"`
	PurchaseOrders []string          `json:"purchase_orders,omitempty"`
	Differs        []string          `json:"differs,omitempty"` // names of fields
	Erased         bool              `json:"erased,omitempty"`  // known, and its customer's data was erased: nothing of what came now is kept
}

// Invalid is returned for an order that cannot be taken: every field error at once.
type Invalid struct{ Fields []order.FieldError }

func (e *Invalid) Error() string {
	texts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		texts[i] = f.Error()
	}
	return "the order is not valid: " + strings.Join(texts, "; ")
}

// Source is how an order came in.
type Source struct {
	By string // "api", "cli", "folder", "channel"
	// AlreadySent: it was forwarded by hand before; nothing is sent, its purchase orders wait for tracking.
	AlreadySent bool
	// Newer: whoever delivers it tells versions apart, and this is the newest of them.
	Newer bool
	// Older: a person wants it sent although it is older than start_at.
	Older bool
}

// Receive takes an order in. It returns nil only after the commit, and the same order delivered again gets the first answer.
func (f *Flow) Receive(ctx context.Context, doc order.Order, from Source) (Taken, error) {
	doc = doc.Normal()
	w := f.world.Load()
	errs := doc.Check()
	channel, known := w.cfg.Channels[doc.Channel]
	if !known && doc.Channel != "" {
		errs = append(errs, order.FieldError{Field: "channel", Text: fmt.Sprintf("is %q, which the configuration does not name; it names %s", doc.Channel, names(w.cfg.Channels))})
	}
	if len(errs) > 0 {
		return Taken{}, &Invalid{errs}
	}
	aside := ageOf(w.cfg, doc) != young && !from.AlreadySent && !from.Older
	due := (doc.Paid() || channel.AcceptUnpaid || !w.gates.Waits(doc.Channel) || from.AlreadySent) && !aside
	var ready *prepared
	if due {
		var err error
		if ready, err = f.prepare(w, doc, from.AlreadySent); err != nil {
			return Taken{}, err
		}
	}
	var taken Taken
	var ring []string
	err := f.retryPrepare(&ready, w, doc, from.AlreadySent, func() error {
		return f.store.Write(ctx, func(tx *store.Tx) (err error) {
			taken, ring, err = f.receive(tx, doc, ready, from)
			return err
		})
	})
	if err != nil {
		return Taken{}, err
	}
	f.lanes.ring(ring...)
	if taken.State == order.IntakeReady && (taken.Outcome == OutcomePaid || taken.Outcome == OutcomeRevised || taken.Outcome == OutcomeTakenUp) {
		return f.advance(ctx, taken)
	}
	return taken, nil
}

func (f *Flow) receive(tx *store.Tx, doc order.Order, ready *prepared, from Source) (Taken, []string, error) {
	first, err := tx.OrderByKey(doc.Channel, doc.ID)
	switch {
	case err == nil:
		return f.repeat(tx, first, doc, ready, from)
	case !errors.Is(err, store.ErrNotFound):
		return Taken{}, nil, err
	}
	e := order.Event{Kind: order.Received, At: f.now(), By: from.By}
	age := ageOf(f.Config(), doc)
	switch {
	case ready != nil:
	case age != young && !from.Older:
		e.Reason = order.ReasonOld
	default:
		e.Reason = order.ReasonUnpaid
	}
	row, err := tx.AddOrder(doc, e, from.AlreadySent)
	if err != nil {
		return Taken{}, nil, err
	}
	if err := f.noteLikeness(tx, row.ID, doc, row.ReceivedAt); err != nil {
		return Taken{}, nil, err
	}
	taken := Taken{Outcome: OutcomeNew, OrderID: row.ID, Number: doc.Number, Channel: doc.Channel, State: row.Intake.State}
	if ready == nil {
		if e.Reason == order.ReasonOld && age == paidSince {
			taken.State = order.IntakeHeld
			return taken, nil, f.askAboutOld(tx, row)
		}
		return taken, nil, nil
	}
	ring, err := f.commit(tx, row, ready, &taken)
	return taken, ring, err
}

// repeat answers an order that is known already.
func (f *Flow) repeat(tx *store.Tx, first store.OrderRow, doc order.Order, ready *prepared, from Source) (Taken, []string, error) {
	taken := Taken{Outcome: OutcomeSame, OrderID: first.ID, Number: first.Doc.Number, Channel: first.Doc.Channel, State: first.Intake.State}
	pos, err := tx.POsOfOrder(first.ID)
	if err != nil {
		return Taken{}, nil, err
	}
	for _, po := range pos {
		taken.PurchaseOrders = append(taken.PurchaseOrders, po.Number)
	}
	if first.Erased {
		taken.Erased = true
		return taken, nil, nil
	}
	switch waits := first.Intake.State == order.IntakeHeld || first.Intake.State == order.IntakeWaiting; {
	case first.Intake.State == order.IntakeOld:
		err := f.repeatOld(tx, first, doc, from, &taken)
		return taken, nil, err
	case waits && from.AlreadySent: // somebody has served it by hand meanwhile
		err := f.takeUp(tx, first, from, &taken)
		return taken, nil, err
	}
	if from.Newer {
		ring, err := f.newer(tx, first, doc, ready, pos, &taken, from)
		return taken, ring, err
	}
	taken, err = f.compareAgain(tx, first, doc, from, taken)
	return taken, nil, err
}

// advance takes an order that became ready (paid, released, edited) through gates and routing. What a person has released, no gate stops again.
func (f *Flow) advance(ctx context.Context, taken Taken) (Taken, error) {
	row, released, err := f.readyOrder(ctx, taken.OrderID)
	if err != nil || row.Intake.State != order.IntakeReady {
		return taken, err
	}
	w := f.world.Load()
	ready, err := f.prepare(w, row.Doc, row.AlreadySent)
	if err != nil {
		return taken, err
	}
	ready.released = released
	var ring []string
	err = f.retryPrepare(&ready, w, row.Doc, row.AlreadySent, func() error {
		return f.store.Write(ctx, func(tx *store.Tx) (err error) {
			now, err := tx.Order(row.ID)
			if err != nil || now.Intake.State != order.IntakeReady {
				return err
			}
			ring, err = f.commit(tx, now, ready, &taken)
			return err
		})
	})
	if err != nil {
		return taken, err
	}
	f.lanes.ring(ring...)
	return taken, nil
}

// readyOrder gives an order, and whether a person has let it through its gates.
func (f *Flow) readyOrder(ctx context.Context, id order.OrderID) (row store.OrderRow, released bool, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.Order(id); err != nil {
			return err
		}
		events, err := tx.Timeline(id)
		released = wasReleased(events)
		return err
	})
	return row, released, err
}
