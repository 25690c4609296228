package carrier

import (
	"strings"
	"unicode/utf8"
)

// Classes of bytes. Bytes of 0x80 and above begin a longer UTF-8 sequence.
const (
	otherClass byte = iota
	digitClass
	upperClass
	lowerClass
	spaceClass // space, TAB
	dashClass
	dotClass
	highClass
)

var classes = func() (t [256]byte) {
	for c := range 256 {
		switch {
		case c >= '0' && c <= '9':
			t[c] = digitClass
		case c >= 'A' && c <= 'Z':
			t[c] = upperClass
		case c >= 'a' && c <= 'z':
			t[c] = lowerClass
		case c == ' ' || c == '\t':
			t[c] = spaceClass
		case c == '-':
			t[c] = dashClass
		case c == '.':
			t[c] = dotClass
		case c >= 0x80:
			t[c] = highClass
		}
	}
	return t
}()

// gap says what stands between a piece and the one before it in the same cluster.
type gap byte

const (
	noGap   gap = iota // the piece begins its cluster
	spaces             // one space, plain or not: two and more stand between columns
	dash               // one dash of any kind
	dot                // one dot
	newline            // a line end: the number may have been broken there
)

// piece is a run of letters and digits. Its text is upper case ASCII, without zero-width characters, full-width forms made plain.
type piece struct {
	start, end int
	text       string
	digits     int
	lower      bool // has lower case letters: weaker, numbers are written in capitals
	scientific bool // "9.40011E+21": what a spreadsheet leaves of a long number
	before     gap
}

// span is a range of indexes.
type span struct{ from, to int }

type scanned struct {
	text     string
	pieces   []piece
	clusters []span // ranges of pieces
	links    []link
}

const longestPiece = 64 // longer runs are encoded data, not numbers

