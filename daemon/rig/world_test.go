package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// TestWorld lives through small worlds in virtual time, in which everything that may break does, and compares their histories with the truth. `make
// world` goes on for as many as are asked for; WAYBILL_WORLD_FROM and _N=1 repeat one.
func TestWorld(t *testing.T) {
	s := worldState{Seed: uint64(setting(t, "WAYBILL_WORLD_SEED", int(rand.Uint32()))), Met: map[string]int{}}
	n, file := setting(t, "WAYBILL_WORLD_N", 16), os.Getenv("WAYBILL_WORLD_STATE")
	s.Next = setting(t, "WAYBILL_WORLD_FROM", 0)
	n += s.Next
	if raw, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		t.Logf("going on after %d worlds of seed %d", s.Next, s.Seed)
	}
	t.Logf("WAYBILL_WORLD_SEED=%d WAYBILL_WORLD_N=%d repeats this run", s.Seed, n)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // worlds are small, and there is memory
	began, first, cpu := time.Now(), s.Next, processorTime()
	for s.Next < n && !t.Failed() {
		worlds := min(4, n-s.Next)
		t.Run("worlds", func(t *testing.T) {
			for i := range worlds {
				t.Run(fmt.Sprint(s.Next+i), func(t *testing.T) { t.Parallel(); oneWorld(t, &s, s.Next+i) })
			}
		})
		s.Next += worlds
		if file != "" && s.Next%100 < 4 {
			raw, _ := json.MarshalIndent(&s, "", " ")
			if err := errors.Join(os.WriteFile(file+".part", raw, 0o644), os.Rename(file+".part", file)); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(os.Stderr, "%d worlds, %d orders, %d faults, %d crashes, %d wrong, %.2f worlds a second\n", s.Next, s.Orders, s.Faults, s.Crashes, s.Wrong, float64(s.Next-first)/time.Since(began).Seconds())
		}
	}
	done := float64(s.Next - first)
	t.Logf("a person met %v, %.2f for each order", s.Met, float64(total(s.Met))/float64(max(1, s.Orders)))
	t.Logf("world: %d worlds (%d orders, %d answers, %d faults, %d crashes, %s of virtual time), seed %d, wrong %d, held %d, longest until a doubt was on the desk %s; %.2f worlds and %.2f s of processor time each",
		s.Next, s.Orders, s.Answers, s.Faults, s.Crashes, s.Lived.Round(time.Hour), s.Seed, s.Wrong, s.Held, s.Doubt.Round(time.Millisecond), done/time.Since(began).Seconds(), (processorTime()-cpu).Seconds()/done)
}

