package store_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// backedUp gives a backup of books with something in every table.
func backedUp(t testing.TB, s *store.Store) []byte {
	t.Helper()
	var out bytes.Buffer
	info, err := s.WriteBackup(t.Context(), "v0.0.0", &out)
	if err != nil {
		t.Fatal(err)
	}
	read, err := store.ReadBackup(bytes.NewReader(out.Bytes()), nil)
	if err != nil || read != info || info.Rows == 0 || info.LastEvent != s.LastSeq() {
		t.Fatalf("read %+v, written %+v: %v", read, info, err)
	}
	return out.Bytes()
}

// fill puts something into every table.
func fill(t testing.TB, s *store.Store) {
	t.Helper()
	loops := addLoops(t, s, 1, 8)
	write(t, s, func(tx *store.Tx) error {
		item, _, err := tx.Keep(store.KeepItem{Source: "drop", Key: "1", Name: "ünü.csv", Raw: bytes.Repeat([]byte("a file\n"), 100)})
		if err != nil {
			return err
		}
		l, original := loops[0], bucketOrder(1)
		return errors.Join(
			tx.AddFinding(store.FindingRow{Item: item.ID, Order: l.order.ID, PO: l.po.ID, Kind: "shipment", Method: "token", Score: 0.1 + 0.2, Decision: "auto", Detail: []byte(`{"a":1}`)}),
			tx.SetProof(store.ProofRow{Item: item.ID, Domain: "prairie.example", Verdict: "proved", Detail: []byte(`{}`)}), tx.AddRuling(item.ID, 0, "prairie", time.Time{}),
			tx.AddMessageID("a@b.example", l.po.ID), tx.AddSupplierRef("prairie", "SO-1", l.po.ID), tx.SetLikeness(l.order.ID, []byte{1, 2, 3}, original.PlacedAt),
			tx.SetOriginal(l.order.ID, &original), tx.SetSetting("cursor", []byte{0, 1, 255}), tx.SetSetting("empty", []byte{}), tx.AddErasure("mark", time.Time{}),
			last(tx.AddPackage(store.PackageRow{PO: l.po.ID, Carrier: "ups", Number: "1Z999AA10123456784", URL: "https://ups.example/?a=1&b=\u2028"})),
			lastOf3(tx.OpenException(store.ExceptionRow{Kind: "which_order", Key: "k", Item: item.ID})),
			lastOf3(tx.AddRule(store.RuleRow{Supplier: "prairie", Kind: "phrase", Reads: "on its way", Means: "shipment", State: store.RuleOn})),
		)
	})
	claimed := claim(t, s, 7)
	settle(t, s, claimed[0], order.SentOK)
	settle(t, s, claimed[1], order.Doubted)
}

func last[T any](_ T, err error) error            { return err }
func lastOf3[T, U any](_ T, _ U, err error) error { return err }

func settle(t testing.TB, s *store.Store, row store.DispatchRow, kind order.EventKind) {
	t.Helper()
	if err := s.Mark(t.Context(), row.ID, row.Epoch); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context(), row.ID, row.Epoch, kind, time.Time{}, "", "", ""); err != nil {
		t.Fatal(err)
	}
}

