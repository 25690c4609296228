package templates

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Encodings lists the encodings that files can be written in.
func Encodings() []string {
	return []string{"utf-8", "utf-8-bom", "utf-16", "utf-16le", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
		"windows-1257", "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "koi8-r", "shift-jis", "euc-jp", "gb18030", "gbk", "big5", "euc-kr"}
}

// encoder gives the encoding of a name, and what stands before the text. UTF-8 has a nil encoding: the text is written as it is.
func encoder(name string) (enc encoding.Encoding, bom string, err error) {
	switch name {
	case "", "utf-8":
		return nil, "", nil
	case "utf-8-bom": // what Excel needs to see that a CSV is UTF-8
		return nil, "\uFEFF", nil
	case "utf-16": // little-endian with its mark, what Excel calls Unicode text
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\uFEFF", nil
	case "utf-16le": // RFC 2781 section 3.3: without a mark
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "", nil
	case "windows-1250":
		enc = charmap.Windows1250
	case "windows-1251":
		enc = charmap.Windows1251
	case "windows-1252":
		enc = charmap.Windows1252
	case "windows-1253":
		enc = charmap.Windows1253
	case "windows-1254":
		enc = charmap.Windows1254
	case "windows-1257":
		enc = charmap.Windows1257
	case "iso-8859-1":
		enc = charmap.ISO8859_1
	case "iso-8859-2":
		enc = charmap.ISO8859_2
	case "iso-8859-9":
		enc = charmap.ISO8859_9
	case "iso-8859-15":
		enc = charmap.ISO8859_15
	case "koi8-r":
		enc = charmap.KOI8R
	case "shift-jis":
		enc = japanese.ShiftJIS
	case "euc-jp":
		enc = japanese.EUCJP
	case "gb18030":
		enc = simplifiedchinese.GB18030
	case "gbk":
		enc = simplifiedchinese.GBK
	case "big5":
		enc = traditionalchinese.Big5
	case "euc-kr":
		enc = korean.EUCKR
	default:
		return nil, "", fmt.Errorf("there is no encoding %q%s; expected one of %s", name, suggest(name, Encodings()), strings.Join(Encodings(), ", "))
	}
	return enc, "", nil
}

// unwritable finds the first character of a text that an encoding cannot write.
func unwritable(enc encoding.Encoding, text string) (rune, bool) {
	e := enc.NewEncoder()
	for _, r := range text {
		if _, err := e.String(string(r)); err != nil {
			return r, true
		}
	}
	return 0, false
}
