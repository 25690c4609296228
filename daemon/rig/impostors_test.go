package rig

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/transports"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"

	transporthttp "waybill/transports/http"
)

// impostors is a shop all of whose servers are not who they should be, and for each kind one that is, so that it is seen that counting works.
type impostors struct {
	t      *testing.T
	dir    string
	ca     *transporttest.Authority
	daemon *daemonProcess
	all    []*impostor
	right  map[*impostor]bool

	mailboxes, channels, alerts strings.Builder
	waits                       map[string]bool    // suppliers whose orders must wait
	mute                        map[*impostor]bool // must not be called at all
	beats                       map[string]*impostor
	orders                      int
	failed                      int // heartbeats that failed so far
	calls                       int
	bytes                       int64
}

// mailPassword, shopSecret and so on are what a impostor would like to have.
const (
	impostorsPassword = "correct-horse-battery-staple"
	impostorsSecret   = "the-secret-of-the-shop-system-0001"
)

// TestImpostors is what promise 17 says of servers: at a peer that is not who it should be, no credential and no byte of an order or a mail arrives; what was to go
// there stays queued, with words that say what to do. Each peer counts what it gets, before and after a handshake.
func TestImpostors(t *testing.T) {
	t.Parallel() // it waits more than it works
	w := &impostors{t: t, dir: t.TempDir(), ca: transporttest.NewAuthority(t), right: map[*impostor]bool{}, waits: map[string]bool{}, mute: map[*impostor]bool{}, beats: map[string]*impostor{}}
	w.write("password", impostorsPassword)
	w.write("woo-key", "ck_"+impostorsSecret)
	w.write("woo-secret", "cs_"+impostorsSecret)
	w.write("secret", impostorsSecret)
	w.write("channel-secret", "whsec_"+base64.StdEncoding.EncodeToString([]byte(webhookKey)))
	certs := certificates(t, w.ca)
	for _, name := range []string{"right", "stranger", "expired", "other"} {
		for _, way := range []string{"implicit", "starttls"} {
			w.mail(name+"-"+way, name == "right", mailImpostor(t, name+" "+way, "smtp", way, certs[name]), mailImpostor(t, name+" "+way, "imap", way, certs[name]), way)
		}
	}
	for _, way := range []string{"stripped", "clear", "injected", "preauth"} {
		w.mail(way, false, mailImpostor(t, way, "smtp", strings.Replace(way, "preauth", "stripped", 1), certs["right"]), mailImpostor(t, way, "imap", way, certs["right"]), "starttls")
	}
	w.files()
	elsewhere := webImpostor(t, "elsewhere", certs["right"], "")
	w.all = append(w.all, elsewhere)
	for _, name := range webNames() {
		w.web(name, func(what string) *impostor {
			switch name {
			case "elsewhere":
				return webImpostor(t, what+" that leads elsewhere", certs["right"], "https://"+transporttest.Host+":"+elsewhere.port)
			case "private":
				return webImpostor(t, what+" on a private address", certs["right"], "")
			}
			return webImpostor(t, what+" "+name, certs[name], "")
		})
	}
	w.configure()
	w.mute[elsewhere] = true
	w.live()
	w.tokens(certs, elsewhere)
	w.judge(elsewhere)
	t.Logf("| 17 | impostors | %d calls at %d peers, %d bytes of them handshakes and greetings | | 0 bytes of an order, a mail or a credential | | | |", w.calls, len(w.all)+len(webNames()), w.bytes)
}

func (w *impostors) write(name, content string) { writeFile(w.t, filepath.Join(w.dir, name), content) }

// mail is a mailbox, and a supplier who gets its orders by it.
func (w *impostors) mail(name string, right bool, smtp, imap *impostor, way string) {
	w.all = append(w.all, smtp, imap)
	w.right[smtp], w.right[imap] = right, right
	fmt.Fprintf(&w.mailboxes, "  %[1]s:\n    address: %[1]s@shop.example\n    smtp: {host: 127.0.0.1, port: %[2]s, tls: %[3]s, ca_file: %[4]s, password_file: password}\n    imap: {host: 127.0.0.1, port: %[5]s, tls: %[3]s, ca_file: %[4]s, password_file: password, poll: 1m}\n",
		name, smtp.port, way, w.ca.File, imap.port)
	w.supplier("mail-"+name, "email: ["+name+"@supplier.example]\nsend: {mailbox: "+name+"}\n")
	if !right {
		w.waits["mail-"+name] = true
	}
}

