package mail

import (
	"bytes"
	"unicode/utf8"
)

// decodeTransfer undoes the Content-Transfer-Encoding (RFC 2045 section 6) and is happy with the damage that is
// usual: base64 with spaces, missing padding or a footer that a list server added, quoted-printable with bare "=".
func decodeTransfer(body []byte, encoding string) []byte {
	switch encoding {
	case "base64":
		if sentences(body) {
			if spaced := decodeBase64(unspaced(body)); told64(spaced) {
				return spaced
			}
			return body
		}
		return decodeBase64(body)
	case "quoted-printable":
		if body = decodeQP(body); printable(body) {
			return decodeQP(body) // encoded twice
		}
		return body
	case "x-uuencode", "uuencode", "x-uue":
		return decodeUU(body)
	}
	return body
}

// decodeText is decodeTransfer for a text, which may be encoded though its head does not say so.
func decodeText(body []byte, encoding string) []byte {
	switch encoding {
	case "", "7bit", "8bit", "binary":
		switch {
		case printable(body):
			return decodeQP(body)
		case encoded(body):
			if decoded := decodeBase64(body); utf8.Valid(decoded) && !bytes.ContainsRune(decoded, 0) && bytes.IndexByte(decoded, ' ') > 0 {
				return decoded
			}
		}
	}
	return decodeTransfer(body, encoding)
}

// printable tells text that is quoted-printable whatever its head says: each "=" begins two hexadecimal digits or ends a line, and there are
// two that no address or sum has: "=3D", "=20", a byte beyond ASCII; or one and a soft break.
func printable(body []byte) bool {
	signs := 0
	broken := false
	for i := bytes.IndexByte(body, '='); i >= 0 && i < len(body); {
		rest := body[i+1:]
		switch {
		case len(rest) == 0 || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")):
			broken = true
		case len(rest) < 2 || unhex(rest[0]) < 0 || unhex(rest[1]) < 0:
			return false
		case rest[0] >= 'C' && rest[0] <= 'E', bytes.HasPrefix(rest, []byte("3D")), bytes.HasPrefix(rest, []byte("20")):
			signs++
		}
		n := bytes.IndexByte(rest, '=')
		if n < 0 {
			break
		}
		i += 1 + n
	}
	return signs >= 2 || signs == 1 && broken
}

// encoded tells a body that is nothing but base64, of some length.
func encoded(body []byte) bool {
	n := 0
	for _, c := range bytes.TrimSpace(body) {
		switch {
		case c == '\n' || c == '\r':
		case c == '=' || sextet[c] != 0xff && c != '-' && c != '_':
			n++
		default:
			return false
		}
	}
	return n >= 40 && n%4 == 0
}

// sentences tells a body that is said to be base64 and is words: its first line is none, and short pieces stand between spaces.
func sentences(body []byte) bool {
	words, lines := 0, 0
	for rest := body; len(rest) > 0 && lines < 5; {
		var line []byte
		line, rest = cutLine(rest)
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if lines++; lines == 1 && wholeBase64(line) {
			return false
		}
		for piece := range bytes.FieldsSeq(line) {
			if len(piece) < 20 && len(piece) < len(line) {
				words++
			}
		}
	}
	return words >= 4
}

// unspaced is a body without the blanks in its lines, which a relay put there.
func unspaced(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for _, c := range body {
		if c != ' ' && c != '\t' {
			out = append(out, c)
		}
	}
	return out
}

// told64 tells that something was base64 indeed: what came out is a text or a document. Words that are decoded make neither.
func told64(decoded []byte) bool {
	if bytes.HasPrefix(decoded, []byte("PK\x03\x04")) || bytes.HasPrefix(decoded, []byte("%PDF-")) {
		return true
	}
	for _, c := range decoded {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			return false
		}
	}
	return len(decoded) > 0 && utf8.Valid(decoded)
}

