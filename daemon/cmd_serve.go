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
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"waybill/daemon/config"
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

func (a *app) serve(ctx context.Context) error {
	log := a.logger(slog.LevelInfo)
	cfg, err := a.load()
	if err != nil {
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
	f, err := flow.New(flow.Options{Store: books, Config: cfg, Reader: pool, Random: rand.Reader, Dialer: &net.Dialer{Timeout: 30 * time.Second}, Log: log})
	if err != nil {
		return usageError{err}
	}
	defer f.Close()

	api, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	socket, err := listenSocket(socketPath(cfg))
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	public := web.Server(web.API(f, func() []string { return tokens(f.Config(), log) }, log))
	admin := &http.Server{Handler: web.Admin(f), ReadHeaderTimeout: 10 * time.Second}
	serveOn := func(s *http.Server, l net.Listener) {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}
	go serveOn(public, api)
	go serveOn(admin, socket)

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go a.reloads(ctx, f, log)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := f.Run(ctx); err != nil {
			failed <- err
		}
	}()
	log.Info("waybill runs", "version", version, "api", api.Addr().String(), "config", cfg.Path, "suppliers", len(cfg.Suppliers), "channels", len(cfg.Channels))
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("systemd was not notified", "err", err)
	}
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	log.Info("waybill stops")
	shutDown(ctx, public, admin)
	stop()
	<-ended
	return err
}

// shutDown lets the servers finish what they answer.
func shutDown(ctx context.Context, servers ...*http.Server) {
	_, _ = daemon.SdNotify(false, daemon.SdNotifyStopping)
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

func tokens(cfg *config.Config, log *slog.Logger) []string {
	var all []string
	for _, file := range cfg.HTTP.TokenFiles {
		token, err := cfg.Secret(file)
		if err != nil {
			log.Error("a token of http.token_files cannot be read", "file", file, "err", err)
			continue
		}
		if token != "" {
			all = append(all, token)
		}
	}
	return all
}

func (a *app) reloads(ctx context.Context, f *flow.Flow, log *slog.Logger) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		}
		cfg, err := config.Load(f.Config().Path)
		if err == nil {
			err = f.Reload(cfg)
		}
		if err != nil {
			log.Error("the configuration was not reloaded; the old one stays in force", "err", err)
		}
	}
}
