package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// documents are what people read, with paths from here.
func documents(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range append(files, "../README.md", "../CONTRIBUTING.md", "order/STATES.md") {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(raw)
	}
	return texts
}

// What documents tell people to type: lines in blocks of shell, and words between backquotes.
var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	anyBlock   = regexp.MustCompile("(?s)```.*?```")
	inline     = regexp.MustCompile("`([^`\n]+)`")
	ours       = regexp.MustCompile(`^(?:sudo (?:-u \w+ |[A-Z_]+=\S+ )?)?(?:\./)?waybill (.+)$`)
	expansion  = regexp.MustCompile(`\$\([^)]*\)`)
)

func commandLines(text string) (lines []string) {
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Split(block[1], "\n")...)
	}
	for _, m := range inline.FindAllStringSubmatch(anyBlock.ReplaceAllString(text, ""), -1) {
		lines = append(lines, m[1])
	}
	return lines
}

// TestCommandLines holds every command line of the documents to the commands that there are: each parses, with its flags and its arguments.
func TestCommandLines(t *testing.T) {
	checked := 0
	for file, text := range documents(t) {
		for _, line := range commandLines(text) {
			m := ours.FindStringSubmatch(strings.TrimSpace(line))
			if m == nil || strings.HasSuffix(line, "…") {
				continue
			}
			checked++
			if err := parses(strings.Fields(expansion.ReplaceAllString(m[1], "x"))); err != nil {
				t.Errorf("%s says %q: %v", file, line, err)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d command lines were found", checked)
	}
}

// parses checks a command line without running it.
func parses(words []string) error {
	for i, w := range words {
		words[i] = strings.Trim(w, `"'`)
	}
	root := (&app{}).root()
	found, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	if err := found.ParseFlags(rest); err != nil {
		return err
	}
	if found.HasSubCommands() && len(found.Flags().Args()) == 0 {
		return nil // the document speaks of the group
	}
	if len(found.Flags().Args()) == 0 && cobra.NoArgs(found, nil) == nil && found.ValidateArgs(nil) != nil {
		return nil // "`waybill parse` shows …": named, not typed
	}
	return found.ValidateArgs(found.Flags().Args())
}

func TestWrongCommandLinesAreNoticed(t *testing.T) {
	for _, line := range []string{"nonsense", "orders nonsense", "orders list --nonsense", "orders show", "desk settle 7", "pause a b", "check --connect=perhaps"} {
		words := strings.Fields(line)
		if line == "orders show" {
			words = append(words, "1", "2")
		}
		if err := parses(words); err == nil {
			t.Errorf("%q is taken for a command line", line)
		}
	}
}

// TestUnit holds the systemd unit to the command line and to the folders that the program uses when nothing else is configured.
func TestUnit(t *testing.T) {
	raw, err := os.ReadFile("../systemd/waybill.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			unit[key] = value
		}
	}
	words := strings.Fields(unit["ExecStart"])
	if len(words) < 2 || filepath.Base(words[0]) != "waybill" {
		t.Fatalf("ExecStart is %q", unit["ExecStart"])
	}
	if err := parses(words[1:]); err != nil {
		t.Errorf("ExecStart: %v", err)
	}
	for key, want := range map[string]string{"Type": "notify", "User": "waybill", "StateDirectory": "waybill", "RestartPreventExitStatus": strconv.Itoa(exitUsage)} {
		if unit[key] != want {
			t.Errorf("%s is %q, expected %q", key, unit[key], want)
		}
	}
}

// TestMakeTargets holds the targets that documents name to the Makefile.
func TestMakeTargets(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for file, text := range documents(t) {
		for _, m := range regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)").FindAllStringSubmatch(text, -1) {
			checked++
			if !regexp.MustCompile("(?m)^" + m[1] + ":").Match(makefile) {
				t.Errorf("%s says make %s, which the Makefile does not have", file, m[1])
			}
		}
	}
	if checked < 4 {
		t.Errorf("only %d targets were found", checked)
	}
}

// TestLinks holds that every link from document to document leads somewhere.
func TestLinks(t *testing.T) {
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	checked := 0
	for file, text := range documents(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			checked++
			path, anchor, _ := strings.Cut(m[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			raw, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s: the link %s leads nowhere", file, m[1])
				continue
			}
			if anchor == "" {
				continue
			}
			there := false
			for _, h := range heading.FindAllStringSubmatch(string(raw), -1) {
				there = there || slug(h[1]) == anchor
			}
			if !there {
				t.Errorf("%s: %s has no heading for #%s", file, target, anchor)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d links were found", checked)
	}
}

// slug is the anchor that a heading gets where Markdown is shown.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r > 0x7f:
			return r
		}
		return -1
	}, strings.ToLower(strings.ReplaceAll(heading, "`", "")))
}
