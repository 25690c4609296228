package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// People leave, are out and come back as parcels do: "Amy left today", "Julie est partie en congé", "de chauffeur was al weg". What is said of somebody is no
// news of an order.

// people are what a sentence begins with that is about somebody.
var (
	// firstNames are folded, those that colleagues of suppliers are likely to have in the languages that are read.
	firstNames = wordSet("amy ann anna anne alex alice andrew andy ben beth bob chris claire colin dan daniel dave david emma emily fiona gary george grace hannah harry helen jack james jane jenny jess jessica jim jo joe john josh julia karen kate katie kevin laura lisa liz lucy luke maria martin mary matt mike molly neil nick oliver paul pete peter rachel robert ruth sally sam sara sarah sharon simon sophie steve sue susan tim tom tony " +
		"andreas angelika anja annette antje astrid barbara bernd birgit brigitte carsten christa christian christine claudia dieter dirk elke erika eva frank franziska friedrich gabi gerd gerhard gisela gudrun hans heike heiko heinz helga helmut holger ines ingrid jan jana jens joachim jochen jorg juergen jurgen jutta karin karl karsten katja katrin kerstin klaus kurt lars lena manfred manuela markus martina matthias michael michaela monika nadine nicole nina norbert olaf petra rainer ralf regina reiner renate rolf sabine sandra sebastian silke silvia stefan stefanie steffen susanne sven sylvia tanja thomas thorsten torsten ulrich ulrike ursula ute uwe volker walter werner wolfgang " +
		"agnes alain antoine aurelie benoit bernard bruno camille caroline catherine cecile celine chantal charlotte christelle christophe clement corinne cyril delphine denis didier dominique elodie emilie emmanuel eric fabien fabrice florence francois francoise frederic gerard gilles guillaume helene henri isabelle jacques jean jerome josephine julie julien laetitia laurence laurent luc lucie ludovic marc marie marion mathieu maud michel mireille muriel nadia nathalie nicolas odile olivier pascal patrice patricia patrick philippe pierre remi sandrine sebastien serge severine solene sophie stephane stephanie sylvain sylvie thibault thierry valerie veronique vincent virginie yann yves " +
		"alberto alejandro alfonso alicia alvaro amparo ana andres angel angela antonio beatriz begona belen carlos carmen carolina cesar cristina diego eduardo elena enrique esther fernando francisco gonzalo guillermo ignacio irene isabel jaime javier jesus joaquin jorge jose juan juana laura lorena lourdes lucia luis luisa manolo manuel marcos marta miguel miriam monica montse natalia nuria pablo paco paloma paqui pedro pepe rafael ramon raquel ricardo roberto rocio ruben salvador santiago sergio silvia sonia susana teresa tomas vanesa vicente victor xavi yolanda " +
		"alessandra alessandro alessia andrea angelo antonella antonio arianna barbara carla carlo chiara cinzia claudio cristiano daniela daniele davide debora domenico donatella elisa elisabetta emanuela enrico enzo fabio fabrizio federica federico filippo franca francesca francesco franco gabriele giacomo gianluca gianni giorgia giorgio giovanna giovanni giulia giuseppe grazia ilaria lorenzo luca luciano luigi marcella marco massimo matteo maurizio mauro michela michele mirko nicola paola paolo patrizia pietro raffaele riccardo rita roberta salvatore sara serena simona simone stefania stefano teresa tiziana umberto valentina valeria vincenzo vittorio " +
		"aad annemarie anneke annelies anouk arjan astrid bart bas bianca bram carla cees corrie daan dennis dirk ellen els erik esther femke frans fred geert gerrit hanneke hans harm henk herman ilse inge ingrid jaap jacqueline jan janneke jeroen jeroen johan joke joost joris karin kees kim koen lianne linda loes maaike marco marga margriet marieke marijke marja marjan marleen martijn mieke mirjam monique niels paula piet pieter pim renske rianne rik robin roel ron ruud saskia sander sanne sjaak stefan suzanne thijs tineke truus wendy wieteke willem wim wouter yvonne " +
		"adriana amelia andreia antonia armando artur augusto bernardo bruna carla catarina celia diana diogo duarte fatima filipa filipe goncalo helena hugo ines joana joao joaquim leonor lidia luisa mafalda manuela marco margarida mariana miguel nuno olga patricia paula paulo pedro renato ricardo rui sandra sofia susana tania tiago vasco vitor zelia " +
		"adam agata agnieszka alicja andrzej aneta arek arkadiusz asia basia beata bogdan bozena dagmara danuta dariusz darek dominika dorota edyta ela elzbieta ewa gosia grazyna grzegorz halina hania hubert iwona jacek jadwiga jakub janusz jarek jaroslaw jerzy joanna jola jolanta justyna kamil kamila kasia katarzyna konrad krystyna krzysztof krzysiek lukasz maciej magda magdalena malgorzata marcin marek mariusz marzena michal monika natalia patryk pawel piotr piotrek rafal renata robert ryszard slawek stanislaw szymon tadeusz tomasz tomek urszula waldek wanda wiesiek wiktor wioletta wojciech wojtek zbyszek zofia zosia")
	// staff are folded words for somebody at work, and how people are addressed.
	staff = wordSet("colleague colleagues boss manager mr mrs ms miss " +
		"kollege kollegin kollegen chef chefin herr frau mitarbeiter mitarbeiterin " +
		"collegue patron patronne mme madame monsieur mlle responsable " +
		"companero companera companeros jefe jefa senor senora encargado encargada sr sra " +
		"collega colleghi capo titolare responsabile signor signora sig " +
		"baas meneer mevrouw dhr mevr leidinggevende " +
		"colega colegas patrao patroa senhor senhora chefe encarregado dona " +
		"kolega kolezanka szef szefowa pan pani pracownik kierownik kierowniczka")
	// away are folded words for where people go and stay.
	away = wordSet("home holiday holidays vacation leave lunch ill sick maternity " +
		"urlaub feierabend hause krank krankgeschrieben mittag mittagspause elternzeit reha " +
		"conge conges vacances maison maladie malade dejeuner " +
		"vacaciones casa permiso comer almorzar enfermo enferma medico " +
		"ferie malattia malato malata pranzo vacanza maternita permesso " +
		"huis vakantie vrij ziek verlof lunchen " +
		"ferias doente almoco licenca almocar " +
		"urlop urlopie domu chory chora zwolnieniu chorobowym obiad wakacje wakacjach")
	// awayEastern are those of Chinese and Japanese, verbs for the most part.
	awayEastern = parsers.NewAnyOf("下班", "休假", "请假", "請假", "病假", "离职", "離職", "回家", "出差", "不在公司", "不在办公室", "退社", "退勤", "帰宅", "休暇", "有休", "外出", "席を外", "出張", "不在", "お休みをいただ")
)

