package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/store"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// watched is a shop's mailbox at a mail server that misbehaves.
type watched struct {
	*shop
	peer *transporttest.IMAPPeer
	stop func()
}

func watchMailbox(t *testing.T, test func(*watched)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &watched{shop: newShop(t, nil), peer: transporttest.NewIMAPPeer()}
		w.begin()
		defer w.end()
		test(w)
	})
}

func (w *watched) begin() {
	s := source{name: "inbox:orders", title: "mailbox orders@lantern-lane.example"}
	account, err := imap.New(imap.Config{Name: s.name, Address: "127.0.0.1:143", Security: imap.None, Username: "orders@lantern-lane.example", Password: "secret",
		Cursor: cursor{w.store, "cursor:" + s.name}, Dialer: w.peer, State: w.mailboxState(s), Elsewhere: true, PollEvery: 10 * time.Minute, Folders: []string{"INBOX", imap.Junk}})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = account.Watch(ctx, w.Keep)
	}()
	w.stop = func() { cancel(); <-ended }
}

func (w *watched) end() {
	w.stop()
	w.peer.HangUp()
	w.pass(time.Minute)
}

func (w *watched) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// letter is a mail in a folder of the peer.
type letter struct {
	raw string
	uid uint32
}

func (w *watched) deliver(folder string, n int) letter {
	raw := fmt.Sprintf("From: Post <post@prairie.example>\r\nTo: orders@lantern-lane.example\r\nMessage-ID: <m%d@prairie.example>\r\nSubject: News %d\r\n\r\nNews %d\r\n", n, n, n)
	return letter{raw, w.peer.Deliver(folder, raw, time.Now())}
}

// notes are what `waybill status` says of the mailbox.
func (w *watched) notes() []string {
	for _, a := range w.Accounts() {
		if a.Name == "inbox:orders" {
			return a.Notes
		}
	}
	return nil
}

// TestMailThatIsNotGiven: a mail that the server lists and does not give is told to a person, once, and until it is read at last or gone.
func TestMailThatIsNotGiven(t *testing.T) {
	watchMailbox(t, func(w *watched) {
		var keptBack []string
		withhold := func(mails ...letter) {
			w.peer.Mu.Lock()
			defer w.peer.Mu.Unlock()
			keptBack = nil
			for _, m := range mails {
				keptBack = append(keptBack, m.raw)
			}
		}
		w.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, _ *transporttest.IMAPReply) bool {
			return slices.Contains(keptBack, m.Raw)
		}
		w.pass(time.Minute)
		first := w.deliver("INBOX", 1)
		withhold(first)
		w.deliver("INBOX", 2)
		w.pass(time.Hour)
		w.wantDesk("mail_stuck")
		if notes := w.notes(); len(notes) != 1 || !strings.Contains(notes[0], "folder INBOX, mail with UID 1") {
			w.t.Errorf("status says %q", notes)
		}
		w.stop() // a restart forgets how often it was tried, and not that a person was told
		w.peer.HangUp()
		w.begin()
		w.pass(time.Second)
		w.wantDesk("mail_stuck")
		w.pass(5 * time.Hour)
		w.wantDesk("mail_stuck")
		withhold()
		w.pass(time.Hour)
		w.wantDesk() // it came
		if notes := w.notes(); len(notes) != 0 {
			w.t.Errorf("status says %q", notes)
		}

		third := w.deliver("Spam", 3)
		withhold(third)
		w.pass(2 * time.Hour)
		w.wantDesk("mail_stuck")
		w.peer.Expunge("Spam", third.uid)
		w.pass(time.Hour)
		w.wantDesk() // it is gone

		fourth := w.deliver("INBOX", 4)
		withhold(fourth)
		w.pass(2 * time.Hour)
		if _, err := w.settle(ActDismiss, ""); err != nil {
			w.t.Fatal(err)
		}
		w.pass(24 * time.Hour)
		w.wantDesk() // a person knows of it
		withhold(fourth, w.deliver("INBOX", 5))
		w.pass(2 * time.Hour)
		w.wantDesk("mail_stuck")
	})
}

// TestMailThatWentBeforeItWasRead: somebody deletes a mail, or moves it, while waybill is away. The numbers tell, and so does the status.
func TestMailThatWentBeforeItWasRead(t *testing.T) {
	watchMailbox(t, func(w *watched) {
		w.peer.Mu.Lock()
		w.peer.Folders["Archive"] = &transporttest.IMAPBox{Validity: 9, Next: 1}
		w.peer.Mu.Unlock()
		w.deliver("INBOX", 1)
		w.pass(time.Hour)
		w.stop()
		w.peer.HangUp()
		deleted, moved := w.deliver("INBOX", 2), w.deliver("INBOX", 3)
		w.deliver("INBOX", 4)
		w.peer.Expunge("INBOX", deleted.uid)
		if !w.peer.Move("INBOX", moved.uid, "Archive") {
			w.t.Fatal("it was not moved")
		}
		w.begin()
		w.pass(time.Hour)
		err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
			rows, err := tx.Items(store.ItemFilter{})
			if len(rows) != 3 {
				w.t.Errorf("%d mails were kept, want 3", len(rows))
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		w.wantDesk()
		if notes := w.notes(); len(notes) != 1 || !strings.Contains(notes[0], "folder INBOX: 2 numbers") {
			w.t.Errorf("status says %q", notes)
		}
		w.pass(16 * 24 * time.Hour) // the gaps are closed by then
		if notes := w.notes(); len(notes) != 0 {
			w.t.Errorf("status says %q", notes)
		}
	})
}
