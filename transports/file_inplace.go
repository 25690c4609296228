package transports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// inPlace writes under the final name at once, for servers that forbid to rename. mark comes before the first byte, because
// a reader may act on the name alone. The weaker part: a reader can see half a file, and when a connection breaks and
// nothing is there any more, that is Unsure.
func (u *upload) inPlace(ctx context.Context, f FileSession) (Receipt, error) {
	there, err := f.Stat(ctx, u.final)
	half := false
	switch {
	case err == nil:
		if half, err = u.isHalf(ctx, f, there); err != nil {
			return Receipt{}, u.explain(ctx, f, "read", err)
		}
		if !half {
			return u.already(ctx, f, there)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return Receipt{}, u.explain(ctx, f, "look", err)
	}
	if err := u.callMark(ctx); err != nil {
		return Receipt{}, err
	}
	ctx, cancel := outlive(ctx, u.s.c.Grace)
	defer cancel()
	if err = f.Put(ctx, u.final, u.body, half); err == nil {
		return u.afterPut(ctx, f)
	}
	lost := errors.Is(err, ErrLost) || ctx.Err() != nil
	if !lost && !half && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrUnsupported)) {
		return Receipt{}, u.explain(ctx, f, "write", err) // these are answers to the opening: there is no file
	}
	if lost {
		again, openErr := u.s.server.Open(ctx)
		if openErr != nil {
			return Receipt{}, u.doubt(errors.Join(err, openErr))
		}
		defer again.Close()
		f = again
	}
	return u.lookInPlace(ctx, f, err, lost)
}

// afterPut compares the size. A file that is gone was taken: every byte and the closing had been acknowledged.
func (u *upload) afterPut(ctx context.Context, f FileSession) (Receipt, error) {
	there, err := f.Stat(ctx, u.final)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return u.receipt("%d bytes written to %s and closed; it was taken at once", len(u.body), u.final), nil
	case err != nil: // the look failed, not the writing
		return u.receipt("%d bytes written to %s and closed; their number could not be compared", len(u.body), u.final), nil //nolint:nilerr // see above
	case there.Size() != int64(len(u.body)):
		return u.lookInPlace(ctx, f, fmt.Errorf("%d bytes were written, %d are there", len(u.body), there.Size()), false)
	}
	return u.receipt("%d bytes written to %s and their number compared", len(u.body), u.final), nil
}

// lookInPlace tells by what lies there how far a broken write came. Half of our file is taken away, so that nobody reads it.
func (u *upload) lookInPlace(ctx context.Context, f FileSession, cause error, lost bool) (Receipt, error) {
	there, err := f.Stat(ctx, u.final)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			cause = errors.Join(cause, err)
		}
		return Receipt{}, u.doubt(cause)
	}
	same, err := u.same(ctx, f, there)
	if err == nil && same {
		return u.receipt("%s is there with the same %d bytes, after the answer was lost", u.final, len(u.body)), nil
	}
	half, halfErr := u.isHalf(ctx, f, there)
	if err = errors.Join(err, halfErr); err != nil {
		return Receipt{}, u.doubt(errors.Join(cause, err))
	}
	if !half {
		return Receipt{}, u.collision(ctx, f, there)
	}
	if err := f.Remove(ctx, u.final); err != nil {
		return Receipt{}, &Error{Verdict: Unsure, Op: "write", Err: fmt.Errorf("%s: %w", u.final, errors.Join(cause, err)),
			Help: fmt.Sprintf("Half of %s lies on %s and cannot be taken away. Tell the supplier to ignore it, then send again.", path.Base(u.final), u.s.server)}
	}
	if lost {
		return Receipt{}, &Error{Verdict: Later, Op: "write", Scope: "server", Err: fmt.Errorf("%s: half of it was there and was taken away: %w", u.final, cause)}
	}
	return Receipt{}, u.explain(ctx, f, "write", cause)
}

// isHalf says whether what is there is an earlier, broken attempt of this same file: shorter, and so far the same, where
// bytes that never came are zero (requests that are in flight together leave holes).
func (u *upload) isHalf(ctx context.Context, f FileSession, there fs.FileInfo) (bool, error) {
	if !there.Mode().IsRegular() || there.Size() > int64(len(u.body)) {
		return false, nil
	}
	got, err := f.Get(ctx, u.final, there.Size())
	if err != nil {
		return false, err
	}
	if bytes.Equal(got, u.body) {
		return false, nil // all of it
	}
	for i, b := range got {
		if b != u.body[i] && b != 0 {
			return false, nil
		}
	}
	return true, nil
}
