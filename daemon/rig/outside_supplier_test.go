package rig

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// manner is what a supplier does with a purchase order.
type manner struct {
	what string // one of the constants below
	wait time.Duration
}

const (
	ships    = "ships"
	parts    = "ships in two parcels"
	none     = "is out of stock"
	asks     = "asks something"
	acks     = "confirms, and ships later"
	away     = "is away, and ships later"
	twice    = "ships, and its mail comes twice"
	retold   = "ships, and tells it again in another mail"
	mute     = "answers only when asked"
	mixedUp  = "tells the tracking number of another order"
	astray   = "tells another supplier's order number"
	bounces  = "has no such mailbox any more"
	junk     = "ships, and its mail lands in Junk"
	sameName = "ships, and uses one Message-ID for two mails"
)

// vendor is a supplier of the outside. All that they know of an order is in what they were sent.
type vendor struct {
	slug, name, address, prefix string
	folder                      string // where their files lie: orders in in/, answers in out/
	settings, slow              string // of suppliers/SLUG.yaml; $SFTP is the account, $DIR the world's folder
	manner                      func(v *vendor, po string, n int) manner
	orders                      int               // purchase orders so far
	silent                      map[string]func() // by purchase order: what a question would bring to light
}

// task is a purchase order as it reached a vendor.
type task struct {
	po, order                   string
	messageID, replyTo, subject string
	key, text                   string
	lines                       []orderLine
}

// answer is something that a vendor has said. It must be read once, however often it comes.
type answer struct {
	po, what string
	file     bool
	came     int // how often the same bytes came
	mails    int // how many different mails bear its Message-ID
}

func vendors(how func(*vendor, string, int) manner) []*vendor {
	if how == nil {
		how = func(*vendor, string, int) manner { return manner{what: ships} }
	}
	files := "receive: {path: out, archive: archive, done: .done, poll: $POLL, sftp: {}}\n"
	return []*vendor{
		{slug: "prairie-supply", name: "Prairie Supply", address: "post@prairie-supply.example", prefix: "PS", manner: how},
		{slug: "harbor-goods", name: "Harbor Goods", address: "shipping@harbor-goods.example", prefix: "HG", slow: "send: {batch: \"* * * * *\"}\n", manner: how},
		{slug: "quarry-tools", name: "Quarry Tools", prefix: "QT", folder: "drop", settings: "send: {by: sftp, path: in, sftp: $SFTP}\n" + files,
			slow: "send: {by: sftp, path: in, sftp: $SFTP, batch: \"* * * * *\"}\n" + files, manner: how},
		{slug: "cedar-works", name: "Cedar Works", prefix: "CW", folder: "cedar", manner: how,
			settings: "send: {by: folder, path: $DIR/cedar/in}\nreceive: {path: $DIR/cedar/out, done: .done, poll: $POLL}\n"},
	}
}

// openMail reads a mail as a clerk does: the numbers are in the subject, or in the attached table.
func (o *outside) openMail(v *vendor, m *mail.Message, raw []byte) {
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	text := decoded(o.t, raw)
	o.mu.Lock()
	if err != nil {
		o.problem("%s cannot read a subject: %v", v.name, err)
	}
	// What is in the thread of an order is about it, and none.
	inThread := m.Header.Get("In-Reply-To") != ""
	cancels := strings.HasPrefix(subject, "Please cancel") || inThread && strings.Contains(strings.ToLower(text), "please cancel")
	asks := !cancels && (inThread || strings.HasPrefix(subject, "A question about"))
	where := subject
	if !poPattern.MatchString(subject) || strings.Contains(subject, "purchase orders") {
		where = subject + "\n" + text
	}
	var numbers []string
	for _, found := range poPattern.FindAllString(where, -1) {
		if !slices.Contains(numbers, found) {
			numbers = append(numbers, found)
		}
	}
	if len(numbers) == 0 {
		o.problem("%s finds no purchase order in %q", v.name, subject)
	}
	o.mu.Unlock()
	for _, po := range numbers {
		switch {
		case asks:
			o.questioned(v, po)
		case cancels:
			o.mu.Lock()
			o.asked[po]++
			o.mu.Unlock()
		default:
			t := &task{po: po, subject: subject, text: text, messageID: m.Header.Get("Message-ID"), replyTo: shopAddress, key: keyPattern.FindString(text)}
			if reply, err := m.Header.AddressList("Reply-To"); err == nil {
				t.replyTo = reply[0].Address
			}
			o.take(v, t)
		}
	}
}

