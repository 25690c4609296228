package read

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Help desks answer every mail, and what they have received is a mail, not an order.

// ticketWords say that a ticket was opened; receivedWords that a mail has come in, which people write as well (lower case).
var (
	ticketWords = []string{
		"your ticket", "ticket with id", "created for your request", "ticket id", "ticket number", "ticket #", "ticket created", "as ticket", "receipt of your ticket", "new ticket", "support request", "your request (", "reply above this line", "your reply above", "our support staff", "logged your request", "request has been logged", "inquiry has been received", "enquiry has been received", "case has been created", "a new case", "your case number",
		"ihr ticket", "ticketnummer", "ticket-nummer", "ticket wurde", "ihre anfrage wurde", "ihre anfrage ist", "votre ticket", "votre demande a", "votre demande est", "su ticket", "número de ticket", "su solicitud ha", "su consulta ha",
		"il suo ticket", "numero di ticket", "la sua richiesta è stata", "uw ticket", "ticketnummer", "uw verzoek is", "uw aanvraag is", "seu ticket", "a sua solicitação", "sua solicitação foi", "zgłoszenie", "numer zgłoszenia", "工单", "工單", "お問い合わせを受け付け",
	}
	receivedWords = []string{
		"received your email", "received your e-mail", "received your message", "got your message", "got your email", "message has been received", "email has been received", "request received", "received your request", "request has been received", "eingang ihrer e-mail", "eingang ihrer nachricht", "ihre nachricht ist bei uns", "ihre e-mail ist bei uns", "ihre nachricht erhalten", "ihre e-mail erhalten",
		"reçu votre message", "reçu votre e-mail", "reçu votre demande", "recibido su mensaje", "recibido su correo", "recibido su consulta", "ricevuto la sua richiesta", "ricevuto il suo messaggio", "ricevuto la sua email", "uw bericht ontvangen", "uw e-mail ontvangen",
		"recebemos a sua mensagem", "recebemos o seu e-mail", "recebemos seu e-mail", "otrzymaliśmy państwa wiadomość", "otrzymaliśmy twoją wiadomość", "您的邮件已收到", "已收到您的邮件", "已收到您的来信", "メールを受信", "メールを受け付け",
	}
)

// ticketed tells whether a help desk's program says no more than that it has a mail. best is the most consequential statement, or -1.
func (d *document) ticketed(best int) bool {
	if best >= 0 {
		s := &d.reading.Statements[best]
		switch {
		case s.Kind != parsers.Acknowledgement && (s.Kind != parsers.Question || !d.robot && !d.tone.Automatic):
			return false // who asks is a person, and may speak of a carrier's ticket
		case s.Kind == parsers.Acknowledgement && slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return beside(&f.Value, &s.KindAt) && f.Label == parsers.LabelOrder }) &&
			!strings.Contains(strings.ToLower(d.fresh.String()), "ticket") && !strings.Contains(strings.ToLower(d.reading.Envelope.Subject), "ticket"):
			return false // "we have received your order 1001"
		}
	}
	text := strings.ToLower(d.fresh.String())
	says := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(text, w) })
	}
	return len(text) < 4000 && ((d.robot || d.tone.Automatic) && says(receivedWords) || d.numbered(text) && says(ticketWords))
}

// beside tells whether two values stand in one sentence of the body.
func beside(a, b *parsers.Value) bool {
	const sentence = 120
	return a.At.Part == b.At.Part && a.At.Part != "subject" && a.At.Start-b.At.End < sentence && b.At.Start-a.At.End < sentence
}

// numbered tells whether a text names a number, as every ticket has one, or a robot wrote it.
func (d *document) numbered(text string) bool {
	return d.robot || d.tone.Automatic || strings.ContainsAny(text, "0123456789")
}
