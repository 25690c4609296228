package flow

import (
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

// ShipRequest is tracking that a person saw on a portal or heard by phone.
type ShipRequest struct {
	PO       string               `json:"po"`
	Tracking []string             `json:"tracking"`
	Carrier  string               `json:"carrier,omitempty"` // name or slug; found from the number when left out
	Lines    []order.LineQuantity `json:"lines,omitempty"`   // by SKU or line id; left out: everything outstanding
	By       string               `json:"-"`
}

// Ship books tracking told by a person, with the same checks as any answer. A contradiction is an error that says what
// contradicts; nothing is changed then.
func (f *Flow) Ship(ctx context.Context, r ShipRequest) (string, error) {
	var done string
	var ring []string
	var booked *match.Finding // what was new
	var about order.PurchaseOrder
	var answered []store.ExceptionRow // the questions that it answers
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring, booked, answered = nil, nil, nil
		po, err := tx.POByNumber(r.PO)
		if err != nil {
			return err
		}
		finding, err := shipFinding(po, r)
		if err != nil {
			return err
		}
		before := po
		ring, err = f.apply(tx, f.world.Load(), evidence{supplier: po.Supplier, by: r.By}, finding)
		if conflict := (*conflictError)(nil); errors.As(err, &conflict) {
			return fmt.Errorf("%s: %w", conflict.words, ErrAction)
		}
		if err != nil {
			return err
		}
		if po, err = tx.PO(po.ID); err != nil {
			return err
		}
		var numbers []string
		for _, t := range finding.Tracking {
			numbers = append(numbers, strings.TrimSpace(carrier.Name(t.Carrier)+" "+t.Number))
		}
		if sameShipped(before, po) {
			done = fmt.Sprintf("Nothing new: %s has %s already, and is %s.", po.Number, strings.Join(numbers, ", "), po.State())
			return nil
		}
		booked, about = &finding, po
		if answered, err = f.answeredByHand(tx, po, finding, r.By); err != nil {
			return err
		}
		done = fmt.Sprintf("%s: %s; the purchase order is %s.", po.Number, strings.Join(numbers, ", "), po.State())
		return nil
	})
	if err != nil {
		return "", err
	}
	f.lanes.ring(ring...)
	if booked != nil {
		slug, _ := carrier.Normalize(r.Carrier)
		if booked.PO = about.ID; len(answered) > 0 {
			done += f.learnFrom(ctx, taught{exception: answered[0].ID, item: answered[0].Item, finding: *booked, carrier: slug, told: true, by: r.By})
		} else {
			done += f.learnFromShip(ctx, about, *booked, slug, r.By)
		}
	}
	return done, nil
}

// actShip is how a question is settled whose parcels a person has typed.
const actShip = "ship"

// answeredByHand settles the questions about which order these parcels belong to.
func (f *Flow) answeredByHand(tx *store.Tx, po order.PurchaseOrder, finding match.Finding, by string) (answered []store.ExceptionRow, err error) {
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(WhichOrder), Supplier: po.Supplier, Open: true})
	if err != nil {
		return nil, err
	}
	typed := numbersOf(finding.Tracking)
	for _, x := range rows {
		var d Detail
		if err := json.Unmarshal(x.Detail, &d); err != nil {
			return nil, fmt.Errorf("read the evidence of exception %d: %w", x.ID, err)
		}
		if d.Finding == nil || d.Finding.Kind != parsers.Shipment || len(d.Finding.Tracking) == 0 ||
			slices.ContainsFunc(numbersOf(d.Finding.Tracking), func(n string) bool { return !slices.Contains(typed, n) }) {
			continue
		}
		if err := decided(tx, x, d, finding, po); err != nil {
			return nil, err
		}
		if err := tx.SettleException(x.ID, actShip, by, f.now()); err != nil {
			return nil, err
		}
		answered = append(answered, x)
	}
	return answered, nil
}

// sameShipped tells whether no parcel and no piece was booked between the two.
func sameShipped(before, after order.PurchaseOrder) bool {
	shipped := func(a, b order.POLine) bool { return a.Shipped == b.Shipped }
	return len(before.Shipments) == len(after.Shipments) && slices.EqualFunc(before.Lines, after.Lines, shipped)
}

func shipFinding(po order.PurchaseOrder, r ShipRequest) (match.Finding, error) {
	finding := match.Finding{PO: po.ID, OrderID: po.Order, Kind: parsers.Shipment, Method: match.OrderNumber, Confidence: 1, Decision: match.Auto, Apply: match.ApplyAuto}
	slug := ""
	if r.Carrier != "" {
		if slug, _ = carrier.Normalize(r.Carrier); slug == "" {
			return finding, fmt.Errorf("carrier %q is not known; leave it out, or write it like ups, fedex, dhl-germany: %w", r.Carrier, ErrAction)
		}
	}
	for _, text := range r.Tracking {
		number := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(text))
		if len(number) < 5 || strings.Trim(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return finding, fmt.Errorf("%q does not look like a tracking number: %w", text, ErrAction)
		}
		t := match.Tracking{Carrier: slug, Number: number}
		for _, found := range carrier.Find("tracking "+text, carrier.Context{}) {
			if found.Number == number && slug == "" && len(found.Carriers) > 0 {
				t.Carrier = found.Carriers[0].Carrier
			}
		}
		finding.Tracking = append(finding.Tracking, t)
	}
	if len(finding.Tracking) == 0 {
		return finding, fmt.Errorf("no tracking number given: %w", ErrAction)
	}
	for _, want := range r.Lines {
		found := false
		for _, l := range po.Lines {
			if l.ID == want.Line || l.SKU == want.Line || l.SupplierSKU == want.Line {
				finding.LineQuantities = append(finding.LineQuantities, order.LineQuantity{Line: l.ID, Quantity: want.Quantity})
				found = true
				break
			}
		}
		if !found {
			return finding, fmt.Errorf("purchase order %s has no line %q: %w", po.Number, want.Line, order.ErrLine)
		}
	}
	return finding, nil
}
