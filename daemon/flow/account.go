package flow

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/oauth"
)

// unreachableFor is how long an account may be out of reach before a person hears of it; a wrong password is told at once.
const unreachableFor = 10 * time.Minute

// AccountState is what an account (mailbox, drop, webhook) last said.
type AccountState struct {
	Name    string    `json:"name"`
	Title   string    `json:"title"`
	Working bool      `json:"working"`
	Since   time.Time `json:"since"`
	Error   string    `json:"error,omitempty"`
	Help    string    `json:"help,omitempty"`
	// Notes are sentences about an account that works, and not in everything: mails that its server does not give.
	Notes []string `json:"notes,omitempty"`
	told  bool
	quiet bool // it fails for a reason that is told elsewhere
}

type accounts struct {
	mu sync.Mutex
	m  map[string]*AccountState
}

// set notes the state and tells whether a person must hear of a failure now, or that an earlier one is over.
func (a *accounts) set(now time.Time, s AccountState, atOnce bool) (tell, over bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil {
		a.m = map[string]*AccountState{}
	}
	old := a.m[s.Name]
	if old == nil || old.Working != s.Working {
		s.Since = now
		s.told = false
		over = s.Working // also after a restart: an exception of the last run may still be open
	} else {
		s.Since, s.told = old.Since, old.told
	}
	if old != nil {
		s.Notes = old.Notes
	}
	if s.Title == "" && old != nil {
		s.Title = old.Title
	}
	if !s.Working && !s.told && !s.quiet && (atOnce || now.Sub(s.Since) >= unreachableFor) {
		s.told, tell = true, true
	}
	a.m[s.Name] = &s
	return tell, over
}

// note puts what there is to know of an account in the place of what was noted before.
func (a *accounts) note(name string, notes []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.m[name]; s != nil {
		s.Notes = notes
	}
}

// accountKey, with the account's name behind it, is the Key of what is told of an account.
const accountKey = "account:"

// ask has the next failure of an account told again.
func (a *accounts) ask(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.m[name]; s != nil {
		s.told = false
	}
}

// forget has an account start anew: another node may have told of it meanwhile, and closed it.
func (a *accounts) forget(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.m, name)
}

// Accounts lists what each account last said, by name.
func (f *Flow) Accounts() []AccountState {
	titles := f.world.Load().titles()
	f.accounts.mu.Lock()
	defer f.accounts.mu.Unlock()
	out := make([]AccountState, 0, len(f.accounts.m))
	for _, s := range f.accounts.m {
		one := *s
		one.Title = cmp.Or(one.Title, titles[one.Name], one.Name)
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b AccountState) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// titles are what people call the accounts.
func (w *world) titles() map[string]string {
	all := map[string]string{readersAccount: readersTitle}
	for _, l := range w.lanes {
		all[l.name] = l.title
	}
	for _, s := range w.sources {
		all[s.name] = s.title
	}
	for name := range w.logins {
		all[loginAccount+name] = loginTitle(w.cfg.Mailboxes[name].Address)
	}
	return all
}

func (f *Flow) accountFails(ctx context.Context, name, title string, e *transports.Error) {
	// Sending and receiving that lack a token fail for the reason that the login is told for.
	s := AccountState{Name: name, Title: title, Error: e.Error(), Help: e.Help, quiet: oauth.IsToken(e) && !strings.HasPrefix(name, loginAccount)}
	tell, _ := f.accounts.set(f.now(), s, e.Scope == "account")
	f.log.Warn("account fails", "account", name, "err", e, "help", e.QuietHelp())
	if !tell {
		return
	}
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		_, _, err := f.open(tx, Exception{Kind: AccountFailing, Key: accountKey + name, Detail: Detail{About: title, Answer: e.Error(), Help: e.Help}})
		return err
	})
	if err != nil {
		f.log.Error("an exception could not be opened", "account", name, "err", err)
	}
}

// accountWorks notes success; an exception about the account closes by itself.
func (f *Flow) accountWorks(ctx context.Context, name string) {
	if _, over := f.accounts.set(f.now(), AccountState{Name: name, Working: true}, false); !over {
		return
	}
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(AccountFailing), Key: accountKey + name, Open: true})
		if err != nil {
			return err
		}
		for _, x := range rows {
			if err := tx.SettleException(x.ID, "works_again", "rule", f.now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.log.Error("an exception could not be closed", "account", name, "err", err)
	}
}
