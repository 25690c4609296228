package smtp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// header writes fields and remembers the first error.
type header struct {
	w   io.Writer
	err error
}

// OneLine is what becomes of a text in a header field: it stays as it is, but for line ends and other control characters, which
// become spaces, and bytes that are not UTF-8, which become U+FFFD. Fields of a mail are one line by nature, and there are readers
// who write what they have decoded into a header again.
func OneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// FileName is what becomes of an attachment's name: its last path element on one line, without the marks that turn the direction
// of writing and so hide an ending, without what file systems do not take, and at most 120 bytes, the ending kept.
func FileName(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= '\u202a' && c <= '\u202e', c >= '\u2066' && c <= '\u2069', c == '\u200e', c == '\u200f', c == '\u061c':
			return -1
		case strings.ContainsRune(`<>:"|?*`, c):
			return '_'
		}
		return c
	}, OneLine(s))
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Trim(s, ". ")
	if s == "" || s == "/" {
		return "attachment"
	}
	const most = 120
	if len(s) > most {
		ending := path.Ext(s)
		if len(ending) > 20 {
			ending = ""
		}
		s = strings.ToValidUTF8(s[:most-len(ending)], "") + ending
	}
	return s
}

// raw writes a value that Compose made itself.
func (h *header) raw(name, value string) { h.tokens(name, []string{value}) }

// text writes an unstructured field (RFC 5322, 2.2.1) so that OneLine(value) is what a reader gets.
func (h *header) text(name, value string) {
	value = OneLine(value)
	if !plain(value) {
		h.tokens(name, encodedWords(value))
		return
	}
	h.tokens(name, strings.Split(value, " "))
}

// plain says whether a value can be written as it is and folded at its spaces without being changed by whoever unfolds and decodes
// it: ASCII, single spaces inside only, nothing that looks like an encoded word, no word that is longer than a line.
func plain(value string) bool {
	for word := range strings.SplitSeq(value, " ") {
		if word == "" && value != "" || len(word) > 70 {
			return false
		}
	}
	for _, c := range []byte(value) {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return !strings.Contains(value, "=?")
}

// encodedWords writes any text as RFC 2047 has it, in base64, which is right in every place of a header. Words end between
// characters, and a reader joins them without the spaces between (RFC 2047, 6.2).
func encodedWords(value string) []string {
	const most = 45 // bytes; 45 become 60, and with =?utf-8?b?…?= 72 of the 75 that are allowed
	var words []string
	for value != "" {
		n := 0
		for n < len(value) {
			_, size := utf8.DecodeRuneInString(value[n:])
			if n+size > most {
				break
			}
			n += size
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(value[:n]))+"?=")
		value = value[n:]
	}
	return words
}

// addresses writes a list of addresses. The name of each is what a reader gets as OneLine(name), with spaces at its ends cut off.
func (h *header) addresses(name string, list []mail.Address) {
	var tokens []string
	for i, a := range list {
		international, err := checkAddress(a.Address)
		if err == nil && international {
			err = fmt.Errorf("the mail address %q has letters beyond ASCII; write its domain in the xn-- form", a.Address)
		}
		if err != nil {
			h.fail(name, err)
			return
		}
		tokens = append(tokens, phrase(strings.TrimSpace(OneLine(a.Name)))...)
		end := ","
		if i == len(list)-1 {
			end = ""
		}
		tokens = append(tokens, "<"+a.Address+">"+end)
	}
	if len(tokens) > 0 {
		h.tokens(name, tokens)
	}
}

// phrase writes a display name: in quotes if it is short and plain, else in encoded words.
func phrase(name string) []string {
	switch {
	case name == "":
		return nil
	case plain(name) && len(name) <= 60:
		return []string{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`}
	}
	return encodedWords(name)
}

// ids writes message identifiers.
func (h *header) ids(name string, list []string) {
	var tokens []string
	for _, id := range list {
		if err := checkID(id); err != nil {
			h.fail(name, err)
			return
		}
		tokens = append(tokens, "<"+id+">")
	}
	if len(tokens) > 0 {
		h.tokens(name, tokens)
	}
}

// checkID takes dot-atoms around one @ (RFC 5322, 3.6.4), and the brackets around the right side that some write.
func checkID(id string) error {
	left, right, ok := strings.Cut(id, "@")
	if !ok || left == "" || right == "" || len(id) > 250 {
		return fmt.Errorf("%q is not a message identifier", id)
	}
	for _, c := range []byte(left + right) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`<>()\",;@`, c) >= 0 {
			return fmt.Errorf("the message identifier %q has a %q", id, c)
		}
	}
	return nil
}

// extra writes a field that the caller named.
func (h *header) extra(f Field) {
	for _, c := range []byte(f.Name) {
		if c <= ' ' || c >= 0x7f || c == ':' {
			h.fail(f.Name, errors.New("the name of a header field is visible ASCII without a colon"))
			return
		}
	}
	switch lower := strings.ToLower(f.Name); {
	case lower == "", len(f.Name) > 70:
		h.fail(f.Name, errors.New("the name of a header field has 1 to 70 characters"))
	case strings.HasPrefix(lower, "content-"), strings.HasPrefix(lower, "resent-"), strings.HasPrefix(lower, "arc-"),
		strings.Contains(" from reply-to to cc bcc sender subject message-id in-reply-to references date mime-version dkim-signature received return-path ", " "+lower+" "):
		h.fail(f.Name, errors.New("this header field is not free to be set"))
	default:
		h.text(f.Name, f.Value)
	}
}

// tokens writes a field and folds it between tokens, so that lines have at most 78 characters where that is possible.
func (h *header) tokens(name string, tokens []string) {
	if h.err != nil {
		return
	}
	var b strings.Builder
	b.WriteString(name + ":")
	length := b.Len()
	for i, t := range tokens {
		if i > 0 && length+1+len(t) > 78 {
			b.WriteString("\r\n")
			length = 0
		}
		b.WriteString(" " + t)
		length += 1 + len(t)
	}
	b.WriteString("\r\n")
	_, h.err = io.WriteString(h.w, b.String())
}

func (h *header) fail(name string, err error) {
	if h.err == nil {
		h.err = fmt.Errorf("header field %s: %w", name, err)
	}
}
