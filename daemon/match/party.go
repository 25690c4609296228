package match

import (
	"strings"

	"github.com/antzucaro/matchr"

	"waybill/parsers"
)

// folded is a consignee in the form in which two of them are compared.
type folded struct {
	name, company  string
	words          []string // of name and company, for blocking
	street         string
	postcode, city string
	email, phone   string
}

func foldAddress(po PO) folded {
	a := po.ShipTo
	f := folded{name: fold(a.Name), company: fold(a.Company), street: street(strings.TrimSpace(a.Line1 + " " + a.Line2)), postcode: code(a.Postcode),
		city: fold(a.City), email: strings.ToLower(strings.TrimSpace(po.Email)), phone: phone(po.Phone)}
	if f.phone == "" {
		f.phone = phone(a.Phone)
	}
	f.words = nameWords(f.name, f.company)
	return f
}

func foldParty(p parsers.Party) folded {
	f := folded{name: fold(p.Name.Text), company: fold(p.Company.Text), street: street(p.Street.Text), postcode: code(p.Postcode.Text),
		city: fold(p.City.Text), email: strings.ToLower(strings.TrimSpace(p.Email.Text)), phone: phone(p.Phone.Text)}
	f.words = nameWords(f.name, f.company)
	return f
}

func (f folded) empty() bool {
	return f.name == "" && f.company == "" && f.street == "" && f.postcode == "" && f.email == "" && f.phone == ""
}

// nameWords are the words by which a name is found; initials find nothing.
func nameWords(texts ...string) []string {
	var words []string
	for _, t := range texts {
		for _, w := range strings.Fields(t) {
			if len(w) > 2 {
				words = append(words, plain(w))
			}
		}
	}
	return words
}

// agreement is how two fields compare.
type agreement int

const (
	unknown agreement = iota // one side does not say
	same                     // equal after folding
	close                    // equal but for a slip or an abbreviation
	partly                   // some of it
	differs                  // something else
)

func compareNames(a, b string) agreement {
	if a == "" || b == "" {
		return unknown
	}
	if a == b || plain(a) == plain(b) {
		return same
	}
	x, y := strings.Fields(plain(a)), strings.Fields(plain(b))
	if sameWords(x, y) {
		return same // swapped: "Doe, Jane"
	}
	last, other := x[len(x)-1], y[len(y)-1]
	switch {
	case last == other && initial(x[0], y[0]):
		return close
	case len(a) > 5 && len(b) > 5 && matchr.DamerauLevenshtein(plain(a), plain(b)) <= 1+min(len(a), len(b))/12:
		return close
	case last == other || len(x) > 1 && x[0] == other && len(x[0]) > 3 || len(y) > 1 && y[0] == last && len(y[0]) > 3:
		return partly
	}
	return differs
}

func initial(a, b string) bool {
	return a[0] == b[0] && (len(a) == 1 || len(b) == 1)
}

func sameWords(x, y []string) bool {
	if len(x) != len(y) {
		return false
	}
	count := map[string]int{}
	for _, w := range x {
		count[w]++
	}
	for _, w := range y {
		if count[w]--; count[w] < 0 {
			return false
		}
	}
	return true
}

func compareStreets(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b || plain(a) == plain(b):
		return same
	}
	x, y := strings.Fields(a), strings.Fields(b)
	if sameWords(x, y) {
		return same
	}
	if house(x) != house(y) {
		return differs
	}
	if contains(x, y) || contains(y, x) || matchr.DamerauLevenshtein(plain(a), plain(b)) <= 2 {
		return close
	}
	return differs
}

// house is the first word with a digit.
func house(words []string) string {
	for _, w := range words {
		if strings.ContainsAny(w, "0123456789") {
			return w
		}
	}
	return ""
}

func contains(all, some []string) bool {
	have := map[string]bool{}
	for _, w := range all {
		have[w] = true
	}
	for _, w := range some {
		if !have[w] {
			return false
		}
	}
	return len(some) > 1
}

func compareCodes(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return same
	case len(a) >= 5 && len(b) >= 5 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return same // ZIP and ZIP+4
	case strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0"):
		return close // a spreadsheet lost the zeros
	case len(a) == len(b) && matchr.DamerauLevenshtein(a, b) == 1:
		return partly
	}
	return differs
}

func compareTexts(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b || plain(a) == plain(b):
		return same
	case strings.Contains(a, b) || strings.Contains(b, a) || len(a) > 4 && matchr.DamerauLevenshtein(a, b) <= 1:
		return close
	}
	return differs
}

func compareExact(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return same
	}
	return differs
}
