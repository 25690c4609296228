package transports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// afterRename finds out what became of a rename that did not answer well. A second request to rename is the best question:
// the unfinished file can be renamed only once, so whichever of two requests is late finds nothing.
func (u *upload) afterRename(ctx context.Context, f FileSession, err error) (Receipt, error) {
	var known *Error
	if errors.As(err, &known) {
		return Receipt{}, known
	}
	lost := errors.Is(err, ErrLost) || ctx.Err() != nil
	for try := 0; errors.Is(err, ErrLost) && try < 2; try++ {
		again, openErr := u.s.server.Open(ctx)
		if openErr != nil {
			return Receipt{}, u.doubt(errors.Join(err, openErr))
		}
		defer again.Close()
		f = again
		if err = f.Rename(ctx, u.part, u.final); err == nil {
			return u.receipt("renamed to %s over a second connection, after the first was lost", u.final), nil
		}
	}
	if errors.Is(err, ErrLost) {
		again, openErr := u.s.server.Open(ctx)
		if openErr != nil {
			return Receipt{}, u.doubt(errors.Join(err, openErr))
		}
		defer again.Close()
		f = again
	}
	return u.lookAfter(ctx, f, err, lost)
}

// lookAfter tells by what lies there what an unanswered or refused rename did. lost says that a connection broke, so that
// a request of it may still come to effect over there.
func (u *upload) lookAfter(ctx context.Context, f FileSession, cause error, lost bool) (Receipt, error) {
	there, err := f.Stat(ctx, u.final)
	if err == nil {
		same, err := u.same(ctx, f, there)
		switch {
		case errors.Is(err, fs.ErrPermission) && lost && u.gone(ctx, f):
			// We may not read it, but it has the right size and our unfinished file is gone.
			return u.receipt("%s is there with %d bytes, after the connection was lost", u.final, len(u.body)), nil
		case err != nil:
			return Receipt{}, u.doubt(errors.Join(cause, err))
		case same:
			u.discard(ctx, f) // some servers rename by a second name, and were cut between the two steps
			return u.receipt("%s is there with the same %d bytes, after the answer was lost", u.final, len(u.body)), nil
		case u.withdraw(ctx, f):
			return Receipt{}, u.collision(ctx, f, there)
		}
		return Receipt{}, u.doubt(cause)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Receipt{}, u.doubt(errors.Join(cause, err))
	}
	if !u.withdraw(ctx, f) {
		return Receipt{}, u.doubt(cause)
	}
	if lost {
		return Receipt{}, &Error{Verdict: Later, Op: "rename", Scope: "server",
			Err: fmt.Errorf("%s never got its final name, and its unfinished file was taken away: %w", u.final, cause)}
	}
	e := explain(ctx, u.s.server, f, "rename", u.final, cause)
	if errors.Is(cause, fs.ErrPermission) || errors.Is(cause, ErrUnsupported) {
		e.Help = fmt.Sprintf("%s does not let us rename files in %s. Ask for it, or set no_rename for this supplier: the file is then written under its final name, and a reader could see half of it.",
			u.s.server, path.Dir(u.final))
	}
	return Receipt{}, e
}

// withdraw takes the unfinished file away and says whether that proves that it never got, and never will get, its final
// name: only the file itself being there until now does, for a late request to rename then finds nothing.
func (u *upload) withdraw(ctx context.Context, f FileSession) bool {
	return f.Remove(ctx, u.part) == nil
}

func (u *upload) gone(ctx context.Context, f FileSession) bool {
	_, err := f.Stat(ctx, u.part)
	return errors.Is(err, fs.ErrNotExist)
}

// doubt is the verdict when it cannot be known.
func (u *upload) doubt(cause error) error {
	return &Error{Verdict: Unsure, Op: "rename", Err: fmt.Errorf("%s: %w", u.final, cause),
		Help: fmt.Sprintf("It is not known whether %s reached %s. If the supplier's program takes files at once, it may have it; ask them before you send it again.",
			path.Base(u.final), u.s.server)}
}

// Settle looks what became of a message whose mark was made and whose verdict is not known, because the program ended or
// the answer was lost. It sends nothing. nil means that the file is there; Later that it never got its final name and, the
// unfinished file being taken away, never will; Unsure that both are gone, so that a reader may have it, or that nothing
// could be seen.
func (s *FileSender) Settle(ctx context.Context, m Message) (Receipt, error) {
	u, err := s.upload(m)
	if err != nil {
		return Receipt{}, err
	}
	leave, err := s.enter(ctx, u.final)
	if err != nil {
		return Receipt{}, &Error{Verdict: Unsure, Op: "wait", Err: err}
	}
	defer leave()
	cause, looked := errors.New("the answer was never seen"), false
	receipt, err := s.inSession(ctx, u, func(ctx context.Context, f FileSession) (Receipt, error) {
		looked = true
		if s.c.NoRename {
			return u.lookInPlace(ctx, f, cause, true)
		}
		return u.lookAfter(ctx, f, cause, true)
	})
	if err != nil && !looked { // whatever the reason is, it says nothing about the file
		return Receipt{}, u.doubt(err)
	}
	return receipt, err
}
