package shopify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/transports"
)

// fetchWork gives an order's work with all its pages.
func (s *Shop) fetchWorkRaw(ctx context.Context, id string) (map[string]json.RawMessage, error) {
	var data struct {
		Order map[string]json.RawMessage `json:"order"`
	}
	if err := s.client.do(ctx, getWork, map[string]any{"id": id}, &data); err != nil {
		return nil, err
	}
	if data.Order == nil {
		return nil, &transports.Error{Verdict: transports.Never, Op: "order", Err: errGone,
			Help: "It was deleted, or the app may not see it: orders older than 60 days need the scope read_all_orders."}
	}
	return data.Order, s.complete(ctx, data.Order, id)
}

func (n *notice) fetchWork(ctx context.Context) (*workOrder, error) {
	fields, err := n.fetchWorkRaw(ctx, n.id)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return nil, unreadable(err)
	}
	var o workOrder
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, unreadable(err)
	}
	return &o, nil
}

// shipped makes fulfilments of what the news says has left: as much of it as the shop does not have already, at each location by itself.
func (n *notice) shipped(ctx context.Context) (string, error) {
	if err := n.read(ctx); err != nil {
		return "", err
	}
	want := map[string]int{}
	for _, l := range n.news.Lines {
		want[l.ID] += l.Quantity
	}
	var ours []string
	for _, p := range n.news.Tracking {
		ours = append(ours, p.Number)
	}
	all := maps.Clone(want)
	unsure, err := n.subtract(ctx, want, ours)
	if err != nil {
		return "", err
	}
	if _, rest := n.allot(all); unsure && len(rest) == 0 && !maps.Equal(want, all) {
		if !n.decided {
			return "", &transports.Error{Verdict: transports.Never, Op: "fulfil", Help: "If the parcel is among those, arrived leaves the shop as it is; resend marks the pieces as shipped beside them.",
				Err: &channel.Question{Shows: "the shop shows pieces of the same lines as shipped without a number, and more of them are open"}}
		}
		want = all
	}
	if len(want) == 0 {
		return "the shop has it already", n.overdue(ctx)
	}
	parts, rest := n.allot(want)
	if len(rest) > 0 && !n.decided {
		return "", n.question(rest)
	}
	made := 0
	for _, p := range parts {
		if err := n.fulfil(ctx, p); err != nil {
			return "", err
		}
		made++
	}
	if len(rest) > 0 {
		if err := n.replaceTracking(ctx, rest); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d fulfilment(s) made", made), n.overdue(ctx)
}

// subtract takes off what fulfilments with our numbers hold already: an earlier attempt whose answer was lost, or a person who was faster. unsure: without
// a number nobody can tell whose they are.
func (n *notice) subtract(ctx context.Context, want map[string]int, ours []string) (unsure bool, err error) {
	for _, f := range n.order.Fulfillments {
		if !f.stands() || !(f.has(ours...) || len(ours) == 0 && len(f.numbers()) == 0) {
			continue
		}
		if len(ours) == 0 {
			key, made := n.madeFor(f.ID)
			if made && key != n.key {
				continue // another shipment's, which had no number either
			}
			unsure = unsure || !made
		}
		pieces, err := n.piecesOf(ctx, f.ID)
		if err != nil {
			return false, err
		}
		for line, quantity := range pieces {
			if left, wanted := want[line]; wanted {
				if want[line] = left - quantity; want[line] <= 0 {
					delete(want, line)
				}
			}
		}
	}
	return unsure, nil
}

// madeFor gives the message that a fulfilment was made for. It is remembered for as long as the process lives; after that, what has no number is a question.
func (s *Shop) madeFor(fulfillment string) (key string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, known = s.made[fulfillment]
	return key, known
}

func (s *Shop) remember(fulfillment, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) >= mostSeen {
		clear(s.made)
	}
	s.made[fulfillment] = key
}

