package carrier

import "strings"

// meaning is what a word before a number says that the number is.
type meaning byte

const (
	noMeaning meaning = iota
	isTracking
	isOrder
	isReference // of whom? a carrier's where one is named, else an order's
	isInvoice
	isCustomer
	isPhone
	isTax // VAT id, tax number, company register
	isBank
	isArticle // EAN, GTIN, SKU, batch
	isDate
	isMoney
	isPlace // postcode
	isUnit  // pallet, container, seal
	isFiller
)

// against is what each meaning other than tracking takes from the odds, right before the number.
var against = [...]float64{isOrder: 5, isReference: 4.5, isInvoice: 6, isCustomer: 5.5, isPhone: 7, isTax: 7, isBank: 9, isArticle: 6.5, isDate: 5, isMoney: 6, isPlace: 5, isUnit: 6, isFiller: 0}

// words makes a set of a list divided by white space.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// meanings tells what single folded words call the number after them. Head words only: "number", "no" and the like are fillers, so
// "tracking number", "numéro de suivi" and "nr przesyłki" are found by one word each.
var meanings = func() map[string]meaning {
	m := map[string]meaning{}
	for meaning, list := range map[meaning]string{
		isTracking: `tracking track trackings trackingnumber trackingnummer trackingnr trackingno trackingcode tracking# trackingid awb waybill waybills consignment connote con-note airwaybill
			sendungsnummer sendungsnummern sendungsnr sendung sendungen sendungsverfolgung sendungsverfolgungsnummer sendungscode paketnummer paketnummern paketnr paket paketschein paketscheinnummer frachtbrief frachtbriefnummer identcode verfolgungsnummer trackinglink packstucknummer
			suivi colis expedition bordereau
			seguimiento envio guia localizador expedicion rastreo albaran
			spedizione tracciamento tracciatura collo lettera ldv vettura
			zending zendingnummer zendingsnummer verzendnummer pakket pakketnummer barcode trackandtrace tracktrace vrachtbrief
			rastreio rastreamento remessa objeto
			przesylki przesylka sledzenia sledzenie przesylek paczki paczka przewozowy listu
			parcel parcels package packages shipment shipments trace pro
			kolli kollinummer sandningsnummer forsendelse forsendelsesnummer sporingsnummer lahetystunnus seurantakoodi seurantatunnus
			zasilky zasilka sledovani kovetesi csomagszam kargo takip
			трек трек-номер отслеживания накладная накладной посылки ttn ттн`,
		isOrder: `order orders ordernumber orderno ordernr orderid po purchase purchaseorder
			bestellung bestellnummer bestellnr bestell auftrag auftragsnummer auftragsnr auftrage belegnummer beleg vorgang vorgangsnummer
			commande commandes cde pedido pedidos ordine ordini bestelling bestelnummer ordernummer encomendas
			zamowienie zamowienia zamowien ticket case sales so job quote offer offerte angebot angebotsnummer devis objednavka заказ заказа`,
		isReference: `reference ref refs referenz referenznummer referencia riferimento rif referentie referencja encomenda`,
		isInvoice:   `invoice invoices bill inv rechnung rechnungsnummer rechnungsnr re facture factura fattura factuur factuurnummer fatura faktura faktury lieferschein lieferscheinnummer lieferscheinnr delivery-note ls bl receipt quittung credit gutschrift счет`,
		isCustomer:  `customer account acct kunde kundennummer kundennr kdnr kd client cliente klant klantnummer klienta debitor debitorennummer member konto kontonummer mandant lieferantennummer vendor supplier`,
		isPhone:     `phone tel telephone telefon telefonnummer telefono telefone telefoon mobile mobil handy handynummer cell fax telefax whatsapp rufnummer hotline tlf gsm portable movil cellulare call durchwahl mob komorka телефон тел fon`,
		isTax:       `vat vatid ust ustid ustidnr uid mwst tva nif cif piva iva nip regon btw kvk siret siren rcs hrb hrb hra steuernummer steuernr abn acn ein tax eori fiscale cnpj cpf kbo handelsregister company registered registernummer inn инн`,
		isBank:      `iban bic swift bank konto-nr kto blz sort account-no rib compte cuenta conto bankverbindung rekening rachunek`,
		isArticle:   `ean gtin upc isbn asin sku article artikel artikelnummer artikelnr artnr art item items model modell part mpn barcode-ean charge batch lot serial seriennummer imei hs zolltarifnummer taric produkt product produit articolo articulo indeks`,
		isDate:      `date dated datum fecha data on am vom le seit until bis`,
		isMoney:     `amount total price sum summe betrag gesamt preis montant prix importe precio totale prezzo bedrag kwota cena usd eur gbp chf pln`,
		isUnit:      `pallet pallets palette paletten palet palety paleta bancale bancali container seal siegel plombe trailer kennzeichen`,
		isPlace:     `zip postcode plz postleitzahl cap cp`,
		isFiller: `number numbers no nos nr nrs num nummer nummern numero numeros n numer numery id ids code codes codice codici codigo kod is are as was with the your our my this following under follows below
			via de del di du des la le les el los il lo lautet lauten ist sind die der das den dem unter folgende folgender folgenden ihre ihr ihrer deine dein mit fur
			et es est son sont votre vos su sus son i te nostra vostra sua suo uw is van voor het een to and und y e oraz jest sa pod of for here it its link url click hier ici aqui qui tu see please info has have been be now available a an per by`,
	} {
		for _, w := range strings.Fields(list) {
			if _, taken := m[w]; !taken || meaning != isFiller {
				m[w] = meaning
			}
		}
	}
	return m
}()

