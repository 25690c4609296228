// Package mail opens mails: the structure (MIME), the envelope, the text of each part with what is new told from what
// is quoted, and what robots say (bounces, receipts). It reads no prose: what the words mean is said by package prose.
//
// The reader is an own one: it is linear in the size of the mail whatever the structure, never fails for damage, and
// takes about a thirtieth of the time of a general library; Scan holds the limits. A mail that it finds damaged is opened by
// enmime as well, which has met more broken mail programs, and the fuller of the two readings counts (repair.go).
package mail

import (
	"bytes"
	"strings"

	"waybill/parsers"
)

// Role says what a leaf is to its mail.
type Role string

const (
	Body       Role = "body"       // text to be read
	Attachment Role = "attachment" // a document of its own
	Returned   Role = "returned"   // the original mail, in a bounce or a receipt
	Machine    Role = "machine"    // the part of a report that programs read
	Ignored    Role = "ignored"    // signatures, images, calendar entries: nothing that is read
)

// Leaf is a part without children.
type Leaf struct {
	Number string // IMAP part number
	Type   string // media type in lower case
	Name   string // file name, "" when it has none
	Role   Role
	// Alternative names the multipart/alternative around it (its part number, or "top"): of its leaves one is read.
	Alternative string
	Size        int           // of Data
	Data        []byte        // transfer decoding undone, charset not
	Text        *parsers.Text // for text bodies: decoded, extracted, marked
	JSONLD      [][]byte      // scripts of type application/ld+json in an HTML body
	Items       []Item        // microdata of an HTML body, outermost items
	Hurt        bool          // tags of an HTML body had to be mended: what it says is less sure
	Message     int           // index into Mail.Messages: the mail that it belongs to
}

// Message is the head of a mail: the first is the mail itself, the others were attached to it.
type Message struct {
	Part     string // the message/rfc822 part, "" for the mail itself
	Envelope *parsers.Envelope
	Forward  bool // the subject calls it a forwarded mail
	Reply    bool
	Returned bool // it came back in a bounce or a receipt
	Ours     bool // it is attached and the shop wrote it (Profile.Own)
}

// Mail is an opened mail.
type Mail struct {
	Messages []Message
	Leaves   []Leaf
	// Kind is Bounce or AutoReply when the mail's form says so, else "": then its words may still say it.
	Kind     parsers.Kind
	Report   *parsers.Report // for a bounce or a receipt
	Problems []parsers.Problem
}

// Open reads a raw mail. The error is a *LimitError: nothing else fails, and what could not be read is in Problems.
func Open(raw []byte, p parsers.Profile) (*Mail, error) {
	if err := scanLines(raw); err != nil {
		return nil, err
	}
	raw = lineEnds(raw)
	w := &walker{raw: raw}
	root := w.tree("", 0)
	if w.err != nil {
		return nil, w.err
	}
	o := opener{walker: w, profile: p, mail: &Mail{}}
	o.message(root, "", false)
	if w.err != nil {
		return nil, w.err
	}
	o.mail.report()
	return o.mail, nil
}

// opener turns the tree of nodes into leaves.
type opener struct {
	walker  *walker // counts parts over all mails inside
	profile parsers.Profile
	mail    *Mail
	depth   int
}

func (o *opener) message(n *node, part string, returned bool) {
	e := n.head.envelope(o.profile.Charset)
	forward, reply := subjectPrefixes(e.Subject)
	m := Message{Part: part, Envelope: e, Forward: forward, Reply: reply && !forward || (len(e.InReplyTo) > 0 && !forward), Returned: returned}
	m.Ours = len(o.mail.Messages) > 0 && len(e.From) == 1 && Own(e.From[0].Address, o.profile.Own)
	o.mail.Messages = append(o.mail.Messages, m)
	o.node(n, len(o.mail.Messages)-1, "", returned)
}

// node visits n, which belongs to the message with that index.
func (o *opener) node(n *node, message int, alternative string, returned bool) {
	switch {
	case n.contentType == "multipart/alternative":
		alternative = n.number
		if alternative == "" {
			alternative = "top"
		}
	case n.contentType == "multipart/report":
		o.reportNode(n, message)
		return
	case n.contentType == "multipart/encrypted":
		o.problem(n.number, "encrypted", "This mail is encrypted and can't be read here. Ask the sender to write without encryption.")
	}
	if n.contentType == "message/rfc822" && (len(n.children) == 1 || len(n.body) > 0) {
		o.attached(n, message, returned)
		return
	}
	if len(n.children) > 0 {
		for _, c := range n.children {
			o.node(c, message, alternative, returned)
		}
		return
	}
	o.leaf(n, message, alternative, returned)
}

// reportNode visits a multipart/report (RFC 6522): words for people, a machine part, what was sent back.
func (o *opener) reportNode(n *node, message int) {
	if kind := strings.ToLower(n.params["report-type"]); o.mail.Kind == "" && message == 0 {
		switch kind {
		case "delivery-status":
			o.mail.Kind = parsers.Bounce
		case "disposition-notification":
			o.mail.Kind = parsers.AutoReply
		}
	}
	for i, c := range n.children {
		o.node(c, message, "", i > 0)
	}
}

// attached visits a mail inside a mail.
func (o *opener) attached(n *node, message int, returned bool) {
	o.depth++
	defer func() { o.depth-- }()
	child := (*node)(nil)
	if len(n.children) == 1 {
		child = n.children[0]
	} else { // encoded, against RFC 2046 section 5.2.1 and common, or found by a reader that does not open it
		inner := &walker{raw: lineEnds(decodeTransfer(n.body, n.encoding)), parts: o.walker.parts}
		child = inner.tree(n.number, o.depth)
		o.walker.parts = inner.parts
		if o.walker.err == nil {
			o.walker.err = inner.err
		}
	}
	if child == nil || o.walker.err != nil {
		return
	}
	o.message(child, n.number, returned)
}

