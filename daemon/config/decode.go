package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// document is a parsed file: what Load needs to say where something stands.
type document struct {
	file string
	root *yaml.Node // nil for a file that could not be parsed
}

// path leads to a setting: names, and "[0]" for places in lists.
type path []string

func (p path) String() string {
	var b strings.Builder
	for i, step := range p {
		if i > 0 && !strings.HasPrefix(step, "[") {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

func (p path) then(steps ...string) path { return append(slices.Clone(p), steps...) }

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// find gives the node at a path, or the nearest one above it, and whether it is the very one.
func (d document) find(p path) (*yaml.Node, bool) {
	node := d.root
	for _, step := range p {
		next := child(node, step)
		if next == nil {
			return node, false
		}
		node = next
	}
	return node, node != nil
}

func child(node *yaml.Node, step string) *yaml.Node {
	node = unalias(node)
	if node == nil {
		return nil
	}
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		i, err := strconv.Atoi(strings.Trim(step, "[]"))
		if err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i]
		}
	case yaml.ScalarNode:
		if step == "[0]" { // a single value where a list may stand
			return node
		}
	}
	return nil
}

func unalias(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// bared is a group of settings that a single text may stand for: it names the setting that the text is.
type bared interface{ bare() string }

func (Column) bare() string { return "field" }
func (SKU) bare() string    { return "sku" }
func (Gate) bare() string   { return "hold" }

// decoder turns one document into values and gathers everything that is wrong.
type decoder struct {
	doc      document
	problems *[]Problem
	depth    int
	nodes    int
}

// Bounds that no configuration written by people meets; aliases of aliases would.
const (
	maxDepth = 40
	maxNodes = 20_000_000
)

func (d *decoder) bad(node *yaml.Node, p path, format string, args ...any) {
	line := 0
	if node != nil {
		line = node.Line
	}
	*d.problems = append(*d.problems, Problem{File: d.doc.file, Line: line, Key: p.String(), Text: fmt.Sprintf(format, args...)})
}

// into fills v from a node; a node that is nil or null leaves the defaults.
func (d *decoder) into(node *yaml.Node, v reflect.Value, p path, field reflect.StructField) {
	node = unalias(node)
	if node != nil && node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		node = nil
	}
	if d.nodes++; d.depth > maxDepth || d.nodes > maxNodes {
		d.bad(node, p, "is nested too deep or repeated too often by aliases")
		return
	}
	d.depth++
	defer func() { d.depth-- }()
	if node == nil && v.Kind() != reflect.Struct {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		d.into(node, v.Elem(), p, field)
		return
	}
	if v.Type() == reflect.TypeFor[Duration]() {
		d.duration(node, v, p, field)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(node, v, p)
	case reflect.Map:
		d.mapping(node, v, p, field)
	case reflect.Slice:
		d.list(node, v, p, field)
	default:
		d.scalar(node, v, p, field)
	}
}

func (d *decoder) structure(node *yaml.Node, v reflect.Value, p path) {
	if node != nil && node.Kind == yaml.ScalarNode {
		if b, ok := v.Interface().(bared); ok {
			f, _ := setting(v.Type(), b.bare())
			d.scalar(node, v.FieldByIndex(f.Index), p, f)
			return
		}
	}
	if node != nil && node.Kind != yaml.MappingNode {
		d.bad(node, p, "is %s; expected settings of its own: %s", kind(node), either(known(v.Type())))
		return
	}
	given := map[string]*yaml.Node{}
	if node != nil {
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if first, twice := given[key.Value]; twice {
				d.bad(key, p.then(key.Value), "is there twice; the first is in line %d", first.Line)
				continue
			}
			given[key.Value] = key
			f, ok := setting(v.Type(), key.Value)
			if !ok {
				d.unknown(key, v.Type(), p)
				continue
			}
			d.into(value, v.FieldByIndex(f.Index), p.then(key.Value), f)
			if f.Tag.Get("required") != "" && isEmpty(value) {
				d.bad(value, p.then(key.Value), "is empty; expected %s", lowered(f.Tag.Get("doc")))
			}
		}
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		_, there := given[name]
		if there && !isNull(child(node, name)) {
			continue
		}
		if f.Tag.Get("required") != "" && node != nil {
			d.missing(node, p, f)
		}
		d.leftOut(v.Field(i), f)
	}
}

// leftOut fills in what holds for a setting that is not there.
func (d *decoder) leftOut(v reflect.Value, f reflect.StructField) {
	if text := f.Tag.Get("default"); text != "" {
		node := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
		if v.Kind() == reflect.Slice {
			if err := yaml.Unmarshal([]byte(text), node); err != nil {
				panic(fmt.Sprintf("the default of %s is YAML: %v", f.Name, err))
			}
			node = node.Content[0]
		}
		d.into(node, v, nil, f)
		return
	}
	if v.Kind() == reflect.Struct {
		var quiet []Problem // what is required inside was not asked for
		(&decoder{doc: d.doc, problems: &quiet}).into(nil, v, nil, f)
	}
}

// isEmpty holds for an empty text and an empty list.
func isEmpty(node *yaml.Node) bool {
	node = unalias(node)
	return !isNull(node) && len(node.Content) == 0 && strings.TrimSpace(node.Value) == "" && node.Kind != yaml.MappingNode
}

