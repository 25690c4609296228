// Package sftp sends and receives files over SFTP (version 3, draft-ietf-secsh-filexfer-02, with OpenSSH's extensions fsync,
// posix-rename and statvfs where the server offers them). What a file goes through is in transports.FileSender and
// transports.FileReceiver; this package is the account on a server in which they work: host key, login, connections that
// are kept and shared, and their end when a server falls silent.
package sftp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// Config is an account on an SFTP server.
type Config struct {
	// Address is host:port.
	Address string
	User    string
	// PrivateKey is a private key in OpenSSH or PEM form, Passphrase what it is encrypted with, if it is.
	PrivateKey, Passphrase []byte
	// Password answers password and keyboard-interactive login. The passphrase of a key does not belong here: it would be
	// sent to the server.
	Password string
	// HostKeys are the keys that the server may prove to have, as lines of known_hosts or authorized_keys ("ssh-ed25519
	// AAAA…"). Without any, every connection is refused with a HostKeyError that holds the server's key.
	HostKeys []string
	// Connections is how many connections there are at most; 0 means 4. A further one is opened only when
	// the others are busy, and done without when the server does not want it.
	Connections int
	// Legacy also allows algorithms that are no longer thought safe (SHA-1, CBC), for servers that know no others.
	Legacy bool
	// Timeout is how long a connection may be silent while it owes an answer, and how long dialing and logging in may
	// take together; 0 means 30 s.
	Timeout time.Duration
	// KeepAlive is how often an unused connection is asked whether it still lives, 0 meaning 20 s; IdleClose is after
	// how long it is closed, 0 meaning a minute.
	KeepAlive, IdleClose time.Duration
	// Dialer opens connections; nil means net.Dialer.
	Dialer transports.Dialer
}

// Account is an account on a server. Its connections are shared by all Senders and Receivers made from it. It implements
// transports.FileServer. Safe for concurrent use.
type Account struct {
	c       Config
	pins    []ssh.PublicKey
	signers []ssh.Signer

	mu      sync.Mutex
	links   []*link   // those that live
	dialing *dialing  // the one connection that is being made, if any
	enough  time.Time // until then no further connection is tried, because the server did not want one
	closed  bool
	tenders sync.WaitGroup
}

// Open makes an account. Nothing is dialed; an error says what in the configuration cannot work (verdict Never).
func Open(c Config) (*Account, error) {
	c.Connections = cmp.Or(c.Connections, 4)
	c.Timeout = cmp.Or(c.Timeout, 30*time.Second)
	c.KeepAlive = cmp.Or(c.KeepAlive, 20*time.Second)
	c.IdleClose = cmp.Or(c.IdleClose, time.Minute)
	if c.Dialer == nil {
		c.Dialer = &net.Dialer{}
	}
	a := &Account{c: c}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		return nil, wrong(err, "Give the server as host:port, for example sftp.supplier.example:22.")
	}
	var err error
	if a.pins, err = parsePins(c.HostKeys, c.Address); err != nil {
		return nil, wrong(err, "A host key is one line like \"ssh-ed25519 AAAA…\"; waybill check --connect shows the server's.")
	}
	if len(c.PrivateKey) > 0 {
		signer, err := parseKey(c.PrivateKey, c.Passphrase)
		if err != nil {
			return nil, err
		}
		a.signers = []ssh.Signer{signer}
	}
	if len(a.signers) == 0 && c.Password == "" {
		return nil, wrong(errors.New("neither a private key nor a password"), "Set key_file or password_file for this server.")
	}
	return a, nil
}

func parseKey(key, passphrase []byte) (ssh.Signer, error) {
	signer, err := ssh.ParsePrivateKey(key)
	var missing *ssh.PassphraseMissingError
	if errors.As(err, &missing) {
		if len(passphrase) == 0 {
			return nil, wrong(err, "The private key is encrypted: put its passphrase into password_file.")
		}
		if signer, err = ssh.ParsePrivateKeyWithPassphrase(key, passphrase); err != nil {
			return nil, wrong(err, "The passphrase in password_file does not open the private key.")
		}
	}
	if err != nil {
		return nil, wrong(err, "key_file must hold a private key as ssh-keygen makes it; the .pub file is the other half.")
	}
	return signer, nil
}

// wrong is an error of the configuration.
func wrong(err error, help string) error {
	return &transports.Error{Verdict: transports.Never, Op: "configure", Scope: "account", Help: help, Err: err}
}

