package match

import "strings"

// Words by which sentences of ten languages tell how much of what there is: folded, without accents.

var (
	single      = wordSet("one eine einer eines einen einem ein un une uno una um uma een jeden jedna jedno jednego first erste erster erstes ersten premier premiere primero primera primo prima eerste primeiro primeira pierwszy pierwsza pierwsze")
	ordinals    = wordSet("first erste erster erstes ersten premier premiere primero primera primo prima eerste primeiro primeira pierwszy pierwsza pierwsze")
	insteads    = wordSet("instead statt anstatt anstelle invece zamiast")
	deniers     = wordSet("not no nicht kein keine pas non sans sin senza niet geen nao sem nie bez without ohne zonder")
	both        = wordSet("both beide beiden beider allebei oba obie obydwa ambos ambas entrambi entrambe")
	partWord    = wordSet("of out von aus der des sur de del di dei degli delle su van da das do dos z ze")
	genitive    = wordSet("des der dei degli delle das dos")
	fillers     = wordSet("the your den ihren die les vos las los sus suas seus tych vostri vostre uw bestellten ordered bestelde commandes commandees pedidos pedidas ordinati zamowionych insgesamt total")
	partNumeral = wordSet("dwoch trzech czterech pieciu szesciu siedmiu osmiu dziewieciu dziesieciu")
	onlyWord    = wordSet("only just nur bloss lediglich erst seulement solo solamente soltanto slechts alleen maar apenas tylko jedynie somente so")
	pointing    = wordSet("this that these those the other another each every which any no new next last second third fourth fifth right correct wrong proper actual real valid old good latest former latter")
	measures    = wordSet(`day days week weeks month months hour hours hrs minute minutes min mins year years am pm clock oclock working business weekday weekdays tag tage tagen woche wochen monat monate monaten
		stunde stunden minuten jahr jahre uhr werktag werktage werktagen arbeitstag arbeitstage arbeitstagen jour jours semaine semaines mois heure heures an ans ouvre ouvres ouvrables dia dias semana semanas
		mes meses hora horas minutos ano anos habiles laborables uteis giorno giorni settimana settimane mese mesi ora ore minuti anno anni lavorativi dag dagen weken maand maanden uur werkdagen feira
		dzien dni tydzien tygodnie tygodni tygodniach miesiac miesiace miesiecy godzina godziny godzin minut roboczych roboczy lat rok kw
		kg kgs g gr lb lbs oz cm mm m ml cl l ltr litre litres liter inch ft percent prozent eur euro euros usd dollars pounds gbp zl pln cent times mal fois veces volte keer razy
		cartons ctn ctns kartons kartonu kartonach colli kolli paketen pakken paczka paczki paczek paczkach paczce parcels packages pallets cajas caixas bultos volumes scatole dozen pakjes sendungen
		lieferungen shipments deliveries bestellungen commandes pedidos ordini bestellingen encomendas zamowienia zamowien customers people persons class classe klasse address addresses emails mails photos pictures
		questions options things points nd rd th st stars labels numbers tracking thing hand side time business choice chance thought attempt notice reminder mail email message`)
)

// keptWords are folded words for what happens to pieces that do not leave with the others.
var keptWords = wordSet(`kept held holding broke broken cracked damaged scratched dropped chipped zurueckgehalten zurueckbehalten zerbrochen kaputt beschaedigt zerkratzt garde gardee gardes retenu retenue casse cassee abime abimee
	retenido retenida apartado apartada roto rota rompio danado danada trattenuto trattenuta rotto rotta danneggiato danneggiata achtergehouden gebroken kapot beschadigd gesneuveld retido retida partiu partida danificado danificada
	zatrzymalismy stlukla stlukl uszkodzona uszkodzony uszkodzone`)

// soonWords are folded words for days of this week and the next, easternSoon those of Chinese and Japanese.
var (
	soonWords = wordSet(`today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri next this later soon shortly week
		heute morgen uebermorgen ubermorgen montag dienstag mittwoch donnerstag freitag samstag naechste naechster naechsten nachste nachster nachsten diese dieser woche bald
		demain lundi mardi mercredi jeudi vendredi samedi semaine prochaine cette bientot hoy manana lunes martes miercoles jueves viernes sabado semana proxima esta pronto
		oggi domani lunedi martedi mercoledi giovedi venerdi sabato settimana prossima questa presto vandaag overmorgen maandag dinsdag woensdag donderdag vrijdag zaterdag volgende komende deze
		hoje amanha segunda terca quarta quinta sexta feira proxima breve dzis jutro pojutrze poniedzialek wtorek sroda srode czwartek piatek tydzien tygodniu przyszlym tym wkrotce`)
	easternSoon = strings.Fields("今天 明天 后天 後天 周 週 星期 明日 明後日 来週 今週 曜日")
)

