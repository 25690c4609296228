package flow

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// News that costs money is applied without a person only where the supplier's rule says so and its sender has proved who it is (match, order.Needs); and only as
// far as this file lets it: a mailbox that was broken into, or a supplier's program that has gone wrong, must not cancel a shop's orders overnight.

const (
	// newsCapKey, with the supplier behind it, is the Key of what is told when a supplier's rules have applied as much as they may.
	newsCapKey = "news_cap:"
	// freshFor is how long after it was signed a mail may cost money. Servers try for five days (RFC 5321 section 4.5.4.1).
	freshFor = 5 * 24 * time.Hour
)

// mayRule tells whether a supplier's rule may apply a finding now. why is a sentence when it may not.
func (f *Flow) mayRule(tx *store.Tx, w *world, it *opened, finding match.Finding) (why string, err error) {
	po, err := tx.PO(finding.PO)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(po.Lines, func(l order.POLine) bool { return l.Shipped > 0 }) {
		return "some of " + po.Number + " was shipped already", nil
	}
	if first, _, err := f.sameSignature(tx, it); err != nil {
		return "", err
	} else if first != 0 {
		return fmt.Sprintf("message %d bears the same signature: it was sent again", first), nil
	}
	if p := it.proof; p != nil && !p.Signed.IsZero() && it.row.KeptAt.Sub(p.Signed) > freshFor {
		return "it was signed on " + p.Signed.Format(time.DateOnly) + ", long before it came", nil
	}
	return f.newsCap(tx, w.cfg.Suppliers[it.who.Supplier])
}

// newsCap counts what a supplier's rules have applied. When it is as much as they may, everything further is for a person until one lets it go on.
func (f *Flow) newsCap(tx *store.Tx, s config.Supplier) (why string, err error) {
	stopped := "so much bad news of " + cmp.Or(s.Name, s.Slug) + " was applied without you that no more is until you let it go on"
	known, err := tx.Exceptions(store.ExceptionFilter{Kind: string(NewsCap), Supplier: s.Slug})
	if err != nil {
		return "", err
	}
	now := f.now()
	var since time.Time // counted anew since a person let it go on
	for _, x := range known {
		if x.SettledAt.IsZero() {
			return stopped, nil
		}
		if x.SettledAt.After(since) {
			since = x.SettledAt
		}
	}
	for _, c := range []struct {
		span    time.Duration
		most    int
		within  string
		setting string
	}{{time.Hour, capFrom(s.Rules.ApplyPerHour, config.ApplyPerHour), "an hour", "rules.apply_per_hour"}, {24 * time.Hour, capFrom(s.Rules.ApplyPerDay, config.ApplyPerDay), "a day", "rules.apply_per_day"}} {
		from := now.Add(-c.span)
		if since.After(from) {
			from = since
		}
		n, err := tx.Rulings(s.Slug, from)
		if err != nil || n < c.most {
			if err != nil {
				return "", err
			}
			continue
		}
		_, _, err = f.open(tx, Exception{Kind: NewsCap, Key: newsCapKey + s.Slug, Supplier: s.Slug, Detail: Detail{About: cmp.Or(s.Name, s.Slug),
			Reasons: []string{fmt.Sprintf("the limit is %d within %s (%s in suppliers/%s.yaml)", c.most, c.within, c.setting, s.Slug)},
			Help:    "What was applied stands in `waybill orders list`; ask them whether it is so. What comes from now on waits for you, one question each. release lets the rule go on."}})
		return stopped, err
	}
	return "", nil
}

func capFrom(most *int, usual int) int {
	if most != nil {
		return *most
	}
	return usual
}
