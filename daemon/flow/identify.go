package flow

import (
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/parsers"
)

// addressBook finds the supplier behind a sender's address.
type addressBook struct {
	addresses  map[string]string   // address, lower case, to slug
	domains    map[string]string   // domain, lower case, to slug
	thirdParty map[string][]string // addresses and domains that write for suppliers, to the slugs of who listed them
	own        map[string]bool     // our own mailboxes
	ownDomains map[string]bool
}

func newAddressBook(cfg *config.Config) *addressBook {
	b := &addressBook{map[string]string{}, map[string]string{}, map[string][]string{}, map[string]bool{}, map[string]bool{}}
	for _, slug := range sorted(cfg.Suppliers) {
		s := cfg.Suppliers[slug]
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
			// One address at a shipping program or a carrier may be a supplier's own ("store+4711@…"); all others there are somebody else's.
			if service, _ := match.Service(domain); service != "" && isAddress {
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
			a = strings.TrimPrefix(strings.ToLower(a), "@")
			b.thirdParty[a] = append(b.thirdParty[a], slug)
		}
	}
	for _, m := range cfg.Mailboxes {
		b.own[strings.ToLower(m.Address)] = true
		// Mail from a colleague at the shop's own domain speaks for no supplier, even when a supplier lists that domain by mistake.
		if _, domain, ok := strings.Cut(strings.ToLower(m.Address), "@"); ok && !match.FreeMail(domain) {
			delete(b.domains, domain)
			b.ownDomains[domain] = true
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
	_, _, listed := b.service(address)
	return len(listed) > 0
}

// service finds the shipping program, carrier or the like behind an address: one that is known to all, or that suppliers have listed. id is how rules name it: all
// of its addresses are one. listed are the suppliers whose files say that they ship with it.
func (b *addressBook) service(address string) (name, id string, listed []string) {
	address = strings.ToLower(strings.TrimSpace(address))
	_, domain, _ := strings.Cut(address, "@")
	if known, at := match.Service(domain); known != "" {
		name, id = known, "@"+at
	}
	if listed = b.thirdParty[address]; listed != nil && name == "" {
		name, id = address, address
	}
	for ; strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
		for _, slug := range b.thirdParty[domain] {
			if listed = append(slices.Clone(listed), slug); name == "" {
				name, id = domain, "@"+domain
			}
		}
	}
	return name, id, listed
}

// identify says on whose behalf an item speaks. From must be exactly one mailbox (RFC 5322 section 3.6.2 allows more, forgers use
// that); otherwise nobody is known. The answer never comes from Reply-To or a display name.
func (w *world) identify(source string, env *parsers.Envelope) (who match.Sender, from string, ours bool) {
	if slug, ok := w.dropOf[source]; ok {
		who = match.Sender{Supplier: slug, Strength: order.StrengthAccount}
		return w.permit(who), "", false
	}
	who = match.Sender{Open: true}
	if isSent(source) { // ours or a colleague's: never news of a supplier
		return who, "", true
	}
	if env == nil || len(env.From) != 1 {
		return who, "", false
	}
	from = env.From[0].Address
	if w.addresses.own[strings.ToLower(from)] {
		// A group that writes in the sender's place ("'Jo' via Orders") is no mail of ours; it speaks for nobody.
		return who, from, !strings.Contains(strings.ToLower(env.From[0].Name), " via ")
	}
	if slug, ok := w.addresses.of(from); ok {
		return w.permit(match.Sender{Supplier: slug}), from, false
	}
	who.Service, _, who.For = w.addresses.service(from)
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
