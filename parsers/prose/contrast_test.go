package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// about gives what a text tells, each kind with the orders that it is told of.
func about(text string) string {
	var all []string
	for _, s := range prose.New(parsers.Profile{}).Read(&parsers.Text{Part: "1", Text: strings.ReplaceAll(text, "{A}", "1Z999AA10123456784")}, prose.Options{About: true}).Statements {
		if s.Kind == "" {
			continue
		}
		said := string(s.Kind)
		for _, r := range s.Refs {
			said += " " + r.Text
		}
		if !slices.Contains(all, said) {
			all = append(all, said)
		}
	}
	return strings.Join(all, ", ")
}

// A sentence that names an order only to say that it is not that one tells nothing of it.
func TestContrast(t *testing.T) {
	for _, row := range [][2]string{
		{"Correction: it is not 5101 that was cancelled but 5102.", "cancellation 5102"},
		{"Da ist was durcheinander gekommen: nicht #5101 ist storniert sondern\n#5102.", "cancellation 5102"},
		{"No es el 5101 el cancelado sino el 5102.", "cancellation 5102"},
		{"Non è il 5101 ad essere annullato ma il 5102.", "cancellation 5102"},
		{"Niet 5101 is geannuleerd maar 5102.", "cancellation 5102"},
		{"Não é a 5101 que foi cancelada mas sim a 5102.", "cancellation 5102"},
		{"Nie 5101 jest anulowane, tylko 5102.", "cancellation 5102"},
		{"取消的不是5101，而是5102。", "cancellation 5102"},
		{"キャンセルになったのは5101ではなく5102です。", "cancellation 5102"},
		{"Die {A} gehört zu 5102, nicht zu 5101.", "shipment 5102"},
		{"Me equivoqué: {A} es del 5102, no del 5101.", "shipment 5102"},
		{"5101 is cancelled, 5102 is not.", "cancellation 5101"},
		{"Not 5101, but we shipped 5102 with {A}.", "shipment 5102"},
	} {
		if got := about(row[0]); got != row[1] {
			t.Errorf("%q tells %q, want %q", row[0], got, row[1])
		}
	}
}
