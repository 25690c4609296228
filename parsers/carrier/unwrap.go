package carrier

import (
	"encoding/base64"
	"strings"
)

// Mail filters and click counters put links into links; here they are taken out again.

// decoded is a URL with some of its escapes removed; at[i] is the offset of its byte i in the text.
type decoded struct {
	text  string
	at    []int
	whole *span // where all of it stands, when its bytes have no place of their own
}

func (d decoded) slice(from, to int) decoded {
	return decoded{d.text[from:to], d.at[from : to+1], d.whole}
}

// place is where a piece of it stands in the text.
func (d decoded) place(from, to int) (start, end int) {
	if d.whole != nil {
		return d.whole.from, d.whole.to
	}
	return d.at[from], d.at[to]
}

// decode removes one layer of percent escapes, and HTML's "&amp;".
func (d decoded) decode() decoded {
	if !strings.Contains(d.text, "%") && !strings.Contains(d.text, "&amp;") {
		return d
	}
	out := decoded{at: make([]int, 0, len(d.at)), whole: d.whole}
	buffer := make([]byte, 0, len(d.text))
	for i := 0; i < len(d.text); i++ {
		c := d.text[i]
		out.at = append(out.at, d.at[i])
		if c == '%' && i+2 < len(d.text) && isHex(d.text[i+1]) && isHex(d.text[i+2]) {
			c = unhex(d.text[i+1])<<4 | unhex(d.text[i+2])
			i += 2
		} else if c == '&' && strings.HasPrefix(d.text[i:], "&amp;") {
			i += 4
		}
		buffer = append(buffer, c)
	}
	out.at = append(out.at, d.at[len(d.text)])
	out.text = string(buffer)
	return out
}

// innerLink finds a link inside a link: escaped in a parameter, which the next "&" ends, or plain in the path.
func innerLink(u decoded) (decoded, bool) {
	if inner, ok := rewritten(u); ok {
		return inner, true
	}
	lower := strings.ToLower(u.text)
	from, escaped := -1, false
	for _, mark := range [...]string{"http%3a", "https%3a", "http%253a", "https%253a"} {
		if at := strings.Index(lower, mark); at > 0 && (from < 0 || at < from) {
			from, escaped = at, true
		}
	}
	for _, mark := range [...]string{"http://", "https://"} {
		if at := strings.Index(lower, mark); at > 0 && (from < 0 || at < from) {
			from, escaped = at, false
		}
	}
	if from < 0 {
		return encodedLink(u)
	}
	end := len(u.text)
	if escaped {
		if at := strings.IndexByte(u.text[from:], '&'); at >= 0 {
			end = from + at
		}
		return u.slice(from, end).decode(), true
	}
	if strings.HasSuffix(u.text[:from], "__") { // Proofpoint's version 3
		if at := strings.Index(u.text[from:], "__"); at >= 0 {
			end = from + at
		}
	}
	return u.slice(from, end), true
}

// rewritten undoes the second version of Proofpoint's links, which writes "-3A" for "%3A" and "_" for "/".
func rewritten(u decoded) (decoded, bool) {
	from := strings.Index(u.text, "http-3A__")
	if from < 0 {
		from = strings.Index(u.text, "https-3A__")
	}
	if from < 0 {
		return decoded{}, false
	}
	end := len(u.text)
	if at := strings.IndexByte(u.text[from:], '&'); at >= 0 {
		end = from + at
	}
	inner := u.slice(from, end)
	inner.text = strings.NewReplacer("_", "/", "-", "%").Replace(inner.text)
	return inner.decode(), true
}

// encodedLink finds a link that a click counter has put into base64. All of it has the place of what is written.
func encodedLink(u decoded) (decoded, bool) {
	from := strings.Index(u.text, "aHR0c") // "http"
	if from <= 0 || strings.IndexByte("=/,_-.", u.text[from-1]) < 0 {
		return decoded{}, false
	}
	end := from
	for end < len(u.text) && (isAlphanumeric(u.text[end]) || strings.IndexByte("+/-_", u.text[end]) >= 0) {
		end++
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_").Replace(u.text[from:end]))
	if err != nil || !hasPrefixFold(string(raw), "http") {
		return decoded{}, false
	}
	inner := decoded{text: string(raw), at: make([]int, len(raw)+1)}
	for i := range inner.at {
		inner.at[i] = u.at[end]
	}
	inner.whole = &span{u.at[from], u.at[end]}
	return inner, true
}

func isAlphanumeric(c byte) bool {
	return classes[c] == digitClass || classes[c] == upperClass || classes[c] == lowerClass
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
