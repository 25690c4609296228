package table

import (
	"cmp"
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// slug is the carrier that a cell names, remembered from row to row.
func (r *reader) slug(name string) string {
	if name == "" {
		return ""
	}
	slug, ok := r.carriers[name]
	if !ok {
		slug, _ = carrier.Normalize(name)
		if r.carriers == nil {
			r.carriers = map[string]string{}
		}
		if len(r.carriers) < 1000 {
			r.carriers[strings.Clone(name)] = slug
		}
	}
	return slug
}

// trackings reads the tracking and link columns.
func (r *reader) trackings(w *row, slug string, refs []parsers.Ref) []parsers.Tracking {
	var out []parsers.Tracking
	not := r.not[:0]
	for _, ref := range refs {
		if ref.Label == parsers.LabelOrder || ref.Label == parsers.LabelTheirs {
			not = append(not, ref.Text)
		}
	}
	r.not = not
	for _, i := range r.uses.tracking {
		if c := w.cell(i); !blank(c) {
			if out == nil {
				out = r.find(w, i, c, slug, not)
				continue
			}
			out = append(out, r.find(w, i, c, slug, not)...)
		}
	}
	for _, i := range r.uses.links {
		c := w.cell(i)
		if blank(c) {
			continue
		}
		for _, t := range carrier.Link(c, carrier.Context{Carrier: slug, Not: not}) {
			t.At = r.place(w, i)
			out = append(out, t)
		}
	}
	for i := range w.cells {
		link := w.links[i]
		if link == "" {
			continue
		}
		if m := r.meaningAt(i); m == Return || m == SKU || m == Title {
			continue
		}
		for _, t := range carrier.Link(link, carrier.Context{Carrier: slug, Not: not}) {
			t.At = r.place(w, i)
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		out = r.remarked(w, slug, not)
	}
	if len(out) > 1 {
		out = carrier.Merge(out)
	}
	for _, i := range r.uses.status {
		if len(out) > 0 && voidStatus[carrier.Fold(w.cell(i))] {
			for j := range out {
				out[j].Withdrawn = true
			}
		}
	}
	for _, i := range r.uses.void {
		if r.voided(w.cell(i)) {
			for j := range out {
				out[j].Withdrawn = true
			}
		}
	}
	return out
}

// titleVoid are words in a column of voided labels that say that this one is, folded.
var titleVoid = map[string]bool{"void": true, "voided": true, "cancelled": true, "canceled": true, "storniert": true, "v": true}

// voidStatus are states of a label that was taken back, which says nothing of the order, folded.
var voidStatus = map[string]bool{"void": true, "voided": true, "label void": true, "label voided": true, "void label": true, "label cancelled": true, "label canceled": true, "shipment voided": true, "tracking voided": true, "label storniert": true, "etikett storniert": true, "etiquette annulee": true, "etiqueta anulada": true, "etiqueta cancelada": true, "etichetta annullata": true, "label geannuleerd": true, "etykieta anulowana": true}

// remarked finds a tracking number within a sentence or a status, in a row that has none in a column of its own: "shipped with UPS 1Z…".
func (r *reader) remarked(w *row, slug string, not []string) []parsers.Tracking {
	for _, list := range [...][]int{r.uses.note, r.uses.status} {
		for _, i := range list {
			c := w.cell(i)
			if len(c) > 1000 || digitsIn(c) < 8 {
				continue
			}
			var sure []parsers.Tracking
			named := carrier.Named(c)
			for _, t := range carrier.Find(c, carrier.Context{Carrier: cmp.Or(slug, named), Usual: r.profile.Carrier, Not: not}) {
				theirs := named != "" && len(t.Carriers) > 0 && t.Carriers[0].Carrier == named && t.Score >= 0.6 && digitsIn(t.Number) >= 8
				if (t.Score >= 0.9 || theirs) && !t.Invalid {
					t.At = r.inside(w, i, t.Text)
					sure = append(sure, t)
				}
			}
			if len(sure) > 0 {
				return sure
			}
		}
	}
	return nil
}

// meaningAt is the meaning of column i.
func (r *reader) meaningAt(i int) Meaning {
	if i < len(r.columns) {
		return r.columns[i].Meaning
	}
	return Unknown
}

// find reads the tracking numbers of one cell.
func (r *reader) find(w *row, i int, c, slug string, not []string) []parsers.Tracking {
	if len(c) > 4096 {
		c = c[:4096]
	}
	if slug == "" {
		slug = r.over(i)
	}
	whole, broken := w.torn[i]
	if broken {
		c = whole
	}
	found := carrier.Find(c, carrier.Context{Column: true, Carrier: slug, Usual: r.profile.Carrier, Not: not})
	for j := range found {
		t := &found[j]
		if t.At = r.inside(w, i, t.Text); broken {
			t.Value = parsers.Value{Text: w.cell(i), At: r.place(w, i)} // its first part; the rest stands below
		}
		if t.Damage != "" {
			r.problem(t.At, "excel_damage", "%s", carrier.Sentence(*t))
		}
	}
	return found
}

// parcelWords are headings that count parcels, or name them, folded.
var parcelWords = wordsOf("colli collo colis parcel parcels package packages paket pakete pakket pakketten paczka paczki bulto bultos volume volumes koli kolli packstuck packstucke pacco pacchi encomendas 个口 個口 件号")

// asParcels finds the numbers of parcels under a carrier's name, or under a heading by which their pieces are counted elsewhere: each word of each cell is long and has digits.
func (r *reader) asParcels(data []row) {
	if r.has(Tracking) {
		return
	}
	for i := range r.columns {
		c := &r.columns[i]
		if c.By == "profile" || c.Meaning != Ignore && c.Meaning != Unknown || !parcelWords[carrier.Fold(c.Title)] && r.over(i) == "" {
			continue
		}
		filled, fits := 0, true
		for j := range data {
			if cell := data[j].cell(i); cell != "" && !blank(cell) && !r.isTotal(&data[j]) {
				filled++
				fits = fits && longNumbers(cell)
			}
		}
		if fits && filled > 0 {
			c.Meaning, c.By = Tracking, "cells"
			return
		}
	}
	r.asCarried(data)
}

// asCarried finds the numbers of parcels under a heading that says "code" of anything: each cell has the form of the numbers of the carrier that its row names.
func (r *reader) asCarried(data []row) {
	by := slices.IndexFunc(r.columns, func(c Column) bool { return c.Meaning == Carrier })
	if by < 0 {
		return
	}
	for i := range r.columns {
		c := &r.columns[i]
		if c.By == "profile" || c.Meaning != SKU && c.Meaning != Unknown {
			continue
		}
		filled, fits := 0, true
		for j := range data {
			w := &data[j]
			if cell := w.cell(i); fits && cell != "" && !blank(cell) && !r.isTotal(w) {
				filled++
				fits = r.carriedBy(cell, r.slug(w.cell(by)))
			}
		}
		if fits && filled > 1 {
			c.Meaning, c.By = Tracking, "cells"
			return
		}
	}
}

// carriedBy tells a cell that is one number of the form that a carrier's have.
func (r *reader) carriedBy(cell, slug string) bool {
	if slug == "" || len(cell) > 40 || digitsIn(cell) < 8 {
		return false
	}
	found := carrier.Find(cell, carrier.Context{Column: true, Carrier: slug})
	return len(found) == 1 && found[0].Text == cell && !found[0].Invalid && len(found[0].Carriers) > 0 && found[0].Carriers[0].Why != carrier.OnlyNamed
}

// longNumbers tells a cell of nothing but numbers as long as those of parcels.
func longNumbers(cell string) bool {
	words := strings.FieldsFunc(cell, func(x rune) bool { return strings.ContainsRune(" ,;/|+\n\r\t", x) })
	for _, w := range words {
		if digitsIn(w) < 8 || len(w) > 40 || dateIn(w) != "" {
			return false
		}
	}
	return len(words) > 0
}

// unreadNumber tells a row that has what may be a parcel's number in a column that nobody understands, or in words where it was not taken for one.
func (r *reader) unreadNumber(w *row) bool {
	slug := r.slug(r.value(w, r.uses.carrier).Text)
	for i := range w.cells {
		m := r.meaningAt(i)
		if m == Note || m == Status {
			for word := range strings.FieldsSeq(w.cell(i)) {
				if digitsIn(word) >= 10 && longNumbers(word) {
					return true
				}
			}
		}
		if c := w.cell(i); m == Unknown && len(c) < 200 && longNumbers(c) && !carrier.IsArticle(c) {
			for _, t := range carrier.Find(c, carrier.Context{Column: true, Carrier: slug}) {
				if len(t.Carriers) > 0 && (t.Score >= 0.9 || slug != "" && t.Carriers[0].Carrier == slug) {
					return true
				}
			}
		}
	}
	return false
}
