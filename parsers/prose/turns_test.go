package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// A list whose entries begin with the parcel gives it to the order below, and one that cannot be told goes to a person.
func TestTurns(t *testing.T) {
	const a, b, c = "1Z5E8A440132930292", "1Z999AA10115635739", "1Z84X6V00319080772"
	for _, tt := range []struct{ name, text, want string }{
		{"parcel first", a + "\nUPS\nfor your order CG5111\n\n" + b + "\nUPS\nfor your order CG5129\n\n" + c + "\nUPS\nfor your order CG5140", "CG5111=" + a + " CG5129=" + b + " CG5140=" + c},
		{"order first", "Order CG5111\nUPS\n" + a + "\n\nOrder CG5129\nUPS\n" + b, "CG5111=" + a + " CG5129=" + b},
		{"a card's end and the next one's head in one block", "Order CG5111\n\nShipped with UPS\n\nTracking number\n" + a + "\nOrder CG5129\n\nShipped with UPS\n\nTracking number\n" + b, "CG5111=" + a + " CG5129=" + b},
		{"labels of both", "Tracking: " + a + "\nCarrier: UPS\nOrder: CG5111\n\nTracking: " + b + "\nCarrier: UPS\nOrder: CG5129", "CG5111=" + a + " CG5129=" + b},
		{"two parcels on one", a + "\n" + b + "\nOrder CG5111\n\n" + c + "\nOrder CG5129", "CG5111=" + a + "," + b + " CG5129=" + c},
		{"an entry without its order", "Order CG5111\nUPS " + a + "\n\nOrdr C?5129\nUPS " + b + "\n\nOrder CG5140\nUPS " + c, "CG5111=" + a + " ? CG5140=" + c},
		{"cut off before the last order", a + "\nOrder CG5111\n\n" + b + "\nUPS", "CG5111=" + a + " ?"},
		{"the first parcel lost", "UPS\nfor your order CG5111\n\n" + b + "\nUPS\nfor your order CG5129\n\n" + c + "\nUPS\nfor your order CG5140", "? ?"},
		{"nothing left of the last", "Order CG5111\nUPS " + a + "\n\nOrder CG5129\nUPS " + b + "\n\nOrder CG5140\nout of stock", "CG5111=" + a + " CG5129=" + b},
		{"what is left of a number", "5111 " + a + "\n29 " + b, "5111=" + a + " ?"},
		{"parcels that are counted", "Order CG5111\n1/2 " + a + "\n2/2 " + b, "CG5111=" + a + "," + b},
		{"nobody can tell", a + "\n\nOrder CG5111\n\nOrder CG5129\n\n" + b, "? ?"},
	} {
		parcels := map[string][]string{}
		var names []string
		for _, s := range read(tt.text, parsers.Profile{}).Statements {
			name := ""
			for _, f := range s.Refs {
				name = f.Text
			}
			if s.Unpaired {
				name = "?"
			}
			for _, n := range s.Tracking {
				if len(parcels[name]) == 0 || name == "?" {
					names = append(names, name)
				}
				parcels[name] = append(parcels[name], n.Number)
			}
		}
		var got []string
		for _, name := range names {
			if name == "?" {
				got = append(got, "?")
				continue
			}
			got = append(got, name+"="+strings.Join(parcels[name], ","))
		}
		if all := strings.Join(got, " "); all != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, all, tt.want)
		}
	}
}
