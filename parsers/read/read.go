// Package read opens any document that came in: it detects the format by content first and name second, reads leaves
// before what holds them, and joins what they say into one Reading.
package read

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"waybill/parsers"
	"waybill/parsers/mail"
	"waybill/parsers/prose"
	"waybill/parsers/table"
)

// Reader reads documents of one supplier, one after the other.
type Reader struct {
	profile parsers.Profile
	prose   *prose.Reader
	tables  *table.Reader
	learned *learned
}

// New prepares a reader for a supplier.
func New(p parsers.Profile) *Reader { return With(p, p.CompileOrderPatterns()) }

// With is New with order patterns that are compiled already.
func With(p parsers.Profile, patterns []parsers.OrderPattern) *Reader {
	words := prose.With(p, patterns)
	return &Reader{profile: p, prose: words, tables: table.With(p, patterns).Judged(sentences(words)), learned: newLearned(p)}
}

// Document says what a document says, see Reader.Document.
func Document(raw []byte, name string, p parsers.Profile) parsers.Reading {
	return New(p).Document(raw, name)
}

// Document says what a document says. It never panics and never fails: what could not be read is in Problems. name may be
// empty or wrong; the bytes decide.
func (r *Reader) Document(raw []byte, name string) (reading parsers.Reading) {
	defer func() {
		if broken := recover(); broken != nil {
			reading = parsers.Reading{Format: "unknown", Kind: parsers.Other, Problems: []parsers.Problem{{
				Code: "broken", Text: fmt.Sprintf("Reading this document failed (%v). It is kept as it came; please report it.", broken),
			}}}
		}
	}()
	d := &document{profile: r.profile, prose: r.prose, tables: r.tables, learned: r.learned}
	d.open(raw, name, "", 0)
	return d.finish()
}

// Envelope reads the head of a mail, as mail.Envelope does.
func Envelope(raw []byte) (*parsers.Envelope, error) { return mail.Envelope(raw) }

// document collects what the leaves say.
type document struct {
	profile parsers.Profile
	prose   *prose.Reader
	tables  *table.Reader
	learned *learned
	reading parsers.Reading
	fresh   strings.Builder     // the writers' own text
	files   [][sha256.Size]byte // of what is attached, read or not
	tone    prose.Tone
	refs    []parsers.Ref // of all texts, also of clauses that say nothing else
	fake    bool          // a link leads to a page that only sounds like a carrier's
	billing bool          // the subject says that it is an invoice
	linked  bool          // it has links
	trusted bool          // a link leads to a carrier
	robot   bool          // words or headers say that nobody wrote this by hand
	reply   bool          // it answers a mail
	about   bool          // it answers a mail, or its subject names an order: short sentences speak of that order
	markup  []int         // indexes of the statements that a machine's markup makes
	entries int           // of zips
	bytes   int           // unzipped
}

// maxNested bounds documents within documents: a zip attached to a mail inside a zip.
const maxNested = 4

// open reads one document. part stands before the places of everything in it: "" at the top, "2" for an attachment, "x.csv" for a zip's entry.
func (d *document) open(raw []byte, name, part string, depth int) {
	format := detect(raw, name)
	if depth == 0 {
		d.reading.Format = format
	}
	if len(raw) > parsers.MaxMessage {
		d.problem(part, "too_large", "%s has %d MB; at most %d MB are read. Please ask for a smaller file.", title(name, part), len(raw)>>20, parsers.MaxMessage>>20)
		return
	}
	if depth > maxNested {
		d.problem(part, "too_deep", "%s holds documents within documents more than %d deep.", title(name, part), maxNested)
		return
	}
	switch format {
	case "mail":
		d.mail(raw, part, depth)
	case "csv", "xlsx":
		d.table(raw, name, part)
	case "zip":
		d.zip(raw, name, part, depth)
	case "text":
		d.text(raw, name, part)
	case "pdf":
		d.pdf(raw, name, part)
	case "x12", "edifact":
		d.edi(raw, name, part)
	case "ole":
		d.old(raw, name, part)
	case "empty":
		d.problem(part, "empty", "%s is empty.", title(name, part))
	default:
		d.problem(part, "unknown_format", "%s is in a format that is not read (%s). Please look at it, or ask the supplier for a mail, CSV or XLSX.", title(name, part), guess(raw, name))
		d.part(part, "application/octet-stream", name, len(raw), false, "")
		d.name(name, part)
	}
}

