package config

import (
	"cmp"
	"time"
)

// Modes: what is due goes out, or is only shown to the owner.
const (
	Shadow = "shadow"
	Live   = "live"
)

// startForms are how the moment of the start may be written; those without a zone are in the shop's.
var startForms = []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02"}

func (k *checker) start() {
	text := k.c.StartAt
	if text == "" {
		return
	}
	zone, err := time.LoadLocation(cmp.Or(k.c.Shop.Timezone, "UTC"))
	if err != nil {
		return // the time zone is wrong, which is said already
	}
	for _, form := range startForms {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			k.c.Start = t
			return
		}
	}
	k.bad(path{"start_at"}, "is %q; expected a moment like 2026-03-01T09:00:00Z, or a date like 2026-03-01", text)
}

func (k *checker) sending(p path) {
	s := k.c.Sending
	k.atLeast(p.then("first_orders"), s.FirstOrders, 0)
	k.atLeast(p.then("per_supplier"), s.PerSupplier, 0)
	k.atLeast(p.then("total"), s.Total, 0)
}

// shadow wants somebody whom the orders go to instead: else nobody would ever see them.
func (k *checker) shadow(p path, mode string) {
	if k.whole && mode == Shadow && len(k.c.Operator.To) == 0 {
		k.bad(p, "is shadow, and operator.to is empty: expected the address that gets the orders in place of the suppliers")
	}
}

// firstDay fills in what waybill.yaml says for every supplier.
func (k *checker) firstDay(s *Supplier) {
	k.shadow(path{"mode"}, s.Mode)
	s.Mode = cmp.Or(s.Mode, k.c.Mode)
	if s.First == nil {
		s.First = &k.c.Sending.FirstOrders
	}
	k.atLeast(path{"first_orders"}, *s.First, 0)
	if s.Send.Cap == nil {
		s.Send.Cap = &k.c.Sending.PerSupplier
	}
	k.atLeast(path{"send", "cap"}, *s.Send.Cap, 0)
	for name, most := range map[string]*int{"apply_per_hour": s.Rules.ApplyPerHour, "apply_per_day": s.Rules.ApplyPerDay} {
		if most != nil {
			k.atLeast(path{"rules", name}, *most, 0)
		}
	}
	if s.Send.Delay == nil {
		s.Send.Delay = &k.c.Sending.Delay
	}
}

// Shadowed tells whether an order of this channel at this supplier is only shown to the owner. What the configuration does not know (any more)
// counts as the whole shop does.
func (c *Config) Shadowed(channel, supplier string) bool {
	if c.Channels[channel].Mode == Shadow {
		return true
	}
	if s, ok := c.Suppliers[supplier]; ok {
		return cmp.Or(s.Mode, c.Mode) == Shadow
	}
	return c.Mode == Shadow
}

// AllShadow tells that nothing at all may go out: no supplier is live, or no channel.
func (c *Config) AllShadow() bool {
	live, channels := len(c.Suppliers) == 0 && c.Mode != Shadow, 0
	for _, s := range c.Suppliers {
		live = live || cmp.Or(s.Mode, c.Mode) != Shadow
	}
	for _, ch := range c.Channels {
		if ch.Mode == Shadow {
			channels++
		}
	}
	return !live || len(c.Channels) > 0 && channels == len(c.Channels)
}

// AnyShadow tells that something is only shown to the owner.
func (c *Config) AnyShadow() bool {
	is := c.Mode == Shadow
	for _, s := range c.Suppliers {
		is = is || s.Mode == Shadow
	}
	for _, ch := range c.Channels {
		is = is || ch.Mode == Shadow
	}
	return is
}
