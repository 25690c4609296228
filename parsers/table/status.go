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
}

// stateWords lists what people write in status cells, folded, divided by commas. Kind "" says that nothing has happened yet: such words
// keep "not shipped" from being read as "shipped".
var stateWords = []struct {
	kind    parsers.Kind
	partial bool
	words   string
}{
	{"", false, `not shipped, not yet shipped, unshipped, unfulfilled, not dispatched, not sent, not fulfilled, to be shipped, awaiting shipment, awaiting dispatch, ready to ship, will ship, pending, open, new, waiting, queued, draft, tbd, tba, none, n a, na, not available yet, yet to ship, label created, pre transit, not confirmed, unconfirmed,
		nicht versandt, nicht versendet, noch nicht versandt, noch nicht versendet, offen, ausstehend, wartet, neu, unversendet, nicht geliefert, nicht verschickt, nicht bestatigt,
		non expedie, non expediee, pas encore expedie, pas expedie, en attente, a expedier, nouveau, nouvelle, no enviado, sin enviar, pendiente, pendiente de envio, por enviar, nuevo, aun no enviado,
		non spedito, non ancora spedito, in attesa, da spedire, nuovo, niet verzonden, nog niet verzonden, in afwachting, wachtend, nieuw, te verzenden, openstaand, nao enviado, por enviar, pendente, aguardando, aguardando envio, novo, ainda nao enviado,
		niewyslane, nie wyslano, nie wyslane, oczekuje, oczekujace, do wyslania, nowe, jeszcze nie wyslane, 未发货, 待发货, 待处理, 未發貨, 未出荷, 未発送, 出荷待ち, 発送待ち, 出荷準備中, 発送準備中, 新規`},
	{parsers.Shipment, true, `partially shipped, partial shipment, part shipped, partly shipped, partial, shipped partial, partially fulfilled, partial ship, teilweise versandt, teilversand, teillieferung, teilweise geliefert, teilgeliefert, partiellement expedie, expedition partielle, livraison partielle, partiel, parcialmente enviado, envio parcial, parcial, parzialmente spedito, spedizione parziale, parziale, evasione parziale, gedeeltelijk verzonden, deellevering, deels verzonden, parcialmente enviada, czesciowo wyslane, czesciowo wyslano, wysylka czesciowa, czesciowo, 部分发货, 部分發貨, 一部出荷, 一部発送, 分割発送`},
	{parsers.Shipment, false, `shipped, sent, dispatched, despatched, fulfilled, in transit, intransit, delivered, complete, completed, done, out for delivery, posted, collected, handed over, shipped complete, mailed, en route, on the way, picked up, departed, ok shipped, shipped out, left warehouse, closed shipped, tracking uploaded,
		versandt, versendet, verschickt, geliefert, ausgeliefert, zugestellt, unterwegs, abgeschickt, in zustellung, erledigt, abgeholt, verladen, komplett geliefert, abgeschlossen, ubergeben, im versand,
		expedie, expediee, expedies, envoye, envoyee, livre, livree, en cours de livraison, parti, termine, remis au transporteur, en transit, en cours d acheminement,
		enviado, enviada, expedido, despachado, entregado, en transito, en reparto, completado, en camino, servido,
		spedito, spedita, inviato, inviata, evaso, evasa, consegnato, consegnata, in consegna, completato, in viaggio, partito, in transito,
		verzonden, verstuurd, geleverd, onderweg, afgeleverd, bezorgd, voltooid, opgestuurd,
		enviados, expedida, despachada, entregue, em transito, concluido, postado, a caminho,
		wyslane, wyslano, wyslana, wyslany, nadane, nadano, dostarczone, doreczone, w drodze, zrealizowane, w doreczeniu, zrealizowano, przekazano kurierowi,
		已发货, 已發貨, 已发出, 运输中, 已签收, 已寄出, 派送中, 已完成, 已出库, 出荷済み, 出荷済, 発送済み, 発送済, 発送完了, 出荷完了, 配達完了, 配送中, 配達済み, 完了, skickad, sendt, lahetetty, odeslano, feladva, отправлен, отправлено, доставлен`},
	{parsers.Backorder, false, `backorder, backordered, back order, back ordered, on backorder, on back order, bo, b o, awaiting stock, waiting for stock, delayed, delay, late, temporarily out of stock, temporarily unavailable, restocking, expected, on order, due in, out of stock until, postponed, pre order, preorder, stock expected, ships later, to follow, arriving soon,
		ruckstand, im ruckstand, lieferruckstand, im zulauf, lieferverzogerung, verzogert, verspatet, nachlieferung, wird nachgeliefert, nachgeliefert, derzeit nicht lieferbar, zurzeit nicht lieferbar, zur zeit nicht lieferbar, momentan nicht lieferbar, voraussichtlich lieferbar, vorbestellt, warten auf ware, wareneingang erwartet, vorubergehend nicht lieferbar, bald wieder lieferbar, rueckstand,
		en reliquat, reliquat, en reapprovisionnement, reapprovisionnement, retard, retarde, en retard, rupture temporaire, en commande, temporairement indisponible, attente stock, en attente de stock, differe, temporairement en rupture,
		pendiente de stock, en espera de stock, retrasado, retraso, sin stock temporal, reposicion, en reposicion, temporalmente agotado, temporalmente sin stock, demorado, bajo pedido,
		in arrivo, in ritardo, arretrato, in riordino, in attesa di merce, ritardo, temporaneamente non disponibile, momentaneamente non disponibile, in riassortimento, temporaneamente esaurito,
		in backorder, nalevering, vertraagd, vertraging, tijdelijk niet leverbaar, tijdelijk uitverkocht, in bestelling, wordt nageleverd, wacht op voorraad, tijdelijk niet op voorraad,
		em atraso, aguardando estoque, aguarda stock, atrasado, encomendado, reposicao, temporariamente indisponivel, temporariamente esgotado, em reposicao,
		opoznione, opoznienie, oczekuje na dostawe, czasowo niedostepne, chwilowo niedostepne, w dostawie, zaleglosc, oczekiwanie na towar, chwilowy brak,
		延期, 缺货待补, 待补货, 补货中, 预售, 延迟发货, 延迟, 预订, 入荷待ち, 取り寄せ, 取り寄せ中, 遅延, 取寄せ, お取り寄せ, 予約, 入荷予定, 納期遅延, 一時欠品, restordre, restnotering`},
	{parsers.OutOfStock, false, `out of stock, outofstock, oos, o o s, sold out, no stock, not in stock, unavailable, not available, discontinued, no longer available, stock out, stockout, zero stock, nil stock, eol, end of life, no inventory, cannot fulfill, cannot fulfil, unable to fulfill, unable to fulfil, item unavailable, obsolete, permanently unavailable, out of production, short, shorted, short shipped, nis,
		nicht lieferbar, ausverkauft, vergriffen, nicht verfugbar, nicht vorratig, nicht auf lager, kein bestand, nicht am lager, nicht mehr lieferbar, artikel entfallt, ausgelaufen, eingestellt, auslaufartikel, fehlbestand, keine ware, dauerhaft nicht lieferbar, nicht mehr verfugbar,
		rupture, en rupture, rupture de stock, en rupture de stock, epuise, indisponible, non disponible, plus disponible, arrete, hors stock, stock epuise, manquant, article arrete,
		agotado, agotada, sin stock, sin existencias, no disponible, fuera de stock, descatalogado, descatalogada, rotura de stock, rotura, no hay stock, falta,
		esaurito, esaurita, non disponibile, fuori stock, non in stock, terminato, fuori produzione, mancante, rottura di stock, non a magazzino,
		uitverkocht, niet op voorraad, niet leverbaar, geen voorraad, niet beschikbaar, uit assortiment, niet meer leverbaar, uit voorraad,
		esgotado, esgotada, sem stock, sem estoque, indisponivel, fora de estoque, descontinuado, em falta, rutura de stock, fora de stock,
		brak, brak w magazynie, niedostepny, niedostepne, niedostepna, wyprzedane, wyprzedany, brak towaru, brak na stanie, wycofany, wycofane, nie ma na stanie,
		缺货, 无货, 断货, 售罄, 缺貨, 无库存, 停产, 已售完, 没货, 在庫切れ, 在庫なし, 欠品, 売り切れ, 品切れ, 廃番, 完売, 在庫無し, 販売終了, 取扱終了, slutsald, udsolgt, utsolgt, loppu, vyprodano, нет в наличии`},
	{parsers.Rejection, false, `rejected, reject, refused, declined, denied, cannot accept, not accepted, cannot supply, unable to supply, cannot process, failed, error, invalid, abgelehnt, zuruckgewiesen, nicht angenommen, refuse, refusee, rejete, rejetee, rechazado, rechazada, rifiutato, rifiutata, respinto, respinta, geweigerd, afgewezen, afgekeurd, rejeitado, rejeitada, recusado, recusada, odrzucone, odrzucono, odrzucony, odmowa, 拒绝, 已拒绝, 拒絕, 驳回, 拒否, 受注不可, お断り, 却下`},
	{parsers.Cancellation, false, `cancelled, canceled, cancel, cancellation, void, voided, cxl, cancled, cncl, order cancelled, order canceled, cancelled by supplier, storniert, storno, annulliert, gestrichen, geloscht, annule, annulee, annulation, cancelado, cancelada, anulado, anulada, annullato, annullata, cancellato, cancellata, stornato, geannuleerd, annulering, vervallen, anuladas, anulowane, anulowano, anulowany, anulowana, skasowane, 取消, 已取消, 已撤单, キャンセル, キャンセル済み, キャンセル済, 注文取消, makulerad, annulleret, kansellert, peruttu, zruseno, iptal, отменен, отменён, отменено`},
	{parsers.Acknowledgement, false, `confirmed, acknowledged, accepted, received, processing, in process, in progress, in production, allocated, reserved, picking, picked, packing, packed, order confirmed, being processed, released, approved, scheduled, printed, ack, ordered, in work, order received, order accepted, registered,
		bestatigt, angenommen, in bearbeitung, erhalten, eingegangen, kommissioniert, in arbeit, wird bearbeitet, freigegeben, verpackt, in produktion, bestaetigt, erfasst, auftrag bestatigt, gepackt,
		confirme, confirmee, accepte, acceptee, en preparation, en traitement, en cours, recu, recue, en cours de traitement, en cours de preparation, valide, validee, enregistre, traitement,
		confirmado, confirmada, aceptado, aceptada, en proceso, en preparacion, recibido, recibida, procesando, preparando, en curso, tramitado,
		confermato, confermata, accettato, accettata, in lavorazione, in preparazione, ricevuto, ricevuta, preso in carico, elaborazione, in elaborazione,
		bevestigd, geaccepteerd, in behandeling, ontvangen, in verwerking, verwerkt, wordt verwerkt, ingepakt,
		aceite, aceito, em processamento, em preparacao, recebido, recebida, processando, em separacao, em producao, em andamento,
		potwierdzone, potwierdzono, przyjete, przyjeto, w realizacji, w trakcie realizacji, w przygotowaniu, otrzymane, spakowane, w trakcie, zaakceptowane, kompletowane,
		已确认, 处理中, 已接单, 备货中, 已受理, 已接收, 配货中, 打包中, 生产中, 確認済み, 受付済み, 受注済み, 処理中, 受付済, 受注確認, 受付完了, 手配中, 準備中, bekraftad, vahvistettu, potvrzeno, подтвержден, в обработке`},
	{parsers.Question, false, `on hold, hold, question, query, price change, price changed, address problem, bad address, address issue, incorrect address, need info, information needed, please contact, contact us, please advise, awaiting payment, payment required, prepayment, substitute, substituted, substitution, clarification, exception, problem, in klarung, ruckfrage, klarung, gesperrt, adresse prufen, adresse unvollstandig, en suspens, bloque, adresse incorrecte, a verifier, retenido, en espera, consulta, direccion incorrecta, bloqueado, sospeso, in sospeso, bloccato, indirizzo errato, da verificare, in wacht, geblokkeerd, vraag, adres onjuist, em espera, suspenso, endereco incorreto, duvida, wstrzymane, wstrzymano, zablokowane, bledny adres, do wyjasnienia, 待确认, 地址有误, 问题件, 暂停, 確認中, 保留, 要確認, 住所不備, 保留中`},
}

var statesByWord = func() map[string]state {
	m := map[string]state{}
	for _, s := range stateWords {
		for w := range strings.SplitSeq(s.words, ",") {
			w = strings.Join(strings.Fields(w), " ")
			if _, taken := m[w]; !taken && w != "" {
				m[w] = state{s.kind, s.partial, 1}
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
			return state{kind, false, 1}, true
		}
	}
	if s, ok := statesByWord[folded]; ok {
		return s, true
	}
	if !whole && len(folded) > 400 {
		folded = folded[:400]
	}
	return stateInside(strings.Fields(folded))
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
			if !known && n == 1 && phrase[0] >= 0xE3 {
				s, known = stateCJK(phrase)
			}
			if !known || n == 1 && len(phrase) < 4 && phrase != "oos" {
				continue
			}
			if i > 0 && negations[words[i-1]] {
				s = state{}
			}
			s.score = 0.85
			if !ok || s.kind.Consequence() > best.kind.Consequence() {
				best.kind, best.score = s.kind, s.score
			}
			best.partial = best.partial || s.partial
			ok = true
			i += n - 1
			break
		}
	}
	return best, ok
}

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
