package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/oauth"
	"waybill/transports/smtp"
)

const (
	// tokenKey, with the mailbox behind it, is the setting that holds its sealed login.
	tokenKey = "token:"
	// loginAccount, with the mailbox behind it, is the account that its login is told as: one question for all connections that need it.
	loginAccount = "login:"
)

// logins are the mailboxes that log in with OAuth2. They outlive a reload: a token in use goes on being used.
type logins struct {
	mu      sync.Mutex
	m       map[string]*login
	pending map[string]*pending
}

// login is one mailbox's.
type login struct {
	mailbox string
	made    loginSettings
	client  *oauth.Client
	source  *oauth.Source
}

// loginSettings are what a login was made from; another one is made when they change.
type loginSettings struct {
	OAuth             config.OAuth
	Provider, Address string
	Dir, Key          string
}

// login gives the login of a mailbox, or nil where it has a password.
func (f *Flow) login(cfg *config.Config, name string, m config.Mailbox) (*login, error) {
	if m.OAuth == nil {
		return nil, nil
	}
	made := loginSettings{OAuth: *m.OAuth, Provider: m.Provider, Address: m.Address, Dir: cfg.Dir, Key: cfg.State + "\x00" + cfg.Database.TokenKeyFile}
	f.logins.mu.Lock()
	defer f.logins.mu.Unlock()
	if old := f.logins.m[name]; old != nil && reflect.DeepEqual(old.made, made) {
		return old, nil
	}
	client, err := f.loginClient(cfg, name, m)
	if err != nil {
		return nil, err
	}
	keeper := tokenKeeper{store: f.store, sealer: sealer{cfg: cfg, random: f.random}, mailbox: name}
	l := &login{mailbox: name, made: made, client: client, source: client.NewSource(keeper, func(err error) { f.loginTold(name, m.Address, err) })}
	if f.logins.m == nil {
		f.logins.m, f.logins.pending = map[string]*login{}, map[string]*pending{}
	}
	f.logins.m[name] = l
	return l, nil
}

func (f *Flow) loginClient(cfg *config.Config, name string, m config.Mailbox) (*oauth.Client, error) {
	o, profile := *m.OAuth, m.Profile()
	pool, err := roots(cfg, o.CAFile)
	if err != nil {
		return nil, err
	}
	c := oauth.Config{Mailbox: name, Provider: profile.Login, AuthURL: o.AuthorizationURL, TokenURL: o.TokenURL, DeviceURL: o.DeviceURL, ClientID: o.ClientID,
		Scopes: o.Scopes, Params: profile.Params, Hint: m.Address, Host: profile.Host, HTTP: oauth.NewHTTP(f.web(o.AllowPrivate), pool), Clock: f.now, Random: f.random}
	if o.ClientSecretFile != "" {
		c.Secret = func() (string, error) { return cfg.Secret(o.ClientSecretFile) }
	}
	return oauth.New(c)
}

// loginTold notes how a login is doing: when it is over a person hears of it at once, and the question closes when it works again.
func (f *Flow) loginTold(name, address string, err error) {
	ctx := context.Background() // told from the renewal's goroutine, which outlives whoever asked for it
	if f.store == nil {
		return
	}
	if err == nil {
		f.accountWorks(ctx, loginAccount+name)
		return
	}
	var e *transports.Error
	if !errors.As(err, &e) {
		e = &transports.Error{Op: "token", Err: err}
	}
	f.accountFails(ctx, loginAccount+name, loginTitle(address), e)
}

func loginTitle(address string) string { return "the login of mailbox " + address }

// renewLogins renews ahead what is due, in the background.
func (f *Flow) renewLogins(ctx context.Context, w *world) {
	for name, l := range w.logins {
		if f.has(dutyOf(laneMail + name)) {
			l.source.Ahead(ctx)
		}
	}
}

// tokenKeeper keeps a login in the settings, sealed.
type tokenKeeper struct {
	store   *store.Store
	sealer  sealer
	mailbox string
}

