package transporttest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Password is the password of every mailbox that no option gave another one.
const Password = "correct-horse-7"

// Dovecot is a real IMAP and LMTP server on 127.0.0.1. Mailboxes are whole addresses ("orders@shop.example"); mail to
// "orders+ANYTHING@shop.example" arrives in the same one. Each has the folders INBOX, Junk, Sent and Archive.
type Dovecot struct {
	*runner
	// IMAP offers STARTTLS, IMAPS is TLS from the first byte, LMTP takes mail; each is host:port.
	IMAP, IMAPS, LMTP string
	// SASL is the Unix socket at which Postfix asks for passwords.
	SASL string
	// CA signed the server's certificate.
	CA *Authority

	users   map[string]string // address to password
	folders []string
	cert    *Certificate
	plain   bool
	extra   string
	tokens  *AuthServer
	version int // of the password file
}

// DovecotOption changes how StartDovecot sets the server up.
type DovecotOption func(*Dovecot)

// WithMailboxes adds mailboxes with the usual Password beside orders@shop.example, which is always there.
func WithMailboxes(addresses ...string) DovecotOption {
	return func(d *Dovecot) {
		for _, a := range addresses {
			d.users[a] = Password
		}
	}
}

// WithFolders adds folders that every mailbox has from the start.
func WithFolders(names ...string) DovecotOption {
	return func(d *Dovecot) { d.folders = append(d.folders, names...) }
}

// WithDovecotCertificate lets the server show another certificate, for example one that has expired.
func WithDovecotCertificate(c Certificate) DovecotOption {
	return func(d *Dovecot) { d.cert = &c }
}

// WithAuthority lets another authority sign the server's certificate, so that several servers share one.
func WithAuthority(a *Authority) DovecotOption { return func(d *Dovecot) { d.CA = a } }

// WithSharedProcesses lets one IMAP process serve up to 100 connections instead of one. It takes that to watch more than
// about a hundred mailboxes by IDLE: each process watches by inotify, of which the kernel gives a user 128 instances, and
// without one Dovecot looks only every 30 seconds.
func WithSharedProcesses() DovecotOption {
	return WithDovecotSettings("service imap {\n client_limit = 100\n service_count = 0\n}")
}

// WithoutTLS gives a server that does not offer STARTTLS and has no IMAPS port.
func WithoutTLS() DovecotOption { return func(d *Dovecot) { d.plain = true } }

// WithTokens lets mailboxes log in with OAuth2 (XOAUTH2, OAUTHBEARER), also at a Postfix that asks this server: each token is shown to the
// authorization server (RFC 7662). Passwords go on working, so that a test can look over the server's shoulder.
func WithTokens(a *AuthServer) DovecotOption { return func(d *Dovecot) { d.tokens = a } }

// WithDovecotSettings appends lines to dovecot.conf; later ones win.
func WithDovecotSettings(lines ...string) DovecotOption {
	return func(d *Dovecot) { d.extra += strings.Join(lines, "\n") + "\n" }
}

