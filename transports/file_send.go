package transports

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// FileSender leaves files in a directory of a FileServer so that a reader over there sees a whole file or none
// (promise 4). A file is written as NAME.ATTEMPT.part, made durable where the place can, its size compared, and then, after mark,
// renamed to NAME. Message.Key is NAME, Message.To the directory.
//
// Each attempt has a name of its own to write under: an order to rename that is still under way in an old connection finds nothing, and a later attempt takes
// away what an earlier one has left, whoever made it.
//
// A file of that name which is there already is compared byte by byte: the same content means that an earlier attempt
// arrived. Send is safe for concurrent use; sends of the same file wait for each other.
type FileSender struct {
	server FileServer
	c      FileSenderConfig

	slots chan struct{}
	mu    sync.Mutex
	busy  map[string]*fileTurn
}

// FileSenderConfig is how files are left.
type FileSenderConfig struct {
	// Dir is the directory of messages that name none.
	Dir string
	// NoRename writes under the final name at once, for a server that forbids to rename. That is weaker: a reader can see
	// half a file, and after a cut nobody can tell whether it did.
	NoRename bool
	// InFlight is how many files are written at the same time; 0 means 128.
	InFlight int
	// Grace is how long the answer to a rename is still waited for when the context has ended; 0 means 10 s.
	Grace time.Duration
	Now   Clock
	// Random names the file of a test (Try); nil means crypto/rand.
	Random io.Reader
}

const (
	partSuffix = ".part"
	// maxCompared is up to how many bytes another file is read to see whose it is.
	maxCompared = 16 << 20
	// partRoom is what the name of the unfinished file may be longer than the final one.
	partRoom = len(".0123456789-01234567") + len(partSuffix)
)

var _ interface {
	Sender
	Settler
	Probe
} = (*FileSender)(nil)

// NewFileSender gives a Sender of files to server.
func NewFileSender(server FileServer, c FileSenderConfig) *FileSender {
	c.InFlight = cmp.Or(c.InFlight, 128)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return &FileSender{server: server, c: c, slots: make(chan struct{}, c.InFlight), busy: map[string]*fileTurn{}}
}

// Send delivers one file. See Sender; the byte that mark comes before is the request to rename. The message's body must not
// be changed afterwards: a request that ctx cut off may still be reading it.
func (s *FileSender) Send(ctx context.Context, m Message, mark func(context.Context) error) (Receipt, error) {
	u, err := s.upload(m)
	if err != nil {
		return Receipt{}, err
	}
	u.mark = mark
	leave, err := s.enter(ctx, u.final)
	if err != nil {
		return Receipt{}, &Error{Verdict: Later, Op: "wait", Err: err}
	}
	defer leave()
	attempt := u.byRename
	if s.c.NoRename {
		attempt = u.inPlace
	}
	return s.inSession(ctx, u, attempt)
}

// maxDead is how many connections in a row may turn out to have died while nobody used them.
const maxDead = 8

// inSession runs an attempt over a connection. That an old connection has died while nobody used it is no news.
func (s *FileSender) inSession(ctx context.Context, u *upload, attempt func(context.Context, FileSession) (Receipt, error)) (Receipt, error) {
	for try := 0; ; try++ {
		f, err := s.server.Open(ctx)
		if err != nil {
			return Receipt{}, explain(ctx, s.server, nil, "dial", u.final, err)
		}
		receipt, err := attempt(ctx, f)
		reused := f.Reused()
		f.Close()
		if reused && !u.marked && errors.Is(err, ErrLost) && ctx.Err() == nil && try < maxDead {
			continue
		}
		return receipt, err
	}
}

// upload checks what must hold before anything is sent.
func (s *FileSender) upload(m Message) (*upload, error) {
	if err := CheckFileName(m.Key, partRoom); err != nil {
		return nil, &Error{Verdict: Never, Op: "name", Err: err,
			Help: "Correct the template of the file name for this supplier."}
	}
	dir := cmp.Or(s.c.Dir, ".")
	switch len(m.To) {
	case 0:
	case 1:
		dir = cmp.Or(m.To[0], dir)
	default:
		return nil, &Error{Verdict: Never, Op: "name", Err: fmt.Errorf("%d directories for one file", len(m.To)),
			Help: "Set one directory for this supplier."}
	}
	final := path.Join(dir, m.Key)
	u := &upload{s: s, body: m.Body, final: final, part: partName(final, m.Attempt), repeats: strings.Fields(m.Header[HeaderRepeats])}
	for _, attempt := range m.Earlier {
		u.earlier = append(u.earlier, partName(final, attempt))
	}
	return u, nil
}

