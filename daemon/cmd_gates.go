package main

import (
	"strings"

	"github.com/spf13/cobra"

	"waybill/daemon/routing"
)

func (a *app) gatesCommand() *cobra.Command {
	c := &cobra.Command{Use: "gates", Short: "What holds an order for a person before anything is sent", Args: cobra.NoArgs, RunE: onlyHelp}
	list := &cobra.Command{
		Use: "list", Short: "List the gates of the configuration, and those that stand without it", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			f, err := a.withoutBooks(cfg)
			if err != nil {
				return err
			}
			defer f.Close()
			if a.json {
				return a.printJSON(f.Gates())
			}
			var rows [][]string
			for _, g := range f.Gates() {
				where := g.At
				if where == "" {
					where = "built in"
				}
				holds := g.Hold
				if holds == "" {
					holds = "unless: " + g.Says
				}
				rows = append(rows, []string{gateName(g), g.State, where, holds})
			}
			return a.table([]string{"GATE", "STATE", "WHERE", "HOLDS"}, rows)
		},
	}
	a.jsonFlag(list)
	c.AddCommand(list)
	return c
}

// gateName tells the gates of a channel and of a supplier from those of all.
func gateName(g routing.GateView) string {
	switch {
	case g.Channel != "":
		return g.Name + " (channel " + g.Channel + ")"
	case g.Supplier != "":
		return g.Name + " (supplier " + g.Supplier + ")"
	}
	return g.Name
}

// gatesLine names the gates in force, and those that are off.
func gatesLine(gates []routing.GateView) string {
	var on, off []string
	for _, g := range gates {
		if g.State == routing.Off {
			off = append(off, gateName(g))
		} else {
			on = append(on, gateName(g))
		}
	}
	if len(on) == 0 {
		on = []string{"none"}
	}
	line := strings.Join(on, ", ")
	if len(off) > 0 {
		line += "; off: " + strings.Join(off, ", ")
	}
	return line
}
