package rig

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// TestSMTPFaults sends purchase orders through an SMTP server that does, once each, everything wrong that can be done at each step of the dialogue, and kills
// the daemon there as well. In the end each purchase order was delivered once, byte for byte as it was stored, or was held and on the desk within a minute; what a
// person had sent again says so; and a doubt ends by itself when our own copy comes to the archive, by no forged or repeated one.
// `make smtpfaults N=10000 SEED=1` runs as many as wanted.
func TestSMTPFaults(t *testing.T) {
	run := openFaultRun(t, 200)
	var names []string
	for _, f := range smtpFaults() {
		names = append(names, f.String())
	}
	run.worlds(t, func(t *testing.T, seed uint64) {
		synctest.Test(t, func(t *testing.T) { smtpWorld(t, run, seed) })
	})
	run.report(t, names)
}

const smtpConfigText = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR/flags
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    plus_addresses: PLUS
ARCHIVE    smtp: {host: 127.0.0.1, port: 25, SECURE, connections: CONNECTIONS}
operator: {to: [], digest: []}
channels:
  shop: {}
gates: {duplicate: off}
`

// smtpRun is one world of the rig.
type smtpRun struct {
	*sendWorld
	peer    *smtpPeer
	archive bool
}

func smtpWorld(t *testing.T, run *faultRun, seed uint64) {
	ca := transporttest.NewAuthority(t) // here, so that it is valid in the bubble's time
	pem := ca.Issue(t, time.Now().Add(47*time.Hour), "127.0.0.1")
	cert, err := tls.X509KeyPair(pem.Chain, pem.Key)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 0x57))
	secure := []string{"none", "starttls", "implicit"}[r.IntN(3)]
	p := &smtpPeer{r: rand.New(rand.NewPCG(seed, 0x9E)), secure: secure, auth: secure != "none" && r.IntN(3) > 0, pipe: r.IntN(3) > 0, done: map[string]int{}, killed: make(chan struct{}, 1),
		tls: &tls.Config{Certificates: []tls.Certificate{cert}}}
	all := slices.DeleteFunc(smtpFaults(), func(f smtpFault) bool {
		return (f.At == atStartTLS && secure != "starttls") || f.At == atHandshake && secure == "none" || f.At == atAuth && !p.auth
	})
	for _, i := range r.Perm(len(all))[:40] {
		f := all[i]
		f.N = r.IntN(1 << 20)
		p.plan = append(p.plan, f)
	}
	words := "tls: " + secure
	if p.auth {
		words += ", password_file: password"
	}
	if secure != "none" {
		words += ", ca_file: " + ca.File
	}
	s := &smtpRun{peer: p, archive: r.IntN(2) == 0}
	archive := ""
	if s.archive {
		archive = "    archive: archive@lantern-lane.example\n"
	}
	room := []int{600, 4096, 64 << 10}[r.IntN(3)]
	s.sendWorld = openSendWorld(t, seed, map[string]string{
		"waybill.yaml": strings.NewReplacer("SECURE", words, "ARCHIVE", archive, "PLUS", fmt.Sprint(r.IntN(2) == 0), "CONNECTIONS", fmt.Sprint(1+r.IntN(3))).Replace(smtpConfigText),
		"password":     "correct horse", "suppliers/prairie.yaml": "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\n"},
		func() *wires { return &wires{room: room, serve: p.serve} })
	s.killed, s.thaw = p.killed, p.thaw
	defer s.end()
	for batch := 0; batch < 8 && p.left() > 0; batch++ {
		for range 8 {
			s.order()
		}
		s.rest(4 * time.Hour)
	}
	p.mu.Lock()
	p.plan = nil // from here on the server is a good one
	p.mu.Unlock()
	s.refused()
	s.rest(12 * time.Hour)
	s.doubts()
	s.rest(12 * time.Hour)
	s.count(run)
	s.verify()
	run.add(s.sendWorld, p.done)
}

// arrivedAs finds the delivery of a message, byte for byte.
func (s *smtpRun) arrivedAs(row store.DispatchRow) *delivery {
	for _, d := range s.peer.all() {
		if bytes.Equal(d.raw, row.Message.Body) {
			return &d
		}
	}
	return nil
}

// doubts is what happens to what is held: evidence comes by itself, lies are told, the supplier answers, or a person asks them.
func (s *smtpRun) doubts() {
	for _, x := range s.desk(flow.SendUnsure, true) {
		row := s.dispatch(x.Dispatch)
		if row.State != order.DispatchUnsure {
			s.t.Errorf("on the desk as a doubt is a message that is %s", row.State)
		}
		number, there := s.poNumber(row), s.arrivedAs(row)
		s.lies(row)
		if got := s.dispatch(row.ID); got.State != order.DispatchUnsure {
			s.t.Errorf("a forged or repeated copy settled the doubt about %s: it is %s", number, got.State)
			continue
		}
		switch how := s.r.IntN(4); {
		case there != nil && s.archive && how < 2:
			s.comes(there.raw, "Return-Path: <orders@lantern-lane.example>\r\nReceived: from peer.example by mail.example; Sat, 1 Jan 2000 00:00:00 +0000\r\n", "INBOX")
			s.wantSent(row, "our own copy in the archive")
		case there != nil && how == 2:
			s.comes([]byte("From: post@prairie.example\r\nTo: orders@lantern-lane.example\r\nSubject: Re: "+there.subject+"\r\nMessage-ID: <answer-"+number+"@prairie.example>\r\nIn-Reply-To: <"+there.id+
				">\r\n\r\nThank you, we have received your order "+number+".\r\n"), "", "INBOX")
			s.wantSent(row, "the supplier's answer")
		case there != nil && how == 3:
			s.settle(x, flow.ActArrived)
		default: // a person has it sent again: also where the supplier has it, who is told so
			s.resend(x)
		}
	}
}

func (s *smtpRun) comes(raw []byte, above, folder string) {
	raw = append([]byte(above), raw...)
	s.item(transports.Item{Source: "inbox:orders/" + folder, Key: fmt.Sprint("1:", s.r.Uint64()), Raw: raw, Size: int64(len(raw))})
}

func (s *smtpRun) wantSent(row store.DispatchRow, why string) {
	if got := s.dispatch(row.ID); got.State != order.DispatchSent {
		s.t.Errorf("%s did not settle the doubt: the message is %s", why, got.State)
	}
}

// lies are mails that look like our own copy and prove nothing: whoever has seen a Message-ID can write them, and copies of other messages come late.
func (s *smtpRun) lies(row store.DispatchRow) {
	id := row.Message.Key
	forged := "From: orders@lantern-lane.example\r\nTo: post@prairie.example\r\nSubject: Purchase order\r\nMessage-ID: <" + id + ">\r\nDate: Sat, 01 Jan 2000 00:00:00 +0000\r\n\r\nAs ordered.\r\n"
	s.comes([]byte(forged), "", "INBOX")
	s.comes([]byte(forged), "X-Waybill-Message-ID: <"+id+">\r\n", "INBOX")
	for _, d := range s.peer.all() { // a copy of another message, under this one's Message-ID
		if d.id != "" && d.id != id {
			s.comes(bytes.Replace(d.raw, []byte(d.id), []byte(id), 1), "", "INBOX")
			break
		}
	}
	if row.Resends != 0 { // the copy of the first, when the repeat is in doubt
		if first := s.dispatch(row.Resends); !bytes.Equal(first.Message.Body, row.Message.Body) {
			s.comes(first.Message.Body, "Return-Path: <orders@lantern-lane.example>\r\n", "INBOX")
		}
	}
}

// count holds what the server took against what was ordered.
func (s *smtpRun) count(run *faultRun) {
	rows := s.rows()
	byPO := map[string][]delivery{}
	for _, d := range s.peer.all() {
		if d.po == "" {
			s.t.Errorf("a mail about nothing: %q", d.subject)
			continue
		}
		byPO[d.po] = append(byPO[d.po], d)
		if !sameBytes(rows, d.raw) {
			s.t.Errorf("%s arrived with other bytes than were stored", d.po)
		}
	}
	for _, d := range s.peer.wrong {
		s.t.Errorf("the client: %s", d)
	}
	held := map[string]bool{}
	for _, x := range s.desk(flow.SendUnsure, true) {
		held[s.poNumber(s.dispatch(x.Dispatch))] = true
	}
	for n := range s.orders {
		number := fmt.Sprintf("%d-A", 1001+n)
		got := byPO[number]
		if len(got) == 0 && !held[number] {
			run.Lost++
			s.t.Errorf("%s is lost: %s", number, s.story(number))
		}
		said := 0
		for _, d := range got {
			if d.id != got[0].id {
				s.t.Errorf("%s came under two Message-IDs", number)
			}
			if strings.HasPrefix(d.subject, "Repeat of purchase order "+number) && bytes.Contains(d.raw, []byte("This repeats our earlier message")) {
				said++
			}
		}
		if said > s.again[number] {
			s.t.Errorf("%s came %d times as a repeat, and was sent again %d times", number, said, s.again[number])
		}
		if len(got)-said > 1 {
			run.Doubled++
			s.t.Errorf("%s came %d times, of which only %d say that they are a repeat", number, len(got), said)
		}
		if len(got) > 1 && len(got)-said <= 1 {
			run.Told++
		}
	}
}
