package imap

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/errgroup"

	"waybill/transports"
)

const (
	// smallMail is how much of each mail the first FETCH asks for. Nearly all are complete with that, in one round trip and
	// without asking their sizes first; the few larger ones come one by one afterwards, so that they hold up nobody.
	smallMail = 256 << 10
	// commandMails is how many mails one FETCH asks for, commandsInFlight how many FETCHes run at once.
	commandMails     = 200
	commandsInFlight = 3
)

// pass fetches a set of mails from the open folder into a sink. Whatever order the server answers in, a UID is
// handed over at most once in a pass, and only with its whole body.
type pass struct {
	s      *session
	wanted uidSet
	out    *sink
	item   func(uid imap.UID, received time.Time) *transports.Item // nil: leave this mail alone, it is done

	mu     sync.Mutex
	idle   sync.Cond // signals that no stray is being read
	limit  int64     // bytes of a body that the running commands ask for
	strays int
	closed bool
	seen   uidSet // handed over
	apart  uidSet // to be fetched alone: not whole, or suspected of having broken the connection
}

func newPass(s *session, wanted uidSet, out *sink, item func(imap.UID, time.Time) *transports.Item) *pass {
	p := &pass{s: s, wanted: wanted, out: out, item: item}
	p.idle.L = &p.mu
	s.stray.Store(p)
	return p
}

// close waits for the last stray. A stray with a body began before the command it belongs to was completed, as the
// library reads nothing further while a body is being read; so after close the pass no longer changes.
func (p *pass) close() {
	p.s.stray.Store(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for p.strays > 0 {
		p.idle.Wait()
	}
}

// errSink ends a pass whose mails can no longer be kept; the sink knows the reason.
var errSink = errors.New("the sink is broken")

// request is what a FETCH asks for: limit bytes of the body, with or without date and size.
type request struct {
	limit   int64
	minimal bool // the body alone: a malformed date or size must not make a mail unreadable
}

func (r request) options() *imap.FetchOptions {
	return &imap.FetchOptions{
		UID: true, InternalDate: !r.minimal, RFC822Size: !r.minimal,
		BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: &imap.SectionPartial{Size: r.limit}}},
	}
}

// fetchAll fetches what is wanted in commands of many mails, several at once.
func (p *pass) fetchAll(ctx context.Context) error {
	var group errgroup.Group
	group.SetLimit(commandsInFlight)
	failed := make(chan struct{})
	var once sync.Once
	for chunk := range p.wanted.chunks(commandMails) {
		select {
		case <-failed:
			return group.Wait()
		default:
		}
		group.Go(func() error {
			err := p.fetch(ctx, chunk.wire(), request{limit: smallMail})
			if !errors.Is(err, errSink) {
				p.suspect(chunk, err)
			}
			if err != nil {
				once.Do(func() { close(failed) })
			}
			return err
		})
	}
	return group.Wait()
}

// fetch runs one command and reads its answer to the end. Each command has its own reader: the server may mix the answers,
// and the library stands still while a body is not read.
func (p *pass) fetch(ctx context.Context, set imap.UIDSet, r request) error {
	p.mu.Lock()
	p.limit = r.limit
	p.mu.Unlock()
	cmd := p.s.client.Fetch(set, r.options())
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		err := p.take(m)
		if err == nil {
			continue
		}
		p.s.conn.Close() // don't download the rest
		if errors.Is(err, errSink) {
			cmd.Close()
			return err
		}
		// After a body that broke off, the rest must not even be skipped: the library would read the connection in two
		// goroutines at once. Its reader ends by itself, as nothing comes any more.
		return p.s.commandError(ctx, "fetch", err)
	}
	return p.s.commandError(ctx, "fetch", cmd.Close())
}

// takeStray reads what came outside of a command. It reports whether it did.
func (p *pass) takeStray(m *imapclient.FetchMessageData) bool {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return false
	}
	p.strays++
	p.mu.Unlock()
	if p.take(m) != nil {
		p.s.conn.Close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.strays--; p.strays == 0 {
		p.idle.Broadcast()
	}
	return true
}

