package http_test

import (
	"crypto/x509"
	"io"
	"log"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/http"
	"waybill/transports/transporttest"
)

// loopback lets the sender reach the test's own server.
func loopback() http.Dialer {
	return http.Dialer{Private: true}
}

func secret(t testing.TB, fill byte) http.Secret {
	t.Helper()
	s, err := http.NewSecret(slices.Repeat([]byte{fill}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// receiver is a webhook receiver over TLS that can be told to misbehave.
type receiver struct {
	t      testing.TB
	server *httptest.Server
	secret http.Secret

	stalled chan struct{}
	done    chan struct{} // closed at the end of the test: ends stalls

	mu        sync.Mutex
	open      sync.Cond // broadcast when open connections become fewer
	conns     int
	act       transporttest.Act
	delivered []transporttest.Delivery
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{t: t, act: transporttest.Accept, secret: secret(t, 7),
		stalled: make(chan struct{}, 100), done: make(chan struct{})}
	r.open.L = &r.mu
	r.server = httptest.NewUnstartedServer(nethttp.HandlerFunc(r.serve))
	r.server.Listener = &listener{r.server.Listener, r}
	r.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.server.StartTLS()
	t.Cleanup(func() { close(r.done); r.server.Close() })
	return r
}

// listener cuts or stalls connections before the TLS handshake, and counts those that are open.
type listener struct {
	net.Listener
	r *receiver
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		switch l.r.acting() {
		case transporttest.CutEarly:
			c.Close()
			continue
		case transporttest.StallEarly:
			l.r.stalled <- struct{}{}
			go func() { _, _ = io.Copy(io.Discard, c); c.Close() }()
			continue
		}
		l.r.mu.Lock()
		l.r.conns++
		l.r.mu.Unlock()
		return &counted{Conn: c, r: l.r}, nil
	}
}

type counted struct {
	net.Conn
	r    *receiver
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() {
		c.r.mu.Lock()
		c.r.conns--
		c.r.open.Broadcast()
		c.r.mu.Unlock()
	})
	return c.Conn.Close()
}

func (r *receiver) acting() transporttest.Act {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.act
}

// serve is the receiver's side of a webhook: only what is whole and verifies takes effect.
func (r *receiver) serve(w nethttp.ResponseWriter, q *nethttp.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	if err := http.Verify([]http.Secret{r.secret}, q.Header, body, time.Now(), 0); err != nil {
		nethttp.Error(w, err.Error(), nethttp.StatusUnauthorized)
		return
	}
	act := r.acting()
	switch act {
	case transporttest.RefuseForNow:
		nethttp.Error(w, "try again", nethttp.StatusServiceUnavailable)
		return
	case transporttest.RefuseForGood:
		nethttp.Error(w, "no such hook", nethttp.StatusNotFound)
		return
	case transporttest.CutUndone:
		r.cut(w)
		return
	}
	r.mu.Lock()
	r.delivered = append(r.delivered, transporttest.Delivery{Key: q.Header.Get(http.HeaderID), Body: body})
	r.mu.Unlock()
	switch act {
	case transporttest.CutDone:
		r.cut(w)
	case transporttest.StallDone:
		r.stalled <- struct{}{}
		select {
		case <-q.Context().Done():
		case <-r.done:
		}
	default:
		w.WriteHeader(nethttp.StatusNoContent)
	}
}

func (r *receiver) cut(w nethttp.ResponseWriter) {
	c, _, err := w.(nethttp.Hijacker).Hijack()
	if err != nil {
		r.t.Errorf("hijack: %v", err)
		return
	}
	c.Close()
}

func (r *receiver) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(r.server.Certificate())
	return pool
}

func (r *receiver) config() http.Config {
	return http.Config{Secrets: []http.Secret{r.secret}, Dialer: loopback(), RootCAs: r.roots()}
}

func (r *receiver) Acts() []transporttest.Act {
	return []transporttest.Act{transporttest.RefuseForNow, transporttest.RefuseForGood, transporttest.CutEarly, transporttest.CutUndone,
		transporttest.CutDone, transporttest.StallEarly, transporttest.StallDone}
}

func (r *receiver) Set(a transporttest.Act) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.act = a
}

func (r *receiver) Stalled() <-chan struct{} { return r.stalled }

func (r *receiver) Message(key, text string) transports.Message {
	return transports.Message{Key: key, To: []string{r.server.URL + "/hook"}, Body: []byte(`{"text":"` + text + `"}`)}
}

func (r *receiver) Open(t *testing.T) transports.Sender {
	s, err := http.New(r.config())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (r *receiver) Delivered(*testing.T) []transporttest.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.conns > 0 {
		r.open.Wait()
	}
	return slices.Clone(r.delivered)
}

func TestSender(t *testing.T) {
	transporttest.TestSender(t, func(t *testing.T) transporttest.SenderPeer { return newReceiver(t) })
}
