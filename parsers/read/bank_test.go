package read_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// Answers as people in warehouses write them stand in parsers/prose/testdata/bank, a file for each language, each as the whole body of a reply to one
// purchase order:
//
//	KIND | TEXT
//
// Kinds with "/" between are equally right. "backorder: TIME" says when the goods are promised, as written. "KIND?" need not be sure. "none" is no news: a
// question, an automatic reply, nothing, or what is told for a person to judge ("You wrote that it is cancelled"). "correction" gives the number that counts.
// "~" before the kind: known not to be read as it is meant; it must do no harm.

// leastOfHundred is how many answers in a hundred of each language must be read as they are meant. None may be taken for a costly or a shipment kind that it is not.
const leastOfHundred = 95

func TestBank(t *testing.T) {
	files, err := filepath.Glob("../prose/testdata/bank/*.txt")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all, right := 0, 0
			for line := range strings.Lines(string(raw)) {
				line = strings.TrimSpace(line)
				if line == "" || strings.HasPrefix(line, "#") {
					continue
				}
				want, text, ok := strings.Cut(line, " | ")
				if !ok {
					t.Fatalf("%q says not what is meant", line)
				}
				want, known := strings.CutPrefix(want, "~ ")
				r := read.Document(eml("Re: Purchase order 10483-A from Lantern Lane", "In-Reply-To: <po.10483@shop.example>\n", strings.ReplaceAll(text, `\n`, "\n")+"\n"), "in.eml", parsers.Profile{})
				got := understood(r)
				all++
				switch why, harm := meant(got, want); {
				case harm:
					t.Errorf("%q is taken for %s, and means %s", text, got.kind, want)
				case why == "" && known:
					t.Errorf("%q is read now: take the \"~\" away", text)
				case why == "":
					right++
				case !known:
					t.Logf("%q: %s, read as %s", text, why, got.kind)
				}
			}
			t.Logf("%d of %d are read as they are meant", right, all)
			if all < 80 || right*100 < leastOfHundred*all {
				t.Errorf("%d of %d are read as they are meant; at least %d in 100 must be", right, all, leastOfHundred)
			}
		})
	}
}

// answer is what a short answer was understood to say.
type answer struct {
	kind     parsers.Kind
	sure     []parsers.Kind // what it says clearly enough to act upon alone
	expected string
	tracking []string
}

func understood(r parsers.Reading) answer {
	a := answer{kind: r.Kind}
	for _, s := range r.Statements {
		if s.Quoted {
			continue
		}
		clear := 0.7
		if s.Kind == parsers.Acknowledgement || s.Kind == parsers.Question {
			clear = 0.45
		}
		numbered := false
		for _, n := range s.Tracking {
			if !n.Withdrawn {
				numbered = true
				a.tracking = append(a.tracking, n.Number)
			}
		}
		if s.Kind != "" && !s.Doubtful && (s.Score >= clear || numbered) {
			a.sure = append(a.sure, s.Kind)
		}
		if s.Kind == r.Kind && a.expected == "" {
			a.expected = s.Expected.Text
		}
	}
	return a
}

// meant tells in words what of an answer is not as wanted, or "", and whether it would do harm.
func meant(a answer, want string) (why string, harm bool) {
	kinds, when, timed := strings.Cut(want, ":")
	allowed := strings.Split(kinds, "/")
	if kinds == "correction" {
		allowed = []string{"correction", string(parsers.Shipment)}
	}
	harm = slices.ContainsFunc(a.sure, func(k parsers.Kind) bool {
		return (k.CostsMoney() || k == parsers.Shipment) && !slices.Contains(allowed, string(k)) && !slices.Contains(allowed, string(k)+"?")
	})
	none := !slices.ContainsFunc(a.sure, func(k parsers.Kind) bool { return k != parsers.Question })
	unsure := slices.Contains(allowed, string(a.kind)+"?")
	switch {
	case slices.Contains(allowed, "none") && none:
		return "", harm
	case kinds == "correction" && len(a.tracking) != 1:
		return "has no number that counts", harm
	case !slices.Contains(allowed, string(a.kind)) && !unsure:
		return "means " + kinds, harm
	case a.kind != parsers.Question && !unsure && !slices.Contains(a.sure, a.kind):
		return "is not sure of " + kinds, harm
	case timed && !strings.Contains(strings.ToLower(a.expected), strings.ToLower(strings.TrimSpace(when))):
		return "has the time " + a.expected + ", means" + when, harm
	}
	return "", harm
}
