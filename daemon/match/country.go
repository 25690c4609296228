package match

import "strings"

// countries gives for a country's name, folded as towns are, its code (ISO 3166-1 alpha-2).
var countries = countryCodes(`
	AT austria oesterreich autriche oostenrijk osterreich; BE belgium belgien belgique belgica belgio belgie belgia; BG bulgaria bulgarien bulgarie; CA canada kanada; CH switzerland schweiz suisse suiza svizzera zwitserland suica szwajcaria
	CZ czechia tschechien tchequie chequia cechia tsjechie czechy; DE germany deutschland allemagne alemania germania duitsland alemanha niemcy; DK denmark daenemark danemark dinamarca danimarca denemarken dania; EE estonia estland estonie
	ES spain spanien espagne espana spagna spanje espanha hiszpania; FI finland finnland finlande finlandia; FR france frankreich francia frankrijk franca francja; GB england uk britain scotland wales grossbritannien angleterre inglaterra inghilterra engeland anglia
	GR greece griechenland grece grecia griekenland grecja; HR croatia kroatien croatie croacia croazia kroatie chorwacja; HU hungary ungarn hongrie hungria ungheria hongarije wegry; IE ireland irland irlande irlanda ierland irlandia; IT italy italien italie italia wlochy
	JP japan japon giappone japao japonia; LT lithuania litauen lituanie lituania litouwen litwa; LU luxembourg luxemburg lussemburgo luksemburg; LV latvia lettland lettonie letonia lettonia letland lotwa; NL netherlands holland niederlande paises hollande olanda nederland holandia
	NO norway norwegen norvege noruega norvegia noorwegen norwegia; PL poland polen pologne polonia polska; PT portugal portogallo portugalia; RO romania rumaenien roumanie rumania roemenie rumunia; RU russia russland russie rusia rusland rosja
	SE sweden schweden suede suecia svezia zweden szwecja; SI slovenia slowenien slovenie eslovenia slowenie slowenia; SK slovakia slowakei slovaquie eslovaquia slovacchia slowakije slowacja; US usa america`)

func countryCodes(list string) map[string]string {
	all := map[string]string{}
	for _, line := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == '\n' }) {
		if words := strings.Fields(line); len(words) > 1 {
			for _, name := range words[1:] {
				all[plain(name)] = words[0]
			}
		}
	}
	return all
}
