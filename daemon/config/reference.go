package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Reference is docs/configuration.md: every setting, made from the struct tags.
func Reference() string {
	var r reference
	r.b.WriteString(introduction)
	r.b.WriteString("## waybill.yaml\n\n")
	r.group(reflect.TypeFor[Config](), "")
	r.b.WriteString("## suppliers/NAME.yaml\n\nOne file for each supplier. Its name without `.yaml` is what commands call the supplier.\n\n")
	r.group(reflect.TypeFor[Supplier](), "")
	return strings.TrimRight(r.b.String(), "\n") + "\n"
}

const introduction = "# Configuration\n\n" +
	"<!-- Made from the tags in daemon/config/config.go and held by a test: go test ./daemon/config -run Reference -accept writes it. -->\n\n" +
	"waybill reads one file, `/etc/waybill/waybill.yaml` (or `./waybill.yaml`, or what `--config` says), and beside it:\n\n" +
	"| beside it | holds |\n|---|---|\n" +
	"| `suppliers/NAME.yaml` | one file for each supplier |\n" +
	"| `templates/` | mails that you write differently; see [templates.md](templates.md) |\n" +
	"| files named by settings that end in `_file` | secrets, each in a file of its own; `$CREDENTIALS_DIRECTORY` is looked at first |\n\n" +
	"`waybill init DIR` writes a commented configuration to start from. `waybill check` tells everything that is wrong at once, with file and line;\n" +
	"`waybill check --connect` also logs in everywhere. After a change, `systemctl reload waybill` (SIGHUP): a configuration with a mistake is refused and the\n" +
	"old one stays. `waybill check --schema` prints a JSON Schema, with which editors complete settings.\n\n" +
	"Texts need no quotes unless they begin with a sign that YAML knows. Where a list of texts stands, a single text may stand alone. Relative paths start at\n" +
	"the configuration.\n\n"

// reference writes groups of settings as tables, each group once.
type reference struct {
	b    strings.Builder
	seen map[reflect.Type]string // where a group was described
}

// inner is a group that is described after the one it is in.
type inner struct {
	t     reflect.Type
	at    string
	field reflect.StructField
}

func (r *reference) group(t reflect.Type, at string) {
	if r.seen == nil {
		r.seen = map[reflect.Type]string{}
	}
	r.seen[t] = at
	r.b.WriteString("| setting | what it means | takes | when left out |\n|---|---|---|---|\n")
	var groups []inner
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		group, path := groupOf(f.Type), joinPath(at, name)
		switch {
		case group == nil:
		case f.Type.Kind() == reflect.Map:
			path += ".NAME"
		case f.Type.Kind() == reflect.Slice:
			path += "[]"
		}
		takes := typeWords(f.Type, f)
		if group != nil {
			if known, is := r.seen[group]; is {
				takes += ", as in [" + known + "](#" + anchor(known) + ")"
			} else {
				takes += ", [below](#" + anchor(path) + ")"
				groups = append(groups, inner{group, path, f})
				r.seen[group] = path
			}
		}
		fmt.Fprintf(&r.b, "| `%s` | %s | %s | %s |\n", name, cell(f.Tag.Get("doc")), cell(takes), cell(leftOutWords(f)))
	}
	r.b.WriteString("\n")
	for _, g := range groups {
		fmt.Fprintf(&r.b, "### %s\n\n%s", g.at, g.field.Tag.Get("doc"))
		if b, ok := reflect.Zero(g.t).Interface().(bared); ok {
			fmt.Fprintf(&r.b, " A text alone means `%s`.", b.bare())
		}
		r.b.WriteString("\n\n")
		r.group(g.t, g.at)
	}
}

// groupOf is the struct inside a field's type, or nil for plain values.
func groupOf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		return t
	}
	return nil
}

func joinPath(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// anchor is how a heading is addressed on the usual pages that show Markdown.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(".[]", r) {
			return -1
		}
		return r
	}, strings.ToLower(heading))
}

func leftOutWords(f reflect.StructField) string {
	switch {
	case f.Tag.Get("required") != "":
		return "**required**"
	case f.Tag.Get("implied") != "":
		return f.Tag.Get("implied")
	case f.Tag.Get("default") != "":
		return "`" + f.Tag.Get("default") + "`"
	case f.Type.Kind() == reflect.Bool:
		return "`false`"
	}
	return ""
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