func partName(final, attempt string) string {
	if attempt == "" {
		return final + partSuffix
	}
	return final + "." + attempt + partSuffix
}

// fileTurn is the queue of those who want to send the same file.
type fileTurn struct {
	slot    chan struct{}
	waiting int
}

// enter waits for a slot and for other sends of the same file.
func (s *FileSender) enter(ctx context.Context, name string) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	turn := s.busy[name]
	if turn == nil {
		turn = &fileTurn{slot: make(chan struct{}, 1)}
		s.busy[name] = turn
	}
	turn.waiting++
	s.mu.Unlock()
	done := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if turn.waiting--; turn.waiting == 0 {
			delete(s.busy, name)
		}
	}
	select {
	case turn.slot <- struct{}{}:
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		<-turn.slot
		done()
		return nil, ctx.Err()
	}
	return func() { <-s.slots; <-turn.slot; done() }, nil
}

// upload is one file on its way.
type upload struct {
	s           *FileSender
	body        []byte
	final, part string
	earlier     []string // what attempts before may have left unfinished
	repeats     []string // SHA-256 of what this one repeats
	mark        func(context.Context) error
	marked      bool
}

func (u *upload) byRename(ctx context.Context, f FileSession) (Receipt, error) {
	there, err := u.write(ctx, f)
	if err == nil && there == nil {
		there, err = u.verify(ctx, f)
	}
	if err != nil {
		u.discard(ctx, f)
		return Receipt{}, u.explain(ctx, f, "write", err)
	}
	if there != nil {
		u.discard(ctx, f)
		return u.already(ctx, f, there)
	}
	if err := u.callMark(ctx); err != nil {
		u.discard(ctx, f)
		return Receipt{}, err
	}
	ctx, cancel := outlive(ctx, u.s.c.Grace)
	defer cancel()
	if err := f.Rename(ctx, u.part, u.final); err != nil {
		return u.afterRename(ctx, f, err)
	}
	return u.receipt("renamed to %s after %d bytes were written and their number compared", u.final, len(u.body)), nil
}

// write puts the unfinished file there and at the same time looks whether the final one exists, which saves a round trip
// and costs a file for nothing only in the rare case that it does.
func (u *upload) write(ctx context.Context, f FileSession) (there fs.FileInfo, err error) {
	var look error
	var wg sync.WaitGroup
	for _, left := range u.earlier { // where that is forbidden it stays, and is in nobody's way
		wg.Go(func() { _ = f.Remove(ctx, left) })
	}
	wg.Go(func() { there, look = f.Stat(ctx, u.final) })
	err = f.Put(ctx, u.part, u.body, false)
	wg.Wait()
	switch {
	case look == nil:
		return there, nil
	case !errors.Is(look, fs.ErrNotExist):
		return nil, look
	case errors.Is(err, fs.ErrExist): // this very attempt has begun it, over a connection that died
		if err := f.Remove(ctx, u.part); errors.Is(err, ErrLost) || ctx.Err() != nil {
			return nil, err
		}
		if err = f.Put(ctx, u.part, u.body, false); errors.Is(err, fs.ErrExist) {
			err = &Error{Verdict: Later, Op: "write", Err: fmt.Errorf("%s cannot be written anew: %w", u.part, err)}
		}
	}
	return nil, err
}

// verify compares the size over there, because requests that are in flight together can leave holes and some servers
// say yes before they have stored anything; and it looks for the final name once more, as late as possible, because some
// servers rename over an existing file.
func (u *upload) verify(ctx context.Context, f FileSession) (there fs.FileInfo, err error) {
	var look error
	var wg sync.WaitGroup
	wg.Go(func() { there, look = f.Stat(ctx, u.final) })
	written, err := f.Stat(ctx, u.part)
	wg.Wait()
	switch {
	case look == nil:
		return there, nil
	case !errors.Is(look, fs.ErrNotExist):
		return nil, look
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Verdict: Unsure, Op: "stat", Err: fmt.Errorf("%s vanished before it was renamed: %w", u.part, err),
			Help: fmt.Sprintf("Something on %s took the unfinished file %s. Ask the supplier whether they got it, and tell them to leave files that end in %s alone.",
				u.s.server, path.Base(u.part), partSuffix)}
	case err != nil:
		return nil, err
	case written.Size() != int64(len(u.body)):
		e := explain(ctx, u.s.server, f, "write", u.part, fmt.Errorf("%d bytes were written, %d are there", len(u.body), written.Size()))
		e.Op = "size"
		return nil, e
	}
	return nil, nil
}

// outlive gives a context that ends some time after ctx: the answer to a request that may have been obeyed must not be cut
// off because the program wants to stop.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}

func (u *upload) callMark(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &Error{Verdict: Later, Op: "mark", Err: err}
	}
	u.marked = true
	if err := u.mark(ctx); err != nil {
		return &Error{Verdict: Later, Op: "mark", Err: err}
	}
	return nil
}

// already settles a final name that exists: the same bytes mean that an earlier attempt arrived, others that two files
// have the same name, and then nothing may be overwritten.
func (u *upload) already(ctx context.Context, f FileSession, there fs.FileInfo) (Receipt, error) {
	same, err := u.same(ctx, f, there)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Receipt{}, &Error{Verdict: Unsure, Op: "look", Err: fmt.Errorf("%s: %w", u.final, err),
			Help: fmt.Sprintf("%s already has a file %s of the same size, and we may not read it to compare. Ask the supplier whether it is this one.", u.s.server, u.final)}
	case err != nil:
		return Receipt{}, u.explain(ctx, f, "read", err)
	case !same:
		return Receipt{}, u.collision(ctx, f, there)
	}
	if err := u.callMark(ctx); err != nil {
		return Receipt{}, err
	}
	return u.receipt("%s was already there with the same %d bytes", u.final, len(u.body)), nil
}

// collision judges another file that lies under our name. It may be the one that this one repeats: whoever reads files over there has not taken it yet, and would
// take both.
func (u *upload) collision(ctx context.Context, f FileSession, there fs.FileInfo) *Error {
	if u.isFirst(ctx, f, there) {
		return &Error{Verdict: Never, Op: "name", Err: fmt.Errorf("%s: %w as it was sent before, of %s", u.final, fs.ErrExist, there.ModTime().UTC().Format("2006-01-02 15:04 MST")),
			Help: fmt.Sprintf("The first %s still lies on %s: their program has not taken it yet, and would read both. Nothing was written. If they are going to read the first, settle this with arrived; if they want "+
				"this one in its place, have them take the first away, then send again.", path.Base(u.final), u.s.server)}
	}
	return &Error{Verdict: Never, Op: "name", Err: fmt.Errorf("%s: %w with %d bytes and other content", u.final, fs.ErrExist, there.Size()),
		Help: fmt.Sprintf("%s already has another file named %s, of %s. Put something unique, like the PO number, into the template of the file name; then send again.",
			u.s.server, path.Base(u.final), there.ModTime().UTC().Format("2006-01-02 15:04 MST"))}
}

// isFirst tells whether what is there is what this file repeats. What cannot be read is not known.
func (u *upload) isFirst(ctx context.Context, f FileSession, there fs.FileInfo) bool {
	if len(u.repeats) == 0 || !there.Mode().IsRegular() || there.Size() > maxCompared {
		return false
	}
	got, err := f.Get(ctx, u.final, there.Size())
	return err == nil && slices.Contains(u.repeats, Digest(got))
}

// Digest is how HeaderRepeats names a content.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// same compares what is there with what was to be sent.
func (u *upload) same(ctx context.Context, f FileSession, there fs.FileInfo) (bool, error) {
	if !there.Mode().IsRegular() || there.Size() != int64(len(u.body)) {
		return false, nil
	}
	got, err := f.Get(ctx, u.final, there.Size())
	if err != nil {
		return false, err
	}
	return bytes.Equal(got, u.body), nil
}

// discard takes the unfinished file away, as well as can be: what stays is replaced by the next attempt.
func (u *upload) discard(ctx context.Context, f FileSession) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), u.s.c.Grace)
	defer cancel()
	_ = f.Remove(ctx, u.part)
}

func (u *upload) explain(ctx context.Context, f FileSession, op string, err error) error {
	return explain(ctx, u.s.server, f, op, u.final, err)
}

func (u *upload) receipt(format string, a ...any) Receipt {
	return Receipt{Answer: fmt.Sprintf(format, a...), ID: u.final, At: u.s.c.Now()}
}
