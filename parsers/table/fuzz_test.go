package table

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/parsers"
)

var seeds = []string{
	"Order,Tracking\n1001," + ups1 + "\n", "Bestellnummer;Sendungsnummer\r\n1001;00340434161094042557\r\n", "a\tb\n\"x\ny\"\t" + usps,
	"Order   Tracking\n1001    " + ups1 + "\n1002    " + ups2 + "\n", "sep=|\nPO|Tracking\n1|9.4E+21\n", "\"\"\"\"\"\n,,,\n\"", "\xff\xfeO\x00r\x00", "Order;Status\n1;Out of stock\n",
}

// FuzzParse holds what is true of every input: no panic, and every value stands in the text it came from.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.csv")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got := Parse(doc, "x.csv", "1", parsers.Profile{})
		text := strings.ReplaceAll(decode(doc, ""), `""`, `"`)
		check := func(v parsers.Value) {
			if v.Text != "" && !strings.Contains(text, v.Text) && !strings.Contains(v.Text, " ") && !strings.ContainsAny(text, `"`) {
				t.Errorf("%q at %+v is not in the text", v.Text, v.At)
			}
		}
		for _, s := range got.Statements {
			for _, r := range s.Refs {
				check(r.Value)
				if r.At.Row < 1 || r.At.Column < 1 {
					t.Errorf("no place: %+v", r)
				}
			}
			for _, tr := range s.Tracking {
				check(tr.Value)
			}
			check(s.Party().Postcode)
			check(s.Expected)
		}
	})
}

// The splitter must give back every byte: cells, delimiters and line ends of a text without quotes are the text.
func FuzzSplit(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		s := splitter{doc: doc, delimiter: ',', eol: '\n'}
		var rows []string
		for last := -1; s.next(); {
			if s.pos <= last {
				t.Fatalf("no way forward at %d", s.pos)
			}
			last = s.pos
			rows = append(rows, strings.Join(s.fields, ","))
		}
		if !strings.ContainsAny(doc, "\"\r") && len(doc) < 1000 && !strings.Contains(doc, ",") {
			if got := strings.Join(rows, "\n"); got != strings.TrimSuffix(doc, "\n") {
				t.Errorf("rows give %q, the text is %q", got, doc)
			}
		}
	})
}

func TestLimits(t *testing.T) {
	for name, c := range map[string]struct{ doc, code string }{
		"a long row":     {"Order,Tracking\n1001," + strings.Repeat("x", parsers.MaxRecord+1) + "\n1002," + ups1 + "\n", "too_large"},
		"a wide row":     {"Order,Tracking\n" + strings.Repeat(",", parsers.MaxColumns+5) + "\n1002," + ups1 + "\n", "too_large"},
		"doubled quotes": {"Order,Tracking\n1001,\"" + strings.Repeat(`""`, parsers.MaxRecord) + "\n1002," + ups1 + "\n", "too_large"},
		"an open quote":  {"Order,Tracking\n1001,\"" + strings.Repeat("y\n", parsers.MaxRecord) + "1002," + ups1 + "\n", ""},
		"too many rows":  {"Order,Tracking\n1002," + ups1 + "\n" + strings.Repeat("\n", parsers.MaxRows+5), "too_large"},
	} {
		got := Parse([]byte(c.doc), "x.csv", "", parsers.Profile{})
		code := ""
		if len(got.Problems) > 0 {
			code = got.Problems[0].Code
		}
		if code != c.code {
			t.Errorf("%s: problems %v, want %q", name, got.Problems, c.code)
		}
		last := parsers.Statement{}
		if n := len(got.Statements); n > 0 {
			last = got.Statements[n-1]
		}
		if len(last.Refs) != 1 || last.Refs[0].Text != "1002" || last.Kind != parsers.Shipment {
			t.Errorf("%s: the good row was not read: %+v", name, last)
		}
	}
}
