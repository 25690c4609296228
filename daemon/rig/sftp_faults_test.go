package rig

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/daemon/flow"
	"waybill/daemon/order"
)

// TestSFTPFaults uploads purchase orders to an SFTP server that breaks off at each operation and at any byte, is silent, refuses, lies, has no posix-rename, renames over what is there,
// and where a program takes each file the moment it has its name; and kills the daemon there. In the end each file was there once and whole, or is held and on the desk within a minute.
// `make sftpfaults N=5000 SEED=1` runs as many as wanted.
func TestSFTPFaults(t *testing.T) {
	run := openFaultRun(t, 150)
	var names []string
	for _, f := range sftpFaults() {
		names = append(names, f.String())
	}
	run.worlds(t, func(t *testing.T, seed uint64) {
		synctest.Test(t, func(t *testing.T) { sftpWorld(t, run, seed) })
	})
	run.report(t, names)
}

const sftpConfigText = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR/flags
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
operator: {to: [], digest: []}
channels:
  shop: {}
gates: {duplicate: off}
`

// sftpRun is one world of the rig.
type sftpRun struct {
	*sendWorld
	peer *sftpPeer
}

func sftpWorld(t *testing.T, run *faultRun, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0x5F))
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	host, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p := newSFTPPeer(rand.New(rand.NewPCG(seed, 0x9E)), host)
	p.posix, p.over, p.takes = r.IntN(2) == 0, r.IntN(3) == 0, r.IntN(2) == 0
	inPlace := !p.takes && r.IntN(4) == 0 // a reader could see half a file there, as the documents say
	all := sftpFaults()
	for _, i := range r.Perm(len(all))[:30] {
		f := all[i]
		f.N = r.Int64N(1 << 20)
		p.plan = append(p.plan, f)
	}
	s := &sftpRun{peer: p}
	supplier := fmt.Sprintf("name: Prairie Supply\nskus: [{prefix: PS}]\nsend: {by: sftp, path: /in, no_rename: %v, file: {name: \"po_{{.Number}}.csv\"}, sftp: {host: 127.0.0.1, username: shop, password_file: password, connections: %d, host_keys: [%q]}}\n",
		inPlace, 1+r.IntN(3), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(host.PublicKey()))))
	s.sendWorld = openSendWorld(t, seed, map[string]string{"waybill.yaml": sftpConfigText, "password": "correct horse", "suppliers/prairie.yaml": supplier},
		func() *wires { return &wires{room: 256 << 10, serve: p.serve} })
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
	p.clear()
	s.refused()
	s.rest(12 * time.Hour)
	time.Sleep(10 * time.Minute) // what can be seen over there settles doubts by itself
	s.rest(time.Hour)
	s.doubts()
	s.rest(12 * time.Hour)
	s.count(run)
	s.verify()
	run.add(s.sendWorld, p.done)
}

// doubts are what only a reader can have made: who asks the supplier knows.
func (s *sftpRun) doubts() {
	for _, x := range s.desk(flow.SendUnsure, true) {
		row := s.dispatch(x.Dispatch)
		number := s.poNumber(row)
		if row.State != order.DispatchUnsure {
			s.t.Errorf("on the desk as a doubt is a message that is %s", row.State)
		}
		there := slices.ContainsFunc(s.peer.there(), func(d delivery) bool { return d.po == number })
		if there && s.r.IntN(2) == 0 {
			s.settle(x, flow.ActArrived)
			continue
		}
		s.resend(x)
	}
}

// count holds what arrived against what was ordered.
func (s *sftpRun) count(run *faultRun) {
	rows := s.rows()
	byPO := map[string][]delivery{}
	for _, d := range s.peer.there() {
		byPO[d.po] = append(byPO[d.po], d)
		if !sameBytes(rows, d.raw) {
			s.t.Errorf("a reader saw %d bytes under %s that are no whole file", len(d.raw), d.id)
		}
	}
	for _, what := range s.peer.halves {
		s.t.Error(what)
	}
	held := map[string]bool{}
	for _, x := range s.desk(flow.SendUnsure, true) {
		held[s.poNumber(s.dispatch(x.Dispatch))] = true
	}
	for _, name := range s.peer.unfinished() {
		if !held[poOfFile(name)] {
			s.t.Errorf("%s was left there: %s", name, s.story(poOfFile(name)))
		}
	}
	for n := range s.orders {
		number := fmt.Sprintf("%d-A", 1001+n)
		got := byPO[number]
		switch {
		case len(got) == 0 && !held[number]:
			run.Lost++
			s.t.Errorf("%s is lost: %s", number, s.story(number))
		case len(got) > 1+s.again[number]:
			run.Doubled++
			s.t.Errorf("%s arrived %d times, and was sent again %d times: %s", number, len(got), s.again[number], s.story(number))
		case len(got) > 1:
			run.Told++
		}
		for _, d := range got {
			if d.id != got[0].id {
				s.t.Errorf("%s came under two names", number)
			}
		}
	}
}
