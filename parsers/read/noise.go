package read

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// What only sounds like news: mails to everybody, about money, from somebody who pretends.

// noise tells such a mail. None of them names an order of ours.
func (d *document) noise(best int) bool {
	if d.survey(best) || d.dunned(best) {
		return true
	}
	bulletin := d.bulletin()
	if slices.ContainsFunc(d.refs, func(f parsers.Ref) bool {
		return f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey || f.Label == parsers.LabelTheirs && !bulletin
	}) {
		return false
	}
	return d.pretended(best) || !d.tracked() && (d.tone.Advertising || d.circular() || d.billed() || d.addressesAll())
}

func (d *document) tracked() bool {
	return slices.ContainsFunc(d.reading.Statements, func(s parsers.Statement) bool { return len(s.Tracking) > 0 })
}

// dunningWords are those of a subject that reminds of an invoice (lower case).
var dunningWords = []string{"payment reminder", "reminder: invoice", "overdue invoice", "invoice overdue", "past due", "account overdue", "zahlungserinnerung", "mahnung", "offene rechnung", "betalingsherinnering", "aanmaning", "openstaande factuur", "herinnering factuur",
	"przypomnienie o płatności", "wezwanie do zapłaty", "zaległa płatność", "ponaglenie", "rappel de paiement", "relance", "facture impayée", "recordatorio de pago", "factura vencida", "factura pendiente", "sollecito di pagamento", "fattura scaduta", "lembrete de pagamento", "fatura vencida", "催款", "付款提醒", "お支払いのお願い", "督促"}

// dunned tells a mail that reminds of an invoice, whichever orders it was for: what it asks and tells is about money.
func (d *document) dunned(best int) bool {
	e, s := d.reading.Envelope, &d.reading.Statements[best]
	if e == nil || d.reply || d.tracked() || s.Kind.CostsMoney() && !s.Estimated {
		return false
	}
	subject := strings.ToLower(e.Subject)
	return slices.ContainsFunc(dunningWords, func(w string) bool { return strings.Contains(subject, w) })
}

// bulletinWords are those of a subject that promises news for everybody (lower case).
var bulletinWords = []string{"newsletter", "news:", " news", "neuigkeiten", "rundschreiben", "rundbrief", "kundeninfo", "nieuwsbrief", "nieuws", "aktualności", "biuletyn", "actualités", "lettre d'information", "novedades", "boletín", "novità", "novidades", "boletim"}

// bulletin tells a mail that goes to many by its subject and by the words that let one unsubscribe.
func (d *document) bulletin() bool {
	e := d.reading.Envelope
	if e == nil || d.reply || !d.tone.Advertising {
		return false
	}
	subject := strings.ToLower(e.Subject)
	return slices.ContainsFunc(bulletinWords, func(w string) bool { return strings.Contains(subject, w) })
}

// everybody are greetings of a mail to all customers (lower case).
var everybody = []string{"dear customers", "dear partners", "dear retailers", "dear dealers", "dear resellers", "dear valued customers", "to all our customers", "to all customers", "sehr geehrte kunden", "sehr geehrte kundinnen", "liebe kunden", "liebe kundinnen", "werte kunden", "liebe partner", "sehr geehrte geschäftspartner", "liebe händler",
	"sehr geehrte partner", "beste klanten", "geachte klanten", "beste relaties", "geachte relaties", "beste dealers", "beste partners", "szanowni klienci", "drodzy klienci", "szanowni kontrahenci", "szanowni partnerzy", "drodzy partnerzy", "chers clients", "chères clientes", "chers partenaires", "estimados clientes", "queridos clientes",
	"gentili clienti", "cari clienti", "caros clientes", "prezados clientes", "estimados parceiros", "各位客户", "各位客戶", "尊敬的各位", "お客様各位", "お取引先各位", "お取引先様各位", "取引先各位"}

// addressesAll tells a mail that greets many, near its beginning.
func (d *document) addressesAll() bool {
	if d.reading.Envelope == nil || d.reply {
		return false
	}
	text := d.fresh.String()
	text = strings.ToLower(text[:min(len(text), 300)])
	return slices.ContainsFunc(everybody, func(w string) bool { return strings.Contains(text, w) })
}

// circular tells a mail that went to many: its headers say so, and it neither answers one of ours nor is written to an address that we gave for an
// order, nor says where a parcel goes.
func (d *document) circular() bool {
	e := d.reading.Envelope
	if e == nil || d.reply {
		return false
	}
	robot := strings.ToLower(e.Robot)
	if !strings.HasPrefix(robot, "list-") && robot != "precedence: bulk" && robot != "precedence: list" && robot != "precedence: junk" {
		return false
	}
	return !slices.ContainsFunc(e.Recipients, func(a string) bool { return strings.Contains(a, "+") }) && !d.consigned()
}

