package flow

import (
	"crypto/sha256"
	"encoding/hex"
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

// decide does what the item's findings may do by themselves and puts the rest before a person. It returns the lanes that have
// news to send.
func (f *Flow) decide(tx *store.Tx, w *world, it *opened) (ring []string, err error) {
	if isSent(it.row.Source) {
		return nil, f.sentCopy(tx, it)
	}
	if it.ours && it.reading.Kind != parsers.Bounce {
		return nil, f.ownCopy(tx, it)
	}
	if !it.doubted() { // else whoever writes in a supplier's name could fill the desk
		if it.drifted, err = f.drifted(tx, it); err != nil {
			return nil, err
		}
		for _, p := range it.reading.Problems {
			if err := f.problem(tx, it, p); err != nil {
				return nil, err
			}
		}
	}
	if it.version != nil {
		if err := f.tellVersion(tx, it); err != nil {
			return nil, err
		}
	}
	switch it.reading.Kind {
	case parsers.Bounce:
		return nil, f.bounce(tx, it)
	case parsers.AutoReply:
		return nil, f.note(tx, it)
	}
	for n, finding := range it.findings {
		if finding, err = askBooks(tx, finding); err != nil {
			return nil, err
		}
		if it.version != nil && !it.version.file {
			finding.Reasons = append(slices.Clone(finding.Reasons), it.version.words(f))
		}
		lanes, applied, err := f.decideOne(tx, w, it, n, finding)
		if err != nil {
			return nil, err
		}
		ring = append(ring, lanes...)
		if err := f.addFinding(tx, it, n, finding, applied); err != nil {
			return nil, err
		}
	}
	return ring, nil
}

func (f *Flow) addFinding(tx *store.Tx, it *opened, n int, finding match.Finding, applied bool) error {
	detail, err := json.Marshal(finding)
	if err != nil {
		return fmt.Errorf("write the finding down: %w", err)
	}
	return tx.AddFinding(store.FindingRow{Item: it.row.ID, N: n, Order: finding.OrderID, PO: finding.PO, Kind: string(finding.Kind),
		Method: string(finding.Method), Score: finding.Confidence, Decision: string(finding.Decision), Applied: applied, Detail: detail})
}

// decideOne judges one finding: applied, noted, or put before a person.
func (f *Flow) decideOne(tx *store.Tx, w *world, it *opened, n int, finding match.Finding) (ring []string, applied bool, err error) {
	if it.doubted() {
		if finding.Decision == match.Ignore && finding.PO != 0 {
			return nil, false, f.noteFinding(tx, it, finding, "repeat")
		}
		return nil, false, f.askDoubted(tx, w, it, finding)
	}
	if old, is, err := f.corrects(tx, it, finding); err != nil {
		return nil, false, err
	} else if is {
		return nil, false, f.askCorrection(tx, it, n, finding, old)
	}
	switch {
	case finding.Decision == match.Ignore:
		if finding.PO == 0 {
			return nil, false, nil
		}
		// Who has a reference already is known even when nothing else is new: the same one on another order is then no match.
		if err := learn(tx, it.who.Supplier, finding); err != nil {
			return nil, false, err
		}
		if it.version != nil && it.version.said(finding) {
			return nil, false, nil // a file that grows says all of it again each time
		}
		return nil, false, f.noteFinding(tx, it, finding, "repeat")
	case finding.PO != 0 && f.refused(w, it, finding):
		return nil, false, f.noteFinding(tx, it, finding, "not_theirs")
	case finding.NewSender && w.addresses.acceptable(it.from):
		return nil, false, f.askSender(tx, w, it, finding, false)
	case finding.Decision == match.Review || finding.PO == 0:
		if finding.PO == 0 && len(finding.Candidates) == 0 && it.who.Supplier == "" && !w.addresses.isThirdParty(it.from) {
			return nil, false, nil // quiet: a sender that nobody has listed, and no order comes near
		}
		return nil, false, f.ask(tx, it, n, finding)
	case finding.Kind == parsers.Question:
		return nil, false, f.ask(tx, it, n, finding)
	case finding.Apply != match.ApplyAuto:
		return nil, false, f.ask(tx, it, n, finding)
	}
	if finding.Kind.CostsMoney() {
		if why, err := f.mayRule(tx, w, it, finding); err != nil {
			return nil, false, err
		} else if why != "" {
			finding.Apply, finding.Reasons = match.ApplyPropose, append(finding.Reasons, why)
			return nil, false, f.ask(tx, it, n, finding)
		}
	}
	ring, err = f.apply(tx, w, evidence{item: it.row.ID, supplier: it.who.Supplier, by: "supplier", shared: it.who.SharedTracking, strength: finding.Strength}, finding)
	if conflict := (*conflictError)(nil); errors.As(err, &conflict) {
		finding.Reasons = append(finding.Reasons, conflict.words)
		finding.Contradictions = append(finding.Contradictions, conflict.code)
		return nil, false, f.ask(tx, it, n, finding)
	}
	if err == nil && finding.Kind.CostsMoney() {
		err = tx.AddRuling(it.row.ID, n, it.who.Supplier, f.now())
	}
	if err == nil && it.who.Open && !slices.Contains(it.who.For, finding.Supplier) && w.addresses.acceptable(it.from) {
		err = f.askSender(tx, w, it, finding, true)
	}
	return ring, err == nil, err
}

// strangerMost is how many questions one message of somebody who speaks for no supplier may raise; all others are one. Anybody can write a mail about
// every order number that there may be.
const strangerMost = 20

// ask puts a finding before a person.
func (f *Flow) ask(tx *store.Tx, it *opened, n int, finding match.Finding) error {
	if it.drifted && finding.PO == 0 {
		return nil // the drift asks for all
	}
	kind := WhichOrder
	switch {
	case len(finding.Contradictions) > 0:
		kind = Contradiction
	case finding.PO != 0 && finding.Kind == parsers.Question:
		kind = SupplierAsks
	case finding.PO == 0 && finding.Kind == parsers.Question:
		kind = SupplierAsks
	case finding.PO != 0 && finding.Kind.CostsMoney() && finding.Decision == match.Auto:
		kind = CostlyNews
	}
	d := Detail{About: f.sourceName(it), Reasons: finding.Reasons, Finding: &finding, FindingN: n, PO: finding.PO, Kind: finding.Kind, From: it.from,
		Lines: finding.LineQuantities, URLs: map[string]string{}}
	for _, c := range finding.Candidates {
		d.Candidates = append(d.Candidates, c.PO)
	}
	for _, t := range finding.Tracking {
		if t.URL != "" {
			d.URLs[t.Number] = t.URL
		}
	}
	if env := it.reading.Envelope; env != nil {
		d.Subject = env.Subject
	}
	d.Says = says(kind, finding)
	key := newsKeyOf(it, n, finding)
	if it.who.Supplier == "" && n >= strangerMost {
		key = fmt.Sprintf("item:%d:more", it.row.ID)
		d.Reasons = append(d.Reasons, "the same message says more about other orders: look at the original")
	}
	if finding.PO != 0 && kind == CostlyNews {
		// The same bad news twice is one question; bad news about another line is another.
		key = fmt.Sprintf("costly:%d:%s:%s", finding.PO, finding.Kind, fingerprint(finding.LineQuantities))
	}
	_, _, err := f.open(tx, Exception{Kind: kind, Key: key, Supplier: it.who.Supplier, Order: finding.OrderID, PO: finding.PO, Item: it.row.ID, Detail: d})
	return err
}

// fingerprint is the same for the same lines and quantities, in any order. It stands in a key, so it quotes no line id.
func fingerprint(lines []order.LineQuantity) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = fmt.Sprintf("%d %s", l.Quantity, l.Line)
	}
	slices.Sort(texts)
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:6])
}

