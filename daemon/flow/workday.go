package flow

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
)

// weekdays are the days as the configuration writes them.
var weekdays = map[string]time.Weekday{"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
	"fri": time.Friday, "sat": time.Saturday}

// calendarOf makes the calendar of people who work so.
func calendarOf(c config.Working, zone *time.Location) (calendar.Calendar, error) {
	cal := calendar.Calendar{Zone: zone, Holidays: map[calendar.Date]bool{}, Short: map[calendar.Date]calendar.Hours{}}
	var err error
	if c.Hours != "" {
		if cal.Hours, err = calendar.ParseHours(c.Hours); err != nil {
			return cal, fmt.Errorf("working.hours: %w", err)
		}
	}
	if len(c.Days) > 0 {
		cal.Free = map[time.Weekday]bool{}
		for _, day := range weekdays {
			cal.Free[day] = true
		}
		for _, name := range c.Days {
			delete(cal.Free, weekdays[name])
		}
	}
	for _, region := range c.Holidays {
		public := calendar.Public(region)
		if public == nil {
			return cal, fmt.Errorf("working.holidays: there are no rules for %q; there are some for %s", region, strings.Join(calendar.Regions(), " "))
		}
		cal.Public = append(cal.Public, public)
	}
	for _, text := range c.Closed {
		from, to, isRange := strings.Cut(text, "..")
		if !isRange {
			to = from
		}
		first, err := calendar.ParseDate(from)
		if err != nil {
			return cal, fmt.Errorf("working.closed: %w", err)
		}
		last, err := calendar.ParseDate(to)
		if err != nil {
			return cal, fmt.Errorf("working.closed: %w", err)
		}
		for d := first; !last.Before(d); d = d.Add(1) {
			cal.Holidays[d] = true
		}
	}
	for text, hours := range c.Short {
		day, err := calendar.ParseDate(text)
		if err != nil {
			return cal, fmt.Errorf("working.short: %w", err)
		}
		if cal.Short[day], err = calendar.ParseHours(hours); err != nil {
			return cal, fmt.Errorf("working.short: %w", err)
		}
	}
	return cal, nil
}

// buildCalendars makes the calendars of the shop and of every supplier.
func (w *world) buildCalendars() (err error) {
	if w.works, err = calendarOf(w.cfg.Shop.Working, w.zone); err != nil {
		return fmt.Errorf("%s: shop.%w", w.cfg.Path, err)
	}
	w.calendars = map[string]calendar.Calendar{}
	for _, slug := range sorted(w.cfg.Suppliers) {
		s := w.cfg.Suppliers[slug]
		working := w.cfg.Shop.Working
		if s.Working != nil {
			working = *s.Working
		}
		if w.calendars[slug], err = calendarOf(working, w.zoneOf(s)); err != nil {
			return fmt.Errorf("%s: %w", s.File, err)
		}
	}
	return nil
}

// calendarOf is when a supplier works.
func (w *world) calendarOf(s config.Supplier) calendar.Calendar {
	if c, ok := w.calendars[s.Slug]; ok {
		return c
	}
	return calendar.Calendar{Zone: w.zoneOf(s)}
}
