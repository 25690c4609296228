package order

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2025, 8, 26, 12, 0, 0, 0, time.UTC)

// placed makes a purchase order with lines "1", "2", … of these quantities.
func placed(t *testing.T, quantities ...int) PurchaseOrder {
	t.Helper()
	e := Event{Kind: Placed, At: noon, Order: 3, PO: 4}
	for i, n := range quantities {
		e.Lines = append(e.Lines, LineQuantity{fmt.Sprint(i + 1), n})
	}
	return after(t, PurchaseOrder{Number: "1001-A", Supplier: "prairie", Token: "7K3QX0M2RB"}, e)
}

func after(t *testing.T, p PurchaseOrder, events ...Event) PurchaseOrder {
	t.Helper()
	for _, e := range events {
		var err error
		if p, err = p.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func on(kind EventKind, lines ...LineQuantity) Event { return Event{Kind: kind, Lines: lines} }

func TestPlaced(t *testing.T) {
	got := placed(t, 2, 3)
	want := PurchaseOrder{ID: 4, Order: 3, Number: "1001-A", Supplier: "prairie", Token: "7K3QX0M2RB", PlacedAt: noon,
		Lines: []POLine{{ID: "1", Ordered: 2}, {ID: "2", Ordered: 3}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		lines []LineQuantity
		want  error
	}{
		"no lines":        {nil, ErrLine},
		"a line twice":    {[]LineQuantity{{"1", 1}, {"1", 2}}, ErrLine},
		"no id":           {[]LineQuantity{{"", 1}}, ErrLine},
		"nothing ordered": {[]LineQuantity{{"1", 0}}, ErrQuantity},
		"less than none":  {[]LineQuantity{{"1", -1}}, ErrQuantity},
		"too many":        {[]LineQuantity{{"1", MaxQuantity + 1}}, ErrQuantity},
	} {
		before := PurchaseOrder{Number: "1001-A"}
		got, err := before.Apply(on(Placed, c.lines...))
		if !errors.Is(err, c.want) || !cmp.Equal(got, before) {
			t.Errorf("%s: %+v, %v; expected %v", name, got, err, c.want)
		}
	}
}

// TestQuantities tells what news does to lines, each case a story. Lines are written as ordered/acknowledged/backordered/out of
// stock/shipped/cancelled.
func TestQuantities(t *testing.T) {
	cases := []struct {
		name    string
		ordered []int
		events  []Event
		want    []string
		state   POState
	}{
		{"acknowledged as a whole", []int{2, 3}, []Event{on(Acknowledged)}, []string{"2/2/0/0/0/0", "3/3/0/0/0/0"}, POAcknowledged},
		{"acknowledged in part", []int{2, 3}, []Event{on(Acknowledged, LineQuantity{"2", 1})}, []string{"2/0/0/0/0/0", "3/1/0/0/0/0"}, POAcknowledged},
		{"acknowledged behind a part that shipped", []int{5}, []Event{on(Shipped, LineQuantity{"1", 2}), on(Acknowledged)}, []string{"5/5/0/0/2/0"}, POPartial},
		{"acknowledged late", []int{2}, []Event{on(Shipped), on(Acknowledged)}, []string{"2/2/0/0/2/0"}, POShipped},
		{"shipped at once", []int{2, 3}, []Event{on(Shipped)}, []string{"2/2/0/0/2/0", "3/3/0/0/3/0"}, POShipped},
		{"shipped in parts", []int{5}, []Event{on(Shipped, LineQuantity{"1", 2}), on(Shipped, LineQuantity{"1", 3})}, []string{"5/5/0/0/5/0"}, POShipped},
		{"a line named twice counts twice", []int{5}, []Event{on(Shipped, LineQuantity{"1", 2}, LineQuantity{"1", 2})}, []string{"5/4/0/0/4/0"}, POPartial},
		{"one line ships while another is out", []int{2, 3}, []Event{on(OutOfStock, LineQuantity{"2", 3}), on(Shipped)},
			[]string{"2/2/0/0/2/0", "3/0/0/3/0/0"}, POOutOfStock},
		{"one line ships while another comes later", []int{2, 3}, []Event{on(Backordered, LineQuantity{"2", 3}), on(Shipped)},
			[]string{"2/2/0/0/2/0", "3/0/3/0/0/0"}, POPartial},
		{"and the second mail is the backorder", []int{2, 3}, []Event{on(Backordered, LineQuantity{"2", 3}), on(Shipped), on(Shipped)},
			[]string{"2/2/0/0/2/0", "3/3/0/0/3/0"}, POShipped},
		{"the backorder before what is out", []int{2, 3}, []Event{on(Backordered, LineQuantity{"1", 2}), on(OutOfStock, LineQuantity{"2", 3}), on(Shipped)},
			[]string{"2/2/0/0/2/0", "3/0/0/3/0/0"}, POOutOfStock},
		{"part of a line is out and the rest ships", []int{5}, []Event{on(OutOfStock, LineQuantity{"1", 2}), on(Shipped)}, []string{"5/3/0/2/3/0"}, POOutOfStock},
		{"shipped after out of stock", []int{3}, []Event{on(OutOfStock), on(Shipped)}, []string{"3/3/0/0/3/0"}, POShipped},
		{"more than the free ones shipped: backorders are filled first", []int{6},
			[]Event{on(Backordered, LineQuantity{"1", 2}), on(OutOfStock, LineQuantity{"1", 2}), on(Shipped, LineQuantity{"1", 3})}, []string{"6/3/1/2/3/0"}, POOutOfStock},
		{"and what was out last", []int{6},
			[]Event{on(Backordered, LineQuantity{"1", 2}), on(OutOfStock, LineQuantity{"1", 2}), on(Shipped, LineQuantity{"1", 5})}, []string{"6/5/0/1/5/0"}, POOutOfStock},
		{"backordered, then out", []int{3}, []Event{on(Backordered), on(OutOfStock, LineQuantity{"1", 2})}, []string{"3/0/1/2/0/0"}, POOutOfStock},
		{"out, then backordered", []int{3}, []Event{on(OutOfStock), on(Backordered)}, []string{"3/0/3/0/0/0"}, POBackordered},
		{"cancel behind a part that shipped", []int{5}, []Event{on(Shipped, LineQuantity{"1", 2}), on(Cancelled)}, []string{"5/2/0/0/2/3"}, POShipped},
		{"cancel everything", []int{2, 3}, []Event{on(Acknowledged), on(Cancelled)}, []string{"2/2/0/0/0/2", "3/3/0/0/0/3"}, POCancelled},
		{"cancel what is out; the rest can ship", []int{5}, []Event{on(OutOfStock, LineQuantity{"1", 2}), on(Cancelled, LineQuantity{"1", 2})},
			[]string{"5/0/0/0/0/2"}, POOpen},
		{"cancel more than is out", []int{5}, []Event{on(OutOfStock, LineQuantity{"1", 1}), on(Backordered, LineQuantity{"1", 2}), on(Cancelled, LineQuantity{"1", 2})},
			[]string{"5/0/1/0/0/2"}, POBackordered},
		{"acknowledged behind a cancelled part", []int{5}, []Event{on(Cancelled, LineQuantity{"1", 2}), on(Acknowledged)}, []string{"5/3/0/0/0/2"}, POAcknowledged},
		{"rejected", []int{2}, []Event{on(Acknowledged), on(Rejected)}, []string{"2/2/0/0/0/0"}, PORejected},
		{"an acknowledgement does not lift a rejection", []int{2}, []Event{on(Rejected), on(Acknowledged)}, []string{"2/2/0/0/0/0"}, PORejected},
		{"rejected, then shipped in part", []int{2}, []Event{on(Rejected), on(Shipped, LineQuantity{"1", 1})}, []string{"2/1/0/0/1/0"}, POPartial},
		{"rejected, and a person says that it is not", []int{2}, []Event{on(Rejected), on(Restored)}, []string{"2/0/0/0/0/0"}, POOpen},
		{"rejected, then cancelled", []int{2}, []Event{on(Rejected), on(Cancelled)}, []string{"2/0/0/0/0/2"}, POCancelled},
		{"bad news does not hold", []int{6}, []Event{on(Backordered, LineQuantity{"1", 2}), on(OutOfStock, LineQuantity{"1", 3}), on(Restored)},
			[]string{"6/0/0/0/0/0"}, POOpen},
		{"bad news does not hold in part", []int{6}, []Event{on(Backordered, LineQuantity{"1", 2}), on(OutOfStock, LineQuantity{"1", 3}), on(Restored, LineQuantity{"1", 4})},
			[]string{"6/0/1/0/0/0"}, POBackordered},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := after(t, placed(t, c.ordered...), c.events...)
			var got []string
			for _, l := range p.Lines {
				got = append(got, fmt.Sprintf("%d/%d/%d/%d/%d/%d", l.Ordered, l.Acknowledged, l.Backordered, l.OutOfStock, l.Shipped, l.Cancelled))
			}
			if !slices.Equal(got, c.want) || p.State() != c.state {
				t.Errorf("%v, %s; expected %v, %s", got, p.State(), c.want, c.state)
			}
			if closed := c.state == POShipped || c.state == POCancelled; p.Closed() != closed {
				t.Errorf("%s: closed is %v", p.State(), p.Closed())
			}
		})
	}
}

func TestRefusedQuantities(t *testing.T) {
	partial := after(t, placed(t, 5), on(Shipped, LineQuantity{"1", 2}), on(Cancelled, LineQuantity{"1", 1}))
	const huge = int(^uint(0) >> 1)
	cases := []struct {
		name string
		e    Event
		want error
	}{
		{"more than is outstanding", on(Shipped, LineQuantity{"1", 3}), ErrQuantity},
		{"more in two steps", on(Shipped, LineQuantity{"1", 1}, LineQuantity{"1", 2}), ErrQuantity},
		{"so much that sums wrap around", on(Shipped, LineQuantity{"1", 1}, LineQuantity{"1", huge}), ErrQuantity},
		{"none", on(Shipped, LineQuantity{"1", 0}), ErrQuantity},
		{"less than none", on(Cancelled, LineQuantity{"1", -1}), ErrQuantity},
		{"more out of stock than is outstanding", on(OutOfStock, LineQuantity{"1", 3}), ErrQuantity},
		{"more backordered than is outstanding", on(Backordered, LineQuantity{"1", 3}), ErrQuantity},
		{"more acknowledged than ordered", on(Acknowledged, LineQuantity{"1", 6}), ErrQuantity},
		{"another line", on(Shipped, LineQuantity{"1", 1}, LineQuantity{"2", 1}), ErrLine},
		{"a correction of nothing", on(Corrected), ErrLine},
		{"a correction of another package", Event{Kind: Corrected, Packages: []PackageID{7, 8}}, ErrLine},
		{"placed twice", on(Placed, LineQuantity{"1", 1}), ErrTransition},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := partial.Apply(c.e)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, expected %v", err, c.want)
			}
			if diff := cmp.Diff(partial, got); diff != "" {
				t.Errorf("refused, and yet: %s", diff)
			}
		})
	}
	if _, err := partial.Apply(on(Acknowledged, LineQuantity{"1", 5})); err != nil {
		t.Errorf("an acknowledgement of all that was ordered, behind a part that shipped: %v", err)
	}
}

