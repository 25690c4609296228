package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

// visit is the work done over one connection.
type visit struct {
	a      *Account
	s      *session
	cursor *cursor
	keep   transports.Keep
}

// reconcile opens a folder, compares what exists with what was handed over and fetches the difference.
func (v *visit) reconcile(ctx context.Context, f *folder) error {
	p, err := v.open(ctx, f)
	if err != nil {
		return err
	}
	start := p.Done.firstGap()
	if err := v.look(ctx, f, start); err != nil {
		return err
	}
	now := v.a.cfg.Clock()
	limit := f.firstTrouble()
	if err := v.cursor.update(ctx, f.name, func(p *place) { p.age(now, limit) }); err != nil {
		return keepError(err)
	}
	p, _ = v.cursor.place(f.name)
	f.gaps = p.gaps(f.last.UIDNext) - int64(len(f.trouble))
	end := p.Done.highest() + 1
	if f.before == 0 {
		f.before = end
	}
	f.since, f.before = f.before, end
	return nil
}

// open examines a folder and makes sure that its place in the cursor speaks of the same numbering as the server.
func (v *visit) open(ctx context.Context, f *folder) (place, error) {
	data, err := v.s.examine(ctx, f.name)
	if err != nil {
		return place{}, v.s.folderError(ctx, f.name, err)
	}
	f.last = imap.StatusData{NumMessages: &data.NumMessages, UIDNext: data.UIDNext, UIDValidity: data.UIDValidity}
	if f.trouble == nil || f.valid != data.UIDValidity {
		f.since, f.before, f.trouble, f.valid = 0, 0, map[imap.UID]*trouble{}, data.UIDValidity
	}
	old, known := v.cursor.place(f.name)
	now := v.a.cfg.Clock()
	known = known && old.UIDValidity == data.UIDValidity
	back := known && old.wentBack(data.UIDNext, now)
	if known && !back {
		return old, nil
	}
	p, err := v.firstSight(ctx, data, v.since(f))
	if err != nil {
		return place{}, err
	}
	if back {
		p.Epoch, p.Restored = old.Epoch+1, now.Unix()
		f.since, f.before, f.trouble = 0, 0, map[imap.UID]*trouble{}
	}
	if err := v.cursor.update(ctx, f.name, func(q *place) { *q = p }); err != nil {
		return place{}, keepError(err)
	}
	p, _ = v.cursor.place(f.name)
	return p, nil
}

// firstSight makes the place of a folder that was never seen or is numbered anew: then every key is new, and
// whoever keeps the mails knows repeats by their content. What arrived before since counts as done, and so do the
// oldest gaps where there are too many to remember.
func (v *visit) firstSight(ctx context.Context, data *imap.SelectData, since time.Time) (place, error) {
	p := place{UIDValidity: data.UIDValidity, Born: max(data.UIDNext, 1)}
	if data.NumMessages == 0 {
		return p, nil
	}
	all, err := v.s.search(ctx, from(1))
	if err != nil {
		return place{}, err
	}
	p.Born = max(p.Born, all.highest()+1) // a server may leave UIDNEXT out
	young := all
	if !since.IsZero() {
		if young, err = v.arrivedSince(ctx, since); err != nil {
			return place{}, err
		}
	}
	p.Done = all.minus(young)
	if n := len(all); n > maxSpans {
		p.Done.addSet(uidSet{{1, all[n-maxSpans].from - 1}}.minus(young))
	}
	return p, nil
}

// sentBack is how far back the Sent folder is looked through when it is seen for the first time: what was sent before proves nothing any more.
const sentBack = 48 * time.Hour

// since is before when what lies in a folder is no news.
func (v *visit) since(f *folder) time.Time {
	since := v.a.cfg.Since
	back := time.Duration(0)
	switch {
	case f.use == Sent:
		back = sentBack
	case f.elsewhere:
		back = window
	}
	if recent := v.a.cfg.Clock().Add(-back); back > 0 && recent.After(since) {
		return recent
	}
	return since
}

// arrivedSince searches by INTERNALDATE, which SEARCH compares by day and in a time zone of the server's choice
// (RFC 9051, section 6.4.4): hence a day more; the exact time is compared when the mail is fetched.
func (v *visit) arrivedSince(ctx context.Context, t time.Time) (uidSet, error) {
	return v.s.search(ctx, &imap.SearchCriteria{Since: t.UTC().Add(-24 * time.Hour)})
}

// look searches the open folder from a UID on and fetches what was not handed over yet.
func (v *visit) look(ctx context.Context, f *folder, start imap.UID) error {
	found, err := v.s.search(ctx, from(start))
	if err != nil {
		return err
	}
	p, _ := v.cursor.place(f.name)
	missing, err := v.leaveOld(ctx, f, found.minus(p.Done))
	if err != nil {
		return err
	}
	together, alone := f.split(missing, start, v.a.cfg.Clock())
	if len(together) > 0 {
		if err := v.fetchTogether(ctx, f, p, together); err != nil {
			return err
		}
		_, alone = f.split(missing, start, v.a.cfg.Clock())
	}
	return v.fetchAlone(ctx, f, alone)
}

