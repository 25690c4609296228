package table

import (
	"strings"

	"waybill/parsers/carrier"
)

// Meaning is what a column holds.
type Meaning string

const (
	Unknown    Meaning = ""
	Order      Meaning = "order"     // our order or PO number
	Theirs     Meaning = "theirs"    // the supplier's own number
	Key        Meaning = "key"       // our planted key
	Tracking   Meaning = "tracking"  // one or more tracking numbers
	Link       Meaning = "link"      // a tracking link
	Carrier    Meaning = "carrier"   // who ships
	SKU        Meaning = "sku"       // product code
	Title      Meaning = "title"     // product in words
	Contents   Meaning = "contents"  // products with their quantities in one cell
	Quantity   Meaning = "quantity"  // pieces, of what the row speaks of
	Ordered    Meaning = "ordered"   // pieces ordered
	Shipped    Meaning = "shipped"   // pieces shipped
	Backorder  Meaning = "backorder" // pieces on backorder
	Remaining  Meaning = "remaining" // pieces that have not left yet
	Cancelled  Meaning = "cancelled" // pieces cancelled
	Short      Meaning = "short"     // pieces that are out of stock
	Sent       Meaning = "sent"      // whether it has left: yes or no
	Asked      Meaning = "asked"     // whether it is cancelled, out of stock or late: yes or no
	Status     Meaning = "status"
	Note       Meaning = "note" // free words
	Expected   Meaning = "date" // when goods are promised
	ShipDate   Meaning = "ship_date"
	Name       Meaning = "name"
	FirstName  Meaning = "first_name"
	LastName   Meaning = "last_name"
	Company    Meaning = "company"
	Street     Meaning = "street"
	House      Meaning = "house" // the number of the house, where it has a column
	Postcode   Meaning = "postcode"
	City       Meaning = "city"
	Region     Meaning = "region"
	Country    Meaning = "country"
	Phone      Meaning = "phone"
	Email      Meaning = "email"
	Invoice    Meaning = "invoice"
	CustomerNo Meaning = "customer"
	Void       Meaning = "void"   // whether the label was taken back: yes or no
	Return     Meaning = "return" // numbers and labels for goods that come back: no shipment's
	Ignore     Meaning = "ignore"
)

