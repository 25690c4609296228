package read_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// paper is a file as a supplier sends it, and what a careful person reads from it: a line for each order and kind of news,
//
//	10231 shipment+? {U1} {U2} [AB-1*2 CD-2*1] until 12 May
//
// where + says that more is to come, ? that a person should look, and {U1} stands for a tracking number (see numbers). An order that nobody names is "-".
type paper struct {
	name, file string
	doc        []byte
	want       string
	places     map[string]string // text of a value to where it stands: "Sheet!row:column"
	problems   string            // codes
}

// orderNumbers are the forms that the shop's numbers have in these papers.
var orderNumbers = []string{`(?:^|[^0-9A-Za-z])(10[0-9]{3}(?:-[A-Za-z]{1,2})?)(?:$|[^0-9A-Za-z])`, `(W-77[0-9]{3})`}

// numbers fills in tracking numbers with right check digits: {U1} UPS, {F1} FedEx, {D1} DHL, {P1} USPS, {R1} a registered letter, {L1} DPD, {G1} GLS.
func numbers(s string) string {
	return regexp.MustCompile(`\{[UFDPRLG][0-9]\}`).ReplaceAllStringFunc(s, func(m string) string { return number(m[1], int(m[2]-'0')) })
}

func number(kind byte, n int) string {
	sum := 0
	switch kind {
	case 'U':
		body := fmt.Sprintf("R8939003%07d", 5675712+n*1301)
		for i, c := range body {
			v := int(c - '0')
			if c >= 'A' {
				v = (int(c) - 3) % 10
			}
			sum += v * (1 + i%2)
		}
		return "1Z" + body + strconv.Itoa((10-sum%10)%10)
	case 'F':
		body := fmt.Sprintf("77489%06d", 123456+n*7919)
		for i, w := range []int{3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1} {
			sum += int(body[i]-'0') * w
		}
		return body + strconv.Itoa(sum%11%10)
	case 'D', 'P':
		body := fmt.Sprintf("0034043416109%06d", 404255+n*977)
		if kind == 'P' {
			body = fmt.Sprintf("940580369930012%06d", 428789+n*977)
		}
		for i := range body {
			w := 1
			if (len(body)-i)%2 == 1 {
				w = 3
			}
			sum += int(body[i]-'0') * w
		}
		return body + strconv.Itoa((10-sum%10)%10)
	case 'R':
		body := fmt.Sprintf("%08d", 47312480+n*311)
		for i, w := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
			sum += int(body[i]-'0') * w
		}
		check := 11 - sum%11
		switch check {
		case 10:
			check = 0
		case 11:
			check = 5
		}
		return "RB" + body + strconv.Itoa(check) + "GB"
	case 'G':
		return fmt.Sprintf("5063%07d", 4417100+n*13)
	}
	return fmt.Sprintf("0159%010d", 8801234567+n*19)
}

