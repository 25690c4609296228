package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// lockFile takes a lock that the kernel lets go when the process ends, in whatever way. The file holds the owner's pid.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w; the folder must exist and belong to the user that waybill runs as", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the database: %s: %w; put it on a local disk", path, err)
		}
		owner, _ := os.ReadFile(path)
		return nil, fmt.Errorf("%s is held by process %s: %w; give the command to the daemon, or stop it first", path, orUnknown(string(owner)), ErrLocked)
	}
	if err = f.Truncate(0); err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write the owner of the database to %s: %w", path, err), f.Close())
	}
	// The file stays: removing it would let two processes hold locks on two files of the same name.
	return f.Close, nil
}

func orUnknown(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return "(unknown)"
	}
	return s
}
