package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// Daemon is the waybill that the world is practised on: its HTTP address, and its flow to look at the books. The world gives it nothing
// but its configuration, mail, files and orders.
type Daemon struct {
	URL  string
	Flow *flow.Flow
}

// Result is the contract of `waybill demo --once --json`.
type Result struct {
	Orders         int     `json:"orders"`
	PurchaseOrders int     `json:"purchase_orders"`
	Dispatched     int     `json:"dispatched"`
	Answers        int     `json:"answers"`
	AutoMatched    int     `json:"auto_matched"`
	Exceptions     int     `json:"exceptions"`
	Wrong          int     `json:"wrong"`
	Tracked        int     `json:"tracked"`
	Seconds        float64 `json:"seconds"`
	// Settleable are the answers that may be settled without a person; Keyless those that carry nothing that waybill planted.
	Settleable int            `json:"settleable"`
	Keyless    int            `json:"keyless"`
	ByMethod   map[string]int `json:"by_method"`
	ByKind     map[string]int `json:"exceptions_by_kind"`
	Missing    []string       `json:"missing,omitempty"`
	Problems   []string       `json:"problems,omitempty"`
}

// Progress is told while the world runs.
type Progress struct{ Posted, Dispatched, Answered, Tracked, Orders int }

// Run posts the orders, lets the suppliers answer, and waits until everything that can come to rest has.
func (w *World) Run(ctx context.Context, d Daemon, orders int, told func(Progress)) (Result, error) {
	started := time.Now()
	all := w.orders(orders)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go w.watchDrop(watch)
	progress := func() { told(w.progress(ctx, d, orders)) }
	if err := post(ctx, d.URL, all); err != nil {
		return Result{}, err
	}
	steps := []func() (bool, error){
		func() (bool, error) { return w.dispatched(ctx, d) },
		func() (bool, error) { w.work.Wait(); return w.opened(), nil },
		func() (bool, error) { w.work.Wait(); w.flush(); return true, nil },
		func() (bool, error) { return w.read(ctx, d) },
		func() (bool, error) { w.sayLater(); return true, nil },
		func() (bool, error) { return w.read(ctx, d) },
		func() (bool, error) { return w.delivered(ctx, d) },
	}
	for _, step := range steps {
		for {
			progress()
			done, err := step()
			if err != nil {
				return Result{}, err
			}
			if done {
				break
			}
			if w.channel.wait(ctx, 20*time.Millisecond); ctx.Err() != nil {
				return Result{}, fmt.Errorf("the practice world did not come to rest: %w", context.Cause(ctx))
			}
		}
	}
	progress()
	return w.result(ctx, d, orders, time.Since(started))
}

// post gives the orders to the API, several at once, as a busy channel would.
func post(ctx context.Context, url string, all []order.Order) error {
	work := make(chan order.Order)
	errs := make(chan error, 8)
	var posters sync.WaitGroup
	for range 8 {
		posters.Go(func() {
			for o := range work {
				if err := postOne(ctx, url, o); err != nil {
					select {
					case errs <- err:
					default:
					}
				}
			}
		})
	}
	for _, o := range all {
		work <- o
	}
	close(work)
	posters.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

func postOne(ctx context.Context, url string, o order.Order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/orders", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+Token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if answer, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusCreated {
		return fmt.Errorf("order %s was not taken: %s: %s", o.Number, response.Status, answer)
	}
	return nil
}

func (w *World) counts(ctx context.Context, d Daemon) (c store.Counts, err error) {
	err = d.Flow.Store().View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Counts()
		return err
	})
	return c, err
}

// dispatched: everything that was to be sent to a supplier is.
func (w *World) dispatched(ctx context.Context, d Daemon) (bool, error) {
	c, err := w.counts(ctx, d)
	if err != nil {
		return false, err
	}
	return busy(c) == 0, nil
}

func busy(c store.Counts) int {
	n := 0
	for _, states := range c.Dispatches {
		n += states[order.DispatchQueued] + states[order.DispatchSending] + states[order.DispatchMarked]
	}
	return n
}

