package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// What people write every day of an order is understood, and courtesies, papers and what carriers are told beside it are no news: each text tells what stands before it, and nothing else of which
// anybody had to be asked. That the order is known counts only where nothing else is told.
func TestEveryday(t *testing.T) {
	const parcel = "1Z999AA10123456784"
	for line := range strings.Lines(everyday) {
		line = strings.TrimSpace(line)
		want, text, ok := strings.Cut(line, " | ")
		if line == "" {
			continue
		}
		if !ok {
			t.Fatalf("%q lacks what it tells and the sign | before the text", line)
		}
		text = strings.NewReplacer(`\n`, "\n", "{A}", parcel).Replace(text)
		var got []string
		for _, s := range prose.New(parsers.Profile{}).Read(&parsers.Text{Part: "1", Text: text}, prose.Options{About: true}).Statements {
			if s.Kind == "" || slices.Contains(got, string(s.Kind)) {
				continue
			}
			if s.Doubtful {
				got = append(got, "perhaps")
			}
			got = append(got, string(s.Kind))
		}
		if len(got) > 1 {
			got = slices.DeleteFunc(got, func(k string) bool { return k == string(parsers.Acknowledgement) })
		}
		if strings.Join(got, " ") != strings.TrimSuffix(want, "nothing") {
			t.Errorf("%q tells %v, want %s", text, got, want)
		}
	}
}

