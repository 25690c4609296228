package prose

import (
	"regexp"
	"slices"
	"strings"

	"waybill/parsers"
)

// party reads the consignee where the text has an address under words like "Ship to:", or a name beside "Customer:".
func (r *reader) party() (p parsers.Party, from, to int) {
	from = -1
	whose := ""
	for _, h := range r.hits {
		if h.meaning != shipTo && h.meaning != personLabel {
			continue
		}
		start, ok := r.leads(h)
		if !ok {
			continue
		}
		name := r.lineValue(start)
		if !plausibleName(name.Text) {
			name = parsers.Value{}
		}
		if r.markAt(h.start, h.end) == "" && name.Text != "" {
			if whose != "" && !strings.EqualFold(whose, name.Text) {
				return parsers.Party{}, -1, 0 // entries of a list, each with its own: none is everybody's
			}
			whose = name.Text
		}
		if h.meaning == personLabel {
			if p.Name.Text == "" {
				p.Name = name
			}
			continue
		}
		if from < 0 {
			var block parsers.Party
			if block, to = r.block(start); block.Street.Text != "" || block.Postcode.Text != "" || block.Name.Text != "" {
				from = h.start
				if p.Name.Text != "" && block.Name.Text == "" {
					block.Name = p.Name
				}
				p = block
			}
		}
	}
	if from < 0 {
		if block, start, end := r.deliveryLine(); start >= 0 {
			return block, start, end
		}
		if block, start, end := r.bareBlock(); start >= 0 {
			if block.Name.Text == "" {
				block.Name = p.Name
			}
			return block, start, end
		}
		if said, start, end := soleParty(r.sentenceParties()); start >= 0 {
			return said, start, end
		}
	}
	return p, from, to
}

// leads tells whether a word for a consignee heads an address, and where that begins: behind a colon or on the next line.
func (r *reader) leads(h hit) (start int, ok bool) {
	text := r.view.text
	rest := strings.TrimLeft(text[h.end:min(len(text), h.end+4)], " *\t")
	colon := strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：")
	alone := strings.HasPrefix(rest, "\n")
	if !alone && r.headsCell(h) {
		return r.lineStop(h.end), true
	}
	if !colon && !alone || strings.TrimLeft(text[r.lineStart(h.start):h.start], " *>-\t") != "" && !colon {
		return 0, false
	}
	start = h.end + strings.IndexAny(text[h.end:], ":：\n")
	return start + runeLength(text, start), true
}

// headsCell tells a word for a consignee that is the first cell of a line of cells, in a page that puts the data of an order beside the address: the address
// is what stands first in the lines below it. Where what stands beside it is no name with its value, it is the consignee.
func (r *reader) headsCell(h hit) bool {
	text := r.view.text
	stop := r.lineStop(h.end)
	if !strings.HasPrefix(strings.TrimLeft(text[h.end:min(len(text), h.end+4)], ":* "), "\t") || !r.text.Extracted || stop == len(text) || strings.TrimLeft(text[r.lineStart(h.start):h.start], " *") != "" {
		return false
	}
	beside := strings.TrimLeft(text[h.end:stop], ": *\t")
	cells := strings.FieldsFunc(beside, func(c rune) bool { return c == '\t' })
	return strings.Contains(beside, ":") || len(cells) > 1 && strings.ContainsAny(cells[len(cells)-1], "0123456789")
}

// bareBlock finds an address below a line that ends with a colon ("shipped with UPS to:", "Order 1001:") although no word calls it one. It must
// have a name, a street and a postcode, so that lists of products are none.
func (r *reader) bareBlock() (p parsers.Party, from, to int) {
	text := r.view.text
	for i := 0; i < len(text); i++ {
		if text[i] != ':' || !strings.HasPrefix(strings.TrimLeft(text[i+1:min(len(text), i+6)], " *\t"), "\n") || r.markAt(i, i+1) != "" {
			continue
		}
		if consigns(text[r.lineStart(i) : i+1]) {
			continue
		}
		r.work += 8
		p, end := r.block(i + 1)
		if p.Name.Text != "" && p.Street.Text != "" && p.Postcode.Text != "" && plausibleName(p.Name.Text) && !counts(p.Street.Text) && !r.acrossParcel(&p) {
			return p, i + 1, end
		}
	}
	return parsers.Party{}, -1, 0
}