// problem tells what could not be read, where it matters: a mail of a supplier, or a file.
func (f *Flow) problem(tx *store.Tx, it *opened, p parsers.Problem) error {
	if it.who.Supplier == "" || it.drifted {
		return nil
	}
	_, _, err := f.open(tx, Exception{Kind: Unreadable, Key: fmt.Sprintf("problem:%d:%s", it.row.ID, p.Code), Item: it.row.ID, Supplier: it.who.Supplier,
		Detail: Detail{About: f.sourceName(it), From: it.from, Reasons: []string{p.Text}}})
	return err
}

func (f *Flow) noteFinding(tx *store.Tx, it *opened, finding match.Finding, reason string) error {
	_, err := tx.Record(order.Event{Kind: order.Noted, At: f.now(), Order: finding.OrderID, PO: finding.PO, Item: it.row.ID, Reason: reason,
		By: "supplier", Method: string(finding.Method), Score: finding.Confidence, Strength: finding.Strength})
	return err
}

// note remembers a robot's answer on the timeline of the orders that it is about.
func (f *Flow) note(tx *store.Tx, it *opened) error {
	for n, finding := range it.findings {
		if finding.PO != 0 {
			if err := f.noteFinding(tx, it, finding, string(parsers.AutoReply)); err != nil {
				return err
			}
		}
		if err := f.addFinding(tx, it, n, finding, false); err != nil {
			return err
		}
	}
	return nil
}

