package rig

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
)

// wanted is what has to become of a pair's second mail.
type wanted int

const (
	wantRepeat wanted = iota // it says nothing of its own, and has the first one's Message-ID or bytes
	wantRead                 // it says something of its own
	wantEither               // it says nothing of its own, but nothing proves that it is the same mail
)

// likeness is what two mails have in common and in what they differ.
type likeness struct {
	name    string
	want    wanted
	flagged bool // a person has to be told
	rare    bool // takes long
	make    func(*pair)
}

// pairMail is one mail as it is kept.
type pairMail struct {
	source, key string
	raw         []byte
	size        int64
	tells       []string // tracking numbers that it alone says
}

// pair is two mails; base is the one that both are made from.
type pair struct {
	r             *rand.Rand
	n             int
	what          likeness
	base          pairLetter
	one, two      string // tracking numbers of its own
	first, second pairMail
}

// pairLetter is a mail before it is written.
type pairLetter struct {
	before  string // fields above all others
	from    string
	subject string
	id      string // the whole field, "" for none
	fields  string
	text    string
	quoted  string // of an earlier mail
	footer  string // of a list
	html    string
	files   []letterFile
	coding  string // Content-Transfer-Encoding of the text
}

type letterFile struct{ name, kind, data string }

func newPair(r *rand.Rand, seed uint64, n int) *pair {
	p := &pair{r: r, n: n, one: upsNumber(seed%1000*1_000_000 + uint64(n)*10 + 1), two: upsNumber(seed%1000*1_000_000 + uint64(n)*10 + 5)} //nolint:gosec // small
	number := pairOrder(n)
	texts := []string{
		"Order " + number + "-A: 2 x PS100 have shipped with UPS. Tracking number " + p.one + "\n",
		"Hello,\n\n2 x PS100 of your order " + number + "-A left today with UPS, tracking number " + p.one + ".\n\nKind regards\nJo\n",
		"Guten Tag,\n\nzu Ihrer Bestellung " + number + "-A wurden 2 x PS100 mit UPS versandt. Sendungsnummer: " + p.one + "\n\nMit freundlichen Grüßen\nJo Müller\n",
	}
	p.base = pairLetter{from: "Prairie Supply <post@prairie.example>", subject: "Your order " + number + "-A", id: fmt.Sprintf("Message-ID: <%d.%d@prairie.example>", n, r.IntN(1<<30)),
		text: texts[r.IntN(len(texts))], coding: []string{"8bit", "quoted-printable", "base64"}[r.IntN(3)]}
	p.first.source, p.second.source = "inbox:orders/INBOX", "inbox:orders/INBOX"
	return p
}

// write makes both mails.
func (p *pair) write(a, b pairLetter, tells ...string) {
	p.first.raw, p.second.raw, p.second.tells = a.write(), b.write(), tells
	p.first.size, p.second.size = int64(len(p.first.raw)), int64(len(p.second.raw))
}

func (l pairLetter) write() []byte {
	var b strings.Builder
	b.WriteString(l.before)
	fmt.Fprintf(&b, "From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: %s\r\n", l.from, l.subject)
	if l.id != "" {
		b.WriteString(l.id + "\r\n")
	}
	b.WriteString(l.fields + "MIME-Version: 1.0\r\n")
	text := l.text
	if l.quoted != "" {
		text += "\nOn Mon, Aug 25, 2025 at 9:00 AM Lantern Lane <orders@lantern-lane.example> wrote:\n" + l.quoted
	}
	body := coded("text/plain; charset=utf-8", l.coding, text+l.footer)
	if l.html != "" {
		body = "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\n" + body + "\r\n--alt\r\n" + coded("text/html; charset=utf-8", l.coding, l.html) + "\r\n--alt--\r\n"
	}
	if len(l.files) > 0 {
		body = "Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\n" + body
		for _, f := range l.files {
			body += "\r\n--mix\r\nContent-Disposition: attachment; filename=\"" + f.name + "\"\r\n" + coded(f.kind, "base64", f.data)
		}
		body += "\r\n--mix--\r\n"
	}
	return []byte(b.String() + body)
}

