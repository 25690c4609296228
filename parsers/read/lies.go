package read

import (
	"slices"

	"waybill/parsers"
	"waybill/parsers/table"
)

// lies takes back what rows say only by their numbers, where the words around their table say that the parcels still lie at the supplier's: the label is
// printed, the courier is awaited. Words that say less, "will be shipped with this number", leave it to a person.
func lies(words, rows []parsers.Statement) {
	var why *parsers.Statement
	printed := false
	for i := range words {
		s := &words[i]
		switch {
		case s.Quoted || s.Estimated || s.Score <= unsure:
		case s.Kind == parsers.Shipment:
			return
		case s.Kind == parsers.Acknowledgement && !elsewhere(s, rows):
			waits, label := table.Waits(s.KindAt.Text)
			if waits && (label || s.Score > titled) && (why == nil || label && !printed) {
				why, printed = s, label
			}
		}
	}
	if why == nil {
		return
	}
	for i := range rows {
		s := &rows[i]
		if s.Kind != parsers.Shipment || s.Quoted || len(s.Tracking) == 0 || s.KindAt.At != s.Tracking[0].At {
			continue
		}
		if s.Score = min(s.Score, unsure); printed {
			s.Kind, s.KindAt, s.Score = parsers.Acknowledgement, why.KindAt, why.Score
		}
	}
}

// titled is the most that a word in a title is worth (0 to 1): "Despatch report" stands above what has left.
const titled = 0.7

// elsewhere tells a statement about an order that no row names.
func elsewhere(s *parsers.Statement, rows []parsers.Statement) bool {
	for _, f := range s.Refs {
		if f.Label == parsers.LabelOrder && !slices.ContainsFunc(rows, func(row parsers.Statement) bool {
			return slices.ContainsFunc(row.Refs, func(o parsers.Ref) bool { return o.Text == f.Text })
		}) {
			return true
		}
	}
	return false
}

// itemized silences a clause that says of the whole order that a part of it left, and not clearly ("konnte nur teilweise ausgeliefert werden"), where the rows of a table
// say product by product what left and what did not.
func itemized(words, rows []parsers.Statement) {
	left, stays := false, false
	for i := range rows {
		s := &rows[i]
		if s.Quoted || len(s.Lines) == 0 || s.Score <= unsure {
			continue
		}
		left = left || s.Kind == parsers.Shipment
		stays = stays || s.Kind == parsers.Backorder || s.Kind == parsers.OutOfStock || s.Kind == parsers.Cancellation
	}
	if !left || !stays {
		return
	}
	for i := range words {
		if s := &words[i]; s.Doubtful && s.Kind == parsers.Shipment && len(s.Tracking)+len(s.Lines) == 0 && table.Partly(s.Sentence) && !elsewhere(s, words) {
			s.Kind, s.KindAt, s.Score, s.Doubtful = "", parsers.Value{}, 0, false
		}
	}
}
