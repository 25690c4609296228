package rig

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// TestEndToEndOAuth is the loop with a mailbox that takes no password: a person logs in with `waybill login`, orders go out and answers come in
// by tokens that the mail servers show to an authorization server; a token that ends in between is renewed, and consent that is taken back is on
// the desk until somebody logs in again.
func TestEndToEndOAuth(t *testing.T) {
	t.Parallel() // it waits more than it works
	transporttest.Need(t, "dovecot", "postfix", "openssh", "sftp")
	ca := transporttest.NewAuthority(t)
	auth := transporttest.StartAuthServer(t, ca, transporttest.AuthOptions{ClientID: "waybill-app", ClientSecret: "hush-hush", User: shopAddress, Rotate: true, Interval: 1, Lifetime: 3 * time.Second})
	w := openWorld(t, worldOptions{seed: 7, suppliers: []*supplier{prairie(), harbor()},
		dovecot: []transporttest.DovecotOption{transporttest.WithAuthority(ca), transporttest.WithTokens(auth)}})
	w.write("client-secret", "hush-hush")
	w.replace("waybill.yaml", "    plus_addresses: true\n", fmt.Sprintf("    plus_addresses: true\n    oauth: {client_id: waybill-app, client_secret_file: client-secret, token_url: \"%[1]s/token\", authorization_url: \"%[1]s/authorize\", device_url: \"%[1]s/device\", scopes: [mail, offline_access], ca_file: %[2]s, allow_private: true}\n", auth.URL, ca.File))
	w.replace("waybill.yaml", ", password_file: password", "")

	// Nobody has logged in yet: that is told, and what comes in waits.
	if r := w.daemon.try("check", "--connect"); r.code != 1 {
		t.Errorf("check without a login: exit %d\n%s%s", r.code, r.out, r.errs)
	} else {
		contains(t, "check without a login", r.errs, "run `waybill login orders`")
	}
	w.daemon.start()
	w.post(w.order("1001", orderLine{"PS-1", 1}), 201)
	w.live("a login that is missing on the desk", w.login(true))
	out := w.logIn(auth, "--device")
	contains(t, "waybill login", out, "Mailbox orders (orders@shop.example) is logged in.", "Logged in as orders@shop.example with XOAUTH2", "The folder for junk is Junk", "Folder INBOX")
	w.live("tracking after the login", func() bool { return w.complete(1) })
	w.live("the desk to be empty", func() bool { return len(w.desk()) == 0 })

	// The token has ended since, and connections break: new ones are got without anybody.
	w.imapProxy.BreakAll(transporttest.Cut)
	w.mailProxy.BreakAll(transporttest.Cut)
	w.post(w.order("1002", orderLine{"HG-1", 2}), 201)
	w.live("tracking with a new token", func() bool { return w.complete(2) })

	// Consent is taken back.
	auth.Revoke()
	w.imapProxy.BreakAll(transporttest.Cut)
	w.mailProxy.BreakAll(transporttest.Cut)
	w.post(w.order("1003", orderLine{"PS-2", 1}), 201)
	w.live("a login that is over on the desk", w.login(true))
	contains(t, "an order that waits", w.daemon.do("orders", "show", "1003"), "1003-A at prairie-supply: open")
	contains(t, "status", w.daemon.do("status"), "login of mailbox orders (orders@shop.example)", "waybill login orders")
	w.logIn(auth, "--no-browser")
	w.live("tracking after the second login", func() bool { return w.complete(3) })
	w.live("the desk to be empty at the end", func() bool { return len(w.desk()) == 0 })
	contains(t, "check --connect", w.daemon.do("check", "--connect"), "with XOAUTH2", "Folder INBOX")

	// A restart goes on with what is stored.
	w.daemon.stop()
	w.daemon.start()
	w.post(w.order("1004", orderLine{"HG-1", 1}), 201)
	w.live("tracking after a restart", func() bool { return w.complete(4) })
	w.exactlyOnce()
	w.sameAsTruth()
	backup := filepath.Join(t.TempDir(), "the.backup")
	w.daemon.do("backup", backup)
	unpacked, err := zstd.NewReader(strings.NewReader(w.readPath(backup)))
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Close()
	var lines strings.Builder
	if _, err := io.Copy(&lines, unpacked); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"the log": w.daemon.logText(64 << 20), "a backup": lines.String(), "its values": unfolded(lines.String())} {
		for _, secret := range []string{"hush-hush", "at-", "rt-"} {
			if i := strings.Index(text, secret); i >= 0 && tokenPattern.MatchString(text[i:]) {
				t.Errorf("%s holds a secret: %.60q", what, text[i:])
			}
		}
	}
}

