package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// section is what a title says of all rows below it: "Backordered", "LIEFERSCHEIN", or a sheet's name.
type section struct {
	state state
	at    parsers.Value
	row   int // where it stands; 0: on the sheet's tab
	ok    bool
	// shades says that the title is none of those, and leaves open whether what is below it has left.
	shades bool
}

// lent is what stands above a table of products and holds for all of its rows: which order, which parcel, what became of it.
type lent struct {
	refs []parsers.Ref
	kind parsers.Kind
	at   parsers.Value
}

// titles are what papers are called that say by their name what became of the goods, folded.
var titles = func() map[string]parsers.Kind {
	m := map[string]parsers.Kind{}
	for kind, list := range map[parsers.Kind]string{
		parsers.Shipment: `packing list, packing slip, packing note, delivery note, delivery slip, dispatch note, despatch note, dispatch advice, despatch advice, shipping confirmation, shipment confirmation, dispatch confirmation, shipping notice, shipping advice, advance ship notice, advance shipping notice, asn, shipping note, goods dispatched, shipping report, shipment report, dispatch report, tracking report, shipping list, dispatch list, shipping manifest,
			lieferschein, packliste, packzettel, versandanzeige, versandavis, lieferavis, versandbestatigung, versandliste, versandmeldung, lieferavise, versandbericht,
			bon de livraison, bordereau de livraison, bordereau d expedition, liste de colisage, avis d expedition, confirmation d expedition, liste des expeditions,
			albaran, albaran de entrega, nota de entrega, lista de embalaje, aviso de expedicion, confirmacion de envio, aviso de envio, lista de envios,
			documento di trasporto, ddt, bolla di consegna, bolla, lista di imballaggio, avviso di spedizione, conferma di spedizione, conferma spedizione,
			pakbon, paklijst, leverbon, verzendbevestiging, verzendadvies, verzendlijst, leveringsbon, guia de remessa, guia de transporte, romaneio, aviso de expedicao, confirmacao de envio, lista de expedicao,
			dokument wydania, list przewozowy, lista pakowa, potwierdzenie wysylki, awizo wysylki, specyfikacja wysylki, dowod dostawy, 发货清单, 装箱单, 送货单, 发货单, 出货单, 发货通知, 納品書, 出荷案内, 出荷案内書, 出荷明細, 出荷明細書, 出荷通知, 発送案内`,
		parsers.Acknowledgement: `order confirmation, order acknowledgement, order acknowledgment, purchase order acknowledgement, confirmation of order, sales order confirmation, auftragsbestatigung, bestellbestatigung, bestatigung, confirmation de commande, accuse de reception, accuse de reception de commande, confirmacion de pedido, confirmacion del pedido, acuse de recibo, conferma d ordine, conferma ordine, conferma dell ordine, orderbevestiging, bestelbevestiging, confirmacao de encomenda, confirmacao do pedido, confirmacao de pedido, potwierdzenie zamowienia, potwierdzenie przyjecia zamowienia, 订单确认, 订单确认书, 注文請書, 注文確認書, 受注確認書`,
		parsers.Backorder:       `backorder report, back order report, backorder list, backorder notice, ruckstandsliste, ruckstandsmeldung, liste des reliquats, lista de pendientes, backorderlijst, 欠货清单`,
		parsers.Cancellation:    `cancellation notice, cancellation list, stornoliste, stornobestatigung, avis d annulation, aviso de cancelacion, conferma di annullamento`,
	} {
		for t := range strings.SplitSeq(list, ",") {
			m[strings.Join(strings.Fields(t), " ")] = kind
		}
	}
	return m
}()

// plainNouns are words beside a state that leave it what it is: "Backordered items", "Stornierte Artikel vom 12.05.". Folded.
var plainNouns = map[string]bool{"orders": true, "order": true, "items": true, "item": true, "lines": true, "products": true, "articles": true, "list": true, "of": true, "the": true, "today": true, "following": true, "s": true, "as": true, "per": true, "artikel": true, "bestellungen": true, "positionen": true, "auftrage": true, "vom": true, "liste": true, "am": true, "commandes": true, "du": true, "le": true, "les": true, "articulos": true, "pedidos": true, "del": true, "dia": true, "los": true, "articoli": true, "ordini": true, "oggi": true, "heute": true, "hoy": true, "artikelen": true, "bestellingen": true, "no": true, "nr": true, "n": true, "nummer": true, "numero": true, "to": true, "date": true, "produkte": true, "sheet": true, "report": true}

// vague states say too little where they stand above a table: "Complete list", "New".
var vagueTitles = map[string]bool{"complete": true, "completed": true, "done": true, "new": true, "open": true, "none": true, "neu": true, "offen": true, "erledigt": true, "closed": true, "pending": true, "received": true, "error": true, "problem": true, "question": true, "invalid": true}