// piecesOf gives the pieces by line of a fulfilment.
func (n *notice) piecesOf(ctx context.Context, id string) (map[string]int, error) {
	pieces := map[string]int{}
	for after := any(nil); ; {
		var data struct {
			Fulfillment *struct {
				Lines struct {
					Nodes []struct {
						Quantity int `json:"quantity"`
						LineItem struct {
							ID string `json:"id"`
						} `json:"lineItem"`
					} `json:"nodes"`
					PageInfo pageInfo `json:"pageInfo"`
				} `json:"fulfillmentLineItems"`
			} `json:"fulfillment"`
		}
		if err := n.client.do(ctx, getFulfillment, map[string]any{"id": id, "after": after}, &data); err != nil {
			return nil, err
		}
		if data.Fulfillment == nil {
			return pieces, nil
		}
		for _, l := range data.Fulfillment.Lines.Nodes {
			pieces[number(l.LineItem.ID)] += l.Quantity
		}
		if after = data.Fulfillment.Lines.PageInfo.EndCursor; !data.Fulfillment.Lines.PageInfo.HasNextPage {
			return pieces, nil
		}
	}
}

// part is what is fulfilled from one location: fulfilment order to its lines and pieces.
type part map[string][]map[string]any

// allot finds the work that the pieces belong to. rest are those for which there is none that is open.
func (n *notice) allot(want map[string]int) (parts []part, rest map[string]int) {
	rest = maps.Clone(want)
	byLocation := map[string]part{}
	var order []string
	take := func(w workDoc) {
		for _, l := range w.LineItems.Nodes {
			line := number(l.LineItem.ID)
			quantity := min(rest[line], l.Remaining)
			if quantity <= 0 {
				continue
			}
			at := w.location()
			if byLocation[at] == nil {
				byLocation[at] = part{}
				order = append(order, at)
			}
			byLocation[at][w.ID] = append(byLocation[at][w.ID], map[string]any{"id": l.ID, "quantity": quantity})
			if rest[line] -= quantity; rest[line] == 0 {
				delete(rest, line)
			}
		}
	}
	for _, ours := range []bool{true, false} { // our locations first
		for _, w := range n.order.Work.Nodes {
			if w.open() && !w.asked() && n.servesLocation(w) == ours {
				take(w)
			}
		}
	}
	for _, at := range order {
		parts = append(parts, byLocation[at])
	}
	return parts, rest
}

// question says what stands in the way of the pieces that cannot be fulfilled. What it names is no person's.
func (n *notice) question(rest map[string]int) error {
	e := &transports.Error{Verdict: transports.Never, Op: "fulfil"}
	sku := map[string]string{}
	for _, l := range n.news.Lines {
		sku[l.ID] = l.SKU
	}
	var goods, others []string
	held, asked := false, false
	for _, line := range slices.Sorted(maps.Keys(rest)) {
		goods = append(goods, fmt.Sprintf("%d x %s", rest[line], sku[line]))
		for _, w := range n.order.Work.Nodes {
			for _, l := range w.LineItems.Nodes {
				if number(l.LineItem.ID) == line && l.Remaining > 0 {
					held, asked = held || w.held(), asked || w.asked()
				}
			}
		}
	}
	what := strings.Join(goods, ", ")
	for _, f := range n.order.Fulfillments {
		if f.stands() {
			others = append(others, f.numbers()...)
		}
	}
	shows := ""
	switch {
	case n.order.CancelledAt != "":
		shows = "the shop has cancelled the order; shipped is " + what
		e.Help = "Stop the parcel if you can; arrived leaves the shop as it is."
	case len(n.order.Work.Nodes) == 0:
		return broken("fulfil", errors.New("Shopify shows no fulfilment orders, so that nothing can be marked as shipped"),
			"Give the app the scopes write_merchant_managed_fulfillment_orders and write_third_party_fulfillment_orders, release a new version of it, and install that in the shop.")
	case held:
		shows = "the shop holds " + what + " back (on hold, or scheduled)"
		e.Help = "Release the hold in the shop's admin, then resend; or arrived leaves the shop as it is."
	case asked:
		shows = "the shop has asked a fulfilment service to ship " + what
		e.Help = "Cancel that request in the shop's admin, then resend; or arrived leaves the shop as it is."
	case len(others) > 0:
		shows = fmt.Sprintf("the shop shows %s as shipped already, under %s", what, strings.Join(others[:min(len(others), 5)], ", "))
		e.Help = "Resend puts our number in the place of that one and tells the customer; arrived leaves the shop as it is."
	default:
		shows = "the shop shows " + what + " as shipped already without a number, or removed from the order"
		e.Help = "Resend adds our number to what is shipped there; arrived leaves the shop as it is."
	}
	e.Err = &channel.Question{Shows: shows}
	return e
}

