package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/antzucaro/matchr"
)

// Problem is one thing wrong in a configuration file.
type Problem struct {
	File string // as a person can open it
	Line int    // from 1; 0 when it is about the file as a whole
	Key  string // "mailboxes.orders.smtp.host"; empty when it is about the file as a whole
	Text string // what is wrong and what was expected
}

// Error is "waybill.yaml:12: mailboxes.orders.smtp.host: is missing …".
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Problems is everything wrong with a configuration, by file and line.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return strings.Join(lines, "\n")
}

// sorted puts problems in the order in which a person goes through the files, the main one first; each is told once.
func sorted(p []Problem) []Problem {
	depth := func(file string) int { return strings.Count(file, string(filepath.Separator)) }
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(depth(a.File), depth(b.File)), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return slices.Compact(p)
}

// nearest gives the word that was most likely meant, or "".
func nearest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		d := matchr.DamerauLevenshtein(strings.ToLower(word), strings.ToLower(w))
		if d < least && d < max(2, len(word)) && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// expected lists what there is and points at what was most likely meant; a long list only where nothing is near.
func expected(word string, words []string) string {
	near := nearest(word, words)
	switch {
	case near == "":
		return "expected " + either(words)
	case len(words) > 8:
		return "did you mean " + near + "?"
	}
	return "expected " + either(words) + " (did you mean " + near + "?)"
}

// either lists words: "a", "a or b", "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
