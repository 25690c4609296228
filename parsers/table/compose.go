package table

import (
	"slices"
	"strings"
)

// A heading that no list has is made of words of which each says a little: "Cust PO#", "Qté exp.", "Ihre Best.-Nr.", "Nr listu przewoz.".
// Together they decide.

// facet is what one word of a heading says.
type facet uint16

const (
	ofOrder facet = 1 << iota
	ofParcel
	ofCarrier
	ofGoods
	ofPieces
	ofDate
	ofInvoice
	ofUs      // ours to the supplier: "your", "customer"
	ofThem    // the supplier's own: "our", "sales"
	asNumber  // "no.", "code"
	asLink    // "url"
	expecting // "expected"
	ofState   // "status"
	otherwise // says that the column is of something else: "weight", "price"
	asFiller  // small words
	ofBuyer   // "customer": who it is, or whose number
)

// facetWords lists words of headings, folded. One that ends in a star stands for all that begin so.
var facetWords = []struct {
	facet facet
	words string
}{
	{ofOrder, `order orders ord ordr po pos purchase bestell* bestel* best auftrag* commande* cde cmd cmde pedido* ped encomenda* ordine ordini ordinaz* zamow* zam objedn* siparis bon`},
	{ofParcel, `track* trk trck awb waybill sendung* sdg sdgs paket* packstuck* colis suivi seguim* guia guias tracc* ldv vettura spedizione segnacollo zending* zendings* rastre* rastreio przesylk* sledz* przewoz* paczki consign* con connote parcel* airwaybill bordereau kolli* collo colli frachtbrief* trace identcode`},
	{ofCarrier, `carrier* courier* cour via transporteur* transportist* transportador* corriere vettore vervoerder* koerier* kurier* przewoznik* spedit* versanddienst* paketdienst* agencia mensajeria scac`},
	{ofGoods, `goods ware waren merce mercancia marchandise lines item items itm art artikel* article* articul* articolo* artigo* sku skus product* prod produkt* producto* prodotto* produit* part model material indeks towar* towaru mpn style`},
	{ofPieces, `qty quantity qnty units pieces pcs menge anzahl stuck stk quantite* qte qtes cantidad* cant uds unidades quantita* qta pezzi aantal stuks quantidade* qtd qtde ilosc szt sztuk`},
	{ofDate, `date dt dte day datum dat fecha data dzien am on at tag jour giorno`},
	{ofInvoice, `invoice* inv rechnung* facture* fact factura* fattura* factuur* fatura* faktur* bill lieferschein* albaran ddt pakbon* wz`},
	{ofUs, `your yr ihre ihr ihrer votre vos v su sus vostro vostra vs uw seu sua vossa wasz wasza panstwa twoje buyer ponr`},
	{ofThem, `our unsere unser uns notre nos nuestro nuestra nostro nostra ns onze nosso nossa nasz nasze sales so vendor supplier suppl internal interne intern interno warehouse whse lieferant* fournisseur proveedor fornitore leverancier`},
	{ofBuyer, `customer cust client kunde* kunden* klant* cliente clt klienta customers`},
	{asNumber, `nbr no nr num number numbers numero numeros numer numery numeri nummer nummern nummers nro n ref refs reference* referenz* referenc* referentie* riferimento rif id ids code codes cod kod codigo codice identifier`},
	{asLink, `url link links lien enlace`},
	{ofDate | expecting, `eta etd liefertermin* nachliefertermin* liefertermijn* levertermijn nachlieferdatum termin`},
	{expecting, `planned scheduled geplant* geplantes planifie* planificad* pianificat* gepland* planejad* planowan* przewid* expected due available avail promised estimated est prevu prevue previst* voraussichtlich* verfugbar* verwacht* delivery dispo disponib* disponivel restock`},
	{ofState, `status state stato statut estado etat stan situacao`},
	{otherwise, `cnt weight weights gewicht poids peso waga gewichten price prices preis* prix precio* prezzo* prijs preco cena amount betrag montant importe total totals value wert net gross brutto netto length width height freight cost* tax vat type typ typu count service zone name names nom nome nombre nazwa naam address adresse direccion indirizzo adres phone tel telefon email mail city zip plz postcode country street notes note remark* comment* description desc descr bezeichnung designation denominazione omschrijving opis month week time uhrzeit heure hora ora user by method status_date ean gtin upc barcode batch lot serial box boxes cartons size colour color`},
	{asFiller, `the of de del du des di da do der die das dei la le el les los il l d and und et e y i en o or a an za na od van het for fur pour per zum zur with full first last qr`},
}

// beginning is how words begin that say the same.
type beginning struct {
	word  string
	facet facet
}

var facets = func() (f struct {
	whole  map[string]facet
	begins [256][]beginning // by their first byte
}) {
	f.whole = map[string]facet{}
	for _, list := range facetWords {
		for w := range strings.FieldsSeq(list.words) {
			if begin, ok := strings.CutSuffix(w, "*"); ok {
				f.begins[begin[0]] = append(f.begins[begin[0]], beginning{begin, list.facet})
				f.whole[begin] |= list.facet
			} else {
				f.whole[w] |= list.facet
			}
		}
	}
	return f
}()

