package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

func keep(tx *store.Tx, source, key string, raw []byte) (store.ItemRow, bool, error) {
	return tx.Keep(store.KeepItem{Source: source, Key: key, Name: "report.csv", Received: time.Unix(1756228000, 0), Raw: raw, Size: 99})
}

func keepOnce(t *testing.T, w *world) {
	s := w.open(t, "a")
	raw := []byte(strings.Repeat("order;tracking\r\n1001;1Z999AA10123456784\r\n", 50))
	var wg sync.WaitGroup
	isNew := make(chan bool, 16)
	for range 16 {
		wg.Go(func() {
			var fresh bool
			write(t, s, func(tx *store.Tx) error {
				row, n, err := keep(tx, "prairie:/out", "report.csv|2100", raw)
				if err == nil && (row.ID != 1 || row.State != store.ItemKept || row.Size != int64(len(raw))) {
					err = fmt.Errorf("kept as %+v", row)
				}
				fresh = n
				return err
			})
			isNew <- fresh
		})
	}
	wg.Wait()
	close(isNew)
	n := 0
	for fresh := range isNew {
		if fresh {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the item was new %d times", n)
	}
	write(t, s, func(tx *store.Tx) error {
		same, fresh, err := keep(tx, "prairie:/out", "copy.csv|2100", raw)
		if err != nil || !fresh {
			return fmt.Errorf("the same bytes under another key: %+v, %v, %w", same, fresh, err)
		}
		other := []byte("something else under a key that is taken")
		for _, want := range []bool{true, false} { // a server that counts anew loses nothing, and repeats nothing
			row, fresh, err := keep(tx, "prairie:/out", "report.csv|2100", other)
			if err != nil || fresh != want || row.ID == 1 || row.Size != int64(len(other)) {
				return fmt.Errorf("other bytes under the same key: %+v, %v, %w", row, fresh, err)
			}
		}
		if row, fresh, err := keep(tx, "prairie:/out", "report.csv|2100", nil); err != nil || fresh || row.ID != 1 {
			return fmt.Errorf("the same key without bytes: %+v, %v, %w", row, fresh, err)
		}
		large, fresh, err := keep(tx, "prairie:/out", "large.csv", nil)
		if err != nil || !fresh || large.State != store.ItemTooLarge || large.SHA256 != "" || large.Size != 99 {
			return fmt.Errorf("a file too large: %+v, %v, %w", large, fresh, err)
		}
		empty, fresh, err := keep(tx, "prairie:/out", "empty.csv", []byte{})
		if err != nil || !fresh || empty.State != store.ItemKept || empty.Size != 0 {
			return fmt.Errorf("an empty file: %+v, %v, %w", empty, fresh, err)
		}
		body, err := tx.Evidence(empty.SHA256)
		if err != nil || len(body) != 0 {
			return fmt.Errorf("the empty file holds %q: %w", body, err)
		}
		twins, err := tx.ItemsBySHA(same.SHA256)
		if err == nil && len(twins) != 2 {
			err = fmt.Errorf("items of the same bytes: %+v", twins)
		}
		return err
	})
	wantClean(t, s)
}

func readings(t *testing.T, w *world) {
	s := w.open(t, "a")
	write(t, s, func(tx *store.Tx) error {
		for i := range 3 {
			if _, _, err := keep(tx, "inbox", fmt.Sprint(i), fmt.Appendf(nil, "mail %d", i)); err != nil {
				return err
			}
		}
		row, err := tx.Item(2)
		row.Attempts++
		row.State, row.Supplier, row.Kind, row.MessageID = store.ItemRead, "prairie", "shipment", "m1@prairie.example"
		row.BodyHash, row.RepeatOf, row.Reading = "abc", 1, json.RawMessage(`{"kind":"shipment"}`)
		return errors.Join(err, tx.SetRead(row))
	})
	row := look(t, s, func(tx *store.Tx) (store.ItemRow, error) { return tx.ItemBySource("inbox", "1") })
	want := store.ItemRow{ID: 2, Source: "inbox", Key: "1", Name: "report.csv", Received: time.Unix(1756228000, 0), KeptAt: w.clock.now(), SHA256: row.SHA256, Size: 6,
		State: store.ItemRead, Attempts: 2, Supplier: "prairie", Kind: "shipment", MessageID: "m1@prairie.example", BodyHash: "abc", RepeatOf: 1,
		Reading: json.RawMessage(`{"kind":"shipment"}`)}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		name, want string
		get        func(*store.Tx) ([]store.ItemRow, error)
	}{
		{"kept", "[1 3]", func(tx *store.Tx) ([]store.ItemRow, error) { return tx.ItemsInState(store.ItemKept, 0) }},
		{"one kept", "[1]", func(tx *store.Tx) ([]store.ItemRow, error) { return tx.ItemsInState(store.ItemKept, 1) }},
		{"by message id", "[2]", func(tx *store.Tx) ([]store.ItemRow, error) { return tx.ItemsByMessageID("m1@prairie.example") }},
		{"of the supplier", "[2]", func(tx *store.Tx) ([]store.ItemRow, error) {
			return tx.Items(store.ItemFilter{Supplier: "prairie", Kind: "shipment", Source: "inbox", Since: w.clock.now()})
		}},
		{"later", "[]", func(tx *store.Tx) ([]store.ItemRow, error) {
			return tx.Items(store.ItemFilter{Since: w.clock.now().Add(time.Second)})
		}},
		{"a page", "[2]", func(tx *store.Tx) ([]store.ItemRow, error) { return tx.Items(store.ItemFilter{After: 1, Limit: 1}) }},
		{"a page backwards", "[2]", func(tx *store.Tx) ([]store.ItemRow, error) {
			return tx.Items(store.ItemFilter{Before: 3, Newest: true, Limit: 1})
		}},
	} {
		ids := []order.ItemID{}
		for _, r := range look(t, s, c.get) {
			ids = append(ids, r.ID)
		}
		if fmt.Sprint(ids) != c.want {
			t.Errorf("%s: %v, want %s", c.name, ids, c.want)
		}
	}
	view(t, s, func(tx *store.Tx) error {
		_, err := tx.Item(9)
		wantError(t, err, store.ErrNotFound)
		_, err = tx.Evidence(strings.Repeat("0", 64))
		wantError(t, err, store.ErrNotFound)
		_, err = tx.Evidence("no hash")
		wantError(t, err, store.ErrNotFound)
		return nil
	})
}