// files are suppliers with SFTP servers that show another key than the pinned one.
func (w *impostors) files() {
	own, pinned := sshImpostor(w.t, "sftp right")
	w.right[own] = true
	other, _ := sshImpostor(w.t, "sftp with another key")
	another, _ := sshImpostor(w.t, "sftp with a key of another kind")
	w.all = append(w.all, own, other, another)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("key", string(pem.EncodeToMemory(block)))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	pin := func(private crypto.Signer) string {
		signer, err := ssh.NewSignerFromSigner(private)
		if err != nil {
			w.t.Fatal(err)
		}
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	}
	for name, at := range map[string]struct {
		s   *impostor
		pin string
	}{"right": {own, pinned}, "other": {other, pin(private)}, "kind": {another, pin(curve)}} {
		account := fmt.Sprintf("{host: 127.0.0.1, port: %s, username: shop, key_file: key, password_file: password, host_keys: [%q]}", at.s.port, at.pin)
		w.supplier("file-"+name, "send: {by: sftp, sftp: "+account+", path: in}\nreceive: {sftp: {}, path: out}\n")
		if name != "right" {
			w.waits["file-"+name] = true
		}
	}
}

func (w *impostors) supplier(slug, settings string) {
	w.write("suppliers/"+slug+".yaml", "name: "+slug+"\nskus: [{prefix: \""+slug+"/\"}]\n"+settings)
}

// web is everything that waybill asks over HTTPS: a channel's webhook, two shop systems, an alert and the heartbeat.
func (w *impostors) web(name string, open func(what string) *impostor) {
	add := func(what string) *impostor {
		s := open(what)
		w.all = append(w.all, s)
		w.right[s], w.mute[s] = name == "right" || name == "elsewhere", name == "private"
		return s
	}
	host, allow := transporttest.Host, "true"
	if name == "private" {
		host, allow = "localhost", "false" // a name that leads inwards, which is known after DNS
	}
	fmt.Fprintf(&w.channels, "  hook-%s:\n    webhook: {url: \"https://%s:%s/news\", secret_files: [channel-secret], allow_private: %s}\n", name, host, add("webhook").port, allow)
	fmt.Fprintf(&w.channels, "  shopify-%s:\n    shopify: {shop: example.myshopify.com, client_id: 0123456789abcdef0123456789abcdef, client_secret_file: secret, url: \"https://%s:%s\", allow_private: %s, ca_file: %s}\n",
		name, host, add("shopify").port, allow, w.ca.File)
	fmt.Fprintf(&w.channels, "  woo-%s:\n    woocommerce: {url: \"https://%s:%s\", key_file: woo-key, secret_file: woo-secret, allow_private: %s, ca_file: %s}\n",
		name, host, add("woocommerce").port, allow, w.ca.File)
	w.write("alert-"+name, fmt.Sprintf("https://%s:%s/%s", host, add("alert").port, impostorsSecret))
	w.write("chat-"+name, fmt.Sprintf("https://%s:%s/%s", host, add("chat").port, impostorsSecret))
	fmt.Fprintf(&w.alerts, "    - {service: webhook, name: %[1]s, url_file: alert-%[1]s, secret_files: [channel-secret], allow_private: %[2]s}\n", name, allow)
	fmt.Fprintf(&w.alerts, "    - {service: slack, name: chat-%[1]s, url_file: chat-%[1]s, allow_private: %[2]s}\n", name, allow)
	beat := add("heartbeat")
	w.beats[name] = beat
	w.write("beat-"+name, fmt.Sprintf("https://%s:%s/%s", host, beat.port, impostorsSecret))
}