func title(name, part string) string {
	switch {
	case name != "":
		return "The file " + quoteName(name)
	case part != "":
		return "Part " + part
	}
	return "This document"
}

func quoteName(name string) string {
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "…"
	}
	return "“" + name + "”"
}

func guess(raw []byte, name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 6 {
		return name[i:]
	}
	return fmt.Sprintf("%d bytes", len(raw))
}

func (d *document) problem(part, code, format string, args ...any) {
	if len(d.reading.Problems) < 200 {
		d.reading.Problems = append(d.reading.Problems, parsers.Problem{At: parsers.Place{Part: part}, Code: code, Text: fmt.Sprintf(format, args...)})
	}
}

func (d *document) part(number, kind, name string, size int, read bool, text string) {
	p := parsers.Part{Number: number, Type: kind, Name: name, Size: size, Read: read}
	if d.profile.KeepText {
		p.Text = text
	}
	d.reading.Parts = append(d.reading.Parts, p)
}

// table reads a file of rows.
func (d *document) table(raw []byte, name, part string) {
	at := part
	if at == "" {
		at = "1"
	}
	r := d.tables.Parse(raw, name, at)
	if len(r.Statements) == 0 && len(r.Problems) > 0 && strings.HasSuffix(strings.ToLower(name), ".txt") { // sentences above a table that somebody drew
		d.reading.Format = cmp.Or(map[bool]string{true: "text"}[part == ""], d.reading.Format)
		d.text(raw, name, part)
		return
	}
	d.reading.Statements = append(d.reading.Statements, r.Statements...)
	d.reading.Problems = append(d.reading.Problems, r.Problems...)
	d.reading.Tables, d.reading.Found = append(d.reading.Tables, r.Tables...), append(d.reading.Found, r.Found...)
	kind := "text/csv"
	if r.Format == "xlsx" {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		if d.reading.Format == "csv" && part == "" {
			d.reading.Format = "xlsx"
		}
	}
	text := ""
	if d.profile.KeepText && r.Format != "xlsx" {
		text = mail.TextOf(raw, at, d.profile).Text
	}
	d.part(at, kind, name, len(raw), len(r.Statements) > 0, text)
	d.name(name, at)
	d.hash(raw)
}

// hash takes a file without prose into the hash of what is new.
func (d *document) hash(raw []byte) {
	sum := sha256.Sum256(raw)
	d.fresh.WriteString(hex.EncodeToString(sum[:]))
}

// text reads a plain or HTML file.
func (d *document) text(raw []byte, name, part string) {
	at := part
	if at == "" {
		at = "1"
	}
	t := mail.TextOf(raw, at, d.profile)
	r := d.body(t)
	if marshalled(raw) {
		doubt(r.Statements)
	}
	d.take(r)
	d.part(at, "text/plain", name, len(raw), len(r.Statements) > 0, t.Text)
	d.name(name, at)
}

// name reads the references in a file name: "PO-1001-A_tracking.csv".
func (d *document) name(name, part string) {
	if name == "" {
		return
	}
	stem := name
	if i := strings.LastIndexByte(stem, '.'); i > 0 {
		stem = stem[:i]
	}
	r := d.prose.Read(&parsers.Text{Part: "filename", Text: strings.ReplaceAll(stem, "_", " ")}, prose.Options{})
	var refs []parsers.Ref
	for _, f := range r.Refs {
		f.Text = name[f.At.Start:f.At.End]
		refs = append(refs, f)
	}
	if len(refs) > 0 {
		d.reading.Statements = append(d.reading.Statements, parsers.Statement{Scope: parsers.ScopeMessage, Refs: refs})
	}
}

