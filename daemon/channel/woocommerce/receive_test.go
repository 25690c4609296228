package woocommerce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/channel/wootest"
	"waybill/transports"
)

func TestReceive(t *testing.T) {
	w := newWorld(t, nil)
	id := w.server.Put(anOrder(line(1, "A", 3, "28.00", nil)))
	items := w.look()
	if len(items) != 1 || items[0].Name != fmt.Sprintf("order %d.json", id) {
		t.Fatalf("kept %+v", items)
	}
	if again := w.look(); len(again) != 0 {
		t.Errorf("kept again: %+v", again)
	}
	w.pass(10 * time.Minute)
	w.server.Set(id, map[string]any{"status": "cancelled"})
	items = w.look()
	if len(items) != 1 || !w.read(items[0]).Cancelled {
		t.Fatalf("the cancellation: %+v", items)
	}
	w.pass(time.Minute)
	w.server.Set(id, map[string]any{"status": "trash"})
	if items = w.look(); len(items) != 1 || w.read(items[0]).Reason != "trash" {
		t.Errorf("the trash: %+v", items)
	}
}

// TestSameSecond: changes of one second are all seen, also when one comes after the look.
func TestSameSecond(t *testing.T) {
	w := newWorld(t, nil)
	id := w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	w.look()
	w.server.Set(id, map[string]any{"customer_note": "same second"})
	late := w.server.Put(anOrder(line(2, "B", 1, "5.00", nil)))
	if items := w.look(); len(items) != 2 {
		t.Errorf("%d items, want the change and order %d", len(items), late)
	}
}

// TestPagesShift: orders that change while pages are read move to the end, and those behind them move up; none is missed.
func TestPagesShift(t *testing.T) {
	for name, gap := range map[string]time.Duration{"seconds apart": time.Second, "all in one second": 0} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			var ids []int64
			for i := range 330 {
				ids = append(ids, w.server.Put(anOrder(line(int64(i+1), "A", 1, "5.00", map[string]any{"product_id": 7}))))
				w.pass(gap)
			}
			w.pass(time.Minute)
			w.server.Between(func() {
				for _, id := range ids[:40] {
					w.server.Set(id, map[string]any{"customer_note": "changed meanwhile"})
				}
			})
			found := map[string]bool{}
			for _, it := range w.look() {
				id, _, _ := channel.Version(it.Key)
				found[id] = true
			}
			if len(found) != len(ids) {
				t.Errorf("%d orders seen of %d", len(found), len(ids))
			}
		})
	}
}

// TestKeepFirst: the cursor moves only when the items are safe.
func TestKeepFirst(t *testing.T) {
	w := newWorld(t, nil)
	w.look()
	w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	before := string(w.memory.cursor)
	w.memory.fail = errors.New("the disk is full")
	if err := w.shop.Receive(t.Context(), w.memory.keep); !errors.Is(err, w.memory.fail) || string(w.memory.cursor) != before {
		t.Errorf("%v; the cursor was %s and is %s", err, before, w.memory.cursor)
	}
	w.memory.fail = nil
	if items := w.look(); len(items) != 1 {
		t.Errorf("%d items afterwards", len(items))
	}
}

// TestFirstLook: without a beginning, looking begins at the shop's own time; what is older stays untouched.
func TestFirstLook(t *testing.T) {
	w := newWorld(t, func(c *woocommerce.Config) {
		c.Since = time.Time{}
		c.Clock = func() time.Time { return start().Add(-7 * time.Hour) } // our clock is wrong
	})
	w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	w.pass(time.Hour)
	w.look()
	w.pass(time.Minute)
	w.server.Put(anOrder(line(2, "B", 1, "5.00", nil)))
	if items := w.look(); len(items) != 1 {
		t.Errorf("%d items", len(items))
	}
}

// TestClockSetBack: a shop that was restored from a backup is not waited for.
func TestClockSetBack(t *testing.T) {
	w := newWorld(t, nil)
	w.pass(72 * time.Hour)
	w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	w.look()
	w.pass(-48 * time.Hour)
	w.server.Put(anOrder(line(2, "B", 1, "5.00", nil)))
	if items := w.look(); len(items) != 1 {
		t.Errorf("%d items after the clock was set back", len(items))
	}
}

