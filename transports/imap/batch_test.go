package imap

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

func TestBatchIsKeptInTheOrderOfTheMailbox(t *testing.T) {
	var b batch
	for _, uid := range []imap.UID{199, 201, 200, 7} {
		b.items = append(b.items, fetched{uid, transports.Item{Key: fmt.Sprint(uid)}})
	}
	var keys []string
	for _, item := range b.ordered() {
		keys = append(keys, item.Key)
	}
	if got, want := fmt.Sprint(keys), "[7 199 200 201]"; got != want {
		t.Errorf("kept as %s, want %s", got, want)
	}
}