// evidence says who brought the news.
type evidence struct {
	item     order.ItemID
	supplier string
	by       string
	shared   bool // one parcel may hold several orders
	strength order.Strength
}

// conflictError is news that the books contradict: a person decides.
type conflictError struct{ code, words string }

func (e *conflictError) Error() string { return e.words }

// apply changes a purchase order as the finding says, and learns what the supplier calls it. A *conflictError means that nothing was changed: whoever
// gets it goes on with the same transaction.
func (f *Flow) apply(tx *store.Tx, w *world, ev evidence, finding match.Finding) (ring []string, err error) {
	if ev.by != "supplier" {
		ev.strength = order.StrengthPerson
	}
	po, err := tx.PO(finding.PO)
	if err != nil {
		return nil, err
	}
	if ring, err = f.change(tx, w, ev, po, finding); err != nil {
		return nil, err
	}
	return ring, learn(tx, po.Supplier, finding)
}

// learn remembers what the supplier calls the purchase order.
func learn(tx *store.Tx, supplier string, finding match.Finding) error {
	if supplier == "" {
		return nil
	}
	for _, ref := range finding.Refs {
		if err := tx.AddSupplierRef(supplier, ref, finding.PO); err != nil {
			return err
		}
	}
	return nil
}

func (f *Flow) change(tx *store.Tx, w *world, ev evidence, po order.PurchaseOrder, finding match.Finding) (ring []string, err error) {
	e := order.Event{At: f.now(), PO: po.ID, Order: po.Order, Item: ev.item, By: ev.by, Method: string(finding.Method), Score: finding.Confidence, Strength: ev.strength,
		Lines: finding.LineQuantities, Expected: finding.Expected}
	switch finding.Kind {
	case parsers.Shipment:
		return f.ship(tx, w, ev, po, finding, e)
	case parsers.Acknowledgement:
		if po.Closed() {
			e.Kind, e.Reason = order.Noted, "late"
			_, err := tx.Record(e)
			return nil, err
		}
		e.Kind = order.Acknowledged
	case parsers.Backorder:
		e.Kind = order.Backordered
	case parsers.OutOfStock:
		e.Kind = order.OutOfStock
	case parsers.Cancellation:
		e.Kind = order.Cancelled
	case parsers.Rejection:
		e.Kind = order.Rejected
	default:
		e.Kind, e.Reason = order.Noted, string(finding.Kind)
		_, err := tx.Record(e)
		return nil, err
	}
	if _, err := tx.Record(e); err != nil {
		return nil, conflict(err)
	}
	if err := f.seen(tx, po.ID, e); err != nil {
		return nil, err
	}
	if finding.Kind == parsers.Acknowledgement {
		return nil, nil
	}
	return f.tell(tx, w, news{kind: e.Kind, po: po.ID, event: e})
}

