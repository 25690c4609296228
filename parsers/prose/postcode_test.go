package prose

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// postcodeExpression says the same as codeForms.
var postcodeExpression = regexp.MustCompile(`\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{5}-\d{4}|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3}-\d{4}|\d{4}-\d{3}|\d{3} ?\d{2}|\d{4,6})\b`)

func samePostcode(t *testing.T, s string) {
	t.Helper()
	want := postcodeExpression.FindStringIndex(s)
	if got := findPostcode(s); !slices.Equal(got, want) {
		t.Fatalf("%q: %v, want %v", s, got, want)
	}
}

func TestPostcode(t *testing.T) {
	for _, s := range []string{"", "SW1A 1AA", "EC1A1BB London", "M1 1AE", "K1A 0B1", "10115 Berlin", "1012 AB Amsterdam", "00-950 Warszawa", "150-0001 東京", "1100-148 Lisboa",
		"111 22 Stockholm", "Austin, TX 78701-1234", "PS10044", "AB-12", "1Z999AA10123456784", "12345678", "_1234", "1234_", "é1234é", "B33 8TH", "D 1234", "A9 9999"} {
		samePostcode(t, s)
	}
	const signs = "AB12345-- _aé."
	random := rand.New(rand.NewPCG(1, 2))
	for range 300_000 {
		b := make([]byte, random.IntN(16))
		for i := range b {
			b[i] = signs[random.IntN(len(signs))]
		}
		samePostcode(t, string(b))
	}
}