// foreignBytes: what others send has every byte there is, in bodies, names and keys.
func foreignBytes(t *testing.T, w *world) {
	s := w.open(t, "a")
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	names := []string{"a\x00b", "a\xffb", "a\xfeb", "a\uFFFDb", "ünï", "'; DROP TABLE items; --", "a\xed\xa0\x80", strings.Repeat("x", 10_000), "a?b$1"}
	bodies := [][]byte{noise(5), noise(127), noise(128), noise(70_000), bytes.Repeat([]byte("ab"), 300_000), {0}, []byte("\xff\xfe\x00")}
	for i, name := range names {
		body := bodies[i%len(bodies)]
		write(t, s, func(tx *store.Tx) error {
			row, fresh, err := tx.Keep(store.KeepItem{Source: name, Key: name, Name: name, Raw: body})
			if err != nil || !fresh {
				return fmt.Errorf("%q: new %v: %w", name, fresh, err)
			}
			row.State, row.MessageID, row.Reading = store.ItemRead, name, json.RawMessage(`"`+"\xff"+`"`)
			if err := tx.SetRead(row); err != nil {
				return err
			}
			if _, fresh, err := tx.Keep(store.KeepItem{Source: name, Key: name, Raw: body}); err != nil || fresh {
				return fmt.Errorf("%q is new again: %w", name, err)
			}
			if same, err := tx.ItemsByMessageID(name); err != nil || len(same) != 1 {
				return fmt.Errorf("%q by message id: %v, %w", name, same, err)
			}
			got, err := tx.Evidence(row.SHA256)
			if !bytes.Equal(got, body) {
				err = errors.Join(err, fmt.Errorf("%d bytes came back as %d", len(body), len(got)))
			}
			_, _, err2 := tx.OpenException(store.ExceptionRow{Kind: "x", Key: name, Item: row.ID, Detail: json.RawMessage(`{"a":"\u0000"}`)})
			return errors.Join(err, err2)
		})
	}
	wantClean(t, s)
}

