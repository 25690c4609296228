package routing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
)

// GateRule is a gate as it is configured. A channel's rule of a name stands in the place of the one for all channels.
type GateRule struct {
	Name     string
	Hold     string        // the condition under which an order is held; Off switches the gate off; empty leaves a built-in one as it is
	Say      string        // a sentence for the person; empty: the built-in one, or none
	Within   time.Duration // GateDuplicate: how far apart two orders are placed at most
	Channel  string        // in force for this channel only, or for all
	Supplier string        // in force for what this supplier ships, or for the whole order
	At       string        // where it stands: "waybill.yaml:41"
}

// Off in the place of a condition switches a gate off.
const Off = "off"

// Gates that stand without configuration. Each can be switched off or changed by its name.
const (
	GatePaid      = "paid"
	GateAddress   = "address"
	GatePostcode  = "postcode"
	GateTest      = "test"
	GateRisk      = "risk"
	GateDuplicate = "duplicate"
)

// BuiltIn is a gate that stands without configuration.
type BuiltIn struct {
	Name string
	Hold string // its condition; empty where it is no expression
	Says string // what it wants of an order, in words; what holds it where there is a condition
	Why  string // why it stands
}

// BuiltIns are the gates that stand without configuration. It is not to be changed.
func BuiltIns() []BuiltIn { return builtIns }

var builtIns = []BuiltIn{
	{GatePaid, "", "Its channel says that it is paid.", "What was not paid for must not leave. It waits without a question; `accept_unpaid` lets a channel's orders go."},
	{GateAddress, "", "The address has a name or a company, a street, a city, a country, and a postcode where the country has them.", "A carrier sends back what has no whole label, and that costs twice."},
	{GatePostcode, "", "The postcode has the form of its country.", "Digits get lost in spreadsheets (2134 for 02134) and in haste; carriers sort by them."},
	{GateTest, "test", "The shop system says that it is a test order.", "Nobody bought it."},
	{GateRisk, `risk == "high"`, "The shop system takes it for fraud.", "Goods that a stolen card paid for are lost, and the payment with them."},
	{GateDuplicate, "", "The same customer placed no order for the same goods to the same address within an hour, on whatever channel.", "A button pressed twice, or two shop systems telling the same order, must not ship twice."},
}

// duplicatesWithin is how far apart two orders of one purchase are placed at most, when nothing else is configured.
const duplicatesWithin = time.Hour

// Reason is why a gate stops an order.
type Reason struct {
	Gate  string
	Field string // JSON path in the order, "ship_to.postcode"; empty where it is about several
	Words string // a sentence or two for a person: what is wrong, the value, the gate and where it stands
}

// GateError is a mistake in a gate's rule.
type GateError struct {
	Rule GateRule
	// Err is an *ExpressionError where it is about the condition.
	Err error
}

func (e *GateError) Error() string { return fmt.Sprintf("gate %s: %v", e.Rule.Name, e.Err) }
func (e *GateError) Unwrap() error { return e.Err }

// Gates are compiled gates. They never change after NewGates and are safe for concurrent use.
type Gates struct {
	list []gate // built-in ones first, then by name
	// own has the gates of which some channel has its own rule: name and channel.
	own map[[2]string]bool
}

// gate is one rule, ready.
type gate struct {
	GateRule
	off       bool
	condition *expression
	judge     func(order.Order) []complaint // built in
	builtIn   bool
}

// NewGates compiles rules over the built-in gates. The error joins a *GateError for each that is wrong.
func NewGates(rules []GateRule) (*Gates, error) {
	var errs []error
	g := &Gates{own: map[[2]string]bool{}}
	configured := func(name string) bool {
		return slices.ContainsFunc(rules, func(r GateRule) bool { return r.Name == name && r.Channel == "" && r.Supplier == "" })
	}
	for _, b := range builtIns {
		if !configured(b.Name) {
			rules = append(slices.Clone(rules), GateRule{Name: b.Name})
		}
	}
	for _, r := range rules {
		made, err := newGate(r)
		if err != nil {
			errs = append(errs, &GateError{r, err})
			continue
		}
		if r.Channel != "" {
			g.own[[2]string{r.Name, r.Channel}] = true
		}
		g.list = append(g.list, made)
	}
	slices.SortStableFunc(g.list, func(a, b gate) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Supplier, b.Supplier))
	})
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return g, nil
}