// facetOf is what one folded word says; 0 where it is not known. "bestellnummer" is an order and a number.
func facetOf(w string) facet {
	if f, ok := facets.whole[w]; ok {
		return f
	}
	if w == "" {
		return 0
	}
	for _, b := range facets.begins[w[0]] {
		rest, ok := strings.CutPrefix(w, b.word)
		if !ok {
			continue
		}
		f := b.facet
		switch {
		case strings.HasSuffix(rest, "nummer") || strings.HasSuffix(rest, "nr") || strings.HasSuffix(rest, "numer") || strings.HasSuffix(rest, "no"):
			f |= asNumber
		case strings.HasSuffix(rest, "datum") || strings.HasSuffix(rest, "date"):
			f |= ofDate
		case strings.HasSuffix(rest, "menge"):
			f |= ofPieces
		case strings.HasSuffix(rest, "status"):
			f |= ofState
		}
		if len(rest) > 4 { // "kundenbestellnr": what the second half says counts too
			f |= facetOf(strings.TrimLeft(rest, "ns"))
		}
		return f
	}
	return 0
}

// composed is the meaning of a heading by its words, and whether all of them are known.
func composed(words []string) (m Meaning, full bool) {
	said, all := facet(0), len(words) > 0
	for _, w := range words {
		f := facetOf(w)
		if f == 0 && strings.Trim(w, "0123456789") != "" {
			all = false
		}
		said |= f
	}
	has := func(f facet) bool { return said&f != 0 }
	switch {
	case has(otherwise):
		return Unknown, false
	case has(ofState):
		m = Status
	case has(ofDate) && has(expecting):
		m = Expected
	case has(ofDate) && said&(ofOrder|ofParcel|ofInvoice|ofCarrier) != 0:
		m = ShipDate
	case has(ofPieces):
		if m = piecesMeaning(words); m == Unknown && said&(ofParcel|ofCarrier) == 0 {
			m = Quantity
		}
	case has(asLink) && has(ofParcel):
		m = Link
	case has(ofInvoice):
		if has(asNumber) || len(words) == 1 {
			m = Invoice
		}
	case has(ofParcel) && has(ofOrder|ofGoods):
		return Unknown, false // "parcel order"
	case has(ofParcel):
		m = Tracking
	case has(ofThem) && has(ofOrder|asNumber) && !has(ofGoods):
		m = Theirs
	case has(ofGoods):
		if has(asNumber) || len(words) == 1 {
			m = SKU
		}
	case has(ofOrder) && !has(ofCarrier), has(ofUs|ofBuyer) && has(asNumber) && (has(ofUs) || refWord(words)):
		m = Order
	case has(ofBuyer) && has(asNumber):
		m = CustomerNo
	case has(ofCarrier) && !has(asNumber):
		m = Carrier
	}
	return m, all && m != Unknown
}

// refWord tells a word for a reference rather than a number: "customer ref" is the customer's, "customer no." is the customer.
func refWord(words []string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, "ref") || strings.HasPrefix(w, "rif") {
			return true
		}
	}
	return false
}

// easternFacets are pieces of headings in Chinese and Japanese, which are written without blanks, simplified and folded.
var easternFacets = []struct {
	facet  facet
	pieces string
}{
	{ofOrder, `注文 受注 発注 オーダー 订单 订购 采购 po order`},
	{ofParcel, `追跡 送り状 送状 お問い合わせ 問い合わせ 問合せ お問合せ 伝票 荷物 トラッキング 运单 快递单 物流单 跟踪 追踪 面单 包裹 单 tracking`},
	{ofCarrier, `配送会社 配送業者 運送会社 運送業者 運送 宅配便 宅配 快递公司 快递 物流公司 物流 承运商 承运 业者 業者 会社 公司`},
	{asNumber, `番号 ナンバー コード 编号 号码 号 no nr id`},
	{ofGoods, `商品 品 製品 产品 货品 型 sku`},
	{ofPieces, `数量 個数 点数 件数 数`},
	{ofDate | expecting, `予定日 見込日 預計日 预计日 納期`},
	{ofDate, `日付 日期 日時 日`},
	{ofState, `状況 状態 ステータス 状态 进度 進捗`},
	{asFiller, `配送 発送 出荷 出貨 発送済 お の ご 的 发货 配達`},
}

var easternPieces = func() (all []beginning) {
	for _, f := range easternFacets {
		for p := range strings.FieldsSeq(f.pieces) {
			all = append(all, beginning{simplified.Replace(p), f.facet})
		}
	}
	slices.SortStableFunc(all, func(a, b beginning) int { return len(b.word) - len(a.word) })
	return all
}()

// easternComposed is composed for a heading in Chinese or Japanese: "受注No", "伝票No", "运单编号". Every piece of it must be known: of a sentence nothing is.
func easternComposed(folded string) Meaning {
	if !eastern(folded) {
		return Unknown
	}
	said := facet(0)
	for rest := strings.ReplaceAll(simplified.Replace(folded), " ", ""); rest != ""; {
		i := slices.IndexFunc(easternPieces, func(p beginning) bool { return strings.HasPrefix(rest, p.word) })
		if i < 0 {
			return Unknown
		}
		said |= easternPieces[i].facet
		rest = rest[len(easternPieces[i].word):]
	}
	has := func(f facet) bool { return said&f != 0 }
	switch {
	case has(ofState):
		return Status
	case has(expecting):
		return Expected
	case has(ofDate):
		return ShipDate
	case has(ofPieces) && has(ofOrder):
		return Ordered
	case has(ofPieces):
		return Unknown // of what: see pieceWords
	case has(asNumber) && has(ofGoods):
		return SKU
	case has(asNumber) && has(ofOrder):
		return Order
	case has(asNumber) && has(ofParcel|ofCarrier):
		return Tracking
	case has(ofCarrier) && !has(ofParcel|ofOrder|ofGoods):
		return Carrier
	}
	return Unknown
}
