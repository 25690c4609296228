package rig

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	nethttp "net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/flow"
	transporthttp "waybill/transports/http"
)

// TestHTTPFaults tells a channel of shipments by webhooks to a receiver that breaks off, is slow or silent, answers whatever there is, and takes what it then says it has not; and
// kills the daemon there. To a receiver that knows a webhook-id again each news counts once in the end; to one that does not, it comes once, or is held and on the desk within a
// minute. `make httpfaults N=5000 SEED=1` runs as many as wanted.
func TestHTTPFaults(t *testing.T) {
	run := openFaultRun(t, 150)
	var names []string
	for _, f := range httpFaults() {
		names = append(names, f.String())
	}
	run.worlds(t, func(t *testing.T, seed uint64) {
		synctest.Test(t, func(t *testing.T) { httpWorld(t, run, seed) })
	})
	run.report(t, names)
}

// httpFault is one thing that goes wrong, once. at is one of: "accept" (before anything), "head" (the header fields are here), "body" (a part of the body is), "end" (all is here and
// nothing was done with it), "taken" (it was done, the answer is due).
type httpFault struct {
	At, Do string
	N      int
}

func (f httpFault) String() string { return f.At + ": " + f.Do }

func httpFaults() (all []httpFault) {
	for _, at := range []string{"accept", "head", "body", "end", "taken"} {
		for _, do := range []string{doCut, doReset, doStall, doKill} {
			all = append(all, httpFault{At: at, Do: do})
		}
	}
	for _, at := range []string{"head", "body", "end", "taken"} { // what was taken may be denied as well
		for _, answer := range []string{"500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable\r\nRetry-After: 120", "429 Too Many Requests\r\nRetry-After: 30", "408 Request Timeout"} {
			all = append(all, httpFault{At: at, Do: answer})
		}
	}
	for _, answer := range []string{"404 Not Found", "400 Bad Request", "301 Moved Permanently\r\nLocation: https://elsewhere.example/", "401 Unauthorized", "410 Gone"} {
		all = append(all, httpFault{At: "head", Do: answer}, httpFault{At: "end", Do: answer})
	}
	for _, do := range []string{"half HTTP/1.1 20", "half HTTP/1.1 200 OK\r\nContent-Le", "half HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nso", "nonsense", doSlow, doLate, doFlood} {
		all = append(all, httpFault{At: "taken", Do: do})
	}
	return all
}

// httpPeer is a channel's receiver. It owns the truth.
type httpPeer struct {
	r      *rand.Rand
	secret transporthttp.Secret

	mu     sync.Mutex
	plan   []httpFault
	done   map[string]int
	frozen bool
	killed chan struct{}
	news   []webhookNews
	wrong  []string
}

// webhookNews is a webhook that was taken.
type webhookNews struct {
	id, po string
	body   []byte
}

func (p *httpPeer) due(at string) (f httpFault, is bool) {
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

func (p *httpPeer) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.plan)
}

func (p *httpPeer) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = false
}

func (p *httpPeer) serve(w *wire) {
	r := bufio.NewReader(w.server())
	if f, is := p.due("accept"); is {
		p.misbehave(w, f)
		return
	}
	for {
		request, err := nethttp.ReadRequest(r)
		if err != nil || !p.answer(w, request) {
			return
		}
	}
}

