package smtp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode/utf8"
)

// Mail is what Compose builds a message from. Whoever fills it may pass on what buyers and suppliers wrote: no value can end its field
// or its part and begin another.
type Mail struct {
	From    mail.Address
	ReplyTo []mail.Address
	To, Cc  []mail.Address
	Subject string
	// Text and HTML are the same message twice; one may be empty. Any kind of line end is taken.
	Text, HTML  string
	Attachments []Attachment
	// MessageID, InReplyTo and References are without angle brackets.
	MessageID  string
	InReplyTo  string
	References []string
	Date       time.Time
	// Extra are further fields in their order, for example Auto-Submitted. Those that Compose writes itself are refused.
	Extra []Field
	// DKIM signs the message; nil does not.
	DKIM *DKIM
}

// Field is one header field of unstructured text.
type Field struct{ Name, Value string }

// Attachment is one file. Type is its media type, "" is application/octet-stream.
type Attachment struct {
	Name    string
	Type    string
	Content []byte
}

// maxHeader bounds the header. Postfix cuts at 100 KiB (header_size_limit), others refuse earlier.
const maxHeader = 64 << 10

// Compose builds the message as it goes over the wire: ASCII only, CRLF, lines of at most 78 characters where they can be folded
// and 998 anywhere, bodies as quoted-printable or base64. The same Mail gives the same bytes, except for the time in a DKIM
// signature: the boundaries come from the Message-ID, and need not be secret, since no encoded body can contain "=_".
//
// It does not use go-mail, which gives nested parts either random boundaries or all the same one, and whose folding loses double
// spaces and lets a literal "=?utf-8?q?x?=" through to be decoded by the reader.
func Compose(m Mail) ([]byte, error) {
	var out bytes.Buffer
	if err := m.writeHeader(&header{w: &out}); err != nil {
		return nil, err
	}
	if err := m.writeBody(&out); err != nil {
		return nil, err
	}
	message := out.Bytes()
	if at := bytes.Index(message, []byte("\r\n\r\n")); at > maxHeader {
		return nil, fmt.Errorf("the mail's header has %d bytes, and %d are the limit", at, maxHeader)
	}
	if m.DKIM != nil {
		var err error
		if message, err = m.DKIM.sign(message); err != nil {
			return nil, err
		}
	}
	if needs, err := inspectBody(message); err != nil || needs.eightBit {
		return nil, fmt.Errorf("the mail was not composed as plain ASCII lines: %w", err)
	}
	return message, nil
}

func (m Mail) writeHeader(h *header) error {
	if len(m.To) == 0 {
		return errors.New("a mail needs a recipient")
	}
	if m.Date.IsZero() {
		return errors.New("a mail needs a date")
	}
	h.raw("Date", m.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	h.addresses("From", []mail.Address{m.From})
	h.addresses("Reply-To", m.ReplyTo)
	h.addresses("To", m.To)
	h.addresses("Cc", m.Cc)
	h.text("Subject", m.Subject)
	h.ids("Message-ID", []string{m.MessageID})
	if m.InReplyTo != "" {
		h.ids("In-Reply-To", []string{m.InReplyTo})
	}
	h.ids("References", m.References)
	for _, f := range m.Extra {
		h.extra(f)
	}
	h.raw("MIME-Version", "1.0")
	return h.err
}

// writeBody writes the content fields of the whole message, the empty line, and the content.
func (m Mail) writeBody(w io.Writer) error {
	top, err := m.content()
	if err != nil {
		return err
	}
	if len(m.Attachments) > 0 {
		parts := []part{top}
		for _, a := range m.Attachments {
			p, err := a.part()
			if err != nil {
				return err
			}
			parts = append(parts, p)
		}
		if top, err = multi("mixed", m.boundary("mixed"), parts); err != nil {
			return err
		}
	}
	for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Transfer-Encoding"} {
		if v := top.header.Get(name); v != "" {
			if _, err := fmt.Fprintf(w, "%s: %s\r\n", name, v); err != nil {
				return err
			}
		}
	}
	_, err = fmt.Fprintf(w, "\r\n%s", top.body)
	return err
}

