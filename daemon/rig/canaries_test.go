package rig

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// canaries are words that stand nowhere else, each planted in one place. People are buyers' and suppliers' words and names; secrets are keys
// and passwords; strangers are in what tells of nobody who is erased.
type canaries struct{ people, secrets, strangers []string }

func (c *canaries) person(word string) string {
	c.people = append(c.people, word)
	return word
}

func (c *canaries) stranger(word string) string {
	c.strangers = append(c.strangers, word)
	return word
}

func (c *canaries) secret(word string) string {
	c.secrets = append(c.secrets, word)
	return word
}

// order is an order with a word of its own in every field that a buyer fills.
func (c *canaries) order(number string, lines ...orderLine) string {
	n := 0
	word := func(start string) string {
		n++
		return c.person(fmt.Sprintf("%s%sx%02dq", start, number, n))
	}
	address := func() map[string]string {
		return map[string]string{"name": word("Zor ") + " Zan", "company": word("Firm "), "line1": word("1 Lane "), "line2": word("Nest "), "city": "Springfield", "region": "IL",
			"postcode": c.person("62704-" + number), "country": "US", "phone": c.person("+1 312 555 " + number + fmt.Sprint(n))}
	}
	var items []map[string]any
	for i, l := range lines {
		items = append(items, map[string]any{"id": fmt.Sprintf("%s-%d", number, i+1), "sku": l.sku, "title": word("Mug for "), "quantity": l.quantity, "unit_price": "4.50"})
	}
	raw, err := json.Marshal(map[string]any{"number": number, "channel": "shop", "id": c.person("gid-" + number + "-key"), "placed_at": "2025-08-26T17:12:00Z", "paid_at": "2025-08-26T17:15:00Z",
		"currency": "USD", "total": "48.54", "customer": map[string]string{"name": word("Ada "), "email": buyerAddress, "phone": c.person("+1 312 666 " + number)},
		"ship_to": address(), "billing": address(), "note": word("Ring at "), "tags": []string{word("tag")}, "shipping_method": word("By "), "lines": items})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// listener keeps what was asked of a service outside: addresses, and bodies.
type listener struct {
	mu     sync.Mutex
	paths  []string
	bodies []string
	news   int
	next   http.Handler // of the channel
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	l.paths, l.bodies = append(l.paths, r.URL.String()), append(l.bodies, string(body))
	news := strings.HasPrefix(r.URL.Path, "/news")
	if news {
		l.news++
	}
	n := l.news
	l.mu.Unlock()
	switch {
	case news && (n == 1 || n == 4):
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write(body) // servers that fail quote what they were sent
	case news:
		r.Body = io.NopCloser(bytes.NewReader(body))
		l.next.ServeHTTP(w, r)
	}
}

func (l *listener) all() (paths, bodies string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.paths, "\n"), strings.Join(l.bodies, "\n")
}

// TestCanaries is promise 16: words that stand nowhere else are planted in every field, and go through the whole daemon, with everything that fails on the way. They
// are in no log, metric, address, alert or child; then they are erased, and in no file of the state folder.
func TestCanaries(t *testing.T) {
	t.Parallel()
	var c canaries
	heard := &listener{}
	outside := httptest.NewServer(heard)
	t.Cleanup(outside.Close)
	w := openWorld(t, worldOptions{seed: 16, suppliers: canaryCast(&c), channel: "    customer_mail: true\n    folder: {path: $DIR/orders-in, poll: 1s}\n    tracking_csv: {path: $DIR/tracking, schedule: \"* * * * *\"}\n"})
	heard.next = w.channel.server.Config.Handler
	w.plant(&c, outside.URL)
	d := w.daemon
	d.start()
	sights := w.watchChildren()
	orders := map[string][]orderLine{"4101": {{"PS-1", 1}}, "4102": {{"QT-1", 1}}, "4103": {{"CW-1", 2}}, "4104": {{"FF-1", 1}}, "4105": {{"GG-1", 1}}, "4106": {{"HG-1", 1}}}
	for number, lines := range orders {
		text := c.order(number, lines...)
		w.orders[number], w.lines[number] = text, lines
		if number == "4106" {
			writeFile(t, w.path("orders-in/"+c.person("orders of Zirkon")+".jsonl"), text)
			continue
		}
		w.post(text, 201)
	}
	w.misuse(&c)
	w.live("the orders to be shipped, refused and sent back", func() bool {
		return w.left("4101", "4102", "4106") && strings.Contains(d.do("desk", "list", "--json"), "send_failed") && strings.Contains(d.do("desk", "list", "--json"), "bounced")
	})
	w.mail(letter{from: buyerAddress, subject: c.person("Where is my zubject"), body: "Hello,\n\n" + c.person("I am Zilla and wait") + "\n"})
	w.troubles(&c, outside.URL)
	w.searchRun(c, heard, sights())
	w.eraseAll(c)
}

