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
	"waybill/daemon/proof"
	"waybill/daemon/store"
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
	d := &doors{log: log, failed: make(chan error, 3)}
	defer d.close(ctx)
	for {
		err := a.run(ctx, cfg, d, reload, log)
		var fault *machineError
		if !errors.As(err, &fault) {
			return err
		}
		if cfg, err = standStill(ctx, cfg, d, fault.error, reload, log); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// machineError is a fault of the machine or the database: the daemon stays up to say so.
type machineError struct{ error }

func (e *machineError) Unwrap() error { return e.error }

// run opens the books and runs everything until ctx ends or something fails for good.
func (a *app) run(ctx context.Context, cfg *config.Config, d *doors, reload <-chan os.Signal, log *slog.Logger) error {
	if err := notAsRoot(cfg.State); err != nil {
		return err
	}
	node, leave, err := enterState(cfg.State)
	if errors.Is(err, errTaken) {
		return err
	}
	if err != nil {
		return &machineError{err}
	}
	defer leave()
	books, err := openStore(ctx, cfg, node, log)
	if wrong := (usageError{}); errors.As(err, &wrong) || errors.Is(err, store.ErrLocked) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		return &machineError{err}
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
		Observe: metrics.Observe, Machine: thisMachine(), Resolver: resolver})
	if err != nil {
		return usageError{err}
	}
	defer f.Close()
	metrics.Watch(f, log)
	return live(ctx, f, d, metrics, reload, log)
}

// resolver looks up who has signed mail.
func resolver(server string) proof.Resolver {
	return proof.NewDNS(server, (&net.Dialer{Timeout: 5 * time.Second}).DialContext, time.Now)
}

// live runs everything until ctx ends or something fails for good.
func live(ctx context.Context, f *flow.Flow, d *doors, metrics *web.Metrics, reload <-chan os.Signal, log *slog.Logger) (err error) {
	admin, err := d.open(f, metrics)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	started := f.Started()
	for running := true; running; {
		select {
		case <-started:
			started = nil
			d.still = still{}
			cfg := f.Config()
			log.Info("waybill runs", "version", version, "api", d.api.Addr().String(), "config", cfg.Path, "suppliers", len(cfg.Suppliers), "channels", len(cfg.Channels))
			tell(log, daemon.SdNotifyReady, "STATUS=running")
			go feedWatchdog(ctx, f.Late, log)
			go reloads(ctx, f, reload, log)
		case err = <-ended:
			running = false
			ended <- nil
		case <-ctx.Done():
			running = false
		case err = <-d.failed:
			running = false
		}
	}
	fault := err != nil && store.TroubleOf(err).Kind != store.Unknown
	if !fault {
		log.Info("waybill stops")
		tell(log, daemon.SdNotifyStopping)
		d.close(ctx)
	}
	shutDown(ctx, admin)
	stop()
	if late := <-ended; err == nil {
		err = late
	}
	if fault {
		return &machineError{err}
	}
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

// reloads takes over the configuration anew at each signal.
func reloads(ctx context.Context, f *flow.Flow, signals <-chan os.Signal, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		if ctx.Err() != nil { // both at once
			return
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
