package transports

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"
)

// Whole is how a file that lies there is known to be whole (promise 7).
type Whole string

const (
	// Steady: size and time have not changed over some looks. It suits every supplier; a marker file, where there is one,
	// makes it quicker.
	Steady Whole = "steady"
	// Renamed: they write under another name (see isUnfinished) and rename, so a file is whole as soon as it has its name.
	Renamed Whole = "renamed"
	// Done: a file is whole when a marker file lies beside it: NAME.done or NAME.ok.
	Done Whole = "done"
)

// FileReceiverConfig is where files lie and how they are taken.
type FileReceiverConfig struct {
	// Source is what Item.Source says, for example "prairie:/out".
	Source string
	// Dir is the directory that is looked at; the ones below it are not.
	Dir string
	// Archive is the directory to which files are moved once they are kept. Empty: they stay where they are, and the
	// cursor remembers them. Nothing is ever deleted.
	Archive string
	// Whole is Steady when empty.
	Whole Whole
	// Markers are the suffixes of marker files; none means .done and .ok.
	Markers []string
	// Looks is over how many looks a file must have kept still, 0 meaning 3; the caller's polls space them. Looks that
	// follow each other in less than Gap count as one; 0 means 1 s, the step of SFTP's file times.
	Looks int
	Gap   time.Duration
	// Include and Exclude are patterns of names (path.Match, upper and lower case alike). No Include means every name.
	Include, Exclude []string
	// Since leaves files alone that were last changed before it. A server that tells no time has news only. Zero: everything is news.
	Since time.Time
	// MaxItem is the largest file whose bytes are fetched; 0 means MaxItem.
	MaxItem int64
	// InFlight is how many files are read at the same time; 0 means 64.
	InFlight int
	Cursor   Cursor
	Now      Clock
}

const (
	// A batch is what keep gets at once: so many files, or so many bytes.
	batchFiles = 200
	batchBytes = 32 << 20
	// settled is how long a file must have been seen unchanged before its time can be trusted to show a change: file times
	// come in steps of a second, on some disks of two.
	settled = 2 * time.Second
)

// FileReceiver takes whole files from a directory of a FileServer: each is handed to keep, and then moved to the archive
// or remembered. Item.Key is "path|size|sha256"; of a file that is too large to fetch "path|size|@time".
//
// An empty file is not taken, unless a marker says that it is whole: nothing tells it from an upload that is about to begin.
type FileReceiver struct {
	server FileServer
	c      FileReceiverConfig
	mu     sync.Mutex // one look at a time
}

// NewFileReceiver gives a Receiver of files from server. An error means that the configuration cannot work.
func NewFileReceiver(server FileServer, c FileReceiverConfig) (*FileReceiver, error) {
	c.Whole, c.Dir = cmp.Or(c.Whole, Steady), path.Clean(cmp.Or(c.Dir, "."))
	c.Looks, c.Gap = cmp.Or(c.Looks, 3), cmp.Or(c.Gap, time.Second)
	c.MaxItem, c.InFlight = cmp.Or(c.MaxItem, MaxItem), cmp.Or(c.InFlight, 64)
	if len(c.Markers) == 0 {
		c.Markers = []string{".done", ".ok"}
	}
	if c.Archive != "" {
		if c.Archive = path.Clean(c.Archive); c.Archive == c.Dir {
			return nil, fmt.Errorf("the archive %s is the folder itself; choose another, or leave it out", c.Archive)
		}
	}
	if c.Cursor == nil || c.Now == nil {
		return nil, errors.New("a receiver of files needs a cursor and a clock")
	}
	for _, pattern := range slices.Concat(c.Include, c.Exclude) {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("the pattern %q is not one: %w", pattern, err)
		}
	}
	for _, marker := range c.Markers {
		if marker == "" || path.Base(marker) != marker {
			return nil, fmt.Errorf("%q cannot end the name of a marker file", marker)
		}
	}
	if !slices.Contains([]Whole{Steady, Renamed, Done}, c.Whole) {
		return nil, fmt.Errorf("%q does not say how a file is known to be whole; use %s, %s or %s", c.Whole, Steady, Renamed, Done)
	}
	return &FileReceiver{server: server, c: c}, nil
}

// Receive takes one look. A file that cannot be read or moved does not keep the others back; the error, at the end, tells
// of it.
func (r *FileReceiver) Receive(ctx context.Context, keep Keep) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	state, err := loadFileCursor(ctx, r.c.Cursor)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		f, err := r.server.Open(ctx)
		if err != nil {
			return explain(ctx, r.server, nil, "dial", r.c.Dir, err)
		}
		found, err := f.List(ctx, r.c.Dir)
		if err != nil {
			reused := f.Reused()
			if reused && errors.Is(err, ErrLost) && ctx.Err() == nil && try < maxDead {
				f.Close()
				continue
			}
			defer f.Close()
			return explain(ctx, r.server, f, "list", path.Join(r.c.Dir, "*"), err)
		}
		defer f.Close()
		l := &look{r: r, f: f, keep: keep, state: state, now: r.c.Now()}
		return l.run(ctx, found)
	}
}

