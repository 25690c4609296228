package channeltest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/transports"
)

// TestShop runs the suite; start gives a server without orders.
func TestShop(t *testing.T, start func(t *testing.T) Server) {
	for _, c := range []struct {
		name  string
		needs Ability
		test  func(*world)
	}{
		{"an order comes once", "", arrives}, {"repeats", "", repeats}, {"paid later", "", paidLater}, {"changed", "", changed},
		{"cancelled", "", cancelled}, {"ids past 2^53", "", hugeIDs}, {"a backlog", "", backlog}, {"a search that lags", "", lagging},
		{"throttled", Throttles, throttled}, {"5xx in the middle", "", broken}, {"a token that ends", Expires, expired}, {"a token that is revoked", Expires, revoked},
		{"webhooks", Hooks, hooks}, {"shipped", "", shipped}, {"shipped in parts", Parts, inParts}, {"several parcels", "", parcels},
		{"a number is corrected", Corrects, corrected}, {"shipped by hand before", "", byHand}, {"held in the shop", Holds, held},
		{"news of an unknown order", "", unknown}, {"an answer is lost after the write", "", lostAnswer}, {"out of stock", "", outOfStock},
		{"a keep that fails", "", keepFails},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := start(t)
			if c.needs != "" && !server.Can(c.needs) {
				t.Skipf("it has no %s", c.needs)
			}
			w := &world{T: t, Server: server, items: map[string]transports.Item{}}
			w.shop = server.Open(t)
			w.look() // the first look finds an empty shop and remembers where it began
			server.Pass(10 * time.Minute)
			c.test(w)
			for _, wrong := range server.Wrong() {
				t.Errorf("the API would have refused: %s", wrong)
			}
		})
	}
}

// world is a server, its client, and what was kept.
type world struct {
	*testing.T
	Server
	shop  channel.Shop
	items map[string]transports.Item
	order []string // keys, as they were kept
	news  int
}

func (w *world) keep(_ context.Context, batch []transports.Item) error {
	for _, it := range batch {
		if it.Key == "" || len(it.Raw) == 0 {
			w.Errorf("an item without key or bytes: %q", it.Key)
		}
		if old, known := w.items[it.Key]; known {
			if string(old.Raw) != string(it.Raw) {
				w.Errorf("other bytes under the key %s", it.Key)
			}
			continue
		}
		w.items[it.Key] = it
		w.order = append(w.order, it.Key)
	}
	return nil
}

func (w *world) look() {
	w.Helper()
	if err := w.shop.Receive(w.Context(), w.keep); err != nil {
		w.Fatalf("a look at the shop: %v (%s)", err, transports.Help(err))
	}
}

// restart opens the client anew, over what it remembers.
func (w *world) restart() { w.shop = w.Open(w.T) }