// passing are folded small words between somebody and what is said of them.
var passing = wordSet("s has have had is are was been just already now still also only who not isn t hasn alredy " +
	"ist sind war hat haben schon bereits gerade leider heute jetzt nun eben nicht noch ja " +
	"est sont a ont etait deja vient de n ne pas aujourd hui " +
	"ya ha han se es esta estan hoy acaba no aun todavia " +
	"e sono gia oggi appena non si " +
	"al net nu reeds zijn heeft vandaag niet nog " +
	"ja foi esta saiu hoje nao ainda " +
	"juz jest byl byla wlasnie dzis dzisiaj dopiero nie wlasnie")

// ofPeople tells a clause that is about somebody, sure where it says where they went.
func (r *reader) ofPeople(c clause) (is, sure bool) {
	text := r.view.text[c.start:c.end]
	if awayEastern.In(text) {
		return true, !strings.ContainsAny(text, "订訂注货貨品発") // of the order nothing is said
	}
	const most = 16
	words := make([]string, 0, most)
	at := -1 // the first that opens no sentence
	for w := range strings.FieldsFuncSeq(r.plain(c.start, c.end), dividesWords) {
		if at < 0 && !openings[w] {
			if at = len(words); !firstNames[w] && !staff[w] {
				return false, false
			}
		}
		if words = append(words, w); len(words) == most {
			break
		}
	}
	if at < 0 || at+1 == len(words) || digit(words[at+1][0]) || r.hasGoods(c.start, min(c.end, c.start+24)) || r.spokenTo(c, at) {
		return false, false
	}
	if strings.ContainsAny(text[:min(len(text), 40)], ":") || len(r.refsIn(c.start, c.end)) > 0 && slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) {
		return false, false // a list of whose parcels have left
	}
	for _, w := range words[at+1:] {
		if away[w] {
			return true, true
		}
	}
	return true, false
}

// dividesWords tells signs that stand between words.
func dividesWords(c rune) bool { return strings.ContainsRune(" ,.:;()!'’\n\t", c) }

