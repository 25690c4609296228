package read

import (
	"regexp"
	"strings"

	"waybill/parsers"
	"waybill/parsers/table"
)

// A paper may be about other goods than those that leave for a customer, and has numbers and addresses all the same: a return slip, a quotation, a list of
// samples, spare parts under warranty. Its title says so, or the subject of the mail.

// otherGoods are words in a title of such papers, lower case. Returns are told by table.OfReturns.
var otherGoods = parsers.NewAnyOf("quotation", "quote", "estimate", "pro forma", "warranty", "spare part", "sample", "catalogue", "catalog", "credit note", "repair", "faulty", "please collect", "collect from", "pick up from", "not handed over", "voided labels", "void labels",
	"angebot", "kostenvoranschlag", "garantie", "gewährleistung", "ersatzteil", "muster", "katalog", "gutschrift", "reparatur", "defekt", "bitte abholen", "abholung bei", "reklamation",
	"devis", "pièce détachée", "pièces détachées", "échantillon", "catalogue", "avoir", "réparation", "défectueu", "à retirer chez", "réclamation",
	"presupuesto", "cotización", "garantía", "recambio", "repuesto", "muestra", "catálogo", "nota de crédito", "reparación", "defectuos", "recoger en", "reclamación",
	"preventivo", "garanzia", "ricambi", "campion", "catalogo", "nota di credito", "riparazion", "difettos", "ritirare presso", "reclamo",
	"offerte", "reserveonderdeel", "onderdelen", "monster", "catalogus", "creditnota", "reparatie", "ophalen bij", "klacht",
	"orçamento", "garantia", "peças de reposição", "amostra", "catálogo", "nota de crédito", "reparação", "reparo", "defeituos", "recolher em", "reclamação",
	"wycena", "oferta", "gwarancj", "części zamienn", "próbk", "katalog", "napraw", "wadliw", "odebrać od", "reklamacj",
	"报价", "保修", "备件", "配件", "样品", "樣品", "目录", "维修", "見積", "保証", "部品", "サンプル", "見本", "カタログ", "修理", "不良")

// besideOrder are words by which a title is about an order after all, lower case.
var besideOrder = parsers.NewAnyOf("order", "dispatch", "despatch", "shipped", "shipping", "delivery", "bestell", "auftrag", "versand", "liefer", "command", "expédi", "livraison", "pedido", "envío", "entrega", "ordin", "spedizion", "consegn", "verzend", "levering", "encomenda", "envio", "zamówien", "wysył", "dostaw", "订单", "发货", "注文", "発送", "出荷")

// sentToo are words, lower case, by which something left as well: "Shipped, with return labels".
var sentToo = parsers.NewAnyOf("shipped", "dispatched", "despatched", "sent", "label", "versandt", "versendet", "verschickt", "etikett", "expédié", "envoyé", "étiquette", "enviad", "etiqueta", "spedit", "etichett", "verzonden", "verstuurd", "wysłan", "etykiet", "发货", "面单", "発送", "出荷")

// subjectOnly is what mail programs put before a subject.
var subjectOnly = regexp.MustCompile(`(?i)^(?:\s*(?:re|aw|antw|sv|fw|fwd|wg|tr|rv|i|r|odp|pd|回复|转发|返信|転送)(?:\[\d+\])?\s*[:：])+\s*`)

// titleWords is the most words of a title; longer lines are sentences.
const titleWords = 7

// ofOther tells a title of a paper about other goods than those of an order.
func ofOther(title string) bool {
	words := strings.Fields(title)
	if len(words) == 0 || len(words) > titleWords || len(title) > 90 || strings.ContainsAny(title[len(title)-1:], ".!?") {
		return false
	}
	lower := strings.ToLower(title)
	if table.OfReturns(title) && !sentToo.In(lower) {
		return true
	}
	return otherGoods.In(lower) && (!besideOrder.In(lower) || strings.ToUpper(title) == title && strings.ToLower(title) != title)
}

// titles are the first lines of the writer's own text, up to the first that is a sentence.
func titles(t *parsers.Text) []string {
	const most = 3
	var all []string
	for at := 0; at < len(t.Text) && len(all) < most; {
		end := len(t.Text)
		if n := strings.IndexByte(t.Text[at:], '\n'); n >= 0 {
			end = at + n
		}
		if line := strings.Trim(t.Text[at:end], " \t\r*#=-_"); line != "" {
			line = strings.TrimRight(line, " :：")
			if t.MarkAt(at) != "" || len(strings.Fields(line)) > titleWords || strings.ContainsAny(line, ":：\t|;") {
				break // a sentence, a name and its value, or a row
			}
			all = append(all, line)
		}
		at = end + 1
	}
	return all
}

// aboutOther doubts what a paper about other goods says of parcels.
func aboutOther(statements []parsers.Statement) {
	for i := range statements {
		if s := &statements[i]; !s.Quoted && (s.Kind == parsers.Shipment || len(s.Tracking) > 0) {
			s.Score = min(s.Score, unsure)
			for k := range s.Tracking {
				s.Tracking[k].Score = min(s.Tracking[k].Score, unsure)
			}
		}
	}
}
