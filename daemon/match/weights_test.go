package match

import (
	"flag"
	"fmt"
	"go/format"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
)

var accept = flag.Bool("accept", false, "write odds.go anew")

// The chances of odds.go are estimated from one world. What the linkage tests report comes from others.
const (
	weightSeed   = 11
	weightOrders = 10_000
	weightRows   = 20_000
	weightKin    = 3_000  // rows of each kind of kin
	weightPairs  = 30     // strangers that each row is compared with
	weightFewer  = 10_000 // rows of these
)

// tally counts how comparisons come out.
type tally [fields][agreements]float64

func (t *tally) add(fits [fields]fit, weigh func(fit) float64) {
	for _, f := range fits {
		if f.how != unknown && !(f.field == cityField && fits[postcodeField].how != unknown && fits[postcodeField].how != differs) {
			t[f.field][f.how] += weigh(f)
		}
	}
}

// share is how often a comparison comes out so, of all in which both sides say something; half a case more, since what was not seen is not impossible.
func (t *tally) share(f addressField, how agreement) float64 {
	sum := 0.0
	for _, n := range t[f] {
		sum += n
	}
	return (t[f][how] + 0.5) / (sum + float64(agreements)/2)
}

func one(fit) float64 { return 1 }

// estimate compares rows with the orders that they are about, with orders of their kin, and with strangers' orders.
func estimate() (table [fields][agreements]outcome) {
	t := newTown(weightSeed)
	orders := t.orders(weightOrders)
	x := NewIndex()
	for _, po := range orders {
		x.Put(po)
	}
	look := x.look()
	rows := newRows(t, orders, weightSeed+1)
	compare := func(r *suppliersRow, id order.POID) [fields]fit {
		told, own := foldParty(r.party), foldAddress(orders[id-1])
		if len(told.glued) > 0 {
			told = told.unglue(&own)
		}
		return look.fits(&told, &own)
	}
	var truth, stranger, pairs tally
	var kin [ofAgain + 1]tally
	all := rows.rows(orders, weightRows)
	for i := range all {
		if r := &all[i]; r.truth != 0 {
			truth.add(compare(r, r.truth), one)
		}
	}
	for _, from := range []origin{ofNeighbour, ofFamily, ofAgain} {
		for n := 0; n < weightKin; {
			near := &orders[t.random.IntN(len(orders))]
			if r := rows.kin(near, from); r.origin == from {
				kin[from].add(compare(&r, near.ID), one)
				n++
			}
		}
	}
	for i := range all[:weightFewer] {
		for range weightPairs {
			id := order.POID(1 + t.random.IntN(len(orders)))
			if all[i].truth == id || all[i].truth != 0 && t.buyers[id-1].home == t.buyers[all[i].truth-1].home {
				continue
			}
			fits := compare(&all[i], id)
			pairs.add(fits, one)
			// A value's chance times a constant is how often strangers agree on it: so the constant is the mean of 1/chance over all pairs.
			// Beyond mostBits rarity tells nothing, so one pair of the rarest does not decide it alone.
			stranger.add(fits, func(f fit) float64 { return min(1/f.chance, math.Exp2(mostBits[f.field])) })
		}
	}
	for f := range fields {
		compared := 0.0
		for _, n := range pairs[f] {
			compared += n
		}
		for how := same; how < agreements; how++ {
			o := &table[f][how]
			o.truth = truth.share(f, how)
			o.neighbour, o.family, o.again = kin[ofNeighbour].share(f, how), kin[ofFamily].share(f, how), kin[ofAgain].share(f, how)
			switch how {
			case same:
				o.stranger = 1 // the value's frequency itself
			case differs:
				o.stranger = pairs.share(f, how)
			case partly: // that a writer leaves half of it out has nothing to do with whose it is
				o.stranger = max(o.truth, stranger[f][how]/max(compared, 1))
			default:
				o.stranger = max(1, stranger[f][how]/max(compared, 1))
			}
		}
	}
	return table
}

// unknownRows is the share of rows about orders that are not in the index, for the estimate as for the bench. Of the 179 notices without a number in the cases of
// fixtures that may be looked at 15 are about none of ours, 8.4 of 100.
const unknownRows = 0.08

func source(table [fields][agreements]outcome, day string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `package match

// Made by "go test ./daemon/match -run Weights -accept" and held by that test; see docs/matching.md for what the numbers mean.
// Source: the generator in linkage_*_test.go, seed %d: %d orders and %d rows about them, %d rows of each kind of kin, %d pairs of
// strangers. The reports use other seeds.
// Date: %s

// partyOdds are the chances of each comparison's outcomes, see outcome.
var partyOdds = [fields][agreements]outcome{
`, weightSeed, weightOrders, weightRows, weightKin, weightFewer*weightPairs, day)
	for f := range fields {
		fmt.Fprintf(&b, "%sField: {\n", f)
		for how := same; how < agreements; how++ {
			o := table[f][how]
			fmt.Fprintf(&b, "%s: {truth: %.3g, stranger: %.3g, neighbour: %.3g, family: %.3g, again: %.3g},\n",
				[...]string{"", "same", "close", "partly", "related", "differs"}[how], o.truth, o.stranger, o.neighbour, o.family, o.again)
		}
		b.WriteString("},\n")
	}
	odds := unknownRows / (1 - unknownRows)
	fmt.Fprintf(&b, `}

// unknownShare is how often an answer is about an order that we do not know, of somebody near one that we know, for each that is about one that we know. It
// is no estimate but an assumption: %.0f of 100 answers are about unknown orders, of these %.1f in 100 are neighbours', %.1f of the same home, %.2f of the
// same person.
var unknownShare = struct{ neighbour, family, again float64 }{%.3g, %.3g, %.3g}

// ownSupplier is the same assumption in bits: how much likelier an answer of a supplier is about one of its orders that we know than about another.
const ownSupplier = %.2f
`, 100*unknownRows, 100*neighbourShare, 100*familyShare, 100*againShare, odds*neighbourShare, odds*familyShare, odds*againShare, -math.Log2(odds))
	out, err := format.Source([]byte(b.String()))
	if err != nil {
		panic(err)
	}
	return out
}

func TestWeights(t *testing.T) {
	const file = "odds.go"
	dated := regexp.MustCompile(`(?m)^// Date: (.*)$`)
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	table := estimate()
	if *accept {
		was = source(table, time.Now().Format(time.DateOnly))
		if err := os.WriteFile(file, was, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	day := ""
	if m := dated.FindSubmatch(was); m != nil {
		day = string(m[1])
	}
	if string(source(table, day)) != string(was) {
		t.Error("odds.go is not what the generator gives; `go test ./daemon/match -run Weights -accept` writes it, run `make linkage` before you commit it")
	}
}
