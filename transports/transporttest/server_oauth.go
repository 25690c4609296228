package transporttest

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// AuthServer is an OAuth2 authorization server in process: RFC 6749 with RFC 7636 (PKCE), RFC 8628 (device codes), RFC 7662
// (introspection, for Dovecot) and refresh tokens that are replaced at each use, a second use of which ends the login (RFC 9700,
// section 4.14.2). It checks requests as the documents want them and answers what is wrong with the documents' errors. As an
// http.Handler it works without a network; StartAuthServer puts it on TLS.
type AuthServer struct {
	// URL is "https://127.0.0.1:PORT"; the endpoints are /authorize, /token, /device and /introspect. Introspection is at
	// IntrospectionURL in the clear, as it stays on this machine.
	URL, IntrospectionURL string
	CA                    *Authority

	mu sync.Mutex
	o  AuthOptions

	codes   map[string]*consent // authorization codes
	devices map[string]*consent // device codes
	users   map[string]*consent // user codes
	logins  map[string]*login   // refresh tokens, those in use and those that were replaced
	access  map[string]*bearer
	refuse  []AuthRefusal
	asked   map[string]int
}

// AuthOptions say how the server behaves. They may be changed at any time by Set.
type AuthOptions struct {
	ClientID, ClientSecret string // no secret: a public client
	// User is the mailbox whose login the person gives.
	User string
	// Lifetime of access tokens; 0 is an hour. Interval of device polls in seconds; 0 leaves it out, which means 5.
	Lifetime time.Duration
	Interval int
	// CodeLife is how long a device code lasts; 0 is 15 minutes.
	CodeLife time.Duration
	// Rotate replaces the refresh token at each use.
	Rotate bool
	// NoRefresh leaves the refresh token out. Scope, when set, is given instead of what was asked for.
	NoRefresh bool
	Scope     string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// AuthRefusal is an answer in the place of the next one of the token endpoint. Status 0 is 400; Body, when set, is sent as it is.
type AuthRefusal struct {
	Status      int
	Code, Words string
	RetryAfter  string
	Body        string
}

type consent struct {
	scope, redirect, challenge, user string
	agreed, refused                  bool
	ends, next                       time.Time // next is before when a poll is too soon
	interval                         time.Duration
}

type login struct {
	user, scope string
	replaced    bool
	family      *family
}

// family is a login with all the refresh tokens that it had.
type family struct{ ended bool }

type bearer struct {
	user, scope string
	ends        time.Time
	family      *family
	revoked     bool
}

// NewAuthServer makes a server that is only a handler.
func NewAuthServer(o AuthOptions) *AuthServer {
	return &AuthServer{URL: "https://login.provider.example", o: o, codes: map[string]*consent{}, devices: map[string]*consent{}, users: map[string]*consent{},
		logins: map[string]*login{}, access: map[string]*bearer{}, asked: map[string]int{}}
}

// StartAuthServer starts a server for this test, with TLS by the authority.
func StartAuthServer(t testing.TB, ca *Authority, o AuthOptions) *AuthServer {
	t.Helper()
	a := NewAuthServer(o)
	a.CA = ca
	server := httptest.NewUnstartedServer(a)
	server.TLS = serverTLS(t, ca.IssueLocal(t))
	server.StartTLS()
	t.Cleanup(server.Close)
	inner := httptest.NewServer(http.HandlerFunc(a.introspect))
	t.Cleanup(inner.Close)
	a.URL, a.IntrospectionURL = server.URL, inner.URL+"/introspect"
	return a
}

// Set changes how the server behaves.
func (a *AuthServer) Set(change func(*AuthOptions)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(&a.o)
}

// Refuse has the token endpoint answer its next requests so.
func (a *AuthServer) Refuse(answers ...AuthRefusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refuse = append(a.refuse, answers...)
}

// Asked tells how often an endpoint was asked: "refresh_token", "authorization_code", "device_code", "device", "introspect".
func (a *AuthServer) Asked(what string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[what]
}

// Agree is the person who types a device code and agrees, or refuses.
func (a *AuthServer) Agree(userCode string, yes bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.users[userCode]
	if c == nil {
		return false
	}
	c.agreed, c.refused, c.user = yes, !yes, a.o.User
	return true
}

// Revoke ends all logins, as when consent is taken back: no refresh token and no access token is good any more.
func (a *AuthServer) Revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.logins {
		l.family.ended = true
	}
	for _, b := range a.access {
		b.family.ended = true
	}
}

