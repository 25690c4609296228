package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Settlement is what a person decides about an exception.
type Settlement struct {
	Action Action `json:"action"`
	// PO is the purchase order that the news is about, by number, for ActApply where it is not known or another than was guessed.
	PO string `json:"po,omitempty"`
	// Kind is what the message means, for ActApply where it was read otherwise. Carrier is who ships its numbers, by name or slug.
	Kind    parsers.Kind `json:"kind,omitempty"`
	Carrier string       `json:"carrier,omitempty"`
	// Domain says ActTheirs of all addresses of the sender's domain.
	Domain bool `json:"domain,omitempty"`
	// Set are the fields that ActEdit corrects, by their JSON names.
	Set map[string]string `json:"set,omitempty"`
	By  string            `json:"by,omitempty"` // "desk", "cli"
}

// ErrAction is returned for an action that the exception does not offer, or that needs more to be told.
var ErrAction = errors.New("this cannot be done here")

// ErrSettled is returned for an exception that was settled before.
var ErrSettled = errors.New("this is settled already")

// Settle does what a person decided, and closes the exception in the same transaction. It returns a sentence that says what
// happened.
func (f *Flow) Settle(ctx context.Context, id order.ExceptionID, s Settlement) (string, error) {
	row, d, err := f.exception(ctx, id)
	if err != nil {
		return "", err
	}
	kind := ExceptionKind(row.Kind)
	if !row.SettledAt.IsZero() {
		return "", fmt.Errorf("%s was settled on %s with %s: %w", row.Kind, row.SettledAt.Format("2006-01-02 15:04"), row.Action, ErrSettled)
	}
	if !slices.Contains(Info(kind).Actions, s.Action) {
		return "", fmt.Errorf("%q; for %s choose one of %v: %w", s.Action, row.Kind, Info(kind).Actions, ErrAction)
	}
	if kind == FormatDrift && s.Action == ActRetry {
		return f.retryDrift(ctx, row, s.By)
	}
	if kind == Unproven {
		return f.settleDoubted(ctx, row, s)
	}
	if kind == NewSender {
		return f.settleSender(ctx, row, d, s)
	}
	var done string
	var ring []string
	var advance []order.OrderID
	var lesson *match.Finding // what a person has believed: there may be something to learn from it
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		ring, advance, lesson = nil, nil, nil
		if now, err := tx.Exception(id); err != nil {
			return err
		} else if !now.SettledAt.IsZero() {
			return ErrSettled
		} else if err := json.Unmarshal(now.Detail, &d); err != nil { // what was added since the person looked is decided with the rest
			return fmt.Errorf("read the evidence of exception %d: %w", id, err)
		}
		var err error
		if s.Action == ActApply {
			done, lesson, err = f.believe(tx, f.world.Load(), row, d, s, &ring)
		} else {
			done, err = f.act(tx, row, d, s, &ring, &advance)
		}
		if err != nil {
			return err
		}
		if err := tx.SettleException(id, string(s.Action), s.By, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
			return err // settled by the action itself, with others about the same order, is as good
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if kind == BooksHeld {
		if err := f.loadHold(ctx); err != nil {
			return "", err
		}
	}
	if kind == SendCap {
		f.caps.goOn(cmp.Or(row.Supplier, everything))
		ring = append(ring, sorted(f.world.Load().lanes)...)
	}
	f.lanes.ring(ring...)
	f.items.ring()
	if lesson != nil && row.Item != 0 {
		slug, _ := carrier.Normalize(s.Carrier)
		done += f.learnFrom(ctx, taught{exception: id, item: row.Item, finding: *lesson, carrier: slug, by: s.By})
	}
	if account, ok := strings.CutPrefix(row.Key, accountKey); ok && s.Action == ActRetry {
		f.accounts.ask(account)
		if l := f.world.Load().logins[strings.TrimPrefix(account, loginAccount)]; l != nil {
			l.source.Retry()
		}
		f.Look()
	}
	for _, o := range advance {
		taken, err := f.advance(ctx, Taken{OrderID: o})
		if err != nil {
			return "", fmt.Errorf("the decision is kept, but the order did not move on: %w", err)
		}
		done += fmt.Sprintf(" The order is %s.", taken.State)
	}
	return done, nil
}

func (f *Flow) exception(ctx context.Context, id order.ExceptionID) (row store.ExceptionRow, d Detail, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		if row, err = tx.Exception(id); err != nil {
			return err
		}
		if err := json.Unmarshal(row.Detail, &d); err != nil {
			return fmt.Errorf("read the evidence of exception %d: %w", id, err)
		}
		return nil
	})
	return row, d, err
}

