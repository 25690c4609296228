package imap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

const (
	scopeAccount = "account"
	scopeServer  = "server"
)

// dialError says in words why there is no connection.
func (a *Account) dialError(err error) error {
	e := &transports.Error{Verdict: transports.Later, Op: "dial", Scope: scopeServer, Err: fmt.Errorf("connect to %s: %w", a.cfg.Address, err)}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Help = fmt.Sprintf("There is no server called %s: check the IMAP address.", dns.Name)
	case errors.As(err, &dns):
		e.Help = fmt.Sprintf("The name %s could not be looked up: check this machine's name server.", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Help = fmt.Sprintf("The machine answers, but nothing listens on %s: check the port (993 for tls, 143 for starttls).", a.cfg.Address)
	case timeout(err) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH):
		e.Help = fmt.Sprintf("No answer from %s: the server is down, or a firewall or your hosting company blocks outgoing connections to that port.", a.cfg.Address)
	}
	return e
}

func timeout(err error) bool {
	var ne net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// tlsError says in words why the server could not prove who it is. It is never answered by trying without TLS.
func (a *Account) tlsError(err error) error {
	e := &transports.Error{Verdict: transports.Never, Op: "tls", Scope: scopeServer, Err: fmt.Errorf("secure the connection to %s: %w", a.cfg.Address, err)}
	var (
		host    x509.HostnameError
		issuer  x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		refused *imap.Error
	)
	switch {
	case errors.As(err, &host):
		e.Help = fmt.Sprintf("The server's certificate is not for %s (it is for %s): use the name it is for as address or as server_name.", a.cfg.ServerName, names(host.Certificate))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Help = "The server's certificate has expired, or this machine's clock is wrong: check the date, then ask the provider."
	case errors.As(err, &issuer):
		e.Help = "The server's certificate was issued by nobody this machine trusts: for your own server, name its CA file; otherwise somebody may stand between you and the server."
	case errors.As(err, &record):
		e.Help = "The server does not speak TLS on this port: port 993 goes with tls, port 143 with starttls."
	case errors.As(err, &refused):
		e.Help = "The server offers no STARTTLS: use tls with port 993. waybill never sends a password unprotected."
	default:
		e.Verdict = transports.Later
		if timeout(err) {
			e.Help = fmt.Sprintf("The server accepted the connection but no TLS came about: check that %s is the port for %s.", a.cfg.Address, a.cfg.Security)
		}
	}
	return e
}

func names(c *x509.Certificate) string {
	if c == nil || len(c.DNSNames) == 0 {
		return "no host name at all"
	}
	const few = 5
	if len(c.DNSNames) > few {
		return strings.Join(c.DNSNames[:few], ", ") + ", …"
	}
	return strings.Join(c.DNSNames, ", ")
}

// authError tells a wrong password from a server that can't check passwords now (RFC 5530 codes; many servers send none).
func (a *Account) authError(err error) error {
	e := &transports.Error{Verdict: transports.Never, Op: "auth", Scope: scopeAccount, Err: fmt.Errorf("log in as %s at %s: %w", a.cfg.Username, a.cfg.Address, err)}
	var refused *imap.Error
	if !errors.As(err, &refused) {
		e.Verdict, e.Scope = transports.Later, scopeServer
		return e
	}
	text := strings.ToLower(refused.Text)
	switch {
	case refused.Code == imap.ResponseCodeUnavailable, refused.Code == imap.ResponseCodeInUse, refused.Code == imap.ResponseCodeLimit,
		strings.Contains(text, "temporar"), strings.Contains(text, "try again"), strings.Contains(text, "too many"):
		e.Verdict, e.Scope = transports.Later, scopeServer
		e.Help = "The server can't log anybody in at the moment or sees too many connections; it will be tried again."
	case refused.Code == imap.ResponseCodePrivacyRequired:
		e.Help = "The server wants an encrypted connection: use tls or starttls."
	case strings.Contains(text, "authenticated but not connected"): // Exchange Online
		e.Help = fmt.Sprintf("Microsoft knows the login and does not open the mailbox %s with it: IMAP is switched off for it, it has no licence, or the login is another person's. Check, then run `waybill login` as the mailbox itself.", a.cfg.Username)
	case a.cfg.Tokens != nil:
		e.Help = fmt.Sprintf("The server refuses the login for %s, also with a new token: the login is another address's, lacks the permission for IMAP, or IMAP is switched off for this mailbox. Check that, then run `waybill login` for this mailbox.", a.cfg.Username)
	case strings.Contains(text, "application-specific") || strings.Contains(text, "app password") || a.host("gmail.com", "googlemail.com", "yahoo.com", "icloud.com", "me.com", "fastmail.com"):
		e.Help = "The provider wants an app password here, not the one used in the browser: make one in the account's security settings, or use `waybill login` where the provider has it."
	case a.host("office365.com", "outlook.com"):
		e.Help = "Microsoft takes no passwords over IMAP any more: run `waybill login` for this mailbox."
	case refused.Code == imap.ResponseCodeExpired:
		e.Help = "The password has expired: set a new one at the provider and write it into the password file."
	default:
		e.Help = "User name or password is wrong, or the provider has switched IMAP off for this mailbox: check both in its web mail."
	}
	return e
}

// host reports whether the server belongs to one of the domains.
func (a *Account) host(domains ...string) bool {
	host, _, _ := net.SplitHostPort(a.cfg.Address)
	host = "." + strings.ToLower(host)
	for _, d := range domains {
		if strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}

// commandError classifies the failure of a command on a connection that was established. All of these may pass.
func (s *session) commandError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e := &transports.Error{Verdict: transports.Later, Op: op, Scope: scopeServer, Err: err}
	var refused *imap.Error
	switch why := s.conn.why(); {
	case why != nil:
		e.Err = fmt.Errorf("%w (%s)", why, err.Error()) // its own kind must not decide any more
		if errors.Is(why, errFlood) {
			e.Help = "The server's answer made no sense; if it happens again, tell its operator."
		}
	case errors.As(err, &refused):
		e.Scope = ""
		e.Help = fmt.Sprintf("The server said: %s", refused.Text)
	default:
		e.Err = fmt.Errorf("the connection ended: %w", err)
	}
	return e
}

// fatal reports whether the connection is of no more use after err: everything but a refusal in the server's own words.
func fatal(err error) bool {
	var refused *imap.Error
	return err != nil && !errors.As(err, &refused)
}
