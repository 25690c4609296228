package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers/carrier"
)

// teller turns journal events into sentences, with the evidence behind them.
type teller struct {
	tx       *store.Tx
	f        *Flow
	numbers  map[order.POID]string
	packages map[order.PackageID]store.PackageRow
	told     map[string]bool // evidence that stands on the timeline already
}

func (t *teller) purchaseOrder(row store.OrderRow, po order.PurchaseOrder) (POView, error) {
	v := POView{Number: po.Number, Supplier: po.Supplier, State: po.State(), Lines: po.Lines, Expected: po.Expected, PlacedAt: po.PlacedAt}
	packages, err := t.tx.PackagesOfPO(po.ID)
	if err != nil {
		return v, err
	}
	for _, p := range packages {
		t.packages[p.ID] = p
		if !p.Gone {
			v.Tracking = append(v.Tracking, channel.Package{Carrier: p.Carrier, CarrierName: carrier.Name(p.Carrier), Number: p.Number, URL: p.URL})
		}
	}
	dispatches, err := t.tx.DispatchesOfPO(po.ID)
	if err != nil {
		return v, err
	}
	for _, d := range dispatches {
		if d.Purpose == order.PurposeOrder {
			v.Dispatch, v.LeavesAt = string(d.State), d.Next
		}
	}
	asked, err := chaseOf(t.tx, po.ID)
	if err != nil {
		return v, err
	}
	if row.Intake.State == order.IntakeCancelled && !po.Closed() {
		v.Cancel = "not_asked"
		for _, d := range dispatches {
			if question, err := asked.by(t.tx, d); err != nil {
				return v, err
			} else if d.Purpose == order.PurposeSupplier && !question {
				v.Cancel = "asked"
			}
		}
	}
	return v, nil
}

// plain are the sentences of events that need nothing more said.
var plain = map[order.EventKind]string{
	order.Paid: "the payment arrived", order.Released: "released", order.Accepted: "accepted", order.CancelledAll: "cancelled",
	order.Claimed: "sending begins", order.Marked: "everything was sent, the answer is awaited", order.Arrived: "it arrived",
	order.Again: "is sent again", order.Withdrawn: "given up", order.Bounced: "came back", order.Acknowledged: "the supplier has it",
	order.HeldBack: "waits for you to release it: one of the first orders", order.LetGo: "released",
	order.Shadowed: "shadow mode: not sent",
	order.Rejected: "the supplier refuses it", order.Restored: "the bad news does not hold",
}

func (t *teller) moment(e order.Event) (Moment, error) {
	m := Moment{At: e.At, Event: e.Kind, PurchaseOrder: t.numbers[e.PO], Item: e.Item, Strength: e.Strength, Text: plain[e.Kind]}
	var dispatch store.DispatchRow
	if e.Dispatch != 0 {
		var err error
		if dispatch, err = t.tx.Dispatch(e.Dispatch); err != nil {
			return m, err
		}
		if m.PurchaseOrder == "" && len(dispatch.POs) == 1 {
			m.PurchaseOrder = t.numbers[dispatch.POs[0]]
		}
		m.Text = t.whom(dispatch) + ": " + m.Text
	}
	switch e.Kind {
	case order.Received:
		m.Text = "received by " + e.By
		if e.Reason == order.ReasonUnpaid {
			m.Text += ", not paid yet"
		} else if e.Reason == order.ReasonOld {
			m.Text += ", older than start_at: put aside"
		}
	case order.Held:
		m.Text = "held: " + e.Reason
		if name, ok := strings.CutPrefix(e.Reason, gateReason); ok {
			m.Text = "held by the gate " + name
		}
	case order.Erased:
		m.Text = "the customer's data was erased, as " + e.By + " asked"
		if e.Reason == reasonRetention {
			m.Text = "the customer's data was erased: it was kept as long as retention.personal says"
		}
	case order.Edited:
		m.Text = "edited: " + strings.Join(e.Fields, ", ")
	case order.Queued:
		m.Text += "queued"
		if e.Next.After(e.At) {
			m.Text += "; leaves " + e.Next.In(t.f.world.Load().zone).Format("15:04:05")
		}
	case order.Differs:
		m.Text = "delivered again with other " + strings.Join(e.Fields, ", ")
	case order.Placed:
		m.Text = "purchase order made"
	case order.SentOK:
		m.Text += "sent"
		m.Evidence = appendText(m.Evidence, dispatch.Answer)
	case order.Postponed:
		m.Text += "did not arrive; tried again later"
	case order.Failed:
		m.Text += "could not be sent"
		m.Evidence = appendText(m.Evidence, dispatch.Answer)
	case order.Doubted:
		m.Text += "nobody knows whether it arrived"
		m.Evidence = appendText(m.Evidence, dispatch.Answer)
	case order.Shipped:
		m.Text = t.shipped(e)
	case order.Corrected:
		m.Text = "the tracking number was corrected: " + t.parcels(e.Packages[1:]) + " instead of " + t.parcels(e.Packages[:1])
	case order.Backordered:
		m.Text = "comes later"
		if e.Expected != "" {
			m.Text += ": " + e.Expected
		}
	case order.OutOfStock, order.Cancelled:
		m.Text = map[order.EventKind]string{order.OutOfStock: "out of stock", order.Cancelled: "cancelled"}[e.Kind] + pieces(e.Lines)
	case order.Opened:
		m.Text = "waits for a person: " + e.Reason
		if row, err := t.tx.Exception(e.Exception); err == nil && len(row.Detail) > 0 {
			row.Count = 1
			m.Text = "waits for a person: " + Describe(row)
		}
	case order.Settled:
		m.Text = "settled: " + e.Reason
	case order.Noted:
		m.Text = "noted: " + strings.ReplaceAll(e.Reason, "_", " ")
		switch e.Reason {
		case "repeat":
			m.Text = "a message repeats what is known already"
		case reasonSentCopy:
			m.Text = "our mail lies in the Sent folder, under another Message-ID"
		}
	}
	if e.Reason == "shipped_without_number" {
		m.Text = "the supplier says it was shipped; the tracking number is awaited"
	}
	if e.Item != 0 {
		return m, t.evidence(&m, e)
	}
	return m, nil
}

