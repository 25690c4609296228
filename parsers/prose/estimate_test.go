package prose

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"waybill/parsers"
)

// told is a labelled text: what its clauses tell, all together.
type told struct {
	language, text string
	kinds          []int // of judgedKinds; what a single one tells is in one of its clauses
	fold           uint32
	apart          bool // no phrase was ever made for it
	plain          bool // said as most people say it
	examples       []example
}

// example is a clause and what it says.
type example struct {
	text     string
	kind     int // of judgedKinds; unknown where nobody can tell
	news     news
	question bool
	settled  bool
	sayless  bool
	features features
	known    testimony // without what the estimate says
}

const (
	folds      = 5
	unknown    = -1
	plainTimes = 4 // people mostly say things plainly, and writers of sentences do not
)

// lines reads the lines of a folder: "kinds | text", or "text => kind …" with one notice. Kinds that are open ("none/acknowledgement") teach nothing.
func lines(t *testing.T, folder string, use func(language, kinds, text string)) {
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
			language, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), "-")
			use(language, kind, text)
		}
	}
}

// texts are the labelled lines of folders, read as far as the phrases go.
func texts(t *testing.T, folders ...string) (all []told) {
	rd := New(parsers.Profile{})
	for _, folder := range folders {
		lines(t, folder, func(language, kinds, text string) {
			h := fnv.New32a()
			_, _ = h.Write([]byte(text))
			one := told{language: language, text: text, fold: h.Sum32() % folds,
				apart: slices.Contains([]string{"told", "replies", "usual", "exam"}, folder), plain: slices.Contains([]string{"bank", "sentences", "usual"}, folder)}
			r := rd.open(&parsers.Text{Part: "1", Text: text}, Options{})
			for _, c := range r.clauses() {
				p := r.piece(c)
				e := example{text: r.view.text[c.start:c.end], kind: unknown, news: p.news, question: c.question, settled: r.settled(c), sayless: r.sayless(c), known: r.observed(&p)}
				r.look(&e.features, c, p.news)
				one.examples = append(one.examples, e)
			}
			for kind := range strings.SplitSeq(strings.ReplaceAll(kinds, "|", "+"), "+") {
				if kind == "none" {
					kind = ""
				}
				at := slices.Index(judgedKinds[:], parsers.Kind(kind))
				if at < 0 {
					return
				}
				one.kinds = append(one.kinds, at)
			}
			if strings.Contains(kinds, "|") { // either will do: what the phrases make of it
				one.kinds = slices.DeleteFunc(one.kinds, func(k int) bool {
					return !slices.ContainsFunc(one.examples, func(e example) bool { return e.news.kind == judgedKinds[k] })
				})
			}
			if len(one.kinds) > 0 && len(one.examples) > 0 {
				all = append(all, one)
			}
		})
	}
	return all
}