// String is "user@host:port".
func (a *Account) String() string { return a.c.User + "@" + a.c.Address }

// Sender gives a Sender of files to this account. Safe for concurrent use; the more files are sent at the same time, the
// less the distance to the server matters.
func (a *Account) Sender(c transports.FileSenderConfig) *transports.FileSender {
	return transports.NewFileSender(a, c)
}

// Receiver gives a Receiver of the files in a directory of this account.
func (a *Account) Receiver(c transports.FileReceiverConfig) (*transports.FileReceiver, error) {
	return transports.NewFileReceiver(a, c)
}

// Close ends all connections. The account can not be used again.
func (a *Account) Close() error {
	a.mu.Lock()
	a.closed = true
	links, d := a.links, a.dialing
	a.mu.Unlock()
	if d != nil {
		d.cancel()
		<-d.done
		a.mu.Lock()
		links = a.links
		a.mu.Unlock()
	}
	for _, l := range links {
		l.end(errClosed)
	}
	a.tenders.Wait()
	return nil
}

// Open gives a session over one of the connections, or a new one.
func (a *Account) Open(ctx context.Context) (transports.FileSession, error) {
	l, reused, err := a.take(ctx)
	if err != nil {
		return nil, err
	}
	return &session{l: l, reused: reused}, nil
}

// busy is how many sessions share a connection before another one is opened, where that is allowed.
const busy = 16

// dialing is a connection in the making. All who wait for it share its failure: a server that does not answer is not
// dialed again by each of them.
type dialing struct {
	done   chan struct{}
	cancel context.CancelFunc
	err    error
}

// take gives the connection with the least to do. reused says that it had served before.
func (a *Account) take(ctx context.Context) (l *link, reused bool, err error) {
	waited := false
	for {
		if err := ctx.Err(); err != nil {
			return nil, false, &transports.Error{Verdict: transports.Later, Op: "dial", Err: err}
		}
		a.mu.Lock()
		if a.closed {
			a.mu.Unlock()
			return nil, false, &transports.Error{Verdict: transports.Later, Op: "dial", Err: errClosed}
		}
		l = a.leastBusy()
		wanted := l == nil || (l.load >= busy && len(a.links) < a.c.Connections && time.Now().After(a.enough))
		if wanted && a.dialing == nil {
			a.startDialing()
		}
		if l != nil {
			l.load++
			reused = l.served && !waited
			a.mu.Unlock()
			return l, reused, nil
		}
		d := a.dialing
		a.mu.Unlock()
		select {
		case <-d.done:
		case <-ctx.Done():
			continue
		}
		if d.err != nil {
			return nil, false, d.err
		}
		waited = true
	}
}

func (a *Account) leastBusy() *link {
	var best *link
	for _, l := range a.links {
		if best == nil || l.load < best.load {
			best = l
		}
	}
	return best
}

// startDialing is called with the lock held. The connection is made for whoever needs it, so it does not end with the
// context of the one who asked first.
func (a *Account) startDialing() {
	ctx, cancel := context.WithTimeout(context.Background(), a.c.Timeout)
	d := &dialing{done: make(chan struct{}), cancel: cancel}
	a.dialing = d
	a.tenders.Go(func() {
		defer cancel()
		l, err := a.dial(ctx)
		a.mu.Lock()
		a.dialing = nil
		if err != nil {
			a.enough = time.Now().Add(time.Minute)
		}
		if l != nil {
			l.idle = time.Now()
			a.links = append(a.links, l)
			a.tenders.Go(l.tend)
		}
		closed := a.closed
		a.mu.Unlock()
		if closed && l != nil {
			l.end(errClosed)
		}
		d.err = err
		close(d.done)
	})
}

// release gives a connection back.
func (a *Account) release(l *link) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l.load--
	l.served = true
	l.idle = time.Now()
}

// drop takes a dead connection out of those that live.
func (a *Account) drop(l *link) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, other := range a.links {
		if other == l {
			a.links = append(a.links[:i:i], a.links[i+1:]...)
			return
		}
	}
}

var (
	errClosed = errors.New("the account was closed")
	errIdle   = errors.New("not used for a while")
)

// silence says that a server owed an answer for too long.
type silence time.Duration

func (s silence) Error() string {
	return fmt.Sprintf("the server was silent for %s", time.Duration(s))
}
