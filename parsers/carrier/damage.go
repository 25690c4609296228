package carrier

import (
	"strconv"
	"strings"

	"waybill/parsers"
)

// Excel is the Damage of a number whose digits a spreadsheet has destroyed.
const Excel = "excel"

// scientific gives the end of a number in scientific notation that begins at i ("9.40011E+21", "9,40011E+21"), or 0. Only
// exponents from 10 to 40 count: that is where a spreadsheet stops to show a long number as it is.
func scientific(text string, i int) int {
	j := i
	for j < len(text) && j-i <= 3 && isDigit(text[j]) {
		j++
	}
	if j == i || j-i > 3 {
		return 0
	}
	if j < len(text) && (text[j] == '.' || text[j] == ',') {
		k := j + 1
		for k < len(text) && isDigit(text[k]) {
			k++
		}
		if k == j+1 || k-j > 16 {
			return 0
		}
		j = k
	}
	if j+2 >= len(text) || text[j]|0x20 != 'e' {
		return 0
	}
	j++
	if text[j] == '+' {
		j++
	}
	k := j
	for k < len(text) && isDigit(text[k]) {
		k++
	}
	exponent, err := strconv.Atoi(text[j:k])
	if err != nil || exponent < 10 || exponent > 40 || k < len(text) && classes[text[k]] >= digitClass && classes[text[k]] <= lowerClass {
		return 0
	}
	return k
}

// zeroed tells whether a run of digits, written without groups, is a number that a spreadsheet has cut: to the fifteen digits it shows,
// or to the seventeen that a double precision number can tell apart. A valid check digit speaks against it where few zeros follow; a
// number with zeros all along is a round one.
func zeroed(n string, guesses []guess) bool {
	if len(n) < 16 || n[0] == '0' || !allDigits(n) {
		return false
	}
	zeros := len(n) - len(strings.TrimRight(n, "0"))
	if zeros < len(n)-17 || zeros == 0 || strings.Trim(n[11:15], "0") == "" {
		return false
	}
	for i := range guesses {
		if guesses[i].valid && zeros < 5 {
			return false
		}
	}
	if len(n)-zeros > 15 {
		return zeros >= 3
	}
	return len(n) > 16 // every tenth number of sixteen digits ends in a zero
}

// lostZeros gives the number as it was before a spreadsheet took its leading zeros, or "". The carrier must be known, the number must not
// be one of its own as it stands, and with up to four zeros it must: by a valid check digit, or by a shape that begins with zero.
func lostZeros(number, slug string) string {
	if slug == "" || !allDigits(number) || len(number) < 6 || len(number) > 15 || number[0] == '0' || hasFamily(fits(number, nil), slug) {
		return ""
	}
	for padded := "0" + number; len(padded) <= len(number)+4; padded = "0" + padded {
		for _, g := range fits(padded, nil) {
			if family(g.carrier) == family(slug) && (g.valid || g.fromZero) {
				return padded
			}
		}
	}
	return ""
}

// Sentence says what is wrong with a damaged number, in words that can be sent to the supplier; "" when nothing is.
func Sentence(t parsers.Tracking) string {
	const again = " Please send it again with the column formatted as Text before the number is pasted, or as plain text in a mail."
	switch {
	case t.Damage == "":
		return ""
	case strings.ContainsAny(t.Text, "eE"):
		return "A spreadsheet has rounded the tracking number to \"" + t.Text + "\" and its last digits are lost." + again
	case len(t.Number) > 15:
		return "A spreadsheet has replaced the last digits of the tracking number \"" + t.Text + "\" with zeros: it keeps only fifteen." + again
	case len(t.Carriers) > 0:
		if whole := lostZeros(t.Number, t.Carriers[0].Carrier); whole != "" {
			return "A spreadsheet has removed the leading zeros of the tracking number \"" + t.Text + "\", which may have been \"" + whole + "\"." + again
		}
	}
	return "A spreadsheet has changed the tracking number \"" + t.Text + "\"." + again
}