func TestShipmentsAndCorrections(t *testing.T) {
	ship := func(id PackageID, n int) Event {
		return Event{Kind: Shipped, At: noon, Item: 5, Lines: []LineQuantity{{"1", n}}, Packages: []PackageID{id}}
	}
	correct := func(ids ...PackageID) Event { return Event{Kind: Corrected, Packages: ids} }
	cases := []struct {
		name   string
		events []Event
		want   [][]PackageID
	}{
		{"two shipments", []Event{ship(1, 2), ship(2, 3)}, [][]PackageID{{1}, {2}}},
		{"a number replaced", []Event{ship(1, 2), ship(2, 3), correct(1, 7)}, [][]PackageID{{7}, {2}}},
		{"a number that stands on two, replaced on the last", []Event{ship(1, 2), ship(1, 3), correct(1, 7)}, [][]PackageID{{1}, {7}}},
		{"a number withdrawn", []Event{ship(1, 2), correct(1)}, [][]PackageID{{}}},
		{"one for two", []Event{ship(1, 5), correct(1, 7, 8)}, [][]PackageID{{7, 8}}},
		{"a second parcel", []Event{ship(1, 5), correct(1, 1, 2)}, [][]PackageID{{1, 2}}},
		{"in the middle", []Event{ship(1, 5), correct(1, 1, 2, 3), correct(2, 9)}, [][]PackageID{{1, 9, 3}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := after(t, placed(t, 5), c.events...)
			if len(p.Shipments) != len(c.want) {
				t.Fatalf("%d shipments, expected %d", len(p.Shipments), len(c.want))
			}
			for i, s := range p.Shipments {
				if !slices.Equal(s.Packages, c.want[i]) {
					t.Errorf("shipment %d has packages %v, expected %v", i, s.Packages, c.want[i])
				}
				if !s.At.Equal(noon) || s.Item != 5 || len(s.Lines) != 1 {
					t.Errorf("shipment %d: %+v", i, s)
				}
			}
		})
	}
}