// StartDovecot starts a Dovecot for this test and ends it with the test. It skips the test where there is no Dovecot.
func StartDovecot(t testing.TB, options ...DovecotOption) *Dovecot {
	t.Helper()
	Need(t, "dovecot")
	binary := mustProgram(t, "/usr/sbin/dovecot")
	if version, err := run(exec.Command(binary, "--version")); err != nil || !strings.HasPrefix(version, "2.3.") {
		unavailable(t, "dovecot", fmt.Sprintf("its settings are written for version 2.3, this is %s %v", strings.TrimSpace(version), err))
	}
	d := &Dovecot{
		runner:  newRunner(t, "dovecot"),
		users:   map[string]string{"orders@shop.example": Password},
		folders: []string{"Junk", "Sent", "Archive"},
		IMAP:    address(port(t)), LMTP: address(port(t)),
	}
	for _, o := range options {
		o(d)
	}
	if !d.plain {
		d.IMAPS = address(port(t))
		if d.CA == nil {
			d.CA = NewAuthority(t)
		}
		if d.cert == nil {
			c := d.CA.IssueLocal(t)
			d.cert = &c
		}
		d.write("cert.pem", string(d.cert.Chain), 0o644)
		d.write("key.pem", string(d.cert.Key), 0o644)
	}
	d.SASL = filepath.Join(d.Dir, "sasl")
	for _, sub := range []string{"run", "state", "mail"} {
		path := filepath.Join(d.Dir, sub)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := giveAway(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := giveAway(d.Dir); err != nil { // the SASL socket is made there
		t.Fatal(err)
	}
	d.writeUsers()
	config := d.write("dovecot.conf", d.settings(), 0o644)
	d.command = func() *exec.Cmd { return asNobody(exec.Command(binary, "-F", "-c", config)) }
	d.hasty = syscall.SIGTERM
	d.ready = func() error {
		for _, c := range []struct{ addr, words string }{{d.IMAP, "* OK"}, {d.LMTP, "220 "}} {
			if err := greets(c.addr, c.words); err != nil {
				return err
			}
		}
		return nil
	}
	d.Start()
	return d
}

// SetPassword adds a mailbox or changes its password, and returns when Dovecot has seen it: it looks at its password
// file once a second.
func (d *Dovecot) SetPassword(address, password string) {
	d.t.Helper()
	d.users[address] = password
	d.writeUsers()
	if d.proc == nil {
		return
	}
	if err := await(d.proc, func() error { return d.tryLogin(address) }); err != nil {
		d.t.Fatal(err)
	}
}

// Mailboxes lists the addresses that exist, sorted.
func (d *Dovecot) Mailboxes() []string {
	var all []string
	for a := range d.users {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// writeUsers replaces the password file in one step: Dovecot may read it at any moment.
func (d *Dovecot) writeUsers() {
	d.t.Helper()
	var b strings.Builder
	for _, a := range d.Mailboxes() {
		if strings.ContainsAny(a+d.users[a], ":\n") {
			d.t.Fatalf("mailbox %q: a colon or a line break cannot stand in Dovecot's password file", a)
		}
		fmt.Fprintf(&b, "%s:{PLAIN}%s::::::\n", a, d.users[a])
	}
	temp := d.write("users.new", b.String(), 0o644)
	// Dovecot reads it again when its time has changed by a whole second.
	d.version++
	stamp := time.Unix(int64(1e9+d.version), 0)
	if err := os.Chtimes(temp, stamp, stamp); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Rename(temp, filepath.Join(d.Dir, "users")); err != nil {
		d.t.Fatal(err)
	}
}

// settings is dovecot.conf for Dovecot 2.3. Everything runs as one user without rights, so nothing is chrooted.
func (d *Dovecot) settings() string {
	uid, gid := unprivileged()
	user, group := userName(d.t, uid), groupName(d.t, gid)
	var b strings.Builder
	set := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	set("base_dir = %s/run", d.Dir)
	set("state_dir = %s/state", d.Dir)
	set("log_path = %s", d.Log)
	set("protocols = imap lmtp")
	set("listen = %s", Host)
	set("default_internal_user = %s\ndefault_internal_group = %s\ndefault_login_user = %s", user, group, user)
	set("mail_uid = %d\nmail_gid = %d\nfirst_valid_uid = 1", uid, gid)
	set("recipient_delimiter = +")
	if d.tokens == nil {
		set("auth_mechanisms = plain login")
	} else {
		d.writeTokens()
		set("auth_mechanisms = plain login xoauth2 oauthbearer")
		// Nothing is remembered: a token that was taken back is refused at once.
		set("passdb {\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = %s/oauth2.conf\n}", d.Dir)
	}
	set("passdb {\n driver = passwd-file\n args = %s/users\n}", d.Dir)
	set("userdb {\n driver = passwd-file\n args = %s/users\n default_fields = uid=%d gid=%d home=%s/mail/%%u\n}", d.Dir, uid, gid, d.Dir)
	set("mail_location = maildir:~/Maildir")
	// The tests ask what waybill keeps, not whether Dovecot survives a power cut.
	set("mail_fsync = never")
	set("mail_max_userip_connections = 10000")
	set("namespace inbox {\n inbox = yes\n separator = /")
	for _, f := range d.folders {
		set(" mailbox %q {\n  auto = subscribe%s\n }", f, specialUse(f))
	}
	set("}")
	set("service imap-login {\n chroot =\n service_count = 0\n client_limit = 4000")
	set(" inet_listener imap {\n  port = %s\n }", portOf(d.IMAP))
	if d.plain {
		set(" inet_listener imaps {\n  port = 0\n }\n}\nssl = no")
	} else {
		set(" inet_listener imaps {\n  port = %s\n  ssl = yes\n }\n}", portOf(d.IMAPS))
		set("ssl = yes\nssl_cert = <%s/cert.pem\nssl_key = <%s/key.pem", d.Dir, d.Dir)
	}
	set("service imap {\n process_limit = 4000\n}")
	set("service lmtp {\n inet_listener lmtp {\n  port = %s\n }\n}", portOf(d.LMTP))
	set("service auth {\n client_limit = 20000\n unix_listener %s {\n  mode = 0666\n }\n}", d.SASL)
	// A wrong password is answered at once, and the next login from the same address too: the tests look at our
	// patience, not at Dovecot's.
	set("auth_failure_delay = 0")
	set("service anvil {\n chroot =\n client_limit = 20000\n unix_listener anvil-auth-penalty {\n  mode = 0\n }\n}\nservice stats {\n chroot =\n client_limit = 20000\n}")
	b.WriteString(d.extra)
	return b.String()
}

// writeTokens writes what passdb oauth2 wants of its own (doc.dovecot.org 2.3, "Open Authentication v2.0 database").
func (d *Dovecot) writeTokens() {
	d.write("oauth2.conf", fmt.Sprintf("introspection_mode = post\nintrospection_url = %s\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n", d.tokens.IntrospectionURL), 0o644)
}

// specialUse names the folder's role as RFC 6154 has it.
func specialUse(folder string) string {
	switch folder {
	case "Junk", "Sent", "Archive", "Trash", "Drafts":
		return "\n  special_use = \\" + folder
	}
	return ""
}

// maildir is the folder on disk; Maildir++ keeps all folders side by side, with a dot for each level.
func (d *Dovecot) maildir(user, folder string) string {
	base := filepath.Join(d.Dir, "mail", user, "Maildir")
	if folder == "INBOX" {
		return base
	}
	return filepath.Join(base, "."+strings.ReplaceAll(folder, "/", "."))
}

// Count tells how many messages a folder holds, without disturbing the server.
func (d *Dovecot) Count(user, folder string) int {
	n := 0
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(d.maildir(user, folder), sub))
		if err != nil {
			continue // the folder is made at the first delivery or login
		}
		n += len(entries)
	}
	return n
}

// Await waits until the folder holds at least n messages and gives them.
func (d *Dovecot) Await(user, folder string, n int) []Mail {
	d.t.Helper()
	limit := time.Now().Add(patience)
	for d.Count(user, folder) < n {
		if time.Now().After(limit) {
			d.t.Fatalf("%s of %s has %d messages after %s, not %d", folder, user, d.Count(user, folder), patience, n)
		}
		time.Sleep(2 * time.Millisecond)
	}
	return d.Messages(user, folder)
}