// sumOf is a sum of texts as they were read, and of how an estimate is made of them.
func sumOf(t *testing.T, all []told) []byte {
	h := fnv.New64a()
	made, err := os.ReadFile("estimate_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = h.Write(made)
	for i := range all {
		x := &all[i]
		fmt.Fprintln(h, x.kinds, x.fold, x.apart, x.plain)
		for j := range x.examples {
			e := &x.examples[j]
			fmt.Fprintln(h, e.news.kind, e.news.score, e.news.doubtful, e.question, e.settled, e.sayless, e.known, e.features)
		}
	}
	return h.Sum(nil)
}

// assign says of each clause of a text what it tells, as far as that is plain: each kind is told in the clause that most likely tells it; the others tell one of the text's kinds,
// or nothing. Without an estimate (nil) only texts of one clause, and of nothing, are plain.
func assign(all []told, estimate *classifier) {
	const plainly = 0.6
	for i := range all {
		x := &all[i]
		single := len(x.kinds) == 1 && (len(x.examples) == 1 || x.kinds[0] == 0)
		p := make([]chances, len(x.examples))
		for j := range x.examples {
			e := &x.examples[j]
			e.kind = unknown
			if single {
				e.kind = x.kinds[0]
			} else if estimate != nil {
				p[j] = estimate.chances(&e.features)
			}
		}
		if single || estimate == nil {
			continue
		}
		for _, k := range x.kinds {
			at := unknown
			for j := range x.examples {
				if k != 0 && x.examples[j].kind == unknown && (at == unknown || p[j][k] > p[at][k]) {
					at = j
				}
			}
			if at != unknown {
				x.examples[at].kind = k
			}
		}
		for j := range x.examples {
			if x.examples[j].kind != unknown {
				continue
			}
			sum, best := 0.0, 0
			for k, kind := range judgedKinds {
				if k != 0 && kind != parsers.Acknowledgement && !slices.Contains(x.kinds, k) {
					continue
				}
				sum += p[j][k]
				if p[j][k] > p[j][best] {
					best = k
				}
			}
			if p[j][best] >= plainly*sum {
				x.examples[j].kind = best
			}
		}
	}
}

type weights map[uint32]*chances

// rows are an example's features as rows of the weights.
type rows [3][]int32

// estimate fits the weights of the words by AdaGrad (Duchi, Hazan, Singer 2011) with an L2 penalty. Features that stand in one example only take upon themselves what is
// of that example alone, and are dropped then. A clause of which the phrases say nothing counts twice: of those the estimate is asked.
func estimate(all []told, without uint32) weights {
	const rounds, rate, penalty = 12, 0.3, 8e-4
	var list []*example
	for i := range all {
		if all[i].fold == without {
			continue
		}
		times := 1
		if all[i].plain {
			times = plainTimes
		}
		for j := range all[i].examples {
			if e := &all[i].examples[j]; e.kind != unknown {
				list = append(list, slices.Repeat([]*example{e}, times)...)
			}
		}
	}
	row := map[uint32]int32{}
	known := make([]rows, len(list))
	for i := range list {
		for g, group := range list[i].features.groups() {
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
		rate := rate * (1 - float64(round)/rounds)
		for i := range list {
			at := (i*7919 + round*104729) % len(list)
			e := list[at]
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
	often := make([]int, len(row))
	for i := range known {
		for _, g := range known[i] {
			for _, f := range g {
				often[f]++
			}
		}
	}
	for f, at := range row {
		if often[at] >= 2 {
			out[f] = &w[at]
		}
	}
	return out
}

// pack writes weights as unpack reads them.
func (w weights) pack(second *weighting) []byte {
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
	out = append(append(out, keys.Bytes()...), values.Bytes()...)
	for k := range second {
		for _, v := range second[k] {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
		}
	}
	return out
}

const everyFold = folds // leaves none out

// unseen says of each clause what an estimate says that has not learned from its text.
func unseen(all []told) [][]chances {
	out := make([][]chances, len(all))
	var wg sync.WaitGroup
	for fold := range uint32(folds) {
		wg.Go(func() {
			w := unpack(estimate(all, fold).pack(&weighting{}))
			for i := range all {
				if all[i].fold == fold {
					for j := range all[i].examples {
						out[i] = append(out[i], w.chances(&all[i].examples[j].features))
					}
				}
			}
		})
	}
	wg.Wait()
	return out
}

// weightingOf fits the weights of testimonies to texts for which no phrase was made, of folds but one.
func weightingOf(all []told, said [][]chances, without uint32) *weighting {
	const rounds, rate, penalty = 20, 0.1, 1e-4
	type testimonial struct {
		x    testimony
		kind int
	}
	var list []testimonial
	for i := range all {
		if !all[i].apart || all[i].fold == without {
			continue
		}
		for j, e := range all[i].examples {
			if e.kind != unknown {
				x := e.known
				x.hear(&said[i][j])
				list = append(list, testimonial{x, e.kind})
			}
		}
	}
	w, steps := &weighting{}, &weighting{}
	for k := range w {
		w[k][atWords+k] = 1
	}
	for round := range rounds {
		for i := range list {
			e := &list[(i*7919+round*104729)%len(list)]
			p := w.chances(&e.x)
			p[e.kind]--
			for k := range p {
				for i, v := range e.x {
					d := float64(p[k]*v) + float64(penalty*w[k][i])
					steps[k][i] += float64(d * d)
					w[k][i] -= float64(rate * d / (1e-3 + math.Sqrt(steps[k][i])))
				}
			}
		}
	}
	return w
}
