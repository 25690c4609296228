package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/sandbox"
)

// childName is the hidden command that reads foreign bytes in a child process.
const childName = "read-child"

func (a *app) childCommand() *cobra.Command {
	return &cobra.Command{
		Use: childName, Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return sandbox.Child(a.in, a.out) },
	}
}

func (a *app) suppliersCommand() *cobra.Command {
	c := &cobra.Command{Use: "suppliers", Short: "List suppliers, and try how they are reached", Args: cobra.NoArgs, RunE: onlyHelp}
	list := &cobra.Command{
		Use: "list", Short: "List suppliers with what is open", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return show(c.Context(), a, "GET", "/suppliers", nil, func(all []flow.SupplierView) error {
				var rows [][]string
				for _, s := range all {
					state := ""
					if s.Paused {
						state = "paused"
					}
					rows = append(rows, []string{s.Slug, s.Name, s.By + " " + s.To, fmt.Sprint(s.Open), fmt.Sprint(s.Waiting), state})
				}
				return a.table([]string{"SUPPLIER", "NAME", "SENT BY", "OPEN", "NOT SENT", ""}, rows)
			})
		},
	}
	a.jsonFlag(list)
	c.AddCommand(list, a.supplierTest())
	return c
}

func (a *app) statusCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "status", Short: "How everything is doing: accounts, queues, what waits", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return show(c.Context(), a, "GET", "/status", nil, a.printStatus)
		},
	}
	a.jsonFlag(c)
	return c
}

func (a *app) printStatus(s flow.Status) error {
	a.sayTrouble(s)
	if s.Mode != config.Live {
		_ = a.say("mode: %s (waybill shadow report)", s.Mode)
	}
	if !s.Start.IsZero() {
		_ = a.say("since: %s; what is older is put aside", when(s.Start))
	}
	for _, account := range s.Accounts {
		state := "works"
		if !account.Working {
			state = "does not work since " + when(account.Since) + ": " + account.Error
		}
		_ = a.say("%s (%s): %s", account.Title, account.Name, state)
		for _, note := range account.Notes {
			_ = a.say("  %s", note)
		}
	}
	for _, l := range s.Logins {
		_ = a.say("login of mailbox %s (%s): %s", l.Mailbox, l.Address, loginWords(l))
	}
	_ = a.say("orders: %s", counted(s.Counts.Orders))
	_ = a.say("purchase orders: %s", counted(s.Counts.POs))
	for _, lane := range slices.Sorted(maps.Keys(s.Counts.Dispatches)) {
		_ = a.say("outbox %s: %s", lane, counted(s.Counts.Dispatches[lane]))
	}
	_ = a.say("items: %s", counted(s.Counts.Items))
	_ = a.say("kept: bytes %s, personal data %s; %s", s.Retention.Raw, s.Retention.Personal, retentionWords(s.Retention))
	if s.Marks != "" {
		_ = a.say("erased orders would be taken for new ones if they came again: %s; put the file back (docs/privacy.md)", s.Marks)
	}
	for _, n := range s.Nodes {
		_ = a.say("%s", describeNode(n))
	}
	if s.Held != "" {
		_ = a.say("held: %s; nothing is sent (waybill recover)", s.Held)
	}
	if len(s.Paused) > 0 {
		_ = a.say("paused: %s", strings.ReplaceAll(strings.Join(s.Paused, ", "), "*", "everything"))
	}
	return a.say("waiting for you: %s", counted(s.Counts.Exceptions))
}

// sayTrouble says what comes before everything else.
func (a *app) sayTrouble(s flow.Status) {
	if s.Trouble != "" {
		_ = a.say("NOTHING IS TAKEN AND NOTHING IS SENT: %s.", s.Trouble)
	}
}

// retentionWords says how far the retention came.
func retentionWords(r flow.RetentionView) string {
	words := "the first pass is due"
	if !r.At.IsZero() {
		words = fmt.Sprintf("looked through %s, so far %d bodies, %d orders and %d other rows erased", when(r.At), r.Retained.Raw, r.Orders, r.Rows)
	}
	if r.Waiting > 0 {
		words += fmt.Sprintf("; %d wait until they are over", r.Waiting)
	}
	return words
}

// loginWords says how a login by OAuth2 is doing.
func loginWords(l flow.LoginState) string {
	var words string
	if l.Known && !l.Granted.IsZero() {
		words = "logged in since " + when(l.Granted) + ", renewed " + when(l.Renewed)
	}
	if l.Error != "" {
		words = strings.TrimPrefix(words+"; "+l.Error+". "+l.Help, "; ")
	}
	return printable(words)
}

// counted lists how many there are of each, by name.
func counted[K ~string](counts map[K]int) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", counts[name], strings.ReplaceAll(string(name), "_", " ")))
		}
	}
	if len(texts) == 0 {
		return "nothing"
	}
	return strings.Join(texts, ", ")
}
