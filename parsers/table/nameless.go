package table

import (
	"strings"
	"unicode"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A list may have people and parcels and nothing that calls them so: columns without headings, or with headings of the house. Whether a cell holds a name no form
// tells, "Brass Hook" and "Hannah Keller" look alike. Who waits for a parcel is known to whoever judges the reading, so the row's unknown cells are handed on as
// they are.

const (
	mostNameless = 1000 // rows
	longestCell  = 60   // bytes
	mostUnknown  = 6
)

// whose tells whom a row goes to, or keeps what may tell it.
func (r *reader) whose(w *row, s *parsers.Statement, refs []parsers.Ref) {
	s.Consignee = r.party(w)
	r.nameless(w, s, refs)
}

// nameless keeps what stands in a row that names neither an order nor whom it goes to, in the cells of which nobody knows what they mean, and its parcel's number
// behind them.
func (r *reader) nameless(w *row, s *parsers.Statement, refs []parsers.Ref) {
	if len(r.unnamed) >= mostNameless || named(refs) || len(s.Tracking) == 0 && s.Kind == "" || s.Quoted {
		return
	}
	if p := s.Party(); p.Name.Text != "" || p.Company.Text != "" || p.Street.Text != "" || p.Email.Text != "" || p.Phone.Text != "" {
		return
	}
	var cells []string
	for i := range r.columns {
		c := w.cell(i)
		if c == "" || r.ofStaff(i) {
			continue
		}
		if m := r.columns[i].Meaning; m != Unknown && m != City || r.hidden[i] || len(c) > longestCell || !strings.ContainsFunc(c, unicode.IsLetter) || len(cells) == mostUnknown {
			continue
		}
		cells = append(cells, c)
	}
	if len(cells) == 0 {
		r.voiceless = r.voiceless || len(refs) == 0 && len(s.Tracking) > 0
		return
	}
	if len(s.Tracking) > 0 {
		cells = append(cells, s.Tracking[0].Number)
	}
	s.Sentence = strings.Join(cells, ", ")
	r.unnamed = append(r.unnamed, len(r.result.Statements)-1)
}

// slipped leaves rows with names in unknown cells to a person where another row has a parcel and no name: one of them may stand in the wrong row.
func (r *reader) slipped() {
	if !r.voiceless {
		return
	}
	for _, i := range r.unnamed {
		s := &r.result.Statements[i]
		s.Score = min(s.Score, unclear)
	}
}

// ofStaff tells a column whose heading says that it holds people of the supplier, or whoever sends.
func (r *reader) ofStaff(i int) bool {
	title := r.columns[i].Title
	if easternStaff.In(title) {
		return true
	}
	for w := range strings.FieldsSeq(carrier.Fold(camel(title))) {
		if staffWords[w] {
			return true
		}
	}
	return false
}

// staffWords are folded words of headings over people who get nothing: who packs, drives, sells, sends and signs. easternStaff are the same in Chinese and Japanese.
var (
	staffWords = func() map[string]bool {
		all := map[string]bool{}
		for w := range strings.FieldsSeq(`by packed packer picked picker driver user username clerk operator staff employee agent sales salesperson seller signed rep handler checked checker sender shipper from returned
			gepackt packer fahrer fahrerin bearbeiter sachbearbeiter mitarbeiter kommissionierer verkaufer verkaeufer vertreter absender bediener gepruft geprueft zusteller von retoure
			par prepare prepa preparateur chauffeur vendeur commercial livreur expediteur operateur employe retour
			por preparado preparador conductor vendedor comercial repartidor remitente operario empleado devuelto da autista corriere addetto operatore venditore mittente magazziniere preparato reso
			door inpakker ingepakt medewerker verkoper afzender bezorger embalado embalador motorista estafeta vendedor expedidor funcionario devolvido przez pakowal pakowacz kierowca kurier pracownik sprzedawca nadawca zwrot`) {
			all[w] = true
		}
		return all
	}()
	easternStaff = parsers.NewAnyOf("担当", "司机", "司機", "配货", "打包", "发件", "寄件", "發件", "业务员", "操作员", "退货", "依頼主", "出荷元", "発送者", "作業者", "ドライバー")
)
