package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"waybill/parsers"
)

// The order of trust: a byte order mark, valid UTF-8, the declared charset where the bytes allow it, the supplier's setting, a charset whose
// words the bytes hold (detect.go), Windows-1252.

var (
	bom8   = []byte("\xef\xbb\xbf")
	bom16l = []byte("\xff\xfe")
	bom16b = []byte("\xfe\xff")
)

// decodeCharset turns bytes into UTF-8. declared and usual (the supplier's) may be empty or unknown.
func decodeCharset(b []byte, declared, usual string) string {
	switch {
	case bytes.HasPrefix(b, bom8):
		return strings.ToValidUTF8(string(b[len(bom8):]), "\uFFFD")
	case bytes.HasPrefix(b, bom16l), bytes.HasPrefix(b, bom16b):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), b)
	}
	declared = strings.ToLower(strings.Trim(declared, " \t\"'"))
	high := hasHigh(b)
	if declared == "utf-7" || declared == "unicode-1-1-utf-7" {
		return decodeUTF7(b)
	}
	if s := ""; bytes.IndexByte(b[:min(len(b), 4096)], 0) >= 0 && !strings.HasPrefix(declared, "utf-16") && !strings.HasPrefix(declared, "utf16") {
		if s = wide(b); s != "" {
			return s
		}
	}
	if !high && !shifted(b) && !strings.HasPrefix(declared, "utf-16") && !strings.HasPrefix(declared, "utf16") {
		return string(b)
	}
	// Text that is valid UTF-8 beyond ASCII is UTF-8 whatever the header says: other charsets make such bytes only by a
	// very rare accident, and "iso-8859-1" is what many programs write without looking.
	if high && utf8.Valid(b) {
		return unscramble(string(b))
	}
	if high && parsers.MostlyUTF8(b, isUTF8(declared)) {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if enc := lookup("iso-2022-jp"); !high && bytes.Contains(b, []byte("\x1b$")) && !strings.HasPrefix(declared, "iso-2022") {
		return decodeWith(enc, b)
	}
	for _, name := range []string{declared, usual} {
		if isUTF8(name) {
			continue
		}
		if enc := lookup(name); enc != nil {
			decoded := decodeWith(enc, b)
			if strings.Contains(decoded, "\uFFFD") || western(enc) {
				if other := told(b); other != "" {
					return other
				}
			}
			return decoded
		}
	}
	if high {
		if decoded := told(b); decoded != "" {
			return decoded
		}
	}
	return decodeWith(charmap.Windows1252, b)
}

// western tells the charset that programs name when they know none: any bytes are text in it.
func western(enc encoding.Encoding) bool {
	return enc == charmap.Windows1252 || enc == charmap.ISO8859_1
}

// decode8bit reads raw header text.
func decode8bit(s, usual string) string {
	if utf8.ValidString(s) {
		return s
	}
	return decodeCharset([]byte(s), "", usual)
}

func isUTF8(name string) bool {
	return name == "utf-8" || name == "utf8" || name == "unicode-1-1-utf-8"
}

// lookup finds an encoding by the names that mails use, some of which the WHATWG list that htmlindex holds lacks.
func lookup(name string) encoding.Encoding {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "us-ascii", "ascii", "unknown", "unknown-8bit", "x-unknown", "binary", "default":
		return nil
	case "utf-16", "utf16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "cp932", "ms932", "windows-31j", "x-ms-cp932", "shift-jis", "sjis":
		name = "shift_jis"
	case "cp936", "gb-2312", "euc-cn":
		name = "gbk"
	case "cp949", "ks_c_5601", "ms949":
		name = "euc-kr"
	case "cp950", "big-5":
		name = "big5"
	case "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-ms", "cp50220", "cp50221":
		name = "iso-2022-jp"
	case "iso8859_1", "latin-1", "iso_8859_1":
		name = "iso-8859-1"
	case "iso-8859-15", "latin-9", "latin9", "iso8859_15":
		name = "iso-8859-15"
	case "cp850", "ibm850", "cp-850":
		return charmap.CodePage850
	case "hz-gb-2312", "hz":
		return simplifiedchinese.HZGB2312
	case "iso-2022-kr":
		return nil
	case "cp437", "ibm437":
		return charmap.CodePage437
	}
	if strings.HasPrefix(name, "cp125") {
		name = "windows-" + name[2:]
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}

func decodeWith(enc encoding.Encoding, b []byte) string {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		out, _ = charmap.Windows1252.NewDecoder().Bytes(b)
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

func hasHigh(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// shifted tells text in a 7-bit charset that switches by escape sequences (ISO 2022, RFC 1468, RFC 1922).
func shifted(b []byte) bool {
	return bytes.IndexByte(b, 0x1b) >= 0 || bytes.Contains(b, []byte("~{"))
}
