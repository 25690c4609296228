package prose

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

// example is a clause and what it says.
type example struct {
	language, text string
	kind           int // index into judgedKinds
	clause         clause
	news           news // what the phrases say
	features       features
	settled        bool
	sayless        bool
	fold           uint32 // of folds; clauses of one line are in the same
}

const folds = 5

var show = flag.Bool("show", false, "show the clauses that are not read as they are labelled")

// lines reads the lines of a folder: "kind | text", or "text => kind …" with one notice. Kinds that are open ("none/acknowledgement") teach nothing.
func lines(t *testing.T, folder string, use func(language, kind, text string)) {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files in testdata/%s (%v)", len(files), folder, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			kind, text, ok := strings.Cut(strings.TrimSpace(line), "|")
			if said, notice, found := strings.Cut(line, " => "); found { // testdata/sentences
				kind, text = strings.TrimSpace(notice), said
				ok = !strings.ContainsAny(kind, ";?!") && !strings.HasPrefix(line, "~")
			}
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			kind, _, _ = strings.Cut(strings.TrimSpace(kind), " ")
			if kind == "-" {
				kind = "none"
			}
			text = strings.NewReplacer("{A}", "1Z999AA10123456784", `\n`, "\n").Replace(strings.TrimSpace(text))
			use(strings.TrimSuffix(filepath.Base(file), ".txt"), kind, text)
		}
	}
}

// examples are the clauses of the labelled lines. Where a line has several the news is in one of them: that of which the phrases say so, else nobody knows
// which, and none is used.
func examples(t *testing.T, folders ...string) (all []example) {
	rd := New(parsers.Profile{})
	for _, folder := range folders {
		lines(t, folder, func(language, kind, text string) {
			if kind == "none" {
				kind = ""
			}
			h := fnv.New32a()
			_, _ = h.Write([]byte(text))
			r := rd.open(&parsers.Text{Part: "1", Text: text}, Options{})
			if strings.Contains(kind, "|") { // either will do: what the phrases make of it
				for _, c := range r.clauses() {
					if n := r.judge(c); slices.Contains(strings.Split(kind, "|"), string(n.kind)) {
						kind = string(n.kind)
					}
				}
			}
			at := slices.Index(judgedKinds[:], parsers.Kind(kind))
			if at < 0 {
				return
			}
			var line []example
			says := 0
			for _, c := range r.clauses() {
				n := r.judge(c)
				if n.supposed {
					continue
				}
				e := example{language: language, text: r.view.text[c.start:c.end], kind: at, clause: c, news: n, fold: h.Sum32() % folds}
				r.look(&e.features, c, n)
				e.settled, e.sayless = r.settled(c), r.sayless(c)
				if n.kind == parsers.Kind(kind) {
					says++
				}
				line = append(line, e)
			}
			if len(line) > 1 && kind != "" {
				if says == 0 {
					return
				}
				line = slices.DeleteFunc(line, func(e example) bool { return e.news.kind != parsers.Kind(kind) })
			}
			all = append(all, line...)
		})
	}
	return all
}

type weights map[uint32]*chances

// rows are an example's features as rows of the weights.
type rows [3][]int32

