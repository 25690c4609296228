//go:build linux

package transporttest

import (
	"crypto/tls"
	"net"
	"net/smtp"
	"os"
	"strings"
	"testing"
)

const supplier = "sales@prairie.example"

// door is a way into a Postfix.
type door struct {
	addr          string
	implicit, tls bool
	login         bool
}

// enter connects, and fails the test if that does not go.
func (p *Postfix) enter(t *testing.T, d door) *smtp.Client {
	t.Helper()
	config := &tls.Config{RootCAs: p.CA.Pool, ServerName: "mail.shop.example"}
	var conn net.Conn
	var err error
	if d.implicit {
		conn, err = tls.Dial("tcp", d.addr, config)
	} else {
		conn, err = net.Dial("tcp", d.addr)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(conn, "mail.shop.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if d.tls {
		if err := c.StartTLS(config); err != nil {
			t.Fatal(err)
		}
	}
	if d.login {
		if err := c.Auth(smtp.PlainAuth("", inbox, Password, "mail.shop.example")); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// mail sends a short message.
func mail(c *smtp.Client, to string) error {
	if err := c.Mail(inbox); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte("From: orders@shop.example\r\nSubject: PO\r\nMessage-ID: <x@shop.example>\r\n\r\nbody\r\n")); err != nil {
		return err
	}
	return w.Close()
}

func TestPostfix(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t, WithMailboxes(supplier))
	p := StartPostfix(t, d, WithRefusedRecipients("gone@prairie.example"))
	mx, submission, submissions := door{addr: p.MX}, door{addr: p.Submission, tls: true, login: true}, door{addr: p.Submissions, implicit: true, login: true}

	arrived := 0
	for _, c := range []struct {
		name string
		door door
		to   string
		code string // of the refusal; "" when the mail must arrive
	}{
		{"mail exchanger", mx, supplier, ""},
		{"plus address", mx, "sales+AB12@prairie.example", ""},
		{"submission", submission, supplier, ""},
		{"submission with TLS at once", submissions, supplier, ""},
		{"mail exchanger with STARTTLS", door{addr: p.MX, tls: true}, supplier, ""},
		{"refused recipient", submissions, "gone@prairie.example", "550"},
		{"the outside world", submissions, "a@elsewhere.example", "554"},
		{"the outside world, from outside", mx, "a@elsewhere.example", "554"},
		{"submission without login", door{addr: p.Submissions, implicit: true}, supplier, "554"},
		{"submission without TLS", door{addr: p.Submission}, supplier, "530"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := mail(p.enter(t, c.door), c.to)
			if c.code != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.code) {
					t.Fatalf("wanted a refusal with %s: %v", c.code, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			arrived++
			got := d.Await(supplier, "INBOX", arrived)
			if !strings.Contains(string(got[arrived-1].Raw), "Message-ID: <x@shop.example>\r\n") {
				t.Errorf("%s", got[arrived-1].Raw)
			}
		})
	}
	if ok, _ := p.enter(t, submission).Extension("PIPELINING"); !ok {
		t.Error("no pipelining is offered")
	}
	wrong := p.enter(t, door{addr: p.Submissions, implicit: true})
	if err := wrong.Auth(smtp.PlainAuth("", inbox, "wrong", "mail.shop.example")); err == nil || !strings.HasPrefix(err.Error(), "535") {
		t.Errorf("wrong password: %v", err)
	}
}

func TestPostfixBounces(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t, WithMailboxes(supplier))
	p := StartPostfix(t, d)
	if err := mail(p.enter(t, door{addr: p.MX}), "unknown@prairie.example"); err != nil {
		t.Fatal(err)
	}
	raw := string(d.Await(inbox, "INBOX", 1)[0].Raw)
	for _, want := range []string{"multipart/report", "unknown@prairie.example", "Status: 5.1.1", "Message-ID: <x@shop.example>"} {
		if !strings.Contains(raw, want) {
			t.Errorf("the bounce does not say %q:\n%s", want, raw)
		}
	}
}

func TestPostfixStopStartKill(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t, WithMailboxes(supplier))
	p := StartPostfix(t, d)
	send := func() {
		t.Helper()
		if err := mail(p.enter(t, door{addr: p.MX}), supplier); err != nil {
			t.Fatal(err)
		}
	}
	// Mail waits in the queue while nobody takes it, over every kind of end.
	d.Stop()
	send()
	for _, end := range []struct {
		name string
		do   func()
	}{{"stop", p.Stop}, {"kill", p.Kill}} {
		pids := p.PIDs()
		if len(pids) < 4 {
			t.Fatalf("only processes %v", pids)
		}
		end.do()
		if left := alive(pids); len(left) > 0 {
			t.Errorf("%s: processes %v are left", end.name, left)
		}
		if _, err := net.Dial("tcp", p.MX); err == nil {
			t.Errorf("%s: somebody still listens", end.name)
		}
		p.Start()
		send()
	}
	d.Start()
	p.Flush()
	d.Await(supplier, "INBOX", 3)
	log, err := os.ReadFile(p.Log)
	if err != nil || !strings.Contains(string(log), "status=sent") || !strings.Contains(string(log), "status=deferred") {
		t.Errorf("the log does not tell of it: %v\n%s", err, log)
	}
}

func TestSMTPSink(t *testing.T) {
	t.Parallel()
	s := StartSMTPSink(t)
	for range 2 {
		if err := smtp.SendMail(s.Addr, nil, inbox, []string{supplier}, []byte("Subject: x\r\n\r\ny\r\n")); err != nil {
			t.Fatal(err)
		}
		s.Kill()
		s.Start()
	}
}
