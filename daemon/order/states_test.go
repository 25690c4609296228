package order

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var accept = flag.Bool("accept", false, "write STATES.md anew")

// TestStates holds STATES.md to the tables: it is written from them, never by hand.
func TestStates(t *testing.T) {
	want := statesDocument()
	if *accept {
		if err := os.WriteFile("STATES.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("STATES.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("STATES.md is not what the tables say; `go test ./daemon/order -run States -accept` writes it, read the difference before you commit it")
	}
}

const statesHead = `# States

<!-- Made from the tables in this package and held by a test: go test ./daemon/order -run States -accept writes it. -->

Three things have states of their own: an order's intake, each dispatch, and each purchase order. They are separate, so that an answer may arrive
while the dispatch is still unsure, and one line may ship while another is out of stock. An event that is not in the table of a state is refused
and changes nothing.

`

func statesDocument() string {
	var b strings.Builder
	b.WriteString(statesHead)
	b.WriteString("## Intake of an order\n\nFrom the channel to its purchase orders. An order that is not paid waits, and one that is older than\n`start_at` is put aside; the event `order.received` says so.\n\n")
	diagram(&b, IntakeTransitions())
	matrix(&b, IntakeTransitions(), texts(intakeStates), intakeEvents)
	b.WriteString("## Dispatch\n\nAn attempt to tell somebody something. `dispatch.marked` is written before the byte after which the other side may act; from there on\n" +
		"only an answer, evidence or a person leads on, never a new attempt. Claims, marks and verdicts carry the fencing epoch of the claim.\n" +
		"What is `held` or `shadow` no sender can claim.\n\n")
	diagram(&b, DispatchTransitions())
	matrix(&b, DispatchTransitions(), texts(dispatchStates), dispatchEvents)
	b.WriteString("## Purchase order\n\nIts state follows from the quantities of its lines, the first that fits:\n\n" +
		"| state | when |\n|---|---|\n" +
		"| `cancelled` | every piece is cancelled |\n" +
		"| `shipped` | every piece is shipped or cancelled |\n" +
		"| `rejected` | the supplier refuses it, and nothing lifted that |\n" +
		"| `out_of_stock` | a piece is out of stock |\n" +
		"| `partial` | a piece is shipped |\n" +
		"| `backordered` | a piece is backordered |\n" +
		"| `acknowledged` | a piece is acknowledged |\n" +
		"| `open` | nothing of that |\n\n" +
		"What leads where, found by applying every event to purchase orders in every state:\n\n")
	moves := poMoves()
	diagram(&b, moves)
	b.WriteString("A dot says that the event is allowed in that state:\n\n")
	matrix(&b, POTransitions(), texts(poStates), poEvents)
	needsTable(&b)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// needsTable writes what news must be worth to change something.
func needsTable(b *strings.Builder) {
	b.WriteString("## What news needs\n\nWhat a supplier's news may cause by itself depends on how well it is known who brought it. From nothing to certainty, that is")
	for i, s := range Strengths() {
		fmt.Fprintf(b, "%s `%s`", map[bool]string{true: ",", false: ":"}[i > 0], s)
	}
	b.WriteString(" ([what each means](../../docs/authentication.md)).\n" +
		"Less than the least is put before a person. *By rule* says that the supplier's own rule must allow it too, that its caps are not reached, and that nothing was shipped.\n\n" +
		"| event | least | by rule | why |\n|---|---|---|---|\n")
	for _, n := range Needs() {
		fmt.Fprintf(b, "| `%s` | `%s` | %s | %s |\n", n.On, n.Least, map[bool]string{true: "yes"}[n.Rule], n.Why)
	}
}

// diagram draws a table for Mermaid, one arrow for each pair of states.
func diagram(b *strings.Builder, table []Transition) {
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	name := func(s, none string) string {
		if s == "" {
			return none
		}
		return s
	}
	type arrow struct{ from, to string }
	var arrows []arrow
	labels := map[arrow][]string{}
	for _, t := range table {
		a := arrow{name(t.From, "[*]"), name(t.To, "[*]")}
		if a.from == a.to {
			continue // stays where it is: the table below has it
		}
		if labels[a] == nil {
			arrows = append(arrows, a)
		}
		labels[a] = append(labels[a], verb(t.On))
	}
	for _, a := range arrows {
		fmt.Fprintf(b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(labels[a], ", "))
	}
	b.WriteString("```\n\n")
}

func verb(e EventKind) string {
	_, v, _ := strings.Cut(string(e), ".")
	return v
}

// matrix writes a row for each state and a column for each event.
func matrix(b *strings.Builder, table []Transition, states []string, events []EventKind) {
	b.WriteString("| in |")
	for _, e := range events {
		fmt.Fprintf(b, " %s |", verb(e))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(events)) + "\n")
	for _, s := range states {
		if s == "" {
			b.WriteString("| *new* |")
		} else {
			fmt.Fprintf(b, "| `%s` |", s)
		}
		for _, e := range events {
			var to []string
			for _, t := range table {
				if t.From == s && t.On == e {
					to = append(to, strings.ReplaceAll(t.To, Derived, "·"))
				}
			}
			fmt.Fprintf(b, " %s |", strings.Join(to, " or "))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// poMoves finds the arrows between the states of a purchase order by walking through all that two lines of one and two pieces can become.
func poMoves() []Transition {
	p, err := PurchaseOrder{Number: "1"}.Apply(Event{Kind: Placed, Lines: []LineQuantity{{"1", 1}, {"2", 2}}})
	if err != nil {
		panic(err)
	}
	moves := []Transition{{"", Placed, string(p.State())}}
	seen := map[string]bool{}
	for todo := []PurchaseOrder{p}; len(todo) > 0; todo = todo[1:] {
		from := todo[0]
		for _, e := range poEvents {
			for _, lines := range [][]LineQuantity{nil, {{"1", 1}}, {{"2", 1}}, {{"2", 2}}} {
				to, err := from.Apply(Event{Kind: e, Lines: lines})
				if err != nil {
					continue
				}
				m := Transition{string(from.State()), e, string(to.State())}
				if !slices.Contains(moves, m) {
					moves = append(moves, m)
				}
				to.Shipments = nil // how it was packed leads nowhere else
				if key := fmt.Sprint(to); !seen[key] {
					seen[key] = true
					todo = append(todo, to)
				}
			}
		}
	}
	slices.SortFunc(moves, func(a, b Transition) int {
		return (slices.Index(poStates, POState(a.From))-slices.Index(poStates, POState(b.From)))*100 +
			(slices.Index(poStates, POState(a.To))-slices.Index(poStates, POState(b.To)))*10 + slices.Index(poEvents, a.On) - slices.Index(poEvents, b.On)
	})
	return moves
}
