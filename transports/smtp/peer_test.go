package smtp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// The points of a dialogue at which a peer can be told to misbehave.
const (
	atAccept    = "accept"    // before the greeting
	atHello     = "hello"     // at EHLO
	atStartTLS  = "starttls"  // at STARTTLS
	atAuth      = "auth"      // at AUTH
	atMail      = "mail"      // at MAIL
	atRcpt      = "rcpt"      // at RCPT
	atData      = "data"      // at DATA, instead of 354
	atBody      = "body"      // after the first bytes of a body
	atDot       = "dot"       // the whole message is here, nothing has been done with it
	atDelivered = "delivered" // done, but not yet answered
	atReset     = "reset"     // at RSET
)

// What a peer does at a point; anything else is the line that it answers instead.
const (
	cut   = "cut"   // ends the connection
	reset = "reset" // ends it with RST
	stall = "stall" // says nothing more
)

// half answers with the beginning of a line and then cuts.
func half(s string) string { return "half " + s }

// peer is a small SMTP server that does what a script says. What it delivers is what a real server would: a message whose final dot
// has come.
type peer struct {
	t testing.TB
	// script says what happens at a point of the n-th message (from 1; 0 before the first) of the c-th connection (from 1). "" is the
	// right answer.
	script func(point string, c, n int) string
	offers []string // lines of the answer to EHLO
	tls    *tls.Config
	hold   func(point string) // called before an answer is sent
	group  int                // so many messages come as one chain: a group is answered when all of it, dot to DATA, has come

	stalled chan struct{}
	ended   chan struct{} // closed at the end of the test

	mu        sync.Mutex
	quiet     sync.Cond
	conns     int // so far
	open      int
	raw       map[net.Conn]bool
	last      *dialogue
	delivered []transporttest.Delivery
	heard     []string // commands in their order
	user      string
}

func newPeer(t testing.TB, script func(point string, c, n int) string) *peer {
	p := &peer{t: t, script: script, offers: []string{"PIPELINING", "SIZE 100000", "8BITMIME", "ENHANCEDSTATUSCODES"},
		stalled: make(chan struct{}, 100), ended: make(chan struct{}), raw: map[net.Conn]bool{}}
	p.quiet.L = &p.mu
	if p.script == nil {
		p.script = func(string, int, int) string { return "" }
	}
	t.Cleanup(func() { close(p.ended) })
	return p
}

// listen lets the peer take TCP connections on 127.0.0.1 and gives its address.
func (p *peer) listen() string {
	p.t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.start(c)
		}
	}()
	return l.Addr().String()
}

// DialContext makes the peer a dialer whose connections are pipes in memory, for virtual time.
func (p *peer) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.start(server)
	return client, nil
}

func (p *peer) start(c net.Conn) {
	p.mu.Lock()
	p.conns++
	p.open++
	p.raw[c] = true
	d := &dialogue{peer: p, conn: c, raw: c, number: p.conns}
	p.last = d
	p.mu.Unlock()
	go func() {
		d.serve()
		c.Close()
		p.mu.Lock()
		p.open--
		delete(p.raw, c)
		p.quiet.Broadcast()
		p.mu.Unlock()
	}()
}

// all waits until every connection has ended and gives what was delivered.
func (p *peer) all() []transporttest.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.open > 0 {
		p.quiet.Wait()
	}
	return slices.Clone(p.delivered)
}

// ahead says, from within hold, whether the client of the last connection has sent more than the command that is being answered.
func (p *peer) ahead() bool { return p.last.r.Buffered() > 0 }

// breakAll closes every connection.
func (p *peer) breakAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.raw {
		c.Close()
	}
}

func (p *peer) commands() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.heard, " ")
}

// dialogue is one connection of a peer.
type dialogue struct {
	peer   *peer
	raw    net.Conn // below TLS
	conn   net.Conn
	r      *bufio.Reader
	number int // of the connection
	n      int // messages begun
	later  []string
}

func (d *dialogue) serve() {
	d.r = bufio.NewReader(d.conn)
	if !d.at(atAccept, "220 peer.example ESMTP") {
		return
	}
	for {
		line, err := d.r.ReadString('\n')
		if err != nil || !d.command(line) {
			return
		}
	}
}

