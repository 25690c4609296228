package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/store"
	"waybill/parsers"
)

// A thing may come in two versions: a mail with the Message-ID of another and other words, a file under the name of another with other bytes. Both are read.
// What the first one said stays as it was applied, what both say is said once, and what the second takes back or says otherwise is for a person.

const (
	// sameFile is how soon a file that takes another one's place is taken for a version of it, and not for the next file of that name.
	sameFile = time.Hour
	// versionsQuiet is how long a person who has dismissed the question is not asked again about that supplier.
	versionsQuiet = 30 * 24 * time.Hour
	// versionsLook is how many earlier files of a name are looked through for the last one that was read.
	versionsLook = 8
)

// version is what came before an item and is the same thing.
type version struct {
	row  store.ItemRow
	file bool
	was  []recorded
	// sender is who wrote the earlier mail, where that is somebody else.
	sender string
}

// versionOf finds the earlier version of an item, nil when there is none.
func (f *Flow) versionOf(tx *store.Tx, it *opened, row store.ItemRow) (*version, error) {
	var before []store.ItemRow
	var err error
	switch {
	case it.ours, isSent(row.Source):
		return nil, nil
	case row.Name != "":
		before, err = tx.VersionsBefore(row.Source, row.Name, row.ID, versionsLook)
	case row.MessageID != "":
		before, err = tx.ItemsByMessageID(row.MessageID)
		slices.Reverse(before)
	}
	if err != nil {
		return nil, err
	}
	for _, b := range before {
		if b.ID == row.ID || b.State != store.ItemRead || strings.HasPrefix(b.Source, shopSource) || (b.Name == "") != (row.Name == "") {
			continue
		}
		v := &version{row: b, file: row.Name != ""}
		if v.was, err = recordedOf(tx, b.ID); err != nil {
			return nil, err
		}
		if !v.file {
			var earlier parsers.Reading
			if json.Unmarshal(b.Reading, &earlier) == nil && earlier.Envelope != nil && len(earlier.Envelope.From) > 0 && !sameFrom(earlier.Envelope, it.reading.Envelope) {
				v.sender = earlier.Envelope.From[0].Address
			}
		}
		if v.file && !v.alike(it, row) {
			return nil, nil // a report has the same name every day
		}
		return v, nil
	}
	return nil, nil
}

// alike tells a version of a file from the next file of that name: it comes soon after the first, or says something of what that said.
func (v *version) alike(it *opened, row store.ItemRow) bool {
	return row.KeptAt.Sub(v.row.KeptAt) < sameFile || slices.ContainsFunc(it.findings, func(f match.Finding) bool { return f.PO != 0 && v.said(f) })
}

// said tells whether the earlier version says the same.
func (v *version) said(finding match.Finding) bool {
	return slices.ContainsFunc(v.was, func(r recorded) bool { return r.row.PO == finding.PO && sameNews(&r, &finding) })
}

// takenBack are the tracking numbers that the earlier version of a file gave to the finding's purchase order, and this one gives to nobody.
func (v *version) takenBack(reading parsers.Reading, finding match.Finding) (numbers []string) {
	if v == nil || !v.file || finding.PO == 0 {
		return nil
	}
	here := map[string]bool{}
	for _, s := range reading.Statements {
		for _, t := range s.Tracking {
			here[t.Number] = true
		}
	}
	for _, r := range v.was {
		if r.row.PO != finding.PO || r.finding.Kind != parsers.Shipment {
			continue
		}
		for _, n := range numbersOf(r.finding.Tracking) {
			if !here[n] {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// differences says in sentences what the second version does not say any more.
func (v *version) differences(it *opened) (reasons []string) {
	for _, c := range compare(v.was, it.findings) {
		if !c.was.applied() {
			continue
		}
		switch c.verdict {
		case VerdictGone:
			reasons = append(reasons, "it does not say any more: "+noticeOf(&c.was.finding).String())
		case VerdictDiffers:
			if len(v.takenBack(it.reading, *c.now)) == 1 {
				continue // a correction, which is a question of its own
			}
			reasons = append(reasons, fmt.Sprintf("it said: %s; now: %s", noticeOf(&c.was.finding), noticeOf(c.now)))
		}
	}
	return reasons
}

func (r *recorded) applied() bool { return r != nil && r.row.Applied }

// tellVersion puts two versions of one thing before a person, in one line for all of a supplier's. Of mail from somebody who speaks for no supplier, and is
// about no order, nothing is told.
func (f *Flow) tellVersion(tx *store.Tx, it *opened) error {
	v := it.version
	d := Detail{About: f.sourceName(it), From: it.from, Help: "Both were read, and what the first one said stays as it is. Compare them if the orders matter."}
	if !v.file && v.sender != "" {
		d.Says = "A mail from %s has the Message-ID of another sender's"
	}
	key := "version:mail:" + it.who.Supplier
	if v.file {
		if d.Reasons = first(v.differences(it), maxNamed); len(d.Reasons) == 0 {
			return nil
		}
		key = "version:file:" + it.who.Supplier
		d.Says = "%s has changed a file that was read"
		d.Reasons = append([]string{fmt.Sprintf("%s was read on %s with other content", it.row.Name, v.row.KeptAt.In(f.world.Load().zone).Format("2 January 15:04"))}, d.Reasons...)
	} else {
		if it.who.Supplier == "" && !slices.ContainsFunc(it.findings, func(n match.Finding) bool { return n.PO != 0 }) {
			return nil
		}
		d.Reasons = []string{v.words(f)}
		if env := it.reading.Envelope; env != nil {
			d.Subject = env.Subject
		}
	}
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(TwoVersions), Key: key})
	if err != nil || slices.ContainsFunc(rows, func(x store.ExceptionRow) bool {
		return !x.SettledAt.IsZero() && f.now().Sub(x.SettledAt) < versionsQuiet
	}) {
		return err
	}
	_, _, err = f.open(tx, Exception{Kind: TwoVersions, Key: key, Supplier: it.who.Supplier, Item: it.row.ID, Detail: d})
	return err
}

// words says of a mail's news that there is another text of it.
func (v *version) words(f *Flow) string {
	day := v.row.KeptAt.In(f.world.Load().zone).Format("2 January 15:04")
	if v.sender != "" {
		return fmt.Sprintf("a mail of %s from %s has the same Message-ID", day, v.sender)
	}
	return fmt.Sprintf("a mail of %s has the same Message-ID and another text", day)
}