// headings lists what columns are called, folded (see carrier.Fold), divided by commas. Words that stand in several lists belong to the first.
var headings = []struct {
	meaning Meaning
	names   string
}{
	{Ignore, `service type, shipment information service type, servicetype, package type, parcel type, qty alloc, qty allocated, allocated qty, allocated, quantity allocated, alloc, qty reserved, reserved qty, qty reserved quantity, qty on hand, on hand, qty in stock, stock qty, free stock, qty available, qty invoiced, invoiced qty, quantity invoiced, qty to invoice, qty returned, number of parcels, order item id, order line id, order line, order item, order line no, order line number, line item id, order date, order total, order value, order weight, order type`},
	{Void, `void, voided, is voided, void indicator, void label, label voided, voided label, shipment information void indicator, package void indicator, cancelled label, label cancelled, shipment voided, storniertes label`},
	{Key, `wb key, waybill key, key, token, reply key, wb, waybill token`},
	{Tracking, `colli, collinummers, collo s, numeros de colis, numery paczek, paczki nr, n volume, n o volume, numero do volume, numeri colli, numero d envoi, n d envoi, no d envoi, numero envoi, n envoi colis, package tracking number, package tracking no, shipment information lead tracking number, lead tracking number, master tracking number, item number pin, pin, お問合せ送り状no, お問い合わせ送り状no, お問合せ送り状番号, お問い合わせ送り状番号, お問合せno, お問い合わせno, tracking, tracking number, tracking numbers, tracking no, tracking nr, tracking num, tracking code, tracking codes, tracking id, tracking ids, trackingnumber, tracking reference, track, track no, track number, track and trace, track trace, trackcode, tracking info, tracking information, tracking details, parcel tracking,
		awb, awb no, awb number, air waybill, waybill, waybill no, waybill number, consignment, consignment no, consignment number, con note, connote, connote number, parcel no, parcel number, parcel id, package id, package no, shipment number, shipment id, shipment no, shipment reference, carrier tracking, carrier reference, pro number, pro no, barcode tracking, label number,
		sendungsnummer, sendungsnummern, sendungs nr, sendungsnr, sendung, sendungsverfolgung, sendungsverfolgungsnummer, paketnummer, paketnummern, paket nr, paketnr, trackingnummer, tracking nummer, frachtbriefnummer, frachtbrief nr, versandnummer, paketscheinnummer, identcode, packstuecknummer, packstucknummer,
		numero de suivi, numero d envoi, n d envoi, n de suivi, no de suivi, suivi, code de suivi, no suivi, num suivi, numero suivi, n suivi, suivi colis, numero de colis, n colis, no colis, numero d expedition, bordereau, numero de bordereau, reference de suivi, lien de suivi numero,
		numero de seguimiento, n de seguimiento, no seguimiento, seguimiento, codigo de seguimiento, numero de guia, guia, localizador, numero de envio, n envio, no de seguimiento, expedicion, numero de expedicion, num seguimiento, albaran de transporte,
		numero di tracciamento, numero tracking, numero di tracking, codice tracking, codice di tracciamento, tracciamento, numero spedizione, n spedizione, codice spedizione, numero di spedizione, lettera di vettura, ldv, segnacollo,
		track en trace, track trace code, zendingnummer, zendingsnummer, verzendnummer, pakketnummer, barcode, traceernummer, track en trace code, tracknummer, volgnummer,
		codigo de rastreio, rastreio, numero de rastreio, codigo de rastreamento, numero de rastreamento, rastreamento, numero de envio, codigo objeto, objeto, numero de seguimento, codigo de envio, seguimento,
		numer przesylki, nr przesylki, numer sledzenia, nr sledzenia, list przewozowy, numer listu przewozowego, nr listu przewozowego, numer paczki, nr paczki, przesylka, nr listu, numer listu,
		运单号, 运单号码, 快递单号, 物流单号, 跟踪号, 追踪号, 单号, 跟踪单号, 物流编号, 快递号, 運單號, 物流單號, 追蹤號碼, 快遞單號, 转单号,
		追跡番号, 送り状番号, お問い合わせ番号, お問い合わせ伝票番号, 問い合わせ番号, 伝票番号, 送り状no, 配送番号, トラッキング番号, 荷物番号, 荷物追跡番号, お問合せ番号, 운송장번호, 송장번호, 운송장, 등기번호,
		sporingsnummer, sporingsnr, pakkenummer, pakkenr, forsendelsesnummer, forsendelsesnr, forsendelse, sendingsnummer, sendingsnr, sandningsnr, kollinr, pakettinumero, lahetystunnus, kollinummer, kolli id, sandningsnummer, sparningsnummer, seurantakoodi, cislo zasilky, sledovaci cislo, csomagszam, takip no, kargo takip no, трек номер, номер отслеживания, номер накладной`},
	{Link, `tracking url, tracking link, track url, track link, url, link, sendungslink, trackinglink, lien de suivi, enlace de seguimiento, link tracking, trackinglink url, enlace, 追跡url, 查询链接`},
	{Carrier, `発送方法, 配送方法, 出荷方法, 发货方式, 发运方式, 配送方式, carrier, carrier name, carrier code, courier, courier name, courier code, shipper, ship via, shipped via, shipping carrier, shipping provider, shipping company, provider, scac, service provider, freight company, freight carrier, delivery company, delivery service, tracking provider, tracking company, via, forwarder, logistics provider, logistics company,
		versanddienstleister, versender, versandart, versanddienst, paketdienst, spediteur, spedition, frachtfuhrer, dienstleister, lieferdienst, zusteller, kurier, logistiker, frachtfuehrer,
		transporteur, transporteurs, nom du transporteur, mode de livraison, livreur, prestataire, transportista, agencia, agencia de transporte, empresa de transporte, mensajeria, compania de envio, empresa de envio,
		corriere, vettore, spedizioniere, trasportatore, vervoerder, koerier, verzendmethode, verzender, bezorger, pakketdienst, transportadora, transportador, empresa de entrega, correios,
		przewoznik, kurier, firma kurierska, spedytor, dostawca uslugi, sposob wysylki,
		承运商, 快递公司, 物流公司, 物流商, 快递, 物流方式, 渠道, 承運商, 物流渠道, 配送業者, 運送会社, 配送会社, 運送業者, 宅配業者, 宅配便, 転送業者, 택배사, 운송사, 배송업체, transportor, fragtforer, fragtmand, fraktforer, speditor, budfirma, kuljetusliike, transportfirma, kuljetusyhtio, dopravce, szallito`},
	{Theirs, `our reference, our ref, our order, our order no, our order number, sales order, sales order no, sales order number, so, so number, so no, supplier reference, supplier order, supplier ref, vendor reference, vendor order, job no, job number, order confirmation, supplier order number, vendor order number, confirmation number, internal id, internal reference, warehouse order,
		unsere auftragsnummer, unsere referenz, unser zeichen, unsere nr, unsere auftragsnr, unser auftrag, ab nummer, ab nr, auftragsbestatigung, interne nummer, belegnummer,
		notre reference, notre ref, notre commande, notre numero, n ref, reference interne, nuestra referencia, nuestro pedido, referencia interna, nuestro numero, nostro riferimento, ns riferimento, nostro ordine, ns ordine, rif interno, riferimento interno,
		onze referentie, ons ordernummer, onze order, intern nummer, onze ref, nossa referencia, nosso pedido, nosso numero, nasz numer, nasze zamowienie, nr wewnetrzny, numer wewnetrzny,
		我方单号, 内部单号, 我司单号, 系统单号, 弊社管理番号, 受注番号, 当社注文番号, 弊社受注番号, 社内番号`},
	{Invoice, `invoice, invoice no, invoice number, invoice id, bill no, rechnung, rechnungsnummer, rechnungs nr, rechnungsnr, rechnung nr, lieferschein, lieferscheinnummer, lieferschein nr, lieferscheinnr, delivery note, delivery note no, packing slip, facture, numero de facture, n facture, no facture, bon de livraison, factura, numero de factura, n factura, albaran, fattura, numero fattura, n fattura, ddt, n ddt, factuur, factuurnummer, pakbon, pakbonnummer, fatura, numero da fatura, nota fiscal, faktura, numer faktury, nr faktury, wz, nr wz, 发票号, 发票号码, 請求書番号, 納品書番号, 伝票no`},
	{CustomerNo, `abrechnungsnummer, abrechnungs nr, billing number, billing account, billing account number, numero de contrat, no contrat, numero contrato, n contrato, codice contratto, contractnummer, numer umowy, customer no, customer number, customer id, customer code, account, account no, account number, kundennummer, kunden nr, kundennr, kd nr, kdnr, debitor, code client, numero client, n client, no client, numero de cliente, codigo cliente, n cliente, codice cliente, cod cliente, klantnummer, klantcode, numero do cliente, codigo do cliente, numer klienta, nr klienta, 客户编号, 客户代码, 顧客番号, 得意先コード`},
	{Order, `reference num, ref num, cust reference num, customer reference num, sendungsreferenz, paketreferenz, shipment reference, parcel reference, reference colis, reference expedition, reference envoi, referencia envio, referencia del envio, riferimento spedizione, zendingreferentie, zendingsreferentie, pakketreferentie, referencja przesylki, referencja paczki, referencia do envio, package reference, package reference no, shipment information reference, reference on label, source document, source doc, brondocument, document d origine, documento de origen, documento di origine, documento origem, dokument zrodlowy, herkunftsbeleg, internet, internetnummer, internet nummer, external document no, external document number, ext document no, customer ref 1, customer reference 1, shipper reference, sender reference, sender ref, absenderreferenz, referenz absender, reference expediteur, ref expediteur, referencia remitente, rif mittente, riferimento mittente, rif mittente alfa, referentie afzender, referencia do remetente, referencja nadawcy, お客様管理番号, 顧客管理番号, 御社管理番号, 出荷管理番号, order, order no, order nr, order number, order num, order id, orderid, order ref, order reference, orderno, ordernumber, order name, your order, your order no, your order number, your reference, your ref, your po, customer order, customer order no, customer order number, customer po, customer po number, customer reference, customer ref, client reference, client ref, client order, reference, reference no, reference number, ref, ref no, references, po, po no, po number, po nr, po num, ponumber, purchase order, purchase order no, purchase order number, purchase order id, web order, web order number, shop order, channel order, marketplace order, merchant order, source order, source id, order key, dropship order, external order, external id, external reference, buyer order, buyer reference, cust po, cust ref, cust order, p o, p o number, p o no, sales channel order, amazon order id, order code,
		bestellung, bestellnummer, bestell nr, bestellnr, bestell nummer, ihre bestellung, ihre bestellnummer, ihre bestellnr, ihre bestell nr, ihre referenz, ihr zeichen, auftrag, auftragsnummer, auftrags nr, auftragsnr, ihre auftragsnummer, ihr auftrag, referenz, referenznummer, referenz nr, kundenreferenz, kundenbestellnummer, kundenauftrag, kunden bestellnummer, kundenbestellung, shopbestellung, ext auftragsnummer, externe nummer, bestellnummer kunde, vorgang, vorgangsnummer,
		commande, numero de commande, n de commande, no de commande, no commande, n commande, num commande, cde, n cde, no cde, votre commande, votre reference, votre ref, reference commande, ref commande, reference client, ref client, v ref, commande client, bon de commande, numero commande, reference, votre numero de commande,
		pedido, numero de pedido, n de pedido, no de pedido, n pedido, num pedido, nro pedido, su pedido, su referencia, referencia, ref pedido, pedido cliente, referencia cliente, orden, numero de orden, orden de compra, no pedido, id pedido, s ref,
		ordine, numero ordine, n ordine, nr ordine, num ordine, vostro ordine, vs ordine, vostro riferimento, vs riferimento, riferimento, rif ordine, riferimento ordine, riferimento cliente, id ordine, numero d ordine, ordine cliente, rif, vs rif, codice ordine, ordine n,
		bestelling, bestelnummer, bestel nr, bestelnr, ordernummer, order nummer, uw bestelling, uw order, uw referentie, uw ordernummer, uw bestelnummer, referentie, klantreferentie, inkooporder, inkoopordernummer, klantorder, uw ref,
		numero do pedido, encomenda, numero da encomenda, n encomenda, n do pedido, seu pedido, sua referencia, vossa referencia, vossa encomenda, ordem de compra, ref cliente, no encomenda,
		zamowienie, numer zamowienia, nr zamowienia, nr zam, zam, twoje zamowienie, panstwa zamowienie, wasze zamowienie, nr referencyjny, referencja, numer referencyjny, referencje, id zamowienia, zamowienie klienta, wasz numer,
		订单号, 订单编号, 订单, 订单号码, 客户订单号, 采购单号, 采购订单号, 参考号, 客户单号, 平台订单号, 您的订单号, 訂單號, 訂單編號, 客户参考号, 原单号, 采购订单,
		注文番号, 注文no, ご注文番号, 発注番号, 発注no, 御社注文番号, 貴社注文番号, 貴社発注番号, 注文id, オーダー番号, 管理番号, 주문번호, 발주번호, 구매번호, お客様注文番号, 注文,
		ordrenummer, ordrenr, ordre, jeres ordre, jeres ordrenr, deres ordrenr, ordernr, ert ordernr, ert ordernummer, er order, best nr, tilausnro, bestillingsnummer, tilausnumero, cislo objednavky, objednavka, rendelesszam, siparis no, siparis numarasi, номер заказа, заказ, comanda, nr comanda`},
	{Ordered, `demand, demande, nachfrage, demanda, domanda, vraag, 订货数, 下单数, 订单数, 订数, 采购数量, 采购数, 订购, 訂購, 应发, 應發, 订购数, 应发数量, ご注文数, ご注文数量, ord, ordd, cdee, best menge, zam szt, ordered, order qty, qty ordered, quantity ordered, ordered qty, ordered quantity, order quantity, bestellt, bestellmenge, bestellte menge, menge bestellt, auftragsmenge, commandee, commandees, qty commandee, quantite commandee, qte commandee, pedida, pedidas, cantidad pedida, cantidad solicitada, uds pedidas, solicitado, ordinato, ordinata, ordinati, qta ordinata, quantita ordinata, besteld, aantal besteld, besteld aantal, encomendado, encomendada, encomendados, qtd encomendada, quantidade encomendada, quantidade pedida, zamowiono, zamowione, ilosc zamowiona, zamowiona ilosc, 订购数量, 订单数量, 下单数量, 订货数量, 注文数, 注文数量, 受注数, 発注数`},
	{Shipped, `done, erledigt, fait, hecho, fatto, feito, gedaan, 已发数, 已发件数, 实发数, 出货数, 出货数量, 发货数, 本次出货, wydano, wydana ilosc, zrealizowano, 实发, 實發, 实发数量, 发货, 發貨, 本次发货, 今回出荷数, shp, shpd, exp, livr, sped, wys, wysl, gel, ausgel, serv, env, verz, wysl szt, qty shipped, quantity shipped, shipped qty, shipped quantity, qty sent, ship qty, shipqty, dispatched qty, qty dispatched, units shipped, pieces shipped, packed qty, qty packed, quantity packed, picked qty, qty picked, supplied, qty supplied, supplied qty, this delivery, this shipment, qty this shipment, enclosed, in this parcel, in this delivery, diese lieferung, in dieser lieferung, dieser lieferung, beiliegend, dans ce colis, cette livraison, en este envio, este envio, in questa spedizione, deze levering, deze zending, neste envio, w tej paczce, 装箱数, 装箱数量, 本次发货, 本次发货数量, 本次发货数, 今回出荷数, 今回数量, 梱包数, 同梱数, delivered qty, qty delivered, fulfilled qty, qty fulfilled, shipped, dispatched, despatched, sent, delivered, fulfilled,
		liefermenge, gelieferte menge, versandte menge, menge geliefert, geliefert, versandmenge, versandt, versendet, verschickt, ausgeliefert, qte expediee, quantite expediee, qte livree, quantite livree, expedie, expedies, expediee, expediees, envoye, envoyes, livre, livres,
		cantidad enviada, cant enviada, uds enviadas, cantidad servida, enviado, enviados, enviada, enviadas, servido, servidos, servidas, entregado, entregados, expedido, expedidos, despachado, qta spedita, quantita spedita, qta evasa, quantita evasa, spedito, spedita, spediti, spedite, evaso, evasi, inviato, inviati, consegnato, consegnati,
		geleverd aantal, aantal geleverd, aantal verzonden, verzonden aantal, verzonden, geleverd, verstuurd, quantidade enviada, qtd enviada, qtde enviada, expedida, expedidas, entregue, entregues, ilosc wyslana, wyslana ilosc, wyslano szt, wyslano, wyslane, nadano, dostarczono, 发货数量, 已发数量, 实发数量, 已发, 已发货, 出荷数, 出荷数量, 発送数, 出荷済, 出荷済み, 発送済, 発送済み`},
	{Backorder, `in arretrato, 欠货, 欠貨, 欠货数, 欠货数量, 缺货数, 缺货数量, 缺貨數量, pendiente, pendientes, cantidad pendiente, uds pendientes, pendiente de servir, pte, ptes, inevaso, inevasi, inev, qta inevasa, in nalevering, nog na te leveren, zalegle, zaleglosci, brak, braki, restordre, restantal, bko, bkord, b o qty, qty b o, quantity b o, bo quantity, rst, rstd, qty backordered, qty backorder, backorder qty, backordered qty, back order qty, quantity backordered, qty bo, bo qty, bo, b o, backordered, backorder, back ordered, back order, on backorder, ruckstand, rueckstand, ruckstandsmenge, reliquat, reliquats, naleverd, nalevering, backorder aantal, ilosc zalegla, 欠货数量, 缺货数量, 欠品数`},
	{Remaining, `a saldo, mancanti, resto, rimanenza, volgt later, 欠数量, 未发货数, 未出数, 待发数, 欠发, 欠发数, volgt, volgt nog, volgen, folgt, folgt noch, folgen, kommt noch, kommt nach, a suivre, suit, suivra, sigue, siguen, seguira, seguiran, segue, seguono, a seguir, seguirao, doslemy, do doslania, do dosylki, dosylka, still open, coming later, follows, comes later, 后补, 待补, 后发, 后续发, 後送, 後日発送, 後日, 後送分, volgt nog, volgt, folgt noch, folgt, suivra, a suivre, segue, seguira, a seguir, doslemy, to follow, da evadere, da spedire, da consegnare, ancora da evadere, saldo, qta da evadere, ancora da spedire, noch zu liefern, zu liefern, restlieferung, offene stuck, offen stk, nachzuliefern, nachlieferung, reste a expedier, a expedier, restant a livrer, reliquat a livrer, solde, solde a livrer, por enviar, por servir, falta por enviar, faltan, uds por servir, pendiente de enviar, por expedir, em falta, falta enviar, a enviar, saldo a enviar, te verzenden, nog te verzenden, te leveren, na te leveren, nog open, do wyslania, do wysylki, do realizacji, pozostalo do wyslania, reszta, zostalo, left to ship, left to send, yet to ship, still to ship, unshipped, undelivered, not shipped, still to come, to follow, qty to follow, shortfall, 待发, 待发数量, 待发货数量, 未出货数量, 欠数, 尚欠数量, 未发货数量, 未出荷, 残, 残数量, 未納数, 未納残, 受注残, 出荷残,
		reliq, offn, o s qty, q s, open, remaining, outstanding, balance, still open, to ship, qty to ship, qty open, open qty, open quantity, remaining qty, remaining quantity, outstanding qty, qty outstanding, qty remaining, restmenge, offene menge, offen, noch offen, rest, restant, restants, reste, reste a livrer, a livrer, quantite restante, quantite en attente, restante, restantes, cantidad restante, por entregar, residuo, qta residua, quantita residua, rimanente, rimanenti, openstaand, resterend, nog te leveren, qtd pendente, quantidade pendente, pendente, pendentes, pozostalo, do dostarczenia, 未发数量, 未发, 剩余, 剩余数量, 残数, 未出荷数, 注残`},
	{Cancelled, `qty cancelled, qty canceled, cancelled qty, canceled qty, quantity cancelled, quantity canceled, qty cancel, cancelled, canceled, stornierte menge, storno menge, storniert, qte annulee, quantite annulee, annule, annules, annulee, annulees, cantidad cancelada, cantidad anulada, cancelado, cancelados, canceladas, anulado, anulados, anuladas, qta annullata, annullato, annullati, geannuleerd aantal, geannuleerd, quantidade cancelada, cancelada, ilosc anulowana, anulowano, anulowane, 取消数量, 已取消, キャンセル数, キャンセル`},
	{Quantity, `how many, wieviel, wie viel, wie viele, combien, cuantos, cuantas, quanti, quante, hoeveel, quantos, quantas, ile, ile sztuk, 几个, 多少, いくつ, 수량, 개수, qty, quantity, qnty, quant, pcs, pieces, units, unit, count, amount of items, items, item qty, no of units, number of units, line qty, menge, anzahl, stuck, stk, stueck, stueckzahl, stuckzahl, quantite, qte, nb, nombre, cantidad, cant, unidades, uds, ctd, quantita, qta, q ta, pezzi, pz, aantal, st, stuks, hoeveelheid, quantidade, qtd, qtde, qt, unid, ilosc, szt, sztuk, liczba, liczba sztuk, 数量, 件数, 个数, 發貨數量, 個数, 数, antal, maara, pocet, adet, кол во, количество`},
	{SKU, `reference vendeur, ref vendeur, reference marchand, seller reference, seller sku, merchant sku, vendor sku, referencia vendedor, referencia del vendedor, riferimento venditore, verkopersreferentie, 상품코드, 품번, sku, skus, item, item no, item number, item code, item id, item sku, product code, product no, product id, product sku, part no, part number, part, article, article no, article number, article code, style, style no, model, model no, model number, mpn, vendor sku, supplier sku, your sku, our sku, seller sku, merchant sku, stock code, code, variant sku, material, material no, catalog no, catalogue no, product number, item ref,
		artikel, artikelnummer, artikel nr, artikelnr, art nr, artnr, art nummer, materialnummer, produktnummer, teilenummer, bestellartikel, lieferantenartikelnummer, ihre artikelnummer,
		article, reference article, ref article, code article, reference produit, ref produit, code produit, articulo, referencia articulo, codigo articulo, cod articulo, ref articulo, codigo producto, codigo, articolo, codice articolo, cod articolo, codice, cod art, codice prodotto, artikelcode, productcode, productnummer, artigo, codigo do artigo, codigo do produto, cod produto, ref artigo, indeks, indeks towaru, kod towaru, kod produktu, symbol, nr artykulu, kod, 货号, 品號, 貨號, 商品編號, 商品編碼, 產品編號, 產品編碼, 料號, 款號, 型號, clave, clave articulo, clave producto, clave del producto, 商品编码, 商品编号, 产品编码, 产品编号, 物料号, 型号, 款号, 品番, 商品コード, 商品番号, 型番, 製品番号, 品番コード, varenummer, varenr, vare nr, tuotenumero, tuotekoodi, artikul, артикул`},
	{Title, `what, was, quoi, que, cosa, che cosa, wat, o que, o que foi, que va, co wyslano, 什么, 何, nazwa, designacao, contents, content, inhalt, contenu, contenido, contenuto, inhoud, conteudo, zawartosc, 内容, 內容, 内容物, 內容物, 内容品, 寄送内容, title, item name, item description, product, product name, product title, description, item title, name of product, goods, goods description, bezeichnung, artikelbezeichnung, beschreibung, produkt, produktname, designation, libelle, description article, produit, nom du produit, descripcion, producto, nombre del producto, descrizione, prodotto, descrizione articolo, omschrijving, productnaam, artikelomschrijving, descricao, produto, nome do produto, nazwa towaru, nazwa produktu, opis, towar, produkt nazwa, 商品名称, 产品名称, 品名, 商品, 商品名, 製品名`},
	{Status, `last event, latest event, event, event description, last scan, latest scan, scan description, last status, latest status, current status, tracking status, parcel status, package status, consignment status, status description, status text, delivery result, letztes ereignis, ereignis, letzter status, sendungsstatus, paketstatus, aktueller status, dernier evenement, evenement, dernier statut, statut du colis, etat du colis, etat d avancement, ultimo evento, evento, ultimo estado, ultimo stato, estado del envio, estado actual, esito, stato consegna, laatste gebeurtenis, gebeurtenis, laatste status, zendingstatus, ultima ocorrencia, ocorrencia, situacao atual, ostatnie zdarzenie, zdarzenie, ostatni status, status przesylki, 最新状态, 最新轨迹, 物流轨迹, 当前状态, 最終状況, 最新状況, 配達状況, 貨物状況, 상태, 배송상태, 주문상태, status, order status, shipment status, shipping status, line status, item status, state, fulfillment status, fulfilment status, delivery status, availability, stock status, stock, result, progress, lieferstatus, auftragsstatus, versandstatus, bestellstatus, zustand, verfugbarkeit, statut, etat, statut commande, statut livraison, statut de la commande, etat de la commande, disponibilite, estado, estado del pedido, estado pedido, estado envio, situacion, disponibilidad, stato, stato ordine, stato spedizione, disponibilita, orderstatus, leverstatus, toestand, beschikbaarheid, situacao, estado da encomenda, status do pedido, status zamowienia, stan, stan zamowienia, dostepnosc, 状态, 订单状态, 发货状态, 狀態, 物流状态, 库存状态, ステータス, 状況, 出荷状況, 在庫状況, 状態, 配送状況, статус`},
	{Note, `internal note, internal notes, interne notiz, interne bemerkung, note interne, notas internas, observaciones internas, note interne, interne opmerking, observacoes internas, uwagi wewnetrzne, 内部备注, 卖家备注, 店铺备注, 社内メモ, supplier note, supplier comment, warehouse note, seller note, stand van zaken, co sie dzieje, co slychac, how far, wie weit, stand, stand der dinge, wo steht es, ou on en est, ou en est on, como va, a che punto, a che punto siamo, situazione, em que ponto, ponto de situacao, na jakim etapie, 情况, 进度, 进展, 状況メモ, 進捗, why, what happened, what is wrong, warum, weshalb, was ist los, pourquoi, por que, porque, perche, come mai, waarom, dlaczego, 為什麼, 为什么, なぜ, cause, causa, causale, ursache, oorzaak, przyczyna, note, notes, comment, comments, remark, remarks, message, info, reason, memo, details, information, additional info, bemerkung, bemerkungen, kommentar, anmerkung, anmerkungen, hinweis, hinweise, notiz, grund, remarque, remarques, commentaire, commentaires, observation, observations, motif, observaciones, comentario, comentarios, notas, observacion, motivo, nota, note, commento, osservazioni, annotazioni, opmerking, opmerkingen, toelichting, reden, observacoes, obs, comentario, observacao, uwagi, komentarz, uwaga, powod, 备注, 说明, 備註, 原因, 備考, コメント, メモ, 理由, комментарий`},
	{Expected, `expected, expected date, expected ship date, expected delivery, expected delivery date, expected availability, eta, etd, estimated date, estimated ship date, estimated delivery, estimated delivery date, available, available from, available date, back in stock, restock date, in stock date, promised date, promise date, due, due date, delivery date, new date, backorder date, next available, ready date, verfugbar ab, liefertermin, voraussichtlicher liefertermin, voraussichtlich, voraussichtliches lieferdatum, lieferbar ab, wieder lieferbar, erwartet, erwartetes lieferdatum, lieferdatum, lieferwoche, date prevue, date de livraison prevue, livraison prevue, date de disponibilite, disponible le, dispo le, date estimee, delai, fecha prevista, fecha estimada, fecha de entrega, fecha de disponibilidad, disponible el, entrega prevista, data prevista, data prevista consegna, consegna prevista, data disponibilita, disponibile dal, data di consegna, verwachte datum, verwachte leverdatum, verwacht, leverdatum, beschikbaar vanaf, levertijd, previsao, previsao de entrega, data estimada, disponivel em, data de entrega, przewidywana data, przewidywany termin, termin, termin dostawy, dostepne od, data dostawy, planowana data, 预计日期, 预计发货, 预计到货, 预计发货日期, 预计到货日期, 到货日期, 交期, 预计出货, 预计出货日期, 交货日期, 预计交期, 預計日期, 預計發貨, 預計出貨, 預計到貨, 預計發貨日期, 預計出貨日期, 預計到貨日期, 到貨日期, 交貨日期, 預計交期, 預計交貨日期, 入荷予定, 入荷予定日, 出荷予定日, 納期, 予定日, お届け予定日, dostepny od, dostepna od, przewidywana dostawa, planowana dostawa, spodziewana dostawa, retour en stock, reapprovisionnement, date de reassort, fecha de reposicion, fecha reposicion, data riassortimento, disponibile il, weer leverbaar, weer op voorraad, data de reposicao, disponivel a partir de, wieder verfugbar, wieder verfugbar ab, wieder am lager, 预计补货, 补货日期, 再入荷予定, 再入荷予定日`},
	{ShipDate, `when, wann, quand, cuando, quando, wanneer, kiedy, 何时, いつ, besteld op, bestellt am, bestellt, commande le, commandee le, pedido el, ordinato il, ordine del, encomendado em, zamowiono dnia, ordered on, ordered at, order placed, placed on, placed at, 下单时间, 注文日時, ship date, shipped date, shipped on, shipped at, date shipped, shipping date, dispatch date, despatch date, dispatched on, date, date sent, sent on, pickup date, fulfilled at, order date, invoice date, created, created at, date of dispatch, versanddatum, versendet am, versandtag, datum, versandt am, versand am, verschickt am, bestelldatum, auftragsdatum, rechnungsdatum, date d expedition, date expedition, expedie le, date, date d envoi, date commande, date de commande, fecha de envio, fecha envio, fecha, enviado el, fecha pedido, fecha de pedido, data spedizione, data di spedizione, data, spedito il, data ordine, verzenddatum, verzonden op, besteldatum, orderdatum, data de envio, data envio, enviado em, data do pedido, data wysylki, data nadania, data zamowienia, 发货日期, 发货时间, 日期, 下单日期, 订单日期, 出荷日, 発送日, 出荷日時, 日付, 注文日, 受注日`},
	{FirstName, `first name, firstname, given name, vorname, prenom, nombre, nome, voornaam, imie, 名, ship first name, shipping first name, recipient first name`},
	{LastName, `last name, lastname, surname, family name, nachname, familienname, nom de famille, apellido, apellidos, cognome, achternaam, sobrenome, apelido, nazwisko, 姓, ship last name, shipping last name, recipient last name`},
	{Name, `who, who for, for whom, wer, an wen, qui, pour qui, quien, para quien, a quien, chi, per chi, wie, voor wie, quem, para quem, kto, dla kogo, do kogo, 谁, 给谁, 誰, 誰に, consignatario, consignataria, consignataire, consegnatario, consignatario nome, company or name, name, label name, addressee, addressee name, contact name, attention name, ship to, ship to name, ship name, shipto, shipto name, shipping name, recipient, recipient name, receiver, receiver name, consignee, consignee name, customer, customer name, deliver to, delivery name, delivery to, addressee, full name, contact, contact name, attention, attn, buyer, buyer name, end customer, client, client name, empfanger, empfaenger, empfangername, kunde, kundenname, lieferadresse name, endkunde, ansprechpartner, lieferung an, warenempfanger, destinataire, nom, nom du destinataire, nom client, client final, nom complet, nom et prenom, destinatario, nombre destinatario, nombre del cliente, nombre completo, cliente, nombre y apellidos, nome destinatario, nominativo, nome e cognome, ragione sociale, nome cliente, ontvanger, naam, klant, klantnaam, naam ontvanger, geadresseerde, nome do destinatario, nome completo, nome do cliente, odbiorca, klient, imie i nazwisko, nazwa odbiorcy, adresat, 收件人, 收货人, 姓名, 客户姓名, 收件人姓名, 收货人姓名, 客户, 客户名称, お届け先, お届け先名, 届け先, 受取人, 氏名, お名前, 宛名, お客様名, 届け先氏名, 配送先, 配送先名, mottagare, modtager, mottaker, vastaanottaja, prijemce, cimzett, alici, получатель`},
	{Company, `company, company name, ship company, ship to company, business, organisation, organization, firma, firmenname, unternehmen, societe, raison sociale, entreprise, empresa, compania, azienda, societa, bedrijf, bedrijfsnaam, nazwa firmy, 公司, 公司名称, 会社名, 会社`},
	{Street, `street, address, address 1, address1, address line, address line 1, address line1, addr, addr1, ship address, ship to address, shipping address, delivery address, street address, street 1, ship address 1, ship street, strasse, str, adresse, anschrift, lieferadresse, strasse hausnummer, strasse und hausnummer, strasse nr, rue, adresse 1, adresse de livraison, ligne 1, direccion, calle, domicilio, direccion de envio, direccion 1, indirizzo, via, indirizzo di spedizione, indirizzo 1, adres, straat, straatnaam, adres 1, adresregel 1, afleveradres, endereco, rua, morada, logradouro, ulica, adres dostawy, 地址, 收货地址, 详细地址, 街道, 收件地址, 住所, お届け先住所, 届け先住所, 配送先住所, 番地, adress, osoite, cim, adresa, adresi, адрес`},
	{Postcode, `postcode, post code, postal code, zip, zip code, zipcode, postal, ship zip, ship postcode, ship to zip, shipping zip, plz, postleitzahl, code postal, cp, codigo postal, c p, cap, codice postale, codice avviamento postale, cod postal, cep, kod pocztowy, 邮编, 邮政编码, 郵便番号, 郵遞區號, postnummer, postnr, postnumero, postinumero, psc, iranyitoszam, posta kodu, индекс`},
	{City, `where, where to, wohin, wo, ou, ou ca, donde, a donde, adonde, dove, waar, waarheen, onde, para onde, dokad, gdzie, 哪里, 去哪, 寄到, どこ, 行き先, 送り先, city, town, ship city, ship to city, shipping city, suburb, locality, ort, stadt, wohnort, ville, localite, commune, ciudad, poblacion, localidad, municipio, citta, localita, comune, plaats, stad, woonplaats, cidade, miasto, miejscowosc, 城市, 市, 市区町村, 都市, by, kaupunki, mesto, varos, sehir, город`},
	{Region, `state province, province, region, county, ship state, ship to state, bundesland, departement, provincia, prov, provincie, wojewodztwo, 省, 省份, 州, 都道府県, uf`},
	{Country, `country, country code, ship country, ship to country, destination country, destination, land, lieferland, landercode, pays, code pays, pais, codigo pais, paese, nazione, stato paese, landcode, kraj, kod kraju, 国家, 目的国, 国家代码, 國家, 国, 国名, 国コード, maa, orszag, ulke, страна`},
	{Phone, `phone, phone number, phone no, telephone, tel, mobile, mobile number, cell, ship phone, contact number, telefon, telefonnummer, handy, mobil, tel nr, telefono, telefono movil, movil, cellulare, recapito telefonico, telefoon, telefoonnummer, mobiel, telefone, telemovel, celular, nr telefonu, numer telefonu, komorka, 电话, 联系电话, 手机, 手机号, 電話, 電話番号, 携帯, 携帯電話, puhelin, телефон`},
	{Email, `email, e mail, mail, email address, e mail address, ship email, customer email, e mail adresse, mailadresse, courriel, adresse e mail, adresse mail, correo, correo electronico, email cliente, indirizzo email, posta elettronica, e mailadres, emailadres, endereco de email, adres email, adres e mail, 邮箱, 电子邮件, 电子邮箱, メール, メールアドレス, sahkoposti`},
	{Ignore, `price, unit price, cost, unit cost, total, line total, amount, currency, weight, gross weight, net weight, dimensions, length, width, height, freight, freight cost, shipping cost, tax, vat, discount, pos, position, line, line no, line number, no, nr, row, lfd nr, id, ean, ean code, gtin, upc, isbn, barcode ean, hs code, tariff code, warehouse, service, shipping method, shipping service, service level, method, ship method, incoterm, origin, boxes, cartons, packages, no of packages, number of packages, parcels, colli, pallets, batch, lot, serial, serial number,
		preis, einzelpreis, gesamtpreis, betrag, wahrung, gewicht, gewicht kg, steuer, mwst, rabatt, porto, versandkosten, lager, charge, seriennummer, zolltarifnummer, pakete, anzahl pakete, kartons, prix, prix unitaire, montant, devise, poids, tva, remise, frais de port, nb colis, nombre de colis, precio, precio unitario, importe, moneda, peso, iva, descuento, portes, bultos, n bultos, prezzo, prezzo unitario, importo, valuta, peso kg, sconto, spese di spedizione, colli, n colli, numero colli, prijs, bedrag, gewicht kg, btw, korting, verzendkosten, aantal colli, aantal pakketten, preco, valor, moeda, imposto, desconto, frete, volumes, cena, kwota, waluta, waga, rabat, koszt wysylki, liczba paczek, 价格, 单价, 金额, 币种, 重量, 税, 运费, 箱数, 序号, 仓库, 価格, 単価, 金額, 通貨, 送料, 税, 箱数, 個口数, 倉庫, 行番号, janコード, jan, jan code`},
}

