package prose_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

// Sentences as suppliers write them stand in testdata/sentences, a file for each language, with what a careful person reads from them:
//
//	SENTENCE => NOTICE; NOTICE
//
// A notice is a kind ("a|b": either will do), the orders, {A}, {B} or {C} for tracking numbers, 2*AB-1 for lines, and @ with the time that is promised.
// "-" is no news at all; "!kind" forbids to be sure of that kind. A sentence behind "~" is known not to be read yet: it must do no harm.

var numbers = map[string]string{"{A}": "1Z999AA10123456784", "{B}": "1Z12345E6605272234", "{C}": "1Z12345E0205271688"}

// notice is what is said of one order.
type notice struct {
	kind, order string
	tracking    []string
	lines       []string
	expected    string
	sure        bool
}

func (n notice) String() string {
	s := n.kind
	if !n.sure {
		s += "?"
	}
	s = strings.Join(append(append([]string{s, n.order}, n.tracking...), n.lines...), " ")
	if n.expected != "" {
		s += " @" + n.expected
	}
	return s
}

var testOrder = regexp.MustCompile(`^10\d\d$`)

// noticesOf gives what statements mean for each order, as `waybill match` would for open orders 1000 to 1099.
func noticesOf(statements []parsers.Statement) []notice {
	byKey := map[string]*notice{}
	var order []string
	only := map[string]bool{}
	for _, s := range statements {
		for _, f := range s.Refs {
			if testOrder.MatchString(f.Text) {
				only[f.Text] = true
			}
		}
	}
	add := func(kind parsers.Kind, ref string, s parsers.Statement, lines []parsers.Line) {
		key := string(kind) + " " + ref
		n := byKey[key]
		if n == nil {
			n = &notice{kind: string(kind), order: ref}
			byKey[key] = n
			order = append(order, key)
		}
		clear := 0.7
		if kind == parsers.Acknowledgement || kind == parsers.Question {
			clear = 0.45
		}
		n.sure = n.sure || s.Score >= clear && !s.Doubtful
		for _, t := range s.Tracking {
			for short, number := range numbers {
				if t.Number == number && !t.Withdrawn && !slices.Contains(n.tracking, short) {
					n.tracking = append(n.tracking, short)
					n.sure = n.sure || kind == parsers.Shipment && !s.Doubtful
				}
			}
		}
		slices.Sort(n.tracking)
		for _, l := range lines {
			if l.Quantity > 0 {
				n.lines = append(n.lines, fmt.Sprintf("%d*%s%s", l.Quantity, l.SKU.Text, l.Title.Text))
			}
		}
		if n.expected == "" {
			n.expected = s.Expected.Text
		}
	}
	for _, s := range statements {
		if s.Kind == "" || s.Quoted {
			continue
		}
		refs := map[string]bool{}
		for _, f := range s.Refs {
			if testOrder.MatchString(f.Text) {
				refs[f.Text] = true
			}
		}
		if len(refs) == 0 && len(only) == 1 {
			refs = only
		}
		if len(refs) == 0 {
			refs = map[string]bool{"": true}
		}
		var lines []parsers.Line
		others := map[parsers.Kind][]parsers.Line{}
		for _, l := range s.Lines {
			if l.Kind != "" && l.Kind != s.Kind {
				others[l.Kind] = append(others[l.Kind], l)
			} else {
				lines = append(lines, l)
			}
		}
		for _, ref := range slices.Sorted(maps.Keys(refs)) {
			if len(lines) > 0 || len(others) == 0 {
				add(s.Kind, ref, s, lines)
			}
			for k, l := range others {
				add(k, ref, s, l)
			}
		}
	}
	var out []notice
	for _, key := range order {
		n := byKey[key]
		if (n.kind == "acknowledgement" || n.kind == "question" && !n.sure) && slices.ContainsFunc(order, func(k string) bool {
			o := byKey[k]
			return o != n && (o.order == n.order || n.order == "") && o.sure && (n.kind == "question" || parsers.Kind(o.kind).Consequence() > parsers.Acknowledgement.Consequence())
		}) {
			continue
		}
		if n.kind == "question" && !n.sure {
			continue
		}
		if n.order == "" && slices.ContainsFunc(order, func(k string) bool { return byKey[k] != n && byKey[k].kind == n.kind }) && len(n.tracking)+len(n.lines) == 0 {
			continue // it announces what the others say
		}
		out = append(out, *n)
	}
	return out
}

