//go:build !linux

package transporttest

import (
	"errors"
	"os/exec"
	"syscall"
)

// process does not exist outside Linux: Need skips every test before it would start one. The kernel's promise to end a
// server with its test, and /proc to find its children, are Linux's.
type process struct {
	name   string
	pid    int
	polite syscall.Signal
	done   chan struct{}
	err    error
}

type member struct{ pid int }

func launch(string, *exec.Cmd, syscall.Signal) (*process, error) {
	return nil, errors.New("real servers are started on Linux only")
}

const removeFolder = ""

func guard(string, ...string) (func(), error) { return func() {}, nil }

func (*process) running() bool    { return false }
func (*process) stop() error      { return nil }
func (*process) kill() error      { return nil }
func (*process) family() []member { return nil }
