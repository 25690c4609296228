package read

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// colours are words for how cells are made to look, as they begin, folded; marked are words by which that means something.
var (
	colours = strings.Fields(`red yellow green orange blue grey gray pink bold italic strikethrough rot gelb grun gruen orange blau grau fett durchgestrichen rouge jaune vert bleu gris gras barre roj amarill verde naranja azul negrita tachad
		ross giall arancion blu grigi grassetto barrat rood rode geel gele groen oranje blauw grijs grijze vet vermelh amarel laranja cinza negrito riscad czerwon zolt zielon pomaranczow niebiesk szar pogrubion przekreslon`)
	marked = strings.Fields(`row line marked highlighted shaded coloured colored cells crossed = zeile markiert hinterlegt hervorgehoben unterlegt gefarbt ligne surlign marqu colore fila linea marcad resaltad riga righe evidenziat segnat colorat
		rij regel gemarkeerd gekleurd linha destacad assinalad colorid wiersz zaznaczon wyroznion podswietlon kolor`)
	coloursCJK = parsers.NewAnyOf("红色", "黄色", "绿色", "蓝色", "灰色", "標紅", "标红", "标黄", "标绿", "加粗", "赤字", "赤色", "緑色", "青色", "太字", "色付き", "網掛け", "取り消し線")
)

// ofColours tells a sentence that explains what the colours of a list mean: "rows in red did not make the truck". They are not read.
func ofColours(sentence string) bool {
	if len(sentence) > longestShade {
		return false
	}
	colour, mark := coloursCJK.In(sentence), strings.Contains(sentence, "=")
	if colour {
		return true
	}
	for w := range strings.FieldsSeq(carrier.Fold(sentence)) {
		colour = colour || beginsOne(w, colours, 4)
		mark = mark || beginsOne(w, marked, 4)
	}
	return colour && mark
}

// beginsOne tells a word that begins as one of a list does, or is one of its short ones, with an ending of few bytes.
func beginsOne(w string, list []string, ending int) bool {
	for _, begin := range list {
		if strings.HasPrefix(w, begin) && (len(w) == len(begin) || len(begin) > 3 && len(w) <= len(begin)+ending || w == begin+"s") {
			return true
		}
	}
	return false
}