// bodyResult is what a text and the tables in it say.
type bodyResult struct {
	prose.Result
	problems []parsers.Problem
	rows     int
	tables   []parsers.Table
	found    []parsers.Found
}

// body reads a text: its tables as rows, the rest as prose.
func (d *document) body(t *parsers.Text) bodyResult {
	var out bodyResult
	var skip [][2]int
	var fresh []string // of the tables
	tables := joined(t, t.Tables)
	drawn, listed := len(tables), len(tables) // from where on they are found in the text, and are lists
	if drawn == 0 || !t.Extracted {           // tables of HTML are told by its tags, unless it has none: "<pre>", boxes beside each other
		tables = slices.Concat(tables, table.Blocks(t.Text), table.Labelled(t.Text))
		listed = len(tables)
		tables = append(tables, table.Listed(t.Text)...)
	}
	var codes table.Legend
	if len(tables) > 0 {
		codes = d.tables.Legend(t.Text)
	}
	for i, g := range tables {
		if len(g.Rows) < 2 && !headed(g) || arranges(g) || i >= listed && i >= drawn && taken(skip, g) {
			continue
		}
		switch t.MarkAt(g.Start) {
		case parsers.MarkQuoted:
			g.Quoted = true
		case "":
			g.Quoted = false // of a forwarded mail, which HTML puts into a quotation
		}
		r := d.tables.Rows(t, g, codes)
		out.found = append(out.found, r.Found...)
		if !telling(r.Statements) || i >= drawn && r.HeaderRow == 0 && len(g.Rows[0]) < 3 || i >= drawn && len(g.Rows) == 1 && !whole(r.Statements) {
			skip = append(skip, names(g, r.HeaderRow)...)
			continue
		}
		faint(t, r.Statements)
		narrow(t, r.Statements)
		named(t, r.Statements)
		d.buttons(t, g, r.Statements)
		out.tables = append(out.tables, r.Tables...)
		skip = append(append(skip, [2]int{g.Start, g.End}), r.Legend...)
		if !g.Quoted {
			fresh = append(fresh, t.Text[g.Start:g.End])
		}
		out.rows += len(r.Statements)
		out.Statements = append(out.Statements, r.Statements...)
		out.problems = append(out.problems, r.Problems...)
	}
	skip = append(skip, table.Ways(t.Text)...)
	rest := d.prose.Read(t, prose.Options{Skip: skip, About: d.about})
	rest.Statements = addressed(t, rest.Statements, rest.Refs)
	rows := out.Statements
	lies(rest.Statements, rows)
	itemized(rest.Statements, rows)
	named := slices.Concat(rest.Refs, only(rows))
	for i := range rows {
		if s := &rows[i]; len(s.Refs)+len(s.Tracking) == 0 && len(s.Lines) > 0 {
			s.Refs = above(named, s.Lines[0].QuantityAt.Start, s.Quoted)
		}
	}
	out.Result = rest
	out.New += strings.Join(fresh, "\n")
	if len(rows) == 0 {
		rest.Statements = entries(t, rest.Statements)
	}
	out.Statements = append(rest.Statements, rows...)
	d.doubts(t, out.Statements)
	if slices.ContainsFunc(titles(t), ofOther) {
		aboutOther(out.Statements)
	}
	if rest.Unread > 0 {
		d.files = append(d.files, sha256.Sum256([]byte(t.Text))) // what nobody has read may be another mail's
		out.problems = append(out.problems, parsers.Problem{At: parsers.Place{Part: t.Part}, Code: "too_large",
			Text: fmt.Sprintf("The last %d KB of this text were not read: it is longer than anybody writes. Please look at it, or ask the supplier for a file.", (rest.Unread+1023)>>10)})
	}
	return out
}

// taken tells a table that shares text with those that were read.
func taken(skip [][2]int, g parsers.Grid) bool {
	return slices.ContainsFunc(skip, func(s [2]int) bool { return g.Start < s[1] && s[0] < g.End })
}

