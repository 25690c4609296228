package sftp_test

import (
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"

	"waybill/transports"
	"waybill/transports/sftp"
	"waybill/transports/transporttest"
)

// drop is the suite's peer: the server in process, which does on its wire what each act says.
type drop struct {
	s       *server
	mu      sync.Mutex
	act     transporttest.Act
	stalled chan struct{}
}

func newDrop(t *testing.T) *drop {
	d := &drop{s: newServer(t), act: transporttest.Accept, stalled: make(chan struct{}, 16)}
	d.s.hook(d.before, d.after)
	return d
}

func (d *drop) current() transporttest.Act {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.act
}

func (d *drop) before(op, _ string, hangUp func(), gone <-chan struct{}) error {
	act := d.current()
	switch {
	case op == "open" && act == transporttest.CutEarly, op == "rename" && act == transporttest.CutUndone:
		hangUp()
		return pkgsftp.ErrSSHFxConnectionLost
	case op == "open" && act == transporttest.StallEarly:
		d.stalled <- struct{}{}
		<-gone
		return pkgsftp.ErrSSHFxConnectionLost
	case op == "write" && act == transporttest.RefuseForNow:
		return pkgsftp.ErrSSHFxFailure
	case op == "open" && act == transporttest.RefuseForGood:
		return pkgsftp.ErrSSHFxPermissionDenied
	}
	return nil
}

func (d *drop) after(op, _ string, hangUp func(), gone <-chan struct{}) error {
	switch act := d.current(); {
	case op == "rename" && act == transporttest.CutDone:
		hangUp()
	case op == "rename" && act == transporttest.StallDone:
		d.stalled <- struct{}{}
		<-gone
	}
	return nil
}

func (d *drop) Acts() []transporttest.Act {
	return []transporttest.Act{transporttest.RefuseForNow, transporttest.RefuseForGood, transporttest.CutEarly, transporttest.CutUndone,
		transporttest.CutDone, transporttest.StallEarly, transporttest.StallDone}
}

func (d *drop) Set(a transporttest.Act) { d.mu.Lock(); d.act = a; d.mu.Unlock() }

func (d *drop) Stalled() <-chan struct{} { return d.stalled }

func (d *drop) Message(key, text string) transports.Message {
	return transports.Message{Key: key + ".csv", Body: []byte(text)}
}

// closing is a Sender that ends its account's connections.
type closing struct {
	*transports.FileSender
	a *sftp.Account
}

func (c closing) Close() error { return c.a.Close() }

func (d *drop) Open(t *testing.T) transports.Sender {
	a := d.s.account(t, func(c *sftp.Config) { c.Timeout = 300 * time.Millisecond })
	return closing{a.Sender(transports.FileSenderConfig{Dir: "in", Grace: 500 * time.Millisecond, Now: time.Now}), a}
}

func (d *drop) Delivered(t *testing.T) []transporttest.Delivery {
	d.s.conns.Wait()
	var all []transporttest.Delivery
	for _, name := range d.s.names("in") {
		if strings.HasSuffix(name, ".part") {
			continue
		}
		body, err := os.ReadFile(path.Join(d.s.dir, "in", name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, transporttest.Delivery{Key: name, Body: body})
	}
	return all
}

func TestSender(t *testing.T) {
	transporttest.TestSender(t, func(t *testing.T) transporttest.SenderPeer { return newDrop(t) })
}