// titleState reads a title: what it says of the rows below it.
func titleState(title string) (state, bool) {
	if len(title) > 80 {
		return state{}, false
	}
	var words []string
	for w := range strings.FieldsSeq(carrier.Fold(title)) {
		if digitsIn(w) == 0 {
			words = append(words, w)
		}
	}
	if kind, ok := titles[strings.Join(words, " ")]; ok {
		return state{kind: kind, score: titled}, true
	}
	for n := min(4, len(words)); n > 0; n-- { // "Packing list Prairie Supply", "Lieferschein Nr."
		if kind, ok := titles[strings.Join(words[:n], " ")]; ok && len(words) <= 7 {
			return state{kind: kind, score: titled}, true
		}
	}
	if s, ok := statesByWord[strings.Join(words, " ")]; ok && !vagueTitles[strings.Join(words, " ")] {
		s.score = titled
		return s, true
	}
	kept := words[:0]
	for _, w := range words {
		if !plainNouns[w] {
			kept = append(kept, w)
		}
	}
	said := strings.Join(kept, " ")
	if s, ok := statesByWord[said]; ok && !vagueTitles[said] {
		s.score = titled
		return s, true
	}
	if s, ok := statesByWord[strings.TrimSuffix(said, "s")]; ok && !vagueTitles[said] && len(said) > 4 { // "Backorders", "Cancellations"
		s.score = titled
		return s, true
	}
	if s, ok := senseOf(kept, false); ok && len(kept) <= 3 && digitsIn(title) == 0 && costly[s.kind] && s.kind != parsers.Rejection { // "Annullati", "In arrivo"
		s.score = titled
		return s, true
	}
	return state{}, false
}

// titled is the score (0 to 1) of what only a title says.
const titled = 0.75

// entitle takes a row that is nothing but a title; false where it is none.
func (r *reader) entitle(w *row) bool {
	at := -1
	for i := range w.cells {
		if w.cell(i) == "" || at >= 0 && w.cell(i) == w.cell(at) { // a cell over several columns
			continue
		}
		if at >= 0 {
			return false
		}
		at = i
	}
	if at < 0 || digitsIn(w.cell(at)) >= 12 {
		return false
	}
	s, ok := titleState(w.cell(at))
	if !ok && ofReturns(strings.Fields(carrier.Fold(w.cell(at)))) {
		s, ok = returnsState, true
	}
	if !ok && overRow(w.cell(at)) {
		r.section = section{shades: true, row: w.number}
		return true
	}
	if !ok {
		return false
	}
	r.section = section{state: s, at: parsers.Value{Text: w.cell(at), At: r.place(w, at)}, row: w.number, ok: true}
	return true
}

// untitle takes a row with nothing but words where others have their order: a title that says nothing that is known. What the title before it said ends here.
func (r *reader) untitle(w *row) bool {
	if r.text || len(r.uses.orders) == 0 {
		return false
	}
	for i := range w.cells {
		if c := w.cell(i); c != "" && (!contains(r.uses.orders, i) || digitsIn(c) > 0 || len(c) < 4) {
			return false
		}
	}
	r.section, r.orders, r.sent = section{}, nil, parsers.Value{}
	return true
}

// group takes a row that names the order of those below it: "Order: 10231", or "Order" and beside it "10231" in a table that has no column for orders.
func (r *reader) group(w *row) bool {
	first, second, filled := -1, -1, 0
	for i := range w.cells {
		if w.cell(i) == "" || first >= 0 && w.cell(i) == w.cell(first) { // a cell over several columns
			continue
		}
		if filled++; first < 0 {
			first = i
		} else if second < 0 {
			second = i
		} else {
			break // more cells than a group has, unless it is one cell that names it
		}
	}
	if filled == 0 {
		return false
	}
	title, value, at := w.cell(first), "", first
	before, after, inside := strings.Cut(strings.ReplaceAll(title, "：", ":"), ":")
	switch inside = inside && strings.TrimSpace(after) != ""; {
	case inside:
		title, value = before, strings.TrimSpace(after)
	case filled == 2 && len(r.uses.orders) == 0:
		value, at = w.cell(second), second
	default:
		return filled == 1 && r.groupTitle(w, first)
	}
	m, full, _ := r.meaning(strings.TrimRight(title, " :："))
	if !full || m != Order && m != Key || digitsIn(value) == 0 || digitsIn(title) > 0 || len(value) > 40 {
		return false
	}
	label := parsers.LabelOrder
	if m == Key {
		label = parsers.LabelKey
	}
	r.lent = &lent{refs: []parsers.Ref{{Value: parsers.Value{Text: value, At: r.inside(w, at, value)}, Label: label}}}
	if t := &r.section; t.ok && !t.state.waits() {
		r.lent.kind, r.lent.at = t.state.kind, t.at
	}
	r.orders, r.sent = nil, parsers.Value{}
	if inside && filled > 1 {
		r.grouped(w, second)
	}
	return true
}

