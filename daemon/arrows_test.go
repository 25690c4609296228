package main

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which of our packages a package may import; a star stands for every package below. It is the table of the layout in
// docs/architecture.md: a new arrow is a decision, and belongs there too.
var arrows = map[string][]string{
	"daemon/order":             {},
	"daemon/failpoint":         {},
	"daemon/calendar":          {},
	"daemon/config":            {},
	"parsers":                  {},
	"transports":               {},
	"templates":                {},
	"daemon/routing":           {"daemon/order", "daemon/calendar"},
	"daemon/store":             {"daemon/order", "daemon/failpoint"},
	"daemon/store/*":           {"daemon/order"},
	"daemon/match":             {"daemon/order", "parsers", "parsers/*"},
	"daemon/channel":           {"daemon/order", "parsers", "parsers/*", "transports", "transports/*"},
	"daemon/channel/*":         {"daemon/channel", "daemon/order", "parsers", "parsers/*", "transports", "transports/*"},
	"daemon/sandbox":           {"parsers", "parsers/*"},
	"daemon/proof":             {"parsers"}, // for the limits of a message
	"daemon/proof/*":           {},
	"daemon/flow":              {"daemon/failpoint", "daemon/order", "daemon/calendar", "daemon/config", "daemon/routing", "daemon/store", "daemon/match", "daemon/channel", "daemon/channel/*", "daemon/sandbox", "daemon/proof", "parsers", "parsers/*", "transports", "transports/*", "templates"},
	"daemon/trial":             {"daemon/order", "daemon/match", "daemon/channel", "daemon/sandbox", "parsers", "parsers/*"},
	"daemon/web":               {"daemon/flow", "daemon/channel", "daemon/order", "daemon/store"},
	"daemon/demo":              {"*"},
	"daemon/rig":               {"*"},
	"daemon":                   {"*"},
	"parsers/carrier":          {"parsers"},
	"parsers/read":             {"parsers", "parsers/*"},
	"parsers/*":                {"parsers", "parsers/carrier"},
	"transports/http":          {"transports"},
	"transports/oauth":         {"transports", "transports/http"},
	"transports/*":             {"transports", "transports/http", "transports/oauth"},
	"transports/transporttest": {"transports"},
}

// testOnly are packages that tests may import besides: the suites and the real servers.
var testOnly = []string{"transports/transporttest", "daemon/channel/channeltest", "daemon/channel/wootest", "daemon/proof/prooftest"}

// testAlso are arrows that a package's tests need besides: to open a real flow they load a configuration.
var testAlso = map[string][]string{"daemon/web": {"daemon/config"}}

// topLevel is what stands in the root folder, and nothing else.
var topLevel = []string{"daemon", "parsers", "templates", "transports", "fixtures", "systemd", "go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md",
	"CONTRIBUTING.md", "LICENSE", ".gitignore", ".golangci.yml", ".ci", ".git", "docs"}

func TestArrows(t *testing.T) {
	checked := 0
	for _, top := range []string{"daemon", "parsers", "templates", "transports"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") {
				return err
			}
			checked++
			folder, err := filepath.Rel("..", filepath.Dir(file))
			if err != nil {
				return err
			}
			folder = filepath.ToSlash(folder)
			allowed, ok := rule(folder)
			if !ok {
				t.Errorf("%s: the package has no place in the table of arrows", folder)
				return fs.SkipDir
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range tree.Imports {
				target, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				ours, isOurs := strings.CutPrefix(target, "waybill/")
				isTest := strings.HasSuffix(file, "_test.go")
				if !isOurs || ours == folder || permitted(allowed, ours) || isTest && (slices.Contains(testOnly, ours) || slices.Contains(testAlso[folder], ours)) {
					continue
				}
				t.Errorf("%s imports %s, which the table of arrows does not allow", file, ours)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if checked < 50 {
		t.Errorf("only %d files were looked at", checked)
	}
}

var accept = flag.Bool("accept", false, "write the parts of documents that tests hold anew")

// TestArrowsDocument holds the table in docs/architecture.md to the one above.
func TestArrowsDocument(t *testing.T) {
	const file, begin, end = "../docs/architecture.md", "<!-- arrows: go test ./daemon -run ArrowsDocument -accept writes them -->\n", "<!-- end of arrows -->"
	var table strings.Builder
	table.WriteString("| package | may import |\n|---|---|\n")
	for _, from := range slices.Sorted(maps.Keys(arrows)) {
		to := "nothing of ours"
		if list := arrows[from]; len(list) > 0 {
			to = "`" + strings.Join(list, "` `") + "`"
		}
		if slices.Contains(arrows[from], "*") {
			to = "all"
		}
		fmt.Fprintf(&table, "| `%s` | %s |\n", from, to)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	was, after, whole := strings.Cut(rest, end)
	if !found || !whole {
		t.Fatalf("%s has no place for the arrows", file)
	}
	if *accept {
		was = table.String()
		if err := os.WriteFile(file, []byte(before+begin+was+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was != table.String() {
		t.Errorf("%s shows other arrows than the test holds; `go test ./daemon -run ArrowsDocument -accept` writes them", file)
	}
}

// rule finds the most exact line of the table.
func rule(folder string) ([]string, bool) {
	if allowed, ok := arrows[folder]; ok {
		return allowed, true
	}
	allowed, ok := arrows[path.Dir(folder)+"/*"]
	return allowed, ok
}

func permitted(allowed []string, target string) bool {
	for _, a := range allowed {
		if a == "*" || a == target || strings.HasSuffix(a, "/*") && path.Dir(target) == strings.TrimSuffix(a, "/*") {
			return true
		}
	}
	return false
}

func TestTopLevel(t *testing.T) {
	entries, err := filepath.Glob("../*")
	if err != nil {
		t.Fatal(err)
	}
	ignored := []string{"waybill", "dist", "tmp", ".cache"} // what .gitignore names
	for _, e := range entries {
		if name := filepath.Base(e); !slices.Contains(topLevel, name) && !slices.Contains(ignored, name) {
			t.Errorf("%s does not belong in the root folder", name)
		}
	}
}

// TestForbiddenNames holds that no package has a name that says nothing.
func TestForbiddenNames(t *testing.T) {
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{"util", "utils", "common", "types", "models", "helpers"}, entry.Name()) {
			t.Errorf("%s: a package's name says what it holds", file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
