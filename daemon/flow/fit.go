package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"waybill/daemon/store"
)

const (
	// fitEvery is how often the books are written to, to see that they can be: whoever asks more often hears the last answer.
	fitEvery = 15 * time.Second
	fitKey   = "fit"
	// What has to be free on the disk with the state folder: so much, and so many parts of a hundred where that is less.
	leastFree        = 500 << 20
	leastFreePercent = 5
)

// ErrNotFit is the beginning of every reason why the daemon should get no orders now.
var ErrNotFit = errors.New("waybill is not ready")

// fitness is the last answer of Fit.
type fitness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// Fit tells why the daemon should get no orders now, in words that a stranger may read, or nil: it still starts, its database takes nothing, or the disk
// is nearly full.
func (f *Flow) Fit(ctx context.Context) error {
	select {
	case <-f.started:
	default:
		return fmt.Errorf("%w: it starts, and still reads the open purchase orders", ErrNotFit)
	}
	if err := f.store.Failed(); err != nil {
		return notFit(err)
	}
	if r := f.store.Refused(); r != nil {
		return notFit(r.Err)
	}
	f.fit.mu.Lock()
	defer f.fit.mu.Unlock()
	if since := f.now().Sub(f.fit.at); !f.fit.at.IsZero() && since >= 0 && since < fitEvery {
		return f.fit.err
	}
	f.fit.at, f.fit.err = f.now(), f.tryOut(ctx)
	return f.fit.err
}

// notFit says in words for strangers what an error of the books is, and what to do.
func notFit(err error) error {
	t := store.TroubleOf(err)
	return fmt.Errorf("%w: %s. %s", ErrNotFit, t.What, t.Do)
}

// tryOut writes into the books, opens a file, and looks at the disk.
func (f *Flow) tryOut(ctx context.Context) error {
	err := f.store.Write(ctx, func(tx *store.Tx) error { return setRan(tx, fitKey, f.now()) })
	if err != nil {
		f.log.Error("the database cannot be written", "err", err)
		return notFit(err)
	}
	folder, err := os.Open(f.Config().State) // without a descriptor nothing can be sent, and the world hardly comes in
	if err != nil {
		f.log.Error("the state folder cannot be opened", "err", err)
		return notFit(err)
	}
	_ = folder.Close()
	free, total, err := diskFree(f.Config().State)
	if err != nil {
		f.log.Error("the disk cannot be looked at", "err", err)
		return fmt.Errorf("%w: the disk with the state folder cannot be looked at; the log says why", ErrNotFit)
	}
	if free < min(leastFree, total/100*leastFreePercent) {
		return fmt.Errorf("%w: the disk with the state folder is nearly full: %d MB are free; make room, or move it to a larger one", ErrNotFit, free>>20)
	}
	return nil
}

// diskFree is how many bytes a folder's disk has left for us, and how many it has.
func diskFree(folder string) (free, total int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, 0, fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	return int64(s.Bavail) * s.Bsize, int64(s.Blocks) * s.Bsize, nil //nolint:gosec // no disk has 2^63 bytes
}

// Gauges is what is measured, for metrics. None of it names a person, an address or an order.
type Gauges struct {
	Status
	store.Ages
	Open      map[string]int // purchase orders that are not closed, by supplier
	Events    int64          // in the journal
	Database  int64          // bytes
	DiskFree  int64          // bytes
	DiskTotal int64          // bytes
	Late      []string
}

// Gauges measures. It reads indexes only.
func (f *Flow) Gauges(ctx context.Context) (g Gauges, err error) {
	if g.Status, err = f.Status(ctx); err != nil {
		return g, err
	}
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		if g.Ages, err = tx.Ages(f.now()); err != nil {
			return err
		}
		g.Open, err = tx.OpenBySupplier()
		return err
	})
	if err != nil {
		return g, err
	}
	g.Events, g.Late = f.store.LastSeq(), f.Late()
	if g.Database, err = f.store.Size(ctx); err != nil {
		return g, err
	}
	g.DiskFree, g.DiskTotal, err = diskFree(f.Config().State)
	return g, err
}
