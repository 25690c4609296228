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
		case ' ', '\t', '\n', '\r', '<', '>', '"', '|', '`', '{', '}', '\\', '^':
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

// Link gives the tracking numbers that a URL holds: of a carrier's own page, where the host names the carrier; of a page that
// follows parcels of all carriers; and of any other page whose parameter or path says that a tracking number follows. Links inside
// links (mail filters, click counters) are unwrapped. Places are offsets into the URL plus c.Base; a caller whose text shows only
// the words of the link sets its own.
func Link(url string, c Context) []parsers.Tracking {
	f := finder{text: url, context: c}
	f.link(&link{0, len(url)})
	return f.judge()
}

// link adds the candidates of one link.
func (f *finder) link(l *link) {
	whole := f.text[l.start:l.end]
	u := decoded{text: whole, at: make([]int, len(whole)+1)}
	for i := range u.at {
		u.at[i] = l.start + i
	}
	f.address(u, whole, 0)
}

// decoded is a URL with some of its escapes removed; at[i] is the offset of its byte i in the text.
type decoded struct {
	text string
	at   []int
}

func (d decoded) slice(from, to int) decoded { return decoded{d.text[from:to], d.at[from : to+1]} }

// decode removes one layer of percent escapes, and HTML's "&amp;".
func (d decoded) decode() decoded {
	if !strings.Contains(d.text, "%") && !strings.Contains(d.text, "&amp;") {
		return d
	}
	out := decoded{at: make([]int, 0, len(d.at))}
	buffer := make([]byte, 0, len(d.text))
	for i := 0; i < len(d.text); i++ {
		c := d.text[i]
		out.at = append(out.at, d.at[i])
		if c == '%' && i+2 < len(d.text) && isHex(d.text[i+1]) && isHex(d.text[i+2]) {
			c = unhex(d.text[i+1])<<4 | unhex(d.text[i+2])
			i += 2
		} else if c == '&' && strings.HasPrefix(d.text[i:], "&amp;") {
			i += 4
		}
		buffer = append(buffer, c)
	}
	out.at = append(out.at, d.at[len(d.text)])
	out.text = string(buffer)
	return out
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
	var previous string // the path segment or parameter name before
	for i := hostEnd; i < len(text); {
		end := i + 1
		for end < len(text) && strings.IndexByte("/?&#=;,:!+ ~|", text[end]) < 0 {
			end++
		}
		f.segment(u, i+1, end, whole, p, Fold(previous), text[i])
		if end > i+1 && strings.IndexByte(",+~ |", text[i]) < 0 {
			previous = text[i+1 : end]
		}
		i = end
	}
}

// innerLink finds a link inside a link: escaped in a parameter, which the next "&" ends, or plain in the path.
func innerLink(u decoded) (decoded, bool) {
	lower := strings.ToLower(u.text)
	from, escaped := -1, false
	for _, mark := range [...]string{"http%3a", "https%3a", "http%253a", "https%253a"} {
		if at := strings.Index(lower, mark); at > 0 && (from < 0 || at < from) {
			from, escaped = at, true
		}
	}
	for _, mark := range [...]string{"http://", "https://"} {
		if at := strings.Index(lower, mark); at > 0 && (from < 0 || at < from) {
			from, escaped = at, false
		}
	}
	if from < 0 {
		return decoded{}, false
	}
	end := len(u.text)
	if escaped {
		if at := strings.IndexByte(u.text[from:], '&'); at >= 0 {
			end = from + at
		}
		return u.slice(from, end).decode(), true
	}
	return u.slice(from, end), true
}

// page is what is known of the site a link leads to.
type page struct {
	carrier   string // its own tracking page
	followers bool   // a page that follows parcels of all carriers
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
	digits := 0
	for i := range number {
		if isDigit(number[i]) {
			digits++
		}
	}
	if len(number) < 6 || len(number) > longest || digits < 4 || len(number)*2 < to-from {
		return
	}
	c := candidate{start: u.at[from], end: u.at[to], number: number, groups: 1, url: whole, guesses: fits(number, nil)}
	flat := strings.ReplaceAll(previous, " ", "")
	asked := trackingWords[flat] || numberWords[flat]
	shape := bestOdds(c.guesses, unknownShape)
	switch {
	case p.carrier != "" && (asked || shape > -1.5 || divider != '=' && digits >= 8):
		c.host, c.sure = p.carrier, inLink+2
	case p.followers && (asked || shape > -2):
		c.sure = inLink
		if slug, score := Normalize(previous); score >= 0.95 {
			c.host = slug // "aftership.com/dpd/…"
		}
	case trackingWords[flat] && len(number) >= shortest:
		c.sure = labelledFar
	case shape >= 2 && proved(c.guesses):
	default:
		return
	}
	f.found = append(f.found, c)
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

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
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

// trackingWords are parameter names and path segments, folded and without spaces, after which a tracking number stands on any page.
var trackingWords = words(`tracking trackingnumber trackingnumbers tracknum tracknumber tracknumbers tracknums trackid trackingid trackingno trackingcode trackcode trknbr trknbrs
	tlabels qtc tlabels1 inquirynumber inquirynumber1 tracknbr awb awbno awbnumber idc piececode piececodes parcelnumber parcelno parcelnr parcelid parcel parcels
	consignment consignmentnumber consignmentno sendungsnummer sendungsnr paketnummer paketnr nums mailnolist mailno suivi numcolis numerocolis listenumeroslt
	numeroexpedition waybill waybillno waybillnumber tracktrace track trackandtrace tracing letteravettura nspediz numeroseguimiento seguimiento
	przesylka okurijono okurijono1 requestno1 trackno tracknumero shipmenttracking trackshipment trackpackage sporing seuranta`)

// numberWords say so only on a page that carriers or followers of parcels run.
var numberWords = words(`code codes colis codecolis number numero numeros b barcode barcodes barcodenumber pin itemcode item itemid objects object snr l
	details trackdetails trackingdetails detail result results trackingresults search searchfor searchvalue find reference refnumber id query q match
	spedizione codice envio localizador numer con cons consignmentid shipmentnumber shipmentid shipment shipments sendung paket ref sc pieces number1 sendungsinformation
	risultatispedizioni tracingletteravettura lahetys parcelnumbers waybilldetail package history shipmentno`)
