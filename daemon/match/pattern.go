package match

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The pattern of a channel's order numbers is found from its orders and purchase orders: each number's shape (its letters as they are, the first two digits of
// a long run as they are, further digits by how many) is counted, and the common shapes become regular expressions. The two digits keep
// years and quantities out: "10023" has the shape "10" and three digits.

const (
	heads    = 2 // digits of a run that are kept
	shortRun = 3 // runs up to here are only counted
)

// shape writes a number's form: "SO-10023" becomes "SO-", the head "10" and a run of three. A number without digits has none.
func shape(number string) string { return string(appendShape(nil, number)) }

// appendShape writes it behind what is written.
func appendShape(out []byte, number string) []byte {
	start, any := len(out), false
	for i := 0; i < len(number); {
		c := number[i]
		if c < '0' || c > '9' {
			out = append(out, c)
			i++
			continue
		}
		end := i
		for end < len(number) && number[end] >= '0' && number[end] <= '9' {
			end++
		}
		out = append(out, 0)
		if end-i > shortRun {
			out = append(out, number[i:i+heads]...)
			i += heads
		}
		out = append(strconv.AppendInt(append(out, '+'), int64(end-i), 10), 0)
		any = true
		i = end
	}
	if !any {
		return out[:start]
	}
	return out
}

var suffix = regexp.MustCompile(`-[A-Za-z]{1,2}$`)

// bareNumber is an order number without the suffix of a purchase order.
func bareNumber(s string) string { return suffix.ReplaceAllString(strings.TrimSpace(s), "") }

const (
	// maxPatterns is how many shapes of numbers are looked for; a shop with several channels has as many and a few more.
	maxPatterns = 12
	// maxHeads is how many heads of one shape are told apart; beyond that any digits will do.
	maxHeads = 8
)

// Patterns gives regular expressions (RE2) of the numbers of orders and purchase orders in the index, the commonest first. The first group is the number, with
// the suffix of a purchase order where it has one.
func (x *Index) Patterns() []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	type form struct {
		shape string // without heads
		n     int
		heads [][]string // of each run
	}
	forms := map[string]*form{}
	for s, n := range x.shapes {
		bare, heads := withoutHeads(s)
		f := forms[bare]
		if f == nil {
			f = &form{shape: bare, heads: make([][]string, len(heads))}
			forms[bare] = f
		}
		f.n += n
		for i, h := range heads {
			f.heads[i] = union(f.heads[i], []string{h})
		}
	}
	all := make([]*form, 0, len(forms))
	for _, f := range forms {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *form) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.shape, b.shape)) })
	var patterns []string
	for _, f := range all[:min(len(all), maxPatterns)] {
		patterns = append(patterns, expression(f.shape, f.heads))
	}
	return patterns
}

func withoutHeads(shape string) (string, []string) {
	parts := strings.Split(shape, "\x00")
	var found []string
	for i := 1; i < len(parts); i += 2 {
		head, rest, _ := strings.Cut(parts[i], "+")
		found = append(found, head)
		parts[i] = rest
		if head != "" {
			parts[i] = "h" + rest
		}
	}
	return strings.Join(parts, "\x00"), found
}

// bordering is what may stand right beside a number: no letter or digit, but those of scripts that put no space there ("LW58258の").
const bordering = `[^\pL\pN]|[\p{Han}\p{Hiragana}\p{Katakana}ー]`

// expression is the regular expression of a shape. A leading "#" may be left out by who writes.
func expression(shape string, known [][]string) string {
	var b strings.Builder
	for i, part := range strings.Split(shape, "\x00") {
		switch {
		case i%2 == 1 && part[0] == 'h':
			n, _ := strconv.Atoi(part[1:])
			if set := known[i/2]; len(set) <= maxHeads {
				slices.Sort(set)
				b.WriteString(`(?:` + strings.Join(set, "|") + `)\d{` + strconv.Itoa(n) + `}`)
			} else {
				b.WriteString(`\d{` + strconv.Itoa(n+heads) + `}`)
			}
		case i%2 == 1:
			b.WriteString(`\d{` + part + `}`)
		case part != "":
			b.WriteString(regexp.QuoteMeta(strings.TrimPrefix(part, "#")))
		}
	}
	return `(?i)(?:^|` + bordering + `)(` + b.String() + `(?:-[A-Z]{1,2})?)(?:$|` + bordering + `)`
}
