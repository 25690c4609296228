package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"

	"waybill/transports"
)

// refusal is a command and the answer that it did not want.
type refusal struct {
	command command
	reply   *reply
}

// judge gives the verdict on what was refused. The first step that failed is the cause and the later ones its consequence, except
// that all refused recipients are named; one refusal for good makes the whole message Never, because it would be refused again.
func judge(refused []refusal) *transports.Error {
	first := refused[0]
	e := &transports.Error{Verdict: verdictOf(first.reply), Op: first.command.op, Err: first.reply}
	if first.command.op == "rcpt" {
		var all []error
		for _, r := range refused {
			if r.command.op != "rcpt" {
				break
			}
			all = append(all, fmt.Errorf("%s: %w", r.command.who, r.reply))
			if verdictOf(r.reply) == transports.Never {
				e.Verdict = transports.Never
			}
		}
		e.Err = errors.Join(all...)
		if len(all) == 1 {
			e.Err = all[0]
		}
	}
	switch code := first.reply.code; {
	case code == 421, code < 400:
		e.Scope = "server"
	case code == 530, code == 538:
		e.Scope, e.Help = "account", "The mail server wants a login. Set user name and password, and tls."
	case e.Verdict != transports.Never:
	case e.Op == "rcpt":
		e.Help = "The mail server does not take mail for this address. Check the address with the recipient; nobody got the message."
	case e.Op == "mail" && code == 552, e.Op == "body", e.Op == "dot" && code == 552:
		e.Help = "The message is too large for the mail server, or the mailbox is full."
	case e.Op == "mail":
		e.Help = "The mail server does not let this account send from that address. Use an address that belongs to the account."
	case e.Op == "dot":
		e.Help = "The mail server refused the message's content; its answer says why."
	}
	return e
}

func verdictOf(r *reply) transports.Verdict {
	if r.code >= 500 {
		return transports.Never
	}
	return transports.Later // 4xx; what is no refusal at all leaves the dialogue broken, before the dot
}

// lost is a connection that broke, stalled or spoke something else, before the dot: nothing was delivered.
func lost(op string, err error) *transports.Error {
	return &transports.Error{Verdict: transports.Later, Op: op, Scope: "server", Err: err}
}

// explainDial says why there is no connection.
func (s *Sender) explainDial(err error) error {
	e := lost("dial", err)
	_, port, _ := net.SplitHostPort(s.config.Address)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		e.Help = fmt.Sprintf("The name %s could not be looked up. Check its spelling in the configuration.", s.host)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Help = fmt.Sprintf("%s is there, but nothing answers on port %s. Mail is usually handed in on 587 (starttls) or 465 (tls).", s.host, port)
	case timedOut(err), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		e.Help = fmt.Sprintf("No answer from %s on port %s. Many hosting companies block the mail ports 25, 465 and 587 of new servers: "+
			"try %s, or ask the company to open it.", s.host, port, otherPorts(port))
	}
	return e
}

// otherPorts names where else a provider may listen.
func otherPorts(port string) string {
	var others []string
	for _, p := range []string{"587 (starttls)", "465 (tls)", "2525 (starttls) if your provider has it"} {
		if !strings.HasPrefix(p, port+" ") {
			others = append(others, p)
		}
	}
	return strings.Join(others, ", ")
}

// explainLogin says what went wrong between the connection and the first message. These errors concern the account, not a message.
func (s *Sender) explainLogin(op string, err error) error {
	if given := (*transports.Error)(nil); errors.As(err, &given) {
		return given
	}
	e := lost(op, err)
	var answer *textproto.Error
	if errors.As(err, &answer) {
		r := &reply{answer.Code, printable(answer.Msg)}
		e.Verdict = verdictOf(r)
		// What stands behind the server's answer are our words about a token that it refused.
		_, said, _ := strings.Cut(err.Error(), answer.Error())
		if e.Err = r; said != "" {
			e.Err = fmt.Errorf("%w%s", r, said)
		}
		if e.Verdict == transports.Never {
			e.Scope = "account"
		}
	}
	switch {
	case op == "tls":
		s.explainTLS(e)
	case e.Verdict == transports.Never && op == "auth" && strings.Contains(e.Err.Error(), "5.7.139"):
		// learn.microsoft.com, "Enable or disable SMTP AUTH in Exchange Online"
		e.Help = "Microsoft has switched SMTP AUTH off for this mailbox or your whole organisation. Switch it on: Microsoft 365 admin center, Users, the mailbox, Mail, Manage email apps, Authenticated SMTP; security defaults must be off."
	case e.Verdict == transports.Never && op == "auth" && s.config.Tokens != nil:
		e.Help = "The mail server refuses the login, also with a new token: it is another address's, lacks the permission to send, or sending by SMTP is switched off for this mailbox. Check that, then run `waybill login` for this mailbox."
	case e.Verdict == transports.Never && op == "auth":
		e.Help = "The mail server does not accept user name and password. Check both; many providers want an app password, or that SMTP is switched on for the mailbox."
	case e.Verdict == transports.Never && op == "greeting":
		e.Help = "The mail server does not want to speak with this machine. Its answer says why; often the machine's address is on a block list."
	case op == "greeting" && timedOut(err):
		e.Help = "The server takes the connection but says nothing. If its port is 465, set tls: tls."
	}
	return e
}

// explainTLS tells a wrong certificate, which must be mended, from a broken handshake, which may pass.
func (s *Sender) explainTLS(e *transports.Error) {
	var (
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		other     *tls.CertificateVerificationError
		record    tls.RecordHeaderError
	)
	switch err := e.Err; {
	case errors.As(err, &name):
		e.Help = fmt.Sprintf("The certificate is for another name (%s) than %s. Use the name that the provider gives, or set server_name.",
			strings.Join(name.Certificate.DNSNames, ", "), s.config.ServerName)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Help = "The server's certificate is expired or not yet valid. Tell its operator, and check this machine's clock."
	case errors.As(err, &authority):
		e.Help = "The server's certificate is not from an authority that this machine trusts. For a server of your own, set its CA file."
	case errors.As(err, &other):
		e.Help = "The server's certificate cannot be trusted, so nothing was sent."
	case errors.As(err, &record):
		e.Help = "The server does not speak TLS on this port. On port 587 set tls: starttls."
	case errors.Is(err, errNoSTARTTLS):
		e.Help = "The server does not offer STARTTLS, or somebody in between removes the offer; nothing was sent. Try port 465 with tls: tls."
	case errors.Is(err, errSlippedIn):
		e.Help = "Somebody between this machine and the server adds to what the server says; nothing was sent. Try another network, or port 465 with tls: tls."
	case e.Verdict == transports.Never:
		e.Help = "The server refuses to encrypt the connection, so nothing was sent."
	default:
		return
	}
	e.Verdict, e.Scope = transports.Never, "account"
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}
