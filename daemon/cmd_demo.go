package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/daemon/config"
	"waybill/daemon/demo"
	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/daemon/web"
)

func (a *app) demoCommand() *cobra.Command {
	var once, verbose bool
	o := demo.Options{}
	c := &cobra.Command{
		Use: "demo", Short: "Show the whole loop on this machine, with nothing installed", Args: cobra.NoArgs,
		Long: "Starts a practice world on 127.0.0.1 (mail, IMAP and SFTP servers, a channel, ten suppliers that answer in their own ways), runs the real daemon\n" +
			"in it with a couple of hundred orders, and checks what the channel was told against what the suppliers know to be true.",
		RunE: func(c *cobra.Command, _ []string) error { return a.demo(c.Context(), o, once, verbose) },
	}
	c.Flags().IntVar(&o.Orders, "orders", 200, "how many orders")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the practice world")
	c.Flags().StringVar(&o.Dir, "dir", "", "where it lives (default: a temporary folder)")
	c.Flags().BoolVar(&once, "once", false, "end when everything has come to rest")
	c.Flags().BoolVar(&verbose, "verbose", false, "also print the daemon's log")
	a.jsonFlag(c)
	return c
}

// demoLimit is how long the practice world may take to come to rest before that counts as a failure.
const demoLimit = 5 * time.Minute

func (a *app) demo(ctx context.Context, o demo.Options, once, verbose bool) error {
	world, err := demo.Open(o)
	if err != nil {
		return err
	}
	defer world.Close()
	if o.Dir == "" && (once || !isTerminal(a.in)) {
		defer os.RemoveAll(world.Dir)
	}
	log := slog.New(slog.DiscardHandler)
	if verbose {
		log = a.logger(slog.LevelInfo)
	}
	daemon, stop, err := a.practise(ctx, world, flow.Options{Log: log})
	if err != nil {
		return err
	}
	defer stop()
	limited, cancel := context.WithTimeoutCause(ctx, demoLimit, fmt.Errorf("after %s", demoLimit))
	defer cancel()
	result, err := world.Run(limited, daemon, o.Orders, a.demoProgress())
	if err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(result); err != nil {
			return err
		}
	} else if err := a.printDemo(ctx, daemon.Flow, result); err != nil {
		return err
	}
	if result.Wrong > 0 {
		return fmt.Errorf("%d wrong: the channel was told something that is not true", result.Wrong)
	}
	if once || !isTerminal(a.in) {
		return nil
	}
	_ = a.say("\nThe daemon still runs in its practice world. Look around from another terminal, and press Ctrl-C here to end it:")
	config := " --config " + world.ConfigPath()
	for _, command := range []string{"desk list", "orders list", "orders show 10001", "suppliers list", "status"} {
		_ = a.say("  %s %s%s", filepath.Base(os.Args[0]), command, config)
	}
	<-ctx.Done()
	return nil
}

// practise runs the real daemon in a practice world, as serve does, until stop is called. o brings what differs from the daemon that people run.
func (a *app) practise(ctx context.Context, world *demo.World, o flow.Options) (d demo.Daemon, stop func(), err error) {
	var ends []func()
	stop = func() {
		for _, end := range slices.Backward(ends) {
			end()
		}
	}
	defer func() {
		if err != nil {
			stop()
		}
	}()
	if o.Config, err = config.Load(world.ConfigPath()); err != nil {
		return d, stop, err
	}
	if o.Store, err = openStoreAt(ctx, o.Config, "", o.Log, o.Now); err != nil {
		return d, stop, err
	}
	ends = append(ends, func() { _ = o.Store.Close() })
	if o.Reader == nil {
		pool := sandboxPool(o.Log)
		ends = append(ends, func() { _ = pool.Close() })
		o.Reader = pool
	}
	o.Random, o.Dialer = rand.Reader, &net.Dialer{}
	f, err := flow.New(o)
	if err != nil {
		return d, stop, err
	}
	ends = append(ends, f.Close)
	api, err := net.Listen("tcp", o.Config.HTTP.Listen)
	if err != nil {
		return d, stop, err
	}
	socket, err := listenSocket(socketPath(o.Config))
	if err != nil {
		_ = api.Close()
		return d, stop, err
	}
	server := web.Server(gate(f.Config).Around(web.API(f, func() []string { return f.Config().HTTP.Tokens }, o.Log)))
	admin := &http.Server{Handler: web.Local(web.Admin(f)), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(api) }()
	go func() { _ = admin.Serve(socket) }()
	ends = append(ends, func() { _ = server.Close() }, func() { _ = admin.Close() })
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- f.Run(running) }()
	ends = append(ends, func() {
		cancel()
		if err := <-ended; err != nil {
			o.Log.Error("the practised daemon ended", "err", err)
		}
	})
	return demo.Daemon{URL: "http://" + api.Addr().String(), Flow: f}, stop, nil
}

