package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	// tokenPrefix makes a bearer token recognisable to who finds one where it should not be.
	tokenPrefix = "wbt_"
	// hashPrefix says what stands in the configuration: the hash of a token, never the token.
	hashPrefix = "sha256:"
)

// NewToken draws a bearer token of 256 bits and gives its hash, which is all that waybill keeps. A token that is drawn needs no slow hash and no salt: nobody
// guesses it, however fast they try.
func NewToken(random io.Reader) (token, hash string, err error) {
	var raw [32]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", "", fmt.Errorf("draw a token: %w", err)
	}
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(raw[:])
	return token, TokenHash(token), nil
}

// TokenHash is a token as it stands in the configuration.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hashPrefix + hex.EncodeToString(sum[:])
}

// authorized tells whether a request shows a token whose hash is one of those. All are compared, in constant time.
func authorized(r *http.Request, hashes []string) bool {
	got, found := []byte(shown(r)), 0
	for _, h := range hashes {
		if h != "" {
			found |= subtle.ConstantTimeCompare(got, []byte(h))
		}
	}
	return found == 1
}

// shown is the hash of the token that a request shows; "" when it shows none.
func shown(r *http.Request) string {
	scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if given = strings.TrimSpace(given); !ok || given == "" || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return TokenHash(given)
}
