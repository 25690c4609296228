package prose

import "slices"

// habits are the words of a house's rules, terms and habits, in the order of languages: what is said with them of no order is news of none. "Orders that have been
// shipped cannot be cancelled", "Bestellungen bis 15 Uhr gehen am selben Tag raus".
func habits() []phrases {
	return []phrases{
		{habitual: "usually|normally|generally|typically|as a rule|in general|orders placed|orders received before|orders received by|items ordered|orders that|orders which|orders over|orders under|orders above|orders below|items that|items which|goods that|goods which|products that|products which|parcels that|any order|any orders|any item|any items|every order|once shipped|once an order|once your order|all orders placed|all orders over|all orders received|same day they|same day dispatch|same-day dispatch|ship the same day|ships the same day|without rma|without an rma|without prior|without authorisation|without authorization|our terms|terms and conditions|our policy|cut-off|cutoff|returned goods|returned items|returned products|refused parcels|refused packages|refused deliveries|undeliverable parcels|undelivered parcels|unclaimed parcels|returns without|working days of receipt"},
		{habitual: "in der regel|üblicherweise|normalerweise|grundsätzlich|generell|für gewöhnlich|bestellungen, die|bestellungen die|aufträge, die|artikel, die|artikel die|waren, die|ware, die|pakete, die|sendungen, die|bereits versandte|bereits versendete|bereits verschickte|bereits ausgelieferte|jede bestellung|alle bestellungen, die|bestellungen bis|bestelleingang bis|bei bestellungen|bei bestellung bis|bei bestelleingang|bestellungen ab|bestellungen unter|noch am selben tag|noch am gleichen tag|unsere agb|unserer agb|agb|ohne rücksprache|ohne vorherige|unfreie|unfrei|zurückgesandte ware|rücksendungen ohne"},
		{habitual: "en général|en règle générale|généralement|normalement|habituellement|d'ordinaire|d'habitude|toute commande|les commandes passées|commandes passées|commandes reçues|les commandes expédiées|les commandes déjà|les commandes qui|les articles qui|les produits qui|les colis qui|les retours|retours sans|sans accord préalable|sans autorisation|nos conditions|conditions générales|nos cgv|expédiées le jour même|expédiée le jour même|expédiés le jour même|une fois expédié|une fois expédiée|une fois la commande|chaque commande"},
		{habitual: "por lo general|por regla general|generalmente|normalmente|habitualmente|todo pedido|todos los pedidos realizados|los pedidos realizados|pedidos realizados|pedidos recibidos|los pedidos que|los artículos que|los productos que|los pedidos ya|pedidos ya enviados|los paquetes que|las devoluciones|devoluciones sin|sin autorización previa|sin autorización|nuestras condiciones|condiciones generales|enviados el mismo día|se envían el mismo día|salen el mismo día|una vez enviado|una vez enviados|cada pedido"},
		{habitual: "di norma|di regola|generalmente|normalmente|di solito|solitamente|ogni ordine|tutti gli ordini ricevuti|gli ordini ricevuti|gli ordini effettuati|ordini ricevuti entro|ordini effettuati entro|gli ordini che|gli articoli che|i prodotti che|i pacchi che|gli ordini già|ordini già spediti|i resi|resi senza|senza autorizzazione|senza previa|le nostre condizioni|condizioni generali|spediti lo stesso giorno|spediti in giornata|una volta spedito|una volta spediti"},
		{habitual: "doorgaans|gewoonlijk|normaal gesproken|normaliter|meestal|in de regel|over het algemeen|in het algemeen|elke bestelling|bestellingen die|orders die|artikelen die|producten die|pakketten die|bestellingen geplaatst|bestellingen vóór|bestellingen voor 1|besteld voor 1|voor 15 uur besteld|reeds verzonden bestellingen|al verzonden bestellingen|retourzendingen|retouren zonder|zonder voorafgaande|zonder toestemming|onze voorwaarden|algemene voorwaarden|dezelfde dag verzonden|zelfde dag verzonden|eenmaal verzonden"},
		{habitual: "em geral|geralmente|normalmente|habitualmente|regra geral|por norma|toda a encomenda|todo pedido|todas as encomendas efetuadas|as encomendas que|os pedidos que|pedidos feitos|pedidos realizados|encomendas efetuadas|encomendas feitas|encomendas recebidas|os artigos que|os produtos que|encomendas já|pedidos já|as devoluções|devoluções sem|sem autorização prévia|sem autorização|as nossas condições|nossos termos|condições gerais|enviadas no próprio dia|enviados no mesmo dia|uma vez enviado|uma vez enviada|cada encomenda|cada pedido"},
		{habitual: "zazwyczaj|zwykle|z reguły|na ogół|z zasady|każde zamówienie|zamówienia złożone|zamówienia, które|zamówienia opłacone|zamówienia otrzymane|towary, które|produkty, które|przesyłki, które|paczki, które|zamówienia już wysłane|bez wcześniejszej zgody|bez zgody|nasz regulamin|naszego regulaminu|zgodnie z regulaminem|wysyłane tego samego dnia|wysyłamy tego samego dnia|zwroty bez|po wysłaniu zamówienia"},
		{habitual: "通常|一般情况下|一般情況下|一般来说|所有订单|所有訂單|凡是|凡|已发货的订单|已出货的订单|已發貨的訂單|下午3点前|下午三点前|当天下单|當天下單|当日下单|概不|恕不|一经发货|一經發貨|一经发出|每个订单|每個訂單"},
		{habitual: "通常|原則として|原則|一般に|基本的に|すべてのご注文|発送済みのご注文|発送後の|出荷後の|までのご注文|までにいただいたご注文|当日発送|即日発送|営業日以内に発送|返品は|全てのご注文"},
	}
}

// ruled tells what the rules of a house say of all orders: the sentence names none, and no parcel.
func (r *reader) ruled(m meaning, h hit, hits []hit, c clause) bool {
	if !costly(m) || r.hasTracking(c) {
		return false
	}
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == habitual && o.languages&h.languages != 0 }) &&
		!slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) &&
		!slices.ContainsFunc(r.products, func(p product) bool { return p.qtyStart >= c.start && p.qtyStart < c.end })
}
