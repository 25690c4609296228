package read

import (
	"waybill/parsers"
	"waybill/parsers/prose"
	"waybill/parsers/table"
)

// sentences judges the cells of tables that hold sentences: the row names the order that they are about. Of several things that one says the most
// consequential counts, and is not sure; an estimate is worth as much as in a mail.
func sentences(words *prose.Reader) table.Judge {
	return func(cell string) (kind parsers.Kind, score float64) {
		for _, s := range words.Read(&parsers.Text{Part: "cell", Text: cell}, prose.Options{About: true}).Statements {
			switch {
			case s.Kind == "" || s.Kind == kind:
			case kind == "":
				kind, score = s.Kind, s.Score
			case s.Kind.Consequence() > kind.Consequence():
				kind, score = s.Kind, min(s.Score, unsure)
			default:
				score = min(score, unsure)
			}
		}
		return kind, score
	}
}
