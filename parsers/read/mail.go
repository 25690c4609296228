package read

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/mail"
	"waybill/parsers/prose"
)

// mail reads a mail: attachments first, then the bodies, then the subjects of it and of the mails inside.
func (d *document) mail(raw []byte, part string, depth int) {
	m, err := mail.Open(raw, d.profile)
	if err != nil {
		if l := (*mail.LimitError)(nil); errors.As(err, &l) {
			l.Problem.At.Part = part
			d.reading.Problems = append(d.reading.Problems, l.Problem)
		}
		if e, err := mail.Envelope(raw); err == nil && depth == 0 {
			d.reading.Envelope = e
		}
		return
	}
	if depth == 0 {
		d.reading.Envelope, d.reading.Report = m.Messages[0].Envelope, m.Report
		d.reply = m.Messages[0].Reply
		d.about = d.reply || d.headed(m.Messages[0].Envelope.Subject)
		d.robot = m.Messages[0].Envelope.Robot != ""
		if m.Kind != "" {
			d.reading.Kind = m.Kind
		}
	}
	for _, p := range m.Problems {
		p.At.Part = join(part, p.At.Part)
		d.reading.Problems = append(d.reading.Problems, p)
	}
	report := m.Kind == parsers.Bounce || m.Kind == parsers.AutoReply && m.Report != nil
	for i := range m.Leaves {
		if l := &m.Leaves[i]; l.Role == mail.Attachment && !report {
			d.files = append(d.files, sha256.Sum256(l.Data))
			d.open(l.Data, l.Name, join(part, l.Number), depth+1)
		}
	}
	for _, group := range alternatives(m.Leaves) {
		d.bodies(m, group, part, report)
	}
	for _, message := range m.Messages {
		d.subject(message, part)
	}
	d.unseenOrders()
	if report {
		d.returned(m, part)
	}
	for i := range m.Leaves {
		if l := &m.Leaves[i]; l.Role == mail.Machine || l.Role == mail.Returned || l.Role == mail.Ignored {
			d.part(join(part, l.Number), l.Type, l.Name, l.Size, l.Role == mail.Machine, "")
		}
	}
}

func join(outer, inner string) string {
	switch {
	case outer == "":
		return inner
	case inner == "" || inner == "subject" || inner == "header":
		return outer
	}
	return outer + "!" + inner
}

// alternatives groups the bodies: those of one multipart/alternative say the same.
func alternatives(leaves []mail.Leaf) [][]*mail.Leaf {
	var out [][]*mail.Leaf
	groups := map[string]int{}
	for i := range leaves {
		l := &leaves[i]
		if l.Role != mail.Body || l.Text == nil {
			continue
		}
		key := l.Alternative + "|" + string(rune('0'+l.Message))
		if at, ok := groups[key]; ok && l.Alternative != "" {
			out[at] = append(out[at], l)
			continue
		}
		groups[key] = len(out)
		out = append(out, []*mail.Leaf{l})
	}
	return out
}

// bodies reads one group and keeps the form that says most; the plain one when they are even, since it needs no interpretation.
func (d *document) bodies(m *mail.Mail, group []*mail.Leaf, part string, report bool) {
	var best *mail.Leaf
	var said bodyResult
	forms := make([]form, 0, len(group))
	for _, l := range group {
		l.Text.Part = join(part, l.Number)
		if best != nil && repeats(l.Text, best.Text) {
			continue
		}
		r := d.body(l.Text)
		if l.Hurt {
			doubt(r.Statements)
		}
		forms = append(forms, form{l.Text, r.Statements})
		if best == nil || worth(r) > worth(said) || best.Hurt && worth(r) == worth(said) {
			best, said = l, r
		}
	}
	if report {
		// A report's own words are a machine's; keys in them are read with what was sent back.
		said.Statements = nil
	}
	for _, other := range forms {
		if best != nil && !report && other.text != best.Text {
			said.Statements = d.contrast(other, best.Text, said.Statements)
		}
	}
	d.take(said)
	for _, l := range group {
		d.part(l.Text.Part, l.Type, l.Name, l.Size, l == best && len(said.Statements) > 0, l.Text.Text)
		if d.profile.KeepText {
			d.reading.Parts[len(d.reading.Parts)-1].New = l.Text.New()
		}
	}
	for _, l := range group {
		if !report {
			d.parcels(l)
		}
	}
}

