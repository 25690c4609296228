package rig

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"waybill/daemon/config"
)

// someone does something.
func (w *world) someone() {
	switch w.r.IntN(14) {
	case 0, 1, 2, 3, 4:
		w.order("shop")
	case 5:
		w.order("market")
	case 6, 7:
		w.again()
	case 8:
		w.cancel()
	case 9: // most often while something is under way
		if w.r.IntN(3) > 0 {
			w.order("shop")
		}
		time.Sleep(time.Duration(w.r.IntN(2500)) * time.Millisecond)
		w.crash()
		w.crashes++
		w.up()
	case 10:
		w.pause()
	case 11:
		w.reload()
	default:
		if _, err := w.person(w.life); err != nil {
			w.t.Error(err)
		}
	}
}

// order places an order; its answer may be lost, and it may be one that nobody can take.
func (w *world) order(channel string) {
	prefixes := []string{"PS", "HG", "QT", "CW"}
	w.next++
	first := w.r.IntN(4)
	lines := []orderLine{{prefixes[first] + "-1", 1 + w.r.IntN(3)}}
	if w.r.IntN(3) == 0 {
		lines = append(lines, orderLine{prefixes[(first+1+w.r.IntN(3))%4] + "-2", 1})
	}
	s := w.sell(channel, fmt.Sprint(w.next), lines...)
	if channel == "market" {
		w.say("order %s lies in the market's folder", s.number)
		w.offerFile(s)
		return
	}
	switch w.r.IntN(12) {
	case 0: // a gate holds it
		s.text, s.gated = strings.Replace(s.text, `"postcode":"62704"`, `"postcode":"ABC"`, 1), true
	case 1: // nobody can take it
		s.text = strings.Replace(s.text, `"quantity":`, `"quantity":-`, 1)
	}
	w.post(s, s.text, w.r.IntN(5) == 0)
}

// sold gives the orders of the shop's API, the oldest first.
func (w *world) sold(which func(*sale) bool) (found []*sale) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(w.sales)) {
		if s := w.sales[number]; which(s) {
			found = append(found, s)
		}
	}
	return found
}

// again delivers an order once more, as it was or with another street.
func (w *world) again() {
	all := w.sold(func(s *sale) bool { return s.channel == "shop" })
	if len(all) == 0 {
		return
	}
	s := all[w.r.IntN(len(all))]
	text := s.text
	if w.r.IntN(4) == 0 && s.accepted {
		text = strings.Replace(text, "Test Street", "Test Road", 1)
	}
	w.post(s, text, w.r.IntN(5) == 0)
}

// cancel has a person cancel an order.
func (w *world) cancel() {
	all := w.sold(func(s *sale) bool { return s.accepted && !s.cancelled })
	if len(all) == 0 {
		return
	}
	s := all[w.r.IntN(len(all))]
	row, err := w.life.FindOrder(context.Background(), s.number, s.channel)
	if err != nil {
		w.t.Error(err)
		return
	}
	w.mu.Lock()
	before, left := maps.Clone(s.got), len(s.truth.tracking)
	w.mu.Unlock()
	text, err := w.life.Cancel(context.Background(), row.ID, "desk")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.note("order %s is cancelled: %s %v", s.number, text, err)
	if err == nil {
		s.cancelled, s.before, s.shippedBefore = true, before, left > 0
		s.unsent = strings.Contains(text, "nothing had been sent")
	}
}

// pause stops or starts sending.
func (w *world) pause() {
	do := w.life.Pause
	if w.paused {
		do = w.life.Resume
	}
	w.paused = !w.paused
	w.say("sending to Prairie Supply is paused: %v", w.paused)
	if err := do(context.Background(), "prairie-supply"); err != nil {
		w.t.Error(err)
	}
}

// reload takes the configuration over anew, with another pause before an order is sent.
func (w *world) reload() {
	name := filepath.Join(w.dir, "waybill.yaml")
	raw, err := os.ReadFile(name)
	if err != nil {
		w.t.Fatal(err)
	}
	text := string(raw)
	if delays := []string{"delay: 0s", "delay: 3m"}; strings.Contains(text, delays[0]) {
		text = strings.Replace(text, delays[0], delays[1], 1)
	} else {
		text = strings.Replace(text, delays[1], delays[0], 1)
	}
	writeFile(w.t, name, text)
	cfg, err := config.Load(name)
	if err == nil {
		err = w.life.Reload(cfg)
	}
	w.say("the configuration is reloaded: %v", err)
	if err != nil {
		w.t.Error(err)
	}
}
