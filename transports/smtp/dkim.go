package smtp

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"
)

// DKIM signs for a domain (RFC 6376). The receiver finds the public key in DNS under Selector._domainkey.Domain.
type DKIM struct {
	Domain, Selector string
	key              crypto.Signer
}

// NewDKIM reads a private key, RSA of at least 1024 bits or Ed25519, from PEM.
func NewDKIM(domain, selector string, key []byte) (*DKIM, error) {
	if domain == "" || selector == "" {
		return nil, errors.New("DKIM needs a domain and a selector")
	}
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("the DKIM key is not in PEM form")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return nil, errors.New("the DKIM key is neither PKCS #8 nor PKCS #1")
		}
	}
	switch k := parsed.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < 1024 { // RFC 8301, 3.2
			return nil, fmt.Errorf("the DKIM key has %d bits, and receivers want at least 1024", k.N.BitLen())
		}
		return &DKIM{domain, selector, k}, nil
	case ed25519.PrivateKey:
		return &DKIM{domain, selector, k}, nil
	}
	return nil, errors.New("a DKIM key is RSA or Ed25519")
}

// sign puts a signature before the message. Fields that decide who is answered and what is read are listed once more than they
// occur, so that nobody can add another one without breaking the signature (RFC 6376, 8.15). The time in it is the system's.
func (d *DKIM) sign(message []byte) ([]byte, error) {
	twice := []string{"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type"}
	once := []string{"Content-Transfer-Encoding", "Auto-Submitted"}
	var signed bytes.Buffer
	err := dkim.Sign(&signed, bytes.NewReader(message), &dkim.SignOptions{
		Domain: d.Domain, Selector: d.Selector, Signer: d.key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: append(append(once, twice...), twice...),
	})
	if err != nil {
		return nil, fmt.Errorf("sign with DKIM: %w", err)
	}
	return signed.Bytes(), nil
}
