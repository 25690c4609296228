package table

import (
	"strings"

	"waybill/parsers/carrier"
)

// exampleWords are how people call what only shows a form, folded.
var exampleWords = map[string]bool{"example": true, "sample": true, "template": true, "specimen": true, "dummy": true, "test": true, "draft": true, "beispiel": true, "muster": true, "vorlage": true, "entwurf": true, "exemple": true, "modele": true, "brouillon": true, "ejemplo": true, "muestra": true, "plantilla": true, "borrador": true, "esempio": true, "modello": true, "bozza": true, "voorbeeld": true, "sjabloon": true, "concept": true, "exemplo": true, "modelo": true, "rascunho": true, "przyklad": true, "wzor": true, "szablon": true, "示例": true, "样本": true, "模板": true, "サンプル": true, "見本": true, "例": true, "テンプレート": true, "eg": true}

// example tells a row whose first cell, or whose order, says that it is none: "Example", "Beispiel: 10483".
func (r *reader) example(w *row) bool {
	seen := false
	for i := range w.cells {
		if seen && !contains(r.uses.orders, i) {
			continue
		}
		c := w.cell(i)
		if c == "" {
			continue
		}
		if c[0] >= '0' && c[0] <= '9' { // most rows begin with a number
			seen = true
			continue
		}
		seen = true
		head, _, named := strings.Cut(strings.ReplaceAll(c, "：", ":"), ":")
		if len(head) > 24 || !named && !exampleAlone(c) && !contains(r.uses.orders, i) {
			continue
		}
		for word := range strings.FieldsSeq(carrier.Fold(strings.Trim(head, "()[]*. "))) {
			if exampleWords[word] {
				return true
			}
		}
	}
	return false
}

// exampleAlone tells a cell that is nothing but the word, with signs or a number.
func exampleAlone(c string) bool {
	words := strings.Fields(strings.Trim(c, "()[]*. "))
	return len(words) > 0 && len(words) < 3 && exampleWords[carrier.Fold(words[0])] && (len(words) == 1 || len(words) == 2 && strings.Trim(words[1], "0123456789") == "")
}

// exampleName tells a file that is named as one that shows the form: "sample_template.csv".
func exampleName(name string) bool {
	for word := range strings.FieldsSeq(carrier.Fold(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name))) {
		if exampleWords[word] && word != "test" && word != "eg" && word != "concept" {
			return true
		}
	}
	return false
}

// shown lowers what a row or a file says that only shows the form: a person looks.
func (r *reader) shown() {
	if !r.specimen {
		return
	}
	for i := range r.result.Statements {
		s := &r.result.Statements[i]
		s.Score = min(s.Score, unclear)
	}
}