// read: every item that the suppliers sent was read.
func (w *World) read(ctx context.Context, d Daemon) (bool, error) {
	c, err := w.counts(ctx, d)
	if err != nil {
		return false, err
	}
	n := c.Items[store.ItemRead] + c.Items[store.ItemRepeat] + c.Items[store.ItemQuarantined]
	w.mu.Lock()
	defer w.mu.Unlock()
	return n >= w.said.items, nil
}

// opened: every supplier has seen all that is theirs; a file is found some time after it came.
func (w *World) opened() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.cast {
		if len(s.seen) < len(s.turns) {
			return false
		}
	}
	return true
}

func (w *World) delivered(ctx context.Context, d Daemon) (bool, error) { return w.dispatched(ctx, d) }

func (w *World) sayLater() {
	w.mu.Lock()
	second := w.second
	w.second = nil
	w.mu.Unlock()
	for _, say := range second {
		say()
	}
}

func (w *World) progress(ctx context.Context, d Daemon, orders int) Progress {
	p := Progress{Orders: orders}
	c, err := w.counts(ctx, d)
	if err != nil {
		return p
	}
	for _, n := range c.Orders {
		p.Posted += n
	}
	for lane, states := range c.Dispatches {
		if lane == "mail:orders" || len(lane) > 5 && lane[:5] == "sftp:" {
			p.Dispatched += states[order.DispatchSent]
		}
	}
	p.Answered = c.Items[store.ItemRead] + c.Items[store.ItemRepeat]
	_, p.Tracked = w.wrong()
	return p
}

// result counts from the books, and checks what the channel was told against the truth.
func (w *World) result(ctx context.Context, d Daemon, orders int, took time.Duration) (Result, error) {
	r := Result{Orders: orders, ByMethod: map[string]int{}, ByKind: map[string]int{}, Seconds: took.Seconds(), Missing: w.unexplained()}
	r.Wrong, r.Tracked = w.wrong()
	w.mu.Lock()
	r.Answers, r.Settleable, r.Keyless, r.Problems = w.said.answers, w.said.settles, w.said.keyless, w.problems
	w.mu.Unlock()
	err := d.Flow.Store().View(ctx, func(tx *store.Tx) error {
		for _, s := range w.cast {
			pos, err := tx.POsOfSupplier(s.slug, false, 0)
			if err != nil {
				return err
			}
			r.PurchaseOrders += len(pos)
			for _, po := range pos {
				dispatches, err := tx.DispatchesOfPO(po.ID)
				if err != nil {
					return err
				}
				for _, sent := range dispatches {
					if sent.Purpose == order.PurposeOrder && sent.State == order.DispatchSent {
						r.Dispatched++
						break
					}
				}
			}
		}
		items, err := tx.Items(store.ItemFilter{})
		if err != nil {
			return err
		}
		for _, it := range items {
			findings, err := tx.FindingsOfItem(it.ID)
			if err != nil {
				return err
			}
			for _, finding := range findings {
				if finding.Applied && finding.Decision == string(match.Auto) {
					r.AutoMatched++
					r.ByMethod[finding.Method]++
				}
			}
		}
		open, err := tx.Exceptions(store.ExceptionFilter{Open: true})
		for _, x := range open {
			r.Exceptions++
			r.ByKind[x.Kind]++
		}
		return err
	})
	if len(r.Problems) > 0 && err == nil {
		err = errors.New("the practice world itself failed: " + r.Problems[0])
	}
	return r, err
}

// unexplained are orders whose parcel the channel does not know of, although no exception waits about them.
func (w *World) unexplained() []string { return w.missing() }

// Kinds are the kinds of exceptions that the cast's behaviour asks for.
func (w *World) Kinds() map[flow.ExceptionKind]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	kinds := map[flow.ExceptionKind]int{}
	for _, t := range w.truth {
		for _, k := range t.kinds {
			switch k {
			case string(parsers.OutOfStock):
				kinds[flow.CostlyNews]++
			case string(parsers.Question):
				kinds[flow.SupplierAsks]++
			case string(parsers.Bounce):
				kinds[flow.BouncedBack]++
			}
		}
	}
	return kinds
}
