package oauth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"waybill/transports"
)

// Keeper stores a grant. Save has stored it durably when it returns nil.
type Keeper interface {
	Load(ctx context.Context) (g Grant, known bool, err error)
	Save(ctx context.Context, g Grant) error
}

// Source gives access tokens for one mailbox. It is safe for concurrent use: however many connections ask, one renewal runs.
//
// A server may replace the refresh token at each use and forget the old one (RFC 6749, section 6). The new one is saved before the
// access token that came with it is given to anybody; when it cannot be saved, it is held and saved again before anything else is
// asked. A kill in the few milliseconds between answer and commit can still lose it, and then a person logs in again.
type Source struct {
	client *Client
	keeper Keeper
	told   func(error)
	flight singleflight.Group
	// changing is held while the stored grant is used and replaced: a renewal with the old one must not overwrite a person's new login.
	changing sync.Mutex

	mu      sync.Mutex
	access  Access
	forced  bool // access was minted because the one before was refused
	forcing bool // the next one will be
	unsaved *minted
	failed  error // the last attempt, when it failed; until is when the next one may be made
	until   time.Time
}

// minted is what a server gave and could not be saved yet.
type minted struct {
	grant  Grant
	access Access
}

const (
	// ahead is how long before its end a token is renewed, at most; of a short-lived one, a fifth of its life.
	ahead = 5 * time.Minute
	// patience and stubborn are the waits after a failure that may pass, and after one that a person has to mend: until then the same
	// answer is given again without asking.
	patience = 10 * time.Second
	stubborn = 5 * time.Minute
	// fresh is how long a token that was minted after a refusal is not renewed for another one.
	fresh = 30 * time.Second
)

// NewSource makes a source. told hears of the outcome of every attempt to renew, nil when it went well; it may be nil.
func (c *Client) NewSource(k Keeper, told func(error)) *Source {
	if told == nil {
		told = func(error) {}
	}
	return &Source{client: c, keeper: k, told: told}
}

// Token implements Tokens.
func (s *Source) Token(ctx context.Context) (string, error) {
	if token, settled, err := s.settled(); settled {
		return token, err
	}
	err := s.renew(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.access.Token != "" && s.client.cfg.Clock().Before(s.access.Expires) {
		return s.access.Token, nil // the new one, or the old one while it lasts
	}
	if err == nil {
		err = s.client.never("no token that is good", errors.New("it had ended when it came"), "Check this machine's clock.")
	}
	return "", err
}

// settled tells whether the next token need not be asked for: the one in use is good for a while, or a failure is remembered.
func (s *Source) settled() (token string, settled bool, err error) {
	now := s.client.cfg.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	waits := now.Before(s.until)
	if good := s.access.Token != "" && now.Before(s.access.Expires); good && (now.Before(due(s.access)) || waits) {
		return s.access.Token, true, nil
	}
	return "", s.failed != nil && waits, s.failed
}

// due is when a token is to be renewed.
func due(a Access) time.Time {
	return a.Expires.Add(-min(ahead, a.Expires.Sub(a.Minted)/5))
}

// Renew implements Tokens.
func (s *Source) Renew(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	if s.access.Token == refused {
		if s.forced && s.client.cfg.Clock().Sub(s.access.Minted) < fresh {
			s.mu.Unlock()
			return "", ErrFresh
		}
		s.access, s.forcing = Access{}, true
		s.failed, s.until = nil, time.Time{}
	}
	s.mu.Unlock()
	return s.Token(ctx)
}

// Ahead renews in the background what is due, so that no connection has to wait and a login that is over is noticed though nobody
// logs in. It returns at once.
func (s *Source) Ahead(ctx context.Context) {
	if _, settled, _ := s.settled(); !settled {
		s.begin(ctx)
	}
}

// Ready tells whether asking for a token may help: not while a failure is remembered.
func (s *Source) Ready() bool {
	now := s.client.cfg.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed == nil || !now.Before(s.until) || s.access.Token != "" && now.Before(s.access.Expires)
}

// Retry has the next question asked at once, whatever failed before.
func (s *Source) Retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
}

// renewal is how long a renewal may take with its storing: it outlives whoever asked for it, because its answer must not be lost.
const renewal = 2 * time.Minute

func (s *Source) begin(ctx context.Context) <-chan singleflight.Result {
	return s.flight.DoChan("", func() (any, error) {
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewal)
		defer cancel()
		s.changing.Lock()
		// Whoever found the old token due may come here after the renewal that others asked for, or after a person's login.
		if _, settled, err := s.settled(); settled {
			s.changing.Unlock()
			return nil, err
		}
		err := s.renewOnce(work)
		s.changing.Unlock()
		s.note(err)
		s.told(err)
		return nil, err
	})
}

