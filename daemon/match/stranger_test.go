package match

import (
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

// Who may say what: our key, a number with and without a second witness, name and address alone, by strangers, services and the buyer.
func TestStrangers(t *testing.T) {
	station := Sender{Open: true, Service: "ShipStation"}
	known := Sender{Open: true, Service: "ShipStation", For: []string{"prairie"}}
	po := sample(2, "prairie")
	address := func(s parsers.Statement, n int) parsers.Statement {
		a := sample(n, "").ShipTo
		return to(s, a.Name, a.Line1, a.Postcode, a.City)
	}
	by := func(r parsers.Reading, name, address string) parsers.Reading {
		env := *r.Envelope
		r.Envelope = &env
		r.Envelope.From = []parsers.Address{{Name: name, Address: address}}
		return r
	}
	seconded := text(address(shipped(ups(1), orderRef("1002")), 2))
	for name, c := range map[string]struct {
		r        parsers.Reading
		who      Sender
		decision Decision
		apply    Apply
		asked    bool // nothing but the sender stands against it
	}{
		"a stranger's number":            {text(shipped(ups(1), orderRef("1002"))), anybody, Review, ApplyPropose, true},
		"a stranger's number and name":   {seconded, anybody, Auto, ApplyPropose, true},
		"a stranger in our thread":       {answering(po, shipped(ups(1))), anybody, Auto, ApplyAuto, false},
		"a stranger's name alone":        {text(address(shipped(ups(1)), 2)), anybody, Review, ApplyPropose, true},
		"bad news in our thread":         {answering(po, clause(parsers.OutOfStock, nil)), anybody, Auto, ApplyPropose, false},
		"a service that nobody accepted": {seconded, station, Auto, ApplyPropose, true},
		"a service":                      {seconded, known, Auto, ApplyAuto, false},
		"a service with a number":        {text(shipped(ups(1), orderRef("1002"))), known, Review, ApplyAuto, false},
		"a service of another supplier":  {text(address(shipped(ups(1), orderRef("1011")), 11)), known, Auto, ApplyPropose, true},
		"the buyer's address":            {by(seconded, "", "Buyer2@mail.example"), anybody, Review, ApplyPropose, false},
		"the buyer's name":               {by(seconded, names[2], "post@elsewhere.example"), anybody, Review, ApplyPropose, false},
		"the buyer's name at a service":  {by(seconded, names[2], "tracking@shipstation.example"), known, Auto, ApplyAuto, false},
		"the buyer in our thread":        {by(answering(po, shipped(ups(1))), names[2], "post@elsewhere.example"), anybody, Review, ApplyAuto, false},
	} {
		found := world().Match(c.r, c.who)
		if len(found) != 1 || found[0].PO == 0 {
			t.Errorf("%s: %v", name, found)
			continue
		}
		if f := found[0]; f.Decision != c.decision || f.Apply != c.apply || f.NewSender != c.asked || f.PO != order.POID(2) && f.PO != order.POID(11) {
			t.Errorf("%s: %s/%s, asked %v, want %s/%s, %v: %q", name, f.Decision, f.Apply, f.NewSender, c.decision, c.apply, c.asked, f.Reasons)
		}
	}
}

func TestServices(t *testing.T) {
	for domain, want := range map[string]string{"shipstation.com": "ShipStation", "mail.ShipStation.com": "ShipStation", "sent-via.netsuite.com": "NetSuite", "ups.com": "UPS", "emails.ups.com": "UPS",
		"upsemail.com": "UPS", "paket.dpd.de": "DPD", "ups.com.delivery.example": "", "sendcloud.net": "", "notups.com": "", "prairie.example": "", "": ""} {
		if got, _ := Service(domain); got != want {
			t.Errorf("%s is %q, want %q", domain, got, want)
		}
	}
	for label, want := range map[string]string{"shipstation": "ShipStation", "pirateship": "Pirate Ship", "dhl": "DHL Express", "stamps": "Stamps.com", "prairie": ""} {
		if got := ServiceNamed(label); got != want {
			t.Errorf("%s is called %q, want %q", label, got, want)
		}
	}
	parcel := []parsers.CarrierGuess{{Carrier: "japan-post"}, {Carrier: "taqbin-jp"}}
	if got := (Sender{Service: "Yamato Transport"}).writer(parcel); got != "taqbin-jp" {
		t.Errorf("a carrier's notice is about a parcel of %s", got)
	}
}