func TestExpected(t *testing.T) {
	p := after(t, placed(t, 2, 3), Event{Kind: Backordered, Lines: []LineQuantity{{"2", 3}}, Expected: "2025-09-12"})
	if p.Expected != "2025-09-12" {
		t.Errorf("expected %q", p.Expected)
	}
	if p = after(t, p, on(Shipped)); p.Expected != "2025-09-12" {
		t.Errorf("the backorder is still to come, expected %q", p.Expected)
	}
	if p = after(t, p, on(Shipped)); p.Expected != "" {
		t.Errorf("nothing is backordered any more, and %q is promised", p.Expected)
	}
}

// TestAnswerWhileUnsure: what a supplier says does not wait for what we know of the sending.
func TestAnswerWhileUnsure(t *testing.T) {
	d := Dispatch{State: DispatchUnsure, Epoch: 1, Attempts: 1}
	p := after(t, placed(t, 2), on(Acknowledged), on(Shipped))
	if p.State() != POShipped {
		t.Fatalf("the purchase order is %s", p.State())
	}
	d, err := d.Apply(Event{Kind: Arrived})
	if err != nil || d.State != DispatchSent {
		t.Errorf("the answer proves that it arrived: %s, %v", d.State, err)
	}
}

// TestReceiverIsLeftAlone: two futures of one purchase order do not write into each other, whatever spare room its slices have.
func TestReceiverIsLeftAlone(t *testing.T) {
	base := after(t, placed(t, 5, 5), Event{Kind: Shipped, Lines: []LineQuantity{{"1", 1}}, Packages: []PackageID{1, 2}})
	base.Lines = append(make([]POLine, 0, 8), base.Lines...)
	base.Shipments = append(make([]Shipment, 0, 8), base.Shipments...)
	shown := fmt.Sprintf("%+v %+v", base, base.Shipments[:cap(base.Shipments)])
	one := after(t, base, Event{Kind: Shipped, Packages: []PackageID{3}}, Event{Kind: Corrected, Packages: []PackageID{1, 9}})
	two := after(t, base, Event{Kind: Shipped, Packages: []PackageID{4}}, Event{Kind: Corrected, Packages: []PackageID{2, 8}})
	if got := fmt.Sprintf("%+v %+v", base, base.Shipments[:cap(base.Shipments)]); got != shown {
		t.Errorf("was %s\nis  %s", shown, got)
	}
	if one.Shipments[1].Packages[0] != 3 || two.Shipments[1].Packages[0] != 4 || !slices.Equal(one.Shipments[0].Packages, []PackageID{9, 2}) ||
		!slices.Equal(two.Shipments[0].Packages, []PackageID{1, 8}) {
		t.Errorf("%+v\n%+v", one.Shipments, two.Shipments)
	}
	room := PurchaseOrder{Number: "x", Lines: make([]POLine, 0, 4)}
	after(t, room, on(Placed, LineQuantity{"1", 1}))
	if room.Lines[:1][0].ID != "" {
		t.Error("placing wrote into the receiver's spare room")
	}
	event := Event{Kind: Shipped, Packages: []PackageID{1}}
	p := after(t, placed(t, 1), event)
	event.Packages[0] = 99
	if p.Shipments[0].Packages[0] != 1 {
		t.Error("the shipment shares its packages with the event")
	}
}
