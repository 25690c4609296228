package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/web"
)

// answersWithin is how long a pause waits for the daemon, or for the books, before it does without.
const answersWithin = time.Second

func (a *app) pauseCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "pause [SUPPLIER]", Short: "Stop sending at once, to one supplier or to all", Args: cobra.MaximumNArgs(1),
		Long: "It holds until waybill resume, also over restarts. What is on its way at this moment is stopped up to its last byte.\n\n" +
			"It also works when the daemon does not answer within a second, when the database is locked, when the disk is full and when the configuration is wrong: then by a file in the state folder, PAUSED or\n" +
			"PAUSED.SUPPLIER, which every sending looks at. Anybody who may write there can make that file by hand.",
		RunE: func(c *cobra.Command, args []string) error { return a.pause(c, strings.Join(args, "")) },
	}
	a.jsonFlag(c)
	return c
}

func (a *app) resumeCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "resume [SUPPLIER]", Short: "Send again, to one supplier or to all", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.resume(c, strings.Join(args, "")) },
	}
	a.jsonFlag(c)
	return c
}

// pause asks the daemon, and does without it where it does not answer.
func (a *app) pause(c *cobra.Command, supplier string) error {
	cfg, err := a.supplierOf(supplier)
	if err != nil {
		return err
	}
	text, err := a.askSoon(c.Context(), "/pause", supplier)
	if err != nil && cfg.Database.DSNFile != "" {
		// A daemon that hangs here is no reason for the other nodes to go on.
		if said, here := a.askWithin(c.Context(), databaseWithin, a.offlineWith(cfg), "/pause", supplier); here == nil {
			text, err = said, nil
		}
	}
	if err != nil {
		flag := flow.FlagFile(cfg.State, supplier)
		if flagged := flow.RaiseFlag(cfg.State, supplier); flagged != nil {
			return fmt.Errorf("sending could NOT be stopped: %w; and without the daemon: %w. Stop it altogether (systemctl stop waybill)", err, flagged)
		}
		leaves := "Nothing more leaves"
		if cfg.Database.DSNFile != "" {
			leaves = "Nothing more leaves THIS machine; the others over the same database go on: pause there too"
		}
		text = fmt.Sprintf("Sending is paused by the file %s, since the daemon did not do it (%v). %s; waybill resume takes the file away.", flag, err, leaves)
	}
	return a.sayDone(text)
}

// resume takes away what pause has made, whichever way it took.
func (a *app) resume(c *cobra.Command, supplier string) error {
	cfg, err := a.supplierOf(supplier)
	if err != nil {
		return err
	}
	text, err := a.askSoon(c.Context(), "/resume", supplier)
	if err == nil {
		return a.sayDone(text)
	}
	if lowered := flow.LowerFlag(cfg.State, supplier); lowered != nil {
		return errors.Join(err, lowered)
	}
	return fmt.Errorf("the file that stops sending is gone, but the daemon did not answer: what it was told to pause itself is still paused: %w", err)
}

func (a *app) supplierOf(supplier string) (*config.Config, error) {
	cfg, _, err := a.loadAnyway() // a mistake in the configuration is no reason to go on sending
	if err != nil {
		return nil, err
	}
	if _, ok := cfg.Suppliers[supplier]; supplier != "" && !ok {
		return nil, usageError{&flow.NameError{Kind: "supplier", Name: supplier, Known: strings.Join(slices.Sorted(maps.Keys(cfg.Suppliers)), ", ")}}
	}
	return cfg, nil
}

// askSoon has the daemon, or where none runs this process, do something; it gives up soon. Whatever hangs then is left behind with this process.
func (a *app) askSoon(ctx context.Context, path, supplier string) (string, error) {
	return a.askWithin(ctx, answersWithin, a.connect, path, supplier)
}

// databaseWithin is how long a pause waits for PostgreSQL when the daemon does not answer.
const databaseWithin = 5 * time.Second

// offlineWith does the work in this process, past a daemon that may run.
func (a *app) offlineWith(cfg *config.Config) func(context.Context) (*client, error) {
	return func(ctx context.Context) (*client, error) { return a.offline(ctx, cfg) }
}

func (a *app) askWithin(ctx context.Context, limit time.Duration, connect func(context.Context) (*client, error), path, supplier string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	until := time.Now().Add(limit)
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		client, err := connect(ctx)
		if err != nil {
			answers <- answer{"", err}
			return
		}
		var done web.Done
		err = client.call(ctx, "POST", path, url.Values{"supplier": {supplier}, "until": {until.Format(time.RFC3339Nano)}}, nil, &done)
		answers <- answer{done.Text, err}
		client.close()
	}()
	select {
	case got := <-answers:
		if errors.Is(got.err, context.DeadlineExceeded) || errors.Is(got.err, os.ErrDeadlineExceeded) {
			got.err = fmt.Errorf("no answer within %s", limit)
		}
		return got.text, got.err
	case <-ctx.Done():
		return "", fmt.Errorf("no answer within %s", limit)
	}
}

func (a *app) sayDone(text string) error {
	if a.json {
		return a.printJSON(web.Done{Text: text})
	}
	return a.say("%s", text)
}
