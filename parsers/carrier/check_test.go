package carrier

import "testing"

// Numbers are those that carriers and public format tables print as samples, or were made from the rule by hand.
func TestCheckDigits(t *testing.T) {
	rules := map[string]func(string) bool{
		"ups": holdsUPS, "mod10": holdsMod10, "usps routed": holdsUSPSRouted, "fedex 12": holdsFedExExpress, "fedex 34": holdsFedEx34,
		"fedex 96": holdsFedEx96, "smartpost": holdsSmartPost, "mod7": holdsMod7, "identcode": holdsIdentcode, "luhn": holdsLuhn,
		"37,36": holdsMod3736, "s10": holdsS10, "ontrac": holdsOnTrac, "ean": holdsEAN, "iban": holdsIBAN,
	}
	for _, c := range []struct {
		rule, number string
		holds        bool
	}{
		{"ups", "1Z5R89390357567127", true}, {"ups", "1Z879E930346834440", true}, {"ups", "1Z410E7W0392751591", true},
		{"ups", "1Z999AA10123456784", true}, {"ups", "1Z1111111111111111", false}, {"ups", "1Z999AA10123456785", false},
		{"mod10", "9405803699300124287899", true}, {"mod10", "9361289878700317633795", true}, {"mod10", "9361289878700317633796", false},
		{"mod10", "03071790000523483741", true}, {"mod10", "0073938000549297", true}, {"mod10", "0073938000549292", false},
		{"mod10", "041441760228964", true}, {"mod10", "568283610012732", false},
		{"usps routed", "420221539101026837331000039521", true}, {"usps routed", "4201002334249200190132607600833457", true},
		{"usps routed", "4201028200009261290113185417468511", false},
		{"fedex 12", "986578788855", true}, {"fedex 12", "477179081230", true}, {"fedex 12", "974367662710", true}, {"fedex 12", "996578788855", false},
		{"fedex 34", "1001921334250001000300779017972697", true}, {"fedex 34", "9622001560001234567100794808390594", true},
		{"fedex 34", "9622001560001234567100794808390595", false},
		{"fedex 96", "9611020987654312345672", true}, {"fedex 96", "9600000000000000000001", false},
		{"smartpost", "61299998820821171811", true}, {"smartpost", "61299998820821171812", false},
		{"mod7", "3318810025", true}, {"mod7", "8487135506", true}, {"mod7", "3318810034", false},
		{"luhn", "320595463938", true}, {"luhn", "320595463939", false}, {"luhn", "07209562763", true},
		{"37,36", "008182709980000020033350276C", true}, {"37,36", "008182709980000020045327276N", true}, {"37,36", "008182709980000020033350276A", false},
		{"s10", "RB123456785GB", true}, {"s10", "RB473124829GB", true}, {"s10", "RB123456789GB", false},
		{"ontrac", "C11031500001879", true}, {"ontrac", "D10011354453707", true}, {"ontrac", "C11031500001889", false},
		{"ean", "4006381333931", true}, {"ean", "4006381333932", false},
		{"iban", "DE89370400440532013000", true}, {"iban", "GB29NWBK60161331926819", true}, {"iban", "DE89370400440532013001", false},
	} {
		if got := rules[c.rule](c.number); got != c.holds {
			t.Errorf("%s %s: holds %v, want %v", c.rule, c.number, got, c.holds)
		}
	}
}

// Every format with a check digit must accept about one in as many random endings as its luck says: else the shape or the rule is wrong.
func TestChecksTakeEveryShape(t *testing.T) {
	for i := range formats {
		f := &formats[i]
		for _, masks := range compile(f.shape) {
			n := make([]byte, len(masks))
			for j, m := range masks {
				for v := range 36 {
					if m&(1<<v) != 0 {
						n[j] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[v]
						break
					}
				}
			}
			if f.check == nil {
				continue
			}
			held := 0
			last := "0123456789"
			if masks[len(masks)-1]&letters != 0 {
				last = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			}
			for j := range last {
				n[len(n)-1] = last[j]
				if f.check(string(n)) {
					held++
				}
			}
			if held > 1 {
				t.Errorf("%s %s: %d check characters hold, want at most one", f.carrier, f.shape, held)
			}
		}
	}
}
