package imap

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"waybill/transports"
)

// Archive is one folder in which copies of sent mails are put and looked for: the shop's Sent folder, or one of its own. It is
// the outside evidence that a mail was sent. Its methods take turns on one connection, which is closed after a short rest.
type Archive struct {
	a      *Account
	folder string

	mu    sync.Mutex
	s     *session
	used  time.Time
	timer *time.Timer
	name  string // of the folder on the server
}

// Archive returns the archive in a folder: a name, or Sent.
func (a *Account) Archive(folder string) *Archive { return &Archive{a: a, folder: folder} }

// Copy is a mail found in an archive.
type Copy struct {
	Folder   string
	Key      string // UIDVALIDITY:UID
	Received time.Time
	Size     int64
}

const (
	restingEnd = 30 * time.Second
	// restingCheck is how long a connection may have rested before it is asked whether it still lives: what is sent into a
	// dead one would leave it unknown whether it arrived.
	restingCheck = time.Second
)

// Find looks for a mail by its Message-ID, without angle brackets. That it is not found proves little: servers index
// with delay, and some providers replace the Message-ID when a mail is submitted.
func (r *Archive) Find(ctx context.Context, messageID string) (Copy, bool, error) {
	if messageID == "" || strings.ContainsFunc(messageID, func(c rune) bool { return c <= ' ' || c > '~' || c == '<' || c == '>' }) {
		return Copy{}, false, fmt.Errorf("%q is no Message-ID", messageID)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s, err := r.session(ctx)
	if err != nil {
		return Copy{}, false, err
	}
	found, ok, err := r.find(ctx, s, "<"+messageID+">")
	r.release(err)
	return found, ok, err
}

func (r *Archive) find(ctx context.Context, s *session, id string) (Copy, bool, error) {
	data, err := s.examine(ctx, r.name) // each time: a new view of what is there
	if err != nil {
		return Copy{}, false, s.folderError(ctx, r.name, err)
	}
	uids, err := s.search(ctx, &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: id}}})
	if err != nil || len(uids) == 0 {
		return Copy{}, false, err
	}
	// SEARCH compares substrings and some servers words: the header itself decides.
	defer s.conn.expect(r.a.cfg.CommandTimeout, uids.count()*besides)()
	header := &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID"}}
	cmd := s.client.Fetch(uids.wire(), &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{header}})
	var found Copy
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		c, is, err := readCopy(m, id)
		if err != nil {
			s.conn.Close()
			return Copy{}, false, s.commandError(ctx, "fetch", err)
		}
		if is && found.Key == "" {
			found = Copy{Folder: r.name, Key: fmt.Sprintf("%d:%d", data.UIDValidity, c.uid), Received: c.received, Size: c.size}
		}
	}
	return found, found.Key != "", s.commandError(ctx, "fetch", cmd.Close())
}

// readCopy reads the answer of find and reports whether its Message-ID is id.
func readCopy(m *imapclient.FetchMessageData, id string) (got mail, is bool, err error) {
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			got.uid = item.UID
		case imapclient.FetchItemDataInternalDate:
			got.received = item.Time
		case imapclient.FetchItemDataRFC822Size:
			got.size = item.Size
		case imapclient.FetchItemDataBodySection:
			if item.Literal != nil {
				header, _, err := readBody(item.Literal, besides)
				if err != nil {
					return got, false, err // m must not be touched again, see pass.take
				}
				_, value, _ := strings.Cut(string(header), ":")
				is = strings.Join(strings.Fields(value), "") == id
			}
		}
	}
	return got, is && got.uid != 0, nil
}

// Append puts a mail into the folder with date as its time of arrival, marked as read, and makes the folder if there is none.
// With verdict Unsure the mail may be there.
func (r *Archive) Append(ctx context.Context, raw []byte, date time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.append(ctx, raw, date)
	var refused *imap.Error
	if errors.As(err, &refused) && (refused.Code == imap.ResponseCodeTryCreate || refused.Code == imap.ResponseCodeNonExistent) {
		if err = r.create(ctx); err == nil {
			err = r.append(ctx, raw, date)
		}
	}
	return err
}

func (r *Archive) append(ctx context.Context, raw []byte, date time.Time) error {
	s, err := r.session(ctx)
	if err != nil {
		return err
	}
	if err = s.append(ctx, r.name, raw, date); err != nil {
		r.drop() // the library is out of step with a server that refuses a literal
		return err
	}
	r.release(nil)
	return nil
}

func (r *Archive) create(ctx context.Context) error {
	s, err := r.session(ctx)
	if err != nil {
		return err
	}
	err = s.create(ctx, r.name)
	r.release(err)
	return err
}

// Close ends the connection, if there is one.
func (r *Archive) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop()
}

// session returns the resting connection if it lives, else a new one.
func (r *Archive) session(ctx context.Context) (*session, error) {
	if r.s != nil {
		r.timer.Stop()
		if r.a.cfg.Clock().Sub(r.used) < restingCheck || r.s.noop(ctx) == nil {
			r.bind(ctx)
			return r.s, nil
		}
		r.drop()
	}
	s, err := r.a.connect(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.resolve(ctx, []string{r.folder})
	if err != nil {
		s.close()
		return nil, err
	}
	r.s, r.name = s, names[0]
	return s, nil
}

// bind makes the connection end with the context of this call instead of that of an earlier one.
func (r *Archive) bind(ctx context.Context) {
	conn := r.s.conn
	r.s.unbind = context.AfterFunc(ctx, func() { conn.Close() })
}

// release lets the connection rest, or ends it when it is of no more use.
func (r *Archive) release(err error) {
	if fatal(err) {
		r.drop()
		return
	}
	r.s.unbind()
	r.used = r.a.cfg.Clock()
	used := r.used
	r.timer = time.AfterFunc(restingEnd, func() { r.endRest(used) })
}

// endRest ends the connection if it was not used after since.
func (r *Archive) endRest(since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.used.Equal(since) {
		r.drop()
	}
}

func (r *Archive) drop() {
	if r.s != nil {
		r.s.close()
		r.s = nil
	}
}

func (s *session) append(ctx context.Context, folder string, raw []byte, date time.Time) error {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	cmd := s.client.Append(folder, int64(len(raw)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: date})
	_, writeErr := cmd.Write(raw)
	closeErr := cmd.Close()
	_, err := cmd.Wait()
	var refused *imap.Error
	if err == nil {
		return nil
	}
	wrapped := s.commandError(ctx, "append", fmt.Errorf("put a copy into folder %s: %w", folder, err))
	var e *transports.Error
	if errors.As(wrapped, &e) && !errors.As(err, &refused) && writeErr == nil && closeErr == nil {
		e.Verdict = transports.Unsure // everything was sent, the answer is missing
	}
	return wrapped
}

func (s *session) create(ctx context.Context, folder string) error {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	return s.commandError(ctx, "create", s.client.Create(folder, nil).Wait())
}
