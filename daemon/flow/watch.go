package flow

import (
	"context"
	"errors"
	"sync"
	"time"

	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/imap"
)

// sourceInbox, with the mailbox behind it, is the name of a mailbox as a source.
const sourceInbox = "inbox:"

// source is an account that is watched for what comes in.
type source struct {
	name     string // prefix of Item.Source
	title    string // for people
	receiver transports.Receiver
	poll     time.Duration
	bell     *bell // rung to look at once
	probe    transports.Probe
}

// watch lets a source wait for news by itself where it can, and polls it otherwise, until ctx ends.
func (f *Flow) watch(ctx context.Context, s source) {
	loop := "source " + s.name
	defer f.rest(loop)
	if w, ok := s.receiver.(transports.Watcher); ok {
		f.watchItself(ctx, s, w, loop)
		return
	}
	failures := 0
	keep := func(ctx context.Context, batch []transports.Item) error {
		f.tick(loop, 0)
		return f.Keep(ctx, batch)
	}
	for ctx.Err() == nil {
		f.tick(loop, 0)
		wait := s.poll
		switch err := s.receiver.Receive(ctx, keep); {
		case err == nil:
			failures = 0
			f.accountWorks(ctx, s.name)
		case ctx.Err() == nil:
			f.sourceFailed(ctx, s, err)
			wait = min(s.poll<<min(failures, 6), 10*time.Minute)
			failures++
		}
		f.tick(loop, wait)
		f.sleep(ctx, wait, s.bell)
	}
}

// watchItself is watch for a source that waits for news by itself. It reconnects and reports through its state function; it returns only when ctx ends.
func (f *Flow) watchItself(ctx context.Context, s source, w transports.Watcher, loop string) {
	watched := make(chan struct{})
	var listener sync.WaitGroup
	defer listener.Wait()
	defer close(watched)
	listener.Go(func() { f.listen(watched, loop, s) })
	for ctx.Err() == nil {
		if err := w.Watch(ctx, f.Keep); err != nil && ctx.Err() == nil {
			f.sourceFailed(ctx, s, err)
			f.sleep(ctx, s.poll, nil)
		}
	}
}

// listen hears of a source that watches by itself: while its connection is well, it says each time that it has looked. One that does not come through
// is told to a person (accountFails), and is no reason to start anew.
func (f *Flow) listen(ended <-chan struct{}, loop string, s source) {
	watcher, ok := s.receiver.(interface{ Status() imap.Status })
	if !ok {
		return
	}
	every := time.NewTicker(time.Minute)
	defer every.Stop()
	var heard time.Time
	for {
		status := watcher.Status()
		last := status.LastLook
		if status.LastMail.After(last) {
			last = status.LastMail
		}
		if status.State != imap.Connected || last.After(heard) {
			heard = last
			f.tick(loop, s.poll)
		}
		select {
		case <-every.C:
		case <-ended:
			return
		}
	}
}

func (f *Flow) sourceFailed(ctx context.Context, s source, err error) {
	var e *transports.Error
	if !errors.As(err, &e) {
		e = &transports.Error{Op: "receive", Err: err}
	}
	f.accountFails(ctx, s.name, s.title, e)
}

// cursor keeps a receiver's memory in the settings, beside the items that it speaks of.
type cursor struct {
	store *store.Store
	key   string
}

func (c cursor) Load(ctx context.Context) (value []byte, err error) {
	err = c.store.View(ctx, func(tx *store.Tx) (err error) {
		value, _, err = tx.Setting(c.key)
		return err
	})
	return value, err
}

func (c cursor) Save(ctx context.Context, value []byte) error {
	return c.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(c.key, value) })
}

// Look makes every polled source look at once.
func (f *Flow) Look() {
	for _, s := range f.world.Load().sources {
		s.bell.ring()
	}
}
