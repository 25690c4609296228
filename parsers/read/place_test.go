package read_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// In every fixture each value stands where its place says, in whatever charset and encoding the paper came: text[start:end] is the value's text.
func TestPlacesOfFixtures(t *testing.T) {
	files, err := filepath.Glob("../../fixtures/*/*/in.*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	values, without := 0, 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := read.Document(raw, filepath.Base(file), parsers.Profile{KeepText: true})
		texts := map[string]string{}
		for _, p := range r.Parts {
			if p.Text != "" {
				texts[p.Number] = p.Text
			}
		}
		if r.Envelope != nil {
			texts["subject"] = r.Envelope.Subject
		}
		each(reflect.ValueOf(r.Statements), func(v parsers.Value) {
			text, known := texts[v.At.Part]
			if !known || v.At.Row > 0 || v.Text == "" {
				return
			}
			values++
			if v.At.Start == 0 && v.At.End == 0 { // said where nobody sees it: JSON-LD, attributes
				without++
				return
			}
			if v.At.Start > v.At.End || v.At.End > len(text) || text[v.At.Start:v.At.End] != v.Text {
				t.Errorf("%s: %q is not at %+v", strings.TrimPrefix(file, "../../fixtures/"), v.Text, v.At)
			}
		})
	}
	if values < 1000 || without*50 > values {
		t.Errorf("%d values, %d of them without a place", values, without)
	}
}
