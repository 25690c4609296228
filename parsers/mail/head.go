package mail

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"waybill/parsers"
)

// head is the header block of a mail or a part.
type head struct {
	fields []field
}

// field is one header field as it stands: the value may be folded and hold encoded words.
type field struct {
	name  string
	value []byte
	start int // offset of its line
}

// readHead reads fields up to the empty line. Lines that are no field are skipped: a stray "From " of an mbox,
// a header that a gateway broke. ended says that a boundary came before the empty line.
func (w *walker) readHead() (h head, end boundary, ended bool) {
	start, value := w.pos, 0 // value is where the value of the last field begins
	w.strays = w.strays[:0]
	for w.pos < len(w.raw) {
		if w.pos-start > parsers.MaxHeader {
			if w.err == nil {
				w.err = limit("too_large", "The header of this mail is larger than %d KB.", parsers.MaxHeader>>10)
			}
			return h, atEnd, true
		}
		rest := w.raw[w.pos:]
		line, after := cutLine(rest)
		next := len(w.raw) - len(after)
		if after == nil {
			next = len(w.raw)
		}
		if len(line) == 0 {
			w.pos = next
			return h, end, false
		}
		if b, ok := w.match(line); ok {
			w.pos = next
			return h, b, true
		}
		if (line[0] == ' ' || line[0] == '\t') && len(h.fields) > 0 {
			h.fields[len(h.fields)-1].value = w.raw[value : w.pos+len(line)]
			w.pos = next
			continue
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 || !fieldName(line[:colon]) {
			if len(h.fields) == 0 && colon < 0 && !bytes.HasPrefix(line, []byte("From ")) && start > 0 {
				// A part without a head whose text begins at once.
				w.hurt("a part has no head")
				return h, end, false
			}
			if n := len(h.fields) - 1; n >= 0 {
				if v := h.fields[n].value; bytes.HasSuffix(bytes.TrimRight(v, " \t\r"), []byte(";")) && bytes.IndexByte(line, '=') > 0 {
					w.hurt("a line of a head that goes on is not indented")
					h.fields[n].value = w.raw[value : w.pos+len(line)]
				} else {
					w.strays = append(w.strays, w.pos)
				}
			}
			w.pos = next
			continue
		}
		value = w.pos + colon + 1
		h.fields = append(h.fields, field{strings.ToLower(string(bytes.TrimRight(line[:colon], " \t"))), line[colon+1:], w.pos})
		w.pos = next
	}
	return h, atEnd, true
}

func fieldName(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	if len(b) == 0 || len(b) > 76 {
		return false
	}
	for _, c := range b {
		if c <= ' ' || c >= 127 {
			return false
		}
	}
	return true
}

// get is the first field of that name (lower case), unfolded but not decoded.
func (h head) get(name string) string {
	for i := range h.fields {
		if h.fields[i].name == name {
			return unfold(h.fields[i].value)
		}
	}
	return ""
}

func (h head) has(name string) bool {
	for i := range h.fields {
		if h.fields[i].name == name {
			return true
		}
	}
	return false
}

func (h head) count(name string) int {
	n := 0
	for i := range h.fields {
		if h.fields[i].name == name {
			n++
		}
	}
	return n
}

func (h head) all(name string) []string {
	var all []string
	for i := range h.fields {
		if h.fields[i].name == name {
			all = append(all, unfold(h.fields[i].value))
		}
	}
	return all
}

// unfold joins the lines of a field (RFC 5322 section 2.2.3).
func unfold(v []byte) string {
	v = bytes.TrimSpace(v)
	if bytes.IndexByte(v, '\n') < 0 && bytes.IndexByte(v, '\r') < 0 {
		return string(v)
	}
	out := make([]byte, 0, len(v))
	for _, c := range v {
		if c != '\n' && c != '\r' {
			out = append(out, c)
		}
	}
	return string(out)
}

// describe fills what the head says about the part.
func (w *walker) describe(n *node, fallback string) {
	kind := n.head.get("content-type")
	disposition := n.head.get("content-disposition")
	if strings.Count(kind, ";")+strings.Count(disposition, ";") > parsers.MaxParameters {
		if w.err == nil {
			w.err = limit("too_many_parameters", "A part of this mail has more than %d parameters.", parsers.MaxParameters)
		}
		return
	}
	n.contentType, n.params = parameters(kind)
	if !strings.Contains(n.contentType, "/") {
		if kind != "" {
			w.hurt("a Content-Type names no type")
		}
		n.contentType = fallback
	}
	var about map[string]string
	n.disposition, about = parameters(disposition)
	n.encoding = encodingName(n.head.get("content-transfer-encoding"))
	n.name = fileName(about["filename"], n.params["name"])
	if n.head.count("content-type") > 1 || n.head.count("content-transfer-encoding") > 1 {
		w.hurt("a head says twice what the part is")
	}
	if strings.HasPrefix(n.contentType, "multipart/") && !identity(n.encoding) {
		w.hurt("a multipart is said to be encoded") // RFC 2045 section 6.4
	}
	switch n.encoding {
	case "", "7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue":
	default:
		w.hurt("a transfer encoding is unknown")
	}
}

// encodingName is the mechanism that a Content-Transfer-Encoding names, in lower case, without comments.
func encodingName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t;\"'"))
	if i := strings.IndexAny(s, " \t;("); i > 0 {
		s = s[:i]
	}
	return s
}