// scan cuts a text into clusters of pieces that could be numbers, and links. One pass; the work per byte is bounded.
func scan(text string) *scanned {
	s := &scanned{text: text}
	open := -1 // index of the first piece of the open cluster
	lastEnd := 0
	closeCluster := func() {
		if open >= 0 {
			s.keep(open)
			open = -1
		}
	}
	for i := 0; i < len(text); {
		switch c := classes[text[i]]; {
		case c == otherClass || c == spaceClass || c == dashClass || c == dotClass:
			i++
			continue
		case c == highClass:
			if r, size := utf8.DecodeRuneInString(text[i:]); plainRune(r) == 0 {
				i += size
				continue
			}
		case c == lowerClass || c == upperClass:
			if b := text[i] | 0x20; (b == 'h' || b == 'w') && startsLink(text, i) {
				closeCluster()
				end := linkEnd(text, i)
				s.links = append(s.links, link{start: i, end: end})
				i, lastEnd = end, end
				continue
			}
			if end := plainWord(text, i); end > 0 {
				closeCluster()
				i = end
				continue
			}
		}
		if uuid(text[i:]) {
			closeCluster()
			i += len("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
			lastEnd = i
			continue
		}
		if isDigit(text[i]) {
			if end := scientific(text, i); end > 0 && !touches(text, i, end) {
				closeCluster()
				s.pieces = append(s.pieces, piece{start: i, end: end, text: text[i:end], digits: end - i - 2, scientific: true})
				s.clusters = append(s.clusters, span{len(s.pieces) - 1, len(s.pieces)})
				i, lastEnd = end, end
				continue
			}
		}
		p, next, ok := scanPiece(text, i)
		if !ok {
			closeCluster()
			i = next
			continue
		}
		if open >= 0 {
			p.before = gapBetween(text[lastEnd:p.start])
			if last := &s.pieces[len(s.pieces)-1]; p.before == newline && text[lastEnd] == '-' && evenDigits(last, &p) {
				p.before = dash // "5543-3432-" at the end of a line, "7772" on the next
			}
			if p.before == noGap {
				closeCluster()
			}
		}
		if open < 0 {
			open = len(s.pieces)
		}
		s.pieces = append(s.pieces, p)
		i, lastEnd = next, p.end
	}
	closeCluster()
	return s
}

// uuid tells an identifier in the form of RFC 9562 section 4 at the start of s: none of its groups is a number.
func uuid(s string) bool {
	if len(s) < 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	for i := range 36 {
		if i != 8 && i != 13 && i != 18 && i != 23 && !isHex(s[i]) {
			return false
		}
	}
	return true
}

// plainWord gives the end of an ordinary word at i, letters with a lower case one among the first two and no digits; 0 for anything else.
// Most of a text is such words, and none of them is a piece of a number.
func plainWord(text string, i int) int {
	end := i + 1
	if classes[text[i]] == upperClass && (end >= len(text) || classes[text[end]] != lowerClass) {
		return 0
	}
	for end < len(text) && (classes[text[end]] == lowerClass || classes[text[end]] == upperClass) {
		end++
	}
	if end < len(text) && (classes[text[end]] == digitClass || classes[text[end]] == highClass) {
		return 0
	}
	return end
}

// keep closes the cluster that begins at piece open, or forgets it when it holds too little to be a number.
func (s *scanned) keep(open int) {
	from, to, digits, length := open, len(s.pieces), 0, 0
	for to > from && s.pieces[to-1].digits == 0 && len(s.pieces[to-1].text) > 2 {
		to-- // a word after the number
	}
	short := false
	for i := range s.pieces[from:to] {
		p := &s.pieces[from+i]
		digits, length, short = digits+p.digits, length+len(p.text), short || p.trackID()
	}
	if (digits < 4 || length < 6) && !short {
		s.pieces = s.pieces[:open]
		return
	}
	s.clusters = append(s.clusters, span{from, to})
}

// scanPiece reads the run of letters and digits at i. It is no piece of a number when it has no digit, unless it is a short word
// in capitals ("RB", "GB", "JJD"), or when it is part of an address or a name with underscores.
func scanPiece(text string, i int) (p piece, next int, ok bool) {
	start := i
	plain := true
	var buffer [longestPiece + 1]byte
	n, end := 0, i
loop:
	for i < len(text) {
		b := text[i]
		switch classes[b] {
		case digitClass:
			p.digits++
		case upperClass:
		case lowerClass:
			p.lower = true
			b -= 32
			plain = false
		case highClass:
			r, size := utf8.DecodeRuneInString(text[i:])
			if zeroWidth(r) {
				plain = false
				i += size
				continue
			}
			if b = plainRune(r); b == 0 {
				break loop
			}
			if isDigit(b) {
				p.digits++
			}
			plain = false
			i += size - 1
		default:
			break loop
		}
		if n < len(buffer) {
			buffer[n] = b
			n++
		}
		i++
		end = i
	}
	p.start, p.end = start, end
	if n > longestPiece || p.digits == 0 && (p.lower || n > 5) || touches(text, start, end) {
		return p, max(end, start+1), false
	}
	if plain {
		p.text = text[start:end]
	} else {
		p.text = string(buffer[:n])
	}
	return p, end, true
}

// touches tells whether a run belongs to a mail address, an underscored name or an escape of a URL.
func touches(text string, start, end int) bool {
	if start > 0 {
		switch text[start-1] {
		case '@', '_', '%', '&', '=', '\\':
			return true
		}
	}
	return end < len(text) && (text[end] == '@' || text[end] == '_')
}

// gapBetween tells what divides two pieces; noGap when they cannot be of one number.
func gapBetween(s string) gap {
	if len(s) == 0 || len(s) > 8 {
		return noGap
	}
	kind := noGap
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		var next gap
		switch {
		case r == ' ' || r == '\u00a0' || r == '\u2007' || r == '\u2009' || r == '\u202f' || r == '\u3000':
			next = spaces
		case r == '-' || r == '\u2010' || r == '\u2011' || r == '\u2012' || r == '\u2013' || r == '\u2212' || r == '\uff0d':
			next = dash
		case r == '.':
			next = dot
		case r == '\n' || r == '\r':
			next = newline
		case zeroWidth(r):
			continue
		default:
			return noGap
		}
		switch {
		case kind == noGap || kind == next && (next == spaces || next == newline):
			kind = next
		case kind == newline && next == spaces || kind == spaces && next == newline || kind == dash && next == newline:
			kind = newline
		case kind == spaces && next == dash || kind == dash && next == spaces:
			return noGap // " - " divides two things
		default:
			return noGap
		}
	}
	if kind == spaces && utf8.RuneCountInString(s) > 1+strings.Count(s, "\u200b") {
		return noGap
	}
	return kind
}

// evenDigits tells two groups of digits of one length, as those of one number are.
func evenDigits(a, b *piece) bool {
	return a.digits == len(a.text) && b.digits == len(b.text) && len(a.text) == len(b.text) && len(a.text) >= 3 && len(a.text) <= 5
}

// plainRune gives the ASCII capital or digit that a full-width form stands for, or 0.
func plainRune(r rune) byte {
	switch {
	case r >= '０' && r <= '９':
		return byte(r - '０' + '0')
	case r >= 'Ａ' && r <= 'Ｚ':
		return byte(r - 'Ａ' + 'A')
	case r >= 'ａ' && r <= 'ｚ':
		return byte(r - 'ａ' + 'A')
	}
	return 0
}

func zeroWidth(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060 || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF
}
