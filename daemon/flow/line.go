package flow

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

const (
	readers = 2 // items read at once; the daemon has as many children

	// How far reading may be ahead of recording: so many items, and bytes of what they say. The second holds the memory down when each item says much.
	// More items are listed when half of them have left.
	readAhead  = 64
	aheadBytes = 8 << 20
	// lineUpEvery is how often the line is filled up without having been told of anything: of what another node has kept nobody tells.
	lineUpEvery = time.Minute

	// How much is recorded in one transaction: so many items, and bytes of what they say. Whoever else writes waits for it.
	recordItems = 32
	recordBytes = 256 << 10
	// recordEvery is how often less than that is recorded while more is being read: every transaction costs a flush to the disk and whole pages of it.
	recordEvery = 50 * time.Millisecond

	recorder = "recording" // its name where loops are named
)

// readLoop reads what is kept. Reading runs ahead of recording: some items are read at once and wait in line until those before them from the same source
// are recorded, so that an answer and its correction come into the books as they came in.
func (f *Flow) readLoop(ctx context.Context) error {
	toRead, read := make(chan *opened), make(chan *opened)
	toRecord, recorded := make(chan []*opened), make(chan struct{}, 1)
	var workers sync.WaitGroup
	for n := range readers {
		name := fmt.Sprintf("reader %d", n+1)
		workers.Go(func() {
			for it := range toRead {
				f.read(ctx, it, name)
				f.rest(name)
				select {
				case read <- it:
				case <-ctx.Done(): // nobody listens any more
					return
				}
			}
		})
	}
	workers.Go(func() {
		for items := range toRecord {
			f.record(ctx, items)
			f.rest(recorder)
			recorded <- struct{}{}
		}
	})
	defer workers.Wait()
	defer close(toRead)
	defer close(toRecord)
	l := &line{more: true, pulse: time.NewTimer(0)}
	look := time.NewTicker(lineUpEvery)
	defer look.Stop()
	defer f.rest("reading")
	for {
		f.tick("reading", lineUpEvery)
		if l.more && len(l.items) <= readAhead/2 {
			if err := f.lineUp(ctx, l); err != nil && ctx.Err() == nil {
				f.log.Error("what came in cannot be listed", "err", err)
				f.sleep(ctx, bookPause, nil)
				continue
			}
		}
		// Who has nothing to hand over offers it to nobody: a nil channel takes no part in the select.
		reading, recording := toRead, toRecord
		next, ready := l.next(), l.ready()
		if next == nil {
			reading = nil
		}
		if len(ready) == 0 {
			recording = nil
		}
		select {
		case reading <- next:
			l.begun++
		case it := <-read:
			l.wasRead(it)
		case recording <- ready:
			l.recording, l.due = ready, false
			l.pulse.Reset(recordEvery)
		case <-recorded:
			l.leave(l.recording)
			l.recording = nil
		case <-l.pulse.C:
			l.due = true
		case <-f.items.c:
			l.more = true
		case <-look.C:
			l.more = true
		case <-ctx.Done():
			return nil
		}
	}
}

// line is what was kept and is not recorded, in the order in which it came. readLoop alone looks at it.
type line struct {
	items     []*place
	begun     int // so many of them were given to a reader
	bytes     int // of what those say that wait to be recorded
	recording []*opened
	more      bool // there may be items that are not in the line
	pulse     *time.Timer
	due       bool // recordEvery has passed since something was recorded
}

// place is an item in the line.
type place struct {
	*opened
	waits bool // it was read
}

// lineUp adds what was kept since.
func (f *Flow) lineUp(ctx context.Context, l *line) error {
	rows, err := f.kept(ctx)
	if err != nil {
		return err
	}
	known := make(map[order.ItemID]bool, len(l.items))
	for _, p := range l.items {
		known[p.row.ID] = true
	}
	for _, row := range rows {
		if !known[row.ID] {
			l.items = append(l.items, &place{opened: &opened{row: row}})
		}
	}
	l.more = len(rows) == readAhead
	return nil
}

// kept lists the oldest items that are to be read: more than are in the line when it is filled up.
func (f *Flow) kept(ctx context.Context) (rows []store.ItemRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err = tx.ItemsInState(store.ItemKept, readAhead)
		return err
	})
	return rows, err
}

// next is the item to be read next, or nil.
func (l *line) next() *opened {
	if l.begun == len(l.items) || l.bytes >= aheadBytes {
		return nil
	}
	return l.items[l.begun].opened
}

// wasRead notes that an item waits to be recorded, unless it is settled without.
func (l *line) wasRead(it *opened) {
	if it.settled {
		l.leave([]*opened{it})
		return
	}
	i := slices.IndexFunc(l.items, func(p *place) bool { return p.opened == it })
	l.items[i].waits = true
	l.bytes += len(it.text)
}

// ready are the items to be recorded next, when nothing is being recorded: none before which another of the same source is still being read.
func (l *line) ready() (ready []*opened) {
	if l.recording != nil {
		return nil
	}
	bytes, full := 0, l.bytes >= aheadBytes
	held := map[string]bool{}
	for _, p := range l.items[:l.begun] {
		if !p.waits || held[p.row.Source] {
			held[p.row.Source] = true
			continue
		}
		bytes += len(p.text)
		if full = full || len(ready) == recordItems || bytes > recordBytes; full && len(ready) > 0 {
			break
		}
		ready = append(ready, p.opened)
	}
	if l.due || full || len(ready) == len(l.items) {
		return ready
	}
	return nil
}

// leave takes items out of the line. When it is empty, it is looked whether one of them is back already: a person may ask for it again at once.
func (l *line) leave(done []*opened) {
	l.items = slices.DeleteFunc(l.items, func(p *place) bool {
		if !slices.Contains(done, p.opened) {
			return false
		}
		l.begun--
		if p.waits {
			l.bytes -= len(p.text)
		}
		return true
	})
	l.more = l.more || len(l.items) == 0
}
