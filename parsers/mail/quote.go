package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
)

// Told apart here: what the writer has just written, and what mail programs put around it — earlier mails, their
// dividers, signatures, legal text. A forwarded mail is news: somebody sends on what a carrier wrote to them.

// line is one line of a text, without its line end.
type line struct {
	start, end int
	text       string // trimmed
	quoted     bool   // ">" or inside a quotation of HTML
}

// Around is what is known of the mail that a text stands in.
type Around struct {
	Forward, Reply bool     // the subject calls it a forwarded mail, it answers another
	Own            []string // addresses and domains of the shop: what they wrote is no news to it
	Ours           bool     // the shop wrote all of it
}

// MarkText finds what is not new in t and adds the marks.
func MarkText(t *parsers.Text, a Around) {
	if a.Ours {
		t.Marks = nil
		if len(t.Text) > 0 {
			t.Marks = []parsers.Mark{{End: len(t.Text), Kind: parsers.MarkQuoted}}
		}
		return
	}
	q := quoter{text: t, lines: lines(t), forward: a.Forward, reply: a.Reply, own: a.Own}
	q.run()
	t.Marks = q.marks()
}

// quotedByHand is how many lines of HTML must begin with ">" to be taken for quoted: one may be an arrow on a button.
const quotedByHand = 3

func lines(t *parsers.Text) []line {
	signs := !t.Extracted || len(t.Marks) == 0 && strings.Count(t.Text, "\n>") >= quotedByHand // HTML that a program made of plain text
	list := make([]line, 0, strings.Count(t.Text, "\n")+1)
	mark := 0
	for start := 0; start < len(t.Text); {
		end := strings.IndexAny(t.Text[start:], "\r\n")
		next := len(t.Text)
		if end < 0 {
			end = len(t.Text)
		} else {
			end += start
			next = end + 1
			if t.Text[end] == '\r' && next < len(t.Text) && t.Text[next] == '\n' {
				next++
			}
		}
		l := line{start: start, end: end, text: strings.TrimSpace(t.Text[start:end])}
		for mark < len(t.Marks) && t.Marks[mark].End <= start {
			mark++
		}
		l.quoted = mark < len(t.Marks) && t.Marks[mark].Start < max(end, start+1)
		if signs && strings.HasPrefix(l.text, ">") {
			l.quoted = true
		}
		list = append(list, l)
		start = next
	}
	return list
}

type quoter struct {
	text           *parsers.Text
	lines          []line
	kinds          []parsers.MarkKind
	forward, reply bool
	own            []string
	forwarded      bool // a forwarded mail has begun
	passedOn       bool // the forwarded mail says by its subject that it was a forwarded one already
	ticket         bool // a ticket system wrote it: what was said before stands below, each with its author and time
	comments       int
}

func (q *quoter) run() {
	q.kinds = make([]parsers.MarkKind, len(q.lines))
	for i, l := range q.lines {
		if l.quoted {
			q.kinds[i] = parsers.MarkQuoted
		}
	}
	q.armor()
	q.ticketed()
	rest := len(q.lines) // everything from here on is an earlier mail
	after := 0           // where the text of the last forwarded mail begins
	for i := 0; i < len(q.lines); i++ {
		n, explicit := q.divider(i)
		if n == 0 {
			continue
		}
		for k := i; k < i+n; k++ {
			q.kinds[k] = parsers.MarkHeader
		}
		if q.forwarded && q.onlyBlank(after, i) { // the head of the forwarded mail goes on
			after = i + n
			q.release(after, true)
			i += n - 1
			continue
		}
		if q.isForward(i, explicit) && !q.isOwn(i, n) {
			after = i + n
			q.forwarded, q.passedOn = true, q.subjectForwards(i, n)
			q.release(i+n, explicit)
			i += n - 1
			continue
		}
		if q.followedByQuote(i + n) {
			i += n - 1
			continue
		}
		rest = i + n
		break
	}
	for i := rest; i < len(q.lines); i++ {
		q.kinds[i] = parsers.MarkQuoted
	}
	q.signatures(rest)
}

// armor marks what PGP writes around and behind a text (RFC 9580 sections 6.2 and 7): it is nobody's words.
func (q *quoter) armor() {
	for i := 0; i < len(q.lines); i++ {
		switch text := q.lines[i].text; {
		case !strings.HasPrefix(text, "-----BEGIN PGP "):
		case text == "-----BEGIN PGP SIGNED MESSAGE-----":
			for q.kinds[i] = parsers.MarkHeader; i+1 < len(q.lines) && q.lines[i+1].text != ""; i++ {
				q.kinds[i+1] = parsers.MarkHeader
			}
		default:
			for ; i < len(q.lines); i++ {
				if q.kinds[i] = parsers.MarkSignature; strings.HasPrefix(q.lines[i].text, "-----END PGP ") {
					break
				}
			}
		}
	}
}

