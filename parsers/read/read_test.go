package read_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// say is what a case must be understood to say: the kind of the whole, and notices as "kind order order > number number".
type say struct {
	name    string
	subject string
	head    string // more header lines
	body    string
	kind    parsers.Kind
	notices []string
	partial bool
}

func eml(subject, head, body string) []byte {
	if !strings.Contains(strings.ToLower(head), "from:") {
		head += "From: Warehouse <orders@prairie-supply.example>\n"
	}
	if !strings.Contains(strings.ToLower(head), "content-type:") {
		head += "Content-Type: text/plain; charset=utf-8\n"
	}
	return []byte(head + "To: orders@shop.example\nMessage-ID: <m1@prairie-supply.example>\nDate: Tue, 26 Aug 2025 10:00:00 +0000\nMIME-Version: 1.0\nSubject: " + subject + "\n\n" + body)
}

// notices writes the statements down as a case does. Message statements lend their references to those that have none.
func notices(r parsers.Reading) []string {
	var lent []string
	for _, s := range r.Statements {
		if s.Scope == parsers.ScopeMessage && !s.Quoted {
			for _, f := range s.Refs {
				if f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey {
					lent = append(lent, f.Text)
				}
			}
		}
	}
	var out []string
	for _, s := range r.Statements {
		if s.Kind == "" || s.Quoted {
			continue
		}
		var orders, numbers []string
		for _, f := range s.Refs {
			if f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey {
				orders = append(orders, f.Text)
			}
		}
		if len(orders) == 0 {
			orders = lent
		}
		for _, n := range s.Tracking {
			if !n.Withdrawn {
				numbers = append(numbers, n.Number)
			}
		}
		slices.Sort(orders)
		line := string(s.Kind) + " " + strings.Join(slices.Compact(orders), " ")
		if len(numbers) > 0 {
			line += " > " + strings.Join(numbers, " ")
		}
		out = append(out, strings.TrimSpace(line))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkPlaces holds that each value stands where its place says: text[start:end] is the value.
func checkPlaces(t *testing.T, r parsers.Reading) {
	t.Helper()
	texts := map[string]string{}
	for _, p := range r.Parts {
		texts[p.Number] = p.Text
	}
	if r.Envelope != nil {
		texts["subject"] = r.Envelope.Subject
	}
	each(reflect.ValueOf(r.Statements), func(v parsers.Value) {
		text, ok := texts[v.At.Part]
		if !ok || v.At.Row > 0 || v.Text == "" {
			return
		}
		if v.At.Start == 0 && v.At.End == 0 && v.Text != "" && !strings.HasPrefix(text, v.Text) {
			return // JSON-LD: no place in the text
		}
		if v.At.End > len(text) || v.At.Start > v.At.End || text[v.At.Start:v.At.End] != v.Text {
			t.Errorf("value %q is not at %+v of %q", v.Text, v.At, text)
		}
	})
}

// each visits every parsers.Value inside v.
func each(v reflect.Value, do func(parsers.Value)) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), do)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			each(v.Elem(), do)
		}
	case reflect.Struct:
		if value, ok := v.Interface().(parsers.Value); ok {
			do(value)
			return
		}
		for i := range v.NumField() {
			each(v.Field(i), do)
		}
	}
}

func TestDocument(t *testing.T) {
	for _, c := range slices.Concat(languageCases, shapeCases, robotCases, hardCases) {
		t.Run(c.name, func(t *testing.T) {
			r := read.Document(eml(c.subject, c.head, c.body), "", parsers.Profile{KeepText: true})
			checkPlaces(t, r)
			if r.Kind != c.kind {
				t.Errorf("kind is %s, want %s", r.Kind, c.kind)
			}
			if got := notices(r); !slices.Equal(got, c.notices) {
				t.Errorf("notices\n got %q\nwant %q", got, c.notices)
			}
			if c.partial != slices.ContainsFunc(r.Statements, func(s parsers.Statement) bool { return s.Partial && !s.Quoted }) {
				t.Errorf("partial is %v", !c.partial)
			}
			if t.Failed() {
				for _, s := range r.Statements {
					t.Logf("%s", describe(s))
				}
			}
		})
	}
}

func describe(s parsers.Statement) string {
	out := fmt.Sprintf("%s %s(%q %.2f) quoted=%v", s.Scope, s.Kind, s.KindAt.Text, s.Score, s.Quoted)
	for _, f := range s.Refs {
		out += fmt.Sprintf(" %s=%q", f.Label, f.Text)
	}
	for _, n := range s.Tracking {
		out += fmt.Sprintf(" >%s(%.2f)", n.Number, n.Score)
	}
	for _, l := range s.Lines {
		out += fmt.Sprintf(" %dx%s%s", l.Quantity, l.SKU.Text, l.Title.Text)
	}
	if s.Expected.Text != "" {
		out += " expected=" + s.Expected.Text
	}
	if s.Partial {
		out += " partial"
	}
	return out
}
