package smtp

import (
	"fmt"
	"strconv"
	"strings"

	"waybill/transports"
)

// command is one line of a dialogue and what it wants to hear.
type command struct {
	op   string // for errors: "mail", "rcpt", "data", "reset"
	line string // without CRLF
	who  string // the recipient of a RCPT
	want int    // first digit of the wanted code
}

// groups gives the commands of an envelope in the groups in which they may be written at once (RFC 2920, 3.1). DATA travels with
// the envelope only if there is one recipient: if one of several were refused, the server would already wait for a body that must
// not come, and only the end of the connection could get us out.
func (s *session) groups(j *job) [][]command {
	m := j.message
	all := make([]command, 0, len(m.To)+2)
	all = append(all, command{op: "mail", line: "MAIL FROM:<" + m.From + ">" + s.mailParameters(j), want: 2})
	for _, to := range m.To {
		all = append(all, command{op: "rcpt", line: "RCPT TO:<" + to + ">", who: to, want: 2})
	}
	data := command{op: "data", line: "DATA", want: 3}
	switch {
	case s.pipelining && len(m.To) == 1:
		return [][]command{append(all, data)}
	case s.pipelining:
		return [][]command{all, {data}}
	}
	var each [][]command
	for _, c := range append(all, data) {
		each = append(each, []command{c})
	}
	return each
}

// mailParameters are those that the message needs and the server knows; accepts has refused what it does not know.
func (s *session) mailParameters(j *job) string {
	var b strings.Builder
	if s.size >= 0 { // RFC 1870
		b.WriteString(" SIZE=" + strconv.Itoa(len(j.message.Body)))
	}
	if j.needs.eightBit { // RFC 6152
		b.WriteString(" BODY=8BITMIME")
	}
	if j.needs.utf8 { // RFC 6531
		b.WriteString(" SMTPUTF8")
	}
	return b.String()
}

// accepts says whether this server, by what it told in EHLO, can take the message as it is.
func (s *session) accepts(j *job) error {
	switch {
	case s.size > 0 && int64(len(j.message.Body)) > s.size:
		return &transports.Error{Verdict: transports.Never, Op: "size",
			Err:  fmt.Errorf("the message has %d bytes and the server takes %d", len(j.message.Body), s.size),
			Help: "The message is too large for this mail server. Send smaller attachments, or the file by another way."}
	case j.needs.utf8 && !s.utf8:
		return &transports.Error{Verdict: transports.Never, Op: "utf8", Err: fmt.Errorf("the server does not offer SMTPUTF8"),
			Help: "An address or a header field has letters beyond ASCII, and this mail server does not take those."}
	case j.needs.eightBit && !s.eightBit:
		return &transports.Error{Verdict: transports.Never, Op: "8bit", Err: fmt.Errorf("the server does not offer 8BITMIME"),
			Help: "The message has letters beyond ASCII in its body, and this mail server needs them as quoted-printable or base64."}
	}
	return nil
}

// write buffers a group of commands.
func (s *session) write(group []command) {
	for _, c := range group { // errors stay in the buffer until Flush tells them
		_, _ = s.text.W.WriteString(c.line)
		_, _ = s.text.W.WriteString("\r\n")
	}
}

// envelope brings the server to the point where it waits for the body. After a refusal the session is ready for the next message,
// or broken.
func (s *session) envelope(w *watch, j *job) error {
	for i, group := range s.groups(j) {
		w.step(s.timeouts.Command)
		if i > 0 || !j.announced {
			s.write(group)
			if err := s.text.W.Flush(); err != nil {
				s.broken = true
				return lost(group[0].op, err)
			}
		}
		if err := s.answers(group); err != nil {
			if !s.broken {
				s.reset(w)
			}
			return err
		}
	}
	return nil
}

// answers reads one answer for each command of a group.
func (s *session) answers(group []command) error {
	var refused []refusal
	waits := false // the server is waiting for a body
	for _, c := range group {
		r, err := readReply(s.text.R)
		if err != nil {
			s.broken = true
			if len(refused) > 0 { // it had said why before it left
				break
			}
			return lost(c.op, err)
		}
		switch {
		case r.code/100 == c.want:
			waits = c.want == 3
			continue
		case r.code == 421, r.code < 400: // it leaves, or we no longer understand each other
			s.broken = true
		}
		refused = append(refused, refusal{c, r})
		if s.broken {
			break
		}
	}
	if len(refused) == 0 {
		return nil
	}
	if waits { // refused, and yet waiting for a body: a dot now might deliver an empty message to whom it did accept
		s.broken = true
	}
	return judge(refused)
}

// reset gives up a transaction that never reached DATA.
func (s *session) reset(w *watch) {
	w.step(s.timeouts.Command)
	group := []command{{op: "reset", line: "RSET", want: 2}}
	s.write(group)
	if s.text.W.Flush() != nil || s.answers(group) != nil {
		s.broken = true
	}
}