func total(m map[string]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// worldState is how far a run is.
type worldState struct {
	mu      sync.Mutex
	Seed    uint64         `json:"seed"`
	Next    int            `json:"next"`
	Orders  int            `json:"orders"`
	Answers int            `json:"answers"`
	Faults  int            `json:"faults"`
	Crashes int            `json:"crashes"`
	Held    int            `json:"held"`
	Wrong   int            `json:"wrong"`
	Lived   time.Duration  `json:"lived"`
	Doubt   time.Duration  `json:"doubt"`
	Met     map[string]int `json:"met"`
}

// world is a small shop for some days.
type world struct {
	*outside
	net     *memoryNet
	r       *rand.Rand // of what people do
	life    *worldLife
	lives   int
	starts  []time.Time
	crashes int
	faults  int
	next    int // number of the next order
	rate    map[string]int
	calm    bool // nothing breaks any more
	paused  bool
	doubt   time.Duration
	held    int
	logging sync.Mutex
	logs    bytes.Buffer
}

// worldSeed makes the seed of one world.
func worldSeed(seed uint64, n int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%d", seed, n)
	return h.Sum64()
}

func oneWorld(t *testing.T, s *worldState, n int) {
	dir, err := os.MkdirTemp("/dev/shm", "waybill-world-")
	if err != nil {
		dir = t.TempDir()
	}
	defer os.RemoveAll(dir)
	var w *world
	var lived time.Duration
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(t, worldSeed(s.Seed, n), dir)
		began := time.Now()
		w.play()
		lived = time.Since(began)
		w.outside.close()
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Orders, s.Answers, s.Faults, s.Crashes, s.Wrong = s.Orders+len(w.sales), s.Answers+len(w.answers), s.Faults+w.faults, s.Crashes+w.crashes, s.Wrong+len(w.wrong)
	s.Lived, s.Held, s.Doubt = s.Lived+lived, s.Held+w.held, max(s.Doubt, w.doubt)
	for kind, n := range w.met {
		s.Met[kind] += n
	}
	if keep := os.Getenv("WAYBILL_WORLD_HISTORY"); keep != "" {
		writeFile(t, filepath.Join(keep, fmt.Sprint(n)), w.history()+"\n\n"+w.logs.String())
	}
	if len(w.wrong) > 0 {
		t.Errorf("%s\n\n%s\n\nWAYBILL_WORLD_SEED=%d WAYBILL_WORLD_FROM=%d WAYBILL_WORLD_N=1 WAYBILL_WORLD_HISTORY=DIR go test ./daemon/rig -run 'TestWorld$' -v shows it again",
			w.history(), strings.Join(w.wrong, "\n"), s.Seed, n)
	}
}

// days are when worlds begin: ordinary ones, before clocks are put on and back, before holidays, at the turn of a year and on a leap day.
var days = []string{"2026-04-14", "2026-03-07", "2026-10-31", "2026-12-24", "2026-12-31", "2028-02-28", "2026-03-28", "2026-07-02"}

// newWorld draws a world.
func newWorld(t *testing.T, seed uint64, dir string) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 0x301D)), next: 2000, rate: map[string]int{}}
	w.net = newMemoryNet(seed, []int{0, 5, 15, 30}[w.r.IntN(4)])
	start, err := time.Parse(time.DateOnly, days[w.r.IntN(len(days))])
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(start.Add(time.Duration(w.r.IntN(24*60)) * time.Minute)))
	for _, at := range []string{"smtp.greet", "smtp.mail", "smtp.rcpt", "smtp.end", "hook", "imap.greet"} {
		w.rate[at] = []int{0, 0, 10, 25}[w.r.IntN(4)]
	}
	zone := []string{"America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"}[w.r.IntN(5)]
	settings := fmt.Sprintf("deadlines: {acknowledge: %dh, ship: %d}\n", 4+w.r.IntN(8), 1+w.r.IntN(3))
	manners := []string{ships, ships, ships, ships, parts, none, asks, acks, away, twice, retold, mute, mixedUp, astray, bounces, junk, sameName}
	w.outside = openOutside(t, outsideOptions{seed: seed, dir: dir, listen: w.net.listen, now: time.Now, fault: w.breaks, think: w.thinks, zone: zone, settings: settings,
		poll: []string{"8m", "30m"}[w.r.IntN(2)], slow: w.r.IntN(3) == 0, manner: func(_ *vendor, po string, _ int) manner {
			r := drawn(seed, "manner "+po, 0)
			return manner{what: manners[r.IntN(len(manners))], wait: time.Duration(r.IntN(600)) * time.Minute / time.Duration(1+r.IntN(20))}
		}})
	w.net.polled = []string{w.address.imap, w.drop.Address}
	w.net.told = func(format string, args ...any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.faults++
		w.note(format, args...)
	}
	return w
}

// breaks draws what goes wrong at a step: by the step's name and how often it was taken.
func (w *world) breaks(at string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.chance("fault " + at)
	if w.calm || r.IntN(100) >= w.rate[at] {
		return ""
	}
	w.faults++
	kinds := []string{"4xx", "4xx", "cut", "lose", "stall"}
	if at == "smtp.rcpt" || at == "smtp.end" {
		kinds = append(kinds, "5xx")
	}
	return kinds[r.IntN(len(kinds))]
}

// thinks is how long servers take to answer for what they were given: most are quick, some look for viruses.
func (w *world) thinks() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.chance("think")
	return time.Duration(r.IntN([]int{1, 300, 4000}[r.IntN(3)])) * time.Millisecond
}

// play is the life of a world: some hours in which the daemon runs, with nights between them, until all has come to rest.
func (w *world) play() {
	w.up()
	for range 2 + w.r.IntN(3) {
		for end := time.Now().Add(time.Duration(5+w.r.IntN(25)) * time.Minute); time.Now().Before(end); {
			time.Sleep(time.Duration(w.r.IntN(4*60)) * time.Second)
			w.someone()
			w.lookAround()
		}
		w.night(time.Duration(w.r.IntN(20*60)) * time.Minute)
	}
	w.mu.Lock()
	w.calm, w.net.rate = true, 0
	w.mu.Unlock()
	for range 30 {
		if w.settles() {
			w.down()
			w.compare()
			return
		}
		w.night(w.untilNews())
	}
	w.mu.Lock()
	w.problem("the world does not come to rest")
	w.mu.Unlock()
	w.say("it waits for %q, and there is %s", w.rest(), w.unquiet())
	w.down()
	w.compare()
}

// untilNews is how long nothing happens out there; where only a question of the shop would bring somebody to speak, it is a working day.
func (w *world) untilNews() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := 9 * time.Hour
	for _, due := range w.timers {
		wait = min(wait, max(time.Until(due)+time.Minute, time.Minute))
	}
	return wait
}

