package prose

import "testing"

// TestExam reads the texts in testdata/exam, which are never learned from: what is to be expected of those that nobody has seen.
func TestExam(t *testing.T) {
	all := texts(t, "exam")
	assign(all, nil)
	var x tellings
	var alone tally
	for i := range all {
		var said []chances
		for j := range all[i].examples {
			said = append(said, learned().chances(&all[i].examples[j].features))
		}
		for j := range all[i].examples {
			e := &all[i].examples[j]
			if e.kind == unknown {
				continue
			}
			known := e.known
			known.hear(&said[j])
			p := learned().second.chances(&known)
			n := p.judged(e)
			x.add(e, n)
			if n.kind != e.news.kind {
				alone.count(e.kind, n)
			}
		}
	}
	t.Logf("\n%s\nof them by the estimate %s", x, alone)
	if x.both.right < x.phrases.right || 200*alone.wrong > x.both.all*2 {
		t.Error("the estimate does not help with texts that it has not seen")
	}
}
