package smtp

import (
	"strings"
	"sync"
	"testing"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// suitePeer lets the shared suite drive a peer.
type suitePeer struct {
	*peer
	address string
	change  func(*Config)

	acting sync.Mutex
	act    transporttest.Act
}

func newSuitePeer(t *testing.T, change func(*Config)) *suitePeer {
	p := &suitePeer{change: change}
	p.peer = newPeer(t, p.play)
	p.address = p.listen()
	return p
}

// play is where in the dialogue each act happens.
func (p *suitePeer) play(point string, _, _ int) string {
	p.acting.Lock()
	defer p.acting.Unlock()
	rcpt := strings.HasPrefix(point, atRcpt)
	switch {
	case p.act == transporttest.RefuseForNow && rcpt:
		return "451 4.7.1 greylisted"
	case p.act == transporttest.RefuseForGood && rcpt:
		return "550 5.1.1 no such mailbox"
	case p.act == transporttest.CutEarly && point == atMail, p.act == transporttest.CutUndone && point == atDot,
		p.act == transporttest.CutDone && point == atDelivered:
		return cut
	case p.act == transporttest.StallEarly && point == atMail, p.act == transporttest.StallDone && point == atDelivered:
		return stall
	}
	return ""
}

func (p *suitePeer) Acts() []transporttest.Act {
	return []transporttest.Act{transporttest.RefuseForNow, transporttest.RefuseForGood, transporttest.CutEarly, transporttest.CutUndone,
		transporttest.CutDone, transporttest.StallEarly, transporttest.StallDone}
}

func (p *suitePeer) Set(a transporttest.Act) {
	p.acting.Lock()
	defer p.acting.Unlock()
	p.act = a
}

func (p *suitePeer) Stalled() <-chan struct{}                      { return p.stalled }
func (p *suitePeer) Message(key, text string) transports.Message   { return message(key, text) }
func (p *suitePeer) Delivered(*testing.T) []transporttest.Delivery { return p.all() }

func (p *suitePeer) Open(t *testing.T) transports.Sender {
	c := config(p.address)
	c.Timeouts.Grace = 1 // a nanosecond: the suite's stalls need not be waited out
	p.change(&c)
	return open(t, c)
}

func TestSender(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"several connections": func(*Config) {},
		"one connection":      func(c *Config) { c.Connections = 1 },
		"a connection each":   func(c *Config) { c.MessagesPerConnection = 1 },
		"lockstep":            func(c *Config) { c.Lockstep = true },
	} {
		t.Run(name, func(t *testing.T) {
			transporttest.TestSender(t, func(t *testing.T) transporttest.SenderPeer { return newSuitePeer(t, change) })
		})
	}
	t.Run("without pipelining", func(t *testing.T) {
		transporttest.TestSender(t, func(t *testing.T) transporttest.SenderPeer {
			p := newSuitePeer(t, func(*Config) {})
			p.offers = nil
			return p
		})
	})
}