// homonyms are numerals that mean something else in other languages than theirs: the French "four", the Polish "ten", the English "due" and "once".
var homonyms = map[string]string{"four": "en", "ten": "en", "due": "it", "sei": "it", "tre": "it", "once": "es", "dos": "es", "sept": "fr", "dix": "fr", "elf": "de", "dez": "pt", "both": "en"}

// partPhrases mean only some of several things.
var partPhrases = func() (all []string) {
	for phrase := range strings.SplitSeq(`the other|other one|other ones|the second|second one|second half|second part|the third|third one|the fourth|fourth one|the rest|remaining|the remainder|half of|one half|first half|first part|first box|first batch|first of
		|the first one|the first two|the first three|part of|in part|in two parts|in two shipments|part 1 of|partly|partially|partial|one of the|some of the|most of the|only one|just one|all but|except for the|except the|apart from the|one short|two short
		|ein paar|einige|a few|a couple|several|some were|some are|quelques|certains|certaines|algunas|algunos|alcuni|alcune|enkele|een paar|alguns|algumas|kilka|not included|more soon|more to follow|still to come|still outstanding|still missing|still waiting for|without the
		|die andere|der andere|das andere|die anderen|den anderen|die zweite|der zweite|das zweite|den zweiten|die dritte|der dritte|das dritte|der rest|den rest|restliche|restlichen|haelfte|ein teil|einen teil|teilweise|teilsendung|teillieferung|eine der|einer der|eines der
		|nur eine|nur ein|nur einer|nur einen|fehlt|fehlen|bis auf die|bis auf den|bis auf das|ausser der|ausser dem|separat|nachgeliefert|nachliefern|liefern wir nach|schicken wir nach|nachschicken|reichen wir nach|kommt extra|kommt nach|kommen nach|kommen extra|folgt spaeter|folgen spaeter
		|l autre|les autres|le second|la seconde|le deuxieme|la deuxieme|le troisieme|la troisieme|la quatrieme|le quatrieme|le reste|restant|restants|restante|restantes|la moitie|une partie|partiellement|partielle|un des|une des|l un des|l une des|seulement un|seulement une
		|il manque|manque|manquent|sauf|hormis|separement|premiere partie|en deux envois
		|el otro|la otra|los otros|las otras|el segundo|la segunda|el tercero|la tercera|el resto|la mitad|una parte|parte del pedido|parcialmente|parcial|una de las|uno de los|solo una|solo un|solo uno|falta|faltan|excepto|salvo|por separado|primera parte
		|l altro|l altra|gli altri|le altre|il secondo|la seconda|il terzo|la terza|il resto|rimanente|rimanenti|restanti|la meta|parzialmente|parziale|uno dei|una delle|manca|mancano|mancante|mancanti|tranne|eccetto|a parte|separatamente|prima parte
		|de andere|het andere|de tweede|het tweede|de derde|de rest|resterende|overige|de helft|een deel|deels|gedeeltelijk|deellevering|een van de|slechts een|ontbreekt|ontbreken|behalve|nageleverd|sturen we na|sturen wij na|nasturen|nog niet bij|volgt later|volgen later
		|o outro|a outra|os outros|as outras|o segundo|a segunda|o terceiro|a terceira|o resto|metade|uma parte|parte da encomenda|parte do pedido|um dos|uma das|so um|so uma|apenas um|apenas uma|faltam|exceto|separadamente|primeira parte
		|drugi|druga|drugie|trzeci|trzecia|trzecie|reszta|reszte|reszty|pozostale|pozostala|pozostaly|pozostalych|polowa|polowe|czesc zamowienia|pierwsza czesc|czesciowo|jeden z|jedna z|jedno z|tylko jeden|tylko jedna|brakuje|oprocz|osobno|oddzielnie|dosle|doslemy`, "|") {
		all = append(all, " "+strings.TrimSpace(phrase)+" ")
	}
	return all
}()

// easternPartWords do it in Chinese and Japanese.
var easternPartWords = strings.Fields("另一 另外一 另外的 其余 其餘 剩 余下 先发 先發 先寄 部分 分批 补发 補發 还差 還差 残り 残りの もう1 もう一 一部 別便 別送 分納 不足")
