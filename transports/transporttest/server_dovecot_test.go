//go:build linux

package transporttest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	inbox = "orders@shop.example"
	hello = "Subject: one\n\nhello\n.dot\n"
)

func TestDovecotMail(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t, WithMailboxes("sales@prairie.example"), WithFolders("Parts/Late"))
	d.Deliver("orders+AB12@shop.example", []byte(hello))
	got := d.Await(inbox, "INBOX", 1)
	if len(got) != 1 || !strings.HasSuffix(string(got[0].Raw), "Subject: one\r\n\r\nhello\r\n.dot\r\n") || got[0].UID != 1 {
		t.Fatalf("delivered, and found %+v", got)
	}
	if slices.Contains(got[0].Flags, `\Seen`) || slices.Contains(d.Messages(inbox, "INBOX")[0].Flags, `\Seen`) {
		t.Error("looking at a message marked it as seen")
	}
	for _, folder := range []string{"Junk", "Parts/Late", "New"} {
		d.Append(inbox, folder, []byte(hello), `\Seen`, `$Label`)
		got := d.Messages(inbox, folder)
		if len(got) != 1 || !slices.Contains(got[0].Flags, `\Seen`) || d.Count(inbox, folder) != 1 {
			t.Errorf("appended to %s, and found %+v", folder, got)
		}
	}
	if got := d.Messages("sales@prairie.example", "INBOX"); len(got) != 0 {
		t.Errorf("a mailbox nobody wrote to has %+v", got)
	}
	d.Expunge(inbox, "INBOX", 1)
	d.Deliver(inbox, []byte(hello))
	if got := d.Messages(inbox, "INBOX"); len(got) != 1 || got[0].UID != 2 {
		t.Errorf("after an expunge: %+v", got)
	}
	if err := deliver(d.LMTP, "a@shop.example", "nobody@shop.example", []byte(hello)); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("mail to a mailbox that does not exist: %v", err)
	}
}

func TestDovecotAnnounces(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t, WithMailboxes("sales@prairie.example"))
	c := d.login(inbox)
	defer c.close()
	var list []string
	for _, l := range c.do(`LIST "" "*"`) {
		list = append(list, l.text)
	}
	all := strings.Join(list, "\n")
	for _, want := range []string{`\Junk) "/" Junk`, `\Sent) "/" Sent`, `\Archive) "/" Archive`, `"/" INBOX`} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not in the list of folders:\n%s", want, all)
		}
	}
	validity := func() string {
		for _, l := range c.do("STATUS Archive (UIDVALIDITY)") {
			return l.text
		}
		return ""
	}
	before := validity()
	d.Recreate(inbox, "Archive")
	if after := validity(); before == after || after == "" {
		t.Errorf("a folder made anew keeps its UIDVALIDITY: %s", after)
	}
	c.do("SELECT INBOX")
	fmt.Fprint(c.conn, "i IDLE\r\n")
	if l, err := c.line(); err != nil || !strings.HasPrefix(l.text, "+") {
		t.Fatal(l.text, err)
	}
	d.Deliver(inbox, []byte(hello))
	if l, err := c.line(); err != nil || l.text != "* 1 EXISTS" {
		t.Errorf("IDLE says %q, %v", l.text, err)
	}
	fmt.Fprint(c.conn, "DONE\r\n")
}

func TestDovecotLogins(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t)
	good := &tls.Config{RootCAs: d.CA.Pool, ServerName: "mail.shop.example"}
	imaps := func(config *tls.Config) (net.Conn, error) { return tls.Dial("tcp", d.IMAPS, config) }
	if _, err := imaps(&tls.Config{ServerName: "mail.shop.example"}); err == nil {
		t.Error("a client that does not know the authority trusts the server")
	}
	login := func(conn net.Conn, password string) string {
		t.Helper()
		defer conn.Close()
		r := bufio.NewReader(conn)
		fmt.Fprintf(conn, "a LOGIN %s %s\r\n", inbox, password)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if answer, found := strings.CutPrefix(line, "a "); found {
				return answer
			}
		}
	}
	for _, c := range []struct{ password, want string }{{Password, "OK"}, {"wrong", "NO [AUTHENTICATIONFAILED]"}, {"wrong", "NO [AUTHENTICATIONFAILED]"}, {Password, "OK"}} {
		conn, err := imaps(good)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if got := login(conn, c.password); !strings.HasPrefix(got, c.want) {
			t.Errorf("password %q: %s", c.password, got)
		}
		if time.Since(start) > 2*time.Second {
			t.Errorf("password %q: the answer took %s", c.password, time.Since(start))
		}
	}
	plain, err := net.Dial("tcp", d.IMAP)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	r := bufio.NewReader(plain)
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, "STARTTLS") {
		t.Errorf("greeting %q, %v", line, err)
	}
	fmt.Fprint(plain, "a STARTTLS\r\n")
	if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "a OK") {
		t.Fatalf("STARTTLS: %q, %v", line, err)
	}
	d.SetPassword(inbox, "another-2")
	if got := login(tls.Client(plain, good), "another-2"); !strings.HasPrefix(got, "OK") {
		t.Errorf("after the password was changed: %s", got)
	}
}

func TestDovecotCertificates(t *testing.T) {
	t.Parallel()
	ca := NewAuthority(t)
	for _, c := range []struct {
		name string
		cert Certificate
		want any
	}{
		{"expired", ca.Issue(t, time.Now().Add(-time.Hour), "mail.shop.example"), new(x509.CertificateInvalidError)},
		{"another host", ca.Issue(t, time.Now().Add(time.Hour), "other.example"), new(x509.HostnameError)},
	} {
		d := StartDovecot(t, WithAuthority(ca), WithDovecotCertificate(c.cert))
		_, err := tls.Dial("tcp", d.IMAPS, &tls.Config{RootCAs: ca.Pool, ServerName: "mail.shop.example"})
		if !errors.As(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	d := StartDovecot(t, WithoutTLS())
	conn, err := net.Dial("tcp", d.IMAP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || strings.Contains(line, "STARTTLS") || d.IMAPS != "" {
		t.Errorf("without TLS: greeting %q, %v", line, err)
	}
}

func TestDovecotStopStartKill(t *testing.T) {
	t.Parallel()
	d := StartDovecot(t)
	d.Deliver(inbox, []byte(hello))
	for _, end := range []struct {
		name string
		do   func()
	}{{"stop", d.Stop}, {"kill", d.Kill}} {
		c := d.login(inbox)
		pids := d.PIDs()
		if len(pids) < 3 {
			t.Fatalf("only processes %v", pids)
		}
		end.do()
		if _, err := c.line(); err == nil {
			t.Errorf("%s: an open connection goes on", end.name)
		}
		c.conn.Close()
		if left := alive(pids); len(left) > 0 || len(d.PIDs()) > 0 {
			t.Errorf("%s: processes %v are left", end.name, left)
		}
		if _, err := net.Dial("tcp", d.IMAP); err == nil {
			t.Errorf("%s: somebody still listens", end.name)
		}
		d.Start()
		if got := d.Messages(inbox, "INBOX"); len(got) != 1 {
			t.Errorf("after %s and start: %+v", end.name, got)
		}
	}
}
