package edi

import (
	"errors"
	"strings"

	"waybill/parsers"
)

// element is one data element, or one component of a composite one, with the bytes it stands in.
type element struct {
	text       string
	start, end int
}

// segment is one line of an interchange. elements[0] is what follows the name; each is a list of components, in X12 mostly of one.
type segment struct {
	id       string
	start    int
	elements [][]element
}

// at gives component c of element i, counted from 1 as the standards do, or an empty one.
func (s *segment) at(i, c int) element {
	if i < 1 || i > len(s.elements) || c < 1 || c > len(s.elements[i-1]) {
		return element{}
	}
	return s.elements[i-1][c-1]
}

func (s *segment) text(i int) string { return s.at(i, 1).text }

// opens tells the segment that begins a message.
func (s *segment) opens() bool { return s.id == "ST" || s.id == "UNH" }

// kind is the kind of the message that a segment opens.
func (s *segment) kind() string {
	if s.id == "UNH" {
		return s.text(2)
	}
	return s.text(1)
}

// isTest tells an interchange header that marks all in it as a test: ISA15 (X12 element I14) is T, the test indicator of UNB (UN/EDIFACT 0035) is 1.
func (s *segment) isTest() bool {
	return s.id == "ISA" && s.text(15) == "T" || s.id == "UNB" && s.text(11) == "1"
}

const (
	shortestX12  = 60      // a header with all its blanks left out is longer
	mostSegments = 200_000 // promise 15: as many as a table may have rows
	mostElements = 512
)

// separators are the characters that divide an interchange.
type separators struct {
	element, component, release, segment byte // release 0: there is none
}

// split cuts an interchange into segments.
func split(text string) ([]segment, string, error) {
	from := len(text) - len(strings.TrimLeft(text, "\ufeff \r\n\t"))
	body := text[from:]
	sep := separators{'+', ':', '?', '\''}
	format := "edifact"
	switch {
	case strings.HasPrefix(body, "ISA"):
		format = "x12"
		at := headerEnd(body)
		if at < 0 {
			return nil, format, errors.New("the interchange header (ISA) is not whole")
		}
		sep = separators{body[3], body[at], 0, body[at+1]}
	case bareX12(body):
		format = "x12"
		sep = separators{body[2], '>', 0, '\n'}
		if strings.IndexByte(body, '~') >= 0 {
			sep.segment = '~'
		}
	case strings.HasPrefix(body, "UNA"):
		if len(body) < 9 {
			return nil, format, errors.New("the service string (UNA) is not whole")
		}
		sep = separators{body[4], body[3], body[6], body[8]} // ISO 9735, service string advice
		if sep.release == ' ' {
			sep.release = 0
		}
		from += 9
	}
	if sep.element == sep.segment || isPlain(sep.element) || isPlain(sep.segment) {
		return nil, format, errors.New("the header names separators that cannot be")
	}
	return cut(text, from, sep), format, nil
}

// headerEnd finds the component separator of an X12 interchange, the segment's terminator stands behind it: the sixteenth element of ISA is one character.
// The header is of fixed length (X12.5), but programs leave out its blanks, so its elements are counted. -1: it is not whole.
func headerEnd(body string) int {
	const last = 16
	at := 3
	for n := 1; n < last; n++ {
		next := strings.IndexByte(body[at+1:], body[3])
		if next < 0 || next > shortestX12 {
			return -1
		}
		at += 1 + next
	}
	if at+2 >= len(body) {
		return -1
	}
	return at + 1
}

// bareX12 tells a message or group that came without the header of an interchange, as it is copied from a log.
func bareX12(body string) bool {
	if !strings.HasPrefix(body, "GS") && !strings.HasPrefix(body, "ST") || len(body) < 8 || isPlain(body[2]) || body[2] <= ' ' {
		return false
	}
	kind := body[3:min(len(body), 40)]
	if i := strings.IndexByte(kind, body[2]); i > 0 {
		kind = kind[:i]
	}
	if body[0] == 'G' {
		return (kind == "SH" || kind == "PR" || kind == "RS") && strings.Contains(body, "ST"+body[2:3]+"8")
	}
	return kind == "856" || kind == "855" || kind == "865" || kind == "870"
}

func isPlain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// cut reads segments until the text or their number ends.
func cut(text string, from int, sep separators) []segment {
	var all []segment
	for from < len(text) && len(all) < mostSegments {
		for from < len(text) && strings.IndexByte(" \r\n\t", text[from]) >= 0 {
			from++
		}
		end := from
		for end < len(text) && text[end] != sep.segment {
			if text[end] == sep.release && sep.release != 0 {
				end++
			}
			end++
		}
		end = min(end, len(text))
		if end > from && end-from <= parsers.MaxRecord {
			all = append(all, cutSegment(text, from, end, sep))
		}
		from = end + 1
	}
	return all
}

// cutSegment cuts one segment. A release character makes the next one ordinary; the element then comes without it, in the place with it.
func cutSegment(text string, from, end int, sep separators) segment {
	s := segment{start: from}
	begin, count := from, 0
	var row []element
	finish := func(at int) {
		raw := text[begin:at]
		if strings.ContainsAny(raw, "\r\n") {
			raw = unwrapped.Replace(raw) // a file of lines of one length, which cut through anything
		}
		if sep.release != 0 && strings.IndexByte(raw, sep.release) >= 0 {
			raw = released(raw, sep.release)
		}
		lead := len(raw) - len(strings.TrimLeft(raw, " "))
		trimmed := strings.TrimSpace(raw)
		e := element{text: trimmed, start: begin + lead, end: at}
		if len(raw) == at-begin {
			e.end = min(at, e.start+len(trimmed))
		}
		row = append(row, e)
		begin = at + 1
	}
	closeRow := func() {
		if s.id == "" && count == 0 {
			s.id = row[0].text
		} else {
			s.elements = append(s.elements, row)
		}
		row = nil
		count++
	}
	for i := from; i < end && count < mostElements; i++ {
		switch c := text[i]; {
		case c == sep.release && sep.release != 0:
			i++
		case c == sep.element:
			finish(i)
			closeRow()
		case c == sep.component && s.id != "ISA":
			finish(i)
		}
	}
	finish(end)
	closeRow()
	return s
}

// unwrapped takes out the ends of lines within an element.
var unwrapped = strings.NewReplacer("\r", "", "\n", "")

func released(s string, release byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == release && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
