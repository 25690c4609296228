package match

import (
	"strings"

	"waybill/parsers/carrier"
)

// service is a program or a company that writes for many: a supplier who ships with it need not know that it does.
type service struct {
	name    string
	domains []string // it writes from, subdomains included
}

// services are the known ones beside the carriers. Who has one of these addresses speaks for nobody, and is no stranger either. Domains marked with * are the
// services' own and were not seen as senders of notices.
var services = []service{
	{"ShipStation", []string{"shipstation.com"}}, // tracking@shipstation.com, no-reply@shipstation.com
	{"Shippo", []string{"goshippo.com", "shippo.com"}},
	{"Sendcloud", []string{"sendcloud.com", "sendcloud.sc", "sendcloud.eu", "sendcloud.nl"}}, // * sendcloud.com; not sendcloud.net and .org, a mail sender of the same name
	{"Packlink", []string{"packlink.com", "packlink.es", "packlink.fr", "packlink.it", "packlink.de"}},
	{"EasyPost", []string{"easypost.com"}},                          // *
	{"Easyship", []string{"easyship.com"}},                          // *
	{"AfterShip", []string{"aftership.com", "aftershipemail.com"}},  // * aftershipemail.com
	{"Shopify", []string{"shopifyemail.com", "shopify.com"}},        // store+ID@shopifyemail.com where a shop has not proved its own domain
	{"Amazon", []string{"amazon.com", "amazon.de", "amazon.co.uk"}}, // fba-noreply@amazon.com of multi-channel fulfilment
	{"ShipBob", []string{"shipbob.com"}},                            // *
	{"Pirate Ship", []string{"pirateship.com"}},                     // *
	{"Stamps.com", []string{"stamps.com"}},                          // *
	{"Ordoro", []string{"ordoro.com"}},                              // *
	{"Veeqo", []string{"veeqo.com"}},                                // *
	{"Linnworks", []string{"linnworks.com", "linnworks.net"}},       // *
	{"Starshipit", []string{"starshipit.com"}},                      // *
	{"Shippit", []string{"shippit.com"}},                            // *
	{"Parcel2Go", []string{"parcel2go.com"}},                        // *
	{"Narvar", []string{"narvar.com"}},                              // *
	{"parcelLab", []string{"parcellab.com"}},                        // *
	{"shipcloud", []string{"shipcloud.io"}},                         // *
	{"BaseLinker", []string{"baselinker.com"}},                      // *
	{"NetSuite", []string{"netsuite.com"}},                          // system@sent-via.netsuite.com
	{"QuickBooks", []string{"intuit.com"}},                          // * quickbooks@notification.intuit.com
	{"Xero", []string{"xero.com"}},                                  // * messaging-service@post.xero.com
}

// carrierMail are domains from which carriers write and on which they show no parcels.
var carrierMail = map[string]string{
	"upsemail.com": "ups", // ups.com, fight fraud: "Emails will come from"
	"usps.gov":     "usps",
	"gls-group.eu": "gls", "gls-pakete.de": "gls", "gls-rtt.com": "gls",
	"myhermes.de": "hermes-de", "laposte.fr": "colissimo", "dpd.de": "dpd", "dpd.at": "dpd", "dpd.nl": "dpd",
}

// Service is the name of the shipping program, carrier or the like that writes from a domain, "" for none. It speaks for no supplier: what it says needs our key, or
// a number and a second witness, and several suppliers may use the same one. domain is the one by which it is known.
func Service(from string) (name, domain string) {
	for domain = strings.ToLower(from); strings.Contains(domain, "."); {
		for _, s := range services {
			for _, d := range s.domains {
				if d == domain {
					return s.name, d
				}
			}
		}
		if slug := carrierMail[domain]; slug != "" {
			return carrier.Name(slug), domain
		}
		if slug := carrier.OfHost(domain); slug != "" && carrier.OfHost(parent(domain)) == "" {
			return carrier.Name(slug), domain
		}
		domain = parent(domain)
	}
	return "", ""
}

func parent(domain string) string {
	_, rest, _ := strings.Cut(domain, ".")
	return rest
}

// ServiceNamed is the name of a service or carrier that is called so, in any case and without blanks and signs: as in the first label of a domain.
func ServiceNamed(label string) string {
	for _, s := range services {
		if plain := strings.NewReplacer(" ", "", ".com", "").Replace(strings.ToLower(s.name)); plain == strings.ToLower(label) {
			return s.name
		}
	}
	if slug, _ := carrier.Normalize(label); slug != "" {
		return carrier.Name(slug)
	}
	return ""
}