// TestFutureDates: an order that is dated in the future, and a clock that was half an hour ahead, hide no order that changes until then.
func TestFutureDates(t *testing.T) {
	w := newWorld(t, nil)
	w.pass(2 * time.Hour)
	w.look()
	w.pass(50 * time.Minute)
	w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	w.pass(-50 * time.Minute)
	if items := w.look(); len(items) != 1 {
		t.Fatalf("%d items", len(items))
	}
	for n := range 3 {
		w.pass(5 * time.Minute)
		w.server.Put(anOrder(line(int64(n+2), "B", 1, "5.00", nil)))
		if items := w.look(); len(items) != 1 {
			t.Errorf("%d items behind one that is dated in the future", len(items))
		}
	}
	w.pass(30 * time.Minute)
	w.server.Put(anOrder(line(8, "C", 1, "5.00", nil)))
	w.look()
	w.pass(-30 * time.Minute)
	w.server.Put(anOrder(line(9, "D", 1, "5.00", nil)))
	if items := w.look(); len(items) != 1 {
		t.Errorf("%d items after the clock was set back by half an hour", len(items))
	}
}

// TestSlowHost: a host that gives up over a hundred orders gives them in small pages.
func TestSlowHost(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 30 {
		w.server.Put(anOrder(line(int64(i+1), "A", 1, "5.00", nil)))
	}
	w.server.Act(wootest.TooMany)
	if items := w.look(); len(items) != 30 {
		t.Errorf("%d items", len(items))
	}
}

func TestPHPNotices(t *testing.T) {
	for _, act := range []wootest.Act{wootest.Notices, wootest.Mark} {
		w := newWorld(t, nil)
		w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
		w.server.Act(act)
		if items := w.look(); len(items) != 1 {
			t.Errorf("%s: %d items", act, len(items))
		}
		facts, err := w.shop.Probe(t.Context())
		if err != nil || act == wootest.Notices && !slices.ContainsFunc(facts, func(f string) bool { return strings.Contains(f, "WP_DEBUG_DISPLAY") }) {
			t.Errorf("%s: %q, %v", act, facts, err)
		}
	}
}

// TestWords: each way in which a shop cannot be reached, with the words that a person reads.
func TestWords(t *testing.T) {
	cases := []struct {
		act     wootest.Act
		verdict transports.Verdict
		scope   string
		words   string
	}{
		{wootest.StripAuth, transports.Never, "account", "many hosts drop the Authorization header"},
		{wootest.NoRights, transports.Never, "account", "make a key for a shop manager"},
		{wootest.Firewall, transports.Never, "account", "A firewall or a security plug-in answers"},
		{wootest.Maintenance, transports.Later, "server", "a maintenance page answers"},
		{wootest.WebPage, transports.Later, "server", "(200, a web page)"},
		{wootest.Throttle, transports.Later, "server", "waybill tries again"},
		{wootest.Broken, transports.Later, "server", "PHP error log"},
		{wootest.Moved, transports.Never, "account", "Put url: https://www.shop.example into the configuration"},
		{wootest.Plain, transports.Never, "account", "must not be Plain"},
		{wootest.CutBefore, transports.Later, "server", ""},
		{wootest.Endless, transports.Later, "", "very large orders"},
	}
	for _, c := range cases {
		t.Run(string(c.act), func(t *testing.T) {
			w := newWorld(t, nil)
			w.server.Act(c.act)
			_, err := w.shop.Probe(t.Context())
			var e *transports.Error
			if !errors.As(err, &e) || e.Verdict != c.verdict || e.Scope != c.scope || !strings.Contains(e.Help, c.words) {
				t.Errorf("%v\n%+v", err, e)
			}
			if strings.Contains(fmt.Sprint(err, transports.Help(err)), wootest.Secret) {
				t.Error("the secret is in the words")
			}
			if c.act == wootest.Throttle && e.RetryAfter != 2*time.Minute {
				t.Errorf("retry after %s", e.RetryAfter)
			}
		})
	}
	t.Run("revoked", func(t *testing.T) {
		w := newWorld(t, nil)
		w.server.Revoke()
		if _, err := w.shop.Probe(t.Context()); !strings.Contains(transports.Help(err), "it was revoked, or is mistyped") {
			t.Errorf("%v: %s", err, transports.Help(err))
		}
	})
	t.Run("inwards", func(t *testing.T) {
		w := newWorld(t, func(c *woocommerce.Config) { c.Dialer = nil })
		if _, err := w.shop.Probe(t.Context()); !strings.Contains(transports.Help(err), "allow_private") {
			t.Errorf("%v: %s", err, transports.Help(err))
		}
	})
	t.Run("certificate", func(t *testing.T) {
		w := newWorld(t, func(c *woocommerce.Config) { c.RootCAs = nil })
		if _, err := w.shop.Probe(t.Context()); !strings.Contains(transports.Help(err), "cannot be trusted") {
			t.Errorf("%v: %s", err, transports.Help(err))
		}
	})
}

