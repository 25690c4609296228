package read_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// What a mail that is sent on says of goods that left is not sure where the words above it deny it or take it back, and as sure as ever under other words.
func TestGainsaid(t *testing.T) {
	const sentOn = "\n\n-----Original Message-----\nFrom: Joe <joe@nordlicht.example>\nSent: 12 November 2025 06:58\nTo: Office\nSubject: 1001\n\n1001 has left with UPS " + ups3 + "\n"
	for _, tt := range []struct {
		above string
		sure  bool
	}{
		{"Please ignore what Joe wrote below, it has NOT left. We are waiting for the lantern.", false},
		{"Stimmt nicht, ist noch nicht versandt.", false},
		{"Ne pas tenir compte du message ci-dessous, ce n'est pas encore parti.", false},
		{"No ha salido todavía, lo siento.", false},
		{"下面的邮件请忽略,还没有发货。", false},
		{"No hagáis caso a esto.", false},
		{"Forget that one.", false},
		{"See below.", true},
		{"For your information, from our warehouse.", true},
	} {
		r := read.Document([]byte(from+"Subject: FW: 1001\n"+plain+tt.above+sentOn), "", parsers.Profile{})
		found := false
		for _, s := range r.Statements {
			if len(s.Tracking) == 0 {
				continue
			}
			found = true
			if s.Doubtful == tt.sure {
				t.Errorf("%q above: doubtful %v", tt.above, s.Doubtful)
			}
		}
		if !found {
			t.Errorf("%q above: the parcel is lost", tt.above)
		}
	}
}
