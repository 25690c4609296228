package prose

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

// tellsOf gives what a text says of each order: "kind order order; kind order".
func tellsOf(text string, marks ...parsers.Mark) string {
	res := New(parsers.Profile{}).Read(&parsers.Text{Text: text, Part: "1", Marks: marks}, Options{})
	var all []string
	for _, s := range res.Statements {
		if s.Kind == "" || s.Quoted {
			continue
		}
		line := string(s.Kind)
		for _, r := range s.Refs {
			line += " " + r.Text
		}
		if s.Doubtful {
			line += "?"
		}
		all = append(all, line)
	}
	return strings.Join(all, "; ")
}

func TestRoster(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"recibidos estos pedidos, gracias:\n\n- LT/2026/1118\n- LT/2026/1126\n", "acknowledgement LT/2026/1118; acknowledgement LT/2026/1126"},
		{"folgende Bestellungen sind heute rausgegangen:\n\n* HK-260422 (Weber)\n* HK-260428\n", "shipment HK-260422; shipment HK-260428"},
		{"MM58324\nMM58331\n\nAbove orders have been cancelled as you asked.\n", "cancellation MM58324; cancellation MM58331; cancellation MM58324 MM58331"},
		{"Shipped today:\n- MM58324\n\nBackordered until December 12:\n\n- MM58340\n", "shipment MM58324; backorder MM58340"},
		{"以下订单今天已发货：\n\nXF-80312、XF-80317\n", "shipment XF-80312 XF-80317"},
		{"下記のご注文を承りました。\n\n・HH-2291\n・HH-2296\n", "acknowledgement HH-2291; acknowledgement HH-2296"},
		{"Ordens da semana:\n\n- EJ10552\n- EJ10559\n", ""}, // nothing is said of them
	} {
		if got := tellsOf(c.text); got != c.want {
			t.Errorf("%q tells %q, want %q", c.text, got, c.want)
		}
	}
}

func TestDialogue(t *testing.T) {
	text := "> 1) HK-260422 (Weber) - schon unterwegs?\n\nJa, heute versandt.\n\n> 2) HK-260428 (Nagel) - Pfanne und Reine?\n\nDa fehlt uns noch das Blech, wir liefern beides in KW 50.\n\n> 3) HK-260433 - die Kundin möchte stornieren\n\nGeht in Ordnung, habe ich storniert.\n"
	var marks []parsers.Mark
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		if text[at] == '>' {
			marks = append(marks, parsers.Mark{Start: at, End: end, Kind: parsers.MarkQuoted})
		}
		at = end + 1
	}
	const want = "shipment HK-260422; backorder HK-260428; cancellation HK-260433"
	if got := tellsOf(text, marks...); got != want {
		t.Errorf("tells %q, want %q", got, want)
	}
}

func TestRectify(t *testing.T) {
	const wrong, right = "1Z999AA10123456784", "1Z5R89390357567127"
	for _, c := range []struct {
		text  string
		holds string // "right", "both", or "unsure"
	}{
		{"bitte die Sendungsnummer von gestern (A) vergessen, die gehört zu einem anderen Kunden.\nRichtig ist B (UPS).", "right"},
		{"please forget yesterday's tracking number (A), it belongs to another customer. The right one for 58324 is B.", "right"},
		{"I gave you A for 58324 yesterday. That was a mistake, it should have been B.", "right"},
		{"mauvais numéro : A\nbon numéro : B", "right"},
		{"me equivoqué de número: donde puse A debe decir B.", "right"},
		{"per l’ordine 7041 usate B al posto di A, ho scambiato le etichette.", "right"},
		{"onde está A leia-se B.", "right"},
		{"proszę zapomnieć o wczorajszym numerze (A), to paczka innego klienta. Właściwy to B.", "right"},
		{"昨天发的单号（A）请作废，那是别的客户的。正确的单号是 B。", "right"},
		{"Order 58324 went in two boxes, A and B.", "both"},
		{"I am not sure whether the number for 58324 is A or B.", "unsure"},
	} {
		text := strings.NewReplacer("A", wrong, "B", right).Replace(strings.ReplaceAll(c.text, "UPS", "ups"))
		res := New(parsers.Profile{}).Read(&parsers.Text{Text: text, Part: "1"}, Options{})
		var left []string
		unsure := false
		for _, s := range res.Statements {
			unsure = unsure || s.Doubtful
			for _, n := range s.Tracking {
				if !n.Withdrawn {
					left = append(left, n.Number)
				}
			}
		}
		got := "none"
		switch {
		case unsure:
			got = "unsure"
		case slices.Equal(left, []string{right}):
			got = "right"
		case len(left) == 2:
			got = "both"
		}
		if got != c.holds {
			t.Errorf("%q: %s holds (%v), want %s", c.text, got, left, c.holds)
		}
	}
}
