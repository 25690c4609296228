package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
)

// report fills Kind and Report for bounces (RFC 3464), for those that are bounces in all but form, and for read
// receipts (RFC 8098).
func (m *Mail) report() {
	r := &parsers.Report{}
	receipt := false
	for i := range m.Leaves {
		l := &m.Leaves[i]
		switch {
		case l.Role == Machine && strings.Contains(l.Type, "delivery-status"):
			status(r, l.Data)
			if m.Kind == "" {
				m.Kind = parsers.Bounce
			}
		case l.Role == Machine && strings.Contains(l.Type, "disposition"):
			receipt = true
			h := readFields(l.Data)
			r.Recipient = recipient(h.get("final-recipient"))
			r.Action = "displayed"
			r.OriginalIDs = append(r.OriginalIDs, messageIDs(h.get("original-message-id"))...)
		case l.Role == Returned && strings.Contains(l.Type, "headers"):
			r.OriginalIDs = append(r.OriginalIDs, messageIDs(readFields(l.Data).get("message-id"))...)
		}
	}
	for _, message := range m.Messages {
		if message.Returned && message.Envelope.MessageID != "" {
			r.OriginalIDs = append(r.OriginalIDs, message.Envelope.MessageID)
		}
	}
	switch {
	case receipt && m.Kind != parsers.Bounce:
		m.Kind = parsers.AutoReply
	case m.Kind == "" && m.soundsLikeBounce():
		m.Kind = parsers.Bounce
	case m.Kind == "" && m.soundsLikeReceipt():
		m.Kind, receipt, r.Action = parsers.AutoReply, true, "displayed"
	case m.Kind == "" && m.asksProof():
		m.Kind = parsers.AutoReply
	}
	if m.Kind == "" {
		return
	}
	if m.Kind == parsers.Bounce {
		m.complete(r)
	}
	if m.Kind == parsers.Bounce || receipt {
		slices.Sort(r.OriginalIDs)
		r.OriginalIDs = slices.Compact(r.OriginalIDs)
		m.Report = r
	}
}

func readFields(data []byte) head {
	w := walker{raw: lineEnds(data)}
	h, _, _ := w.readHead()
	return h
}

// status reads the groups of a message/delivery-status: the first is about the message, each other about a recipient.
// The recipient that failed is the one that counts.
func status(r *parsers.Report, data []byte) {
	w := walker{raw: lineEnds(data)}
	for w.pos < len(w.raw) {
		before := w.pos
		h, _, _ := w.readHead()
		if w.pos == before { // text where a group should be
			_, rest := cutLine(w.raw[w.pos:])
			w.pos = len(w.raw) - len(rest)
			continue
		}
		action := strings.ToLower(strings.TrimSpace(h.get("action")))
		if action == "" && h.get("final-recipient") == "" {
			continue
		}
		if r.Action == "failed" && action != "failed" {
			continue
		}
		if r.Recipient != "" && r.Action == action {
			continue
		}
		r.Action = action
		r.Recipient = recipient(h.get("original-recipient"))
		if final := recipient(h.get("final-recipient")); final != "" {
			r.Recipient = final
		}
		r.Status = statusCode.FindString(h.get("status"))
		r.Diagnostic = diagnostic(h.get("diagnostic-code"))
	}
}

// recipient takes the address of "rfc822; jane@example".
func recipient(s string) string {
	if _, address, ok := strings.Cut(s, ";"); ok {
		s = address
	}
	return strings.Trim(strings.TrimSpace(s), "<>")
}

func diagnostic(s string) string {
	if _, text, ok := strings.Cut(s, ";"); ok {
		s = text
	}
	return clipTo(strings.Join(strings.Fields(decodeWords(s, "")), " "), 500)
}

func clipTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if utf8.ValidString(s[:n]) { // faster to see than to make
		return s[:n]
	}
	return strings.ToValidUTF8(s[:n], "")
}

