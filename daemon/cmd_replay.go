package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/daemon/web"
)

func (a *app) replayCommand() *cobra.Command {
	var since, until, supplier string
	var dryRun bool
	c := &cobra.Command{
		Use: "replay --since DATE", Short: "Read kept messages again, and book what was missed", Args: cobra.NoArgs,
		Long: "Reads what is kept again, with today's readers and rules, and shows what differs from what was recorded. What was missed is booked through the same\n" +
			"checks as a fresh answer; nothing is booked or sent twice, and what you have settled stays. --dry-run only shows.\n\n" +
			"DATE is a day (2026-03-18, from its beginning in this machine's time zone) or a time (2026-03-18T17:00:00Z).",
		RunE: func(c *cobra.Command, _ []string) error {
			query := url.Values{"supplier": {supplier}}
			times := map[string]time.Time{}
			for name, text := range map[string]string{"since": since, "until": until} {
				if text == "" {
					continue
				}
				at, err := parseDate(text)
				if err != nil {
					return usage("--%s %q is no date like 2026-03-18, and no time like 2026-03-18T17:00:00Z", name, text)
				}
				times[name] = at
				query.Set(name, at.Format(time.RFC3339))
			}
			if end, ok := times["until"]; ok && !times["since"].Before(end) {
				return usage("--until %s is not after --since %s: nothing lies between", until, since)
			}
			if dryRun {
				query.Set("dry_run", "1")
			}
			return a.replay(c, query)
		},
	}
	c.Flags().StringVar(&since, "since", "", "from this day or time on")
	c.Flags().StringVar(&until, "until", "", "only what was kept before this day or time")
	c.Flags().StringVar(&supplier, "supplier", "", "only this supplier's")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "show the difference, write nothing")
	_ = c.MarkFlagRequired("since")
	a.jsonFlag(c)
	return c
}

func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04"} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Parse(time.RFC3339, text)
}

func (a *app) replay(c *cobra.Command, query url.Values) error {
	client, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	defer client.close()
	response, err := client.send(c.Context(), "POST", "/replay", query, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := json.NewDecoder(response.Body)
	progress := isTerminal(a.errs) && !a.json
	for n := 1; ; n++ {
		var line web.ReplayLine
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return errors.New("the replay broke off; run it again: what was booked is not booked twice")
		} else if err != nil {
			return fmt.Errorf("the replay broke off; run it again: what was booked is not booked twice: %w", err)
		}
		if progress && n%50 == 0 {
			fmt.Fprintf(a.errs, "\r%d messages …", n)
		}
		if progress && (line.Replayed == nil || line.Verdict != flow.VerdictSame) {
			fmt.Fprint(a.errs, "\r\033[K")
		}
		switch {
		case line.Broken != "":
			return errors.New(line.Broken + "; run it again: what was booked is not booked twice")
		case a.json:
			err = a.printJSON(line)
		case line.Replayed != nil:
			err = a.printReplayed(*line.Replayed)
		default:
			err = a.printTotals(*line.Totals)
		}
		if err != nil || line.Totals != nil {
			return err
		}
	}
}

// printReplayed shows what differs; what is the same is only counted.
func (a *app) printReplayed(r flow.Replayed) error {
	if r.Verdict == flow.VerdictSame {
		return nil
	}
	_ = a.say("item %d, %s, %s %q: %s", r.Item, when(r.Kept), cmp.Or(r.Supplier, "no supplier"), r.Name, cmp.Or(r.Error, string(r.Verdict)))
	for _, c := range r.Changes {
		text := string(c.Verdict)
		if c.Was != nil {
			text += ", was: " + c.Was.String()
		}
		if c.Now != nil {
			text += ", now: " + c.Now.String()
		}
		if outcome := map[string]string{"applied": "booked", "desk": "waits for you", "noted": "noted", "kept": "left as it is"}[c.Outcome]; outcome != "" {
			text += " (" + outcome + ")"
		}
		if err := a.say("  %s", text); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printTotals(t flow.ReplayTotals) error {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.Same, "the same"}, {t.New, "with something new"}, {t.Differs, "read differently"}, {t.Gone, "with something gone"}, {t.Failed, "that cannot be read"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	text := fmt.Sprintf("%d messages were read again", t.Items)
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	if t.DryRun {
		return a.say("%s. Nothing was written.", text)
	}
	return a.say("%s. %d piece(s) of news were booked, %d wait for you.", text, t.Applied, t.Desk)
}