// place puts the built-in gates before the others, in their own order.
func place(g gate) int {
	if i := slices.IndexFunc(builtIns, func(b BuiltIn) bool { return b.Name == g.Name }); i >= 0 {
		return i
	}
	return len(builtIns)
}

func newGate(r GateRule) (gate, error) {
	g := gate{GateRule: r, off: r.Hold == Off}
	i := slices.IndexFunc(builtIns, func(b BuiltIn) bool { return b.Name == r.Name })
	g.builtIn = i >= 0
	fixed := r.Name == GatePaid || r.Name == GateDuplicate
	switch {
	case g.builtIn && r.Supplier != "":
		return g, fmt.Errorf("is a built-in gate, which looks at the whole order; give the supplier's gate another name")
	case fixed && r.Hold != "" && !g.off:
		return g, &ExpressionError{1, 1, fmt.Sprintf("%s takes no condition; write off, or a gate of another name", r.Name)}
	case r.Within != 0 && r.Name != GateDuplicate:
		return g, fmt.Errorf("within is for the gate %s only", GateDuplicate)
	case !g.builtIn && r.Hold == "":
		return g, fmt.Errorf("hold is missing: the condition under which an order is held, like total > money(\"500 USD\"); built in are %s", strings.Join(builtInNames(), ", "))
	case g.off:
		return g, nil
	}
	if g.Within == 0 {
		g.Within = duplicatesWithin
	}
	condition := r.Hold
	if g.builtIn {
		condition = cmp.Or(r.Hold, builtIns[i].Hold)
		g.Say = cmp.Or(r.Say, map[string]string{GateTest: "It is a test order of the shop system.", GateRisk: "The shop system takes it for fraud."}[r.Name])
	}
	var err error
	switch {
	case condition != "":
		g.condition, err = compile(condition)
	case r.Name == GateAddress:
		g.judge = func(o order.Order) []complaint { return address(o.ShipTo) }
	case r.Name == GatePostcode:
		g.judge = func(o order.Order) []complaint { return postcodeFits(o.ShipTo) }
	}
	return g, err
}

func builtInNames() []string {
	names := make([]string, len(builtIns))
	for i, b := range builtIns {
		names[i] = b.Name
	}
	return names
}

// concerns tells whether a gate is in force for a channel.
func (g *Gates) concerns(rule *gate, channel string) bool {
	if rule.Channel != "" {
		return rule.Channel == channel
	}
	return rule.Supplier != "" || !g.own[[2]string{rule.Name, channel}]
}

// find gives the rule of a name that is in force for a channel.
func (g *Gates) find(name, channel string) *gate {
	for i := range g.list {
		if r := &g.list[i]; r.Name == name && r.Supplier == "" && g.concerns(r, channel) {
			return r
		}
	}
	return &gate{off: true}
}

// Waits tells whether a channel's orders wait until they are paid.
func (g *Gates) Waits(channel string) bool { return !g.find(GatePaid, channel).off }

// Duplicates tells how far apart two orders of one purchase are placed at most, and whether the gate stands for a channel.
func (g *Gates) Duplicates(channel string) (within time.Duration, on bool) {
	r := g.find(GateDuplicate, channel)
	return r.Within, !r.off
}

// Duplicate is the reason of the gate for duplicates. words name the other order.
func (g *Gates) Duplicate(channel, words string) Reason {
	return g.find(GateDuplicate, channel).reason(complaint{words: words})
}