// conflict turns what the domain refuses into a question for a person; other errors stay errors.
func conflict(err error) error {
	switch {
	case errors.Is(err, order.ErrQuantity):
		return &conflictError{"too_many", "more pieces than are outstanding: " + err.Error()}
	case errors.Is(err, order.ErrTransition):
		return &conflictError{"closed", err.Error()}
	case errors.Is(err, order.ErrLine):
		return &conflictError{"sku", err.Error()}
	}
	return err
}

// ship books parcels. Numbers that the purchase order has already are a repeat; a number on another order is a conflict.
func (f *Flow) ship(tx *store.Tx, w *world, ev evidence, po order.PurchaseOrder, finding match.Finding, e order.Event) ([]string, error) {
	if !hadIt(e) { // else a forged parcel would end the sending of an order that its supplier never had
		if is, err := neverLeft(tx, w, po); err != nil {
			return nil, err
		} else if is {
			return nil, &conflictError{"not_sent", "the order has not reached them by us: nothing of ours has left, and nothing proves that they wrote this"}
		}
	}
	known, err := tx.PackagesOfPO(po.ID)
	if err != nil {
		return nil, err
	}
	var fresh []match.Tracking
	for _, t := range finding.Tracking {
		if t.Withdrawn || slices.ContainsFunc(known, func(p store.PackageRow) bool { return p.Number == t.Number && !p.Gone }) {
			continue
		}
		if ev.by == "supplier" && slices.ContainsFunc(known, func(p store.PackageRow) bool { return p.Number == t.Number }) {
			return nil, &conflictError{"withdrawn", fmt.Sprintf("tracking number %s was replaced by another before", t.Number)}
		}
		others, err := tx.PackagesByNumber(t.Number)
		if err != nil {
			return nil, err
		}
		for _, o := range others {
			if o.PO != po.ID && !o.Gone && !ev.shared {
				other, err := tx.PO(o.PO)
				if err != nil {
					return nil, err
				}
				return nil, &conflictError{"tracking_elsewhere", fmt.Sprintf("tracking number %s already sits on purchase order %s", t.Number, other.Number)}
			}
		}
		fresh = append(fresh, t)
	}
	if len(fresh) == 0 && !(len(finding.Tracking) > 0 && untouched(po, finding.LineQuantities)) {
		return nil, f.shippedWithoutNumber(tx, po, finding, e)
	}
	for _, p := range known {
		if len(fresh) == 0 && !p.Gone && slices.ContainsFunc(finding.Tracking, func(t match.Tracking) bool { return t.Number == p.Number }) {
			e.Packages = append(e.Packages, p.ID) // more was in the parcel than was said before
		}
	}
	e.Kind = order.Shipped
	if _, err := po.Apply(e); err != nil { // before a parcel is written that would make the next mail about it a repeat
		return nil, conflict(err)
	}
	for _, t := range fresh {
		page := carrier.URL(t.Carrier, t.Number)
		if page == "" {
			page = w.followed(t.URL, po.Supplier)
		}
		pkg, err := tx.AddPackage(store.PackageRow{PO: po.ID, Carrier: t.Carrier, Number: t.Number, URL: page, Item: ev.item, At: e.At})
		if err != nil {
			return nil, err
		}
		e.Packages = append(e.Packages, pkg.ID)
	}
	if _, err := tx.Record(e); err != nil {
		return nil, conflict(err)
	}
	if err := f.seen(tx, po.ID, e); err != nil {
		return nil, err
	}
	return f.tell(tx, w, news{kind: order.Shipped, po: po.ID, event: e})
}

// shippedWithoutNumber: a supplier who says "shipped" and gives no number has the order; the channel hears when the number comes.
// With numbers that are all known already it is a repeat.
func (f *Flow) shippedWithoutNumber(tx *store.Tx, po order.PurchaseOrder, finding match.Finding, e order.Event) error {
	e.Lines = nil
	if len(finding.Tracking) > 0 || po.Closed() {
		e.Kind, e.Reason = order.Noted, "repeat"
	} else {
		e.Kind, e.Reason = order.Acknowledged, "shipped_without_number"
	}
	if _, err := tx.Record(e); err != nil {
		return conflict(err)
	}
	return f.seen(tx, po.ID, e)
}

