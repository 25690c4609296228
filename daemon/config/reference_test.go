package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"
)

// TestReferenceIsInTheDocs holds docs/configuration.md to the tags.
func TestReferenceIsInTheDocs(t *testing.T) {
	const file = "../../docs/configuration.md"
	if *accept {
		if err := os.WriteFile(file, []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	held, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(held), Reference()); diff != "" {
		t.Errorf("docs/configuration.md is not what the program says; go test ./daemon/config -run Reference -accept writes it\n%s", diff)
	}
}

// groups are all structs of the configuration.
func groups() map[reflect.Type]bool {
	all := map[reflect.Type]bool{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		if t = groupOf(t); t == nil || all[t] {
			return
		}
		all[t] = true
		for i := range t.NumField() {
			if t.Field(i).IsExported() && t.Field(i).Tag.Get("yaml") != "-" {
				add(t.Field(i).Type)
			}
		}
	}
	add(reflect.TypeFor[Config]())
	add(reflect.TypeFor[Supplier]())
	return all
}

func TestTags(t *testing.T) {
	for g := range groups() {
		for i := range g.NumField() {
			f := g.Field(i)
			name := f.Tag.Get("yaml")
			if name == "-" || !f.IsExported() {
				continue
			}
			where := g.Name() + "." + f.Name
			if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(name) {
				t.Errorf("%s is called %q", where, name)
			}
			if doc := f.Tag.Get("doc"); !strings.HasSuffix(doc, ".") && !strings.HasSuffix(doc, ".)") {
				t.Errorf("%s: the doc is not a sentence: %q", where, doc)
			}
			if strings.HasSuffix(name, "password") || strings.HasSuffix(name, "secret") || strings.HasSuffix(name, "key") {
				t.Errorf("%s could hold a secret; secrets stand in files", where)
			}
			if f.Tag.Get("default") != "" && f.Tag.Get("implied") != "" {
				t.Errorf("%s has a default and an implied one", where)
			}
			if words := enumOf(f); len(words) > 0 && f.Type.Kind() == reflect.String && f.Tag.Get("default") != "" && !slices.Contains(words, f.Tag.Get("default")) {
				t.Errorf("%s: the default is not one of its own words", where)
			}
		}
	}
}

// TestEverySettingIsTried: the file with every setting has every setting.
func TestEverySettingIsTried(t *testing.T) {
	used := map[string]bool{}
	for _, text := range everySetting(t) {
		var root yaml.Node
		if err := yaml.Unmarshal([]byte(text), &root); err != nil {
			t.Fatal(err)
		}
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			for i, c := range n.Content {
				if n.Kind == yaml.MappingNode && i%2 == 0 {
					used[c.Value] = true
				}
				walk(c)
			}
		}
		walk(&root)
	}
	for g := range groups() {
		for _, name := range known(g) {
			if !used[name] && name != "path" && name != "sku" {
				t.Errorf("%s of %s is not in testdata/every_setting.txtar", name, g.Name())
			}
		}
	}
}

// TestFieldsAndEncodingsAreThoseOfTheFiles: docs/csv.md is generated where the files are written, so the lists here agree with
// it or are wrong.
func TestFieldsAndEncodingsAreThoseOfTheFiles(t *testing.T) {
	doc, err := os.ReadFile("../../docs/csv.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []struct {
		section string
		group   reflect.Type
		setting string
	}{{"fields", reflect.TypeFor[Column](), "field"}, {"encodings", reflect.TypeFor[File](), "encoding"}} {
		_, rest, found := strings.Cut(string(doc), "<!-- "+list.section+" -->")
		part, _, closed := strings.Cut(rest, "<!-- /"+list.section+" -->")
		if !found || !closed {
			t.Fatalf("docs/csv.md has no section %s", list.section)
		}
		var written []string
		for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(part, -1) {
			written = append(written, m[1])
		}
		f, _ := setting(list.group, list.setting)
		if diff := cmp.Diff(written, enumOf(f)); diff != "" {
			t.Errorf("%s: -docs/csv.md +config\n%s", list.section, diff)
		}
	}
}