// headingMeanings finds a folded heading.
var headingMeanings = func() map[string]Meaning {
	m := map[string]Meaning{}
	for _, h := range headings {
		for name := range strings.SplitSeq(h.names, ",") {
			name = strings.Join(strings.Fields(name), " ")
			if _, taken := m[name]; !taken && name != "" {
				m[name] = h.meaning
			}
		}
	}
	return m
}()

// headWords are words that decide what a longer heading means, when no list has it: "DHL tracking no. (parcel 1)". The first that is found wins.
var headWords = []struct {
	word    string
	meaning Meaning
}{
	{"date", Ignore}, {"datum", Ignore}, {"fecha", Ignore}, {"data", Ignore}, {"price", Ignore}, {"weight", Ignore}, {"url", Link}, {"link", Link},
	{"tracking", Tracking}, {"sendungsnummer", Tracking}, {"sendungsnr", Tracking}, {"paketnummer", Tracking}, {"trackingnummer", Tracking}, {"suivi", Tracking}, {"seguimiento", Tracking}, {"awb", Tracking}, {"waybill", Tracking}, {"przesylki", Tracking}, {"przewozowego", Tracking}, {"rastreio", Tracking}, {"tracciamento", Tracking}, {"consignment", Tracking},
	{"invoice", Invoice}, {"rechnung", Invoice}, {"facture", Invoice}, {"factura", Invoice}, {"fattura", Invoice},
	{"sku", SKU}, {"qty", Quantity}, {"quantity", Quantity}, {"menge", Quantity}, {"quantite", Quantity}, {"cantidad", Quantity}, {"quantita", Quantity}, {"aantal", Quantity}, {"ilosc", Quantity},
	{"carrier", Carrier}, {"courier", Carrier}, {"transporteur", Carrier}, {"transportista", Carrier}, {"corriere", Carrier}, {"vervoerder", Carrier}, {"przewoznik", Carrier},
	{"status", Status}, {"po", Order}, {"bestellnummer", Order}, {"bestellnr", Order}, {"bestellung", Order}, {"auftragsnummer", Order}, {"commande", Order}, {"pedido", Order}, {"ordine", Order}, {"bestelnummer", Order}, {"ordernummer", Order}, {"zamowienia", Order}, {"order", Order}, {"reference", Order},
	{"postcode", Postcode}, {"plz", Postcode}, {"zip", Postcode}, {"email", Email}, {"phone", Phone}, {"telefon", Phone},
}

