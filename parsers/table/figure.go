package table

import (
	"regexp"
	"strconv"
	"strings"
)

// Numbers as people and spreadsheets write them in cells.

// grouped3 is a number as spreadsheets show it, with a sign after each third digit.
var grouped3 = regexp.MustCompile(`^[0-9]{1,3}(?:,[0-9]{3})+$|^[0-9]{1,3}(?:\.[0-9]{3})+$|^[0-9]{1,3}(?:['’\x{00a0}\x{202f}][0-9]{3})+$`)

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// thousands takes the signs out of a number that a spreadsheet has grouped: "91,402". With pieces that are ours themselves it is a list.
func (r *reader) thousands(c string) (string, bool) {
	if len(c) < 5 || len(c) > 20 || !isDigitByte(c[0]) || isDigitByte(c[1]) && isDigitByte(c[2]) && isDigitByte(c[3]) || !grouped3.MatchString(c) {
		return "", false
	}
	for piece := range strings.FieldsFuncSeq(c, func(x rune) bool { return x < '0' || x > '9' }) {
		if r.likeOurs(piece) {
			return "", false
		}
	}
	return strings.Map(func(x rune) rune {
		if x < '0' || x > '9' {
			return -1
		}
		return x
	}, c), true
}

// whole takes the ".0" off a number that a spreadsheet has made a fraction of.
func whole(c string) string {
	if n := strings.TrimSuffix(c, ".0"); n != c && digitsIn(n) == len(n) && n != "" {
		return n
	}
	return c
}

// quantity reads a number of pieces: "2", "2.0", "2,00", "2 pcs", "x2", "2x", "1 of 3" is 1.
func quantity(c string) (int, bool) {
	if len(c) == 1 && c[0] >= '0' && c[0] <= '9' {
		return int(c[0] - '0'), true
	}
	c = strings.TrimLeft(strings.TrimSpace(c), "xX× ")
	end := 0
	for end < len(c) && c[end] >= '0' && c[end] <= '9' {
		end++
	}
	if end == 0 || end > 7 {
		return 0, false
	}
	n, err := strconv.Atoi(c[:end])
	if err != nil {
		return 0, false
	}
	rest := c[end:]
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' {
		zeros := 1
		for zeros < len(rest) && rest[zeros] == '0' {
			zeros++
		}
		if zeros < len(rest) && rest[zeros] >= '0' && rest[zeros] <= '9' {
			return 0, false // a fraction, or a thousands separator
		}
		rest = rest[zeros:]
	}
	if len(rest) > 20 || strings.Count(rest, "/") > 1 || strings.ContainsAny(rest, "0123456789-") && !strings.Contains(rest, "of") && !strings.Contains(rest, "/") {
		return 0, false
	}
	return n, true
}