// unfolded gives what stands in base64 in a backup.
func unfolded(backup string) string {
	var all strings.Builder
	for _, cell := range strings.Split(backup, `"`) {
		if raw, err := base64.StdEncoding.DecodeString(cell); err == nil {
			all.Write(raw)
			all.WriteByte('\n')
		}
	}
	return all.String()
}

// tokenPattern fits the authorization server's tokens and its client's secret.
var tokenPattern = regexp.MustCompile(`^(hush-hush|[ar]t-[A-Z2-7]{40,})`)

// login tells whether the desk has exactly one question about the login.
func (w *realWorld) login(open bool) func() bool {
	return func() bool {
		var list []flow.ExceptionView
		w.daemon.ask(&list, "desk", "list")
		n := 0
		for _, x := range list {
			if x.Kind == "account_failing" && strings.Contains(x.Text, "the login of mailbox") && strings.Contains(x.Help, "waybill login orders") {
				n++
			}
		}
		if n > 1 {
			w.t.Fatalf("one login is asked about %d times: %+v", n, list)
		}
		return (n == 1) == open
	}
}

// logIn is a person at a terminal and in a browser.
func (w *realWorld) logIn(auth *transporttest.AuthServer, way string) string {
	w.t.Helper()
	p := w.daemon.dialogue("login", way, "orders")
	switch way {
	case "--device":
		code := p.await(regexp.MustCompile(`enter the code\s+(\S+)`))
		if !auth.Agree(code, true) {
			w.t.Fatalf("the code %q is not known", code)
		}
	default:
		page := p.await(regexp.MustCompile(`in a browser:\s+(https://\S+)`))
		p.say("http://127.0.0.1:1/?code=wrong&state=wrong\n") // pasted from somewhere else
		p.await(regexp.MustCompile(`(Try again)`))
		p.say(visit(w.t, page) + "\n")
	}
	return p.end()
}

func (w *realWorld) readPath(path string) string {
	w.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

// dialogue is a command that talks with a person.
type dialogue struct {
	t    testing.TB
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser

	mu   sync.Mutex
	out  bytes.Buffer
	read int // how much of it was understood
}

func (d *dialogue) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(p)
}

// dialogue starts a command of waybill beside the daemon.
func (d *daemonProcess) dialogue(args ...string) *dialogue {
	d.t.Helper()
	cmd := exec.Command(d.bin, append([]string{"--config", d.config}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p := &dialogue{t: d.t, name: strings.Join(args, " "), cmd: cmd}
	cmd.Stdout, cmd.Stderr = p, p
	var err error
	if p.in, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// await waits until the command says something new that fits, and gives its first group.
func (d *dialogue) await(pattern *regexp.Regexp) (said string) {
	d.t.Helper()
	await(d.t, "waybill "+d.name+" to say "+pattern.String(), func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		at := pattern.FindSubmatchIndex(d.out.Bytes()[d.read:])
		if at == nil {
			return false
		}
		said = string(d.out.Bytes()[d.read+at[2] : d.read+at[3]])
		d.read += at[1]
		return true
	})
	return said
}

func (d *dialogue) say(text string) {
	d.t.Helper()
	if _, err := io.WriteString(d.in, text); err != nil {
		d.t.Fatal(err)
	}
}

// end waits for the command, which must have worked, and gives all that it said.
func (d *dialogue) end() string {
	d.t.Helper()
	err := d.cmd.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.t.Fatalf("waybill %s: %v\n%s", d.name, err, &d.out)
	}
	return d.out.String()
}

// visit opens a page and gives the address to which it sends the browser.
func visit(t testing.TB, page string) string {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Location")
}
