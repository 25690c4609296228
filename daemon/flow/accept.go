package flow

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/routing"
	"waybill/daemon/store"
)

// prepared is everything about an order that can be worked out before the transaction: gates, routes, numbers, keys and
// the rendered messages. It is worked out again when a number turns out to be taken.
type prepared struct {
	gates       []routing.Reason
	unwritable  []string // why it cannot be written for a supplier: a character that their encoding does not have, …
	plan        routing.Plan
	parts       []part
	alreadySent bool
	released    bool // a person let it through: gates do not stop it again
}

// part is one purchase order to be.
type part struct {
	po       order.PurchaseOrder
	dispatch *store.DispatchRow // nil: gathered into a batch, exported by hand, or already sent
}

// errNumberTaken says that a PO number is used by another channel's order of the same number.
var errNumberTaken = errors.New("the purchase order number is taken")

// reasonUnwritable is why an order is held that cannot be put into the form that its supplier gets.
const reasonUnwritable = "cannot_be_written"

// prepare renders also what is gathered into a batch or exported later: what cannot be written then has to be known now, while the order can
// still be held.
func (f *Flow) prepare(w *world, doc order.Order, alreadySent bool) (*prepared, error) {
	return f.prepareAs(w, doc, alreadySent, "")
}

// retryPrepare runs write, and again with other PO numbers when they are taken: another channel has an order of that number, or this one counts from
// the beginning every year. With the channel's name before them, then with the order's id there as well: ugly, and free.
func (f *Flow) retryPrepare(ready **prepared, w *world, doc order.Order, alreadySent bool, write func() error) error {
	err := write()
	channel := strings.ToUpper(doc.Channel) + "-"
	for _, prefix := range []string{channel, channel + doc.ID + "-"} {
		if !errors.Is(err, errNumberTaken) {
			return err
		}
		again, failed := f.prepareAs(w, doc, alreadySent, cleanNumber(prefix))
		if failed != nil {
			return failed
		}
		again.released = (*ready).released
		*ready = again
		err = write()
	}
	return err
}

func (f *Flow) prepareAs(w *world, doc order.Order, alreadySent bool, prefix string) (*prepared, error) {
	p := &prepared{alreadySent: alreadySent, plan: w.router.Route(doc)}
	if !alreadySent {
		p.gates = w.gates.Judge(doc, p.plan.Parts)
	}
	if p.plan.Hold {
		return p, nil
	}
	for i, routed := range p.plan.Parts {
		token, err := order.NewToken(f.random)
		if err != nil {
			return nil, err
		}
		po := order.PurchaseOrder{
			Number: prefix + poNumber(doc.Number, i), Supplier: routed.Supplier, Token: token,
		}
		for _, l := range routed.Lines {
			po.Lines = append(po.Lines, order.POLine{ID: l.Line.ID, SKU: l.Line.SKU, SupplierSKU: l.SupplierSKU, Title: l.Line.Title, Ordered: l.Line.Quantity})
		}
		part := part{po: po}
		if supplier := w.cfg.Suppliers[routed.Supplier]; !alreadySent {
			if supplier.Send.By == "export" {
				supplier.Send.By = "folder" // a person carries the file
			}
			d, err := f.renderOrder(w, supplier, doc, []order.PurchaseOrder{po}, nil)
			switch {
			case err != nil:
				p.unwritable = append(p.unwritable, fmt.Sprintf("It cannot be written for %s: %v.", cmp.Or(supplier.Name, supplier.Slug), err))
			case goesAtOnce(w.cfg.Suppliers[routed.Supplier]):
				part.dispatch = d
			}
		}
		p.parts = append(p.parts, part)
	}
	return p, nil
}

func goesAtOnce(s config.Supplier) bool { return s.Send.Batch == "" && s.Send.By != "export" }

// poNumber names the part of an order: 1001-A, 1001-B, … 1001-Z, 1001-AA.
func poNumber(number string, i int) string {
	suffix := ""
	for n := i + 1; n > 0; n = (n - 1) / 26 {
		suffix = string(rune('A'+(n-1)%26)) + suffix
	}
	return cleanNumber(number) + "-" + suffix
}

