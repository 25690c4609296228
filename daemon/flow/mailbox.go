package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/imap"
)

// mailboxState turns what a watched mailbox tells of itself into the account's state.
func (f *Flow) mailboxState(s source) func(imap.Status) {
	var gone []imap.Gap // as last told: the watcher tells from one goroutine
	return func(status imap.Status) {
		ctx := context.Background() // told from the watcher's goroutine, which has no work of its own to cancel
		switch status.State {
		case imap.Connected:
			f.accountWorks(ctx, s.name)
			f.accounts.note(s.name, mailboxNotes(status))
			f.notGiven(ctx, s, status)
			if !slices.Equal(gone, status.Gaps) {
				gone = status.Gaps
				for _, g := range gone {
					f.log.Info("mails went before they were read, by their numbers", "account", s.name, "folder", g.Folder, "numbers", g.Count)
				}
			}
		case imap.Failing:
			var e *transports.Error
			if !errors.As(status.Err, &e) {
				e = &transports.Error{Op: "watch", Err: status.Err, Help: status.Help}
			}
			f.accountFails(ctx, s.name, s.title, e)
		}
	}
}

// mailboxNotes are what a person may want to know of a mailbox that works.
func mailboxNotes(status imap.Status) (notes []string) {
	for _, m := range status.Stuck {
		notes = append(notes, m.Says)
	}
	notes = append(notes, status.Unwatched...)
	for _, g := range status.Gaps {
		notes = append(notes, fmt.Sprintf("folder %s: %d numbers of mails without a mail, which was deleted or moved before it was read, or never was; what was moved is read where it lies now", g.Folder, g.Count))
	}
	return notes
}

// stuckKey, with the account's name behind it, is the Key of what is told of mails that cannot be fetched.
const stuckKey = "stuck:"

// notGiven tells a person of mails that a server lists and does not give, and of folders that it does not open, until all of them are read or gone. What a
// person has dismissed is told again only when there is more.
func (f *Flow) notGiven(ctx context.Context, s source, status imap.Status) {
	d := Detail{About: s.title, Help: "Look at it in your mail program: forward a mail that opens there to the mailbox itself, or delete it; this closes by itself when nothing is missing any more."}
	for _, m := range status.Stuck {
		d.Fields, d.Reasons = append(d.Fields, m.Key), append(d.Reasons, m.Says)
	}
	d.Fields, d.Reasons = append(d.Fields, status.Unwatched...), append(d.Reasons, status.Unwatched...)
	about := store.ExceptionFilter{Kind: string(MailStuck), Key: stuckKey + s.name}
	idle := false
	err := f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exceptions(about)
		idle = len(d.Reasons) == 0 && !slices.ContainsFunc(rows, isOpenException)
		return err
	})
	if err == nil && !idle {
		err = f.store.Write(ctx, func(tx *store.Tx) error { return f.tellNotGiven(tx, about, d, status.Trying) })
	}
	if err != nil {
		f.log.Error("an exception could not be changed", "account", s.name, "err", err)
	}
}

func isOpenException(row store.ExceptionRow) bool { return row.SettledAt.IsZero() }

func (f *Flow) tellNotGiven(tx *store.Tx, about store.ExceptionFilter, d Detail, trying int) error {
	rows, err := tx.Exceptions(about)
	if err != nil {
		return err
	}
	var last store.ExceptionRow
	var was Detail
	if len(rows) > 0 {
		last = rows[len(rows)-1]
		if err := json.Unmarshal(last.Detail, &was); err != nil {
			return fmt.Errorf("read exception %d: %w", last.ID, err)
		}
	}
	open := len(rows) > 0 && isOpenException(last)
	switch {
	case len(d.Reasons) == 0 && open && trying == 0: // after a restart a mail that is stuck is at first one that is being tried
		return tx.SettleException(last.ID, "nothing_missing", byRule, f.now())
	case len(d.Reasons) == 0, open && slices.Equal(was.Reasons, d.Reasons):
		return nil
	case open:
		detail, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("write down the evidence: %w", err)
		}
		return tx.SetExceptionDetail(last.ID, detail)
	case last.By != byRule && !slices.ContainsFunc(d.Fields, func(id string) bool { return !slices.Contains(was.Fields, id) }):
		return nil // a person knows of all of them
	}
	_, _, err = f.open(tx, Exception{Kind: MailStuck, Key: about.Key, Detail: d})
	return err
}
