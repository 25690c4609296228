package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// child is one process, asked by one goroutine at a time.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	pen    *bufio.Writer // onto in: a mail is one write
	out    *bufio.Reader
	head   []byte // buffers of the last question and answer
	body   []byte
	notes  *tail // what it wrote to stderr when it died
	used   time.Time
	killed sync.Once
	peak   int64 // bytes; of its life, after kill
	ended  error // of Wait, after kill
}

func start(exe string, args []string) (*child, error) {
	cmd := command(exe, args)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	notes := &tail{}
	cmd.Stderr = notes
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &child{cmd: cmd, in: in, pen: bufio.NewWriterSize(in, 64<<10), out: bufio.NewReaderSize(out, 64<<10), notes: notes}, nil
}

// ask sends a question and waits for the answer, at most until the deadline. The answer holds until the next question. After an error the child is of no use any more.
func (c *child) ask(ctx context.Context, q question, raw []byte, deadline time.Duration) ([]byte, error) {
	head, err := encode(c.head[:0], &q, (*coder).question, maxQuestion)
	if err != nil {
		return nil, fmt.Errorf("asking a reader: %w", err)
	}
	c.head = head
	late := make(chan struct{})
	timer := time.AfterFunc(deadline, func() {
		close(late)
		c.kill()
	})
	defer timer.Stop()
	stop := context.AfterFunc(ctx, c.kill)
	defer stop()

	body, err := c.exchange(head, raw)
	if err == nil {
		if c.body = body; cap(body) > keptBuffer {
			c.body = nil
		}
		return body, nil
	}
	c.kill()
	select {
	case <-late:
		return nil, fmt.Errorf("%w: it took longer than %v", ErrBroken, deadline)
	default:
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("reading was given up: %w", ctx.Err())
	}
	if errors.Is(err, errTooLarge) {
		return nil, fmt.Errorf("%w: the answer was larger than %d MiB", ErrBroken, maxAnswer>>20)
	}
	return nil, fmt.Errorf("%w: %s", ErrBroken, c.cause())
}

func (c *child) exchange(head, raw []byte) ([]byte, error) {
	if err := writeFrame(c.pen, head); err != nil {
		return nil, err
	}
	if err := writeFrame(c.pen, raw); err != nil {
		return nil, err
	}
	if err := c.pen.Flush(); err != nil {
		return nil, err
	}
	return readFrame(c.out, c.body, maxAnswer)
}

// kill ends the process and waits for it. It may be called again.
func (c *child) kill() {
	c.killed.Do(func() {
		c.peak = peakOf(c.cmd.Process.Pid)
		_ = c.in.Close()
		_ = c.cmd.Process.Kill()
		c.ended = c.cmd.Wait()
	})
}

// cause says why a child ended. Its own words are not repeated: they may hold pieces of the document.
func (c *child) cause() string {
	if c.notes.has("out of memory") || c.notes.has("cannot allocate memory") {
		return "it needed more memory than a reader may use"
	}
	if c.notes.has("stack overflow") || c.notes.has("goroutine stack exceeds") {
		return "it went too deep"
	}
	var exit *exec.ExitError
	if errors.As(c.ended, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGXCPU {
			return "it used too much time of the processor"
		}
		if c.notes.has("panic:") || c.notes.has("fatal error:") {
			return "the reader failed at it (a fault in waybill: please report it)"
		}
		return "the reader ended (" + exit.String() + ")"
	}
	return "the reader ended"
}

// tail keeps the beginning of what a child writes to stderr.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := 4096 - len(t.buf); room > 0 {
		t.buf = append(t.buf, b[:min(room, len(b))]...)
	}
	return len(b), nil
}

func (t *tail) has(s string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Contains(t.buf, []byte(s))
}
