package flow

import (
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/parsers"
)

// addressBook finds the supplier behind a sender's address.
type addressBook struct {
	addresses  map[string]string // address, lower case, to slug
	domains    map[string]string // domain, lower case, to slug
	thirdParty map[string]bool   // addresses and domains that write for suppliers
	own        map[string]bool   // our own mailboxes
}

func newAddressBook(cfg *config.Config) *addressBook {
	b := &addressBook{map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}}
	for slug, s := range cfg.Suppliers {
		for _, a := range slices.Concat(s.Email, s.Senders) {
			a = strings.ToLower(a)
			_, domain, isAddress := strings.Cut(a, "@")
			if isAddress {
				b.addresses[a] = slug
			} else {
				domain = a
			}
			if domain = strings.TrimPrefix(domain, "@"); match.FreeMail(domain) {
				continue
			}
			// A domain that two suppliers share names neither of them.
			if other, taken := b.domains[domain]; taken && other != slug {
				b.domains[domain] = ""
			} else {
				b.domains[domain] = slug
			}
		}
		for _, a := range s.ThirdParty {
			b.thirdParty[strings.ToLower(a)] = true
		}
	}
	for _, m := range cfg.Mailboxes {
		b.own[strings.ToLower(m.Address)] = true
		// Mail from a colleague at the shop's own domain speaks for no supplier, even when a supplier lists that domain by mistake.
		if _, domain, ok := strings.Cut(strings.ToLower(m.Address), "@"); ok && !match.FreeMail(domain) {
			delete(b.domains, domain)
		}
	}
	return b
}

// of finds the supplier for an address: the address itself, its domain, or a parent domain that is listed.
func (b *addressBook) of(address string) (slug string, known bool) {
	address = strings.ToLower(strings.TrimSpace(address))
	if slug, ok := b.addresses[address]; ok {
		return slug, true
	}
	_, domain, ok := strings.Cut(address, "@")
	for ok && domain != "" {
		if slug := b.domains[domain]; slug != "" {
			return slug, true
		}
		_, domain, ok = strings.Cut(domain, ".")
	}
	return "", false
}

// isThirdParty tells whether a supplier has listed the address as one that writes for them. It still speaks for no supplier in particular, but
// what it says is never unimportant.
func (b *addressBook) isThirdParty(address string) bool {
	address = strings.ToLower(address)
	_, domain, _ := strings.Cut(address, "@")
	return b.thirdParty[address] || b.thirdParty[domain]
}

// identify says on whose behalf an item speaks. From must be exactly one mailbox (RFC 5322 section 3.6.2 allows more, forgers use
// that); otherwise nobody is known. The answer never comes from Reply-To or a display name.
func (w *world) identify(source string, env *parsers.Envelope) (who match.Sender, from string, ours bool) {
	if slug, ok := w.dropOf[source]; ok {
		who = match.Sender{Supplier: slug, Authenticated: true}
		return w.permit(who), "", false
	}
	who = match.Sender{Open: true}
	if env == nil || len(env.From) != 1 {
		return who, "", false
	}
	from = env.From[0].Address
	if w.addresses.own[strings.ToLower(from)] {
		return who, from, true
	}
	if slug, ok := w.addresses.of(from); ok {
		return w.permit(match.Sender{Supplier: slug}), from, false
	}
	return who, from, false
}

// permit adds what the supplier's rules allow.
func (w *world) permit(who match.Sender) match.Sender {
	rules := w.cfg.Suppliers[who.Supplier].Rules
	for _, k := range rules.Apply {
		who.MayApply = append(who.MayApply, parsers.Kind(k))
	}
	who.SharedTracking = rules.SharedTracking
	return who
}
