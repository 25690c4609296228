package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail/smtp"

	"waybill/transports"
	"waybill/transports/oauth"
)

// session is a connection that has logged in.
type session struct {
	conn     *conn
	client   *gomail.Client  // has done the login, and knows the state of TLS
	text     *textproto.Conn // its buffered reader and writer, over TLS where there is TLS
	timeouts Timeouts
	clock    transports.Clock

	// What the server offered after login.
	pipelining, eightBit, utf8 bool
	size                       int64 // the largest message in bytes; 0: no limit told, -1: no SIZE at all
	mechanism                  string

	messages int  // begun on this connection
	broken   bool // must not be used again
	diedKept bool // broke before DATA, and had carried a message before
}

var (
	errNoSTARTTLS = errors.New("the server does not offer STARTTLS")
	errSlippedIn  = errors.New("the server's answer to STARTTLS has more than one line of its own")
	errNotHere    = errors.New("without encryption mail goes only to this machine")
)

// open dials and logs in. A token that the server refuses may have been taken back before its time: it is renewed once.
func (s *Sender) open(ctx context.Context) (*session, error) {
	if s.config.Tokens == nil {
		return s.openWith(ctx, "")
	}
	token, err := s.config.Tokens.Token(ctx)
	if err != nil {
		return nil, secretError(err)
	}
	n, err := s.openWith(ctx, token)
	var e *transports.Error
	if err == nil || !errors.As(err, &e) || e.Op != "auth" || e.Verdict != transports.Never || replyOf(err) == nil {
		return n, err
	}
	fresh, renewal := s.config.Tokens.Renew(ctx, token)
	switch {
	case errors.Is(renewal, oauth.ErrFresh):
		return nil, err
	case renewal != nil:
		return nil, secretError(renewal)
	}
	return s.openWith(ctx, fresh)
}

// openWith dials and logs in, with a token where the account has one.
func (s *Sender) openWith(ctx context.Context, token string) (*session, error) {
	dialled, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	n := &session{conn: &conn{Conn: dialled}, timeouts: s.config.Timeouts, clock: s.config.Clock}
	w := newWatch(ctx, n.conn, 0)
	defer w.end()
	if op, err := n.login(ctx, w, s, token); err != nil {
		n.conn.Close()
		if ctx.Err() != nil {
			err = cancelled(context.Cause(ctx))
		}
		return nil, s.explainLogin(op, err)
	}
	return n, nil
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, s.config.Timeouts.Dial)
	defer cancel()
	c, err := s.config.Dialer.DialContext(limited, "tcp", s.config.Address)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, cancelled(context.Cause(ctx))
	case err != nil:
		return nil, s.explainDial(err)
	}
	// A name like localhost is believed in New; here is what it led to.
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok && s.config.TLS == Plain && !s.config.Insecure && !a.IP.IsLoopback() {
		c.Close()
		return nil, &transports.Error{Verdict: transports.Never, Op: "dial", Scope: "account", Err: fmt.Errorf("%w, and %s is at %s", errNotHere, s.host, a.IP),
			Help: "Set tls to starttls or tls."}
	}
	return c, nil
}

// login goes from the bare connection to the point where mail may be sent; op is the step that failed.
func (n *session) login(ctx context.Context, w *watch, s *Sender, token string) (op string, err error) {
	var c net.Conn = n.conn
	if s.config.TLS == ImplicitTLS {
		w.step(s.config.Timeouts.Dial)
		t := tls.Client(c, s.tls)
		if err := t.HandshakeContext(ctx); err != nil {
			return "tls", err
		}
		c = t
	}
	w.step(s.config.Timeouts.Greeting)
	if n.client, err = gomail.NewClient(c, s.host); err != nil {
		return "greeting", err
	}
	w.step(s.config.Timeouts.Command)
	if err := n.client.Hello(n.helloName(s.config.Hello)); err != nil {
		return "hello", err
	}
	if s.config.TLS == STARTTLS {
		if ok, _ := n.client.Extension("STARTTLS"); !ok {
			return "tls", errNoSTARTTLS
		}
		w.step(s.config.Timeouts.Command)
		before := n.client.Text
		if err := n.client.StartTLS(s.tls); err != nil { // begins with a new buffer, and asks EHLO again
			return "tls", err
		}
		if before.R.Buffered() > 0 {
			return "tls", errSlippedIn
		}
	}
	if s.config.Username != "" {
		w.step(s.config.Timeouts.Command)
		if n.mechanism, err = s.authenticate(ctx, n.client, token); err != nil {
			return "auth", err
		}
	}
	n.learn()
	n.pipelining = n.pipelining && !s.config.Lockstep
	return "", nil
}

// helloName is the configured name, or where we are as an address literal.
func (n *session) helloName(name string) string {
	if name != "" {
		return name
	}
	a, ok := n.conn.LocalAddr().(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost"
	case a.IP.To4() != nil:
		return "[" + a.IP.String() + "]"
	}
	return "[IPv6:" + a.IP.String() + "]"
}

// learn reads the offers of the last EHLO, which under TLS is the one that nobody could change on the way.
func (n *session) learn() {
	n.text = n.client.Text
	n.pipelining, _ = n.client.Extension("PIPELINING")
	n.eightBit, _ = n.client.Extension("8BITMIME")
	n.utf8, _ = n.client.Extension("SMTPUTF8")
	n.size = -1
	if ok, value := n.client.Extension("SIZE"); ok {
		n.size, _ = strconv.ParseInt(strings.TrimSpace(value), 10, 64) // unreadable is 0, no limit told
		n.size = max(n.size, 0)
	}
}

// quit says goodbye, and does not wait long for the answer.
func (n *session) quit() {
	_ = n.conn.SetDeadline(time.Now().Add(2 * time.Second))
	n.conn.budget.Store(maxAnswers)
	n.write([]command{{line: "QUIT"}})
	if n.text.W.Flush() == nil {
		_, _ = readReply(n.text.R)
	}
}