// worth counts what a body says.
func worth(r bodyResult) int {
	n := 0
	seen := map[string]bool{}
	for _, s := range r.Statements {
		for _, t := range s.Tracking {
			if !seen[t.Number] {
				seen[t.Number] = true
				n += 4
			}
		}
		if s.Kind != "" && !s.Quoted {
			n++
		}
		for _, f := range s.Refs {
			if f.Label != "" && !seen[f.Text] {
				seen[f.Text] = true
				n++
			}
		}
		if s.Scope == parsers.ScopeRow {
			n += 2
		}
	}
	return n
}

// headed tells a subject that names an order.
func (d *document) headed(subject string) bool {
	refs := d.prose.Read(&parsers.Text{Part: "subject", Text: subject}, prose.Options{}).Refs
	return slices.ContainsFunc(refs, func(f parsers.Ref) bool { return f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey })
}

// subject reads a subject line. Its references are lent to the whole; its news counts unless it is a reply, whose subject is
// what somebody else wrote.
func (d *document) subject(m mail.Message, part string) {
	if m.Envelope == nil || m.Envelope.Subject == "" {
		return
	}
	at := "subject"
	if p := join(part, m.Part); p != "" {
		at = p + "!subject"
	}
	r := d.prose.Read(&parsers.Text{Part: at, Text: m.Envelope.Subject}, prose.Options{})
	old := m.Returned || m.Ours // what the shop wrote itself is no news
	s := parsers.Statement{Scope: parsers.ScopeMessage, Quoted: old}
	for _, one := range r.Statements {
		s.Tracking = append(s.Tracking, one.Tracking...)
		s.Lines = append(s.Lines, one.Lines...)
		if one.Kind.Consequence() > s.Kind.Consequence() && !m.Reply {
			s.Kind, s.KindAt, s.Score = one.Kind, one.KindAt, min(one.Score, 0.8)
			s.Expected = one.Expected
		}
	}
	s.Refs = r.Refs
	if old {
		s.Kind, s.KindAt, s.Score, s.Tracking = "", parsers.Value{}, 0, nil
		for i := range s.Refs {
			s.Refs[i].Quoted = true
		}
	}
	d.tone.Absent = d.tone.Absent || r.Tone.Absent && !old
	d.tone.Automatic = d.tone.Automatic || r.Tone.Automatic && !old
	d.billing = d.billing || r.Tone.Invoice && !m.Reply && !old
	d.tone.Invoice = d.tone.Invoice || d.billing
	if !m.Reply && !old && len(d.reading.Asides) < mostAsides {
		about := parsers.Aside{Value: parsers.Value{Text: m.Envelope.Subject, At: parsers.Place{Part: at, End: len(m.Envelope.Subject)}}}
		for _, one := range r.Statements {
			about.Partial = about.Partial || one.Partial
		}
		for _, one := range r.Asides {
			about.Open, about.Partial = about.Open || one.Open, about.Partial || one.Partial
		}
		d.reading.Asides = append(d.reading.Asides, about)
	}
	if len(s.Refs) > 0 || s.Kind != "" || len(s.Tracking) > 0 {
		d.reading.Statements = append(d.reading.Statements, s)
	}
	d.refs = append(d.refs, s.Refs...)
}

// returned reads keys out of what a bounce sent back: its words are ours, and say nothing new.
func (d *document) returned(m *mail.Mail, part string) {
	var refs []parsers.Ref
	for i := range m.Leaves {
		l := &m.Leaves[i]
		if l.Role == mail.Ignored || l.Role == mail.Machine {
			continue
		}
		t := l.Text
		if t == nil {
			t = mail.TextOf(l.Data[:min(len(l.Data), 256<<10)], join(part, l.Number), d.profile)
		}
		for _, f := range d.prose.Read(t, prose.Options{Return: true}).Refs {
			if f.Label == parsers.LabelKey || f.Label == parsers.LabelOrder {
				f.Quoted = l.Role == mail.Returned
				refs = append(refs, f)
			}
		}
	}
	refs = append(refs, d.idKeys(m)...)
	if len(refs) > 0 {
		d.reading.Statements = append(d.reading.Statements, parsers.Statement{Scope: parsers.ScopeMessage, Quoted: true, Refs: refs})
	}
}

// idKeys finds our key in the Message-IDs that came back.
func (d *document) idKeys(m *mail.Mail) []parsers.Ref {
	if m.Report == nil {
		return nil
	}
	var refs []parsers.Ref
	for _, id := range m.Report.OriginalIDs {
		for _, f := range d.prose.Read(&parsers.Text{Part: "header", Text: strings.NewReplacer("@", " ", ".", " ").Replace(id)}, prose.Options{}).Refs {
			if f.Label == parsers.LabelKey {
				f.Quoted = true
				refs = append(refs, f)
			}
		}
	}
	return refs
}
