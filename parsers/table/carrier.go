package table

import (
	"regexp"
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// around takes what stands around a table and may name the carrier of all its rows: the file's name, the sheet's, a title.
func (r *reader) around(text string) {
	const most = 2000
	if text != "" && len(r.beyond)+len(text) < most {
		r.beyond += strings.NewReplacer("_", " ", "-", " ").Replace(text) + "\n"
	}
}

// sameCarrier lets the numbers of a table whose rows name no carrier belong to one: the carrier that stands above or in the file's name, else the one that most
// of them are likeliest to belong to. A number that a check digit makes another's by chance is one of ten; whoever exports a list of one carrier leaves its name out.
func (r *reader) sameCarrier() {
	told := carrier.Named(r.beyond)
	if told == "" {
		told = r.program()
	}
	first, all := map[string]int{}, []*parsers.Tracking(nil)
	for i := range r.result.Statements {
		s := &r.result.Statements[i]
		if s.Carrier.Text != "" {
			continue
		}
		for k := range s.Tracking {
			t := &s.Tracking[k]
			if t.URL != "" || t.Damage != "" || t.At.Row == 0 && !r.text || len(t.Carriers) == 0 && told == "" {
				continue
			}
			all = append(all, t)
			if len(t.Carriers) > 0 {
				first[t.Carriers[0].Carrier]++
			}
		}
	}
	if told != "" {
		for _, t := range all {
			retold(t, told)
		}
		return
	}
	if r.japanese() {
		for _, t := range all {
			ofJapan(t)
		}
		return
	}
	for slug, n := range first {
		if n < 3 || n*4 < len(all)*3 {
			continue
		}
		for _, t := range all {
			if i := slices.IndexFunc(t.Carriers, func(g parsers.CarrierGuess) bool { return g.Carrier == slug }); i > 0 && t.Carriers[0].Score < 0.9 {
				t.Carriers[i].Score, t.Carriers[i].Why = t.Carriers[0].Score, t.Carriers[i].Why+", as the others of its list"
				t.Carriers[0].Score /= 2
				slices.SortStableFunc(t.Carriers, func(a, b parsers.CarrierGuess) int {
					switch {
					case a.Score > b.Score:
						return -1
					case a.Score < b.Score:
						return 1
					}
					return 0
				})
			}
		}
	}
}

// japanese tells a table whose headings are written in kana or with words that only Japanese papers have.
func (r *reader) japanese() bool {
	return slices.ContainsFunc(r.columns, func(c Column) bool {
		return strings.ContainsFunc(c.Title, func(x rune) bool { return x >= 0x3041 && x <= 0x30FF }) || strings.Contains(c.Title, "伝票") || strings.Contains(c.Title, "配送業者") || strings.Contains(c.Title, "運送会社")
	})
}

// ofJapan puts the carriers of Japan before those of other countries whose numbers look alike, where a list of Japan names none.
func ofJapan(t *parsers.Tracking) {
	for i, g := range t.Carriers {
		switch g.Carrier {
		case "taqbin-jp", "sagawa", "japan-post":
			if i > 0 && t.Carriers[0].Score < 0.95 {
				first := t.Carriers[0]
				t.Carriers[0], t.Carriers[i] = g, first
				t.Carriers[0].Score, t.Carriers[i].Score = first.Score, g.Score
			}
			return
		}
	}
}

// retold weighs a number again whose carrier is named above the table, where its own form does not prove that it is another's: a form that only one carrier
// has, with a check digit that holds. A list of one carrier holds its numbers, whatever else they look like.
func retold(t *parsers.Tracking, slug string) {
	const proven = 0.95
	if len(t.Carriers) > 0 && t.Valid && t.Carriers[0].Score >= proven && !postal.MatchString(t.Number) {
		return
	}
	found := carrier.Find(t.Text, carrier.Context{Column: true, Carrier: slug})
	if len(found) != 1 || found[0].Number != t.Number || len(found[0].Carriers) == 0 {
		return
	}
	if best := found[0].Carriers[0]; len(t.Carriers) > 0 && t.Carriers[0].Score >= proven && best.Why == carrier.OnlyNamed {
		return // nobody else's numbers look so, and not that carrier's either
	}
	t.Carriers, t.Valid, t.Invalid, t.Score = found[0].Carriers, found[0].Valid, found[0].Invalid, max(t.Score, found[0].Score)
}

// postal is the form that all posts give their numbers (UPU S10): the two of a country, its post and its parcel service, share it.
var postal = regexp.MustCompile(`^[A-Z]{2}[0-9]{9}[A-Z]{2}$`)

// over is the carrier that the heading of column i names, "" where it names none or several: "Suivi Colissimo", "GLS Paketnummer".
func (r *reader) over(i int) string {
	if i >= len(r.columns) || r.columns[i].Title == "" {
		return ""
	}
	title := r.columns[i].Title
	slug, known := r.headed[title]
	if !known {
		slug = carrier.Named(title)
		if r.headed == nil {
			r.headed = map[string]string{}
		}
		r.headed[title] = slug
	}
	return slug
}