// mail is one FETCH answer.
type mail struct {
	uid      imap.UID
	received time.Time
	size     int64 // RFC822.SIZE, -1 when the server did not tell
	body     []byte
	length   int64 // of the literal, -1 when there was none
}

// take reads one answer and hands it over if it is wanted and whole. An error means that the connection is of no more use, and that
// m must not be touched again.
func (p *pass) take(m *imapclient.FetchMessageData) error {
	p.mu.Lock()
	limit := p.limit
	p.mu.Unlock()
	got := mail{size: -1, length: -1}
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			got.uid = item.UID
		case imapclient.FetchItemDataInternalDate:
			got.received = item.Time
		case imapclient.FetchItemDataRFC822Size:
			got.size = item.Size
		case imapclient.FetchItemDataBodySection:
			if item.Literal != nil && entire(item.Section) && (got.uid == 0 || p.wants(got.uid)) {
				var err error
				if got.body, got.length, err = readBody(item.Literal, limit); err != nil {
					return err
				}
			}
		}
	}
	return p.handOver(got, limit)
}

// entire reports whether a section is the mail from its first byte on.
func entire(s *imap.FetchItemBodySection) bool {
	return s.Specifier == imap.PartSpecifierNone && len(s.Part) == 0 && (s.Partial == nil || s.Partial.Offset == 0)
}

// readBody reads a literal of at most limit bytes; of a longer one only the length is told, and the next step skips it.
func readBody(lit imap.LiteralReader, limit int64) (body []byte, length int64, err error) {
	const trusted = 1 << 20 // bytes that are set aside on the server's word alone
	if lit.Size() > limit {
		return nil, lit.Size(), nil
	}
	body = make([]byte, 0, min(lit.Size(), trusted))
	for int64(len(body)) < lit.Size() {
		if len(body) == cap(body) {
			grown := make([]byte, len(body), min(2*int64(cap(body)), lit.Size()))
			copy(grown, body)
			body = grown
		}
		n, err := lit.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil && int64(len(body)) < lit.Size() {
			return nil, -1, fmt.Errorf("a body of %d bytes broke off after %d: %w", lit.Size(), len(body), err)
		}
	}
	return body, lit.Size(), nil
}

func (p *pass) wants(uid imap.UID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wanted.has(uid) && !p.seen.has(uid)
}

func (p *pass) handOver(got mail, limit int64) error {
	p.mu.Lock()
	if got.uid == 0 || !p.wanted.has(got.uid) || p.seen.has(got.uid) {
		p.mu.Unlock()
		return nil
	}
	maxItem := p.s.a.cfg.MaxItem
	whole := got.length >= 0 && got.length < limit || got.length == limit && got.size == limit
	switch {
	case got.size > maxItem || got.length > maxItem && got.length <= limit: // a longer literal than was asked for is no evidence
		got.body, got.size = nil, max(got.size, got.length)
	case got.length < 0, got.length == 0 && got.size != 0: // servers send an empty body for a mail that has just gone
		p.apart.add(got.uid, got.uid)
		p.mu.Unlock()
		return nil
	case !whole:
		p.apart.add(got.uid, got.uid)
		p.mu.Unlock()
		return nil
	default:
		got.size = got.length
	}
	p.seen.add(got.uid, got.uid)
	p.mu.Unlock()

	item := p.item(got.uid, got.received)
	if item != nil {
		item.Raw, item.Size = got.body, got.size
	}
	if !p.out.add(got.uid, item) {
		return errSink
	}
	return nil
}

// suspect notes what of a command's mails did not come. After a clean answer that is all of them. When the connection broke, a
// server that answers in order was at the first one; a few more are taken, for those that do not.
func (p *pass) suspect(asked uidSet, err error) {
	const few = 8
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for uid := range asked.minus(p.seen).all() {
		if n++; fatal(err) && n > few {
			return
		}
		p.apart.add(uid, uid)
	}
}

// suspects are the mails that need a command of their own.
func (p *pass) suspects() uidSet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.apart.minus(p.seen)
}

// drain skips an answer; asking for the next item skips the body of the one before.
func drain(m *imapclient.FetchMessageData) {
	for m.Next() != nil {
	}
}
