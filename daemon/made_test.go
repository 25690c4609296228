package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"waybill/daemon/config"
)

// made is where TestMade leaves what packages are built from: `make install` asks for it.
var made = flag.String("made", "", "write man pages, completions and the example configuration to this folder")

// TestMade makes what a package holds beside the program, from the command tree and from the configuration's own words. It is a test so that the
// program itself need not carry the library that writes man pages.
func TestMade(t *testing.T) {
	dir := *made
	if dir == "" {
		dir = t.TempDir()
	}
	manPages(t, filepath.Join(dir, "man"))
	completions(t, filepath.Join(dir, "completion"))
	answers, err := config.Ask(func(_, otherwise string) (string, error) { return otherwise, nil })
	if err != nil {
		t.Fatal(err)
	}
	files, err := config.Example(answers, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".yaml") { // no secrets: everybody who installs the package would have the same
			writeMade(t, filepath.Join(dir, "example", name), []byte(text))
		}
	}
}

func manPages(t *testing.T, dir string) {
	root := (&app{}).root()
	// The day of the commit that is built, so that the same commit makes the same pages.
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if text := os.Getenv("WAYBILL_DATE"); text != "" {
		var err error
		if day, err = time.Parse(time.RFC3339, text); err != nil {
			t.Fatal(err)
		}
	}
	root.DisableAutoGenTag = true
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	header := &doc.GenManHeader{Section: "1", Source: "waybill", Manual: "waybill", Date: &day}
	if err := doc.GenManTree(root, header, dir); err != nil {
		t.Fatal(err)
	}
	pages := 0
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		if !c.IsAvailableCommand() && c != root || c.IsAdditionalHelpTopicCommand() {
			return
		}
		pages++
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s has no man page: %v", c.CommandPath(), err)
		}
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
	if pages < 30 {
		t.Errorf("there are only %d man pages", pages)
	}
}

func completions(t *testing.T, dir string) {
	root := (&app{}).root()
	for name, write := range map[string]func(io.Writer) error{
		"waybill.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_waybill":     root.GenZshCompletion,
		"waybill.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	} {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text.Bytes(), []byte("__complete")) {
			t.Errorf("%s asks waybill nothing", name)
		}
		writeMade(t, filepath.Join(dir, name), text.Bytes())
	}
}

func writeMade(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // for everybody
		t.Fatal(err)
	}
}
