package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/daemon/web"
)

// systemConfig is where the service's configuration lies.
const systemConfig = "/etc/waybill/waybill.yaml"

// configPath finds the configuration: --config, then the system's, then the one in this folder.
func (a *app) configPath() (string, error) {
	if a.config != "" {
		return a.config, nil
	}
	for _, path := range []string{systemConfig, "waybill.yaml"} {
		if _, err := os.Stat(path); err == nil || errors.Is(err, fs.ErrPermission) {
			return path, nil // what may not be read is said by who reads it
		}
	}
	return "", usage("no configuration found: neither /etc/waybill/waybill.yaml nor ./waybill.yaml is there. Make one with `waybill init DIR`, or name it with --config")
}

func (a *app) load() (*config.Config, error) {
	path, err := a.configPath()
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, usageError{err}
	}
	return cfg, nil
}

// loadAnyway gives what can be read of a configuration that is wrong, and what is wrong with it. A daemon that runs still has the one before.
func (a *app) loadAnyway() (cfg *config.Config, trouble, err error) {
	path, err := a.configPath()
	if err != nil {
		return nil, nil, err
	}
	cfg, trouble = config.Anyway(path)
	if trouble != nil {
		trouble = usageError{trouble}
	}
	if cfg == nil {
		return nil, nil, trouble
	}
	return cfg, trouble, nil
}

// socketPath is where the daemon listens for commands.
func socketPath(cfg *config.Config) string { return filepath.Join(cfg.State, "waybill.sock") }

// client speaks to the administration interface: the daemon's, or one in this process when no daemon runs.
type client struct {
	do    func(*http.Request) (*http.Response, error)
	close func()
}

// connect finds the daemon's socket; without a daemon it takes the database's lock and does the work here. What is queued then
// leaves when the daemon runs again. A configuration that is wrong, or whose secrets are not to be read by this user, hinders only who does without a daemon.
func (a *app) connect(ctx context.Context) (*client, error) {
	cfg, trouble, err := a.loadAnyway()
	if err != nil {
		return nil, err
	}
	path := socketPath(cfg)
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", path)
	}}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		_ = conn.Close()
		return &client{do: (&http.Client{Transport: transport}).Do, close: transport.CloseIdleConnections}, nil
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("the daemon's socket %s is not open to you; run this as the user waybill (sudo -u waybill waybill …)", path)
	case trouble != nil:
		return nil, trouble
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return a.offline(ctx, cfg)
	}
	return nil, fmt.Errorf("reach the daemon: %w", err)
}

// show asks the administration interface, and writes the answer as JSON or, for people, by print.
func show[T any](ctx context.Context, a *app, method, path string, query url.Values, print func(T) error) error {
	client, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer client.close()
	var answer T
	if err := client.call(ctx, method, path, query, nil, &answer); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(answer)
	}
	return print(answer)
}

func (a *app) offline(ctx context.Context, cfg *config.Config) (*client, error) {
	log := a.logger(slog.LevelWarn)
	books, err := openStore(ctx, cfg, "", log)
	if err != nil {
		return nil, err
	}
	pool := sandboxPool(log)
	f, err := flow.New(flow.Options{Store: books, Config: cfg, Reader: pool, Random: rand.Reader, Dialer: &net.Dialer{}, Log: log})
	if err != nil {
		_ = books.Close()
		return nil, err
	}
	here := &inProcess{handler: web.Admin(f)}
	return &client{
		do: here.do,
		close: func() {
			here.running.Wait()
			f.Close()
			_ = pool.Close()
			_ = books.Close()
		},
	}, nil
}

// openStore opens the books. node is this process's name in leases, "" for one of its own.
func openStore(ctx context.Context, cfg *config.Config, node string, log *slog.Logger) (*store.Store, error) {
	return openStoreAt(ctx, cfg, node, log, nil)
}

// openStoreAt opens the books with another clock; nil is this machine's.
func openStoreAt(ctx context.Context, cfg *config.Config, node string, log *slog.Logger, now func() time.Time) (*store.Store, error) {
	if err := notAsRoot(cfg.State); err != nil {
		return nil, err
	}
	o, err := storeOptions(cfg, node, log, now)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, o)
}

// storeOptions says where the books are, and makes the folders.
func storeOptions(cfg *config.Config, node string, log *slog.Logger, now func() time.Time) (o store.Options, err error) {
	o = store.Options{Path: cfg.Database.Path, Node: node, Lease: time.Duration(cfg.Database.Lease), Log: log, Now: now, Witness: filepath.Join(cfg.State, "witness"), Machine: machineID(), MarkKey: flow.MarkKey(cfg)}
	if cfg.Database.DSNFile != "" {
		if o.DSN, err = cfg.Secret(cfg.Database.DSNFile); err != nil {
			return o, usageError{err}
		}
		o.Path = ""
	} else if err := os.MkdirAll(filepath.Dir(o.Path), 0o750); err != nil {
		return o, fmt.Errorf("make the folder of the database: %w", err)
	}
	if err := os.MkdirAll(cfg.State, 0o750); err != nil {
		return o, fmt.Errorf("make the state folder: %w", err)
	}
	return o, nil
}

// sandboxPool reads in children of this very program, also after a newer one was installed in its place.
func sandboxPool(log *slog.Logger) *sandbox.Pool {
	return sandbox.New(sandbox.Options{Args: []string{childName}, Children: 2, Log: log})
}

// call asks the administration interface. body, when not nil, is sent as JSON; the answer is read into into, when not nil.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(raw)
	}
	response, err := c.send(ctx, method, path, query, reader)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("the daemon's answer cannot be read: %w", err)
	}
	return nil
}

func (c *client) send(ctx context.Context, method, path string, query url.Values, body io.Reader) (*http.Response, error) {
	address := "http://waybill" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	if request.Body == nil {
		request.Body = http.NoBody
	}
	response, err := c.do(request)
	if err != nil {
		return nil, fmt.Errorf("the daemon does not answer: %w", err)
	}
	if response.StatusCode < 400 {
		return response, nil
	}
	defer response.Body.Close()
	var problem web.Problem
	if err := json.NewDecoder(response.Body).Decode(&problem); err != nil || problem.Detail == "" {
		return nil, fmt.Errorf("the daemon answers %s", response.Status)
	}
	if response.StatusCode == http.StatusBadRequest {
		return nil, usage("%s", problem.Detail)
	}
	return nil, errors.New(problem.Detail)
}

func (a *app) logger(level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if a.logFormat == "json" {
		return slog.New(discreet{slog.NewJSONHandler(a.errs, options)})
	}
	return slog.New(discreet{slog.NewTextHandler(a.errs, options)})
}

// inProcess answers requests in this process. An answer is handed on as it is written, so that long work shows its progress here too.
type inProcess struct {
	handler http.Handler
	running sync.WaitGroup
}

func (h *inProcess) do(r *http.Request) (*http.Response, error) {
	body, out := io.Pipe()
	w := &pipeWriter{header: http.Header{}, status: http.StatusOK, out: out, begun: make(chan struct{})}
	h.running.Go(func() {
		h.handler.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		_ = out.Close()
	})
	<-w.begun
	return &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Body: body}, nil
}

// pipeWriter is the answer's side of a pipe.
type pipeWriter struct {
	header http.Header
	status int
	out    *io.PipeWriter
	once   sync.Once
	begun  chan struct{}
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status = status
		close(w.begun)
	})
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.out.Write(p)
}