func TestHook(t *testing.T) {
	w := newWorld(t, nil)
	id := w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	for _, secret := range []string{"new", "old"} {
		header, body := w.server.Hook("order.updated", id, secret)
		if it, err := w.shop.Hook(header, body); err != nil || it == nil {
			t.Errorf("%s: %v, %v", secret, it, err)
		}
	}
	header, body := w.server.Hook("order.updated", id, "theirs")
	if _, err := w.shop.Hook(header, body); !errors.Is(err, channel.ErrSignature) {
		t.Errorf("another's signature: %v", err)
	}
	header, body = w.server.Hook("order.updated", id, "new")
	if _, err := w.shop.Hook(header, append(body, ' ')); !errors.Is(err, channel.ErrSignature) {
		t.Errorf("a changed body: %v", err)
	}
	header.Set("X-WC-Webhook-Source", "https://elsewhere.example/")
	if _, err := w.shop.Hook(header, body); !errors.Is(err, channel.ErrSignature) {
		t.Errorf("another shop: %v", err)
	}
	for ping, genuine := range map[string]bool{"webhook_id=42": true, "webhook_id=42&id=1": false, `{"id":1}`: false, "": false} {
		it, err := w.shop.Hook(nil, []byte(ping))
		if it != nil || (err == nil) != genuine {
			t.Errorf("%q: %v, %v", ping, it, err)
		}
	}
}

// TestHookMeansNothingAlone: a webhook is kept and says only that something has changed; the look that follows brings the order with what its
// products are.
func TestHookMeansNothingAlone(t *testing.T) {
	w := newWorld(t, nil)
	w.server.Product("1001", "0", false)
	w.server.Product("1002", "0", true)
	id := w.server.Put(anOrder(line(1, "A", 1, "5.00", nil), line(2, "DOWNLOAD", 1, "5.00", nil)))
	it, err := w.shop.Hook(w.server.Hook("order.updated", id, "new"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.memory.keep(t.Context(), []transports.Item{*it}); err != nil {
		t.Fatal(err)
	}
	if d := w.read(*it); !d.Signal || d.Order.ID != fmt.Sprint(id) {
		t.Errorf("the webhook alone: %+v", d)
	}
	items := w.look()
	if len(items) != 1 {
		t.Fatalf("the look brought %d", len(items))
	}
	if d := w.read(items[0]); d.Signal || len(d.Order.Lines) != 1 || d.Order.Lines[0].SKU != "A" {
		t.Errorf("lines %+v", d.Order.Lines)
	}
}

func TestDeleted(t *testing.T) {
	w := newWorld(t, nil)
	id := w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	it, err := w.shop.Hook(w.server.Hook("order.deleted", id, "new"))
	if err != nil {
		t.Fatal(err)
	}
	if d := w.read(*it); !d.Cancelled || d.Reason != "deleted" || d.Order.ID != fmt.Sprint(id) {
		t.Errorf("%+v", d)
	}
}

func TestHookTrouble(t *testing.T) {
	var told []*transports.Error
	hear := func(c *woocommerce.Config) {
		c.HookURL = "https://waybill.shop.example/hooks/shop"
		c.HookTrouble = func(_ context.Context, e *transports.Error) { told = append(told, e) }
	}
	w := newWorld(t, hear)
	w.server.Webhook("order.updated", "disabled", w.config.HookURL)
	w.look()
	w.look()
	if len(told) != 1 || told[0] == nil || !strings.Contains(told[0].Help, "switches a webhook off after five failures") {
		t.Fatalf("told %v", told)
	}
	if _, err := w.shop.Probe(t.Context()); err == nil || !strings.Contains(err.Error(), "order.updated of 127.0.0.1") || !strings.Contains(err.Error(), "is disabled") {
		t.Errorf("check says %v", err)
	}
	w.config.Reenable = true
	w.open()
	w.pass(25 * time.Hour)
	w.look()
	if len(told) != 2 || told[1] != nil || w.server.HookStatus("order.updated") != "active" {
		t.Errorf("told %v, the webhook is %s", told, w.server.HookStatus("order.updated"))
	}
	none := newWorld(t, hear)
	none.look()
	if len(told) != 3 || told[2] == nil || !strings.Contains(told[2].Error(), "has no webhook order.updated") {
		t.Errorf("told %v", told)
	}
}