// isForward decides whether the divider at line i begins a forwarded mail. explicit: it says so itself.
// Within a forwarded mail another one is news as well, where a divider or the subject above says that it was passed on.
func (q *quoter) isForward(i int, explicit bool) bool {
	switch {
	case q.forwarded:
		return explicit || q.passedOn
	case explicit, q.forward:
		return true
	case q.reply:
		return false
	}
	for _, l := range q.lines[:i] {
		if l.text != "" {
			return false
		}
	}
	return true
}

// onlyBlank tells whether nothing is written in the lines from one up to another.
func (q *quoter) onlyBlank(from, to int) bool {
	for _, l := range q.lines[from:to] {
		if strings.Trim(l.text, "> ") != "" {
			return false
		}
	}
	return true
}

// subjectForwards tells whether the subject that the n lines of a divider name is that of a forwarded mail.
func (q *quoter) subjectForwards(i, n int) bool {
	for _, l := range q.lines[i : i+n] {
		name, value, ok := cutColon(strings.TrimLeft(l.text, "*> "))
		if ok && slices.Contains(subjectWords, strings.ToLower(strings.Trim(name, "* \t"))) {
			forward, _ := subjectPrefixes(strings.TrimLeft(value, "* "))
			return forward
		}
	}
	return false
}

// isOwn tells whether the sender that the n lines of a divider name is the shop: then what follows is the shop's own mail,
// sent back.
func (q *quoter) isOwn(i, n int) bool {
	if len(q.own) == 0 {
		return false
	}
	for _, l := range q.lines[i : i+n] {
		name, value, ok := cutColon(strings.TrimLeft(l.text, "*> "))
		if ok && slices.Contains(senderWords, strings.ToLower(strings.Trim(name, "* \t"))) {
			for _, a := range addresses(value, "") {
				if Own(a.Address, q.own) {
					return true
				}
			}
		}
	}
	return false
}

// Own tells whether an address is one of those listed or belongs to one of the domains listed, or to a domain below it.
func Own(address string, own []string) bool {
	address = strings.ToLower(address)
	for _, o := range own {
		o = strings.ToLower(strings.TrimSpace(o))
		at := strings.LastIndexByte(address, '@')
		switch {
		case o == "" || at < 0:
		case strings.Contains(strings.TrimPrefix(o, "@"), "@"):
			if address == o {
				return true
			}
		default:
			o = strings.TrimPrefix(o, "@")
			if domain := address[at+1:]; domain == o || strings.HasSuffix(domain, "."+o) {
				return true
			}
		}
	}
	return false
}

// release takes the mark of quotation off a forwarded mail that HTML put into a quotation, up to the end of that. Where a divider calls
// it a forwarded one, one level of ">" is the program's that sent it on.
func (q *quoter) release(from int, explicit bool) {
	for from < len(q.lines) && q.lines[from].text == "" {
		from++
	}
	for i := from; i < len(q.lines) && q.lines[i].quoted; i++ {
		if text := q.lines[i].text; strings.HasPrefix(text, ">") && (!explicit || strings.HasPrefix(strings.TrimLeft(text[1:], " "), ">")) {
			if !explicit {
				break
			}
			continue
		}
		q.kinds[i] = ""
	}
}

// followedByQuote tells a divider whose mail is marked by itself, so that what the writer put below or between is new.
func (q *quoter) followedByQuote(i int) bool {
	for ; i < len(q.lines); i++ {
		if q.lines[i].text != "" {
			return q.lines[i].quoted
		}
	}
	return true
}

// divider tells how many lines from i on are the head of an earlier or forwarded mail; 0 when there is none.
func (q *quoter) divider(i int) (n int, forward bool) {
	text := q.lines[i].text
	if text == "" || len(text) > 300 || strings.HasPrefix(text, ">") {
		return 0, false
	}
	ruled := strings.IndexByte("-_*=", text[0]) >= 0
	if len(text) < 120 && (ruled || strings.HasSuffix(text, ":")) {
		folded := strings.ToLower(strings.Trim(text, "-_*= \t:>"))
		if forwardDivider(folded) {
			return 1 + q.headerLines(i+1), true
		}
		if ruled && originalDivider(folded) {
			return 1 + q.headerLines(i+1), false
		}
	}
	if q.comment(i) {
		if q.comments++; q.comments > 1 { // the newest stands first
			return 2, false
		}
	}
	if n := q.headerLines(i); n > 2 || n == 2 && q.addressed(i, n) {
		return n, false
	}
	return q.attribution(i), false
}