// spokenTo tells somebody who is spoken to: "Hi Tom, it left today".
func (r *reader) spokenTo(c clause, at int) bool {
	head, _, comma := strings.Cut(r.view.text[c.start:c.end], ",")
	return comma && len(strings.Fields(head)) <= at+2
}

// openings are folded words before who a sentence is about.
var openings = wordSet("but sorry hi hello unfortunately my our the as because since so and " +
	"aber da weil leider unser unsere mein meine der die hallo " +
	"mais desole notre ma mon le la comme car " +
	"pero lo siento nuestro nuestra mi el como " +
	"ma purtroppo il la mio mia nostro nostra siccome " +
	"maar helaas onze mijn de omdat " +
	"mas infelizmente o a meu minha nosso nossa como " +
	"ale niestety nasz nasza moj moja bo poniewaz")

// somebodyLeft tells words for leaving right behind somebody, with nothing but small words between: "Amy has already left". What is behind a name's possessive is
// theirs: "Amy's parcel left".
func (r *reader) somebodyLeft(h hit, c clause) (is, sure bool) {
	is, sure = r.ofPeople(c)
	if !is || r.hasTracking(c) || r.hasGoods(c.start, h.start) {
		return false, false
	}
	if h.languages&easternBits != 0 {
		return is, sure
	}
	head := strings.FieldsFunc(r.plain(c.start, max(c.start, h.start)), dividesWords)
	unknown := 0 // the name, and a surname behind it
	for _, w := range head {
		if !openings[w] && !passing[w] {
			unknown++
		}
	}
	return unknown <= 2, unknown <= 2 && sure
}

// leavings are folded pieces of verbs for leaving, of which whoever leaves is the subject.
var leavings = []string{"left", "gone", "weg", "abgefahren", "losgefahren", "parti", "salid", "salio", "vertrok", "saiu", "odjech", "wyjech"}

// withIt are folded words that take the parcel along with who leaves.
var withIt = wordSet("with mit damit avec con com met ermee mee z wraz")

// carrierLeft tells that it is the driver or the van that left, and not what is said to be in it: "the van has gone without it". Who leaves with something has it.
func (r *reader) carrierLeft(h hit, hits []hit, c clause) bool {
	word := r.plain(h.start, h.end)
	if h.meaning != gone && h.meaning != went && (h.meaning != shipped || !slices.ContainsFunc(leavings, func(w string) bool { return strings.Contains(word, w) })) {
		return false
	}
	for _, o := range hits {
		if o.meaning != courier || o.languages&h.languages == 0 || o.end > h.start || h.start-o.end > nearReach || o.start-c.start > 12 && !r.clauseOpens(o, c) {
			continue
		}
		between := strings.Fields(r.plain(o.end, h.start))
		if slices.ContainsFunc(between, func(w string) bool { return !passing[strings.Trim(w, ",.")] }) {
			continue
		}
		rest := strings.Fields(r.plain(h.end, c.end))
		return !slices.ContainsFunc(rest, func(w string) bool { return withIt[strings.Trim(w, ",.")] })
	}
	return false
}

// clauseOpens tells a word that stands behind a comma and an article: "…, de bus was al weg".
func (r *reader) clauseOpens(o hit, c clause) bool {
	cut := strings.LastIndexAny(r.view.text[c.start:o.start], ",;:-–")
	return cut >= 0 && o.start-(c.start+cut) <= 8
}

// leftSomething tells the English "left" of who has left something behind: "hasn't left a phone number".
func (r *reader) leftSomething(h hit, c clause) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(r.plain(h.end, min(c.end, h.end+10)), " ")+" ", " ")
	return strings.EqualFold(r.view.text[h.start:h.end], "left") && leftArticles[word]
}

var leftArticles = wordSet("a an no any his her their")

// pastTimes are folded words for when something was done.
var pastTimes = []string{"yesterday", "today", "this morning", "this afternoon", "last night", "last week", "ago", "on monday", "on tuesday", "on wednesday", "on thursday", "on friday"}

// leftAlready tells the English "left" with the time when it did: "left Rotterdam last night". "3 left" are pieces.
func (r *reader) leftAlready(h hit, c clause) bool {
	if !strings.EqualFold(r.view.text[h.start:h.end], "left") {
		return false
	}
	if before := strings.TrimRight(r.view.text[c.start:h.start], " "); before != "" && digit(before[len(before)-1]) && len(lastWord(before)) < 3 {
		return false
	}
	rest := r.plain(h.end, c.end)
	return slices.ContainsFunc(pastTimes, func(w string) bool { return strings.Contains(rest, " "+w) })
}
