package read

import (
	"bytes"
	"strings"

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

// old refuses the compound files of Office before 2007 (MS-CFB), and says what they are: a protected workbook of today is wrapped in one too.
func (d *document) old(raw []byte, name, part string) {
	in := func(s string) bool {
		wide := make([]byte, 0, 2*len(s)) // names in it are UTF-16
		for i := range len(s) {
			wide = append(wide, s[i], 0)
		}
		return bytes.Contains(raw, wide)
	}
	lower := strings.ToLower(name)
	switch {
	case in("EncryptedPackage"):
		d.problem(part, "encrypted", "%s is protected by a password and can't be read. Please ask for it without.", title(name, part))
	case in("Workbook"), in("Book"), strings.HasSuffix(lower, ".xls"):
		d.problem(part, "unknown_format", "%s is a workbook of Excel before 2007 (.xls), which is not read. Please ask the supplier to save it as .xlsx or CSV.", title(name, part))
	case in("WordDocument"), strings.HasSuffix(lower, ".doc"):
		d.problem(part, "unknown_format", "%s is a Word document, which is not read. Please look at it, or ask the supplier to write the same in the mail.", title(name, part))
	default:
		d.problem(part, "unknown_format", "%s is in a format that is not read (%s). Please look at it, or ask the supplier for a mail, CSV or XLSX.", title(name, part), guess(raw, name))
	}
	d.part(part, "application/octet-stream", name, len(raw), false, "")
	d.name(name, part)
	d.hash(raw)
}

// fuller tells whether the order of writing of a page says more than its lines do: a number that they tear apart, or anything where they say
// nothing. Else the lines count, in which stands side by side what belongs together.
func fuller(r, lines bodyResult) bool {
	news := func(r bodyResult) (numbers int, said bool) {
		seen := map[string]bool{}
		for _, s := range r.Statements {
			said = said || s.Kind != ""
			for _, t := range s.Tracking {
				if !seen[t.Number] && !t.Invalid && t.Score >= 0.9 {
					seen[t.Number] = true
					numbers++
				}
			}
		}
		return numbers, said
	}
	more, told := news(r)
	have, says := news(lines)
	return more > have || more == have && told && !says
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
			if r := d.body(t); best == nil || fuller(r, said) {
				best, said = t, r
			}
		}
		if said.Statements = onSlip(said.Statements); len(pages) > 1 {
			said.Statements = ownPage(said.Statements)
		}
		if p.Specimen {
			doubt(said.Statements)
		}
		if p.Hides {
			d.problem(best.Part, "hidden", "Page %d of %s holds text that nobody sees, white on white or beside the page. It was left out; please look at it.", p.Number, title(name, part))
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
