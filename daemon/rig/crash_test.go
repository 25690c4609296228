package rig

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// TestCrash kills the real daemon at one failpoint after another, by its own hand and by SIGKILL, starts it again, kills it in its recovery, and
// compares its books with the outside when it has come to rest. `make crash` goes on for as many kills as are asked for.
func TestCrash(t *testing.T) {
	runCrash(t, crashOptions{kills: setting(t, "WAYBILL_CRASH_N", 30), seed: uint64(setting(t, "WAYBILL_CRASH_SEED", int(rand.Uint32()))), file: stateFile("")})
}

// TestCrashPostgres is the same with the books in PostgreSQL.
func TestCrashPostgres(t *testing.T) {
	server := transporttest.StartPostgres(t)
	n := setting(t, "WAYBILL_CRASH_N", 30) / 5
	runCrash(t, crashOptions{kills: n, seed: uint64(setting(t, "WAYBILL_CRASH_SEED", int(rand.Uint32()))), file: stateFile("-postgres"), dsn: func() string { return server.NewDatabase(t) }})
}

// TestCrashSyscalls has the program that people run killed as it enters a system call that writes, flushes, sends, renames or removes.
func TestCrashSyscalls(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("there is no strace; .ci/servers installs it")
	}
	n := setting(t, "WAYBILL_CRASH_N", 30) / 5
	runCrash(t, crashOptions{kills: n, seed: uint64(setting(t, "WAYBILL_CRASH_SEED", int(rand.Uint32()))), file: stateFile("-syscalls"), calls: true})
}

// stateFile is where one kind of run keeps its state; "" nowhere.
func stateFile(kind string) string {
	if file := os.Getenv("WAYBILL_CRASH_STATE"); file != "" {
		return file + kind
	}
	return ""
}

type crashOptions struct {
	calls bool // die at system calls
	kills int
	seed  uint64
	file  string // where the state is kept between runs; "" nowhere
	dsn   func() string
}

func runCrash(t *testing.T, x crashOptions) {
	s := crashState{Seed: x.seed, Point: 1, Seen: map[string]int{}, Killed: map[string]int{}, Tried: map[string]int{}, Again: map[string]int{}, Met: map[string]int{}}
	if raw, err := os.ReadFile(x.file); err == nil {
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", x.file, err)
		}
		t.Logf("going on after %d kills of seed %d", s.Kills, s.Seed)
	}
	t.Logf("WAYBILL_CRASH_SEED=%d WAYBILL_CRASH_N=%d repeats this run", s.Seed, x.kills)
	crews := setting(t, "WAYBILL_CRASH_CREWS", 1)
	if x.file != "" {
		crews = setting(t, "WAYBILL_CRASH_CREWS", crewsOfRun)
	}
	began, first := time.Now(), s.Kills
	t.Run("crews", func(t *testing.T) {
		for crew := range crews {
			t.Run(fmt.Sprint(crew), func(t *testing.T) {
				t.Parallel()
				for s.goesOn(x.kills) && !t.Failed() {
					crashWorld(t, &s, x, crew)
					s.save(t, x.file, began, first)
				}
			})
		}
	})
	s.tell(t, began, first)
}

// crewsOfRun is how many worlds a long run has at once: most of a life is waiting.
const crewsOfRun = 3

// crash is a world whose daemon dies.
type crash struct {
	*outside
	s      *crashState
	world  uint64
	bin    string
	calls  bool
	logs   strings.Builder
	market map[string]bool // offered
	number int
	slow   bool          // its schedules need minutes
	away   bool          // nobody is at the desk in this life
	extras []func(*life) // what a person does in this life besides
}

// livesOfWorld is how many lives a world has, before it comes to rest and is looked at.
const livesOfWorld = 60

// A world in twenty-five has schedules, which need a minute each: it has few lives, and they are for the names that nothing else passes.
const (
	slowWorlds      = 25
	livesOfSlow     = 12
	longestSlowLife = 20 * time.Second
)

