package proof

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"waybill/parsers"
)

// head is the head of a mail, cut into fields.
type head struct {
	fields []field
	body   []byte
}

// field is one field of the head.
type field struct {
	name  string // lower case
	value string // behind the colon, unfolded
	raw   []byte // with its line ends, as it stands
	start int
}

const mostFields = 2000

// cut cuts a mail into its fields and its body. What programs may read differently is an error: an ordinary mail has nothing of it, and a forger lives on one
// program seeing another From than the next. So there is no stray line, no blank before a colon, no bare CR and no NUL.
func cut(raw []byte) (h head, err error) {
	for rest := raw; ; {
		start := len(raw) - len(rest)
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return h, errors.New("it does not end")
		}
		line := bytes.TrimSuffix(rest[:end], []byte("\r"))
		rest = rest[end+1:]
		if len(raw)-len(rest) > parsers.MaxHeader {
			return h, fmt.Errorf("it is larger than %d KB", parsers.MaxHeader>>10)
		}
		if len(line) == 0 {
			h.body = rest
			return h, nil
		}
		if bytes.ContainsAny(line, "\r\x00") {
			return h, errors.New("a control character stands in it")
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(h.fields) == 0 {
				return h, errors.New("it begins with a blank")
			}
			f := &h.fields[len(h.fields)-1]
			if len(bytes.TrimLeft(line, " \t")) == 0 {
				return h, errors.New("a line of it is blank") // some programs end the head there
			}
			f.value += " " + string(bytes.Trim(line, " \t"))
			f.raw = raw[f.start : len(raw)-len(rest)]
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isName(name) {
			return h, errors.New("a line of it is no field")
		}
		if len(h.fields) == mostFields {
			return h, fmt.Errorf("it has more than %d fields", mostFields)
		}
		h.fields = append(h.fields, field{name: strings.ToLower(string(name)), value: string(bytes.Trim(value, " \t")), raw: raw[start : len(raw)-len(rest)], start: start})
	}
}

// isName tells the name of a field: RFC 5322 section 3.6.8, printable without blanks.
func isName(name []byte) bool {
	if len(name) == 0 || len(name) > 76 {
		return false
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// all gives the values of a field.
func (h head) all(name string) (values []string) {
	for _, f := range h.fields {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

func (h head) count(name string) int { return len(h.all(name)) }

// from gives the one mailbox of From and its domain, lower case (RFC 5322 section 3.6.2 allows several mailboxes, and a group in some versions of it; forgers
// use both).
func (h head) from() (address, domain string, err error) {
	values := h.all("from")
	if len(values) != 1 {
		return "", "", fmt.Errorf("it has %d From fields, expected one", len(values))
	}
	if !oneMailbox(values[0]) {
		return "", "", errors.New("From is not one mailbox that every program reads alike")
	}
	parsed, err := mail.ParseAddress(values[0])
	if err != nil {
		return "", "", errors.New("From is not one mailbox")
	}
	local, domain, ok := strings.Cut(parsed.Address, "@")
	if domain = strings.ToLower(domain); !ok || local == "" || !isDomain(domain) {
		return "", "", errors.New("the address in From has no domain that can be checked")
	}
	return strings.ToLower(parsed.Address), domain, nil
}

// oneMailbox tells a From that is one address, or one name and one address in angle brackets, and nothing that could be taken for a second one. Names in
// quotes may hold anything: every program skips them. Comments may not: programs differ.
func oneMailbox(text string) bool {
	angles, ats, closed, quoted := 0, 0, false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case closed && c != ' ' && c != '\t':
			return false // something behind the address
		case c == '"' && angles == 0:
			quoted = true
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if i >= len(text) {
				return false
			}
		case c == '<':
			if angles++; angles > 1 || ats > 0 {
				return false
			}
		case c == '>':
			if closed = angles == 1; !closed {
				return false
			}
		case c == '@':
			ats++
		case strings.IndexByte("\"(),:;[]\\", c) >= 0 || c < ' ' && c != '\t':
			return false
		case c >= 0x7f && angles > 0:
			return false
		}
	}
	return ats == 1 && (closed || angles == 0 && !quoted)
}

// isDomain tells a domain name in ASCII with at least two labels. An internationalised one is written in its xn-- form.
func isDomain(domain string) bool {
	if len(domain) > 253 || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

func equalFold(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
