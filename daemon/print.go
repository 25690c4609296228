package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"
)

func (a *app) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.json, "json", false, "print JSON")
}

// printJSON prints one value on one line.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// table prints rows under a header, in columns.
func (a *app) table(header []string, rows [][]string) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(header, "\t"))
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// printable makes foreign text safe for a terminal: buyers and suppliers write names and subjects, and an escape sequence among
// them could rewrite the screen.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '·'
		}
		return r
	}, s)
}

// say prints one line; empty lines around it may stand in the format, never in what is filled in.
func (a *app) say(format string, args ...any) error {
	text := strings.Trim(format, "\n")
	before, after, _ := strings.Cut(format, text)
	if text == "" {
		before, after = format, ""
	}
	_, err := fmt.Fprintln(a.out, before+printable(fmt.Sprintf(text, args...))+after)
	return err
}

// when shows a time in the reader's own zone.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// isTerminal tells whether a person watches: progress is shown to people and not to pipes.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // a character device too, and nobody sits there: cron, systemd
	return err != nil || !os.SameFile(info, null)
}
