package templates

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var accept = flag.Bool("accept", false, "write what the code says into the documents; look at the difference before you commit it")

// section replaces what stands between <!-- name --> and <!-- /name -->.
func section(t *testing.T, doc, name, content string) string {
	t.Helper()
	before, rest, found := strings.Cut(doc, "<!-- "+name+" -->\n")
	_, after, closed := strings.Cut(rest, "<!-- /"+name+" -->")
	if !found || !closed {
		t.Fatalf("the document has no section %s", name)
	}
	return before + "<!-- " + name + " -->\n" + content + "<!-- /" + name + " -->" + after
}

// TestCSVDocument holds the tables of docs/csv.md to the code.
func TestCSVDocument(t *testing.T) {
	const file = "../docs/csv.md"
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var fields, encodings strings.Builder
	fields.WriteString("| field | holds |\n|---|---|\n")
	ended := false
	for _, f := range Fields() {
		if !f.Default && !ended {
			fields.WriteString("| *not in the default file:* | |\n")
			ended = true
		}
		if f.Default && ended {
			t.Errorf("%s of the default file comes after others", f.Name)
		}
		fmt.Fprintf(&fields, "| `%s` | %s |\n", f.Name, f.Doc)
	}
	about := map[string]string{"utf-8": "the default", "utf-8-bom": "with a mark at the start, which Excel needs to read UTF-8 right", "utf-16": "little-endian with a mark; Excel's Unicode text",
		"utf-16le": "little-endian without a mark", "windows-1252": "western Europe and America", "windows-1250": "central Europe", "windows-1251": "Cyrillic",
		"shift-jis": "Japanese", "gb18030": "Chinese", "big5": "Chinese, traditional", "euc-kr": "Korean"}
	encodings.WriteString("| encoding | |\n|---|---|\n")
	for _, name := range Encodings() {
		fmt.Fprintf(&encodings, "| `%s` | %s |\n", name, about[name])
	}
	want := section(t, section(t, string(raw), "fields", fields.String()), "encodings", encodings.String())
	if *accept {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(raw), want); diff != "" {
		t.Errorf("docs/csv.md is not what the program does; go test ./templates -run Document -accept writes it\n%s", diff)
	}
	names := reflect.TypeFor[nameData]()
	for i := range names.NumField() {
		if !strings.Contains(want, "{{."+names.Field(i).Name+"}}") {
			t.Errorf("docs/csv.md does not speak of .%s in file names", names.Field(i).Name)
		}
	}
}

// TestTemplatesDocument: docs/templates.md names every mail, block, function and field, and none that there is not.
func TestTemplatesDocument(t *testing.T) {
	raw, err := os.ReadFile("../docs/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(raw)
	there := func(what, name string) {
		if !strings.Contains(doc, "`"+name+"`") {
			t.Errorf("docs/templates.md does not speak of the %s `%s`", what, name)
		}
	}
	for _, name := range Names() {
		there("mail", name)
	}
	base, _ := builtinLayers()
	for block := range base.trees {
		for _, name := range Names() {
			if strings.HasPrefix(block, name+".") {
				block = name // the mails themselves are named without their endings
			}
		}
		there("block", block)
	}
	var c compiled
	for name := range c.functions() {
		there("function", name)
	}
	for _, typ := range structs() {
		for _, name := range members(typ) {
			there("field of "+typ.Name(), "."+name)
		}
	}
}
