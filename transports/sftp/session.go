package sftp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/pkg/sftp"

	"waybill/transports"
)

const (
	extFsync       = "fsync@openssh.com"
	extPosixRename = "posix-rename@openssh.com"
	extStatVFS     = "statvfs@openssh.com"
	// window is how much of a file is under way at once: 32 requests of 32 KiB, the size that every server takes.
	window = 1 << 20
	// maxNames is how many names of a directory are looked at.
	maxNames = 100_000
)

// session is a piece of work over a connection.
type session struct {
	l      *link
	reused bool
}

func (s *session) Reused() bool { return s.reused }

func (s *session) Close() { s.l.a.release(s.l) }

// List uses a channel of its own (see lister). A server that allows only one channel for each connection is listed by the
// library, step by step.
func (s *session) List(ctx context.Context, dir string) ([]fs.FileInfo, error) {
	return call(ctx, s.l, func() ([]fs.FileInfo, error) {
		x, err := s.l.lister()
		if err != nil {
			all, err := s.l.sftp.ReadDirContext(ctx, dir)
			if len(all) > maxNames {
				return nil, s.l.a.tooMany(dir)
			}
			return all, err
		}
		all, err := x.list(dir)
		if err != nil && !isStatus(err) {
			s.l.dropLister(x)
		}
		if errors.Is(err, errTooMany) {
			return nil, s.l.a.tooMany(dir)
		}
		return all, err
	}, nil)
}

func (s *session) Stat(ctx context.Context, name string) (fs.FileInfo, error) {
	return call(ctx, s.l, func() (fs.FileInfo, error) { return s.l.sftp.Lstat(name) }, nil)
}

func (s *session) open(ctx context.Context, name string, flags int) (*sftp.File, error) {
	return call(ctx, s.l, func() (*sftp.File, error) { return s.l.sftp.OpenFile(name, flags) }, abandon)
}

// abandon closes a file that nobody wants any more, without waiting for the answer.
func abandon(f *sftp.File) { go f.Close() }

func (s *session) Put(ctx context.Context, name string, body []byte, replace bool) error {
	flags := os.O_WRONLY | os.O_CREATE
	if replace {
		flags |= os.O_TRUNC
	} else {
		flags |= os.O_EXCL
	}
	f, err := s.open(ctx, name, flags)
	if err != nil {
		return s.mayExist(ctx, name, err, replace)
	}
	for off := 0; off < len(body); off += window {
		piece := body[off:min(off+window, len(body))]
		if err := act(ctx, s.l, func() error { _, err := f.WriteAt(piece, int64(off)); return err }); err != nil {
			abandon(f)
			return err
		}
	}
	if s.has(extFsync) {
		err := act(ctx, s.l, f.Sync)
		if err != nil && !errors.Is(err, transports.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
			abandon(f)
			return err
		}
	}
	return act(ctx, s.l, f.Close)
}

// mayExist finds the reason behind the word "failure", which is all that version 3 has for a file that exists.
func (s *session) mayExist(ctx context.Context, name string, err error, replace bool) error {
	var status *sftp.StatusError
	if replace || !errors.As(err, &status) || errors.Is(err, transports.ErrUnsupported) {
		return err
	}
	if _, look := s.Stat(ctx, name); look == nil {
		return fmt.Errorf("%w: %w", fs.ErrExist, err)
	}
	return err
}

func (s *session) Get(ctx context.Context, name string, size int64) ([]byte, error) {
	if size < 0 { // a server can claim anything
		return nil, fmt.Errorf("%s has a size that cannot be", name)
	}
	f, err := s.open(ctx, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer abandon(f)
	body := make([]byte, size)
	for off := int64(0); off < size; {
		piece := body[off:min(off+window, size)]
		n, err := call(ctx, s.l, func() (int, error) {
			n, err := f.ReadAt(piece, off)
			if errors.Is(err, io.EOF) {
				// Some servers give less than they were asked for; whether it is the end shows next time.
				if err = nil; n == 0 {
					err = errShort
				}
			}
			return n, err
		}, nil)
		off += int64(n)
		if errors.Is(err, errShort) {
			// The library says EOF for a channel that was closed, too. Only a server that still answers has told the end.
			_, err = s.Stat(ctx, name)
			return body[:off], err
		}
		if err != nil {
			return nil, err
		}
	}
	return body, nil
}

// errShort says that a file ends before it was expected to.
var errShort = errors.New("the file is shorter")

// Rename uses posix-rename where the server has it: programs over there that watch a directory see a rename, while the
// plain one, which OpenSSH does with a link, passes by some of them.
func (s *session) Rename(ctx context.Context, from, to string) error {
	if s.has(extPosixRename) {
		err := act(ctx, s.l, func() error { return s.l.sftp.PosixRename(from, to) })
		if !errors.Is(err, transports.ErrUnsupported) {
			return err
		}
	}
	return act(ctx, s.l, func() error { return s.l.sftp.Rename(from, to) })
}

func (s *session) Remove(ctx context.Context, name string) error {
	return act(ctx, s.l, func() error { return s.l.sftp.Remove(name) })
}

func (s *session) Mkdir(ctx context.Context, dir string) error {
	return act(ctx, s.l, func() error { return s.l.sftp.Mkdir(dir) })
}

func (s *session) Free(ctx context.Context, dir string) (int64, bool) {
	if !s.has(extStatVFS) {
		return 0, false
	}
	st, err := call(ctx, s.l, func() (*sftp.StatVFS, error) { return s.l.sftp.StatVFS(dir) }, nil)
	if err != nil {
		return 0, false
	}
	return int64(min(st.Bavail*st.Frsize, 1<<62)), true
}

func (s *session) has(extension string) bool {
	_, ok := s.l.sftp.HasExtension(extension)
	return ok
}
