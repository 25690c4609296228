package mail

import (
	"strings"

	"waybill/parsers"
)

// addresses reads a list of mailboxes (RFC 5322 section 3.4) as leniently as it is written: groups, comments, encoded
// words inside quotes, unquoted commas in names ("Doe, Jane <jane@…>"), a bare word without "@". Each address found
// in angle brackets, or else each item of the list, is one mailbox; what is in front of it is its name.
func addresses(s, charset string) []parsers.Address {
	var list []parsers.Address
	var name, angle strings.Builder
	inAngle, hasAngle := false, false
	flush := func() {
		text := strings.TrimSpace(name.String())
		switch {
		case hasAngle:
			list = append(list, parsers.Address{Name: displayName(text, charset), Address: strings.TrimSpace(angle.String())})
		case strings.Contains(text, "@"):
			list = append(list, parsers.Address{Address: strings.Trim(text, `"' `)})
		}
		name.Reset()
		angle.Reset()
		inAngle, hasAngle = false, false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inAngle && c == '>':
			inAngle = false
		case inAngle:
			angle.WriteByte(c)
		case c == '"':
			end := quotedEnd(s, i)
			name.WriteString(unquote(s[i:end]))
			i = end - 1
		case c == '(':
			i = commentEnd(s, i) - 1
		case c == '<':
			inAngle, hasAngle = true, true
		case c == ';', c == ',' && (hasAngle || strings.Contains(name.String(), "@")):
			flush()
		case c == ':' && !hasAngle && !strings.Contains(name.String(), "@"):
			name.Reset() // the name of a group
		default:
			name.WriteByte(c)
		}
	}
	flush()
	return list
}

func displayName(text, charset string) string {
	return strings.Join(strings.Fields(decodeWords(text, charset)), " ")
}

// quotedEnd is the offset behind the closing quote; the end of s when there is none.
func quotedEnd(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

func unquote(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// commentEnd is the offset behind a comment, which may hold comments.
func commentEnd(s string, start int) int {
	depth := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// messageIDs reads the ids of a Message-ID, In-Reply-To or References field, without angle brackets. Programs that
// forget the brackets are understood; phrases ("your message of Monday") are not ids.
func messageIDs(s string) []string {
	var ids []string
	rest := s
	for {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest[open:], '>')
		if end < 0 {
			break
		}
		if id := strings.Join(strings.Fields(rest[open+1:open+end]), ""); id != "" {
			ids = append(ids, id)
		}
		rest = rest[open+end+1:]
	}
	if len(ids) > 0 {
		return ids
	}
	for word := range strings.FieldsSeq(s) {
		if word = strings.Trim(word, "<>,;"); strings.Contains(word, "@") {
			ids = append(ids, word)
		}
	}
	return ids
}