// rowsOf gives all rows of a backup as text, sorted, but for the settings that a restore changes.
func rowsOf(t testing.TB, backup []byte) []string {
	t.Helper()
	r, err := zstd.NewReader(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "[") && !strings.HasPrefix(line, `["store.`) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// backupRestored: from this database to an empty one of either kind, and again.
func backupRestored(t *testing.T, w *world) {
	s := w.open(t, "a")
	fill(t, s)
	backup := backedUp(t, s)
	want := rowsOf(t, backup)
	for name, to := range map[string]*world{"sqlite": newSQLite(t), "the same": w.another(t)} {
		info, err := store.Restore(t.Context(), to.options, bytes.NewReader(backup), store.Restoring{}, func(p string) { t.Error(p) })
		if err != nil || info.Rows == 0 {
			t.Fatalf("%s: %+v %v", name, info, err)
		}
		r := to.open(t, "b")
		wantClean(t, r)
		if got := rowsOf(t, backedUp(t, r)); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows came back of %d", name, len(got), len(want))
		}
		if !strings.HasPrefix(r.InstanceID(), s.InstanceID()+"-2") {
			t.Errorf("%s: the restored database is %s, the first %s", name, r.InstanceID(), s.InstanceID())
		}
		write(t, r, func(tx *store.Tx) error { _, err := addLoop(tx, 100); return err })
		wantClean(t, r)
		if _, err := store.Restore(t.Context(), to.options, bytes.NewReader(backup), store.Restoring{}, nil); !errors.Is(err, store.ErrLocked) {
			t.Errorf("%s: over a database that is open: %v", name, err)
		}
		closeStore(t, r)
		back := w.another(t)
		if _, err := store.Restore(t.Context(), back.options, bytes.NewReader(backedUp(t, to.open(t, "c"))), store.Restoring{}, func(p string) { t.Error(p) }); err != nil {
			t.Errorf("%s, and back: %v", name, err)
		}
		to = w.another(t)
		closeStore(t, to.open(t, "d")) // which leaves its tables and settings
		if _, err := store.Restore(t.Context(), to.options, bytes.NewReader(backup), store.Restoring{}, func(p string) { t.Error(p) }); err != nil {
			t.Errorf("%s, into one that was opened: %v", name, err)
		}
		_, err = store.Restore(t.Context(), to.options, bytes.NewReader(backup), store.Restoring{}, nil)
		wantError(t, err, store.ErrNotEmpty)
	}
}

// restoreAllOrNothing: what is cut, changed or not in order leaves the database as it was, and the next try works.
func restoreAllOrNothing(t *testing.T, w *world) {
	from := newSQLite(t)
	s := from.open(t, "a")
	fill(t, s)
	backup := backedUp(t, s)
	from.tamper(t, `UPDATE orders SET intake = 'held' WHERE id = 1`)
	damaged := backedUp(t, s)
	for name, c := range map[string]struct {
		bytes []byte
		want  error
	}{
		"empty":         {nil, store.ErrBackup},
		"a database":    {[]byte("SQLite format 3\x00"), store.ErrBackup},
		"cut":           {backup[:len(backup)-20], store.ErrBackup},
		"half":          {backup[:len(backup)/2], store.ErrBackup},
		"twice":         {append(slices.Clone(backup), backup...), store.ErrBackup},
		"not in order":  {damaged, nil},
		"of the future": {edited(t, backup, `"schema":`, `"schema":9`), store.ErrNewer},
		"a later form":  {edited(t, backup, `{"waybill_backup":1`, `{"waybill_backup":2`), store.ErrBackup},
		"a changed row": {edited(t, backup, "PS10044", "PS10045"), store.ErrBackup},
		"no such table": {edited(t, backup, `{"table":"rules"`, `{"table":"ruler"`), store.ErrBackup},
	} {
		var problems []string
		_, err := store.Restore(t.Context(), w.options, bytes.NewReader(c.bytes), store.Restoring{}, func(p string) { problems = append(problems, p) })
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if c.want == nil && len(problems) == 0 {
			t.Errorf("%s: nothing was reported", name)
		}
		if w.driver == "sqlite" {
			if _, err := os.Stat(w.options.Path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: a file was left", name)
			}
		}
	}
	if _, err := store.Restore(t.Context(), w.options, bytes.NewReader(damaged), store.Restoring{Damaged: true}, func(string) {}); err != nil {
		t.Errorf("books that were not in order, on request: %v", err)
	}
}

// edited packs the backup again with a text in place of another.
func edited(t testing.TB, backup []byte, old, with string) []byte {
	t.Helper()
	r, err := zstd.NewReader(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil || !bytes.Contains(raw, []byte(old)) {
		t.Fatalf("%q is not in the backup: %v", old, err)
	}
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(bytes.Replace(raw, []byte(old), []byte(with), 1), nil)
}

// restoredIsHeld: nothing is claimed but what goes to the shop's own people, and what was claimed before cannot be marked.
func restoredIsHeld(t *testing.T, w *world) {
	from := newSQLite(t)
	s := from.open(t, "a")
	addLoops(t, s, 1, 4)
	if _, err := store.Restore(t.Context(), w.options, bytes.NewReader(backedUp(t, s)), store.Restoring{}, func(p string) { t.Error(p) }); err != nil {
		t.Fatal(err)
	}
	r := w.open(t, "b")
	held := look(t, r, func(tx *store.Tx) (store.Hold, error) { h, _, err := tx.Hold(); return h, err })
	if held.Why != store.HeldRestored || held.LastEvent != s.LastSeq() || held.LastAt.IsZero() {
		t.Errorf("%+v", held)
	}
	claim(t, r, 0)
	write(t, r, func(tx *store.Tx) error {
		_, err := tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOperator, Lane: "smtp:main", Target: "operator", Message: store.OutMessage{Key: "k", Body: []byte("help")}})
		return err
	})
	claim(t, r, 1)
	write(t, r, (*store.Tx).ReleaseHold)
	rows := claim(t, r, 3)
	write(t, r, func(tx *store.Tx) error { _, err := tx.RaiseHold(store.Hold{Why: store.HeldEvidence}); return err })
	wantError(t, r.Mark(t.Context(), rows[0].ID, rows[0].Epoch), store.ErrHeld)
	wantClean(t, r)
}

