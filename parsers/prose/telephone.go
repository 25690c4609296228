package prose

import (
	"regexp"
	"slices"
	"strings"

	"waybill/parsers"
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

// calledPhone finds, right before a number, a word, letter or sign for a telephone, and at most its country's and area's code between: "T: 01825 496 0317", "☎ +81 (0)3 …".
var calledPhone = regexp.MustCompile(`(?i)(?:(?:^|[\s|·•,;/(\[–-])(?:[tmpfd][:.]|[cho]:|(?:direct|direkt|office|büro|bureau|oficina|ufficio|kantoor|biuro):|t[ée]l(?:[ée]phone|f|efon|efono|éfono|efone|efoon|efax)?|tlfn?|tfno|fon|ph|phone|mob|mobile|mobil|mobiel|móvil|movil|cell|cel|cellulare|kom|komórka|gsm|fax|faks|tlm|telemóvel|handy|hotline|infolinia|whatsapp|portable|durchwahl)[.]?[ \t]*[:.]?|[☎✆☏📞📱📠]|电话|電話(?:番号)?|手机|手機|携帯|热线|传真|傳真)[ \t\x{fe0f}:：]*[+(]?(?:[0-9]{1,4}\)?[ ./-]{0,2}(?:\(0\))?[ ]?)?$`)

// dialled tells a number that is a telephone's: a word, letter or sign beside it says so, or it is grouped as one and stands among the words of an address or a
// signature: "Unit 4 Bridge Works . 01588 555 0142". Nothing in its line calls it a parcel's or names who carries it.
func (r *reader) dialled(start, end int, score float64) bool {
	text := r.view.text
	number := text[start:end]
	digits := 0
	for i := range len(number) {
		switch c := number[i]; {
		case digit(c):
			digits++
		case strings.IndexByte(" .-/()", c) < 0:
			return false
		}
	}
	from := max(start-nearby, strings.LastIndexByte(text[:start], '\n')+1)
	if digits <= 13 && calledPhone.MatchString(text[max(from, start-40):start]) {
		return true
	}
	if score >= 0.9 || !phoneGroups(number, digits) {
		return false
	}
	stop := r.lineStop(end)
	if slices.ContainsFunc(r.within(from, stop), func(h hit) bool {
		return h.meaning == trackingLabel || h.meaning == courier || h.meaning == shipped || h.meaning == parcel || h.meaning == orderLabel
	}) {
		return false
	}
	before, after := strings.TrimSpace(text[from:start]), strings.TrimSpace(text[end:stop])
	beside := reachedAt(before) || reachedAt(after) || r.markAt(start, end) == parsers.MarkSignature
	return beside || number[0] == '0' && before != "" && after == ""
}

// phoneGroups tells digits that are grouped as those of telephones: unevenly, or in pairs, behind the 0 of an area or not. Those of parcels go in equal groups.
func phoneGroups(number string, digits int) bool {
	groups := strings.FieldsFunc(number, func(c rune) bool { return !digit(byte(c)) })
	if digits < 9 || digits > 12 || len(groups) < 2 || len(groups) > 5 || strings.HasPrefix(number, "00") {
		return false
	}
	even := true
	for _, g := range groups[1:] {
		even = even && len(g) == len(groups[0])
	}
	if even {
		return len(groups) == 5 && len(groups[0]) == 2 || len(groups) == 3 && len(groups[0]) == 3
	}
	return number[0] == '0' && len(groups[0]) >= 2 && len(groups[0]) <= 6 || len(groups[0]) <= 4 && digits <= 11
}

// reachedAt tells words beside a number that say where else somebody is reached: an address on the web, of mail, of a register.
func reachedAt(beside string) bool {
	lower := strings.ToLower(beside)
	return slices.ContainsFunc([]string{"www.", "@", "http", "fax", "gmbh", " ltd", "s.l.", "s.r.l", "sp. z o", "b.v.", "lda", "株式会社", "有限公司"}, func(sign string) bool { return strings.Contains(lower, sign) })
}