// cleanNumber leaves out the "#" that shops show, and what cannot be seen; what cannot stand in file names, or where mail programs break
// lines, becomes a dash.
func cleanNumber(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '#' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r) || strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		}
		return r
	}, number)
}

// commit records what was prepared, in the transaction that the order is in: held, or accepted with its purchase orders
// and their dispatches queued. It returns the lanes that have work now.
func (f *Flow) commit(tx *store.Tx, row store.OrderRow, p *prepared, taken *Taken) (ring []string, err error) {
	now := f.now()
	if !p.released && !p.alreadySent {
		twins, err := f.duplicates(tx, f.world.Load(), row)
		if err != nil {
			return nil, err
		}
		if gates := slices.Concat(p.gates, twins); len(gates) > 0 {
			taken.State = order.IntakeHeld
			return nil, f.hold(tx, row, Exception{Kind: OrderHeld, Detail: Detail{Reasons: words(gates), Help: helpHeld(row.Doc.Number, gates)}}, gateReason+gates[0].Gate)
		}
	}
	if p.plan.Hold {
		taken.State = order.IntakeHeld
		kind := Unrouted
		if p.plan.Open[0].Kind == routing.TwoSuppliers {
			kind = Ambiguous
		}
		return nil, f.hold(tx, row, Exception{Kind: kind, Detail: Detail{Reasons: p.plan.Reasons, Problems: p.plan.Open}}, p.plan.Open[0].Kind)
	}
	if len(p.unwritable) > 0 { // a person's release does not make it any better: it is tried again, and held again
		taken.State = order.IntakeHeld
		return nil, f.hold(tx, row, Exception{Kind: OrderHeld, Detail: Detail{Reasons: p.unwritable,
			Help: "Mend the supplier's settings (send.file.encoding, templates), or correct the order in the shop, then release it."}}, reasonUnwritable)
	}
	if _, err := tx.Record(order.Event{Kind: order.Accepted, At: now, Order: row.ID, By: "rule"}); err != nil {
		return nil, err
	}
	taken.State = order.IntakeAccepted
	for _, part := range p.parts {
		lane, err := f.place(tx, row, part)
		if err != nil {
			return nil, err
		}
		taken.PurchaseOrders = append(taken.PurchaseOrders, part.po.Number)
		if lane != "" && !slices.Contains(ring, lane) {
			ring = append(ring, lane)
		}
	}
	if len(p.plan.Open) > 0 { // configured to send the rest
		kind := Unrouted
		if p.plan.Open[0].Kind == routing.TwoSuppliers {
			kind = Ambiguous
		}
		_, _, err = f.open(tx, Exception{Kind: kind, Key: fmt.Sprintf("lines:%d", row.ID), Order: row.ID, Channel: row.Doc.Channel,
			Detail: Detail{About: row.Doc.Number, Reasons: p.plan.Reasons, Problems: p.plan.Open}})
	}
	return ring, err
}

func (f *Flow) hold(tx *store.Tx, row store.OrderRow, e Exception, reason string) error {
	e.Key, e.Order, e.Channel, e.Detail.About = fmt.Sprintf("held:%d", row.ID), row.ID, row.Doc.Channel, row.Doc.Number
	x, _, err := f.open(tx, e)
	if err != nil {
		return err
	}
	_, err = tx.Record(order.Event{Kind: order.Held, At: f.now(), Order: row.ID, Reason: reason, By: "rule", Exception: x.ID})
	return err
}

// place makes one purchase order and queues its dispatch.
func (f *Flow) place(tx *store.Tx, row store.OrderRow, p part) (lane string, err error) {
	if _, err := tx.POByNumber(p.po.Number); err == nil {
		return "", fmt.Errorf("%s: %w", p.po.Number, errNumberTaken)
	} else if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	po := p.po
	po.Order = row.ID
	if po, err = tx.AddPO(po, f.now()); err != nil {
		return "", err
	}
	if p.dispatch == nil {
		return "", nil
	}
	d := *p.dispatch
	d.Order, d.POs = row.ID, []order.POID{po.ID}
	return f.queue(tx, d)
}

func words(reasons []routing.Reason) []string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = r.Words
	}
	return out
}