// witnessed: an older copy, another history, another machine and another database are held; a crash and a further node are not.
func witnessed(t *testing.T, w *world) {
	if w.driver != "sqlite" {
		t.Skip("copies of files; PostgreSQL is held by the same code")
	}
	folder := t.TempDir()
	path, copied := w.options.Path, filepath.Join(folder, "copy.db")
	w.options.Witness, w.options.Machine = filepath.Join(folder, "witness"), "machine one"
	hold := func(s *store.Store) store.HoldWhy {
		return look(t, s, func(tx *store.Tx) (store.HoldWhy, error) { h, _, err := tx.Hold(); return h.Why, err })
	}
	reopen := func(want store.HoldWhy, n int) {
		t.Helper()
		s := w.open(t, "a")
		if got := hold(s); got != want {
			t.Errorf("held because %q, want %q", got, want)
		}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.ReleaseHold(); err != nil || n == 0 {
				return err
			}
			_, err := addLoop(tx, n)
			return err
		})
		closeStore(t, s)
	}
	copyDB := func(from, to string) {
		t.Helper()
		raw, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	reopen("", 1)
	reopen("", 2)
	copyDB(path, copied)
	reopen("", 3)
	copyDB(copied, path)
	reopen(store.HeldOlder, 4) // grows past the witness' number with another history
	reopen("", 5)
	diverged := filepath.Join(folder, "diverged.db")
	copyDB(path, diverged)
	reopen("", 6)
	func() { // the copy lives on elsewhere, as far and further
		o := w.options
		o.Path, o.Witness = diverged, filepath.Join(folder, "elsewhere")
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := hold(s); got != store.HeldNoWitness {
			t.Errorf("a clone is held because %q", got)
		}
		write(t, s, (*store.Tx).ReleaseHold)
		addLoops(t, s, 7, 12)
		closeStore(t, s)
	}()
	copyDB(diverged, path)
	reopen(store.HeldOther, 0)
	w.options.Machine = "machine two"
	reopen(store.HeldMachine, 0)
	reopen("", 0)
	if err := os.Remove(w.options.Witness); err != nil {
		t.Fatal(err)
	}
	reopen(store.HeldNoWitness, 0)
	reopen("", 0)
	if err := os.Truncate(w.options.Witness, 100); err != nil {
		t.Fatal(err)
	}
	reopen(store.HeldOther, 0)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	reopen(store.HeldOther, 1)
	fresh := newSQLite(t)
	s := fresh.open(t, "a")
	addLoops(t, s, 1, 3)
	if got := hold(s); got != "" {
		t.Errorf("a database without a witness is held: %s", got)
	}
}

// startCutOff: a first start that ends before its witness is written has lost nothing.
func startCutOff(t *testing.T, w *world) {
	if w.driver != "sqlite" {
		t.Skip("a further node over PostgreSQL has no witness yet")
	}
	folder := filepath.Join(t.TempDir(), "later")
	w.options.Witness = filepath.Join(folder, "witness")
	if s, err := store.Open(t.Context(), w.options); err == nil {
		t.Error("a witness is written where there is no folder")
		closeStore(t, s)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.options.Witness, []byte(`{"instance":"none","generation":0,"seq":0,"crc":0,"at":"0001-01-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := w.open(t, "a")
	if why := look(t, s, func(tx *store.Tx) (store.HoldWhy, error) { h, _, err := tx.Hold(); return h.Why, err }); why != "" {
		t.Errorf("held because %q", why)
	}
}
