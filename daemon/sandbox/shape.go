package sandbox

import (
	"time"

	"waybill/parsers"
)

// The shapes of questions and answers. A field that is added in package parsers is added here; TestShapes fails until it is.

func (c *coder) question(q *question) {
	name(c, &q.Op)
	c.text(&q.Name)
	c.text(&q.Profile)
	c.long(&q.Memory)
}

func (c *coder) answer(a *answer) {
	c.flags(&a.Fenced, &a.Retire)
	c.text(&a.Problem)
	list(c, &a.Missing, (*coder).text)
	maybe(c, &a.Reading, (*coder).document)
	maybe(c, &a.Envelope, (*coder).envelope)
}

func (c *coder) document(r *parsers.Reading) {
	c.text(&r.Format)
	name(c, &r.Kind)
	c.value(&r.KindAt)
	maybe(c, &r.Envelope, (*coder).envelope)
	maybe(c, &r.Report, (*coder).report)
	list(c, &r.Statements, (*coder).statement)
	list(c, &r.Asides, (*coder).aside)
	list(c, &r.Parts, (*coder).part)
	list(c, &r.Problems, (*coder).problem)
	c.text(&r.Language)
	c.text(&r.BodyHash)
	list(c, &r.Tables, (*coder).table)
	list(c, &r.Found, (*coder).found)
}

func (c *coder) table(t *parsers.Table) {
	name(c, &t.Part)
	name(c, &t.Sheet)
	list(c, &t.Columns, (*coder).heading)
}

func (c *coder) heading(h *parsers.Heading) {
	c.text(&h.Title)
	name(c, &h.Meaning)
	name(c, &h.By)
}

func (c *coder) found(f *parsers.Found) {
	c.text(&f.Sought)
	c.value(&f.Cell)
	c.heading(&f.Head)
}

// Bits of what a value has, which is most often nothing.
const (
	hasText = 1 << iota
	hasPart
	hasStart
	hasEnd
	hasSheet
	hasRow
	hasColumn
)

func (c *coder) value(v *parsers.Value) {
	var has byte
	if v.Text != "" {
		has = hasText
	}
	has |= held(&v.At)
	c.octet(&has)
	if has&hasText != 0 {
		c.text(&v.Text)
	}
	c.spot(&v.At, has)
}

func (c *coder) place(p *parsers.Place) {
	has := held(p)
	c.octet(&has)
	c.spot(p, has)
}

func held(p *parsers.Place) (has byte) {
	if p.Part != "" {
		has |= hasPart
	}
	if p.Start != 0 {
		has |= hasStart
	}
	if p.End != 0 {
		has |= hasEnd
	}
	if p.Sheet != "" {
		has |= hasSheet
	}
	if p.Row != 0 {
		has |= hasRow
	}
	if p.Column != 0 {
		has |= hasColumn
	}
	return has
}

func (c *coder) spot(p *parsers.Place, has byte) {
	if has&hasPart != 0 {
		name(c, &p.Part)
	}
	if has&hasStart != 0 {
		c.number(&p.Start)
	}
	if has&hasEnd != 0 {
		c.number(&p.End)
	}
	if has&hasSheet != 0 {
		name(c, &p.Sheet)
	}
	if has&hasRow != 0 {
		c.number(&p.Row)
	}
	if has&hasColumn != 0 {
		c.number(&p.Column)
	}
}

func (c *coder) statement(s *parsers.Statement) {
	name(c, &s.Kind)
	c.value(&s.KindAt)
	c.score(&s.Score)
	name(c, &s.Scope)
	c.flags(&s.Quoted, &s.Partial, &s.Unpaired, &s.Doubtful, &s.Estimated)
	c.text(&s.Sentence)
	list(c, &s.Refs, (*coder).ref)
	list(c, &s.Tracking, (*coder).tracking)
	list(c, &s.Lines, (*coder).line)
	maybe(c, &s.Consignee, (*coder).party)
	c.value(&s.Expected)
	c.value(&s.Carrier)
	c.number(&s.Parcels)
	c.value(&s.Unread)
}

func (c *coder) aside(a *parsers.Aside) {
	c.value(&a.Value)
	list(c, &a.Refs, (*coder).ref)
	c.flags(&a.Open, &a.Partial)
}

