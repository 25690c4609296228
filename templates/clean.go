package templates

import (
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// clean copies the data with every text made safe to show. Texts with the tag lines:"true" keep their line breaks.
func clean(data any) any {
	in := reflect.ValueOf(data)
	out := reflect.New(in.Type()).Elem()
	out.Set(in)
	cleanValue(out, false)
	return out.Interface()
}

// cleanValue works in place; slices are copied first, as they belong to the caller.
func cleanValue(v reflect.Value, lines bool) {
	switch v.Kind() {
	case reflect.String:
		if lines {
			v.SetString(manyLines(v.String()))
		} else {
			v.SetString(oneLine(v.String()))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			cleanValue(v.Field(i), v.Type().Field(i).Tag.Get("lines") != "")
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			cleanValue(v.Index(i), lines)
		}
	}
}

// oneLine makes a text one line: white space, line breaks and control characters become single spaces.
func oneLine(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case invisible(r):
		case unicode.IsSpace(r) || unicode.IsControl(r):
			gap = true
		default:
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// manyLines makes each line of a text one line; lines end in \n, and two empty lines in a row become one.
func manyLines(s string) string {
	if !strings.ContainsAny(s, "\r\n\v\f\u0085\u2028\u2029") {
		return oneLine(s)
	}
	var kept []string
	for _, line := range splitLines(s) {
		line = oneLine(line)
		if line == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.TrimRight(strings.Join(kept, "\n"), "\n")
}

// splitLines splits at every line break that Unicode knows (UAX #14, class BK, CR, LF, NL).
func splitLines(s string) []string {
	if !strings.ContainsAny(s, "\r\v\f\u0085\u2028\u2029") {
		return strings.Split(s, "\n")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return '\n'
		}
		return r
	}, s)
	return strings.Split(s, "\n")
}

// plain tells whether a text is already one line of printable ASCII without a space too many.
func plain(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// invisible holds for characters that hide or turn around what stands beside them: bidirectional embeddings, overrides and
// isolates (UAX #9), zero width space and no-break space, soft hyphen, tags. Joiners stay: some scripts need them.
func invisible(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200B || r == 0x2060 || r == 0xFEFF || r == 0x00AD ||
		r >= 0xE0000 && r <= 0xE007F
}

// shorten cuts a text to so many characters, the last one an ellipsis.
func shorten(n int, s string) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	runes := []rune(s)
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}
