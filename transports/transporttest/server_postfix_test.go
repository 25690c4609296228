package transporttest

import (
	"crypto/tls"
	"net"
	"net/smtp"
	"strings"
	"testing"
)

func TestPostfix(t *testing.T) {
	d := StartDovecot(t, WithMailboxes("sales@prairie.example"))
	p := StartPostfix(t, d, WithRefusedRecipients("gone@prairie.example"))
	config := &tls.Config{RootCAs: p.CA.Pool, ServerName: "mail.shop.example"}
	send := func(c *smtp.Client, login bool, to string) error {
		t.Helper()
		defer c.Close()
		if login {
			if err := c.Auth(smtp.PlainAuth("", "orders@shop.example", Password, "mail.shop.example")); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Mail("orders@shop.example"); err != nil {
			return err
		}
		if err := c.Rcpt(to); err != nil {
			return err
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte("Subject: PO\r\nMessage-ID: <x@shop.example>\r\n\r\nbody\r\n")); err != nil {
			return err
		}
		return w.Close()
	}
	mx := func() *smtp.Client {
		c, err := smtp.Dial(p.MX)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	submission := func() *smtp.Client {
		conn, err := net.Dial("tcp", p.Submission)
		if err != nil {
			t.Fatal(err)
		}
		c, err := smtp.NewClient(conn, "mail.shop.example")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.StartTLS(config); err != nil {
			t.Fatal(err)
		}
		if ok, _ := c.Extension("PIPELINING"); !ok {
			t.Error("no pipelining")
		}
		return c
	}
	submissions := func() *smtp.Client {
		conn, err := tls.Dial("tcp", p.Submissions, config)
		if err != nil {
			t.Fatal(err)
		}
		c, err := smtp.NewClient(conn, "mail.shop.example")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := send(mx(), false, "sales+x@prairie.example"); err != nil {
		t.Fatal(err)
	}
	d.Await("sales@prairie.example", "INBOX", 1)
	if err := send(submission(), true, "sales@prairie.example"); err != nil {
		t.Fatal(err)
	}
	if err := send(submissions(), true, "sales@prairie.example"); err != nil {
		t.Fatal(err)
	}
	d.Await("sales@prairie.example", "INBOX", 3)
	if err := send(submissions(), false, "sales@prairie.example"); err == nil {
		t.Fatal("submission without login")
	}
	for _, to := range []string{"a@elsewhere.example", "gone@prairie.example"} {
		if err := send(submissions(), true, to); err == nil || !strings.HasPrefix(err.Error(), "5") {
			t.Fatal(to, err)
		}
	}
	if err := send(mx(), false, "unknown@prairie.example"); err != nil {
		t.Fatal(err)
	}
	bounce := d.Await("orders@shop.example", "INBOX", 1)
	if !strings.Contains(string(bounce[0].Raw), "multipart/report") {
		t.Fatalf("%s", bounce[0].Raw)
	}
	p.Stop()
	p.Start()
	p.Kill()
	p.Start()
	if err := send(mx(), false, "sales@prairie.example"); err != nil {
		t.Fatal(err)
	}
	d.Await("sales@prairie.example", "INBOX", 4)
	if pids := p.PIDs(); len(pids) < 2 {
		t.Fatal(pids)
	}
}

func TestSMTPSink(t *testing.T) {
	s := StartSMTPSink(t)
	if err := smtp.SendMail(s.Addr, nil, "a@shop.example", []string{"b@shop.example"}, []byte("Subject: x\r\n\r\ny\r\n")); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.Start()
}
