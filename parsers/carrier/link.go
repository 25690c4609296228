package carrier

import (
	"strings"

	"waybill/parsers"
)

// link is a URL in a text.
type link struct{ start, end int }

// longestLink is how much of a URL is read: carriers' links are short, and those that mail filters wrap stay well under this.
const longestLink = 8 << 10

// startsLink tells whether a URL begins at i: "http://", "https://" or "www.", any case.
func startsLink(text string, i int) bool {
	if i > 0 {
		if c := classes[text[i-1]]; c == lowerClass || c == upperClass || c == digitClass {
			return false
		}
	}
	rest := text[i:]
	if len(rest) > 8 {
		rest = rest[:8]
	}
	switch {
	case len(rest) < 5:
		return false
	case rest[0]|0x20 == 'w':
		return strings.EqualFold(rest[:4], "www.")
	}
	return hasPrefixFold(rest, "http://") || hasPrefixFold(rest, "https://")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// linkEnd finds the end of the URL at i: white space, quotes, brackets or CJK text end it, punctuation at its end is the sentence's.
func linkEnd(text string, i int) int {
	end, limit := i, min(len(text), i+longestLink)
	opened := false
scan:
	for end < limit {
		switch c := text[end]; c {
		case '\n', '\r':
			next := broken(text, end)
			if next == 0 {
				break scan
			}
			end = next
			continue
		case ' ', '\t', '<', '>', '"', '|', '`', '{', '}', '\\', '^':
			break scan
		case '(', '[':
			opened = true
		default:
			if c >= 0xE2 {
				break scan
			}
		}
		end++
	}
	for end > i {
		switch text[end-1] {
		case '.', ',', ';', ':', '!', '?', '\'', '*':
			end--
			continue
		case ')', ']':
			if !opened {
				end--
				continue
			}
		}
		break
	}
	return end
}

// broken gives where a URL goes on that a mail program has broken at the line end at i, or 0: behind a sign that needs something after
// it, where the next line begins with what can be that.
func broken(text string, i int) int {
	next := i + 1
	if text[i] == '\r' && next < len(text) && text[next] == '\n' {
		next++
	}
	if next >= len(text) || !isAlphanumeric(text[next]) {
		return 0
	}
	end, digits := next, 0
	for end < len(text) && end-next < 200 && text[end] > ' ' && text[end] < 0x80 {
		if isDigit(text[end]) {
			digits++
		}
		end++
	}
	switch text[i-1] {
	case '?', '&':
		if strings.IndexByte(text[next:end], '=') > 0 {
			return next
		}
	case '=', '%', '/', '-':
		if digits >= 6 {
			return next
		}
	}
	return 0
}

// Link gives the tracking numbers that a URL holds: of a carrier's own page, where the host names the carrier; of a page that
// follows parcels of all carriers; and of any other page whose parameter or path says that a tracking number follows. Links inside
// links (mail filters, click counters) are unwrapped. Places are offsets into the URL plus c.Base; a caller whose text shows only
// the words of the link sets its own.
func Link(url string, c Context) []parsers.Tracking {
	f := finder{text: url, context: c}
	f.link(&link{0, len(url)})
	return f.judge()
}

// Followed tells whether a URL leads, through mail filters and click counters, to a page of a carrier or of those who follow parcels of all carriers.
func Followed(url string) bool {
	f := finder{text: url}
	f.link(&link{0, len(url)})
	return f.site
}

// Imitated tells whether the host of a URL bears a carrier's name, as a word of its own, and is neither a carrier's page nor one of those that follow
// parcels.
func Imitated(url string) bool {
	_, host, found := strings.Cut(url, "://")
	if !found {
		return false
	}
	host = strings.ToLower(host[:min(len(host), 200)])
	if end := strings.IndexAny(host, "/?#:"); end >= 0 {
		host = host[:end]
	}
	if p := pageOf(host); p.carrier != "" || p.followers {
		return false
	}
	for word := range strings.FieldsFuncSeq(host, func(r rune) bool { return r == '.' || r == '-' }) {
		if len(word) >= 3 && len(word) <= 8 && !weakName[word] && known().byName[word] != nil {
			return true
		}
	}
	return false
}

// link adds the candidates of one link.
func (f *finder) link(l *link) {
	whole := f.text[l.start:l.end]
	u := decoded{text: whole, at: make([]int, len(whole)+1)}
	for i := range u.at {
		u.at[i] = l.start + i
	}
	f.address(u, strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return -1 // broken by a mail program
		}
		return r
	}, whole), 0)
}