func findingsAndPackages(t *testing.T, w *world) {
	s := w.open(t, "a")
	l := addLoops(t, s, 1, 2)[0]
	finding := store.FindingRow{Item: 1, N: 0, Order: l.order.ID, PO: l.po.ID, Kind: "shipment", Method: "token", Score: 0.9991, Decision: "auto",
		Applied: true, Detail: json.RawMessage(`{"reasons":["the key"]}`)}
	var pkg store.PackageRow
	write(t, s, func(tx *store.Tx) error {
		if _, _, err := keep(tx, "inbox", "1", []byte("mail")); err != nil {
			return err
		}
		first := finding
		first.Decision, first.Detail = "review", nil
		none := store.FindingRow{Item: 1, N: 1, Kind: "other", Decision: "ignore"}
		for _, f := range []store.FindingRow{first, none, finding} {
			if err := tx.AddFinding(f); err != nil {
				return err
			}
		}
		var err error
		pkg, err = tx.AddPackage(store.PackageRow{PO: l.po.ID, Carrier: "ups", Number: "1Z999AA10123456784", URL: "https://ups.example/1Z", Item: 1})
		if err != nil {
			return err
		}
		if err := tx.SetPackageGone(pkg.ID); err != nil {
			return err
		}
		return errors.Join(tx.AddMessageID("x@shop.example", l.po.ID), tx.AddMessageID("x@shop.example", l.po.ID),
			tx.AddSupplierRef("prairie", "SO-1", l.po.ID), tx.AddSupplierRef("prairie", "SO-1", l.po.ID))
	})
	got := look(t, s, func(tx *store.Tx) ([]store.FindingRow, error) { return tx.FindingsOfItem(1) })
	if len(got) != 2 || !cmp.Equal(got[0], finding) || got[1].Order != 0 {
		t.Errorf("findings of the item: %+v", got)
	}
	if got := look(t, s, func(tx *store.Tx) ([]store.FindingRow, error) { return tx.FindingsOfOrder(l.order.ID) }); len(got) != 1 {
		t.Errorf("findings of the order: %+v", got)
	}
	pkg.Gone = true
	for name, get := range map[string]func(*store.Tx) ([]store.PackageRow, error){
		"by number": func(tx *store.Tx) ([]store.PackageRow, error) { return tx.PackagesByNumber(pkg.Number) },
		"of the po": func(tx *store.Tx) ([]store.PackageRow, error) { return tx.PackagesOfPO(l.po.ID) },
	} {
		if diff := cmp.Diff([]store.PackageRow{pkg}, look(t, s, get)); diff != "" {
			t.Errorf("packages %s: %s", name, diff)
		}
	}
	if ids := look(t, s, func(tx *store.Tx) ([]order.POID, error) { return tx.POsByMessageID("x@shop.example") }); len(ids) != 1 || ids[0] != l.po.ID {
		t.Errorf("by message id: %v", ids)
	}
	view(t, s, func(tx *store.Tx) error {
		return tx.EachPO([]order.POID{l.po.ID}, func(k store.Known) error {
			if !slices.Equal(k.Refs, []string{"SO-1"}) || !slices.Equal(k.MessageIDs, []string{"x@shop.example"}) || len(k.Tracking) != 0 { // its parcel is gone
				t.Errorf("what is known of the purchase order: %+v", k)
			}
			return nil
		})
	})
	wantError(t, s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetPackageGone(9) }), store.ErrNotFound)
	wantClean(t, s)
}