func (k tokenKeeper) Load(ctx context.Context) (g oauth.Grant, known bool, err error) {
	if k.store == nil {
		return g, false, errors.New("the books are not open")
	}
	name := tokenKey + k.mailbox
	var sealed []byte
	err = k.store.View(ctx, func(tx *store.Tx) error {
		sealed, known, err = tx.Setting(name)
		return err
	})
	if err != nil || !known {
		return g, known, err
	}
	raw, err := k.sealer.open(name, sealed)
	if err == nil {
		err = json.Unmarshal(raw, &g)
	}
	if err != nil {
		return oauth.Grant{}, true, &transports.Error{Verdict: transports.Never, Op: "token", Scope: "account", Err: fmt.Errorf("open the stored login of mailbox %s: %w", k.mailbox, err), Help: k.lost(err)}
	}
	return g, true, nil
}

// lost says why a stored login cannot be used.
func (k tokenKeeper) lost(err error) string {
	again := " Run `waybill login " + k.mailbox + "`."
	switch {
	case errors.Is(err, errNoKey):
		return fmt.Sprintf("The key that seals logins, %s, is not there: it was lost, or the database was restored without it. Put it back, or log in again.", k.sealer.where()) + again
	case errors.Is(err, errOtherKey):
		return fmt.Sprintf("The login was sealed with another key than the one in %s: the database came from another machine, or the key was replaced. Put the old key back, or log in again.", k.sealer.where()) + again
	case errors.Is(err, errDamaged):
		return "The stored login is damaged and cannot be used." + again
	}
	return fmt.Sprintf("The key that seals logins, %s, cannot be read: it must belong to the user that waybill runs as.", k.sealer.where())
}

func (k tokenKeeper) Save(ctx context.Context, g oauth.Grant) error {
	if k.store == nil {
		return errors.New("the books are not open")
	}
	raw, err := json.Marshal(g)
	if err != nil {
		return err
	}
	name := tokenKey + k.mailbox
	sealed, err := k.sealer.seal(name, raw)
	if err != nil {
		return fmt.Errorf("seal the login: %w", err)
	}
	return k.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(name, sealed) })
}

// pending is a login that a person has begun.
type pending struct {
	mailbox string
	device  *oauth.Device
	browser *oauth.Browser
	until   time.Time
}

// pendingFor is how long a person may take.
const pendingFor = 30 * time.Minute

// LoginWays says how a person can log in to a mailbox.
type LoginWays struct {
	Mailbox string `json:"mailbox"`
	Address string `json:"address"`
	Browser bool   `json:"browser"`
	Device  bool   `json:"device"`
	// Host is where a browser comes back to: the name by which this machine is known to itself.
	Host string `json:"host"`
}

// LoginBegun is what a person has to do.
type LoginBegun struct {
	ID       string    `json:"id"`
	URL      string    `json:"url"`
	Complete string    `json:"complete,omitempty"` // of a device: the address with the code in it
	Code     string    `json:"code,omitempty"`     // of a device
	Expires  time.Time `json:"expires,omitzero"`
}

// LoginDone is how it ended.
type LoginDone struct {
	// Again says in words why the address that was given is not the right one; another may be given.
	Again string `json:"again,omitempty"`
	Text  string `json:"text,omitempty"`
	// Kept: the new login was not taken, since it does not work; the one from before goes on.
	Kept  bool          `json:"kept,omitempty"`
	Tried []AccountFact `json:"tried,omitempty"`
}

// AccountFact is what an account said when it was tried: a fact, or what is wrong.
type AccountFact struct {
	Account string `json:"account"`
	Fact    string `json:"fact,omitempty"`
	Error   string `json:"error,omitempty"`
	Help    string `json:"help,omitempty"`
}

func (f *Flow) loginOf(mailbox string) (*login, config.Mailbox, error) {
	w := f.world.Load()
	m, ok := w.cfg.Mailboxes[mailbox]
	if !ok {
		return nil, m, &NameError{Kind: "mailbox", Name: mailbox, Known: names(w.cfg.Mailboxes)}
	}
	l := w.logins[mailbox]
	if l == nil {
		return nil, m, fmt.Errorf("mailbox %s logs in with a password; set mailboxes.%s.oauth first, docs/mailboxes.md says how: %w", mailbox, mailbox, ErrAction)
	}
	return l, m, nil
}

