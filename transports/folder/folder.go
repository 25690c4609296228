// Package folder sends and receives files through folders of this machine: a folder that a supplier's program watches, a
// folder into which orders or answers are dropped. It keeps to the same promises as SFTP, with which it shares
// transports.FileSender and transports.FileReceiver.
//
// Everything happens below one folder, held open as an os.Root: no name and no link leads out of it.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"waybill/transports"
)

// Folder is a folder of this machine with all that is in it. It implements transports.FileServer.
type Folder struct {
	path string
	mode fs.FileMode
}

// New gives the folder at path, which need not exist yet. Files are created with mode, 0 meaning 0640: they hold names and
// addresses, so whoever has to read them should be in the group.
func New(path string, mode fs.FileMode) *Folder {
	if mode == 0 {
		mode = 0o640
	}
	return &Folder{path: filepath.Clean(path), mode: mode.Perm()}
}

// String is the path.
func (d *Folder) String() string { return d.path }

// Open opens the folder anew for each session, because it may have been replaced or mounted meanwhile.
func (d *Folder) Open(ctx context.Context) (transports.FileSession, error) {
	if err := ctx.Err(); err != nil {
		return nil, &transports.Error{Verdict: transports.Later, Op: "open", Err: err}
	}
	root, err := os.OpenRoot(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &transports.Error{Verdict: transports.Never, Op: "open", Scope: "account", Err: err,
			Help: fmt.Sprintf("The folder %s does not exist. Create it, or correct the path.", d.path)}
	case errors.Is(err, fs.ErrPermission):
		return nil, &transports.Error{Verdict: transports.Never, Op: "open", Scope: "account", Err: err,
			Help: fmt.Sprintf("waybill (user %d) may not enter %s. Give it the right, for example through a group.", os.Getuid(), d.path)}
	case err != nil:
		return nil, &transports.Error{Verdict: transports.Later, Op: "open", Scope: "server", Err: err,
			Help: fmt.Sprintf("%s cannot be opened; if it is a network folder, look whether it is mounted.", d.path)}
	}
	return &session{folder: d, root: root}, nil
}

// Sender gives a Sender of files to this folder. Safe for concurrent use.
func (d *Folder) Sender(c transports.FileSenderConfig) *transports.FileSender {
	return transports.NewFileSender(d, c)
}

// Receiver gives a Receiver of the files in this folder.
func (d *Folder) Receiver(c transports.FileReceiverConfig) (*transports.FileReceiver, error) {
	return transports.NewFileReceiver(d, c)
}

// session works in the folder as it is now.
type session struct {
	folder *Folder
	root   *os.Root
}

func (s *session) Reused() bool { return false }

func (s *session) Close() { _ = s.root.Close() }

// inside makes a path relative to the root. An absolute one must lie in it.
func (s *session) inside(name string) (string, error) {
	inner, err := filepath.Clean(filepath.FromSlash(name)), error(nil)
	if filepath.IsAbs(inner) {
		inner, err = filepath.Rel(s.folder.path, inner)
	}
	if err != nil || !filepath.IsLocal(inner) {
		return "", fmt.Errorf("%s is not in %s: %w", name, s.folder.path, fs.ErrPermission)
	}
	return inner, nil
}

// maxNames is how many names of a folder are looked at.
const maxNames = 100_000

// List gives at most maxNames entries; beyond that it is an error, because a folder that nobody empties would slow down
// every look.
func (s *session) List(ctx context.Context, dir string) ([]fs.FileInfo, error) {
	f, err := s.open(ctx, dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []fs.FileInfo
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries, err := f.ReadDir(4096)
		for _, e := range entries {
			info, err := e.Info() // without following a link
			if errors.Is(err, fs.ErrNotExist) {
				continue // taken between the two looks
			}
			if err != nil {
				return nil, plain(err)
			}
			all = append(all, info)
		}
		switch {
		case len(all) > maxNames:
			return nil, &transports.Error{Verdict: transports.Never, Op: "list", Scope: "account", Err: fmt.Errorf("more than %d files in %s", maxNames, dir),
				Help: fmt.Sprintf("The folder %s holds too many files. Move the old ones away, or set an archive folder.", dir)}
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, plain(err)
		}
	}
}