// deepest is how many links may stand one in another: a mail filter around a click counter around the carrier.
const deepest = 4

// address reads one URL whose escapes are not removed yet. depth counts the links that it stands in.
func (f *finder) address(u decoded, whole string, depth int) {
	if at := strings.Index(u.text[:min(9, len(u.text))], "://"); at >= 0 {
		u = u.slice(at+3, len(u.text))
	}
	if depth < deepest {
		if inner, ok := innerLink(u); ok {
			f.address(inner, whole, depth+1)
			return
		}
	}
	u = u.decode()
	text := u.text
	hostEnd := len(text)
	if at := strings.IndexAny(text, "/?#"); at >= 0 {
		hostEnd = at
	}
	host := strings.ToLower(text[:hostEnd])
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:] // "https://www.ups.com@evil.example/": what stands before @ is a user name
	}
	host, _, _ = strings.Cut(host, ":")
	p := pageOf(host)
	p.named = namedIn(text[hostEnd:])
	f.site = f.site || p.carrier != "" || p.followers
	var previous string // the path segment or parameter name before
	for i := hostEnd; i < len(text); {
		end := i + 1
		for end < len(text) && strings.IndexByte("/?&#=;,:!+ ~|\r\n", text[end]) < 0 {
			end++
		}
		f.segment(u, i+1, end, whole, p, Fold(previous), text[i])
		if end > i+1 && strings.IndexByte(",+~ |\r\n", text[i]) < 0 {
			previous = text[i+1 : end]
		}
		i = end
	}
}

// page is what is known of the site a link leads to.
type page struct {
	carrier   string // its own tracking page
	followers bool   // a page that follows parcels of all carriers
	named     string // the carrier that a parameter names: "courier=dpd"
}

// namedIn gives the carrier that a parameter of a link names.
func namedIn(query string) string {
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return strings.ContainsRune("?&#;/", r) }) {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || len(value) > 40 || !carrierWords[strings.ReplaceAll(Fold(name), " ", "")] {
			continue
		}
		if slug, score := Normalize(value); score >= 0.9 {
			return slug
		}
	}
	return ""
}

func pageOf(host string) page {
	p := page{carrier: hostCarrier(host)}
	for name := host; name != "" && p.carrier == ""; {
		if aggregators[name] {
			p.followers = true
			return p
		}
		_, rest, found := strings.Cut(name, ".")
		if !found {
			break
		}
		name = rest
	}
	return p
}

// segment looks at one piece of a path or one value of a parameter. divider is the byte before it, previous the piece or name before.
func (f *finder) segment(u decoded, from, to int, whole string, p page, previous string, divider byte) {
	if to-from < 6 || to-from > 60 {
		return
	}
	number := compact(u.text[from:to])
	if head, _, cut := strings.Cut(u.text[from:to], "-"); cut && p.carrier != "" && !hasFamily(fits(number, nil), p.carrier) && hasFamily(fits(compact(head), nil), p.carrier) {
		number, to = compact(head), from+len(head) // "3SABCD123456789-NL-1012AB"
	}
	digits := 0
	for i := range number {
		if isDigit(number[i]) {
			digits++
		}
	}
	asked, plain := asksFor(previous)
	least := 4
	if (asked || plain) && p.carrier != "" && len(number) == 8 {
		least = 1 // GLS
	}
	if len(number) < 6 || len(number) > longest || digits < least || len(number)*2 < to-from {
		return
	}
	c := candidate{number: number, groups: 1, url: whole, guesses: fits(number, nil)}
	c.start, c.end = u.place(from, to)
	if f.onPage(&c, p, previous, asked, plain || divider != '=' && digits >= 8) {
		f.found = append(f.found, c)
	}
}

// onPage judges a candidate by the page that its link leads to. asked: what stands before it calls it a tracking number; plain: what stands
// before it says so on a tracking page.
func (f *finder) onPage(c *candidate, p page, previous string, asked, plain bool) bool {
	shape := bestOdds(c.guesses, unknownShape)
	beside := false
	if slug, score := Normalize(previous); score >= 0.95 && !asked {
		p.named, beside = slug, true // "aftership.com/dpd/…"
	}
	switch {
	case p.carrier != "" && (asked || plain || shape > -1.5 || hasFamily(c.guesses, p.carrier) && len(c.number) >= 10):
		c.host, c.sure = p.carrier, inLink+2
	case p.followers && (asked || plain || shape > -2 || beside || p.named != "" && hasFamily(c.guesses, p.named)):
		c.host, c.sure = p.named, inLink
	case asked && len(c.number) >= shortest:
		c.host, c.sure = p.named, labelledFar
	case shape >= 2 && proved(c.guesses):
	default:
		return false
	}
	return true
}

