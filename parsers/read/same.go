package read

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// repeats tells whether an HTML body says what the plain one says, word for word, so that it need not be read: no table that
// lines words up, no link that leads to a parcel and stands nowhere else.
func repeats(html, plain *parsers.Text) bool {
	if !html.Extracted || plain.Extracted || len(plain.Text) == 0 {
		return false
	}
	for _, g := range html.Tables {
		if len(g.Rows) > 1 && len(g.Rows[0]) > 1 {
			return false
		}
	}
	if !sameWords(html.Text, plain.Text) {
		return false
	}
	for i, l := range html.Links {
		if i >= 50 {
			return false
		}
		if !strings.Contains(plain.Text, l.URL) && len(carrier.Find(l.URL, carrier.Context{})) > 0 {
			return false
		}
	}
	return true
}

// sameWords compares the letters and digits of two texts. Addresses, which programs write behind the words of a link, are
// left out, and so are signs: quotation, bullets, emphasis.
func sameWords(a, b string) bool {
	i, j := 0, 0
	for {
		i, j = nextWordByte(a, i), nextWordByte(b, j)
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i++
		j++
	}
}

// nextWordByte is the offset of the next byte of a letter or digit from i on.
func nextWordByte(s string, i int) int {
	for i < len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			if (c == 'h' || c == 'w' || c == 'm') && (i == 0 || !wordByte(s[i-1])) {
				if n := addressLength(s[i:]); n > 0 {
					i += n
					continue
				}
			}
			return i
		case c == 0xc2 && i+1 < len(s): // signs of Latin-1: no-break space, soft hyphen, quotes
			i += 2
		case c == 0xe2 && i+2 < len(s): // punctuation, bullets, arrows; U+2000 to U+2FFF
			i += 3
		case c >= 0x80:
			return i
		default:
			i++
		}
	}
	return i
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// addressLength is the length of an address at the start of s, or 0.
func addressLength(s string) int {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "mailto:") && !strings.HasPrefix(s, "www.") {
		return 0
	}
	if n := strings.IndexAny(s, " \t\r\n<>\""); n >= 0 {
		return n
	}
	return len(s)
}
