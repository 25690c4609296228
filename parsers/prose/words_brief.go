package prose

// briefs are words that say something only where a sentence names nothing but the order, in the order of languages: see brief.go.
func briefs() []phrases {
	return []phrases{
		{
			anew:     "again|once more",
			short:    "short on|short of|we're short|we are short|running short|running low|don't have enough|do not have enough|not enough of|missing",
			affirmed: "confirmed|confirming|i confirm|we confirm|received|accepted|acknowledged|entered|booked|scheduled|planned|pencilled in|registered|approved|agreed|recorded|processed|copy that|on the list|in the queue|queued|will do|in hand|in the works|underway|under way|taken care of|all set|good to go|consider it done|ready for pickup|ready for collection|ready to go|is ready|are ready|boxed up|packed|packed up|packed and ready|staged|made up|all made up|on our books|lined up|slotted in|allocated|reserved for you|set aside for you|we have those|we have these|we have them|we have it|in the system|in our system|on the system|put through|put it through|passed on|passed to|passed to the warehouse|passed to our warehouse|with the warehouse|sent to the warehouse|with our warehouse|in the warehouse|forwarded to the warehouse",
			exhausted: "none left|nothing left|none in the warehouse|none on the shelf|none available|ran out|run out|ran out of these|have none|have none left|have no more|has gone for good|never coming back|not coming back|no more coming|" +
				"don't have this|don't have these|don't have those|don't have that|don't have them|don't have it|don't have any|do not have this|do not have these|do not have those|do not have that|do not have them|do not have it|do not have any|haven't got any|haven't got these|haven't got this|no longer have|we've none left|no more of these|no more of them",
			struck:    "took off|taken off|take off|off the order|removed|struck|struck off|struck out|withdrawn|deleted|scrapped|stopped the order|stopped this order|annulled|taken out|scratched|binned|scrubbed|scrub|reversed|knocked on the head|delete|knocked off",
			able:      "can|could|able|manage",
			obtaining: "get this|get these|get those|get them|get it|get any|get that|get more|get hold of|source|obtain|procure|find any|find more|order any more|buy any more|restock|source the|get the|find the|obtain the|source it|source this|get hold of the",
			doing:     "do this|do this one|do this order|do it|do that|do these|help|help you|help with this|help you with this|take this|take this on|take this one|take it on|fill this|fill this one|fill it|fill the order|fill your order|complete this|complete the order|handle this|handle the order|do anything|take the order|take your order",
			held:      "on hold|put on hold|parked|paused|suspended|frozen|pending approval|awaiting approval|on ice|stopped for now|not released",
			outsider:  "the bank|our bank|the customer|customer|your customer|the buyer|the recipient|recipient|the consignee|paypal|the insurance|the insurer|the factory|the manufacturer",
			went:      "went",
			happened:  "took place|has taken place|was done|has been done|done|was completed|completed|carried out|happened|was made|has been made",
		},
		{
			anew:  "wieder|erneut|nochmal rein",
			short: "fehlt uns|fehlen uns|uns fehlt|uns fehlen|ware fehlt|fehlt ware|fehlt die ware|zu wenig|nicht genug|nicht genügend|reicht nicht|reichen nicht|haben zu wenig|fehlt|fehlen",
			affirmed: "bestätigt|bestätige|bestätige ich|ich bestätige|bestätigen|erhalten|notiert|angenommen|vermerkt|vorgemerkt|erfasst|eingegangen|angekommen|eingeplant|verplant|eingetragen|gebucht|verbucht|eingebucht|angelegt|akzeptiert|aufgenommen|registriert|zur kenntnis genommen|geht in ordnung|geht klar|machen wir|mache ich|wird gemacht|wird erledigt|" +
				"in arbeit|ist dran|in der mache|auf dem schirm|auf der liste|in planung|läuft|kümmere mich|kümmern uns|nehmen den auftrag an|nehmen wir an|nehmen die bestellung an|nehmen ihren auftrag an|nehmen wir gerne an|steht bereit|liegt bereit|stehen bereit|liegen bereit|bereitgestellt|abholbereit|steht zur abholung bereit|fertig gepackt|gepackt|eingepackt|kommissioniert|versandfertig|im system|weitergegeben|weitergeleitet|ans lager|an das lager|ans lager gegeben|liegt im lager|ist im lager|im lager|kümmern uns drum|kümmern uns darum|wir kümmern uns|an die logistik|in der kommissionierung|steht bereit zur abholung|liegt zur abholung bereit|bereit zur abholung|zur abholung bereit",
			exhausted: "haben wir nicht mehr|haben wir keine mehr|haben wir keinen mehr|haben wir keins mehr|haben wir leider nicht mehr|haben wir nicht|haben wir leider nicht|ist aus|sind aus|nichts mehr da|nichts mehr übrig|keine mehr da|keine mehr|keiner mehr da|keinen mehr|keins mehr|nicht mehr da|ist weg|sind weg|alles weg|ist nicht mehr da|kommt nicht wieder|kommen nicht wieder|kommt nicht mehr|kommt nicht wieder rein|kommt nicht mehr rein|" +
				"gibt es nicht mehr|gibt's nicht mehr|gibt es keine mehr|ging aus|gingen aus|ist ausgegangen|sind ausgegangen|aufgebraucht|alles verkauft|verkauft|letzten verkauft|bestand null|bestand 0|lager leer|lager ist leer|keine da|keiner da|keins da|keiner mehr|gibt es nicht|gibt es keinen mehr|kommt nichts mehr nach|kommt auch nichts mehr nach|kommt nichts mehr|keine mehr nach",
			struck:    "gestrichen|gelöscht|herausgenommen|rausgenommen|aus dem auftrag genommen|aus der bestellung genommen|entfernt|zurückgezogen|ausgebucht|ausgetragen|rausgeworfen|verworfen",
			able:      "können|kann|könnten|konnten|konnte|in der lage|schaffen|möglich",
			obtaining: "beschaffen|besorgen|bekommen|auftreiben|nachbestellen|beziehen|kriegen|reinbekommen|ordern|herbekommen|einkaufen|bekommen wir|kriegen wir|rein bekommen|bekomme ich",
			doing:     "machen|mache|ausführen|erfüllen|bedienen|übernehmen|durchführen|erledigen|realisieren|abwickeln|helfen|weiterhelfen|entsprechen|dienen",
			held:      "ruht|angehalten|zurückgestellt|geparkt|auf eis|pausiert|ausgesetzt|auf hold|on hold|in wartestellung|in der warteschleife|gesperrt|zurückgehalten|liegt auf halde|noch nicht freigegeben",
			outsider:  "die bank|unsere bank|der kunde|ihr kunde|die kundin|der käufer|der empfänger|die empfängerin|paypal|die versicherung|der hersteller|das werk|das finanzamt",
			went:      "ging|gingen|gegangen|gebracht|gegeben|fuhr|fuhren",
			happened:  "erfolgte|erfolgt ist|ist erfolgt|sind erfolgt|wurde durchgeführt|fand statt|hat stattgefunden|ist durch|abgeschlossen|wurde veranlasst|ist veranlasst",
		},
		{
			affirmed: "bien reçu|bien reçue|bien noté|bien notée|c'est noté|reçu|reçue|entendu|d'accord|c'est bon pour nous|on s'en charge|je m'en occupe|je m'en charge|validé|validée|confirmé|confirmée|enregistré|enregistrée|pris en compte|prise en compte|ça marche|emballé|emballée|prêt à partir|prête à partir|acceptée",
			outsider: "la banque|notre banque|le client|la cliente|votre client|votre cliente|l'acheteur|le destinataire|la destinataire|paypal|l'assurance|le fabricant|l'usine",
			struck:   "rayé|rayée|rayées|biffé|biffée|biffées|barré|barrée|barrées|mis à zéro|mise à zéro|mises à zéro",
		},
		{
			affirmed: "recibido|recibida|anotado|anotada|tomamos nota|tomo nota|de acuerdo|entendido|confirmado|confirmada|aceptado|aceptada|registrado|registrada|lo gestionamos|nos encargamos|me encargo|nos ponemos con ello|preparado|preparada|listo para salir",
			outsider: "el banco|nuestro banco|el cliente|la clienta|su cliente|su clienta|el comprador|el destinatario|la destinataria|paypal|el seguro|el fabricante|la fábrica",
			struck:   "tachado|tachada|tachadas|suprimido|suprimida|suprimidas|puesto a cero|puestas a cero|borrada|borrado",
		},
		{
			affirmed: "ricevuto|ricevuta|preso nota|prendiamo nota|annotato|d'accordo|va bene|confermato|confermata|accettato|accettata|registrato|registrata|inserito|ce ne occupiamo|me ne occupo|preparato|pronto a partire|pronto per il ritiro",
			outsider: "la banca|la nostra banca|il cliente|la cliente|il vostro cliente|la vostra cliente|l'acquirente|il destinatario|la destinataria|paypal|l'assicurazione|il produttore|la fabbrica",
			struck:   "barrato|barrata|barrate|depennato|depennata|depennate|azzerata|azzerate|azzerato",
		},
		{
			anew:  "weer|opnieuw",
			short: "hebben tekort|tekort|komen tekort|komen we tekort|te weinig|niet genoeg|onvoldoende|ontbreekt ons|ontbreken ons|ontbreekt|ontbreken",
			affirmed: "bevestigd|bevestig|bevestigen wij|bevestigen we|wij bevestigen|ik bevestig|bevestig ik|ontvangen|genoteerd|aangenomen|geaccepteerd|ingevoerd|ingeboekt|geboekt|ingepland|gepland|verwerkt|opgenomen|geregistreerd|binnengekomen|doorgekomen|doen we|doen wij|doe ik|gaan we doen|gaan we regelen|komt goed|komt voor elkaar|komt in orde|in orde|wordt geregeld|wordt gedaan|regelen we|staat genoteerd|staat erin|staat in de planning|op de lijst|mee bezig|in de maak|" +
				"nemen de order aan|nemen we aan|nemen de bestelling aan|nemen wij aan|staat klaar|staan klaar|ligt klaar|liggen klaar|klaargezet|staat gereed|ligt gereed|ingepakt|wordt ingepakt|wordt nu ingepakt|verzendklaar|klaar om opgehaald te worden|in het systeem|in ons systeem|doorgegeven|doorgezet|doorgestuurd naar het magazijn|naar het magazijn|aan het magazijn|ligt in het magazijn|in het magazijn|aan de gang|aan de slag|ermee bezig|gaan ermee aan de gang",
			exhausted: "hebben we niet meer|hebben wij niet meer|hebben we helaas niet meer|hebben we niet|hebben wij niet|hebben er geen|hebben er geen meer|hebben we er geen meer|geen meer|geen meer liggen|is op|zijn op|is helemaal op|zijn helemaal op|raakte op|raakten op|niets meer|niks meer|komt niet meer|komt niet meer terug|komen niet meer|komt niet meer binnen|niet meer liggen|allemaal weg|allemaal verkocht|alles verkocht|laatste verkocht|zijn we doorheen|is er niet meer|zijn er niet meer|bestaat niet meer|voorraad nul|voorraad is nul|voorraad 0|magazijn leeg|komt niets meer bij|er komt niets meer bij|er komt ook niets meer bij|er niet meer|alles weg",
			struck:    "geschrapt|verwijderd|ingetrokken|uit de order gehaald|uit de bestelling gehaald|eruit gehaald|doorgehaald|doorgestreept|stopgezet|gewist|gehaald|afgeboekt|vervallen verklaard",
			able:      "kunnen|kan|konden|kon|in staat|lukt|mogelijk",
			obtaining: "krijgen|verkrijgen|bemachtigen|bijbestellen|nabestellen|inkopen|aankomen|betrekken|regelen|vinden",
			doing:     "doen|uitvoeren|aannemen|vervullen|honoreren|helpen|verder helpen|van dienst zijn|afhandelen|overnemen|maken",
			held:      "in de wacht|staat in de wacht|aangehouden|gepauzeerd|on hold|opgeschort|geparkeerd|geblokkeerd|stilgelegd|ligt stil|staat stil|bevroren|nog niet vrijgegeven",
			outsider:  "de bank|onze bank|de klant|uw klant|jullie klant|de koper|de ontvanger|paypal|de verzekering|de fabrikant|de fabriek",
			went:      "ging|gingen|gegaan",
			happened:  "heeft plaatsgevonden|hebben plaatsgevonden|vond plaats|is gebeurd|is gedaan|is uitgevoerd|is afgerond|is rond|is verwerkt|plaatsgevonden",
		},
		{
			affirmed: "recebido|recebida|anotado|anotada|tomámos nota|tomamos nota|combinado|confirmado|confirmada|foi aceite|aceito|registado|registada|registrado|entendido|pode deixar|fica registado|tratamos disso|separado|separada|pronto para sair",
			outsider: "o banco|o nosso banco|o cliente|a cliente|o vosso cliente|a vossa cliente|seu cliente|o comprador|o destinatário|a destinatária|paypal|a seguradora|o fabricante|a fábrica",
			struck:   "riscado|riscada|riscadas|apagado|apagada|apagadas|postas a zero|zeradas|excluído|excluída",
		},
		{
			anew:  "znów|znowu|ponownie|z powrotem",
			went:  "trafiła|trafiło|trafiły|poszła|poszło|poszły|pojechała|pojechało|pojechały",
			short: "brakuje nam|za mało|nie wystarczy|niewystarczająca ilość|mamy za mało|brakuje",
			affirmed: "potwierdzam|potwierdzamy|potwierdzone|potwierdzono|otrzymane|otrzymałem|otrzymałam|otrzymaliśmy|dostaliśmy|dostałem|przyjęte|przyjęto|przyjmujemy|przyjmuję|przyjąłem|przyjęłam|przyjęliśmy|zanotowane|zanotowałem|zanotowałam|zanotowaliśmy|odnotowane|zapisane|zarejestrowane|zarejestrowano|wprowadzone|wprowadzono|zaplanowane|zaplanowano|zrobimy|zrobi się|się robi|załatwione|załatwimy|wpłynęło|wpłynęła|doszło|jasne|w toku|w kolejce|na liście|" +
				"pakujemy|w trakcie pakowania|spakowane|zapakowane|gotowe|gotowa|gotowy|gotowe do odbioru|gotowa do odbioru|gotowe do wysłania|przygotowane|przygotowujemy|zabukowane|zaakceptowane|akceptujemy|w systemie|w naszym systemie|przekazane|przekazane do magazynu|przekazaliśmy do magazynu|do magazynu|w magazynie|zajmujemy się tym|zajmujemy się|bierzemy się za to|działamy",
			exhausted: "już nie mamy|nie mamy już|nie mamy|nie ma już|już nie ma|nie ma|nie mamy więcej|brak|skończył*|zabrakło|nic już|nic nie zostało|nic nie ma|wyszły wszystkie|wszystko sprzedane|sprzedane|sprzedaliśmy|wykupione|nie będzie już|nie będzie więcej|już nie będzie|stan zero|stan zerowy|stan 0|pusty magazyn|ich nie ma|już ich nie ma|więcej nie będzie|już ich nie będzie",
			struck:    "skreślone|skreślono|skreśliliśmy|skreślona|wykreślone|wykreślono|wykreśliliśmy|usunięte|usunięto|usunięta|usunęliśmy|usunęłam|usunąłem|wycofane|wycofano|wycofaliśmy|zdjęte|zdjęto|zdjęliśmy|cofnięte|cofnięto|skasowane|skasowano|skasowaliśmy|zamknięte bez realizacji",
			able:      "możemy|mogę|mogliśmy|w stanie|damy rady|dam rady|da się|uda się|udało się|można",
			obtaining: "zdobyć|dostać|sprowadzić|pozyskać|ściągnąć|kupić|domówić|zamówić|załatwić|dostaniemy|zdobędziemy|sprowadzimy|zamówimy|otrzymamy|kupimy",
			doing:     "zrobić|zrealizować|wykonać|obsłużyć|pomóc|podjąć się|przyjąć|spełnić",
			held:      "wstrzymane|wstrzymana|wstrzymany|wstrzymano|wstrzymaliśmy|wstrzymujemy|zawieszone|zawieszono|zablokowane|zablokowano|zamrożone|stoi w miejscu|w zawieszeniu|on hold|czeka na zgodę|czeka na akceptację",
			outsider:  "bank|klient|klientka|państwa klient|odbiorca|kupujący|ubezpieczyciel|producent|fabryka|urząd|paypal",
			happened:  "nastąpiła|nastąpiło|nastąpił|odbyła się|odbyło się|została zrealizowana|zrealizowana|wykonana|zakończona|dokonana|została wykonana",
		},
		{
			affirmed: "收到|已收到|收到了|好的|好嘞|好滴|明白|明白了|知道了|没问题|沒問題|了解|可以的|已接单|已接單",
			outsider: "银行|銀行|客户|客戶|客人|顾客|顧客|买家|買家|收件人|收货人|厂家|廠家|支付宝",
		},
		{
			affirmed: "了解|了解です|了解しました|了解いたしました|okです|受け取りました|受領しました|確認済みです|受注済みです",
			outsider: "銀行|お客様|受取人|購入者|ご購入者|荷受人|メーカー|保険会社|カード会社",
		},
	}
}
