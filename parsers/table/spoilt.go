package table

import (
	"regexp"
	"strings"

	"waybill/parsers/carrier"
)

// A spreadsheet takes "3-12" for a day in December and "10E45" for a number with 45 zeros. What it leaves stands in the cell, and the
// number itself is lost.
var (
	// asDate is how spreadsheets write a day of the year in the languages we read: "12. Mrz", "3-Dec", "Dec-03", "12-mars".
	asDate = regexp.MustCompile(`^(?:[0-3]?[0-9][-. /]{1,2}\p{L}{3,5}\.?|\p{L}{3,5}\.?[- ][0-9]{2})$`)
	// asPower is a number in scientific notation.
	asPower = regexp.MustCompile(`^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}$`)
)

// spoilt finds numbers of orders and products that a spreadsheet has made into dates and powers of ten, and tells what to do.
func (r *reader) spoilt(w *row) bool {
	found := false
	for _, list := range [...][]int{r.uses.orders, r.uses.sku} {
		for _, i := range list {
			c := w.cell(i)
			digits := digitsIn(c)
			if len(c) < 4 || len(c) > 16 || digits == 0 || digits == len(c) {
				continue
			}
			what := ""
			switch {
			case isDigitByte(c[0]) && strings.ContainsAny(c, "eE") && asPower.MatchString(c):
				what = "has rounded the number"
			case digits < 4 && strings.ContainsAny(c, "-. /") && asDate.MatchString(c) && monthIn(c):
				what = "has taken the number for a date"
			default:
				continue
			}
			found = true
			r.problem(r.place(w, i), "excel_damage", "A spreadsheet %s in column %q and left %q of it. Please send it again with the column formatted as Text before the number is pasted, or as plain text in a mail.", what, r.titleAt(i), c)
		}
	}
	return found
}

func monthIn(c string) bool {
	for w := range strings.FieldsSeq(carrier.Fold(c)) {
		if digitsIn(w) == 0 && isMonth(w) {
			return true
		}
	}
	return false
}

// titleAt is the heading of column i, or its letter.
func (r *reader) titleAt(i int) string {
	if i < len(r.columns) && r.columns[i].Title != "" {
		return r.columns[i].Title
	}
	if i < 26 {
		return string(rune('A' + i))
	}
	return string(rune('A'+i/26-1)) + string(rune('A'+i%26))
}