// billed tells a mail about an invoice that names neither an order nor who gets a parcel: "for the goods delivered".
func (d *document) billed() bool {
	return d.reading.Envelope != nil && d.tone.Invoice && !d.reply && !d.consigned()
}

// deliveredWords are how words for goods that have come to the buyer begin (lower case).
var deliveredWords = []string{"deliver", "geliefert", "lieferung", "livr", "entreg", "consegn", "gelever", "dostarcz", "doręcz", "納品", "交付", "送达"}

// delivered takes the shipments out of a mail about an invoice, or about how one was served, that has no parcel: what was delivered is what is to be
// paid. What "shipped" on an invoice a person looks at.
func (d *document) delivered() {
	if d.reading.Envelope == nil || d.reply || !d.tone.Invoice && !d.surveyed() {
		return
	}
	if slices.ContainsFunc(d.reading.Statements, func(s parsers.Statement) bool { return len(s.Tracking) > 0 }) {
		return
	}
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		if s.Kind != parsers.Shipment || s.Scope == parsers.ScopeRow {
			continue
		}
		said := strings.ToLower(s.KindAt.Text)
		switch {
		case slices.ContainsFunc(deliveredWords, func(w string) bool { return strings.Contains(said, w) }):
			s.Kind, s.KindAt, s.Score, s.Partial = "", parsers.Value{}, 0, false
		case d.billing:
			s.Score = min(s.Score, unsure)
		}
	}
}

// consigned tells whether the paper says where a parcel goes.
func (d *document) consigned() bool {
	return slices.ContainsFunc(d.reading.Statements, func(s parsers.Statement) bool { return s.Consignee != nil })
}

// pretended tells a mail about a parcel by somebody who is no carrier and wants money for it, or whose link leads to a page that has a carrier's name in
// its own and is no carrier's.
func (d *document) pretended(best int) bool {
	if d.reply || d.reading.Envelope == nil {
		return false
	}
	switch d.reading.Statements[best].Kind {
	case parsers.Question:
		if d.fake && slices.ContainsFunc(d.reading.Statements, func(s parsers.Statement) bool { return len(s.Tracking) > 0 }) {
			return true
		}
	case parsers.Shipment:
	default:
		return false
	}
	return !d.trusted && d.demands()
}

// feeWords ask for money that a parcel is said to wait for (lower case).
var feeWords = []string{"fee", "customs dut", "import dut", "unpaid", "pay now", "pay here", "gebühr", "bezahlen sie", "frais", "régler", "droits de douane", "tasas", "gastos", "pague ", "abone ", "tassa", "oneri", "pagare", "paghi", "taxa", "pagar", "invoerkosten", "betaal", "opłat", "dopłat", "zapłać", "费用", "关税", "支付", "手数料", "関税", "支払"}

// demands tells a mail that asks for money by a link to a page that is no carrier's, and does not come from a carrier.
func (d *document) demands() bool {
	text := strings.ToLower(d.fresh.String())
	if len(text) > 3000 || !d.linked && !strings.Contains(text, "http") || !slices.ContainsFunc(feeWords, func(w string) bool { return strings.Contains(text, w) }) {
		return false
	}
	for word := range strings.FieldsSeq(text) {
		if at := strings.Index(word, "http"); at >= 0 && carrier.Followed(word[at:]) {
			return false
		}
	}
	return !slices.ContainsFunc(d.reading.Envelope.From, func(a parsers.Address) bool {
		return carrier.Followed("https://www." + siteOf(a.Address[strings.LastIndexByte(a.Address, '@')+1:]) + "/")
	})
}

// surveyWords ask how one was served (lower case).
var surveyWords = []string{"how did we do", "how would you rate", "please rate", "wie bewerten sie", "comment évaluez", "cómo valora", "come valuta", "hoe beoordeelt", "como avalia", "jak oceniasz", "rate us", "rate your experience", "rate your purchase", "leave a review", "customer satisfaction survey", "take our survey", "bewerten sie uns", "wie zufrieden waren sie", "kundenzufriedenheit", "donnez votre avis", "enquête de satisfaction", "encuesta de satisfacción",
	"valore su experiencia", "la sua opinione", "sondaggio", "beoordeel ons", "klanttevredenheid", "avalie a sua", "pesquisa de satisfação", "oceń nas", "oceń zakupy", "满意度调查", "アンケート"}

// surveyed tells whether a mail asks for an opinion.
func (d *document) surveyed() bool {
	if d.fresh.Len() > 1500 {
		return false
	}
	text := strings.ToLower(d.fresh.String())
	return slices.ContainsFunc(surveyWords, func(w string) bool { return strings.Contains(text, w) })
}

// survey tells a short mail that asks for an opinion and for nothing else.
func (d *document) survey(best int) bool {
	return !d.reply && d.reading.Statements[best].Kind == parsers.Question && d.surveyed()
}
