package prose

import (
	"slices"
	"strings"
)

// Telephones sign what is written on them with a word that suppliers use of parcels: "Envoyé de mon iPhone", "Enviado desde mi móvil", "iPhoneから送信".

// telephones are folded names of what mail is written on and with.
var telephones = wordSet("iphone ipad ipod android samsung galaxy huawei xiaomi redmi pixel nokia sony blackberry oneplus oppo motorola smartphone handy telefon telefoon telephone telefono telefonu movil celular telemovel cellulare mobile phone tablet tablette portable outlook yahoo gmail thunderbird")

// ofDevice are folded words that lead from the sending to the device.
var ofDevice = wordSet("from von de depuis da dal desde do del van z ze a")

const deviceWords = 8 // of such a line

// byTelephone tells a line that a telephone adds: it names no order and no parcel, begins with the word for sending, and says from what.
func (r *reader) byTelephone(h hit, c clause) bool {
	if h.languages&easternBits == 0 && h.start-c.start > 2 || r.hasTracking(c) || slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) {
		return false
	}
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return strings.ContainsRune(" .,'’-", c) })
	if h.languages&easternBits != 0 {
		text := strings.ToLower(r.view.text[c.start:c.end])
		return (strings.Contains(text, "から") || strings.Contains(text, "自")) && slices.ContainsFunc([]string{"iphone", "ipad", "android", "手机", "手機", "スマート", "携帯"}, func(d string) bool { return strings.Contains(text, d) })
	}
	return len(words) <= deviceWords && slices.ContainsFunc(words, func(w string) bool { return ofDevice[w] }) && slices.ContainsFunc(words, func(w string) bool { return telephones[w] })
}

// dialled tells a number that is grouped as a telephone's and stands behind other words of a signature: "Unit 4 Bridge Works . 01588 555 0142". Nothing in its
// line calls it a parcel's or names who carries it.
func (r *reader) dialled(start, end int) bool {
	number := r.view.text[start:end]
	groups := strings.Split(number, " ")
	if number[0] != '0' || strings.HasPrefix(number, "00") || len(groups) < 2 || len(groups) > 4 || strings.Trim(number, "0123456789 ") != "" {
		return false
	}
	if digits := len(strings.ReplaceAll(number, " ", "")); digits > 12 || len(groups[0]) < 3 || len(groups[0]) > 6 {
		return false
	}
	from := strings.LastIndexByte(r.view.text[:start], '\n') + 1
	if lineEnd(r.view.text, end) != end {
		return false
	}
	return !slices.ContainsFunc(r.within(from, start), func(h hit) bool {
		return h.meaning == trackingLabel || h.meaning == courier || h.meaning == shipped || h.meaning == parcel || h.meaning == orderLabel
	}) && strings.TrimSpace(r.view.text[from:start]) != ""
}