// addressed tells whether lines that may be the head of a mail hold an address or a subject: a list from a post office has a sender and a date as well.
func (q *quoter) addressed(i, n int) bool {
	return slices.ContainsFunc(q.lines[i:i+n], func(l line) bool {
		name, _, _ := cutColon(strings.TrimLeft(l.text, "*> "))
		name = strings.ToLower(strings.Trim(name, "* \t"))
		return strings.Contains(l.text, "@") || !slices.Contains(senderWords, name) && !slices.Contains(dateWords, name)
	})
}

// headerLines counts the lines of a block like "From: … Sent: … To: … Subject: …" that begins at line i. One name
// alone proves nothing: it takes a sender and one other.
func (q *quoter) headerLines(i int) int {
	if i < len(q.lines) {
		if text := q.lines[i].text; text != "" && text[0] != '_' && text[0] != '-' && !headerLike(text) {
			return 0
		}
	}
	first := i
	for i < len(q.lines) && i < first+2 && (q.lines[i].text == "" || strings.Trim(q.lines[i].text, "_-") == "") {
		i++
	}
	sender, others, last := false, 0, i
	for ; i < len(q.lines) && i < first+14; i++ {
		name, _, ok := cutColon(strings.TrimLeft(q.lines[i].text, "*> "))
		if !ok {
			if others > 0 && i == last && q.lines[i].text != "" && len(q.lines[i].text) < 200 && strings.Contains(q.lines[i].text, "@") {
				last = i + 1 // a folded list of recipients
				continue
			}
			break
		}
		switch name = strings.ToLower(strings.Trim(name, "* \t")); {
		case slices.Contains(senderWords, name):
			sender = true
		case slices.Contains(headerWords, name):
			others++
		default:
			i = first + 14
			continue
		}
		last = i + 1
	}
	if !sender || others == 0 {
		return 0
	}
	return last - first
}

// headerLike is a cheap look for a colon behind a word or two.
func headerLike(text string) bool {
	head := text[:min(len(text), 42)]
	return strings.IndexByte(head, ':') > 0 || text[0] >= 0x80 && strings.Contains(head, "：")
}

// cutColon splits a line at its first colon, which may be full width.
func cutColon(s string) (name, value string, ok bool) {
	i := strings.IndexAny(s, ":：")
	if i <= 0 || i > 40 {
		return "", "", false
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+n:]), true
}

// attribution counts the lines of "On Monday … Jane wrote:", which programs break into up to three.
func (q *quoter) attribution(i int) int {
	joined := ""
	for n := 0; n < 3 && i+n < len(q.lines); n++ {
		text := q.lines[i+n].text
		if text == "" || len(joined)+len(text) > 400 {
			return 0
		}
		if n == 0 && !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "：") && !attributionStart(text) {
			return 0
		}
		joined += " " + text
		if !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "：") {
			continue
		}
		folded := strings.ToLower(joined)
		for _, word := range wroteWords {
			if strings.Contains(folded, word) && (strings.Contains(folded, "@") || attributionDate.MatchString(folded)) {
				return n + 1
			}
		}
		if strings.HasSuffix(text, ">:") && attributionDate.MatchString(folded) {
			return n + 1
		}
		return 0
	}
	return 0
}

var attributionDate = regexp.MustCompile(`\d{1,4}[./年-]|\d{1,2}:\d\d|\b(19|20)\d\d\b`)

func attributionStart(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	if len(first) > 24 {
		return false
	}
	first = strings.ToLower(first)
	if first[0] >= '0' && first[0] <= '9' {
		return len(first) > 3 && strings.ContainsAny(first, "./-:年") && attributionDate.MatchString(first)
	}
	return slices.Contains(attributionStarts, strings.TrimRight(first, ","))
}

// marks joins neighbouring lines of the same kind.
func (q *quoter) marks() []parsers.Mark {
	var out []parsers.Mark
	for i, kind := range q.kinds {
		if kind == "" {
			continue
		}
		l := q.lines[i]
		if n := len(out); n > 0 && out[n-1].Kind == kind && i > 0 && q.kinds[i-1] == kind {
			out[n-1].End = l.end
			continue
		}
		out = append(out, parsers.Mark{Start: l.start, End: l.end, Kind: kind})
	}
	return out
}
