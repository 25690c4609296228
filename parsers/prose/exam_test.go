package prose

import "testing"

// TestExam reads the sentences in testdata/exam, which are never learned from: what is to be expected of those that nobody has seen.
func TestExam(t *testing.T) {
	var phrases, both, alone tally
	for _, e := range examples(t, "exam") {
		p := learned().chances(&e.features)
		n := p.judged(e)
		phrases.count(e, e.news)
		both.count(e, n)
		if n.kind != e.news.kind {
			alone.count(e, n)
		}
	}
	t.Logf("\nphrases %s\nboth    %s\nof them by the estimate %s", phrases, both, alone)
	if both.right < phrases.right || 200*alone.wrong > both.all*2 {
		t.Error("the estimate does not help with sentences that it has not seen")
	}
}
