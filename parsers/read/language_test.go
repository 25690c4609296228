package read_test

import "waybill/parsers"

const (
	ups  = "1Z999AA10123456784"
	ups2 = "1Z12345E0205271688"
	dhl  = "00340434161094042557"
)

// languageCases say the same things in ten languages.
var languageCases = []say{
	{name: "en shipped", subject: "Re: Purchase order 1001", body: "Hi,\n\nyour order 1001 has shipped with UPS.\nTracking number: " + ups + "\n\nBest regards,\nJoe\n",
		kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "en received", subject: "Your PO 1001", body: "Thank you for your order 1001. It will ship tomorrow.\n",
		kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "en out of stock", subject: "PO 1001", body: "Hello,\nunfortunately the bucket for order 1001 is out of stock.\n",
		kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "en backorder", subject: "PO 1001", body: "Order 1001 is out of stock until mid May.\n",
		kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "en rejected", subject: "PO 1001", body: "We cannot accept your order 1001, since we do not ship to Alaska.\n",
		kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "en cancelled", subject: "PO 1001", body: "As discussed order 1001 has been cancelled.\n",
		kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "en question", subject: "PO 1001", body: "Hi, could you confirm the house number for order 1001?\n",
		kind: parsers.Question, notices: []string{"question 1001"}},
	{name: "en not yet", subject: "PO 1001", body: "Order 1001 has not shipped yet.\n",
		kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},

	{name: "de shipped", subject: "Ihre Bestellung 1001", body: "Guten Tag,\n\nIhre Bestellung 1001 wurde heute versandt.\nSendungsnummer: " + dhl + " (DHL)\n\nMit freundlichen Grüßen\nLager\n",
		kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + dhl}},
	{name: "de received", subject: "Bestellung 1001", body: "Vielen Dank für Ihre Bestellung 1001, sie wird morgen versandt.\n",
		kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "de out of stock", subject: "Bestellung 1001", body: "Leider ist der Eimer aus Bestellung 1001 nicht mehr lieferbar.\n",
		kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "de backorder", subject: "Bestellung 1001", body: "Der Artikel zu Bestellung 1001 ist erst ab Mitte Mai wieder lieferbar.\n",
		kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "de rejected", subject: "Bestellung 1001", body: "Ihre Bestellung 1001 können wir leider nicht annehmen.\n",
		kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "de cancelled", subject: "Bestellung 1001", body: "Wir haben die Bestellung 1001 storniert.\n",
		kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "de question", subject: "Bestellung 1001", body: "Bei Bestellung 1001 fehlt die Hausnummer. Könnten Sie uns diese bitte mitteilen?\n",
		kind: parsers.Question, notices: []string{"question 1001"}},
	{name: "de not yet", subject: "Bestellung 1001", body: "Bestellung 1001 wurde noch nicht versandt.\n",
		kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},

	{name: "fr shipped", subject: "Votre commande 1001", body: "Bonjour,\nvotre commande n° 1001 a été expédiée ce jour.\nNuméro de suivi : " + ups + "\nCordialement\n",
		kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "fr received", subject: "Commande 1001", body: "Nous avons bien reçu votre commande 1001.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "fr out of stock", subject: "Commande 1001", body: "L'article de la commande 1001 n'est plus disponible.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "fr backorder", subject: "Commande 1001", body: "L'article de la commande 1001 est en rupture de stock jusqu'au 15 mai.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "fr rejected", subject: "Commande 1001", body: "Nous ne pouvons pas accepter la commande 1001.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "fr cancelled", subject: "Commande 1001", body: "La commande 1001 a été annulée.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "fr question", subject: "Commande 1001", body: "Pourriez-vous nous confirmer l'adresse de la commande 1001 ?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "es shipped", subject: "Pedido 1001", body: "Su pedido nº 1001 ha sido enviado.\nNúmero de seguimiento: " + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "es received", subject: "Pedido 1001", body: "Hemos recibido su pedido 1001, será enviado mañana.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "es out of stock", subject: "Pedido 1001", body: "El artículo del pedido 1001 está agotado.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "es backorder", subject: "Pedido 1001", body: "El artículo del pedido 1001 está agotado hasta mediados de mayo.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "es rejected", subject: "Pedido 1001", body: "No podemos aceptar el pedido 1001.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "es cancelled", subject: "Pedido 1001", body: "Hemos cancelado el pedido 1001.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "es question", subject: "Pedido 1001", body: "¿Podrían confirmar la dirección del pedido 1001?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "it shipped", subject: "Ordine 1001", body: "Il vostro ordine n. 1001 è stato spedito.\nNumero di tracking: " + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "it received", subject: "Ordine 1001", body: "Abbiamo ricevuto il vostro ordine 1001.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "it out of stock", subject: "Ordine 1001", body: "L'articolo dell'ordine 1001 è esaurito.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "it backorder", subject: "Ordine 1001", body: "L'articolo dell'ordine 1001 è esaurito fino a metà maggio.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "it rejected", subject: "Ordine 1001", body: "Non possiamo accettare l'ordine 1001.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "it cancelled", subject: "Ordine 1001", body: "L'ordine 1001 è stato annullato.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "it question", subject: "Ordine 1001", body: "Potreste confermare l'indirizzo dell'ordine 1001?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "nl shipped", subject: "Bestelling 1001", body: "Uw bestelling 1001 is vandaag verzonden.\nTrack & trace: " + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "nl received", subject: "Bestelling 1001", body: "Wij hebben uw bestelling 1001 ontvangen, deze wordt morgen verzonden.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "nl out of stock", subject: "Bestelling 1001", body: "Het artikel van bestelling 1001 is niet meer leverbaar.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "nl backorder", subject: "Bestelling 1001", body: "Het artikel van bestelling 1001 is niet op voorraad tot half mei.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "nl rejected", subject: "Bestelling 1001", body: "Wij kunnen uw bestelling 1001 niet accepteren.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "nl cancelled", subject: "Bestelling 1001", body: "Bestelling 1001 is geannuleerd.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "nl question", subject: "Bestelling 1001", body: "Kunt u het huisnummer van bestelling 1001 bevestigen?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "pt shipped", subject: "Encomenda 1001", body: "A sua encomenda nº 1001 foi enviada.\nCódigo de rastreio: " + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "pt received", subject: "Pedido 1001", body: "Recebemos o seu pedido 1001, será enviado amanhã.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "pt out of stock", subject: "Pedido 1001", body: "O artigo do pedido 1001 está esgotado.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "pt backorder", subject: "Pedido 1001", body: "O artigo do pedido 1001 está esgotado até meados de maio.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "pt rejected", subject: "Pedido 1001", body: "Não podemos aceitar o pedido 1001.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "pt cancelled", subject: "Pedido 1001", body: "O pedido 1001 foi cancelado.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "pt question", subject: "Pedido 1001", body: "Podem confirmar a morada do pedido 1001?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "pl shipped", subject: "Zamówienie 1001", body: "Zamówienie nr 1001 zostało wysłane.\nNumer przesyłki: " + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "pl received", subject: "Zamówienie 1001", body: "Otrzymaliśmy zamówienie 1001, zostanie wysłane jutro.\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "pl out of stock", subject: "Zamówienie 1001", body: "Produkt z zamówienia 1001 jest niedostępny.\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "pl backorder", subject: "Zamówienie 1001", body: "Produkt z zamówienia 1001 będzie dostępny w połowie maja.\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "pl rejected", subject: "Zamówienie 1001", body: "Nie możemy zrealizować zamówienia 1001.\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "pl cancelled", subject: "Zamówienie 1001", body: "Zamówienie 1001 zostało anulowane.\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "pl question", subject: "Zamówienie 1001", body: "Czy możecie potwierdzić adres zamówienia 1001?\n", kind: parsers.Question, notices: []string{"question 1001"}},

	{name: "zh shipped", subject: "订单 1001", body: "您好，\n订单1001已发货。\n快递单号：" + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "zh received", subject: "订单 1001", body: "已收到您的订单1001，明天发货。\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "zh out of stock", subject: "订单 1001", body: "订单1001的商品缺货。\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "zh backorder", subject: "订单 1001", body: "订单1001缺货至5月15日。\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "zh rejected", subject: "订单 1001", body: "很抱歉，我们无法接受订单1001。\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "zh cancelled", subject: "订单 1001", body: "订单1001已取消。\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "zh question", subject: "订单 1001", body: "请确认订单1001的收货地址。\n", kind: parsers.Question, notices: []string{"question 1001"}},
	{name: "zh not yet", subject: "订单 1001", body: "订单1001尚未发货。\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},

	{name: "ja shipped", subject: "ご注文 1001", body: "お世話になっております。\nご注文番号：1001 の商品を本日発送いたしました。\nお問い合わせ番号：" + ups + "\n", kind: parsers.Shipment, notices: []string{"shipment 1001", "shipment 1001 > " + ups}},
	{name: "ja received", subject: "注文番号 1001", body: "注文番号1001のご注文を承りました。明日発送予定です。\n", kind: parsers.Acknowledgement, notices: []string{"acknowledgement 1001"}},
	{name: "ja out of stock", subject: "注文番号 1001", body: "注文番号1001の商品は在庫切れです。\n", kind: parsers.OutOfStock, notices: []string{"out_of_stock 1001"}},
	{name: "ja backorder", subject: "注文番号 1001", body: "注文番号1001の商品は5月15日入荷予定です。\n", kind: parsers.Backorder, notices: []string{"backorder 1001"}},
	{name: "ja rejected", subject: "注文番号 1001", body: "申し訳ございませんが、注文番号1001はお受けできません。\n", kind: parsers.Rejection, notices: []string{"rejection 1001"}},
	{name: "ja cancelled", subject: "注文番号 1001", body: "注文番号1001をキャンセルいたしました。\n", kind: parsers.Cancellation, notices: []string{"cancellation 1001"}},
	{name: "ja question", subject: "注文番号 1001", body: "注文番号1001のご住所の確認をお願いできますか。\n", kind: parsers.Question, notices: []string{"question 1001"}},
}