// cjk are words of languages that are written without spaces, longest first where one holds another.
var cjk = []struct {
	word    string
	meaning meaning
}{
	{"お問い合わせ番号", isTracking}, {"お問合せ番号", isTracking}, {"問い合わせ番号", isTracking}, {"問合せ番号", isTracking}, {"お問い合わせ伝票番号", isTracking}, {"伝票番号", isTracking},
	{"追跡番号", isTracking}, {"送り状番号", isTracking}, {"送り状", isTracking}, {"荷物番号", isTracking}, {"配送番号", isTracking}, {"トラッキング", isTracking}, {"追跡", isTracking}, {"引受番号", isTracking},
	{"运单号", isTracking}, {"運單號", isTracking}, {"运单", isTracking}, {"快递单号", isTracking}, {"快遞單號", isTracking}, {"物流单号", isTracking}, {"物流單號", isTracking}, {"跟踪号", isTracking}, {"追踪号", isTracking}, {"追蹤號碼", isTracking}, {"单号", isTracking}, {"包裹", isTracking}, {"快递", isTracking}, {"发货单号", isTracking}, {"运输单号", isTracking},
	{"订单号", isOrder}, {"订单编号", isOrder}, {"訂單號", isOrder}, {"訂單編號", isOrder}, {"订单", isOrder}, {"訂單", isOrder}, {"采购单", isOrder}, {"注文番号", isOrder}, {"ご注文", isOrder}, {"注文", isOrder}, {"発注番号", isOrder}, {"発注", isOrder}, {"受注番号", isOrder}, {"管理番号", isOrder},
	{"请求书", isInvoice}, {"請求書", isInvoice}, {"发票", isInvoice}, {"發票", isInvoice}, {"納品書", isInvoice}, {"电话", isPhone}, {"電話", isPhone}, {"手机", isPhone}, {"手機", isPhone}, {"携帯", isPhone}, {"联系方式", isPhone},
	{"客户", isCustomer}, {"お客様番号", isCustomer}, {"顧客", isCustomer}, {"会員番号", isCustomer}, {"邮编", isPlace}, {"郵便番号", isPlace}, {"税号", isTax}, {"登録番号", isTax}, {"商品", isArticle}, {"品番", isArticle}, {"型号", isArticle}, {"日期", isDate},
	{"송장번호", isTracking}, {"운송장", isTracking}, {"주문번호", isOrder},
}
