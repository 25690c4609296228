package rig

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
)

// newOrders are those of one life, and what else a person does in it; all of it where a certain step is to be met.
func (c *crash) newOrders(i int, everything bool) {
	prefixes := []string{"PS", "HG", "QT", "CW"}
	for k := range 2 {
		c.number++
		lines := []orderLine{{prefixes[c.number%4] + "-1", 1 + c.draw(3)}}
		if c.draw(4) == 0 {
			lines = append(lines, orderLine{prefixes[(c.number+1)%4] + "-2", 1})
		}
		channel := []string{"shop", "market"}[k]
		s := c.sell(channel, fmt.Sprint(c.number), lines...)
		if channel == "shop" && (everything || c.draw(6) == 0) { // a gate holds it: a person releases it
			c.mu.Lock()
			s.text, s.gated = strings.Replace(s.text, `"postcode":"62704"`, `"postcode":"ABC"`, 1), true
			c.mu.Unlock()
		}
	}
	does := c.draw(6)
	if everything || does == 0 {
		c.extras = append(c.extras, func(l *life) { c.cancelOne(l) })
	}
	if everything || does == 1 {
		c.extras = append(c.extras, func(l *life) { _ = l.call("POST", "/pause?supplier=prairie-supply", nil, nil) }, c.resume)
	}
	if everything || does == 2 {
		c.extras = append(c.extras, func(l *life) { l.signal(syscall.SIGHUP) })
	}
	if everything || does == 3 {
		c.extras = append(c.extras, func(l *life) {
			_ = l.call("POST", "/backup?path="+filepath.Join(c.dir, fmt.Sprintf("backup-%d", i)), nil, nil)
		})
	}
}

// resume ends a pause, if need be in the next life.
func (c *crash) resume(l *life) {
	if l.call("POST", "/resume?supplier=prairie-supply", nil, nil) != nil {
		c.extras = append(c.extras, c.resume)
	}
}

// cancelOne cancels the latest order that the daemon has accepted.
func (c *crash) cancelOne(l *life) {
	c.mu.Lock()
	var s *sale
	for _, each := range c.sales {
		if each.accepted && !each.cancelled && (s == nil || each.number > s.number) {
			s = each
		}
	}
	if s == nil {
		c.mu.Unlock()
		return
	}
	s.cancelled = true // whether or not an answer comes
	c.mu.Unlock()
	err := l.cancel(s.number)
	c.say("order %s is cancelled: %v", s.number, err)
}
