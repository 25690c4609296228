package transporttest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Postfix is a real MTA on 127.0.0.1. It takes mail for its own domains and hands it to a Dovecot by LMTP; mail for
// any other domain is refused, whoever sends it: nothing leaves this machine.
type Postfix struct {
	*runner
	// MX takes mail from anybody for Domains, as a domain's mail exchanger does: no login, STARTTLS offered.
	MX string
	// Submission wants STARTTLS and then a login with a mailbox of the Dovecot; Submissions is the same with TLS from the first byte.
	Submission, Submissions string
	// Domains are those of the Dovecot's mailboxes and what WithDomains added.
	Domains []string
	// CA signed the server's certificate; it is the Dovecot's.
	CA *Authority

	dovecot  *Dovecot
	cert     *Certificate
	settings []string
	refused  []string
}

// PostfixOption changes how StartPostfix sets the server up.
type PostfixOption func(*Postfix)

// WithDomains adds domains for which mail is taken.
func WithDomains(domains ...string) PostfixOption {
	return func(p *Postfix) { p.Domains = append(p.Domains, domains...) }
}

// WithRefusedRecipients lists addresses that are answered with 550 at RCPT. An address that merely does not exist is
// taken first and then comes back as a bounce, since only Dovecot knows its mailboxes.
func WithRefusedRecipients(addresses ...string) PostfixOption {
	return func(p *Postfix) { p.refused = append(p.refused, addresses...) }
}

// WithPostfixCertificate lets the server show another certificate.
func WithPostfixCertificate(c Certificate) PostfixOption {
	return func(p *Postfix) { p.cert = &c }
}

// WithPostfixSettings adds lines "name = value" to main.cf; later ones win.
func WithPostfixSettings(lines ...string) PostfixOption {
	return func(p *Postfix) { p.settings = append(p.settings, lines...) }
}

// StartPostfix starts a Postfix for this test that delivers to d, and ends it with the test. It skips the test where
// there is no Postfix, or no right to run it: it starts only as root.
func StartPostfix(t testing.TB, d *Dovecot, options ...PostfixOption) *Postfix {
	t.Helper()
	Need(t, "postfix")
	p := &Postfix{
		runner: newRunner(t, "postfix"), dovecot: d, CA: d.CA,
		MX: address(port(t)), Submission: address(port(t)), Submissions: address(port(t)),
	}
	seen := map[string]bool{}
	for _, a := range d.Mailboxes() {
		if domain := a[strings.LastIndexByte(a, '@')+1:]; !seen[domain] {
			seen[domain] = true
			p.Domains = append(p.Domains, domain)
		}
	}
	for _, o := range options {
		o(p)
	}
	if p.CA == nil { // the Dovecot has no TLS
		p.CA = NewAuthority(t)
	}
	if p.cert == nil {
		c := p.CA.IssueLocal(t)
		p.cert = &c
	}
	p.writeConfig()
	config := filepath.Join(p.Dir, "etc")
	// "postfix start-fg" would be a shell between us and the master: whoever ends the shell does not end the master.
	master := mustProgram(t, "/usr/lib/postfix/sbin/master")
	p.command = func() *exec.Cmd { return exec.Command(master, "-c", config, "-s") }
	p.hasty = syscall.SIGTERM
	p.ready = func() error {
		for _, addr := range []string{p.MX, p.Submission} {
			if err := greets(addr, "220 "); err != nil {
				return err
			}
		}
		return nil
	}
	p.Start()
	return p
}

// makeFolders makes the queue as Postfix's own list of files (postfix-files) has it. That takes a millisecond, and
// "postfix check", which would make it too, seconds.
func (p *Postfix) makeFolders() {
	p.t.Helper()
	const root = 0
	postfix, postdrop := userID(p.t, "postfix"), groupID(p.t, "postdrop")
	for _, part := range []struct {
		mode     os.FileMode
		uid, gid int
		names    string
	}{
		{0o755, root, root, "etc spool spool/pid"},
		{0o700, postfix, root, "data"},
		{0o700, postfix, root, "spool/active spool/bounce spool/corrupt spool/defer spool/deferred spool/flush spool/hold spool/incoming"},
		{0o700, postfix, root, "spool/private spool/saved spool/trace"},
		{0o710, postfix, postdrop, "spool/public"},
		{0o730, postfix, postdrop, "spool/maildrop"},
	} {
		for _, name := range strings.Fields(part.names) {
			path := filepath.Join(p.Dir, name)
			if err := os.Mkdir(path, part.mode); err != nil {
				p.t.Fatal(err)
			}
			if err := os.Chown(path, part.uid, part.gid); err != nil {
				p.t.Fatal(err)
			}
			if err := os.Chmod(path, part.mode); err != nil { // past the umask
				p.t.Fatal(err)
			}
		}
	}
}

