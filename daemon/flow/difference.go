package flow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// recorded is a finding as the books have it, with what became of it.
type recorded struct {
	row     store.FindingRow
	finding match.Finding
	// open is the exception that it waits as, 0 when it waits for nobody. decided: a person has settled it.
	open    order.ExceptionID
	decided bool
	// unasked: it should have waited for a person, and was left to a drift that asked for all, or until the DNS answers.
	unasked bool
}

// Verdict says how today's reading of one piece of news compares to the recorded one.
type Verdict string

const (
	VerdictSame    Verdict = "same"
	VerdictNew     Verdict = "new"     // nobody had seen this
	VerdictGone    Verdict = "gone"    // today's readers do not find it
	VerdictDiffers Verdict = "differs" // the same news, read or matched otherwise
	VerdictFailed  Verdict = "failed"  // the item cannot be read
)

// change is one piece of news in which today's reading differs from the recorded one.
type change struct {
	verdict Verdict
	n       int // its place among the item's findings, old or new
	was     *recorded
	now     *match.Finding
}

// compare pairs what was recorded of an item with what its reading means today. What is the same is left out. The index knows by now what the item
// itself has changed, so news is compared by what it says (kind, purchase order, numbers, lines) and not by what may be done about it: what was applied
// once is a repeat today.
func compare(was []recorded, now []match.Finding) (changes []change) {
	free := 0
	for _, r := range was {
		free = max(free, r.row.N+1)
	}
	taken := make([]bool, len(was))
	paired := make([]int, len(now))
	for i := range paired {
		paired[i] = -1
	}
	// The same first, then what has a tracking number in common, then the same kind about the same order, then news of a kind of which nobody knew the order.
	for _, alike := range []func(*recorded, *match.Finding) bool{
		func(r *recorded, f *match.Finding) bool { return r.row.PO == f.PO && sameNews(r, f) },
		sameNews, shareNumber,
		func(r *recorded, f *match.Finding) bool {
			return r.row.PO == f.PO && r.finding.Kind == f.Kind && f.PO != 0
		},
		func(r *recorded, f *match.Finding) bool {
			return r.finding.Kind == f.Kind && (r.row.PO == 0 || f.PO == 0) && len(r.finding.Tracking) == 0 && len(f.Tracking) == 0
		},
	} {
		for i := range now {
			for j := range was {
				if paired[i] < 0 && !taken[j] && alike(&was[j], &now[i]) {
					paired[i], taken[j] = j, true
				}
			}
		}
	}
	for i := range now {
		f := &now[i]
		switch j := paired[i]; {
		case j >= 0:
			if !unchanged(&was[j], f) {
				changes = append(changes, change{verdict: VerdictDiffers, n: was[j].row.N, was: &was[j], now: f})
			}
		case f.PO == 0 && f.Decision == match.Ignore:
		case f.Repeat: // the books have it, by another message or by a person
		default:
			changes = append(changes, change{verdict: VerdictNew, n: free, now: f})
			free++
		}
	}
	for j := range was {
		if r := &was[j]; !taken[j] && (r.row.PO != 0 || r.row.Decision != string(match.Ignore)) && !r.decided {
			changes = append(changes, change{verdict: VerdictGone, n: r.row.N, was: r})
		}
	}
	return changes
}

// unchanged tells whether today's reading gives no reason to touch what became of the recorded one.
func unchanged(r *recorded, f *match.Finding) bool {
	if r.decided {
		return true // a person has the last word about what this message says
	}
	if r.unasked {
		return false
	}
	if f.Repeat {
		return r.open == 0 // a question about what the books have by now is answered
	}
	if r.row.Applied && r.row.PO != f.PO && r.open != 0 && f.Decision == match.Review {
		return true // whether it was booked on the wrong one is asked already
	}
	if r.row.Applied && (f.PO == 0 || r.row.PO == f.PO && sameNews(r, f)) {
		return true // what was booked is closed, or forgotten by the index: that nobody fits any more says nothing
	}
	if r.row.PO != f.PO || !sameNews(r, f) {
		return false
	}
	// The same news about the same order: it matters only that a person need not look any more.
	return r.row.Decision != string(match.Review) || f.Decision != match.Auto || f.Apply != match.ApplyAuto || f.Kind == parsers.Question
}

