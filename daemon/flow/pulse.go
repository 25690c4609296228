package flow

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// hung is how long a loop may be busy with one piece of work. Nothing that it does takes as long: a sending is cut off after sendLimit, a reading
// after some seconds, and who walks through much says so again with each step.
const hung = 10 * time.Minute

// pulse knows of each loop when it has to be heard of again. The service manager's watchdog is fed only while none is late: a loop that
// hangs is a daemon that looks alive and sends nothing, and a new start puts right what it left behind (recover).
type pulse struct {
	mu  sync.Mutex
	due map[string]time.Time
}

// tick says that a loop is alive and will be heard of again after at most so long a wait, and the work that follows it.
func (f *Flow) tick(loop string, wait time.Duration) {
	f.pulse.mu.Lock()
	defer f.pulse.mu.Unlock()
	f.pulse.due[loop] = f.now().Add(wait + hung)
}

// rest says that a loop has ended, or waits for others for as long as it takes: nothing is expected of it.
func (f *Flow) rest(loop string) {
	f.pulse.mu.Lock()
	defer f.pulse.mu.Unlock()
	delete(f.pulse.due, loop)
}

// Late names the loops that should have been heard of and were not, in order: "timers", "lane mail:orders".
func (f *Flow) Late() []string {
	now := f.now()
	f.pulse.mu.Lock()
	defer f.pulse.mu.Unlock()
	late := maps.Clone(f.pulse.due)
	maps.DeleteFunc(late, func(_ string, due time.Time) bool { return !now.After(due) })
	return slices.Sorted(maps.Keys(late))
}
