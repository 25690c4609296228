package flow

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/proof/prooftest"
	"waybill/daemon/store"
	"waybill/parsers"
)

const forgedConfig = ruled + "third_party: [shipstation.com]\n"

// newForger opens a shop whose supplier has signed a mail, or, where signs is false, has written one without: then nothing shows that a mail without a signature is forged.
func newForger(t testing.TB, signs bool) *forger {
	dir, err := os.MkdirTemp("/dev/shm", "waybill-forger-*")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := newProvedShopIn(t, dir, map[string]string{
		"waybill.yaml":           strings.Replace(mainConfig, "    plus_addresses: true\n", "    plus_addresses: true\n    authserv_id: "+theServer+"\n", 1),
		"suppliers/prairie.yaml": strings.Replace(forgedConfig, "rejection]}", "rejection], apply_per_hour: 10000, apply_per_day: 10000}", 1)})
	f := &forger{s: s, evil: prooftest.NewSigner(s.zone, "evil.example", "one"), liar: prooftest.NewSigner(prooftest.NewZone(), "prairie.example", "one")}
	for _, domain := range []string{"prairie-supply.example", "pra1rie.example", "xn--prirte-7qa.example", "prairie.example.evil.example", "notprairie.example"} {
		f.others = append(f.others, prooftest.NewSigner(s.zone, domain, "one"))
	}
	s.driven("0999", order.Marked, order.SentOK)
	f.genuine = s.write(fromPrairie, "Order 0999-A", "", "Thank you, we have received your order 0999-A.", s.prairie)
	f.stolen = f.genuine[:strings.Index(f.genuine, "From:")]
	if signs {
		station := prooftest.NewSigner(s.zone, "shipstation.com", "one")
		s.zone.Set("_dmarc.shipstation.com", "v=DMARC1; p=reject")
		s.put(stamp + f.genuine)
		s.put(stamp + station.Sign(f.mail(shipstation, "", "Hello", "Hello.")))
	} else {
		s.put(stamp + strings.TrimPrefix(f.genuine, f.stolen))
		// What it says is believed here without a signature, and said again by whoever attaches it: so it is about an order that is not ours.
		f.genuine = strings.ReplaceAll(f.genuine, "0999-A", "0998-A")
	}
	if got := s.po("0999-A").State(); got != order.POAcknowledged {
		t.Fatalf("the genuine mail has made it %s", got)
	}
	return f
}

// shot is one forged mail: a forgery, the state that it meets, and what it says.
type shot struct {
	forged forgery
	state  string
	kind   parsers.Kind
	signs  bool // the supplier has signed before
}