// groupTitle takes a row whose one cell, over the products or parcels of a table that has no column for orders, names one: "Bestellung 4711 - Hartung".
func (r *reader) groupTitle(w *row, at int) bool {
	if len(r.uses.orders)+len(r.uses.keys) > 0 || contains(r.uses.tracking, at) {
		return false
	}
	number := r.orderIn(w.cell(at))
	if number == "" {
		return false
	}
	r.lent = &lent{refs: []parsers.Ref{{Value: parsers.Value{Text: number, At: r.inside(w, at, number)}, Label: parsers.LabelOrder}}}
	if t := &r.section; t.ok && !t.state.waits() {
		r.lent.kind, r.lent.at = t.state.kind, t.at
	}
	r.orders, r.sent = nil, parsers.Value{}
	return true
}

// grouped reads what stands beside the name of a group's order, from a column on: the parcel of all that follows.
func (r *reader) grouped(w *row, from int) {
	var found []parsers.Tracking
	for i := from; i < len(w.cells); i++ {
		c := w.cell(i)
		if digitsIn(c) < 8 || len(c) > 500 {
			continue
		}
		for _, t := range carrier.Find(c, carrier.Context{Usual: r.profile.Carrier}) {
			if t.Score >= 0.9 && !t.Invalid {
				t.At = r.inside(w, i, t.Text)
				found = append(found, t)
			}
		}
	}
	if len(found) == 0 {
		return
	}
	s := r.begin()
	s.Kind, s.KindAt, s.Score, s.Refs, s.Tracking = parsers.Shipment, found[0].Value, 0.95, r.lent.refs, found
	r.lent.kind, r.lent.at = s.Kind, s.KindAt
}

// named lets the name of a sheet say what became of the orders on it.
func (r *reader) named() {
	r.around(r.sheet)
	r.shadedBy(r.sheet)
	if s, ok := nameState(r.sheet); ok {
		r.section = section{state: s, at: parsers.Value{Text: r.sheet, At: parsers.Place{Part: r.part, Sheet: r.sheet}}, ok: true}
	}
}

// filed lets the name of a file say what became of the orders in it: "backorders 12 May.csv".
func (r *reader) filed(name string) {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	r.specimen = exampleName(name)
	r.around(name)
	r.shadedBy(name)
	if s, ok := nameState(strings.NewReplacer("_", " ", "-", " ").Replace(name)); ok {
		r.section = section{state: s, at: parsers.Value{Text: name, At: parsers.Place{Part: "filename", End: len(name)}}, ok: true}
	}
}

// returnsState is what a title about returns says of the rows below it.
var returnsState = state{kind: parsers.Question, score: titled, hint: mishap}

// nameState reads the name of a file or a sheet.
func nameState(name string) (state, bool) {
	if s, ok := titleState(name); ok {
		return s, s.kind != ""
	}
	var words []string
	for w := range strings.FieldsSeq(carrier.Fold(name)) {
		if digitsIn(w) == 0 && w != "return" { // a "return file" answers another
			words = append(words, w)
		}
	}
	return returnsState, ofReturns(words)
}

// under lets a title say what a row does not say itself. That all of a list was shipped is not said of a row without a parcel, where others have one.
func (r *reader) under(w *row, s *parsers.Statement, n *counts) {
	t := &r.section
	if t.ok && costly[t.state.kind] && costly[s.Kind] && s.Score <= noted && t.state.kind != s.Kind { // "Cancelled orders", and the reason is a note beside
		s.Kind, s.KindAt, s.Score = t.state.kind, t.at, t.state.score
		return
	}
	if !t.ok || s.Kind != "" || n.none || t.state.kind == parsers.Shipment && len(r.uses.tracking)+len(r.uses.links) > 0 {
		return
	}
	if t.state.waits() {
		r.waits(w, s, t.state, t.at)
		return
	}
	s.Kind, s.KindAt, s.Score, s.Partial = t.state.kind, t.at, t.state.score, t.state.partial
}

// costly are the kinds of which one may be the reason of another.
var costly = map[parsers.Kind]bool{parsers.Cancellation: true, parsers.OutOfStock: true, parsers.Backorder: true, parsers.Rejection: true}

// follow reads a row of products under an order that is named above the table.
func (r *reader) follow(w *row) bool {
	u := &r.uses
	if r.lent == nil || len(u.orders)+len(u.tracking)+len(u.keys)+len(u.links) > 0 {
		return false
	}
	line := r.product(w)
	n := r.counts(w)
	if line.SKU.Text == "" && (line.Title.Text == "" || !n.ordered.ok && !n.left.ok) {
		return false
	}
	s := r.begin()
	r.decide(w, s, &n)
	if s.Kind == "" && !n.none {
		s.Kind, s.KindAt = r.lent.kind, r.lent.at
		if s.Kind != "" {
			s.Score = titled
		}
	}
	if r.stillOpen(w, s, &n) && r.lent.kind == parsers.Shipment {
		s.Kind, s.KindAt, s.Score = parsers.Backorder, n.remaining.at, titled
	}
	r.lines(w, s, &n)
	s.Refs = r.lent.refs
	if len(s.Lines) == 0 && s.Kind == "" {
		r.dismiss()
	}
	return true
}