// names is where the names of a table's columns stand, which are no sentence: "ORD  COM  B/O" is no backorder.
func names(g parsers.Grid, heading int) [][2]int {
	if heading == 0 || heading > len(g.Rows) || len(g.Rows[heading-1]) < 3 {
		return nil
	}
	row := g.Rows[heading-1]
	if first, last := row[0], row[len(row)-1]; first.Start < last.End {
		return [][2]int{{first.Start, last.End}}
	}
	return nil
}

// only is the order that rows name, where they name one.
func only(rows []parsers.Statement) []parsers.Ref {
	var one []parsers.Ref
	for i := range rows {
		for _, f := range rows[i].Refs {
			switch {
			case f.Label != parsers.LabelOrder:
			case len(one) == 0:
				one = []parsers.Ref{f}
			case one[0].Text != f.Text:
				return nil
			}
		}
	}
	return one
}

// above is the order that a table of products stands under: the last one that the text calls so before it.
func above(refs []parsers.Ref, at int, quoted bool) []parsers.Ref {
	var last []parsers.Ref
	for i := range refs {
		f := &refs[i]
		if f.At.End <= at && f.Quoted == quoted && (f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey) && (last == nil || f.At.Start >= last[0].At.Start) {
			last = []parsers.Ref{*f}
		}
	}
	return last
}

func headed(g parsers.Grid) bool {
	return len(g.Rows) > 0 && len(g.Rows[0]) > 1
}

// arranges tells a table that only puts texts beside each other: its first row is no heading and has cells of several lines.
func arranges(g parsers.Grid) bool {
	lines := false
	for _, c := range g.Rows[0] {
		if c.Header {
			return false
		}
		lines = lines || strings.Contains(c.Text, "\n")
	}
	return lines
}

// telling says whether rows name orders or numbers, so that the table is more than layout.
func telling(statements []parsers.Statement) bool {
	for _, s := range statements {
		if len(s.Tracking) > 0 || len(s.Lines) > 0 || s.Kind != "" {
			return true
		}
		for _, f := range s.Refs {
			if f.Label != parsers.LabelNone {
				return true
			}
		}
	}
	return false
}

// whole tells the one row of a table that names its order and its parcel: a line of a text with gaps in it is hardly anything else then.
func whole(statements []parsers.Statement) bool {
	return len(statements) == 1 && len(statements[0].Refs) > 0 && len(statements[0].Tracking) > 0
}

// mostAsides are kept of one document.
const mostAsides = 100

// take joins what a body says to the reading.
func (d *document) take(r bodyResult) {
	d.reading.Statements = append(d.reading.Statements, r.Statements...)
	d.reading.Asides = append(d.reading.Asides, r.Asides[:min(len(r.Asides), mostAsides-len(d.reading.Asides))]...)
	d.reading.Problems = append(d.reading.Problems, r.problems...)
	d.reading.Tables, d.reading.Found = append(d.reading.Tables, r.tables...), append(d.reading.Found, r.found...)
	d.refs = append(d.refs, r.Refs...)
	d.fresh.WriteString(r.New)
	if d.reading.Language == "" {
		d.reading.Language = r.Language
	}
	d.tone.Absent = d.tone.Absent || r.Tone.Absent
	d.tone.Automatic = d.tone.Automatic || r.Tone.Automatic
	d.tone.Thanks = d.tone.Thanks || r.Tone.Thanks
	d.tone.Advertising = d.tone.Advertising || r.Tone.Advertising
	d.tone.Invoice = d.tone.Invoice || r.Tone.Invoice
	d.tone.Words += r.Tone.Words
}

// finish judges the whole.
func (d *document) finish() parsers.Reading {
	if e := d.reading.Envelope; e != nil && ofOther(e.Subject[len(subjectOnly.FindString(e.Subject)):]) {
		aboutOther(d.reading.Statements)
	}
	d.learned.apply(&d.reading)
	d.judge()
	d.reading.BodyHash = d.bodyHash()
	return d.reading
}

// bodyHash is Reading.BodyHash; "" of a document without text and attachments.
func (d *document) bodyHash() string {
	text := []byte(strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, d.fresh.String()))
	for _, sum := range d.files {
		text = append(text, sum[:]...)
	}
	if len(text) == 0 {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