// answer takes one request; false ends the connection.
func (p *httpPeer) answer(w *wire, r *nethttp.Request) bool {
	if f, is := p.due("head"); is {
		p.misbehave(w, f)
		return false
	}
	var body bytes.Buffer
	if f, is := p.due("body"); is {
		_, _ = io.CopyN(&body, r.Body, r.ContentLength*int64(f.N%4)/4)
		p.misbehave(w, f)
		return false
	}
	if _, err := io.Copy(&body, r.Body); err != nil {
		return false // a request that is shorter than it said is none (RFC 9112, 8)
	}
	if f, is := p.due("end"); is {
		p.misbehave(w, f)
		return false
	}
	if !p.take(r, body.Bytes()) {
		return false
	}
	if f, is := p.due("taken"); is {
		return p.misbehave(w, f)
	}
	_, err := io.WriteString(w.server(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
	return err == nil
}

func (p *httpPeer) take(r *nethttp.Request, body []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen {
		return false
	}
	if err := transporthttp.Verify([]transporthttp.Secret{p.secret}, r.Header, body, time.Now(), time.Minute); err != nil {
		p.wrong = append(p.wrong, err.Error())
	}
	var e channel.Event
	if err := json.Unmarshal(body, &e); err != nil {
		p.wrong = append(p.wrong, err.Error())
	}
	p.news = append(p.news, webhookNews{r.Header.Get(transporthttp.HeaderID), e.Data.PurchaseOrder, bytes.Clone(body)})
	return true
}

// misbehave does what is planned; true when the connection can go on.
func (p *httpPeer) misbehave(w *wire, f httpFault) bool {
	good := "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"
	if text, half := strings.CutPrefix(f.Do, "half "); half {
		_, _ = io.WriteString(w.server(), text)
		if f.N%2 == 0 {
			_, _ = io.Copy(io.Discard, w.server())
		}
		return false
	}
	switch f.Do {
	case doCut:
	case doReset:
		w.end(true)
	case doStall:
		_, _ = io.Copy(io.Discard, w.server())
	case doKill:
		p.mu.Lock()
		if !p.frozen {
			p.frozen = true
			p.killed <- struct{}{}
		}
		p.mu.Unlock()
	case doSlow:
		for _, c := range []byte(good) {
			if _, err := w.server().Write([]byte{c}); err != nil {
				return false
			}
			time.Sleep(200 * time.Millisecond)
		}
		return true
	case doLate:
		time.Sleep(time.Duration(1+f.N%60) * time.Second)
		_, err := io.WriteString(w.server(), good)
		return err == nil
	case doFlood:
		_, _ = io.WriteString(w.server(), "HTTP/1.1 200 OK\r\n\r\n")
		for range 100_000 {
			if _, err := io.WriteString(w.server(), "and more of it\n"); err != nil {
				break
			}
		}
	case "nonsense":
		_, _ = io.WriteString(w.server(), "250 2.0.0 Ok\r\n")
	default:
		_, _ = io.WriteString(w.server(), "HTTP/1.1 "+f.Do+"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}
	return false
}

const httpConfigText = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR/flags
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
operator: {to: [], digest: []}
channels:
  shop:
    webhook: {url: "http://shop.example/news", secret_files: [secret], allow_private: true, repeats: REPEATS}
gates: {duplicate: off}
`

// httpRun is one world of the rig.
type httpRun struct {
	*sendWorld
	peer *httpPeer
	once bool // the receiver does not know a webhook-id again
}

func httpWorld(t *testing.T, run *faultRun, seed uint64) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	r := rand.New(rand.NewPCG(seed, 0x4774))
	key, err := transporthttp.ParseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	p := &httpPeer{r: rand.New(rand.NewPCG(seed, 0x9E)), secret: key, done: map[string]int{}, killed: make(chan struct{}, 1)}
	s := &httpRun{peer: p, once: r.IntN(2) == 0}
	all := httpFaults()
	for _, i := range r.Perm(len(all)) {
		f := all[i]
		f.N = r.IntN(1 << 20)
		// One that does the work, says that it will not, and does not know the repeat cannot be helped by anybody.
		if denies := f.At == "taken" && (f.Do[0] == '4' || strings.HasPrefix(f.Do, "503")); len(p.plan) < 25 && !(s.once && denies) {
			p.plan = append(p.plan, f)
		}
	}
	room := []int{300, 64 << 10}[r.IntN(2)]
	s.sendWorld = openSendWorld(t, seed, map[string]string{"waybill.yaml": strings.ReplaceAll(httpConfigText, "REPEATS", map[bool]string{true: "unknown", false: "known"}[s.once]), "secret": secret,
		"suppliers/prairie.yaml": "name: Prairie Supply\nskus: [{prefix: PS}]\nsend: {by: export}\n"},
		func() *wires { return &wires{room: room, serve: p.serve} })
	s.killed, s.thaw = p.killed, p.thaw
	defer s.end()
	for batch := 0; batch < 10 && p.left() > 0; batch++ {
		for range 6 {
			s.order()
			if _, err := s.daemon.Ship(t.Context(), flow.ShipRequest{PO: fmt.Sprintf("%d-A", 1000+s.orders), Tracking: []string{upsNumber(s.r.Uint64N(1e15))}, By: "cli"}); err != nil {
				t.Fatal(err)
			}
		}
		s.rest(6 * time.Hour)
	}
	p.mu.Lock()
	p.plan = nil // from here on the receiver is a good one
	p.mu.Unlock()
	s.refused()
	s.rest(12 * time.Hour)
	for _, x := range s.desk(flow.SendUnsure, true) {
		if there := s.times(s.poNumber(s.dispatch(x.Dispatch))) > 0; there && s.r.IntN(2) == 0 {
			s.settle(x, flow.ActArrived)
		} else {
			s.resend(x)
		}
	}
	s.rest(12 * time.Hour)
	s.count(run)
	s.verify()
	run.add(s.sendWorld, p.done)
}

func (s *httpRun) times(number string) (n int) {
	s.peer.mu.Lock()
	defer s.peer.mu.Unlock()
	for _, e := range s.peer.news {
		if e.po == number {
			n++
		}
	}
	return n
}

// count holds what the receiver took against what was shipped.
func (s *httpRun) count(run *faultRun) {
	for _, what := range s.peer.wrong {
		s.t.Error(what)
	}
	rows := s.rows()
	first := map[string]webhookNews{}
	for _, e := range s.peer.news {
		was, again := first[e.po]
		first[e.po] = e
		if again && (was.id != e.id || !bytes.Equal(was.body, e.body)) {
			s.t.Errorf("news of %s came again as other news: %s and %s", e.po, was.id, e.id)
		}
		if !sameBytes(rows, e.body) {
			s.t.Errorf("news of %s came with other bytes than were stored", e.po)
		}
	}
	held := map[string]bool{}
	for _, x := range s.desk(flow.SendUnsure, true) {
		held[s.poNumber(s.dispatch(x.Dispatch))] = true
	}
	for n := range s.orders {
		number := fmt.Sprintf("%d-A", 1001+n)
		got := s.times(number)
		switch {
		case got == 0 && !held[number]:
			run.Lost++
			s.t.Errorf("news of %s is lost: %s", number, s.story(number))
		case s.once && got > 1+s.again[number]:
			run.Doubled++
			s.t.Errorf("news of %s came %d times, and was sent again %d times: %s", number, got, s.again[number], s.story(number))
		case got > 1:
			run.Told++
		}
	}
}
