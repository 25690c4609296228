package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/transports"
	"waybill/transports/sftp"
)

func (a *app) checkCommand() *cobra.Command {
	var connect, schema, accept bool
	c := &cobra.Command{
		Use: "check", Short: "Check the configuration and templates; --connect also logs in to every server", Args: cobra.NoArgs,
		Long: "Checks the configuration and the templates, and tells everything that is wrong at once. With --connect it also logs in to every server and\n" +
			"says what it may do there. An SFTP server's host key that is not known yet is shown to you, and noted when you confirm it.",
		RunE: func(c *cobra.Command, _ []string) error {
			if schema {
				_, err := a.out.Write(config.Schema())
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			for _, w := range cfg.Warnings {
				fmt.Fprintf(a.errs, "warning: %v\n", w)
			}
			for _, text := range cfg.Advice() {
				fmt.Fprintf(a.errs, "warning: %s\n", text)
			}
			f, err := a.withoutBooks(cfg)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := a.say("%s is in order: %d mailboxes, %d channels, %d suppliers.", cfg.Path, len(cfg.Mailboxes), len(cfg.Channels), len(cfg.Suppliers)); err != nil {
				return err
			}
			if err := a.say("Gates: %s.", gatesLine(f.Gates())); err != nil || !connect {
				return err
			}
			return a.checkConnect(c.Context(), f, "", accept)
		},
	}
	c.Flags().BoolVar(&connect, "connect", false, "log in to every server")
	c.Flags().BoolVar(&accept, "accept-host-keys", false, "note host keys that are not known yet without asking")
	c.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration, for editors")
	return c
}

func (a *app) supplierTest() *cobra.Command {
	var accept bool
	c := &cobra.Command{
		Use: "test SUPPLIER", Short: "Log in to the servers by which a supplier is reached", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if _, ok := cfg.Suppliers[args[0]]; !ok {
				return usageError{&flow.NameError{Kind: "supplier", Name: args[0], Known: strings.Join(slices.Sorted(maps.Keys(cfg.Suppliers)), ", ")}}
			}
			f, err := a.withoutBooks(cfg)
			if err != nil {
				return err
			}
			defer f.Close()
			return a.checkConnect(c.Context(), f, args[0], accept)
		},
	}
	c.Flags().BoolVar(&accept, "accept-host-keys", false, "note host keys that are not known yet without asking")
	return c
}

// checkConnect logs in everywhere and says what each server said. A host key that was confirmed is tried at once.
func (a *app) checkConnect(ctx context.Context, f *flow.Flow, supplier string, accept bool) error {
	failed := 0
	pinned := false
	tokens := f.Check(ctx, supplier, func(account, fact string, err error) {
		if err == nil {
			_ = a.say("%s: %s", account, fact)
			return
		}
		var unknown *sftp.HostKeyError
		if errors.As(err, &unknown) && len(unknown.Pinned) == 0 && a.confirmHostKey(unknown, accept) {
			file, err := flow.PinHostKey(f.Config(), unknown.Address, unknown.Line)
			if err == nil {
				pinned = true
				_ = a.say("%s: the host key %s is noted in %s", account, unknown.Fingerprint, file)
				return
			}
			fmt.Fprintf(a.errs, "the host key could not be noted: %v\n", err)
		}
		failed++
		fmt.Fprintf(a.errs, "%s: %s\n", printable(account), printable(err.Error()))
		if help := transports.Help(err); help != "" {
			fmt.Fprintf(a.errs, "  %s\n", printable(help))
		}
	})
	if pinned {
		again, err := flow.New(flow.Options{Config: f.Config(), Random: rand.Reader, Dialer: &net.Dialer{}, Log: a.logger(slog.LevelError)})
		if err != nil {
			return err
		}
		defer again.Close()
		return a.checkConnect(ctx, again, supplier, false)
	}
	if failed += a.tryLogins(ctx, tokens); failed > 0 {
		fmt.Fprintf(a.errs, "waybill: %d account(s) do not work\n", failed)
		return errSaid
	}
	return nil
}

func (a *app) confirmHostKey(e *sftp.HostKeyError, accept bool) bool {
	if accept {
		return true
	}
	if !isTerminal(a.in) {
		return false
	}
	fmt.Fprintf(a.errs, "%s shows the host key %s. Compare it with what the supplier tells you. Is it theirs? [y/N] ", e.Address, e.Fingerprint)
	var reply string
	_, err := fmt.Fscanln(a.in, &reply)
	return err == nil && strings.EqualFold(reply, "y")
}

// withoutBooks makes a flow for what a configuration can answer by itself: nothing is stored or read. It is to be closed.
func (a *app) withoutBooks(cfg *config.Config) (*flow.Flow, error) {
	f, err := flow.New(flow.Options{Config: cfg, Random: rand.Reader, Dialer: &net.Dialer{}, Log: a.logger(slog.LevelError)})
	if err != nil {
		return nil, usageError{err}
	}
	return f, nil
}