// TestSchemas: what Load takes the schema takes, and a mistyped setting is refused by both.
func TestSchemas(t *testing.T) {
	main, supplier := parsed(t, Schema()), parsed(t, SupplierSchema())
	files := everySetting(t)
	files["waybill.yaml#small"], files["suppliers/small.yaml"] = goodMain, goodSupplier
	for name, text := range files {
		s := main
		if strings.HasPrefix(name, "suppliers/") {
			s = supplier
		}
		for _, problem := range s.check(s.root, values(t, text), name) {
			t.Error(problem)
		}
	}
	for _, name := range []string{"unknown_key_near", "unknown_key_far", "password_inline", "shop_missing", "bad_tls", "bad_routing", "bad_mailbox_name",
		"duration_wanted", "number_wanted", "bad_column", "bad_encoding", "send_by_unknown", "supplier_name_missing", "text_instead_of_group"} {
		archive, err := txtar.ParseFile(filepath.Join("testdata/mistakes", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		var problems []string
		for _, f := range archive.Files {
			switch {
			case f.Name == "waybill.yaml":
				problems = append(problems, main.check(main.root, values(t, string(f.Data)), f.Name)...)
			case strings.HasPrefix(f.Name, "suppliers/"):
				problems = append(problems, supplier.check(supplier.root, values(t, string(f.Data)), f.Name)...)
			}
		}
		if len(problems) == 0 {
			t.Errorf("%s: the schema finds nothing", name)
		}
	}
}

func values(t *testing.T, text string) any {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// validator is as much of JSON Schema as our schemas use.
type validator struct {
	t    *testing.T
	root map[string]any
}

func parsed(t *testing.T, text []byte) validator {
	v := validator{t: t}
	if err := json.Unmarshal(text, &v.root); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v validator) check(s map[string]any, value any, at string) []string {
	var problems []string
	for keyword, rule := range s {
		switch keyword {
		case "$schema", "title", "description", "default", "$defs", "properties":
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/$defs/")
			problems = append(problems, v.check(v.root["$defs"].(map[string]any)[name].(map[string]any), value, at)...)
		case "anyOf":
			var tried []string
			for _, option := range rule.([]any) {
				found := v.check(option.(map[string]any), value, at)
				if len(found) == 0 {
					tried = nil
					break
				}
				tried = append(tried, found...)
			}
			problems = append(problems, tried...)
		case "type":
			if !isType(rule, value) {
				problems = append(problems, at+": wrong type")
			}
		case "enum":
			if !slices.Contains(rule.([]any), value) {
				problems = append(problems, at+": not one of the words")
			}
		case "pattern":
			if text, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(text) {
				problems = append(problems, at+": does not fit the pattern")
			}
		case "required":
			for _, name := range rule.([]any) {
				if object, ok := value.(map[string]any); ok && object[name.(string)] == nil {
					problems = append(problems, at+": lacks "+name.(string))
				}
			}
		case "items":
			list, _ := value.([]any)
			for i, entry := range list {
				problems = append(problems, v.check(rule.(map[string]any), entry, at+index(i))...)
			}
		case "propertyNames":
			object, _ := value.(map[string]any)
			for name := range object {
				problems = append(problems, v.check(rule.(map[string]any), name, at+"."+name)...)
			}
		case "additionalProperties":
			object, _ := value.(map[string]any)
			properties, _ := s["properties"].(map[string]any)
			for name, inner := range object {
				if p, ok := properties[name].(map[string]any); ok {
					problems = append(problems, v.check(p, inner, at+"."+name)...)
				} else if other, ok := rule.(map[string]any); ok {
					problems = append(problems, v.check(other, inner, at+"."+name)...)
				} else {
					problems = append(problems, at+": there is no "+name)
				}
			}
		default:
			v.t.Fatalf("the validator does not know %s", keyword)
		}
	}
	return problems
}

func isType(rule, value any) bool {
	if list, ok := rule.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return isType(one, value) })
	}
	switch value.(type) {
	case map[string]any:
		return rule == "object"
	case []any:
		return rule == "array"
	case string:
		return rule == "string"
	case bool:
		return rule == "boolean"
	case int, uint64:
		return rule == "integer" || rule == "number"
	case float64:
		return rule == "number"
	case nil:
		return rule == "null"
	}
	return false
}
