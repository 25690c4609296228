package prose

// keepingWords are what says that a parcel has a number and has not left yet, and what is said of the range of goods, in the order of languages.
func keepingWords() []phrases {
	return []phrases{
		{
			fetching: "comes for it|comes by|will collect|will pick up|will fetch|is coming for",
			labels:   "waybill|airway bill|consignment note|parcel label|shipping docket|ups label|dhl label|collection note",
			printed:  "done|ready|raised|issued|booked|set up|printed off|printed out|run off|on the box|stuck on|been created|prepared",
			staying:  "still here|still with us|still on our dock|still on the dock|still in the warehouse|still in our warehouse|still in the workshop|still sitting here|sitting on the dock|not gone yet|not left yet|not collected yet|not been collected|hasn't been collected|not picked up yet|not been picked up|hasn't been picked up|hasn't been yet|has not been yet|not handed over|not yet handed over|not been handed over|ready for collection|ready for pickup|ready for pick-up|ready to be collected|ready to be picked up|awaiting collection|awaiting pickup|awaiting pick-up|waiting for collection|waiting for pickup|waiting on collection|pending collection|pending pickup|waiting to be collected|waiting to be picked up|waiting for the driver|waiting for ups|waiting for dhl|waiting for the courier|waiting for the carrier|waiting on the driver|didn't come|did not come|never came|didn't turn up|did not turn up|never turned up|missed the van|missed the driver|missed the collection|missed collection|missed the truck|missed the pickup",
			ranged:   "range|our range|the range|catalogue|catalog|our catalogue|our catalog|sale|from sale|our line|our lines|the line|product line|line-up|lineup|programme|assortment|collection|price list|our list",
		},
		{
			fetching: "holt ab|holt es|kommt vorbei",
			labels:   "paketaufkleber|aufkleber|versandmarke|dhl-label|ups-label|dpd-label|dhl-etikett|paketkarte",
			printed:  "fertig|klebt drauf|klebt schon|draufgeklebt|ausgestellt|angemeldet|bereit|vorbereitet|gemacht",
			staying:  "noch hier|noch bei uns|noch im lager|noch in der werkstatt|noch in der halle|noch an der rampe|noch auf der rampe|noch im haus|noch nicht übergeben|noch nicht abgeholt|nicht abgeholt|noch nicht mitgenommen|nicht mitgenommen|noch nicht weg|noch nicht raus|wartet auf abholung|warten auf abholung|wartet auf den fahrer|wartet auf die abholung|zur abholung bereit|abholbereit|bereit zur abholung|steht zur abholung|liegt zur abholung|wird noch abgeholt|nicht gekommen|nicht vorbeigekommen|noch nicht da gewesen|noch nicht da war|abholung steht aus|abholung ausstehend|abholung verpasst",
			ranged:   "sortiment|programm|katalog|angebot|lieferprogramm|verkauf|handel|kollektion|shop|aus dem laden",
		},
		{
			fetching: "passe|passera|viendra|vient",
			labels:   "étiquette|étiquettes|bordereau|bordereau d'expédition|bordereau d'envoi|bon de transport|bon d'expédition|lettre de voiture|étiquette d'envoi|étiquette de transport",
			printed:  "imprimée|imprimé|imprimées|créée|créé|éditée|édité|faite|fait|générée|généré|prête|prêt|collée|établie|établi|émise|émis",
			staying:  "encore ici|toujours ici|encore chez nous|toujours chez nous|encore à l'atelier|toujours à l'atelier|encore à l'entrepôt|toujours à l'entrepôt|toujours en stock chez nous|encore sur le quai|pas encore remis|pas encore remise|pas encore été remis|pas encore enlevé|pas encore été enlevé|pas encore ramassé|pas encore été ramassé|pas encore récupéré|pas encore pris|pas encore collecté|pas encore été collecté|pas encore passé|n'est pas passé|pas encore parti|pas encore partie|en attente de ramassage|en attente d'enlèvement|en attente de collecte|en attente de prise en charge|attend le transporteur|attend le ramassage|attend l'enlèvement|attend le coursier|attend le livreur|prêt à être enlevé|prêt à être expédié|prêt pour l'enlèvement|prêt à partir",
			ranged:   "catalogue|du catalogue|gamme|la gamme|la vente|de la vente|assortiment|collection|tarif|boutique",
		},
		{
			fetching: "pasa|pasará|viene|vendrá|la recoge|lo recoge",
			labels:   "etiqueta|etiquetas|carta de porte|albarán de transporte|guía|guía de envío|etiqueta de envío",
			printed:  "impresa|impreso|hecha|creada|generada|generado|lista|listo|emitida|emitido|sacada|preparada|puesta|pegada",
			staying:  "sigue aquí|todavía aquí|aún aquí|sigue en nuestro|sigue en el almacén|sigue en el taller|todavía en el almacén|aún en el almacén|todavía en nuestro|aún en nuestro|pendiente de recogida|a la espera de recogida|esperando la recogida|esperando recogida|esperando al transportista|esperando al mensajero|esperando a ups|lista para recoger|listo para recoger|no ha pasado|no ha venido|no ha recogido|no lo ha recogido|no lo han recogido|no la han recogido|no han recogido|sin recoger|no se lo han llevado|no se lo ha llevado|aún no ha salido|todavía no ha salido",
			ranged:   "catálogo|del catálogo|gama|la venta|de la venta|surtido|colección|tarifa|oferta|tienda",
		},
		{
			fetching: "passa|passerà|viene|verrà",
			labels:   "etichetta|etichette|lettera di vettura|ldv|bolla|segnacollo|borderò|etichetta di spedizione",
			printed:  "stampata|stampato|fatta|creata|generata|generato|pronta|pronto|emessa|emesso|preparata|attaccata",
			staying:  "ancora qui|ancora da noi|ancora in magazzino|ancora in laboratorio|è qui da noi|in attesa di ritiro|in attesa del ritiro|attesa ritiro|in attesa del corriere|aspetta il corriere|aspettiamo il corriere|aspettiamo il ritiro|pronto per il ritiro|pronta per il ritiro|da ritirare|non ha ancora ritirato|non ha ritirato|non è ancora passato|non è passato|non è ancora partito|non è ancora partita|non ancora ritirato|non ancora consegnato al corriere|non ancora affidato",
			ranged:   "catalogo|gamma|produzione|vendita|listino|assortimento|collezione|commercio",
		},
		{
			fetching: "komt langs|haalt op|opgehaald",
			labels:   "pakketlabel|postnl-label|dhl-label|sticker|verzendsticker|pakje|pakketje|pakket",
			printed:  "klaar|staat klaar|ligt klaar|aangemeld|gereed|uitgeprint|opgemaakt|geplakt|voorgemeld",
			staying:  "nog hier|nog bij ons|nog in het magazijn|nog in de werkplaats|nog op de plank|nog niet weg|nog niet opgehaald|niet opgehaald|niet meegenomen|nog niet meegenomen|nog niet overgedragen|nog niet afgegeven|wacht op ophalen|wacht op de chauffeur|wacht op de koerier|wacht op afhaling|wachten op de koerier|wachten op de chauffeur|wordt nog opgehaald|klaar om opgehaald|klaar voor verzending|niet geweest|nog niet geweest|niet langs geweest|niet langsgekomen|niet gekomen",
			ranged:   "assortiment|het assortiment|programma|catalogus|verkoop|collectie|aanbod|winkel",
		},
		{
			fetching: "passa|passará|vem|virá|levanta",
			labels:   "etiqueta|etiquetas|guia de transporte|guia|etiqueta de envio|rótulo",
			printed:  "feita|impressa|impresso|criada|gerada|gerado|emitida|emitido|pronta|pronto|preparada|colada",
			staying:  "ainda aqui|ainda cá|ainda connosco|ainda em armazém|ainda no armazém|ainda na oficina|continua aqui|continua no armazém|aguarda recolha|aguardando recolha|à espera de recolha|aguarda coleta|aguardando coleta|à espera da transportadora|aguarda a transportadora|pronto para recolha|pronta para recolha|ainda não recolheu|não recolheu|ainda não foi recolhido|ainda não foi recolhida|não foi recolhida|não foi recolhido|ainda não passou|não passou|ainda não veio|ainda não saiu|por recolher",
			ranged:   "catálogo|do catálogo|gama|venda|sortido|coleção|linha|tabela|loja",
		},
		{
			fetching: "przyjedzie|przyjeżdża|zabierze|odbiera jutro",
			labels:   "etykietka|naklejka|list przewozowy|listu przewozowego|nalepka",
			printed:  "zrobiona|nadrukowana|gotowy|gotowe|naklejona|przygotowany|nadany numer|założona|wystawiony|zarejestrowana",
			staying:  "nadal u nas|wciąż u nas|jeszcze u nas|jeszcze w magazynie|nadal w magazynie|wciąż w magazynie|jeszcze na magazynie|jeszcze w pracowni|czeka na kuriera|czekamy na kuriera|czeka na odbiór|czeka na odebranie|oczekuje na odbiór|oczekuje na kuriera|gotowa do odbioru|gotowe do odbioru|kurier jeszcze nie|nie odebrał|nie odebrano|jeszcze nie odebrana|nie została odebrana|jeszcze nie pojechała|jeszcze nie wyszła|jeszcze nie przekazana|nie przyjechał|nie był",
			ranged:   "oferty|z oferty|sprzedaży|ze sprzedaży|asortymentu|z asortymentu|katalogu|z katalogu|produkcji|kolekcji",
		},
		{
			acknowledged: "单号已出|單號已出|已出单号|已出單號|已打单|已打單|等待揽收|等待揽件|待揽收|待揽件|等快递来取|等快递取件|等待取件",
			labels:       "面单|面單|电子面单|快递单|運單|运单|单号|單號|标签|貼紙",
			printed:      "打好|已打|打印|已出|出了|出来了|做好|已生成|已创建|贴好|已贴",
			staying:      "还没来取|還沒來取|还没取|没来取|未取件|未揽收|还没揽收|还在仓库|還在倉庫|还在我们|还在这|还没寄|尚未寄|还没交|尚未交|等待揽收|待揽收|待揽件|等待取件|快递没来|快递还没来|等快递",
			ranged:       "下架|停售",
		},
		{
			acknowledged: "集荷待ち|集荷を待って|引き取り待ち",
			labels:       "送り状|伝票|ラベル|発送ラベル|出荷ラベル|配送ラベル|伝票番号",
			printed:      "発行済|発行しました|発行いたしました|作成済|作成しました|作成いたしました|印刷|貼り付け|貼付|準備でき",
			staying:      "集荷待ち|集荷はまだ|集荷がまだ|まだ集荷|未集荷|集荷前|引き取り待ち|まだこちら|まだ倉庫|まだここ|まだ出荷していません|まだ発送していません|まだ引き渡|集荷に来ていません|集荷に来ておりません|集荷されていません",
			ranged:       "ラインナップ|取扱品|カタログ",
		},
	}
}