// left tells whether orders were shipped.
func (w *realWorld) left(numbers ...string) bool {
	for _, number := range numbers {
		if !strings.Contains(w.daemon.try("orders", "show", number).out, ": shipped") {
			return false
		}
	}
	return true
}

// canaryCast are suppliers whose answers have words of their own.
func canaryCast(c *canaries) []*supplier {
	said := c.person("the driver is Zebedee")
	signed := c.person("Zacharias Zwirn, dispatch")
	tell := prairie()
	tell.answer = func(w *realWorld, s *supplier, jobs []*job) {
		for _, j := range jobs {
			number := c.person(w.tracking())
			w.shipped(j.order, number, j.lines)
			w.mail(letter{from: s.address, to: j.replyTo, subject: "Re: " + j.subject + c.person(" zubordinate"), header: "In-Reply-To: " + j.messageID + "\n" + "X-Clerk: " + c.person("Zsa Zsa at desk") + "\n",
				body: "Hello,\n\nthis went out today with UPS, tracking number " + number + ". Please note that " + said + ".\n\n" + signed + "\n\nOn Tuesday, Lantern Lane wrote:\n" + quoted(plainText(w.t, j.raw)) + "\n"})
		}
	}
	table := cedar()
	table.settings = "send: {by: folder, path: $DIR/cedar-in}\nreceive: {path: $DIR/cedar-out, archive: read, done: .done, poll: 1s}\n"
	table.answer = nil
	return []*supplier{tell, harbor(), quarry(), table, firm(), gone()}
}

// plant puts words of their own where secrets stand.
func (w *realWorld) plant(c *canaries, outside string) {
	for _, folder := range []string{"orders-in", "tracking", "cedar-in", "cedar-out", "cedar-out/read"} {
		if err := os.MkdirAll(w.path(folder), 0o755); err != nil {
			w.t.Fatal(err)
		}
	}
	c.secrets = append(c.secrets, transporttest.Password, apiToken, webhookKey, base64.StdEncoding.EncodeToString([]byte(webhookKey)))
	c.secret(strings.Split(strings.TrimSpace(w.read("sftp-key")), "\n")[2]) // a line of the private key
	w.write("alert-url", outside+"/alert/"+c.secret("alert-path-of-nobody"))
	w.write("alert-secret", "whsec_"+base64.StdEncoding.EncodeToString([]byte(c.secret("the-alerts-have-a-key-of-32-byte"))))
	w.write("beat-url", outside+"/beat/"+c.secret("beat-path-of-nobody"))
	text := w.read("waybill.yaml")
	text = strings.Replace(text, `digest: ["08:00"]}`, `digest: ["08:00"], alerts: [{service: webhook, url_file: alert-url, secret_files: [alert-secret], allow_private: true}], heartbeat: {url_file: beat-url, every: 1m, allow_private: true}}`, 1)
	text = strings.Replace(text, w.channel.server.URL+"/news", outside+"/news", 1)
	w.write("waybill.yaml", text)
}

// misuse sends what is refused: errors like to quote.
func (w *realWorld) misuse(c *canaries) {
	for _, bad := range []string{`{"number":"1","customer":{"email":"` + c.stranger("zoe@broken.example") + `"}`, `{"number":"` + c.stranger("zwei\\nlines") + `","channel":"shop","id":"9","ship_to":{"name":"` + c.stranger("Zed of the void") + `","country":"Zimbabwe"},"lines":[]}`} {
		if status, _ := post(w.daemon.url, apiToken, bad); status < 400 {
			w.t.Errorf("%s was taken: %d", bad, status)
		}
	}
	if status, _ := post(w.daemon.url, c.secret("a-token-that-nobody-gave-out"), `{}`); status != http.StatusUnauthorized {
		w.t.Errorf("a wrong token: %d", status)
	}
}

