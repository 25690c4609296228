package oauth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

const scope = "https://mail.provider.example/all"

// direct asks a handler without a network, so that it works in virtual time. down, when set, is what the network says instead.
type direct struct {
	handler http.Handler
	mu      sync.Mutex
	down    error
}

func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	down := d.down
	d.mu.Unlock()
	if down != nil {
		return nil, down
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func (d *direct) set(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = err
}

// vault is a keeper in memory; full has it refuse to save.
type vault struct {
	mu    sync.Mutex
	grant oauth.Grant
	known bool
	full  error
	saved []string // refresh tokens in the order of their saving
}

func (v *vault) Load(context.Context) (oauth.Grant, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.grant, v.known, nil
}

func (v *vault) Save(_ context.Context, g oauth.Grant) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.full != nil {
		return v.full
	}
	v.grant, v.known = g, true
	v.saved = append(v.saved, g.Refresh)
	return nil
}

func (v *vault) fill(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.full = err
}

// bench is a client with its server.
type bench struct {
	t      *testing.T
	server *transporttest.AuthServer
	net    *direct
	client *oauth.Client
	vault  *vault
	source *oauth.Source
	told   []error
	mu     sync.Mutex
}

func newBench(t *testing.T, o transporttest.AuthOptions, change ...func(*oauth.Config)) *bench {
	t.Helper()
	if o.ClientID == "" {
		o.ClientID = "waybill-app"
	}
	o.User = "orders@shop.example"
	b := &bench{t: t, server: transporttest.NewAuthServer(o), vault: &vault{}}
	b.net = &direct{handler: b.server}
	c := oauth.Config{Mailbox: "orders", Provider: "Google", AuthURL: b.server.URL + "/authorize", TokenURL: b.server.URL + "/token", DeviceURL: b.server.URL + "/device",
		ClientID: o.ClientID, Scopes: []string{scope, "offline_access"}, Hint: o.User, HTTP: &http.Client{Transport: b.net}, Random: rand.Reader,
		Params: map[string]string{"access_type": "offline"}}
	if o.ClientSecret != "" {
		c.Secret = func() (string, error) { return o.ClientSecret, nil }
	}
	for _, f := range change {
		f(&c)
	}
	var err error
	if b.client, err = oauth.New(c); err != nil {
		t.Fatal(err)
	}
	b.source = b.client.NewSource(b.vault, func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, err)
	})
	return b
}

// loggedIn has a person's consent in the vault.
func (b *bench) loggedIn() *bench {
	b.vault.grant, b.vault.known = oauth.Grant{Refresh: b.server.Grant(scope), Client: "waybill-app", Granted: time.Now()}, true
	return b
}

func (b *bench) token() string {
	b.t.Helper()
	token, err := b.source.Token(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	if !b.server.Valid(token) {
		b.t.Fatal("the token is not good")
	}
	return token
}

// refused wants a failure with its verdict and words.
func (b *bench) refused(err error, verdict transports.Verdict, scope, words string) {
	b.t.Helper()
	var e *transports.Error
	if !errors.As(err, &e) || e.Verdict != verdict || e.Scope != scope || !strings.Contains(e.Help, words) {
		b.t.Errorf("%v: %+v, want %s %q and the words %q", err, e, verdict, scope, words)
	}
}

// TestRenew: one renewal for all who ask, ahead of the end, and none in between.
func TestRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { b.token() })
		}
		all.Wait()
		if n := b.server.Asked("refresh_token"); n != 1 {
			t.Errorf("50 connections asked for %d renewals", n)
		}
		first := b.token()
		time.Sleep(54 * time.Minute)
		if b.token() != first {
			t.Error("renewed long before the end")
		}
		time.Sleep(2 * time.Minute)
		if second := b.token(); second == first || !b.server.Valid(first) {
			t.Error("not renewed ahead of the end")
		}
		b.source.Ahead(t.Context())
		synctest.Wait()
		if n := b.server.Asked("refresh_token"); n != 2 {
			t.Errorf("%d renewals, not 2", n)
		}
		time.Sleep(56 * time.Minute)
		b.source.Ahead(t.Context())
		synctest.Wait()
		if n := b.server.Asked("refresh_token"); n != 3 {
			t.Errorf("nothing was renewed in the background: %d renewals", n)
		}
		if st := b.source.State(t.Context()); !st.Known || st.Err != nil || st.Renewed.IsZero() || !st.Expires.After(time.Now()) {
			t.Errorf("state %+v", st)
		}
	})
}

