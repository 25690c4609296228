package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/failpoint"
	"waybill/daemon/flow"
	"waybill/daemon/web"
)

// doors are where requests come in: the API for the world, which stays open while the books are closed and says why, and the socket for commands, which
// is there only with the books.
type doors struct {
	log    *slog.Logger
	failed chan error // a server ended
	api    net.Listener
	public *http.Server
	behind atomic.Pointer[http.Handler] // who answers at the API's address now
	still  still
}

func (d *doors) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*d.behind.Load()).ServeHTTP(w, r) }

// listen opens the API's address the first time, and from now on has h answer there.
func (d *doors) listen(cfg *config.Config, h http.Handler) (err error) {
	d.behind.Store(&h)
	if d.api != nil {
		return nil
	}
	if d.api, err = listenHTTP(cfg, d.log); err != nil {
		return err
	}
	d.public = web.Server(d)
	go d.serve(d.public, failpoint.Listener(d.api, "api.write"))
	return nil
}

func (d *doors) serve(s *http.Server, l net.Listener) {
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		d.failed <- err
	}
}

// open lets the world and the commands in to f.
func (d *doors) open(f *flow.Flow, metrics *web.Metrics) (admin *http.Server, err error) {
	orders := func() []string { return tokens(f.Config(), f.Config().HTTP.TokenFiles, d.log) }
	scrapers := func() []string { return tokens(f.Config(), f.Config().HTTP.MetricsTokenFiles, d.log) }
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
	admin = &http.Server{Handler: commands, ReadHeaderTimeout: 10 * time.Second}
	go d.serve(admin, failpoint.Listener(socket, "socket.write"))
	return admin, nil
}

// close lets the API finish what it answers.
func (d *doors) close(ctx context.Context) {
	if d.public != nil {
		shutDown(ctx, d.public)
		d.public = nil
	}
}
