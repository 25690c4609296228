package match

import "testing"

// One of a thing and several of it are one word in each language.
func TestSeveral(t *testing.T) {
	for _, pair := range [][2]string{{"Tuch", "Tücher"}, {"Geschirrtuch", "Geschirrtüchern"}, {"Topf", "Töpfe"}, {"Handtuch", "Handtuecher"}, {"Korb", "Körbe"}, {"kokosmat", "kokosmatten"}, {"pan", "pannen"}, {"mok", "mokken"},
		{"schaal", "schalen"}, {"deken", "dekens"}, {"loaf", "loaves"}, {"knife", "knives"}, {"lily", "lilies"}, {"bocal", "bocaux"}, {"botão", "botões"}, {"avental", "aventais"}, {"lápiz", "lápices"}, {"sacco", "sacchi"}, {"viagem", "viagens"}} {
		if !oneWord(fold(pair[0]), fold(pair[1])) || !oneWord(fold(pair[1]), fold(pair[0])) {
			t.Errorf("%s and %s are two words", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"Tuch", "Tasche"}, {"pan", "panda"}, {"mat", "matras"}, {"pen", "penne"}, {"kast", "kastanje"}, {"sel", "seis"}, {"Haus", "Hof"}} {
		if oneWord(fold(pair[0]), fold(pair[1])) {
			t.Errorf("%s and %s are one word", pair[0], pair[1])
		}
	}
}
