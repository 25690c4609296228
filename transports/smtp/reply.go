package smtp

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// reply is one answer of the server, and as an error a refusal.
type reply struct {
	code int    // 200 to 599
	text string // all lines without their codes, printable, joined by spaces
}

func (r *reply) Error() string { return strings.TrimSpace(fmt.Sprintf("%d %s", r.code, r.text)) }

func replyOf(err error) *reply {
	var r *reply
	if errors.As(err, &r) {
		return r
	}
	return nil
}

var errReply = errors.New("the server's answer is not SMTP")

// Limits of one reply. RFC 5321, 4.5.3.1.5 says 512 octets a line; the reader's buffer of 4,096 is what we bear.
const (
	maxReplyLines = 100
	maxReplyText  = 500
)

// readReply reads one answer to its last CRLF. A line that the connection's end has cut short is no answer: what it would have
// said must not be guessed.
func readReply(r *bufio.Reader) (*reply, error) {
	answer := &reply{}
	var text []string
	for range maxReplyLines {
		raw, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("%w: a line is too long", errReply)
		}
		if err != nil {
			return nil, err
		}
		line := strings.TrimRight(string(raw), "\r\n")
		code, more, words, ok := parseReplyLine(line)
		if !ok || answer.code != 0 && answer.code != code {
			return nil, fmt.Errorf("%w: %q", errReply, printable(line))
		}
		answer.code = code
		if words != "" {
			text = append(text, words)
		}
		if !more {
			answer.text = printable(strings.Join(text, " "))
			return answer, nil
		}
	}
	return nil, fmt.Errorf("%w: it has more than %d lines", errReply, maxReplyLines)
}

// parseReplyLine reads "250-words", "250 words" or "250" (RFC 5321, 4.2.1: a client must accept the bare code).
func parseReplyLine(line string) (code int, more bool, words string, ok bool) {
	if len(line) < 3 {
		return 0, false, "", false
	}
	for _, c := range []byte(line[:3]) {
		if c < '0' || c > '9' {
			return 0, false, "", false
		}
		code = code*10 + int(c-'0')
	}
	if code < 200 || code > 599 {
		return 0, false, "", false
	}
	if len(line) == 3 {
		return code, false, "", true
	}
	if line[3] != ' ' && line[3] != '-' {
		return 0, false, "", false
	}
	return code, line[3] == '-', line[4:], true
}

// printable makes a server's words fit for a timeline and a terminal.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > maxReplyText {
		s = strings.ToValidUTF8(s[:maxReplyText], "") + "…"
	}
	return s
}

// queueID finds the name under which the server keeps the message, in the words of Postfix ("queued as 4XYZ"), Exim
// ("OK id=1abc-…") and sendmail ("2.0.0 4XYZ Message accepted for delivery").
func queueID(text string) string {
	for _, mark := range []string{"queued as ", " id="} {
		if _, after, ok := strings.Cut(text, mark); ok {
			id, _, _ := strings.Cut(after, " ")
			return strings.TrimRight(id, ".,;)>")
		}
	}
	if before, _, ok := strings.Cut(text, " Message accepted for delivery"); ok {
		return before[strings.LastIndexByte(before, ' ')+1:]
	}
	return ""
}
