package read

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// The forms of one mail that say different things are both told, and neither is sure; a form that says less is no contradiction.
func TestFormsThatDiffer(t *testing.T) {
	const one, two = "1Z999AA10123456784", "1ZA7H2KF0128614781"
	for name, c := range map[string]struct {
		plain, html string
		sure        bool
		want        []string // kinds and numbers that are told
	}{
		"same":             {"Order 1001 has shipped with UPS, " + one, "<p>Order <b>1001</b> has shipped with UPS, " + one + "</p>", true, []string{"shipment", one}},
		"other words":      {"Order 1001 has shipped with UPS.", "<p>Good news: your order 1001 is on its way! " + one + "</p>", true, []string{"shipment", one}},
		"stub":             {"Please open this mail in a program that shows HTML.", "<p>Order 1001 has shipped with UPS, " + one + "</p>", true, []string{"shipment", one}},
		"number in a link": {"Order 1001 has shipped: UPS " + one, `<p>Order 1001 has shipped. <a href="https://www.ups.com/track?tracknum=` + one + `">Track it</a></p>`, true, []string{"shipment", one}},
		"other number":     {"Order 1001 has shipped with UPS, " + one, "<p>Order 1001 has shipped with UPS, " + two + "</p>", false, []string{"shipment", one, two}},
		"other news":       {"Order 1001 has been cancelled.", "<p>Order 1001 has shipped with UPS, " + one + "</p>", false, []string{"shipment", "cancellation", one}},
		"other order":      {"Order 1001 has shipped with UPS, " + one, "<p>Order 1002 has shipped with UPS, " + two + "</p>", false, []string{"shipment", one, two}},
	} {
		t.Run(name, func(t *testing.T) {
			raw := "From: a@supplier.example\nTo: shop@shop.example\nSubject: News\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n" +
				c.plain + "\n--b\nContent-Type: text/html\n\n" + c.html + "\n--b--\n"
			r := Document([]byte(raw), "", parsers.Profile{})
			told, sure := "", false
			for _, s := range r.Statements {
				told += " " + string(s.Kind)
				sure = sure || s.Kind != "" && s.Score > unsure
				for _, n := range s.Tracking {
					told += " " + n.Number
				}
			}
			for _, w := range c.want {
				if !strings.Contains(told, w) {
					t.Errorf("%s is not told: %s", w, told)
				}
			}
			if sure != c.sure {
				t.Errorf("sure: %t:%s", sure, told)
			}
		})
	}
}

// Rows of a table that nobody can see count like quoted ones.
func TestRowsNobodySees(t *testing.T) {
	r := Document([]byte("<html><table><tr><th>Order</th><th>Status</th><th>Tracking</th></tr><tr><td>1001</td><td>shipped</td><td>1Z999AA10123456784</td></tr>"+
		`<tr style="color:#fff"><td>1002</td><td>shipped</td><td>1ZA7H2KF0128614781</td></tr></table></html>`), "a.html", parsers.Profile{})
	for _, s := range r.Statements {
		for _, f := range s.Refs {
			if s.Quoted != (f.Text == "1002") {
				t.Errorf("order %s: quoted %t", f.Text, s.Quoted)
			}
		}
	}
}