// offered are the actions of a kind without those that can only be refused, as things stand. intake is the state of its order, if it has one.
func offered(row store.ExceptionRow, intake order.IntakeState) []Action {
	return slices.DeleteFunc(slices.Clone(Info(ExceptionKind(row.Kind)).Actions), func(a Action) bool {
		switch kind := ExceptionKind(row.Kind); a {
		case ActTake:
			return intake == order.IntakeAccepted || intake == order.IntakeCancelled
		case ActRetry:
			return (kind == Unrouted || kind == Ambiguous) && intake != order.IntakeHeld
		case ActDismiss:
			return (kind == Unrouted || kind == Ambiguous) && intake == order.IntakeHeld
		case ActCancel:
			return intake == order.IntakeCancelled || kind == SendUnsure && (row.Order == 0 || row.PO == 0)
		case ActTheirs, ActOnce:
			return strings.HasPrefix(row.Key, floodKey)
		case ActArrived, ActResend:
			return row.Dispatch == 0 && kind != ShadowLeft && kind != BooksHeld
		case ActWithdraw:
			return row.Dispatch == 0 && kind != SendCap && !strings.HasPrefix(row.Key, orphanKey)
		}
		return false
	})
}

// errNoMessage: the exception is about a lane, or a mail that is not in the outbox.
var errNoMessage = fmt.Errorf("it is about no single message; mend what it names, or dismiss it: %w", ErrAction)

// act does one action inside the transaction.
func (f *Flow) act(tx *store.Tx, row store.ExceptionRow, d Detail, s Settlement, ring *[]string, advance *[]order.OrderID) (string, error) {
	w := f.world.Load()
	if ExceptionKind(row.Kind) == MailCap {
		return f.settleMany(tx, row, s, ring)
	}
	switch s.Action {
	case ActDismiss:
		return f.dismiss(tx, row)
	case ActRelease:
		switch ExceptionKind(row.Kind) {
		case FirstOrders:
			n, err := f.releaseFirst(tx, row.Supplier, s.By, ring)
			return fmt.Sprintf("Released: %d purchase orders go out.", n), err
		case SendCap:
			return "Sending goes on; the hour is counted anew.", nil
		case NewsCap:
			return "Their rule goes on; hour and day are counted anew. What waits is still yours to decide.", nil
		case ShadowLeft:
			return f.finishShadow(tx, w, Finish{Orders: "send", News: "tell", By: s.By}, ring)
		case BooksHeld:
			*ring = sorted(w.lanes)
			return f.recoverIn(tx, Decision{Resume: true, By: s.By})
		}
		if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: row.Order, By: s.By}); err != nil {
			return "", err
		}
		*advance = append(*advance, row.Order)
		return "Released.", nil
	case ActEdit:
		return f.edit(tx, row.Order, s.Set, s.By, advance)
	case ActRetry:
		return f.retry(tx, row, s, advance)
	case ActTake:
		return f.take(tx, row, d, s, advance)
	case ActCancel:
		if ExceptionKind(row.Kind) == SendUnsure {
			return f.cancelDoubt(tx, w, row, s.By, ring)
		}
		return f.cancelOrder(tx, w, row.Order, s.By, ring)
	case ActArrived, ActWithdraw:
		switch ExceptionKind(row.Kind) {
		case SendCap:
			return f.withdrawCapped(tx, row.Supplier, s.By)
		case ShadowLeft:
			return f.finishShadow(tx, w, Finish{Orders: "sent", News: "told", By: s.By}, ring)
		case BooksHeld:
			*ring = sorted(w.lanes)
			return f.recoverIn(tx, Decision{Sent: true, Resume: true, By: s.By})
		}
		if lane, ok := strings.CutPrefix(row.Key, orphanKey); ok && s.Action == ActWithdraw {
			return f.withdrawLane(tx, lane, s.By)
		}
		if row.Dispatch == 0 {
			return "", errNoMessage
		}
		return f.decideSends(tx, row, d, s, ring)
	case ActReplace:
		return f.replace(tx, w, row, d, s, ring)
	case ActResend:
		if row.Dispatch == 0 {
			return "", errNoMessage
		}
		return f.decideSends(tx, row, d, s, ring)
	}
	return "", ErrAction
}

