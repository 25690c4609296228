package rig

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
	"waybill/parsers"
)

// decisionsRun is how far TestDecisions has come. With WAYBILL_DECISIONS_FILE it is written down after each portion of the cases, and a run that was cut goes on there.
type decisionsRun struct {
	Seed    uint64
	Pass    int // through all cases
	Case    int // of the pass
	Inputs  int
	Keyed   int            // decided alone by key, thread, number or the supplier's reference
	Wrong   int            // of those
	Fuzzy   int            // decided alone by names, addresses and products
	Missed  int            // of those, wrong
	Expects float64        // wrong ones that the scores of those promise
	Left    int            // left to a person
	By      map[string]int // mutations
	Took    time.Duration

	mu   sync.Mutex
	file string
}

func openDecisionsRun(t *testing.T) *decisionsRun {
	t.Helper()
	run := &decisionsRun{Seed: uint64(setting(t, "WAYBILL_DECISIONS_SEED", 1)), By: map[string]int{}, file: os.Getenv("WAYBILL_DECISIONS_FILE")} //nolint:gosec // small
	if run.file == "" {
		return run
	}
	seed := run.Seed
	switch raw, err := os.ReadFile(run.file); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		t.Fatal(err)
	case json.Unmarshal(raw, run) != nil || run.Seed != seed:
		t.Fatalf("%s holds no run with SEED=%d; remove it, or name another FILE", run.file, seed)
	default:
		t.Logf("going on after %d decisions", run.Keyed)
	}
	return run
}

func (r *decisionsRun) save(t *testing.T) {
	t.Helper()
	if r.file == "" || t.Failed() {
		return
	}
	raw, err := json.MarshalIndent(r, "", " ")
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(r.file), 0o755), os.WriteFile(r.file+".part", raw, 0o600), os.Rename(r.file+".part", r.file))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestDecisions changes cases so that what is true is known all the same, or changes the orders beside them, and counts what is decided without a person (promise 8): by key, thread or
// number nothing may be wrong; by names and addresses no more than the scores say, at 95 %. WAYBILL_DECISIONS_N is how many decisions by key, thread or number.
func TestDecisions(t *testing.T) {
	run := openDecisionsRun(t)
	want := setting(t, "WAYBILL_DECISIONS_N", 3000)
	pool := sandbox.New(sandbox.Options{Inline: true})
	defer pool.Close()
	var cases []*mutable
	for _, f := range loadCases(t) {
		if m := newMutable(t, f); m != nil {
			cases = append(cases, m)
		}
	}
	const portion = 200
	for run.Keyed < want && run.Wrong < mostWrong {
		began := time.Now()
		order := rand.New(rand.NewPCG(run.Seed, uint64(run.Pass))).Perm(len(cases)) //nolint:gosec // small
		end := min(run.Case+portion, len(cases))
		next := make(chan *mutable)
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() {
				for m := range next {
					run.one(t, m, pool)
				}
			})
		}
		for _, i := range order[run.Case:end] {
			next <- cases[i]
		}
		close(next)
		workers.Wait()
		if run.Case = end; end == len(cases) {
			run.Case, run.Pass = 0, run.Pass+1
		}
		run.Took += time.Since(began)
		run.save(t)
	}
	t.Logf("%d decisions by key, thread or number, seed %d, wrong %d; %d by names and addresses, wrong %d where their scores say %.2f; %d left to a person; %d inputs from %d cases (%v); %.1f ms an input",
		run.Keyed, run.Seed, run.Wrong, run.Fuzzy, run.Missed, run.Expects, run.Left, run.Inputs, len(cases), run.By, run.Took.Seconds()*1000/float64(max(run.Inputs, 1)))
	if p := atLeast(run.Missed, run.Expects); p < 0.05 {
		t.Errorf("%d of %d by names and addresses are wrong; by their scores it would be %.2f, and so many come with a chance of %.4f", run.Missed, run.Fuzzy, run.Expects, p)
	}
}

// mostWrong is after how many a run ends.
const mostWrong = 20

// atLeast is the chance of so many or more where mean are expected (Poisson).
func atLeast(n int, mean float64) float64 {
	below, term := 0.0, math.Exp(-mean)
	for k := range n {
		below += term
		term *= mean / float64(k+1)
	}
	return 1 - below
}