// LoginWays says how a person can log in to a mailbox.
func (f *Flow) LoginWays(mailbox string) (LoginWays, error) {
	l, m, err := f.loginOf(mailbox)
	if err != nil {
		return LoginWays{}, err
	}
	browser, device := l.client.Ways()
	return LoginWays{Mailbox: mailbox, Address: m.Address, Browser: browser, Device: device, Host: l.client.Host()}, nil
}

// BeginLogin begins a login: with an address to come back to in the browser, with "" by a code.
func (f *Flow) BeginLogin(ctx context.Context, mailbox, redirect string) (LoginBegun, error) {
	l, _, err := f.loginOf(mailbox)
	if err != nil {
		return LoginBegun{}, err
	}
	p := &pending{mailbox: mailbox, until: f.now().Add(pendingFor)}
	var begun LoginBegun
	if redirect == "" {
		if p.device, err = l.client.Device(ctx); err != nil {
			return begun, withHelp(err)
		}
		begun = LoginBegun{URL: p.device.URL, Complete: p.device.Complete, Code: p.device.Code, Expires: p.device.Expires}
	} else {
		if p.browser, err = l.client.Browser(redirect); err != nil {
			return begun, withHelp(err)
		}
		begun = LoginBegun{URL: p.browser.URL}
	}
	if begun.ID, err = f.messageID("", "login"); err != nil {
		return begun, err
	}
	f.logins.mu.Lock()
	defer f.logins.mu.Unlock()
	for id, old := range f.logins.pending {
		if f.now().After(old.until) {
			delete(f.logins.pending, id)
		}
	}
	f.logins.pending[begun.ID] = p
	return begun, nil
}

// FinishLogin waits for the end of a login by code, or takes the address at which the browser ended. The login is stored and in
// use when it returns, and both servers were tried with it. One that takes the place of a login that works is tried before: a person who was logged in
// to the provider as somebody else would otherwise end what goes well.
func (f *Flow) FinishLogin(ctx context.Context, mailbox, id, redirected string) (LoginDone, error) {
	l, m, err := f.loginOf(mailbox)
	if err != nil {
		return LoginDone{}, err
	}
	f.logins.mu.Lock()
	p := f.logins.pending[id]
	f.logins.mu.Unlock()
	if p == nil || p.mailbox != mailbox || f.now().After(p.until) {
		return LoginDone{}, fmt.Errorf("this login is not known any more; begin again: %w", ErrAction)
	}
	var grant oauth.Grant
	var access oauth.Access
	if p.device != nil {
		grant, access, err = p.device.Wait(ctx)
	} else {
		grant, access, err = p.browser.Finish(ctx, redirected)
	}
	if errors.Is(err, oauth.ErrRedirect) {
		return LoginDone{Again: err.Error()}, nil
	}
	f.logins.mu.Lock()
	delete(f.logins.pending, id)
	f.logins.mu.Unlock()
	if err != nil {
		return LoginDone{}, withHelp(err)
	}
	if l.works(ctx) {
		if tried, failed := f.tryAccess(ctx, mailbox, m, access); failed {
			return LoginDone{Kept: true, Tried: tried, Text: fmt.Sprintf("Mailbox %s (%s) keeps the login that it had: with the new one not everything works. Log in as %s.", mailbox, m.Address, m.Address)}, nil
		}
	}
	if err := l.source.Install(ctx, grant, access); err != nil {
		return LoginDone{}, withHelp(err)
	}
	done := LoginDone{Text: fmt.Sprintf("Mailbox %s (%s) is logged in.", mailbox, m.Address)}
	if done.Tried, err = f.TryMailbox(ctx, mailbox); err != nil {
		return done, err
	}
	// Watchers that wait after a failure, and what a broken account has held back, begin anew.
	return done, f.Reload(f.Config())
}

// works tells whether there is a login that nothing is known against: a provider that is out of reach decides nothing.
func (l *login) works(ctx context.Context) bool {
	state := l.source.State(ctx)
	var e *transports.Error
	return state.Known && (state.Err == nil || errors.As(state.Err, &e) && e.Verdict == transports.Later)
}