// meaningOf tells what a heading means, and whether the whole of it was known (full) or one word only.
func meaningOf(title string, columns map[string]string) (m Meaning, full bool, by string) {
	folded := strings.Replace(carrier.Fold(title), "q ta", "qta", 1) // "Q.tà"
	if folded == "" || len(title) > 80 {
		return Unknown, false, ""
	}
	for _, key := range [...]string{strings.ToLower(strings.TrimSpace(title)), folded} {
		if m, ok := columns[key]; ok {
			return Meaning(m), true, "profile"
		}
	}
	if ofReturn(folded) || ofReturn(camel(title)) {
		return Return, true, "heading"
	}
	if ofBefore(folded) {
		return Ignore, true, "heading"
	}
	if m := headingMeanings[folded]; m != Unknown {
		return m, true, "heading"
	}
	if plain := simplified.Replace(folded); plain != folded && headingMeanings[plain] != Unknown {
		return headingMeanings[plain], true, "heading"
	}
	if bare := strings.TrimRight(folded, " 0123456789"); bare != folded { // "Tracking 2"
		if m := headingMeanings[bare]; m != Unknown {
			return m, true, "heading"
		}
	}
	if m := headingMeanings[strings.ReplaceAll(folded, " ", "")]; m != Unknown { // "T r a c k i n g", "trackingNumber" written apart
		return m, true, "heading"
	}
	if spread := camel(title); spread != folded {
		if m := headingMeanings[spread]; m != Unknown { // "trackingNumber", "ShipToName"
			return m, true, "heading"
		}
		if m := headingMeanings[strings.TrimRight(spread, " 0123456789")]; m != Unknown { // "PackageReference1"
			return m, true, "heading"
		}
	}
	if parts := splitHeading(title); len(parts) > 1 {
		for _, part := range parts {
			folded := carrier.Fold(part)
			m := headingMeanings[folded]
			if m == Unknown {
				m = partMeaning(strings.Fields(folded)) // "Empfänger Name 2 / Postnummer"
			}
			if m != Unknown { // "Order No. / Bestellnummer"
				return m, true, "heading"
			}
		}
	}
	fields := strings.Fields(folded)
	if len(fields) > 8 {
		return Unknown, false, ""
	}
	if m := easternPart(folded); m != Unknown {
		return m, true, "heading"
	}
	if m := easternCount(folded); m != Unknown {
		return m, true, "heading"
	}
	if m := easternComposed(folded); m != Unknown {
		return m, true, "heading"
	}
	for _, words := range [...][]string{fields, strings.Fields(camel(title))} {
		if m := partMeaning(words); m != Unknown {
			return m, true, "heading"
		}
	}
	if m := piecesMeaning(fields); m != Unknown {
		return m, true, "heading"
	}
	apart := strings.Fields(camel(title))
	if m := piecesMeaning(apart); m != Unknown {
		return m, true, "heading"
	}
	for _, words := range [...][]string{fields, apart} {
		if m, full := composed(words); m != Unknown {
			return m, full, "heading"
		}
	}
	if m := partOf(fields); m != Unknown {
		return m, false, "heading"
	}
	for _, h := range headWords {
		for _, w := range fields {
			if w == h.word {
				return h.meaning, false, "heading"
			}
		}
	}
	return Unknown, false, ""
}

