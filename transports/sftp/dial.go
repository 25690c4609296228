package sftp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// login is what is learned while a connection is made, to explain why it failed.
type login struct {
	wrongKey *HostKeyError
	proved   ssh.PublicKey // the pinned key that the server has, once it has proved it
	accepts  []string      // the ways to log in that the server takes
	asked    []string      // questions of keyboard-interactive that a password does not answer
}

// dial makes a connection, within ctx. The error says its verdict: nothing has been sent yet, so it is Later or Never.
func (a *Account) dial(ctx context.Context) (*link, error) {
	conn, err := a.c.Dialer.DialContext(ctx, "tcp", a.c.Address)
	if err != nil {
		return nil, a.explainDial(ctx, err)
	}
	m := &meter{Conn: conn}
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // the library knows no context
	defer stop()
	var in login
	c, channels, requests, err := ssh.NewClientConn(m, a.c.Address, a.sshConfig(&in))
	if err != nil {
		conn.Close()
		return nil, a.explainLogin(ctx, &in, m, err)
	}
	client := ssh.NewClient(c, channels, requests)
	files, err := sftp.NewClient(client, sftp.UseConcurrentWrites(true))
	if err != nil {
		client.Close()
		return nil, a.explainSubsystem(ctx, err)
	}
	if !stop() { // ctx ended in the last moment and closed it
		client.Close()
		return nil, a.explainDial(ctx, ctx.Err())
	}
	return &link{a: a, conn: m, ssh: client, sftp: files, hostKey: in.proved, down: make(chan struct{})}, nil
}

// sshConfig is how the server must prove itself, and how we do.
func (a *Account) sshConfig(in *login) *ssh.ClientConfig {
	c := &ssh.ClientConfig{
		User:              a.c.User,
		ClientVersion:     "SSH-2.0-waybill",
		HostKeyAlgorithms: a.hostKeyAlgorithms(),
		HostKeyCallback: func(host string, remote net.Addr, key ssh.PublicKey) error {
			err := a.checkHostKey(host, remote, key)
			if !errors.As(err, &in.wrongKey) {
				in.proved = key
			}
			return err
		},
		AuthCallback: func(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
			in.accepts = c.AllowedMethods
			if slices.Contains(c.TriedMethods, "password") {
				// Many servers would take the same password by keyboard-interactive as well, count a second failure, and
				// lock this address out sooner.
				return nil, errRefusedPassword
			}
			return nil, nil
		},
	}
	if len(a.signers) > 0 {
		c.Auth = append(c.Auth, ssh.PublicKeys(a.signers...))
	}
	if a.c.Password != "" {
		c.Auth = append(c.Auth, ssh.Password(a.c.Password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, echos []bool) ([]string, error) {
				return a.answer(in, questions, echos)
			}))
	}
	if a.c.Legacy {
		old := ssh.InsecureAlgorithms()
		c.Config.SetDefaults()
		c.KeyExchanges = append(slices.Clone(c.KeyExchanges), old.KeyExchanges...)
		c.Ciphers = append(slices.Clone(c.Ciphers), old.Ciphers...)
		c.MACs = append(slices.Clone(c.MACs), old.MACs...)
		if len(c.HostKeyAlgorithms) == 0 {
			c.HostKeyAlgorithms = slices.Concat(ssh.SupportedAlgorithms().HostKeys, old.HostKeys)
		}
	}
	return c
}

// answer gives the password to a single hidden question, which is how servers ask for it (RFC 4256). A second question is a
// one-time code, which no program has.
func (a *Account) answer(in *login, questions []string, echos []bool) ([]string, error) {
	if len(questions) == 0 {
		return nil, nil // a mere announcement
	}
	if len(questions) == 1 && !echos[0] {
		return []string{a.c.Password}, nil
	}
	in.asked = questions
	return nil, fmt.Errorf("the server asks %q", questions)
}

// explainDial is for a server that could not be reached.
func (a *Account) explainDial(ctx context.Context, err error) error {
	e := &transports.Error{Verdict: transports.Later, Op: "dial", Scope: "server", Err: err}
	host, port, _ := net.SplitHostPort(a.c.Address)
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Help = fmt.Sprintf("There is no host named %s. Correct the name, or look after this machine's DNS.", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Help = fmt.Sprintf("Nothing listens on port %s of %s. Correct the port, or ask the supplier whether their server is down.", port, host)
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Help = fmt.Sprintf("No answer from %s within %s. Their firewall may not know this machine's address, or the provider of this machine blocks port %s.",
			a.c.Address, a.c.Timeout, port)
	default:
		e.Help = fmt.Sprintf("%s could not be reached.", a.c.Address)
	}
	return e
}

