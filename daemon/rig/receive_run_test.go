package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiveRun is what a rig of what comes in has done so far. With WAYBILL_RECEIVE_FILE it is written down now and then, and a run that was cut goes on there.
type receiveRun struct {
	Seed    uint64         `json:"seed"`
	Done    int            `json:"done"`
	Lost    int            `json:"lost"`
	Doubled int            `json:"doubled"`
	Partial int            `json:"partial"`
	Counts  map[string]int `json:"counts"` // what happened, by name
	Took    time.Duration  `json:"took"`

	mu   sync.Mutex
	name string
	file string
	want int
}

// openReceiveRun reads the settings N, SEED and FILE, and what an earlier run has done.
func openReceiveRun(t *testing.T, name string, short int) *receiveRun {
	t.Helper()
	r := &receiveRun{Seed: uint64(setting(t, "WAYBILL_RECEIVE_SEED", 1)), Counts: map[string]int{}, file: os.Getenv("WAYBILL_RECEIVE_FILE")} //nolint:gosec // small
	if r.file != "" {
		raw, err := os.ReadFile(r.file)
		seed := r.Seed
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			t.Fatal(err)
		case json.Unmarshal(raw, r) != nil || r.Seed != seed:
			t.Fatalf("%s holds no run with SEED=%d; remove it, or name another FILE", r.file, seed)
		default:
			t.Logf("going on after %d runs", r.Done)
		}
	}
	r.name, r.want = name, setting(t, "WAYBILL_RECEIVE_N", short)
	return r
}

// portion is how many runs are done between two notes in the file.
const portion = 50

// all calls do with the number of each run that is left, in several goroutines, until one fails.
func (r *receiveRun) all(t *testing.T, do func(t *testing.T, n int)) {
	t.Helper()
	for r.Done < r.want && !t.Failed() {
		began := time.Now()
		most := min(r.Done+portion, r.want)
		next := make(chan int)
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() {
				for n := range next {
					t.Run(fmt.Sprint(n), func(t *testing.T) { do(t, n) })
				}
			})
		}
		for n := r.Done; n < most; n++ {
			next <- n
		}
		close(next)
		workers.Wait()
		r.Done, r.Took = most, r.Took+time.Since(began)
		r.save(t)
	}
	t.Log(r)
}

func (r *receiveRun) save(t *testing.T) {
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

func (r *receiveRun) count(what string) { r.add(what, 1) }

func (r *receiveRun) add(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Counts[what] += n
}

// wrong counts a broken promise, and fails the test.
func (r *receiveRun) wrong(t *testing.T, which *int, format string, args ...any) {
	t.Helper()
	r.mu.Lock()
	*which++
	r.mu.Unlock()
	t.Errorf(format, args...)
}

// happened wants each of these to have happened, in a run that is long enough for it.
func (r *receiveRun) happened(t *testing.T, what ...string) {
	t.Helper()
	for _, w := range what {
		if r.Counts[w] == 0 {
			t.Errorf("%s never happened", w)
		}
	}
}

// String is the row for docs/reliability.md.
func (r *receiveRun) String() string {
	var counts []string
	for _, name := range slices.Sorted(maps.Keys(r.Counts)) {
		counts = append(counts, fmt.Sprintf("%s %d", name, r.Counts[name]))
	}
	return fmt.Sprintf("%s: %d runs, seed %d, lost %d, doubled %d, partial %d; %.2f s a run; %s", r.name, r.Done, r.Seed, r.Lost, r.Doubled, r.Partial,
		r.Took.Seconds()/max(float64(r.Done), 1), strings.Join(counts, ", "))
}
