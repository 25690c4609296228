package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"waybill/transports"
	"waybill/transports/oauth"
)

// session is one logged-in connection.
type session struct {
	a      *Account
	client *imapclient.Client
	conn   *guard
	caps   imap.CapSet
	unbind func() bool // releases the context that ends the connection

	folder string        // the one that is open, "" for none
	exists atomic.Uint32 // mails in it, as far as the server has said
	news   chan struct{} // holds one signal when the server said that there are more
	stray  atomic.Pointer[pass]
}

// connectWith dials, secures the connection and logs in, with a token where the account has one. The session ends with ctx.
func (a *Account) connectWith(ctx context.Context, token string) (*session, error) {
	dialCtx, cancel := context.WithTimeout(ctx, a.cfg.CommandTimeout)
	defer cancel()
	raw, err := a.cfg.Dialer.DialContext(dialCtx, "tcp", a.cfg.Address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, a.dialError(err)
	}
	s := &session{a: a, news: make(chan struct{}, 1)}
	s.unbind = context.AfterFunc(ctx, func() { raw.Close() })
	if err := s.open(ctx, raw); err != nil {
		s.unbind()
		raw.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	if err := s.login(ctx, token); err != nil {
		s.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return s, nil
}

// open puts TLS and the IMAP client on the connection and waits for the greeting.
func (s *session) open(ctx context.Context, raw net.Conn) error {
	a := s.a
	options := &imapclient.Options{
		TLSConfig:             &tls.Config{ServerName: a.cfg.ServerName, RootCAs: a.cfg.RootCAs, MinVersion: tls.VersionTLS12},
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.onMailbox, Expunge: s.onExpunge, Fetch: s.onFetch},
	}
	if a.cfg.Security == TLS {
		secured := tls.Client(raw, options.TLSConfig)
		handshake, cancel := context.WithTimeout(ctx, a.cfg.CommandTimeout)
		defer cancel()
		if err := secured.HandshakeContext(handshake); err != nil {
			return a.tlsError(err)
		}
		raw = secured
	}
	s.conn = newGuard(raw, a.cfg.CommandTimeout)
	defer s.conn.expect(a.cfg.CommandTimeout, 0)()
	if a.cfg.Security == StartTLS {
		client, err := imapclient.NewStartTLS(s.conn, options)
		if err != nil {
			return a.tlsError(err)
		}
		s.client = client
		return nil
	}
	s.client = imapclient.New(s.conn, options)
	if err := s.client.WaitGreeting(); err != nil {
		s.client.Close()
		return a.greetingError(s.commandError(ctx, "greeting", err))
	}
	return nil
}

// greetingError adds what a person should know when a server hangs up before saying anything useful.
func (a *Account) greetingError(err error) error {
	var e *transports.Error
	if errors.As(err, &e) {
		e.Scope = scopeServer
		if e.Help == "" {
			e.Help = fmt.Sprintf("Something answers at %s but does not greet like an IMAP server: check the port and whether it wants tls or starttls.", a.cfg.Address)
		}
	}
	return err
}

func (s *session) login(ctx context.Context, token string) error {
	a := s.a
	defer s.conn.expect(a.cfg.CommandTimeout, 0)()
	if s.client.State() != imap.ConnStateAuthenticated { // PREAUTH
		mechanism, err := a.mechanism(s.client.Caps(), token)
		switch {
		case err != nil:
			return &transports.Error{Verdict: transports.Never, Op: "auth", Scope: scopeAccount, Help: "Choose another way to log in: " + err.Error() + ".", Err: err}
		case mechanism != nil:
			s.conn.emptyAnswer.Store(true)
			err = s.client.Authenticate(mechanism)
			s.conn.emptyAnswer.Store(false)
		default:
			err = s.client.Login(a.cfg.Username, a.cfg.Password).Wait()
		}
		if m, ok := mechanism.(*oauth.SASL); ok && err != nil {
			if words, refused := m.Refused(); refused {
				err = fmt.Errorf("%w %s", err, words)
			}
		}
		if err != nil {
			if why := s.conn.why(); why != nil {
				err = why
			}
			return a.authError(err)
		}
	}
	// Asked anew: what a server offers changes with the login, and the library may still hold the list from before.
	caps, err := s.client.Capability().Wait()
	if err != nil {
		return s.commandError(ctx, "capability", err)
	}
	s.caps = caps
	if caps.Has(imap.CapID) { // RFC 2971; NetEase and others open no folder for a client that keeps silent
		if _, err := s.client.ID(&imap.IDData{Name: "waybill"}).Wait(); fatal(err) {
			return s.commandError(ctx, "id", err)
		}
	}
	return nil
}

// close ends the connection at once.
func (s *session) close() {
	s.unbind()
	s.client.Close()
}

// logout says goodbye and ends the connection; servers write an error into their log about clients that don't.
func (s *session) logout() {
	const polite = 5 * time.Second
	done := s.conn.expect(polite, 0)
	_ = s.client.Logout().Wait()
	done()
	s.close()
}

func (s *session) onMailbox(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	// Servers repeat the number without need, some at every IDLE: only a larger one is news. A mail that comes while another
	// goes unnoticed is found by the next poll.
	if before := s.exists.Swap(*data.NumMessages); *data.NumMessages > before {
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

func (s *session) onExpunge(uint32) {
	if n := s.exists.Load(); n > 0 {
		s.exists.Store(n - 1) // only the reader's goroutine, which runs the handlers, and examine write it
	}
}

// onFetch takes what the library could not give to a FETCH command: changes of flags, but also bodies whose UID comes
// after them in the answer, or whose place in the command an unasked-for change of flags has taken.
func (s *session) onFetch(m *imapclient.FetchMessageData) {
	if p := s.stray.Load(); p != nil && p.takeStray(m) {
		return
	}
	drain(m)
}

// examine opens a folder for reading only: unlike SELECT it can't change a flag.
func (s *session) examine(ctx context.Context, name string) (*imap.SelectData, error) {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	s.folder = ""
	data, err := s.client.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return nil, s.commandError(ctx, "examine", fmt.Errorf("open folder %s: %w", name, err))
	}
	s.folder = name
	s.exists.Store(data.NumMessages)
	return data, nil
}

// search returns the UIDs that match in the open folder.
func (s *session) search(ctx context.Context, criteria *imap.SearchCriteria) (uidSet, error) {
	const (
		slow   = 5        // times the usual patience where a server may have to read every mail
		answer = 64 << 20 // bytes: five million UIDs
	)
	patience := s.a.cfg.CommandTimeout
	if len(criteria.UID) == 0 {
		patience *= slow
	}
	defer s.conn.expect(patience, answer)()
	var options *imap.SearchOptions
	if s.caps.Has(imap.CapESearch) {
		options = &imap.SearchOptions{ReturnAll: true} // ranges instead of one number for each mail (RFC 4731)
	}
	data, err := s.client.UIDSearch(criteria, options).Wait()
	if err != nil {
		return nil, s.commandError(ctx, "search", err)
	}
	found := fromWire(data.All)
	// A set is written in a few bytes however large it is. Believing a wrong one would mean millions of commands.
	const late = 10_000 // mails that may have arrived since the server last said how many there are
	if n := found.count(); n > int64(s.exists.Load())+late {
		return nil, &transports.Error{Verdict: transports.Later, Op: "search", Scope: scopeServer,
			Err: fmt.Errorf("the server found %d mails in folder %s, which holds %d", n, s.folder, s.exists.Load())}
	}
	return found, nil
}

// from are the criteria for UIDs from uid on. Servers answer with the last mail when there is none, as "*" may be the lower end.
func from(uid imap.UID) *imap.SearchCriteria {
	return &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: uid, Stop: 0}}}}
}

func (s *session) status(ctx context.Context, name string) (*imap.StatusData, error) {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	data, err := s.client.Status(name, &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true}).Wait()
	if err != nil {
		return nil, s.commandError(ctx, "status", fmt.Errorf("ask after folder %s: %w", name, err))
	}
	return data, nil
}

// list returns the folders of the account, with their special uses where the server tells them.
func (s *session) list(ctx context.Context) ([]*imap.ListData, error) {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	var options *imap.ListOptions
	if s.caps.Has(imap.CapSpecialUse) {
		options = &imap.ListOptions{ReturnSpecialUse: true}
	}
	all, err := s.client.List("", "*", options).Collect()
	if err != nil && options != nil && !fatal(err) { // SPECIAL-USE without LIST-EXTENDED: the plain LIST may carry it
		all, err = s.client.List("", "*", nil).Collect()
	}
	if err != nil {
		return nil, s.commandError(ctx, "list", fmt.Errorf("list the folders: %w", err))
	}
	return all, nil
}
