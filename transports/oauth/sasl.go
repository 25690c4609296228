package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
)

// SASL says a token to a mail server: XOAUTH2 (Google's and Microsoft's documents of that name) or OAUTHBEARER (RFC 7628). Both send
// everything at once; on refusal the server sends a JSON document and waits for one more answer before it says no.
type SASL struct {
	Mechanism string
	first     string
	last      string // the answer to the document: nothing for XOAUTH2, one byte for OAUTHBEARER (RFC 7628, section 3.2.3)
	refusal   string
	refused   bool
}

// Choose takes the mechanism that the server offers: XOAUTH2, which Google and Microsoft share and Microsoft has alone, before
// OAUTHBEARER. nil when it offers neither. address is the server's host:port.
func Choose(offers func(mechanism string) bool, user, token, address string) *SASL {
	switch {
	case offers("XOAUTH2"):
		return &SASL{Mechanism: "XOAUTH2", first: "user=" + user + "\x01auth=Bearer " + token + "\x01\x01"}
	case offers("OAUTHBEARER"):
		host, port, _ := net.SplitHostPort(address)
		return &SASL{Mechanism: "OAUTHBEARER", last: "\x01",
			first: "n,a=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user) + // GS2 header, RFC 5801, section 4
				",\x01host=" + host + "\x01port=" + port + "\x01auth=Bearer " + token + "\x01\x01"}
	}
	return nil
}

// Start gives the mechanism and the first answer.
func (s *SASL) Start() (string, []byte, error) { return s.Mechanism, []byte(s.first), nil }

// Next answers the server's document about its refusal.
func (s *SASL) Next(challenge []byte) ([]byte, error) {
	if s.refused {
		return nil, errors.New("the server keeps asking after it refused the token")
	}
	s.refused, s.refusal = true, string(challenge)
	return []byte(s.last), nil
}

// Refused tells whether the server refused the token, and gives its words in the form of a parenthesis.
func (s *SASL) Refused() (words string, is bool) {
	if !s.refused {
		return "", false
	}
	var d struct {
		Status  string `json:"status"`
		Scope   string `json:"scope"`
		Schemes string `json:"schemes"`
	}
	if err := json.Unmarshal([]byte(s.refusal), &d); err != nil || d.Status == "" {
		return "(" + printable(s.refusal, 100) + ")", true
	}
	said := map[string]string{"400": "the token is not valid", "401": "the token has ended", "invalid_token": "the token is not valid",
		"insufficient_scope": "the token does not allow mail"}[d.Status]
	if said == "" {
		said = "the token is refused"
	}
	words = fmt.Sprintf("(%s, status %s", said, printable(d.Status, 40))
	if d.Scope != "" {
		words += ", wanted " + printable(d.Scope, 80)
	}
	return words + ")", true
}