// shots are all of them, in the order of the seed: each forgery in each state with each kind of news, and those that cost money also in the name of a supplier who has never
// signed. Without a signature that one's other news is believed, as docs/authentication.md says.
func shots(seed uint64) (signing, silent []shot) {
	for _, forged := range forgeries() {
		for _, state := range sorted(states) {
			for _, kind := range slices.Sorted(maps.Keys(bodies)) {
				signing = append(signing, shot{forged, state, kind, true})
				if event, known := newsOf[kind]; !known || order.NeedOf(event).Rule {
					silent = append(silent, shot{forged, state, kind, false})
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(seed, 9))
	for _, list := range [][]shot{signing, silent} {
		r.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
	return signing, silent
}

// newsOf is what kinds of news do to a purchase order.
var newsOf = map[parsers.Kind]order.EventKind{parsers.Shipment: order.Shipped, parsers.Acknowledgement: order.Acknowledged, parsers.Backorder: order.Backordered,
	parsers.OutOfStock: order.OutOfStock, parsers.Cancellation: order.Cancelled, parsers.Rejection: order.Rejected}

// forgeryRun is how far TestForgeries has come. With WAYBILL_FORGERY_FILE it is written down after each world, and a run that was cut goes on there.
type forgeryRun struct {
	Seed    uint64
	Done    int // mails
	Changes int
	Changed int // genuine mails that changed what they may
	Could   int // of so many
	Asked   map[string]int
	Took    time.Duration

	mu   sync.Mutex
	file string
}

// perWorld is how many forged mails one shop gets: its desk and its index grow with them.
const perWorld = 500

func openForgeryRun(t *testing.T) *forgeryRun {
	t.Helper()
	run := &forgeryRun{Seed: uint64(forgerySetting(t, "SEED", 1)), Asked: map[string]int{}, file: os.Getenv("WAYBILL_FORGERY_FILE")} //nolint:gosec // small
	if run.file == "" {
		return run
	}
	seed := run.Seed
	switch raw, err := os.ReadFile(run.file); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		t.Fatal(err)
	case json.Unmarshal(raw, run) != nil || run.Seed != seed:
		t.Fatalf("%s holds no run with SEED=%d; remove it, or name another FILE", run.file, seed)
	default:
		t.Logf("going on after %d mails", run.Done)
	}
	return run
}

func forgerySetting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv("WAYBILL_FORGERY_" + name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("WAYBILL_FORGERY_%s=%s is not a number", name, text)
	}
	return n
}

func (r *forgeryRun) save(t *testing.T) {
	t.Helper()
	if r.file == "" || t.Failed() {
		return
	}
	raw, err := json.MarshalIndent(r, "", " ")
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(r.file), 0o755), os.WriteFile(r.file+".part", raw, 0o600), os.Rename(r.file+".part", r.file))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// world has a shop of its own get forged mails, and then genuine ones.
func (r *forgeryRun) world(t *testing.T, list []shot) {
	f := newForger(t, list[0].signs)
	s := f.s
	numbers := map[string]string{}
	for i, state := range append(slices.DeleteFunc(sorted(states), func(s string) bool { return s == "queued" }), "queued") {
		numbers[state] = fmt.Sprint(1001 + i)
		states[state](s, numbers[state])
	}
	books := openBooks(t, s.shop)
	before := books.what()
	changes := 0
	for _, one := range list {
		po := numbers[one.state] + "-A"
		raw := one.forged.make(f, "Order "+po, fmt.Sprintf(bodies[one.kind], po)+"\r\nShip to: Ada Abernathy, 12 Maple Street, Springfield 62704")
		if !one.forged.alone {
			raw = stamp + raw
		}
		s.put(raw)
		if after := books.what(); after != before {
			changes++
			t.Errorf("%s, saying %s of an order that is %s (the supplier has signed before: %v), has changed:\n%s", one.forged.name, one.kind, one.state, one.signs, difference(before, after))
			before = after
		}
	}
	asked := s.desk()
	changed, could := f.controls()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Changes, r.Changed, r.Could = r.Changes+changes, r.Changed+changed, r.Could+could
	for _, kind := range asked {
		r.Asked[kind]++
	}
}

// TestForgeries sends every forgery in every state (promise 9): nothing changes. WAYBILL_FORGERY_N is how many mails of all that there are (a short run takes some of each
// forgery), _SEED their order, _FILE where a run that was cut goes on. Then genuine mail says the same, and what may change does: a rig in which nothing can change shows nothing.
func TestForgeries(t *testing.T) {
	run := openForgeryRun(t)
	signing, silent := shots(run.Seed)
	all := append(signing, silent...)
	want := len(all)
	if os.Getenv("WAYBILL_FORGERY_N") == "" {
		all = append(someOf(signing, 2), someOf(silent, 1)...)
		want = len(all)
	} else if n := forgerySetting(t, "N", want); n > 0 {
		want = min(n, want)
	}
	began := time.Now()
	for run.Done < want && !t.Failed() {
		// Two worlds at once, and the seam between the two kinds of suppliers is the end of one.
		t.Run(fmt.Sprint(run.Done), func(t *testing.T) {
			for range 2 {
				end := min(run.Done+perWorld, want)
				if next := slices.IndexFunc(all[run.Done:end], func(s shot) bool { return s.signs != all[run.Done].signs }); next > 0 {
					end = run.Done + next
				}
				if list := all[run.Done:end]; len(list) > 0 {
					t.Run(fmt.Sprint(run.Done), func(t *testing.T) {
						t.Parallel()
						run.world(t, list)
					})
				}
				run.Done = end
			}
		})
		run.Took += time.Since(began)
		began = time.Now()
		run.save(t)
	}
	t.Logf("%d forged mails of %d (%d forgeries in %d states), seed %d: changes %d; genuine controls: %d of %d changed what they may; on the desk: %v; %.0f ms a mail",
		run.Done, len(signing)+len(silent), len(forgeries()), len(states), run.Seed, run.Changes, run.Changed, run.Could, run.Asked, run.Took.Seconds()*1000/float64(max(run.Done, 1)))
	if len(forgeries()) < 200 || run.Changed != run.Could || run.Changed < 20 {
		t.Errorf("%d forgeries; %d of %d controls", len(forgeries()), run.Changed, run.Could)
	}
}

// someOf takes the first shots of each forgery.
func someOf(list []shot, each int) (some []shot) {
	seen := map[string]int{}
	for _, one := range list {
		if seen[one.forged.name]++; seen[one.forged.name] <= each {
			some = append(some, one)
		}
	}
	return some
}

// books looks into the database beside the store.
type books struct {
	t  testing.TB
	db *sql.DB
}

func openBooks(t testing.TB, s *shop) books {
	t.Helper()
	db, err := sql.Open(s.driver, s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return books{t, db}
}

// what gives all that a forgery must not change: orders, purchase orders, parcels, the outbox, keys, references and rules, and what happened to them.
func (b books) what() string {
	b.t.Helper()
	var text strings.Builder
	for _, table := range []string{"orders", "purchase_orders", "packages", "outbox", "outbox_pos", "message_ids", "supplier_refs", "rules", "rulings"} {
		b.rows(&text, table, "SELECT * FROM "+table+" ORDER BY 1, 2")
	}
	b.rows(&text, "journal", "SELECT * FROM journal WHERE kind LIKE 'po.%' OR kind LIKE 'dispatch.%' OR kind LIKE 'order.%' ORDER BY 1")
	return text.String()
}

func (b books) rows(text *strings.Builder, name, query string) {
	b.t.Helper()
	rows, err := b.db.QueryContext(b.t.Context(), query)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.t.Fatal(err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			b.t.Fatal(err)
		}
		fmt.Fprintf(text, "%s\t%v\n", name, values)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
}

// controls sends genuine news of each kind in each state of a purchase order, and counts where the books and the rules let it change something, and where it has.
func (f *forger) controls() (changed, could int) {
	s := f.s
	n := 3000
	for _, state := range []string{"open", "acknowledged", "backordered", "out of stock", "rejected", "partial"} {
		for _, kind := range slices.Sorted(maps.Keys(bodies)) {
			event, known := newsOf[kind]
			if !known || state == "partial" && order.NeedOf(event).Rule {
				continue
			}
			n++
			number := fmt.Sprint(n)
			for _, d := range s.dispatches(store.DispatchFilter{Lane: "mail:orders", State: order.DispatchQueued}) {
				s.wrote(func(tx *store.Tx) error {
					_, err := tx.Record(order.Event{Kind: order.Withdrawn, At: s.at, Dispatch: d.ID, By: "desk"})
					return err
				})
			}
			states[state](s, number)
			was := s.po(number + "-A")
			body := strings.Replace(bodies[kind], ups1, fmt.Sprintf("1Z%016d", n), 1)
			if kind == parsers.Shipment {
				body = strings.Replace(bodies[kind], ups1, upsNumber(n), 1)
			}
			s.put(stamp + s.write(fromPrairie, "Order "+number+"-A", "", fmt.Sprintf(body, number+"-A"), s.prairie))
			expect, err := was.Apply(order.Event{Kind: event, At: s.at})
			if err != nil || fmt.Sprint(expect.Lines, expect.Rejected) == fmt.Sprint(was.Lines, was.Rejected) {
				continue // it would change nothing
			}
			could++
			if now := s.po(number + "-A"); fmt.Sprint(now.Lines, now.Rejected) != fmt.Sprint(was.Lines, was.Rejected) {
				changed++
			} else {
				s.t.Errorf("genuine %s while %s changes nothing: %v", kind, state, s.desk()[max(0, len(s.desk())-3):])
			}
		}
	}
	return changed, could
}

func encode64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// upsNumber makes a number whose check digit holds.
func upsNumber(n int) string {
	text, sum := fmt.Sprintf("999AA101%07d", n), 0
	for i := range text {
		v := int(text[i] - '0')
		if text[i] >= 'A' {
			v = int(text[i]-3) % 10
		}
		sum += v * (1 + i%2)
	}
	return "1Z" + text + fmt.Sprint((10-sum%10)%10)
}
