package order

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// drawEvent makes news about a purchase order: mostly possible, sometimes nonsense.
func drawEvent(t *rapid.T, p PurchaseOrder, step int) Event {
	e := Event{Kind: rapid.SampledFrom(poEvents[1:]).Draw(t, "kind"), At: noon, Expected: rapid.SampledFrom([]string{"", "2025-09-12"}).Draw(t, "expected")}
	for range rapid.IntRange(0, 3).Draw(t, "lines") {
		line := fmt.Sprint(rapid.IntRange(1, len(p.Lines)+1).Draw(t, "line")) // one of them is not there
		e.Lines = append(e.Lines, LineQuantity{line, rapid.IntRange(-1, 7).Draw(t, "quantity")})
	}
	switch e.Kind {
	case Shipped:
		e.Packages = []PackageID{PackageID(step + 1)}
	case Corrected:
		for range rapid.IntRange(0, 3).Draw(t, "packages") {
			e.Packages = append(e.Packages, PackageID(rapid.IntRange(1, 12).Draw(t, "package")))
		}
	}
	return e
}

// TestInvariants applies random news to purchase orders: what is allowed keeps the books straight, what is refused changes nothing, and
// replaying what was allowed gives the same purchase order.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := Event{Kind: Placed, At: noon, Order: 1, PO: 1}
		for i := range rapid.IntRange(1, 3).Draw(t, "size") {
			place.Lines = append(place.Lines, LineQuantity{fmt.Sprint(i + 1), rapid.IntRange(1, 6).Draw(t, "ordered")})
		}
		empty := PurchaseOrder{Number: "1001-A"}
		p, err := empty.Apply(place)
		if err != nil {
			t.Fatal(err)
		}
		journal := []Event{place}
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			e := drawEvent(t, p, step)
			before := text(p)
			closed := p.Closed()
			got, err := p.Apply(e)
			if text(p) != before {
				t.Fatalf("%s changed the receiver from %s to %s", e.Kind, before, text(p))
			}
			if err != nil {
				if text(got) != before {
					t.Fatalf("%s was refused (%v) and gave %s", e.Kind, err, text(got))
				}
				if !errors.Is(err, ErrTransition) && !errors.Is(err, ErrQuantity) && !errors.Is(err, ErrLine) {
					t.Fatalf("%s: an error of no kind: %v", e.Kind, err)
				}
				continue
			}
			if closed && !got.Closed() {
				t.Fatalf("%s opened a closed purchase order: %s, then %s", e.Kind, before, text(got))
			}
			if e.Kind == Shipped && sum(got, POLine.shipped) <= sum(p, POLine.shipped) {
				t.Fatalf("a shipment of nothing: %s", text(got))
			}
			checkBooks(t, p, got)
			p, journal = got, append(journal, e)
		}
		again := empty
		for _, e := range journal {
			if again, err = again.Apply(e); err != nil {
				t.Fatalf("the replay refuses %s: %v", e.Kind, err)
			}
		}
		if text(again) != text(p) {
			t.Fatalf("replayed: %s\nwas:      %s", text(again), text(p))
		}
	})
}

func (l POLine) shipped() int { return l.Shipped }

func checkBooks(t *rapid.T, before, p PurchaseOrder) {
	t.Helper()
	for i, l := range p.Lines {
		if min(l.Acknowledged, l.Backordered, l.OutOfStock, l.Shipped, l.Cancelled, l.Outstanding(), l.Free()) < 0 {
			t.Fatalf("less than none: %+v", l)
		}
		if l.Shipped+l.Cancelled > l.Ordered || l.Backordered+l.OutOfStock > l.Outstanding() || l.Acknowledged > l.Ordered {
			t.Fatalf("more than there is: %+v", l)
		}
		if was := before.Lines[i]; l.Shipped < was.Shipped || l.Cancelled < was.Cancelled || l.Acknowledged < was.Acknowledged || l.Ordered != was.Ordered {
			t.Fatalf("what happened was undone: %+v, then %+v", was, l)
		}
	}
	shipped := 0
	for _, s := range p.Shipments {
		for _, q := range s.Lines {
			shipped += q.Quantity
		}
	}
	if all := sum(p, POLine.shipped); shipped != all {
		t.Fatalf("shipments have %d pieces, lines %d", shipped, all)
	}
	if p.State() == "" || p.Expected != "" && sum(p, func(l POLine) int { return l.Backordered }) == 0 {
		t.Fatalf("state %q, expected %q", p.State(), p.Expected)
	}
	if outstanding := sum(p, POLine.Outstanding); p.Closed() != (outstanding == 0) {
		t.Fatalf("%s with %d pieces outstanding", p.State(), outstanding)
	}
}

func sum(p PurchaseOrder, of func(POLine) int) (n int) {
	for _, l := range p.Lines {
		n += of(l)
	}
	return n
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// TestDispatchInvariants: epochs and attempts only rise, nothing is marked twice in one epoch, and what was marked is never sent again
// without a verdict in between.
func TestDispatchInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, err := Dispatch{}.Apply(Event{Kind: Queued})
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			e := Event{Kind: rapid.SampledFrom(dispatchEvents).Draw(t, "kind"), Epoch: rapid.Int64Range(0, 6).Draw(t, "epoch"), Next: noon}
			got, err := d.Apply(e)
			if err != nil {
				if got != d {
					t.Fatalf("%s was refused (%v) and gave %+v", e.Kind, err, got)
				}
				continue
			}
			if got.Epoch < d.Epoch || got.Attempts < d.Attempts || (got.Attempts > d.Attempts) != (e.Kind == Claimed) {
				t.Fatalf("%s: %+v, then %+v", e.Kind, d, got)
			}
			if d.State == DispatchMarked && got.State == DispatchSending {
				t.Fatal("sent again behind a mark without a verdict")
			}
			if got.State == DispatchMarked && d.State != DispatchSending && d.State != DispatchMarked {
				t.Fatalf("marked out of %s", d.State)
			}
			if !got.Next.IsZero() && got.State != DispatchQueued {
				t.Fatalf("%s waits for %s", got.State, got.Next)
			}
			d = got
		}
	})
}