// partOf tells pieces under a heading that says a little more: "Shipped this run", "Now delivered". The cells decide whether they are any.
func partOf(fields []string) Meaning {
	if len(fields) < 2 || len(fields) > 4 {
		return Unknown
	}
	for _, w := range fields {
		if facetOf(w)&asNumber != 0 {
			return Unknown
		}
		switch w {
		case "by", "via", "with", "from", "to", "on", "at", "in", "per", "von", "durch", "mit", "par", "con", "da", "door", "przez", "not", "nicht", "non", "no", "pas", "niet", "nie":
			return Unknown
		}
	}
	for _, w := range [...]string{fields[0], fields[len(fields)-1]} {
		if m := headingMeanings[w]; len(w) > 4 && (m == Shipped || m == Ordered || m == Backorder) {
			return m
		}
	}
	return Unknown
}

// returnWords are how words for goods that come back begin, folded.
var returnWords = []string{"return", "rma", "retour", "rucksend", "ruecksend", "devoluc", "restituzion", "zwrot", "inbound", "rucklauf", "ruecklauf", "rucklieferung"}

// ofReturn tells a heading that speaks of goods that come back. Whatever else it says, "tracking number", is then said of those.
func ofReturn(folded string) bool {
	for w := range strings.FieldsSeq(folded) {
		for _, begin := range returnWords {
			if strings.HasPrefix(w, begin) {
				return true
			}
		}
		if w == "reso" || w == "resi" {
			return true
		}
	}
	for _, w := range [...]string{"退货", "退貨", "退件", "返品", "返送"} {
		if strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

// beforeWords say of a number that another has taken its place, folded.
var beforeWords = map[string]bool{"old": true, "previous": true, "prev": true, "former": true, "replaced": true, "superseded": true, "alt": true, "alte": true, "alter": true, "altes": true, "bisherige": true, "bisheriger": true, "fruhere": true, "vorherige": true, "ancien": true, "ancienne": true, "precedent": true, "precedente": true, "anterior": true, "antiguo": true, "antigua": true, "vecchio": true, "vecchia": true, "oud": true, "oude": true, "vorig": true, "vorige": true, "antigo": true, "antiga": true, "stary": true, "stara": true, "stare": true, "poprzedni": true, "poprzednia": true}

// ofBefore tells a heading of what no longer holds: "Old tracking", "Previous order".
func ofBefore(folded string) bool {
	words := strings.Fields(folded)
	for _, w := range words {
		if beforeWords[w] && (w != "alt" || len(words) > 1) {
			return true
		}
	}
	return strings.HasPrefix(folded, "旧") || strings.HasPrefix(folded, "以前")
}

// camel folds "trackingNumber" to "tracking number".
func camel(title string) string {
	var b strings.Builder
	for i, r := range title {
		if i > 0 && r >= 'A' && r <= 'Z' && title[i-1] >= 'a' && title[i-1] <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return carrier.Fold(b.String())
}

// splitHeading divides a heading in two languages, or one with an explanation in brackets.
func splitHeading(title string) []string {
	return strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune("/|()[]\n:", r) })
}
