// Command waybill is the email and file gateway between a web shop and suppliers without an API.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // suppliers' time zones, also where the system has none

	"github.com/spf13/cobra"
)

// Exit codes of every command.
const (
	exitFailed = 1 // it did not work
	exitUsage  = 2 // the command line or the configuration is wrong
)

// usageError is a mistake of the person who typed the command, or in the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and gives its exit code.
func run(ctx context.Context, args []string, in *os.File, out, errs *os.File) int {
	app := &app{in: in, out: out, errs: errs}
	root := app.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSaid):
		return exitFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(errs, "waybill: %v\n", err)
		return exitUsage
	case isCobraUsage(err):
		fmt.Fprintf(errs, "waybill: %v\nTry waybill --help.\n", err)
		return exitUsage
	}
	fmt.Fprintf(errs, "waybill: %v\n", err)
	return exitFailed
}

// errSaid ends a command with exit 1 when everything was said already.
var errSaid = errors.New("it failed")

// app is what the commands share.
type app struct {
	in        *os.File
	out, errs *os.File
	config    string // --config
	logFormat string // --log-format
	json      bool   // --json, of those that have it
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "waybill",
		Short: "Sends a shop's orders to suppliers by email and file, and brings their tracking numbers back",
		Long: "waybill takes paid orders from your shop, sends each supplier its part by email or as a file, reads what they answer,\n" +
			"and tells the shop the tracking numbers. What it cannot settle waits on the desk for you.",
		SilenceUsage: true, SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.PersistentFlags().StringVar(&a.config, "config", "", "configuration file (default /etc/waybill/waybill.yaml, then ./waybill.yaml)")
	root.PersistentFlags().StringVar(&a.logFormat, "log-format", "text", "text or json")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(a.initCommand(), a.checkCommand(), a.serveCommand(), a.demoCommand(), a.tokenCommand(), a.ordersCommand(), a.suppliersCommand(), a.dispatchCommand(),
		a.shipCommand(), a.shadowCommand(), a.pauseCommand(), a.resumeCommand(), a.deskCommand(), a.loginCommand(), a.alertCommand(), a.rulesCommand(), a.replayCommand(), a.routeCommand(), a.gatesCommand(), a.parseCommand(), a.matchCommand(),
		a.statusCommand(), a.verifyCommand(), a.backupCommand(), a.restoreCommand(), a.recoverCommand(), a.eraseCommand(), a.versionCommand(), a.childCommand())
	return root
}

// onlyHelp is what a command does that is only a name for others.
func onlyHelp(c *cobra.Command, _ []string) error { return c.Help() }

// isCobraUsage recognises the errors that cobra makes of a wrong command line; it has no type for them.
func isCobraUsage(err error) bool {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "invalid argument"} {
		if len(err.Error()) >= len(start) && err.Error()[:len(start)] == start {
			return true
		}
	}
	return false
}