// explainLogin is for a server that was reached and did not let us in.
func (a *Account) explainLogin(ctx context.Context, in *login, m *meter, err error) error {
	e := &transports.Error{Verdict: transports.Never, Op: "ssh", Scope: "account", Err: err}
	said := m.said()
	var algorithms *ssh.AlgorithmNegotiationError
	switch {
	case in.wrongKey != nil:
		return refused(in.wrongKey)
	case errors.As(err, &algorithms):
		return a.explainAlgorithms(ctx, e, algorithms)
	case len(in.asked) > 0, in.proved != nil && refusedLogin(err):
		e.Op, e.Help = "auth", a.helpToLogIn(in)
		return e
	}
	e.Verdict, e.Scope = transports.Later, "server"
	switch {
	case len(said) == 0 && ctx.Err() == nil:
		e.Help = fmt.Sprintf("%s accepted the connection and ended it without a word. Their firewall may not know this machine's address, or the server is too busy.", a.c.Address)
	case len(said) > 0 && !bytes.Contains(said, []byte("SSH-")):
		line, _, _ := bytes.Cut(said, []byte("\n"))
		e.Help = fmt.Sprintf("What answers at %s does not speak SSH; it says %.100q. Correct host and port (SFTP is not FTPS).", a.c.Address, transports.ReadableName(string(bytes.TrimSpace(line))))
	case ctx.Err() != nil:
		e.Help = fmt.Sprintf("%s fell silent while we logged in (%s).", a.c.Address, a.c.Timeout)
	default:
		e.Help = fmt.Sprintf("%s broke off while we logged in. It may be too busy, or lock out this machine's address for a while after failed logins.", a.c.Address)
	}
	return e
}

var errRefusedPassword = errors.New("the password was refused")

// refusedLogin tells by the words, as the library has no type for it: it gave up, or the server did ("Too many
// authentication failures").
func refusedLogin(err error) bool {
	return errors.Is(err, errRefusedPassword) || strings.Contains(err.Error(), "unable to authenticate") || strings.Contains(err.Error(), "authentication failures")
}

// explainAlgorithms is for a server with which there is nothing in common: often an old one; and where it has no key of
// the pinned kind any more, one that was changed.
func (a *Account) explainAlgorithms(ctx context.Context, e *transports.Error, n *ssh.AlgorithmNegotiationError) error {
	if len(a.pins) > 0 && strings.Contains(n.What, "host key") {
		anyKind := &Account{c: a.c, pins: nil}
		if _, err := anyKind.dial(ctx); err != nil {
			var unknown *HostKeyError
			if errors.As(err, &unknown) {
				for _, pin := range a.pins {
					unknown.Pinned = append(unknown.Pinned, ssh.FingerprintSHA256(pin))
				}
				return refused(unknown)
			}
		}
	}
	e.Help = fmt.Sprintf("%s offers for the %s only %s, which are not thought safe any more. Ask for an update; until then legacy: true for this server allows them.",
		a.c.Address, n.What, strings.Join(n.RequestedAlgorithms, ", "))
	return e
}

// helpToLogIn says what was tried and what the server takes.
func (a *Account) helpToLogIn(in *login) string {
	var have []string
	if len(a.signers) > 0 {
		have = append(have, fmt.Sprintf("the key %s", ssh.FingerprintSHA256(a.signers[0].PublicKey())))
	}
	if a.c.Password != "" {
		have = append(have, "a password")
	}
	help := fmt.Sprintf("%s refused %s for the user %s", a.c.Address, strings.Join(have, " and "), a.c.User)
	if len(in.asked) > 0 {
		return fmt.Sprintf("%s; it also asks %q, which no program can answer. Ask for a login by key.", help, in.asked)
	}
	takes := func(method string) bool { return slices.Contains(in.accepts, method) }
	switch {
	case len(in.accepts) == 0:
		return help + "."
	case len(a.signers) == 0 && !takes("password") && !takes("keyboard-interactive"):
		return fmt.Sprintf("%s: it accepts only %s. Make a key with ssh-keygen, set key_file, and give the supplier the .pub file.", help, strings.Join(in.accepts, ", "))
	case a.c.Password == "" && !takes("publickey"):
		return fmt.Sprintf("%s: it accepts only %s. Set password_file.", help, strings.Join(in.accepts, ", "))
	}
	return fmt.Sprintf("%s. Check the user name and %s with the supplier.", help, strings.Join(have, " and "))
}

// explainSubsystem is for a login that worked on a server that then gave no SFTP.
func (a *Account) explainSubsystem(ctx context.Context, err error) error {
	e := &transports.Error{Verdict: transports.Later, Op: "sftp", Scope: "server", Err: err}
	switch {
	case ctx.Err() != nil:
		e.Help = fmt.Sprintf("%s let us log in and then fell silent (%s).", a.c.Address, a.c.Timeout)
	case strings.Contains(err.Error(), "subsystem request failed"):
		e.Verdict, e.Scope = transports.Never, "account"
		e.Help = fmt.Sprintf("%s let %s log in but offers no SFTP to this user. Ask the supplier to switch it on.", a.c.Address, a.c.User)
	default:
		e.Help = fmt.Sprintf("%s let us log in and then broke off.", a.c.Address)
	}
	return e
}