func (t *teller) whom(d store.DispatchRow) string {
	switch d.Purpose {
	case order.PurposeOrder, order.PurposeSupplier:
		return "to " + t.f.supplierName(d.Target)
	case order.PurposeTracking:
		return "to channel " + d.Target
	case order.PurposeCustomer:
		return "to the customer"
	}
	return "to the shop"
}

func (t *teller) shipped(e order.Event) string {
	return "shipped" + pieces(e.Lines) + ": " + t.parcels(e.Packages)
}

func (t *teller) parcels(ids []order.PackageID) string {
	var parcels []string
	for _, id := range ids {
		if p, ok := t.packages[id]; ok {
			parcels = append(parcels, strings.TrimSpace(carrier.Name(p.Carrier)+" "+p.Number))
		}
	}
	return strings.Join(parcels, ", ")
}

func pieces(lines []order.LineQuantity) string {
	n := 0
	for _, l := range lines {
		n += l.Quantity
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d pieces)", n)
}

// evidence says where the news stood and why it was believed.
func (t *teller) evidence(m *Moment, e order.Event) error {
	findings, err := t.tx.FindingsOfItem(e.Item)
	if err != nil {
		return err
	}
	for _, row := range findings {
		if row.PO != e.PO || len(row.Detail) == 0 {
			continue
		}
		var f match.Finding
		if err := json.Unmarshal(row.Detail, &f); err != nil {
			return fmt.Errorf("read the finding of item %d: %w", e.Item, err)
		}
		texts := slices.Clone(f.Reasons)
		for _, v := range f.Evidence {
			texts = append(texts, fmt.Sprintf("%s %q in %s", v.Field, v.Text, where(v)))
		}
		for _, text := range texts { // several events may come of one item, and several findings of one sentence
			key := fmt.Sprintf("%d %d %s", e.Item, e.PO, text)
			if !t.told[key] {
				t.told[key] = true
				m.Evidence = append(m.Evidence, text)
			}
		}
	}
	return nil
}

func where(v match.Evidence) string {
	if v.Row > 0 {
		place := fmt.Sprintf("row %d, column %d", v.Row, v.Column)
		if v.Sheet != "" {
			place = "sheet " + v.Sheet + ", " + place
		}
		return place
	}
	if v.Part == "subject" || v.Part == "header" || v.Part == "filename" {
		return "the " + v.Part
	}
	return "part " + v.Part
}

func appendText(texts []string, text string) []string {
	if text == "" {
		return texts
	}
	return append(texts, text)
}