// estimate fits the weights by AdaGrad (Duchi, Hazan, Singer 2011) with an L2 penalty. Features that stand in one example only are kept: they take upon themselves what is
// of that example alone, and a stem is met again beside others. A clause of which the phrases say nothing counts twice: of those the estimate is asked.
func estimate(all []example) weights {
	const rounds, rate, penalty = 12, 0.5, 4e-4
	row := map[uint32]int32{}
	known := make([]rows, len(all))
	for i := range all {
		for g, group := range all[i].features.groups() {
			for _, f := range group {
				if _, ok := row[f]; !ok {
					row[f] = int32(len(row))
				}
				known[i][g] = append(known[i][g], row[f])
			}
		}
	}
	w, steps := make([]chances, len(row)), make([]chances, len(row))
	for round := range rounds {
		for i := range all {
			at := (i*7919 + round*104729) % len(all)
			e := &all[at]
			var share [3]float64
			var p chances
			for g, group := range e.features.groups() {
				share[g] = shareOf(g, len(group))
				for _, f := range known[at][g] {
					for k := range p {
						p[k] += float64(w[f][k] * share[g])
					}
				}
			}
			p = p.normal()
			p[e.kind]--
			times := 1.0
			if e.news.kind == "" && !e.settled {
				times = 2
			}
			for g := range share {
				for _, f := range known[at][g] {
					for k := range p {
						d := float64(times*p[k]*share[g]) + float64(penalty*w[f][k])
						steps[f][k] += float64(d * d)
						w[f][k] -= float64(rate * d / (1e-3 + math.Sqrt(steps[f][k])))
					}
				}
			}
		}
	}
	out := weights{}
	for f, at := range row {
		out[f] = &w[at]
	}
	return out
}

// pack writes weights as unpack reads them.
func (w weights) pack() []byte {
	most := 0.0
	for _, x := range w {
		for _, v := range x {
			most = max(most, math.Abs(v))
		}
	}
	scale := most / 127
	var keys, values bytes.Buffer
	n := uint32(0)
	for _, f := range slices.Sorted(maps.Keys(w)) {
		var row [len(judgedKinds)]int8
		for k, v := range w[f] {
			row[k] = int8(math.Round(v / scale))
		}
		if row != ([len(judgedKinds)]int8{}) {
			n++
			_ = binary.Write(&keys, binary.LittleEndian, f)
			_ = binary.Write(&values, binary.LittleEndian, row)
		}
	}
	out := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(scale)))
	out = binary.LittleEndian.AppendUint32(out, n)
	return append(append(out, keys.Bytes()...), values.Bytes()...)
}

// tally counts what becomes of clauses.
type tally struct{ right, silent, unsure, harmless, wrong, all int }

func (t *tally) count(e example, n news) {
	t.all++
	want := judgedKinds[e.kind]
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
func (p *chances) judged(e example) news {
	if e.news.kind != "" {
		if e.clause.question {
			return e.news
		}
		return p.weighed(e.news)
	}
	kind, doubtful := p.said()
	if e.settled || e.news.supposed {
		if kind, doubtful = p.despite(toldNothing); e.sayless {
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

func TestClassifier(t *testing.T) {
	all := examples(t, "heard", "bank", "sentences")
	var phrases, both tally
	by := map[string]*[2]tally{}
	for fold := range uint32(folds) {
		w := unpack(estimate(slices.DeleteFunc(slices.Clone(all), func(e example) bool { return e.fold == fold })).pack())
		for _, e := range all {
			if e.fold != fold {
				continue
			}
			if by[e.language] == nil {
				by[e.language] = &[2]tally{}
			}
			p := w.chances(&e.features)
			n := p.judged(e)
			phrases.count(e, e.news)
			both.count(e, n)
			by[e.language][0].count(e, e.news)
			by[e.language][1].count(e, n)
			var one tally
			if one.count(e, n); *show && one.right == 0 {
				t.Logf("%s is %q, read as %q (%q by phrases)%s: %s", e.language, judgedKinds[e.kind], n.kind, e.news.kind, one.verdict(), e.text)
			}
		}
	}
	t.Logf("\nphrases %s\nboth    %s", phrases, both)
	for _, l := range slices.Sorted(maps.Keys(by)) {
		t.Logf("\n%s phrases %s\n%s both    %s", l, by[l][0], l, by[l][1])
	}
	if more, wrong := both.right-phrases.right, both.wrong-phrases.wrong; more < 10*max(wrong, len(all)/200) {
		t.Errorf("the estimate reads %d clauses more, and %d wrongly: it does not help", more, wrong)
	}
	packed := estimate(all).pack()
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