// coded is a part with its head.
func coded(kind, coding, text string) string {
	head := "Content-Type: " + kind + "\r\nContent-Transfer-Encoding: " + coding + "\r\n\r\n"
	text = strings.ReplaceAll(text, "\n", "\r\n")
	switch coding {
	case "base64":
		return head + base64.StdEncoding.EncodeToString([]byte(text))
	case "quoted-printable":
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return head + b.String()
	}
	return head + text
}

// changed gives the base with something else in it.
func (p *pair) changed(change func(*pairLetter)) pairLetter {
	l := p.base
	change(&l)
	return l
}

// other gives the base with the other tracking number.
func (p *pair) other() pairLetter {
	return p.changed(func(l *pairLetter) { l.text = strings.ReplaceAll(l.text, p.one, p.two) })
}

const (
	received = "Received: from mx.prairie.example by mx2.lantern-lane.example; Tue, 26 Aug 2025 17:12:00 +0000\r\nDelivered-To: orders@lantern-lane.example\r\n"
	passed   = "Authentication-Results: mx.lantern-lane.example; spf=pass smtp.mailfrom=post@prairie.example; dmarc=pass header.from=prairie.example\r\n"
	failed   = "Authentication-Results: mx.lantern-lane.example; dkim=fail header.d=prairie.example; dmarc=fail header.from=prairie.example\r\n"
	quote    = "> Please ship order 11111-A.\n> 2 x PS100\n"
)

