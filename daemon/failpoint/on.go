//go:build failpoint

package failpoint

import (
	"context"
	"net"
	"os"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// On tells whether the points are real.
const On = true

// counter counts the moments of this process.
type counter struct {
	mu    sync.Mutex
	all   int
	names map[string]int
	ends  []end // the first that comes is the end
	trace *os.File
}

// end is a moment to die at.
type end struct {
	name string // empty: any
	at   int
}

var moments = sync.OnceValue(func() *counter {
	c := &counter{names: map[string]int{}}
	for at := range strings.SplitSeq(os.Getenv("WAYBILL_FAILPOINT"), ",") {
		name, n, named := strings.Cut(at, "#")
		if !named {
			name, n = "", at
		}
		if n, err := strconv.Atoi(n); err == nil {
			c.ends = append(c.ends, end{name, n})
		}
	}
	if file := os.Getenv("WAYBILL_FAILPOINT_TRACE"); file != "" {
		c.trace, _ = os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	}
	return c
})

// Hit is a moment; steps that share it are one.
func Hit(when When, steps ...string) {
	c := moments()
	c.mu.Lock()
	c.all++
	die := slices.Contains(c.ends, end{"", c.all})
	names := make([]string, 0, len(steps))
	for _, step := range steps {
		name := step + string(when)
		c.names[name]++
		die = die || slices.Contains(c.ends, end{name, c.names[name]})
		names = append(names, name)
	}
	if c.trace != nil {
		_, _ = c.trace.WriteString(strings.Join(names, " ") + "\n")
	}
	if die {
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		select {} // with the lock: nothing else gets any further
	}
	c.mu.Unlock()
}

var closure = regexp.MustCompile(`(\.func\d+|\.\d+|-range\d+|\.gowrap\d+)+$`)

// Caller is the step that the calling function is part of: the first function that is not of the store, as package.Function.
func Caller() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	last := "unknown"
	for {
		f, more := frames.Next()
		if f.Function != "" && strings.HasPrefix(f.Function, "waybill/") {
			last = stepOf(f.Function)
			if !strings.HasPrefix(last, "store.") {
				return last
			}
		}
		if !more {
			return last
		}
	}
}

// stepOf makes flow.Keep of waybill/daemon/flow.(*Flow).Keep.func1.
func stepOf(function string) string {
	name := closure.ReplaceAllString(path.Base(function), "")
	pkg, rest, _ := strings.Cut(name, ".")
	if i := strings.LastIndexByte(rest, '.'); i >= 0 {
		rest = rest[i+1:]
	}
	return pkg + "." + rest
}

type dialer struct{ Dialing }

// Dialer gives d, with a moment before and after each write to its connections.
func Dialer(d Dialing) Dialing { return dialer{d} }

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	step, _, _ := strings.Cut(dialedBy(), ".")
	Hit(Before, step+".dial")
	c, err := d.Dialing.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	Hit(After, step+".dial")
	return conn{c, step + ".write"}, nil
}

// dialedBy is the transport that dials.
func dialedBy() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "waybill/transports/") {
			return stepOf(f.Function)
		}
		if !more {
			return "http." // net/http dials in a goroutine of its own
		}
	}
}

type listener struct {
	net.Listener
	step string
}

// Listener gives l, with a moment before and after each write to the connections that it accepts. step names it.
func Listener(l net.Listener, step string) net.Listener { return listener{l, step} }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c, l.step}, nil
}

type conn struct {
	net.Conn
	step string
}

func (c conn) Write(p []byte) (int, error) {
	Hit(Before, c.step)
	n, err := c.Conn.Write(p)
	Hit(After, c.step)
	return n, err
}