// acrossParcel tells a name, street and postcode between which a parcel's number stands: they are words of the news, and no address.
func (r *reader) acrossParcel(p *parsers.Party) bool {
	from, to := min(p.Name.At.Start, p.Street.At.Start, p.Postcode.At.Start), max(p.Name.At.End, p.Street.At.End, p.Postcode.At.End)
	return slices.ContainsFunc(r.trackingIn(r.view.offset(from), r.view.offset(to)), func(t tracked) bool {
		return t.found.Score >= 0.9 && t.found.At.Start >= from && t.found.At.End <= to
	})
}

func (r *reader) lineValue(start int) parsers.Value {
	end := r.lineStop(start)
	s, e := trimSpaces(r.view.text, start, end)
	if e <= s || e-s > 80 {
		return parsers.Value{}
	}
	return r.value(s, e)
}

func trimSpaces(text string, s, e int) (int, int) {
	const cut = " \t\n*>,;|"
	for s < e && strings.IndexByte(cut, text[s]) >= 0 {
		s++
	}
	for e > s && strings.IndexByte(cut, text[e-1]) >= 0 {
		e--
	}
	return s, e
}

func plausibleName(s string) bool {
	return len(s) >= 2 && len(s) <= 60 && !strings.ContainsAny(s, "@:/0123456789")
}

var (
	region = regexp.MustCompile(`\b[A-Z]{2,3}\b`)
	email  = regexp.MustCompile(`[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20}`)
	phone  = regexp.MustCompile(`\+?\(?\d[\d ()/.-]{6,20}\d`)
)

// block reads the lines of an address: name, perhaps company, street, postcode and city, country. One line with commas counts as lines.
func (r *reader) block(start int) (p parsers.Party, end int) {
	text := r.view.text
	var spans [][2]int
	at := start
	for n := 0; n < 8 && at < len(text); n++ {
		stop := r.lineStop(at)
		s, e := trimSpaces(text, at, stop)
		if tab := strings.IndexByte(text[s:e], '\t'); tab > 0 && r.text.Extracted && start > 0 && text[start] == '\n' && strings.Contains(text[r.lineStart(start-1):start], "\t") {
			s, e = trimSpaces(text, s, s+tab) // what stands beside the address is of other things
		}
		if s == e {
			if len(spans) > 0 {
				break
			}
			at = min(stop+1, len(text))
			continue
		}
		if e-s > 160 || len(spans) > 0 && strings.ContainsAny(text[s:min(e, s+28)], ":：") && !phoneOrMail(text[s:e]) {
			break
		}
		spans = append(spans, [2]int{s, e})
		end = e
		at = min(stop+1, len(text))
		if stop == len(text) {
			break
		}
	}
	if len(spans) == 1 {
		spans = splitCommas(text, spans[0])
	}
	return r.fill(spans), end
}

func phoneOrMail(s string) bool {
	return email.MatchString(s) || phone.MatchString(s)
}

func splitCommas(text string, span [2]int) [][2]int {
	var out [][2]int
	s := span[0]
	for i := span[0]; i <= span[1]; i++ {
		if i == span[1] || text[i] == ',' || text[i] == '\t' {
			if a, b := trimSpaces(text, s, i); b > a {
				out = append(out, [2]int{a, b})
			}
			s = i + 1
		}
	}
	return out
}

// fill tells what each line of an address is.
func (r *reader) fill(spans [][2]int) (p parsers.Party) {
	text := r.view.text
	if len(spans) > 2 && titles[strings.ToLower(strings.TrimRight(text[spans[0][0]:spans[0][1]], ".:"))] {
		spans = spans[1:] // "Herrn" has a line of its own
	}
	if name := r.lastName(spans); name > 0 {
		return r.fromTheLarge(spans, name)
	}
	city := -1
	for i, s := range spans {
		line := text[s[0]:s[1]]
		if strings.IndexByte(line, '@') >= 0 {
			if at := email.FindStringIndex(line); at != nil {
				p.Email = r.value(s[0]+at[0], s[0]+at[1])
				continue
			}
		}
		if !strings.ContainsAny(line, "0123456789") { // neither postcode nor phone: expressions are slow
			if city >= 0 && p.Country.Text == "" && len(line) < 40 {
				p.Country = r.value(s[0], s[1])
			}
			continue
		}
		if i > 0 && city < 0 {
			if at := findPostcode(line); at != nil && !(at[0] == 0 && r.zipBelow(spans[i+1:])) && (i > 1 || len(spans) <= 3 || at[0] == 0) && !streetLike(line, at) {
				city = i
				p.Postcode = r.value(s[0]+at[0], s[0]+at[1])
				r.cityAround(&p, s, at)
				continue
			}
		}
		if city < 0 {
			continue
		}
		if at := phone.FindStringIndex(line); at != nil {
			p.Phone = r.value(s[0]+at[0], s[0]+at[1])
			continue
		}
		if p.Country.Text == "" && len(line) < 40 {
			p.Country = r.value(s[0], s[1])
		}
	}
	last := city
	if last < 0 {
		last = len(spans)
	}
	for i := 0; i < last && i < len(spans); i++ {
		s := spans[i]
		line := text[s[0]:s[1]]
		switch {
		case i == 0 && !strings.ContainsAny(line, "0123456789"):
			p.Name = r.value(s[0], s[1])
		case strings.ContainsAny(line, "0123456789") && p.Street.Text == "":
			p.Street = r.value(s[0], s[1])
		case i > 0 && p.Street.Text == "" && p.Company.Text == "" && !strings.ContainsAny(line, "@:"):
			p.Company = r.value(s[0], s[1])
		case i > 0 && p.Street.Text != "" && p.City.Text == "" && !strings.ContainsAny(line, "0123456789@:"):
			p.City = r.value(s[0], s[1])
		}
	}
	r.unnumbered(&p, spans, last)
	r.easternParty(&p)
	return p
}

