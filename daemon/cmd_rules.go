package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/daemon/web"
)

func (a *app) rulesCommand() *cobra.Command {
	c := &cobra.Command{Use: "rules", Short: "What was learned of how suppliers write", Args: cobra.NoArgs, RunE: onlyHelp,
		Long: "When you settle a message at the desk, or type what it says, waybill learns how its supplier writes: what stands in a column, what a phrase means, how\n" +
			"they write your numbers. Each rule is tried on what is kept of that supplier first, and is used only when it changes nothing that was settled otherwise."}
	c.AddCommand(a.rulesList(), a.rulesShow(), a.rulesAdd(), a.rulesSwitch("on", "Use a rule, after trying it on what is kept"), a.rulesSwitch("off", "Use a rule no more; what was booked stays"), a.rulesTry())
	return c
}

func (a *app) rulesList() *cobra.Command {
	c := &cobra.Command{
		Use: "list [SUPPLIER]", Short: "List the rules, of one supplier or of all", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "GET", "/rules", url.Values{"supplier": {strings.Join(args, "")}}, func(list []flow.RuleView) error {
				if len(list) == 0 {
					return a.say("Nothing was learned yet.")
				}
				var rows [][]string
				for _, r := range list {
					rows = append(rows, []string{fmt.Sprint(r.ID), r.Supplier, string(r.State), r.Text, r.TrialText})
				}
				return a.table([]string{"ID", "SUPPLIER", "STATE", "RULE", "TRIAL"}, rows)
			})
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) rulesShow() *cobra.Command {
	c := &cobra.Command{
		Use: "show ID", Short: "Show a rule, where it came from and what a trial found", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.oneRule(c, "GET", "/rules/"+url.PathEscape(args[0]))
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) rulesTry() *cobra.Command {
	c := &cobra.Command{
		Use: "try ID", Short: "Try a rule on what is kept of its supplier; switches nothing", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.oneRule(c, "POST", "/rules/"+url.PathEscape(args[0])+"/try")
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) oneRule(c *cobra.Command, method, path string) error {
	return show(c.Context(), a, method, path, nil, a.printRule)
}

func (a *app) printRule(r flow.RuleView) error {
	_ = a.say("%d  %s", r.ID, r.Text)
	from := r.Sentence
	if r.Exception != 0 {
		from += fmt.Sprintf(" (exception %d, item %d)", r.Exception, r.Item)
	} else if r.Item != 0 {
		from += fmt.Sprintf(" (item %d)", r.Item)
	}
	for _, line := range []struct{ name, text string }{
		{"state", fmt.Sprintf("%s, since %s by %s", r.State, when(r.ChangedAt), r.ChangedBy)}, {"kind", string(r.Kind)}, {"learned from", from},
		{"learned", fmt.Sprintf("%s, settled by %s", when(r.MadeAt), r.MadeBy)}, {"trial", r.TrialText}, {"look at", r.Warning},
	} {
		if strings.TrimSpace(line.text) != "" {
			_ = a.say("  %-14s %s", line.name, line.text)
		}
	}
	if r.Trial == nil {
		return nil
	}
	for _, x := range r.Trial.Examples {
		mark := "would change"
		if x.Wrong {
			mark = "was settled otherwise"
		}
		_ = a.say("  item %d %s:", x.Item, mark)
		_ = a.say("    without it: %s", either(x.Was))
		_ = a.say("    with it:    %s", either(x.Now))
	}
	return nil
}

func either(texts []string) string {
	if len(texts) == 0 {
		return "nothing"
	}
	return strings.Join(texts, "; ")
}

func (a *app) rulesAdd() *cobra.Command {
	c := &cobra.Command{
		Use: "add SUPPLIER KIND READS [MEANS]", Short: "Write a rule yourself", Args: cobra.RangeArgs(3, 4),
		Long: "Writes a rule; it is tried like one that was learned, and what waited for it is read again. Kinds, what they read and what they mean:\n\n" +
			"  column        a heading; order, tracking, carrier, sku, quantity, status, theirs, date, ignore, …\n" +
			"  phrase        words; shipment, acknowledgement, out_of_stock, backorder, rejection, cancellation, question or other\n" +
			"  order_number  a pattern (RE2) whose first group is your number as they write it\n" +
			"  reference     a pattern (RE2) of their own numbers\n" +
			"  carrier       a tracking number as an example, or a pattern of such numbers; the carrier\n" +
			"  sender        an address that they write from as well\n\n" +
			"waybill rules add prairie column \"Consignment\" tracking",
		RunE: func(c *cobra.Command, args []string) error {
			r := web.NewRule{Supplier: args[0], Kind: args[1], Reads: args[2]}
			if len(args) == 4 {
				r.Means = args[3]
			}
			return a.change(c, "/rules", nil, r)
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) rulesSwitch(name, short string) *cobra.Command {
	c := &cobra.Command{
		Use: name + " ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c, "/rules/"+url.PathEscape(args[0])+"/"+name, nil, nil)
		},
	}
	a.jsonFlag(c)
	return c
}
