package read

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// judge tells the kind of the whole: its most consequential news, unless its form or its words say that a robot wrote it.
func (d *document) judge() {
	r := &d.reading
	if r.Kind == parsers.Bounce || r.Kind == parsers.AutoReply {
		silence(r)
		return
	}
	if d.recalled() {
		silence(r)
		r.Kind = parsers.Question
		r.Statements = append(r.Statements, parsers.Statement{Kind: parsers.Question, Score: 0.6, Scope: parsers.ScopeMessage})
		return
	}
	unestimate(r)
	d.cover()
	d.shade()
	d.delivered()
	d.singled()
	best := -1
	for i, s := range r.Statements {
		if s.Quoted || s.Kind == "" || s.Kind == parsers.Question && s.Score < 0.5 {
			continue
		}
		if best < 0 || s.Kind.Consequence() > r.Statements[best].Kind.Consequence() {
			best = i
		}
	}
	if d.autoReply(best) || d.reading.Envelope != nil && d.ticketed(best) {
		r.Kind = parsers.AutoReply
		silence(r)
		return
	}
	if best >= 0 && !d.noise(best) {
		r.Kind, r.KindAt = r.Statements[best].Kind, r.Statements[best].KindAt
		return
	}
	r.Kind = parsers.Other
	if best >= 0 {
		if d.pretended(best) {
			withdraw(r)
		}
		silence(r)
		return
	}
	if d.unanswered() {
		r.Kind = parsers.Question
		r.Statements = append(r.Statements, parsers.Statement{Kind: parsers.Question, Score: 0.4, Scope: parsers.ScopeMessage})
	}
}

// unestimate drops what no phrase says where another part brings news: a table, a parcel's number. Beside what the phrases find in the same part it has been
// weighed, and only adds other news. Where the other part only says that the order is known, a person sees it.
func unestimate(r *parsers.Reading) {
	little, much := false, false
	kinds := map[parsers.Kind]bool{}
	parts := map[string]bool{}
	for _, s := range r.Statements {
		if s.Quoted || s.Estimated || s.Kind == parsers.Question && s.Score < 0.5 || s.Kind == "" && len(s.Tracking) == 0 {
			continue
		}
		little, kinds[s.Kind] = true, true
		for _, l := range s.Lines {
			kinds[l.Kind] = true
		}
		much = much || len(s.Tracking) > 0 || s.Kind.Consequence() > parsers.Acknowledgement.Consequence() && s.Kind != parsers.Question
		parts[s.KindAt.At.Part] = parts[s.KindAt.At.Part] || s.Scope == parsers.ScopeClause
	}
	if !little {
		return
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		if !s.Estimated || lone(r, s) || parts[s.KindAt.At.Part] && !(s.Doubtful && kinds[s.Kind]) {
			continue
		}
		if much || kinds[s.Kind] || s.Kind.Consequence() <= parsers.Acknowledgement.Consequence() {
			s.Kind, s.KindAt, s.Score, s.Expected, s.Estimated = "", parsers.Value{}, 0, parsers.Value{}, false
		} else {
			s.Score, s.Doubtful = min(s.Score, 0.6), true
		}
	}
}

// lone tells a statement about an order of which no other statement of its document says more than that it is known.
func lone(r *parsers.Reading, s *parsers.Statement) bool {
	called := func(f parsers.Ref) bool { return f.Label == parsers.LabelOrder }
	return slices.ContainsFunc(s.Refs, called) && !slices.ContainsFunc(r.Statements, func(o parsers.Statement) bool {
		return (o.KindAt != s.KindAt && o.Kind.Consequence() > parsers.Acknowledgement.Consequence() || len(o.Tracking) > 0) && slices.ContainsFunc(o.Refs, func(f parsers.Ref) bool {
			return slices.ContainsFunc(s.Refs, func(g parsers.Ref) bool { return called(g) && strings.EqualFold(f.Text, g.Text) })
		})
	})
}

// silence takes the news out of statements: they only name things.
func silence(r *parsers.Reading) {
	for i := range r.Statements {
		s := &r.Statements[i]
		s.Kind, s.KindAt, s.Score = "", parsers.Value{}, 0
	}
}