// Judge tells everything that stops an order before it may be sent; nothing stops a good one. parts are who would ship it. A gate that cannot answer
// holds the order and says why. Duplicates are not judged: only who has the books can.
func (g *Gates) Judge(o order.Order, parts []Part) []Reason {
	var reasons []Reason
	facts := factsOf(o, parts)
	for i := range g.list {
		rule := &g.list[i]
		if rule.off || !g.concerns(rule, o.Channel) {
			continue
		}
		if rule.judge != nil {
			for _, c := range rule.judge(o) {
				reasons = append(reasons, rule.reason(c))
			}
			continue
		}
		if rule.condition == nil {
			continue
		}
		if rule.Supplier == "" {
			reasons = append(reasons, rule.ask(facts)...)
			continue
		}
		for _, p := range parts {
			if p.Supplier == rule.Supplier {
				reasons = append(reasons, rule.ask(facts.of(p))...)
			}
		}
	}
	return reasons
}

// ask judges an order by the gate's condition.
func (g *gate) ask(f *Facts) []Reason {
	yes, err := g.condition.holds(f)
	switch {
	case err != nil:
		return []Reason{g.reason(complaint{words: fmt.Sprintf("It could not be judged, so it is held: %v.", err)})}
	case !yes:
		return nil
	}
	c := complaint{words: g.Say}
	if g.Say == "" {
		c.words = "It is held when " + shortened(strings.Join(strings.Fields(g.condition.text), " ")) + "."
	}
	if asked := g.condition.asked(f); asked != "" {
		c.words += " Here " + asked + "."
	}
	if len(g.condition.names) == 1 {
		c.field = g.condition.names[0]
	}
	return []Reason{g.reason(c)}
}

// reason names the gate and where it stands behind what is wrong.
func (g *gate) reason(c complaint) Reason {
	at := "gate " + g.Name
	if g.Supplier != "" {
		at += " of " + g.Supplier
	}
	if g.At != "" {
		at += ", " + g.At
	}
	if g.judge != nil || g.Name == GateDuplicate {
		c.words = strings.TrimSpace(g.Say + " " + c.words) // what the shop wants to be told, before what was found
	}
	return Reason{g.Name, c.field, c.words + " (" + at + ")"}
}

// GateView is a gate as people read it.
type GateView struct {
	Name     string `json:"name"`
	State    string `json:"state"` // "on" or "off"
	BuiltIn  bool   `json:"built_in"`
	Channel  string `json:"channel,omitempty"`
	Supplier string `json:"supplier,omitempty"`
	Hold     string `json:"hold,omitempty"`   // the condition under which an order is held
	Within   string `json:"within,omitempty"` // duplicate: how far apart
	Says     string `json:"says,omitempty"`
	At       string `json:"at,omitempty"` // where it stands in the configuration
}

// List gives all gates, those that are off too.
func (g *Gates) List() []GateView {
	views := make([]GateView, 0, len(g.list))
	for _, r := range g.list {
		v := GateView{Name: r.Name, State: "on", BuiltIn: r.builtIn, Channel: r.Channel, Supplier: r.Supplier, Says: r.Say, At: r.At}
		if r.off {
			v.State = Off
		}
		if r.condition != nil {
			v.Hold = r.condition.text
		}
		if i := place(r); r.builtIn {
			v.Says = cmp.Or(r.Say, builtIns[i].Says)
		}
		if r.Name == GateDuplicate && !r.off {
			v.Within = span(r.Within)
		}
		views = append(views, v)
	}
	return views
}

// span writes a duration without its empty ends: 1h, 90m0s is 1h30m.
func span(d time.Duration) string {
	text := d.String()
	if rest, ok := strings.CutSuffix(text, "m0s"); ok {
		text = rest + "m"
	}
	if rest, ok := strings.CutSuffix(text, "h0m"); ok {
		text = rest + "h"
	}
	return text
}