func crashWorld(t *testing.T, s *crashState, x crashOptions, crew int) {
	s.mu.Lock()
	world := s.Worlds
	s.Worlds++
	s.mu.Unlock()
	dir, err := os.MkdirTemp("", "waybill-crash-")
	if err != nil {
		t.Fatal(err)
	}
	options := outsideOptions{seed: s.Seed ^ world<<32, dir: dir, listen: func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }, now: time.Now, poll: "250ms",
		slow: x.file != "" && world%slowWorlds == 1, manner: quick}
	if x.dsn != nil {
		options.dsn = x.dsn()
	}
	c := &crash{s: s, world: world, bin: failing(t), calls: x.calls, market: map[string]bool{}, number: 2000, slow: options.slow}
	lives := livesOfWorld
	if c.slow {
		lives = livesOfSlow
	}
	if c.calls {
		c.bin = binary(t)
	}
	c.bin = ownName(t, c.bin, dir, crew)
	c.outside = openOutside(t, options)
	c.say("world %d of seed %d", world, s.Seed)
	for i := 0; i < lives && s.goesOn(x.kills) && !c.failed(); i++ {
		c.live(i)
	}
	c.settleAll(t)
	await(t, "the readers of daemons that were killed to end", func() bool { return readers(t, c.bin) == 0 })
	c.outside.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Wrong += len(c.wrong)
	s.Orders += len(c.sales)
	for kind, n := range c.met {
		s.Met[kind] += n
	}
	if len(c.wrong) > 0 || os.Getenv("WAYBILL_CRASH_KEEP") != "" {
		writeFile(t, filepath.Join(dir, "history"), c.history()+"\n\n"+c.logs.String())
		t.Logf("the world is kept in %s: history tells what happened", dir)
		if len(c.wrong) > 0 {
			t.Errorf("%s", strings.Join(c.wrong, "\n"))
		}
		return
	}
	_ = os.RemoveAll(dir)
}

// ownName gives a crew's daemon a path of its own, by which its children are told from others'.
func ownName(t *testing.T, bin, dir string, crew int) string {
	name := filepath.Join(dir, fmt.Sprintf("waybill-%d", crew))
	if os.Link(bin, name) == nil {
		return name
	}
	raw, err := os.ReadFile(bin)
	if err == nil {
		err = os.WriteFile(name, raw, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (c *crash) failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.wrong) > 0
}

// quick is how suppliers behave whose whole life is a second.
func quick(v *vendor, _ string, n int) manner {
	if v.folder == "" && n%7 == 3 {
		return manner{what: none}
	}
	return manner{what: []string{ships, parts, ships, junk, ships}[n%5]}
}

// Why a life ends where it does.
const (
	byNumber   = iota // at the next number
	inRecovery        // soon, in the recovery of the one before
	byName            // at one of the names that were died at least
)

// point chooses where the next life ends: at one of the names in WAYBILL_CRASH_AT, where there are some; else at the next number; in the recovery of the one before;
// at a name that was died at least. Names that nobody has died at yet end also a recovery.
func (c *crash) point(i int) (point string, number, kind int) {
	if c.calls {
		calls := []string{"pwrite64", "fsync,fdatasync", "write", "sendto,write", "renameat,renameat2,unlinkat,linkat"}[c.draw(5)]
		return fmt.Sprintf("%s@%d", calls, 1+c.draw([]int{10, 60}[i%2])), 0, i % 2
	}
	if names := strings.Fields(os.Getenv("WAYBILL_CRASH_AT")); len(names) > 0 {
		return fmt.Sprintf("%s#%d", names[c.draw(len(names))], 1+c.draw(4)), 0, byName
	}
	if i == 0 && c.world%4 == 2 { // there is nothing yet: it makes its tables
		return []string{"store.migration.after#1", fmt.Sprintf("store.migration.before#%d", 1+c.draw(8))}[c.draw(2)], 0, byName
	}
	if kind = []int{byNumber, inRecovery, byNumber, byName}[i%4]; c.slow {
		kind = byName
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	never := missing(c.s.Seen, c.s.Killed)
	switch {
	case kind == byNumber || len(c.s.Seen) == 0:
		number = c.s.Point
		c.s.Point++
		return fmt.Sprint(number), number, byNumber
	case kind == inRecovery:
		ends := []string{fmt.Sprint(1 + c.draw(40))}
		for _, name := range never {
			ends = append(ends, name+"#1")
		}
		return strings.Join(ends, ","), 0, kind
	}
	names := slices.Sorted(maps.Keys(c.s.Seen))
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(c.s.Killed[a]*4+c.s.Tried[a], c.s.Killed[b]*4+c.s.Tried[b])
	})
	names = names[:min(4, len(names))]
	if len(never) > 0 && i%8 != 7 { // whichever of them comes first
		names = never
	}
	var ends []string
	for _, name := range names {
		c.s.Tried[name]++
		ends = append(ends, fmt.Sprintf("%s#%d", name, 1+min(c.s.Killed[name], c.draw(3)))) // the first times at the first
	}
	return strings.Join(ends, ","), 0, kind
}

