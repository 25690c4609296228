package sandbox

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"waybill/parsers"
	"waybill/parsers/read"
)

// fill gives every field under v a value of its own. times are set by hand: they have fields that nobody sees.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + strings.Repeat("é", *n%7) + string(rune('a'+*n%26)))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(1 / float64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2025, 8, 26, 10, 0, *n%60, 0, time.FixedZone("", 2*60*60))))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("no value for " + v.Type().String())
	}
}

// Every field of what goes through the pipe arrives. When this fails for a new field, it is missing in shape.go.
func TestShapes(t *testing.T) {
	var a, back answer
	n := 0
	fill(reflect.ValueOf(&a).Elem(), &n)
	b, err := encode(nil, &a, (*coder).answer, maxUnfolded)
	if err != nil {
		t.Fatal(err)
	}
	if err := decode(b, &back, (*coder).answer, maxUnfolded); err != nil {
		t.Fatal(err)
	}
	want, _ := json.MarshalIndent(a, "", " ")
	got, _ := json.MarshalIndent(back, "", " ")
	if string(got) != string(want) {
		t.Errorf("an answer arrives as\n%s\nwant\n%s", got, want)
	}
	var q, q2 question
	fill(reflect.ValueOf(&q).Elem(), &n)
	if b, err = encode(nil, &q, (*coder).question, maxQuestion); err != nil {
		t.Fatal(err)
	}
	if err := decode(b, &q2, (*coder).question, maxQuestion); err != nil || q != q2 {
		t.Errorf("a question arrives as %+v, %v, want %+v", q2, err, q)
	}
}

// fixtures are all suppliers' messages.
func fixtures(t testing.TB) (all [][]byte) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, raw)
	}
	return all
}

// A child with more to say than fits says that, and no more memory is taken than an answer may.
func TestTooMuch(t *testing.T) {
	rows := make([]parsers.Statement, 1000)
	if _, err := encode(nil, &answer{Reading: &parsers.Reading{Statements: rows}}, (*coder).answer, 300<<10); !errors.Is(err, errTooMuch) {
		t.Errorf("1000 statements in 300 KiB give %v", err)
	}
	b, err := encode(nil, &answer{Reading: &parsers.Reading{Statements: rows}}, (*coder).answer, maxUnfolded)
	if err != nil || len(b) > 30_000 {
		t.Fatalf("1000 empty statements are %d bytes, %v", len(b), err)
	}
	if err := decode(b, new(answer), (*coder).answer, 300<<10); !errors.Is(err, errTooMuch) {
		t.Errorf("1000 statements in 300 KiB are read: %v", err)
	}
}

// What arrives of a reading is what JSON would carry of it.
func TestReadingsArrive(t *testing.T) {
	reader := read.New(parsers.Profile{KeepText: true})
	for _, raw := range fixtures(t) {
		r := reader.Document(raw, "")
		var back answer
		b, err := encode(nil, &answer{Reading: &r}, (*coder).answer, maxUnfolded)
		if err != nil {
			t.Fatal(err)
		}
		if err := decode(b, &back, (*coder).answer, maxUnfolded); err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(r)
		got, _ := json.Marshal(back.Reading)
		if string(got) != string(want) {
			t.Errorf("a reading arrives as\n%s\nwant\n%s", got, want)
		}
	}
}

// A child that was taken over can write anything. It gets an error, and no more memory than an answer may take.
func TestHostileAnswers(t *testing.T) {
	good, err := encode(nil, &answer{Reading: &parsers.Reading{Format: "text", Statements: []parsers.Statement{{Scope: parsers.ScopeRow, Score: 0.5}}}}, (*coder).answer, maxUnfolded)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if err := decode(good[:i], new(answer), (*coder).answer, maxUnfolded); !errors.Is(err, errGarbled) {
			t.Errorf("the first %d bytes of %d give %v", i, len(good), err)
		}
	}
	head := []byte{codecVersion, 0, 0, 0, 1, 4, 't', 'e', 'x', 't', 0, 0, 0, 0, 0} // up to the count of statements
	for name, b := range map[string][]byte{
		"another version":     append([]byte{9}, good[1:]...),
		"more behind":         append(append([]byte{}, good...), 0),
		"a count of billions": append(append([]byte{}, head...), 0xff, 0xff, 0xff, 0xff, 0x07),
		"an endless count":    append(append([]byte{}, head...), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
		"a long text":         {codecVersion, 0, 0xff, 0xff, 0xff, 0x07, 'x'},
		"small but many":      append(append([]byte{}, head...), append([]byte{0x80, 0x80, 0x80, 0x08}, make([]byte, 16<<20)...)...),
	} {
		if err := decode(b, new(answer), (*coder).answer, maxUnfolded); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := encode(nil, &answer{Reading: &parsers.Reading{Statements: []parsers.Statement{{Score: math.NaN()}}}}, (*coder).answer, maxUnfolded); err == nil {
		t.Error("a score that is no number was written")
	}
	bad := append([]byte{}, good...)
	at := strings.Index(string(bad), string([]byte{0x3f, 0xe0, 0, 0, 0, 0, 0, 0}))
	if at < 0 {
		t.Fatal("0.5 is not in the answer")
	}
	copy(bad[at:], []byte{0x7f, 0xf8, 0, 0, 0, 0, 0, 1})
	if err := decode(bad, new(answer), (*coder).answer, maxUnfolded); !errors.Is(err, errGarbled) {
		t.Errorf("NaN gives %v", err)
	}
}

func FuzzAnswer(f *testing.F) {
	reader := read.New(parsers.Profile{})
	for _, raw := range fixtures(f) {
		r := reader.Document(raw, "")
		b, err := encode(nil, &answer{Reading: &r, Envelope: r.Envelope}, (*coder).answer, maxUnfolded)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a, again answer
		if decode(b, &a, (*coder).answer, 8<<20) != nil {
			return
		}
		// What is accepted can be said again, and is the same: no field has a value that cannot be written.
		second, err := encode(nil, &a, (*coder).answer, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		if err := decode(second, &again, (*coder).answer, 1<<40); err != nil {
			t.Fatal(err)
		}
		if one, two := mustJSON(t, a), mustJSON(t, again); one != two {
			t.Fatalf("said again it is\n%s\nnot\n%s", two, one)
		}
	})
}

func mustJSON(t *testing.T, a answer) string {
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatalf("what was accepted can't be shown: %v", err)
	}
	return string(b)
}
