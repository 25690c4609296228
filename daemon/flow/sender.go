package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/store"
	"waybill/parsers"
)

// identify says on whose behalf an item speaks: what the configuration says, else what a person has confirmed. Nobody is let in by that who the configuration knows
// otherwise, and what the supplier's own rules allow is not allowed to it: a person has confirmed the address, and no server has.
func (f *Flow) identify(ctx context.Context, w *world, source string, env *parsers.Envelope) (who match.Sender, from string, ours bool, err error) {
	who, from, ours = w.identify(source, env)
	if who.Supplier != "" || ours || from == "" {
		return who, from, ours, nil
	}
	if _, err := f.rulesOf(ctx, ""); err != nil {
		return who, from, ours, err
	}
	accepted, _ := f.told(w, from)
	switch {
	case who.Service != "":
		who.For = append(slices.Clone(who.For), accepted...)
	case len(accepted) == 1: // of two it speaks for neither
		who = match.Sender{Supplier: accepted[0]}
	}
	return who, from, ours, nil
}

// told gives the suppliers of whom a person has said that an address writes for them, or that it does not.
func (f *Flow) told(w *world, address string) (accepted, refused []string) {
	f.rules.mu.RLock()
	defer f.rules.mu.RUnlock()
	names := w.addresses.names(address)
	for _, slug := range sorted(w.cfg.Suppliers) {
		for _, name := range names { // what is said of the address goes before what is said of its domain
			yes, is := f.rules.senders[name][slug]
			if !is {
				continue
			}
			if yes {
				accepted = append(accepted, slug)
			} else {
				refused = append(refused, slug)
			}
			break
		}
	}
	return accepted, refused
}

// names are what a rule may call an address: itself, its domain and those above it; a service is called by one name only, whatever it writes from.
func (b *addressBook) names(address string) (list []string) {
	address = strings.ToLower(strings.TrimSpace(address))
	if name, id, _ := b.service(address); name != "" {
		return []string{id}
	}
	list = append(list, address)
	_, domain, _ := strings.Cut(address, "@")
	for ; strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
		list = append(list, "@"+domain)
	}
	return list
}

// acceptable tells whether an address may be said to write for a supplier: not our own, nor a colleague's.
func (b *addressBook) acceptable(address string) bool {
	address = strings.ToLower(address)
	local, domain, _ := strings.Cut(address, "@")
	return local != "" && strings.Contains(domain, ".") && !b.own[address] && !b.ownDomains[domain]
}

// checkSender refuses addresses that must speak for no supplier, or do so already.
func checkSender(w *world, r store.RuleRow) (store.RuleRow, error) {
	r.Reads, r.Means = strings.ToLower(r.Reads), ""
	local, domain, ok := strings.Cut(r.Reads, "@")
	known, is := w.addresses.of(r.Reads)
	service, id, _ := w.addresses.service(r.Reads)
	switch {
	case !ok || !strings.Contains(domain, "."):
		return r, fmt.Errorf("%q is no address; write jo@prairie.example, or @prairie.example for all addresses of a domain: %w", r.Reads, ErrAction)
	case w.addresses.own[r.Reads] || w.addresses.ownDomains[domain]:
		return r, fmt.Errorf("%s is an address of your own: %w", r.Reads, ErrAction)
	case local == "" && match.FreeMail(domain):
		return r, fmt.Errorf("anybody can have an address at %s; write the whole address: %w", domain, ErrAction)
	case is:
		return r, fmt.Errorf("the configuration gives %s to %s: %w", r.Reads, known, ErrAction)
	case service != "": // that it writes for them as well, and for nobody alone
		r.Reads = id
	}
	return r, nil
}

// warning says what is odd about an address that is to speak for a supplier; a person reads it before they switch its rule on.
func (b *addressBook) warning(supplier, address string) string {
	_, domain, _ := strings.Cut(address, "@")
	if name, _, _ := b.service(address); name != "" {
		return fmt.Sprintf("%s writes for many; it is believed about %s's orders only where the number and something else in the message fit", name, supplier)
	}
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
