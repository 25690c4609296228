package carrier

import (
	"strings"
	"testing"
)

// letter is a mail of about six KB as suppliers write them: one notice, quoted order, signature, disclaimer.
var letter = "Hello,\n\nyour order 1001-A was shipped today with UPS.\nTracking number: 1Z999AA10123456784\nhttps://www.ups.com/track?tracknum=1Z999AA10123456784\n\nBest regards\nMaja Lind\nPrairie Supply Ltd, 12 Mill Road, CB1 2AB Cambridge\nTel. +44 20 7946 0958, VAT GB123456789, IBAN GB29 NWBK 6016 1331 9268 19\n\n" +
	strings.Repeat("This message and any attachment are confidential and may be privileged. If you have received it in error, please tell the sender and delete it. ", 20) +
	"\n\n> " + strings.Repeat("Please ship 2 x PS10044 Galvanized bucket 14 qt to Ada Loom, 1420 Prairie Ave, Des Moines IA 50309, phone (555) 010-4477.\n> ", 20)

func BenchmarkFindLetter(b *testing.B) {
	b.SetBytes(int64(len(letter)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(letter, Context{})) != 2 {
			b.Fatal("not found")
		}
	}
}

func BenchmarkFindCell(b *testing.B) {
	c := Context{Column: true, Carrier: "ups"}
	b.ReportAllocs()
	for b.Loop() {
		if len(Find("1Z999AA10123456784", c)) != 1 {
			b.Fatal("not found")
		}
	}
}
