package table

import (
	"strings"
	"testing"

	"waybill/parsers"
)

func TestShades(t *testing.T) {
	for title, want := range map[string]bool{
		"Planned for tomorrow": true, "Not shipped": true, "Noch nicht versandt": true, "Aún no enviado": true, "Previsti per domani": true, "Nog niet verzonden": true,
		"Ainda não enviado": true, "Zaplanowane na jutro": true, "尚未发货": true, "未発送": true, "Draft": true, "Claims": true, "Label printed, waiting for pick-up": true,
		"Shipped today": false, "Heute versandt": false, "Parte de expediciones": false, "Open orders": false, "Tracking Monday": false, "本日発送済み": false, "Shipped, delivery tomorrow": false,
	} {
		if got := Shades(title); got != want {
			t.Errorf("Shades(%q) is %v", title, got)
		}
	}
}

func TestIsWay(t *testing.T) {
	for text, want := range map[string]bool{
		"Received > Packed > Shipped > Delivered": true, "1 Eingegangen | 2 In Bearbeitung | 3 Versandt": true, "已下单 > 备货中 > 已发货 > 已签收": true, "Reçue → En préparation → Expédiée": true,
		"Shipped > Packed > Received": false, "Packed > Shipped": false, "Received 11/10 > Packed 11/11 > Shipped 11/12": false, "Status: received > packed > shipped": false,
	} {
		if got := IsWay(text); got != want {
			t.Errorf("IsWay(%q) is %v", text, got)
		}
	}
}

// TestLeavesOpen holds which rows with a number are for a person by what stands in or over them.
func TestLeavesOpen(t *testing.T) {
	const a, b = "1Z999AA10123456784", "1Z45F7W20312345671"
	for _, c := range []struct {
		name, doc string
		sure      []bool // by row
	}{
		{"a title over some rows", "PO,Tracking\n1001," + a + "\nNot yet shipped:\n1002," + b + "\n", []bool{true, false}},
		{"a word in the place of a day", "PO,Ship date,Tracking\n1001,2025-11-11," + a + "\n1002,TBD," + b + "\n", []bool{true, false}},
		{"a state that nobody knows", "PO,Status,Tracking\n1001,Shipped," + a + "\n1002,QX," + b + "\n", []bool{true, false}},
		{"the same state everywhere", "PO,Status,Tracking\n1001,QX," + a + "\n1002,QX," + b + "\n", []bool{true, true}},
		{"a note that it is held", "PO,Tracking,Comments\n1001," + a + ",\n1002," + b + ",hold - do not release\n", []bool{true, false}},
		{"days that are planned", "PO,Est Ship Date,Tracking\n1001,2025-11-20," + a + "\n1002,2025-11-21," + b + "\n", []bool{false, false}},
		{"two lists side by side", "PO,Tracking,Last week,\n1001," + a + ",1007," + b + "\n1002,,1008,\n", []bool{false}},
	} {
		var got []bool
		for _, s := range Parse([]byte(c.doc), "list.csv", "1", parsers.Profile{}).Statements {
			if s.Kind == parsers.Shipment {
				got = append(got, s.Score > unclear)
			}
		}
		if len(got) != len(c.sure) || strings.Compare(boolText(got), boolText(c.sure)) != 0 {
			t.Errorf("%s: sure are %v, want %v", c.name, got, c.sure)
		}
	}
}

func boolText(list []bool) string {
	var b strings.Builder
	for _, one := range list {
		b.WriteByte(map[bool]byte{true: '1', false: '0'}[one])
	}
	return b.String()
}