func exceptionsAlike(t *testing.T, w *world) {
	s := w.open(t, "a")
	l := addLoops(t, s, 1, 2)[0]
	open := func(key string) (row store.ExceptionRow, fresh bool) {
		t.Helper()
		write(t, s, func(tx *store.Tx) (err error) {
			row, fresh, err = tx.OpenException(store.ExceptionRow{Kind: "drift", Key: key, Supplier: "prairie", PO: l.po.ID,
				Deadline: w.clock.now().Add(time.Hour), Detail: json.RawMessage(`{"n":1}`)})
			return err
		})
		return row, fresh
	}
	first, fresh := open("drift:prairie")
	if !fresh || first.Count != 1 || !first.OpenedAt.Equal(w.clock.now()) {
		t.Errorf("opened %+v, new %v", first, fresh)
	}
	w.clock.pass(time.Minute)
	second, fresh := open("drift:prairie")
	if fresh || second.ID != first.ID || second.Count != 2 || !second.LastAt.Equal(w.clock.now()) || !second.OpenedAt.Equal(first.OpenedAt) {
		t.Errorf("alike: %+v, new %v", second, fresh)
	}
	for range 2 {
		if _, fresh := open(""); !fresh {
			t.Error("exceptions without a key are never alike")
		}
	}
	write(t, s, func(tx *store.Tx) error { return tx.SettleException(first.ID, "ignore", "desk", time.Time{}) })
	err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SettleException(first.ID, "ignore", "cli", time.Time{}) })
	wantError(t, err, store.ErrSettled)
	wantError(t, s.Write(t.Context(), func(tx *store.Tx) error { return tx.SettleException(99, "x", "cli", time.Time{}) }), store.ErrNotFound)
	if third, fresh := open("drift:prairie"); !fresh || third.ID == first.ID {
		t.Errorf("after the first was settled: %+v, new %v", third, fresh)
	}
	rows := look(t, s, func(tx *store.Tx) ([]store.ExceptionRow, error) {
		return tx.Exceptions(store.ExceptionFilter{Kind: "drift", Supplier: "prairie", PO: l.po.ID, Open: true})
	})
	if len(rows) != 3 {
		t.Errorf("%d open exceptions, want 3: %+v", len(rows), rows)
	}
	settled := look(t, s, func(tx *store.Tx) (store.ExceptionRow, error) { return tx.Exception(first.ID) })
	if settled.Action != "ignore" || settled.By != "desk" || !settled.SettledAt.Equal(w.clock.now()) || string(settled.Detail) != `{"n":1}` {
		t.Errorf("settled: %+v", settled)
	}
	for open, want := range map[bool]int{true: 3, false: 4} {
		if n := look(t, s, func(tx *store.Tx) (int, error) { return tx.CountExceptions(open) }); n != want {
			t.Errorf("%d exceptions (open: %v), want %d", n, open, want)
		}
	}
	events := look(t, s, func(tx *store.Tx) ([]order.Event, error) { return tx.Timeline(l.order.ID) })
	if got := fmt.Sprint(kinds(events)[4:]); got != "[exception.opened exception.opened exception.opened exception.settled exception.opened]" {
		t.Errorf("journal: %s", got)
	}
	wantClean(t, s)
}

func settings(t *testing.T, w *world) {
	s := w.open(t, "a")
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetSetting("cursor/inbox", []byte{0, 1}), tx.SetSetting("cursor/junk", []byte{}), tx.SetSetting("cursor%x", []byte("x")),
			tx.SetSetting("gone", []byte("x")))
	})
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetSetting("cursor/inbox", []byte{0, 2}), tx.SetSetting("gone", nil))
	})
	all := look(t, s, func(tx *store.Tx) (map[string][]byte, error) { return tx.Settings("cursor/") })
	if diff := cmp.Diff(map[string][]byte{"cursor/inbox": {0, 2}, "cursor/junk": {}}, all); diff != "" {
		t.Error(diff)
	}
	view(t, s, func(tx *store.Tx) error {
		if v, ok, err := tx.Setting("cursor/junk"); err != nil || !ok || len(v) != 0 {
			t.Errorf("an empty value: %q, %v, %v", v, ok, err)
		}
		if v, ok, err := tx.Setting("gone"); err != nil || ok {
			t.Errorf("a removed one: %q, %v, %v", v, ok, err)
		}
		return nil
	})
}