var (
	statusCode = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	replyCode  = regexp.MustCompile(`\b([45]\d\d)[ -]`)
	anyAddress = regexp.MustCompile(`[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}`)
	quotedID   = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*<([^<>\s]{1,250})>`)
)

// bounceSubjects and bounceWords are those of servers and programs that do not follow RFC 3464 (lower case).
var (
	bounceSubjects = []string{
		"undeliver", "mail delivery failed", "mail delivery failure", "delivery status notification", "delivery failure", "returned mail", "failure notice",
		"delivery notification", "mail delivery system", "message not delivered", "could not be delivered", "delivery has failed", "delivery incomplete",
		"warning: could not send", "warning: message", "delayed mail", "delivery delayed", "mail system error", "nondeliverable", "non-delivery", "bounce",
		"unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "zustellungsfehler", "nicht zustellbar", "non remis", "échec de la remise", "message non distribué",
		"no se puede entregar", "no entregado", "devuelto", "mancata consegna", "impossibile recapitare", "non recapitabile", "onbestelbaar", "niet bezorgd",
		"não entregue", "falha na entrega", "não foi possível entregar", "niedostarczon", "nie można dostarczyć", "退信", "无法投递", "配信不能", "配信できません", "返信不能",
	}
	bounceWords = []string{
		"fehler bei der nachrichtenzustellung", "konnte nicht gefunden werden", "this is the mail delivery", "this is the mail system", "could not be delivered", "wasn't delivered", "was not delivered", "couldn't be delivered",
		"delivery to the following recipient", "undeliverable", "permanent error", "permanent fatal errors", "user unknown", "mailbox unavailable", "no such user",
		"address not found", "mailbox is full", "mailbox full", "over quota", "i'm afraid i wasn't able to deliver", "unable to deliver", "recipient address rejected",
		"does not exist", "konnte nicht zugestellt werden", "nicht zugestellt werden", "n'a pas pu être remis", "no se pudo entregar", "non è stato possibile",
		"kon niet worden bezorgd", "não pôde ser entregue", "nie mogła zostać dostarczona", "无法送达", "配信できませんでした", "will be retried", "still trying", "has been delayed",
	}
	delayWords = []string{"delayed", "(delay)", "will retry", "temporary problem", "delivery incomplete", "not yet been delivered", "keep trying", "nicht sofort zugestellt", "retardée", "retrasad", "ritardat", "vertraagd", "opóźnion", "延迟", "遅延", "will be retried", "still trying", "no action is required", "warning: ", "verzögert", "wird weiterhin versucht", "retardé", "temporarily deferred"}
)

// soundsLikeBounce decides for mails without a machine part. It takes the sender or the empty return path, and words:
// either alone is also true of honest mails.
func (m *Mail) soundsLikeBounce() bool {
	e := m.Messages[0].Envelope
	votes := 0
	if e.ReturnPath == "<>" {
		votes++
	}
	for _, from := range e.From {
		local, _, _ := strings.Cut(strings.ToLower(from.Address), "@")
		if local == "mailer-daemon" || local == "postmaster" || local == "mail-daemon" || strings.HasPrefix(local, "bounce") || local == "" || strings.HasPrefix(local, "microsoftexchange") {
			votes += 2
		}
	}
	if strings.Contains(e.Robot, "x-failed-recipients") {
		votes += 2
	}
	if votes == 0 {
		return false
	}
	subject := strings.ToLower(e.Subject)
	if slices.ContainsFunc(bounceSubjects, func(w string) bool { return strings.Contains(subject, w) }) {
		votes += 2
	}
	text := strings.ToLower(m.words(4000))
	if slices.ContainsFunc(bounceWords, func(w string) bool { return strings.Contains(text, w) }) {
		votes++
	}
	if statusCode.MatchString(text) {
		votes++
	}
	return votes >= 3
}

// receiptSubjects are what mail programs put before the subject of a mail that was read, or deleted without; receiptWords are what they then say (lower case).
var (
	receiptSubjects = []string{"read", "not read", "gelesen", "nicht gelesen", "ungelesen", "lu", "non lu", "leído", "no leído", "letto", "non letto", "lettura", "gelezen", "niet gelezen", "lida", "lido", "não lida",
		"przeczytano", "nie przeczytano", "已读", "未读", "已讀", "開封済み", "開封", "未開封", "read receipt", "return receipt", "return receipt (displayed)", "lesebestätigung", "empfangsbestätigung (angezeigt)", "accusé de lecture", "conferma di lettura", "confirmación de lectura", "leesbevestiging", "recibo de leitura"}
	receiptWords = []string{"was read", "was deleted without being read", "gelesen", "ungelesen gelöscht", "a été lu", "supprimé sans", "se leyó", "fue leído", "sin leer", "è stato letto", "eliminato senza", "is gelezen", "gelezen op", "verwijderd zonder",
		"foi lida", "foi lido", "została przeczytana", "usunięta bez", "阅读", "已读", "开封", "開封", "读取", "has been displayed", "angezeigt", "return receipt for the mail"}
	proofWords = parsers.NewAnyOf("complete the verification process", "protecting myself from receiving junk", "verify that you are human", "prove that you are human", "verify that you are a real person", "to have your message delivered",
		"so that your message is delivered", "your message has been quarantined until", "one-time verification", "confirm your email address to deliver", "damit ihre nachricht zugestellt wird", "bestätigen sie, dass sie ein mensch", "pour que votre message soit remis", "para que su mensaje sea entregado")
)

// soundsLikeReceipt tells the receipts that mail programs write as plain mails.
func (m *Mail) soundsLikeReceipt() bool {
	name, _, ok := cutColon(m.Messages[0].Envelope.Subject)
	if !ok || !slices.Contains(receiptSubjects, strings.ToLower(name)) {
		return false
	}
	text := strings.ToLower(m.words(2000))
	return len(text) < 1000 && slices.ContainsFunc(receiptWords, func(w string) bool { return strings.Contains(text, w) })
}

// asksProof tells a filter that holds a mail back until its sender has proved to be a person. Nothing of it is news.
func (m *Mail) asksProof() bool {
	return proofWords.In(strings.ToLower(m.words(3000)))
}

// words is the text of all bodies of the mail itself, at most so many bytes of it.
func (m *Mail) words(most int) string {
	var b strings.Builder
	for i := range m.Leaves {
		if l := &m.Leaves[i]; l.Text != nil && l.Message == 0 && b.Len() < most {
			if b.Len() == 0 && len(l.Text.Text) >= most {
				return clipTo(l.Text.Text, most)
			}
			b.WriteString(l.Text.Text)
			b.WriteByte('\n')
		}
	}
	return clipTo(b.String(), most)
}

// complete fills from the words what the machine part did not say.
func (m *Mail) complete(r *parsers.Report) {
	text := m.words(parsers.MaxMessage)
	if r.Status == "" {
		r.Status = statusCode.FindString(text)
	}
	if r.Recipient == "" {
		r.Recipient = m.failedRecipient(text)
	}
	if r.Diagnostic == "" {
		for l := range strings.Lines(text) {
			if l = strings.TrimSpace(l); replyCode.MatchString(l) || statusCode.MatchString(l) {
				r.Diagnostic = clipTo(l, 500)
				break
			}
		}
	}
	if r.Status == "" {
		if code := replyCode.FindStringSubmatch(text); code != nil {
			r.Status = code[1][:1] + ".0.0"
		}
	}
	if r.Action == "" {
		r.Action = "failed"
		lower := strings.ToLower(m.Messages[0].Envelope.Subject + "\n" + clipTo(text, 2000))
		if strings.HasPrefix(r.Status, "4.") || r.Status == "" && slices.ContainsFunc(delayWords, func(w string) bool { return strings.Contains(lower, w) }) {
			r.Action = "delayed"
		}
	}
	for _, id := range quotedID.FindAllStringSubmatch(clipTo(text, 64<<10), 20) {
		r.OriginalIDs = append(r.OriginalIDs, id[1])
	}
	if refs := m.Messages[0].Envelope.InReplyTo; len(r.OriginalIDs) == 0 {
		r.OriginalIDs = append(r.OriginalIDs, refs...)
	}
	for i := range m.Leaves { // the original, attached with a type of its own
		if l := &m.Leaves[i]; l.Role == Returned && len(r.OriginalIDs) == 0 {
			if id := quotedID.FindSubmatch(l.Data[:min(len(l.Data), 64<<10)]); id != nil {
				r.OriginalIDs = append(r.OriginalIDs, string(id[1]))
			}
		}
	}
}

// failedRecipient takes the first address of the text that is not the sender of the bounce.
func (m *Mail) failedRecipient(text string) string {
	e := m.Messages[0].Envelope
	if _, v, ok := strings.Cut(e.Robot, "x-failed-recipients: "); ok {
		return strings.TrimSpace(v)
	}
	for _, found := range anyAddress.FindAllString(clipTo(text, 8<<10), 20) {
		own := slices.ContainsFunc(e.From, func(a parsers.Address) bool { return strings.EqualFold(a.Address, found) }) ||
			slices.ContainsFunc(e.Recipients, func(a string) bool { return strings.EqualFold(a, found) })
		if !own {
			return found
		}
	}
	return ""
}