// TestStoredFirst: a refresh token that was replaced is stored before anybody gets the access token that came with it; while it cannot be
// stored nothing is given, nothing more is asked, and nothing is lost.
func TestStoredFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		b.vault.fill(errors.New("disk full"))
		_, err := b.source.Token(t.Context())
		b.refused(err, transports.Later, "account", "check the disk")
		if !oauth.IsToken(err) || b.source.Ready() {
			t.Error("not told as an error of the login")
		}
		time.Sleep(11 * time.Second)
		if _, err := b.source.Token(t.Context()); err == nil {
			t.Error("a token was given that cannot be renewed again")
		}
		if n := b.server.Asked("refresh_token"); n != 1 {
			t.Errorf("asked %d times: the second would have ended the login", n)
		}
		b.vault.fill(nil)
		time.Sleep(11 * time.Second)
		b.token()
		if n := b.server.Asked("refresh_token"); n != 1 || len(b.vault.saved) != 1 {
			t.Errorf("asked %d times, saved %v", n, b.vault.saved)
		}
		time.Sleep(time.Hour)
		b.token() // with the one that was saved
	})
}

// TestStoredLate: a disk that was full for longer than the access token lasts costs one renewal, and no words about the clock.
func TestStoredLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		b.vault.fill(errors.New("disk full"))
		if _, err := b.source.Token(t.Context()); err == nil {
			t.Fatal("given, and not stored")
		}
		time.Sleep(3 * time.Hour)
		b.vault.fill(nil)
		b.token()
		if n := b.server.Asked("refresh_token"); n != 2 {
			t.Errorf("%d renewals, want 2", n)
		}
	})
}

// TestNotReplaced: where the refresh token stays, a full disk stops no mail.
func TestNotReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{}).loggedIn()
		b.vault.fill(errors.New("disk full"))
		b.token()
	})
}

// TestAbandoned: whoever asked may leave; the answer is not lost.
func TestAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.source.Token(ctx); err == nil {
			t.Log("it was faster")
		}
		synctest.Wait()
		if len(b.vault.saved) != 1 {
			t.Errorf("saved %v", b.vault.saved)
		}
		b.token()
	})
}

// TestOtherProcess: a second waybill over the same books has had the token replaced.
func TestOtherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		stale := b.vault.grant
		b.token()
		slow := &staleVault{vault: b.vault, first: &stale}
		other := b.client.NewSource(slow, nil)
		// The server ends a login whose old token comes again; this one forgives it once, as providers with a grace period do.
		b.server.Refuse(transporttest.AuthRefusal{Code: "invalid_grant"})
		if _, err := other.Token(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// staleVault gives an old grant at the first look.
type staleVault struct {
	*vault
	first *oauth.Grant
}

func (s *staleVault) Load(ctx context.Context) (oauth.Grant, bool, error) {
	if g := s.first; g != nil {
		s.first = nil
		return *g, true, nil
	}
	return s.vault.Load(ctx)
}

// TestRefusedToken: a token that a mail server refuses is renewed once; when the new one is refused as well it is not the token.
func TestRefusedToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{}).loggedIn()
		first := b.token()
		var all sync.WaitGroup
		for range 20 { // as many connections as there are
			all.Go(func() {
				if second, err := b.source.Renew(t.Context(), first); err != nil || second == first {
					t.Error(second, err)
				}
			})
		}
		all.Wait()
		if n := b.server.Asked("refresh_token"); n != 2 {
			t.Errorf("%d renewals, not 2", n)
		}
		if _, err := b.source.Renew(t.Context(), b.token()); !errors.Is(err, oauth.ErrFresh) {
			t.Errorf("renewed again: %v", err)
		}
		time.Sleep(6 * time.Minute)
		if _, err := b.source.Renew(t.Context(), b.token()); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