// troubles breaks what can break, while words go by.
func (w *realWorld) troubles(c *canaries, outside string) {
	d := w.daemon
	// Readers die over a file that names people, and over a damaged one.
	stop := killReaders(w.t.(*testing.T), d.cmd.Process.Pid, 0)
	writeFile(w.t, w.path("cedar-out/"+c.person("list by Zuzu")+".csv"), "Order,Tracking,Remark\n4103-A,"+c.person(w.tracking())+","+c.person("given to Zara at the gate")+"\n")
	writeFile(w.t, w.path("cedar-out/list by Zuzu.csv.done"), "")
	await(w.t, "the daemon to miss its readers", func() bool { return strings.Contains(d.do("status"), "(readers): does not work") })
	stop()
	writeFile(w.t, w.path("cedar-out/"+c.stranger("damaged by Zeus")+".xlsx"), "PK\x03\x04"+c.stranger("half a workbook of Zola"))
	writeFile(w.t, w.path("cedar-out/damaged by Zeus.xlsx.done"), "")
	w.live("the list after the readers", func() bool { return strings.Contains(d.do("orders", "show", "4103"), "works: shipped") })
	// A password that is wrong, a certificate of nobody, and a connection that breaks in the middle of a message.
	w.write("password", c.secret("a-password-that-is-wrong"))
	w.imapProxy.BreakAll(transporttest.Cut)
	w.mailProxy.BreakAll(transporttest.Cut)
	text := c.order("4107", orderLine{"PS-7", 1})
	w.orders["4107"], w.lines["4107"] = text, []orderLine{{"PS-7", 1}}
	w.post(text, 201)
	w.live("a login that fails", func() bool { return strings.Contains(d.do("status"), "does not work") })
	w.write("password", transporttest.Password)
	w.replace("waybill.yaml", w.dovecot.CA.File, transporttest.NewAuthority(w.t).File)
	d.reload("configuration reloaded")
	for _, args := range [][]string{{"check", "--connect"}, {"orders", "show", "Zork"}, {"desk", "show", "999"}, {"suppliers", "test", "quarry-tools"}, {"dispatch", "resend", "4101-A"}, {"erase", "--customer", "nobody"}} {
		r := d.try(args...)
		w.quiet("what `waybill "+strings.Join(args, " ")+"` says", r.out+r.errs, c.secrets)
	}
	w.configure(worldOptions{channel: "    customer_mail: true\n    folder: {path: $DIR/orders-in, poll: 1s}\n    tracking_csv: {path: $DIR/tracking, schedule: \"* * * * *\"}\n"})
	w.plant(&canaries{}, outside)
	d.reload("configuration reloaded")
	// Somebody else holds the database.
	db, err := sql.Open("sqlite", "file:"+w.path("state/waybill.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if status, _ := post(d.url, apiToken, c.order("4108", orderLine{"PS-8", 1})); status < 500 {
		w.t.Errorf("an order was taken by a locked database: %d", status)
	}
	if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		w.t.Fatal(err)
	}
	_ = conn.Close()
	w.live("the last order", func() bool { return strings.Contains(d.do("orders", "show", "4107"), "supply: shipped") })
}

// watchChildren looks at the command lines and environments of the daemon's children until the function is called.
func (w *realWorld) watchChildren() func() string {
	seen := map[string]bool{}
	ended, daemon := make(chan struct{}), w.daemon.cmd.Process.Pid
	var worker sync.WaitGroup
	worker.Go(func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
			}
			for _, pid := range append(childrenOf(daemon), daemon) {
				for _, what := range []string{"cmdline", "environ"} {
					raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, what))
					seen[string(raw)] = true
				}
			}
		}
	})
	return sync.OnceValue(func() string {
		close(ended)
		worker.Wait()
		var all strings.Builder
		for text := range seen {
			all.WriteString(text + "\n")
		}
		return all.String()
	})
}

// quiet holds that a text has none of these words.
func (w *realWorld) quiet(what, text string, words []string) {
	w.t.Helper()
	folded := strings.ToLower(text)
	for _, word := range words {
		if i := strings.Index(folded, strings.ToLower(word)); i >= 0 {
			w.t.Errorf("%s has %q: …%.300q…", what, word, text[max(0, i-200):min(len(text), i+80)])
		}
	}
}

// searchRun looks at everything that is seen from outside.
func (w *realWorld) searchRun(c canaries, heard *listener, children string) {
	all := slices.Concat(c.people, c.secrets, c.strangers)
	d := w.daemon
	for _, path := range []string{"/readyz", "/healthz", "/metrics"} {
		w.quiet(path, w.page(path), all)
	}
	contains(w.t, "the metrics", w.page("/metrics"), "waybill_exceptions_open")
	w.quiet("the log", d.logText(64<<20), all)
	w.quiet("a child", children, all)
	contains(w.t, "the children", children, "read-child")
	paths, bodies := heard.all()
	contains(w.t, "what was called", paths, "/alert/", "/news")
	w.quiet("an address that was called", strings.NewReplacer("/alert/alert-path-of-nobody", "", "/beat/beat-path-of-nobody", "").Replace(paths), all)
	var alerts []string
	for _, body := range strings.Split(bodies, "\n") {
		if strings.Contains(body, "operator.alert") {
			alerts = append(alerts, body)
		}
	}
	if len(alerts) == 0 {
		w.t.Error("nobody was alerted")
	}
	w.quiet("an alert", strings.Join(alerts, "\n"), all)
	for _, command := range [][]string{{"status"}, {"orders", "list"}, {"suppliers", "list"}, {"dispatch", "list"}, {"desk", "list"}} {
		w.quiet("waybill "+strings.Join(command, " "), d.do(command...), c.secrets)
	}
	if len(all) < 50 {
		w.t.Errorf("only %d words were planted", len(all))
	}
}

