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
	features       []uint32
	settled        bool
	fold           uint32 // of folds; clauses of one line are in the same
}

const folds = 5

var show = flag.Bool("show", false, "show the clauses that are not read as they are labelled")

// lines reads the lines of a folder: "kind | text". Kinds that are open ("none/acknowledgement") teach nothing.
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
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			kind, _, _ = strings.Cut(strings.TrimSpace(kind), " ")
			text = strings.NewReplacer("{A}", "1Z999AA10123456784", `\n`, "\n").Replace(strings.TrimSpace(text))
			use(strings.TrimSuffix(filepath.Base(file), ".txt"), kind, text)
		}
	}
}

// examples are the clauses of the labelled lines. Where a line has several the news is in one of them: that of which the phrases say so, else nobody knows
// which, and none is used.
func examples(t *testing.T) (all []example) {
	rd := New(parsers.Profile{})
	for _, folder := range strings.Fields("heard bank") {
		lines(t, folder, func(language, kind, text string) {
			if kind == "none" {
				kind = ""
			}
			at := slices.Index(judgedKinds[:], parsers.Kind(kind))
			if at < 0 {
				return
			}
			h := fnv.New32a()
			_, _ = h.Write([]byte(text))
			r := rd.open(&parsers.Text{Part: "1", Text: text}, Options{})
			var line []example
			says := 0
			for _, c := range r.clauses() {
				n := r.judge(c)
				if n.supposed {
					continue
				}
				e := example{language: language, text: r.view.text[c.start:c.end], kind: at, clause: c, news: n, fold: h.Sum32() % folds}
				e.features = distinct(r.features(nil, c, n))
				e.settled = r.settled(c)
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

func (w weights) chances(features []uint32) (p chances) {
	n := 1 / math.Sqrt(float64(len(features)))
	for _, f := range features {
		if x := w[f]; x != nil {
			for k := range p {
				p[k] += float64(x[k] * n)
			}
		}
	}
	return p.normal()
}

// estimate fits the weights by AdaGrad (Duchi, Hazan, Singer 2011) with an L2 penalty. Features that stand in one example only tell nothing of others.
func estimate(all []example) weights {
	count := map[uint32]int{}
	for _, e := range all {
		for _, f := range e.features {
			count[f]++
		}
	}
	const rounds, rate, penalty = 25, 0.5, 2e-4
	w, steps := weights{}, weights{}
	for f, n := range count {
		if n > 1 {
			w[f], steps[f] = &chances{}, &chances{}
		}
	}
	for round := range rounds {
		for i := range all {
			e := all[(i*7919+round*104729)%len(all)]
			p := w.chances(e.features)
			n := 1 / math.Sqrt(float64(len(e.features)))
			p[e.kind]--
			for _, f := range e.features {
				x := w[f]
				if x == nil {
					continue
				}
				y := steps[f]
				for k := range p {
					d := float64(p[k]*n) + float64(penalty*x[k])
					y[k] += float64(d * d)
					x[k] -= float64(rate * d / (1e-3 + math.Sqrt(y[k])))
				}
			}
		}
	}
	return w
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
	case n.kind == want && !doubtful:
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
	all := examples(t)
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
			p := w.chances(e.features)
			n := e.news
			if kind, doubtful := p.said(); n.kind == "" && !e.settled && kind != "" {
				n = news{kind: kind, score: 0.75, doubtful: doubtful}
			} else if p.denies(n.kind) {
				n.doubtful = true
			}
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