// content is what a person reads.
func (m Mail) content() (part, error) {
	switch {
	case m.Text == "" && m.HTML == "":
		return part{}, errors.New("a mail needs a text")
	case m.HTML == "":
		return textPart("plain", m.Text)
	case m.Text == "":
		return textPart("html", m.HTML)
	}
	plain, err := textPart("plain", m.Text)
	if err != nil {
		return part{}, err
	}
	html, err := textPart("html", m.HTML)
	if err != nil {
		return part{}, err
	}
	return multi("alternative", m.boundary("alternative"), []part{plain, html})
}

// boundary is unique in this message: "=_" occurs neither in quoted-printable, where two hexadecimal digits follow a "=", nor in base64.
func (m Mail) boundary(of string) string {
	sum := sha256.Sum256([]byte(of + "\x00" + m.MessageID))
	return fmt.Sprintf("=_%x", sum[:15])
}

// part is one MIME entity, encoded.
type part struct {
	header textproto.MIMEHeader
	body   []byte
}

func multi(subtype, boundary string, parts []part) (part, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(boundary); err != nil {
		return part{}, fmt.Errorf("compose: %w", err)
	}
	for _, p := range parts {
		pw, err := w.CreatePart(p.header)
		if err != nil {
			return part{}, fmt.Errorf("compose: %w", err)
		}
		if _, err := pw.Write(p.body); err != nil {
			return part{}, fmt.Errorf("compose: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return part{}, fmt.Errorf("compose: %w", err)
	}
	return part{textproto.MIMEHeader{"Content-Type": {fmt.Sprintf("multipart/%s;\r\n boundary=%q", subtype, boundary)}}, b.Bytes()}, nil
}

// textPart encodes text as UTF-8 in CRLF lines that end in a line end: as quoted-printable, which a person can still read in the
// raw message, or as base64 where that would be the larger one.
func textPart(subtype, text string) (part, error) {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(text)
	if !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	p := part{header: textproto.MIMEHeader{
		"Content-Type":              {"text/" + subtype + "; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	}}
	beyond := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			beyond++
		}
	}
	if beyond > len(text)/6 { // a byte becomes three there, and four thirds here
		p.header.Set("Content-Transfer-Encoding", "base64")
		p.body = base64Lines([]byte(text))
		return p, nil
	}
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		return p, fmt.Errorf("compose: %w", err)
	}
	if err := w.Close(); err != nil {
		return p, fmt.Errorf("compose: %w", err)
	}
	p.body = b.Bytes()
	return p, nil
}

// part encodes a file. Its name travels as RFC 2231 says, which every mail program of this century reads.
func (a Attachment) part() (part, error) {
	kind, parameters := "application/octet-stream", map[string]string(nil)
	if a.Type != "" {
		var err error
		if kind, parameters, err = mime.ParseMediaType(a.Type); err != nil || !strings.Contains(kind, "/") ||
			strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
			return part{}, fmt.Errorf("the media type %q of the attachment %q cannot be used", a.Type, a.Name)
		}
	}
	contentType := mime.FormatMediaType(kind, parameters)
	if contentType == "" || len(contentType) > 500 {
		return part{}, fmt.Errorf("the media type %q of the attachment %q cannot be used", a.Type, a.Name)
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": FileName(a.Name)})
	return part{textproto.MIMEHeader{
		"Content-Type":              {contentType},
		"Content-Disposition":       {strings.Replace(disposition, "; ", ";\r\n ", 1)},
		"Content-Transfer-Encoding": {"base64"},
	}, base64Lines(a.Content)}, nil
}

// base64Lines encodes in lines of 76 (RFC 2045, 6.8).
func base64Lines(content []byte) []byte {
	const line = 76 / 4 * 3
	b := make([]byte, 0, base64.StdEncoding.EncodedLen(len(content))+len(content)/line*2+2)
	for len(content) > 0 {
		n := min(line, len(content))
		b = base64.StdEncoding.AppendEncode(b, content[:n])
		b = append(b, "\r\n"...)
		content = content[n:]
	}
	return b
}
