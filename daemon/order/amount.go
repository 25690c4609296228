package order

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Amount is exact money, in major units of a currency that is told elsewhere, or any other decimal: an integer with a scale. Its JSON
// form is a string ("48.54"), never a number, and it keeps its digits after the point: "48.50" stays "48.50". Compare with Compare, not
// with ==, to which "1.5" and "1.50" are different.
type Amount struct {
	units int64 // the digits without the point
	scale uint8 // digits after the point
}

// At most so many digits before and after the point: more than any currency needs (ISO 4217 has at most 4 after it), and comparisons
// stay inside 64 bits.
const (
	maxWhole = 12
	maxScale = 6
)

// ErrAmount is returned for text that is not a plain decimal number.
var ErrAmount = errors.New("not a decimal amount like 48.54")

// ParseAmount reads a plain decimal: an optional minus, up to twelve digits, optionally a point and up to six digits. No exponent, no
// thousands separator, no currency sign: those are ambiguous between countries, so they are refused with ErrAmount and not guessed.
func ParseAmount(s string) (Amount, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	units, err := strconv.ParseUint(whole+fraction, 10, 63) // takes digits only, at least one
	if err != nil || whole == "" || len(whole) > maxWhole || len(fraction) > maxScale || point && fraction == "" {
		return Amount{}, fmt.Errorf("%.40q: %w", s, ErrAmount)
	}
	a := Amount{units: int64(units), scale: uint8(len(fraction))}
	if negative {
		a.units = -a.units
	}
	return a, nil
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

// IsZero tells whether the amount is nothing. JSON's omitzero asks it too, so that "0.00" and a missing amount are written alike.
func (a Amount) IsZero() bool { return a.units == 0 }

// IsNegative tells whether the amount is less than nothing.
func (a Amount) IsNegative() bool { return a.units < 0 }

// Add is the exact sum, at the finer scale of the two. Sums and products of what an order says stay inside 64 bits when Order.Check
// finds nothing wrong with it.
func (a Amount) Add(b Amount) Amount {
	scale := max(a.scale, b.scale)
	return Amount{units: a.at(scale) + b.at(scale), scale: scale}
}

// Times is the exact product with a quantity, in pieces. For its range see Add.
func (a Amount) Times(n int) Amount { return Amount{units: a.units * int64(n), scale: a.scale} }

// like is the other amount where both are worth the same: it says so in the other's digits.
func (a Amount) like(b Amount) Amount {
	if a.Compare(b) == 0 {
		return b
	}
	return a
}

// ceiling is the next whole number above the amount, which must not be negative.
func (a Amount) ceiling() int64 { return a.at(maxScale)/1_000_000 + 1 }

// at gives the units at a scale that is at least the amount's own.
func (a Amount) at(scale uint8) int64 {
	units := a.units
	for s := a.scale; s < scale; s++ {
		units *= 10
	}
	return units
}

// MarshalText writes the plain decimal.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the plain decimal; empty text is zero. Error: ErrAmount.
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
