package order

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Amount is exact money or any other decimal: an integer with a scale. Its JSON form is a string ("48.54"), never a number,
// and it comes out as it went in: "48.50" stays "48.50".
type Amount struct {
	units int64 // the digits without the point
	scale uint8 // digits after the point
}

// maxScale is more than any currency needs (ISO 4217 has at most 4) and keeps comparisons inside 64 bits.
const maxScale = 6

// ErrAmount is returned for text that is not a plain decimal number.
var ErrAmount = errors.New("not a decimal amount like 48.54")

// ParseAmount reads a plain decimal: an optional minus, digits, optionally a point and up to six digits. No exponent, no
// thousands separator, no currency sign: those are ambiguous between countries, so they are refused and not guessed.
func ParseAmount(s string) (Amount, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || len(fraction) > maxScale || point && fraction == "" {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrAmount)
	}
	for _, c := range whole + fraction {
		if c < '0' || c > '9' {
			return Amount{}, fmt.Errorf("%q: %w", s, ErrAmount)
		}
	}
	if len(whole) > 12 {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrAmount)
	}
	units, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrAmount)
	}
	if negative {
		units = -units
	}
	return Amount{units: units, scale: uint8(len(fraction))}, nil
}

// String gives the plain decimal, with as many digits after the point as it was read with.
func (a Amount) String() string {
	if a.scale == 0 {
		return strconv.FormatInt(a.units, 10)
	}
	units, sign := a.units, ""
	if units < 0 {
		units, sign = -units, "-"
	}
	digits := strconv.FormatInt(units, 10)
	if missing := int(a.scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	cut := len(digits) - int(a.scale)
	return sign + digits[:cut] + "." + digits[cut:]
}

// Compare is -1, 0 or +1 as a is less than, equal to or more than b; "1.5" equals "1.50".
func (a Amount) Compare(b Amount) int {
	x, y := a.at(maxScale), b.at(maxScale)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// IsZero tells whether the amount is nothing.
func (a Amount) IsZero() bool { return a.units == 0 }

// Add is the exact sum, at the finer scale of the two.
func (a Amount) Add(b Amount) Amount {
	scale := max(a.scale, b.scale)
	return Amount{units: a.at(scale) + b.at(scale), scale: scale}
}

// Times is the exact product with a quantity.
func (a Amount) Times(n int) Amount { return Amount{units: a.units * int64(n), scale: a.scale} }

func (a Amount) at(scale uint8) int64 {
	units := a.units
	for s := a.scale; s < scale; s++ {
		units *= 10
	}
	return units
}

// MarshalText writes the plain decimal.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the plain decimal; empty text is zero.
func (a *Amount) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Amount{}
		return nil
	}
	parsed, err := ParseAmount(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
