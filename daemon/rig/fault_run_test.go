package rig

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// faultRun is what a rig of faults has done so far. With WAYBILL_FAULTS_FILE it is written down after each world, and a run that was cut goes on there.
type faultRun struct {
	Seed    uint64         `json:"seed"`
	Worlds  uint64         `json:"worlds"`
	Runs    int            `json:"runs"` // faults that happened, kills among them
	Kills   int            `json:"kills"`
	Orders  int            `json:"orders"`
	Lost    int            `json:"lost"`
	Doubled int            `json:"doubled"` // in silence
	Told    int            `json:"told"`    // came twice, as a person had decided, and said so
	Held    int            `json:"held"`    // doubts that were on the desk
	Longest time.Duration  `json:"longest"` // until a doubt was there
	Worst   string         `json:"worst"`   // what became of that one
	Took    time.Duration  `json:"took"`
	Hits    map[string]int `json:"hits"` // by fault

	file string
	want int
}

// openFaultRun reads the settings N, SEED and FILE of a rig, and what an earlier run has done.
func openFaultRun(t *testing.T, short int) *faultRun {
	t.Helper()
	n := setting(t, "WAYBILL_FAULTS_N", short)
	run := &faultRun{Seed: uint64(setting(t, "WAYBILL_FAULTS_SEED", 1)), Hits: map[string]int{}, want: n, file: os.Getenv("WAYBILL_FAULTS_FILE")}
	if run.file == "" {
		return run
	}
	raw, err := os.ReadFile(run.file)
	if errors.Is(err, fs.ErrNotExist) {
		return run
	}
	before := faultRun{}
	if err != nil || json.Unmarshal(raw, &before) != nil {
		t.Fatalf("%s holds no run: %v; remove it to begin anew", run.file, err)
	}
	if before.Seed != run.Seed {
		t.Fatalf("%s is a run with SEED=%d; remove it, or name another FILE", run.file, before.Seed)
	}
	before.file, before.want = run.file, run.want
	t.Logf("going on after %d of %d runs", before.Runs, before.want)
	return &before
}

// worlds calls do for one world after another until there were enough runs. do adds to the run.
func (r *faultRun) worlds(t *testing.T, do func(t *testing.T, seed uint64)) {
	r.Worlds = uint64(setting(t, "WAYBILL_FAULTS_FROM", int(r.Worlds)))
	for r.Runs < r.want && !t.Failed() {
		began := time.Now()
		seed := r.Seed<<32 + r.Worlds
		t.Run(fmt.Sprintf("%d", r.Worlds), func(t *testing.T) { do(t, seed) })
		r.Worlds++
		r.Took += time.Since(began)
		r.save(t)
		if testing.Verbose() && r.Worlds%20 == 0 {
			fmt.Printf("%s\n", r)
		}
	}
}

func (r *faultRun) save(t *testing.T) {
	t.Helper()
	if r.file == "" || t.Failed() {
		return
	}
	raw, err := json.MarshalIndent(r, "", " ")
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(r.file), 0o755), os.WriteFile(r.file+".part", raw, 0o644), os.Rename(r.file+".part", r.file))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// add counts what one world has seen.
func (r *faultRun) add(w *sendWorld, hits map[string]int) {
	for what, n := range hits {
		r.Hits[what] += n
		r.Runs += n
	}
	r.Kills += w.kills
	r.Orders += w.orders
	r.Held += w.held
	if w.longest > r.Longest {
		r.Longest, r.Worst = w.longest, w.worst
	}
}

// String is the row for the table in docs/reliability.md.
func (r *faultRun) String() string {
	return fmt.Sprintf("%d runs (%d kills among them), seed %d, %d orders: lost %d, doubled in silence %d, repeats that said so %d, held %d, longest until a doubt was on the desk %s; %.0f runs a minute",
		r.Runs, r.Kills, r.Seed, r.Orders, r.Lost, r.Doubled, r.Told, r.Held, r.Longest.Round(time.Second), float64(r.Runs)/max(r.Took.Minutes(), 1e-9))
}

// report prints the row, and which faults have never happened.
func (r *faultRun) report(t *testing.T, all []string) {
	var never []string
	for _, what := range all {
		if r.Hits[what] == 0 && !slices.Contains(never, what) {
			never = append(never, what)
		}
	}
	if len(never) > 0 {
		t.Logf("did not happen in this run: %s", strings.Join(never, "; "))
	}
	least := slices.MinFunc(slices.Collect(maps.Values(r.Hits)), cmp.Compare[int])
	t.Logf("%d kinds of faults, each at least %d times", len(r.Hits), least)
	t.Logf("the doubt that took longest: %s", r.Worst)
	if r.Longest > doubtLimit {
		t.Errorf("a doubt was on the desk only after %s", r.Longest)
	}
	t.Log(r.String())
}
