package http

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	nethttp "net/http"
	"strconv"
	"strings"
	"time"
)

// The header fields of Standard Webhooks 1.0.0, as net/http spells them.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// DefaultTolerance is how far a webhook's timestamp may lie from the receiver's clock, in both directions.
const DefaultTolerance = 5 * time.Minute

// secretPrefix makes a secret recognisable; the rest is standard base64.
const secretPrefix = "whsec_"

// The reasons for which Verify refuses.
var (
	// ErrNoSignature: one of the three header fields is missing or unreadable.
	ErrNoSignature = errors.New("the webhook is not signed")
	// ErrSignature: no signature fits any of the secrets; the body or the secret is another one.
	ErrSignature = errors.New("the webhook's signature does not fit")
	// ErrTooOld: signed, but at another time; most likely a replay, or a clock is wrong.
	ErrTooOld = errors.New("the webhook's timestamp is too far from now")
)

// Secret is the key of a webhook's signature. It prints as a placeholder so that it never reaches a log.
type Secret struct{ key []byte }

// ParseSecret reads a secret as it is handed to people: "whsec_" and then base64 of 24 to 64 bytes. The prefix may be missing.
func ParseSecret(s string) (Secret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(s), secretPrefix))
	if err != nil {
		return Secret{}, errors.New("a webhook secret is whsec_ followed by base64, and this is not")
	}
	// Standard Webhooks, "Signature scheme": at least 192 bits, at most 512.
	if len(key) < 24 || len(key) > 64 {
		return Secret{}, fmt.Errorf("a webhook secret has 24 to 64 bytes, and this one has %d", len(key))
	}
	return Secret{key}, nil
}

// NewSecret makes a secret of 24 to 64 random bytes.
func NewSecret(random []byte) (Secret, error) {
	return ParseSecret(base64.StdEncoding.EncodeToString(random))
}

// Reveal gives the secret in the form that ParseSecret reads, for showing it once to whoever has to verify with it.
func (s Secret) Reveal() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.key) }

// String hides the secret.
func (s Secret) String() string { return secretPrefix + "…" }

// GoString hides the secret from %#v too.
func (s Secret) GoString() string { return s.String() }

// Sign gives the value of the webhook-signature field: one signature for each secret, separated by spaces. While a secret is
// being replaced, sign with the new and the old one, and receivers may change over when they like.
func Sign(secrets []Secret, id string, at time.Time, body []byte) string {
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(s.mac(id, at.Unix(), body))
	}
	return strings.Join(signatures, " ")
}

// mac is HMAC-SHA256 over id.timestamp.body.
func (s Secret) mac(id string, timestamp int64, body []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "%s.%d.", id, timestamp)
	h.Write(body)
	return h.Sum(nil)
}

// Verify checks a webhook that has come in: body is the raw request body, now the receiver's clock. It is nil if any of the
// signatures fits any of the secrets and the timestamp is within the tolerance (0: DefaultTolerance). The receiver must still
// remember the webhook-id, because every retry carries it again.
func Verify(secrets []Secret, header nethttp.Header, body []byte, now time.Time, tolerance time.Duration) error {
	id, stamp, signatures := header.Get(HeaderID), header.Get(HeaderTimestamp), header.Get(HeaderSignature)
	timestamp, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || signatures == "" || checkID(id) != nil {
		return ErrNoSignature
	}
	if !signed(secrets, id, timestamp, body, signatures) {
		return ErrSignature
	}
	if tolerance == 0 {
		tolerance = DefaultTolerance
	}
	// Compared as numbers of seconds: a timestamp of the year 292277026596 must not overflow into the tolerance.
	if limit := int64(tolerance / time.Second); timestamp < now.Unix()-limit || timestamp > now.Unix()+limit {
		return fmt.Errorf("%w: signed at %s", ErrTooOld, stamp)
	}
	return nil
}

func signed(secrets []Secret, id string, timestamp int64, body []byte, signatures string) bool {
	fits := false
	for part := range strings.FieldsSeq(signatures) {
		version, value, _ := strings.Cut(part, ",")
		mac, err := base64.StdEncoding.DecodeString(value)
		if version != "v1" || err != nil {
			continue // v1a is the asymmetric scheme; whoever sends both wants the one that we know to be used
		}
		for _, s := range secrets {
			if len(s.key) > 0 && hmac.Equal(mac, s.mac(id, timestamp, body)) {
				fits = true
			}
		}
	}
	return fits
}

// checkID: the parts of what is signed are joined by full stops, so an id with one could be read in two ways
// (Standard Webhooks, "Signature scheme").
func checkID(id string) error {
	if id == "" || len(id) > 256 {
		return errors.New("a webhook-id has 1 to 256 characters")
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c >= 0x7f || c == '.' {
			return fmt.Errorf("a webhook-id is visible ASCII without a full stop, and %q is not", id)
		}
	}
	return nil
}
