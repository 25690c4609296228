package order

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func amount(t testing.TB, s string) Amount {
	t.Helper()
	a, err := ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParseAmount(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "48.54": "48.54", "48.50": "48.50", "-3.1": "-3.1", "-0.05": "-0.05", "0.000001": "0.000001", "007.10": "7.10", "-0": "0",
		"999999999999.999999": "999999999999.999999", "-999999999999.999999": "-999999999999.999999", "0.00": "0.00",
	} {
		if got := amount(t, in).String(); got != want {
			t.Errorf("%s comes out as %s, expected %s", in, got, want)
		}
	}
	for _, in := range []string{"", "-", ".", "1.", ".5", "-.5", "+1", "--1", "- 1", "1 ", " 1", "1,50", "1.000,00", "1,000.00", "1.5e3", "1e3", "0x1F", "1_000",
		"$5", "5 USD", "NaN", "Inf", "1.1234567", "1234567890123", "1.2.3", "٣", "１", "1\x00", "1.-5", "−1"} {
		if a, err := ParseAmount(in); !errors.Is(err, ErrAmount) || a != (Amount{}) {
			t.Errorf("%q is read as %s, %v", in, a, err)
		}
	}
	if _, err := ParseAmount(strings.Repeat("9", 1<<20)); len(err.Error()) > 200 {
		t.Errorf("the error repeats %d bytes", len(err.Error()))
	}
}

// drawAmount gives an amount and its exact value.
func drawAmount(t *rapid.T, name string) (string, *big.Rat) {
	s := rapid.StringMatching(`-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?`).Draw(t, name)
	exact, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return s, exact
}

func exact(t *rapid.T, a Amount) *big.Rat {
	r, ok := new(big.Rat).SetString(a.String())
	if !ok {
		t.Fatalf("%q is no number", a)
	}
	return r
}

// TestAmountIsExact holds parsing, writing and arithmetic against exact fractions.
func TestAmountIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, x := drawAmount(t, "a")
		a, err := ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.String(); got != s && !(a.IsZero() && "-"+got == s) {
			t.Fatalf("%s comes out as %s", s, got)
		}
		u, y := drawAmount(t, "b")
		b, err := ParseAmount(u)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Compare(b); got != x.Cmp(y) || b.Compare(a) != -got {
			t.Fatalf("%s compared to %s is %d", a, b, got)
		}
		if got := exact(t, a.Add(b)); got.Cmp(new(big.Rat).Add(x, y)) != 0 {
			t.Fatalf("%s + %s = %s", a, b, got)
		}
		if a.IsZero() != (x.Sign() == 0) || a.IsNegative() != (x.Sign() < 0) {
			t.Fatalf("%s is zero: %v, negative: %v", a, a.IsZero(), a.IsNegative())
		}
		n := rapid.IntRange(0, 9).Draw(t, "n") // 10^18 times 9 is the most that fits
		if got := exact(t, a.Times(n)); got.Cmp(new(big.Rat).Mul(x, big.NewRat(int64(n), 1))) != 0 {
			t.Fatalf("%s times %d = %s", a, n, got)
		}
	})
}

// TestCheckedSumsFit: what an order without errors adds up to stays inside 64 bits.
func TestCheckedSumsFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := example()
		o.Lines = nil
		want := new(big.Rat)
		for i := range rapid.IntRange(1, 8).Draw(t, "lines") {
			s, x := drawAmount(t, "price")
			price, err := ParseAmount(s)
			if err != nil {
				t.Fatal(err)
			}
			quantity := rapid.IntRange(1, MaxQuantity).Draw(t, "quantity")
			o.Lines = append(o.Lines, Line{ID: fmt.Sprint(i), SKU: "A", Quantity: quantity, UnitPrice: price})
			want.Add(want, x.Mul(x, big.NewRat(int64(quantity), 1)))
		}
		if len(o.Check()) > 0 {
			return
		}
		var got Amount
		for _, l := range o.Lines {
			got = got.Add(l.UnitPrice.Times(l.Quantity))
		}
		if exact(t, got).Cmp(want) != 0 {
			t.Fatalf("%s, expected %s", got, want.FloatString(6))
		}
	})
}

func TestAmountJSON(t *testing.T) {
	type price struct {
		P Amount `json:"p,omitzero"`
	}
	for in, want := range map[string]string{
		`{"p":"48.50"}`: `{"p":"48.50"}`, `{"p":""}`: `{}`, `{}`: `{}`, `{"p":null}`: `{}`, `{"p":"0.00"}`: `{}`, `{"p":"-1"}`: `{"p":"-1"}`,
	} {
		var v price
		if err := json.Unmarshal([]byte(in), &v); err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := text(v); got != want {
			t.Errorf("%s comes out as %s, expected %s", in, got, want)
		}
	}
	for _, in := range []string{`{"p":48.5}`, `{"p":48}`, `{"p":"48,50"}`, `{"p":true}`, `{"p":{}}`} {
		v := price{amount(t, "1")}
		if err := json.Unmarshal([]byte(in), &v); err == nil {
			t.Errorf("%s is read as %s", in, v.P)
		}
	}
}