// likenesses are all that two mails may have in common. The first three are common and quick.
var likenesses = []likeness{
	{"the same bytes", wantRepeat, false, false, func(p *pair) { p.write(p.base, p.base) }},
	{"another head", wantRepeat, false, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) { l.before, l.fields = received, "X-Spam-Status: No, score=-1.2\r\n" }))
	}},
	{"another text", wantRead, true, false, func(p *pair) { p.write(p.base, p.other(), p.two) }},
	{"two accounts", wantRepeat, false, false, func(p *pair) {
		p.second.source = "inbox:second/INBOX"
		p.write(p.base, p.changed(func(l *pairLetter) { l.before = received }))
	}},
	{"two accounts, another text", wantRead, true, false, func(p *pair) {
		p.second.source = "inbox:second/INBOX"
		p.write(p.base, p.other(), p.two)
	}},
	{"another coding", wantRepeat, false, false, func(p *pair) {
		p.base.coding = "8bit"
		p.write(p.base, p.changed(func(l *pairLetter) { l.coding = []string{"quoted-printable", "base64"}[p.r.IntN(2)] }))
	}},
	{"another quotation", wantRepeat, false, false, func(p *pair) {
		p.base.quoted = quote
		p.write(p.base, p.changed(func(l *pairLetter) { l.quoted = strings.Repeat(quote, 1+p.r.IntN(3)) + "> > WB-0000000000\n" }))
	}},
	{"a list", wantRepeat, false, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) {
			l.subject, l.fields = "[orders] "+l.subject, "List-Id: <orders.lantern-lane.example>\r\nPrecedence: list\r\n"
			l.footer = "\n_______________________________________________\nOrders mailing list\nhttps://lists.lantern-lane.example/orders\n"
		}))
	}},
	{"a signature's footer", wantRepeat, false, false, func(p *pair) {
		p.base.text += "-- \nJo Müller\nPrairie Supply\n"
		p.write(p.base, p.changed(func(l *pairLetter) { l.footer = "Visit us at the fair!\n" }))
	}},
	{"a page added", wantEither, false, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) { l.html = "<p>" + strings.ReplaceAll(l.text, "\n", "<br>\n") + "</p>" }))
	}},
	{"another order", wantRead, true, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) {
			l.text = strings.ReplaceAll(l.text, pairOrder(p.n), pairOrder((p.n+1)%pairsAtOnce))
		}))
	}},
	{"one digit", wantRead, true, false, func(p *pair) {
		near := upsNumber(uint64(p.n)*10 + 900_000_001) //nolint:gosec // small
		p.base.text = strings.ReplaceAll(p.base.text, p.one, near)
		digits := []byte(near)
		digits[17] = '0' + (digits[17]-'0'+1)%10
		p.write(p.base, p.changed(func(l *pairLetter) { l.text = strings.ReplaceAll(l.text, near, string(digits)) }))
	}},
	{"another subject", wantRead, true, false, func(p *pair) {
		p.base.text = "Shipped today, see above. Kind regards, Jo\n"
		p.base.subject = "Order " + pairOrder(p.n) + "-A has shipped, UPS " + p.one
		p.write(p.base, p.changed(func(l *pairLetter) { l.subject = strings.ReplaceAll(l.subject, p.one, p.two) }), p.two)
	}},
	{"another table", wantRead, true, false, func(p *pair) {
		p.base.text = "See the file.\n"
		p.base.files = []letterFile{{"shipped.csv", "text/csv", "Order;SKU;Quantity;Carrier;Tracking number\n" + pairOrder(p.n) + "-A;PS100;2;UPS;" + p.one + "\n"}}
		p.write(p.base, p.changed(func(l *pairLetter) {
			l.files = []letterFile{{"shipped.csv", "text/csv", strings.ReplaceAll(p.base.files[0].data, p.one, p.two)}}
		}), p.two)
	}},
	{"another file", wantRead, true, false, func(p *pair) {
		file := letterFile{[]string{"slip.docx", "slip.jpg", "slip.doc", "slip.zip", "slip.pdf"}[p.r.IntN(5)], "application/octet-stream", fmt.Sprint("\x00\x01\x02 page ", p.r.IntN(1<<30))}
		p.base.files = []letterFile{file}
		file.data += "."
		p.write(p.base, p.changed(func(l *pairLetter) { l.files = []letterFile{file} }))
	}},
	{"another forwarded mail", wantRead, true, false, func(p *pair) {
		p.base.text = "FYI\n\n----- Forwarded Message -----\nFrom: UPS <n@ups.example>\nSubject: Shipped\n\nOrder " + pairOrder(p.n) + "-A: 2 x PS100 have shipped with UPS. Tracking number " + p.one + "\n"
		p.write(p.base, p.other(), p.two)
	}},
	{"another attached mail", wantRead, true, false, func(p *pair) {
		inner := "From: UPS <n@ups.example>\nSubject: Shipped\nMessage-ID: <inner@ups.example>\n\nOrder " + pairOrder(p.n) + "-A: 2 x PS100 have shipped with UPS. Tracking number " + p.one + "\n"
		p.base.text = "FYI\n"
		p.base.files = []letterFile{{"shipped.eml", "message/rfc822", inner}}
		p.write(p.base, p.changed(func(l *pairLetter) {
			l.files = []letterFile{{"shipped.eml", "message/rfc822", strings.ReplaceAll(inner, p.one, p.two)}}
		}), p.two)
	}},
	{"another link", wantRead, true, false, func(p *pair) {
		p.base.text = "Your order " + pairOrder(p.n) + "-A has shipped.\n"
		page := func(number string) string {
			return "<p>Your order " + pairOrder(p.n) + "-A has shipped.</p><p><a href=\"https://www.ups.com/track?tracknum=" + number + "\">Track</a></p>"
		}
		p.base.html = page(p.one)
		p.write(p.base, p.changed(func(l *pairLetter) { l.html = page(p.two) }), p.two)
	}},
	{"a stranger was first", wantRead, true, false, func(p *pair) {
		p.write(p.changed(func(l *pairLetter) { l.from, l.before = "Prairie Supply <post@prairie-supply.example>", received }), p.base, p.one)
	}},
	{"a stranger was first, with another text", wantRead, true, false, func(p *pair) {
		forged := p.other()
		forged.from = "\"Prairie Supply\" <post@elsewhere.example>"
		p.write(forged, p.base, p.one)
	}},
	{"another supplier was first", wantRead, true, false, func(p *pair) {
		p.write(p.changed(func(l *pairLetter) { l.from = "Harbor <post@harbor.example>" }), p.base, p.one)
	}},
	{"a forged one was first", wantRead, true, false, func(p *pair) {
		p.write(p.changed(func(l *pairLetter) { l.before = failed }), p.changed(func(l *pairLetter) { l.before = passed }), p.one)
	}},
	{"one without proof was first", wantRead, true, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) { l.before = passed }), p.one)
	}},
	{"without proof again", wantRepeat, false, false, func(p *pair) {
		p.write(p.changed(func(l *pairLetter) { l.before = passed }), p.base)
	}},
	{"no Message-ID", wantEither, false, false, func(p *pair) {
		p.base.id = ""
		p.write(p.base, p.changed(func(l *pairLetter) { l.before = received }))
	}},
	{"no Message-ID, another text", wantRead, false, false, func(p *pair) {
		p.base.id = ""
		p.write(p.base, p.other(), p.two)
	}},
	{"empty Message-IDs", wantRead, false, false, func(p *pair) {
		p.base.id = []string{"Message-ID:", "Message-ID: <>", "Message-ID: < >", "Message-ID: <@>", "Message-ID: \"\""}[p.r.IntN(5)]
		p.write(p.base, p.other(), p.two)
	}},
	{"two Message-IDs", wantRead, false, false, func(p *pair) {
		second := p.other()
		ids := []string{second.id, fmt.Sprintf("Message-ID: <other.%d@prairie.example>", p.n)}
		at := p.r.IntN(2)
		second.id = ids[at] + "\r\n" + ids[1-at]
		p.write(p.base, second, p.two)
	}},
	{"a Message-ID written otherwise", wantEither, false, false, func(p *pair) {
		p.write(p.base, p.changed(func(l *pairLetter) { l.id = otherwise(p.r, l.id) }))
	}},
	{"a Message-ID written otherwise, another text", wantRead, false, false, func(p *pair) {
		second := p.other()
		second.id = otherwise(p.r, second.id)
		p.write(p.base, second, p.two)
	}},
	{"our Message-ID", wantRead, false, false, func(p *pair) { // a program that answers with the Message-ID of what it answers
		p.write(p.changed(func(l *pairLetter) {
			l.from, l.text = "Lantern Lane <orders@lantern-lane.example>", "Please ship order "+pairOrder(p.n)+"-A.\n2 x PS100\n"
		}), p.base, p.one)
	}},
	{"one program's Message-ID for all", wantRead, false, false, func(p *pair) {
		p.base.id = "Message-ID: <mail@localhost>"
		p.write(p.base, p.other(), p.two)
	}},
	{"a huge text", wantRead, false, true, func(p *pair) {
		p.base.coding = "8bit"
		long := p.base.text + strings.Repeat("All is well here, and we hope the same of you.\n", 10_000)
		p.base.text = long + "This is the first.\n"
		p.write(p.base, p.changed(func(l *pairLetter) { l.text = long + "This is the second.\n" }))
	}},
	{"too large", wantRead, false, true, func(p *pair) { p.first.size, p.second.size = 26<<20, 26<<20 }},
}

// otherwise writes a Message-ID field another way: folded, with a comment, in other letters, with spaces.
func otherwise(r *rand.Rand, id string) string {
	name, value, _ := strings.Cut(id, " ")
	switch r.IntN(5) {
	case 0:
		return name + "\r\n " + value
	case 1:
		return strings.ToUpper(name) + " (sent today) " + value
	case 2:
		return name + " " + strings.ToUpper(value)
	case 3:
		return name + "  " + strings.ReplaceAll(strings.ReplaceAll(value, "<", "< "), ">", " >")
	}
	return strings.ToLower(name) + strings.Trim(value, "<>")
}