// cancelDoubt cancels the order that a doubtful message is about: who may have it is asked not to ship, and the message is given up. One with several orders
// is no single order's.
func (f *Flow) cancelDoubt(tx *store.Tx, w *world, row store.ExceptionRow, by string, ring *[]string) (string, error) {
	if row.Order == 0 || row.PO == 0 {
		return "", fmt.Errorf("it is about no single order; `waybill orders cancel` cancels one: %w", ErrAction)
	}
	done, err := f.cancelOrder(tx, w, row.Order, by, ring)
	if err != nil {
		return "", err
	}
	if d, err := tx.Dispatch(row.Dispatch); err != nil {
		return "", err
	} else if d.State == order.DispatchUnsure {
		if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: d.ID, By: by}); err != nil {
			return "", err
		}
	}
	return done, f.settleSending(tx, row.Dispatch, ActCancel, by)
}

// dismiss closes an exception. An order that is held has nothing but its exception to remember it by, so that one stays until something becomes of it.
func (f *Flow) dismiss(tx *store.Tx, row store.ExceptionRow) (string, error) {
	if kind := ExceptionKind(row.Kind); kind == Unrouted || kind == Ambiguous {
		o, err := tx.Order(row.Order)
		if err != nil {
			return "", err
		}
		if o.Intake.State == order.IntakeHeld {
			return "", fmt.Errorf("order %s is held and would be forgotten; cancel it, or mend the routing and retry: %w", o.Doc.Number, ErrAction)
		}
	}
	if ExceptionKind(row.Kind) == SupplierLate {
		return "Closed; these purchase orders are not told of again for this.", f.lateDismissed(tx, row)
	}
	return "Closed; nothing was changed.", nil
}

// retry reads an item again, or routes an order again, after something about it was mended.
func (f *Flow) retry(tx *store.Tx, row store.ExceptionRow, s Settlement, advance *[]order.OrderID) (string, error) {
	switch ExceptionKind(row.Kind) {
	case Unreadable, NotTaken:
		item, err := tx.Item(row.Item)
		if err != nil {
			return "", err
		}
		item.State, item.Attempts = store.ItemKept, 1
		return "It is read again.", tx.SetRead(item)
	case AccountFailing:
		return "The next attempt will tell.", nil
	}
	current, err := tx.Order(row.Order)
	if err != nil {
		return "", err
	}
	if current.Intake.State != order.IntakeHeld {
		return "", fmt.Errorf("order %s is %s and not held: %w", current.Doc.Number, current.Intake.State, ErrAction)
	}
	if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: row.Order, Reason: reasonRetry, By: s.By}); err != nil {
		return "", err
	}
	*advance = append(*advance, row.Order)
	return "Routed again.", nil
}

// reasonRetry tells a release that lets an order be routed again from one that lets it through its gates.
const reasonRetry = "retry"

// take puts the second version of an order in the place of the first, as long as no supplier has been told of it.
func (f *Flow) take(tx *store.Tx, row store.ExceptionRow, d Detail, s Settlement, advance *[]order.OrderID) (string, error) {
	current, err := tx.Order(row.Order)
	if err != nil {
		return "", err
	}
	switch current.Intake.State {
	case order.IntakeAccepted, order.IntakeCancelled:
		return "", fmt.Errorf("order %s is %s: its suppliers were told already. Tell them of the change yourself, then dismiss this: %w",
			current.Doc.Number, current.Intake.State, ErrAction)
	}
	if d.Order == nil {
		return "", fmt.Errorf("the second version was erased: %w", ErrAction)
	}
	doc := *d.Order
	if doc.PaidAt.IsZero() {
		doc.PaidAt = current.Doc.PaidAt
	}
	if err := tx.ReplaceOrder(row.Order, doc); err != nil {
		return "", err
	}
	if err := tx.SetOriginal(row.Order, nil); err != nil {
		return "", err
	}
	if err := f.noteLikeness(tx, row.Order, doc, current.ReceivedAt); err != nil {
		return "", err
	}
	if _, err := tx.Record(order.Event{Kind: order.Edited, At: f.now(), Order: row.Order, By: s.By, Fields: d.Fields}); err != nil {
		return "", err
	}
	if !doc.Paid() && current.Intake.State == order.IntakeWaiting {
		return "The second version is in force; the order still waits for its payment.", nil
	}
	if doc.Paid() && current.Intake.State == order.IntakeWaiting {
		if _, err := tx.Record(order.Event{Kind: order.Paid, At: f.now(), Order: row.Order, By: s.By}); err != nil {
			return "", err
		}
	}
	if current.Intake.State == order.IntakeHeld {
		return "The second version is in force; the order is still held.", nil
	}
	*advance = append(*advance, row.Order)
	return "The second version is in force.", nil
}

