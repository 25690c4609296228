package read_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/carrier"
	"waybill/parsers/read"
)

// told is what a mail must be understood to say.
type told struct {
	name     string
	raw      string
	own      string // domain of the shop
	kind     parsers.Kind
	tracking string // "carrier:number …", those that are news, sorted
	orders   string // called orders in what is news, sorted; "any" where it does not matter
	quoted   string // order that must be found at least in quoted text
	problem  string // code of a problem
}

// news gives the tracking numbers and orders of a reading that are news.
func news(r parsers.Reading) (tracking, orders, quoted string) {
	var numbers, refs, old []string
	for _, s := range r.Statements {
		for _, n := range s.Tracking {
			if !s.Quoted && !n.Quoted && !n.Withdrawn {
				numbers = append(numbers, carrier.Best(n)+":"+n.Number)
			}
		}
		for _, f := range s.Refs {
			if f.Label != parsers.LabelOrder && f.Label != parsers.LabelKey {
				continue
			}
			if s.Quoted || f.Quoted {
				old = append(old, f.Text)
			} else {
				refs = append(refs, f.Text)
			}
		}
	}
	flat := func(list []string) string {
		slices.Sort(list)
		return strings.Join(slices.Compact(list), " ")
	}
	return flat(numbers), flat(refs), flat(old)
}

func check(t *testing.T, cases []told) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := parsers.Profile{KeepText: true}
			if c.own != "" {
				p.Own = []string{c.own}
			}
			r := read.Document([]byte(c.raw), "", p)
			checkPlaces(t, r)
			tracking, orders, quoted := news(r)
			if r.Kind != c.kind {
				t.Errorf("kind is %s, want %s", r.Kind, c.kind)
			}
			if tracking != c.tracking {
				t.Errorf("tracking is %q, want %q", tracking, c.tracking)
			}
			if orders != c.orders && c.orders != "any" {
				t.Errorf("orders are %q, want %q", orders, c.orders)
			}
			if c.quoted != "" && !slices.Contains(strings.Fields(quoted), c.quoted) {
				t.Errorf("quoted orders are %q, want %q", quoted, c.quoted)
			}
			if c.problem != "" && !slices.ContainsFunc(r.Problems, func(p parsers.Problem) bool { return p.Code == c.problem }) {
				t.Errorf("problems are %+v, want %s", r.Problems, c.problem)
			}
			if t.Failed() {
				for _, s := range r.Statements {
					t.Logf("%s", describe(s))
				}
				for _, part := range r.Parts {
					t.Logf("part %s %s %q", part.Number, part.Type, part.Text)
				}
				t.Logf("problems %+v", r.Problems)
			}
		})
	}
}

const (
	from  = "From: Lager <lager@nordlicht.example>\nTo: orders@shop.example\nMessage-ID: <a1@nordlicht.example>\nDate: Tue, 26 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
	plain = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
	page  = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
	reply = "In-Reply-To: <po1@shop.example>\n"
	ups3  = "1ZA4CR120115908307"
	ups4  = "1Z2DD2720160913908"
	dhl2  = "00340434280385280840"
	dpd1  = "01675136134125"
	rm1   = "RB894811316GB"
)

func mixed(parts ...string) string {
	return "Content-Type: multipart/mixed; boundary=b1\n\n--b1\n" + strings.Join(parts, "\n--b1\n") + "\n--b1--\n"
}

func either(text, html string) string {
	return "Content-Type: multipart/alternative; boundary=b2\n\n--b2\n" + plain + text + "\n--b2\n" + page + html + "\n--b2--\n"
}

