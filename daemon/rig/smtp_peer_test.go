package rig

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The moments of an SMTP dialogue at which the peer may misbehave, in their order.
const (
	atGreeting  = "greeting"
	atHello     = "ehlo"
	atStartTLS  = "starttls"
	atHandshake = "handshake"
	atAuth      = "auth"
	atMail      = "mail"
	atRcpt      = "rcpt"
	atData      = "data"   // instead of 354
	atBody      = "body"   // after 354: before the first byte, in the headers, between them and the text, in the text
	atLast      = "last"   // between the last CRLF of the text and the dot
	atDot       = "dot"    // the dot is here, nothing has been done with the message
	atTaken     = "taken"  // the message is the peer's own now; the answer is due
	atAnswer    = "answer" // the answer 250 has left
)

// What it does there. What is none of these is what it says instead of the right answer.
const (
	doCut    = "cut"
	doReset  = "reset"
	doStall  = "stall"
	doKill   = "kill"     // the daemon is killed at this moment
	doSlow   = "slow"     // the right answer, a byte every few seconds
	doLate   = "late"     // the right answer, after a long while
	doTwice  = "twice"    // the right answer, and one more
	doFlood  = "flood"    // lines without end
	doCutAt  = "cut at"   // the wire breaks after some bytes of what the client sends from here on: FIN
	doResAt  = "reset at" // the same with RST
	doKillAt = "kill at"  // the daemon is killed there
	doEarly  = "early"    // 250 before the dot, and then the message is refused
	doFull   = "full"     // stops reading
)

// smtpFault is one thing that goes wrong, once.
type smtpFault struct {
	At, Do string
	N      int // bytes, or seconds, or the place in the body, as it fits
}

func (f smtpFault) String() string { return f.At + ": " + f.Do }

// smtpFaults are all of them: each step of the dialogue with each way to break it.
func smtpFaults() (all []smtpFault) {
	add := func(at string, do ...string) {
		for _, d := range do {
			all = append(all, smtpFault{At: at, Do: d})
		}
	}
	odd := []string{"nonsense", "999 no such code", "250-one\r\n251 two", "half 25", "half 2", doFlood, doSlow, doLate, doTwice}
	for _, at := range []string{atGreeting, atHello, atStartTLS, atAuth, atMail, atRcpt, atData} {
		add(at, doCut, doReset, doStall, doKill, "421 4.3.2 closing", "451 4.3.0 not now", "554 5.7.1 no")
		add(at, odd...)
	}
	add(atHandshake, doCut, doReset, doStall, doKill, "nonsense")
	add(atData, "250 2.0.0 that was quick", "354 go on\r\n250 2.0.0 already yours", "354 go on\r\n552 5.3.4 too much", doCutAt, doResAt, doKillAt)
	add(atBody, doCut, doReset, doStall, doKill, doFull, doEarly, "421 4.3.2 closing", "451 4.3.0 disk full", "552 5.3.4 too much", "nonsense", doCutAt, doResAt, doKillAt)
	add(atLast, doCut, doReset, doStall, doKill, doEarly, "421 4.3.2 closing", "451 4.3.0 disk full", "552 5.3.4 too much", "nonsense", doCutAt, doResAt, doKillAt)
	add(atDot, doCut, doReset, doStall, doKill, doLate, "421 4.3.2 closing", "451 4.3.0 queue file write error", "452 4.2.2 mailbox full", "554 5.7.1 content", "552 5.3.4 too much", "354 go on", "half 45")
	add(atTaken, doCut, doReset, doStall, doKill, doSlow, doLate, "nonsense", "999 no such code", "250-one\r\n251 two", "half 2", "half 25", "half 250", "half 250 ", "half 250 2.0.0 Ok",
		"half 250-2.0.0 Ok\r\n250 queued", "half 250 2.0.0 Ok\r", doFlood, "354 go on", "250-2.0.0\r\n250 all is well", "250")
	add(atAnswer, doCut, doReset, doStall, doKill, "421 4.3.2 goodbye", "nonsense")
	return all
}

// smtpPeer is an SMTP server that does to a plan what is not right, and owns the truth: what it has taken, byte for byte. It outlives the daemons.
type smtpPeer struct {
	r      *rand.Rand
	tls    *tls.Config
	secure string // "none", "starttls", "implicit"
	auth   bool
	pipe   bool // offers PIPELINING

	mu     sync.Mutex
	plan   []smtpFault
	done   map[string]int // faults that happened
	frozen bool           // the daemon is dead: what it has sent and was not taken yet never arrives
	killed chan struct{}
	taken  []delivery
	wrong  []string // what no client may do
}

// delivery is a message that the peer has taken.
type delivery struct {
	id, po  string // Message-ID; "" when the mail is about no purchase order
	subject string
	to      []string
	raw     []byte
	at      time.Time
}

