package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
)

// supplier is an actor who reads orders and answers in their own way. Everything they know comes out of what they were sent.
type supplier struct {
	slug, name string
	domain     string
	prefix     string // of the SKUs they ship
	share      int    // of a hundred orders
	files      bool   // orders reach them as CSV over SFTP
	carrier    string // whose numbers they hand out: ups, dhl-germany, royal-mail
	answer     func(w *World, s *supplier, job *job)
	// gather is how many orders one answer is about, of all that came; 0 answers each by itself.
	gather int

	jobs  []*job // gathered so far, or forgotten
	seen  map[string]bool
	turns map[string]int // by order, from 1: the place of each among this supplier's
}

// job is a purchase order as a supplier sees it.
type job struct {
	number    string // "1001-A"
	order     string // "1001"
	key       string // "WB-…", as they could copy it
	messageID string
	subject   string
	replyTo   string
	from      string
	raw       []byte
	turn      int
	random    *rand.Rand  // what a supplier makes up for a job depends on the job alone, not on when it came
	doc       order.Order // the customer's order; a supplier knows ship-to and their own lines
	lines     []order.Line
}

var poNumber = regexp.MustCompile(`\b(\d{4,6})-([A-Z]{1,2})\b`)

var keyPattern = regexp.MustCompile(`WB-[0-9A-HJKMNP-TV-Z]{10}`)

// mailed takes a mail that waybill sent: one for a supplier is worked on, one for a customer or the shop is only counted.
func (w *World) mailed(from, to string, raw []byte) {
	_, domain, _ := strings.Cut(strings.ToLower(to), "@")
	if to == ownerAddress {
		w.byHand(raw)
		return
	}
	w.reached(len(raw))
	for _, s := range w.cast {
		if s.domain == domain && !s.files {
			w.work.Go(func() { w.open(s, from, raw) })
			return
		}
	}
}

// open reads an order mail as a clerk would: its number, and whom the parcel is for.
func (w *World) open(s *supplier, from string, raw []byte) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		w.problem("%s cannot read an order mail: %v", s.name, err)
		return
	}
	if m.Header.Get("In-Reply-To") != "" { // the shop asks
		w.asked(s)
		return
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		w.problem("%s cannot read a subject: %v", s.name, err)
		return
	}
	found := poNumber.FindStringSubmatch(subject)
	if found == nil {
		w.problem("%s finds no purchase order number in %q", s.name, subject)
		return
	}
	j := &job{number: found[0], order: found[1], messageID: m.Header.Get("Message-ID"), subject: subject, from: from, raw: raw, replyTo: shopAddress}
	if reply, err := m.Header.AddressList("Reply-To"); err == nil && len(reply) > 0 {
		j.replyTo = reply[0].Address
	}
	j.key = keyPattern.FindString(string(raw))
	w.take(s, j)
}

// take fills in the customer's part, and answers; a second mail with the same number is not worked on twice.
func (w *World) take(s *supplier, j *job) {
	w.mu.Lock()
	t, ok := w.truth[j.order]
	if ok {
		j.doc = t.doc
		for _, l := range t.doc.Lines {
			if strings.HasPrefix(l.SKU, s.prefix) {
				j.lines = append(j.lines, l)
			}
		}
	}
	j.turn = s.turns[j.order]
	j.random = rand.New(rand.NewPCG(w.seed, uint64(crc32.ChecksumIEEE([]byte(j.number)))))
	repeated := s.seen[j.number]
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[j.number] = true
	if s.gather > 0 && !repeated {
		s.jobs = append(s.jobs, j)
	}
	w.mu.Unlock()
	switch {
	case !ok:
		w.problem("%s got order %s, which nobody placed", s.name, j.order)
	case repeated:
		w.problem("%s got purchase order %s twice", s.name, j.number)
	case s.gather > 0: // answered by flush
	default:
		s.answer(w, s, j)
	}
}

// flush lets suppliers who gather answer what they have, in the order of its numbers.
func (w *World) flush() {
	for _, s := range w.cast {
		w.mu.Lock()
		var batch []*job
		if s.gather > 0 {
			batch, s.jobs = s.jobs, nil
		}
		w.mu.Unlock()
		slices.SortFunc(batch, func(a, b *job) int { return strings.Compare(a.number, b.number) })
		for some := range slices.Chunk(batch, max(s.gather, 1)) {
			w.answerTogether(s, some)
		}
	}
}

// watchDrop looks for files in the drops of suppliers who want CSV, as their own systems would, until ctx ends.
func (w *World) watchDrop(ctx context.Context) {
	read := map[string]bool{}
	for ctx.Err() == nil {
		for _, s := range w.cast {
			if !s.files {
				continue
			}
			names, err := filepath.Glob(filepath.Join(w.drop.Folder, s.slug, "in", "*.csv"))
			if err != nil {
				w.problem("look into the drop: %v", err)
				return
			}
			for _, name := range names {
				if !read[name] {
					read[name] = true
					w.openFile(s, name)
				}
			}
		}
		w.channel.wait(ctx, 50*time.Millisecond)
	}
}