// unnumbered reads an address in which no house has a number: above a postcode that stands alone is the town, and what stands between it and the name is
// where the house is: "Stables Cottage, Manor Farm".
func (r *reader) unnumbered(p *parsers.Party, spans [][2]int, last int) {
	if p.Street.Text != "" || p.Postcode.Text == "" || p.Name.Text == "" || last < 2 || last >= len(spans) {
		return
	}
	end := last
	if p.City.Text == "" {
		if end--; end < 2 {
			return
		}
		p.City = r.value(spans[end][0], spans[end][1])
	}
	if end < 2 && p.Company.Text != "" {
		return // "Doe & Sons" may as well be a company
	}
	p.Street, p.Company = p.Company, parsers.Value{}
}

// titles are forms of address that stand above a name.
var titles = map[string]bool{"herr": true, "herrn": true, "frau": true, "herrn und frau": true, "familie": true, "an": true, "firma": true, "mr": true, "mrs": true, "ms": true, "m": true,
	"mme": true, "mlle": true, "monsieur": true, "madame": true, "sig": true, "sig.ra": true, "signor": true, "signora": true, "spett.le": true, "sr": true, "sra": true, "d": true, "dª": true,
	"dhr": true, "mevr": true, "de heer": true, "mevrouw": true, "fam": true, "exmo. sr": true, "exma. sra": true, "pan": true, "pani": true, "sz.p": true, "szanowny pan": true, "szanowna pani": true}

// zipState is the end of an address in the United States: no line above it begins with a postcode, but with the number of a house.
var zipState = regexp.MustCompile(`\b[A-Z]{2},? +\d{5}(?:-\d{4})?$`)

func (r *reader) zipBelow(spans [][2]int) bool {
	return slices.ContainsFunc(spans, func(s [2]int) bool { return zipState.MatchString(r.view.text[s[0]:s[1]]) })
}

// streetLike tells a line whose number is that of a house: "12 Main Street" has no five digits, "10115 Main Street" has.
func streetLike(line string, at []int) bool {
	if at[1]-at[0] < 4 {
		return true
	}
	rest := strings.ToLower(line[at[1]:])
	for _, word := range []string{" st", " street", " rd", " road", " ave", " blvd", " lane", " ln", " drive", " dr", " hwy", " way", " ct", " pkwy"} {
		if i := strings.Index(rest, word); i > 0 && (i+len(word) == len(rest) || rest[i+len(word)] == ' ' || rest[i+len(word)] == '.' || rest[i+len(word)] == ',') && at[0] == 0 {
			return true
		}
	}
	return false
}

// cityAround reads city and region beside a postcode: "10115 Berlin", "Austin, TX 78701".
func (r *reader) cityAround(p *parsers.Party, s [2]int, at []int) {
	text := r.view.text
	if a, b := trimSpaces(text, s[0]+at[1], s[1]); b > a {
		p.City = r.value(a, b)
		return
	}
	a, b := trimSpaces(text, s[0], s[0]+at[0])
	if b <= a {
		return
	}
	before := text[a:b]
	if m := region.FindAllStringIndex(before, -1); len(m) > 0 && m[len(m)-1][1] == len(before) {
		last := m[len(m)-1]
		p.Region = r.value(a+last[0], b)
		a, b = trimSpaces(text, a, a+last[0])
	}
	if b > a {
		p.City = r.value(a, b)
	}
}
