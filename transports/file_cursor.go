package transports

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// fileCursor is what a FileReceiver remembers between looks. It is stored as JSON.
type fileCursor struct {
	Version int `json:"v"`
	// Seen are files that were not whole yet, Kept those that are committed and still lie there; both by name (cursorName).
	Seen map[string]seenFile `json:"seen,omitempty"`
	Kept map[string]keptFile `json:"kept,omitempty"`
	// Moved are files that were archived lately: a program that still has one open writes on into the archive.
	Moved []movedFile `json:"moved,omitempty"`

	changed bool
}

const cursorVersion = 1

type stamp struct {
	Size     int64 `json:"size"`
	Modified int64 `json:"mtime"` // nanoseconds since 1970; SFTP gives whole seconds
}

type seenFile struct {
	stamp
	Looks int       `json:"looks"`
	First time.Time `json:"first"` // when it was first seen so
	Last  time.Time `json:"last"`  // when a look was last counted
}

type keptFile struct {
	stamp
	Sum     string   `json:"sum"`
	Racy    bool     `json:"racy,omitempty"`
	Markers []string `json:"markers,omitempty"` // their cursorName
}

type movedFile struct {
	keptFile
	Name string    `json:"name"` // cursorName
	To   string    `json:"to"`   // cursorName of the path
	When time.Time `json:"when"`
}

const (
	// watchMoved is how long an archived file is looked at for late writes, maxMoved how many are at most.
	watchMoved = time.Hour
	maxMoved   = 2000
)

// loadFileCursor reads the cursor. What cannot be read is begun anew, which costs reading the files again: their keys are
// known to the caller's ledger. Only a newer program's cursor is an error, since its promises are not known here.
func loadFileCursor(ctx context.Context, from Cursor) (*fileCursor, error) {
	raw, err := from.Load(ctx)
	if err != nil {
		return nil, &Error{Verdict: Later, Op: "cursor", Err: err}
	}
	c := &fileCursor{}
	if err := json.Unmarshal(raw, c); err != nil {
		c = &fileCursor{}
	}
	if c.Version > cursorVersion {
		return nil, &Error{Verdict: Never, Op: "cursor", Scope: "account", Err: fmt.Errorf("cursor of version %d, this program knows %d", c.Version, cursorVersion),
			Help: "A newer waybill was here. Install that version again."}
	}
	c.Version = cursorVersion
	if c.Seen == nil {
		c.Seen = map[string]seenFile{}
	}
	if c.Kept == nil {
		c.Kept = map[string]keptFile{}
	}
	return c, nil
}

func (c *fileCursor) save(ctx context.Context, to Cursor) error {
	if !c.changed {
		return nil
	}
	raw, err := json.Marshal(c)
	if err == nil {
		err = to.Save(ctx, raw)
	}
	if err != nil {
		return &Error{Verdict: Later, Op: "cursor", Err: err}
	}
	c.changed = false
	return nil
}

// cursorName is a name or path as JSON can hold it: names need not be UTF-8. A name in hexadecimal begins with "//", which
// no path does after path.Join.
func cursorName(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return "//" + hex.EncodeToString([]byte(name))
}

func nameOf(cursor string) string {
	if len(cursor) > 2 && cursor[:2] == "//" {
		if raw, err := hex.DecodeString(cursor[2:]); err == nil {
			return string(raw)
		}
	}
	return cursor
}

func stampOf(f lying) stamp { return stamp{f.size, f.modified.UnixNano()} }

// keepOnly forgets the files that are gone.
func (c *fileCursor) keepOnly(names map[string]fs.FileInfo) {
	gone := func(key string) bool {
		_, there := names[nameOf(key)]
		return !there
	}
	for key := range maps.Keys(c.Kept) {
		if gone(key) {
			delete(c.Kept, key)
			c.changed = true
		}
	}
	archived := map[string]bool{}
	for _, m := range c.Moved {
		archived[m.To] = true
	}
	for key := range maps.Keys(c.Seen) {
		if gone(key) && !archived[key] {
			delete(c.Seen, key)
			c.changed = true
		}
	}
}