// EndAccess ends all access tokens before their time; logins stay.
func (a *AuthServer) EndAccess() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.access {
		b.revoked = true
	}
}

// Grant makes a login without a person, and gives its refresh token.
func (a *AuthServer) Grant(scope string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	refresh := rand.Text()
	a.logins[refresh] = &login{user: a.o.User, scope: scope, family: &family{}}
	return refresh
}

// Valid tells whether a mail server would take the access token now.
func (a *AuthServer) Valid(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.valid(token) != nil
}

func (a *AuthServer) valid(token string) *bearer {
	b := a.access[token]
	if b == nil || b.revoked || b.family.ended || !a.now().Before(b.ends) {
		return nil
	}
	return b
}

func (a *AuthServer) now() time.Time {
	if a.o.Now != nil {
		return a.o.Now()
	}
	return time.Now()
}

func (a *AuthServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/authorize":
		a.authorize(w, r)
	case "/token":
		a.token(w, r)
	case "/device":
		a.device(w, r)
	default:
		http.NotFound(w, r)
	}
}

// authorize is the page in the browser: the person agrees at once. Errors before the redirect address is known to be good are shown
// and not sent there (RFC 6749, section 4.1.2.1).
func (a *AuthServer) authorize(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Scheme != "http" || back.Hostname() != "127.0.0.1" && back.Hostname() != "localhost" || q.Get("client_id") != a.o.ClientID {
		http.Error(w, "redirect_uri_mismatch or unknown client", http.StatusBadRequest)
		return
	}
	values := url.Values{"state": {q.Get("state")}}
	switch {
	case q.Get("response_type") != "code" || q.Get("scope") == "" || len(q.Get("state")) < 16:
		values.Set("error", "invalid_request")
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		values.Set("error", "invalid_request")
		values.Set("error_description", "code challenge required")
	case a.o.User == "":
		values.Set("error", "access_denied")
	default:
		code := rand.Text()
		a.codes[code] = &consent{scope: q.Get("scope"), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), user: a.o.User, ends: a.now().Add(time.Minute)}
		values.Set("code", code)
	}
	back.RawQuery = values.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// device is RFC 8628, section 3.1.
func (a *AuthServer) device(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked["device"]++
	if r.Method != http.MethodPost || r.PostFormValue("client_id") != a.o.ClientID {
		a.fail(w, AuthRefusal{Status: http.StatusUnauthorized, Code: "invalid_client"})
		return
	}
	if r.PostFormValue("scope") == "" {
		a.fail(w, AuthRefusal{Code: "invalid_scope"})
		return
	}
	life := a.o.CodeLife
	if life == 0 {
		life = 15 * time.Minute
	}
	interval := time.Duration(a.o.Interval) * time.Second
	if interval == 0 {
		interval = 5 * time.Second
	}
	c := &consent{scope: r.PostFormValue("scope"), ends: a.now().Add(life), interval: interval, next: a.now().Add(interval)}
	device, user := rand.Text(), rand.Text()[:4]+"-"+rand.Text()[:4]
	a.devices[device], a.users[user] = c, c
	answer := map[string]any{"device_code": device, "user_code": user, "verification_uri": "https://login.provider.example/device", "expires_in": int(life.Seconds())}
	if a.o.Interval > 0 {
		answer["interval"] = a.o.Interval
	}
	reply(w, http.StatusOK, answer)
}