// takeFiles reads the order files in "in" and takes them away, as a supplier's own program does.
func (o *outside) takeFiles(v *vendor) {
	names, _ := filepath.Glob(filepath.Join(o.dir, v.folder, "in", "*.csv"))
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it was withdrawn
		}
		o.mu.Lock()
		n := len(o.log)
		o.mu.Unlock()
		if os.Rename(name, filepath.Join(o.dir, v.folder, "taken", fmt.Sprintf("%d-%s", n, filepath.Base(name)))) != nil {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil || len(rows) < 2 {
			o.mu.Lock()
			o.problem("%s cannot read %s: %v", v.name, filepath.Base(name), err)
			o.mu.Unlock()
			continue
		}
		at, key := slices.Index(rows[0], "po_number"), slices.Index(rows[0], "waybill_key")
		var last string
		for _, row := range rows[1:] {
			if row[at] != last {
				last = row[at]
				o.take(v, &task{po: last, key: row[key]})
			}
		}
	}
}

// take counts a purchase order, and has the vendor do what is their manner; one that came twice is not worked on again.
func (o *outside) take(v *vendor, t *task) {
	o.mu.Lock()
	found := poPattern.FindStringSubmatch(t.po)
	if found == nil || o.sales[found[1]] == nil {
		o.problem("%s got %q, which nobody ordered", v.name, t.po)
		o.mu.Unlock()
		return
	}
	t.order = found[1]
	s := o.sales[t.order]
	for _, l := range s.lines {
		if strings.HasPrefix(l.sku, v.prefix) {
			t.lines = append(t.lines, l)
		}
	}
	s.got[t.po]++
	n := v.orders
	v.orders++
	o.note("%s has %s (%d)", v.name, t.po, s.got[t.po])
	pos, who := o.parts(s)
	if i := slices.Index(pos, t.po); i < 0 || who[i] != v {
		o.problem("%s got %s, which is not for them", v.name, t.po)
		o.mu.Unlock()
		return
	}
	switch {
	case s.refused:
		o.problem("%s got %s, of an order that was refused", v.name, t.po)
	case s.gated && !s.released:
		o.problem("%s got %s while a gate held its order", v.name, t.po)
	case s.got[t.po] > 1+o.resent[t.po]:
		o.problem("%s got %s %d times, and nobody asked for that", v.name, t.po, s.got[t.po])
	case s.got[t.po] > 1 && t.subject != "" && !strings.HasPrefix(t.subject, "Repeat"):
		o.problem("%s got %s again, and the mail does not say that it is a repeat", v.name, t.po)
	}
	m := v.manner(v, t.po, n)
	first := s.got[t.po] == 1
	if s.got[t.po] == 2 && m.what == bounces { // now it has arrived
		first, m.what = true, ships
	}
	o.mu.Unlock()
	if first {
		o.later(m.wait, func() { o.behave(v, t, m.what) })
	}
}

// questioned is a question of the shop about a purchase order.
func (o *outside) questioned(v *vendor, po string) {
	o.mu.Lock()
	o.asked[po]++
	o.note("%s is asked about %s", v.name, po)
	speak := v.silent[po]
	delete(v.silent, po)
	o.mu.Unlock()
	if speak != nil {
		o.later(time.Hour, speak)
	}
}

