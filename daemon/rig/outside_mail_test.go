package rig

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"waybill/daemon/demo"
)

// serve runs a server of the outside until it is closed.
func (o *outside) serve(run func() error) {
	o.serving.Go(func() { _ = run() }) // the error only says that it was closed
}

// serveMail is the provider's submission. What it has taken it has delivered.
func (o *outside) serveMail(l net.Listener) error {
	o.address.smtp = l.Addr().String()
	o.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		if o.broken("smtp.greet", c.Conn()) != "" {
			return nil, &smtp.SMTPError{Code: 421, Message: "not now"}
		}
		return &submission{outside: o, conn: c.Conn()}, nil
	}))
	o.smtp.Domain, o.smtp.AllowInsecureAuth, o.smtp.MaxMessageBytes = "mail.shop.example", true, 25<<20
	o.smtp.ReadTimeout, o.smtp.WriteTimeout = 10*time.Minute, 10*time.Minute
	o.smtp.ErrorLog = silent{}
	o.serve(func() error { return o.smtp.Serve(l) })
	return nil
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// broken asks what goes wrong at a step and does what concerns the connection: "cut" ends it, "stall" is silence for longer than anybody waits.
func (o *outside) broken(at string, c net.Conn) string {
	kind := o.fault(at)
	switch kind {
	case "cut", "lose":
		_ = c.Close()
	case "stall":
		time.Sleep(20 * time.Minute)
		_ = c.Close()
	}
	if kind != "" {
		o.say("fault at %s: %s", at, kind)
	}
	return kind
}

type submission struct {
	outside *outside
	conn    net.Conn
	known   bool
	to      []string
}

func (s *submission) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *submission) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, secret string) error {
		if username != shopAddress || secret != demo.Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

// refuse gives the answer that a fault calls for, or nil.
func refuse(kind string) error {
	switch kind {
	case "":
		return nil
	case "5xx":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "refused by policy"}
	}
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
}

func (s *submission) Mail(string, *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.to = nil
	return refuse(s.outside.broken("smtp.mail", s.conn))
}

func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return refuse(s.outside.broken("smtp.rcpt", s.conn))
}

// Data takes the message. "lose" is a server that dies before it has it, "cut" one that dies after.
func (s *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	at := s.outside.fault("smtp.end")
	if at == "" || at == "cut" || at == "stall" {
		for _, to := range s.to {
			s.outside.reached(to, raw)
		}
	}
	if at != "" {
		s.outside.say("fault after the dot: %s", at)
	} else if s.outside.think != nil {
		time.Sleep(s.outside.think())
	}
	switch at {
	case "cut", "lose":
		_ = s.conn.Close()
	case "stall":
		time.Sleep(20 * time.Minute)
		_ = s.conn.Close()
	}
	return refuse(at)
}

func (s *submission) Reset() { s.to = nil }

func (s *submission) Logout() error { return nil }

// reached is a mail that somebody has got.
func (o *outside) reached(to string, raw []byte) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	o.mu.Lock()
	if err != nil {
		o.problem("a mail to %s cannot be read: %v", to, err)
		o.mu.Unlock()
		return
	}
	id := strings.Trim(m.Header.Get("Message-ID"), "<>")
	o.mails[to+" "+id]++
	o.note("mail to %s: %s", to, m.Header.Get("Subject"))
	if m.Header.Get("Auto-Submitted") == "" {
		o.problem("a mail to %s does not say that a program wrote it", to)
	}
	o.mu.Unlock()
	_, domain, _ := strings.Cut(to, "@")
	for _, v := range o.vendors {
		if v.address != "" && strings.HasSuffix(v.address, "@"+domain) {
			o.openMail(v, m, raw)
		}
	}
}

// serveMailbox is the shop's mailbox.
func (o *outside) serveMailbox(l net.Listener) error {
	o.address.imap = l.Addr().String()
	o.box = imapmemserver.NewUser(shopAddress, demo.Password)
	for _, folder := range []string{"INBOX", "Junk"} {
		if err := o.box.Create(folder, nil); err != nil {
			return err
		}
	}
	memory := imapmemserver.New()
	memory.AddUser(o.box)
	o.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			if kind := o.fault("imap.greet"); kind != "" {
				return nil, nil, fmt.Errorf("not now: %s", kind)
			}
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}}, InsecureAuth: true, Logger: silent{},
	})
	o.serve(func() error { return o.imap.Serve(l) })
	return nil
}

// deliver puts a mail into the shop's mailbox.
func (o *outside) deliver(folder, raw string) {
	body := []byte(strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n"))
	if _, err := o.box.Append(folder, mailLiteral{bytes.NewReader(body), int64(len(body))}, &imap.AppendOptions{Time: o.now()}); err != nil {
		o.mu.Lock()
		o.problem("deliver: %v", err)
		o.mu.Unlock()
	}
}

type mailLiteral struct {
	io.Reader
	size int64
}

func (l mailLiteral) Size() int64 { return l.size }

// serveDrop is the SFTP server of a supplier who wants files.
func (o *outside) serveDrop(l net.Listener) (err error) {
	o.drop, err = demo.OpenDrop(l, filepath.Join(o.dir, "drop"), func(int) {})
	return err
}

// leaveFile leaves a file under its name when it is whole, and then the marker that says so.
func (o *outside) leaveFile(folder, name, text string) {
	path := filepath.Join(folder, name)
	err := os.WriteFile(path+".part", []byte(text), 0o640)
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	if err == nil {
		err = os.WriteFile(path+".done", nil, 0o640)
	}
	if err != nil {
		o.mu.Lock()
		o.problem("leave %s: %v", name, err)
		o.mu.Unlock()
	}
}