func (w *World) openFile(s *supplier, name string) {
	raw, err := os.ReadFile(name)
	if err != nil {
		w.problem("%s cannot read %s: %v", s.name, name, err)
		return
	}
	rows := csv.NewReader(bytes.NewReader(raw))
	header, err := rows.Read()
	if err != nil {
		w.problem("%s cannot read %s: %v", s.name, name, err)
		return
	}
	number, key := slices.Index(header, "po_number"), slices.Index(header, "waybill_key")
	if number < 0 {
		w.problem("%s finds no po_number in %s", s.name, name)
		return
	}
	seen := map[string]bool{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			w.problem("%s cannot read %s: %v", s.name, name, err)
			return
		}
		found := poNumber.FindStringSubmatch(row[number])
		if found == nil || seen[found[0]] {
			continue
		}
		seen[found[0]] = true
		j := &job{number: found[0], order: found[1]}
		if key >= 0 {
			j.key = row[key]
		}
		w.take(s, j)
	}
}

// shipped is the truth: these pieces left for this order under this number.
func (w *World) shipped(j *job, tracking string, lines []order.Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.truth[j.order]
	t.tracking[tracking] = true
	for _, l := range lines {
		t.pieces[l.SKU] += l.Quantity
	}
}

func (w *World) happened(j *job, kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.truth[j.order].kinds = append(w.truth[j.order].kinds, kind)
}

// numbers draws digits.
func (j *job) numbers(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = '0' + byte(j.random.IntN(10))
	}
	return string(text)
}

// tracking draws a number with a valid check digit.
func (j *job) tracking(carrier string) string {
	switch carrier {
	case "ups":
		return ups(j.numbers(15))
	case "royal-mail":
		return s10("RB", j.numbers(8), "GB")
	case "dhl-germany":
		return mod10("0034043" + j.numbers(12))
	}
	return "PT" + j.numbers(11)
}

// ups makes a 1Z number: the check digit counts even places twice.
func ups(digits string) string {
	sum := 0
	for i, c := range digits {
		n := int(c - '0')
		if i%2 == 1 {
			n *= 2
		}
		sum += n
	}
	return "1Z" + digits + fmt.Sprint((10-sum%10)%10)
}

// s10 makes a postal item number (UPU standard S10).
func s10(service, digits, country string) string {
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += int(digits[i]-'0') * weight
	}
	check := 11 - sum%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return fmt.Sprintf("%s%s%d%s", service, digits, check, country)
}

// mod10 appends the check digit of GS1 numbers: weights 3 and 1 from the right.
func mod10(digits string) string {
	sum := 0
	for i := range digits {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			n *= 3
		}
		sum += n
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// letter is a mail that a supplier writes.
type letter struct {
	s                      *supplier
	to, subject            string
	inReplyTo, contentType string
	header                 string // further fields, each with its line end
	body                   string
	settles                bool // may be settled without a person
	keyless                bool // carries nothing that waybill planted
}

// send mails it, and counts it.
func (w *World) send(l letter) {
	var b strings.Builder
	fmt.Fprintf(&b, "Return-Path: <post@%s>\nDelivered-To: %s\nDate: %s\nFrom: %s <post@%s>\nTo: <%s>\nSubject: %s\nMessage-ID: <%s@%s>\n",
		l.s.domain, shopAddress, w.now().Format(time.RFC1123Z), l.s.name, l.s.domain, l.to, mime.QEncoding.Encode("utf-8", l.subject), w.hex(10), l.s.domain)
	if l.inReplyTo != "" {
		fmt.Fprintf(&b, "In-Reply-To: %s\nReferences: %s\n", l.inReplyTo, l.inReplyTo)
	}
	if l.contentType == "" {
		l.contentType = "text/plain; charset=utf-8"
	}
	fmt.Fprintf(&b, "MIME-Version: 1.0\nContent-Type: %s\n%s\n%s", l.contentType, l.header, l.body)
	w.mail.deliver(b.String())
	w.note(l.settles, l.keyless)
}

// leave puts a file into the supplier's out folder, under another name until it is whole.
func (w *World) leave(s *supplier, name, body string, keyless bool) {
	folder := filepath.Join(w.drop.Folder, s.slug, "out")
	part := filepath.Join(folder, name+".part")
	if err := os.WriteFile(part, []byte(body), 0o640); err != nil {
		w.problem("%s cannot leave a file: %v", s.name, err)
		return
	}
	if err := os.Rename(part, filepath.Join(folder, name)); err != nil {
		w.problem("%s cannot leave a file: %v", s.name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".done"), nil, 0o640); err != nil { // the marker that says that it is whole
		w.problem("%s cannot leave a file: %v", s.name, err)
		return
	}
	w.note(true, keyless)
}