// demoProgress shows a live line on a terminal.
func (a *app) demoProgress() func(demo.Progress) {
	if a.json || !isTerminal(a.errs) {
		return func(demo.Progress) {}
	}
	last := time.Time{}
	return func(p demo.Progress) {
		if time.Since(last) < 100*time.Millisecond && p.Tracked < p.Orders {
			return
		}
		last = time.Now()
		fmt.Fprintf(a.errs, "\r\033[Korders %d/%d   sent to suppliers %d   answers read %d   tracking at the shop %d", p.Posted, p.Orders, p.Dispatched, p.Answered, p.Tracked)
	}
}

// printDemo tells in words what happened, and shows one order's timeline.
func (a *app) printDemo(ctx context.Context, f *flow.Flow, r demo.Result) error {
	if isTerminal(a.errs) {
		fmt.Fprint(a.errs, "\r\033[K")
	}
	_ = a.say("%d orders came in, paid. %d purchase orders went out to ten suppliers, by email and as files.", r.Orders, r.Dispatched)
	_ = a.say("The suppliers gave %d answers; %d of them carried nothing that waybill had planted.\n", r.Answers, r.Keyless)
	names := map[string]string{"token": "by our key", "thread": "by the mail thread", "order_number": "by the order number", "supplier_ref": "by the supplier's own number", "fuzzy": "by name and address"}
	var rows [][]string
	for _, method := range []string{"token", "thread", "order_number", "supplier_ref", "fuzzy"} {
		rows = append(rows, []string{"settled alone, matched " + names[method], fmt.Sprint(r.ByMethod[method])})
	}
	rows = append(rows, []string{"orders whose tracking number reached the shop", fmt.Sprint(r.Tracked)}, []string{"told to the shop and not true", fmt.Sprint(r.Wrong)},
		[]string{"waiting for a person", fmt.Sprint(r.Exceptions)})
	if err := a.table([]string{"WHAT", "HOW MANY"}, rows); err != nil {
		return err
	}
	_ = a.say("\nThis took %.1f seconds. One order, from payment to tracking:\n", r.Seconds)
	row, err := f.FindOrder(ctx, "10001", "")
	if err != nil {
		return err
	}
	view, err := f.ViewOrder(ctx, row.ID)
	if err != nil {
		return err
	}
	if err := a.printOrder(view); err != nil {
		return err
	}
	waiting, err := f.Desk(ctx, store.ExceptionFilter{Open: true})
	if err != nil || len(waiting) == 0 {
		return err
	}
	_ = a.say("\nAnd on the desk, for a person:\n")
	var desk [][]string
	for _, x := range waiting {
		desk = append(desk, []string{fmt.Sprint(x.ID), x.Order, x.Text, strings.Join(x.Reasons, "; ")})
	}
	for i := range desk {
		if len(desk[i][3]) > 100 {
			desk[i][3] = strings.ToValidUTF8(desk[i][3][:100], "") + "…"
		}
	}
	return a.table([]string{"ID", "ORDER", "WHAT", "WHY"}, desk)
}
