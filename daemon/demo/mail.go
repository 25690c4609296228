package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	shopAddress = "orders@lantern-lane.example"
	// Password is everybody's in the practice world.
	Password = "practice"
)

// mailServer is the shop's provider: submission by SMTP, the mailbox by IMAP. Mail for suppliers goes to the cast.
type mailServer struct {
	world *World
	smtp  *smtp.Server
	imap  *imapserver.Server
	user  *imapmemserver.User

	smtpAddress, imapAddress string
}

func startMail(w *World) (*mailServer, error) {
	m := &mailServer{world: w, user: imapmemserver.NewUser(shopAddress, Password)}
	for _, folder := range []string{"INBOX", "Junk"} {
		if err := m.user.Create(folder, nil); err != nil {
			return nil, err
		}
	}
	memory := imapmemserver.New()
	memory.AddUser(m.user)
	m.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		InsecureAuth: true,
	})
	il, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	sl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		_ = il.Close()
		return nil, err
	}
	m.imapAddress, m.smtpAddress = il.Addr().String(), sl.Addr().String()
	m.smtp = smtp.NewServer(m)
	m.smtp.Domain, m.smtp.AllowInsecureAuth, m.smtp.MaxMessageBytes = "mail.lantern-lane.example", true, 25<<20
	m.smtp.ReadTimeout, m.smtp.WriteTimeout = time.Minute, time.Minute
	go func() { _ = m.imap.Serve(il) }()
	go func() {
		if err := m.smtp.Serve(sl); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			w.problem("the practice SMTP server ended: %v", err)
		}
	}()
	return m, nil
}

func (m *mailServer) close() {
	_ = m.smtp.Close()
	_ = m.imap.Close()
}

// deliver puts a mail into the shop's mailbox, as if it had come from outside.
func (m *mailServer) deliver(raw string) {
	body := []byte(strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n"))
	if _, err := m.user.Append("INBOX", literal{bytes.NewReader(body), int64(len(body))}, &imap.AppendOptions{Time: m.world.now()}); err != nil {
		m.world.problem("deliver an answer: %v", err)
	}
}

type literal struct {
	io.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

// NewSession implements smtp.Backend.
func (m *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: m}, nil }

type session struct {
	server *mailServer
	known  bool
	from   string
	to     []string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, secret string) error {
		if username != shopAddress || secret != Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.from, s.to = from, nil
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !strings.HasSuffix(to, ".example") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 2}, Message: fmt.Sprintf("the practice world has no %s", to)}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		s.server.world.mailed(s.from, to, raw)
	}
	return nil
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }
