package imap

import (
	"slices"
	"time"

	"waybill/transports"
)

// State is how an account under Watch is doing.
type State string

const (
	Connecting State = "connecting" // at the start, and after a connection that was well has ended
	Connected  State = "connected"
	Failing    State = "failing" // the last attempt failed; another follows
)

// Status is what Watch tells about an account.
type Status struct {
	State State
	// Since is when State began.
	Since time.Time
	// LastLook is when the server last answered and nothing was missing, LastMail when keep last took a mail: from the
	// first tell an unreachable mailbox, from the second a silent one.
	LastLook time.Time
	LastMail time.Time
	// Err is the last failure, nil when all is well; Help says what a person can do about it.
	Err  error
	Help string
	// Idle is false when the server has no IDLE and news wait for the next poll.
	Idle bool
	// Folders are watched. Unwatched says in sentences which configured ones are not, and why.
	Folders   []string
	Unwatched []string
	// Stuck are the mails that the server lists but does not give, whatever was tried; Trying is how many more were tried in vain, a few times so far.
	Stuck  []StuckMail
	Trying int
	// Gaps are the watched folders out of which mails went before they were read.
	Gaps []Gap
}

// StuckMail is a mail that the server lists but does not give.
type StuckMail struct {
	Key  string // the folder and the number of the mail, for ever
	Says string // a sentence
}

// Gap is how many numbers of a folder were given out since it was first seen, and have had no mail to read for the last 14 days: somebody deleted or moved it
// before, or the server left the number out. What was moved is read where it lies now.
type Gap struct {
	Folder string
	Count  int64
}

// Status is how the account is doing now.
func (a *Account) Status() Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.status
}

// report changes the status and tells the caller's State function if it differs in more than its times.
func (a *Account) report(change func(*Status)) {
	a.mu.Lock()
	before := a.status
	change(&a.status)
	if a.status.State != before.State {
		a.status.Since = a.cfg.Clock()
	}
	after := a.status
	a.mu.Unlock()
	if after.State != before.State || text(after.Err) != text(before.Err) || after.Idle != before.Idle ||
		!slices.Equal(after.Folders, before.Folders) || !slices.Equal(after.Unwatched, before.Unwatched) || !slices.Equal(after.Stuck, before.Stuck) || after.Trying != before.Trying || !slices.Equal(after.Gaps, before.Gaps) {
		a.cfg.State(after)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// came notes that mail was kept.
func (a *Account) came() {
	now := a.cfg.Clock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status.LastMail = now
}

func (a *Account) failed(state State, err error) {
	a.report(func(s *Status) { s.State, s.Err, s.Help = state, err, transports.Help(err) })
}
