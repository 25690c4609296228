package match

import (
	"math"
	"slices"
	"strings"

	"waybill/parsers"
)

// People shorten numbers: of "WEB-2025-4417" they keep the 4417, a spreadsheet makes 412 of "0000412", and an O stands where a zero was. That is too little to
// find an order by; but it tells which of those who were found by something else is meant.

const (
	leastPart = 3    // digits of a part of a number
	partBits  = 12.0 // at most, what a part of a number says
	digitBits = 3.0  // what each digit of it says
)

// parts lets numbers that are some of an order's number speak for those who were found already.
func (f *field) parts(refs []parsers.Ref) {
	for i := range refs {
		r := &refs[i]
		if r.Label != parsers.LabelOrder && r.Label != parsers.LabelNone && r.Label != parsers.LabelTheirs || r.Quoted {
			continue
		}
		key := code(r.Text)
		if len(key) < leastPart || len(key) > 24 || len(f.x.refClaims(*r, f.who)) > 0 {
			continue
		}
		for _, c := range f.all {
			if digits := partOf(r.Text, c); digits >= leastPart {
				c.hear(testimony{Fuzzy, math.Min(digitBits*float64(digits), partBits), "near:" + key, "the number " + r.Text + " is a part of " + c.Number,
					Evidence{Field: "order", Text: r.Text, Place: r.At}})
			}
		}
	}
}

// far lets a number that is called an order's, and has the form of ours, speak against those whose number it neither is nor resembles: two slips in one
// number are rare.
func (f *field) far() {
	near := map[string]bool{}
	for _, text := range f.strangers {
		near["near:"+code(text)] = true
	}
	for _, c := range f.all { // what nothing calls an order's is one where two of its digits are turned round: that is hardly chance
		for witness, heard := range c.counted {
			if key, ok := strings.CutPrefix(witness, "near:"); ok && heard && slipped(key, c) {
				near[witness] = true
			}
		}
	}
	for witness := range near {
		for _, c := range f.all {
			if !c.keyed && !c.counted[witness] {
				c.hear(testimony{Fuzzy, -farNumber, "far:" + strings.TrimPrefix(witness, "near:"), "", Evidence{}})
			}
		}
	}
}

// slipped tells a number that is a candidate's but for two digits that are turned round, or letters that look like digits: hardly another order's by chance.
func slipped(key string, c *candidate) bool {
	return turned(key, code(c.Order)) || readDigits(key) == code(c.Order) || readDigits(key) == code(c.Number)
}

// turned tells two numbers of the same characters in nearly the same order.
func turned(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return a != b && slices.Equal(x, y) && apart(a, b, 1) <= 1
}

// partOf gives how many digits of a candidate's number a reference has: all but for letters read for digits and lost zeros, or those of one group of it.
func partOf(text string, c *candidate) int {
	clear := strings.TrimLeft(misread.Replace(code(text)), "0")
	digits := digitCount(clear)
	if digits < leastPart {
		return 0
	}
	for _, number := range []string{c.Order, c.Number} {
		if strings.TrimLeft(misread.Replace(code(number)), "0") == clear {
			return max(digits, int(partBits/digitBits)) // all of it
		}
		groups := strings.FieldsFunc(number, func(r rune) bool { return strings.ContainsRune("-/_. #", r) })
		if len(groups) > 1 && slices.Contains(groups, strings.ToUpper(strings.TrimSpace(text))) {
			return digits
		}
	}
	return 0
}

func digitCount(s string) int {
	n := 0
	for i := range len(s) {
		if isDigit(rune(s[i])) {
			n++
		}
	}
	return n
}