// bodyInHead finds the text of a part whose empty line between head and text got lost: it begins at the first line behind
// the last field of a mail's head that is no such field. It tells whether there is one, and puts pos before it.
func (w *walker) bodyInHead(n *node, start int, ended bool) bool {
	fields := n.head.fields
	last := -1
	for i := range fields {
		if fields[i].ofMail() {
			last = i
		}
	}
	if last < 0 && start == 0 || len(fields) == 0 {
		return false
	}
	after := start
	if last >= 0 {
		after = fields[last].start
	}
	text := -1
	for _, at := range w.strays {
		if at > after {
			text = at
			break
		}
	}
	if len(w.strays) > 0 {
		w.hurt("a head has lines that are no fields")
	}
	if text < 0 && !ended {
		return false
	}
	if last+1 < len(fields) && (text < 0 || fields[last+1].start < text) {
		text = fields[last+1].start
	}
	if text < 0 {
		return false
	}
	w.hurt("a head is not divided from its text")
	n.head.fields = fields[:last+1]
	w.pos = text
	return true
}

// ofMail tells fields that stand in heads of mails from lines of text that have a colon: "Tracking: 1Z…".
func (f *field) ofMail() bool {
	if strings.Contains(f.name, "-") {
		return true
	}
	switch f.name {
	case "from", "to", "cc", "bcc", "subject", "date", "sender", "received", "references", "comments", "keywords", "precedence", "priority", "importance",
		"organization", "organisation", "sensitivity", "lines", "path", "xref", "newsgroups":
		return true
	}
	return false
}

func fileName(names ...string) string {
	for _, name := range names {
		name = strings.Map(func(r rune) rune {
			if r < ' ' || r == 127 {
				return -1
			}
			return r
		}, decodeWords(name, ""))
		if i := strings.LastIndexAny(name, `/\`); i >= 0 {
			name = name[i+1:]
		}
		if name != "" {
			return name
		}
	}
	return ""
}

// parameters reads `type; name=value; name*=utf-8”value; name*0=…` (RFC 2045 section 5.1, RFC 2231) as leniently as
// mail programs write it: spaces around "=", missing quotes, spaces in unquoted values, repeated semicolons.
func parameters(s string) (string, map[string]string) {
	first, rest, _ := strings.Cut(s, ";")
	first = strings.TrimSpace(first)
	if i := strings.IndexAny(first, " \t("); i >= 0 {
		if first[i] != '(' && strings.Contains(first[i:], "=") { // a semicolon is missing
			rest = first[i:] + ";" + rest
		}
		first = first[:i]
	}
	kind := strings.ToLower(first)
	if kind = strings.Trim(kind, `"'`); strings.Count(kind, "/") > 1 {
		kind = kind[:strings.LastIndexByte(kind, '/')]
	}
	if rest == "" {
		return kind, nil
	}
	params := map[string]string{}
	pieces := map[string][]string{}
	for rest != "" {
		var key, value string
		key, value, rest = parameter(rest)
		if key == "" {
			continue
		}
		base, piece, ok := strings.Cut(key, "*")
		switch {
		case !ok:
			if _, seen := params[key]; !seen {
				params[key] = value
			}
		case piece == "":
			params[base] = extended(value)
		default:
			pieces[base] = append(pieces[base], piece+"="+value)
		}
	}
	for base, list := range pieces {
		params[base] = continued(list)
	}
	return kind, params
}

// parameter cuts the first name=value off s.
func parameter(s string) (key, value, rest string) {
	s = strings.TrimLeft(s, "; \t")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 {
		return "", "", ""
	}
	if s[eq] == ';' {
		return "", "", s[eq+1:]
	}
	key = strings.ToLower(strings.TrimSpace(s[:eq]))
	s = strings.TrimLeft(s[eq+1:], " \t")
	if s == "" || s[0] != '"' {
		value, rest, _ = strings.Cut(s, ";")
		return key, strings.TrimSpace(value), rest
	}
	var b strings.Builder
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		}
		b.WriteByte(s[i])
	}
	if i < len(s) {
		_, rest, _ = strings.Cut(s[i+1:], ";")
	}
	return key, b.String(), rest
}