func (p *Postfix) writeConfig() {
	p.t.Helper()
	p.makeFolders()
	p.write("etc/tls.pem", string(p.cert.Key)+string(p.cert.Chain), 0o600)
	var refused strings.Builder
	for _, a := range p.refused {
		fmt.Fprintf(&refused, "%s 550 5.1.1 no such mailbox here\n", a)
	}
	maps := p.write("etc/refused", refused.String(), 0o644)
	main := p.write("etc/main.cf", p.mainCF(), 0o644)
	p.write("etc/master.cf", p.masterCF(), 0o644)
	// Postfix takes a file that is younger than two seconds for one that is still being written, and waits.
	old := time.Now().Add(-time.Minute)
	for _, path := range []string{main, maps} {
		if err := os.Chtimes(path, old, old); err != nil {
			p.t.Fatal(err)
		}
	}
}

// mainCF is main.cf (postconf(5)).
func (p *Postfix) mainCF() string {
	lines := []string{
		"compatibility_level = 3.6",
		"queue_directory = " + p.Dir + "/spool",
		"data_directory = " + p.Dir + "/data",
		"maillog_file = " + p.Log,
		"maillog_file_prefixes = " + p.Dir,
		"syslog_name = postfix",
		"inet_interfaces = " + Host,
		"inet_protocols = ipv4",
		"mynetworks =",
		"myhostname = mail.shop.example",
		"mydestination =",
		"local_recipient_maps =",
		"alias_maps =",
		"alias_database =",
		"recipient_delimiter = +",
		"virtual_mailbox_domains = " + strings.Join(p.Domains, " "),
		"virtual_transport = lmtp:inet:" + p.dovecot.LMTP,
		// Nothing leaves: no relay host, every other destination is an error, and nobody may relay either.
		"relayhost =",
		"default_transport = error:5.7.1 this test server sends nothing to the outside",
		"relay_transport = error:5.7.1 this test server sends nothing to the outside",
		"relay_domains =",
		"smtpd_relay_restrictions = reject_unauth_destination",
		"smtpd_recipient_restrictions = check_recipient_access texthash:" + p.Dir + "/etc/refused",
		// Names are never asked for: there is no network.
		"disable_dns_lookups = yes",
		"smtp_host_lookup = native",
		"smtpd_peername_lookup = no",
		"smtpd_tls_chain_files = " + p.Dir + "/etc/tls.pem",
		"smtpd_tls_security_level = may",
		"smtpd_tls_auth_only = yes",
		"smtpd_tls_loglevel = 1",
		"smtpd_sasl_type = dovecot",
		"smtpd_sasl_path = " + p.dovecot.SASL,
		"lmtp_tls_security_level = none",
		"message_size_limit = 52428800",
		"mailbox_size_limit = 0",
		// One test may open many connections and be refused often, and must get no slower answers for it.
		"smtpd_client_connection_count_limit = 0",
		"smtpd_client_connection_rate_limit = 0",
		"smtpd_client_message_rate_limit = 0",
		"smtpd_error_sleep_time = 0",
		"default_process_limit = 200",
		"in_flow_delay = 0",
		// A Dovecot that was stopped for a moment is tried again within seconds.
		"minimal_backoff_time = 2s",
		"maximal_backoff_time = 5s",
		"queue_run_delay = 2s",
		"destination_concurrency_feedback_debug = no",
		"lmtp_destination_concurrency_limit = 50",
	}
	return strings.Join(append(lines, p.settings...), "\n") + "\n"
}

// masterCF is master.cf (master(5)): which daemons there are. None is chrooted.
func (p *Postfix) masterCF() string {
	inet := func(addr, options string) string { return addr + " inet n - n - - smtpd" + options + "\n" }
	submission := " -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject"
	return inet(p.MX, "") +
		inet(p.Submission, " -o smtpd_tls_security_level=encrypt"+submission) +
		inet(p.Submissions, " -o smtpd_tls_wrappermode=yes"+submission) + `
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       1       1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`
}

// Flush makes Postfix try all waiting mail now.
func (p *Postfix) Flush() {
	p.t.Helper()
	queue := mustProgram(p.t, "/usr/sbin/postqueue")
	if _, err := run(exec.Command(queue, "-c", filepath.Join(p.Dir, "etc"), "-f")); err != nil {
		p.t.Fatal(err)
	}
}

// SMTPSink is Postfix's smtp-sink(1): it takes all mail and throws it away, as fast as a server can.
type SMTPSink struct {
	*runner
	// Addr is host:port.
	Addr string
}

// StartSMTPSink starts smtp-sink with extra arguments, for example "-w", "1" (a second before each answer to DATA) or
// "-R", "/path". It ends with the test.
func StartSMTPSink(t testing.TB, arguments ...string) *SMTPSink {
	t.Helper()
	Need(t, "smtp-sink")
	binary := mustProgram(t, "/usr/sbin/smtp-sink")
	s := &SMTPSink{runner: newRunner(t, "smtp-sink"), Addr: address(port(t))}
	s.hasty = syscall.SIGKILL
	s.command = func() *exec.Cmd {
		return asNobody(exec.Command(binary, append(append([]string{}, arguments...), s.Addr, "1024")...))
	}
	s.ready = func() error { return greets(s.Addr, "220 ") }
	s.Start()
	return s
}
