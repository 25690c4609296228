package main

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"waybill/daemon/demo"
	"waybill/daemon/flow"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/parsers"
)

// practised runs the practice world with a daemon that differs in o.
func practised(t *testing.T, orders int, o flow.Options) demo.Result {
	t.Helper()
	return practisedAnd(t, orders, o, nil)
}

// practisedAnd also gives the daemon, while it still runs, to look.
func practisedAnd(t *testing.T, orders int, o flow.Options, look func(*flow.Flow)) demo.Result {
	t.Helper()
	world, err := demo.Open(demo.Options{Orders: orders, Seed: 7, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(world.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	pool := sandbox.New(sandbox.Options{Inline: true})
	t.Cleanup(func() { _ = pool.Close() })
	o.Reader = pool
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &app{out: os.Stderr, errs: os.Stderr}
	daemon, stop, err := a.practise(ctx, world, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	result, err := world.Run(ctx, daemon, orders, func(demo.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	if look != nil {
		look(daemon.Flow)
	}
	if result.Dispatched != result.PurchaseOrders {
		t.Errorf("%d of %d purchase orders were dispatched", result.Dispatched, result.PurchaseOrders)
	}
	return result
}

func TestDemo(t *testing.T) {
	r := practised(t, 200, flow.Options{})
	if r.Wrong != 0 {
		t.Errorf("%d wrong", r.Wrong)
	}
	if r.AutoMatched*10 < r.Settleable*9 {
		t.Errorf("%d of %d answers that may be settled alone are", r.AutoMatched, r.Settleable)
	}
	if r.Keyless*10 < r.Answers*3 {
		t.Errorf("%d of %d answers carry no planted key, want three in ten", r.Keyless, r.Answers)
	}
	for _, m := range []match.Method{match.Token, match.Thread, match.OrderNumber, match.SupplierRef, match.Fuzzy} {
		if r.ByMethod[string(m)] < 10 {
			t.Errorf("%s is the strongest witness of %d answers, want 10", m, r.ByMethod[string(m)])
		}
	}
	if want := map[string]int{string(flow.CostlyNews): 2, string(flow.SupplierAsks): 1, string(flow.BouncedBack): 1}; !mapsEqual(r.ByKind, want) {
		t.Errorf("on the desk: %v, want %v", r.ByKind, want)
	}
}

func mapsEqual(a, b map[string]int) bool {
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return len(a) == len(b)
}

// A matcher that takes another order of the same supplier is seen: the check against the suppliers' truth is no check of waybill by itself.
func TestDemoNoticesWrongMatches(t *testing.T) {
	var last []match.Finding
	spoiled := func(x *match.Index, r parsers.Reading, who match.Sender) []match.Finding {
		findings := x.Match(r, who)
		right := slices.Clone(findings)
		for i := range findings {
			if i < len(last) && findings[i].PO != 0 && last[i].PO != 0 {
				findings[i].PO, findings[i].OrderID, findings[i].LineQuantities = last[i].PO, last[i].OrderID, []order.LineQuantity(nil)
			}
		}
		last = right
		return findings
	}
	if r := practised(t, 60, flow.Options{Match: spoiled}); r.Wrong == 0 {
		t.Errorf("the matcher was spoiled, and nothing is wrong: %+v", r)
	}
}
