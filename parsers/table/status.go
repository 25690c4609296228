package table

import (
	"cmp"
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// state is what a status cell says.
type state struct {
	kind    parsers.Kind
	partial bool
	score   float64
	hint    hint
	judged  bool // a sentence, see Judge
	between bool // both witnesses say that it is not there; whether it comes, they differ
}

// hint is what a status says beyond its kind.
type hint uint8

const (
	plain   hint = iota
	waiting      // the order is known and nothing has left yet: "pending", "label created"
	unsent       // the same, said of the shipping itself: "not shipped"
	mishap       // the parcel left, and will not arrive as it should: "returned", "lost"
	silent       // about something else than the goods: "paid"
)

// waits tells a status by which nothing has left yet.
func (s state) waits() bool { return s.kind == "" && (s.hint == waiting || s.hint == unsent) }

// rank orders what a text of several words says. A mishap comes after the shipping that is told with it: "shipped, then returned".
func (s state) rank() int {
	if s.hint == mishap {
		return 2*parsers.Shipment.Consequence() + 1
	}
	return 2 * s.kind.Consequence()
}

// stateWords lists what people write in status cells, folded, divided by commas. Kind "" says that nothing has happened yet: such words
// keep "not shipped" from being read as "shipped".
var stateWords = []struct {
	kind    parsers.Kind
	partial bool
	words   string
	hint    hint
}{
	{"", false, `none, n a, na, unknown, 未知, 不明, tbd, tba, not available yet, not confirmed, unconfirmed, nicht bestatigt, nicht bestaetigt`, plain},
	{"", false, `not shipped, not yet shipped, unshipped, unfulfilled, not dispatched, not despatched, not sent, not yet sent, not fulfilled, yet to ship, not yet dispatched,
		nicht versandt, nicht versendet, noch nicht versandt, noch nicht versendet, unversendet, unversandt, nicht geliefert, nicht verschickt, noch nicht verschickt, nicht gesendet,
		non expedie, non expediee, non expedies, pas encore expedie, pas encore expediee, pas expedie, non envoye, non envoyee, pas encore envoye, no enviado, no enviada, sin enviar, aun no enviado, no expedido, sin expedir, todavia no enviado,
		non spedito, non spedita, non ancora spedito, non ancora spedita, non inviato, non evaso, niet verzonden, nog niet verzonden, niet verstuurd, nog niet verstuurd, nao enviado, nao enviada, ainda nao enviado, ainda nao enviada, nao expedido, nao expedida, por expedir,
		niewyslane, niewyslano, niewyslany, niewyslana, nie wyslano, nie wyslane, nie wyslany, nie wyslana, jeszcze nie wyslane, jeszcze nie wyslano, nie nadano, 未发货, 未發貨, 尚未发货, 未寄出, 未出库, 未出荷, 未発送`, unsent},
	{"", false, `to be shipped, awaiting shipment, awaiting dispatch, ready to ship, will ship, pending, open, new, waiting, queued, draft, label created, label printed, label generated, shipping label created, label ready, pre transit, pretransit, pre shipment, preshipment, awaiting pickup, awaiting pick up, awaiting collection, awaiting carrier, awaiting carrier pickup, ready for pickup, ready for collection, pickup scheduled, pending pickup, manifested, order data received, electronic information received, shipping information received, shipment information received, information received, info received, awaiting item, awaiting fulfillment, awaiting fulfilment, unprocessed,
		offen, ausstehend, wartet, neu, etikett erstellt, etikett gedruckt, label erstellt, label gedruckt, versandetikett erstellt, paketschein erstellt, versandbereit, versandfertig, wartet auf abholung, abholbereit, abholung ausstehend, zur abholung bereit, bereit zur abholung, wartet auf versand, wird versandt, wird versendet, wird verschickt, elektronisch angekundigt, angekundigt,
		en attente, a expedier, nouveau, nouvelle, etiquette creee, etiquette imprimee, etiquette generee, en attente d enlevement, en attente de collecte, en attente d expedition, pret a expedier, prete a expedier, pret pour enlevement, enlevement prevu, pendiente, pendiente de envio, por enviar, nuevo, etiqueta creada, etiqueta impresa, etiqueta generada, pendiente de recogida, en espera de recogida, listo para enviar, listo para recoger, preadmitido, prerregistrado,
		in attesa, da spedire, nuovo, etichetta creata, etichetta stampata, etichetta generata, in attesa di ritiro, pronto per la spedizione, pronto per il ritiro, in attesa di spedizione, in afwachting, wachtend, nieuw, te verzenden, openstaand, label aangemaakt, label gemaakt, label geprint, verzendlabel aangemaakt, wacht op ophalen, wacht op afhaling, klaar voor verzending, klaar voor ophalen, wacht op verzending, aangemeld,
		pendente, aguardando, aguardando envio, novo, etiqueta criada, etiqueta emitida, etiqueta gerada, aguardando coleta, aguardando recolha, aguarda recolha, aguarda envio, pronto para envio,
		oczekuje, oczekujace, do wyslania, nowe, etykieta utworzona, etykieta wygenerowana, etykieta wydrukowana, utworzono etykiete, oczekuje na odbior, oczekuje na kuriera, oczekuje na wysylke, gotowe do wysylki, gotowe do odbioru, przygotowano etykiete, 待发货, 待处理, 待揽收, 待揽件, 待取件, 已打单, 已打印, 面单已生成, 已预报, 已制单, 已下单, 待签入, 待入库, 待交接, 出荷待ち, 発送待ち, 出荷準備中, 発送準備中, 新規, 集荷待ち, ラベル作成済み, ラベル作成, ラベル発行済み, 引渡し待ち, 未処理`, waiting},
	{parsers.Question, false, `returned, return to sender, returned to sender, returning to sender, return to shipper, returned to shipper, returning, being returned, rts, lost, lost in transit, parcel lost, missing in transit, damaged, damaged in transit, parcel damaged, destroyed, exception, delivery exception, shipment exception, undeliverable, undelivered, not deliverable, delivery failed, failed delivery, delivery attempt failed, failed attempt, refused by recipient, refused by customer, refused by receiver, delivery refused, unclaimed, stolen, seized, disposed,
		retoure, retourniert, retour, zuruck an absender, zurueck an absender, rucksendung, ruecksendung, zuruckgesendet, zurueckgesendet, zuruckgeschickt, verloren, verlust, verloren gegangen, sendung verloren, verschollen, beschadigt, beschaedigt, unzustellbar, nicht zustellbar, zustellung fehlgeschlagen, annahme verweigert, zerstort,
		retourne, retournee, retour a l expediteur, retour expediteur, renvoye, renvoyee, perdu, perdue, colis perdu, endommage, endommagee, non livrable, non distribuable, echec de livraison, livraison echouee, refuse par le destinataire, avarie,
		devuelto, devuelta, devuelto al remitente, devolucion, en devolucion, extraviado, extraviada, perdido, perdida, danado, danada, no entregable, entrega fallida, rechazado por el destinatario, averiado,
		reso, resa, reso al mittente, restituito, restituita, in restituzione, smarrito, smarrita, perso, persa, danneggiato, danneggiata, giacenza, non consegnabile, consegna fallita, mancata consegna, rifiutato dal destinatario, in giacenza,
		geretourneerd, retour afzender, retour naar afzender, retourzending, teruggestuurd, zoekgeraakt, zoek, kwijt, vermist, beschadigd, onbestelbaar, niet bezorgbaar, bezorging mislukt, geweigerd door ontvanger,
		devolvido, devolvida, devolvido ao remetente, devolucao, em devolucao, extravio, danificado, danificada, entrega falhada, falha na entrega, recusado pelo destinatario, avariado,
		zwrocono, zwrocone, zwrocona, zwrot, zwrot do nadawcy, zagubione, zagubiona, zaginela, zaginiona, uszkodzone, uszkodzona, niedoreczone, niedoreczona, niedoreczalne, nieudane doreczenie, odmowa przyjecia,
		退回, 已退回, 退件, 退件中, 已退件, 退货, 丢失, 遗失, 已丢失, 丢件, 破损, 损坏, 投递失败, 派送失败, 无法投递, 拒收, 异常, 返送, 返送済み, 返送中, 返品, 返品済み, 紛失, 紛失済み, 破損, 配達不能, 配送不能, 受取拒否, 配達失敗, 異常`, mishap},
	{parsers.Shipment, true, `partially shipped, partial shipment, part shipped, partly shipped, partial, shipped partial, partially fulfilled, partial ship, teilweise versandt, teilversand, teillieferung, teilweise geliefert, teilgeliefert, partiellement expedie, expedition partielle, livraison partielle, partiel, parcialmente enviado, envio parcial, parcial, parzialmente spedito, spedizione parziale, parziale, evasione parziale, gedeeltelijk verzonden, deellevering, deels verzonden, parcialmente enviada, czesciowo wyslane, czesciowo wyslano, wysylka czesciowa, czesciowo, 部分发货, 部分發貨, 一部出荷, 一部発送, 分割発送`, plain},
	{parsers.Shipment, false, `env, envd, exp, expd, vers, versdt, ausgel, gel, liv, livr, sped, verz, wysl, desp, despd, dsptch, shp, shpd, shpt, dsp, 발송완료, 출고완료, 배송중, 배송완료, shipped, sent, dispatched, despatched, fulfilled, in transit, intransit, delivered, complete, completed, done, out for delivery, posted, collected, handed over, shipped complete, mailed, en route, on the way, picked up, departed, ok shipped, shipped out, left warehouse, closed shipped, tracking uploaded,
		versandt, versendet, verschickt, geliefert, ausgeliefert, zugestellt, unterwegs, abgeschickt, in zustellung, erledigt, abgeholt, verladen, komplett geliefert, abgeschlossen, ubergeben, im versand,
		expedie, expediee, expedies, envoye, envoyee, livre, livree, en cours de livraison, parti, termine, remis au transporteur, en transit, en cours d acheminement,
		enviado, enviada, expedido, despachado, entregado, en transito, en reparto, completado, en camino, servido,
		spedito, spedita, inviato, inviata, evaso, evasa, consegnato, consegnata, in consegna, completato, in viaggio, partito, in transito,
		verzonden, verstuurd, geleverd, onderweg, afgeleverd, bezorgd, voltooid, opgestuurd,
		enviados, expedida, despachada, entregue, em transito, concluido, postado, a caminho,
		wyslane, wyslano, wyslana, wyslany, nadane, nadano, dostarczone, doreczone, w drodze, zrealizowane, w doreczeniu, zrealizowano, przekazano kurierowi,
		已签入, 已揽收, 已揽件, 已取件, 已交运, 已交航, 转运中, 運輸中, 清关中, 妥投, 已妥投, 已投递, 已签出, 已寄件, 派件中, 已发货, 已發貨, 已发出, 运输中, 已签收, 已寄出, 派送中, 已完成, 已出库, 出荷済み, 出荷済, 発送済み, 発送済, 発送完了, 出荷完了, 配達完了, 配送中, 配達済み, 完了, skickad, sendt, lahetetty, odeslano, feladva, отправлен, отправлено, доставлен`, plain},
	{parsers.Backorder, false, `bko, b ord, bckord, ruckst, rueckst, ruckstd, rckst, pte, pte stock, pend stock, pte de stock, att stock, att reassort, reliq, nalev, in nalev, da ric, ag stock, zal, b o, bo, bko, b ord, backorder, backordered, back order, back ordered, on backorder, on back order, bo, b o, awaiting stock, waiting for stock, delayed, delay, late, temporarily out of stock, temporarily unavailable, restocking, expected, on order, due in, out of stock until, postponed, pre order, preorder, stock expected, ships later, to follow, arriving soon,
		ruckstand, im ruckstand, lieferruckstand, im zulauf, lieferverzogerung, verzogert, verspatet, nachlieferung, wird nachgeliefert, nachgeliefert, derzeit nicht lieferbar, zurzeit nicht lieferbar, zur zeit nicht lieferbar, momentan nicht lieferbar, voraussichtlich lieferbar, vorbestellt, warten auf ware, wareneingang erwartet, vorubergehend nicht lieferbar, bald wieder lieferbar, rueckstand,
		en reliquat, reliquat, en reapprovisionnement, reapprovisionnement, retard, retarde, en retard, rupture temporaire, en commande, temporairement indisponible, attente stock, en attente de stock, differe, temporairement en rupture,
		pendiente de stock, pendiente de servir, en espera de stock, retrasado, retraso, sin stock temporal, reposicion, en reposicion, temporalmente agotado, temporalmente sin stock, demorado, bajo pedido,
		in arrivo, in ritardo, arretrato, in riordino, in attesa di merce, ritardo, temporaneamente non disponibile, momentaneamente non disponibile, in riassortimento, temporaneamente esaurito,
		in backorder, nalevering, vertraagd, vertraging, tijdelijk niet leverbaar, tijdelijk uitverkocht, in bestelling, wordt nageleverd, wacht op voorraad, tijdelijk niet op voorraad,
		em atraso, aguardando estoque, aguarda stock, atrasado, encomendado, reposicao, temporariamente indisponivel, temporariamente esgotado, em reposicao,
		opoznione, opoznienie, oczekuje na dostawe, czasowo niedostepne, chwilowo niedostepne, w dostawie, zaleglosc, oczekiwanie na towar, chwilowy brak,
		延期, 缺货待补, 待补货, 补货中, 预售, 延迟发货, 延迟, 预订, 入荷待ち, 取り寄せ, 取り寄せ中, 遅延, 取寄せ, お取り寄せ, 予約, 入荷予定, 納期遅延, 一時欠品, restordre, restnotering, restnoterad, restnoterat, restordret, i restordre`, plain},
	{parsers.OutOfStock, false, `s stock, sin stk, n lieferbar, n lief, nicht lief, n verfugbar, ausverk, agot, rupt, en rupt, epuis, esaur, esg, uitverk, niet op vrd, wyprz, n s, 품절, 재고없음, out of stock, outofstock, oos, o o s, sold out, no stock, not in stock, unavailable, not available, discontinued, no longer available, stock out, stockout, zero stock, nil stock, eol, end of life, no inventory, cannot fulfill, cannot fulfil, unable to fulfill, unable to fulfil, item unavailable, obsolete, permanently unavailable, out of production, short, shorted, short shipped, nis,
		nicht lieferbar, ausverkauft, vergriffen, nicht verfugbar, nicht vorratig, nicht auf lager, kein bestand, nicht am lager, nicht mehr lieferbar, artikel entfallt, ausgelaufen, eingestellt, auslaufartikel, fehlbestand, keine ware, dauerhaft nicht lieferbar, nicht mehr verfugbar,
		rupture, en rupture, rupture de stock, en rupture de stock, epuise, indisponible, non disponible, plus disponible, arrete, hors stock, stock epuise, manquant, article arrete,
		agotado, agotada, sin stock, sin existencias, no disponible, fuera de stock, descatalogado, descatalogada, rotura de stock, rotura, no hay stock, falta,
		esaurito, esaurita, non disponibile, fuori stock, non in stock, terminato, fuori produzione, mancante, rottura di stock, non a magazzino,
		uitverkocht, niet op voorraad, niet leverbaar, geen voorraad, niet beschikbaar, uit assortiment, niet meer leverbaar, uit voorraad,
		esgotado, esgotada, sem stock, sem estoque, indisponivel, fora de estoque, descontinuado, em falta, rutura de stock, fora de stock,
		brak, brak w magazynie, niedostepny, niedostepne, niedostepna, wyprzedane, wyprzedany, brak towaru, brak na stanie, wycofany, wycofane, nie ma na stanie,
		缺货, 无货, 断货, 售罄, 缺貨, 无库存, 停产, 已售完, 没货, 在庫切れ, 在庫なし, 欠品, 売り切れ, 品切れ, 廃番, 完売, 在庫無し, 販売終了, 取扱終了, slutsald, udsolgt, utsolgt, loppu, vyprodano, нет в наличии`, plain},
	{parsers.Rejection, false, `rejected, reject, refused, declined, denied, cannot accept, not accepted, cannot supply, unable to supply, cannot process, failed, error, invalid, abgelehnt, zuruckgewiesen, nicht angenommen, refuse, refusee, rejete, rejetee, rechazado, rechazada, rifiutato, rifiutata, respinto, respinta, geweigerd, afgewezen, afgekeurd, rejeitado, rejeitada, recusado, recusada, odrzucone, odrzucono, odrzucony, odmowa, 拒绝, 已拒绝, 拒絕, 驳回, 拒否, 受注不可, お断り, 却下`, plain},
	{parsers.Cancellation, false, `anul, annul, storn, canc, cancd, geann, skas, 취소, 주문취소, cancelled, canceled, cancel, cancellation, void, voided, cxl, cancled, cncl, order cancelled, order canceled, cancelled by supplier, storniert, storno, annulliert, gestrichen, geloscht, annule, annulee, annulation, cancelado, cancelada, anulado, anulada, annullato, annullata, cancellato, cancellata, stornato, geannuleerd, annulering, vervallen, anuladas, anulowane, anulowano, anulowany, anulowana, skasowane, 取消, 已取消, 已撤单, キャンセル, キャンセル済み, キャンセル済, 注文取消, makulerad, annulleret, kansellert, peruttu, zruseno, iptal, отменен, отменён, отменено`, plain},
	{parsers.Acknowledgement, false, `conf, confd, in bearb, i bearb, en prep, en prepa, en trait, en proc, in lav, in prep, in beh, w real, w przyg, em sep, em prep, confirmed, acknowledged, accepted, received, processing, in process, in progress, in production, allocated, reserved, picking, picked, packing, packed, order confirmed, being processed, released, approved, scheduled, printed, ack, ordered, in work, order received, order accepted, registered,
		bestatigt, angenommen, in bearbeitung, erhalten, eingegangen, kommissioniert, in arbeit, wird bearbeitet, freigegeben, verpackt, in produktion, bestaetigt, erfasst, auftrag bestatigt, gepackt,
		confirme, confirmee, accepte, acceptee, en preparation, en traitement, en cours, recu, recue, en cours de traitement, en cours de preparation, valide, validee, enregistre, traitement,
		confirmado, confirmada, aceptado, aceptada, en proceso, en preparacion, recibido, recibida, procesando, preparando, en curso, tramitado,
		confermato, confermata, accettato, accettata, in lavorazione, in preparazione, ricevuto, ricevuta, preso in carico, elaborazione, in elaborazione,
		bevestigd, geaccepteerd, in behandeling, ontvangen, in verwerking, verwerkt, wordt verwerkt, ingepakt,
		aceite, aceito, em processamento, em preparacao, recebido, recebida, processando, em separacao, em producao, em andamento,
		potwierdzone, potwierdzono, przyjete, przyjeto, w realizacji, w trakcie realizacji, w przygotowaniu, otrzymane, spakowane, w trakcie, zaakceptowane, kompletowane,
		已确认, 处理中, 已接单, 备货中, 已受理, 已接收, 配货中, 打包中, 生产中, 確認済み, 受付済み, 受注済み, 処理中, 受付済, 受注確認, 受付完了, 手配中, 準備中, bekraftad, vahvistettu, potvrzeno, подтвержден, в обработке`, plain},
	{parsers.Question, false, `on hold, hold, question, query, price change, price changed, address problem, bad address, address issue, incorrect address, need info, information needed, please contact, contact us, please advise, awaiting payment, payment required, prepayment, substitute, substituted, substitution, clarification, exception, problem, in klarung, ruckfrage, klarung, gesperrt, adresse prufen, adresse unvollstandig, en suspens, bloque, adresse incorrecte, a verifier, retenido, en espera, consulta, direccion incorrecta, bloqueado, sospeso, in sospeso, bloccato, indirizzo errato, da verificare, in wacht, geblokkeerd, vraag, adres onjuist, em espera, suspenso, endereco incorreto, duvida, wstrzymane, wstrzymano, zablokowane, bledny adres, do wyjasnienia, 待确认, 地址有误, 问题件, 暂停, 確認中, 保留, 要確認, 住所不備, 保留中`, plain},
}

var statesByWord = func() map[string]state {
	m := map[string]state{}
	for _, s := range stateWords {
		for w := range strings.SplitSeq(s.words, ",") {
			w = strings.Join(strings.Fields(w), " ")
			if _, taken := m[w]; !taken && w != "" {
				m[w] = state{kind: s.kind, partial: s.partial, score: 1, hint: s.hint}
			}
		}
	}
	return m
}()

const mostStateWords = 5 // words in the longest entry that is looked for inside other words

// stateOf tells what a status cell says. whole is false for free notes, where only what is found inside other words counts and less.
// ok is false when the cell holds no word that is known.
func (r *reader) stateOf(cell string, whole bool) (s state, ok bool) {
	folded := carrier.Fold(cell)
	if folded == "" {
		return state{}, false
	}
	for phrase, kind := range r.profile.Phrases {
		if f := carrier.Fold(phrase); f != "" && containsWords(folded, f) {
			return state{kind: kind, score: 1}, true
		}
	}
	if means, ok := r.explained(cell); ok && whole {
		return r.stateOf(means, true)
	}
	if strings.HasSuffix(strings.TrimSpace(cell), "?") || strings.HasSuffix(strings.TrimSpace(cell), "？") { // "shipped?"
		defer func() { s.score = min(s.score, unclear) }()
	}
	if s, ok := statesByWord[folded]; ok {
		return s, true
	}
	if !whole && len(folded) > 400 {
		folded = folded[:400]
	}
	if plain := simplified.Replace(folded); plain != folded {
		if s, ok := statesByWord[plain]; ok {
			return s, true
		}
		folded = plain
	}
	words := strings.Fields(folded)
	if s, ok := awaited(words); ok {
		return s, true
	}
	if whole {
		if s, ok := senseOf(strings.Fields(simplified.Replace(camel(cell))), timed(cell)); ok {
			return s, s.hint != silent
		}
	}
	return stateInside(words)
}

// Words that say together that goods are waited for: "En attente de réassort", "Aguarda reposição". They are given as they begin, folded.
var (
	awaiting = []string{"await", "wait", "attente", "attesa", "espera", "aguard", "pendient", "pendent", "warte", "wacht", "oczek", "待", "等"}
	supplied = []string{"stock", "reassort", "reappro", "restock", "reposi", "existenc", "estoque", "scort", "riassort", "riforn", "merce", "ware", "nachschub", "voorraad", "aanvull", "towar", "zapas", "inventory", "supply", "补货", "到货", "入荷"}
)

// awaited tells a short text that waits for goods.
func awaited(words []string) (state, bool) {
	if len(words) > 6 {
		return state{}, false
	}
	begins := func(list []string) bool {
		for _, w := range words {
			for _, begin := range list {
				if strings.HasPrefix(w, begin) {
					return true
				}
			}
		}
		return false
	}
	for _, w := range words {
		if negations[w] {
			return state{}, false
		}
	}
	return state{kind: parsers.Backorder, score: 0.9}, begins(awaiting) && begins(supplied)
}

// stateInside looks for the longest known words inside a longer text; "not" before them makes them unsaid. Of several the most consequential counts.
func stateInside(words []string) (best state, ok bool) {
	if len(words) > 40 {
		words = words[:40]
	}
	for i := 0; i < len(words); i++ {
		for n := min(mostStateWords, len(words)-i); n >= 1; n-- {
			phrase := words[i]
			if n > 1 {
				phrase = strings.Join(words[i:i+n], " ")
			}
			s, known := statesByWord[phrase]
			if !known && n == 1 && !plainASCII(phrase) {
				s, known = stateCJK(phrase)
			}
			if !known || n == 1 && (len(phrase) < 4 && phrase != "oos" || alone[phrase] && len(words) > 1) {
				continue
			}
			s = asSaid(s, words[:i])
			s.score = 0.85
			asked := s.kind == parsers.Cancellation && (isAsked(words, i, i+n) || near(words, i, i+n, refused|undone))
			if asked || s.kind == parsers.Shipment && near(words, i, i, beside) || s.kind == parsers.Rejection && near(words, i, i+n, off) {
				s.score = unclear // a cancellation that is asked for, refused or taken back; an invoice that was sent
			}
			if !ok || best.score == unclear && s.kind != "" && !asked || s.rank() > best.rank() && (!asked || best.kind == "" || best.kind == parsers.Acknowledgement) {
				best.kind, best.score, best.hint = s.kind, s.score, s.hint
			}
			best.partial = best.partial || s.partial
			ok = true
			i += n - 1
			break
		}
	}
	return best, ok
}

// alone are words that are a status by themselves, and anything beside others: "failed", and "the glaze failed".
var alone = wordsOf("failed short done complete closed")

// near tells whether one of the three words before words[from:to] or behind it is about this; behind words[from:from] nothing is looked at.
func near(words []string, from, to int, about sense) bool {
	behind := words[to:min(to+3, len(words))]
	if from == to {
		behind = nil
	}
	for _, list := range [...][]string{words[max(0, from-3):from], behind} {
		for _, w := range list {
			if senseOfWord(w).any(about) {
				return true
			}
		}
	}
	return false
}

// askWords ask for something, or wait for it, folded.
var askWords = map[string]bool{"requested": true, "request": true, "pending": true, "awaiting": true, "please": true, "possible": true, "asked": true, "beantragt": true, "angefragt": true, "angefordert": true, "bitte": true, "anfrage": true, "demandee": true, "demande": true, "attente": true, "solicitada": true, "solicitado": true, "solicitud": true, "pendiente": true, "favor": true, "richiesto": true, "richiesta": true, "attesa": true, "prego": true, "aangevraagd": true, "aanvraag": true, "pedido": true, "solicitacao": true, "pendente": true, "prosba": true, "prosze": true, "oczekuje": true, "svp": true, "pls": true}

// isAsked tells whether the word before or after words[from:to] asks: "Cancellation requested", "cancel please" are not done yet. Small words may
// stand before it.
func isAsked(words []string, from, to int) bool {
	for i := from - 1; i >= max(0, from-2); i-- {
		if askWords[words[i]] {
			return true
		}
		if len(words[i]) > 3 {
			break
		}
	}
	for to < len(words)-1 && isWords[words[to]] {
		to++
	}
	return to < len(words) && askWords[words[to]]
}

// isWords stand between what is asked for and that it is asked: "cancellation has been requested". Not "as": that was done. Folded.
var isWords = map[string]bool{"is": true, "was": true, "has": true, "been": true, "ist": true, "wurde": true, "est": true, "a": true, "ete": true, "fue": true, "ha": true, "sido": true, "stato": true, "stata": true, "e": true, "wordt": true, "werd": true, "foi": true, "jest": true}

// simplified writes the traditional characters of states and headings as the lists do, which stand mostly in simplified ones. Japanese has forms of
// its own.
var simplified = strings.NewReplacer("發", "发", "貨", "货", "補", "补", "訂", "订", "單", "单", "號", "号", "運", "运", "遞", "递", "確", "确", "認", "认", "處", "处", "絕", "绝", "預", "预", "延遲", "延迟", "遲", "迟", "無", "无", "庫", "库", "斷", "断", "撤單", "撤单", "駁", "驳", "異", "异", "損", "损", "壞", "坏", "遺", "遗", "丟", "丢", "簽", "签", "狀", "状", "態", "态", "備", "备", "註", "注", "數", "数", "編", "编", "碼", "码", "稱", "称", "蹤", "踪", "經", "经", "攬", "揽", "暫", "暂", "問題", "问题", "址誤", "址误", "待處", "待处", "總", "总", "產", "产", "實", "实", "際", "际", "達", "达", "後", "后", "開", "开", "還", "还", "沒", "没", "來", "来", "樣", "样", "計", "计", "時", "时", "間", "间", "國", "国", "賣", "卖", "買", "买", "倉", "仓", "費", "费", "價", "价", "額", "额", "帳", "账", "滿", "满", "齊", "齐", "優", "优", "減", "减", "設", "设", "製", "制", "審", "审", "驗", "验", "揀", "拣", "裝", "装", "檢", "检", "貼", "贴", "標", "标", "籤", "签", "據", "据", "轉", "转", "關", "关", "門", "门", "縣", "县", "區", "区", "聯", "联", "絡", "络", "電", "电", "話", "话", "郵", "邮", "車", "车", "輸", "输", "進", "进", "週", "周", "個", "个", "長", "长", "東", "东", "雙", "双", "條", "条", "級", "级", "組", "组", "線", "线", "續", "续", "網", "网", "繳", "缴", "結", "结", "給", "给", "統", "统", "許", "许", "詳", "详", "說", "说", "請", "请", "變", "变", "歷", "历", "約", "约", "當", "当", "滯", "滞", "攔", "拦", "擱", "搁", "風", "风", "憑", "凭")

// asSaid is a state after the words before it: "not shipped" and "will be shipped" have not left, "not cancelled" says nothing.
func asSaid(s state, before []string) state {
	for i := len(before) - 1; i >= 0; i-- {
		switch w := before[i]; {
		case negations[w] && (s.kind == parsers.Shipment || s.hint == unsent):
			return state{hint: unsent}
		case negations[w]:
			return state{}
		case s.kind == parsers.Shipment && future[w]:
			return state{hint: waiting}
		case !helping[w]:
			return s
		}
	}
	return s
}

// future are words before what is still to be done, helping those that may stand between them or a negation and it: "not yet been
// shipped", "n'a pas été expédié", "non è stato spedito". Folded.
var (
	future  = map[string]bool{"will": true, "wird": true, "werden": true, "sera": true, "sara": true, "seront": true, "verra": true, "saranno": true, "seran": true, "wordt": true, "worden": true, "zal": true, "serao": true, "zostanie": true, "bedzie": true}
	helping = map[string]bool{"be": true, "been": true, "yet": true, "ete": true, "encore": true, "sido": true, "ha": true, "aun": true, "stato": true, "stata": true, "e": true, "ancora": true, "nog": true, "foi": true, "ainda": true, "zostalo": true, "zostala": true, "jeszcze": true}
)

// stateCJK finds the longest known word in text that is written without spaces.
func stateCJK(text string) (state, bool) {
	for _, w := range statesCJK {
		if strings.Contains(text, w) {
			return statesByWord[w], true
		}
	}
	return state{}, false
}

// statesCJK are the words of statesByWord without spaces, longest first: 未发货 (not shipped) before 发货.
var statesCJK = func() []string {
	var list []string
	for w := range statesByWord {
		if w[0] >= 0xE3 {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return list
}()

var negations = map[string]bool{"not": true, "nicht": true, "non": true, "pas": true, "no": true, "niet": true, "nao": true, "nie": true, "ne": true, "never": true, "noch": true, "kein": true, "keine": true, "un": true, "without": true, "ohne": true, "sans": true, "sin": true, "senza": true, "zonder": true, "sem": true, "bez": true}

func containsWords(text, phrase string) bool {
	return strings.Contains(" "+text+" ", " "+phrase+" ") || phrase[0] >= 0xE3 && strings.Contains(text, phrase)
}
