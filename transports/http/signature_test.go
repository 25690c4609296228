package http_test

import (
	"errors"
	"fmt"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"waybill/transports/http"
)

// The vector that the standard's own libraries test with.
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorTime      = 1614265330
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func parse(t *testing.T, s string) http.Secret {
	t.Helper()
	secret, err := http.ParseSecret(s)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestSignKnownVector(t *testing.T) {
	s := parse(t, vectorSecret)
	if got := http.Sign([]http.Secret{s}, vectorID, time.Unix(vectorTime, 0), []byte(vectorBody)); got != vectorSignature {
		t.Errorf("got %s, want %s", got, vectorSignature)
	}
	other := secret(t, 1)
	both := http.Sign([]http.Secret{other, s}, vectorID, time.Unix(vectorTime, 0), []byte(vectorBody))
	if parts := strings.Split(both, " "); len(parts) != 2 || parts[1] != vectorSignature {
		t.Errorf("two secrets gave %q", both)
	}
}

func TestVerify(t *testing.T) {
	good := func() nethttp.Header {
		h := nethttp.Header{}
		h.Set("webhook-id", vectorID)
		h.Set("webhook-timestamp", fmt.Sprint(vectorTime))
		h.Set("webhook-signature", vectorSignature)
		return h
	}
	for _, c := range []struct {
		name    string
		spoil   func(nethttp.Header)
		body    string
		now     int64
		secrets []http.Secret
		want    error
	}{
		{name: "good"},
		{name: "one of two secrets", secrets: []http.Secret{secret(t, 9), parse(t, vectorSecret)}},
		{name: "one of many signatures", spoil: func(h nethttp.Header) {
			h.Set("webhook-signature", "v1a,AAAA v1,AAAA nonsense v1,!! "+vectorSignature)
		}},
		{name: "slow clock within tolerance", now: vectorTime - 300},
		{name: "late within tolerance", now: vectorTime + 300},
		{name: "too early", now: vectorTime - 301, want: http.ErrTooOld},
		{name: "replayed", now: vectorTime + 301, want: http.ErrTooOld},
		{name: "another body", body: `{"test": 2432232315}`, want: http.ErrSignature},
		{name: "another secret", secrets: []http.Secret{secret(t, 9)}, want: http.ErrSignature},
		{name: "a secret without a key", secrets: []http.Secret{{}}, want: http.ErrSignature, spoil: func(h nethttp.Header) {
			h.Set("webhook-signature", http.Sign([]http.Secret{{}}, vectorID, time.Unix(vectorTime, 0), []byte(vectorBody)))
		}},
		{name: "no secret", secrets: []http.Secret{}, want: http.ErrSignature},
		{name: "another id", spoil: func(h nethttp.Header) { h.Set("webhook-id", "msg_x") }, want: http.ErrSignature},
		{name: "another timestamp", spoil: func(h nethttp.Header) { h.Set("webhook-timestamp", "1614265331") }, want: http.ErrSignature},
		{name: "id with a full stop", spoil: func(h nethttp.Header) { h.Set("webhook-id", "a.1") }, want: http.ErrNoSignature},
		{name: "no id", spoil: func(h nethttp.Header) { h.Del("webhook-id") }, want: http.ErrNoSignature},
		{name: "no timestamp", spoil: func(h nethttp.Header) { h.Del("webhook-timestamp") }, want: http.ErrNoSignature},
		{name: "no signature", spoil: func(h nethttp.Header) { h.Del("webhook-signature") }, want: http.ErrNoSignature},
		{name: "asymmetric only", spoil: func(h nethttp.Header) { h.Set("webhook-signature", "v1a"+vectorSignature[2:]) }, want: http.ErrSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := good()
			if c.spoil != nil {
				c.spoil(h)
			}
			if c.body == "" {
				c.body = vectorBody
			}
			if c.now == 0 {
				c.now = vectorTime
			}
			if c.secrets == nil {
				c.secrets = []http.Secret{parse(t, vectorSecret)}
			}
			err := http.Verify(c.secrets, h, []byte(c.body), time.Unix(c.now, 0), 0)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// TestVerifyHugeTimestamp: a signed timestamp at the edge of the numbers must not wrap around into the tolerance.
func TestVerifyHugeTimestamp(t *testing.T) {
	s := []http.Secret{parse(t, vectorSecret)}
	for _, at := range []int64{1<<63 - 1, -1 << 63} {
		h := nethttp.Header{}
		h.Set("webhook-id", "far")
		h.Set("webhook-timestamp", fmt.Sprint(at))
		h.Set("webhook-signature", http.Sign(s, "far", time.Unix(at, 0), nil))
		if err := http.Verify(s, h, nil, time.Unix(vectorTime, 0), 0); !errors.Is(err, http.ErrTooOld) {
			t.Errorf("timestamp %d: %v", at, err)
		}
	}
}

func TestSecret(t *testing.T) {
	for text, ok := range map[string]bool{
		vectorSecret: true,
		strings.TrimPrefix(vectorSecret, "whsec_"): true,
		" " + vectorSecret + "\n":                  true,
		"":                                         false,
		"whsec_":                                   false,
		"whsec_c2hvcnQ=":                           false, // five bytes
		"whsec_???":                                false,
		"whsec_" + strings.Repeat("QUJD", 22):      false, // 66 bytes
	} {
		if _, err := http.ParseSecret(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	s := parse(t, vectorSecret)
	if s.Reveal() != vectorSecret {
		t.Error("a revealed secret is another one")
	}
	for _, shown := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), fmt.Sprintf("%v", struct{ S http.Secret }{s})} {
		if strings.Contains(shown, "MfKQ") {
			t.Errorf("a secret was printed: %s", shown)
		}
	}
}
