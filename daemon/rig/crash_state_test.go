package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// crashState is how far the runner is. It is written after each world.
type crashState struct {
	mu     sync.Mutex
	Seed   uint64         `json:"seed"`
	Worlds uint64         `json:"worlds"`
	Point  int            `json:"point"`  // the next number
	Rounds int            `json:"rounds"` // how often a run ended without a hit
	Far    int            `json:"far"`    // the highest number that was hit
	Kills  int            `json:"kills"`
	Second int            `json:"second"` // of these, in the recovery of the one before
	Early  int            `json:"early"`  // of these, before the daemon said that it runs
	Orders int            `json:"orders"`
	Held   int            `json:"held"`
	Wrong  int            `json:"wrong"`
	Doubt  time.Duration  `json:"doubt"`  // the longest from the mark until it was on the desk
	Seen   map[string]int `json:"seen"`   // how often each name was passed
	Killed map[string]int `json:"killed"` // how often it was died at
	Tried  map[string]int `json:"tried"`
	Again  map[string]int `json:"again"` // how often it was died at in a recovery
	Met    map[string]int `json:"met"`   // exceptions that a person met
}

// goesOn tells whether there are kills left to do, and nothing was wrong.
func (s *crashState) goesOn(kills int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Kills < kills && s.Wrong == 0
}

// save writes how far the run is.
func (s *crashState) save(t *testing.T, file string, began time.Time, first int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if file == "" {
		return
	}
	raw, err := json.MarshalIndent(s, "", " ")
	if err := errors.Join(err, os.WriteFile(file+".part", raw, 0o644), os.Rename(file+".part", file)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(os.Stderr, "%d kills, point %d, round %d, %d of %d names, %d wrong, %.2f kills a second\n", s.Kills, s.Point, s.Rounds, len(s.Killed), len(s.Seen), s.Wrong, float64(s.Kills-first)/time.Since(began).Seconds())
}

// tell says what a run has shown.
func (s *crashState) tell(t *testing.T, began time.Time, first int) {
	t.Logf("%d of %d names were died at, each how often: %s", len(s.Killed), len(s.Seen), counted(s.Killed))
	t.Logf("passed, and never died at: %s", strings.Join(missing(s.Seen, s.Killed), " "))
	t.Logf("died at in a recovery: %s", counted(s.Again))
	var rest []string
	for step := range steps(t, "../flow") {
		if s.Seen[step+".before"] == 0 {
			rest = append(rest, step)
		}
	}
	slices.Sort(rest)
	t.Logf("%d steps of flow that no life has passed: %s", len(rest), strings.Join(rest, " "))
	t.Logf("a person met %v", s.Met)
	t.Logf("crash: %d kills (%d of them in a recovery, %d before the daemon ran, %d rounds, up to point %d, %d orders), %d of %d names, seed %d, wrong %d, held %d, longest until a doubt was on the desk %s; %.2f kills a second",
		s.Kills, s.Second, s.Early, s.Rounds, s.Far, s.Orders, len(s.Killed), len(s.Seen), s.Seed, s.Wrong, s.Held, s.Doubt.Round(time.Millisecond), float64(s.Kills-first)/time.Since(began).Seconds())
}

func counted(m map[string]int) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s %d", name, m[name]))
	}
	return strings.Join(all, ", ")
}

func missing(of, in map[string]int) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if in[name] == 0 {
			names = append(names, name)
		}
	}
	return names
}

// died notes a death at a moment, which has a name for each step whose changes are in it. The caller holds the lock.
func (s *crashState) died(moment string, again bool) {
	for _, name := range strings.Fields(moment) {
		s.Killed[name]++
		if again {
			s.Again[name]++
		}
	}
}
