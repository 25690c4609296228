package flow

import (
	"fmt"
	"slices"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

// corrects gives the parcel whose number a message takes back and replaces; none when it does nothing of the kind, or says something else that is odd. Only
// the supplier who ships can propose it, and a person decides: the customer follows that number.
func (f *Flow) corrects(tx *store.Tx, it *opened, finding match.Finding) (old store.PackageRow, is bool, err error) {
	if finding.Kind != parsers.Shipment || finding.PO == 0 || len(finding.Tracking) == 0 || finding.Decision == match.Ignore ||
		slices.ContainsFunc(finding.Contradictions, func(code string) bool { return code != "closed" && code != "too_many" }) {
		return old, false, nil
	}
	po, err := tx.PO(finding.PO)
	if err != nil || po.Supplier != it.who.Supplier {
		return old, false, err
	}
	withdrawn := map[string]bool{}
	for _, s := range it.reading.Statements {
		for _, t := range s.Tracking {
			withdrawn[t.Number] = withdrawn[t.Number] || t.Withdrawn && !t.Quoted
		}
	}
	for _, number := range it.version.takenBack(it.reading, finding) {
		withdrawn[number] = true
	}
	known, err := tx.PackagesOfPO(po.ID)
	if err != nil {
		return old, false, err
	}
	found := 0
	for _, p := range known {
		if !p.Gone && withdrawn[p.Number] {
			old, found = p, found+1
		}
	}
	return old, found == 1, nil // which of two takes the place of which is not for us to guess
}

// askCorrection puts a correction before a person.
func (f *Flow) askCorrection(tx *store.Tx, it *opened, n int, finding match.Finding, old store.PackageRow) error {
	reasons := append([]string{fmt.Sprintf("%s %s is to be replaced by %s", carrier.Name(old.Carrier), old.Number, numbersText(finding.Tracking))}, finding.Reasons...)
	d := Detail{About: f.sourceName(it), Says: "%s corrects the tracking number of " + finding.Number, Reasons: reasons, Finding: &finding, FindingN: n, PO: finding.PO, Kind: finding.Kind,
		From: it.from, URLs: map[string]string{}, Replaces: old.ID}
	for _, t := range finding.Tracking {
		if t.URL != "" {
			d.URLs[t.Number] = t.URL
		}
	}
	if env := it.reading.Envelope; env != nil {
		d.Subject = env.Subject
	}
	// The same correction twice is one question.
	key := fmt.Sprintf("correct:%d:%d:%s", finding.PO, old.ID, numbersText(finding.Tracking))
	_, _, err := f.open(tx, Exception{Kind: Correction, Key: key, Supplier: it.who.Supplier, Order: finding.OrderID, PO: finding.PO, Item: it.row.ID, Detail: d})
	return err
}

func numbersText(list []match.Tracking) (text string) {
	for i, n := range numbersOf(list) {
		if i > 0 {
			text += ", "
		}
		text += n
	}
	return text
}

// replace puts a corrected number in the place of the one that the books and the channel have. Nothing is shipped by it.
func (f *Flow) replace(tx *store.Tx, w *world, row store.ExceptionRow, d Detail, s Settlement, ring *[]string) (string, error) {
	if d.Finding == nil || d.Replaces == 0 {
		return "", fmt.Errorf("it is not known which number is replaced: %w", ErrAction)
	}
	po, err := tx.PO(d.PO)
	if err != nil {
		return "", err
	}
	known, err := tx.PackagesOfPO(po.ID)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(known, func(p store.PackageRow) bool { return p.ID == d.Replaces })
	if at < 0 || known[at].Gone {
		return "", fmt.Errorf("the number was replaced already; dismiss this: %w", ErrAction)
	}
	e := order.Event{Kind: order.Corrected, At: f.now(), PO: po.ID, Order: po.Order, Item: row.Item, By: s.By, Method: string(d.Finding.Method), Packages: []order.PackageID{d.Replaces}}
	for _, t := range d.Finding.Tracking {
		if slices.ContainsFunc(known, func(p store.PackageRow) bool { return p.Number == t.Number && !p.Gone }) {
			continue // another parcel of theirs has it: the wrong number only goes
		}
		if err := f.elsewhere(tx, po.ID, t.Number); err != nil {
			return "", err
		}
		page := carrier.URL(t.Carrier, t.Number)
		if page == "" {
			page = w.followed(d.URLs[t.Number], po.Supplier)
		}
		pkg, err := tx.AddPackage(store.PackageRow{PO: po.ID, Carrier: t.Carrier, Number: t.Number, URL: page, Item: row.Item, At: e.At})
		if err != nil {
			return "", err
		}
		e.Packages = append(e.Packages, pkg.ID)
	}
	if err := tx.SetPackageGone(d.Replaces); err != nil {
		return "", err
	}
	if e, err = tx.Record(e); err != nil {
		return "", err
	}
	finding := *d.Finding
	if err := decided(tx, row, d, finding, po); err != nil {
		return "", err
	}
	lanes, err := f.tell(tx, w, news{kind: order.Corrected, po: po.ID, event: e})
	*ring = append(*ring, lanes...)
	return fmt.Sprintf("Replaced: %s has %s and not %s any more; the channel is told.", po.Number, numbersText(finding.Tracking), known[at].Number), err
}

// elsewhere refuses a number that sits on another purchase order.
func (f *Flow) elsewhere(tx *store.Tx, po order.POID, number string) error {
	others, err := tx.PackagesByNumber(number)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.PO == po || o.Gone {
			continue
		}
		other, err := tx.PO(o.PO)
		if err != nil {
			return err
		}
		return fmt.Errorf("tracking number %s already sits on purchase order %s: %w", number, other.Number, ErrAction)
	}
	return nil
}

// replacements follows an order's corrections: what each package was replaced by.
func replacements(tx *store.Tx, id order.OrderID) (map[order.PackageID][]order.PackageID, error) {
	events, err := tx.Timeline(id)
	if err != nil {
		return nil, err
	}
	var replaced map[order.PackageID][]order.PackageID
	for _, e := range events {
		if e.Kind == order.Corrected && len(e.Packages) > 0 {
			if replaced == nil {
				replaced = map[order.PackageID][]order.PackageID{}
			}
			replaced[e.Packages[0]] = e.Packages[1:]
		}
	}
	return replaced, nil
}

// current gives the packages that stand in the place of these now.
func current(ids []order.PackageID, replaced map[order.PackageID][]order.PackageID) (now []order.PackageID) {
	for _, id := range ids {
		if by, is := replaced[id]; is && !slices.Contains(by, id) {
			now = append(now, current(by, replaced)...)
		} else {
			now = append(now, id)
		}
	}
	return now
}

// replacedNumbers are the numbers that a correction takes away, for the channel.
func replacedNumbers(packages []store.PackageRow, e order.Event) (numbers []string) {
	if e.Kind != order.Corrected {
		return nil
	}
	for _, p := range packages {
		if p.ID == e.Packages[0] {
			numbers = append(numbers, p.Number)
		}
	}
	return numbers
}
