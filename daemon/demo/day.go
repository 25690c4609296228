package demo

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// dayCast are further suppliers of an ordinary day: nobody bad, and not as one would wish.
func dayCast() []*supplier {
	return []*supplier{
		{slug: "slow-boat", name: "Slow Boat Imports", domain: "slow-boat.example", prefix: "SB", share: 6, carrier: "ups", answer: slowly},
		{slug: "fern-forge", name: "Fern Forge", domain: "fern-forge.example", prefix: "FF", share: 5, carrier: "ups", answer: forgets},
	}
}

// slowly answers when others have long done so.
func slowly(w *World, s *supplier, j *job) {
	number := j.tracking(s.carrier)
	w.later(func() {
		w.shipped(j, number, j.lines)
		w.send(letter{s: s, to: j.replyTo, subject: "Re: " + j.subject, inReplyTo: j.messageID, settles: true,
			body: fmt.Sprintf("Sent today, UPS %s.\n\nSlow Boat Imports\n%s", number, quoteOriginal(j))})
	})
}

// forgets answers what is asked for a second time.
func forgets(w *World, s *supplier, j *job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.jobs = append(s.jobs, j)
}

// asked is a question of the shop: who forgot answers about everything at once.
func (w *World) asked(s *supplier) {
	w.mu.Lock()
	jobs := s.jobs
	s.jobs = nil
	w.mu.Unlock()
	if len(jobs) == 0 {
		w.problem("%s was asked about nothing that it forgot", s.name)
		return
	}
	var lines strings.Builder
	for _, j := range jobs {
		number := j.tracking(s.carrier)
		w.shipped(j, number, j.lines)
		fmt.Fprintf(&lines, "%s: UPS %s\n", j.number, number)
	}
	w.countMore(len(jobs)-1, true)
	w.send(letter{s: s, to: shopAddress, subject: "Your orders", settles: true, keyless: true,
		body: "Sorry for the silence, all of them left today:\n\n" + lines.String() + "\nFern Forge\n"})
}

// dayHours is how long orders come in, laterEvery how many hours apart the second messages are said.
const (
	dayHours   = 10
	laterEvery = 3
)

// RunDay lives through a day of orders, hour by hour, until the next morning. turn puts the world's clock on by an hour; it is called when everything rests.
func (w *World) RunDay(ctx context.Context, d Daemon, orders int, turn func(hour int) error) (Result, error) {
	started := time.Now()
	all := w.orders(orders)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go w.watchDrop(watch)
	for hour := range 25 {
		if hour < dayHours {
			if err := post(ctx, d.URL, all[hour*orders/dayHours:(hour+1)*orders/dayHours]); err != nil {
				return Result{}, err
			}
		}
		if err := w.rest(ctx, d); err != nil {
			return Result{}, err
		}
		if hour%laterEvery == laterEvery-1 && hour < dayHours+laterEvery {
			w.flush()
			w.sayLater()
			if err := w.rest(ctx, d); err != nil {
				return Result{}, err
			}
		}
		if err := turn(hour); err != nil {
			return Result{}, err
		}
		if err := w.rest(ctx, d); err != nil {
			return Result{}, err
		}
	}
	return w.result(ctx, d, orders, time.Since(started))
}

// rest waits until all is sent, all answers are written and read, and their news is told.
func (w *World) rest(ctx context.Context, d Daemon) error {
	for _, step := range []func() (bool, error){
		func() (bool, error) { return w.dispatched(ctx, d) },
		func() (bool, error) { w.work.Wait(); return true, nil },
		func() (bool, error) { return w.read(ctx, d) },
		func() (bool, error) { return w.dispatched(ctx, d) },
	} {
		for {
			done, err := step()
			if err != nil {
				return err
			}
			if done {
				break
			}
			if w.channel.wait(ctx, 20*time.Millisecond); ctx.Err() != nil {
				return fmt.Errorf("the practice world did not come to rest: %w", context.Cause(ctx))
			}
		}
	}
	return nil
}
