package smtp

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"waybill/transports"
)

// needs is what a message asks of the server's extensions.
type needs struct {
	eightBit bool // bytes beyond ASCII in the body
	utf8     bool // bytes beyond ASCII in an address or in the header
}

// maxLine is the longest line without its CRLF (RFC 5321, 4.5.3.1.6; RFC 5322, 2.1.1).
const maxLine = 998

// inspect refuses what could not go out exactly as it is, and what could be read by a server as more than one thing.
func inspect(m transports.Message) (needs, error) {
	n, err := inspectBody(m.Body)
	if err != nil {
		return n, &transports.Error{Verdict: transports.Never, Op: "body", Err: err,
			Help: "The message was not built in a form that mail can carry unchanged, so it was not sent. This is a fault of the program or of a template."}
	}
	if len(m.To) == 0 {
		return n, addressError("rcpt", errors.New("the message has no recipient"))
	}
	if m.From != "" { // "" is the null sender of RFC 5321, 4.5.5
		international, err := checkAddress(m.From)
		if err != nil {
			return n, addressError("mail", err)
		}
		n.utf8 = n.utf8 || international
	}
	for _, to := range m.To {
		international, err := checkAddress(to)
		if err != nil {
			return n, addressError("rcpt", err)
		}
		n.utf8 = n.utf8 || international
	}
	return n, nil
}

func addressError(op string, err error) error {
	return &transports.Error{Verdict: transports.Never, Op: op, Err: err, Help: "Correct the address in the configuration."}
}

// inspectBody wants lines that end in CRLF and have at most 998 bytes, no CR or LF of its own, and no NUL. A bare CR or LF is
// where servers disagree about the end of a line, and so about the end of a message.
func inspectBody(body []byte) (needs, error) {
	var n needs
	header, line, number := true, 0, 1 // line is the length so far
	for i, c := range body {
		switch {
		case c == '\n':
			if i == 0 || body[i-1] != '\r' {
				return n, fmt.Errorf("line %d ends in a bare LF", number)
			}
			if line-1 > maxLine {
				return n, fmt.Errorf("line %d has %d bytes, and mail carries %d", number, line-1, maxLine)
			}
			if line == 1 {
				header = false
			}
			line, number = 0, number+1
			continue
		case c == 0:
			return n, fmt.Errorf("line %d has a NUL", number)
		case c >= 0x80 && header:
			n.utf8, n.eightBit = true, true
		case c >= 0x80:
			n.eightBit = true
		}
		if i > 0 && body[i-1] == '\r' {
			return n, fmt.Errorf("line %d has a bare CR", number)
		}
		line++
	}
	switch {
	case len(body) == 0:
		return n, errors.New("the message is empty")
	case line > 0:
		return n, fmt.Errorf("the last line, %d, does not end in CRLF", number)
	}
	return n, nil
}

// checkAddress takes addresses of the common form only: a dot-atom, an @ and a domain or an address literal (RFC 5321, 4.1.2), or
// the same with letters beyond ASCII (RFC 6531). Quoted local parts are refused, because with them the end of an address becomes
// a matter of opinion.
func checkAddress(a string) (international bool, err error) {
	at := strings.LastIndexByte(a, '@')
	switch {
	case at < 1 || at == len(a)-1:
		return false, fmt.Errorf("%q is not a mail address", a)
	case len(a) > 254 || at > 64:
		return false, fmt.Errorf("the mail address %q is too long", a)
	case !utf8.ValidString(a):
		return false, fmt.Errorf("the mail address %q is not UTF-8", a)
	}
	local, domain := a[:at], a[at+1:]
	for _, c := range local {
		const atext = "!#$%&'*+-/=?^_`{|}~."
		if !letterOrDigit(c) && !strings.ContainsRune(atext, c) {
			return false, fmt.Errorf("the mail address %q has a %q", a, c)
		}
		international = international || c >= 0x80
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false, fmt.Errorf("the mail address %q has a dot in the wrong place", a)
	}
	if literal, ok := strings.CutPrefix(domain, "["); ok {
		return international, checkLiteral(a, literal)
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false, fmt.Errorf("the mail address %q has an impossible domain", a)
		}
		for _, c := range label {
			if !letterOrDigit(c) && c != '-' && c != '_' {
				return false, fmt.Errorf("the mail address %q has a %q", a, c)
			}
			international = international || c >= 0x80
		}
	}
	return international, nil
}

// checkLiteral checks the rest of an address literal: "192.0.2.1]" or "IPv6:2001:db8::1]".
func checkLiteral(a, literal string) error {
	literal, closed := strings.CutSuffix(literal, "]")
	ip, err := netip.ParseAddr(strings.TrimPrefix(literal, "IPv6:"))
	if !closed || err != nil || ip.Zone() != "" || ip.Is6() != strings.HasPrefix(literal, "IPv6:") {
		return fmt.Errorf("the mail address %q has an impossible address literal", a)
	}
	return nil
}

// letterOrDigit takes all of Unicode beyond its second control block and the marks that change what a reader sees.
func letterOrDigit(c rune) bool {
	switch {
	case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return true
	case c < 0xa1, c == 0xad, c >= 0x2000 && c <= 0x206f, c == 0xfeff, c == utf8.RuneError, c >= 0xfff0 && c <= 0xffff, c >= 0xe0000:
		return false
	}
	return true
}
