package read

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// What a supplier's rules say holds in every format, and yields to what the paper itself says.
func TestLearnedShapes(t *testing.T) {
	p := parsers.Profile{References: []string{`V\d{5}`}, Carriers: map[string]string{`47\d{8}`: "gls", `1Z.*`: "dpd"}}
	r := Document([]byte("PO,Reference,Tracking\n1001,V12345,4712345678\n1002,W12345,1Z999AA10123456784\n"), "x.csv", p)
	var got []string
	for _, s := range r.Statements {
		for _, ref := range s.Refs {
			got = append(got, string(ref.Label)+" "+ref.Text)
		}
		for _, n := range s.Tracking {
			got = append(got, n.Carriers[0].Carrier+" "+n.Number)
		}
	}
	if want := "gls 4712345678"; !strings.Contains(strings.Join(got, "|"), want) {
		t.Errorf("%q is not in %q", want, got)
	}
	if want := "ups 1Z999AA10123456784"; !strings.Contains(strings.Join(got, "|"), want) { // its check digit holds
		t.Errorf("%q is not in %q", want, got)
	}
	mail := "From: a@prairie.example\nTo: b@shop.example\nSubject: V12345\nMIME-Version: 1.0\n\nYour goods V12345 have shipped today.\n"
	labels := map[parsers.Label]bool{}
	for _, s := range Document([]byte(mail), "x.eml", p).Statements {
		for _, ref := range s.Refs {
			labels[ref.Label] = true
		}
	}
	if !labels[parsers.LabelTheirs] || labels[parsers.LabelNone] {
		t.Errorf("a reference of a known shape is called %v", labels)
	}
}

// Headings and cells are given to who asks, of files and of tables in mails.
func TestHeadsAndCells(t *testing.T) {
	csv := "PO,Consignment ref.,Pieces\n1001,AB 12-345,2\n1002,AB 99999,1\n"
	html := "From: a@prairie.example\nTo: b@shop.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<table><tr><th>PO</th><th>Consignment ref.</th><th>Pieces</th></tr>" +
		"<tr><td>1001</td><td>AB 12-345</td><td>2</td></tr><tr><td>1002</td><td>AB 99999</td><td>1</td></tr></table>"
	for name, raw := range map[string]string{"x.csv": csv, "x.eml": html} {
		r := Document([]byte(raw), name, parsers.Profile{KeepHeads: true, Seek: []string{"ab12345"}})
		if len(r.Tables) != 1 || len(r.Tables[0].Columns) != 3 || r.Tables[0].Columns[0].Meaning != "order" || r.Tables[0].Columns[1].Title != "Consignment ref." {
			t.Errorf("%s: tables %+v", name, r.Tables)
		}
		if len(r.Found) != 1 || r.Found[0].Cell.Text != "AB 12-345" || r.Found[0].Head.Title != "Consignment ref." {
			t.Errorf("%s: found %+v", name, r.Found)
		}
		if r := Document([]byte(raw), name, parsers.Profile{}); len(r.Tables)+len(r.Found) > 0 {
			t.Errorf("%s: nobody asked for %v", name, fmt.Sprint(r.Tables, r.Found))
		}
	}
}