// one makes one change of a case, and judges what is made of it.
func (r *decisionsRun) one(t *testing.T, m *mutable, pool *sandbox.Pool) {
	of := fnv.New64a()
	_, _ = of.Write([]byte(m.f.id()))
	random := rand.New(rand.NewPCG(r.Seed<<32+uint64(r.Pass), of.Sum64())) //nolint:gosec // small
	c := m.change(random)
	if c == nil {
		return
	}
	orders := m.f.orders
	if c.orders != "" {
		var err error
		if orders, err = trial.Load("orders.json", []byte(c.orders)); err != nil {
			t.Errorf("%s, %s: %v", m.f.id(), c.name, err)
			return
		}
		if c.closed != nil {
			orders.Index.Put(*c.closed)
		}
	}
	supplier := m.f.supplier
	if m.f.note.Anyone {
		supplier = ""
	}
	result, _, err := trial.New(orders, pool, supplier).File(t.Context(), m.f.input, []byte(c.raw))
	if err != nil {
		t.Errorf("%s, %s: %v", m.f.id(), c.name, err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Inputs++
	r.By[c.name]++
	for _, n := range result.Notices {
		if n.Decision != match.Auto {
			r.Left++
			continue
		}
		why := c.wrong(n)
		switch n.Method {
		case match.Fuzzy:
			r.Fuzzy++
			r.Expects += 1 - n.Confidence
			if why != "" {
				r.Missed++
				t.Logf("%s, %s (%s): %s: %s %q", m.f.id(), c.name, c.what, why, n, n.Reasons)
			}
		default:
			r.Keyed++
			if why != "" {
				r.Wrong++
				t.Errorf("%s, %s (%s): %s: %s %q", m.f.id(), c.name, c.what, why, n, n.Reasons)
			}
		}
	}
}

// erased names the change after which a paper is about an order that nobody knows.
const erased = "an erased order"

// mutable is a case whose truth is known well enough to be changed.
type mutable struct {
	f       *fixture
	raw     string
	lines   []string     // of orders.json
	orders  []decoyOrder // the same
	owner   map[string]string
	about   map[string]bool // orders that it is about
	unclear bool            // a person has to look at some of it
	sure    []string        // orders with a number that stand in the text as they are written
}

// newMutable is nil for a case that the code does not do right unchanged: there nothing is learned from a change. TestAccuracy counts those.
func newMutable(t *testing.T, f *fixture) *mutable {
	t.Helper()
	if f.note.Known != "" {
		return nil
	}
	m := &mutable{f: f, raw: f.read(t, f.input), owner: map[string]string{}, about: map[string]bool{}}
	for line := range strings.Lines(f.read(t, "orders.json")) {
		var o decoyOrder
		if json.Unmarshal([]byte(line), &o) != nil {
			return nil
		}
		m.lines, m.orders = append(m.lines, line), append(m.orders, o)
	}
	for _, n := range f.want.Notices {
		m.about[n.Order], m.unclear = true, m.unclear || n.Decision != match.Auto
		for _, number := range n.Tracking {
			m.owner[number.Number] += "," + n.Order
		}
	}
	if m.coded() {
		return m
	}
	for _, n := range f.want.Notices {
		if n.Decision == match.Auto && len(tokenAt(m.raw, n.Order)) > 0 && strings.ContainsAny(n.Order, "0123456789") && !slices.Contains(m.sure, n.Order) {
			m.sure = append(m.sure, n.Order)
		}
	}
	return m
}

// coded tells a file whose bytes are not its text: what one changes there changes a part of what it says. Only the orders beside it are changed.
func (m *mutable) coded() bool {
	if slices.Contains([]string{"in.pdf", "in.xlsx", "in.zip", "in.ods"}, m.f.input) {
		return true
	}
	lower := strings.ToLower(m.raw)
	return strings.HasSuffix(m.f.input, ".eml") && (strings.Contains(lower, "content-transfer-encoding: base64") || strings.Contains(lower, "?b?") || strings.Contains(m.raw, "=\n") || strings.Contains(m.raw, "=\r\n"))
}

// changed is a case after one change, and what is true of it.
type changed struct {
	name, what string
	raw        string
	orders     string // "": as they were
	closed     *match.PO
	owner      map[string]string // tracking number to the orders that it is for, with commas before them
	about      map[string]bool   // what may be decided
}

// wrong says why a decision is wrong, or nothing.
func (c *changed) wrong(n match.Finding) string {
	if !c.about[n.Order] {
		return "it is not about this order"
	}
	for _, number := range n.Tracking {
		if n.Kind == parsers.Question {
			break // it changes nothing
		}
		if of, known := c.owner[number.Number]; known && !slices.Contains(strings.Split(of, ","), n.Order) {
			return "the number is that of" + strings.ReplaceAll(of, ",", " ")
		}
	}
	return ""
}

// change makes one change; nil where the one that the seed has chosen makes no sense here.
func (m *mutable) change(random *rand.Rand) *changed {
	c := &changed{raw: m.raw, owner: maps.Clone(m.owner), about: maps.Clone(m.about)}
	names := slices.Sorted(maps.Keys(changes))
	c.name = names[random.IntN(len(names))]
	if !changes[c.name](m, c, random) {
		return nil
	}
	return c
}
