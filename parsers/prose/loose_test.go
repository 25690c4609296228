package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// An address that no word leads to is read as one that may be anybody's.
func TestLooseAddress(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"below the news", "Shipped today with UPS 1Z999AA10123456784.\n\nTess Faraday\n19 Marl Pit Lane\nYO8 4PJ York\n\nBest,\nSam", "Tess Faraday|19 Marl Pit Lane|YO8 4PJ|York"},
		{"paragraph by paragraph", "Enviámos hoje.\n\nTomás Figueira\n\nAv. da Liberdade 100\n\n1250-096 Lisboa\n\nInês", "Tomás Figueira|Av. da Liberdade 100|1250-096|Lisboa"},
		{"with a company", "Raus heute.\n\nWeber & Söhne\nKatrin Weber\nGartenstraße 14\n93047 Regensburg", "Katrin Weber|Gartenstraße 14|93047|Regensburg"},
		{"in one line", "It went out today.\nDana Cole, 5 Lake Dr, Bend, OR 97701", "Dana Cole|5 Lake Dr|97701|Bend"},
		{"a town of a saint", "Colis parti.\n\nMme Hélène BERENGER\n24 bis r. de l'Eglise\n56340 ST COME", "Mme Hélène BERENGER|24 bis r. de l'Eglise|56340|ST COME"},
		{"behind a word with a colon", "Enviado por CTT\nPara: Joao Conceicao, R. da Misericordia 45 3 Esq, 8800-410 Tavira", "Joao Conceicao|R. da Misericordia 45 3 Esq|8800-410|Tavira"},
		{"a country before the postcode", "Aufgegeben.\n\nR. Amstutz\nDorfg. 7\nCH-3800 Interlaken", "R. Amstutz|Dorfg. 7|3800|Interlaken"},
		{"a house of four digits", "Out today.\n\nMarla Dunning, 1840 Pinecrest Loop, Bellefort OH 44117", "Marla Dunning|1840 Pinecrest Loop|44117|Bellefort"},
		{"an entry of a list", "Sent.\n\n1. Dana Cole, 5 Lake Dr, Bend, OR 97701", "Dana Cole|5 Lake Dr|97701|Bend"},
		{"a title above the name", "Raus.\n\nHerrn\nJörg Lüders\nKönigstr. 118\n06667 Weißenfels", "Jörg Lüders|Königstr. 118|06667|Weißenfels"},
		{"two", "Sent today.\n\nAna Ruiz\nCalle Mayor 1\n28013 Madrid\n\nLucía Ferrer\nCalle Mayor 8\n28013 Madrid", "Ana Ruiz|Calle Mayor 1|28013|Madrid + Lucía Ferrer|Calle Mayor 8|28013|Madrid"},
		{"what is quoted is ours", "Sent today.\n\nOn Mon, 3 Nov 2025 at 09:15, Shop <orders@shop.example> wrote:\n> Tess Faraday\n> 19 Marl Pit Lane\n> YO8 4PJ York", ""},
		{"a list of products is none", "Shipped today:\n\nBlue bucket\n2 x 14 quart\n10115 Galvanized\n", ""},
		{"a sentence is none", "Hello Sam\nwe sent 2 parcels\non 04.11.2025 from Kiel", ""},
	} {
		var got []string
		text := parsers.Text{Part: "1", Text: c.text}
		if at := strings.Index(c.text, "On Mon"); at >= 0 {
			text.Marks = []parsers.Mark{{Kind: parsers.MarkQuoted, Start: at, End: len(c.text)}}
		}
		for _, s := range prose.New(parsers.Profile{}).Read(&text, prose.Options{}).Statements {
			if p := s.Party(); p != (parsers.Party{}) {
				got = append(got, strings.Join([]string{p.Name.Text, p.Street.Text, p.Postcode.Text, p.City.Text}, "|"))
				if !p.Loose {
					t.Errorf("%s: %v is not loose", c.name, p)
				}
			}
		}
		if all := strings.Join(got, " + "); all != c.want {
			t.Errorf("%s: %q, want %q", c.name, all, c.want)
		}
	}
}

// Labelled names of several entries are nobody's in particular, and none is lent to the others.
func TestNamesOfSeveralEntries(t *testing.T) {
	text := "Order: OP30023\nCustomer: Rosario Spampinato\nTracking: 1Z5E8A440380920646\n---\nOrder: OP30060\nCustomer: Chiara Tognazzi\nTracking: 1Z999AA10115635739\n---\n"
	for _, s := range read(text, parsers.Profile{}).Statements {
		if p := s.Party(); s.Scope == parsers.ScopeMessage && p != (parsers.Party{}) {
			t.Errorf("%q is lent to all", p.Name.Text)
		}
	}
}