func (w *impostors) configure() {
	w.supplier("files", "send: {by: folder, path: "+filepath.Join(w.dir, "files")+"}\n")
	if err := os.MkdirAll(filepath.Join(w.dir, "files"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.beat("right")
	w.daemon = newDaemon(w.t, filepath.Join(w.dir, "waybill.yaml"))
	w.daemon.env = []string{"SSL_CERT_FILE=" + w.ca.File, "SSL_CERT_DIR=" + w.t.TempDir()}
}

// beat writes the configuration with one of the heartbeats.
func (w *impostors) beat(name string) {
	w.write("waybill.yaml", fmt.Sprintf(`shop: {name: Lantern Lane, timezone: America/Chicago}
dns: {server: none}
state: %s
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
http: {listen: "127.0.0.1:0", tokens: ["sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd"], per_token: 0}
operator:
  heartbeat: {url_file: beat-%s, every: 1m, allow_private: %v}
  alerts:
%smailboxes:
%schannels:
  shop: {}
%s`, filepath.Join(w.dir, "state"), name, name != "private", w.alerts.String(), w.mailboxes.String(), w.channels.String()))
}

// order is an order that goes to one supplier, from one channel.
func (w *impostors) order(channel, supplier string) (number string) {
	w.t.Helper()
	w.orders++
	number = fmt.Sprint(7000 + w.orders)
	text := fmt.Sprintf(`{"number":"%[1]s","channel":"%[2]s","id":"id-%[1]s","placed_at":"2025-08-26T17:12:00Z","paid_at":"2025-08-26T17:15:00Z","currency":"USD","total":"48.54","customer":{"name":"Ada Example","email":"%[3]s"},"ship_to":{"name":"Ada Example","line1":"%[1]s Test Street","city":"Springfield","region":"IL","postcode":"62704","country":"US"},"lines":[{"id":"1","sku":"%[4]s/1","title":"Mug","quantity":1,"unit_price":"4.50"}]}`,
		number, channel, buyerAddress, supplier)
	if status, answer := post(w.daemon.url, apiToken, text); status != 201 {
		w.t.Fatalf("an order for %s: %d %s", supplier, status, answer)
	}
	return number
}

// live has everything go where it should not, until each peer was called and everything says that it waits.
func (w *impostors) live() {
	d := w.daemon
	d.start()
	w.order("shop", "mail-right-implicit")
	w.order("shop", "mail-right-starttls")
	w.order("shop", "file-right")
	for slug := range w.waits {
		w.order("shop", slug)
	}
	for _, name := range webNames() {
		number := w.order("hook-"+name, "files")
		await(w.t, "the file of "+number, func() bool { return d.try("ship", number+"-A", upsNumber(uint64(w.orders))).code == 0 })
		w.beat(name)
		d.reload("configuration reloaded")
		await(w.t, "a heartbeat to "+name, func() bool {
			return w.beats[name].called() || name == "private" && d.logged(`"account":"heartbeat"`) > w.failed
		})
		w.failed = d.logged(`"account":"heartbeat"`)
	}
	for _, command := range [][]string{{"alert", "test"}, {"check", "--connect"}, {"suppliers", "test", "mail-stranger-starttls"}, {"suppliers", "test", "file-other"}} {
		if r := d.try(command...); r.code == 0 {
			w.t.Errorf("waybill %s is content:\n%s", strings.Join(command, " "), r.out)
		}
	}
	await(w.t, "everybody to be called", func() bool {
		for _, s := range w.all {
			if !s.called() && !w.mute[s] {
				return false
			}
		}
		return true
	})
	w.waiting()
	d.stop()
	for _, s := range w.all {
		s.end()
		w.judge(s)
	}
}

// waiting holds that every order and all news still wait, and that each account says what to do.
func (w *impostors) waiting() {
	var queued []flow.DispatchView
	await(w.t, "everything to wait", func() bool {
		w.daemon.ask(&queued, "dispatch", "list")
		for _, d := range queued {
			if d.State == order.DispatchQueued && d.Answer != "" {
				delete(w.waits, d.Supplier)
			}
		}
		return len(w.waits) == 0
	})
	var s flow.Status
	w.daemon.ask(&s, "status")
	failing := 0
	for _, a := range s.Accounts {
		if a.Working || strings.Contains(a.Name, "right") {
			continue
		}
		failing++
		if a.Help == "" {
			w.t.Errorf("%s (%s) does not work, and nobody is told what to do: %s", a.Title, a.Name, a.Error)
		}
	}
	if news := s.Counts.Dispatches; failing < 40 {
		w.t.Errorf("only %d accounts fail: %+v", failing, news)
	}
	for _, name := range webNames() {
		if name != "right" && !strings.Contains(w.daemon.do("desk", "list"), "hook-"+name) {
			w.t.Errorf("nobody is told that the news for channel hook-%s waits", name)
		}
	}
}

// judge looks at what one peer got.
func (w *impostors) judge(s *impostor) {
	clear, inside, logins := s.got()
	s.mu.Lock()
	calls, raw := s.calls, s.raw
	s.mu.Unlock()
	w.calls, w.bytes = w.calls+calls, w.bytes+raw
	hello, hand, _ := strings.Cut(clear, "\x16\x03\x01") // a handshake that nobody has answered
	switch {
	case w.right[s] && inside == "" && logins == 0:
		w.t.Errorf("%s got nothing, so counting shows nothing", s.name)
	case w.right[s]:
		w.t.Logf("%s, who is who it should be, got %d bytes and %d logins", s.name, len(inside), logins)
	case w.mute[s] && calls > 0:
		w.t.Errorf("%s was called %d times", s.name, calls)
	case logins > 0 || !beforeTLS.MatchString(hello) || !beforeTLS.MatchString(inside) || strings.Contains(hand, impostorsPassword):
		w.t.Errorf("%s got %q in the clear, %q inside of TLS, %d logins", s.name, clear, inside, logins)
	}
}

// webNames are what becomes of a request over HTTPS: it arrives; the certificate is a impostor's, has expired, is for another name; it is led elsewhere; its name
// leads to a private address.
func webNames() []string {
	return []string{"right", "stranger", "expired", "other", "elsewhere", "private"}
}

// tokens asks impostors for a token, with a login and for one, as a mailbox with OAuth2 does.
func (w *impostors) tokens(certs map[string]*tls.Config, elsewhere *impostor) {
	for _, name := range webNames() {
		config := certs[name]
		if config == nil {
			config = certs["right"]
		}
		peer := webImpostor(w.t, "token endpoint "+name, config, "")
		host := transporttest.Host
		switch name {
		case "elsewhere":
			peer = webImpostor(w.t, "token endpoint that leads elsewhere", certs["right"], "https://"+host+":"+elsewhere.port)
		case "private":
			host, w.mute[peer] = "localhost", true
		}
		w.right[peer] = name == "right" || name == "elsewhere"
		base := "https://" + host + ":" + peer.port
		client, err := oauth.New(oauth.Config{Mailbox: "orders", AuthURL: base, TokenURL: base + "/token", DeviceURL: base + "/device", ClientID: "waybill",
			Secret: func() (string, error) { return impostorsSecret, nil }, HTTP: oauth.NewHTTP(transporthttp.Dialer{Private: name != "private"}, w.ca.Pool), Random: rand.Reader})
		if err != nil {
			w.t.Fatal(err)
		}
		_, tokenErr := client.NewSource(keeper{}, nil).Token(w.t.Context())
		_, deviceErr := client.Device(w.t.Context())
		for _, err := range []error{tokenErr, deviceErr} {
			var e *transports.Error
			if !errors.As(err, &e) || e.Help == "" || strings.Contains(e.Error(), impostorsPassword) || strings.Contains(e.Error(), impostorsSecret) {
				w.t.Errorf("a token from %s: %v", peer.name, err)
			}
		}
		peer.end()
		w.judge(peer)
	}
}

// keeper has a login whose refresh token is worth something.
type keeper struct{}

func (keeper) Load(context.Context) (oauth.Grant, bool, error) {
	return oauth.Grant{Refresh: impostorsPassword, Client: "waybill"}, true, nil
}

func (keeper) Save(context.Context, oauth.Grant) error { return nil }