func (c *coder) ref(r *parsers.Ref) {
	c.value(&r.Value)
	name(c, &r.Label)
	c.flags(&r.Pattern, &r.Quoted)
}

func (c *coder) tracking(t *parsers.Tracking) {
	c.value(&t.Value)
	c.text(&t.Number)
	list(c, &t.Carriers, (*coder).guess)
	c.flags(&t.Valid, &t.Invalid, &t.Quoted, &t.Withdrawn)
	c.score(&t.Score)
	c.text(&t.URL)
	name(c, &t.Damage)
}

func (c *coder) guess(g *parsers.CarrierGuess) {
	name(c, &g.Carrier)
	c.score(&g.Score)
	name(c, &g.Why)
}

func (c *coder) line(l *parsers.Line) {
	c.value(&l.SKU)
	c.value(&l.Title)
	c.number(&l.Quantity)
	c.place(&l.QuantityAt)
	name(c, &l.Kind)
	list(c, &l.Codes, (*coder).value)
	c.flags(&l.Guessed)
}

func (c *coder) party(p *parsers.Party) {
	for _, v := range [...]*parsers.Value{&p.Name, &p.Company, &p.Street, &p.Postcode, &p.City, &p.Region, &p.Country, &p.Phone, &p.Email} {
		c.value(v)
	}
	c.flags(&p.Loose)
}

func (c *coder) address(a *parsers.Address) {
	c.text(&a.Name)
	c.text(&a.Address)
}

func (c *coder) envelope(e *parsers.Envelope) {
	list(c, &e.From, (*coder).address)
	list(c, &e.Sender, (*coder).address)
	list(c, &e.ReplyTo, (*coder).address)
	list(c, &e.Recipients, (*coder).text)
	c.text(&e.ReturnPath)
	c.text(&e.Subject)
	c.date(&e.Date)
	c.text(&e.MessageID)
	list(c, &e.InReplyTo, (*coder).text)
	list(c, &e.References, (*coder).text)
	c.text(&e.Planted)
	c.text(&e.Sending)
	c.text(&e.AutoSubmitted)
	c.text(&e.Robot)
	c.text(&e.ContentType)
}

// date keeps the instant to the second and the zone that the mail names, as the field of a mail does (RFC 5322 section 3.3). A date without a year, or
// beyond four digits of it, is none.
func (c *coder) date(t *time.Time) {
	const day, years = 24 * 60 * 60, 10_000
	if _, offset := t.Zone(); offset <= -day || offset >= day {
		*t = t.UTC()
	}
	there := !t.IsZero() && t.Year() > 0 && t.Year() < years
	c.flags(&there)
	if !there {
		*t = time.Time{}
		return
	}
	seconds, zone := int64(0), int64(0)
	if !c.reading {
		_, offset := t.Zone()
		seconds, zone = t.Unix(), int64(offset)
	}
	c.long(&seconds)
	c.long(&zone)
	if !c.reading {
		return
	}
	*t = time.Unix(0, 0).UTC()
	if zone <= -day || zone >= day || seconds < -years*366*day || seconds > years*366*day {
		c.garbled("a date is wrong")
		return
	}
	*t = time.Unix(seconds, 0).UTC()
	if zone != 0 {
		*t = t.In(time.FixedZone("", int(zone)))
	}
	if t.Year() <= 0 || t.Year() >= years {
		c.garbled("a date is wrong")
		*t = time.Time{}
	}
}

func (c *coder) report(r *parsers.Report) {
	c.text(&r.Recipient)
	c.text(&r.Status)
	c.text(&r.Action)
	c.text(&r.Diagnostic)
	list(c, &r.OriginalIDs, (*coder).text)
}

func (c *coder) part(p *parsers.Part) {
	name(c, &p.Number)
	name(c, &p.Type)
	c.text(&p.Name)
	c.number(&p.Size)
	c.flags(&p.Read)
	c.text(&p.Text)
	c.text(&p.New)
}

func (c *coder) problem(p *parsers.Problem) {
	c.place(&p.At)
	name(c, &p.Code)
	c.text(&p.Text)
}
