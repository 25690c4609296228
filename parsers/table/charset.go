package table

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"waybill/parsers/carrier"
)

// charsets are what files come in that declare nothing and are not UTF-8. Windows-1252 comes first: it stays where nothing tells.
var charsets = [...]encoding.Encoding{
	charmap.Windows1252, charmap.Windows1250, charmap.ISO8859_2, charmap.Windows1251, charmap.KOI8R, charmap.Windows1253, charmap.Windows1254, charmap.Macintosh, charmap.CodePage850, charmap.CodePage852,
	simplifiedchinese.GB18030, japanese.ShiftJIS, japanese.EUCJP, traditionalchinese.Big5, korean.EUCKR,
}

// sampleBytes of a file are looked at to find its charset.
const sampleBytes = 32 << 10

// telling finds the charset in which the most cells are headings and words of state that are known. How often letters occur says
// little in a table; that "\x8d\xf8..." is "delivery number" in one charset and nothing in all others says all.
func telling(doc []byte) encoding.Encoding {
	head := doc
	if len(head) > sampleBytes {
		head = head[:sampleBytes]
		if i := bytes.LastIndexByte(head, '\n'); i > 0 {
			head = head[:i]
		}
	}
	best, most := charsets[0], 0
	for _, e := range charsets {
		text, err := e.NewDecoder().String(string(head))
		if err != nil || strings.ContainsRune(text, utf8.RuneError) {
			continue
		}
		if n := knownCells(text); n > most {
			best, most = e, n
		}
	}
	return best
}

// knownCells counts the cells beyond ASCII that are headings (3), words of state (2) or carriers (2).
func knownCells(text string) int {
	const mostCells = 400
	n, seen := 0, 0
	counted := map[string]bool{}
	for cell := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\t|\n\r\"^~", r) }) {
		if seen++; seen > mostCells {
			break
		}
		cell = strings.TrimSpace(cell)
		if len(cell) > 80 || plainASCII(cell) || counted[cell] {
			continue
		}
		counted[cell] = true
		if m, full, _ := meaningOf(cell, nil); m != Unknown && full {
			n += 3
		} else if _, ok := statesByWord[carrier.Fold(cell)]; ok {
			n += 2
		} else if slug, score := carrier.Normalize(cell); slug != "" && score >= 0.9 {
			n += 2
		} else if s, ok := stateInside(strings.Fields(carrier.Fold(cell))); ok && s.kind != "" {
			n++
		}
	}
	return n
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