// given is an access token that is used as it is.
type given string

// Token implements oauth.Tokens.
func (g given) Token(context.Context) (string, error) { return string(g), nil }

// Renew implements oauth.Tokens.
func (g given) Renew(context.Context, string) (string, error) { return "", oauth.ErrFresh }

// tryAccess logs in to both servers of a mailbox with a token that is not in use yet.
func (f *Flow) tryAccess(ctx context.Context, mailbox string, m config.Mailbox, access oauth.Access) (facts []AccountFact, failed bool) {
	cfg := f.Config()
	try := func(account string, p transports.Probe, err error) {
		var said []string
		if err == nil {
			said, err = p.Probe(ctx)
		}
		for _, fact := range said {
			facts = append(facts, AccountFact{Account: account, Fact: fact})
		}
		if err != nil {
			facts, failed = append(facts, AccountFact{Account: account, Error: err.Error(), Help: transports.Help(err)}), true
		}
	}
	none := &login{mailbox: mailbox}
	if m.SMTP != nil {
		c, err := smtpConfig(cfg, m, none)
		c.Dialer, c.Clock, c.Tokens = f.dialer, f.now, given(access.Token)
		var sender *smtp.Sender
		if err == nil {
			sender, err = smtp.New(c)
		}
		try("sending mail as "+m.Address, sender, err)
		if sender != nil {
			_ = sender.Close()
		}
	}
	if m.IMAP != nil {
		c, err := imapConfig(cfg, m, none)
		c.Name, c.Dialer, c.Clock, c.Tokens, c.Cursor = sourceInbox+mailbox, f.dialer, f.now, given(access.Token), cursor{f.store, "cursor:" + sourceInbox + mailbox}
		c.PollEvery = time.Duration(cmp.Or(m.IMAP.Poll, config.Duration(time.Minute)))
		var account *imap.Account
		if err == nil {
			account, err = imap.New(c)
		}
		try("mailbox "+m.Address, account, err)
	}
	return facts, failed
}

// TryMailbox logs in to both servers of a mailbox and says what they say.
func (f *Flow) TryMailbox(ctx context.Context, mailbox string) (facts []AccountFact, err error) {
	w := f.world.Load()
	if _, ok := w.cfg.Mailboxes[mailbox]; !ok {
		return nil, &NameError{Kind: "mailbox", Name: mailbox, Known: names(w.cfg.Mailboxes)}
	}
	w.probe(ctx, func(account string) bool { return account == laneMail+mailbox || account == sourceInbox+mailbox }, func(account, fact string, err error) {
		one := AccountFact{Account: account, Fact: fact}
		if err != nil {
			one.Error, one.Help = err.Error(), transports.Help(err)
		}
		facts = append(facts, one)
	})
	return facts, nil
}

// withHelp puts what a person can do behind the error.
func withHelp(err error) error {
	if help := transports.Help(err); help != "" {
		return fmt.Errorf("%w. %s", err, help)
	}
	return err
}

// LoginState is how a mailbox's login is doing.
type LoginState struct {
	Mailbox string    `json:"mailbox"`
	Address string    `json:"address"`
	Known   bool      `json:"logged_in"`
	Granted time.Time `json:"granted,omitzero"`
	Renewed time.Time `json:"renewed,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Error   string    `json:"error,omitempty"`
	Help    string    `json:"help,omitempty"`
}

// LoginStates lists the mailboxes that log in with OAuth2.
func (f *Flow) LoginStates(ctx context.Context) []LoginState {
	w := f.world.Load()
	all := []LoginState{}
	for _, name := range sorted(w.logins) {
		s := w.logins[name].source.State(ctx)
		one := LoginState{Mailbox: name, Address: w.cfg.Mailboxes[name].Address, Known: s.Known, Granted: s.Granted, Renewed: s.Renewed, Expires: s.Expires}
		if s.Err != nil {
			one.Error, one.Help = s.Err.Error(), cmp.Or(transports.Help(s.Err), "waybill tries again by itself.")
		}
		all = append(all, one)
	}
	return all
}
