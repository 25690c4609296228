package routing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
)

func suppliers() []Supplier {
	return []Supplier{
		{Slug: "prairie", Name: "Prairie Supply", Priority: 100, SKUs: []SKURule{
			{SKU: "PS-SPECIAL", Theirs: "00417"},
			{Prefix: "PS"},
			{Prefix: "PSX-", Theirs: "X{rest}"},
			{Pattern: `PSX-[0-9]+`, Theirs: "never, the prefix is closer"},
		}},
		{Slug: "metro", Name: "Metro", Priority: 50, SKUs: []SKURule{
			{SKU: "PS10099", Theirs: "M-99"},
			{Pattern: `M([0-9]{3})-(?P<size>[SML])`, Theirs: "${1}/$size"},
			{Pattern: `M.*`},
			{Prefix: "SHARED-"},
			{SKU: "BOTH"},
		}},
		{Slug: "alpine", Priority: 100, SKUs: []SKURule{
			{Prefix: "SHARED-"},
			{SKU: "BOTH"},
			{Prefix: "BO"},
			{Prefix: "SHARED-LONG-"},
		}},
	}
}

func orderOf(skus ...string) order.Order {
	o := order.Order{Number: "1001"}
	for i, sku := range skus {
		o.Lines = append(o.Lines, order.Line{ID: fmt.Sprintf("1001-%d", i+1), SKU: sku, Quantity: 1})
	}
	return o
}

// told gives a plan as a person would read it: one line for each part and problem.
func told(p Plan) string {
	var b strings.Builder
	for _, part := range p.Parts {
		b.WriteString(part.Supplier + ":")
		for _, l := range part.Lines {
			fmt.Fprintf(&b, " %s", l.Line.SKU)
			if l.SupplierSKU != "" {
				fmt.Fprintf(&b, "=%s", l.SupplierSKU)
			}
		}
		b.WriteString("\n")
	}
	for _, o := range p.Open {
		fmt.Fprintf(&b, "%s %s %s %s\n", o.Kind, o.LineID, o.SKU, strings.Join(o.Suppliers, ","))
	}
	if p.Hold {
		b.WriteString("hold\n")
	}
	return b.String()
}

func TestRoute(t *testing.T) {
	cases := []struct {
		name                string
		unrouted, ambiguous string
		skus                []string
		want                string
		reasons             []string
	}{
		{"a prefix", "", "", []string{"PS10044"}, "prairie: PS10044\n",
			[]string{"PS10044 → Prairie Supply: prefix PS"}},
		{"an exact SKU with the supplier's own", "", "", []string{"PS-SPECIAL"}, "prairie: PS-SPECIAL=00417\n",
			[]string{"PS-SPECIAL → Prairie Supply: exact SKU"}},
		{"a longer prefix of the same supplier", "", "", []string{"PSX-12"}, "prairie: PSX-12=X12\n",
			[]string{"PSX-12 → Prairie Supply: prefix PSX-"}},
		{"a pattern with groups", "", "", []string{"M123-L"}, "metro: M123-L=123/L\n",
			[]string{"M123-L → Metro: pattern M([0-9]{3})-(?P<size>[SML])"}},
		{"the first pattern that fits", "", "", []string{"M1234-L"}, "metro: M1234-L\n", nil},
		{"a pattern fits as a whole only", "", "", []string{"XM123-L"}, "no_supplier 1001-1 XM123-L \nhold\n",
			[]string{"XM123-L → no supplier takes it"}},
		{"an exact SKU beats another supplier's prefix", "", "", []string{"PS10099"}, "metro: PS10099=M-99\n",
			[]string{"PS10099 → Metro: exact SKU, before Prairie Supply (prefix PS)"}},
		{"two prefixes of two suppliers", "", "", []string{"SHARED-1"}, "two_suppliers 1001-1 SHARED-1 metro,alpine\nhold\n",
			[]string{"SHARED-1 → 2 suppliers take it: Metro (prefix SHARED-) and alpine (prefix SHARED-)"}},
		{"a longer prefix does not beat another supplier's", "", "", []string{"SHARED-LONG-1"},
			"two_suppliers 1001-1 SHARED-LONG-1 metro,alpine\nhold\n", nil},
		{"two exact SKUs; a third's prefix does not count", "", "", []string{"BOTH"}, "two_suppliers 1001-1 BOTH metro,alpine\nhold\n", nil},
		{"priority decides where it may", "", First, []string{"SHARED-1"}, "metro: SHARED-1\n",
			[]string{"SHARED-1 → Metro: prefix SHARED-, priority 50, before alpine (prefix SHARED-)"}},
		{"lines of two suppliers", "", "", []string{"M1", "PS1", "M2"}, "metro: M1 M2\nprairie: PS1\n", nil},
		{"nobody holds the order", "", "", []string{"PS1", "GONE"}, "prairie: PS1\nno_supplier 1001-2 GONE \nhold\n", nil},
		{"or only the line", Split, "", []string{"PS1", "GONE"}, "prairie: PS1\nno_supplier 1001-2 GONE \n", nil},
		{"split leaves nothing to send", Split, "", []string{"GONE"}, "no_supplier 1001-1 GONE \nhold\n", nil},
		{"split does not settle two suppliers", Split, "", []string{"PS1", "BOTH"},
			"prairie: PS1\ntwo_suppliers 1001-2 BOTH metro,alpine\nhold\n", nil},
		{"capitals matter, and it is said", "", "", []string{"ps10044"}, "no_supplier 1001-1 ps10044 \nhold\n",
			[]string{"ps10044 → no supplier takes it (written PS10044 it would be Prairie Supply (prefix PS))"}},
		{"no lines", "", "", nil, "hold\n", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := New(Rules{Suppliers: suppliers(), Unrouted: c.unrouted, Ambiguous: c.ambiguous})
			if err != nil {
				t.Fatal(err)
			}
			plan := r.Route(orderOf(c.skus...))
			if diff := cmp.Diff(c.want, told(plan)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if c.reasons != nil {
				if diff := cmp.Diff(c.reasons, plan.Reasons); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
			}
			if len(plan.Reasons) != len(c.skus) {
				t.Errorf("%d reasons for %d lines", len(plan.Reasons), len(c.skus))
			}
		})
	}
}

