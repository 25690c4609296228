package edi

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// numbers are what a level may be tracked by. Partners put the carrier's number wherever their programs have room, so what a segment's code promises is
// believed before what a number looks like: the carrier's own number, then marks that can be nothing else, then serial numbers of shipping containers (GS1
// SSCC-18) that a carrier gives out and tracks.
type numbers struct {
	called []parsers.Tracking // the code says that it is the carrier's number
	marks  []parsers.Tracking // a mark that has a carrier's form and check digit
	units  []parsers.Tracking // a carrier's SSCC
	spare  []parsers.Tracking // an SSCC that may be the supplier's own: only where nothing else is a number
	doubt  bool               // something stands there that may be the carrier's number, and may not
}

// own are the best numbers of a level.
func (n *numbers) own() []parsers.Tracking {
	for _, all := range [...][]parsers.Tracking{n.called, n.marks, n.units} {
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

func once(all, more []parsers.Tracking) []parsers.Tracking {
	for _, t := range more {
		if !slices.ContainsFunc(all, func(have parsers.Tracking) bool { return have.Number == t.Number }) {
			all = append(all, t)
		}
	}
	return all
}

// called takes an element that the standard says is a carrier's number.
func (r *reader) called(l *level, e element) {
	l.numbers.called = once(l.numbers.called, r.find(e, true, l.named()))
}

// marked takes a mark or a reference that is whatever the partner likes.
func (r *reader) marked(l *level, e element) {
	const shortestMark = 8
	if len(e.text) < shortestMark {
		return
	}
	if sscc(e.text) {
		r.unit(l, e)
		return
	}
	slug, _ := carrier.Normalize(l.named().Text)
	if r.serial(l, e) || slug == "" {
		return
	}
	for _, t := range r.find(e, true, l.named()) {
		switch {
		case !kin(slug, t) || t.Invalid || t.Carriers[0].Why == carrier.OnlyNamed:
		case len(t.Number) >= longMark && t.Score >= 0.95:
			l.numbers.spare = once(l.numbers.spare, []parsers.Tracking{t})
		default:
			l.numbers.doubt = true
		}
	}
}

// serial takes a product's own number, which is a carrier's only if it can be nothing else.
func (r *reader) serial(l *level, e element) (taken bool) {
	slug, _ := carrier.Normalize(l.named().Text)
	for _, t := range r.find(e, false, l.named()) {
		if t.Valid && t.Score >= 0.9 || t.Score >= 0.95 && kin(slug, t) {
			l.numbers.marks = once(l.numbers.marks, []parsers.Tracking{t})
			taken = true
		}
	}
	return taken
}

// longMark is from how many characters a package's own mark is seldom of the form of the carrier's that takes it.
const longMark = 12

// kin tells a number that is most likely of the carrier that is named, or of a company of its group.
func kin(slug string, t parsers.Tracking) bool {
	return slug != "" && len(t.Carriers) > 0 && (t.Carriers[0].Carrier == slug || strings.HasPrefix(t.Carriers[0].Carrier, slug+"-"))
}

// unit takes the serial number of a shipping container. Most are a supplier's own and of no use to a customer.
func (r *reader) unit(l *level, e element) {
	if !sscc(e.text) {
		r.marked(l, e)
		return
	}
	digits := strings.Trim(e.text, "()")
	slug, _ := carrier.Normalize(l.named().Text)
	if len(digits) == len("00")+wholeSSCC && strings.HasPrefix(e.text, "(00)") {
		digits = "00" + e.text[len("(00)"):]
	} else if len(digits) == wholeSSCC {
		digits = "00" + digits // the application identifier is left out
	}
	c := carrier.Context{Part: r.part, Base: e.start, Carrier: slug, Column: trackUnits[slug]}
	for _, t := range carrier.Find(digits, c) {
		if !c.Column && (!t.Valid || t.Score < 0.9) || len(t.Carriers) == 0 || len(t.Number) != len("00")+wholeSSCC {
			continue
		}
		t.Value = r.value(e)
		switch ours, sure := kin(slug, t), t.Carriers[0].Score >= 0.9; {
		case c.Column && !t.Valid, ours && t.Carriers[0].Carrier == "dhl-germany" && !strings.HasPrefix(t.Number, dhlGermany):
			l.numbers.spare = once(l.numbers.spare, []parsers.Tracking{t})
		case ours, slug == "" && sure && (t.Carriers[0].Carrier != "dhl-germany" || strings.HasPrefix(t.Number, dhlGermany)):
			l.numbers.units = once(l.numbers.units, []parsers.Tracking{t})
		}
	}
}

// trackUnits are carriers who follow parcels by the SSCC that the sender has given them, whoever's it is.
var trackUnits = map[string]bool{"postnord": true, "bring": true, "posti": true, "posten-norge": true}

const (
	wholeSSCC  = 18         // digits of an SSCC without its application identifier
	dhlGermany = "00340434" // application identifier, extension digit and GS1 company prefix of DHL Paket; 0034 alone is any German company's with extension digit 3
)

// sscc tells digits that have the length of a serial number of a shipping container, with or without its application identifier.
func sscc(text string) bool {
	text = strings.TrimPrefix(text, "(00)")
	if strings.Trim(text, "0123456789") != "" {
		return false
	}
	return len(text) == wholeSSCC || len(text) == len("00")+wholeSSCC && strings.HasPrefix(text, "00")
}

// find looks for carriers' numbers in an element; strict where its code says that one stands there.
func (r *reader) find(e element, strict bool, named parsers.Value) []parsers.Tracking {
	slug, _ := carrier.Normalize(named.Text)
	c := carrier.Context{Part: r.part, Base: e.start, Column: strict, Carrier: slug}
	if strict {
		c.Usual = r.profile.Carrier
	}
	found := carrier.Find(e.text, c)
	if odd := func(t parsers.Tracking) bool { return t.Damage != "" || t.Invalid || !kin(slug, t) }; slug != "" && strict && (len(found) == 0 || slices.ContainsFunc(found, odd)) {
		c.Carrier = "" // a partner's tables of carriers are older than its labels
		if plain := carrier.Find(e.text, c); len(plain) >= len(found) && !slices.ContainsFunc(plain, func(t parsers.Tracking) bool { return t.Damage != "" || t.Invalid }) {
			found = plain
		}
	}
	if e.end-e.start != len(e.text) { // a release character or the end of a line stands in it
		for i := range found {
			found[i].At.Start, found[i].At.End = e.start, e.end
		}
	}
	return found
}

// carrierOf picks, of what a segment says of the carrier, what names one that is known, else the first.
func (r *reader) carrierOf(elements ...element) parsers.Value {
	var first parsers.Value
	for _, e := range elements {
		if e.text == "" {
			continue
		}
		if slug, _ := carrier.Normalize(e.text); slug != "" {
			return r.value(e)
		}
		if first.Text == "" {
			first = r.value(e)
		}
	}
	return first
}
