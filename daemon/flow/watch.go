package flow

import (
	"context"
	"errors"
	"time"

	"waybill/daemon/store"
	"waybill/transports"
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
	if w, ok := s.receiver.(transports.Watcher); ok {
		// A Watcher reconnects by itself and reports through its state function; it returns only when ctx ends.
		for ctx.Err() == nil {
			if err := w.Watch(ctx, f.Keep); err != nil && ctx.Err() == nil {
				f.sourceFailed(ctx, s, err)
				f.sleep(ctx, s.poll, nil)
			}
		}
		return
	}
	failures := 0
	for ctx.Err() == nil {
		wait := s.poll
		switch err := s.receiver.Receive(ctx, f.Keep); {
		case err == nil:
			failures = 0
			f.accountWorks(ctx, s.name)
		case ctx.Err() == nil:
			f.sourceFailed(ctx, s, err)
			wait = min(s.poll<<min(failures, 6), 10*time.Minute)
			failures++
		}
		f.sleep(ctx, wait, s.bell)
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