func isNull(node *yaml.Node) bool {
	node = unalias(node)
	return node == nil || node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}

func (d *decoder) missing(node *yaml.Node, p path, f reflect.StructField) {
	name, doc := f.Tag.Get("yaml"), f.Tag.Get("doc")
	d.bad(node, p.then(name), "is missing: %s", lowered(doc))
}

func lowered(doc string) string {
	doc = strings.TrimSuffix(doc, ".")
	if len(doc) > 1 && doc[1] >= 'a' && doc[1] <= 'z' || strings.HasPrefix(doc, "A ") {
		return strings.ToLower(doc[:1]) + doc[1:]
	}
	return doc
}

func (d *decoder) unknown(key *yaml.Node, t reflect.Type, p path) {
	names := known(t)
	d.bad(key, p.then(key.Value), "there is no such setting; %s", instead(key.Value, t, names))
}

// instead says where a setting belongs, which one was meant, or which there are.
func instead(key string, t reflect.Type, names []string) string {
	if near := nearest(key, names); near != "" {
		return "did you mean " + near + "?"
	}
	if key == "suppliers" && t == reflect.TypeFor[Config]() {
		return "each supplier has a file of its own, suppliers/NAME.yaml"
	}
	if strings.HasSuffix(key, "password") || strings.HasSuffix(key, "secret") || strings.HasSuffix(key, "token") {
		return "secrets stand in files of their own, named by a setting that ends in _file"
	}
	return "there are " + strings.Join(names, ", ")
}

// known lists the settings of a struct.
func known(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func setting(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == name && name != "-" {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}

func (d *decoder) mapping(node *yaml.Node, v reflect.Value, p path, field reflect.StructField) {
	if node.Kind != yaml.MappingNode {
		d.bad(node, p, "is %s; expected names with a value each", kind(node))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := p.then(key.Value)
		name := reflect.ValueOf(key.Value)
		if v.MapIndex(name).IsValid() {
			d.bad(key, at, "is there twice")
			continue
		}
		if v.Type().Elem().Kind() == reflect.Struct && !isName(key.Value) {
			d.bad(key, at, "is not a good name; expected small letters, digits, - and _")
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if isNull(value) {
			d.bad(key, at, "has no value%s", expectation(field))
			continue
		}
		d.into(value, element, at, field)
		v.SetMapIndex(name, element)
	}
}

// isName holds for names that people give to mailboxes, channels and suppliers: they stand in file names, addresses of
// pages and commands.
func isName(s string) bool {
	if s == "" || len(s) > 64 || !alphanumeric(s[0]) {
		return false
	}
	for i := range len(s) {
		if !alphanumeric(s[i]) && s[i] != '-' && s[i] != '_' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func (d *decoder) list(node *yaml.Node, v reflect.Value, p path, field reflect.StructField) {
	entries := node.Content
	switch node.Kind {
	case yaml.SequenceNode:
	case yaml.ScalarNode: // one value where a list may stand
		entries = []*yaml.Node{node}
	default:
		d.bad(node, p, "is %s; expected a list, each entry on a line of its own after a dash", kind(node))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(entries), len(entries)))
	for i, entry := range entries {
		if isNull(entry) {
			d.bad(entry, p.then(index(i)), "is empty")
			continue
		}
		d.into(entry, v.Index(i), p.then(index(i)), field)
	}
}

func (d *decoder) scalar(node *yaml.Node, v reflect.Value, p path, field reflect.StructField) {
	want := map[reflect.Kind]string{reflect.String: "a text", reflect.Int: "a whole number", reflect.Bool: "true or false"}[v.Kind()]
	if node.Kind != yaml.ScalarNode {
		d.bad(node, p, "is %s; expected %s", kind(node), want)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(node.Value) // as written: 00417 keeps its zeros
		if words := enumOf(field); len(words) > 0 && !slices.Contains(words, node.Value) {
			d.bad(node, p, "is %q; %s", node.Value, expected(node.Value, words))
		}
	case reflect.Int:
		n, err := strconv.Atoi(node.Value)
		if err != nil || node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			d.bad(node, p, "is %q; expected %s", node.Value, want)
			return
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		if node.Value != "true" && node.Value != "false" {
			d.bad(node, p, "is %q; expected %s", node.Value, want)
			return
		}
		v.SetBool(node.Value == "true")
	default:
		panic("no setting is a " + v.Kind().String())
	}
}

func enumOf(field reflect.StructField) []string {
	if text := field.Tag.Get("enum"); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

func expectation(field reflect.StructField) string {
	if words := enumOf(field); len(words) > 0 {
		return "; expected " + either(words)
	}
	return ""
}

func (d *decoder) duration(node *yaml.Node, v reflect.Value, p path, field reflect.StructField) {
	if node.Kind == yaml.ScalarNode {
		if t, err := time.ParseDuration(node.Value); err == nil && (t > 0 || t == 0 && field.Tag.Get("zero") != "") {
			v.SetInt(int64(t))
			return
		}
	}
	d.bad(node, p, "is %s; expected a time like 30s, 5m or 2h", kind(node))
}

// kind says what stands there.
func kind(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a group of settings"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(node.Value)
}