func (s *Source) renew(ctx context.Context) error {
	select {
	case r := <-s.begin(ctx):
		return r.Err
	case <-ctx.Done():
		return &transports.Error{Verdict: transports.Later, Op: opToken, Err: ctx.Err()}
	}
}

// note remembers how the last attempt went.
func (s *Source) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed = err; err == nil {
		s.until = time.Time{}
		return
	}
	wait := patience
	var e *transports.Error
	if errors.As(err, &e) {
		if e.Verdict == transports.Never {
			wait = stubborn
		}
		wait = max(wait, e.RetryAfter)
	}
	s.until = s.client.cfg.Clock().Add(wait)
}

func (s *Source) renewOnce(ctx context.Context) error {
	s.mu.Lock()
	held := s.unsaved
	s.mu.Unlock()
	if held != nil {
		if err := s.install(ctx, *held, true); err != nil || s.client.cfg.Clock().Before(due(held.access)) {
			return err
		} // stored so late that its access token has ended
	}
	c := s.client
	g, err := s.load(ctx)
	if err != nil {
		return err
	}
	t, err := c.refresh(ctx, g.Refresh)
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		// Another process of ours may have had it replaced in the meantime.
		if now, loadErr := s.load(ctx); loadErr == nil && now.Refresh != g.Refresh {
			g = now
			t, err = c.refresh(ctx, g.Refresh)
		}
	}
	if err != nil {
		return c.explain("renew the login of mailbox "+c.cfg.Mailbox, err)
	}
	a, err := c.access(t)
	if err != nil {
		return err
	}
	replaced := t.RefreshToken != "" && t.RefreshToken != g.Refresh
	if replaced {
		g.Refresh = t.RefreshToken
	}
	g.Renewed = a.Minted
	return s.install(ctx, minted{g, a}, replaced)
}

func (s *Source) load(ctx context.Context) (Grant, error) {
	c := s.client
	g, known, err := s.keeper.Load(ctx)
	var said *transports.Error
	switch {
	case errors.As(err, &said):
		return g, err
	case err != nil:
		return g, &transports.Error{Verdict: transports.Later, Op: opToken, Scope: scopeServer, Err: fmt.Errorf("read the login of mailbox %s: %w", c.cfg.Mailbox, err)}
	case !known:
		return g, c.never("nobody has logged in yet", fmt.Errorf("mailbox %s has no login", c.cfg.Mailbox), "Log in once: "+c.login()+".")
	case g.Client != c.cfg.ClientID:
		return g, c.never("the login belongs to another app", errors.New("oauth.client_id has changed since"),
			"The login was made for another client_id, and only that one can use it: "+c.login()+".")
	}
	return g, nil
}

// install saves a grant and then puts its access token into use. Where the server has not replaced the refresh token, what is saved
// is only the time, and a full disk need not stop the mail.
func (s *Source) install(ctx context.Context, got minted, replaced bool) error {
	if err := s.keeper.Save(ctx, got.grant); err != nil && replaced {
		s.mu.Lock()
		s.unsaved = &got
		s.mu.Unlock()
		return &transports.Error{Verdict: transports.Later, Op: opToken, Scope: scopeAccount, Err: fmt.Errorf("store the renewed login of mailbox %s: %w", s.client.cfg.Mailbox, err),
			Help: "The provider has replaced the login, and the new one could not be written down. Nothing is sent or read with it until it is: check the disk of the state folder."}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved, s.access = nil, got.access
	s.forced, s.forcing = s.forcing, false
	return nil
}

// Install takes over what a person's login has brought.
func (s *Source) Install(ctx context.Context, g Grant, a Access) error {
	s.changing.Lock()
	s.mu.Lock()
	s.unsaved = nil
	s.mu.Unlock()
	err := s.install(ctx, minted{g, a}, true)
	s.changing.Unlock()
	s.note(err)
	s.told(err)
	return err
}

// State is how a login is doing.
type State struct {
	// Known is whether there is a login at all; Granted and Renewed are those of the grant.
	Known            bool
	Granted, Renewed time.Time
	// Expires is the end of the access token in use, zero when there is none.
	Expires time.Time
	// Err is the last failure, nil when all is well.
	Err error
}

// State reads how the login is doing. It asks nobody outside.
func (s *Source) State(ctx context.Context) State {
	g, err := s.load(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{Known: g.Refresh != "", Granted: g.Granted, Renewed: g.Renewed, Expires: s.access.Expires, Err: s.failed}
	if err != nil {
		st.Err = err
	}
	return st
}

// refresh asks for a new access token (RFC 6749, section 6).
func (c *Client) refresh(ctx context.Context, token string) (*oauth2.Token, error) {
	o, err := c.conf("")
	if err != nil {
		return nil, err
	}
	return o.TokenSource(c.asked(ctx), &oauth2.Token{RefreshToken: token}).Token()
}