var forwards = []told{
	{name: "apple forward", raw: from + "Subject: Fwd: Ihr Paket\n" + plain + "zur Info\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: DHL Paket <noreply@dhl.example>\nBetreff: Ihr Paket ist unterwegs\nDatum: 26. August 2025 um 08:12:00 MESZ\nAn: lager@nordlicht.example\n\nIhr Paket mit der Sendungsnummer " + dhl2 + " ist unterwegs.\nReferenz: 1001\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "apple forward, quoted with >", raw: from + "Subject: Fwd: Your parcel\n" + plain + "Begin forwarded message:\n\n> From: UPS <pkginfo@ups.example>\n> Subject: UPS Ship Notification, 1001\n> Date: August 26, 2025 at 8:12:00 AM GMT+2\n> To: lager@nordlicht.example\n> \n> Tracking Number: " + ups3 + "\n> Reference Number: 1001\n> has been shipped\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "gmail forward fr", raw: from + "Subject: Tr : Votre colis\n" + plain + "---------- Forwarded message ---------\nDe : Colissimo <noreply@laposte.example>\nDate: mar. 26 août 2025 à 08:12\nSubject: Votre colis est en route\nTo: <lager@nordlicht.example>\n\nVotre colis 6A12345678901 a été expédié.\nRéférence client : 1001\n", kind: parsers.Shipment, tracking: "colissimo:6A12345678901", orders: "1001"},
	{name: "outlook forward de", raw: from + "Subject: WG: DPD Versandbenachrichtigung\n" + plain + "Hallo,\n\nsiehe unten.\n\nVon: DPD <noreply@dpd.example>\nGesendet: Dienstag, 26. August 2025 08:12\nAn: Lager <lager@nordlicht.example>\nBetreff: Ihr DPD Paket\n\nIhr Paket wurde an DPD übergeben.\nPaketnummer: " + dpd1 + "\nIhre Referenz: 1001\n", kind: parsers.Shipment, tracking: "dpd:" + dpd1, orders: "1001"},
	{name: "outlook forward es", raw: from + "Subject: RV: Su envío\n" + plain + "De: Correos <info@correos.example>\nEnviado el: martes, 26 de agosto de 2025 8:12\nPara: Almacén\nAsunto: Su envío está en camino\n\nSu envío PQ304352054ES ha sido entregado a Correos.\nReferencia: 1001\n", kind: parsers.Shipment, tracking: "correos:PQ304352054ES", orders: "1001"},
	{name: "outlook forward it", raw: from + "Subject: I: Spedizione BRT\n" + plain + "Da: BRT <noreply@brt.example>\nInviato: martedì 26 agosto 2025 08:12\nA: magazzino\nOggetto: Spedizione in partenza\n\nLa spedizione BRT numero spedizione 0123456789012345678 è partita.\nRiferimento: 1001\n", kind: parsers.Shipment, tracking: "brt-it:0123456789012345678", orders: "1001"},
	{name: "outlook forward nl", raw: from + "Subject: FW: Je pakket\n" + plain + "Van: PostNL <noreply@postnl.example>\nVerzonden: dinsdag 26 augustus 2025 08:12\nAan: magazijn\nOnderwerp: Je pakket is onderweg\n\nJe pakket 3SKABA123456789 is verzonden.\nReferentie: 1001\n", kind: parsers.Shipment, tracking: "postnl:3SKABA123456789", orders: "1001"},
	{name: "outlook forward pt", raw: from + "Subject: ENC: Encomenda expedida\n" + plain + "De: CTT <noreply@ctt.example>\nEnviada: terça-feira, 26 de agosto de 2025 08:12\nPara: armazém\nAssunto: Envio CX462889755PT\n\nO envio CX462889755PT foi expedido.\nReferência do cliente: 1001\n", kind: parsers.Shipment, tracking: "portugal-ctt:CX462889755PT", orders: "1001"},
	{name: "outlook forward pl", raw: from + "Subject: PD: Paczka nadana\n" + plain + "Od: InPost <info@inpost.example>\nWysłano: wtorek, 26 sierpnia 2025 08:12\nDo: magazyn\nTemat: Paczka nadana\n\nPaczka InPost 520000012345678901234567 została nadana.\nReferencja: 1001\n", kind: parsers.Shipment, tracking: "inpost:520000012345678901234567", orders: "1001"},
	{name: "forward zh", raw: from + "Subject: 转发: 发货通知\n" + plain + "-----原始邮件-----\n发件人: 顺丰速运 <sf@sf.example>\n发送时间: 2025年8月26日 8:12\n收件人: 仓库\n主题: 发货通知\n\n您的快件已发货，运单号：SF1412345678901\n客户订单号：1001\n", kind: parsers.Shipment, tracking: "sf-express:SF1412345678901", orders: "1001"},
	{name: "forward ja", raw: from + "Subject: Fwd: 【佐川急便】お荷物発送のお知らせ\n" + plain + "---------- Forwarded message ---------\n差出人: 佐川急便 <info@sagawa.example>\n日時: 2025年8月26日(火) 8:12\n件名: お荷物発送のお知らせ\n宛先: <souko@nordlicht.example>\n\nお荷物を発送いたしました。\nお問い合わせ送り状No：733043483955\n注文番号：1001\n", kind: parsers.Shipment, tracking: "sagawa:733043483955", orders: "1001"},
	{name: "forward of a forward", raw: from + "Subject: Fwd: Fwd: Shipped\n" + plain + "fyi\n\n---------- Forwarded message ---------\nFrom: Ann <ann@nordlicht.example>\nDate: Tue, Aug 26, 2025 at 9:00 AM\nSubject: Fwd: Shipped\nTo: Lager <lager@nordlicht.example>\n\nsee below\n\n---------- Forwarded message ---------\nFrom: Factory <f@factory.example>\nDate: Tue, Aug 26, 2025 at 8:12 AM\nSubject: Shipped\nTo: Ann <ann@nordlicht.example>\n\nPO 1001 has shipped via UPS, tracking " + ups3 + ".\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "forward of our own mail with a word on top", own: "shop.example", raw: from + "Subject: Fwd: Purchase order 1001\n" + plain + "Shipped yesterday, " + ups3 + "\n\n---------- Forwarded message ---------\nFrom: Shop <orders@shop.example>\nDate: Mon, Aug 25, 2025 at 9:00 AM\nSubject: Purchase order 1001\nTo: <lager@nordlicht.example>\n\nPlease ship order 1001.\nIf it cannot be shipped, it is cancelled.\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "attached carrier mail", raw: from + "Subject: FYI\n" + mixed(plain+"see attached", "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=\"ship.eml\"\n\nFrom: track@gls.example\nSubject: Ihr GLS Paket\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nDas Paket wurde =FCbergeben.\nGLS Paketnummer: 50812345678\nKundenreferenz: 1001\n"), kind: parsers.Shipment, tracking: "gls:50812345678", orders: "1001"},
	{name: "attached as octet-stream .eml", raw: from + "Subject: FYI\n" + mixed(plain+"see attached", "Content-Type: application/octet-stream; name=\"ship.eml\"\nContent-Disposition: attachment; filename=\"ship.eml\"\nContent-Transfer-Encoding: base64\n\nRnJvbTogdHJhY2tAdXBzLmV4YW1wbGUKU3ViamVjdDogU2hpcHBlZApNZXNzYWdlLUlEOiA8eEB5\nPgoKT3JkZXIgMTAwMSBoYXMgc2hpcHBlZC4gVHJhY2tpbmcgbnVtYmVyOiAxWkE0Q1IxMjAxMTU5\nMDgzMDcK\n"), kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "html forward by Outlook", raw: from + "Subject: WG: Sendung\n" + page + `<html><body><div>Bitte sehr.</div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0"><p><b>Von:</b> DHL &lt;noreply@dhl.example&gt;<br><b>Gesendet:</b> Dienstag, 26. August 2025 08:12<br><b>An:</b> Lager<br><b>Betreff:</b> Sendung unterwegs</p></div><p>Ihre Sendung <b>` + dhl2 + `</b> ist unterwegs.<br>Referenznummer: 1001</p></body></html>`, kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "html forward by Gmail", raw: from + "Subject: Fwd: Shipped\n" + page + `<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <b>UPS</b> <span>&lt;<a href="mailto:n@ups.example">n@ups.example</a>&gt;</span><br>Date: Tue, Aug 26, 2025<br>Subject: Shipped<br>To:  &lt;lager@nordlicht.example&gt;<br></div><br><br><p>Order 1001 has shipped. Tracking number <a href="https://www.ups.com/track?tracknum=` + ups3 + `">` + ups3 + `</a></p></div></div>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "re after fwd with the carrier's notice below", raw: from + reply + "Subject: Re: Fwd: 1001\n" + plain + "Can you check? The number belongs to another customer.\n\nOn Tue, Aug 26, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\n> ---------- Forwarded message ---------\n> From: UPS <n@ups.example>\n> Order 1002 has shipped, " + ups3 + "\n", kind: parsers.Question, tracking: "", orders: "", quoted: "1002"},
}

// forms that came later
var moreForwards = []told{
	{name: "HTML made of plain text", raw: from + reply + "Subject: Re: 1001\n" + page + "<html><body>&gt; Please ship order 1002.<br>&gt; Two boxes, please.<br>&gt; Thank you!<br>&gt; Your shop<br><br>Order 1001 has shipped via UPS, tracking " + ups3 + ".</body></html>", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001", quoted: "1002"},
	{name: "thunderbird forward fr", raw: from + "Subject: Tr: Votre envoi\n" + plain + "voilà\n\n-------- Message transféré --------\nSujet : Votre envoi\nDate : Tue, 4 Nov 2025 09:40:02 +0100\nDe : Chronopost <n@chronopost.example>\nPour : lager@nordlicht.example\n\nVotre envoi n° XY123456789FR a été remis à Chronopost.\nVotre commande : 1001\n", kind: parsers.Shipment, tracking: "chronopost-france:XY123456789FR", orders: "1001"},
	{name: "thunderbird forward de", raw: from + "Subject: Fwd: Sendung\n" + plain + "-------- Weitergeleitete Nachricht --------\nBetreff: \tSendung\nDatum: \tTue, 4 Nov 2025 09:40:02 +0100\nVon: \tDHL <n@dhl.example>\nAn: \tlager@nordlicht.example\n\nIhre Bestellung 1001 ist unterwegs. Sendungsnummer " + dhl2 + "\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
}

var replies = []told{
	{name: "outlook ja", raw: from + reply + "Subject: RE: 注文 1001\n" + plain + "本日発送いたしました。伝票番号は 2222-0297-2994（ヤマト運輸）です。\n\n-----Original Message-----\nFrom: Shop\nSent: Monday, August 25, 2025 9:00 AM\nTo: 倉庫\nSubject: 注文 1001\n\n注文 1002 はキャンセルしました。\n", kind: parsers.Shipment, tracking: "taqbin-jp:222202972994", orders: "1001", quoted: "1002"},
	{name: "gmail ja attribution", raw: from + reply + "Subject: Re: 注文 1001\n" + plain + "在庫切れです。\n\n2025年8月25日(月) 9:00 Shop <orders@shop.example>:\n\n> 注文 1001 を発送してください。\n", kind: parsers.OutOfStock, orders: "1001"},
	{name: "gmail zh attribution", raw: from + reply + "Subject: 回复：订单 1001\n" + plain + "已发货，运单号 YT2412621272053210。\n\nShop <orders@shop.example> 于2025年8月25日周一 09:00写道：\n\n> 订单 1002 已取消。\n", kind: parsers.Shipment, tracking: "yunexpress:YT2412621272053210", orders: "1001"},
	{name: "qq mail", raw: from + reply + "Subject: 回复：订单 1001\n" + plain + "缺货，下个月到货。\n\n\n------------------ 原始邮件 ------------------\n发件人: \"Shop\" <orders@shop.example>;\n发送时间: 2025年8月25日(星期一) 上午9:00\n收件人: \"仓库\"<lager@nordlicht.example>;\n主题: 订单 1001\n\n请发货订单 1001。已取消 1002。\n", kind: parsers.Backorder, orders: "1001"},
	{name: "thunderbird it", raw: from + reply + "Subject: Re: Ordine 1001\n" + plain + "Spedito oggi.\n\nIl 25/08/25 09:00, Shop ha scritto:\n> Ordine 1001, annullato 1002\n", kind: parsers.Shipment, orders: "1001"},
	{name: "thunderbird pl", raw: from + reply + "Subject: Odp: Zamówienie 1001\n" + plain + "Wysłane dzisiaj.\n\nW dniu 25.08.2025 o 09:00, Shop pisze:\n> Zamówienie 1001, anulowane 1002\n", kind: parsers.Shipment, orders: "1001"},
	{name: "outlook mobile nl", raw: from + reply + "Subject: RE: Bestelling 1001\n" + plain + "Is verzonden.\n\nOutlook voor iOS downloaden\n________________________________\nVan: Shop <orders@shop.example>\nVerzonden: maandag 25 augustus 2025 09:00\nAan: magazijn\nOnderwerp: Bestelling 1001\n\nBestelling 1002 is geannuleerd.\n", kind: parsers.Shipment, orders: "1001"},
	{name: "answer inside the quotation without marks", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "See my answers below.\n\n> Has order 1001 shipped?\n\nYes, shipped with UPS " + ups3 + "\n\n> And is AB-2 available?\n\nYes.\n\nRegards\nJo\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "outlook html with blue inline answers", raw: from + reply + "Subject: RE: PO 1001\n" + page + `<html><body><p>Shipped, ` + ups3 + `</p><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Shop &lt;orders@shop.example&gt;<br><b>Sent:</b> Monday, August 25, 2025 9:00 AM<br><b>To:</b> Lager<br><b>Subject:</b> PO 1001</div><div>Order 1002 was cancelled</div></body></html>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001", quoted: "1002"},
	{name: "mobile signature and disclaimer", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "Shipped " + ups3 + "\n\nSent from my iPhone\n\nThis email and any attachments may contain confidential information. If you are not the intended recipient, the order is cancelled.\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "signature with numbers", raw: from + "Subject: Bestellung 1001\n" + plain + "Ihre Bestellung 1001 wurde mit DHL verschickt: " + dhl2 + "\n\nMit freundlichen Grüßen\n\nJan Lager\nNordlicht GmbH · Hafenstr. 5 · 20457 Hamburg\nTel. +49 40 123456789012\nUSt-IdNr. DE123456789 · HRB 123456\nIBAN DE89 3704 0044 0532 0130 00\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "list footer", raw: from + "List-Id: <shipping.nordlicht.example>\nSubject: [shipping] Order 1001\n" + plain + "Order 1001 shipped with Royal Mail, " + rm1 + ".\n_______________________________________________\nshipping mailing list -- shipping@nordlicht.example\nTo unsubscribe send an email to shipping-leave@nordlicht.example\n", kind: parsers.Shipment, tracking: "royal-mail:" + rm1, orders: "1001"},
	{name: "google groups footer", raw: from + "Precedence: list\nSubject: Order 1001\n" + plain + "Order 1001 has shipped, " + ups3 + "\n\n-- \nYou received this message because you are subscribed to the Google Groups \"Orders\" group.\nTo unsubscribe from this group, send an email to orders+unsubscribe@groups.example.\nTo view this discussion visit https://groups.example/d/msgid/orders/CAF3x-aZ9Kq1.\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "quotation above, answer below, signature between", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "Am 25.08.2025 um 09:00 schrieb Shop:\n> Bitte Bestellung 1001 versenden.\n> -- \n> Shop\n\nist raus, Sendungsnummer " + dhl2 + "\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "nothing but a quotation", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "\n\nOn Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\n> Order 1001 has shipped, " + ups3 + "\n", kind: parsers.Other, orders: "1001"},
}

var layouts = []told{
	{name: "rowspan: one order, two parcels", raw: from + "Subject: Shipments\n" + page + `<p>Shipped today:</p><table><tr><th>Order</th><th>Tracking</th></tr><tr><td rowspan="2">1001</td><td>` + ups3 + `</td></tr><tr><td>` + ups4 + `</td></tr><tr><td>1002</td><td>` + rm1 + `</td></tr></table>`, kind: parsers.Shipment, tracking: "royal-mail:" + rm1 + " ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "colspan heading", raw: from + "Subject: Shipments\n" + page + `<table><tr><th colspan="3">Shipped 26.08.</th></tr><tr><th>Order</th><th>Carrier</th><th>Tracking</th></tr><tr><td>1001</td><td>DPD</td><td>` + dpd1 + `</td></tr></table>`, kind: parsers.Shipment, tracking: "dpd:" + dpd1, orders: "1001"},
	{name: "grouped headings", raw: from + "Subject: Shipments\n" + page + `<table><tr><th rowspan="2">Order</th><th colspan="2">Shipment</th></tr><tr><th>Carrier</th><th>Tracking number</th></tr><tr><td>1001</td><td>UPS</td><td>` + ups3 + `</td></tr><tr><td>1002</td><td>UPS</td><td>` + ups4 + `</td></tr></table>`, kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "buttons in rows", raw: from + "Subject: Shipments\n" + page + `<table><tr><th>Order</th><th>Status</th><th></th></tr><tr><td>1001</td><td>Shipped</td><td><a href="https://www.ups.com/track?tracknum=` + ups3 + `">Track</a></td></tr><tr><td>1002</td><td>Shipped</td><td><a href="https://tracking.dpd.de/status/en_US/parcel/` + dpd1 + `">Track</a></td></tr></table>`, kind: parsers.Shipment, tracking: "dpd:" + dpd1 + " ups:" + ups3, orders: "1001 1002"},
	{name: "a form of small tables", raw: from + "Subject: Shipped\n" + page + `<table><tr><td><table><tr><td>Purchase order</td></tr><tr><td>1001</td></tr></table></td><td><table><tr><td>Tracking number</td></tr><tr><td>` + ups3 + `</td></tr></table></td></tr></table><p>Your order has shipped.</p>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "the carrier above the table", raw: from + "Subject: Shipments\n" + page + `<p>Today with GLS:</p><table><tr><th>Order</th><th>Number</th></tr><tr><td>1001</td><td>62463529096</td></tr></table>`, kind: parsers.Shipment, tracking: "gls:62463529096", orders: "1001"},
	{name: "vertical table", raw: from + "Subject: Your shipment\n" + page + `<table><tr><td>Order number</td><td>1001</td></tr><tr><td>Carrier</td><td>UPS</td></tr><tr><td>Tracking number</td><td>` + ups3 + `</td></tr><tr><td>Status</td><td>Shipped</td></tr></table>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "table of divs", raw: from + "Subject: Shipments\n" + page + `<p>Shipped:</p><div style="display:table"><div style="display:table-row"><div style="display:table-cell">Order</div><div style="display:table-cell">Tracking</div></div><div style="display:table-row"><div style="display:table-cell">1001</div><div style="display:table-cell">` + ups3 + `</div></div><div style="display:table-row"><div style="display:table-cell">1002</div><div style="display:table-cell">` + ups4 + `</div></div></div>`, kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "css grid", raw: from + "Subject: Shipments\n" + page + `<p>Shipped:</p><div style="display:grid;grid-template-columns:1fr 1fr"><div>Order</div><div>Tracking</div><div>1001</div><div>` + ups3 + `</div><div>1002</div><div>` + ups4 + `</div></div>`, kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "pre table", raw: from + "Subject: Shipments\n" + page + "<p>Shipped today:</p><pre>Order   Carrier  Tracking\n------  -------  ------------------\n1001    UPS      " + ups3 + "\n1002    UPS      " + ups4 + "\n</pre>", kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "plain table with pipes", raw: from + "Subject: Shipments\n" + plain + "Shipped today:\n\n| Order | Carrier | Tracking |\n|-------|---------|----------|\n| 1001  | UPS     | " + ups3 + " |\n| 1002  | UPS     | " + ups4 + " |\n", kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002"},
	{name: "link without a visible number", raw: from + "Subject: Order 1001 is on its way\n" + page + `<p>Your order 1001 has shipped. <a href="https://tracking.dpd.de/status/en_US/parcel/` + dpd1 + `">Follow your parcel</a></p>`, kind: parsers.Shipment, tracking: "dpd:" + dpd1, orders: "1001"},
	{name: "click counter", raw: from + "Subject: Order 1001 is on its way\n" + page + `<p>Your order 1001 has shipped. <a href="https://click.nordlicht.example/ls/click?upn=abc&amp;url=https%3A%2F%2Fwww.royalmail.com%2Ftrack-your-item%23%2Ftracking-results%2F` + rm1 + `&amp;u=12345678901234"><img src="x.png" alt="Track"></a></p>`, kind: parsers.Shipment, tracking: "royal-mail:" + rm1, orders: "1001"},
	{name: "link in plain text", raw: from + "Subject: Order 1001 is on its way\n" + plain + "Your order 1001 has shipped. Track: <https://gls-group.eu/track/50812345678>\n", kind: parsers.Shipment, tracking: "gls:50812345678", orders: "1001"},
	{name: "link broken over lines", raw: from + "Subject: Order 1001\n" + plain + "Order 1001 has shipped: https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?\npiececode=" + dhl2 + "\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "plain and html disagree", raw: from + "Subject: Order 1001\n" + either("Order 1001 has shipped.", "<p>Order 1001 has shipped with UPS, tracking "+ups3+".</p>"), kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "plain says to look at the html", raw: from + "Subject: Versandbestätigung\n" + either("Ihr E-Mail-Programm kann kein HTML anzeigen.", "<p>Ihre Bestellung 1001 wurde versandt. Sendungsnummer "+dhl2+"</p>"), kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "html empty", raw: from + "Subject: Order 1001\n" + either("Order 1001 shipped, UPS "+ups3, "<html><body><img src=cid:x></body></html>"), kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "neither, a csv", raw: from + "Subject: Shipments\n" + mixed("Content-Type: text/csv; name=s.csv\nContent-Disposition: attachment; filename=s.csv\n\nOrder,Tracking\n1001,"+ups3+"\n"), kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "json-ld order with delivery", raw: from + "Subject: Your order\n" + page + `<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","orderNumber":"1001","orderStatus":"http://schema.org/OrderInTransit","orderDelivery":{"@type":"ParcelDelivery","trackingNumber":"` + ups3 + `","provider":{"@type":"Organization","name":"UPS"}}}</script><p>Hi there</p>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "json-ld with carrier and comment", raw: from + "Subject: Your order\n" + page + "<script type='application/ld+json'>\n<!--\n[{\"@type\":\"http://schema.org/ParcelDelivery\",\"trackingUrl\":\"https://www.ups.com/track?tracknum=" + ups3 + "\",\"carrier\":\"UPS\",\"partOfOrder\":{\"orderNumber\":\"1001\"}}]\n-->\n</script><p>Hi</p>", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "rdfa", raw: from + "Subject: Your order\n" + page + `<div vocab="http://schema.org/" typeof="ParcelDelivery"><span property="trackingNumber">` + ups3 + `</span><div property="partOfOrder" typeof="Order"><span property="orderNumber">1001</span></div></div>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "json-ld order confirmed", raw: from + "Subject: Thanks\n" + page + `<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","orderNumber":"1001","orderStatus":"http://schema.org/OrderProcessing"}</script><p>Hi there</p>`, kind: parsers.Acknowledgement, orders: "1001"},
	{name: "order cancelled by json-ld", raw: from + "Subject: Update\n" + page + `<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","orderNumber":"1001","orderStatus":"https://schema.org/OrderCancelled"}</script><p>Hi there</p>`, kind: parsers.Cancellation, orders: "1001"},
	{name: "number cut by tags", raw: from + "Subject: Order 1001\n" + page + `<p>Order 1001 has shipped. Tracking: <span>1ZA4CR12</span><wbr><span>0115908307</span></p>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "number in cells", raw: from + "Subject: Order 1001\n" + page + `<p>Order 1001 has shipped. Tracking: 1Z&nbsp;A4C&nbsp;R12&nbsp;01&nbsp;1590&shy;&nbsp;8307</p>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "image button", raw: from + "Subject: Order 1001 shipped\n" + page + `<a href="https://www.ups.com/track?tracknum=` + ups3 + `"><img alt="Track my order" src="x"></a><p>Order 1001 has shipped</p>`, kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
}

var wrapped = []told{
	{name: "winmail", raw: from + "Subject: Order 1001\n" + mixed(plain+"Order 1001 see attachment", "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgAAAAA=\n"), kind: parsers.Other, orders: "1001", problem: "unknown_format"},
	{name: "winmail as octet-stream", raw: from + "Subject: Order 1001\n" + mixed(plain+"Order 1001 has shipped", "Content-Type: application/octet-stream; name=winmail.dat\nContent-Disposition: attachment; filename=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgAAAAA=\n"), kind: parsers.Shipment, orders: "1001", problem: "unknown_format"},
	{name: "s/mime signed", raw: from + "Subject: Order 1001\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=s1\n\n--s1\n" + plain + "Order 1001 has shipped, " + ups3 + "\n--s1\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n--s1--\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "s/mime encrypted", raw: from + "Subject: Order 1001\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n", kind: parsers.Other, orders: "1001", problem: "encrypted"},
	{name: "pgp clear-signed", raw: from + "Subject: Order 1001\n" + plain + "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrder 1001 has shipped, " + ups3 + "\n- -- \nJo\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE1ZA4CR120115908307abcdef1234567890ABCDEF\n=1Z99\n-----END PGP SIGNATURE-----\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "pgp inline encrypted", raw: from + "Subject: Order 1001\n" + plain + "-----BEGIN PGP MESSAGE-----\n\nhQEMA1ZA4CR120115908307\n=abcd\n-----END PGP MESSAGE-----\n", kind: parsers.Other, orders: "1001", problem: "encrypted"},
	{name: "calendar", raw: from + "Subject: Order 1001\n" + mixed(plain+"Order 1001 has shipped, "+ups3, "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nUID:33307924402012345678\nEND:VCALENDAR\n"), kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "image only", raw: from + "Subject: Order 1001\nContent-Type: multipart/related; boundary=r1\n\n--r1\n" + page + "<img src=\"cid:a\">\n--r1\nContent-Type: image/png\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r1--\n", kind: parsers.Other, orders: "1001"},
	{name: "pgp mime signed", raw: from + "Subject: Order 1001\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s1\n\n--s1\n" + either("Order 1001 has shipped, "+ups3, "<p>Order 1001 has shipped, "+ups3+"</p>") + "\n--s1\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--s1--\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "return label only", raw: from + "Subject: Return label for order 1001\n" + plain + "Hello,\n\nplease find below the return label for order 1001.\nReturn tracking number: " + ups3 + "\n", kind: parsers.Other, tracking: "", orders: "1001"},
	{name: "outbound and return label", raw: from + "Subject: Order 1001\n" + plain + "Order 1001 has shipped with UPS.\nTracking number: " + ups3 + "\nReturn tracking number: " + ups4 + "\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "retourenlabel", raw: from + "Subject: Bestellung 1001\n" + plain + "Ihre Bestellung 1001 wurde verschickt.\nSendungsnummer: " + dhl2 + "\nRetourenlabel: 00340434148525388859\n", kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"},
	{name: "damaged html swallows text", raw: from + "Subject: Order 1001\n" + page + `<p>Order 1001 has shipped. <a href="https://shop.example/x>Tracking</a> ` + ups3 + ` for order 1002</p><p>Order 1003 has "shipped" ` + ups4 + `</p>`, kind: parsers.Shipment, tracking: "ups:" + ups4 + " ups:" + ups3, orders: "1001 1002 1003"},
}

func TestForwards(t *testing.T) { check(t, slices.Concat(forwards, moreForwards)) }
func TestReplies(t *testing.T)  { check(t, replies) }
func TestLayouts(t *testing.T)  { check(t, layouts) }
func TestWrapped(t *testing.T)  { check(t, wrapped) }
