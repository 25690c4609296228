package transporttest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"time"
)

// The world of files: writers of every kind drop files while the receiver looks every ten seconds; only the case's clock
// moves. It owns the truth: which contents of each name were ever whole, and which of them nobody replaced. In the end
// everything received must have been whole, and everything that stayed must have been received (promise 7).

const (
	worldSeeds  = 4
	worldFiles  = 24
	worldWindow = 2 * pollEvery // three looks see a file unchanged for so long
)

func writersOfEveryKind(c *filesCase) { inWorlds(c, c.peer.Archive()) }

func writersToStay(c *filesCase) { inWorlds(c, "") }

func inWorlds(c *filesCase, archive string) {
	c.config.Archive = archive
	for seed := range uint64(worldSeeds) {
		w := &world{filesCase: c, r: rand.New(rand.NewPCG(seed, 7)), whole: map[string][][]byte{}, slow: map[string]bool{}}
		c.ledger.Items = nil
		w.run()
		if c.t.Failed() {
			c.t.Fatalf("in the world of seed %d", seed)
		}
		for _, dir := range []string{c.peer.Watched(), c.peer.Archive()} {
			for _, name := range c.lies(dir) {
				c.do(os.RemoveAll(c.peer.Local(dir + "/" + name)))
			}
		}
	}
}

type world struct {
	*filesCase
	r *rand.Rand
	// whole are the contents that each name had when its writer had finished, the last being the one that stayed.
	whole map[string][][]byte
	slow  map[string]bool // names whose writer paused for longer than the window: half of it may be read as well
	steps []step
}

// step is something that a writer does at its time.
type step struct {
	at time.Time
	do func()
}

func (w *world) run() {
	for i := range worldFiles {
		writers := []func(string, time.Time) time.Time{w.inPieces, w.byRename, w.cutAndAgain, w.withMarker, w.slowly, w.touched}
		name := fmt.Sprintf("%d-%d.csv", w.now.Unix(), i)
		at := w.now.Add(time.Duration(w.r.IntN(300)) * time.Second)
		at = writers[i%len(writers)](name, at)
		if w.r.IntN(3) == 0 { // later another file of the same name
			writers[0](name, at.Add(time.Duration(w.r.IntN(120))*time.Second))
		}
	}
	slices.SortStableFunc(w.steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range w.steps {
		for next := w.now.Add(pollEvery); !next.After(s.at); next = w.now.Add(pollEvery) {
			w.looks(1)
		}
		// looks move the clock in steps; a writer's own time lies between them
		was := w.now
		w.now = s.at
		s.do()
		w.now = was
	}
	w.looks(12)
	w.judge()
}

func (w *world) plan(at time.Time, do func()) { w.steps = append(w.steps, step{at, do}) }

func (w *world) body() []byte {
	b := make([]byte, 1+w.r.IntN(5000))
	for i := range b {
		b[i] = byte('a' + w.r.IntN(26))
	}
	return b
}

// pause is shorter than the window: a writer that pauses so is never taken to have finished.
func (w *world) pause() time.Duration {
	return time.Duration(1+w.r.IntN(int(worldWindow/time.Second)-1)) * time.Second
}

// piecewise writes body through one open file, with a pause before each piece but the first, and gives the time of the end.
func (w *world) piecewise(path string, body []byte, at time.Time, pause func() time.Duration) time.Time {
	var f *os.File
	w.plan(at, func() {
		var err error
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		w.do(err)
	})
	for rest := body; len(rest) > 0; {
		n := 1 + w.r.IntN(len(rest))
		piece := rest[:n]
		rest = rest[n:]
		w.plan(at, func() {
			_, err := f.Write(piece)
			w.do(err)
			w.do(chtimes(f, w.now))
		})
		if len(rest) > 0 {
			at = at.Add(pause())
		}
	}
	w.plan(at, func() { w.do(f.Close()) })
	return at
}

func (w *world) finished(name string, body []byte, at time.Time) {
	w.plan(at, func() { w.whole[name] = append(w.whole[name], body) })
}

func (w *world) inPieces(name string, at time.Time) time.Time {
	body := w.body()
	at = w.piecewise(w.path(name), body, at, w.pause)
	w.finished(name, body, at)
	return at
}

func (w *world) byRename(name string, at time.Time) time.Time {
	body := w.body()
	at = w.piecewise(w.path(name+".part"), body, at, func() time.Duration { return 2 * w.pause() })
	w.plan(at, func() { w.do(os.Rename(w.path(name+".part"), w.path(name))) })
	w.finished(name, body, at)
	return at
}

// cutAndAgain uploads something, and before it could be taken to be whole cuts it to nothing and uploads the right thing.
func (w *world) cutAndAgain(name string, at time.Time) time.Time {
	at = w.piecewise(w.path(name), w.body(), at, w.pause)
	return w.inPieces(name, at.Add(w.pause()))
}

func (w *world) withMarker(name string, at time.Time) time.Time {
	body := w.body()
	at = w.piecewise(w.path(name), body, at, w.pause)
	w.finished(name, body, at)
	w.plan(at.Add(time.Second), func() { w.write(name+".ok", "") })
	return at.Add(time.Minute) // the marker stands for this one only
}

// slowly pauses for longer than the window, which looks like the end: then half the file is read, and later all of it.
func (w *world) slowly(name string, at time.Time) time.Time {
	body := w.body()
	at = w.piecewise(w.path(name), body, at, func() time.Duration { return worldWindow + time.Duration(w.r.IntN(120))*time.Second })
	w.slow[name] = true
	w.finished(name, body, at)
	return at.Add(2 * worldWindow)
}

func (w *world) touched(name string, at time.Time) time.Time {
	end := w.inPieces(name, at)
	end = end.Add(w.pause())
	w.plan(end, func() {
		_ = os.Chtimes(w.path(name), w.now, w.now) // it may have been taken
	})
	return end
}

// judge holds what was received against the truth.
func (w *world) judge() {
	w.t.Helper()
	received := map[string][][]byte{}
	for _, item := range w.ledger.Items {
		received[item.Name] = append(received[item.Name], item.Raw)
		if w.slow[item.Name] {
			continue
		}
		if !slices.ContainsFunc(w.whole[item.Name], func(b []byte) bool { return bytes.Equal(b, item.Raw) }) {
			w.t.Errorf("%s: %d bytes were received that never were the whole file", item.Name, len(item.Raw))
		}
	}
	for name, all := range w.whole {
		last := all[len(all)-1]
		if !slices.ContainsFunc(received[name], func(b []byte) bool { return bytes.Equal(b, last) }) {
			w.t.Errorf("%s: the file of %d bytes that stayed was never received", name, len(last))
		}
	}
	if len(received) != worldFiles {
		w.t.Errorf("%d files were received, want %d", len(received), worldFiles)
	}
	if n := w.ledger.Repeats; n != 0 {
		w.t.Errorf("%d files were handed over again", n)
	}
}

// chtimes sets the times of an open file, wherever it has been moved to.
func chtimes(f *os.File, at time.Time) error {
	tv := syscall.NsecToTimeval(at.UnixNano())
	return syscall.Futimes(int(f.Fd()), []syscall.Timeval{tv, tv})
}
