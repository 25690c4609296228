package read

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// What a mail is as a whole, where its form tells: a lie about a parcel, a survey, a help desk, a server.
func TestWhatAMailIs(t *testing.T) {
	const head = "To: shop@shop.example\nMessage-ID: <1@x.example>\nMIME-Version: 1.0\n"
	for name, c := range map[string]struct {
		mail string
		want parsers.Kind
	}{
		"a lie about a parcel": {"From: DHL Kundenservice <info@zoll.example>\nSubject: Ihre Sendung wartet\n" + head + "Content-Type: text/html\n\n<p>Ihre Sendung 00340434161094042557 konnte nicht zugestellt werden. Bitte begleichen Sie die Zollgebühr:</p>" +
			`<p><a href="http://dhl-freigabe.zoll.example/p?x=1">Jetzt freigeben</a></p>`, parsers.Other},
		"a survey": {"From: a@supplier.example\nSubject: Your opinion\n" + head + "Content-Type: text/plain\n\nHow did we do on order 1001? Rate us!\n", parsers.Other},
		"a ticket": {"From: a@supplier.example\nSubject: [Ticket #8841203] Purchase order 1001\n" + head + "Content-Type: text/plain\n\n##- Please type your reply above this line -##\n\nYour request (#8841203) has been received and is being reviewed by our support staff.\n", parsers.AutoReply},
		"a server": {"From: Microsoft Outlook <MicrosoftExchange329e71ec@supplier.example>\nSubject: Unzustellbar: Purchase order 1001\n" + head + "Content-Type: text/html; charset=utf-8\n\n<p><b>Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:</b></p><p>post@supplier.example</p>" +
			"<p>#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##</p>", parsers.Bounce},
		"a question": {"From: a@supplier.example\nSubject: Order 1001\n" + head + "Content-Type: text/plain\n\nWhich colour do you want for order 1001?\n", parsers.Question},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Document([]byte(c.mail), "a.eml", parsers.Profile{}); got.Kind != c.want {
				t.Errorf("%s, want %s: %+v", got.Kind, c.want, got.Statements)
			}
		})
	}
}

// The name of a file that is not read lends its order all the same.
func TestNamesOfFilesUnread(t *testing.T) {
	r := Document([]byte("From: a@supplier.example\nSubject: Note\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSent today, UPS 1Z999AA10123456784.\n--b\n"+
		"Content-Type: application/octet-stream; name=\"despatch-LL-20266.bin\"\nContent-Transfer-Encoding: base64\n\nAAECbm90ZQ==\n--b--\n"), "", parsers.Profile{})
	for _, s := range r.Statements {
		for _, f := range s.Refs {
			if f.At.Part == "filename" && strings.HasSuffix(f.Text, "LL-20266") {
				return
			}
		}
	}
	t.Errorf("%+v", r.Statements)
}
