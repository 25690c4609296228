package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
	"waybill/parsers"
)

// hostileDeadline is what promise 15 gives one document.
const hostileDeadline = 5 * time.Second

// TestHostile has the real program's children read generated documents that were made to break readers, and matches what they say in this process, as the
// daemon does. `make hostile N=1000000 SEED=1 FROM=0` runs as many as wanted; the numbers make it possible to go on where a run ended.
func TestHostile(t *testing.T) {
	count := hostileSetting(t, "N", 2000)
	if testing.Short() {
		count = min(count, 300)
	}
	h := &hostileRun{seed: uint64(hostileSetting(t, "SEED", 1)), from: uint64(hostileSetting(t, "FROM", 0)), count: uint64(count), keep: os.Getenv("WAYBILL_HOSTILE_KEEP"), kills: map[string]int{}} //nolint:gosec // small
	h.load(t)
	h.pool = sandbox.New(sandbox.Options{Exe: binary(t), Args: []string{"read-child"}, Children: hostileReaders, Deadline: hostileDeadline})
	debug.FreeOSMemory() // what other tests of this process held
	resetPeak()
	before := peakMemory(t)
	// Without a limit the collector lets garbage grow as large as what lives, and what lives here is mostly the fixtures, which no daemon holds.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(before + hostileGarbage))
	began := time.Now()
	var workers sync.WaitGroup
	for range hostileReaders {
		workers.Go(func() { h.work(t) })
	}
	workers.Wait()
	if err := h.pool.Close(); err != nil {
		t.Error(err)
	}
	took := time.Since(began)
	stats := h.pool.Stats()
	t.Logf("seed %d, inputs %d to %d: %.0f a second, %d readings, %d refused or partly read with a sentence", h.seed, h.from, h.from+h.count-1, float64(h.count)/took.Seconds(), h.read, h.refused)
	t.Logf("panics in the daemon: %d; panics that a child's reader caught: %d; children lost: %d %v; quarantined: %d", h.panics, h.caught, stats.Broken, h.kills, h.quarantined)
	t.Logf("most memory of the daemon %d MiB (with the generator), of a child %d MiB; children started %d; longest wait of the next item %v; slowest reading %v (input %d)",
		peakMemory(t)>>20, stats.Peak>>20, stats.Started, h.longestWait.Round(time.Millisecond), h.slowest.Round(time.Millisecond), h.slowestAt)
	if h.longestWait > hostileDeadline+2*time.Second { // on a machine that does other work as well
		t.Errorf("an innocent mail waited %v for its turn", h.longestWait)
	}
	if more := peakMemory(t) - before; stats.Peak > 512<<20 || more > 256<<20 {
		t.Errorf("more memory was used than promised: the daemon took %d MiB above the %d that the fixtures and other tests hold", more>>20, before>>20)
	}
}

const (
	hostileReaders = 2               // children, as the daemon has
	slowHostile    = 2 * time.Second // is worth a look
	hostileGarbage = 128 << 20       // bytes above the fixtures from which on the collector works harder; what lives may still exceed it
)

func hostileSetting(t *testing.T, name string, fallback int) int {
	text := os.Getenv("WAYBILL_HOSTILE_" + name)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is no number", name, text)
	}
	return n
}

// hostileRun is what is done, and what came of it.
type hostileRun struct {
	seed, from, count uint64
	keep              string // a folder for the inputs that broke something
	pool              *sandbox.Pool
	seeds             []hostileInput
	cases             []*fixture
	next              atomic.Uint64

	mu                   sync.Mutex
	panics, caught       int
	read, refused        int
	kills                map[string]int
	quarantined          int
	longestWait, slowest time.Duration
	slowestAt            uint64
	said                 time.Time
}

// load takes every case's input as a seed, and a file of each format besides.
func (h *hostileRun) load(t *testing.T) {
	h.cases = loadCases(t)
	for _, f := range h.cases {
		name := f.input
		if strings.HasSuffix(name, ".eml") {
			name = ""
		}
		h.seeds = append(h.seeds, hostileInput{name: name, raw: []byte(f.read(t, f.input))})
	}
	book := excelize.NewFile()
	defer book.Close()
	for i := range 20 {
		_ = book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{fmt.Sprint(1001 + i), fmt.Sprintf("1Z999AA101%07d4", i), "Shipped", i})
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	h.seeds = append(h.seeds, hostileInput{name: "x.xlsx", raw: b.Bytes()})
}

const innocentMail = "From: a@prairie-supply.example\nSubject: PO 1001\n\nOrder 1001 has shipped. Tracking: 1Z999AA10123456784\n"

