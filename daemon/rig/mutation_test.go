package rig

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/match"
	"waybill/daemon/sandbox"
)

// blind are cases in which one damage takes away what would have told: named, so that no second one joins them unseen.
var blind = map[string]string{
	"blue-heron-goods/cards-as-text":                "the line that names a card's order is lost, and its parcel stands below the one before",
	"brasswork/two-lines-each":                      "the line that names an entry's order is lost, and its parcel stands below the one before",
	"thornbury-lamps/spring-catalogue":              "joined lines put a bare number that is an order's too into a question",
	"linden-and-loom/fenbie":                        "a byte of a Chinese character is lost, and with it the word for \"respectively\"",
	"quillon-goods/near-number-other-consignee":     "the digit makes the number nearly that of the same customer's other order",
	"hakusan-shikki/nikou-hassou-ikken-machi":       "a letter of base64 written over makes the number another open order's",
	"penghu-taoyao/jishiben-qingdan":                "letters doubled in an order's number make it none, and its parcel stands above the next entry",
	"thornbury-lamps/postcode-says-no":              "the line whose postcode contradicts is joined to another",
	"lampy-kurpie/jedna-paczka-dwa-zamowienia":      "one of the two lines that give their orders the same parcel is lost",
	"manufaktura-olza/inpost-bez-numeru-zamowienia": "the sender is lost, and a file without one is the supplier's whom --supplier names",
}

// TestMutations damages each case's input a little, many times: it may become less sure, and never wrongly sure. Wrongly sure is an order that the
// message does not name, decided alone, and a number that belongs to another order. Where the damage itself writes what is wrong (a digit of one
// order's number becomes another's, or takes away one side of a contradiction), no reader could tell.
func TestMutations(t *testing.T) {
	pool := sandbox.New(sandbox.Options{Inline: true})
	defer pool.Close()
	rounds := setting(t, "WAYBILL_MUTATIONS", 3) // of each case; make decisions has 20
	tried, wrong := 0, 0
	for _, f := range loadCases(t) {
		raw := f.read(t, f.input)
		of := fnv.New64a() // each case has its own damages, whichever other cases there are
		_, _ = of.Write([]byte(f.id()))
		random := rand.New(rand.NewPCG(7, of.Sum64()))
		for range rounds {
			damaged, what := damage(random, raw)
			result, _ := f.run(t, pool, damaged)
			tried++
			for _, n := range result.Notices {
				if n.Decision != match.Auto {
					continue
				}
				if why := wronglySure(f, n, raw, damaged, what); why != "" {
					wrong++
					if blind[f.id()] != "" {
						t.Logf("%s, %s: %s (%s)", f.id(), what, why, blind[f.id()])
						continue
					}
					t.Errorf("%s, %s: %s: %s: %q", f.id(), what, why, n, n.Reasons)
				}
			}
		}
	}
	t.Logf("%d damaged inputs, %d wrongly sure", tried, wrong)
}

func wronglySure(f *fixture, n match.Finding, raw, damaged, what string) string {
	about := slices.ContainsFunc(f.want.Notices, func(w caseNotice) bool { return w.Order == n.Order })
	names := func(text string) bool { return strings.Contains(text, n.Order) || strings.Contains(text, n.Number) }
	if !about && !names(raw) && !names(damaged) {
		return "the message is not about this order"
	}
	for _, t := range n.Tracking {
		for _, w := range f.want.Notices {
			if w.Decision == match.Auto && w.Order != n.Order && strings.Count(damaged, n.Order) <= strings.Count(raw, n.Order) && what != linesMoved && slices.ContainsFunc(w.Tracking, func(o match.Tracking) bool { return o.Number == t.Number }) {
				return "the number belongs to " + w.Order
			}
		}
	}
	return ""
}

// linesMoved is damage after which the lines themselves say something else: swapped, or run into one.
const linesMoved = "lines swapped or joined"

var encoded = regexp.MustCompile(`^[A-Za-z0-9+/=]{60,}\s*$`)

var softBreak = regexp.MustCompile(`=\r?\n$`)

// damage changes, drops, doubles or swaps something, as bad links, editors and people do.
func damage(random *rand.Rand, raw string) (damaged, what string) {
	at := random.IntN(len(raw))
	around := func() string { return fmt.Sprintf(" at %q", raw[max(0, at-12):min(len(raw), at+12)]) }
	end := min(len(raw), at+1+random.IntN(3))
	switch random.IntN(6) {
	case 0:
		if strings.ContainsAny(raw[at:end], "\r\n") {
			return raw[:at] + raw[end:], linesMoved
		}
		return raw[:at] + raw[end:], "characters lost" + around()
	case 1: // a slip of the finger hits a letter or digit, not the end of a line
		for raw[at] < '0' {
			at = random.IntN(len(raw))
		}
		return raw[:at] + string(rune('0'+random.IntN(10))) + raw[at+1:], "a digit written over" + around()
	case 2:
		return raw[:end] + raw[at:], "characters doubled" + around()
	case 3:
		return raw[:len(raw)-random.IntN(len(raw)/2)], "cut off"
	case 4:
		lines := strings.SplitAfter(raw, "\n")
		i := random.IntN(len(lines))
		what = "a line lost"
		if encoded.MatchString(lines[i]) || softBreak.MatchString(lines[i]) || i > 0 && softBreak.MatchString(lines[i-1]) { // a line of base64 or quoted-printable goes from the middle of one row to the middle of another
			what = linesMoved
		}
		return strings.Join(slices.Delete(lines, i, i+1), ""), what
	}
	lines := strings.SplitAfter(raw, "\n")
	i, k := random.IntN(len(lines)), random.IntN(len(lines))
	lines[i], lines[k] = lines[k], lines[i]
	return strings.Join(lines, ""), linesMoved
}