// look is one look at the directory.
type look struct {
	r     *FileReceiver
	f     FileSession
	keep  Keep
	state *fileCursor
	now   time.Time
	mu    sync.Mutex // guards failed
	// failed is the first thing that went wrong with a single file.
	failed error
}

// lying is a file that lies there: in the directory, or, when archived is set, already in the archive.
type lying struct {
	name     string // as it was called in the directory, which is what it is known by
	at       string // path where it lies now
	size     int64
	modified time.Time
	markers  []string // names of the marker files beside it
	racy     bool     // its time cannot be trusted yet to show a change
	archived bool
}

func (l *look) run(ctx context.Context, found []fs.FileInfo) error {
	ready := l.sort(found)
	old, err := l.archived(ctx)
	if err != nil {
		return err
	}
	ready = append(ready, old...)
	slices.SortStableFunc(ready, func(a, b lying) int {
		return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.name, b.name))
	})
	for len(ready) > 0 {
		n, bytes := 0, int64(0)
		for n < len(ready) && n < batchFiles && (n == 0 || bytes+ready[n].size <= batchBytes) {
			bytes += min(ready[n].size, l.r.c.MaxItem)
			n++
		}
		if err := l.take(ctx, ready[:n]); err != nil {
			return err
		}
		ready = ready[n:]
	}
	if err := l.moveKept(ctx); err != nil {
		return err
	}
	l.state.trim(l.now)
	if err := l.state.save(ctx, l.r.c.Cursor); err != nil {
		return err
	}
	return l.failed
}

// take reads a batch, has it kept, and remembers that it is: what is moved comes after.
func (l *look) take(ctx context.Context, batch []lying) error {
	items := make([]*Item, len(batch))
	errs := make([]error, len(batch))
	each(len(batch), l.r.c.InFlight, func(i int) { items[i], errs[i] = l.read(ctx, batch[i]) })
	var whole []Item
	for i, err := range errs {
		switch {
		case errors.Is(err, ErrLost), ctx.Err() != nil:
			return explain(ctx, l.r.server, l.f, "read", batch[i].at, errors.Join(err, ctx.Err()))
		case errors.Is(err, fs.ErrNotExist):
			l.state.forget(batch[i])
		case err != nil:
			l.fail(explain(ctx, l.r.server, l.f, "read", batch[i].at, err))
		case items[i] == nil: // it changed while it was read
			l.state.forget(batch[i])
		case l.state.knows(batch[i], sumOf(*items[i])): // only its time is new
			l.state.remember(batch[i], sumOf(*items[i]), l.now)
		default:
			whole = append(whole, *items[i])
		}
	}
	if len(whole) == 0 {
		return nil
	}
	if err := l.keep(ctx, whole); err != nil {
		return &Error{Verdict: Later, Op: "keep", Err: err}
	}
	for i, item := range items {
		if item != nil && errs[i] == nil {
			l.state.remember(batch[i], sumOf(*item), l.now)
		}
	}
	return l.state.save(ctx, l.r.c.Cursor)
}

// read fetches a file, or nil when it changed since the look: then it was not whole. Links and directories never come this
// far, and one that takes the file's place meanwhile counts as a change.
func (l *look) read(ctx context.Context, file lying) (*Item, error) {
	item := &Item{Source: l.r.c.Source, Name: ReadableName(file.name), Received: file.modified, Size: file.size}
	where := path.Join(l.r.c.Dir, item.Name)
	if file.size > l.r.c.MaxItem {
		item.Key = fmt.Sprintf("%s|%d|@%d", where, file.size, file.modified.Unix())
		return item, nil
	}
	body, err := l.f.Get(ctx, file.at, file.size)
	if err != nil {
		return nil, err
	}
	after, err := l.f.Stat(ctx, file.at)
	if err != nil {
		return nil, err
	}
	if int64(len(body)) != file.size || !after.Mode().IsRegular() || after.Size() != file.size || !after.ModTime().Equal(file.modified) {
		return nil, nil
	}
	sum := sha256.Sum256(body)
	item.Raw, item.Key = body, fmt.Sprintf("%s|%d|%s", where, file.size, hex.EncodeToString(sum[:]))
	return item, nil
}

// sumOf is the last part of an item's key: what tells its content from another.
func sumOf(item Item) string {
	return item.Key[len(item.Key)-lastPart(item.Key):]
}

func lastPart(key string) int {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == '|' {
			return len(key) - i - 1
		}
	}
	return len(key)
}

// fail notes what went wrong with a single file; the first one is told.
func (l *look) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = err
	}
}

// each calls do for 0 to n-1, at most limit at the same time, and returns when all are done.
func each(n, limit int, do func(int)) {
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	wg.Wait()
}