// work reads inputs until there are no more.
func (h *hostileRun) work(t *testing.T) {
	for {
		n := h.next.Add(1) - 1
		if n >= h.count {
			return
		}
		n += h.from
		in := hostile(h.seed, n, h.seeds)
		if first := h.waited(t, n, in); !first && !h.waited(t, n, in) { // a second attempt; after it the daemon puts the item aside
			h.mu.Lock()
			h.quarantined++
			h.mu.Unlock()
		}
	}
}

// waited reads an input, and measures how long an innocent mail behind it waits for its reading. It is false when the child was lost.
func (h *hostileRun) waited(t *testing.T, n uint64, in hostileInput) bool {
	began := time.Now()
	ok := h.one(t, n, in)
	took := time.Since(began)
	wait := took
	if took > 20*time.Millisecond || n%50 == 0 {
		r, err := h.pool.Read(t.Context(), []byte(innocentMail), "", parsers.Profile{})
		if wait = time.Since(began); err != nil || r.Kind != parsers.Shipment || len(r.Statements) == 0 {
			t.Errorf("the innocent mail behind input %d (%s) gives %+v, %v", n, in.how, r, err)
		}
	}
	if took > slowHostile {
		t.Logf("input %d, %d bytes, name %q (%s): took %v, all in all", n, len(in.raw), in.name, in.how, took.Round(time.Millisecond))
		h.keepInput(t, n, in)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.longestWait = max(h.longestWait, wait)
	if took > h.slowest {
		h.slowest, h.slowestAt = took, n
	}
	if time.Since(h.said) > 10*time.Second && testing.Verbose() {
		h.said = time.Now()
		fmt.Printf("input %d of %d, %d children lost, %d panics, slowest %v (input %d)\n", n, h.from+h.count, h.pool.Stats().Broken, h.panics+h.caught, h.slowest.Round(time.Millisecond), h.slowestAt)
	}
	return ok
}

// one reads an input as the daemon does: the envelope, then the document, and matches what it says. It is false when the child was lost.
func (h *hostileRun) one(t *testing.T, n uint64, in hostileInput) bool {
	defer func() {
		if broken := recover(); broken != nil {
			h.note(t, n, in, fmt.Sprintf("a panic in the daemon: %v", broken), func() { h.panics++ })
		}
	}()
	if in.name == "" && n%4 == 0 {
		if _, err := h.pool.Envelope(t.Context(), in.raw); errors.Is(err, sandbox.ErrBroken) {
			h.note(t, n, in, "envelope: "+err.Error(), func() { h.kills[reason(err)]++ })
			return false
		}
	}
	f := h.cases[n%uint64(len(h.cases))]
	result, reading, err := trial.New(f.orders, h.pool, f.supplier).File(t.Context(), filepath.Join("x", in.name), in.raw)
	if errors.Is(err, sandbox.ErrBroken) {
		h.note(t, n, in, err.Error(), func() { h.kills[reason(err)]++ })
		return false
	}
	if err != nil {
		t.Errorf("input %d (%s): %v", n, in.how, err)
		return true
	}
	if _, err := json.Marshal(result); err != nil {
		t.Errorf("input %d (%s): what it means can't be written: %v", n, in.how, err)
	}
	if slices.ContainsFunc(reading.Problems, func(p parsers.Problem) bool { return p.Code == "broken" }) {
		h.note(t, n, in, reading.Problems[0].Text, func() { h.caught++ })
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.read++
	if len(reading.Problems) > 0 {
		h.refused++
	}
	return true
}

// note reports an input that broke something, and keeps it where that is asked for. Time alone is no fault on a machine that does other work.
func (h *hostileRun) note(t *testing.T, n uint64, in hostileInput, what string, count func()) {
	h.mu.Lock()
	count()
	h.mu.Unlock()
	sentence := fmt.Sprintf("input %d, %d bytes, name %q (%s): %s", n, len(in.raw), in.name, in.how, what)
	if strings.Contains(what, "longer than") {
		t.Log(sentence)
	} else {
		t.Error(sentence)
	}
	h.keepInput(t, n, in)
}

func (h *hostileRun) keepInput(t *testing.T, n uint64, in hostileInput) {
	if h.keep != "" {
		if err := os.WriteFile(filepath.Join(h.keep, fmt.Sprintf("%d-%d%s", h.seed, n, filepath.Ext(in.name))), in.raw, 0o600); err != nil {
			t.Error(err)
		}
	}
}

// reason is why a child was lost, without the words that differ.
func reason(err error) string {
	text := err.Error()
	if at := strings.Index(text, sandbox.ErrBroken.Error()); at >= 0 {
		text = text[at+len(sandbox.ErrBroken.Error())+2:]
	}
	return text
}

// resetPeak has the kernel forget what this process held before (proc(5), clear_refs).
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakMemory is the most that this process held since, in bytes.
func peakMemory(t *testing.T) int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.Fields(kib)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatal("the kernel does not say how much memory this process held")
	return 0
}
