package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is far more than people write: a supplier with 100,000 SKUs has 2 MB.
const maxFile = 32 << 20

// Load reads the configuration file and the suppliers beside it. It is strict: an error is of type Problems and names everything
// that is wrong at once, each with file and line and what was expected. Defaults are filled in, relative folders and files on
// this machine are made absolute, and every secret that is named has been found.
func Load(file string) (*Config, error) {
	c, err := Anyway(file)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Anyway is Load for what has to work with a configuration that is wrong: beside the error it gives what could be read. State is set, and Suppliers has
// every supplier's name. The configuration is nil only where its file cannot be read at all.
func Anyway(file string) (*Config, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("find the configuration: %w", err)
	}
	c := &Config{Path: file, Dir: filepath.Dir(file), Suppliers: map[string]Supplier{}, credentials: os.Getenv("CREDENTIALS_DIRECTORY")}
	var problems []Problem
	k := checker{c: c, problems: &problems}
	if k.doc = c.read(file, reflect.ValueOf(c).Elem(), &problems); k.doc.root != nil {
		k.whole = true
		k.main()
	}
	c.readSuppliers(&k)
	k.senders()
	c.Warnings = sorted(k.warnings)
	if len(problems) == 0 {
		return c, nil
	}
	if c.State == "" { // the file is no YAML
		data, err := readBounded(file, maxFile)
		if err != nil {
			return nil, Problems(sorted(problems))
		}
		c.State = stateOf(data, c.Dir)
	}
	return c, Problems(sorted(problems))
}

// stateLine is the setting of the state folder in a file that cannot be read as YAML.
var stateLine = regexp.MustCompile(`(?m)^state:[ \t]*["']?([^"'#\r\n]+?)["']?[ \t]*(?:#.*)?\r?$`)

func stateOf(data []byte, dir string) string {
	m := stateLine.FindSubmatch(data)
	switch {
	case m == nil:
		return defaultState
	case filepath.IsAbs(string(m[1])):
		return string(m[1])
	}
	return filepath.Join(dir, string(m[1]))
}

// defaultState is the default of Config.State.
const defaultState = "/var/lib/waybill"

// At says where a setting stands: "suppliers/prairie.yaml:12" for ("prairie", "send", "path"), the first step being a supplier's
// slug or "" for the main file. It reads the file again, so it costs nothing until something is wrong.
func (c *Config) At(supplier string, steps ...string) string {
	file := c.Path
	if s, ok := c.Suppliers[supplier]; ok {
		file = s.File
	}
	if doc, err := parse(file); err == nil {
		if node, _ := doc.find(steps); node != nil && node.Line > 0 {
			return file + ":" + strconv.Itoa(node.Line)
		}
	}
	return file
}

// read parses one file into v.
func (c *Config) read(file string, v reflect.Value, problems *[]Problem) document {
	doc, err := parse(file)
	if err != nil {
		var p Problem
		if !errors.As(err, &p) {
			p = Problem{File: file, Text: err.Error()}
		}
		*problems = append(*problems, p)
		return doc
	}
	d := decoder{doc: doc, problems: problems}
	d.into(doc.root, v, nil, reflect.StructField{})
	return doc
}

// syntax is how the YAML library begins its errors.
var syntax = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse reads one YAML document; its errors are Problems with the file's name.
func parse(file string) (document, error) {
	doc := document{file: file}
	data, err := readBounded(file, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return doc, Problem{File: file, Text: "there is no such file; waybill init DIR writes one to start from"}
	case errors.Is(err, fs.ErrPermission):
		return doc, Problem{File: file, Text: denied(file)}
	case err != nil:
		return doc, Problem{File: file, Text: err.Error()}
	}
	return parseText(file, data)
}

func parseText(file string, data []byte) (document, error) {
	doc := document{file: file}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := dec.Decode(&root); errors.Is(err, io.EOF) {
		return doc, Problem{File: file, Text: "is empty; waybill init DIR writes one to start from"}
	} else if err != nil {
		m := syntax.FindStringSubmatch(err.Error())
		line, _ := strconv.Atoi(append(m, "", "")[1])
		text := err.Error()
		if m != nil {
			text = text[len(m[0]):]
		}
		if lines := bytes.Split(data, []byte("\n")); line > 0 && line <= len(lines) && bytes.Contains(lines[line-1], []byte("\t")) {
			text += " (YAML wants spaces where this line has a tab)"
		}
		return doc, Problem{File: file, Line: line, Text: "is not YAML: " + text}
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return doc, Problem{File: file, Line: more.Line, Text: "has a second document; expected one"}
	}
	if top := root.Content[0]; top.Kind != yaml.MappingNode {
		return doc, Problem{File: file, Line: top.Line, Text: "is " + kind(top) + "; expected settings, each a name, a colon and a value"}
	}
	doc.root = root.Content[0]
	return doc, nil
}

// readSuppliers reads and checks suppliers/*.yaml, one after the other, as thousands of parsed files would fill the memory. The
// file's name is the slug.
func (c *Config) readSuppliers(k *checker) {
	bad := func(file, text string) { *k.problems = append(*k.problems, Problem{File: file, Text: text}) }
	dir := filepath.Join(c.Dir, "suppliers")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		bad(dir, err.Error())
		return
	}
	found := false
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		slug, is := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case strings.HasSuffix(e.Name(), ".yml"):
			bad(file, "would not be read; expected a name that ends in .yaml")
		case !is || e.IsDir(): // an editor's copy, a README
		case !isName(slug):
			bad(file, "is not a good name for a supplier; expected small letters, digits, - and _")
		default:
			found = true
			s := Supplier{Slug: slug, File: file}
			if k.doc = c.read(file, reflect.ValueOf(&s).Elem(), k.problems); k.doc.root != nil {
				k.supplier(&s)
			}
			c.Suppliers[slug] = s
		}
	}
	if !found {
		k.doc = document{file: dir}
		k.warn(nil, "there are no suppliers yet; every order will wait for a person")
	}
}