func (d *dialogue) command(line string) bool {
	if strings.HasPrefix(line, "\x16") { // somebody wants TLS here
		return false
	}
	if !strings.HasSuffix(line, "\r\n") {
		d.peer.t.Errorf("a command without CRLF: %q", line)
		return false
	}
	verb, rest, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), " ")
	d.peer.mu.Lock()
	d.peer.heard = append(d.peer.heard, verb)
	d.peer.mu.Unlock()
	switch verb {
	case "EHLO":
		return d.at(atHello, "250-peer.example\r\n250-"+strings.Join(append(slices.Clone(d.peer.offers), "HELP"), "\r\n250-")+"\r\n250 OK")
	case "STARTTLS":
		if !d.at(atStartTLS, "220 go ahead") {
			return false
		}
		d.conn = tls.Server(d.conn, d.peer.tls)
		d.r = bufio.NewReader(d.conn)
		return true
	case "AUTH":
		return d.auth(rest)
	case "MAIL":
		d.n++
		return d.at(atMail, "250 2.1.0 Ok")
	case "RCPT":
		return d.at(atRcpt+" "+rest, "250 2.1.5 Ok")
	case "DATA":
		return d.at(atData, "354 go on") && (d.refused() || d.body())
	case "RSET":
		return d.at(atReset, "250 2.0.0 Ok")
	case "QUIT":
		d.say("221 2.0.0 Bye")
		return false
	}
	return d.say("500 5.5.1 what?")
}

// refused says whether DATA was answered with anything but 354.
func (d *dialogue) refused() bool {
	answer := d.peer.script(atData, d.number, d.n)
	return answer != "" && !strings.HasPrefix(answer, "354")
}

func (d *dialogue) body() bool {
	var body bytes.Buffer
	for first := true; ; first = false {
		line, err := d.r.ReadString('\n')
		if err != nil {
			return false // no dot: RFC 5321, 4.1.1.4
		}
		if line == ".\r\n" {
			break
		}
		body.WriteString(strings.TrimPrefix(line, "."))
		if first && !d.at(atBody, "-") {
			return false
		}
	}
	answer := d.peer.script(atDot, d.number, d.n)
	if !d.at(atDot, "-") {
		return false
	}
	if answer != "" {
		return true
	}
	d.peer.deliver(body.Bytes())
	return d.at(atDelivered, fmt.Sprintf("250 2.0.0 Ok: queued as Q%d", d.n))
}

func (p *peer) deliver(body []byte) {
	key := ""
	if m, err := mail.ReadMessage(bytes.NewReader(body)); err == nil {
		key = strings.Trim(m.Header.Get("Message-ID"), "<>")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = append(p.delivered, transporttest.Delivery{Key: key, Body: slices.Clone(body)})
}

func (d *dialogue) auth(rest string) bool {
	mechanism, initial, _ := strings.Cut(rest, " ")
	raw, _ := base64.StdEncoding.DecodeString(initial)
	d.peer.mu.Lock()
	d.peer.user = mechanism + " " + string(raw)
	d.peer.mu.Unlock()
	answer := d.peer.script(atAuth, d.number, d.n)
	if strings.HasPrefix(answer, "334 ") { // RFC 7628, 3.2.3: the error, a dummy from the client, the refusal
		if !d.say(answer) {
			return false
		}
		_, _ = d.r.ReadString('\n')
		return d.say("535 5.7.8 token expired")
	}
	return d.at(atAuth, "235 2.7.0 Ok")
}

// at does what the script says at a point, or answers as given ("-": nothing). It is false when the connection is over.
func (d *dialogue) at(point, answer string) bool {
	do := d.peer.script(point, d.number, d.n)
	if do == "" {
		do = answer
	}
	if d.peer.hold != nil {
		d.peer.hold(point)
	}
	switch part, halved := strings.CutPrefix(do, "half "); {
	case do == "-":
		return true
	case do == cut:
		return false
	case do == reset:
		if c, ok := d.raw.(*net.TCPConn); ok {
			_ = c.SetLinger(0)
		}
		return false
	case do == stall:
		d.peer.stalled <- struct{}{}
		_, _ = io.Copy(io.Discard, d.raw)
		return false
	case halved:
		_, _ = io.WriteString(d.conn, part)
		return false
	}
	return d.say(do) && !strings.HasPrefix(do, "421")
}

// say sends a line, or keeps it until the whole of a pipelined group has been read.
func (d *dialogue) say(line string) bool {
	d.later = append(d.later, line+"\r\n")
	if d.peer.group > 0 && strings.HasPrefix(line, "250 2.1") || d.n < d.peer.group && strings.Contains(line, "queued as") {
		return true
	}
	_, err := io.WriteString(d.conn, strings.Join(d.later, ""))
	d.later = nil
	return err == nil
}

// message is a small mail with key as its Message-ID, with dots where they hurt.
func message(key, text string) transports.Message {
	body := "Message-ID: <" + key + ">\r\nSubject: PO\r\n\r\n.\r\n..\r\n.dot first\r\n" + text + "\r\nlast.\r\n.\r\n"
	return transports.Message{Key: key, From: "orders@shop.example", To: []string{"sales@prairie.example"}, Body: []byte(body)}
}

// config is an account on a peer without encryption, on this machine.
func config(address string) Config {
	return Config{Address: address, TLS: Plain, Hello: "shop.example"}
}

func open(t testing.TB, c Config) *Sender {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func agree(context.Context) error { return nil }
