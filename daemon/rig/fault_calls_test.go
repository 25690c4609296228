package rig

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"modernc.org/sqlite/lib"

	"waybill/daemon/store"
)

// callFault is one way in which a call can fail.
type callFault struct {
	name  string
	ops   string // which calls: "w" writes, "t" truncations, "s" flushes, "n" names that are made or removed
	codes map[byte]int32
	lasts bool // from then on all such calls fail, else this one alone
}

func callFaults() (all []callFault) {
	for _, lasts := range []bool{false, true} {
		all = append(all,
			callFault{"no room", "wn", map[byte]int32{'w': sqlite3.SQLITE_FULL, 'n': sqlite3.SQLITE_FULL}, lasts},
			callFault{"half a write", "w", map[byte]int32{'w': shortWrite}, lasts},
			callFault{"I/O error", "wtsn", map[byte]int32{'w': sqlite3.SQLITE_IOERR_WRITE, 't': sqlite3.SQLITE_IOERR_TRUNCATE, 's': sqlite3.SQLITE_IOERR_FSYNC, 'n': sqlite3.SQLITE_IOERR_DELETE}, lasts},
			callFault{"failed flush", "s", map[byte]int32{'s': sqlite3.SQLITE_IOERR_FSYNC}, lasts})
	}
	return all
}

// opLetters are the letters of the calls.
var opLetters = map[string]byte{"write": 'w', "truncate": 't', "sync": 's', "create": 'n', "delete": 'n'}

// failOnce fails a call that the seed chooses, works on, ends the process, starts over the same files on a healthy disk, works on, loses the power, and
// starts once more.
func failOnce(t testing.TB, seed uint64) (what string, r lossResult) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 15))
	faults := callFaults()
	fault := faults[random.IntN(len(faults))]
	root, err := os.MkdirTemp("", "waybill-fault-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	before, after := filepath.Join(root, "a"), filepath.Join(root, "b")
	for _, dir := range []string{before, after} {
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	d := newDisk(t, before, 4096)
	first, steps := 1+random.IntN(1200), 40
	if random.IntN(3) == 0 { // as long as it takes until the log is taken over into the database
		first, steps = 1+random.IntN(6000), 160
	}
	hit := ""
	d.fault = func(n int, op, name string) int32 {
		letter := opLetters[op]
		rc := fault.codes[letter]
		if n < first || rc == 0 || hit != "" && !fault.lasts {
			return 0
		}
		if hit == "" {
			hit = fmt.Sprintf("%s from call %d (%s of %s), for ever: %v", fault.name, n, op, name, fault.lasts)
		}
		return rc
	}
	ctx, w := context.Background(), newSaid()
	options := store.Options{Path: filepath.Join(before, "waybill.db"), VFS: diskVFSName, Rewrite: d.rewrite}
	s, err := store.Open(ctx, options)
	if err == nil {
		setUp := hit // what failed while an empty database got its first table was tried again, with everything written anew
		w.work(s, random, steps)
		kind := store.TroubleOf(s.Failed()).Kind
		if hit != setUp && fault.name == "failed flush" && s.Failed() == nil {
			r.lost = append(r.lost, "nobody noticed a failed flush")
		}
		if s.Failed() != nil && kind == store.Unknown {
			r.lost = append(r.lost, fmt.Sprintf("no words for %v", s.Failed()))
		}
		_ = s.Close()
	} else if store.TroubleOf(err).Kind == store.Unknown {
		r.lost = append(r.lost, fmt.Sprintf("no words for %v", err))
	}
	// The fault is over, the machine goes on, and a new process starts. At a moment that the seed chooses its power goes.
	d.mu.Lock()
	cut := d.calls + 1 + random.IntN(600)
	if random.IntN(2) == 0 {
		cut = d.calls + 1 + random.IntN(40) // while it starts
	}
	d.fault = func(n int, _, _ string) int32 {
		if n >= cut {
			d.stops = true
			return sqlite3.SQLITE_IOERR
		}
		return 0
	}
	d.mu.Unlock()
	s, err = store.Open(ctx, options)
	switch {
	case err == nil:
		if !d.off() {
			r.lost = append(r.lost, w.checkUnless(s, d)...)
			held, _ := w.again(s)
			r.held += held
			w.work(s, random, 15)
		}
		d.cut()
		_ = s.Close()
	case !d.off():
		r.lost = append(r.lost, "does not start on a healthy disk: "+err.Error())
	}
	d.cut()
	d.afterLoss(t, after, random, []float64{0, 0.5, 1}[random.IntN(3)])
	s, err = store.Open(ctx, store.Options{Path: filepath.Join(after, "waybill.db")})
	if err != nil {
		if w.any() {
			r.lost = append(r.lost, "after the loss of power: "+err.Error())
		}
		return hit, r
	}
	defer s.Close()
	r.lost = append(r.lost, w.check(s)...)
	held, err := w.again(s)
	if err != nil {
		r.lost = append(r.lost, err.Error())
	}
	r.held += held
	r.doubled = w.doubled
	r.lost = append(r.lost, w.check(s)...)
	return hit, r
}

func (w *said) any() bool {
	return len(w.Orders)+len(w.Items)+len(w.Marked)+len(w.Flags) > 0
}

// checkUnless checks, unless the power goes meanwhile.
func (w *said) checkUnless(s *store.Store, d *disk) []string {
	lost := w.check(s)
	if d.off() {
		return nil
	}
	return lost
}

// TestFaultsAtEachCall fails writes, truncations, flushes and names. WAYBILL_CALLS_N and WAYBILL_CALLS_SEED say how often, and which.
func TestFaultsAtEachCall(t *testing.T) {
	n, first := setting(t, "WAYBILL_CALLS_N", 50), setting(t, "WAYBILL_CALLS_SEED", 1)
	if testing.Short() {
		n = min(n, 30)
	}
	lost, doubled, held, hits := 0, 0, 0, 0
	for i := range n {
		what, r := failOnce(t, uint64(first+i))
		if what != "" {
			hits++
		}
		held += r.held
		doubled += r.doubled
		if len(r.lost) > 0 {
			lost++
			t.Errorf("seed %d, %s: %d problems, the first: %.1500s", first+i, what, len(r.lost), r.lost[0])
		}
	}
	if hits < n/3 {
		t.Errorf("only %d of %d faults were met", hits, n)
	}
	t.Logf("%d of %d faults were met", hits, n)
	t.Logf("| 14 | faults | %d | %d | %d | %d | %d | at once, on the desk and at /readyz |", n, first, lost, doubled, held)
}
