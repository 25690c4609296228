package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Schema is the JSON Schema (draft 2020-12) of waybill.yaml, made from the struct tags. Editors use it to complete settings and to
// underline mistakes while they are typed.
func Schema() []byte { return schemaOf(reflect.TypeFor[Config](), "waybill.yaml") }

// SupplierSchema is the JSON Schema of suppliers/NAME.yaml.
func SupplierSchema() []byte { return schemaOf(reflect.TypeFor[Supplier](), "suppliers/NAME.yaml") }

type schema map[string]any

func schemaOf(t reflect.Type, title string) []byte {
	g := schemas{}
	root := g.group(t)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	if len(g) > 0 {
		root["$defs"] = g
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic("a schema of texts always marshals: " + err.Error())
	}
	return append(out, '\n')
}

// schemas are groups of settings that are referred to by their type's name.
type schemas map[string]any

func (g schemas) group(t reflect.Type) schema {
	properties := schema{}
	var required []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		p := g.value(f.Type, f)
		p["description"] = described(f)
		if text := f.Tag.Get("default"); text != "" {
			var v any
			if err := yaml.Unmarshal([]byte(quotedDefault(f, text)), &v); err != nil {
				panic(fmt.Sprintf("the default of %s is YAML: %v", f.Name, err))
			}
			p["default"] = v
		}
		properties[name] = p
		if f.Tag.Get("required") != "" {
			required = append(required, name)
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// quotedDefault makes the default of a text YAML: "," alone is none.
func quotedDefault(f reflect.StructField, text string) string {
	if f.Type.Kind() == reflect.String || f.Type == reflect.TypeFor[Duration]() {
		return strconv.Quote(text)
	}
	return text
}

// described is what a setting means, and what holds when it is left out, where that is not a value.
func described(f reflect.StructField) string {
	text := f.Tag.Get("doc")
	if implied := f.Tag.Get("implied"); implied != "" {
		text += " When left out: " + implied + "."
	}
	return text
}

func (g schemas) value(t reflect.Type, f reflect.StructField) schema {
	if t == reflect.TypeFor[Duration]() {
		return schema{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem(), f)
	case reflect.Struct:
		if _, known := g[t.Name()]; !known {
			g[t.Name()] = nil // so that a group inside itself would end
			g[t.Name()] = g.group(t)
		}
		ref := schema{"$ref": "#/$defs/" + t.Name()}
		if b, ok := reflect.Zero(t).Interface().(bared); ok {
			short, _ := setting(t, b.bare())
			return schema{"anyOf": []any{ref, g.value(short.Type, short)}}
		}
		// A group whose settings are all commented out is null.
		return schema{"anyOf": []any{ref, schema{"type": "null"}}}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct {
			each := g.value(t.Elem(), f)
			if _, ok := reflect.Zero(t.Elem()).Interface().(bared); !ok {
				each = schema{"$ref": "#/$defs/" + t.Elem().Name()} // it must not be null here
			}
			return schema{"type": []string{"object", "null"}, "additionalProperties": each,
				"propertyNames": schema{"pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"}}
		}
		return schema{"type": []string{"object", "null"}, "additionalProperties": g.value(t.Elem(), f)}
	case reflect.Slice:
		entry := g.value(t.Elem(), f)
		return schema{"anyOf": []any{schema{"type": "array", "items": entry}, entry}}
	case reflect.Int:
		return schema{"type": "integer"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	if words := enumOf(f); len(words) > 0 {
		return schema{"enum": words}
	}
	return schema{"type": []string{"string", "number"}} // 00417 is taken as it is written
}

// typeWords says in words what a setting takes.
func typeWords(t reflect.Type, f reflect.StructField) string {
	if t == reflect.TypeFor[Duration]() {
		return "time like 30s, 5m, 2h"
	}
	words := enumOf(f)
	choice := ""
	if len(words) > 0 && len(words) <= 8 {
		choice = "`" + strings.Join(words, "`, `") + "`"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeWords(t.Elem(), f)
	case reflect.Struct:
		return "group"
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct {
			return "groups, each under a name"
		}
		return strings.TrimSuffix("texts, each with its meaning: "+choice, ": ")
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "list"
		}
		return strings.TrimSuffix("list of texts: "+choice, ": ")
	case reflect.Int:
		return "number"
	case reflect.Bool:
		return "`true` or `false`"
	}
	if choice != "" {
		return choice
	}
	return "text"
}