// versions gives what was kept of an order, in the order of its versions.
func (w *world) versions(id string) (all []channel.Delivery) {
	w.Helper()
	type versioned struct {
		version string
		d       channel.Delivery
	}
	var found []versioned
	for _, key := range w.order {
		it := w.items[key]
		_, version, ok := channel.Version(key)
		deliveries, err := w.shop.Read(it.Name, it.Raw)
		if err != nil {
			w.Fatalf("read %s: %v", key, err)
		}
		for _, d := range deliveries {
			if d.Signal {
				continue
			}
			if !ok && d.Order.ID == id {
				w.Errorf("the key %s holds no version", key)
			}
			if d.Order.ID == id {
				found = append(found, versioned{version, d})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b versioned) int { return strings.Compare(a.version, b.version) })
	for _, f := range found {
		all = append(all, f.d)
	}
	return all
}

// latest is the newest that is known of an order.
func (w *world) latest(id string) channel.Delivery {
	w.Helper()
	all := w.versions(id)
	if len(all) == 0 {
		w.Fatalf("nothing is known of order %s", id)
	}
	d := all[len(all)-1]
	if d.Err != nil {
		w.Fatalf("order %s: %v", id, d.Err)
	}
	return d
}

// sale is one of two lines.
func sale(number string) Sale {
	return Sale{Number: number, Lines: []SaleLine{{"PS-1", 2}, {"PS-2", 1}}}
}

func (w *world) valid(d channel.Delivery) {
	w.Helper()
	doc := d.Order
	doc.Channel = "shop"
	doc = doc.Normal()
	for _, e := range doc.Check() {
		w.Errorf("order %s: %v", doc.Number, e)
	}
}

func arrives(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	d := w.latest(id)
	w.valid(d)
	doc := d.Order
	switch {
	case doc.Number != "1001" || doc.ID != id || !doc.Paid() || doc.PlacedAt.IsZero() || doc.Currency != "USD":
		w.Errorf("the order is %+v", doc)
	case d.Cancelled || d.Skip != "" || d.Closed != "":
		w.Errorf("it would not be taken: %+v", d)
	case doc.ShipTo.Country != "US" || doc.ShipTo.Postcode != "62704" || doc.ShipTo.Line1 == "" || doc.ShipTo.Name == "":
		w.Errorf("it goes to %+v", doc.ShipTo)
	case len(doc.Lines) != 2 || doc.Lines[0].SKU != "PS-1" || doc.Lines[0].Quantity != 2 || doc.Lines[0].ID == doc.Lines[1].ID:
		w.Errorf("its lines are %+v", doc.Lines)
	case doc.Lines[0].UnitPrice.String() != "4.50" || doc.Total.String() != "13.50":
		w.Errorf("it costs %s, a piece %s", doc.Total, doc.Lines[0].UnitPrice)
	case doc.Customer.Email == "":
		w.Error("nobody can write to its customer")
	}
}

func repeats(w *world) {
	id := w.Buy(sale("1001"))
	for range 3 {
		w.look()
		w.Pass(5 * time.Second)
	}
	w.restart()
	w.look()
	w.Pass(time.Hour)
	w.look()
	// The same version comes again under another key only where it is compared with the books anew.
	first := w.versions(id)[0]
	for _, d := range w.versions(id) {
		if what, fields := d.Order.Normal().Against(first.Order.Normal()); what != order.Same {
			w.Errorf("a repeat is %s in %v", what, fields)
		}
	}
}

func paidLater(w *world) {
	s := sale("1001")
	s.Unpaid = true
	id := w.Buy(s)
	w.look()
	if d := w.latest(id); d.Order.Paid() || d.Cancelled {
		w.Errorf("an order that nobody paid: %+v", d)
	}
	first := w.latest(id).Order
	w.Pass(time.Hour)
	w.Pay(id)
	w.look()
	if what, fields := w.latest(id).Order.Normal().Against(first.Normal()); what != order.Payment {
		w.Errorf("the payment is %s in %v", what, fields)
	}
}

func changed(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	first := w.latest(id).Order.Normal()
	want := func(what string, fields ...string) {
		w.Helper()
		w.look()
		_, got := w.latest(id).Order.Normal().Against(first)
		for _, f := range fields {
			if !slices.Contains(got, f) {
				w.Errorf("%s: %v differ, not %s", what, got, f)
			}
		}
	}
	w.Pass(time.Minute)
	w.Note(id, "ring twice")
	want("a note", "note")
	w.Pass(time.Minute)
	w.Move(id, "14 Maple Street")
	want("an address", "ship_to.line1")
	w.Move(id, "16 Maple Street") // within the same second
	want("an address, again")
	if d := w.latest(id); d.Order.ShipTo.Line1 != "16 Maple Street" {
		w.Pass(time.Minute)
		w.look()
		if d = w.latest(id); d.Order.ShipTo.Line1 != "16 Maple Street" {
			w.Errorf("the second change of a second was missed: %s", d.Order.ShipTo.Line1)
		}
	}
	w.Pass(time.Minute)
	w.Reduce(id, 0, 1)
	want("a piece less", "lines")
	if d := w.latest(id); d.Order.Lines[0].Quantity != 1 {
		w.Errorf("the lines are %+v", d.Order.Lines)
	}
	w.Pass(time.Minute)
	w.Reduce(id, 0, 1)
	w.Reduce(id, 1, 1)
	w.look()
	if d := w.latest(id); d.Skip == "" && !d.Cancelled {
		w.Errorf("nothing is left, and nothing says so: %+v", d)
	}
}

func cancelled(w *world) {
	known, unknown := w.Buy(sale("1001")), w.Buy(sale("1002"))
	w.look()
	w.Pass(time.Minute)
	w.Cancel(known)
	w.look()
	if d := w.latest(known); !d.Cancelled {
		w.Errorf("not cancelled: %+v", d)
	}
	w.Cancel(unknown)
	w.restart()
	w.Pass(time.Minute)
	w.look()
	if d := w.latest(unknown); !d.Cancelled || d.Order.ID != unknown {
		w.Errorf("not cancelled: %+v", d)
	}
}

func hugeIDs(w *world) {
	for n := range 20 {
		id := w.Buy(sale(fmt.Sprint(1001 + n)))
		w.look()
		d := w.latest(id)
		if d.Order.ID != id {
			w.Errorf("id %s became %s", id, d.Order.ID)
		}
		seen := map[string]bool{}
		for _, l := range d.Order.Lines {
			if seen[l.ID] {
				w.Errorf("two lines have the id %s", l.ID)
			}
			seen[l.ID] = true
		}
	}
}

// backlog: 5,000 orders that came while nobody looked, some of them large, in pages, with a client that is killed in between.
func backlog(w *world) {
	orders := 5000
	if testing.Short() {
		orders = 300
	}
	var ids []string
	for n := range orders {
		s := sale(fmt.Sprint(1001 + n))
		if n == 7 {
			for line := range 120 {
				s.Lines = append(s.Lines, SaleLine{fmt.Sprintf("PS-%d", 100+line), 1})
			}
		}
		ids = append(ids, w.Buy(s))
		if n%3 == 0 {
			w.Pass(time.Second)
		}
	}
	kept := 0
	stop := errors.New("the daemon was killed")
	err := w.shop.Receive(w.Context(), func(ctx context.Context, batch []transports.Item) error {
		if kept += len(batch); kept > orders/2 {
			return stop
		}
		return w.keep(ctx, batch)
	})
	if !errors.Is(err, stop) {
		w.Fatalf("a keep that fails ends a look with %v", err)
	}
	w.restart()
	w.look()
	known := map[string]bool{}
	for _, key := range w.order {
		id, _, _ := channel.Version(key)
		known[id] = true
	}
	for _, id := range ids {
		if !known[id] {
			w.Fatalf("order %s of %d was missed; %d are known", id, orders, len(known))
		}
	}
	if d := w.latest(ids[7]); len(d.Order.Lines) != 122 {
		w.Errorf("of 122 lines %d came", len(d.Order.Lines))
	}
}

func lagging(w *world) {
	first := w.Buy(sale("1001"))
	w.Fail(Lagging, 0)
	w.look()
	w.Pass(20 * time.Second)
	second := w.Buy(sale("1002"))
	w.Pass(15 * time.Second) // the first is found now, the second not yet
	w.look()
	w.Pass(20 * time.Second)
	w.look()
	w.latest(first)
	w.latest(second)
}

func throttled(w *world) {
	id := w.Buy(sale("1001"))
	w.Fail(Throttled, 3)
	w.look() // it waits as long as it is asked to
	w.latest(id)
}

func broken(w *world) {
	a, b := w.Buy(sale("1001")), w.Buy(sale("1002"))
	for fails := 1; fails < 6; fails++ {
		w.Fail(Broken, fails)
		err := w.shop.Receive(w.Context(), w.keep)
		if e := (*transports.Error)(nil); err != nil && (!errors.As(err, &e) || e.Verdict != transports.Later) {
			w.Errorf("5xx is not %v", err)
		}
		w.Fail("", 0)
		w.Pass(2 * time.Minute)
		w.look()
	}
	w.latest(a)
	w.latest(b)
}

func expired(w *world) {
	w.Pass(25 * time.Hour)
	id := w.Buy(sale("1001"))
	w.look()
	w.latest(id)
	w.Fail(Expired, 0)
	id = w.Buy(sale("1002"))
	w.look()
	w.latest(id)
}

func revoked(w *world) {
	w.Fail(Revoked, 100)
	err := w.shop.Receive(w.Context(), w.keep)
	e := (*transports.Error)(nil)
	if !errors.As(err, &e) || e.Scope != "account" || e.Help == "" {
		w.Errorf("a revoked app is %v", err)
	}
}

func hooks(w *world) {
	id := w.Buy(sale("1001"))
	for _, c := range []struct {
		name string
		with Secret
		bend func(http.Header, []byte) (http.Header, []byte)
		ok   bool
	}{
		{"genuine", Present, nil, true},
		{"signed with the former secret", Former, nil, true},
		{"replayed", Present, nil, true},
		{"forged", Forged, nil, false},
		{"with another body", Present, func(h http.Header, b []byte) (http.Header, []byte) { return h, append(b, ' ') }, false},
		{"without headers", Present, func(_ http.Header, b []byte) (http.Header, []byte) { return http.Header{}, b }, false},
	} {
		header, body := w.Hook(id, c.with)
		if c.bend != nil {
			header, body = c.bend(header, body)
		}
		it, err := w.shop.Hook(header, body)
		switch {
		case c.ok && (err != nil || it == nil):
			w.Errorf("%s: %v", c.name, err)
		case c.ok:
			it.Source = "shop"
			if err := w.keep(w.Context(), []transports.Item{*it}); err != nil {
				w.Error(err)
			}
			if string(it.Raw) != string(body) {
				w.Errorf("%s: other bytes are kept than came", c.name)
			}
		case !errors.Is(err, channel.ErrSignature) || it != nil:
			w.Errorf("%s: %v", c.name, err)
		}
	}
	w.look()
	if d := w.latest(id); d.Order.Number != "1001" || len(d.Order.Lines) != 2 {
		w.Errorf("after its webhook the order is %+v", d.Order)
	}
}

// keepFails: what was not kept comes again.
func keepFails(w *world) {
	id := w.Buy(sale("1001"))
	full := errors.New("the disk is full")
	if err := w.shop.Receive(w.Context(), func(context.Context, []transports.Item) error { return full }); !errors.Is(err, full) {
		w.Fatalf("a keep that fails ends a look with %v", err)
	}
	w.look()
	w.latest(id)
}
