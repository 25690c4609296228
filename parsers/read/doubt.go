package read

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// doubt makes statements unsure enough that a person looks at them: they come from a text of which parts may be missing or misplaced.
func doubt(statements []parsers.Statement) {
	for i := range statements {
		s := &statements[i]
		s.Score = min(s.Score, unsure)
		for k := range s.Tracking {
			s.Tracking[k].Score = min(s.Tracking[k].Score, unsure)
		}
	}
}

// unsure is a score (0 to 1) that nothing is done by alone.
const unsure = 0.4

// doubts lowers what a body says where something about its form speaks against it.
func (d *document) doubts(t *parsers.Text, statements []parsers.Statement) {
	if len(statements) == 0 {
		return
	}
	for _, l := range t.Links[:min(len(t.Links), mostCrossed)] {
		d.linked = true
		if len(l.URL) <= 2048 {
			d.fake, d.trusted = d.fake || carrier.Imitated(l.URL), d.trusted || carrier.Followed(l.URL)
		}
	}
	if disguised(t.New()) {
		doubt(statements)
	}
	crossed := crossedLinks(t)
	for i := range statements {
		s := &statements[i]
		if mark := t.MarkAt(s.KindAt.At.Start); s.KindAt.At.End > 0 && s.KindAt.At.Row == 0 && (mark == parsers.MarkSignature || mark == parsers.MarkDisclaimer) {
			s.Score = min(s.Score, unsure)
		}
		for k := range s.Tracking {
			one := &s.Tracking[k]
			mark := parsers.MarkKind("")
			if one.At.Row == 0 {
				mark = t.MarkAt(one.At.Start)
			}
			if crossed[one.Number] || mark == parsers.MarkSignature || mark == parsers.MarkDisclaimer || d.strange(one) {
				one.Score = min(one.Score, unsure)
			}
		}
	}
}

// unseenOrders lowers what markup that nobody sees says of an order that the mail's words do not name, where they name others.
func (d *document) unseenOrders() {
	for _, i := range d.markup {
		s := &d.reading.Statements[i]
		seen, others := false, false
		for _, f := range s.Refs {
			seen = seen || f.At.End > 0
			for k := range d.refs {
				said := &d.refs[k]
				same := strings.EqualFold(said.Text, f.Text)
				seen, others = seen || same, others || !same && !said.Quoted && said.Label == parsers.LabelOrder
			}
		}
		if len(s.Refs) > 0 && !seen && others {
			doubt(d.reading.Statements[i : i+1])
		}
	}
}

// mostCrossed bounds the links whose words are compared with where they lead.
const mostCrossed = 300

// crossedLinks are the numbers of links whose words name one parcel and whose address another: one of them is wrong.
func crossedLinks(t *parsers.Text) map[string]bool {
	var out map[string]bool
	for _, l := range t.Links[:min(len(t.Links), mostCrossed)] {
		if l.End-l.Start < 8 || l.End-l.Start > 80 || len(l.URL) > 2048 || !strings.ContainsAny(t.Text[l.Start:l.End], "0123456789") {
			continue
		}
		leads := carrier.Find(l.URL, carrier.Context{})
		words := carrier.Find(t.Text[l.Start:l.End], carrier.Context{})
		if len(leads) == 0 || len(words) == 0 {
			continue
		}
		same := false
		for _, one := range leads {
			for _, other := range words {
				same = same || strings.Contains(one.Number, other.Number) || strings.Contains(other.Number, one.Number)
			}
		}
		for _, one := range append(leads, words...) {
			if !same && one.Score >= 0.5 {
				if out == nil {
					out = map[string]bool{}
				}
				out[one.Number] = true
			}
		}
	}
	return out
}

// strange tells a number of a mail that stands only in the address of a page which is neither a carrier's nor the sender's: who asks for a fee writes such.
func (d *document) strange(t *parsers.Tracking) bool {
	if d.reading.Envelope == nil || t.URL == "" || t.At.Row > 0 || strings.Contains(wordsOnly(t.Text), strings.ToLower(t.Number)) || carrier.Followed(t.URL) {
		return false
	}
	u, err := url.Parse(t.URL)
	if err != nil || u.Hostname() == "" {
		return true
	}
	site := siteOf(u.Hostname())
	for _, list := range [...][]parsers.Address{d.reading.Envelope.From, d.reading.Envelope.Sender, d.reading.Envelope.ReplyTo} {
		for _, a := range list {
			if siteOf(a.Address[strings.LastIndexByte(a.Address, '@')+1:]) == site {
				return false
			}
		}
	}
	return true
}

// siteOf is the part of a host's name that its owner has registered, as far as that shows: the last two labels, or three where the second is a
// country's own "co" or "com".
func siteOf(host string) string {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 && len(labels[len(labels)-2]) <= 3 {
		n = 3
	}
	return strings.Join(labels[max(0, len(labels)-n):], ".")
}

// lookalikes are letters of other scripts that look like Latin ones.
const lookalikes = "асеорхуіјѕԁһӏоАВСЕНКМОРТХУІЈЅοαινρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"

// disguised tells a text in which a word of Latin letters holds some that only look like them: a person reads "not" there, a program does not.
func disguised(text string) bool {
	latin, alike, other := 0, 0, false
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				latin++
			} else {
				if latin > 0 && alike > 0 && !other {
					return true
				}
				latin, alike, other = 0, 0, c >= '0' && c <= '9'
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case strings.ContainsRune(lookalikes, r):
			alike++
		case !unicode.IsLetter(r):
			if latin > 0 && alike > 0 && !other {
				return true
			}
			latin, alike, other = 0, 0, false
		case !unicode.Is(unicode.Latin, r):
			other = true
		}
		i += size
	}
	return latin > 0 && alike > 0 && !other
}
