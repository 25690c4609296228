// Package imap reads mailboxes: it fetches what has arrived, waits for news by IDLE and by polling, and keeps
// copies of what was sent in an archive folder.
//
// A mail is known by (account, folder, UIDVALIDITY, UID) and by nothing else. Flags are never read or written,
// folders are opened with EXAMINE and bodies fetched with BODY.PEEK, so that a person can read, move and delete
// in the same mailbox while we watch. What has been handed over is remembered as a set of UIDs (cursor.go), so
// that a UID which appears late, below others, is still found.
//
// One connection serves one account. It rests in IDLE on the first folder; the others (Junk, usually) are asked
// with STATUS at every poll on the same connection. A connection for each folder would bring news from Junk a
// minute sooner and cost twice the memory and twice the places under the provider's limit (Gmail 15, others 5),
// and RFC 5465 NOTIFY, which would do it on one, is missing from nearly every provider and from the library.
package imap

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"waybill/transports"
	"waybill/transports/oauth"
)

// Security says how the connection is protected.
type Security string

const (
	// TLS is implicit TLS, port 993 (RFC 8314). The default.
	TLS Security = "tls"
	// StartTLS begins in the clear on port 143 and upgrades; a server that does not offer it is refused.
	StartTLS Security = "starttls"
	// None is no protection: allowed to this machine, elsewhere only with Config.Insecure.
	None Security = "none"
)

// Junk and Sent are names for Config.Folders that stand for the folder the server marks so (RFC 6154), or, where
// it marks none, for the first that has one of the usual names. A mailbox without such a folder is no error. What comes from the folder for
// sent mail has Sent in the folder's place in Item.Source, whatever it is called, and nothing older than two days does.
const (
	Junk = `\Junk`
	Sent = `\Sent`
)

// Config is one account on one server. The zero value of every optional field means its default.
type Config struct {
	// Name is the account in Item.Source and in messages to people. Default: Username.
	Name string
	// Address is host:port. Security, ServerName (default: the host) and RootCAs (default: the system's) protect the way there.
	Address    string
	Security   Security
	Insecure   bool // allow Security None to another machine
	ServerName string
	RootCAs    *x509.CertPool
	// Username and Password log in. Tokens, when set, take the password's place: OAuth2 access tokens, for XOAUTH2 or OAUTHBEARER,
	// asked for at every connection. They never travel without TLS, not even to this machine.
	Username string
	Password string
	Tokens   oauth.Tokens
	// Folders are watched, the first of them by IDLE. Default: INBOX and Junk. Where people move mail away quickly, a server that has
	// it may be asked for `\All` instead of INBOX: any mark of RFC 6154 will do.
	Folders []string
	// Elsewhere looks, at every reconciliation, into all other folders but those for drafts and sent mail too: a person or a rule may have put a mail there before
	// it was read. What comes from there has Item.Elsewhere set, and is two weeks old at most.
	Elsewhere bool
	// Since leaves alone what arrived (by INTERNALDATE, which a move between folders keeps) before it: such mails count as processed. A mail
	// without INTERNALDATE is news. Zero: everything is news.
	Since time.Time
	// Cursor remembers what was handed over. Receive and Watch need it; Probe and Archive do not.
	Cursor transports.Cursor

	Dialer transports.Dialer // default: *net.Dialer
	Clock  transports.Clock  // default: time.Now; stamps reports and ages gaps, while waits and timeouts are the runtime's
	Jitter func() float64    // in [0,1), spreads waits so that mailboxes do not act in step; default: math/rand

	PollEvery      time.Duration // default 1 minute: how long news from the other folders may wait, and how soon a dead connection is noticed
	IdleRestart    time.Duration // default 5 to 9 minutes, drawn anew each time: below the shortest timeout of routers and servers that is met
	ReconcileEvery time.Duration // default 15 minutes: everything that exists is compared with everything that was handed over
	CommandTimeout time.Duration // default 1 minute: how long a command may go without an answer

	BatchCount int   // default 200: a batch for keep holds at most so many mails,
	BatchBytes int64 // default 8 MiB: and about so many bytes
	MaxItem    int64 // default transports.MaxItem: a larger mail is reported without its bytes

	// State is told about every change of Status. It is called from Watch's goroutine and must not block.
	State func(Status)
}

// Account is one mailbox account. Receive and Watch take turns: while one runs, another call is refused. Probe and
// Archive open connections of their own and may be used at any time.
type Account struct {
	cfg Config

	busy    sync.Mutex // held by Receive and Watch
	folders map[string]*folder

	mu     sync.Mutex
	status Status
}

var (
	_ transports.Watcher = (*Account)(nil)
	_ transports.Probe   = (*Account)(nil)
)

// New checks the configuration and fills in its defaults. It opens no connection.
func New(cfg Config) (*Account, error) {
	host, _, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("IMAP server address %q: %w; write host:port, for example imap.shop.example:993", cfg.Address, err)
	}
	if cfg.Username == "" {
		return nil, errors.New("the mailbox has no user name: set the one the provider gave, often the whole mail address")
	}
	if cfg.Tokens != nil && cfg.Security == None {
		return nil, fmt.Errorf("mailbox %s: a login with OAuth2 goes over tls or starttls only", cfg.Username)
	}
	if cfg.Password == "" && cfg.Tokens == nil {
		return nil, fmt.Errorf("mailbox %s has neither a password nor a login: set password_file, or run `waybill login`", cfg.Username)
	}
	switch cfg.Security {
	case "":
		cfg.Security = TLS
	case TLS, StartTLS:
	case None:
		if !cfg.Insecure && !loopback(host) {
			return nil, fmt.Errorf("mailbox %s: without TLS the password and every mail cross the network in the clear; use tls or starttls, security none is only for a server on this machine", cfg.Username)
		}
	default:
		return nil, fmt.Errorf("mailbox %s: security %q is not one of tls, starttls, none", cfg.Username, cfg.Security)
	}
	setDefaults(&cfg, host)
	return &Account{cfg: cfg, folders: map[string]*folder{}}, nil
}

func setDefaults(cfg *Config, host string) {
	setDefault(&cfg.Name, cfg.Username)
	setDefault(&cfg.ServerName, host)
	if len(cfg.Folders) == 0 {
		cfg.Folders = []string{"INBOX", Junk}
	}
	if cfg.Dialer == nil {
		cfg.Dialer = &net.Dialer{}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	setDefault(&cfg.PollEvery, time.Minute)
	setDefault(&cfg.ReconcileEvery, 15*time.Minute)
	setDefault(&cfg.CommandTimeout, time.Minute)
	setDefault(&cfg.BatchCount, 200)
	setDefault(&cfg.BatchBytes, 8<<20)
	setDefault(&cfg.MaxItem, transports.MaxItem)
	if cfg.State == nil {
		cfg.State = func(Status) {}
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
