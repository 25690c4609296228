package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"waybill/daemon/config"
	"waybill/daemon/failpoint"
	"waybill/daemon/flow"
	"waybill/daemon/web"
)

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Run the daemon", Args: cobra.NoArgs,
		Long: "Runs the daemon until it gets SIGTERM or SIGINT. SIGHUP reloads the configuration; one that is wrong is not used, and the log says why.",
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context()) },
	}
}

// stopWithin is how long a request under way may take to finish when the daemon stops.
const stopWithin = 10 * time.Second

// crashAsCrash has a fault in the program end it by a signal. Go's runtime exits with 2 otherwise, which says that the configuration is wrong and that
// starting anew is of no use. No memory is left on the disk: orders are in it.
func crashAsCrash() error {
	debug.SetTraceback("crash")
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core files: %w", err)
	}
	return nil
}

func (a *app) serve(ctx context.Context) error {
	if err := crashAsCrash(); err != nil {
		return err
	}
	log := a.logger(slog.LevelInfo)
	// From the first moment on: a signal that nobody awaits would end the process.
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := notAsRoot(cfg.State); err != nil {
		return err
	}
	node, leave, err := enterState(cfg.State)
	if err != nil {
		return err
	}
	defer leave()
	books, err := openStore(ctx, cfg, node, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := books.Close(); err != nil {
			log.Error("the database did not close", "err", err)
		}
	}()
	pool := sandboxPool(log)
	defer pool.Close()
	metrics := web.NewMetrics(version, commitOf())
	f, err := flow.New(flow.Options{Store: books, Config: cfg, Reader: pool, Random: rand.Reader, Dialer: failpoint.Dialer(&net.Dialer{Timeout: 30 * time.Second}), Log: log,
		Observe: metrics.Observe, Machine: thisMachine()})
	if err != nil {
		return usageError{err}
	}
	defer f.Close()
	metrics.Watch(f, log)

	d, err := openDoors(f, metrics, log)
	if err != nil {
		return err
	}
	return live(ctx, f, d, reload, log)
}

// doors are where requests come in: the API for the world, and the socket for commands.
type doors struct {
	api, socket   net.Listener
	public, admin *http.Server
}

func openDoors(f *flow.Flow, metrics *web.Metrics, log *slog.Logger) (d doors, err error) {
	cfg := f.Config()
	if d.api, err = listenHTTP(cfg, log); err != nil {
		return d, err
	}
	if d.socket, err = listenSocket(socketPath(cfg)); err != nil {
		return d, err
	}
	orders := func() []string { return tokens(f.Config(), f.Config().HTTP.TokenFiles, log) }
	scrapers := func() []string {
		return tokens(f.Config(), f.Config().HTTP.MetricsTokenFiles, log)
	}
	d.public = web.Server(web.WithMetrics(web.API(f, orders, log), metrics, scrapers))
	commands := http.NewServeMux()
	commands.Handle("/", web.Admin(f))
	commands.Handle("GET /metrics", metrics.Handler())
	d.admin = &http.Server{Handler: commands, ReadHeaderTimeout: 10 * time.Second}
	return d, nil
}

// live runs everything until ctx ends or something fails for good.
func live(ctx context.Context, f *flow.Flow, d doors, reload <-chan os.Signal, log *slog.Logger) (err error) {
	failed := make(chan error, 3)
	serveOn := func(s *http.Server, l net.Listener) {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}
	go serveOn(d.public, failpoint.Listener(d.api, "api.write"))
	go serveOn(d.admin, failpoint.Listener(d.socket, "socket.write"))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := f.Run(ctx); err != nil {
			failed <- err
		}
	}()
	started := f.Started()
	for running := true; running; {
		select {
		case <-started:
			started = nil
			cfg := f.Config()
			log.Info("waybill runs", "version", version, "api", d.api.Addr().String(), "config", cfg.Path, "suppliers", len(cfg.Suppliers), "channels", len(cfg.Channels))
			tell(log, daemon.SdNotifyReady)
			go feedWatchdog(ctx, f.Late, log)
			go reloads(ctx, f, reload, log)
		case <-ctx.Done():
			running = false
		case err = <-failed:
			running = false
		}
	}
	log.Info("waybill stops")
	tell(log, daemon.SdNotifyStopping)
	shutDown(ctx, d.public, d.admin)
	stop()
	<-ended
	return err
}

// shutDown lets the servers finish what they answer.
func shutDown(ctx context.Context, servers ...*http.Server) {
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	for _, s := range servers {
		_ = s.Shutdown(finish)
	}
}

// listenSocket opens the socket for commands: only waybill's user and group may use it. One that a killed daemon left behind is
// replaced; the database's lock has shown already that no other daemon runs.
func listenSocket(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("replace the old socket: %w", err)
	}
	old := syscall.Umask(0o117)
	l, err := net.Listen("unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("listen for commands: %w", err)
	}
	return l, nil
}

// tokens reads the bearer tokens of one setting of http.
func tokens(cfg *config.Config, files []string, log *slog.Logger) []string {
	var all []string
	for _, file := range files {
		token, err := cfg.Secret(file)
		if err != nil {
			log.Error("a token for http cannot be read", "file", file, "err", err)
			continue
		}
		if token != "" {
			all = append(all, token)
		}
	}
	return all
}

// reloads takes over the configuration anew at each signal.
func reloads(ctx context.Context, f *flow.Flow, signals <-chan os.Signal, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		tellReloading(log)
		cfg, err := config.Load(f.Config().Path)
		if err == nil {
			err = f.Reload(cfg)
		}
		if err != nil {
			log.Error("the configuration was not reloaded; the old one stays in force", "err", err)
		}
		tell(log, daemon.SdNotifyReady)
	}
}