// extended decodes charset'language'percent-encoded (RFC 2231 section 4).
func extended(s string) string {
	parts := strings.SplitN(s, "'", 3)
	if len(parts) < 3 {
		return s
	}
	raw, err := url.PathUnescape(parts[2])
	if err != nil {
		return parts[2]
	}
	return decodeCharset([]byte(raw), parts[0], "")
}

// continued joins name*0, name*1*, … (RFC 2231 section 3). They come in any order; there are at most MaxParameters.
func continued(list []string) string {
	var b strings.Builder
	encoded := false
	for i := 0; i < len(list); i++ {
		for _, piece := range list {
			n, v, _ := strings.Cut(piece, "=")
			star := strings.HasSuffix(n, "*")
			if strings.TrimSuffix(n, "*") != strconv.Itoa(i) {
				continue
			}
			if star {
				encoded = true
			} else {
				v = strings.ReplaceAll(v, "%", "%25")
			}
			b.WriteString(v)
			break
		}
	}
	if encoded {
		return extended(b.String())
	}
	return strings.ReplaceAll(b.String(), "%25", "%")
}

// decodeWords decodes encoded words (RFC 2047) wherever they stand, also inside quotes and without the white space
// that the RFC asks for around them. Neighbours in the same charset are joined before they are decoded, since many
// programs cut a character in two. Raw 8-bit text is taken as UTF-8, else as the charset given, else Windows-1252.
func decodeWords(s, charset string) string {
	if !strings.Contains(s, "=?") {
		return decode8bit(s, charset)
	}
	var out strings.Builder
	var pending []byte
	pendingCharset := ""
	flush := func() {
		if pending != nil {
			out.WriteString(decodeCharset(pending, pendingCharset, charset))
			pending = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		word, set, raw, ok := encodedWord(s[i:])
		if !ok {
			flush()
			out.WriteString(decode8bit(s[:i+2], charset))
			s = s[i+2:]
			continue
		}
		if between := s[:i]; pending == nil || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(decode8bit(between, charset))
		}
		if pending != nil && !strings.EqualFold(set, pendingCharset) {
			flush()
		}
		pendingCharset = set
		pending = append(pending, raw...)
		if pending == nil {
			pending = []byte{}
		}
		s = s[i+word:]
	}
	flush()
	out.WriteString(decode8bit(s, charset))
	return out.String()
}

// encodedWord reads one encoded word at the start of s and says how long it is.
func encodedWord(s string) (length int, charset string, raw []byte, ok bool) {
	set, rest, ok := strings.Cut(s[2:], "?")
	if !ok || set == "" || len(set) > 60 || len(rest) < 2 || rest[1] != '?' {
		return 0, "", nil, false
	}
	end := strings.Index(rest[2:], "?=")
	if end < 0 || strings.Contains(rest[2:2+end], "=?") {
		return 0, "", nil, false
	}
	text := rest[2 : 2+end]
	switch rest[0] {
	case 'q', 'Q':
		raw = decodeQ(text)
	case 'b', 'B':
		raw = decodeBase64([]byte(text))
	default:
		return 0, "", nil, false
	}
	length = len("=?") + len(set) + len("?Q?") + end + len("?=")
	set, _, _ = strings.Cut(set, "*") // RFC 2231 section 5: language
	return length, set, raw, true
}

func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}
