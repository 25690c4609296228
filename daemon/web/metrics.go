package web

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"waybill/daemon/flow"
)

// maxSeries is how many suppliers, lanes and accounts are told apart in the metrics; what there is beyond is counted together, as "other".
const maxSeries = 200

// Metrics is what waybill tells Prometheus, from a registry of its own. It names suppliers, channels and mailboxes by what the configuration calls
// them, and no person, address or order.
type Metrics struct {
	registry *prometheus.Registry
	took     *prometheus.HistogramVec
}

// NewMetrics makes the registry; Watch says of what.
func NewMetrics(version, commit string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.took = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "waybill_seconds", Help: "How long pieces of work took: reading what came in, sending a message.",
		Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10, 30, 120}}, []string{"stage"})
	for _, stage := range []string{"read", "send"} {
		m.took.WithLabelValues(stage)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "waybill_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "commit": commit, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(m.took, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe is for flow.Options.
func (m *Metrics) Observe(stage string, took time.Duration) {
	m.took.WithLabelValues(stage).Observe(took.Seconds())
}

// Watch has the metrics measure f, at each scrape.
func (m *Metrics) Watch(f *flow.Flow, log *slog.Logger) {
	c := &collector{f: f, log: log, descs: map[string]*prometheus.Desc{}}
	for _, family := range families() {
		c.descs[family.name] = prometheus.NewDesc(family.name, family.help, family.labels, nil)
	}
	m.registry.MustRegister(c)
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 20 * time.Second})
}

// WithMetrics adds GET /metrics to the public interface, for who has one of the tokens. Without any token nobody gets it there: a proxy on this
// machine makes everybody a neighbour, so that where a request comes from proves nothing.
func WithMetrics(api http.Handler, m *Metrics, tokens func() []string) http.Handler {
	metrics := m.Handler()
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		known := tokens()
		switch {
		case len(known) == 0:
			fail(w, http.StatusNotFound, "metrics are for who has a token, and http.metrics_tokens names none; `waybill token` makes one", nil)
		case !authorized(r, known):
			w.Header().Set("WWW-Authenticate", `Bearer realm="waybill metrics"`)
			fail(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer TOKEN, with one whose hash is in http.metrics_tokens", nil)
		default:
			metrics.ServeHTTP(w, r)
		}
	})
	return mux
}

// collector asks the flow at each scrape.
type collector struct {
	f     *flow.Flow
	log   *slog.Logger
	descs map[string]*prometheus.Desc
}

// family is a metric with its labels.
type family struct {
	name, help string
	labels     []string
}

// families are all metrics that are asked at a scrape.
func families() []family {
	return []family{
		{"waybill_up", "1 when the daemon could be asked; 0 when its database does not answer.", nil},
		{"waybill_ready", "1 when GET /readyz says so.", nil},
		{"waybill_loops_late", "Loops that should have been heard of and were not. The watchdog is not fed while there is one.", nil},
		{"waybill_orders", "Orders by the state of their intake.", []string{"state"}},
		{"waybill_purchase_orders", "Purchase orders by state.", []string{"state"}},
		{"waybill_purchase_orders_open", "Purchase orders from which something is expected.", []string{"supplier"}},
		{"waybill_dispatches", "Messages by lane and state.", []string{"lane", "state"}},
		{"waybill_queue_age_seconds", "How long the oldest message of a lane has been waiting.", []string{"lane"}},
		{"waybill_items", "What came in, by state.", []string{"state"}},
		{"waybill_items_oldest_unread_seconds", "How long the oldest item has been waiting to be read; 0 when none waits.", nil},
		{"waybill_exceptions_open", "What waits for a person, by kind.", []string{"kind"}},
		{"waybill_exceptions_oldest_seconds", "How long the oldest exception has been waiting; 0 when none waits.", nil},
		{"waybill_exceptions_overdue", "Exceptions whose deadline has passed.", nil},
		{"waybill_account_up", "1 when a mailbox, drop, folder or webhook worked when it was last used.", []string{"account"}},
		{"waybill_nodes", "Machines over one PostgreSQL by state: runs, stopped, gone.", []string{"state"}},
		{"waybill_nodes_differ", "Machines that run with another configuration, other templates or another key than this one.", nil},
		{"waybill_duties", "Duties that this machine has, of several over one PostgreSQL.", nil},
		{"waybill_paused", "How much is paused: 0 nothing; all sending and each supplier count 1.", nil},
		{"waybill_indexed_purchase_orders", "Purchase orders in the index that answers are matched with.", nil},
		{"waybill_journal_events", "The number of the last event in the journal.", nil},
		{"waybill_retention_last_seconds", "How long ago the last daily pass of the retention ended; 0 before the first.", nil},
		{"waybill_forgotten", "What was erased since the database is there, by what it is: raw (bytes of mails, files, messages), orders, rows.", []string{"what"}},
		{"waybill_erase_waiting", "What is to be erased when it is over.", nil},
		{"waybill_database_bytes", "Size of the database.", nil},
		{"waybill_disk_free_bytes", "What the disk with the state folder has left.", nil},
		{"waybill_disk_bytes", "Size of the disk with the state folder.", nil},
	}
}

