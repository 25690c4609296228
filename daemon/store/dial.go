package store

import (
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"
)

// A connection to PostgreSQL can be dead without anybody saying so: a firewall forgets one that was idle, a cable is out, a server hangs. Linux alone would
// wait a quarter of an hour for it.
const (
	// connectLimit is how long a new connection may take, unless the address says otherwise (connect_timeout).
	connectLimit = 10 * time.Second
	// unacknowledged is how long what was sent may go without an acknowledgement, and idleLimit after what time an idle connection is tried.
	unacknowledged = 10 * time.Second
	idleLimit      = 15 * time.Second
	// answerLimit is how long a transaction of the writer may take. It may wait for other nodes, of which each can stand still for pausedLimit.
	answerLimit = 20 * time.Second
	// oldLimit is how long a connection that was used before may take to open a transaction that only reads, which waits for nobody.
	oldLimit = 5 * time.Second
)

// noticeDeath has dead connections noticed.
func noticeDeath(config *pgx.ConnConfig) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectLimit
	}
	d := &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: idleLimit, Interval: 5 * time.Second, Count: 3},
		Control: func(network, _ string, c syscall.RawConn) (err error) {
			if network == "unix" {
				return nil
			}
			// tcp(7). It counts for keepalives as well.
			outer := c.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unacknowledged.Milliseconds()))
			})
			return errors.Join(outer, err)
		},
	}
	config.DialFunc = d.DialContext
}

// guard cuts the writer's connection when nothing is heard on it for too long, until the function that it gives is called.
func (w *writer) guard() (end func()) {
	timer := time.AfterFunc(answerLimit, func() {
		if wire := w.wire.Load(); wire != nil {
			_ = (*wire).Close()
		}
	})
	return func() { timer.Stop() }
}
