package transporttest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Mail is one message as IMAP shows it: lines end with CRLF.
type Mail struct {
	UID   uint32
	Flags []string
	Raw   []byte
}

// Deliver puts a message into a mailbox by LMTP, as an MTA does. The address may carry a +detail. Line ends become CRLF.
func (d *Dovecot) Deliver(address string, raw []byte) {
	d.t.Helper()
	if err := deliver(d.LMTP, "postmaster@shop.example", address, raw); err != nil {
		d.t.Fatalf("deliver to %s: %v", address, err)
	}
}

// deliver speaks LMTP (RFC 2033): SMTP with another greeting, and one answer for each recipient after the dot.
func deliver(addr, from, to string, raw []byte) error {
	conn, err := net.DialTimeout("tcp4", addr, patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	c := textproto.NewConn(conn)
	if _, _, err := c.ReadResponse(220); err != nil {
		return err
	}
	for _, step := range []struct {
		say  string
		code int
	}{{"LHLO localhost", 250}, {"MAIL FROM:<" + from + ">", 250}, {"RCPT TO:<" + to + ">", 250}, {"DATA", 354}} {
		if err := c.PrintfLine("%s", step.say); err != nil {
			return err
		}
		if _, _, err := c.ReadResponse(step.code); err != nil {
			return fmt.Errorf("%s: %w", step.say, err)
		}
	}
	w := c.DotWriter()
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if _, _, err := c.ReadResponse(250); err != nil {
		return fmt.Errorf("after the dot: %w", err)
	}
	return c.PrintfLine("QUIT")
}

// Append puts a message into a folder by IMAP, as a mail program does with sent mail. A folder that does not exist is made.
func (d *Dovecot) Append(user, folder string, raw []byte, flags ...string) {
	d.t.Helper()
	c := d.login(user)
	defer c.close()
	if folder != "INBOX" {
		c.try("CREATE %s", quote(folder)) // "NO" when it is there already
	}
	text := crlf(raw)
	c.do("APPEND %s (%s) {%d+}\r\n%s", quote(folder), strings.Join(flags, " "), len(text), text)
}

// Messages reads a folder by IMAP without touching any flag; oldest first.
func (d *Dovecot) Messages(user, folder string) []Mail {
	d.t.Helper()
	c := d.login(user)
	defer c.close()
	c.do("EXAMINE %s", quote(folder))
	var mails []Mail
	for _, r := range c.do("UID FETCH 1:* (FLAGS BODY.PEEK[])") {
		if m, ok := r.mail(); ok {
			mails = append(mails, m)
		}
	}
	return mails
}

// Expunge removes messages from a folder for good.
func (d *Dovecot) Expunge(user, folder string, uids ...uint32) {
	d.t.Helper()
	c := d.login(user)
	defer c.close()
	c.do("SELECT %s", quote(folder))
	for _, uid := range uids {
		c.do("UID STORE %d +FLAGS.SILENT (\\Deleted)", uid)
	}
	c.do("EXPUNGE")
}

// Move puts messages into another folder, as a mail program does. A folder that does not exist is made.
func (d *Dovecot) Move(user, from, to string, uids ...uint32) {
	d.t.Helper()
	c := d.login(user)
	defer c.close()
	c.try("CREATE %s", quote(to)) // "NO" when it is there already
	c.do("SELECT %s", quote(from))
	for _, uid := range uids {
		c.do("UID MOVE %d %s", uid, quote(to))
	}
}

// Recreate deletes a folder and makes it anew, which changes its UIDVALIDITY (RFC 3501, section 2.3.1.1).
func (d *Dovecot) Recreate(user, folder string) {
	d.t.Helper()
	c := d.login(user)
	defer c.close()
	c.do("DELETE %s", quote(folder))
	c.do("CREATE %s", quote(folder))
}

// imapDialogue is as much of an IMAP client as the harness needs to look over a server's shoulder: it waits for each answer.
type imapDialogue struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
	n    int
}

