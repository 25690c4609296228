package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// Books that may be behind the world are held (store.Hold): what would go out may have gone out before. Everything is received meanwhile, as the evidence of
// what happened comes in by the same ways: our own copies in the Sent folder, suppliers' answers, files that lie over there. Orders are taken too, since a
// channel that is refused may give up; their purchase orders wait with the others.

// Recovery is what a person has to look at before the books send again.
type Recovery struct {
	Held  bool      `json:"held"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// AsOf is the last moment that the books know of from before; what happened between it and Since they do not know.
	AsOf     time.Time         `json:"as_of,omitzero"`
	Messages []RecoveryMessage `json:"messages"`
}

// RecoveryMessage is something that would go out.
type RecoveryMessage struct {
	ID             order.DispatchID `json:"id"`
	Purpose        order.Purpose    `json:"purpose"`
	Target         string           `json:"target"` // supplier, channel or "customer"
	Lane           string           `json:"lane"`
	PurchaseOrders []string         `json:"purchase_orders"`
	QueuedAt       time.Time        `json:"queued_at"`
	New            bool             `json:"new,omitempty"` // it was queued after the hold began: an order that came in since, or came in again
}

// Decision says what becomes of what the hold keeps back.
type Decision struct {
	POs    []string `json:"purchase_orders,omitempty"` // for Sent: only these; empty: all
	Sent   bool     `json:"already_sent,omitempty"`    // they have it: it is not sent
	Resume bool     `json:"send,omitempty"`            // the hold ends, and what is left goes out
	By     string   `json:"by,omitempty"`
}

// holdWords says why the books are held.
func holdWords(h store.Hold) string {
	switch h.Why {
	case store.HeldRestored:
		return "the database was restored from a backup"
	case store.HeldOlder:
		return fmt.Sprintf("the database is older than it was here: it ends with event %d, and event %d was seen on %s", h.LastEvent, h.Known, h.KnownAt.Format("2006-01-02 15:04 MST"))
	case store.HeldMachine:
		return "the state folder was copied from another machine, which may still send"
	case store.HeldNoWitness:
		return "the file witness in the state folder is gone, which tells how far the database was"
	case store.HeldEvidence:
		return "the Sent folder holds a message of ours that the database does not know"
	case store.HeldOther:
		return "the database is not the one that was here: another history, or another database"
	}
	return string(h.Why)
}

// loadHold learns whether the books are held, by whomever, and sees to it that a person hears of it.
func (f *Flow) loadHold(ctx context.Context) error {
	var hold store.Hold
	open, told := false, false
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		if hold, open, err = tx.Hold(); err != nil {
			return err
		}
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(BooksHeld), Open: true})
		told = len(rows) > 0
		return err
	})
	if err != nil {
		return err
	}
	f.held.Store(open)
	if !open || told {
		return nil
	}
	f.log.Error("the books may be behind the world: nothing is sent until a person has looked (waybill recover)", "why", hold.Why, "last_event", hold.LastEvent)
	return f.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchQueued})
		if err != nil {
			return err
		}
		d := Detail{About: "The database", Reasons: []string{holdWords(hold)},
			Help: "`waybill recover` lists what would go out. Name what was sent already (waybill recover --already-sent PO…), then let the rest go (waybill recover --send). arrived: all of it was sent; release: none of it was."}
		if !hold.LastAt.IsZero() {
			d.Reasons = append(d.Reasons, "what happened after "+hold.LastAt.In(f.world.Load().zone).Format("Mon 2 Jan 2006 15:04:05")+" is not known")
		}
		d.Reasons = append(d.Reasons, fmt.Sprintf("%d messages wait", len(rows)))
		_, _, err = f.open(tx, Exception{Kind: BooksHeld, Key: "held", Detail: d})
		return err
	})
}

// Held tells whether the books are held.
func (f *Flow) Held() bool { return f.held.Load() }

// Recovery lists what would go out if the books were not held.
func (f *Flow) Recovery(ctx context.Context) (r Recovery, err error) {
	r.Messages = []RecoveryMessage{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		hold, held, err := tx.Hold()
		if err != nil || !held {
			return err
		}
		r.Held, r.Why, r.Since, r.AsOf = true, holdWords(hold), hold.Since, hold.LastAt
		rows, err := heldMessages(tx)
		for _, row := range rows {
			m := RecoveryMessage{ID: row.ID, Purpose: row.Purpose, Target: row.Target, Lane: row.Lane, QueuedAt: row.QueuedAt, New: !row.QueuedAt.Before(hold.Since)}
			if m.PurchaseOrders, err = poNumbers(tx, row.POs); err != nil {
				return err
			}
			r.Messages = append(r.Messages, m)
		}
		return err
	})
	return r, err
}

// heldMessages are those that the hold keeps back.
func heldMessages(tx *store.Tx) ([]store.DispatchRow, error) {
	rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchQueued})
	return slices.DeleteFunc(rows, func(r store.DispatchRow) bool { return r.Purpose == order.PurposeOperator }), err
}

// Recover does what a person has decided about what the hold keeps back.
func (f *Flow) Recover(ctx context.Context, d Decision) (string, error) {
	var done string
	err := f.store.Write(ctx, func(tx *store.Tx) (err error) {
		done, err = f.recoverIn(tx, d)
		return err
	})
	if err == nil {
		err = f.loadHold(ctx)
	}
	f.lanes.ring(sorted(f.world.Load().lanes)...)
	return done, err
}

func (f *Flow) recoverIn(tx *store.Tx, d Decision) (string, error) {
	_, held, err := tx.Hold()
	if err != nil {
		return "", err
	}
	if !held {
		return "", fmt.Errorf("the books are not held, everything goes out by itself: %w", ErrAction)
	}
	rows, err := heldMessages(tx)
	if err != nil {
		return "", err
	}
	var words []string
	if d.Sent {
		n, err := f.sentBefore(tx, rows, d)
		if err != nil {
			return "", err
		}
		words = append(words, fmt.Sprintf("%d messages count as sent, and are not sent again", n))
		if rows, err = heldMessages(tx); err != nil {
			return "", err
		}
	}
	if !d.Resume {
		return fmt.Sprintf("%s; %d are still held.", strings.Join(words, "; "), len(rows)), nil
	}
	if err := tx.ReleaseHold(); err != nil {
		return "", err
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(BooksHeld), Open: true})
	for _, x := range open {
		if err := tx.SettleException(x.ID, "decided", d.By, f.now()); err != nil {
			return "", err
		}
	}
	return strings.Join(append(words, fmt.Sprintf("Sending goes on: %d messages go out.", len(rows))), ". "), err
}

// sentBefore settles messages as arrived. One that holds other purchase orders too is not decided by half.
func (f *Flow) sentBefore(tx *store.Tx, rows []store.DispatchRow, d Decision) (n int, err error) {
	wanted := map[order.POID]bool{}
	for _, number := range d.POs {
		po, err := tx.POByNumber(number)
		if err != nil {
			return 0, err
		}
		if !slices.ContainsFunc(rows, func(r store.DispatchRow) bool { return slices.Contains(r.POs, po.ID) }) {
			return 0, fmt.Errorf("nothing about purchase order %s is held: %w", number, ErrAction)
		}
		wanted[po.ID] = true
	}
	for _, row := range rows {
		if len(wanted) > 0 {
			if row.Purpose != order.PurposeOrder || !slices.ContainsFunc(row.POs, func(id order.POID) bool { return wanted[id] }) {
				continue
			}
			if slices.ContainsFunc(row.POs, func(id order.POID) bool { return !wanted[id] }) {
				return 0, fmt.Errorf("message %d holds other purchase orders too; name all of them: %w", row.ID, ErrAction)
			}
		}
		if _, err := tx.Record(order.Event{Kind: order.Arrived, At: f.now(), Dispatch: row.ID, By: d.By}); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// looksAtOnce is how many files are looked for at a tick; each is a session of its own.
const looksAtOnce = 50

// lookAtHeld looks for evidence about what is held: a supplier who speaks of a purchase order has it, and a file that lies over there was sent.
func (f *Flow) lookAtHeld(ctx context.Context, w *world) error {
	if !f.held.Load() {
		return nil
	}
	var rows []store.DispatchRow
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = heldMessages(tx)
		return err
	})
	var errs []error
	looks := looksAtOnce
	for _, row := range rows {
		if row.Purpose != order.PurposeOrder {
			continue
		}
		by := ""
		if spoken, err := f.spokenOf(ctx, row); err != nil {
			errs = append(errs, err)
		} else if spoken {
			by = "supplier"
		} else if looks > 0 && f.liesThere(ctx, w, row, &looks) {
			by = "look"
		}
		if by == "" {
			continue
		}
		err := f.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Record(order.Event{Kind: order.Arrived, At: f.now(), Dispatch: row.ID, By: by})
			return err
		})
		if !errors.Is(err, order.ErrTransition) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, err)...)
}

// spokenOf tells whether the supplier has said something of every purchase order in a message.
func (f *Flow) spokenOf(ctx context.Context, row store.DispatchRow) (all bool, err error) {
	all = len(row.POs) > 0
	err = f.store.View(ctx, func(tx *store.Tx) error {
		for _, id := range row.POs {
			po, err := tx.PO(id)
			if err != nil {
				return err
			}
			all = all && po.State() != order.POOpen && po.State() != order.POCancelled
		}
		return nil
	})
	return all, err
}

// liesThere looks for an uploaded file. That there is none says nothing: a supplier's program takes files away.
func (f *Flow) liesThere(ctx context.Context, w *world, row store.DispatchRow, looks *int) bool {
	l, ok := w.lanes[row.Lane]
	if !ok || !strings.HasPrefix(row.Lane, laneSFTP) && !strings.HasPrefix(row.Lane, laneFolder) {
		return false
	}
	settler, ok := l.sender.(transports.Settler)
	if last, known := f.looked.Load(row.ID); !ok || known && f.now().Sub(last.(time.Time)) < lookAgain {
		return false
	}
	f.looked.Store(row.ID, f.now())
	*looks--
	whole := row
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		whole, err = tx.Dispatch(row.ID)
		return err
	})
	if err != nil {
		return false
	}
	m := transports.Message{Key: whole.Message.Key, To: whole.Message.To, Header: whole.Message.Header, Body: whole.Message.Body}
	_, err = settler.Settle(ctx, m)
	return transports.VerdictOf(err) == transports.Sent
}

// unknownCopy judges a mail in the Sent folder that bears our mark and that the books know nothing of. While they are held, it is evidence about the
// purchase order that its subject names. Else it says that they are behind: they are held from now on.
func (f *Flow) unknownCopy(tx *store.Tx, it *opened) error {
	env := it.reading.Envelope
	local, _, _ := strings.Cut(env.Planted, ".")
	token, err := order.ParseToken(local)
	if err != nil {
		return nil //nolint:nilerr // a mail to the shop itself
	}
	if _, err := tx.POByToken(token); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	row, err := tx.Item(it.row.ID)
	if err != nil {
		return err
	}
	lay := row.Received
	if lay.IsZero() {
		lay = row.KeptAt
	}
	hold, held, err := tx.Hold()
	if err != nil {
		return err
	}
	if !held {
		first, err := tx.JournalSince(0, 1)
		if err != nil || len(first) == 0 || lay.Before(first[0].At) {
			return err // sent by other books, before these
		}
		_, err = tx.RaiseHold(store.Hold{Why: store.HeldEvidence, Since: f.now()})
		f.held.Store(err == nil)
		return err
	}
	if lay.Before(hold.LastAt) {
		return nil
	}
	rows, err := heldMessages(tx)
	if err != nil {
		return err
	}
	subject := strings.FieldsFunc(env.Subject, func(r rune) bool { return strings.ContainsRune(" ,;:()[]", r) })
	for _, row := range rows {
		numbers, err := poNumbers(tx, row.POs)
		if err != nil {
			return err
		}
		if row.Purpose != order.PurposeOrder || len(numbers) != 1 || !slices.Contains(subject, numbers[0]) {
			continue
		}
		if _, err := tx.Record(order.Event{Kind: order.Arrived, At: f.now(), Dispatch: row.ID, Item: it.row.ID, By: "archive"}); err != nil {
			return err
		}
		if err := tx.AddMessageID(env.MessageID, row.POs[0]); err != nil {
			return err
		}
		_, err = tx.Record(order.Event{Kind: order.Noted, At: f.now(), Order: row.Order, PO: row.POs[0], Item: it.row.ID, Reason: reasonSentCopy, By: "archive"})
		return err
	}
	return nil
}