// live is one life: new orders, a person who does something, and a death, or rest.
func (c *crash) live(i int) {
	point, number, kind := c.point(i)
	_ = os.Remove(filepath.Join(c.dir, "trace"))
	l, err := begin(c.bin, c.dir, point)
	if err != nil {
		c.t.Fatal(err)
	}
	c.say("life %d, to die at %s", i, point)
	if kind != inRecovery {
		c.newOrders(i, kind == byName)
	}
	// What is aimed at may need an alert, and that somebody is missing; everything else comes soon or not at all.
	longest := time.Hour
	if c.away = kind == byName && c.draw(4) == 0; c.away {
		longest = 7 * time.Second
	} else if kind == byName {
		longest = 2 * time.Second
	}
	if c.slow {
		longest = longestSlowLife
	}
	began := time.Now()
	c.work(l, func() bool { return c.rest() == "" && len(c.extras) == 0 && !c.away || time.Since(began) > longest })
	c.away = false
	hit := l.over() && l.killed()
	signal := []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[i/4%2]
	if err := l.end(signal); err != nil {
		c.t.Error(err)
	}
	hit = hit || signal == syscall.SIGTERM && l.killed() // on its way out
	fmt.Fprintf(&c.logs, "--- life %d, to die at %s: %v\n%s", i, point, l.cmd.ProcessState, l.text())
	last := c.passed()
	switch {
	case hit:
		c.say("died at %s", last)
	case !hit && signal == syscall.SIGKILL:
		c.say("killed at rest")
	default:
		c.say("ended in order: %v", l.cmd.ProcessState)
		if !l.cmd.ProcessState.Success() {
			c.mu.Lock()
			c.problem("the daemon ended with %v", l.cmd.ProcessState)
			c.mu.Unlock()
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if hit {
		c.s.died(last, kind == inRecovery)
	}
	if l.killed() {
		c.s.Kills++
		if !strings.Contains(l.text(), `"waybill runs"`) {
			c.s.Early++
		}
		if kind == inRecovery {
			c.s.Second++
		}
	}
	if kind != byNumber {
		return
	}
	if hit {
		c.s.Far = max(c.s.Far, number)
	} else if number < c.s.Point { // nobody has begun anew meanwhile
		c.s.Point = 1
		c.s.Rounds++
	}
}

// passed reads the trace of the last life: each name it has passed, and those of the last moment.
func (c *crash) passed() (last string) {
	raw, _ := os.ReadFile(filepath.Join(c.dir, "trace"))
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for line := range strings.Lines(string(raw)) {
		last = strings.TrimSpace(line)
		for _, name := range strings.Fields(line) {
			c.s.Seen[name]++
		}
	}
	return last
}

// work lets everybody do their part until the daemon has died or it is enough.
func (c *crash) work(l *life, enough func() bool) {
	limit := time.Now().Add(3 * patience)
	api, met := "", time.Now()
	for !l.over() {
		c.lookAround()
		select {
		case api = <-l.ready:
		default:
		}
		if api != "" {
			c.postAll(l, api)
			if len(c.extras) > 0 {
				extra := c.extras[0]
				c.extras = c.extras[1:]
				extra(l)
			}
			if !c.away && time.Since(met) > 150*time.Millisecond {
				_, _ = c.person(l) // an error means that it has died
				met = time.Now()
			}
			if enough() {
				return
			}
		}
		if time.Now().After(limit) {
			c.mu.Lock()
			c.problem("the daemon does not come to rest")
			c.mu.Unlock()
			c.say("waiting for %s", c.rest())
			return
		}
		select {
		case <-l.ended:
		case <-c.moved:
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// postAll posts the orders that were not accepted yet, as a channel does that gets no answer.
func (c *crash) postAll(l *life, api string) {
	c.mu.Lock()
	var waiting []*sale
	for _, s := range c.sales {
		if !s.accepted && !s.refused {
			waiting = append(waiting, s)
		}
	}
	c.mu.Unlock()
	slices.SortFunc(waiting, func(a, b *sale) int { return strings.Compare(a.number, b.number) })
	for _, s := range waiting {
		if s.channel == "market" {
			if !c.market[s.number] {
				c.market[s.number] = true
				c.offerFile(s)
			}
			continue
		}
		status, answer := post(api, apiToken, s.text)
		c.mu.Lock()
		switch status {
		case 200, 201:
			s.accepted = true
			c.note("order %s was accepted (%d)", s.number, status)
		case 0:
			c.note("order %s got no answer", s.number)
		default:
			c.problem("order %s: %d %s", s.number, status, answer)
		}
		c.mu.Unlock()
		if l.over() {
			return
		}
	}
}

// settleAll lets the daemon come to rest, with a person at the desk, and compares its books with the outside.
func (c *crash) settleAll(t *testing.T) {
	l, err := begin(c.bin, c.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	c.extras = []func(*life){c.resume}
	c.work(l, func() bool {
		n, err := c.person(l)
		return err == nil && n == 0 && len(c.extras) == 0 && c.rest() == "" && c.quiet(l)
	})
	if err := l.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	fmt.Fprintf(&c.logs, "--- last life: %v\n%s", l.cmd.ProcessState, l.text())
	books, err := store.Open(context.Background(), booksOf(c.dir))
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close()
	c.audit(t.Context(), books)
	longest, _, doubts, err := doubtTime(t.Context(), books, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.Doubt, c.s.Held = max(c.s.Doubt, longest), c.s.Held+doubts
}

// quiet tells whether nothing waits to be read or sent.
func (c *crash) quiet(l *life) bool {
	books, err := l.look()
	if err != nil {
		return false
	}
	var waiting []string
	c.mu.Lock()
	if len(c.timers) > 0 {
		waiting = append(waiting, "a supplier is about to speak")
	}
	came := 0
	for _, a := range c.answers {
		came += a.came
	}
	c.mu.Unlock()
	err = books.View(context.Background(), func(tx *store.Tx) error {
		if all, err := tx.Items(store.ItemFilter{}); err != nil {
			return err
		} else if len(all) < came {
			waiting = append(waiting, "an answer that is on its way")
		}
		kept, err := tx.ItemsInState(store.ItemKept, 1)
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			waiting = append(waiting, "an item")
		}
		for _, state := range []string{"queued", "sending", "marked"} {
			rows, err := tx.Dispatches(store.DispatchFilter{State: dispatchState(state), Limit: 1})
			if err != nil {
				return err
			}
			if len(rows) > 0 {
				waiting = append(waiting, state)
			}
		}
		return nil
	})
	return err == nil && len(waiting) == 0
}
