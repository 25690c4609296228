package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/daemon/web"
)

const (
	// againEvery is how often the books are tried while a fault stands that passes by itself.
	againEvery = 5 * time.Second
	// patience is how long such a fault may stand before people are told: PostgreSQL may only be starting.
	patience = time.Minute
	// remindEvery is how often people are told again.
	remindEvery = time.Hour
)

// still is what standStill remembers of a fault over its tries.
type still struct {
	kind        string
	since, told time.Time
}

// standStill serves nothing but the reason why the books are not open, and returns, with the configuration to go on with, when it is worth another try:
// after a while where the fault may pass by itself, else when somebody asks for it by a reload. A daemon that exits instead is started again and again,
// and tells nobody anything.
func standStill(ctx context.Context, cfg *config.Config, d *doors, fault error, reload <-chan os.Signal, log *slog.Logger) (*config.Config, error) {
	t, now := store.TroubleOf(fault), time.Now()
	fresh := d.still.kind != t.Kind
	if fresh {
		d.still = still{kind: t.Kind, since: now}
	}
	if err := d.listen(cfg, web.Broken(t, d.still.since)); err != nil {
		return nil, errors.Join(fault, err)
	}
	if fresh {
		log.Error("waybill stands still: "+t.What, "err", fault, "help", t.Do, "api", d.api.Addr().String())
	}
	defer d.answerCommands(cfg, web.Broken(t, d.still.since))()
	// For its manager it runs: it has nothing to gain from being started anew.
	tell(log, daemon.SdNotifyReady, "STATUS=stands still: "+t.What+". "+t.Do)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go feedWatchdog(ctx, func() []string { return nil }, log)
	if (!t.Heals || now.Sub(d.still.since) >= patience) && (d.still.told.IsZero() || now.Sub(d.still.told) >= remindEvery) {
		d.still.told = now
		cryOut(ctx, cfg, t, log)
	}
	var again <-chan time.Time
	if t.Heals {
		again = time.After(againEvery)
	}
	remind := time.NewTicker(remindEvery)
	defer remind.Stop()
	for {
		select {
		case <-ctx.Done():
			tell(log, daemon.SdNotifyStopping)
			return nil, nil
		case err := <-d.failed:
			return nil, err
		case <-again:
			return cfg, nil
		case <-remind.C:
			cryOut(ctx, cfg, t, log)
		case <-reload:
			tellReloading(log)
			fresh, err := config.Load(cfg.Path)
			if err != nil {
				log.Error("the configuration was not reloaded; the old one stays in force", "err", err)
				fresh = cfg
			}
			log.Info("the database is tried again")
			d.still = still{}
			return fresh, nil
		}
	}
}

// cryOut tells people by every way that needs no books.
func cryOut(ctx context.Context, cfg *config.Config, t store.Trouble, log *slog.Logger) {
	f, err := flow.New(flow.Options{Config: cfg, Random: rand.Reader, Dialer: &net.Dialer{Timeout: 30 * time.Second}, Log: log})
	if err != nil {
		log.Error("nobody could be told", "err", err)
		return
	}
	defer f.Close()
	f.CryOut(ctx, t)
}