func TestManySuppliersAreNamedInShort(t *testing.T) {
	var many []Supplier
	for i := range 9 {
		many = append(many, Supplier{Slug: fmt.Sprintf("s%d", i), SKUs: []SKURule{{Prefix: "A"}}})
	}
	r, err := New(Rules{Suppliers: many})
	if err != nil {
		t.Fatal(err)
	}
	want := "A1 → 9 suppliers take it: s0 (prefix A), s1 (prefix A), s2 (prefix A), s3 (prefix A), s4 (prefix A) and 4 others"
	if got := r.Route(orderOf("A1")).Reasons[0]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	one := func(rules ...SKURule) Rules { return Rules{Suppliers: []Supplier{{Slug: "a", SKUs: rules}}} }
	cases := []struct {
		name  string
		rules Rules
		want  string
	}{
		{"nothing set", one(SKURule{}), "supplier a, SKU rule 1: expected exactly one of sku, prefix and pattern"},
		{"two set", one(SKURule{SKU: "A", Prefix: "A"}), "supplier a, SKU rule 1: expected exactly one of sku, prefix and pattern"},
		{"twice", one(SKURule{SKU: "A"}, SKURule{SKU: "A"}), "supplier a, SKU rule 2: SKU A is there twice"},
		{"prefix twice", one(SKURule{Prefix: "A"}, SKURule{Prefix: "A"}), "supplier a, SKU rule 2: prefix A is there twice"},
		{"pattern", one(SKURule{Pattern: "A["}), "supplier a, SKU rule 1: pattern: error parsing regexp: missing closing ]: `[`"},
		{"group", one(SKURule{Pattern: "A(.)", Theirs: "$2"}),
			"supplier a, SKU rule 1: theirs uses $2, but the pattern has no such group (write ${1} where a letter or digit follows)"},
		{"group glued", one(SKURule{Pattern: "A(.)", Theirs: "$1X"}),
			"supplier a, SKU rule 1: theirs uses $1X, but the pattern has no such group (write ${1} where a letter or digit follows)"},
		{"rest", one(SKURule{Pattern: "A(.)", Theirs: "{rest}"}), "supplier a, SKU rule 1: theirs uses {rest}, which only a prefix has"},
		{"slug", Rules{Suppliers: []Supplier{{Slug: "a"}, {Slug: "a"}}}, "supplier a is there twice"},
		{"words", Rules{Unrouted: "drop", Ambiguous: "any"},
			"routing.unrouted is \"drop\"; expected hold or split\nrouting.ambiguous is \"any\"; expected hold or first"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.rules)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// BenchmarkRoute has 10,000 suppliers with 100 exact SKUs, a prefix and a pattern each.
func BenchmarkRoute(b *testing.B) {
	var rules Rules
	for i := range 10_000 {
		s := Supplier{Slug: fmt.Sprintf("supplier-%05d", i)}
		for j := range 100 {
			s.SKUs = append(s.SKUs, SKURule{SKU: fmt.Sprintf("%05d-%03d", i, j), Theirs: "x"})
		}
		s.SKUs = append(s.SKUs, SKURule{Prefix: fmt.Sprintf("P%05d-", i)}, SKURule{Pattern: fmt.Sprintf("Q%05d-[0-9]+", i)})
		rules.Suppliers = append(rules.Suppliers, s)
	}
	r, err := New(rules)
	if err != nil {
		b.Fatal(err)
	}
	for _, sku := range []string{"05000-050", "P05000-1", "Q05000-1", "none"} {
		o := orderOf(sku)
		b.Run(sku, func(b *testing.B) {
			for b.Loop() {
				r.Route(o)
			}
		})
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(rules); err != nil {
				b.Fatal(err)
			}
		}
	})
}