// behave answers in one of the manners. Those who leave files ship.
func (o *outside) behave(v *vendor, t *task, what string) {
	if v.folder != "" {
		o.shipByFile(v, t, what)
		return
	}
	ship := func(w string) func() { return func() { o.behave(v, t, w) } }
	l := letter{subject: "Re: " + t.subject, header: "In-Reply-To: " + t.messageID + "\nReferences: " + t.messageID + "\n"}
	switch what {
	case none:
		l.body = "Hello,\n\nunfortunately " + t.lines[0].sku + " is out of stock and will not be available again. We cannot ship this order.\n\nRegards\n"
	case asks:
		l.body = "Hello,\n\nwhich color would the customer like, red or green? Please let us know so that we can pack it.\n\nThanks\n" + v.name + "\n"
		o.later(26*time.Hour, ship(ships))
	case sameName:
		o.write(v, t, letter{subject: "Order " + t.po, body: "Hello,\n\nthank you, we have received your order " + t.po + " and will ship it soon.\n"}, what, "INBOX")
		o.later(3*time.Hour, func() { o.shipByMail(v, t, what) })
		return
	case acks:
		l.body = "Hello,\n\nthank you, we have received your order " + t.po + " and will ship it soon.\n\nRegards\n" + v.name + "\n"
		o.later(20*time.Hour, ship(ships))
	case away:
		l.subject, l.header = "Out of office: "+t.subject, l.header+"Auto-Submitted: auto-replied\n"
		l.body = "I am out of the office until Monday and have no access to my mail.\n"
		o.later(50*time.Hour, ship(ships))
	case bounces:
		o.bounce(v, t)
		return
	case mute:
		o.mu.Lock()
		if v.silent == nil {
			v.silent = map[string]func(){}
		}
		v.silent[t.po] = ship(ships)
		o.mu.Unlock()
		return
	case mixedUp, astray:
		o.misspeak(v, t, what)
		return
	default:
		o.shipByMail(v, t, what)
		return
	}
	o.write(v, t, l, what, "INBOX")
}

// shipByMail tells one parcel in the vendor's own way: in the thread, or in a mail of its own with the number.
func (o *outside) shipByMail(v *vendor, t *task, what string) {
	number := o.shipped(t, t.lines)
	l := letter{subject: "Your order " + t.po + " has shipped", body: "Dear customer,\n\nyour order " + t.po + " has shipped.\nUPS tracking number: " + number + "\n"}
	if v.prefix == "PS" {
		l = letter{subject: "Re: " + t.subject, header: "In-Reply-To: " + t.messageID + "\nReferences: " + t.messageID + "\n",
			body: "Hello,\n\nthis went out today with UPS, tracking number " + number + ".\n\nBest regards\nPrairie Supply\n\nOn Tuesday, Lantern Lane wrote:\n" + quoted(t.text) + "\n"}
	}
	folder := "INBOX"
	if what == junk {
		folder = "Junk"
	}
	raw := o.write(v, t, l, what, folder)
	switch what {
	case twice: // the provider delivers it once more
		o.later(time.Minute, func() { o.again(raw) })
	case retold:
		o.later(5*time.Hour, func() { o.write(v, t, l, what, "INBOX") })
	}
}

// write sends a letter to the shop, and gives its bytes.
func (o *outside) write(v *vendor, t *task, l letter, what, folder string) string {
	o.mu.Lock()
	_, domain, _ := strings.Cut(v.address, "@")
	id := fmt.Sprintf("%016x@%s", o.chance("id "+t.po).Uint64(), domain)
	if what == sameName { // a program that numbers its mails by the order
		id = t.po + "@" + domain
	}
	raw := fmt.Sprintf("Return-Path: <%[1]s>\nDate: %[2]s\nFrom: %[3]s <%[1]s>\nTo: <%[4]s>\nSubject: %[5]s\nMessage-ID: <%[6]s>\nMIME-Version: 1.0\n%[7]sContent-Type: text/plain; charset=utf-8\n\n%[8]s",
		v.address, o.now().Format(time.RFC1123Z), v.name, t.replyTo, mime.QEncoding.Encode("utf-8", l.subject), id, l.header, l.body)
	if o.answers[id] == nil {
		o.answers[id] = &answer{po: t.po, what: what}
	}
	o.answers[id].came++
	o.answers[id].mails++
	o.note("%s about %s: %s", v.name, t.po, what)
	o.mu.Unlock()
	o.deliver(folder, raw)
	return raw
}

// again delivers the same bytes once more.
func (o *outside) again(raw string) {
	_, rest, _ := strings.Cut(raw, "Message-ID: <")
	id, _, _ := strings.Cut(rest, ">")
	o.mu.Lock()
	o.answers[id].came++
	o.note("a mail about %s comes again", o.answers[id].po)
	o.mu.Unlock()
	o.deliver("INBOX", raw)
}

