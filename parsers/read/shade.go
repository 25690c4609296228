package read

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
	"waybill/parsers/table"
)

// paperWords name the list that a mail brings, folded.
var paperWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`file files list lists attached attachment attachments attach sheet table spreadsheet enclosed report labels
		datei dateien liste listen anhang anbei angehangt angehangte angehangten beigefugt beigefugte beigefugten tabelle etiketten
		fichier fichiers joint jointe ci-joint jointes piece tableau etiquettes
		archivo archivos fichero lista listas adjunto adjunta adjuntos tabla hoja etiquetas
		elenco allegato allegata allegati tabella foglio etichette
		bestand bestanden lijst lijsten bijlage bijgevoegd bijgevoegde tabel
		ficheiro ficheiros arquivo anexo anexa anexos tabela folha
		plik pliki zalacznik zalaczniku zalaczeniu arkusz etykiety zalaczona zalaczone zalaczony testdatei testbestand`) {
		m[w] = true
	}
	return m
}()

// paperParts are the same in Chinese and Japanese.
var paperParts = []string{"附件", "文件", "列表", "清单", "清單", "表格", "添付", "ファイル", "一覧", "リスト"}

// ofPaper tells a sentence that speaks of the list it comes with.
func ofPaper(sentence string) bool {
	for w := range strings.FieldsSeq(carrier.Fold(sentence)) {
		if paperWords[w] {
			return true
		}
	}
	for _, p := range paperParts {
		if strings.Contains(sentence, p) {
			return true
		}
	}
	return false
}

// asksAfter are words of a question, lower case, that asks after what stands below it: "did these two arrive?".
var asksAfter = parsers.NewAnyOf("these", "those", "arrive", "the right", "ankam", "angekommen", "diese", "arrivé", "ces ", "llegado", "llegaron", "estos", "estas", "arrivat", "questi", "queste", "aangekomen", "deze", "chegaram", "chegou", "estes", "dotarł", "doszł", "这些", "這些", "到了吗", "收到了吗", "届き", "到着")

// checks are words, lower case, by which a list is shown to be looked over.
var checks = parsers.NewAnyOf("please check", "please review", "please verify", "prüfen", "pruefen", "vérifier", "controleren", "revisar", "revisen", "verificare", "verificate", "verificar", "verifiquem", "sprawdzić", "发货前", "發貨前", "出荷前", "発送前")

// longestShade is how many bytes of a sentence are heard.
const longestShade = 300

// shades tells a sentence of a mail by which the parcels of an attached list have perhaps not left: the list is a plan, a form or a claim, is shown for
// approval, or the writer asks whether they arrived.
func shades(sentence string) bool {
	if len(sentence) > longestShade {
		return false
	}
	moves, stays := table.Leaves(sentence)
	if strings.HasSuffix(sentence, "?") || strings.HasSuffix(sentence, "？") {
		return moves || ofPaper(sentence) || asksAfter.In(strings.ToLower(sentence))
	}
	return ofPaper(sentence) && (stays || table.Plans(sentence) || checks.In(strings.ToLower(sentence)))
}

// shade lowers rows of attached lists that say by their numbers alone that parcels left, where the mail around them leaves that open.
func (d *document) shade() {
	d.shadeLines()
	e := d.reading.Envelope
	if e == nil {
		return
	}
	body, why, coloured := "", false, false
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		if s.Quoted || s.Scope != parsers.ScopeClause || s.KindAt.At.Row > 0 {
			continue
		}
		coloured = coloured || ofColours(s.Sentence)
		waits, label := table.Waits(s.KindAt.Text)
		if s.Kind == parsers.Acknowledgement && s.Score > unsure && waits && !label && s.Score > titled && len(s.Refs) == 0 ||
			len(s.Refs) == 0 && (shades(s.Sentence) || s.Kind == parsers.Question && s.Score > unsure && !s.Estimated && ofPaper(s.Sentence)) {
			body, why = s.KindAt.At.Part, true
		}
	}
	for i := range d.reading.Asides {
		a := &d.reading.Asides[i]
		coloured = coloured || ofColours(a.Text)
		if len(a.Refs) == 0 && !strings.HasSuffix(a.At.Part, "subject") && shades(a.Text) {
			body, why = a.At.Part, true
		}
	}
	if head := e.Subject[len(subjectOnly.FindString(e.Subject)):]; !d.reply && len(strings.Fields(head)) <= titleWords && table.Plans(head) {
		body, why = "subject", true
	}
	if !why && !coloured {
		return
	}
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		if s.Scope == parsers.ScopeRow && s.Kind == parsers.Shipment && len(s.Tracking) > 0 && s.KindAt.At == s.Tracking[0].At && (coloured || s.KindAt.At.Part != body) {
			s.Score = min(s.Score, unsure)
		}
	}
}

// shadeLines lowers lines of a list in a text that give an order's number and a parcel's, and call it planned or reserved, or are followed by a state that says
// that it has not left: "State : NOT OUT".
func (d *document) shadeLines() {
	var states []*parsers.Aside
	for i := range d.reading.Asides {
		if a := &d.reading.Asides[i]; table.StaysBy(a.Text) {
			states = append(states, a)
		}
	}
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		if s.Kind != parsers.Shipment || s.Quoted || s.Scope != parsers.ScopeClause || len(s.Tracking) == 0 || s.KindAt.At != s.Tracking[0].At {
			continue
		}
		at := s.KindAt.At
		next := len(d.reading.Statements)
		for k := i + 1; k < next; k++ {
			if o := &d.reading.Statements[k]; len(o.Tracking) > 0 {
				next = k
			}
		}
		if len(s.Sentence) <= longestShade && table.Plans(s.Sentence) || slices.ContainsFunc(states, func(a *parsers.Aside) bool {
			return a.At.Part == at.Part && a.At.Start > at.End && a.At.Start-at.End < longestShade && (next == len(d.reading.Statements) || d.reading.Statements[next].Tracking[0].At.Part != at.Part || d.reading.Statements[next].Tracking[0].At.Start > a.At.Start)
		}) {
			s.Score = min(s.Score, unsure)
			s.Doubtful = true
		}
	}
}
