package imap

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// mostElsewhere bounds the folders that are asked after besides the watched ones.
const mostElsewhere = 500

// elsewhere looks through the folders that nobody named, for mail that a person or a rule has put there before it was read where it arrived. Nearly all that
// lies there was read before; whoever keeps it knows that by its bytes, as a move keeps them. A folder without gaps in its UIDs costs one STATUS as long as nothing comes into it.
// What has gone wrong with one folder is no reason to stop: it is asked again at the next reconciliation.
func (v *visit) elsewhere(ctx context.Context, watched []*folder) error {
	if !v.a.cfg.Elsewhere {
		return nil
	}
	all, err := v.s.list(ctx)
	if err != nil {
		return err
	}
	names := otherFolders(all, watched)
	for _, name := range names {
		f := v.a.folders[name]
		if f == nil || !f.elsewhere {
			f = &folder{name: name, elsewhere: true}
			v.a.folders[name] = f
		}
		err := v.lookElsewhere(ctx, f)
		if err != nil && !spares(err) {
			return err
		}
	}
	gone := func(name string) bool {
		return !slices.ContainsFunc(all, func(d *imap.ListData) bool { return d.Mailbox == name }) && !slices.ContainsFunc(watched, func(f *folder) bool { return f.name == name })
	}
	maps.DeleteFunc(v.a.folders, func(name string, _ *folder) bool { return gone(name) })
	return v.cursor.forget(ctx, gone)
}

func (v *visit) lookElsewhere(ctx context.Context, f *folder) error {
	now, err := v.s.status(ctx, f.name)
	if err != nil {
		return err
	}
	p, known := v.cursor.place(f.name)
	// A gap that fills while another mail leaves is not seen by counting.
	if gaps := p.Done.firstGap() <= p.Done.highest(); known && !gaps && len(f.trouble) == 0 && same(now, &f.last) {
		return nil
	}
	if err := v.reconcile(ctx, f); err != nil {
		f.last = imap.StatusData{} // it was not looked through
		return err
	}
	return nil
}

// otherFolders are those into which what was received may have been put. Where one folder holds all mail (Gmail), the others are views of it, but for the
// trash and the junk.
func otherFolders(all []*imap.ListData, watched []*folder) (names []string) {
	own := []string{special(all, Sent), special(all, drafts)}
	everything := slices.IndexFunc(all, func(d *imap.ListData) bool { return selectable(d) && marked(d, imap.MailboxAttrAll) })
	for _, d := range all {
		switch {
		case len(names) == mostElsewhere:
			return names
		case !selectable(d), slices.Contains(own, d.Mailbox), marked(d, imap.MailboxAttrFlagged), marked(d, imap.MailboxAttrImportant), marked(d, imap.MailboxAttrDrafts), marked(d, imap.MailboxAttrSent):
		case slices.ContainsFunc(watched, func(f *folder) bool {
			return f.name == d.Mailbox || strings.EqualFold(d.Mailbox, "INBOX") && f.name == "INBOX"
		}):
		case everything >= 0 && !marked(d, imap.MailboxAttrAll) && !marked(d, imap.MailboxAttrTrash) && !marked(d, imap.MailboxAttrJunk):
		default:
			names = append(names, d.Mailbox)
		}
	}
	return names
}

func marked(d *imap.ListData, mark imap.MailboxAttr) bool {
	return slices.ContainsFunc(d.Attrs, func(a imap.MailboxAttr) bool { return strings.EqualFold(string(a), string(mark)) })
}
