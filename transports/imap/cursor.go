package imap

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

const (
	cursorVersion = 1
	// window is how long a gap in the UIDs stays open: a mail that turns up in it later than that is not looked for.
	window = 14 * 24 * time.Hour
	// maxSpans bounds the cursor of a mailbox in which people delete a lot: beyond it the oldest gaps are closed
	// early. 4,096 spans are about 60 KB of text.
	maxSpans = 4096
)

// place is what is remembered about one folder.
type place struct {
	// UIDValidity is the numbering that Done speaks of. When the server's differs, Done means nothing any more.
	UIDValidity uint32 `json:"uidvalidity"`
	// Epoch counts how often the server went back to UIDs that it had used, under the same UIDVALIDITY (a mail server
	// restored from a snapshot does), and Restored when it last did, in Unix seconds.
	Epoch    int   `json:"epoch,omitempty"`
	Restored int64 `json:"restored,omitempty"`
	// Born is the UIDNEXT of the first sight: mails below it were there before us, and Config.Since applies to them.
	Born imap.UID `json:"born"`
	// Done are the UIDs handed over, left alone at first sight, or given up as gaps.
	Done uidSet `json:"done"`
	// Marks remember, once a day, how far Done reached, so that gaps can be closed when they are older than window.
	Marks []mark `json:"marks,omitempty"`
}

type mark struct {
	At  int64    `json:"at"` // Unix seconds
	UID imap.UID `json:"uid"`
}

// key names a mail for ever: "UIDVALIDITY:UID", and "UIDVALIDITY.EPOCH:UID" after the server went back.
func (p *place) key(uid imap.UID) string {
	if p.Epoch == 0 {
		return fmt.Sprintf("%d:%d", p.UIDValidity, uid)
	}
	return fmt.Sprintf("%d.%d:%d", p.UIDValidity, p.Epoch, uid)
}

// wentBack reports whether the server is about to give UIDs that it has given before, which RFC 9051, section 2.3.1.1, forbids
// and a restored server does. It is believed once a day, as a server of several machines may show an old state for a moment.
func (p *place) wentBack(next imap.UID, now time.Time) bool {
	return next > 0 && next <= p.Done.highest() && now.Unix()-p.Restored >= 24*60*60
}

// age closes gaps that are older than window, and the oldest ones beyond maxSpans. It may only be called when everything
// that exists below limit has been handed over.
func (p *place) age(now time.Time, limit imap.UID) {
	highest := p.Done.highest()
	if n := len(p.Marks); highest > 0 && (n == 0 || now.Unix()-p.Marks[n-1].At >= 24*60*60) {
		p.Marks = append(p.Marks, mark{now.Unix(), highest})
	}
	for len(p.Marks) > 0 && now.Unix()-p.Marks[0].At >= int64(window/time.Second) {
		p.closeGaps(p.Marks[0].UID, limit)
		p.Marks = p.Marks[1:]
	}
	if n := len(p.Done); n > maxSpans {
		p.closeGaps(p.Done[n-maxSpans].to, limit)
	}
}

// gaps counts the numbers given out since the first sight that have no mail and are not given up yet. next is UIDNEXT, 0 when the server does not tell.
func (p *place) gaps(next imap.UID) int64 {
	last := p.Done.highest()
	if next > 0 {
		last = max(last, next-1)
	}
	if last < p.Born {
		return 0
	}
	return uidSet{{p.Born, last}}.minus(p.Done).count()
}

func (p *place) closeGaps(below, limit imap.UID) {
	if limit > 0 && below >= limit {
		below = limit - 1
	}
	p.Done.add(1, below)
}

// cursor is the memory of one account: a place for each folder, saved as one value.
type cursor struct {
	store transports.Cursor

	mu     sync.Mutex
	places map[string]*place
}

type cursorValue struct {
	Version int               `json:"version"`
	Folders map[string]*place `json:"folders"`
}

func loadCursor(ctx context.Context, store transports.Cursor) (*cursor, error) {
	raw, err := store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the mailbox's cursor: %w", err)
	}
	c := &cursor{store: store, places: map[string]*place{}}
	if len(raw) == 0 {
		return c, nil
	}
	var v cursorValue
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, fmt.Errorf("the mailbox's cursor can't be read: %w; without it everything since start_at is read again, and repeats are known by their content", err)
	}
	if v.Version != cursorVersion {
		return nil, fmt.Errorf("the mailbox's cursor has version %d and this program knows %d: it was written by a newer waybill", v.Version, cursorVersion)
	}
	for name, p := range v.Folders {
		if p != nil {
			c.places[name] = p
		}
	}
	return c, nil
}

// update changes the place of a folder and saves the cursor. When saving fails the change stays in memory: what it
// remembers has happened, and the next save carries it.
func (c *cursor) update(ctx context.Context, name string, change func(*place)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.places[name]
	if p == nil {
		p = &place{}
		c.places[name] = p
	}
	change(p)
	return c.save(ctx)
}

func (c *cursor) save(ctx context.Context) error {
	raw, err := json.Marshal(cursorValue{cursorVersion, c.places})
	if err != nil {
		return fmt.Errorf("write the mailbox's cursor: %w", err)
	}
	if err := c.store.Save(ctx, raw); err != nil {
		return fmt.Errorf("save the mailbox's cursor: %w", err)
	}
	return nil
}

// forget drops the places of folders that are gone.
func (c *cursor) forget(ctx context.Context, gone func(name string) bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.places)
	maps.DeleteFunc(c.places, func(name string, _ *place) bool { return gone(name) })
	if len(c.places) == before {
		return nil
	}
	return c.save(ctx)
}

// place is a copy of what is known about a folder; ok is false when it was never seen.
func (c *cursor) place(name string) (p place, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.places[name]
	if q == nil {
		return place{}, false
	}
	p = *q
	p.Done = append(uidSet(nil), q.Done...)
	return p, true
}
