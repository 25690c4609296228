package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// What servers and libraries quote does not get into the log, wherever in a line it stands.
func TestLogIsDiscreet(t *testing.T) {
	for _, text := range []string{
		"550 5.1.1 <ada@mail.example>: Recipient address rejected",
		`mail: no angle-addr in "Ada Abernathy <ada@mail.example"`,
		"RCPT TO:<ada@mail.example> failed", "to=ada@mail.example, relay=none", "mailto:ada%40mail.example", "ada@", "'ada'@mail.example",
		"message-id <01J9-ada@mail.example> is known",
	} {
		var out bytes.Buffer
		log := slog.New(discreet{slog.NewJSONHandler(&out, nil)}).With("about", text).WithGroup("g")
		log.Error(text, "text", text, "err", fmt.Errorf("send: %w", errors.New(text)), slog.Group("group", "text", text), "list", []string{text})
		if s := out.String(); strings.Contains(s, "@mail") || strings.Contains(s, "%40") || strings.Contains(s, "ada@") || strings.Count(s, hidden) < 6 {
			t.Errorf("%q is logged as %s", text, s)
		}
	}
	var out bytes.Buffer
	slog.New(discreet{slog.NewTextHandler(&out, nil)}).Info("dispatch", "lane", "mail:orders", "attempt", 2, "api", "127.0.0.1:8340")
	if s := out.String(); !strings.Contains(s, "msg=dispatch lane=mail:orders attempt=2 api=127.0.0.1:8340") {
		t.Errorf("an ordinary line is %s", s)
	}
}