// imapLine is one answer of the server: its text with each literal replaced by its number, and the literals.
type imapLine struct {
	text     string
	literals [][]byte
}

func (d *Dovecot) dial() (*imapDialogue, error) {
	conn, err := net.DialTimeout("tcp4", d.IMAP, patience)
	if err != nil {
		return nil, err
	}
	c := &imapDialogue{t: d.t, conn: conn, r: bufio.NewReader(conn)}
	if err = conn.SetDeadline(time.Now().Add(patience)); err == nil {
		_, err = c.line() // the greeting
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (d *Dovecot) login(user string) *imapDialogue {
	d.t.Helper()
	c, err := d.dial()
	if err != nil {
		d.t.Fatal(err)
	}
	c.do("LOGIN %s %s", quote(user), quote(d.users[user]))
	return c
}

// tryLogin tells whether the user's password is taken.
func (d *Dovecot) tryLogin(user string) error {
	c, err := d.dial()
	if err != nil {
		return err
	}
	defer c.close()
	_, status, err := c.try("LOGIN %s %s", quote(user), quote(d.users[user]))
	if err == nil && !strings.HasPrefix(status, "OK") {
		err = errors.New(status)
	}
	return err
}

func (c *imapDialogue) close() {
	c.try("LOGOUT")
	c.conn.Close()
}

// do sends a command and gives the untagged answers; anything but OK ends the test.
func (c *imapDialogue) do(format string, args ...any) []imapLine {
	c.t.Helper()
	lines, status, err := c.try(format, args...)
	if err != nil {
		c.t.Fatalf("IMAP: %v", err)
	}
	if !strings.HasPrefix(status, "OK") {
		c.t.Fatalf("IMAP: %.40q was answered with %q", fmt.Sprintf(format, args...), status)
	}
	return lines
}

// try sends a command and gives the untagged answers and the final one.
func (c *imapDialogue) try(format string, args ...any) (lines []imapLine, status string, err error) {
	c.n++
	tag := fmt.Sprintf("h%d ", c.n)
	if _, err := io.WriteString(c.conn, tag+fmt.Sprintf(format, args...)+"\r\n"); err != nil {
		return nil, "", err
	}
	for {
		l, err := c.line()
		if err != nil {
			return nil, "", err
		}
		if status, found := strings.CutPrefix(l.text, tag); found {
			return lines, status, nil
		}
		lines = append(lines, l)
	}
}

// line reads one answer, with its literals.
func (c *imapDialogue) line() (imapLine, error) {
	var l imapLine
	for {
		text, err := c.r.ReadString('\n')
		if err != nil {
			return l, err
		}
		text = strings.TrimRight(text, "\r\n")
		open := strings.LastIndexByte(text, '{')
		if open < 0 || !strings.HasSuffix(text, "}") {
			l.text += text
			return l, nil
		}
		size, err := strconv.Atoi(text[open+1 : len(text)-1])
		if err != nil {
			return l, fmt.Errorf("literal in %q: %w", text, err)
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(c.r, body); err != nil {
			return l, err
		}
		l.text += text[:open] + "{}"
		l.literals = append(l.literals, body)
	}
}

// mail reads a FETCH answer with UID, FLAGS and one literal.
func (l imapLine) mail() (Mail, bool) {
	uid := regexp.MustCompile(`\bUID (\d+)`).FindStringSubmatch(l.text)
	flags := regexp.MustCompile(`\bFLAGS \(([^)]*)\)`).FindStringSubmatch(l.text)
	if uid == nil || flags == nil || len(l.literals) != 1 {
		return Mail{}, false
	}
	n, err := strconv.ParseUint(uid[1], 10, 32)
	if err != nil {
		return Mail{}, false
	}
	return Mail{UID: uint32(n), Flags: strings.Fields(flags[1]), Raw: l.literals[0]}, true
}

// quote makes an IMAP quoted string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// crlf gives every line the end that mail protocols want.
func crlf(raw []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

func portOf(addr string) string {
	_, p, _ := net.SplitHostPort(addr) // our own addresses always have one
	return p
}
