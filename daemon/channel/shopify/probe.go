package shopify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/transports"
)

// scopes are what the app needs, each with what it is for. A write scope includes its read scope (shopify.dev/docs/api/usage/access-scopes).
func (s *Shop) scopes() [][2]string {
	need := [][2]string{{"read_orders", "to see orders"}, {"write_merchant_managed_fulfillment_orders", "to mark them as shipped"}}
	if s.c.BadNews != "none" {
		need = append(need, [2]string{"write_orders", "to tag what comes late or not at all; without it set bad_news: none"})
	}
	return need
}

// Probe logs in and tells what the shop is and what the app may do there.
func (s *Shop) Probe(ctx context.Context) (facts []string, err error) {
	var data struct {
		Shop struct {
			Name   string `json:"name"`
			Domain string `json:"myshopifyDomain"`
			Plan   struct {
				Name string `json:"publicDisplayName"`
			} `json:"plan"`
		} `json:"shop"`
		Installation struct {
			Scopes []struct {
				Handle string `json:"handle"`
			} `json:"accessScopes"`
		} `json:"currentAppInstallation"`
		Orders struct {
			Nodes []struct {
				Name    string    `json:"name"`
				Address *struct{} `json:"shippingAddress"`
			} `json:"nodes"`
		} `json:"orders"`
	}
	if err := s.client.do(ctx, getShop, nil, &data); err != nil {
		return nil, err
	}
	facts = append(facts, fmt.Sprintf("logged in to %s (%s), plan %s", printable(data.Shop.Name, 80), data.Shop.Domain, cmp.Or(data.Shop.Plan.Name, "unknown")))
	s.client.mu.Lock()
	version, b := cmp.Or(s.client.serves, Version), s.client.bucket
	s.client.mu.Unlock()
	fact := "API version " + version
	if version != Version {
		fact += ", but waybill was written for " + Version + ", which is gone: upgrade waybill"
	}
	facts = append(facts, fact)
	if b.rate > 0 {
		facts = append(facts, fmt.Sprintf("may spend %.0f points, and %.0f more a second", b.most, b.rate))
	}
	var have []string
	for _, scope := range data.Installation.Scopes {
		have = append(have, scope.Handle)
	}
	slices.Sort(have)
	facts = append(facts, "scopes: "+strings.Join(have, ", "))
	for _, o := range data.Orders.Nodes {
		fact := "sees the latest order, " + printable(o.Name, 40)
		if o.Address == nil {
			fact += ", without an address: it ships nothing, or the app has no access to protected customer data"
		}
		facts = append(facts, fact)
	}
	if s.c.HookURL != "" {
		missing, err := s.missingHooks(ctx)
		if err != nil {
			return facts, err
		}
		fact := "webhooks come to " + s.c.HookURL
		if len(missing) > 0 {
			fact = "webhooks are not set up yet for " + strings.ToLower(strings.Join(missing, ", ")) + "; the daemon does that when it starts"
		}
		facts = append(facts, fact)
	}
	return facts, s.missingScopes(have)
}

// missingScopes says in words which scopes the app lacks.
func (s *Shop) missingScopes(have []string) error {
	var missing []string
	for _, scope := range s.scopes() {
		if !slices.Contains(have, scope[0]) && !slices.Contains(have, strings.Replace(scope[0], "read_", "write_", 1)) {
			missing = append(missing, scope[0]+" ("+scope[1]+")")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &transports.Error{Verdict: transports.Never, Op: "scopes", Scope: "account", Err: fmt.Errorf("the app lacks %s", strings.Join(missing, ", ")),
		Help: "Add the scopes to the app in the Dev Dashboard, release a new version of it, and install that in the shop."}
}