// due gives the fault that is planned for a step, if the dice say that it is now.
func (p *smtpPeer) due(at string) (f smtpFault, is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.r.IntN(3) == 0 {
		return f, false
	}
	for i, f := range p.plan {
		if f.At == at {
			p.plan = append(p.plan[:i:i], p.plan[i+1:]...)
			p.done[f.String()]++
			return f, true
		}
	}
	return f, false
}

func (p *smtpPeer) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.plan)
}

// kill says that the daemon dies in this moment.
func (p *smtpPeer) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.frozen {
		p.frozen = true
		p.killed <- struct{}{}
	}
}

func (p *smtpPeer) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = false
}

// take makes a message the peer's own; false when its sender was dead before.
func (p *smtpPeer) take(d *smtpDialogue) bool {
	got := readDelivery(d.body.Bytes())
	got.to, got.at = d.to, time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen {
		return false
	}
	p.taken = append(p.taken, got)
	return true
}

// readDelivery reads a mail as its receiver would.
func readDelivery(raw []byte) delivery {
	d := delivery{raw: bytes.Clone(raw)}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return d
	}
	d.id = strings.Trim(m.Header.Get("Message-ID"), "<>")
	if d.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		d.subject = m.Header.Get("Subject")
	}
	d.po = poPattern.FindString(d.subject)
	return d
}

func (p *smtpPeer) all() []delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]delivery(nil), p.taken...)
}

func (p *smtpPeer) complain(format string, a ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = append(p.wrong, fmt.Sprintf(format, a...))
}

// smtpDialogue is one connection.
type smtpDialogue struct {
	p       *smtpPeer
	w       *wire
	conn    net.Conn
	r       *bufio.Reader
	private bool
	to      []string
	size    int64
	body    bytes.Buffer
	refuse  bool // an early answer was given: the message is refused in the end
}

// serve speaks until one side has enough. What it returns from is the end of the connection.
func (p *smtpPeer) serve(w *wire) {
	d := &smtpDialogue{p: p, w: w, conn: w.server()}
	if p.secure == "implicit" && !d.handshake() {
		return
	}
	d.r = bufio.NewReader(d.conn)
	if !d.at(atGreeting, "220 peer.example ESMTP") {
		return
	}
	for {
		line, err := d.r.ReadString('\n')
		if err != nil || !d.command(strings.TrimRight(line, "\r\n")) {
			return
		}
	}
}

func (d *smtpDialogue) handshake() bool {
	if f, is := d.p.due(atHandshake); is && !d.misbehave(f, "") {
		return false
	}
	conn := tls.Server(d.conn, d.p.tls)
	if conn.Handshake() != nil {
		return false
	}
	d.conn, d.private = conn, true
	return true
}

func (d *smtpDialogue) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	if d.p.secure != "none" && !d.private && verb != "EHLO" && verb != "HELO" && verb != "STARTTLS" && verb != "QUIT" && !strings.HasPrefix(line, "\x16") {
		d.p.complain("%s without TLS", verb)
	}
	switch verb {
	case "HELO":
		return d.say("250 peer.example")
	case "EHLO":
		offers := []string{"peer.example", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES"}
		if d.p.pipe {
			offers = append(offers, "PIPELINING")
		}
		if d.p.secure == "starttls" && !d.private {
			offers = append(offers, "STARTTLS")
		}
		if d.p.auth {
			offers = append(offers, "AUTH PLAIN")
		}
		return d.at(atHello, "250-"+strings.Join(offers, "\r\n250-")+"\r\n250 HELP")
	case "STARTTLS":
		if !d.at(atStartTLS, "220 go ahead") {
			return false
		}
		if !d.handshake() {
			return false
		}
		d.r = bufio.NewReader(d.conn)
		return true
	case "AUTH":
		return d.at(atAuth, "235 2.7.0 Ok")
	case "MAIL":
		d.to, d.size, d.refuse = nil, -1, false
		if _, size, ok := strings.Cut(rest, "SIZE="); ok {
			size, _, _ = strings.Cut(size, " ")
			d.size, _ = strconv.ParseInt(size, 10, 64)
		}
		return d.at(atMail, "250 2.1.0 Ok")
	case "RCPT":
		address := strings.TrimSuffix(strings.TrimPrefix(rest, "TO:<"), ">")
		before := len(d.to)
		d.to = append(d.to, address)
		if !d.at(atRcpt, "250 2.1.5 Ok") {
			return false
		}
		if d.refuse {
			d.to, d.refuse = d.to[:before], false
		}
		return true
	case "DATA":
		if len(d.to) == 0 {
			return d.say("503 5.5.1 no recipients")
		}
		return d.data()
	case "RSET":
		return d.say("250 2.0.0 Ok")
	case "QUIT":
		d.say("221 2.0.0 Bye")
		return false
	}
	return d.say("500 5.5.1 what?")
}

