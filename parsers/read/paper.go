package read

import (
	"waybill/parsers"
	"waybill/parsers/edi"
	"waybill/parsers/mail"
	"waybill/parsers/pdf"
)

// edi reads an X12 or EDIFACT interchange.
func (d *document) edi(raw []byte, name, part string) {
	at := part
	if at == "" {
		at = "1"
	}
	text := mail.Decode(raw, d.profile)
	r := edi.Parse([]byte(text), at, d.profile)
	if part == "" {
		d.reading.Format = r.Format
	}
	d.reading.Statements = append(d.reading.Statements, r.Statements...)
	d.reading.Problems = append(d.reading.Problems, r.Problems...)
	d.part(at, "application/edi", name, len(raw), len(r.Statements) > 0, text)
	d.name(name, at)
	d.hash(raw)
}

// pdf reads the pages of a PDF that holds text. Each page is a part of its own.
func (d *document) pdf(raw []byte, name, part string) {
	at := part
	if at == "" {
		at = "1"
	}
	pages, problems := pdf.Parse(raw, at)
	d.reading.Problems = append(d.reading.Problems, problems...)
	read := false
	for _, p := range pages {
		var best *parsers.Text
		var said bodyResult
		for _, t := range p.Texts {
			mail.MarkText(t, mail.Around{Own: d.profile.Own})
			if r := d.body(t); best == nil || worth(r) > worth(said) {
				best, said = t, r
			}
		}
		d.take(said)
		d.part(best.Part, "text/plain", "", len(best.Text), len(said.Statements) > 0, best.Text)
		read = read || len(said.Statements) > 0
	}
	d.part(at, "application/pdf", name, len(raw), read, "")
	d.name(name, at)
	if len(pages) == 0 {
		d.hash(raw)
	}
}
