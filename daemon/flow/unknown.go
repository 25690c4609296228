package flow

import (
	"errors"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/store"
)

// askBooks asks the books about numbers that look like an order's and that the index does not know: it has no orders that have been over for long, erased ones among them. News of such an
// order is nobody else's, also where its number is nearly that of another order of the same person.
func askBooks(tx *store.Tx, finding match.Finding) (match.Finding, error) {
	for _, number := range finding.Unknown[:min(len(finding.Unknown), mostUnknown)] {
		row, known, err := orderNamed(tx, number)
		if err != nil {
			return finding, err
		}
		if !known || row.ID == finding.OrderID {
			continue
		}
		reason := "it names order " + row.Doc.Number + ", of which nothing more is expected"
		if row.Erased {
			reason = "it names order " + row.Doc.Number + ", whose customer's data was erased"
		}
		finding.Reasons = append(slices.Clone(finding.Reasons), reason)
		if finding.PO == 0 {
			continue
		}
		if finding.Decision == match.Auto {
			finding.Decision = match.Review
		}
		if !slices.Contains(finding.Contradictions, "past_order") {
			finding.Contradictions = append(slices.Clone(finding.Contradictions), "past_order")
		}
	}
	return finding, nil
}

// mostUnknown is how many numbers of one paper the books are asked about.
const mostUnknown = 20

// orderNamed finds the order that a number names in the books, as its own or as its purchase order's. People leave out "#", and write small letters.
func orderNamed(tx *store.Tx, number string) (store.OrderRow, bool, error) {
	number = strings.TrimPrefix(number, "#")
	for _, text := range []string{number, "#" + number, strings.ToUpper(number), "#" + strings.ToUpper(number)} {
		rows, err := tx.OrdersByNumber(text)
		if err != nil {
			return store.OrderRow{}, false, err
		}
		if len(rows) > 0 {
			return rows[0], true, nil
		}
		po, err := tx.POByNumber(text)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return store.OrderRow{}, false, err
		}
		row, err := tx.Order(po.Order)
		return row, err == nil, err
	}
	return store.OrderRow{}, false, nil
}