// seen: a supplier's answer is proof that a message arrived about which nobody was sure, if it shows that its writer has had our mail, or is the supplier.
// What anybody can write settles nothing about our sending: no doubt, no failure, no bounce.
func (f *Flow) seen(tx *store.Tx, po order.POID, e order.Event) error {
	if !hadIt(e) {
		return nil
	}
	err := f.arrived(tx, po, "supplier", 0, func(d store.DispatchRow) (bool, error) {
		return d.Purpose == order.PurposeOrder && d.State != order.DispatchQueued, nil
	})
	if err != nil {
		return err
	}
	return f.overtaken(tx, po)
}

// hadIt tells whether who says this has had our mail, or is the supplier. A shipping program's notice is made for whoever is its customer, and the buyer, who
// knows number and address, may be one.
func hadIt(e order.Event) bool {
	if e.Strength == order.StrengthVouched {
		return e.Method == string(match.Token) || e.Method == string(match.Thread)
	}
	return e.Strength.AtLeast(order.NeedOf(order.Arrived).Least)
}

// neverLeft tells whether nothing that the supplier could have tells it of the purchase order: all messages about it wait, were refused, or were taken back
// before they left, or there is none yet, as it waits for its batch. Of what a person uploads to a portal, and of what was sent before waybill, only they know.
func neverLeft(tx *store.Tx, w *world, po order.PurchaseOrder) (bool, error) {
	dispatches, err := tx.DispatchesOfPO(po.ID)
	if err != nil {
		return false, err
	}
	if len(dispatches) == 0 {
		o, err := tx.Order(po.Order)
		s, known := w.cfg.Suppliers[po.Supplier]
		return err == nil && known && s.Send.By != "export" && !o.AlreadySent, err
	}
	told := slices.ContainsFunc(dispatches, func(d store.DispatchRow) bool {
		switch d.State {
		case order.DispatchQueued, order.DispatchHeld, order.DispatchSending, order.DispatchFailed:
			return false
		case order.DispatchWithdrawn, order.DispatchReplaced:
			return !d.MarkedAt.IsZero()
		}
		return d.Purpose == order.PurposeOrder
	})
	return !told, nil
}

// which tells one message of a purchase order from the others.
type which func(store.DispatchRow) (bool, error)

// arrived settles what is not known about messages of a purchase order that evidence has shown to have arrived: the doubt, and the answer that is still awaited.
// One that its server refused, or claimed to, and that is to be tried again, need not be.
func (f *Flow) arrived(tx *store.Tx, po order.POID, by string, item order.ItemID, is which) error {
	dispatches, err := tx.DispatchesOfPO(po)
	if err != nil {
		return err
	}
	for _, d := range dispatches {
		if d.State != order.DispatchUnsure && d.State != order.DispatchMarked && (d.State != order.DispatchQueued || d.Attempts == 0 && !f.held.Load()) {
			continue
		}
		if yes, err := is(d); err != nil {
			return err
		} else if !yes {
			continue
		}
		if _, err := tx.Record(order.Event{Kind: order.Arrived, At: f.now(), Dispatch: d.ID, Item: item, By: by}); err != nil {
			return err
		}
		if err := f.settleSending(tx, d.ID, ActArrived, "rule"); err != nil {
			return err
		}
	}
	return nil
}

// settleAbout closes open exceptions of a kind about a dispatch that later news has settled.
func (f *Flow) settleAbout(tx *store.Tx, kind ExceptionKind, d order.DispatchID, action string) error {
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Dispatch: d, Open: true})
	if err != nil {
		return err
	}
	for _, x := range rows {
		if err := tx.SettleException(x.ID, action, "rule", f.now()); err != nil {
			return err
		}
	}
	return nil
}
