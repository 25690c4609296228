package rig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"waybill/daemon/match"
	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
	"waybill/parsers"
)

// fixtures are cases as data: <supplier>/profile.yaml and <supplier>/<case>/{note.md, orders.json, in.*, reading.json, result.json}.
// result.json is what a careful person at the shop makes of the message, written before the code saw it. reading.json is what the code reads.
const fixtures = "../../fixtures"

// fixture is one case.
type fixture struct {
	supplier, name string
	folder         string
	note           caseNote
	input          string // file name
	orders         *trial.Orders
	want           caseResult
}

func (f *fixture) id() string { return f.supplier + "/" + f.name }

// caseNote is the head of note.md.
type caseNote struct {
	Phenomena []string `yaml:"phenomena"`
	Set       string   `yaml:"set"`   // tuned, or untouched: never looked at while rules were written
	Known     string   `yaml:"known"` // why the code does not do it right yet; "" for cases that must pass
	// Anyone marks a bare file of which nobody says whose it is: the orders of all suppliers compete, as in `waybill match` without --supplier.
	Anyone bool `yaml:"anyone"`
}

// caseResult is result.json: the contract of `waybill match`, as far as a person can write it down.
type caseResult struct {
	Kind    parsers.Kind `json:"kind"`
	Notices []caseNotice `json:"notices"`
}

type caseNotice struct {
	Kind     parsers.Kind      `json:"kind"`
	Order    string            `json:"order"`
	Decision match.Decision    `json:"decision"` // auto: may be decided without a person; review: must not
	Apply    match.Apply       `json:"apply,omitempty"`
	Tracking []match.Tracking  `json:"tracking"`
	Lines    []match.FoundLine `json:"lines,omitempty"` // only where the message names products
}

// caseProfile is profile.yaml: who writes, for people.
type caseProfile struct {
	Name   string `yaml:"name"`
	Domain string `yaml:"domain"`
	About  string `yaml:"about"`
}