// TestWords: what a person reads for each way in which a login fails, and whether it is tried again.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		name     string
		provider string
		refusal  transporttest.AuthRefusal
		verdict  transports.Verdict
		scope    string
		words    string
	}{
		{"consent taken back", "Google", transporttest.AuthRefusal{Code: "invalid_grant", Words: "Token has been expired or revoked."}, transports.Never, "account", "the login has ended: it was taken back"},
		{"which command", "Google", transporttest.AuthRefusal{Code: "invalid_grant"}, transports.Never, "account", "run `waybill login orders`"},
		{"secret wrong", "Google", transporttest.AuthRefusal{Status: 401, Code: "invalid_client"}, transports.Never, "account", "does not know this app or its secret"},
		{"secret expired", "Microsoft", transporttest.AuthRefusal{Status: 401, Code: "invalid_client", Words: "AADSTS7000222: The provided client secret keys for app are expired."}, transports.Never, "account", "the client secret has expired"},
		{"secret wrong at Microsoft", "Microsoft", transporttest.AuthRefusal{Status: 401, Code: "invalid_client", Words: "AADSTS7000215: Invalid client secret provided."}, transports.Never, "account", "the secret's Value (not its ID)"},
		{"wrong tenant", "Microsoft", transporttest.AuthRefusal{Code: "invalid_request", Words: "AADSTS90002: Tenant 'x' not found."}, transports.Never, "account", "no such tenant. Correct oauth.tenant"},
		{"app of another tenant", "Microsoft", transporttest.AuthRefusal{Code: "unauthorized_client", Words: "AADSTS700016: Application with identifier was not found in the directory"}, transports.Never, "account", "oauth.client_id or oauth.tenant"},
		{"consent missing", "Microsoft", transporttest.AuthRefusal{Code: "invalid_grant", Words: "AADSTS65001: The user or administrator has not consented"}, transports.Never, "account", "nobody has agreed to the app yet"},
		{"admin consent missing", "Microsoft", transporttest.AuthRefusal{Code: "invalid_grant", Words: "AADSTS90094: Admin consent is required"}, transports.Never, "account", "Grant admin consent"},
		{"password changed", "Microsoft", transporttest.AuthRefusal{Code: "invalid_grant", Words: "AADSTS50173: The provided grant has expired due to it being revoked"}, transports.Never, "account", "password is changed: run `waybill login orders`"},
		{"public client flows", "Microsoft", transporttest.AuthRefusal{Status: 401, Code: "invalid_client", Words: "AADSTS7000218: The request body must contain client_assertion or client_secret"}, transports.Never, "account", "Allow public client flows"},
		{"blocked by the administrator", "Google", transporttest.AuthRefusal{Code: "admin_policy_enforced"}, transports.Never, "account", "API controls"},
		{"unknown", "", transporttest.AuthRefusal{Code: "something_else"}, transports.Never, "account", "something_else"},
		{"down", "Google", transporttest.AuthRefusal{Status: 503, Body: "<html>sorry</html>"}, transports.Later, "server", "tried again"},
		{"too many", "Google", transporttest.AuthRefusal{Status: 429, Code: "rate_limit_exceeded", RetryAfter: "120"}, transports.Later, "server", "tried again"},
		{"nonsense", "Google", transporttest.AuthRefusal{Status: 200, Body: "hello"}, transports.Later, "server", "does not answer as it should"},
		{"an address in the description", "Microsoft", transporttest.AuthRefusal{Code: "invalid_grant", Words: "AADSTS50034: The user account orders@shop.example does not exist"}, transports.Never, "account", "not in this tenant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, transporttest.AuthOptions{ClientSecret: "hush-hush"}, func(o *oauth.Config) { o.Provider = c.provider }).loggedIn()
				refresh := b.vault.grant.Refresh
				b.server.Refuse(c.refusal, c.refusal) // an unknown server is asked in both ways of saying the secret
				_, err := b.source.Token(t.Context())
				b.refused(err, c.verdict, c.scope, c.words)
				if text := err.Error() + transports.Help(err); strings.Contains(text, "hush") || strings.Contains(text, refresh) || strings.Contains(text, "shop.example") {
					t.Errorf("the words hold what they should not: %s", text)
				}
				asked := b.server.Asked("refresh_token")
				if _, again := b.source.Token(t.Context()); again == nil || b.server.Asked("refresh_token") != asked {
					t.Error("asked again at once")
				}
				if len(b.told) != 1 || b.told[0] == nil {
					t.Errorf("told %v", b.told)
				}
				b.server.Refuse() // what is left of the refusals goes with the next question
				time.Sleep(10 * time.Minute)
				if _, err := b.source.Token(t.Context()); err != nil {
					time.Sleep(10 * time.Minute)
					b.token()
				}
			})
		})
	}
}