// believe applies a finding that a person has confirmed, and notes on the finding what they have decided. It gives the finding as it was applied.
func (f *Flow) believe(tx *store.Tx, w *world, row store.ExceptionRow, d Detail, s Settlement, ring *[]string) (string, *match.Finding, error) {
	if d.Finding == nil {
		return "", nil, fmt.Errorf("there is no news to apply: %w", ErrAction)
	}
	finding := *d.Finding
	finding.PO, finding.LineQuantities, finding.Confidence = d.PO, d.Lines, 1
	finding.Tracking = slices.Clone(finding.Tracking)
	for i := range finding.Tracking {
		finding.Tracking[i].URL = d.URLs[finding.Tracking[i].Number]
	}
	if err := corrected(&finding, s); err != nil {
		return "", nil, err
	}
	if s.PO != "" {
		po, err := tx.POByNumber(s.PO)
		if err != nil {
			return "", nil, err
		}
		if po.ID != finding.PO {
			finding.PO = po.ID
			if finding.LineQuantities = resolveLines(po, finding.Lines); len(finding.Lines) > 0 && len(finding.LineQuantities) == 0 {
				return "", nil, fmt.Errorf("purchase order %s has none of the products that the message names, and is not settled as a whole by it: %w", po.Number, ErrAction)
			}
		}
	}
	if finding.PO == 0 {
		return "", nil, fmt.Errorf("say which purchase order it is about (--po NUMBER): %w", ErrAction)
	}
	// A number that was withdrawn is never taken; a person's word may put one parcel on several orders.
	finding.Tracking = slices.DeleteFunc(finding.Tracking, func(t match.Tracking) bool { return t.Withdrawn })
	lanes, err := f.apply(tx, w, evidence{item: row.Item, supplier: row.Supplier, by: s.By, shared: true}, finding)
	if err != nil {
		if conflict := (*conflictError)(nil); errors.As(err, &conflict) {
			return "", nil, fmt.Errorf("%s: %w", conflict.words, ErrAction)
		}
		return "", nil, err
	}
	*ring = append(*ring, lanes...)
	po, err := tx.PO(finding.PO)
	if err != nil {
		return "", nil, err
	}
	if err := decided(tx, row, d, finding, po); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("Applied to purchase order %s, which is now %s.", po.Number, po.State()), &finding, nil
}

// corrected puts what the person says in the place of what was read.
func corrected(finding *match.Finding, s Settlement) error {
	if s.Kind != "" {
		if s.Kind.Consequence() == 0 || s.Kind == parsers.Question {
			return fmt.Errorf("news cannot be of the kind %q; choose shipment, acknowledgement, backorder, out_of_stock, cancellation or rejection: %w", s.Kind, ErrAction)
		}
		finding.Kind = s.Kind
	}
	if finding.Kind == parsers.Question {
		return fmt.Errorf("say what the message means (--kind shipment, acknowledgement, backorder, out_of_stock, cancellation or rejection), or answer it and dismiss this: %w", ErrAction)
	}
	if s.Carrier != "" {
		slug, _ := carrier.Normalize(s.Carrier)
		if slug == "" {
			return fmt.Errorf("carrier %q is not known; write it like ups, fedex, dhl-germany: %w", s.Carrier, ErrAction)
		}
		for i := range finding.Tracking {
			finding.Tracking[i].Carrier = slug
		}
	}
	return nil
}

// decided notes on a finding what a person has made of it.
func decided(tx *store.Tx, row store.ExceptionRow, d Detail, finding match.Finding, po order.PurchaseOrder) error {
	rows, err := tx.FindingsOfItem(row.Item)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.N != d.FindingN {
			continue
		}
		finding.Number = po.Number
		r.PO, r.Order, r.Kind, r.Applied = po.ID, po.Order, string(finding.Kind), true
		if r.Detail, err = json.Marshal(finding); err != nil {
			return fmt.Errorf("write the finding down: %w", err)
		}
		return tx.AddFinding(r)
	}
	return nil
}

// resolveLines finds the lines of a purchase order by SKU, ours or theirs; what it does not have is left out. A product without a quantity is everything
// outstanding of it.
func resolveLines(po order.PurchaseOrder, found []match.FoundLine) []order.LineQuantity {
	var lines []order.LineQuantity
	for _, want := range found {
		for _, l := range po.Lines {
			if l.SKU != want.SKU && (l.SupplierSKU == "" || l.SupplierSKU != want.SKU) {
				continue
			}
			quantity := want.Quantity
			if quantity == 0 {
				quantity = l.Outstanding()
			}
			if quantity > 0 {
				lines = append(lines, order.LineQuantity{Line: l.ID, Quantity: quantity})
			}
			break
		}
	}
	return lines
}
