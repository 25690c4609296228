// Package prooftest signs mails and answers for the DNS in tests. Its signer also makes signatures that no honest one makes.
package prooftest

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // a forger's
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Zone is a DNS in memory: names, in lower case, to text records.
type Zone struct {
	mu      sync.Mutex
	records map[string][]string
	down    bool
	asked   []string
}

// NewZone is an empty one.
func NewZone() *Zone { return &Zone{records: map[string][]string{}} }

// Set gives a name its records; none takes it away.
func (z *Zone) Set(name string, texts ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.records[strings.ToLower(name)] = texts
}

// Down has it answer nothing, and back.
func (z *Zone) Down(is bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.down = is
}

// Asked are the names that were asked for, since the last call.
func (z *Zone) Asked() []string {
	z.mu.Lock()
	defer z.mu.Unlock()
	asked := z.asked
	z.asked = nil
	return asked
}

type passing struct{ error }

func (passing) Temporary() bool { return true }

// LookupTXT answers.
func (z *Zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	z.asked = append(z.asked, name)
	if z.down {
		return nil, passing{errors.New("the server does not answer")}
	}
	if texts := z.records[name]; len(texts) > 0 {
		return texts, nil
	}
	return nil, errors.New("no such host")
}

// Signer signs as a domain (RFC 6376). What is empty is as an honest and careful signer has it.
type Signer struct {
	Domain, Selector string
	Key              crypto.Signer
	// Headers are the fields in h=. nil: those that matter, From and Subject once more than they occur.
	Headers []string
	// Tags are further tags or others in place of the usual ones; a value of "-" leaves the tag out. With "l" only so much of the body is hashed.
	Tags map[string]string
	// Sha1 signs with rsa-sha1.
	Sha1 bool
	At   time.Time
}

// NewSigner makes a key and puts it into the zone.
func NewSigner(zone *Zone, domain, selector string) *Signer {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	zone.Set(selector+"._domainkey."+domain, "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(public))
	return &Signer{Domain: domain, Selector: selector, Key: private}
}

// NewRSA is NewSigner with an RSA key of so many bits.
func NewRSA(zone *Zone, domain, selector string, bits int) *Signer {
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		panic(err)
	}
	zone.Set(selector+"._domainkey."+domain, "v=DKIM1; k=rsa; p="+base64.StdEncoding.EncodeToString(public))
	return &Signer{Domain: domain, Selector: selector, Key: private}
}

// With is a copy with other tags.
func (s Signer) With(tags map[string]string) *Signer {
	s.Tags = tags
	return &s
}

// Covering is a copy that covers other fields.
func (s Signer) Covering(names ...string) *Signer {
	s.Headers = names
	return &s
}

// Sign puts a signature on top of a mail with CRLF lines.
func (s *Signer) Sign(mail string) string {
	head, body, _ := strings.Cut(mail, "\r\n\r\n")
	fields := cut(head + "\r\n")
	names := s.Headers
	if names == nil {
		names = []string{"from", "subject"}
		for _, name := range []string{"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding"} {
			for _, f := range fields {
				if fieldName(f) == name {
					names = append(names, name)
				}
			}
		}
	}
	text := canonical(body)
	if l, ok := s.Tags["l"]; ok {
		n := 0
		_, _ = fmt.Sscan(l, &n)
		text = text[:min(n, len(text))]
	}
	a, hash := "rsa-sha256", crypto.SHA256
	if _, is := s.Key.(ed25519.PrivateKey); is {
		a = "ed25519-sha256"
	} else if s.Sha1 {
		a, hash = "rsa-sha1", crypto.SHA1
	}
	list := [][2]string{{"v", "1"}, {"a", a}, {"c", "relaxed/relaxed"}, {"d", s.Domain}, {"s", s.Selector}, {"h", strings.Join(names, ":")}, {"bh", base64.StdEncoding.EncodeToString(digest(hash, text))}}
	if !s.At.IsZero() {
		list = append(list, [2]string{"t", fmt.Sprint(s.At.Unix())})
	}
	value := ""
	used := map[string]bool{}
	for _, tag := range list {
		if other, ok := s.Tags[tag[0]]; ok {
			tag[1], used[tag[0]] = other, true
		}
		if tag[1] != "-" {
			value += tag[0] + "=" + tag[1] + "; "
		}
	}
	for _, name := range []string{"i", "l", "q", "t", "x", "z"} {
		if other, ok := s.Tags[name]; ok && !used[name] && other != "-" {
			value += name + "=" + other + "; "
		}
	}
	field := "DKIM-Signature: " + value + "b="
	signed := ""
	at := map[string]int{}
	for _, name := range names {
		signed += pick(fields, strings.ToLower(name), at)
	}
	signed += strings.TrimSuffix(relaxed(field), "\r\n")
	sum := digest(hash, signed)
	options := crypto.SignerOpts(hash)
	if a == "ed25519-sha256" {
		options = crypto.Hash(0)
	}
	b, err := s.Key.Sign(rand.Reader, sum, options)
	if err != nil {
		panic(err)
	}
	return field + base64.StdEncoding.EncodeToString(b) + "\r\n" + mail
}

func digest(hash crypto.Hash, text string) []byte {
	if hash == crypto.SHA1 {
		sum := sha1.Sum([]byte(text)) //nolint:gosec // a forger's
		return sum[:]
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func cut(head string) (fields []string) {
	for line := range strings.SplitAfterSeq(head, "\r\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && len(fields) > 0 {
			fields[len(fields)-1] += line
		} else if line != "" {
			fields = append(fields, line)
		}
	}
	return fields
}

func fieldName(field string) string {
	name, _, _ := strings.Cut(field, ":")
	return strings.ToLower(strings.TrimSpace(name))
}

// pick takes the next field of a name from the bottom (RFC 6376 section 5.4.2).
func pick(fields []string, name string, at map[string]int) string {
	skip := at[name]
	at[name]++
	for i := len(fields) - 1; i >= 0; i-- {
		if fieldName(fields[i]) == name {
			if skip == 0 {
				return relaxed(fields[i])
			}
			skip--
		}
	}
	return ""
}

// relaxed is a field as RFC 6376 section 3.4.2 has it.
func relaxed(field string) string {
	name, value, _ := strings.Cut(field, ":")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.Join(strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(" \t\r\n", c) }), " ") + "\r\n"
}

// canonical is a body as RFC 6376 section 3.4.4 has it.
func canonical(body string) string {
	var lines []string
	for line := range strings.SplitSeq(body, "\r\n") {
		words := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
		text := strings.Join(words, " ")
		if line != "" && (line[0] == ' ' || line[0] == '\t') && text != "" {
			text = " " + text
		}
		lines = append(lines, text)
	}
	text := strings.TrimRight(strings.Join(lines, "\r\n"), "\r\n")
	if text == "" {
		return ""
	}
	return text + "\r\n"
}