// leaveOld notes mails as processed, unfetched, that arrived before what is news there and were put into the folder later: people move whole years of mail
// about. What is a day older at most is told apart when it is fetched.
func (v *visit) leaveOld(ctx context.Context, f *folder, missing uidSet) (uidSet, error) {
	since := v.since(f)
	if since.IsZero() || len(missing) == 0 {
		return missing, nil
	}
	young, err := v.arrivedSince(ctx, since)
	if err != nil {
		return nil, err
	}
	old := missing.minus(young)
	if len(old) == 0 {
		return missing, nil
	}
	if err := v.cursor.update(ctx, f.name, func(p *place) { p.Done.addSet(old) }); err != nil {
		return nil, keepError(err)
	}
	return missing.minus(old), nil
}

const (
	// besides is how many bytes of an answer are not body, at most.
	besides = 8 << 10
	// manyNews is the number of new mails above which they are searched for and fetched in portions.
	manyNews = commandMails
	// manyRefusals is how many mails in a row a server may refuse before it is left alone for a while: it is
	// then likelier to have had enough of us than to stumble over each of them.
	manyRefusals = 20
)

// fetchTogether fetches many mails at once. What does not come whole is left to fetchAlone.
func (v *visit) fetchTogether(ctx context.Context, f *folder, place place, wanted uidSet) error {
	out := v.sink(ctx, f)
	p := newPass(v.s, wanted, out, v.item(f, place))
	done := v.s.conn.expect(v.a.cfg.CommandTimeout, wanted.count()*(smallMail+besides))
	err := p.fetchAll(ctx)
	done()
	p.close()
	if err := out.finish(); err != nil {
		return keepError(err)
	}
	f.blame(p.suspects())
	if fatal(err) {
		return err
	}
	return nil
}

// news fetches, without asking first what there is, all that came after the last mail: one round trip from the server's
// EXISTS to the mail.
func (v *visit) news(ctx context.Context, f *folder) (came bool, err error) {
	place, _ := v.cursor.place(f.name)
	start := max(place.Done.highest(), f.lastTrouble())
	if start == maxUID {
		return false, nil
	}
	start++
	out := v.sink(ctx, f)
	p := newPass(v.s, uidSet{{start, maxUID}}, out, v.item(f, place))
	done := v.s.conn.expect(v.a.cfg.CommandTimeout, 2*manyNews*(smallMail+besides))
	err = p.fetch(ctx, imap.UIDSet{{Start: start, Stop: 0}}, request{limit: smallMail})
	done()
	p.close()
	if err := out.finish(); err != nil {
		return false, keepError(err)
	}
	rest := p.suspects()
	f.blame(rest)
	if fatal(err) {
		return false, err
	}
	return len(p.seen)+len(rest) > 0, v.fetchAlone(ctx, f, slices.Collect(rest.all()))
}

// fetchAlone fetches mails one by one: large ones, and those that failed in company.
func (v *visit) fetchAlone(ctx context.Context, f *folder, uids []imap.UID) error {
	refusals := 0
	for _, uid := range uids {
		t := f.trouble[uid]
		if t == nil {
			continue
		}
		t.tries++
		if t.tries >= patientAfter {
			t.next = v.a.cfg.Clock().Add(v.a.cfg.ReconcileEvery)
		}
		came, kept, err := v.fetchOne(ctx, f, uid, t.tries > 1)
		switch {
		case kept != nil:
			t.tries-- // not the mail's fault
			return keepError(kept)
		case came:
			delete(f.trouble, uid)
			refusals = 0
			continue
		case err == nil:
			t.err = errors.New("the answer was empty")
			continue
		}
		t.err = err
		if refusals++; fatal(err) || refusals == manyRefusals {
			return err
		}
	}
	return nil
}

// fetchOne fetches one mail. kept is the error of keeping it, err that of the server.
func (v *visit) fetchOne(ctx context.Context, f *folder, uid imap.UID, minimal bool) (came bool, kept, err error) {
	place, _ := v.cursor.place(f.name)
	out := v.sink(ctx, f)
	p := newPass(v.s, uidSet{{uid, uid}}, out, v.item(f, place))
	limit := v.a.cfg.MaxItem + 1
	done := v.s.conn.expect(v.a.cfg.CommandTimeout, limit)
	err = p.fetch(ctx, p.wanted.wire(), request{limit: limit, minimal: minimal})
	done()
	p.close()
	kept = out.finish()
	return len(p.seen) > 0, kept, err
}

func keepError(err error) error {
	return &transports.Error{Verdict: transports.Later, Op: "keep", Help: "Mails could not be stored here; they stay in the mailbox and are fetched again.", Err: err}
}

// sink keeps the mails of a folder and notes them in the cursor.
func (v *visit) sink(ctx context.Context, f *folder) *sink {
	return newSink(ctx, &v.a.cfg, v.keep, func(ctx context.Context, done uidSet, items int) error {
		if items > 0 {
			v.a.came()
		}
		return v.cursor.update(ctx, f.name, func(p *place) { p.Done.addSet(done) })
	})
}

// item makes the item of a mail without its bytes, or nil when the mail is older than what is wanted.
func (v *visit) item(f *folder, p place) func(imap.UID, time.Time) *transports.Item {
	name := f.name
	if f.use == Sent {
		name = Sent
	}
	source := fmt.Sprintf("%s/%s", v.a.cfg.Name, name)
	since := v.since(f)
	return func(uid imap.UID, received time.Time) *transports.Item {
		if !received.IsZero() && received.Before(since) {
			return nil
		}
		return &transports.Item{Source: source, Key: p.key(uid), Received: received, Elsewhere: f.elsewhere}
	}
}