const everyday = `
backorder | Nie mamy tego na stanie, dostawa 14 maja. Wyślemy zaraz potem.
backorder | Niestety brak na magazynie, czekamy na dostawę od producenta, ma być w czwartek.
backorder | Zamówienie jeszcze nie wyszło, brakuje jednej pozycji, dostawa do nas 9 września. Wyślemy od razu.
backorder | Hej, towar przyjedzie do nas dopiero w przyszłym tygodniu, wtedy wysyłamy.
backorder | È in ristampa, torna disponibile a metà maggio. Spediamo appena rientra.
backorder | Al momento non ce l'abbiamo, il fornitore ce lo consegna il 14 maggio e lo spediamo subito.
backorder | L'ordine non è ancora partito: manca la ceramica, arriva la prossima settimana.
backorder | La lampada è in produzione, sarà pronta a fine mese. Poi ve la mandiamo.
backorder | Pas encore expédié, le fournisseur est en retard. On aura les bols le 14 mai.
backorder | Bonjour, nous n'avons plus ce modèle en ce moment, prochaine livraison le 14 mai. On vous l'envoie dans la foulée.
backorder | La commande est bloquée chez nous, il manque la nappe, réassort attendu semaine 22.
backorder | Réimpression en cours, les exemplaires arrivent mi-mai. Nous gardons la commande et l'envoyons dès réception.
backorder | Noch nicht verschickt, unser Lieferant hat Verspätung. Die Schalen kommen am 14. Mai.
backorder | Der Krug ist gerade nicht am Lager, kommt Mitte Mai wieder rein. Wir schicken ihn dann sofort raus.
backorder | Ist im Nachdruck, Mitte Mai haben wir neue Exemplare. Wir lassen den Auftrag stehen.
backorder | Wir warten noch auf die Lieferung vom Hersteller, die soll nächste Woche Mittwoch da sein.
backorder | Not sent yet, our supplier is running late. We should have the bowls on 14 May.
backorder | We're out of that one at the moment, more coming mid May. Will send it straight on.
backorder | It's being reprinted, new copies due mid-May. We'll hold the order and post it as soon as they land.
backorder | Still waiting on the kiln for this one, next firing is the 14th, so it'll go out after that.
backorder | Todavía no ha salido, el proveedor va con retraso. Tendremos los cuencos el 14 de mayo.
backorder | Ahora mismo no nos queda, nos llega más a mediados de mayo. En cuanto entre, lo enviamos.
backorder | Está en reimpresión, los nuevos ejemplares llegan a mediados de mayo y enviamos ese mismo día.
backorder | El pedido sigue aquí: falta la mesa, que nos la traen la semana que viene.
backorder | Ainda não seguiu, o fornecedor está atrasado. Só teremos as taças a 14 de maio; enviamos nesse dia.
backorder | Neste momento não temos, chega mais em meados de maio e enviamos logo a seguir.
backorder | Está em reimpressão, novos exemplares em meados de maio. Mandamos assim que chegar.
backorder | Nog niet verstuurd, onze leverancier is te laat. De kommen komen 14 mei binnen.
backorder | Die hebben we nu even niet, half mei komt er weer een lading. Dan sturen we hem meteen door.
backorder | Wordt herdrukt, half mei hebben we weer exemplaren. We laten de bestelling staan.
backorder | 目前没有现货，5月14日到货，到货后马上发出。
backorder | 还没发，供应商那边延迟了，下周三才到货。
backorder | まだ発送できておりません。仕入先の遅れで、5月14日に入荷いたします。入り次第お送りします。
backorder | ただいま在庫を切らしており、5月中旬に再入荷いたします。届き次第すぐに発送いたします。
out_of_stock | Infelizmente o artigo está esgotado e não voltará a estar disponível.
out_of_stock | Contrairement à notre message d'hier, la commande n'a pas été expédiée : l'article n'est plus fabriqué et nous n'en avons plus en stock. Nous ne pourrons donc pas vous livrer.
out_of_stock | Den Krug gibt es leider nicht mehr, die Töpferei hat zugemacht. Wir können ihn nicht liefern.
out_of_stock | Sorry, we've sold the last one and the maker has retired, so there won't be any more.
out_of_stock | Questo modello è finito e non verrà più prodotto, non possiamo mandarlo.
out_of_stock | Lo sentimos, ese modelo se ha agotado y ya no se fabrica; no podemos servirlo.
out_of_stock | Helaas, die is uitverkocht en komt niet meer terug, dus we kunnen hem niet leveren.
out_of_stock | Niestety produkt wyprzedany i już nie będzie dostępny.
out_of_stock | 这款已经停产了，没有库存，以后也不会再有。
out_of_stock | 申し訳ございませんが、こちらは廃番となり、今後の入荷もございません。
rejection | Lo sentimos, pero este pedido no podemos aceptarlo: ya no servimos a Canarias por la aduana.
rejection | Este pedido no lo podemos servir, lo rechazamos: ese artículo lo tenemos en exclusiva con otra tienda.
rejection | Diesen Auftrag können wir leider nicht annehmen, auf die Inseln liefern wir nicht mehr.
rejection | We can't take this one on, sorry, we no longer ship to Northern Ireland because of customs.
rejection | Nous ne pouvons pas accepter cette commande, nous ne livrons plus en Corse.
rejection | Purtroppo non possiamo accettare quest'ordine, non spediamo più in Svizzera per via della dogana.
rejection | Deze bestelling kunnen we niet aannemen, naar de Waddeneilanden leveren wij niet.
rejection | Não podemos aceitar esta encomenda, já não enviamos para os Açores.
rejection | Nie możemy przyjąć tego zamówienia, nie wysyłamy już za granicę.
rejection | 抱歉，这个订单我们不能接，新疆西藏发不了。
rejection | 恐れ入りますが、離島へのお届けは承っておりませんので、このご注文はお受けできません。
question | En cuanto veamos la transferencia en el banco, enviamos. ¿La podéis hacer hoy?
question | Necesitamos el pago por adelantado. En cuanto lo veamos, enviamos.
question | Wir brauchen diesmal Vorkasse. Sobald das Geld da ist, geht es raus.
question | We need payment up front for this one. As soon as we see it at the bank, we send.
question | Il nous faut le virement d'avance. Dès qu'il est sur le compte, on expédie.
question | Ci serve il bonifico anticipato. Appena lo vediamo in banca, spediamo.
question | Deze keer graag vooruit betalen. Zodra het binnen is, versturen we.
question | Precisamos do pagamento antecipado. Assim que entrar na conta, enviamos.
question | Prosimy o przedpłatę. Jak tylko wpłynie, wysyłamy.
question | 这单需要先付款，到账后就发货。
question | 今回は前払いでお願いいたします。ご入金を確認でき次第、発送いたします。
question | Bij Van den Broek staat geen huisnummer. Weet jij dat? De kruk staat klaar.
question | Bei Frau Huber fehlt die Hausnummer. Wisst ihr die? Der Hocker steht bereit.
question | There's no house number for Mrs Hill. Do you know it? The stool is ready.
question | Manca il numero civico della signora Rossi. Lo sapete? Lo sgabello è pronto.
question | Il n'y a pas de numéro dans l'adresse. Tu l'as ? Le tabouret est prêt.
question | Falta el número de la calle. ¿Lo sabéis?
acknowledgement | Order acknowledged.\n\nOur ref. 5552141103\nPro forma 751492756902\nCall +1 (605) 555-0142 with questions.
acknowledgement | Auftrag ist notiert, danke. Geht am Freitag raus.\nDen Status können Sie jederzeit auf unserer Seite abrufen.
acknowledgement | Thanks, got it. Will go out Friday. Let us know if you need anything else.
acknowledgement | Bestelling ontvangen, dank. Gaat vrijdag weg. U kunt de status altijd op onze site bekijken.
acknowledgement | Commande bien reçue, départ vendredi. Vous pouvez suivre l'état sur notre site.
acknowledgement | Ordine ricevuto, parte venerdì. Potete sempre controllare lo stato sul nostro sito.
acknowledgement | Pedido recibido, sale el viernes. Pueden consultar el estado en nuestra web.
acknowledgement | Encomenda recebida, segue sexta-feira. Pode consultar o estado no nosso site.
acknowledgement | Zamówienie przyjęte, wyślemy w piątek. Status można sprawdzić na naszej stronie.
shipment | Resending as you said you had not received it:\n\nTracking no: {A}
shipment | Hier noch einmal, weil Sie schrieben, dass nichts angekommen sei:\n\nSendungsnummer: {A}
shipment | Les reenviamos el aviso de ayer por si no les llegó:\n\nCONFIRMACIÓN DE ENVÍO\nLocalizador: {A}\nFecha de salida: 18/11/2025\n\nCorreo generado automáticamente.
shipment | Nous vous renvoyons l'avis, vous ne l'aviez pas reçu :\n\nAVIS D'EXPÉDITION\nN° de suivi : {A}\nDate d'expédition : 18/11/2025
shipment | Rimando l'avviso che non vi era arrivato:\n\nSPEDIZIONE\nTracking: {A}\nData di spedizione: 18/11/2025
shipment | Hierbij nogmaals, u had hem niet ontvangen:\n\nVerzendbevestiging\nTrack & trace: {A}\nVerzenddatum: 18-11-2025
shipment | Reenviamos o aviso porque disseram que não o receberam:\n\nCONFIRMAÇÃO DE ENVIO\nCódigo: {A}\nData de envio: 18/11/2025
shipment | Wysyłam jeszcze raz, bo pisali Państwo, że nie doszło:\n\nPotwierdzenie wysyłki\nNumer przesyłki: {A}\nData wysyłki: 18.11.2025
shipment | Ist heute raus: {A}. Der Fahrer soll bitte klingeln, die Kundin ist zu Hause. Rechnung liegt bei.
shipment | Gone today with UPS {A}. The invoice follows by post. Let us know if anything is missing.
shipment | Parti ce matin, {A}. La facture suit par courrier. N'hésitez pas à nous dire si tout est arrivé.
shipment | Enviado hoy, {A}. Avísennos si no llega el jueves. La factura va dentro.
shipment | Partito oggi, {A}. Fateci sapere se non arriva. La fattura la mandiamo a fine mese.
shipment | Vandaag weg, {A}. Laat maar weten als er iets niet klopt. Factuur volgt.
shipment | Enviado hoje, {A}. Qualquer coisa é só dizer. A fatura segue por correio.
shipment | Wysłane dzisiaj, {A}. Proszę dać znać, gdyby coś było nie tak. Faktura w paczce.
shipment | 今天已发出，{A}。如有问题请随时联系。发票随后寄出。
shipment | 本日発送しました。{A}。請求書は後日お送りします。ご確認ください。
nothing | Thank you!\n\nKind regards\nMike
nothing | 本日分の一覧を添付いたします。ご確認ください。
nothing | Im Anhang die Liste von heute. Bitte prüfen.
nothing | Please find attached today's list. Please check.
nothing | En pièce jointe la liste du jour. Merci de vérifier.
nothing | Adjuntamos el listado de hoy. Por favor, revísenlo.
nothing | In allegato l'elenco di oggi. Vi preghiamo di verificare.
nothing | W załączniku dzisiejsza lista. Proszę sprawdzić.
nothing | 附件是今天的清单，请查收。
backorder | Guten Morgen, die Vase müssen wir erst nachbestellen, kommt in etwa zwei Wochen. Sobald sie da ist, geht sie raus.
backorder | Leider fehlt uns gerade das blaue Glas, nächste Lieferung am 3. Juni. Den Auftrag behalten wir hier.
backorder | Sorry, still on back order with the mill; they promise the 3rd of June. I'll ship the day it arrives.
backorder | The oak ones are due back in stock in about a fortnight, so this will be a little late.
backorder | Purtroppo il corriere del nostro fornitore non è passato, la merce arriva lunedì prossimo.
backorder | Le vase bleu est attendu pour le 3 juin, nous gardons votre commande en attente.
backorder | Il nous manque encore deux coussins, ils sortent de l'atelier la semaine prochaine.
backorder | El jarrón azul nos entra el 3 de junio, dejamos el pedido guardado.
backorder | Nos faltan dos cojines, salen del taller la semana que viene.
backorder | O vaso azul chega a 3 de junho, guardamos a encomenda até lá.
backorder | Faltam-nos duas almofadas, saem da oficina na próxima semana.
backorder | De blauwe vaas verwachten we 3 juni, we houden de bestelling even vast.
backorder | Er ontbreken nog twee kussens, die zijn volgende week klaar.
backorder | Niebieski wazon będzie u nas 3 czerwca, zamówienie zostawiamy.
backorder | Brakuje nam jeszcze dwóch poduszek, będą gotowe w przyszłym tygodniu.
backorder | 蓝色花瓶6月3日才到，订单我们先留着。
backorder | 青い花瓶は6月3日入荷予定ですので、ご注文はそのままお預かりします。
shipment | Paket ist gestern raus, {A}. Sagen Sie Bescheid, falls etwas fehlt. LG Uwe
shipment | Parcel left yesterday, {A}. Shout if something is not right. Invoice to follow.
shipment | Colis parti hier, {A}. Prévenez-nous si quelque chose ne va pas. Facture jointe.
shipment | Salió ayer, {A}. Dígannos si algo no está bien. Que el repartidor llame antes.
shipment | È partito ieri, {A}. Diteci se qualcosa non va. Il corriere suoni al 3.
shipment | Gisteren verzonden, {A}. Bel gerust als er wat is. De chauffeur graag aanbellen.
shipment | Seguiu ontem, {A}. Avisem se algo não estiver bem. Obrigado.
shipment | Paczka wyszła wczoraj, {A}. W razie czego proszę dzwonić. Faktura w środku.
shipment | 昨天已寄出，{A}。收到后请检查，如有破损请联系我们。
shipment | 昨日出荷いたしました。{A}。不足などございましたらご連絡ください。
question | Wir liefern an Neukunden nur gegen Vorkasse, bitte 120 Euro überweisen.
question | First order from you, so we'd need the 120 in advance please.
question | Pour un premier achat, nous demandons le règlement avant départ.
question | Al ser el primer pedido, les pedimos que paguen antes del envío.
question | Voor een eerste bestelling vragen we vooruitbetaling van 120 euro.
question | Por ser a primeira encomenda, pedimos o pagamento antes do envio.
question | Przy pierwszym zamówieniu prosimy o wpłatę przed wysyłką.
question | 首次下单请先付款120元。
question | 初めてのお取引ですので、発送前に12,000円のお支払いをお願いいたします。
acknowledgement | Noch nicht verschickt, geht morgen raus, die Nummer kommt dann.
acknowledgement | Has not shipped yet, will go tomorrow and you'll get the number then.
acknowledgement | Pas encore expédié, ça part demain, le numéro suivra.
acknowledgement | Todavía no ha salido, va mañana y les paso el número.
acknowledgement | Non ancora spedito, parte domani, poi mando il numero.
acknowledgement | Nog niet verzonden, gaat morgen weg, nummer volgt dan.
acknowledgement | Ainda não seguiu, vai amanhã e depois envio o número.
acknowledgement | Jeszcze nie wysłane, jutro idzie, numer podam.
acknowledgement | 还没发，明天发，单号到时候给您。
acknowledgement | まだ発送しておりません。明日発送し、番号をお知らせします。
cancellation | Wie besprochen haben wir den Auftrag storniert, nichts geht raus.
cancellation | As agreed on the phone we have cancelled this one.
cancellation | Comme convenu, la commande est annulée de notre côté.
out_of_stock | Das Modell läuft aus und ist weg. Wir können es nicht mehr liefern.
out_of_stock | Modèle arrêté, plus rien en stock. Nous ne pouvons pas le fournir.
rejection | Diesen Auftrag lehnen wir ab: wir verkaufen nicht mehr an Plattformen.
rejection | We have to decline this order: we no longer sell through other shops.
nothing | Vielen Dank und ein schönes Wochenende!
nothing | Danke, alles klar.
nothing | Merci beaucoup, bonne journée !
nothing | Grazie mille e buon lavoro.
nothing | Bedankt en fijne dag.
`