// decodeBase64 skips what is not of the alphabet and stops at text that can't be base64 any more: a footer, which has
// spaces between words. Padding in the middle means that two encodings were put one after the other.
func decodeBase64(body []byte) []byte {
	out := make([]byte, 0, len(body)*3/4+3)
	var bits uint32
	have := 0 // sextets in bits
	padded := false
	flush := func() {
		switch have {
		case 2:
			out = append(out, byte(bits>>4))
		case 3:
			out = append(out, byte(bits>>10), byte(bits>>2))
		}
		bits, have = 0, 0
	}
	for rest := body; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		if len(out) > 0 && bytes.IndexByte(bytes.TrimSpace(line), ' ') > 0 && bytes.ContainsAny(line, ".,:;_@") {
			break
		}
		if padded && !wholeBase64(line) || len(out) > 0 && rule(line) {
			break
		}
		for _, c := range line {
			v := sextet[c]
			if v == 0xff {
				if c == '=' {
					flush()
					padded = true
				}
				continue
			}
			bits = bits<<6 | uint32(v)
			if have++; have == 4 {
				out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, have = 0, 0
			}
		}
	}
	flush()
	return out
}

// rule tells a line that divides, whose signs are of the second alphabet of base64.
func rule(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 2 && len(bytes.Trim(line, "-_")) == 0
}

// wholeBase64 tells a line that is nothing but base64.
func wholeBase64(line []byte) bool {
	line = bytes.TrimSpace(line)
	for _, c := range line {
		if c == '-' || c == '_' || sextet[c] == 0xff && c != '=' {
			return false
		}
	}
	return len(line)%4 == 0
}

// sextet is the value of each character of the base64 alphabets (RFC 4648 sections 4 and 5), 0xff for all others.
var sextet = func() (table [256]byte) {
	for i := range table {
		table[i] = 0xff
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range alphabet {
		table[alphabet[i]] = byte(i)
	}
	table['-'], table['_'] = 62, 63
	return table
}()

// decodeQP decodes quoted-printable (RFC 2045 section 6.7). A line end that is encoded is kept as it is.
func decodeQP(body []byte) []byte {
	if bytes.IndexByte(body, '=') < 0 {
		return body
	}
	out := make([]byte, 0, len(body))
	start := 0 // of the line
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == '\n' {
			start = i + 1
		}
		if c != '=' {
			out = append(out, c)
			continue
		}
		if i+2 < len(body) {
			if hi, lo := unhex(body[i+1]), unhex(body[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		// A soft line break: "=", perhaps spaces that a relay added, line end.
		j := i + 1
		for j < len(body) && (body[j] == ' ' || body[j] == '\t') {
			j++
		}
		switch {
		case j == i+2 && j < len(body) && i-start >= 70 && body[j] > ' ':
			i = j - 1 // its line end became a space
			start = i
		case j >= len(body):
			i = j
		case body[j] == '\n':
			i, start = j, j+1
		case body[j] == '\r':
			i = j
			if j+1 < len(body) && body[j+1] == '\n' {
				i++
			}
			start = i + 1
		default:
			out = append(out, c)
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeUU decodes uuencode (POSIX.1-2017, uuencode), which old programs still send.
func decodeUU(body []byte) []byte {
	out := make([]byte, 0, len(body)*3/4)
	started := false
	for rest := body; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		if !started {
			started = bytes.HasPrefix(line, []byte("begin "))
			continue
		}
		if len(line) == 0 || bytes.Equal(line, []byte("end")) {
			break
		}
		n := int(line[0]-' ') & 63
		for i := 1; i+3 < len(line) && n > 0; i += 4 {
			a, b, c, d := (line[i]-' ')&63, (line[i+1]-' ')&63, (line[i+2]-' ')&63, (line[i+3]-' ')&63
			three := []byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
			out = append(out, three[:min(n, 3)]...)
			n -= 3
		}
	}
	return out
}
