package order

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func tokens(t testing.TB, n int) []Token {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	out := make([]Token, n)
	for i := range out {
		var err error
		if out[i], err = NewToken(random); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestNewToken(t *testing.T) {
	seen := map[Token]bool{}
	for _, k := range tokens(t, 2000) {
		if len(k) != TokenLength || seen[k] {
			t.Errorf("%s is not %d characters, or came twice", k, TokenLength)
		}
		seen[k] = true
		if got, err := ParseToken(string(k)); err != nil || got != k {
			t.Errorf("%s is read as %s, %v", k, got, err)
		}
	}
	for bits := range 32 { // each character can be drawn, the unused bits of a byte do not matter
		for _, high := range []int{0, 0xe0} {
			k, err := NewToken(bytes.NewReader(bytes.Repeat([]byte{byte(bits | high)}, TokenLength-1)))
			if err != nil || k[0] != crockford[bits] {
				t.Errorf("%d is drawn as %s, %v", bits|high, k, err)
			}
		}
	}
	if k, err := NewToken(bytes.NewReader(make([]byte, TokenLength-2))); !errors.Is(err, io.ErrUnexpectedEOF) || k != "" {
		t.Errorf("without enough randomness: %q, %v", k, err)
	}
}

func TestParseToken(t *testing.T) {
	zeros, err := NewToken(bytes.NewReader([]byte{7, 0, 1, 1, 0, 1, 1, 0, 0}))
	if err != nil {
		t.Fatal(err)
	}
	plain := string(zeros)
	for _, in := range []string{
		plain, strings.ToLower(plain), TokenPrefix + plain, "wb-" + plain, "  " + plain + "\r\n", strings.ReplaceAll(plain, "0", "O"), strings.ReplaceAll(plain, "0", "o"),
		strings.ReplaceAll(plain, "1", "I"), strings.ReplaceAll(plain, "1", "l"), strings.ReplaceAll(strings.ReplaceAll(plain, "1", "L"), "0", "O"),
	} {
		if got, err := ParseToken(in); err != nil || string(got) != plain {
			t.Errorf("%q is read as %q, %v; expected %s", in, got, err, plain)
		}
	}
	for _, in := range []string{"", "WB-", plain[:9], plain + "0", plain[:9] + "U", plain[:9] + "-", "WB" + plain, "WB-WB-" + plain, plain[:5] + " " + plain[6:],
		strings.Repeat("é", 5), plain[:9] + "\x00", strings.Repeat("ſ", 10)} {
		if got, err := ParseToken(in); !errors.Is(err, ErrToken) || got != "" {
			t.Errorf("%q is read as %q, %v", in, got, err)
		}
	}
}

// TestTokenNoticesMistakes goes through every single wrong character and every swap of two characters.
func TestTokenNoticesMistakes(t *testing.T) {
	for _, k := range tokens(t, 50) {
		for i := range TokenLength {
			for _, c := range []byte(crockford) {
				wrong := []byte(k)
				if wrong[i] = c; Token(wrong) == k {
					continue
				}
				if got, err := ParseToken(string(wrong)); err == nil {
					t.Fatalf("%s with %c at %d is taken for %s", k, c, i, got)
				}
			}
			for j := range i {
				wrong := []byte(k)
				wrong[i], wrong[j] = wrong[j], wrong[i]
				if Token(wrong) == k {
					continue
				}
				if _, err := ParseToken(string(wrong)); err == nil {
					t.Fatalf("%s with %d and %d swapped is taken", k, j, i)
				}
			}
		}
	}
}

// TestTokenIsTellingApart: of random text of the right length, one in 32 passes; more would mean that the check says less than it should.
func TestTokenIsTellingApart(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	passed := 0
	const tries = 32_000
	for range tries {
		var text [TokenLength]byte
		for i := range text {
			text[i] = crockford[random.IntN(32)]
		}
		if _, err := ParseToken(string(text[:])); err == nil {
			passed++
		}
	}
	if passed < 850 || passed > 1150 {
		t.Errorf("%d of %d passed, expected about 1,000", passed, tries)
	}
}

func FuzzParseToken(f *testing.F) {
	for _, k := range tokens(f, 3) {
		f.Add(string(k))
		f.Add(fmt.Sprintf(" %s%s\n", strings.ToLower(TokenPrefix), strings.ToLower(string(k))))
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseToken(s)
		if err != nil {
			return
		}
		if again, err := ParseToken(string(k)); err != nil || again != k {
			t.Errorf("%q is read as %q, and that as %q, %v", s, k, again, err)
		}
	})
}