// misspeak ships, and writes another order's tracking number, or another supplier's purchase order, into the mail by mistake. What is true stays with
// the supplier: nobody may hear anything of this mail without a person.
func (o *outside) misspeak(v *vendor, t *task, what string) {
	o.mu.Lock()
	number, po := "", t.po
	for _, heard := range o.told {
		for tracking := range heard.tracking { // one that waybill knows: nobody could tell of another
			if o.tracked[tracking] != t.po && (number == "" || tracking < number) {
				number = tracking
			}
		}
	}
	if what == astray {
		for other, s := range o.sales {
			pos, who := o.parts(s)
			for i := range pos {
				if who[i] != v && other != t.order && s.got[pos[i]] > 0 && (po == t.po || pos[i] < po) {
					po = pos[i]
				}
			}
		}
		number = upsNumber(o.chance("tracking " + t.po).Uint64N(1e15))
	}
	o.mu.Unlock()
	if number == "" || what == astray && po == t.po {
		o.shipByMail(v, t, ships)
		return
	}
	o.write(v, t, letter{subject: "Your order " + po + " has shipped", body: "Dear customer,\n\nyour order " + po + " has shipped.\nUPS tracking number: " + number + "\n"}, what, "INBOX")
	o.later(30*time.Hour, func() { o.shipByMail(v, t, ships) })
}

// bounce is the provider's report that a mail did not arrive after all (RFC 3464).
func (o *outside) bounce(v *vendor, t *task) {
	o.mu.Lock()
	r := o.chance("id " + t.po)
	id, boundary := fmt.Sprintf("%016x@mail.shop.example", r.Uint64()), fmt.Sprintf("b%016x", r.Uint64())
	o.answers[id] = &answer{po: t.po, what: bounces, came: 1, mails: 1}
	o.note("the mail with %s comes back", t.po)
	text := fmt.Sprintf("Return-Path: <>\nDate: %[1]s\nFrom: Mail Delivery System <MAILER-DAEMON@mail.shop.example>\nTo: <%[2]s>\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <%[3]s>\n"+
		"Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"%[4]s\"\n\n--%[4]s\nContent-Type: text/plain\n\n"+
		"Your message could not be delivered.\n<%[5]s>: 550 5.1.1 User unknown\n\n--%[4]s\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.shop.example\n\n"+
		"Final-Recipient: rfc822; %[5]s\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--%[4]s\nContent-Type: text/rfc822-headers\n\n"+
		"From: <%[6]s>\nTo: <%[5]s>\nSubject: %[7]s\nMessage-ID: %[8]s\n\n--%[4]s--\n",
		o.now().Format(time.RFC1123Z), shopAddress, id, boundary, v.address, shopAddress, t.subject, t.messageID)
	o.mu.Unlock()
	o.deliver("INBOX", text)
}

// shipByFile leaves a table of what was shipped.
func (o *outside) shipByFile(v *vendor, t *task, what string) {
	var b strings.Builder
	b.WriteString("PO Number,SKU,Qty,Carrier,Tracking Number\n")
	for i, l := range t.lines {
		rest := []orderLine{l}
		if what == parts && i == 0 && l.quantity > 1 {
			rest = []orderLine{{l.sku, 1}, {l.sku, l.quantity - 1}}
		}
		for _, part := range rest {
			fmt.Fprintf(&b, "%s,%s,%d,UPS,%s\n", t.po, part.sku, part.quantity, o.shipped(t, []orderLine{part}))
		}
	}
	name := fmt.Sprintf("shipped-%s.csv", t.po)
	o.mu.Lock()
	o.answers[name] = &answer{po: t.po, what: what, file: true, came: 1, mails: 1}
	o.note("%s leaves a file about %s", v.name, t.po)
	o.mu.Unlock()
	o.leaveFile(filepath.Join(o.dir, v.folder, "out"), name, b.String())
}

// shipped is the truth: these lines left under that number.
func (o *outside) shipped(t *task, lines []orderLine) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	number := upsNumber(o.chance("tracking " + t.po).Uint64N(1e15))
	truth := o.sales[t.order].truth
	truth.tracking[number] = "ups"
	o.tracked[number] = t.po
	for _, l := range lines {
		truth.pieces[l.sku] += l.quantity
	}
	return number
}
