package imap

import (
	"errors"
	"fmt"
	"net"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// bearer is the client side of XOAUTH2 (Google's and Microsoft's documents of that name) and of OAUTHBEARER (RFC 7628).
// Both send everything at once; on refusal the server sends a JSON document and waits for one more, empty, answer.
type bearer struct {
	mechanism string
	first     string
	dummy     string
	refusal   string // the server's JSON, for the error
}

func xoauth2(user, token string) *bearer {
	return &bearer{mechanism: "XOAUTH2", first: "user=" + user + "\x01auth=Bearer " + token + "\x01\x01"}
}

func oauthBearer(user, token, address string) *bearer {
	host, port, _ := net.SplitHostPort(address)
	return &bearer{
		mechanism: "OAUTHBEARER",
		first:     "n,a=" + saslName(user) + ",\x01host=" + host + "\x01port=" + port + "\x01auth=Bearer " + token + "\x01\x01",
		dummy:     "\x01",
	}
}

// saslName escapes a name for the GS2 header (RFC 5801, section 4).
func saslName(s string) string {
	var out []byte
	for i := range len(s) {
		switch s[i] {
		case ',':
			out = append(out, "=2C"...)
		case '=':
			out = append(out, "=3D"...)
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}

func (b *bearer) Start() (string, []byte, error) { return b.mechanism, []byte(b.first), nil }

func (b *bearer) Next(challenge []byte) ([]byte, error) {
	if b.refusal != "" {
		return nil, errors.New("the server keeps asking after it refused the token")
	}
	b.refusal = string(challenge)
	return []byte(b.dummy), nil
}

// mechanism chooses how to log in. nil without an error means the plain LOGIN command.
func (a *Account) mechanism(caps imap.CapSet, token string) (sasl.Client, error) {
	if a.cfg.Token != nil {
		switch {
		case caps.Has(imap.AuthCap("XOAUTH2")): // the one that Google and Microsoft share
			return xoauth2(a.cfg.Username, token), nil
		case caps.Has(imap.AuthCap("OAUTHBEARER")):
			return oauthBearer(a.cfg.Username, token, a.cfg.Address), nil
		}
		return nil, errors.New("the server offers neither XOAUTH2 nor OAUTHBEARER")
	}
	// PLAIN first: unlike LOGIN it carries passwords in UTF-8 (RFC 4616).
	if caps.Has(imap.AuthCap(sasl.Plain)) {
		return sasl.NewPlainClient("", a.cfg.Username, a.cfg.Password), nil
	}
	if caps.Has(imap.CapLoginDisabled) {
		return nil, fmt.Errorf("the server takes no passwords on this connection (LOGINDISABLED): use tls or starttls, or `waybill login`")
	}
	return nil, nil
}