// fulfil makes one fulfilment.
func (n *notice) fulfil(ctx context.Context, p part) error {
	var lines []map[string]any
	for _, id := range slices.Sorted(maps.Keys(p)) {
		lines = append(lines, map[string]any{"fulfillmentOrderId": id, "fulfillmentOrderLineItems": p[id]})
	}
	input := map[string]any{"lineItemsByFulfillmentOrder": lines, "notifyCustomer": n.c.Notify}
	if tracking := trackingInput(n.news.Tracking); tracking != nil {
		input["trackingInfo"] = tracking
	}
	var data struct {
		Create struct {
			Fulfillment struct {
				ID string `json:"id"`
			} `json:"fulfillment"`
			UserErrors userErrors `json:"userErrors"`
		} `json:"fulfillmentCreate"`
	}
	if err := n.client.do(ctx, createFulfillment, map[string]any{"fulfillment": input}, &data); err != nil {
		return err
	}
	err := data.Create.UserErrors.err()
	switch {
	case err == nil:
		n.remember(data.Create.Fulfillment.ID, n.key)
		return nil
	case strings.Contains(err.Error(), "unfulfillable status") || strings.Contains(err.Error(), "quantity"):
		// Somebody was faster between our look and our write: the next look tells what there is now.
		return &transports.Error{Verdict: transports.Later, Op: "fulfil", Err: fmt.Errorf("the order changed in that moment: %w", err)}
	}
	return &transports.Error{Verdict: transports.Never, Op: "fulfil", Err: fmt.Errorf("Shopify refuses the fulfilment: %w", err)}
}

// corrected puts new numbers in the place of old ones, in each fulfilment that shows the old.
func (n *notice) corrected(ctx context.Context) (string, error) {
	if err := n.read(ctx); err != nil {
		return "", err
	}
	var ours []string
	for _, p := range n.news.Tracking {
		ours = append(ours, p.Number)
	}
	changed, there := 0, false
	for _, f := range n.order.Fulfillments {
		if !f.stands() {
			continue
		}
		if !f.has(n.news.Replaces...) {
			there = there || f.has(ours...)
			continue
		}
		packages := slices.Clone(n.news.Tracking)
		for _, t := range f.Tracking {
			if old := (fulfillmentDoc{Tracking: f.Tracking[:0:0]}); t.Number != "" {
				old.Tracking = append(old.Tracking, t)
				if !old.has(n.news.Replaces...) && !old.has(ours...) { // other parcels of the same fulfilment stay
					packages = append(packages, channel.Package{Carrier: "", CarrierName: t.Company, Number: t.Number, URL: t.URL})
				}
			}
		}
		if err := n.update(ctx, f.ID, packages); err != nil {
			return "", err
		}
		changed++
	}
	switch {
	case changed > 0:
		return fmt.Sprintf("the number was corrected in %d fulfilment(s)", changed), nil
	case there:
		return "the shop has it already", nil
	}
	return "", &transports.Error{Verdict: transports.Never, Op: "correct", Help: "Correct the number in the shop's admin; arrived leaves the shop as it is.",
		Err: &channel.Question{Shows: "no fulfilment in the shop has the number " + strings.Join(n.news.Replaces, ", ") + ", which was to be corrected"}}
}

// replaceTracking puts our numbers into the fulfilments that hold these lines: a person wants it so.
func (n *notice) replaceTracking(ctx context.Context, rest map[string]int) error {
	changed := 0
	for _, f := range n.order.Fulfillments {
		if !f.stands() {
			continue
		}
		pieces, err := n.piecesOf(ctx, f.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(rest)), func(line string) bool { return pieces[line] > 0 }) {
			continue
		}
		if err := n.update(ctx, f.ID, n.news.Tracking); err != nil {
			return err
		}
		changed++
	}
	if changed == 0 {
		return n.question(rest)
	}
	return nil
}

func (n *notice) update(ctx context.Context, fulfillment string, packages []channel.Package) error {
	tracking := trackingInput(packages)
	if tracking == nil {
		return nil
	}
	return n.change(ctx, "correct", updateTracking, map[string]any{"id": fulfillment, "tracking": tracking, "notify": n.c.Notify}, "fulfillmentTrackingInfoUpdate")
}
