package proof

import (
	"context"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Aligned tells whether two domains are of one organisation: DMARC's relaxed alignment (RFC 7489 section 3.1), by the public suffix list. Customers of one
// host (a.myshopify.com, b.myshopify.com) are not.
func Aligned(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return isDomain(a) && !isSuffix(a)
	}
	one, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil || !isDomain(a) || !isDomain(b) {
		return false
	}
	other, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && one == other
}

// Organisation is the domain that an organisation has registered and all its others are under; the domain itself where that is not known.
func Organisation(domain string) string {
	if organisation, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(domain)); err == nil {
		return organisation
	}
	return strings.ToLower(domain)
}

// isSuffix tells a domain under which anybody can have one. Under an ending that the list does not know (.example) the last label is taken for it.
func isSuffix(domain string) bool {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// strict tells whether a domain asks that mail in its name which does not prove itself is not believed: a DMARC policy of quarantine or reject (RFC 7489 section
// 6.3), its own or that of its organisation. What cannot be looked up asks for nothing.
func strict(ctx context.Context, domain string, resolver Resolver) bool {
	if policy, found := policyOf(ctx, "_dmarc."+domain, resolver); found {
		return asks(policy["p"])
	}
	organisation, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil || organisation == domain {
		return false
	}
	policy, found := policyOf(ctx, "_dmarc."+organisation, resolver)
	if sub, has := policy["sp"]; has {
		return found && asks(sub)
	}
	return found && asks(policy["p"])
}

func asks(policy string) bool {
	return strings.EqualFold(policy, "quarantine") || strings.EqualFold(policy, "reject")
}

// policyOf reads a DMARC record. Of two there is none (RFC 7489 section 6.6.3).
func policyOf(ctx context.Context, name string, resolver Resolver) (policy map[string]string, found bool) {
	texts, err := resolver.LookupTXT(ctx, name)
	if err != nil {
		return nil, false
	}
	for _, text := range texts {
		if first, _, _ := strings.Cut(text, ";"); strings.ReplaceAll(first, " ", "") != "v=DMARC1" || len(text) > mostRecord {
			continue
		}
		if found {
			return nil, false
		}
		if policy, err = tags(text); err != nil {
			return nil, false
		}
		found = true
	}
	return policy, found
}
