package routing

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var accept = flag.Bool("accept", false, "write the tables of docs/gates.md anew")

// gatesTables are the parts of docs/gates.md that are made: the gates that stand by themselves, and what a rule may ask.
func gatesTables() map[string]string {
	var b strings.Builder
	b.WriteString("| gate | wants of an order | why |\n|---|---|---|\n")
	for _, g := range BuiltIns() {
		says := g.Says
		if g.Hold != "" {
			says = "Not `" + g.Hold + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", g.Name, strings.TrimSuffix(says, "."), g.Why)
	}
	tables := map[string]string{"gates": b.String()}
	b.Reset()
	b.WriteString("| name | is |\n|---|---|\n")
	describe(&b, "", reflect.TypeFor[Facts]())
	tables["names"] = b.String()
	return tables
}

// describe writes the fields of a group, those of its groups after each.
func describe(b *strings.Builder, at string, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := at + f.Tag.Get("expr")
		fmt.Fprintf(b, "| `%s` | %s |\n", name, f.Tag.Get("doc"))
		switch {
		case f.Type == reflect.TypeFor[Money]():
		case f.Type == reflect.TypeFor[Person]() || f.Type == reflect.TypeFor[Place]() && name == "ship_to":
			describe(b, name+".", f.Type)
		case f.Type == reflect.TypeFor[[]Item]():
			describe(b, ".", f.Type.Elem())
		}
	}
}

func TestGatesDocument(t *testing.T) {
	const path = "../../docs/gates.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for name, table := range gatesTables() {
		head, rest, found := strings.Cut(text, "<!-- "+name+" -->\n")
		_, tail, closed := strings.Cut(rest, "<!-- /"+name+" -->")
		if !found || !closed {
			t.Fatalf("docs/gates.md has no part %s", name)
		}
		text = head + "<!-- " + name + " -->\n" + table + "<!-- /" + name + " -->" + tail
	}
	if *accept {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text != string(raw) && !*accept {
		t.Error("docs/gates.md is not what the program says; `go test ./daemon/routing -run GatesDocument -accept` writes it")
	}
}
