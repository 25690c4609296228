package flow

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// ownMail gives subject and text of a mail that we composed ourselves; what cannot be read is left out. Foreign mail is read in the sandbox only.
func ownMail(raw []byte) (subject, text string) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", ""
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		subject = m.Header.Get("Subject")
	}
	return subject, ownText(textproto.MIMEHeader(m.Header), m.Body, 0)
}

// ownText finds the first plain text; our mails are nested three deep at most.
func ownText(header textproto.MIMEHeader, body io.Reader, depth int) string {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || depth > 3 {
		return ""
	}
	if kind == "text/plain" {
		switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return ""
		}
		return strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return ""
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		if text := ownText(p.Header, p, depth+1); text != "" {
			return text
		}
	}
}