// isKept says that the file as it lies there has been committed.
func (c *fileCursor) isKept(f lying) bool {
	k, ok := c.Kept[cursorName(f.name)]
	return ok && k.stamp == stampOf(f)
}

// stillness is over how many looks, and for how long, a file has not changed.
type stillness struct {
	looks int
	since time.Duration
}

// stillFor counts this look.
func (c *fileCursor) stillFor(f lying, now time.Time, gap time.Duration) stillness {
	key := f.cursorKey()
	s, ok := c.Seen[key]
	switch {
	case !ok || s.stamp != stampOf(f) || now.Before(s.Last): // new, changed, or our clock was set back
		s = seenFile{stamp: stampOf(f), Looks: 1, First: now, Last: now}
	case now.Sub(s.Last) >= gap:
		s.Looks++
		s.Last = now
	default:
		return stillness{s.Looks, now.Sub(s.First)}
	}
	c.Seen[key], c.changed = s, true
	return stillness{s.Looks, now.Sub(s.First)}
}

// cursorKey is what a file is noted under in Seen: its name, or its path in the archive.
func (f lying) cursorKey() string {
	if f.archived {
		return cursorName(f.at)
	}
	return cursorName(f.name)
}

func (c *fileCursor) forget(f lying) {
	delete(c.Seen, f.cursorKey())
	c.changed = true
}

// knows says that this content of this file has been kept: a file whose time alone has changed.
func (c *fileCursor) knows(f lying, sum string) bool {
	if f.archived {
		i := c.moved(f)
		return i >= 0 && c.Moved[i].Sum == sum
	}
	k, ok := c.Kept[cursorName(f.name)]
	return ok && k.Sum == sum
}

// remember notes that keep has returned nil for the file.
func (c *fileCursor) remember(f lying, sum string, now time.Time) {
	c.forget(f)
	k := keptFile{stamp: stampOf(f), Sum: sum, Racy: f.racy}
	for _, m := range f.markers {
		k.Markers = append(k.Markers, cursorName(m))
	}
	if !f.archived {
		c.Kept[cursorName(f.name)] = k
		return
	}
	if i := c.moved(f); i >= 0 {
		k.Racy = false
		c.Moved[i].keptFile, c.Moved[i].When = k, now
	}
}

func (c *fileCursor) moved(f lying) int {
	at := cursorName(f.at)
	return slices.IndexFunc(c.Moved, func(m movedFile) bool { return m.To == at })
}

// trim forgets archived files that nobody will write to any more.
func (c *fileCursor) trim(now time.Time) {
	before := len(c.Moved)
	c.Moved = slices.DeleteFunc(c.Moved, func(m movedFile) bool {
		_, changing := c.Seen[m.To]
		return now.Sub(m.When) > watchMoved && !m.Racy && !changing
	})
	if len(c.Moved) > maxMoved {
		slices.SortFunc(c.Moved, func(a, b movedFile) int { return cmp.Compare(b.When.UnixNano(), a.When.UnixNano()) })
		c.Moved = c.Moved[:maxMoved]
	}
	c.changed = c.changed || len(c.Moved) != before
}

// ForgetMoved takes the names of archived files out of a FileReceiver's cursor, those for which gone says so; nil: there are none.
func ForgetMoved(cursor []byte, gone func(name string) bool) ([]byte, error) {
	c := &fileCursor{}
	if err := json.Unmarshal(cursor, c); err != nil || c.Version != cursorVersion {
		return nil, nil //nolint:nilerr // it is another receiver's
	}
	before := len(c.Moved)
	c.Moved = slices.DeleteFunc(c.Moved, func(m movedFile) bool { return gone(nameOf(m.Name)) })
	if len(c.Moved) == before {
		return nil, nil
	}
	return json.Marshal(c)
}
