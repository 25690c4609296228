package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/config"
)

func (a *app) initCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "init DIR", Short: "Write a commented configuration to start from", Args: cobra.ExactArgs(1),
		Long: "Asks a few questions and writes a complete, commented configuration into DIR: your mailbox, one supplier by email, and everything else as a\n" +
			"comment that says what it is for. Files that are there already are never overwritten.",
		RunE: func(c *cobra.Command, args []string) error {
			// The questions are answered by hand: nobody should do that for nothing.
			path := filepath.Join(args[0], "waybill.yaml")
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s is there already; nothing was written. Take another folder, or move it away", path)
			}
			lines := bufio.NewReader(a.in)
			answers, err := config.Ask(func(question, otherwise string) (string, error) {
				if yes || !isTerminal(a.in) {
					return otherwise, nil
				}
				fmt.Fprintf(a.errs, "%s [%s]: ", question, otherwise)
				text, err := lines.ReadString('\n')
				if errors.Is(err, io.EOF) {
					err = nil
				}
				return text, err
			})
			if err != nil {
				return err
			}
			files, err := config.Example(answers, time.Now())
			if err != nil {
				return err
			}
			if err := config.Write(args[0], files); err != nil {
				return err
			}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				_ = a.say("wrote %s", filepath.Join(args[0], name))
			}
			check, start := "waybill check --connect --config "+path, "waybill serve --config "+path
			if path == systemConfig {
				check, start = "waybill check --connect", "systemctl enable --now waybill"
			}
			for _, line := range []string{"", "Next:", "  1. put the mailbox's password into " + filepath.Join(args[0], config.MailPassword),
				"  2. " + check, "  3. " + start,
				"Nothing goes to a supplier yet: mode is shadow, and orders come to you. How to go live: docs/first-day.md"} {
				_ = a.say("%s", line)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "ask nothing, take the examples")
	return c
}
