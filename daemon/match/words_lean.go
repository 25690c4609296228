package match

// Words by which sentences of ten languages say which goods left and which stayed: folded, without accents.

var (
	sentWords = wordSet(`shipped sent left dispatched despatched went posted leaves leaving enclosed packed handed collected sending
		versandt verschickt versendet raus unterwegs abgeschickt gesendet losgeschickt geschickt rausgegangen uebergeben abgegangen rausgeschickt
		expedie expediee expedies expediees parti partie partis parties envoye envoyee envoyes envoyees
		enviado enviada enviados enviadas salido salio salieron expedido expedida expedidos expedidas despachado despachada despachados despachadas enviamos enviei
		spedito spedita spediti spedite partito partita partiti partite inviato inviata inviati inviate
		verzonden verstuurd vertrokken onderweg meegegeven
		seguiu seguiram saiu sairam seguem mandei
		wyslane wyslano wyslana wyslany wyslalem wyslalam wyslalismy wyslalysmy wyszlo wyszly wyszla poszlo poszly poszla nadane nadano nadana`)
	// lackWords say that something stayed.
	lackWords = wordSet(`ran missing short lacking lacks less fewer stay stays stayed behind owe owed awaiting pending unavailable delayed backordered backorder follow follows later separately postponed sold discontinued withheld
		fehlt fehlen fehlte fehlten weniger bleibt bleiben blieb folgt folgen nachgeliefert nachliefern nachschicken nachgesendet nachgereicht spaeter ausverkauft vergriffen offen rueckstand rueckstaendig
		manque manquent moins rupture suivra suivront suit suivent ulterieurement reliquat epuise epuisee epuises epuisees
		falta faltan faltaba menos agotado agotada agotados agotadas pendiente pendientes quedan seguira seguiran faltou faltam esgotado esgotada esgotados esgotadas pendente pendentes ficou ficaram ficam seguirao
		manca mancano meno esaurito esaurita esauriti esaurite arretrato seguiranno resta restano
		ontbreekt ontbreken minder nageleverd nasturen nagestuurd volgt volgen uitverkocht blijft bleef
		brakuje brak brakowalo mniej wyprzedane wyprzedany wyprzedana doslemy doslane dosylamy pozniej czeka czekaja`)
	// awaited say of goods which they are, and what becomes of them other words say: "the missing mug left today".
	awaited = wordSet(`missing outstanding remaining backordered pending delayed fehlende fehlender fehlendes fehlenden ausstehende ausstehenden restliche restlichen manquant manquante manquants manquantes
		faltante faltantes pendiente pendientes pendente pendentes mancante mancanti ontbrekende brakujaca brakujacy brakujace brakujacego`)
	denials = wordSet(`not no never isnt arent wasnt werent hasnt havent didnt couldnt cannot cant wont none nicht kein keine keinen keiner pas non niet geen nao nie sin`)
	// denialsVoid behind them deny nothing of goods.
	denialsVoid = wordSet("problem problems worries signature only nur seulement solo longer later")
	inBox       = wordSet("in im dans en nel w no na")
	// finalWords say that goods will not come any more.
	finalWords = wordSet(`discontinued eingestellt ausgelaufen auslaufartikel arrete arretee descatalogado descatalogada descontinuado descontinuada fuori produzione vervallen wycofany wycofana wycofane cancelled storniert annule annulee
		cancelado cancelada annullato annullata geannuleerd anulowane anulowany anulowana`)
	exclusions = wordSet(`without except excepting excluding minus ohne ausser abzueglich ausgenommen sans sauf hormis excepte hors sin salvo excepto senza tranne eccetto escluso esclusa esclusi zonder behalve uitgezonderd min
		sem exceto bez oprocz procz poza exception ausnahme excepcion eccezione excecao uitzondering wyjatkiem apart abgesehen moins menos meno mniej`)
	excluding   = wordSet("for from von van der des dos das les los las gli one")
	wholes      = wordSet("all everything alles alle everyone whole complete")
	lessWords   = wordSet("less short fewer weniger moins menos meno minder mniej missing")
	lessFillers = wordSet("de en a in te zu do za")
	clauseWords = wordSet("but though although however aber jedoch doch mais pero ma maar mas ale lecz natomiast while whereas waehrend tandis mientras mentre terwijl enquanto podczas only")
	// laterWords are days that are not today.
	laterWords = wordSet(`tomorrow monday tuesday wednesday thursday friday saturday sunday next later soon then morgen montag dienstag mittwoch donnerstag freitag samstag naechste naechster naechsten bald dann
		demain lundi mardi mercredi jeudi vendredi samedi prochaine bientot manana lunes martes miercoles jueves viernes sabado proxima pronto luego domani lunedi martedi mercoledi giovedi venerdi sabato prossima presto
		maandag dinsdag woensdag donderdag vrijdag zaterdag volgende straks amanha segunda terca quarta quinta sexta proxima breve depois jutro poniedzialek wtorek sroda srode czwartek piatek przyszlym wkrotce potem`)
	dayLeads   = wordSet("until till on am bis ab vom zum vor before after le el il op em dia kw cw week woche semaine semana settimana tydzien tygodniu am pm um gegen at")
	monthWords = wordSet(`january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
		januar februar maerz mai juni juli oktober dezember jaenner okt dez janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
		enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
		januari februari maart mei augustus janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
		stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia`)
)