// TestOutOfReach: a network that is gone is waited for; the token in hand is used to its end.
func TestOutOfReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{}).loggedIn()
		first := b.token()
		b.net.set(&net.OpError{Op: "dial", Err: errors.New("no route to host")})
		time.Sleep(58 * time.Minute)
		if token := b.token(); token != first {
			t.Error("another token out of nowhere")
		}
		time.Sleep(3 * time.Minute)
		_, err := b.source.Token(t.Context())
		b.refused(err, transports.Later, "server", "can't be reached")
		b.net.set(nil)
		time.Sleep(11 * time.Second)
		b.token()
	})
}

// TestNotLoggedIn and a login of another app.
func TestNotLoggedIn(t *testing.T) {
	b := newBench(t, transporttest.AuthOptions{})
	_, err := b.source.Token(t.Context())
	b.refused(err, transports.Never, "account", "Log in once: run `waybill login orders`")
	if st := b.source.State(t.Context()); st.Known || st.Err == nil {
		t.Errorf("state %+v", st)
	}
	b = newBench(t, transporttest.AuthOptions{}).loggedIn()
	b.vault.grant.Client = "another-app"
	_, err = b.source.Token(t.Context())
	b.refused(err, transports.Never, "account", "another client_id")
	if b.server.Asked("refresh_token") != 0 {
		t.Error("a token was shown to a server for another app")
	}
}

// TestInstall: a new login takes effect at once, whatever failed before.
func TestInstall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, transporttest.AuthOptions{Rotate: true}).loggedIn()
		b.token()
		b.server.Revoke()
		time.Sleep(time.Hour)
		_, err := b.source.Token(t.Context())
		b.refused(err, transports.Never, "account", "run `waybill login orders`")
		g, a := b.login()
		if err := b.source.Install(t.Context(), g, a); err != nil {
			t.Fatal(err)
		}
		b.token()
		if last := b.told[len(b.told)-1]; last != nil {
			t.Errorf("told %v", last)
		}
		b.vault.fill(errors.New("disk full"))
		if err := b.source.Install(t.Context(), g, a); err == nil {
			t.Error("a login that is not stored was called good")
		}
	})
}

// TestNew: what cannot work is refused, and so is every address that is not https.
func TestNew(t *testing.T) {
	good := oauth.Config{ClientID: "x", TokenURL: "https://login.example/token", AuthURL: "https://login.example/auth", HTTP: http.DefaultClient, Random: rand.Reader}
	for words, change := range map[string]func(*oauth.Config){
		"client_id":    func(c *oauth.Config) { c.ClientID = "" },
		"token_url":    func(c *oauth.Config) { c.TokenURL = "" },
		"device_url":   func(c *oauth.Config) { c.AuthURL = "" },
		"not https":    func(c *oauth.Config) { c.TokenURL = "http://127.0.0.1/token" },
		"unencrypted":  func(c *oauth.Config) { c.DeviceURL = "http://login.example/device" },
		"no way":       func(c *oauth.Config) { c.HTTP = nil },
		"no randomnes": func(c *oauth.Config) { c.Random = nil },
	} {
		c := good
		change(&c)
		if _, err := oauth.New(c); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", words, err)
		}
	}
	if _, err := oauth.New(good); err != nil {
		t.Error(err)
	}
}
