package flow

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/routing"
	"waybill/daemon/store"
)

// gateReason begins the reason of a hold by a gate; its name follows. noGate are the reasons of those by something else.
const gateReason = "gate:"

var noGate = []string{routing.NoSupplier, routing.TwoSuppliers, reasonUnwritable}

// gatesOf compiles the gates of a configuration. Each mistake is told with file, line, and column in the condition.
func gatesOf(cfg *config.Config) (*routing.Gates, error) {
	var rules []routing.GateRule
	type key struct{ name, channel, supplier string }
	where := map[key]config.Gate{}
	keys := map[key]string{}
	add := func(prefix, channel, supplier string, gates config.Gates) {
		for _, name := range sorted(gates) {
			g, k := gates[name], key{name, channel, supplier}
			rules = append(rules, routing.GateRule{Name: name, Hold: g.Hold, Say: g.Say, Within: time.Duration(g.Within), Channel: channel, Supplier: supplier, At: g.At})
			where[k], keys[k] = g, prefix+"gates."+name
		}
	}
	add("", "", "", cfg.Gates)
	for _, slug := range sorted(cfg.Channels) {
		add("channels."+slug+".", slug, "", cfg.Channels[slug].Gates)
	}
	for _, slug := range sorted(cfg.Suppliers) {
		add("", "", slug, cfg.Suppliers[slug].Gates)
	}
	gates, err := routing.NewGates(rules)
	if err == nil {
		return gates, nil
	}
	var problems config.Problems
	for _, wrong := range joined(err) {
		var g *routing.GateError
		if !errors.As(wrong, &g) {
			return nil, err
		}
		k := key{g.Rule.Name, g.Rule.Channel, g.Rule.Supplier}
		p := config.Problem{File: where[k].File, Line: where[k].HoldLine, Key: keys[k], Text: g.Err.Error()}
		if at := (*routing.ExpressionError)(nil); errors.As(g.Err, &at) {
			p.Line += at.Line - 1
		}
		problems = append(problems, p)
	}
	slices.SortFunc(problems, func(a, b config.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Key, b.Key))
	})
	return nil, problems
}

// joined takes apart what errors.Join put together.
func joined(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// Gates lists the gates in force, and those that are off.
func (f *Flow) Gates() []routing.GateView { return f.world.Load().gates.List() }

// noteLikeness keeps by what a later duplicate of the order is known.
func (f *Flow) noteLikeness(tx *store.Tx, id order.OrderID, doc order.Order, received time.Time) error {
	var mark []byte
	if text := routing.Purchase(doc); text != "" {
		mark = f.store.Likeness(text)
	}
	return tx.SetLikeness(id, mark, placedAt(doc, received))
}

// placedAt is when the customer bought, or when we heard of it where the channel does not tell.
func placedAt(doc order.Order, received time.Time) time.Time {
	if doc.PlacedAt.IsZero() {
		return received
	}
	return doc.PlacedAt
}

// mostTwins is how many orders are looked at for a duplicate: a pick-up point that many order the same to has more, and one is enough.
const mostTwins = 100

// duplicates looks in the books for orders of which this one may be a duplicate. It runs in the transaction in which the order is accepted: of two that come at
// the same moment the second one sees the first.
func (f *Flow) duplicates(tx *store.Tx, w *world, row store.OrderRow) ([]routing.Reason, error) {
	within, on := w.gates.Duplicates(row.Doc.Channel)
	text := routing.Purchase(row.Doc)
	if !on || text == "" {
		return nil, nil
	}
	placed := placedAt(row.Doc, row.ReceivedAt)
	rows, err := tx.Alike(f.store.Likeness(text), placed.Add(-within), placed.Add(within), mostTwins)
	if err != nil {
		return nil, err
	}
	for _, other := range slices.Backward(rows) {
		if other.ID == row.ID || other.Erased || !stands(other, row.ID) {
			continue
		}
		if by, same := routing.SameCustomer(row.Doc, other.Doc); same {
			return []routing.Reason{w.gates.Duplicate(row.Doc.Channel, twinWords(other.Doc, by, placed.Sub(placedAt(other.Doc, other.ReceivedAt))))}, nil
		}
	}
	return nil, nil
}

// stands tells whether an order counts as the first of two: it was accepted, or it came before and may still be. One that waits for its payment, or was
// cancelled, ships nothing.
func stands(other store.OrderRow, id order.OrderID) bool {
	switch other.Intake.State {
	case order.IntakeAccepted:
		return true
	case order.IntakeHeld, order.IntakeReady:
		return other.ID < id
	}
	return false
}

// twinWords say which order is likely the same, and why.
func twinWords(other order.Order, by string, after time.Duration) string {
	when := "at the same time"
	switch minutes := int(after.Abs().Round(time.Minute).Minutes()); {
	case minutes == 0:
	case after > 0:
		when = fmt.Sprintf("%d minutes before", minutes)
	default:
		when = fmt.Sprintf("%d minutes after", minutes)
	}
	return fmt.Sprintf("It is likely a duplicate: order %s of channel %s, placed %s, is the same goods to the same address, by the %s of the same customer.",
		other.Number, other.Channel, when, by)
}

// helpHeld says how a held order goes on. Where a gate is about fields that can be edited it names the first.
func helpHeld(number string, gates []routing.Reason) string {
	for _, g := range gates {
		if strings.HasPrefix(g.Field, "ship_to.") {
			return fmt.Sprintf("Correct it (waybill orders edit %s --set %s=…), release it as it is, or cancel it.", number, g.Field)
		}
	}
	return "Look at it, then release it as it is, correct it (waybill orders edit), or cancel it."
}

// newsKey begins the key of what lateNews asks.
const newsKey = "news:"

// lateNews puts before a person what a gate would have held an order for, had the channel told it before the order was accepted: fraud is often judged minutes
// after the order.
func (f *Flow) lateNews(tx *store.Tx, first store.OrderRow, now order.Order, news []string) error {
	if len(news) == 0 || first.Intake.State != order.IntakeAccepted || first.AlreadySent {
		return nil
	}
	w := f.world.Load()
	parts := w.router.Route(now).Parts
	before := w.gates.Judge(first.Doc, parts)
	var reasons, gates []string
	for _, r := range w.gates.Judge(now, parts) {
		if !slices.ContainsFunc(before, func(b routing.Reason) bool { return b.Gate == r.Gate }) {
			reasons, gates = append(reasons, r.Words), append(gates, r.Gate)
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	row, isNew, err := f.open(tx, Exception{Kind: OrderChanged, Key: fmt.Sprintf("%s%d:%s", newsKey, first.ID, strings.Join(gates, ",")), Order: first.ID, Channel: first.Doc.Channel,
		Detail: Detail{About: first.Doc.Number, Says: "Order %s was accepted, and now a gate would hold it", Fields: news, Reasons: reasons,
			Help: "Cancel it as long as it has not left, or dismiss this."}})
	if err != nil || !isNew {
		return err
	}
	_, err = tx.Record(order.Event{Kind: order.Differs, At: f.now(), Order: first.ID, By: "channel", Fields: news, Exception: row.ID})
	return err
}
