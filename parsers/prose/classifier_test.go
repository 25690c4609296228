package prose

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"waybill/parsers"
)

var show = flag.Bool("show", false, "show the clauses that are not read as they are labelled")

// tally counts what becomes of clauses.
type tally struct{ right, silent, unsure, harmless, wrong, all int }

func (t *tally) count(kind int, n news) {
	t.all++
	want := judgedKinds[kind]
	doubtful := n.doubtful || n.score < 0.45
	switch {
	case n.kind == want && !doubtful, want == corrects && (doubtful || n.kind == parsers.Question):
		t.right++
	case n.kind == "" || n.kind == parsers.Question && n.score < 0.5:
		if want == "" {
			t.right++
		} else {
			t.silent++
		}
	case doubtful || n.score < 0.7 && n.kind != parsers.Acknowledgement && n.kind != parsers.Question:
		t.unsure++
	case n.kind == parsers.Acknowledgement || n.kind == parsers.Question:
		t.harmless++
	default:
		t.wrong++
	}
}

// judged is how a clause is read.
func (p *chances) judged(e *example) news {
	if e.news.kind != "" {
		if e.question || e.sayless {
			return e.news
		}
		return p.weighed(e.news)
	}
	kind, doubtful := p.said(perhaps)
	if e.settled || e.news.supposed {
		if kind, doubtful = p.despite(toldNothing, false); e.sayless {
			kind = ""
		}
	}
	if kind == "" {
		return e.news
	}
	return news{kind: kind, score: 0.75, doubtful: doubtful}
}

// verdict says how one clause was read that was not read right.
func (t tally) verdict() string {
	switch {
	case t.unsure > 0:
		return " unsure"
	case t.harmless > 0:
		return " harmless"
	case t.wrong > 0:
		return " WRONG"
	}
	return ""
}

func (t tally) String() string {
	share := func(n int) string { return fmt.Sprintf("%5.1f %%", 100*float64(n)/float64(max(1, t.all))) }
	return fmt.Sprintf("%5d clauses: right %s, silent %s, unsure %s, wrong but harmless %s, wrong %s", t.all, share(t.right), share(t.silent), share(t.unsure), share(t.harmless), share(t.wrong))
}

// tellings counts how clauses are read by the phrases, and by both.
type tellings struct{ phrases, both tally }

func (x *tellings) add(e *example, n news) {
	x.phrases.count(e.kind, e.news)
	x.both.count(e.kind, n)
}

func (x tellings) String() string { return fmt.Sprintf("phrases %s\nboth    %s", x.phrases, x.both) }

// TestClassifier estimates what words tell, and how far the estimate and the phrases are to be believed, from the labelled texts in testdata, each text by those of other folds; and holds
// classifier.bin against it.
//
// That takes half a minute, so classifier.bin ends with a sum of all that it was made of: where that is the same, and nobody wants to read the figures (-v), it is believed.
func TestClassifier(t *testing.T) {
	all := texts(t, "heard", "bank", "sentences", "usual", "told", "replies")
	origin := sumOf(t, all)
	if !*accept && !testing.Verbose() && bytes.HasSuffix(estimated, origin) {
		return
	}
	assign(all, nil)
	assign(all, unpack(estimate(all, everyFold).pack(&weighting{})))
	said := unseen(all)
	by := map[string]*tellings{"apart": {}, "seen": {}}
	second := [folds]*weighting{}
	for fold := range uint32(folds) {
		second[fold] = weightingOf(all, said, fold)
	}
	for i := range all {
		x := &all[i]
		for j := range x.examples {
			e := &x.examples[j]
			if e.kind == unknown {
				continue
			}
			known := e.known
			known.hear(&said[i][j])
			p := second[x.fold].chances(&known)
			n := p.judged(e)
			group := "seen"
			if x.apart {
				group = "apart"
			}
			for _, k := range []string{group, x.language + " " + group} {
				if by[k] == nil {
					by[k] = &tellings{}
				}
				by[k].add(e, n)
			}
			var one tally
			if one.count(e.kind, n); *show && one.right == 0 {
				t.Logf("%s is %q, read as %q (%q by phrases)%s: %s", x.language, judgedKinds[e.kind], n.kind, e.news.kind, one.verdict(), e.text)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(by)) {
		t.Logf("\n%s\n%s", k, by[k])
	}
	if x := by["apart"]; x.both.right-x.phrases.right < 10*max(x.both.wrong-x.phrases.wrong, x.both.all/200) {
		t.Errorf("the estimate reads %d clauses more, and %d wrongly: it does not help", x.both.right-x.phrases.right, x.both.wrong-x.phrases.wrong)
	}
	packed := append(estimate(all, everyFold).pack(weightingOf(all, said, everyFold)), origin...)
	if *accept {
		if err := os.WriteFile("classifier.bin", packed, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(packed, estimated) {
		t.Error("classifier.bin is not what the sentences give; `go test ./parsers/prose -run Classifier -accept` writes it")
	}
}
