package rig

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"waybill/daemon/match"
	"waybill/daemon/sandbox"
	"waybill/daemon/trial"
)

// score counts over cases how the code differs from what a careful person made of the same messages.
type score struct {
	cases, kinds                int // kinds: the file's kind is right
	wanted, found, right        int // notices, by kind and order
	numbersWanted, numbersFound int // tracking numbers, by order
	numbersRight, carriersRight int
	mayAlone, alone             int // notices that may be decided without a person, and are
	wrongAlone                  int // decided without a person, and wrong or not to be
	wrong                       []string
}

type ratio struct{ part, whole int }

func (r ratio) String() string {
	if r.whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(r.part)/float64(r.whole))
}

func (s *score) add(f *fixture, got trial.Result) {
	s.cases++
	if got.Kind == f.want.Kind {
		s.kinds++
	}
	s.wanted += len(f.want.Notices)
	s.found += len(got.Notices)
	left := slices.Clone(f.want.Notices)
	for _, n := range got.Notices {
		i := slices.IndexFunc(left, func(w caseNotice) bool { return w.Kind == n.Kind && w.Order == n.Order })
		s.numbersFound += len(n.Tracking)
		if i < 0 {
			s.sure(f, n, n.Decision == match.Auto)
			continue
		}
		w := left[i]
		left = slices.Delete(left, i, i+1)
		s.right++
		for _, t := range n.Tracking {
			for _, o := range w.Tracking {
				if o.Number == t.Number {
					s.numbersRight++
					if o.Carrier == t.Carrier {
						s.carriersRight++
					}
				}
			}
		}
		if w.Decision == match.Auto && n.Decision == match.Auto {
			s.alone++
		}
		differs := numbersOf(n.Tracking) != numbersOf(w.Tracking) || w.Lines != nil && linesOf(n.Lines) != linesOf(w.Lines)
		s.sure(f, n, n.Decision == match.Auto && (w.Decision != match.Auto || differs))
	}
	for _, w := range f.want.Notices {
		s.numbersWanted += len(w.Tracking)
		if w.Decision == match.Auto {
			s.mayAlone++
		}
	}
}

func (s *score) sure(f *fixture, n match.Finding, wrong bool) {
	if wrong {
		s.wrongAlone++
		s.wrong = append(s.wrong, f.id()+": "+n.String())
	}
}

func numbersOf(all []match.Tracking) string {
	texts := make([]string, len(all))
	for i, t := range all {
		texts[i] = t.Number
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

const scoreHead = "\tcases\tkind\tnotice precision\trecall\ttracking precision\trecall\tcarrier\tdecided alone\twrong alone\t\n"

func (s *score) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t\n", name, s.cases, ratio{s.kinds, s.cases}, ratio{s.right, s.found}, ratio{s.right, s.wanted},
		ratio{s.numbersRight, s.numbersFound}, ratio{s.numbersRight, s.numbersWanted}, ratio{s.carriersRight, s.numbersRight}, ratio{s.alone, s.mayAlone}, s.wrongAlone)
}

// aloneAtLeast is what share (per cent) of the notices that may be decided without a person must be decided so in the tuned cases.
const aloneAtLeast = 97

// TestAccuracy prints how well answers are read and matched, overall, by set and by phenomenon. Nothing may be wrong that was decided alone in the
// tuned cases. The untouched ones only tell: whoever makes rules fit them has none left. docs/accuracy.md has the figures.
func TestAccuracy(t *testing.T) {
	pool := sandbox.New(sandbox.Options{Inline: true})
	defer pool.Close()
	total := &score{}
	sets, phenomena := map[string]*score{}, map[string]*score{}
	known := 0
	for _, f := range loadCases(t) {
		result, _ := f.run(t, pool, f.read(t, f.input))
		total.add(f, result)
		of(sets, f.note.Set).add(f, result)
		for _, p := range f.note.Phenomena {
			of(phenomena, p).add(f, result)
		}
		if f.note.Known != "" {
			known++
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, scoreHead)
	total.print(w, "all")
	for _, table := range []map[string]*score{sets, phenomena} {
		fmt.Fprint(w, "\t\t\t\t\t\t\t\t\t\t\n")
		for _, name := range sorted(table) {
			table[name].print(w, name)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\n%d of %d cases are known to fail\n", known, total.cases)
	tuned := sets["tuned"]
	for _, text := range tuned.wrong {
		t.Errorf("decided alone, and wrong: %s", text)
	}
	if tuned.alone*100 < tuned.mayAlone*aloneAtLeast {
		t.Errorf("%d of %d that may be decided alone are, want %d in 100", tuned.alone, tuned.mayAlone, aloneAtLeast)
	}
}

func of(table map[string]*score, name string) *score {
	if table[name] == nil {
		table[name] = &score{}
	}
	return table[name]
}

func sorted(table map[string]*score) []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