// loadCases reads all fixtures. Zero cases, an unknown file or a missing one fail.
func loadCases(t *testing.T) []*fixture {
	t.Helper()
	suppliers, err := os.ReadDir(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	var all []*fixture
	for _, s := range suppliers {
		var profile caseProfile
		strict(t, filepath.Join(fixtures, s.Name(), "profile.yaml"), &profile)
		if profile.Name == "" || !strings.HasSuffix(profile.Domain, ".example") {
			t.Errorf("%s/profile.yaml: name is missing, or the domain is none under .example", s.Name())
		}
		entries, err := os.ReadDir(filepath.Join(fixtures, s.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			switch {
			case e.Name() == "profile.yaml":
			case !e.IsDir():
				t.Errorf("%s/%s: nobody knows this file", s.Name(), e.Name())
			default:
				f := loadCase(t, s.Name(), e.Name())
				if f.decoys() < enoughDecoys {
					t.Errorf("%s: %d decoys among the orders, want %d (make decoys CASE=%[1]s)", f.id(), f.decoys(), enoughDecoys)
				}
				all = append(all, f)
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("no cases were found")
	}
	return all
}

func strict(t *testing.T, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func loadCase(t *testing.T, supplier, name string) *fixture {
	t.Helper()
	f := &fixture{supplier: supplier, name: name, folder: filepath.Join(fixtures, supplier, name)}
	entries, err := os.ReadDir(f.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "in.") && f.input == "":
			f.input = e.Name()
		case !slices.Contains([]string{"note.md", "orders.json", "reading.json", "result.json"}, e.Name()):
			t.Errorf("%s: nobody knows %s", f.id(), e.Name())
		}
	}
	if f.input == "" {
		t.Fatalf("%s: there is no in.*", f.id())
	}
	head, note, ok := strings.Cut(strings.TrimPrefix(f.read(t, "note.md"), "---\n"), "\n---\n")
	if !ok || strings.TrimSpace(note) == "" {
		t.Fatalf("%s: note.md needs a head between lines of --- and a sentence", f.id())
	}
	d := yaml.NewDecoder(strings.NewReader(head))
	d.KnownFields(true)
	if err := d.Decode(&f.note); err != nil {
		t.Fatalf("%s: note.md: %v", f.id(), err)
	}
	if len(f.note.Phenomena) == 0 || f.note.Set != "tuned" && f.note.Set != "untouched" {
		t.Errorf("%s: note.md names no phenomena, or neither tuned nor untouched", f.id())
	}
	if f.orders, err = trial.Load("orders.json", []byte(f.read(t, "orders.json"))); err != nil {
		t.Fatalf("%s: %v", f.id(), err)
	}
	j := json.NewDecoder(strings.NewReader(f.read(t, "result.json")))
	j.DisallowUnknownFields()
	if err := j.Decode(&f.want); err != nil {
		t.Fatalf("%s: result.json: %v", f.id(), err)
	}
	return f
}

func (f *fixture) read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(f.folder, name))
	if err != nil {
		t.Fatalf("%s: %v", f.id(), err)
	}
	return string(raw)
}

// run reads and matches a case's input as `waybill match --supplier` does, or without the flag.
func (f *fixture) run(t *testing.T, pool *sandbox.Pool, raw string) (trial.Result, parsers.Reading) {
	t.Helper()
	supplier := f.supplier
	if f.note.Anyone {
		supplier = ""
	}
	result, reading, err := trial.New(f.orders, pool, supplier).File(t.Context(), f.input, []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return result, reading
}

// TestCases holds each case against its two goldens: what the message says, and what it means. A case that is known to fail is listed, and fails
// when it passes, so that its mark is taken away.
func TestCases(t *testing.T) {
	pool := sandbox.New(sandbox.Options{Inline: true})
	defer pool.Close()
	accept := os.Getenv("WAYBILL_ACCEPT")
	known := 0
	for _, f := range loadCases(t) {
		t.Run(f.id(), func(t *testing.T) {
			result, reading := f.run(t, pool, f.read(t, f.input))
			got := condense(reading)
			if accept == "all" || accept == f.id() || accept == f.supplier {
				if err := os.WriteFile(filepath.Join(f.folder, "reading.json"), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := f.read(t, "reading.json"); got != want {
				t.Errorf("it is read otherwise than reading.json says (make accept CASE=%s, and look at the difference):\n%s", f.id(), differing(want, got))
			}
			wrong := f.want.differs(result)
			switch {
			case f.note.Known != "" && len(wrong) == 0:
				t.Errorf("this passes now: take %q out of note.md", "known: "+f.note.Known)
			case f.note.Known != "":
				known++
				t.Logf("known to fail (%s): %s", f.note.Known, strings.Join(wrong, "; "))
			case len(wrong) > 0:
				t.Errorf("it means something else than result.json says:\n  %s\n%s", strings.Join(wrong, "\n  "), describe(result))
			}
		})
	}
	t.Logf("%d known to fail", known)
}

// differs lists what a result has otherwise than a person would.
func (want *caseResult) differs(got trial.Result) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if got.Kind != want.Kind {
		say("kind is %s, want %s", got.Kind, want.Kind)
	}
	left := slices.Clone(got.Notices)
	for _, n := range want.Notices {
		i := slices.IndexFunc(left, func(f match.Finding) bool { return f.Kind == n.Kind && f.Order == n.Order })
		if i < 0 {
			say("no %s for %q", n.Kind, n.Order)
			continue
		}
		f := left[i]
		left = slices.Delete(left, i, i+1)
		if f.Decision != n.Decision {
			say("%s for %q is %s, want %s", n.Kind, n.Order, f.Decision, n.Decision)
		}
		if n.Apply != "" && f.Apply != n.Apply {
			say("%s for %q applies %s, want %s", n.Kind, n.Order, f.Apply, n.Apply)
		}
		if g, w := trackingOf(f.Tracking), trackingOf(n.Tracking); g != w {
			say("%s for %q has tracking %s, want %s", n.Kind, n.Order, g, w)
		}
		if g, w := linesOf(f.Lines), linesOf(n.Lines); n.Lines != nil && g != w {
			say("%s for %q has lines %s, want %s", n.Kind, n.Order, g, w)
		}
	}
	for _, f := range left {
		say("a %s for %q that is none: %s", f.Kind, f.Order, f)
	}
	return wrong
}

func trackingOf(all []match.Tracking) string {
	texts := make([]string, len(all))
	for i, t := range all {
		texts[i] = t.Carrier + ":" + t.Number
	}
	slices.Sort(texts)
	return "[" + strings.Join(texts, " ") + "]"
}

func linesOf(all []match.FoundLine) string {
	texts := make([]string, len(all))
	for i, l := range all {
		texts[i] = fmt.Sprintf("%dx%s", l.Quantity, l.SKU)
	}
	slices.Sort(texts)
	return "[" + strings.Join(texts, " ") + "]"
}

func describe(r trial.Result) string {
	var b strings.Builder
	for _, f := range r.Notices {
		fmt.Fprintf(&b, "  got %s\n", f)
		for _, reason := range f.Reasons {
			fmt.Fprintf(&b, "    - %s\n", reason)
		}
	}
	return b.String()
}

// condense writes a reading without its places, so that a change in what is read is a change of a few lines.
func condense(r parsers.Reading) string {
	type statement struct {
		Kind     string   `json:"kind,omitempty"`
		Words    string   `json:"words,omitempty"`
		Scope    string   `json:"scope"`
		Quoted   bool     `json:"quoted,omitempty"`
		Refs     []string `json:"refs,omitempty"`
		Tracking []string `json:"tracking,omitempty"`
		Lines    []string `json:"lines,omitempty"`
		Party    string   `json:"party,omitempty"`
		Expected string   `json:"expected,omitempty"`
		Partial  bool     `json:"partial,omitempty"`
	}
	out := struct {
		Format     string      `json:"format"`
		Kind       string      `json:"kind"`
		Statements []statement `json:"statements"`
		Problems   []string    `json:"problems,omitempty"`
	}{Format: r.Format, Kind: string(r.Kind), Statements: []statement{}}
	for _, s := range r.Statements {
		one := statement{Kind: string(s.Kind), Words: s.KindAt.Text, Scope: string(s.Scope), Quoted: s.Quoted, Expected: s.Expected.Text, Partial: s.Partial}
		for _, ref := range s.Refs {
			one.Refs = append(one.Refs, strings.TrimSpace(string(ref.Label)+" "+ref.Text))
		}
		for _, n := range s.Tracking {
			carrier := "?"
			if len(n.Carriers) > 0 {
				carrier = n.Carriers[0].Carrier
			}
			if n.Withdrawn {
				carrier = "withdrawn " + carrier
			}
			one.Tracking = append(one.Tracking, strings.TrimSpace(carrier+" "+n.Number+" "+n.Damage))
		}
		for _, l := range s.Lines {
			one.Lines = append(one.Lines, strings.TrimSpace(fmt.Sprintf("%d x %s %s %s", l.Quantity, l.SKU.Text, l.Title.Text, l.Kind)))
		}
		p := s.Party()
		one.Party = strings.Join(strings.FieldsFunc(strings.Join([]string{p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text, p.Email.Text, p.Phone.Text}, "\n"), func(c rune) bool { return c == '\n' }), ", ")
		out.Statements = append(out.Statements, one)
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, p.Code)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(out); err != nil {
		panic("plain texts always marshal: " + err.Error())
	}
	return b.String()
}

// differing shows the lines that two texts do not share.
func differing(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for _, l := range w {
		if !slices.Contains(g, l) {
			b.WriteString("  - " + l + "\n")
		}
	}
	for _, l := range g {
		if !slices.Contains(w, l) {
			b.WriteString("  + " + l + "\n")
		}
	}
	return b.String()
}