// asksFor tells whether a folded parameter name or path piece says that a tracking number follows: on any page, or only on one for tracking.
func asksFor(previous string) (asked, plain bool) {
	flat := strings.ReplaceAll(previous, " ", "")
	if trackingWords[flat] {
		return true, true
	}
	for word := range strings.FieldsSeq(previous) {
		if m := meanings[word]; m == isTracking && word != "pro" {
			plain = true // "numero_spedizione"
		}
	}
	return false, plain || numberWords[flat]
}

func hasFamily(guesses []guess, slug string) bool {
	for _, g := range guesses {
		if family(g.carrier) == family(slug) {
			return true
		}
	}
	return false
}

func proved(guesses []guess) bool {
	for _, g := range guesses {
		if g.valid || g.odds >= 4 {
			return true
		}
	}
	return false
}

// aggregators follow parcels of many carriers, or are shipping programs whose links hold the carrier's number.
var aggregators = map[string]bool{
	"17track.net": true, "aftership.com": true, "parcelsapp.com": true, "ship24.com": true, "track24.net": true, "trackingmore.com": true,
	"parcelmonitor.com": true, "packagetrackr.com": true, "track-trace.com": true, "postal.ninja": true, "narvar.com": true,
	"parcellab.com": true, "sendcloud.sc": true, "sendcloud.com": true, "shipup.co": true, "easypost.com": true, "goshippo.com": true,
	"shippo.com": true, "shipstation.com": true, "paket.de": true, "paketda.de": true, "parceltrack.de": true, "wonderment.com": true, "malomo.com": true,
	"route.com": true, "trackship.com": true, "parcelperform.com": true, "parcelpanel.com": true, "kuaidi100.com": true, "orderlyemails.com": true,
	"shiprocket.co": true, "shippit.com": true, "starshipit.com": true, "metapack.com": true, "sorted.com": true, "parcel2go.com": true, "everstox.com": true,
	"packlink.com": true, "alltrack.org": true, "posylka.net": true, "gdeposylka.ru": true, "pkge.net": true, "cainiao.global": true,
}

// carrierWords are parameter names that a carrier's name or code follows.
var carrierWords = words(`carrier carriercode carriername carrierslug courier couriercode couriername courierslug provider express shippingcompany company com slug service`)

// trackingWords are parameter names and path segments, folded and without spaces, after which a tracking number stands on any page.
var trackingWords = words(`tracking trackingnumber trackingnumbers tracknum tracknumber tracknumbers tracknums trackid trackingid trackingno trackingcode trackcode trknbr trknbrs
	tlabels qtc tlabels1 inquirynumber inquirynumber1 tracknbr awb awbno awbnumber idc piececode piececodes parcelnumber parcelno parcelnr parcelid parcel parcels
	consignment consignmentnumber consignmentno sendungsnummer sendungsnr paketnummer paketnr nums mailnolist mailno suivi numcolis numerocolis listenumeroslt
	numeroexpedition waybill waybillno waybillnumber tracktrace track trackandtrace tracing letteravettura nspediz numeroseguimiento seguimiento
	przesylka okurijono okurijono1 requestno1 trackno tracknumero shipmenttracking trackshipment trackpackage sporing seuranta
	segonlineidentificador codigoseguimiento codigorastreio codigorastreamento numspedizione numerospedizione codicespedizione numerosuivi numsuivi codesuivi zendingsnummer numerprzesylki nrprzesylki toiawaseno`)

// numberWords say so only on a page that carriers or followers of parcels run.
var numberWords = words(`code codes colis codecolis number numero numeros b barcode barcodes barcodenumber pin itemcode item itemid objects object snr l
	details trackdetails trackingdetails detail result results trackingresults search searchfor searchvalue find reference refnumber id query q match
	spedizione codice envio localizador numer con cons consignmentid shipmentnumber shipmentid shipment shipments sendung paket ref sc pieces number1 sendungsinformation
	risultatispedizioni tracingletteravettura lahetys parcelnumbers waybilldetail package history shipmentno`)
