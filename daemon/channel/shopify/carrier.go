package shopify

import (
	"cmp"

	"waybill/daemon/channel"
	"waybill/parsers/carrier"
)

// companies are the names under which Shopify builds tracking links, by our slugs: capitals matter. Source: the list of supported tracking companies at
// shopify.dev/docs/api/admin-graphql/latest/objects/FulfillmentTrackingInfo. Its first part (to Evri) was read again in November 2026; the names behind it
// are from an earlier reading. A name that the list does not have does no harm: it is shown, and the link is ours.
var companies = map[string]string{
	"4px": "4PX", "amazon": "Amazon", "an-post": "An Post", "asendia": "Asendia USA", "australia-post": "Australia Post", "bpost": "BPost",
	"brazil-correios": "Correios", "canada-post": "Canada Post", "canpar": "Canpar", "china-post": "China Post", "chronopost-france": "Chronopost",
	"colissimo": "Colissimo", "correos": "Correos", "ctt-express": "CTT Express", "deutsch-post": "Deutsche Post", "dhl": "DHL Express",
	"dhl-global-mail": "DHL eCommerce", "dpd": "DPD", "dx-delivery": "DX", "estes": "Estes", "evri": "Evri", "fedex": "FedEx", "gls": "GLS",
	"lasership": "Lasership", "mondialrelay": "Mondial Relay", "new-zealand-post": "New Zealand Post", "ninjavan": "NinjaVan", "ontrac": "OnTrac",
	"packeta": "Packeta", "pitney-bowes": "Pitney Bowes", "portugal-ctt": "CTT", "poste-italiane": "Poste Italiane", "postnl": "PostNL",
	"purolator": "Purolator", "royal-mail": "Royal Mail", "sendle": "Sendle", "sf-express": "SF Express", "singapore-post": "Singapore Post",
	"star-track": "StarTrack", "swiss-post": "Swiss Post", "tnt": "TNT", "ups": "UPS", "usps": "USPS", "venipak": "Venipak",
	"xpo-logistics": "XPO Logistics", "yunexpress": "YunExpress",
}

// trackingInput is FulfillmentTrackingInput: always the plural forms, which must not be mixed with the singular ones; links only with a number for each, and
// one company for all numbers (shopify.dev/docs/api/admin-graphql/latest/input-objects/FulfillmentTrackingInput). Parcels of several carriers go without a
// company where each has a link. nil: there is nothing to tell.
func trackingInput(packages []channel.Package) map[string]any {
	var numbers, urls []string
	names := map[string]bool{}
	company, listed := "", true
	for _, p := range packages {
		if p.Number == "" {
			continue
		}
		name, known := companies[p.Carrier]
		if !known {
			name = cmp.Or(p.CarrierName, carrier.Name(p.Carrier))
		}
		names[name] = true
		company, listed = name, listed && known
		numbers = append(numbers, p.Number)
		if link := cmp.Or(p.URL, carrier.URL(p.Carrier, p.Number)); link != "" {
			urls = append(urls, link)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	input := map[string]any{"numbers": numbers}
	if len(names) == 1 && company != "" {
		input["company"] = company
	}
	if len(urls) == len(numbers) && (!listed || len(names) > 1) { // for its own companies Shopify makes the links
		input["urls"] = urls
	}
	return input
}
