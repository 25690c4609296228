package transporttest

import (
	"strings"
	"testing"
)

func TestDovecot(t *testing.T) {
	d := StartDovecot(t)
	d.Deliver("orders+AB12@shop.example", []byte("Subject: one\n\nhello\n.dot\n"))
	got := d.Await("orders@shop.example", "INBOX", 1)
	if len(got) != 1 || !strings.Contains(string(got[0].Raw), "\r\nhello\r\n.dot\r\n") {
		t.Fatalf("%+v", got)
	}
	d.Append("orders@shop.example", "Junk", []byte("Subject: two\n\nspam\n"), `\Seen`)
	if got := d.Messages("orders@shop.example", "Junk"); len(got) != 1 || got[0].Flags[0] != `\Seen` {
		t.Fatalf("%+v", got)
	}
	d.Stop()
	d.Start()
	d.Kill()
	d.Start()
	if got := d.Messages("orders@shop.example", "INBOX"); len(got) != 1 {
		t.Fatalf("%+v", got)
	}
}
