package match

import "strings"

// Towns are called otherwise in other languages: a supplier in England sends to Ghent what was ordered to Gent.

// townsByForm gives for a form of a town's name the one that stands for all. Forms are folded and written with the plainest letters, as plain does. A form that is
// another town's name as well (Valence, Tolosa, Bergen, Freiburg) is left out.
var townsByForm = townForms(`
	vienna, wien, vienne autriche, viena, wenen, wieden; munich, muenchen, monaco di baviera, monachium, munique; cologne, koeln, koln, colonia, keulen, kolonia; aachen, aix la chapelle, aquisgrana, aken, akwizgran
	nuremberg, nuernberg, norimberga, neurenberg, norymberga; hanover, hannover, hanovre, hanower; brunswick, braunschweig, brunswijk; mainz, mayence, maguncia, magonza, moguncja; trier, treves, treveri, trewir
	regensburg, ratisbonne, ratisbona, ratyzbona; hamburg, hambourg, hamburgo, amburgo; frankfurt, francfort, francoforte, frankfort, frankfurt am main, francfort sur le main, francoforte sul meno; berlin, berlino, berlijn, berlim
	leipzig, lipsk, lipsia; dresden, dresde, dresda, drezno; bremen, breme, brema; koblenz, coblence, coblenza; konstanz, constance, costanza, konstancja; augsburg, augsbourg; goettingen, goettingue, gottinga, getynga; tuebingen, tubingue, tubinga
	strasbourg, strassburg, strasburgo, estrasburgo, straatsburg; mulhouse, muelhausen elsass; lyon, lione, lyons; marseille, marsiglia, marsella, marselha, marsylia; paris, parigi, parijs, paryz; nice, nizza, niza; bordeaux, burdeos
	lille, rijsel; dunkerque, duinkerke, dunkirk; versailles, versalles; avignon, avignone, avinon; perpignan, perpinan, perpignano; colmar, kolmar; metz, mets
	brussels, bruxelles, brussel, bruessel, bruselas, bruksela, bruxelas; gent, ghent, gand, gandawa; antwerp, antwerpen, anvers, amberes, anversa, antuerpia, antwerpia; bruges, brugge, bruegge, brujas, brugia; leuven, louvain, loewen, lovaina, lovanio
	liege, luettich, luik, lieja, liegi; namur, namen; tournai, doornik; mechelen, malines, mecheln, malinas; kortrijk, courtrai; ieper, ypres, ypern; roeselare, roulers; oostende, ostend, ostende; aalst, alost; luxembourg, luxemburg, lussemburgo, luxemburgo, luksemburg
	the hague, den haag, s gravenhage, sgravenhage, la haye, la haya, laia, haga; den bosch, s hertogenbosch, shertogenbosch, bois le duc, herzogenbusch; vlissingen, flushing, flessingue; nijmegen, nimwegen, nimegue; leiden, leyden, leyde; groningen, groningue, groninga
	basel, bale, basle, basilea, bazel, bazylea; geneva, genf, geneve, ginevra, ginebra, genebra, genewa; lucerne, luzern, lucerna; zurich, zuerich, zurigo, zurych, zurique; bern, berne, berna, berno; neuchatel, neuenburg; solothurn, soleure; chur, coire, coira; biel, bienne, biel bienne
	innsbruck, insbruck; salzburg, salzbourg, salisburgo, salzburgo; klagenfurt, celovec; graz, gradec; bozen, bolzano; trent, trento, trient; merano, meran; bressanone, brixen
	milan, milano, mailand, milaan, mediolan, milao; turin, torino, turijn, turyn, turim; venice, venezia, venedig, venise, venecia, venetie, wenecja, veneza; florence, firenze, florenz, florencia, florencja, florenca; genoa, genova, genua, genes
	naples, napoli, neapel, napoles, neapol; rome, roma, rom, rzym; padua, padova, padoue, padwa; mantua, mantova, mantoue, mantuva; livorno, leghorn, livourne; syracuse, siracusa, syrakus; bologna, bolonia, bologne, bolonha; verona, verone, werona; bergamo, bergame
	ravenna, ravenne, rawenna; perugia, perouse; modena, modene; parma, parme; piacenza, plaisance; vicenza, vicence; palermo, palerme; ancona, ancone; trieste, triest; cagliari, caller; siena, sienne; lucca, lucques; catania, catane
	seville, sevilla, sewilla, sevilha, siviglia; zaragoza, saragossa, saragosse, saragozza; cordoba, cordova, cordoue, kordoba; la coruna, a coruna, corunna; donostia, san sebastian, saint sebastien, donostia san sebastian; vitoria, vitoria gasteiz, gasteiz; pamplona, iruna, pampelune
	bilbao, bilbo; barcelona, barcelone, barcellona; cadiz, cadix, kadyks; girona, gerona; lleida, lerida; alicante, alacant; madrid, madryt; malaga, malaga spain; granada, grenade; salamanca, salamanque; valencia, walencja, valencia spain
	lisbon, lisboa, lissabon, lisbonne, lisbona, lizbona; porto, oporto; coimbra, coimbre
	warsaw, warszawa, warschau, varsovie, varsovia, varsavia; krakow, cracow, krakau, cracovie, cracovia; gdansk, danzig, dantzig, danzica; wroclaw, breslau, breslavia; poznan, posen; szczecin, stettin, stettino; lodz, lodsch; torun, thorn; katowice, kattowitz; olsztyn, allenstein
	prague, praha, prag, praga; brno, bruenn; plzen, pilsen, pilzno; ostrava, ostrau; olomouc, olmuetz, olomuniec; karlovy vary, karlsbad, carlsbad; bratislava, pressburg; kosice, kaschau; budapest, budapeszt; zagreb, agram; ljubljana, laibach, lubiana
	copenhagen, koebenhavn, kobenhavn, kopenhagen, copenhague, copenaghen, kopenhaga, copenhaga; gothenburg, goeteborg, goteborg, goteburgo; stockholm, estocolmo, stoccolma, sztokholm; helsinki, helsingfors; turku, aabo; helsingor, helsingoer, elsinore; aarhus, arhus
	london, londres, londra, londen, londyn; edinburgh, edimbourg, edimburgo, edynburg; dublin, dublino; cardiff, caerdydd; swansea, abertawe
	athens, athina, athen, athenes, atenas, atene, ateny; thessaloniki, salonica, saloniki, salonique, tesalonica, salonicco; patras, patra, patrasso; heraklion, irakleio, iraklion
	moscow, moskva, moskau, moscou, moscu, mosca, moskwa; st petersburg, st peterburg, st petersbourg, san petersburgo, san pietroburgo, petersburg; kyiv, kiev, kiew, kijow; lviv, lwow, lemberg; bucharest, bucuresti, bukarest, bucarest, bukareszt
	vilnius, wilno, wilna; kaunas, kowno; belgrade, beograd, belgrad, belgrado; istanbul, estambul, stambul; nicosia, lefkosia, nikosia; timisoara, temeswar; sibiu, hermannstadt; brasov, kronstadt; beijing, peking, pekin, pechino; tokyo, tokio; kyoto, kioto`)

func townForms(list string) map[string]string {
	all := map[string]string{}
	for _, town := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == '\n' }) {
		forms := strings.Split(town, ",")
		for _, form := range forms {
			all[plain(strings.TrimSpace(form))] = plain(strings.TrimSpace(forms[0]))
		}
	}
	return all
}

// oneTown gives a town's folded name as it stands for all its names.
func oneTown(name string) string {
	if one, ok := townsByForm[name]; ok {
		return one
	}
	return name
}