// night ends the daemon in one way or the other and starts it after a while.
func (w *world) night(d time.Duration) {
	if w.r.IntN(2) == 0 {
		time.Sleep(time.Duration(w.r.IntN(400)) * time.Millisecond)
		w.crash()
		w.crashes++
	} else {
		w.down()
	}
	w.lookAround()
	time.Sleep(d)
	w.up()
}

// settles lets everybody do what is left to do, and tells whether all is at rest.
func (w *world) settles() bool {
	if w.paused {
		w.pause()
	}
	for _, while := range []time.Duration{time.Minute, 3 * time.Minute, 5 * time.Minute} {
		for _, s := range w.sold(func(s *sale) bool { return s.channel == "shop" && !s.accepted && !s.refused }) {
			w.post(s, s.text, false)
		}
		time.Sleep(while)
		w.lookAround()
		n, err := w.person(w.life)
		if err != nil {
			w.t.Error(err)
		}
		if n == 0 && w.rest() == "" && w.unquiet() == "" {
			return true
		}
	}
	return false
}

// unquiet tells who means to say or to send something yet; "" nobody.
func (w *world) unquiet() string {
	var waiting []string
	w.mu.Lock()
	if n := len(w.timers); n > 0 {
		waiting = append(waiting, fmt.Sprintf("%d suppliers are about to speak", n))
	}
	for _, v := range w.vendors {
		for _, po := range slices.Sorted(maps.Keys(v.silent)) {
			if s := w.saleOf(po); !s.cancelled && !s.stopped { // nobody asks about what nobody wants any more
				waiting = append(waiting, v.name+" waits to be asked about "+po)
			}
		}
	}
	w.mu.Unlock()
	err := w.life.books.View(context.Background(), func(tx *store.Tx) error {
		kept, err := tx.ItemsInState(store.ItemKept, 1)
		for _, row := range kept {
			waiting = append(waiting, fmt.Sprintf("item %d is not read", row.ID))
		}
		for _, state := range []order.DispatchState{order.DispatchQueued, order.DispatchSending, order.DispatchMarked} {
			rows, e := tx.Dispatches(store.DispatchFilter{State: state, Limit: 1})
			err = errors.Join(err, e)
			for _, row := range rows {
				waiting = append(waiting, fmt.Sprintf("dispatch %d to %s is %s", row.ID, row.Target, row.State))
			}
		}
		return err
	})
	if err != nil {
		waiting = append(waiting, err.Error())
	}
	return strings.Join(waiting, ", ")
}

// doubtWithin is how soon a person has to hear of a doubt, counted from the mark or from the start of the daemon that finds it.
const doubtWithin = time.Minute

// mostMet is how many exceptions an order may cost a person, all faults counted.
const mostMet = 6

// compare holds the books of the last life to the truth.
func (w *world) compare() {
	books, err := store.Open(context.Background(), store.Options{Path: filepath.Join(w.dir, fmt.Sprintf("books-%d", w.lives), "waybill.db"), ReadOnly: true, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	defer books.Close()
	w.audit(context.Background(), books)
	var late string
	if w.doubt, late, w.held, err = doubtTime(context.Background(), books, w.starts); err != nil {
		w.t.Error(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.doubt > doubtWithin {
		w.problem("a doubt was on the desk only after %s in which waybill ran: %s", w.doubt, late)
	}
	for po, n := range w.asked {
		if n > 3 {
			w.problem("%d automatic mails went to the supplier of %s", n, po)
		}
	}
	if n := total(w.met); n > mostMet*len(w.sales)+10 {
		w.problem("%d exceptions for %d orders: %v", n, len(w.sales), w.met)
	}
	for _, s := range w.sales {
		w.compareCancelled(s)
	}
}

// compareCancelled holds that a supplier who had a cancelled order was asked not to ship it, and that one who had not never gets it.
func (w *world) compareCancelled(s *sale) {
	if !s.cancelled || s.stopped {
		return
	}
	pos, who := w.parts(s)
	for i, po := range pos {
		if s.unsent && s.got[po] > s.before[po] {
			w.problem("%s went to its supplier after its order was cancelled", po)
		}
		if who[i].address != "" && s.got[po] > 0 && !s.shippedBefore && !w.leftFor(po) && w.asked[po] == 0 {
			w.problem("%s was cancelled, and its supplier, who had it, was never told", po)
		}
	}
}

// leftFor tells whether a parcel left for a purchase order.
func (w *world) leftFor(po string) bool {
	for _, left := range w.tracked {
		if left == po {
			return true
		}
	}
	return false
}

// outcomeIn is what the API says became of an order.
func outcomeIn(raw []byte) string {
	var taken flow.Taken
	_ = json.Unmarshal(raw, &taken)
	return string(taken.Outcome)
}
