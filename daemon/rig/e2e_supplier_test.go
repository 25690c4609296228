package rig

import (
	"bytes"
	"crypto/tls"
	"encoding/csv"
	"fmt"
	"mime"
	"net/mail"
	"net/smtp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/transports/transporttest"
)

// supplier is somebody with a mailbox or a folder who reads orders and answers in a way of their own. All they know of an order is in
// what they were sent.
type supplier struct {
	slug, name, address, prefix string
	mailbox                     bool   // the address exists
	files                       bool   // orders reach them as files in "in"
	settings                    string // of suppliers/SLUG.yaml; $SFTP is the account, $DIR the test's folder
	answer                      func(*realWorld, *supplier, []*job)

	read int            // mails read so far
	got  map[string]int // purchase orders: how often they came
	jobs []*job         // in order
}

// job is a purchase order as it reached a supplier.
type job struct {
	po, order, key              string
	messageID, replyTo, subject string
	raw                         []byte
	lines                       []orderLine
}

var (
	poPattern  = regexp.MustCompile(`\b((?:\d{2,3}-\d{5,7}-)?[A-Z]?\d{4,7})-([A-Z]{1,2})\b`)
	keyPattern = regexp.MustCompile(`WB-[0-9A-HJKMNP-TV-Z]{10}`)
)

// look gives what reached a supplier since the last look; what came twice counts, and is not worked on again.
func (w *realWorld) look(s *supplier) []*job {
	w.t.Helper()
	var found []*job
	switch {
	case s.files:
		found = w.takeFiles(s)
	case s.mailbox && w.dovecot.Count(s.address, "INBOX") > s.read:
		for _, m := range w.dovecot.Messages(s.address, "INBOX")[s.read:] {
			s.read++
			found = append(found, w.open(s, m.Raw)...)
		}
	}
	if s.got == nil {
		s.got = map[string]int{}
	}
	var fresh []*job
	for _, j := range found {
		if s.got[j.po]++; s.got[j.po] == 1 {
			fresh = append(fresh, j)
		}
	}
	s.jobs = append(s.jobs, fresh...)
	return fresh
}

// open reads an order mail as a clerk does: the numbers are in the subject, or in the attached table.
func (w *realWorld) open(s *supplier, raw []byte) []*job {
	w.t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		w.t.Fatalf("%s cannot read a mail: %v\n%s", s.name, err, raw)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		w.t.Fatalf("%s cannot read a subject: %v", s.name, err)
	}
	j := job{messageID: m.Header.Get("Message-ID"), replyTo: shopAddress, subject: subject, raw: raw, key: keyPattern.FindString(string(raw))}
	if reply, err := m.Header.AddressList("Reply-To"); err == nil {
		j.replyTo = reply[0].Address
	}
	text := subject
	if !poPattern.MatchString(subject) {
		text = decoded(w.t, raw)
	}
	var jobs []*job
	for _, po := range poPattern.FindAllStringSubmatch(text, -1) {
		if slices.ContainsFunc(jobs, func(k *job) bool { return k.po == po[0] }) {
			continue
		}
		one := j
		one.po, one.order = po[0], po[1]
		one.lines = w.linesFor(s, one.order)
		jobs = append(jobs, &one)
	}
	if len(jobs) == 0 {
		w.t.Errorf("%s finds no purchase order in %q", s.name, subject)
	}
	return jobs
}

// linesFor are the lines of an order that a supplier ships.
func (w *realWorld) linesFor(s *supplier, order string) (lines []orderLine) {
	for _, l := range w.lines[order] {
		if strings.HasPrefix(l.sku, s.prefix) {
			lines = append(lines, l)
		}
	}
	return lines
}

// takeFiles reads the order files in "in" and takes them away, as a supplier's own program does: a file that was uploaded twice is
// seen twice.
func (w *realWorld) takeFiles(s *supplier) (jobs []*job) {
	w.t.Helper()
	names, err := filepath.Glob(w.sshd.Path("in/*.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	for i, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			w.t.Fatal(err)
		}
		taken := w.sshd.Path(fmt.Sprintf("taken/%d-%d-%s", len(s.jobs), i, filepath.Base(name)))
		if err := os.Rename(name, taken); err != nil {
			w.t.Fatal(err)
		}
		jobs = append(jobs, w.openCSV(s, name, raw)...)
	}
	return jobs
}

func (w *realWorld) openCSV(s *supplier, name string, raw []byte) (jobs []*job) {
	w.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(rows) < 2 {
		w.t.Fatalf("%s cannot read %s: %v\n%s", s.name, name, err, raw)
	}
	cell := func(row []string, header string) string {
		i := slices.Index(rows[0], header)
		if i < 0 {
			w.t.Fatalf("%s has no column %s: %v", name, header, rows[0])
		}
		return row[i]
	}
	for _, row := range rows[1:] {
		po := cell(row, "po_number")
		if n := len(jobs); n > 0 && jobs[n-1].po == po {
			continue
		}
		found := poPattern.FindStringSubmatch(po)
		if found == nil {
			w.t.Fatalf("%s: %q is no purchase order", name, po)
		}
		jobs = append(jobs, &job{po: po, order: found[1], key: cell(row, "waybill_key"), raw: raw, lines: w.linesFor(s, found[1])})
	}
	return jobs
}

// letter is a mail to the shop.
type letter struct {
	from, to, subject string
	header            string // further fields, each with its line end
	body              string
}

// mail sends a letter through the MTA, as the supplier's own server does: no login, STARTTLS.
func (w *realWorld) mail(l letter) {
	w.t.Helper()
	if l.to == "" {
		l.to = shopAddress
	}
	if !strings.Contains(l.header, "Content-Type:") {
		l.header += "Content-Type: text/plain; charset=utf-8\n"
	}
	_, domain, _ := strings.Cut(l.from, "@")
	text := fmt.Sprintf("Date: %s\nFrom: <%s>\nTo: <%s>\nSubject: %s\nMessage-ID: <%016x@%s>\nMIME-Version: 1.0\n%s\n%s",
		time.Now().Format(time.RFC1123Z), l.from, l.to, mime.QEncoding.Encode("utf-8", l.subject), w.random.Uint64(), domain, l.header, l.body)
	if err := submit(w.postfix, l.from, l.to, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		w.t.Fatalf("mail from %s: %v", l.from, err)
	}
}

func submit(p *transporttest.Postfix, from, to, text string) error {
	c, err := smtp.Dial(p.MX)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{ServerName: transporttest.Host, RootCAs: p.CA.Pool}); err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := data.Write([]byte(text)); err != nil {
		return err
	}
	if err := data.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// drop leaves a file by the OpenSSH client, under another name until it is whole.
func (w *realWorld) drop(name, content string) {
	w.t.Helper()
	local := w.path("upload-" + name)
	writeFile(w.t, local, content)
	w.sshd.SFTP("put "+local+" out/"+name+".part", "rename out/"+name+".part out/"+name, "put "+w.empty()+" out/"+name+".done")
}

func (w *realWorld) empty() string {
	path := w.path("empty")
	writeFile(w.t, path, "")
	return path
}

func publicKey(s *transporttest.OpenSSH) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(s.HostKey)))
}

// quoted is the text of a mail with > before each line, as a mail program answers.
func quoted(text string) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n> ")
}