// page asks the daemon over its socket, where metrics need no token, or over its port.
func (w *realWorld) page(path string) string {
	w.t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", w.path("state/waybill.sock"))
	}}}
	url := "http://waybill" + path
	if path != "/metrics" {
		client, url = http.DefaultClient, w.daemon.url+path
	}
	r, err := client.Get(url)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

// eraseAll ends what is under way, erases the customer and whoever is left, and searches every file.
func (w *realWorld) eraseAll(c canaries) {
	d := w.daemon
	read := w.items()
	for _, number := range []string{"4104", "4105"} {
		d.try("orders", "cancel", number)
	}
	w.settleDesk()
	w.live("the request not to ship 4105 to come back and be read", func() bool { // after the erasure it would be news
		back := slices.ContainsFunc(w.dovecot.Messages(shopAddress, "INBOX"), func(m transporttest.Mail) bool {
			return strings.Contains(string(m.Raw), "not ship purchase order 4105-A")
		})
		return back && w.items() > read
	})
	var would, done flow.Erased
	d.ask(&would, "erase", "--customer", buyerAddress, "--dry-run")
	if len(would.Orders) < 7 || would.Files == nil {
		w.t.Errorf("a dry run finds %+v", would)
	}
	w.live("everything to be over", func() bool {
		w.settleDesk()
		would = flow.Erased{}
		d.ask(&would, "erase", "--customer", buyerAddress, "--dry-run")
		return len(would.Waits) == 0
	})
	w.live("everything to be erased", func() bool { // a mail that came back a moment ago may have put something on the desk
		w.settleDesk()
		done = flow.Erased{}
		d.ask(&done, "erase", "--customer", buyerAddress)
		return len(done.Waits) == 0
	})
	contains(w.t, "verify", d.do("verify"), "The books are in order.")
	var again struct {
		Outcome string `json:"outcome"`
		Erased  bool   `json:"erased"`
	}
	answer := w.post(w.orders["4101"], 200)
	if err := json.Unmarshal([]byte(answer), &again); err != nil || !again.Erased {
		w.t.Errorf("an erased order comes again: %s", answer)
	}
	w.searchFiles(c, "while it runs")
	d.stop()
	w.searchFiles(c, "after it was stopped")
	books, err := store.Open(w.t.Context(), store.Options{Path: w.path("state/waybill.db"), ReadOnly: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer books.Close()
	kept := 0
	err = books.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.EachEvidence(func(sha string, raw []byte) error {
			kept++
			w.quiet("evidence "+sha, string(raw)+unquoted(raw), c.people)
			return nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Logf("| 16 | canaries | %d words planted | 16 | 0 found in logs, metrics, addresses, alerts and children | 0 found in files after erasing, %d bodies of others kept | | |", len(c.people)+len(c.secrets)+len(c.strangers), kept)
}

// items is how many mails and files came in.
func (w *realWorld) items() (n int) {
	var s flow.Status
	w.daemon.ask(&s, "status")
	for _, state := range s.Counts.Items {
		n += state
	}
	return n
}

// unquoted gives what stands in base64 or quoted-printable.
func unquoted(raw []byte) string {
	text := strings.ReplaceAll(string(raw), "=\r\n", "")
	lines := strings.Split(text, "\r\n")
	var b strings.Builder
	b.WriteString(text)
	for _, line := range lines {
		if plain, err := base64.StdEncoding.DecodeString(line); err == nil {
			b.Write(plain)
		}
	}
	return b.String()
}

// settleDesk settles what waits, without changing an order.
func (w *realWorld) settleDesk() {
	var open []flow.ExceptionView
	w.daemon.ask(&open, "desk", "list")
	for _, x := range open {
		for _, action := range []flow.Action{flow.ActDismiss, flow.ActWithdraw, flow.ActCancel} {
			if slices.Contains(x.Actions, action) && w.daemon.try("desk", "settle", fmt.Sprint(x.ID), string(action)).code == 0 {
				break
			}
		}
	}
}

// searchFiles looks through the state folder and the folders into which waybill writes, byte by byte.
func (w *realWorld) searchFiles(c canaries, when string) {
	w.t.Helper()
	searched := 0
	for _, folder := range []string{"state", "cedar-in", "cedar-out/read", "orders-in", "tracking"} {
		err := filepath.WalkDir(w.path(folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				return nil
			}
			searched++
			w.quiet(when+", the file "+path, filepath.Base(path)+"\n"+string(raw), c.people)
			if folder == "state" {
				w.quiet(when+", the file "+path, string(raw), c.secrets)
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if searched < 3 {
		w.t.Errorf("only %d files were searched %s", searched, when)
	}
}