func sameNews(r *recorded, f *match.Finding) bool {
	return r.finding.Kind == f.Kind && slices.Equal(numbersOf(r.finding.Tracking), numbersOf(f.Tracking)) && slices.Equal(sortedLines(r.finding.Lines), sortedLines(f.Lines))
}

func shareNumber(r *recorded, f *match.Finding) bool {
	return slices.ContainsFunc(r.finding.Tracking, func(a match.Tracking) bool {
		return slices.ContainsFunc(f.Tracking, func(b match.Tracking) bool { return a.Number == b.Number })
	})
}

// numbersOf are the tracking numbers, sorted, each once; withdrawn ones are told apart.
func numbersOf(list []match.Tracking) []string {
	numbers := make([]string, len(list))
	for i, t := range list {
		numbers[i] = t.Number
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func sortedLines(list []match.FoundLine) []match.FoundLine {
	return slices.SortedFunc(slices.Values(list), func(a, b match.FoundLine) int {
		return cmp.Or(strings.Compare(a.SKU, b.SKU), a.Quantity-b.Quantity)
	})
}

// recordedOf gives what the books say of an item's news.
func recordedOf(tx *store.Tx, id order.ItemID) ([]recorded, error) {
	rows, err := tx.FindingsOfItem(id)
	if err != nil {
		return nil, err
	}
	list := make([]recorded, len(rows))
	for i, row := range rows {
		list[i].row = row
		if len(row.Detail) > 0 {
			if err := json.Unmarshal(row.Detail, &list[i].finding); err != nil {
				return nil, fmt.Errorf("read finding %d of item %d: %w", row.N, id, err)
			}
		}
		list[i].finding.Kind = parsers.Kind(row.Kind)
	}
	exceptions, err := tx.Exceptions(store.ExceptionFilter{Item: id})
	if err != nil {
		return nil, err
	}
	for _, x := range exceptions {
		var d Detail
		if err := json.Unmarshal(x.Detail, &d); err != nil {
			return nil, fmt.Errorf("read the evidence of exception %d: %w", x.ID, err)
		}
		if d.Finding == nil {
			continue
		}
		for i := range list {
			if list[i].row.N != d.FindingN {
				continue
			}
			if x.SettledAt.IsZero() {
				list[i].open = x.ID
			}
			list[i].decided = list[i].decided || !x.SettledAt.IsZero() && x.By != byRule
		}
	}
	return list, nil
}

// byRule is who settles what later news has settled.
const byRule = "rule"

// Notice is a piece of news in a report of differences.
type Notice struct {
	Kind          parsers.Kind      `json:"kind"`
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	Tracking      []string          `json:"tracking,omitempty"`
	Lines         []match.FoundLine `json:"lines,omitempty"`
	Decision      match.Decision    `json:"decision,omitempty"`
}

func (n Notice) String() string {
	text := strings.ReplaceAll(string(n.Kind), "_", " ") + " " + cmp.Or(n.PurchaseOrder, "(no order)")
	if len(n.Tracking) > 0 {
		text += " " + strings.Join(n.Tracking, ", ")
	}
	for _, l := range n.Lines {
		text += fmt.Sprintf(" %d x %s", l.Quantity, l.SKU)
	}
	return text
}

func noticeOf(f *match.Finding) *Notice {
	if f == nil {
		return nil
	}
	return &Notice{Kind: f.Kind, PurchaseOrder: f.Number, Tracking: numbersOf(f.Tracking), Lines: f.Lines, Decision: f.Decision}
}
