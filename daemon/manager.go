package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"

	"waybill/daemon/config"
)

// Here the daemon talks with its service manager (sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3)). Without one nothing of it happens.

// httpSocket is the socket's name in systemd/waybill.socket (FileDescriptorName=).
const httpSocket = "http"

// listenHTTP opens the API's address, or takes the socket that the service manager has opened: it stays open while waybill starts anew, and who comes
// meanwhile waits instead of being refused.
func listenHTTP(cfg *config.Config, log *slog.Logger) (net.Listener, error) {
	sockets, err := activation.ListenersWithNames()
	if err != nil {
		return nil, fmt.Errorf("take the service manager's socket: %w", err)
	}
	var given net.Listener
	for name, listeners := range sockets {
		for _, l := range listeners {
			if name == httpSocket && given == nil {
				given = l
				continue
			}
			log.Warn("the service manager gave a socket that waybill does not know", "name", name, "address", l.Addr().String())
			_ = l.Close()
		}
	}
	if given == nil {
		l, err := net.Listen("tcp", cfg.HTTP.Listen)
		if err != nil {
			return nil, fmt.Errorf("http.listen: %w", err)
		}
		return l, nil
	}
	if at := given.Addr().String(); at != cfg.HTTP.Listen {
		log.Warn("waybill.socket has opened another address than http.listen says; the socket's counts", "socket", at, "http.listen", cfg.HTTP.Listen)
	}
	return given, nil
}

// tell notifies the service manager.
func tell(log *slog.Logger, states ...string) {
	if _, err := daemon.SdNotify(false, strings.Join(states, "\n")); err != nil {
		log.Warn("the service manager was not notified", "err", err)
	}
}

// tellReloading: with it the manager knows when the reload began, which Type=notify-reload insists on.
func tellReloading(log *slog.Logger) {
	tell(log, daemon.SdNotifyReloading, daemon.SdNotifyMonotonicUsec())
}

// feedWatchdog tells the service manager that all is well, as often as it wants to hear it, while no loop is late. When one is, the manager hears
// nothing more and starts the daemon anew.
func feedWatchdog(ctx context.Context, lateLoops func() []string, log *slog.Logger) {
	within, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("the service manager's watchdog is not understood", "err", err)
	}
	if within == 0 {
		return
	}
	ticker := time.NewTicker(within / 3)
	defer ticker.Stop()
	told := ""
	for {
		late := strings.Join(lateLoops(), ", ")
		switch {
		case late == "":
			tell(log, daemon.SdNotifyWatchdog)
		case late != told:
			log.Error("loops were not heard of for too long: the watchdog is not fed", "loops", late)
		}
		told = late
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
