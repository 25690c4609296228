package parsers

import "unicode/utf8"

// MostlyUTF8 tells UTF-8 with a little damage (a character cut by a relay, or by the end of the file) from another charset, in which hardly any bytes
// happen to be UTF-8. Where the header says UTF-8, what is left of a torn character of three bytes or more is a sign of it too.
func MostlyUTF8(b []byte, declared bool) bool {
	good, bad := 0, 0 // bytes
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		_, n := utf8.DecodeRune(b[i:])
		if n == 1 && declared && b[i] >= 0xe0 { // a lead byte, and some of those that belong behind it
			for i+n < len(b) && b[i+n]&0xc0 == 0x80 {
				n++
			}
		}
		if n == 1 {
			bad++
			continue
		}
		good += n
		i += n - 1
	}
	return good > 3*bad
}
