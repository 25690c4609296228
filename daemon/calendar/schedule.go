package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Schedule finds moments on a clock without changes: the first one after t, t and the result being what a clock on the wall
// shows, written in UTC. A cron library makes one: gronx.NextTickAfter(expression, t, false).
type Schedule func(wall time.Time) (time.Time, error)

// ErrNever is returned for a schedule whose next moment does not come.
var ErrNever = errors.New("the schedule has no next moment")

// Next is the first moment of a schedule after now, in a zone. Every time of day in the schedule comes once a day: where
// clocks go back, the second showing is not counted again; where they jump, skipped times fall on the moment of the jump, all
// together.
func Next(now time.Time, zone *time.Location, schedule Schedule) (time.Time, error) {
	wall := wallOf(now.In(zone))
	// On the second showing of an hour the wall has been here before; each step goes on, so it ends.
	for range 5000 {
		next, err := schedule(wall)
		if err != nil {
			return time.Time{}, fmt.Errorf("find the next moment of a schedule: %w", err)
		}
		if !next.After(wall) {
			return time.Time{}, ErrNever
		}
		if at := moment(next, zone); at.After(now) {
			return at, nil
		}
		wall = next
	}
	return time.Time{}, ErrNever
}

// Last is the latest moment of a schedule after since and not after now, and whether there is one: what was missed while nobody
// looked is caught up once.
func Last(since, now time.Time, zone *time.Location, schedule Schedule) (time.Time, bool, error) {
	// A schedule of every minute after a year of silence would be half a million steps: look at the last hour first, then at the last two days.
	for _, span := range []time.Duration{time.Hour, 48 * time.Hour} {
		if near := now.Add(-span); near.After(since) {
			if last, found, err := latest(near, now, zone, schedule); err != nil || found {
				return last, found, err
			}
		}
	}
	return latest(since, now, zone, schedule)
}

// latest goes through all moments since.
func latest(since, now time.Time, zone *time.Location, schedule Schedule) (time.Time, bool, error) {
	var last time.Time
	for at := since; ; {
		next, err := Next(at, zone, schedule)
		if errors.Is(err, ErrNever) || err == nil && next.After(now) {
			return last, !last.IsZero(), nil
		}
		if err != nil {
			return time.Time{}, false, err
		}
		last, at = next, next
	}
}