func (a *AuthServer) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.URL.RawQuery != "" {
		a.fail(w, AuthRefusal{Code: "invalid_request"})
		return
	}
	form := r.PostForm
	grant := strings.TrimPrefix(form.Get("grant_type"), "urn:ietf:params:oauth:grant-type:")
	a.asked[grant]++
	if len(a.refuse) > 0 {
		next := a.refuse[0]
		a.refuse = a.refuse[1:]
		a.fail(w, next)
		return
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	if id != a.o.ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(a.o.ClientSecret)) != 1 {
		a.fail(w, AuthRefusal{Status: http.StatusUnauthorized, Code: "invalid_client"})
		return
	}
	switch grant {
	case "authorization_code":
		a.exchange(w, form)
	case "device_code":
		a.poll(w, form)
	case "refresh_token":
		a.refresh(w, form)
	default:
		a.fail(w, AuthRefusal{Code: "unsupported_grant_type"})
	}
}

// exchange is RFC 6749, section 4.1.3, with RFC 7636, section 4.6. A code is good once.
func (a *AuthServer) exchange(w http.ResponseWriter, form url.Values) {
	c := a.codes[form.Get("code")]
	delete(a.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	if c == nil || !a.now().Before(c.ends) || c.redirect != form.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
		a.fail(w, AuthRefusal{Code: "invalid_grant"})
		return
	}
	a.give(w, c.user, c.scope, &family{}, "")
}

// poll is RFC 8628, section 3.4 and 3.5.
func (a *AuthServer) poll(w http.ResponseWriter, form url.Values) {
	c := a.devices[form.Get("device_code")]
	now := a.now()
	switch {
	case c == nil:
		a.fail(w, AuthRefusal{Code: "invalid_grant"})
		return
	case !now.Before(c.ends):
		a.fail(w, AuthRefusal{Code: "expired_token"})
		return
	case now.Before(c.next):
		c.interval += 5 * time.Second
		c.next = now.Add(c.interval)
		a.fail(w, AuthRefusal{Code: "slow_down"})
		return
	case c.refused:
		a.fail(w, AuthRefusal{Code: "access_denied"})
		return
	case !c.agreed:
		c.next = now.Add(c.interval)
		a.fail(w, AuthRefusal{Code: "authorization_pending"})
		return
	}
	delete(a.devices, form.Get("device_code"))
	a.give(w, c.user, c.scope, &family{}, "")
}

func (a *AuthServer) refresh(w http.ResponseWriter, form url.Values) {
	old := form.Get("refresh_token")
	l := a.logins[old]
	if l == nil || l.family.ended || l.replaced {
		if l != nil && l.replaced {
			l.family.ended = true // somebody has a token that he should not have
		}
		a.fail(w, AuthRefusal{Code: "invalid_grant", Words: "Token has been expired or revoked."})
		return
	}
	if !a.o.Rotate {
		a.give(w, l.user, l.scope, l.family, old)
		return
	}
	l.replaced = true
	a.give(w, l.user, l.scope, l.family, "")
}

// give answers with tokens; keep is the refresh token that stays, which is not told again.
func (a *AuthServer) give(w http.ResponseWriter, user, scope string, f *family, keep string) {
	life := a.o.Lifetime
	if life == 0 {
		life = time.Hour
	}
	token := "at-" + rand.Text() + rand.Text()
	a.access[token] = &bearer{user: user, scope: scope, ends: a.now().Add(life), family: f}
	answer := map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(life.Seconds()), "scope": scope}
	if a.o.Scope != "" {
		answer["scope"] = a.o.Scope
	}
	if keep == "" && !a.o.NoRefresh {
		refresh := "rt-" + rand.Text() + rand.Text()
		a.logins[refresh] = &login{user: user, scope: scope, family: f}
		answer["refresh_token"] = refresh
	}
	reply(w, http.StatusOK, answer)
}

// introspect is RFC 7662, and what Dovecot's passdb oauth2 asks.
func (a *AuthServer) introspect(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked["introspect"]++
	token := r.PostFormValue("token")
	b := a.valid(token)
	if b == nil {
		reply(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	reply(w, http.StatusOK, map[string]any{"active": true, "username": b.user, "scope": b.scope, "client_id": a.o.ClientID, "exp": b.ends.Unix()})
}

func (a *AuthServer) fail(w http.ResponseWriter, f AuthRefusal) {
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	if f.Status == 0 {
		f.Status = http.StatusBadRequest
	}
	if f.Body != "" {
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body))
		return
	}
	reply(w, f.Status, map[string]any{"error": f.Code, "error_description": f.Words})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