func (s *session) Stat(ctx context.Context, name string) (fs.FileInfo, error) {
	name, err := s.begin(ctx, name)
	if err != nil {
		return nil, err
	}
	info, err := s.root.Lstat(name)
	return info, plain(err)
}

// Put writes and syncs a file of its own: an old one is removed before, so that whoever still has it open keeps that one.
func (s *session) Put(ctx context.Context, name string, body []byte, replace bool) (err error) {
	if replace {
		if err := s.Remove(ctx, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	f, err := s.open(ctx, name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, s.folder.mode)
	if err != nil {
		return err
	}
	defer func() { err = plain(errors.Join(err, f.Close())) }()
	if _, err := f.Write(body); err != nil {
		return err
	}
	return f.Sync()
}

// Get opens without waiting (a named pipe would make it wait for ever) and without following a link.
func (s *session) Get(ctx context.Context, name string, size int64) ([]byte, error) {
	f, err := s.open(ctx, name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body := make([]byte, size)
	n, err := io.ReadFull(f, body)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return body[:n], plain(err)
}

// Rename does not replace a file, and syncs the directories, without which a crash could undo it. When that fails the
// file has its new name but might not keep it.
func (s *session) Rename(ctx context.Context, from, to string) error {
	fromDir, err := s.open(ctx, filepath.Dir(from), os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	defer fromDir.Close()
	toDir, err := s.open(ctx, filepath.Dir(to), os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	defer toDir.Close()
	if err := renameNew(fromDir, filepath.Base(from), toDir, filepath.Base(to)); err != nil {
		return plain(&os.LinkError{Op: "rename", Old: from, New: to, Err: err})
	}
	err = toDir.Sync()
	if filepath.Dir(from) != filepath.Dir(to) {
		err = errors.Join(err, fromDir.Sync())
	}
	if err != nil {
		return &transports.Error{Verdict: transports.Unsure, Op: "sync", Err: err,
			Help: fmt.Sprintf("%s is there, but the disk did not confirm it. Look after the disk of this machine.", to)}
	}
	return nil
}

func (s *session) Remove(ctx context.Context, name string) error {
	name, err := s.begin(ctx, name)
	if err != nil {
		return err
	}
	return plain(s.root.Remove(name))
}

func (s *session) Mkdir(ctx context.Context, dir string) error {
	dir, err := s.begin(ctx, dir)
	if err != nil {
		return err
	}
	return plain(s.root.Mkdir(dir, 0o750))
}

func (s *session) Free(ctx context.Context, dir string) (int64, bool) {
	f, err := s.open(ctx, dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	return freeBytes(f)
}

// Facts asks the system what we may do.
func (s *session) Facts(ctx context.Context, dir string) []string {
	f, err := s.open(ctx, dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil // the listing that follows says why
	}
	defer f.Close()
	name := filepath.Join(s.folder.path, dir)
	if !mayWrite(f) {
		return []string{fmt.Sprintf("waybill (user %d) may not write in %s.", os.Getuid(), name)}
	}
	return []string{fmt.Sprintf("waybill (user %d) may write in %s.", os.Getuid(), name)}
}

func (s *session) begin(ctx context.Context, name string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return s.inside(name)
}

func (s *session) open(ctx context.Context, name string, flag int, mode fs.FileMode) (*os.File, error) {
	name, err := s.begin(ctx, name)
	if err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(name, flag, mode)
	return f, plain(err)
}

// plain marks the errors of the system that mean something to the protocol of files and have no name in package fs.
func plain(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: %w", transports.ErrNoSpace, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", fs.ErrPermission, err)
	}
	return err
}
