package demo

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
)

const ownerAddress = "owner@lantern-lane.example"

// byHand is the owner, who in shadow mode gets what suppliers would get, attached, and passes it on as it is. Other mail they only read.
func (w *World) byHand(raw []byte) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		w.problem("the owner cannot read a mail: %v", err)
		return
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "[shadow] ") {
		return
	}
	name, content, err := attached(m)
	if err != nil {
		w.problem("the owner finds nothing attached to %q: %v", subject, err)
		return
	}
	if !strings.HasSuffix(name, ".eml") {
		w.carry(subject, name, content)
		return
	}
	original, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		w.problem("what is attached to %q is no mail: %v", subject, err)
		return
	}
	for _, field := range []string{"To", "Cc"} {
		list, err := original.Header.AddressList(field)
		if err != nil && !errors.Is(err, mail.ErrHeaderNotPresent) {
			w.problem("what is attached to %q goes to nobody: %v", subject, err)
		}
		for _, to := range list {
			w.forward(to.Address, original.Header, content)
		}
	}
}

func (w *World) forward(to string, header mail.Header, content []byte) {
	_, domain, _ := strings.Cut(to, "@")
	from := shopAddress
	if reply, err := header.AddressList("Reply-To"); err == nil && len(reply) > 0 {
		from = reply[0].Address // what comes back to the sender comes where answers come
	}
	for _, s := range w.cast {
		if s.domain == domain && !s.files {
			w.work.Go(func() { w.open(s, from, content) })
		}
	}
}

// carry uploads a file to the supplier that the mail names.
func (w *World) carry(subject, name string, content []byte) {
	for _, s := range w.cast {
		if s.files && strings.HasSuffix(subject, " for "+s.name) {
			whole := filepath.Join(w.drop.Folder, s.slug, "in", name)
			if err := errors.Join(os.WriteFile(whole+".part", content, 0o640), os.Rename(whole+".part", whole)); err != nil {
				w.problem("the owner cannot upload a file: %v", err)
			}
			return
		}
	}
	w.problem("the owner knows no supplier for %q", subject)
}

// attached gives the file of a mail.
func attached(m *mail.Message) (name string, content []byte, err error) {
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", nil, err
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, err
		}
		if p.FileName() != "" {
			content, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
			return p.FileName(), content, err
		}
	}
}
