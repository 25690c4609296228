package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/failpoint"
	"waybill/daemon/flow"
	"waybill/daemon/web"
)

// doors are where requests come in: the API for the world, which stays open while the books are closed and says why, and the socket for commands, which
// does the same where it can be made.
type doors struct {
	log    *slog.Logger
	failed chan error // a server ended
	api    net.Listener
	public *http.Server
	behind atomic.Pointer[http.Handler] // who answers at the API's address now
	still  still
	config atomic.Pointer[func() *config.Config]
}

func (d *doors) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*d.behind.Load()).ServeHTTP(w, r) }

// listen opens the API's address the first time, and from now on has h answer there.
func (d *doors) listen(cfg *config.Config, h http.Handler) (err error) {
	d.behind.Store(&h)
	if d.config.Load() == nil {
		d.config.Store(new(func() *config.Config { return cfg }))
	}
	if d.api != nil {
		return nil
	}
	if d.api, err = listenHTTP(cfg, d.log); err != nil {
		return err
	}
	d.public = web.Server(gate(d.now).Around(d))
	shared := func(a netip.Addr) bool {
		return slices.ContainsFunc(d.now().HTTP.Proxies(), func(p netip.Prefix) bool { return p.Contains(a) })
	}
	go d.serve(d.public, web.Listener(failpoint.Listener(d.api, "api.write"), shared))
	return nil
}

// now is the configuration that is in force.
func (d *doors) now() *config.Config { return (*d.config.Load())() }

// gate is what every request from the world passes.
func gate(cfg func() *config.Config) web.Gate {
	return web.Gate{
		Tokens: func() []string { h := cfg().HTTP; return slices.Concat(h.Tokens, h.MetricsTokens) },
		Rules: func() web.Rules {
			h := cfg().HTTP
			return web.Rules{Proxies: h.Proxies(), PublicURL: h.PublicURL, PerToken: h.PerToken, PerAddress: h.PerAddress}
		},
	}
}

func (d *doors) serve(s *http.Server, l net.Listener) {
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		d.failed <- err
	}
}

// open lets the world and the commands in to f.
func (d *doors) open(f *flow.Flow, metrics *web.Metrics) (admin *http.Server, err error) {
	orders := func() []string { return f.Config().HTTP.Tokens }
	scrapers := func() []string { return f.Config().HTTP.MetricsTokens }
	d.config.Store(new(f.Config))
	if err := d.listen(f.Config(), web.WithMetrics(web.API(f, orders, d.log), metrics, scrapers)); err != nil {
		return nil, err
	}
	socket, err := listenSocket(socketPath(f.Config()))
	if err != nil {
		return nil, err
	}
	commands := http.NewServeMux()
	commands.Handle("/", web.Admin(f))
	commands.Handle("GET /metrics", metrics.Handler())
	admin = &http.Server{Handler: web.Local(commands), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go d.serve(admin, failpoint.Listener(socket, "socket.write"))
	return admin, nil
}

// answerCommands has h answer commands while the books are closed, so that who may not open the state folder hears the reason too, and gives what ends
// it. Where no socket can be made (a folder that can only be read), commands look at the books by themselves.
func (d *doors) answerCommands(cfg *config.Config, h http.Handler) (end func()) {
	socket, err := listenSocket(socketPath(cfg))
	if err != nil {
		return func() {}
	}
	if l, ok := socket.(*net.UnixListener); ok {
		l.SetUnlinkOnClose(false) // whose it is by then, nobody knows: a daemon that stands still holds no lock
	}
	s := &http.Server{Handler: web.Local(h), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go d.serve(s, socket)
	return func() { _ = s.Close() }
}

// close lets the API finish what it answers.
func (d *doors) close(ctx context.Context) {
	if d.public != nil {
		shutDown(ctx, d.public)
		d.public = nil
	}
}