// said writes a reading as paper.want does.
func said(r parsers.Reading) string {
	type news struct {
		order, kind string
		partial     bool
		unsure      bool
		score       float64
		tracking    []string
		lines       []string
		expected    string
	}
	var all []*news
	for _, s := range r.Statements {
		if s.Kind == "" && len(s.Tracking) == 0 || announces(r, s) {
			continue
		}
		var orders []string
		for _, f := range s.Refs {
			if (f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey) && !slices.Contains(orders, f.Text) {
				orders = append(orders, f.Text)
			}
		}
		key, kind := strings.Join(orders, "+"), string(cmp.Or(s.Kind, "-"))
		if key == "" {
			for _, f := range lentRefs(r) {
				if key != "" && f != key {
					key = ""
					break
				}
				key = f
			}
		}
		key = cmp.Or(key, "-")
		i := slices.IndexFunc(all, func(n *news) bool { return n.order == key && n.kind == kind })
		if i < 0 {
			all = append(all, &news{order: key, kind: kind})
			i = len(all) - 1
		}
		n := all[i]
		n.partial = n.partial || s.Partial
		n.unsure = n.unsure || s.Scope == parsers.ScopeRow && s.Kind != "" && s.Score > 0 && s.Score < 0.45
		n.score = max(n.score, s.Score)
		n.expected = cmp.Or(n.expected, s.Expected.Text)
		for _, t := range s.Tracking {
			if !slices.Contains(n.tracking, t.Number) {
				n.tracking = append(n.tracking, t.Number)
			}
			n.unsure = n.unsure || t.Damage != "" || t.Score < 0.5 || t.Invalid
		}
		for _, l := range s.Lines {
			line := cmp.Or(l.SKU.Text, l.Title.Text) + "*" + strconv.Itoa(l.Quantity)
			if l.Kind != "" {
				line += "/" + string(l.Kind)
			}
			if l.SKU.Text+l.Title.Text != "" {
				n.lines = append(n.lines, line)
			}
		}
	}
	if len(all) == 1 { // goods of which nothing is said are of the one order that the paper is about
		for _, s := range r.Statements {
			for _, l := range s.Lines {
				if s.Kind == "" && len(s.Tracking) == 0 && !slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return f.Label == parsers.LabelOrder && f.Text != all[0].order }) {
					all[0].lines = append(all[0].lines, cmp.Or(l.SKU.Text, l.Title.Text)+"*"+strconv.Itoa(l.Quantity))
				}
			}
		}
	}
	var out []string
	for _, n := range all {
		line := n.order + " " + n.kind
		if n.partial {
			line += "+"
		}
		clear := 0.7
		if n.kind == "acknowledgement" || n.kind == "question" {
			clear = 0.45
		}
		if n.unsure || len(n.tracking) == 0 && n.kind != "-" && n.score < clear {
			line += "?"
		}
		for _, t := range n.tracking {
			line += " " + t
		}
		if len(n.lines) > 0 {
			slices.Sort(n.lines)
			line += " [" + strings.Join(slices.Compact(n.lines), " ") + "]"
		}
		if n.expected != "" {
			line += " until " + n.expected
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// announces tells a sentence that only leads to the rows below it: "Shipped today:".
func announces(r parsers.Reading, s parsers.Statement) bool {
	return s.Scope != parsers.ScopeRow && len(s.Refs)+len(s.Tracking)+len(s.Lines) == 0 &&
		slices.ContainsFunc(r.Statements, func(o parsers.Statement) bool { return o.Kind == s.Kind && len(o.Refs)+len(o.Tracking) > 0 })
}

// lentRefs are the orders that the whole file names.
func lentRefs(r parsers.Reading) []string {
	var out []string
	for _, s := range r.Statements {
		if s.Scope == parsers.ScopeRow {
			continue
		}
		for _, f := range s.Refs {
			if f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey {
				out = append(out, f.Text)
			}
		}
	}
	return out
}

// standing gives the places of all values of a reading by their text.
func standing(r parsers.Reading) map[string]string {
	out := map[string]string{}
	put := func(v parsers.Value) {
		if v.Text != "" && out[v.Text] == "" {
			out[v.Text] = fmt.Sprintf("%s!%d:%d", v.At.Sheet, v.At.Row, v.At.Column)
		}
	}
	for _, s := range r.Statements {
		for _, f := range s.Refs {
			put(f.Value)
		}
		for _, t := range s.Tracking {
			put(t.Value)
		}
		for _, l := range s.Lines {
			put(l.SKU)
		}
		put(s.KindAt)
		put(s.Party().Name)
		put(s.Party().Postcode)
	}
	return out
}

func testPapers(t *testing.T, papers []paper) {
	t.Helper()
	names := map[string]bool{}
	for _, c := range papers {
		if names[c.name] {
			t.Fatalf("two papers are called %q", c.name)
		}
		names[c.name] = true
		doc := []byte(numbers(string(c.doc)))
		if dir := os.Getenv("WAYBILL_PAPERS"); dir != "" { // to look at them with the commands
			at := filepath.Join(dir, strings.ReplaceAll(strings.ReplaceAll(c.name, " ", "-"), "/", "-"))
			_ = os.MkdirAll(at, 0o755)
			_ = os.WriteFile(filepath.Join(at, filepath.Base(c.file)), doc, 0o644)
			_ = os.WriteFile(filepath.Join(at, "want"), []byte(numbers(c.want)), 0o644)
		}
		t.Run(c.name, func(t *testing.T) {
			r := read.Document(doc, c.file, parsers.Profile{OrderPatterns: orderNumbers, KeepText: true})
			want := strings.Split(strings.TrimSpace(numbers(c.want)), "\n")
			for i := range want {
				want[i] = strings.TrimSpace(want[i])
			}
			slices.Sort(want)
			if got := said(r); got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
			at := standing(r)
			for text, place := range c.places {
				if text = numbers(text); at[text] != place {
					t.Errorf("%q stands at %q, want %q", text, at[text], place)
				}
			}
			var problems []string
			for _, p := range r.Problems {
				if !slices.Contains(problems, p.Code) {
					problems = append(problems, p.Code)
				}
			}
			if got := strings.Join(problems, " "); got != c.problems {
				t.Errorf("problems %q, want %q: %+v", got, c.problems, r.Problems)
			}
			if t.Failed() && testing.Verbose() {
				for _, s := range r.Statements {
					t.Logf("%+v", s)
				}
				for _, p := range r.Parts {
					t.Logf("%s %q", p.Number, p.Text)
				}
			}
		})
	}
}

// archive makes a zip of names and bytes.
func archive(t *testing.T, entries ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(entries); i += 2 {
		w, err := z.Create(entries[i].(string))
		if err != nil {
			t.Fatal(err)
		}
		var data []byte
		switch v := entries[i+1].(type) {
		case string:
			data = []byte(numbers(v))
		case []byte:
			data = v
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
