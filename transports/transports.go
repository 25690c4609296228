// Package transports moves bytes. A transport knows no orders, keeps no schedule of retries and takes its
// dialer, clock and secrets from whoever builds it, so that every one of them runs against a real server,
// a scripted peer that misbehaves, and virtual time.
//
// A Sender delivers one message and says how it went in one of four words (Verdict). A Receiver fetches what
// has arrived and hands it to a keep function; only after keep has returned nil may it acknowledge (move its
// cursor, move a file). keep is a callback, so that acknowledging before storing cannot be written by accident.
package transports

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Dialer opens network connections; *net.Dialer is one. Tests pass their own.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Clock is the time a transport lives in.
type Clock func() time.Time

// Message is what a transport sends: rendered bytes with an address and a key.
type Message struct {
	// Key names this message for ever: a repeat of the same send carries the same key. For mail it is the
	// Message-ID without angle brackets, for a file its final name, for a webhook the webhook-id.
	Key string
	// Attempt names this attempt among all of the message and of those that it repeats; "" where nobody counts them. A file that is not finished bears it, so
	// that no attempt takes another's for its own. Earlier are attempts before, which may have left something behind.
	Attempt string
	Earlier []string
	// From is the SMTP envelope sender; To the recipients (SMTP) or the one address (HTTP: URL; SFTP and folder: directory).
	From string
	To   []string
	// Header are extra HTTP header fields; a file's has HeaderRepeats, other transports ignore it.
	Header map[string]string
	// Body is sent exactly as it is: a whole RFC 5322 message, a file's content, a request body.
	Body []byte
}

// HeaderRepeats names the contents of which a file is a repeat: the SHA-256 of each, in hexadecimal, with spaces between. Where one of them still lies under the
// file's name it is not written over, and a person is told that it lies there.
const HeaderRepeats = "Repeats"

// Receipt says what the other side answered when it took the message.
type Receipt struct {
	// Answer is the server's own words, for example "250 2.0.0 Ok: queued as 4XYZ", for the timeline.
	Answer string
	// ID is the other side's name for the message (queue id, file path), when it gave one.
	ID string
	// At is when the answer arrived.
	At time.Time
}

// Verdict is what is known after an attempt to send.
type Verdict string

const (
	// Sent: the other side said it has the message.
	Sent Verdict = "sent"
	// Later: it is proved that nothing arrived, and trying again may help (4xx, no connection, full disk over there).
	Later Verdict = "later"
	// Never: it is proved that nothing arrived, and trying again will not help (5xx, wrong password, changed host key).
	Never Verdict = "never"
	// Unsure: the message may or may not have arrived. Only a person or outside evidence can settle it.
	Unsure Verdict = "unsure"
)

// Error is a failure to send or to receive, with its verdict and a sentence for the person who has to mend it.
type Error struct {
	Verdict Verdict
	// Op is the step that failed: "dial", "tls", "auth", "mail", "rcpt", "data", "body", "dot", "put", "rename", …
	Op string
	// Help says in one sentence what a person can do; empty when there is nothing to do but wait.
	Help string
	// Scope says what is broken when it is more than this one message: "" message, "account" (password, host key: every
	// message of this account will fail), "server" (no connection: leave the server alone for a while).
	Scope string
	// RetryAfter is how long the other side asked to be left alone; 0 when it did not say.
	RetryAfter time.Duration
	// Said is what stands in Err and Help and may tell of people: an answer that quotes what was sent, a file's name. It is for who may see the orders, not for a log.
	Said string
	Err  error
}

// Quiet is an error's text without what may tell of people (Error.Said).
func Quiet(err error) string {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.quiet(err.Error())
	}
	return err.Error()
}

// QuietHelp is Help without what may tell of people.
func (e *Error) QuietHelp() string { return e.quiet(e.Help) }

func (e *Error) quiet(text string) string {
	if e.Said == "" {
		return text
	}
	return strings.ReplaceAll(text, e.Said, "…")
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Op, e.Err) }

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// VerdictOf reads the verdict out of an error: nil is Sent, an error nobody classified is Unsure.
func VerdictOf(err error) Verdict {
	if err == nil {
		return Sent
	}
	var e *Error
	if errors.As(err, &e) && e.Verdict != "" {
		return e.Verdict
	}
	return Unsure
}

// Help gives the sentence for a person, or "".
func Help(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Help
	}
	return ""
}

// Sender delivers messages.
//
// Send calls mark, and mark must return nil, before the first byte after which the other side may act on the
// message (SMTP: the final dot; SFTP: the rename to the final name; HTTP: the request's last byte). An error of
// mark ends the attempt with verdict Later and the message undelivered. A nil error means Sent; any other error
// carries its Verdict (VerdictOf). Send is safe for concurrent use where the type says so.
type Sender interface {
	Send(ctx context.Context, m Message, mark func(context.Context) error) (Receipt, error)
}

// Settler is a Sender that can look at what became of a message whose mark was made and whose verdict is not known: the
// program ended, or the answer was lost. Settle sends nothing. Its error has a verdict as that of Send: nil means that the
// message arrived, Later and Never that it did not and will not, Unsure that this cannot be seen.
type Settler interface {
	Settle(ctx context.Context, m Message) (Receipt, error)
}

// Item is one thing that came in, raw.
type Item struct {
	// Source names where it was found: account and folder, for example "orders@shop.example/INBOX" or "prairie:/out".
	Source string
	// Key names the item inside its source for ever: "UIDVALIDITY:UID" for mail, "path|size|sha256" for a file,
	// the delivery id for a webhook.
	Key string
	// Name is the file name, or "" for mail.
	Name string
	// Received is the source's own time of arrival (INTERNALDATE, mtime), zero when unknown.
	Received time.Time
	// Raw are the exact bytes. Oversize items come without: Raw is nil and Size tells how large they are.
	Raw  []byte
	Size int64
	// Elsewhere: it lay where nobody said that news come in, as a person or a rule may have put it there. It is news only if these bytes are.
	Elsewhere bool
}

// Keep stores a batch durably: when it returns nil, every item of the batch is committed (or was already known).
type Keep func(ctx context.Context, batch []Item) error

// Receiver fetches what has arrived since the cursor, hands it over in batches, and acknowledges after keep returned nil.
// It returns when there is nothing more for now; callers poll, or use Watch where the transport has it.
type Receiver interface {
	Receive(ctx context.Context, keep Keep) error
}

// Watcher is a Receiver that can wait for news by itself (IMAP IDLE). It returns only with an error or when ctx ends.
type Watcher interface {
	Receiver
	Watch(ctx context.Context, keep Keep) error
}

// Cursor is a receiver's memory between runs, kept by the caller in the same place as the items. Save is called only after
// keep returned nil for everything before that cursor.
type Cursor interface {
	Load(ctx context.Context) ([]byte, error)
	Save(ctx context.Context, value []byte) error
}

// Probe logs in, looks at what it may do there and tells it in sentences, one for each fact. It changes nothing.
type Probe interface {
	Probe(ctx context.Context) ([]string, error)
}

// MaxItem is the largest item whose bytes are fetched; a larger one is reported without its bytes (promise 15).
const MaxItem = 25 << 20
