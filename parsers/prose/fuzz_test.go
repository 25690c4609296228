package prose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/parsers"
)

// FuzzRead holds what is true of every text: no panic, every value stands where it says, and the steps grow with the length.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/sentences/*.txt")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no sentences: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			f.Add(line, 0, 0)
		}
		f.Add(string(raw), 100, 200)
	}
	f.Add("Order 1001 has shipped.\n\nOn Monday you wrote:\n1002 is cancelled\n", 27, 70)
	f.Add("auf\nLager", 0, 0)
	reader := New(parsers.Profile{OrderPatterns: []string{`\b\d{4}-[A-Z]\b`}, Phrases: map[string]parsers.Kind{"all gone": parsers.OutOfStock}})
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		text = strings.ToValidUTF8(text, "")
		whole := &parsers.Text{Part: "1", Text: text}
		if from >= 0 && from < to && to <= len(text) {
			whole.Marks = []parsers.Mark{{Start: from, End: to, Kind: parsers.MarkQuoted}}
		}
		check := func(v parsers.Value) {
			if v.Text != "" && (v.At.Start < 0 || v.At.Start > v.At.End || v.At.End > len(text)) {
				t.Fatalf("%q stands at %+v of %d bytes", v.Text, v.At, len(text))
			}
		}
		for _, s := range reader.Read(whole, Options{}).Statements {
			check(s.KindAt)
			check(s.Expected)
			for _, r := range s.Refs {
				check(r.Value)
			}
			for _, tr := range s.Tracking {
				check(tr.Value)
			}
			for _, l := range s.Lines {
				check(l.SKU)
				check(l.Title)
			}
			p := s.Party()
			for _, v := range []parsers.Value{p.Name, p.Company, p.Street, p.Postcode, p.City, p.Region, p.Country, p.Phone, p.Email} {
				check(v)
			}
		}
		if most := 4000 + 400*len(text); reader.work > most {
			t.Fatalf("%d bytes took %d steps", len(text), reader.work)
		}
	})
}