func (o *opener) leaf(n *node, message int, alternative string, returned bool) {
	l := Leaf{Number: n.number, Type: n.contentType, Name: decodeWords(n.name, o.profile.Charset), Alternative: alternative, Message: message}
	if l.Role = role(n, &l, returned); l.Role == Body {
		l.Data = decodeText(n.body, n.encoding)
	} else {
		l.Data = decodeTransfer(n.body, n.encoding)
	}
	l.Size = len(l.Data)
	switch {
	case l.Role == Body:
		o.text(&l, n)
	case l.Type == "application/ms-tnef":
		o.problem(l.Number, "unknown_format", "The attachment winmail.dat is in Outlook's own format, which is not read. Ask the sender to send mails as HTML or plain text.")
	case l.Type == "application/pkcs7-mime" || l.Type == "application/x-pkcs7-mime":
		o.problem(l.Number, "encrypted", "This mail is encrypted (S/MIME) and can't be read here. Ask the sender to write without encryption.")
	}
	o.mail.Leaves = append(o.mail.Leaves, l)
}

func (o *opener) problem(part, code, text string) {
	o.mail.Problems = append(o.mail.Problems, parsers.Problem{At: parsers.Place{Part: part}, Code: code, Text: text})
}

// role tells what a leaf is for.
func role(n *node, l *Leaf, returned bool) Role {
	switch l.Type {
	case "message/delivery-status", "message/disposition-notification", "message/feedback-report", "message/global-delivery-status":
		return Machine
	case "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
		return Returned
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar", "text/vcard", "text/x-vcard",
		"application/ms-tnef", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", "text/css", "text/x-amp-html":
		return Ignored
	}
	if returned {
		return Returned
	}
	main, _, _ := strings.Cut(l.Type, "/")
	switch main {
	case "image", "audio", "video", "font":
		return Ignored
	case "text":
		plain := l.Type == "text/plain" || l.Type == "text/html" || l.Type == "text/enriched" || l.Type == "text/xhtml"
		if plain && n.disposition != "attachment" && !documentName(l.Name) {
			return Body
		}
	}
	return Attachment
}

// documentName tells names of files that are read as documents even where a program calls them text and shows them inline.
func documentName(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	switch strings.ToLower(name[dot+1:]) {
	case "csv", "tsv", "tab", "txt", "edi", "x12", "edifact", "xlsx", "pdf", "zip", "json", "xml", "eml":
		return true
	}
	return false
}

// text decodes and extracts the text of a body.
func (o *opener) text(l *Leaf, n *node) {
	decoded := decodeCharset(l.Data, n.params["charset"], o.profile.Charset)
	decoded = strings.ReplaceAll(decoded, "\x00", "")
	if l.Type == "text/html" || l.Type == "text/xhtml" || looksLikeHTML(decoded) {
		if n.params["charset"] == "" {
			if name := metaCharset(l.Data); name != "" {
				decoded = decodeCharset(l.Data, name, o.profile.Charset)
			}
		}
		x := extractHTML([]byte(decoded), l.Number)
		l.Text, l.JSONLD, l.Items, l.Hurt = &x.text, x.scripts, x.items, x.hurt
		if x.hurt {
			o.problem(l.Number, "damaged", "The HTML of this mail is damaged. What could be made out of it may be incomplete; please look at the mail, or ask for it again.")
		}
	} else {
		l.Text = &parsers.Text{Part: l.Number, Text: decoded}
		if strings.EqualFold(n.params["format"], "flowed") {
			l.Text.Flowed = true
			l.Text.DelSp = strings.EqualFold(n.params["delsp"], "yes")
		}
	}
	if strings.HasPrefix(strings.TrimLeft(l.Text.Text[:min(len(l.Text.Text), 200)], " \t\r\n"), "-----BEGIN PGP MESSAGE-----") {
		o.problem(l.Number, "encrypted", "This mail is encrypted (PGP) and can't be read here. Ask the sender to write without encryption.")
		l.Role, l.Text = Ignored, nil
		return
	}
	m := o.mail.Messages[l.Message]
	MarkText(l.Text, Around{Forward: m.Forward, Reply: m.Reply, Own: o.profile.Own, Ours: m.Ours})
}

// TextOf reads a document that is no mail as text: its charset by the rules for mail.
func TextOf(doc []byte, part string, p parsers.Profile) *parsers.Text {
	decoded := decodeCharset(doc, "", p.Charset)
	if looksLikeHTML(decoded) {
		x := extractHTML([]byte(decoded), part)
		MarkText(&x.text, Around{Own: p.Own})
		return &x.text
	}
	t := &parsers.Text{Part: part, Text: decoded}
	MarkText(t, Around{Own: p.Own})
	return t
}

// Decode turns a document that is no mail into UTF-8 by the rules for mail.
func Decode(doc []byte, p parsers.Profile) string { return decodeCharset(doc, "", p.Charset) }

func looksLikeHTML(s string) bool {
	head := strings.ToLower(strings.TrimLeft(s[:min(len(s), 200)], " \t\r\n\ufeff"))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}

// metaCharset reads <meta charset> or its http-equiv form from the first bytes of an HTML document.
func metaCharset(doc []byte) string {
	head := bytes.ToLower(doc[:min(len(doc), 2048)])
	i := bytes.Index(head, []byte("charset="))
	if i < 0 {
		return ""
	}
	rest := bytes.TrimLeft(head[i+len("charset="):], `"' `)
	end := bytes.IndexAny(rest, `"' />;`)
	if end < 0 {
		return ""
	}
	return string(rest[:end])
}