// withdraw makes the numbers of a mail that lies no parcels of ours.
func withdraw(r *parsers.Reading) {
	for i := range r.Statements {
		for k := range r.Statements[i].Tracking {
			r.Statements[i].Tracking[k].Withdrawn = true
		}
	}
}

// recallWords are what Outlook writes when somebody wants a mail back that they have sent (lower case).
var recallWords = []string{"would like to recall the message", "möchte die nachricht", "souhaite rappeler le message", "desea recuperar el mensaje", "desidera richiamare il messaggio", "wil het bericht", "pretende anular a mensagem",
	"gostaria de cancelar o envio da mensagem", "chce odwołać wiadomość", "想要撤回邮件", "想撤回邮件", "メッセージを取り消し"}

// recalled tells such a mail: what the other one said may be wrong, and only a person can ask.
func (d *document) recalled() bool {
	e := d.reading.Envelope
	if e == nil || !strings.Contains(e.Subject, ":") {
		return false
	}
	text := strings.ToLower(d.fresh.String())
	return len(text) < 600 && slices.ContainsFunc(recallWords, func(w string) bool { return strings.Contains(text, w) }) && strings.ContainsAny(text, "\"“„«「'“”")
}

// autoReply tells an out-of-office notice. Headers alone prove nothing, and a shipment with a number is news whoever wrote it: unless header and
// words both say that nobody is there ("Orders shipped last week: see …").
func (d *document) autoReply(best int) bool {
	e := d.reading.Envelope
	if e == nil || d.circular() {
		return false
	}
	if d.tone.Absent && best >= 0 && d.reading.Statements[best].Kind == parsers.Backorder && len(d.reading.Statements[best].Lines) == 0 {
		best = -1 // "I will be back on Monday": who, not what
	}
	costly := best >= 0 && d.reading.Statements[best].Kind.Consequence() > parsers.Acknowledgement.Consequence() && d.reading.Statements[best].Score >= 0.85
	replied := parsers.Replied(e)
	if replied && d.tone.Absent && (!costly || d.reading.Statements[best].Kind == parsers.Shipment) {
		return true
	}
	for _, s := range d.reading.Statements {
		if s.Quoted {
			continue
		}
		if slices.ContainsFunc(s.Tracking, func(t parsers.Tracking) bool { return !t.Quoted && t.Score >= 0.6 }) {
			return false
		}
	}
	return d.tone.Absent && !costly || d.tone.Automatic && best < 0 || replied && !costly && (best < 0 || d.reading.Statements[best].Kind != parsers.Acknowledgement || mailbox(e))
}

// mailboxReplies are what mail programs write before the subject of a mail that they answer in somebody's stead (lower case): what the mailbox says it would say of any mail.
var mailboxReplies = []string{"automatic reply:", "automatische antwort:", "réponse automatique :", "réponse automatique:", "respuesta automática:", "risposta automatica:", "automatisch antwoord:", "resposta automática:", "automatyczna odpowiedź:", "odpowiedź automatyczna:",
	"自动答复:", "自动回复:", "自动回复：", "自動回覆:", "自動返信:", "自動応答:", "out of office:", "abwesenheitsnotiz:"}

func mailbox(e *parsers.Envelope) bool {
	subject := strings.ToLower(strings.TrimSpace(e.Subject))
	return slices.ContainsFunc(mailboxReplies, func(r string) bool { return strings.HasPrefix(subject, r) })
}

// onlyReturns tells a mail whose tracking numbers are all withdrawn: a label for a parcel that comes back is nothing to answer.
func (d *document) onlyReturns() bool {
	withdrawn := false
	for _, s := range d.reading.Statements {
		for _, t := range s.Tracking {
			if !t.Withdrawn && !s.Quoted {
				return false
			}
			withdrawn = withdrawn || t.Withdrawn
		}
	}
	return withdrawn
}

// unanswered tells a mail that a person wrote about an order and whose words were not understood: somebody should read it.
func (d *document) unanswered() bool {
	if d.reading.Envelope == nil || d.robot || d.tone.Advertising || d.tone.Invoice || d.tone.Words < 6 {
		return false
	}
	if d.tone.Thanks && d.tone.Words < 25 || d.tone.Words < 60 && d.onlyReturns() {
		return false
	}
	named := slices.ContainsFunc(d.refs, func(f parsers.Ref) bool { return f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey })
	return d.reply || named
}
