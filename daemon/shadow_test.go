package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"waybill/daemon/channel"
	"waybill/daemon/demo"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
)

// aDay runs the practice world once.
func aDay(t *testing.T, shadow bool, orders int) (*demo.World, *flow.Flow, demo.Result) {
	t.Helper()
	world, err := demo.Open(demo.Options{Orders: orders, Seed: 11, Dir: t.TempDir(), Shadow: shadow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(world.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	pool := sandbox.New(sandbox.Options{Inline: true})
	t.Cleanup(func() { _ = pool.Close() })
	a := &app{out: os.Stderr, errs: os.Stderr}
	daemon, stop, err := a.practise(ctx, world, flow.Options{Log: slog.New(slog.DiscardHandler), Reader: pool})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	result, err := world.Run(ctx, daemon, orders, func(demo.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return world, daemon.Flow, result
}

// TestShadowIsWhatLiveDoes: the same day twice, with the owner serving all suppliers by hand in shadow mode. Nobody outside gets a byte, and the report is what
// live mode sends: to suppliers, to the channel, to customers, byte for byte but for keys and times.
func TestShadowIsWhatLiveDoes(t *testing.T) {
	const orders = 120
	world, f, shadow := aDay(t, true, orders)
	if n := world.Outside(); n != 0 {
		t.Errorf("%d bytes or changes have reached suppliers, customers or the channel", n)
	}
	report, err := f.Shadow(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("kept back: %s", report.Summary())
	would := map[string]int{}
	for _, s := range report.Suppliers {
		for _, m := range s.Messages {
			would[kept(t, f, order.PurposeOrder, m)]++
		}
	}
	for purpose, all := range map[order.Purpose][]flow.ShadowMessage{order.PurposeTracking: report.Channels, order.PurposeCustomer: report.Customers, order.PurposeSupplier: report.Others} {
		for _, m := range all {
			would[kept(t, f, purpose, m)]++
		}
	}
	world, g, live := aDay(t, false, orders)
	if world.Outside() == 0 {
		t.Error("nothing has left in live mode either: the count counts nothing")
	}
	did := map[string]int{}
	err = g.Store().View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchSent})
		for _, row := range rows {
			if row.Purpose == order.PurposeOperator {
				continue
			}
			whole, err := tx.Dispatch(row.ID)
			if err != nil {
				return err
			}
			var numbers []string
			for _, id := range row.POs {
				po, err := tx.PO(id)
				if err != nil {
					return err
				}
				numbers = append(numbers, po.Number)
			}
			did[told(row.Purpose, row.Target, row.Lane, row.Message.To, numbers, whole.Message.Body)]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(did) < 2*orders {
		t.Errorf("only %d different messages in live mode", len(did))
	}
	if diff := gocmp.Diff(did, would); diff != "" {
		t.Errorf("live mode did (-), shadow mode reports (+):\n%.6000s", diff)
	}
	if !mapsEqual(shadow.ByKind, live.ByKind) {
		t.Errorf("on the desk in shadow mode %v, live %v", shadow.ByKind, live.ByKind)
	}
	if shadow.AutoMatched != live.AutoMatched || shadow.Answers != live.Answers {
		t.Errorf("of %d answers %d were settled alone in shadow mode, of %d %d live", shadow.Answers, shadow.AutoMatched, live.Answers, live.AutoMatched)
	}
}

func kept(t *testing.T, f *flow.Flow, purpose order.Purpose, m flow.ShadowMessage) string {
	t.Helper()
	row, err := f.ShadowMessage(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	return told(purpose, m.Target, m.By, m.To, m.PurchaseOrders, row.Message.Body)
}

// differing is what tells two runs of the same day apart: keys and what is made of them, times, the receiver's port.
var differing = regexp.MustCompile(`(?m)WB-[0-9A-Z]{10}|orders\+[0-9a-z]{10}@|^(Date|Message-ID|Reply-To|X-Waybill-Sending): .*(\r\n[ \t].*)*|=_[0-9A-Za-z_.=-]+|"timestamp":"[^"]*"|127\.0\.0\.1:[0-9]+`)

// told is a message without what differs.
func told(purpose order.Purpose, target, lane string, to, numbers []string, body []byte) string {
	slices.Sort(numbers)
	unfolded := strings.ReplaceAll(string(body), "=\r\n", "") // quoted-printable's soft breaks
	text := differing.ReplaceAllString(unfolded, "…")
	var news channel.Event
	switch {
	case purpose == order.PurposeTracking:
		if err := json.Unmarshal(body, &news); err != nil {
			return "no news: " + err.Error()
		}
		// Of an order's two parcels either may be the last one that is read.
		news.Timestamp, news.Data.Complete = time.Time{}, false
		slices.SortFunc(news.Data.Tracking, func(a, b channel.Package) int { return cmp.Compare(a.Number, b.Number) })
		raw, err := json.Marshal(news)
		if err != nil {
			return err.Error()
		}
		text = string(raw)
	case purpose == order.PurposeCustomer:
		// And so the mail says that there is more to come, or not. What it must say is its parcel.
		text = strings.Join(slices.Compact(slices.Sorted(slices.Values(parcel.FindAllString(unfolded, -1)))), " ")
	}
	return fmt.Sprintf("%s to %s %s by %s about %s\n%s", purpose, target, differing.ReplaceAllString(strings.Join(to, ","), "…"), lane, strings.Join(numbers, ","), text)
}

var parcel = regexp.MustCompile(`1Z[0-9]{16}|00340430*[0-9]{13}|RB[0-9]{9}GB`)