var lineForm = regexp.MustCompile(`^\d+\*\S+$`)

// agree tells in words what of a reading is not as wanted, or "".
func agree(got []notice, want string) string {
	var left []notice
	left = append(left, got...)
	for w := range strings.SplitSeq(want, "; ") {
		fields := strings.Fields(w)
		if strings.HasPrefix(fields[0], "!") {
			for _, f := range fields {
				if i := slices.IndexFunc(got, func(n notice) bool { return n.kind == f[1:] && n.sure }); i >= 0 {
					return fmt.Sprintf("is sure of %v", got[i])
				}
			}
			return ""
		}
		kinds := strings.Split(fields[0], "|")
		var orders, tracking, lines []string
		expected := ""
		for i := 1; i < len(fields); i++ {
			switch f := fields[i]; {
			case strings.HasPrefix(f, "{"):
				tracking = append(tracking, f)
			case strings.HasPrefix(f, "@"):
				expected = strings.Join(fields[i:], " ")[1:]
				i = len(fields)
			case lineForm.MatchString(f):
				lines = append(lines, f)
			default:
				orders = append(orders, f)
			}
		}
		if kinds[0] == "-" && len(kinds) == 1 {
			break
		}
		if len(orders) == 0 {
			orders = []string{""}
		}
		for _, o := range orders {
			i := slices.IndexFunc(left, func(n notice) bool { return slices.Contains(kinds, n.kind) && n.order == o })
			if i < 0 {
				if slices.Contains(kinds, "-") {
					continue
				}
				return fmt.Sprintf("no %s of %q", fields[0], o)
			}
			n := left[i]
			left = slices.Delete(left, i, i+1)
			shipment := n.kind == "shipment" || n.kind == "backorder"
			switch {
			case !n.sure:
				return fmt.Sprintf("not sure of %v", n)
			case (shipment || len(tracking) > 0) && !slices.Equal(n.tracking, tracking):
				return fmt.Sprintf("numbers of %v", n)
			case len(lines) > 0 && !slices.Equal(n.lines, lines):
				return fmt.Sprintf("lines of %v", n)
			case !strings.Contains(strings.ToLower(n.expected), strings.ToLower(expected)):
				return fmt.Sprintf("time of %v", n)
			}
		}
	}
	if len(left) > 0 {
		return fmt.Sprintf("more than wanted: %v", left[0])
	}
	return ""
}

// harm tells whether a reading is sure of something costly that nobody said.
func harm(got []notice, want string) bool {
	return slices.ContainsFunc(got, func(n notice) bool {
		k := parsers.Kind(n.kind)
		said := slices.ContainsFunc(strings.FieldsFunc(want, func(c rune) bool { return c == '|' || c == ' ' || c == ';' }), func(w string) bool { return w == n.kind })
		return n.sure && (k.CostsMoney() || k == parsers.Shipment) && !said
	})
}

func TestSentences(t *testing.T) {
	files, err := filepath.Glob("testdata/sentences/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of sentences (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all, bad, harmful := 0, 0, 0
			for line := range strings.Lines(string(raw)) {
				line = strings.TrimSpace(line)
				if line == "" || strings.HasPrefix(line, "#") {
					continue
				}
				known := strings.HasPrefix(line, "~ ")
				text, want, ok := strings.Cut(strings.TrimPrefix(line, "~ "), " => ")
				if !ok {
					t.Fatalf("%q says not what is wanted", line)
				}
				replace := []string{`\n`, "\n"}
				for short, number := range numbers {
					replace = append(replace, short, number)
				}
				got := noticesOf(read(strings.NewReplacer(replace...).Replace(text), parsers.Profile{}).Statements)
				why := agree(got, want)
				all++
				if why != "" {
					bad++
				}
				if harm(got, want) {
					harmful++
				}
				switch {
				case known && why == "":
					t.Errorf("%q is read now: take the \"~\" away", text)
				case known && harm(got, want), !known && why != "":
					t.Errorf("%s\n  want %s\n   got %v: %s", text, want, got, why)
				}
			}
			t.Logf("%d of %d sentences, %d wrongly sure", all-bad, all, harmful)
		})
	}
}
