package table

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"waybill/parsers"
)

// decode gives the text of a file as UTF-8: byte order mark, else UTF-16 that shows itself by its zero bytes, else UTF-8, whole or with
// a little damage, else the supplier's charset, else the one in which its headings are words (see telling), else Windows-1252. Detectors
// that guess by letter frequency were wrong too often.
func decode(doc []byte, charset string) string {
	switch {
	case bytes.HasPrefix(doc, []byte("\xef\xbb\xbf")):
		return lossless(doc[3:], charset)
	case bytes.HasPrefix(doc, []byte("\xff\xfe")), zeros(doc, 1):
		return converted(doc, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
	case bytes.HasPrefix(doc, []byte("\xfe\xff")), zeros(doc, 0):
		return converted(doc, unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	}
	return lossless(doc, charset)
}

func lossless(doc []byte, charset string) string {
	if bytes.Contains(doc, []byte("\x1b$B")) || bytes.Contains(doc, []byte("\x1b$@")) { // ISO-2022-JP shows itself by its escapes (RFC 1468)
		return converted(doc, japanese.ISO2022JP)
	}
	if utf8.Valid(doc) {
		return string(doc)
	}
	if parsers.MostlyUTF8(doc, false) {
		return string(bytes.ToValidUTF8(doc, []byte("\ufffd")))
	}
	if charset != "" {
		if e, err := htmlindex.Get(charset); err == nil {
			return converted(doc, e)
		}
	}
	return converted(doc, telling(doc))
}

func converted(doc []byte, e encoding.Encoding) string {
	out, err := e.NewDecoder().Bytes(doc)
	if err != nil {
		return string(bytes.ToValidUTF8(doc, []byte("\ufffd")))
	}
	return string(out)
}

// zeros tells whether nearly every second byte from first on is zero, and hardly any other: UTF-16 without a mark.
func zeros(doc []byte, first int) bool {
	n := min(len(doc), 512) &^ 1
	if n < 8 {
		return false
	}
	here, there := 0, 0
	for i := 0; i < n; i += 2 {
		if doc[i+first] == 0 {
			here++
		}
		if doc[i+1-first] == 0 {
			there++
		}
	}
	return here*10 > n/2*7 && there*20 < n/2
}
