package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/transports/oauth"
)

func (a *app) loginCommand() *cobra.Command {
	var device, browser, noBrowser bool
	c := &cobra.Command{
		Use: "login MAILBOX", Short: "Log in to a Google or Microsoft mailbox (OAuth2)", Args: cobra.ExactArgs(1),
		Long: "Logs in to a mailbox that has oauth in the configuration; docs/mailboxes.md says how to set it up. By code where the provider has that for mail\n" +
			"(Microsoft): the code is typed on any machine. Else in a browser, here or on another machine: then the address of its last page, which shows\n" +
			"nothing there, is pasted here. The login is stored sealed, is in use at once, and both servers of the mailbox are tried with it.",
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			defer client.close()
			l := loginDialogue{app: a, client: client, path: "/mailboxes/" + url.PathEscape(args[0]) + "/login"}
			var ways flow.LoginWays
			if err := client.call(c.Context(), "GET", l.path, nil, nil, &ways); err != nil {
				return err
			}
			switch {
			case device || ways.Device && !browser && !noBrowser:
				return l.byCode(c.Context(), ways)
			default:
				return l.byBrowser(c.Context(), ways, browser || !noBrowser && hasBrowser())
			}
		},
	}
	c.Flags().BoolVar(&device, "device", false, "by a code that is typed on any machine")
	c.Flags().BoolVar(&browser, "browser", false, "in the browser of this machine")
	c.Flags().BoolVar(&noBrowser, "no-browser", false, "in a browser elsewhere: nothing is opened here")
	c.MarkFlagsMutuallyExclusive("device", "browser", "no-browser")
	a.jsonFlag(c)
	return c
}

// loginDialogue is one login between a person and the daemon.
type loginDialogue struct {
	*app
	client *client
	path   string
}

func (l loginDialogue) byCode(ctx context.Context, ways flow.LoginWays) error {
	var begun flow.LoginBegun
	if err := l.client.call(ctx, "POST", l.path, nil, map[string]string{}, &begun); err != nil {
		return err
	}
	l.tell("Log in as %s. On any machine, open\n  %s\nand enter the code\n  %s", ways.Address, printable(begun.URL), printable(begun.Code))
	if begun.Complete != "" {
		l.tell("or open this address, which holds the code already:\n  %s", printable(begun.Complete))
	}
	if !begun.Expires.IsZero() {
		l.tell("The code is good until %s. Waiting …", begun.Expires.Local().Format("15:04"))
	}
	done, err := l.finish(ctx, begun.ID, "")
	if err != nil {
		return err
	}
	return l.end(done)
}

// byBrowser waits for the browser to come back to this machine and for a pasted address, whichever comes first.
func (l loginDialogue) byBrowser(ctx context.Context, ways flow.LoginWays, open bool) error {
	back, err := oauth.Listen(ways.Host)
	if err != nil {
		return err
	}
	defer back.Close()
	var begun flow.LoginBegun
	if err := l.client.call(ctx, "POST", l.path, nil, map[string]string{"redirect": back.Redirect}, &begun); err != nil {
		return err
	}
	l.tell("Log in as %s. Open this address in a browser:\n  %s", ways.Address, printable(begun.URL))
	if !open || openBrowser(ctx, begun.URL) != nil {
		l.tell("On this machine the rest goes by itself. On another one the last page cannot be shown: copy its whole address, which begins with\n%s, and paste it here.", back.Redirect)
	}
	pasted := make(chan string)
	go readLines(ctx, l.in, pasted)
	for {
		var address string
		select {
		case <-ctx.Done():
			return ctx.Err()
		case address = <-back.Came:
		case address = <-pasted:
		}
		done, err := l.finish(ctx, begun.ID, address)
		if err != nil {
			return err
		}
		if done.Again == "" {
			return l.end(done)
		}
		l.tell("%s. Try again.", strings.ToUpper(done.Again[:1])+done.Again[1:])
	}
}

// tell says what a person has to do; with --json the answer alone goes to the standard output.
func (l loginDialogue) tell(format string, args ...any) { fmt.Fprintf(l.errs, format+"\n", args...) }

func (l loginDialogue) finish(ctx context.Context, id, redirected string) (done flow.LoginDone, err error) {
	err = l.client.call(ctx, "POST", l.path+"/finish", nil, map[string]string{"id": id, "redirected": redirected}, &done)
	return done, err
}

func (l loginDialogue) end(done flow.LoginDone) error {
	if l.json {
		if err := l.printJSON(done); err != nil {
			return err
		}
	} else if err := l.say("%s", done.Text); err != nil {
		return err
	}
	if failed := l.tellTried(done.Tried) > 0; failed && done.Kept {
		fmt.Fprintln(l.errs, "waybill: the new login was not taken")
		return errSaid
	} else if failed {
		fmt.Fprintln(l.errs, "waybill: the login is stored, and not everything works with it yet")
		return errSaid
	}
	return nil
}

// tellTried says what accounts said when they were tried, and how many do not work.
func (a *app) tellTried(tried []flow.AccountFact) (failed int) {
	for _, t := range tried {
		switch {
		case t.Error == "" && !a.json:
			_ = a.say("%s: %s", t.Account, t.Fact)
		case t.Error != "":
			failed++
			fmt.Fprintf(a.errs, "%s: %s\n", printable(t.Account), printable(t.Error))
			if t.Help != "" {
				fmt.Fprintf(a.errs, "  %s\n", printable(t.Help))
			}
		}
	}
	return failed
}

// tryLogins has mailboxes tried by whoever holds their tokens, the daemon or this process, and says how many do not work.
func (a *app) tryLogins(ctx context.Context, mailboxes []string) (failed int) {
	if len(mailboxes) == 0 {
		return 0
	}
	client, err := a.connect(ctx)
	if err != nil {
		fmt.Fprintf(a.errs, "the mailboxes that log in with OAuth2 were not tried: %v\n", err)
		return len(mailboxes)
	}
	defer client.close()
	for _, name := range mailboxes {
		var tried []flow.AccountFact
		if err := client.call(ctx, "POST", "/mailboxes/"+url.PathEscape(name)+"/try", nil, nil, &tried); err != nil {
			failed++
			fmt.Fprintf(a.errs, "mailbox %s: %v; a daemon that runs knows it after a reload\n", name, err)
			continue
		}
		failed += a.tellTried(tried)
	}
	return failed
}

// readLines hands over what is pasted, line by line.
func readLines(ctx context.Context, in *os.File, out chan<- string) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<10)
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			select {
			case out <- text:
			case <-ctx.Done():
				return
			}
		}
	}
}

// hasBrowser tells whether this machine has somebody in front of it.
func hasBrowser() bool {
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

func openBrowser(ctx context.Context, address string) error {
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := exec.CommandContext(limited, "xdg-open", address).Run(); err != nil {
		return errors.New("no browser could be opened here")
	}
	return nil
}
