package flow

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/store"
)

// warning says what is odd about an address that is to speak for a supplier; a person reads it before they switch its rule on.
func (b *addressBook) warning(supplier, address string) string {
	_, domain, _ := strings.Cut(address, "@")
	if match.FreeMail(domain) {
		return fmt.Sprintf("anybody can have an address at %s: ask %s on the phone whether it is theirs", domain, supplier)
	}
	for _, known := range sorted(b.domains) {
		if b.domains[known] == "" {
			continue
		}
		if resembles(domain, known) {
			return fmt.Sprintf("%s looks like %s, which is %s's, and is another domain: that is how mail is forged", domain, known, b.domains[known])
		}
	}
	return "whoever writes from it can then report tracking numbers; news that costs money still waits for you"
}

// lookAlikes are characters that pass for each other at a glance.
var lookAlikes = strings.NewReplacer("0", "o", "1", "l", "i", "l", "rn", "m", "vv", "w", "-", "", ".", "")

// resembles tells domains that a person may take for each other: the same name under another ending, one character more, less or other, or signs that
// look alike.
func resembles(a, b string) bool {
	if a == b {
		return false
	}
	first := func(d string) string {
		labels := strings.Split(d, ".")
		return labels[max(0, len(labels)-2)]
	}
	return first(a) == first(b) || lookAlikes.Replace(a) == lookAlikes.Replace(b) || oneApart(a, b) || strings.Contains(a, first(b)) && len(first(b)) >= 5
}

// oneApart tells whether one insertion, removal or replacement makes the one of the other.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return a[min(i+1, len(a)):] == b[min(i+1, len(b)):]
	}
	return a[i:] == b[i+1:]
}

// sameRule tells whether there is a rule of that supplier, kind and text already.
func sameRule(rows []store.RuleRow, r store.RuleRow) bool {
	return slices.ContainsFunc(rows, func(o store.RuleRow) bool { return o.Supplier == r.Supplier && o.Kind == r.Kind && o.Reads == r.Reads })
}
