package prose

import (
	"slices"
	"unicode/utf8"

	"waybill/parsers"
)

// view is a text as it is analysed: line ends are "\n", characters without width are gone, full-width letters and
// digits are plain ones, soft line breaks of format=flowed are joined. Places are given in the text as it was decoded, so
// each offset can be led back.
type view struct {
	text    string
	decoded string  // as it was
	at      []int32 // offset in the original of each byte, and one more for the end; nil when they are the same
}

// original leads a span of the view back.
func (v *view) original(start, end int) (int, int) {
	if v.at == nil {
		return start, end
	}
	if start == end {
		return int(v.at[start]), int(v.at[start])
	}
	// The end is behind the last character of the span, not before the next one: what was dropped between stays outside.
	last := int(v.at[end-1])
	if utf8.RuneStart(v.decoded[last]) {
		_, n := utf8.DecodeRuneInString(v.decoded[last:])
		return int(v.at[start]), last + n
	}
	return int(v.at[start]), last + 1
}

// wide tells whether a sign was written in full width, as Chinese and Japanese do: no space stands behind it.
func (v *view) wide(i int) bool { return v.at != nil && v.decoded[v.at[i]] >= utf8.RuneSelf }

// look makes the view of a text.
func (s *scratch) look(t *parsers.Text) *view {
	plain, same := true, true
	for i := 0; i < len(t.Text); i++ {
		c := t.Text[i]
		if c >= 0x80 {
			plain = false
			break
		}
		if c == '\r' {
			same = false
		}
	}
	if plain && same && !t.Flowed {
		return &view{text: t.Text, decoded: t.Text}
	}
	v := &view{decoded: t.Text, at: slices.Grow(s.at[:0], len(t.Text)+1)}
	out := slices.Grow(s.plain[:0], len(t.Text))
	put := func(from int, b ...byte) {
		for range b {
			v.at = append(v.at, int32(from))
		}
		out = append(out, b...)
	}
	for i := 0; i < len(t.Text); {
		c := t.Text[i]
		if c < 0x80 {
			run := i
			for run < len(t.Text) && t.Text[run] < 0x80 && t.Text[run] != '\r' && (t.Text[run] != ' ' || !t.Flowed) {
				run++
			}
			if run > i {
				n := len(v.at) // there is room: no byte becomes two
				v.at = v.at[:n+run-i]
				for k := range run - i {
					v.at[n+k] = int32(i + k)
				}
				out = append(out, t.Text[i:run]...)
				i = run
				continue
			}
			switch {
			case c == '\r' && i+1 < len(t.Text) && t.Text[i+1] == '\n':
				i++
				continue
			case c == '\r':
				c = '\n'
			case c == ' ' && t.Flowed:
				if n := softBreak(t.Text[i:]); n > 0 {
					if !t.DelSp {
						put(i, ' ')
					}
					i += n
					continue
				}
			}
			put(i, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(t.Text[i:])
		switch p := plainRune(r); {
		case p == 0:
		case p < 0x80:
			put(i, byte(p))
		default:
			for k := range n {
				v.at = append(v.at, int32(i+k))
			}
			out = append(out, t.Text[i:i+n]...)
		}
		i += n
	}
	v.at = append(v.at, int32(len(t.Text)))
	v.text = string(out)
	s.plain, s.at = out, v.at
	return v
}

// softBreak is the length of a space and line end that join two lines (RFC 3676 section 4.2); 0 when it is none. The
// line "-- " is never joined, nor a line with one of another depth of quotation.
func softBreak(s string) int {
	n := 1
	if n < len(s) && s[n] == '\r' {
		n++
	}
	if n >= len(s) || s[n] != '\n' {
		return 0
	}
	n++
	if n < len(s) && (s[n] == '>' || s[n] == '\n' || s[n] == '\r') {
		return 0
	}
	if n < len(s) && s[n] == ' ' { // space-stuffed
		n++
	}
	return n
}

// plainRune gives the plain form of full-width characters and odd spaces; 0 for a character without width.
func plainRune(r rune) rune {
	switch {
	case r >= '\uff01' && r <= '\uff5e':
		return r - 0xfee0
	case r == '\u00a0', r == '\u202f', r == '\u3000', r >= '\u2000' && r <= '\u200a':
		return ' '
	case r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2064', r == '\ufeff', r == '\u00ad', r == '\u034f':
		return 0
	case r == '\u2028', r == '\u2029', r == '\u0085':
		return '\n'
	case r == '\u2010', r == '\u2011':
		return '-'
	}
	return r
}

// filler stands in a folded text where a character became shorter, so that offsets stay.
const filler = 0

// fold makes text comparable: lower case, Latin letters without accents, one space for white space, the same length.
// Bytes that have nothing to say are filler.
func fold(s string) []byte { return foldInto(nil, s) }

func foldInto(buffer []byte, s string) []byte {
	out := slices.Grow(buffer[:0], len(s))[:len(s)]
	clear(out)
	space := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			switch {
			case c >= 'A' && c <= 'Z':
				c += 'a' - 'A'
			case c == ' ' || c == '\n' || c == '\t' || c == '\r':
				if space {
					c = filler
				} else {
					c = ' '
				}
				space = true
				out[i] = c
				i++
				continue
			case c < ' ':
				c = filler
			}
			space = false
			out[i] = c
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		space = false
		if plain := latin(r); plain != "" {
			copy(out[i:i+n], plain)
		} else if r >= 0x300 && r <= 0x36f { // combining accents
		} else {
			copy(out[i:], s[i:i+n])
		}
		i += n
	}
	return out
}

// latin gives the plain letters of an accented one, no longer than its UTF-8 form.
func latin(r rune) string {
	switch {
	case r >= 0xc0 && r <= 0xff:
		return latin1[r-0xc0]
	case r >= 0x100 && r <= 0x17f:
		return latinA[r-0x100]
	case r == '’' || r == '‘' || r == 'ʼ' || r == '´':
		return "'"
	case r == '–' || r == '—' || r == '‐' || r == '‑':
		return "-"
	case r == '“' || r == '”' || r == '„':
		return `"`
	case r == 'ß':
		return "ss"
	}
	return ""
}

var latin1 = [64]string{
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "x", "o", "u", "u", "u", "u", "y", "th", "ss",
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "/", "o", "u", "u", "u", "u", "y", "th", "y",
}

// latinA is Latin Extended-A (U+0100 to U+017F).
var latinA = func() (table [128]string) {
	const plain = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii__jjkkkllllllllllnnnnnnnnnoooooo__rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
	for i := range plain {
		if plain[i] != '_' {
			table[i] = plain[i : i+1]
		}
	}
	table[0x32], table[0x33], table[0x52], table[0x53] = "ij", "ij", "oe", "oe"
	return table
}()
