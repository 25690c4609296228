package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

// folder is what Receive and Watch know about one folder beside its place in the cursor.
type folder struct {
	name string
	// use is the mark by which it was asked for (\\Sent), "" where it was named.
	use string
	// elsewhere: nobody named it (elsewhere.go).
	elsewhere bool
	// since is where a poll begins to look: past everything that two reconciliations ago was complete. So a gap that fills
	// within the last half hour is found at the next poll.
	since imap.UID
	// before is what becomes since at the next reconciliation.
	before imap.UID
	// last is what STATUS said when the folder was last looked through.
	last imap.StatusData
	// trouble are mails that were being fetched when something broke, or that the server lists and does not give.
	trouble map[imap.UID]*trouble
	valid   uint32 // the UIDVALIDITY that since and trouble belong to
	gaps    int64  // numbers that have no mail, see Gap
}

// trouble is the history of a mail that could not be fetched along with others. It is fetched alone, after all others, so that
// one mail on which the server stumbles holds up nobody; it is never skipped.
type trouble struct {
	tries int
	next  time.Time
	err   error
}

// patientAfter is the number of failures after which a mail is tried at the pace of reconciliation, and told to a person.
const patientAfter = 3

func (f *folder) blame(uids uidSet) {
	for uid := range uids.all() {
		if f.trouble[uid] == nil {
			f.trouble[uid] = &trouble{}
		}
	}
}

// split divides mails into those to fetch together, those to fetch alone now, and forgets troubles that no longer exist.
func (f *folder) split(missing uidSet, lookedFrom imap.UID, now time.Time) (together uidSet, alone []imap.UID) {
	var apart uidSet
	for uid, t := range f.trouble {
		switch {
		case missing.has(uid):
			apart.add(uid, uid)
			if !now.Before(t.next) {
				alone = append(alone, uid)
			}
		case uid >= lookedFrom:
			delete(f.trouble, uid)
		}
	}
	slices.SortFunc(alone, func(a, b imap.UID) int {
		if x, y := f.trouble[a].tries, f.trouble[b].tries; x != y {
			return x - y
		}
		return int(int64(a) - int64(b))
	})
	return missing.minus(apart), alone
}

// stuck are the mails that the server has refused patientAfter times or more, and how many it has refused less often.
func (f *folder) stuck() (stuck []StuckMail, trying int) {
	for uid, t := range f.trouble {
		if t.tries < patientAfter {
			trying++
			continue
		}
		stuck = append(stuck, StuckMail{Key: fmt.Sprintf("%s %d:%d", f.name, f.valid, uid),
			Says: fmt.Sprintf("folder %s, mail with UID %d: the server lists it but does not give it (%d tries, %v)", f.name, uid, t.tries, t.err)})
	}
	slices.SortFunc(stuck, func(a, b StuckMail) int { return strings.Compare(a.Key, b.Key) })
	return stuck, trying
}

// firstTrouble is the lowest UID in trouble, 0 when there is none.
func (f *folder) firstTrouble() imap.UID {
	var first imap.UID
	for uid := range f.trouble {
		if first == 0 || uid < first {
			first = uid
		}
	}
	return first
}

// lastTrouble is the highest UID in trouble, 0 when there is none.
func (f *folder) lastTrouble() imap.UID {
	var last imap.UID
	for uid := range f.trouble {
		last = max(last, uid)
	}
	return last
}

// drafts is what is not sent yet (RFC 6154).
const drafts = `\Drafts`

// usualNames are the folders of programs and providers that do not mark special uses, in lower case. The path may
// start with "INBOX." or "[Gmail]/" and the like.
func usualNames(use string) []string {
	switch use {
	case Junk:
		return []string{"junk", "spam", "junk e-mail", "junk email", "junk-e-mail", "junk mail", "bulk mail", "bulk",
			"spamverdacht", "unerwünscht", "courrier indésirable", "indésirables", "posta indesiderata", "correo no deseado", "ongewenste e-mail"}
	case drafts:
		return []string{"drafts", "draft", "entwürfe", "brouillons", "bozze", "borradores", "concepten"}
	case Sent:
		return []string{"sent", "sent mail", "sent messages", "sent items", "gesendet", "gesendete elemente", "gesendete objekte",
			"éléments envoyés", "envoyés", "posta inviata", "elementos enviados", "enviados", "verzonden items"}
	}
	return nil
}

// special finds the folder with a special use: first by the server's mark, then by name. "" when there is none.
func special(all []*imap.ListData, use string) string {
	for _, d := range all {
		if selectable(d) && slices.ContainsFunc(d.Attrs, func(a imap.MailboxAttr) bool { return strings.EqualFold(string(a), use) }) {
			return d.Mailbox
		}
	}
	for _, name := range usualNames(use) {
		for _, d := range all {
			leaf := d.Mailbox
			if d.Delim != 0 {
				leaf = leaf[strings.LastIndex(leaf, string(d.Delim))+1:]
			}
			if selectable(d) && strings.EqualFold(leaf, name) {
				return d.Mailbox
			}
		}
	}
	return ""
}

func selectable(d *imap.ListData) bool {
	return !slices.Contains(d.Attrs, imap.MailboxAttrNoSelect) && !slices.Contains(d.Attrs, imap.MailboxAttrNonExistent)
}

// resolve turns the configured folders into names on the server. Special folders that do not exist are left out.
func (s *session) resolve(ctx context.Context, folders []string) ([]string, error) {
	names, _, err := s.resolveUses(ctx, folders)
	return names, err
}

// resolveUses is resolve, and says by which mark a folder was asked for.
func (s *session) resolveUses(ctx context.Context, folders []string) (names []string, uses map[string]string, err error) {
	var all []*imap.ListData
	uses = map[string]string{}
	for _, name := range folders {
		use := ""
		if strings.HasPrefix(name, `\`) {
			use = name
			if all == nil {
				if all, err = s.list(ctx); err != nil {
					return nil, nil, err
				}
			}
			if name = special(all, name); name == "" {
				continue
			}
		}
		if strings.EqualFold(name, "INBOX") { // the one name without case (RFC 9051, section 5.1)
			name = "INBOX"
		}
		if use != "" {
			uses[name] = use
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, nil, &transports.Error{Verdict: transports.Never, Op: "folders", Scope: scopeAccount,
			Help: "Name INBOX or another folder that exists.", Err: fmt.Errorf("mailbox %s has none of the folders %s", s.a.cfg.Name, strings.Join(folders, ", "))}
	}
	return names, uses, nil
}

// folderError adds the folders that do exist to the refusal to open one.
func (s *session) folderError(ctx context.Context, name string, err error) error {
	var refused *imap.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := &transports.Error{Verdict: transports.Never, Op: "examine", Scope: scopeAccount, Err: err}
	all, listErr := s.list(ctx)
	if listErr != nil {
		return e
	}
	var there []string
	for _, d := range all {
		if d.Mailbox == name {
			e.Verdict, e.Help = transports.Later, fmt.Sprintf("Folder %s exists but can't be opened: %s", name, refused.Text)
			return e
		}
		there = append(there, d.Mailbox)
	}
	const many = 40
	if len(there) > many {
		there = append(there[:many], "…")
	}
	e.Help = fmt.Sprintf("There is no folder %s in mailbox %s. It has: %s.", name, s.a.cfg.Name, strings.Join(there, ", "))
	return e
}
