package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"waybill/transports"
)

func (a *app) alertCommand() *cobra.Command {
	c := &cobra.Command{Use: "alert", Short: "How you are told of what cannot wait", Args: cobra.NoArgs, RunE: onlyHelp}
	test := &cobra.Command{
		Use: "test", Short: "Send a test by each way: mail, and what operator.alerts names", Args: cobra.NoArgs,
		Long: "Sends a test by each way in which you are told of what cannot wait, and says what became of it. It works whether the daemon runs or not.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			f, err := a.withoutBooks(cfg)
			if err != nil {
				return err
			}
			defer f.Close()
			failed := 0
			err = f.AlertTest(c.Context(), func(way, fact string, err error) {
				if err == nil {
					_ = a.say("%s: %s", way, fact)
					return
				}
				failed++
				fmt.Fprintf(a.errs, "%s: %s\n", printable(way), printable(err.Error()))
				if help := transports.Help(err); help != "" {
					fmt.Fprintf(a.errs, "  %s\n", printable(help))
				}
			})
			if err != nil {
				return err
			}
			if failed > 0 {
				fmt.Fprintf(a.errs, "waybill: %d way(s) do not work\n", failed)
				return errSaid
			}
			return nil
		},
	}
	c.AddCommand(test)
	return c
}