// data takes a message from DATA to the answer to its dot.
func (d *smtpDialogue) data() bool {
	d.refuse = false
	if f, is := d.p.due(atData); is {
		if !d.misbehave(f, "354 go on") {
			return false
		}
		if !strings.HasPrefix(f.Do, "354") && !strings.HasSuffix(f.Do, " at") && f.Do != doSlow && f.Do != doLate && f.Do != doTwice {
			return true // it was refused
		}
	} else if !d.say("354 go on") {
		return false
	}
	d.body.Reset()
	fault, is := d.p.due(atBody)
	headers := true
	for first := true; ; first = false {
		if is && d.here(fault.N%4, first, headers) {
			if !d.misbehave(fault, "") {
				return false
			}
			is = false
		}
		if d.size >= 0 && int64(d.body.Len()) == d.size {
			if f, due := d.p.due(atLast); due && !d.misbehave(f, "") {
				return false
			}
		}
		line, err := d.r.ReadString('\n')
		if err != nil {
			return false // no dot: RFC 5321, 4.1.1.4
		}
		if line == ".\r\n" {
			break
		}
		if line == "\r\n" {
			headers = false
		}
		d.body.WriteString(strings.TrimPrefix(line, "."))
	}
	return d.dot()
}

// here tells whether a place of the body is reached: before its first byte, in its headers, where they end, in its text.
func (d *smtpDialogue) here(place int, first, headers bool) bool {
	switch place {
	case 0:
		return first
	case 1:
		return !first && headers
	case 2:
		return !headers
	}
	return !headers && d.size >= 0 && int64(d.body.Len()) > d.size*2/3
}

func (d *smtpDialogue) dot() bool {
	if f, is := d.p.due(atDot); is {
		if !d.misbehave(f, "") {
			return false
		}
		if f.Do != doLate {
			return true // refused, or nothing that can be understood
		}
	}
	if d.refuse {
		return d.say("554 5.7.1 refused in the end")
	}
	if !d.p.take(d) {
		return false
	}
	if !d.at(atTaken, "250 2.0.0 Ok: queued as Q1") {
		return false
	}
	if f, is := d.p.due(atAnswer); is {
		return d.misbehave(f, "")
	}
	return true
}

// at gives the right answer, or does what is planned. It is false when the connection is over.
func (d *smtpDialogue) at(step, answer string) bool {
	f, is := d.p.due(step)
	if !is {
		return d.say(answer)
	}
	d.refuse = step == atRcpt
	if !d.misbehave(f, answer) {
		return false
	}
	if f.Do == doSlow || f.Do == doLate || f.Do == doTwice {
		d.refuse = false
	}
	return true
}

// misbehave does what is planned in the place of answer, "" where none is due. It is false when the connection is over.
func (d *smtpDialogue) misbehave(f smtpFault, answer string) bool {
	if text, half := strings.CutPrefix(f.Do, "half "); half {
		_, _ = io.WriteString(d.conn, text)
		if f.N%2 == 0 {
			d.swallow()
		}
		return false
	}
	switch f.Do {
	case doCut:
		return false
	case doReset:
		d.w.end(true)
		return false
	case doStall:
		d.swallow()
		return false
	case doFull:
		time.Sleep(20 * time.Minute) // longer than anybody waits
		return false
	case doKill:
		d.p.kill()
		return false
	case doSlow:
		for _, c := range []byte(answer + "\r\n") {
			if _, err := d.conn.Write([]byte{c}); err != nil {
				return false
			}
			time.Sleep(time.Second)
		}
		return true
	case doLate:
		time.Sleep(time.Duration(20+f.N%200) * time.Second)
		return answer == "" || d.say(answer)
	case doTwice:
		return d.say(answer + "\r\n" + answer)
	case doFlood:
		for range 200_000 {
			if !d.say("250-and more") {
				break
			}
		}
		return false
	case doCutAt, doResAt, doKillAt:
		d.breakAt(f)
		return answer == "" || d.say(answer)
	case doEarly:
		d.refuse = true
		return d.say("250 2.0.0 Ok: I know how it ends")
	}
	d.refuse = d.refuse || f.Do[0] == '4' || f.Do[0] == '5' // who refuses half of it does not take the whole
	return d.say(f.Do) && !strings.HasPrefix(f.Do, "421")
}

// breakAt has the wire break after some more bytes of what the client sends: anywhere in the body, in its last bytes, or in the dot.
func (d *smtpDialogue) breakAt(f smtpFault) {
	n := int64(f.N%4000) + 1
	if d.size >= 0 && f.N%2 == 0 {
		n = max(1, d.size-int64(d.body.Len())-4+int64(f.N/2%12)) // around the last CRLF and the dot
	}
	d.w.breakAfter(fromClient, n, func() {
		switch f.Do {
		case doKillAt:
			d.p.kill()
		case doResAt:
			d.w.end(true)
		default:
			d.w.end(false)
		}
	})
}

// swallow reads until the other side has enough.
func (d *smtpDialogue) swallow() { _, _ = io.Copy(io.Discard, d.w.server()) }

func (d *smtpDialogue) say(line string) bool {
	_, err := io.WriteString(d.conn, line+"\r\n")
	return err == nil
}