// Describe is left empty: an unchecked collector, whose series depend on the configuration.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

func (c *collector) Collect(out chan<- prometheus.Metric) {
	give := func(name string, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(c.descs[name], prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	give("waybill_ready", truth(c.f.Fit(ctx) == nil))
	g, err := c.f.Gauges(ctx)
	give("waybill_up", truth(err == nil))
	if err != nil {
		c.log.Error("metrics cannot be measured", "err", err)
		return
	}
	now := time.Now()
	sum := func(a, b float64) float64 { return a + b }
	give("waybill_loops_late", float64(len(g.Late)))
	giveEach(give, "waybill_orders", g.Counts.Orders)
	giveEach(give, "waybill_purchase_orders", g.Counts.POs)
	giveEach(give, "waybill_items", g.Counts.Items)
	giveEach(give, "waybill_exceptions_open", g.Counts.Exceptions)
	giveEach(give, "waybill_purchase_orders_open", capped(g.Open, func(a, b int) int { return a + b }))
	states := map[string]map[string]float64{}
	for lane, counts := range g.Counts.Dispatches {
		for state, n := range counts {
			if states[string(state)] == nil {
				states[string(state)] = map[string]float64{}
			}
			states[string(state)][lane] = float64(n)
		}
	}
	for state, lanes := range states {
		for lane, n := range capped(lanes, sum) {
			give("waybill_dispatches", n, lane, state)
		}
	}
	oldest, up := map[string]float64{}, map[string]float64{}
	for lane, since := range g.Queued {
		oldest[lane] = age(now, since)
	}
	for _, a := range g.Accounts {
		up[a.Name] = truth(a.Working)
	}
	giveEach(give, "waybill_queue_age_seconds", capped(oldest, math.Max))
	giveEach(give, "waybill_account_up", capped(up, math.Min))
	give("waybill_items_oldest_unread_seconds", age(now, g.Kept))
	give("waybill_exceptions_oldest_seconds", age(now, g.Exception))
	give("waybill_exceptions_overdue", float64(g.Overdue))
	c.nodes(give, g.Nodes)
	give("waybill_paused", float64(len(g.Paused)))
	give("waybill_indexed_purchase_orders", float64(g.Indexed))
	give("waybill_journal_events", float64(g.Events))
	give("waybill_retention_last_seconds", age(now, g.Retention.At))
	giveEach(give, "waybill_forgotten", map[string]int{"raw": g.Retention.Retained.Raw, "orders": g.Retention.Orders, "rows": g.Retention.Rows})
	give("waybill_erase_waiting", float64(g.Retention.Waiting))
	give("waybill_database_bytes", float64(g.Database))
	give("waybill_disk_free_bytes", float64(g.DiskFree))
	give("waybill_disk_bytes", float64(g.DiskTotal))
}

// nodes counts the machines; there is nothing to count where there can be only one.
func (c *collector) nodes(give func(string, float64, ...string), all []flow.NodeView) {
	if all == nil {
		return
	}
	states, differ := map[string]int{"runs": 0, "stopped": 0, "gone": 0}, 0
	for _, n := range all {
		states[n.State]++
		if len(n.Differs) > 0 {
			differ++
		}
		if n.Self {
			give("waybill_duties", float64(len(n.Duties)))
		}
	}
	giveEach(give, "waybill_nodes", states)
	give("waybill_nodes_differ", float64(differ))
}

func giveEach[K ~string, V int | float64](give func(string, float64, ...string), name string, values map[K]V) {
	for k, v := range values {
		give(name, float64(v), string(k))
	}
}

// capped keeps the first maxSeries names, in order; the others become one, "other".
func capped[V any](values map[string]V, join func(a, b V) V) map[string]V {
	if len(values) <= maxSeries {
		return values
	}
	kept := make(map[string]V, maxSeries+1)
	for i, name := range slices.Sorted(maps.Keys(values)) {
		switch v, there := kept["other"]; {
		case i < maxSeries:
			kept[name] = values[name]
		case there:
			kept["other"] = join(v, values[name])
		default:
			kept["other"] = values[name]
		}
	}
	return kept
}

// age is how long ago something was, in seconds; 0 for never.
func age(now, since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
