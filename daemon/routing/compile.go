package routing

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Router is compiled rules. It never changes after New and is safe for concurrent use.
//
// All lookups are by map: exact SKUs directly, prefixes once for each length that any prefix has, patterns by the literal text
// that they must begin with. So the time for a line does not grow with the number of suppliers.
type Router struct {
	suppliers []Supplier // without their SKUs, by priority and slug
	exact     map[string]int32
	entries   []entry
	prefixes  byPrefix[prefixRule]
	patterns  byPrefix[patternRule]
	split     bool
	first     bool
}

// entry is an exact rule; suppliers that name the same SKU are chained.
type entry struct {
	supplier int32
	next     int32 // index of another entry for this SKU, -1 for none
	theirs   string
}

type prefixRule struct {
	supplier int32
	prefix   string
	theirs   string
}

type patternRule struct {
	supplier int32
	place    int // in the supplier's list: the first that fits wins
	source   string
	whole    *regexp.Regexp
	theirs   string
}

// byPrefix finds values by the text that a SKU must begin with.
type byPrefix[T any] struct {
	values  map[string][]T
	lengths []int // that occur, ascending
}

func (b *byPrefix[T]) add(prefix string, value T) {
	if b.values == nil {
		b.values = map[string][]T{}
	}
	if _, known := b.values[prefix]; !known {
		if i, found := slices.BinarySearch(b.lengths, len(prefix)); !found {
			b.lengths = slices.Insert(b.lengths, i, len(prefix))
		}
	}
	b.values[prefix] = append(b.values[prefix], value)
}

// each yields what is filed under any beginning of the SKU, shorter beginnings first.
func (b *byPrefix[T]) each(sku string, yield func(T)) {
	for _, n := range b.lengths {
		if n > len(sku) {
			return
		}
		for _, v := range b.values[sku[:n]] {
			yield(v)
		}
	}
}

// New compiles the rules. The error names everything that is wrong with them at once.
func New(rules Rules) (*Router, error) {
	var errs []error
	r := &Router{exact: map[string]int32{}}
	var err error
	if r.split, err = setting("unrouted", rules.Unrouted, Split); err != nil {
		errs = append(errs, err)
	}
	if r.first, err = setting("ambiguous", rules.Ambiguous, First); err != nil {
		errs = append(errs, err)
	}
	suppliers := slices.Clone(rules.Suppliers)
	slices.SortFunc(suppliers, func(a, b Supplier) int {
		if a.Priority != b.Priority {
			return a.Priority - b.Priority
		}
		return strings.Compare(a.Slug, b.Slug)
	})
	slugs := make(map[string]bool, len(suppliers))
	for i, s := range suppliers {
		if slugs[s.Slug] {
			errs = append(errs, fmt.Errorf("supplier %s is there twice", s.Slug))
		}
		slugs[s.Slug] = true
		for j, rule := range s.SKUs {
			if err := r.add(int32(i), j, rule); err != nil {
				errs = append(errs, fmt.Errorf("supplier %s, SKU rule %d: %w", s.Slug, j+1, err))
			}
		}
		s.SKUs = nil
		r.suppliers = append(r.suppliers, s)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return r, nil
}

// setting reads one of two words; empty means Hold.
func setting(name, value, other string) (bool, error) {
	switch value {
	case "", Hold:
		return false, nil
	case other:
		return true, nil
	}
	return false, fmt.Errorf("routing.%s is %q; expected %s or %s", name, value, Hold, other)
}

func (r *Router) add(supplier int32, place int, rule SKURule) error {
	if err := rule.Check(); err != nil {
		return err
	}
	switch {
	case rule.SKU != "":
		first, taken := r.exact[rule.SKU]
		if !taken {
			first = -1
		}
		for i := first; i >= 0; i = r.entries[i].next {
			if r.entries[i].supplier == supplier {
				return fmt.Errorf("SKU %s is there twice", rule.SKU)
			}
		}
		r.exact[rule.SKU] = int32(len(r.entries))
		r.entries = append(r.entries, entry{supplier, first, rule.Theirs})
	case rule.Prefix != "":
		for _, p := range r.prefixes.values[rule.Prefix] {
			if p.supplier == supplier {
				return fmt.Errorf("prefix %s is there twice", rule.Prefix)
			}
		}
		r.prefixes.add(rule.Prefix, prefixRule{supplier, rule.Prefix, rule.Theirs})
	default:
		loose := regexp.MustCompile(rule.Pattern) // Check has compiled it
		literal, _ := loose.LiteralPrefix()
		r.patterns.add(literal, patternRule{supplier, place, rule.Pattern, whole(rule.Pattern), rule.Theirs})
	}
	return nil
}

// whole makes a pattern fit from end to end only.
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`\A(?:` + pattern + `)\z`) }

// reference finds what regexp.Expand would replace: $1, $name, ${name}; $$ is a dollar sign.
var reference = regexp.MustCompile(`\$(?:\$|(\w+)|\{(\w+)\})`)

// Check tells what is wrong with a rule by itself.
func (rule SKURule) Check() error {
	set := 0
	for _, v := range []string{rule.SKU, rule.Prefix, rule.Pattern} {
		if v != "" {
			set++
		}
	}
	if set != 1 {
		return errors.New("expected exactly one of sku, prefix and pattern")
	}
	if rule.Prefix == "" && strings.Contains(rule.Theirs, "{rest}") {
		return errors.New("theirs uses {rest}, which only a prefix has")
	}
	if rule.Pattern == "" {
		return nil
	}
	re, err := regexp.Compile(rule.Pattern)
	if err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	for _, ref := range reference.FindAllStringSubmatch(rule.Theirs, -1) {
		name := ref[1] + ref[2]
		if ref[0] == "$$" || knownGroup(re, name) {
			continue
		}
		return fmt.Errorf("theirs uses %s, but the pattern has no such group (write ${1} where a letter or digit follows)", ref[0])
	}
	return nil
}

func knownGroup(re *regexp.Regexp, name string) bool {
	if n := 0; len(name) <= 3 && strings.Trim(name, "0123456789") == "" {
		for _, c := range name {
			n = n*10 + int(c-'0')
		}
		return n <= re.NumSubexp()
	}
	return re.SubexpIndex(name) >= 0
}
