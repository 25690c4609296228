package prose

import (
	"regexp"
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A mail about several parcels says whose each is: "Anna Berg: 1Z…; Tom Fisher: 1Z…", "收件人：张伟 …". Such a name belongs to its sentence and not to the
// whole mail. Where a sentence names its order, who gets it is known, and the name is left alone: it may be a product's.

// personName is two to five words that begin with capitals, with the small words of names between.
const personName = `\p{Lu}[\p{L}'’.-]*(?:[ \t]+(?:\p{Lu}[\p{L}'’.-]*|von|van|der|den|de|la|le|du|da|di|del|dos|das|y|ter|ten)){1,4}`

// titled is a form of address, which is no name.
const titled = `(?:(?i:mr|mrs|ms|herrn?|frau|mme|m|sr|sra|sig|sig\.ra|sig\.na|signor|signora|dhr|mevr|pan|pani|pana|panem|dott|dra?|exmo|señor|señora|senhor|senhora|monsieur|madame)\.?[ \t]+)?`

var (
	// headName is a name at the head of an entry: "- Anna Berg (Köln): …".
	headName = regexp.MustCompile(`^[-*•·–>#\d.)\s]{0,5}` + titled + `(` + personName + `)[ \t]*(?:\([^()\n]{2,40}\)[ \t]*)?(?:[:;,=|\t→]|[-–—>]+[ \t])`)
	// towardsName is a name behind words that say for whom something is.
	towardsName = regexp.MustCompile(`(?:^|[\s(])(?i:for|für|pour|para|per|voor|dla|to|an|naar|do|à)[ \t]+` + titled + `(` + personName + `)`)
	// easternName is a name beside the words that Chinese and Japanese put to it.
	easternName = regexp.MustCompile(`(?:收件人|收货人|收貨人|收件者|お届け先|宛先|宛名|お客様名|お名前)(?:姓名|名)?[ \t]*[:：]?[ \t]*([\p{Han}\p{Katakana}ー・]{1,8}(?:[ \t][\p{Han}\p{Katakana}ー]{1,6})?)` +
		`|([\p{Han}\p{Katakana}ー・]{2,8}(?:[ \t][\p{Han}\p{Katakana}ー]{1,6})?)[ \t]?(?:様|殿|さん|先生|女士|小姐)` +
		`|^[-*・\s]{0,3}([\p{Han}]{2,4})[ \t]*[:：]`)
)

// receivers are the words that towardsName begins with, titleLetters those that forms of address in small letters begin with.
var receivers = wordSet("for für pour para per voor dla to an naar do à")

const titleLetters = "mhfsdpe"

// mayHead tells whether headName can match: the expression is slow, and few sentences begin with a capital or a form of address and have a sign behind.
func mayHead(text string) bool {
	for n := 0; n < 5 && text != "" && strings.IndexByte("-*>#.) \t\n\f\r0123456789", text[0]) >= 0; n++ {
		text = text[1:]
	}
	if text == "" || text[0] < 0x80 && !capital(text[0]) && strings.IndexByte(titleLetters, text[0]) < 0 {
		return false
	}
	return strings.ContainsAny(text, ":;,=|\t→-–—>")
}

// mostRecipients bounds the names of one text.
const mostRecipients = 200

// recipients gives sentences that name no order the person whose parcel they speak of. Where only one sentence does, and no list, it must be beside a
// tracking number.
func (r *reader) recipients(pieces []piece) {
	named := 0
	for i := range pieces {
		p := &pieces[i]
		if named >= mostRecipients || p.mark != "" || !p.says() || p.party != nil {
			continue
		}
		if slices.ContainsFunc(p.refs, func(f reference) bool { return f.start < p.start || f.end > p.end }) {
			continue // lent: the order is known
		}
		if c, ok := r.recipient(p); ok && !slices.ContainsFunc(p.refs, func(f reference) bool { return (f.names() || f.label != "") && (f.start < c.start || f.end > c.end) }) {
			p.party, p.partyStart, p.partyEnd = &c.party, c.start, c.end
			named++
		}
	}
	for i := 1; i < len(pieces); i++ { // "…様分を発送しました。UPS 1Z…"
		if p, q := &pieces[i-1], &pieces[i]; p.party != nil && q.party == nil && q.block == p.block && len(q.tracking) > 0 && len(p.tracking) == 0 && q.mark == "" && !q.named() {
			q.party, q.partyStart, q.partyEnd = p.party, p.partyStart, p.partyEnd
		}
	}
	if named != 1 {
		return
	}
	for i := range pieces {
		if p := &pieces[i]; p.party != nil && len(p.tracking) == 0 {
			p.party = nil
		}
	}
}

// recipient reads the name in a sentence, with the address behind it.
func (r *reader) recipient(p *piece) (consignee, bool) {
	text := r.view.text[p.start:p.end]
	r.work += len(text)
	var at []int
	if mayHead(text) {
		at = headName.FindStringSubmatchIndex(text)
	}
	if from := towards(text, 0, len(text), receivers, titleLetters); at == nil && from >= 0 {
		at = towardsName.FindStringSubmatchIndex(text[from:])
		for i := range at {
			at[i] += from
		}
	}
	if at == nil && !ascii(text) {
		if m := easternName.FindStringSubmatchIndex(text); m != nil {
			for g := 2; g+1 < len(m); g += 2 {
				if m[g] >= 0 {
					at = []int{m[0], m[1], m[g], m[g+1]}
				}
			}
		}
	}
	if at == nil {
		return consignee{}, false
	}
	start, end := p.start+at[2], p.start+at[3]
	if !r.isName(start, end) {
		return consignee{}, false
	}
	c := consignee{parsers.Party{Name: r.value(start, end)}, start, end}
	stop := p.end
	for _, t := range r.trackingIn(end, p.end) {
		stop = min(stop, t.start)
	}
	rest := r.view.text[end:stop]
	if cut := strings.IndexAny(rest, ":;→\n"); cut >= 0 {
		rest = rest[:cut]
	}
	span := [2]int{end, end + len(rest)}
	for span[0] < span[1] && strings.IndexByte(" ,", r.view.text[span[0]]) >= 0 {
		span[0]++
	}
	if span[0] == end || !strings.ContainsAny(rest, "0123456789") {
		return c, true
	}
	last := cityEnd(r.view.text, span)
	if comma := strings.IndexByte(r.view.text[span[0]:span[1]], ','); last < 0 && comma > 0 && housed(r.view.text[span[0]:span[0]+comma]) {
		last = span[0] + comma
	}
	if last > 0 {
		if full := r.fill(append([][2]int{{start, end}}, splitCommas(r.view.text, [2]int{span[0], last})...)); full.Street.Text != "" {
			c.party, c.end = full, last
		}
	}
	return c, true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isName tells whether words are nobody's news, label or carrier.
func (r *reader) isName(start, end int) bool {
	name := r.view.text[start:end]
	if !plausibleName(name) || strings.Contains(name, "株式会社") || strings.Contains(name, "有限公司") {
		return false
	}
	for _, w := range strings.Fields(name) {
		if isCarrier(w) {
			return false
		}
	}
	if slug, _ := carrier.Normalize(name); slug != "" {
		return false
	}
	return !slices.ContainsFunc(r.within(start, end), func(h hit) bool {
		return h.end <= end && (h.meaning.group() <= 2 || h.meaning == parcel || h.meaning == when || h.meaning == returning) && h.end-h.start > 3
	})
}

// addressees are the blocks of address in a text that stand under words for a consignee; several of them mean several people.
func (r *reader) addressees() []consignee {
	var out []consignee
	last := -1
	for _, h := range r.hits {
		if h.meaning != shipTo || h.start < last || len(out) >= mostRecipients || r.markAt(h.start, h.end) != "" {
			continue
		}
		start, ok := r.leads(h)
		if !ok {
			continue
		}
		if block, end := r.block(start); block.Name.Text != "" && (block.Street.Text != "" || block.Postcode.Text != "" || !ascii(block.Name.Text)) {
			out, last = append(out, consignee{block, h.start, end}), end
		}
	}
	return out
}

// apportion gives each sentence the consignee that it stands by, where a text has several: the last one above it, or the next one below where numbers come
// before their addresses.
func (r *reader) apportion(pieces []piece, all []consignee) bool {
	if len(all) < 2 || !slices.ContainsFunc(all, func(c consignee) bool { return !strings.EqualFold(c.party.Name.Text, all[0].party.Name.Text) }) {
		return false
	}
	first := slices.IndexFunc(pieces, func(p piece) bool { return p.mark == "" && p.says() && len(p.tracking) > 0 })
	below := first >= 0 && pieces[first].end <= all[0].start
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || !p.says() {
			continue
		}
		k := slices.IndexFunc(all, func(c consignee) bool { return c.start >= p.end }) // the first one below
		if !below {
			if k < 0 {
				k = len(all)
			}
			k--
		}
		if k >= 0 {
			party := all[k].party
			p.party, p.partyStart, p.partyEnd = &party, all[k].start, all[k].end
		}
		r.work += len(all)
	}
	return true
}

// settle gives the consignees of a text to whom they belong: one to the whole message, several to their sentences. It gives the one of the message.
func (r *reader) settle(pieces []piece) (p parsers.Party, from, to int) {
	if r.apportion(pieces, r.addressees()) {
		return parsers.Party{}, -1, 0
	}
	r.recipients(pieces)
	if several(pieces) {
		return parsers.Party{}, -1, 0
	}
	if p, from, to = r.party(); from >= 0 || p != (parsers.Party{}) {
		for i := range pieces {
			pieces[i].party = nil
		}
		return p, from, to
	}
	for _, c := range r.sentenceParties() {
		for i := range pieces {
			if q := &pieces[i]; q.start <= c.start && c.start < q.end {
				party := c.party
				q.party, q.partyStart, q.partyEnd = &party, c.start, c.end
			}
		}
	}
	r.named(pieces)
	return parsers.Party{}, -1, 0
}

// several tells whether sentences name more than one person.
func several(pieces []piece) bool {
	first := ""
	for i := range pieces {
		if p := &pieces[i]; p.party != nil {
			if first != "" && !strings.EqualFold(first, p.party.Name.Text) {
				return true
			}
			first = p.party.Name.Text
		}
	}
	return false
}

var (
	japaneseAddress = regexp.MustCompile(`^(東京都|北海道|京都府|大阪府|\p{Han}{2,3}県)?(\p{Han}{1,5}?[市区郡](?:\p{Han}{1,5}?[区町村])?)?(.*)$`)
	chineseAddress  = regexp.MustCompile(`^(\p{Han}{2,6}?(?:省|自治区|自治區))?(\p{Han}{2,5}?市)?(.*)$`)
	honorific       = regexp.MustCompile(`[ \t]*(?:様|殿|さま|先生|女士|小姐|收|御中)$`)
	easternCode     = regexp.MustCompile(`\d{3}-\d{4}|\b\d{6}\b`)
)

// eastern tells the parts of a Chinese or Japanese address, which goes from the large to the small: province, city, street.
func (r *reader) easternParty(p *parsers.Party) {
	if !ascii(p.Name.Text) {
		if at := honorific.FindStringIndex(p.Name.Text); at != nil && at[0] > 0 {
			p.Name.Text, p.Name.At.End = p.Name.Text[:at[0]], p.Name.At.End-(len(p.Name.Text)-at[0])
		}
	}
	line := &p.Street
	if p.Street.Text == "" && p.City.Text != "" {
		line = &p.City // all of it stands behind the postcode
	}
	if ascii(line.Text) {
		return
	}
	whole := *line
	if at := easternCode.FindStringIndex(whole.Text); at != nil && at[0] <= len("〒") && p.Postcode.Text == "" {
		p.Postcode = slice(whole, at[0], at[1])
		whole = slice(whole, at[1], len(whole.Text))
		for strings.HasPrefix(whole.Text, " ") || strings.HasPrefix(whole.Text, "　") {
			whole = slice(whole, len(whole.Text)-len(strings.TrimLeft(whole.Text, " 　")), len(whole.Text))
		}
	}
	m := japaneseAddress.FindStringSubmatchIndex(whole.Text)
	if m == nil || m[2] < 0 {
		if m = chineseAddress.FindStringSubmatchIndex(whole.Text); m == nil || m[4] < 0 {
			return
		}
	}
	part := func(g int) parsers.Value {
		if m[g] < 0 || m[g] == m[g+1] {
			return parsers.Value{}
		}
		return slice(whole, m[g], m[g+1])
	}
	if street := part(6); street.Text != "" {
		p.Region, p.City, p.Street = part(2), part(4), street
	}
}

// lastName is the line with the name of a Japanese or Chinese address, where it stands below the address as it does on envelopes: it ends with a form of address.
// 0 for none.
func (r *reader) lastName(spans [][2]int) int {
	for i, s := range spans {
		if line := r.view.text[s[0]:s[1]]; !ascii(line) && !strings.ContainsAny(line, "0123456789０１２３４５６７８９") && honorific.MatchString(line) {
			return i
		}
	}
	return 0
}

// fromTheLarge reads an address that goes from the large to the small: postcode, province and street, then the name.
func (r *reader) fromTheLarge(spans [][2]int, name int) (p parsers.Party) {
	p.Name = r.value(spans[name][0], spans[name][1])
	for _, s := range spans[:name] {
		line := r.view.text[s[0]:s[1]]
		switch at := easternCode.FindStringIndex(line); {
		case at != nil && p.Postcode.Text == "" && at[1] == len(line):
			p.Postcode = r.value(s[0]+at[0], s[0]+at[1])
		case p.Street.Text == "" && strings.ContainsAny(line, "0123456789０１２３４５６７８９"):
			p.Street = r.value(s[0], s[1])
		case p.Company.Text == "" && p.Street.Text != "":
			p.Company = r.value(s[0], s[1])
		}
	}
	for _, s := range spans[name+1:] {
		if at := phone.FindStringIndex(r.view.text[s[0]:s[1]]); at != nil && p.Phone.Text == "" {
			p.Phone = r.value(s[0]+at[0], s[0]+at[1])
		}
	}
	r.easternParty(&p)
	return p
}

// slice is a piece of a value.
func slice(v parsers.Value, from, to int) parsers.Value {
	return parsers.Value{Text: v.Text[from:to], At: parsers.Place{Part: v.At.Part, Start: v.At.Start + from, End: v.At.Start + to}}
}
