package rig

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// TestServerGuide follows docs/vps.md word for word on a machine of its own, from the package to the first order in shadow mode and on: what a person
// edits, and the mail servers, are the test's.
func TestServerGuide(t *testing.T) {
	transporttest.Need(t, "dovecot", "postfix", "openssh", "systemd")
	dovecot := transporttest.StartDovecot(t, transporttest.WithMailboxes(shopAddress, ownerAddress, "orders@prairie-supply.example"))
	postfix := transporttest.StartPostfix(t, dovecot)
	m := startMachine(t)
	m.do("mkdir -p /home/ada && cd /home/ada && (id ada >/dev/null 2>&1 || useradd --home-dir /home/ada ada) && chown ada: /home/ada")
	deb, err := os.ReadFile(debianPackage(t))
	if err != nil {
		t.Fatal(err)
	}
	m.put("/home/ada/waybill_test.deb", string(deb))
	ca, err := os.ReadFile(dovecot.CA.File)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(transporttest.StartOpenSSH(t).KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	m.put("/home/ada/key", string(key))
	m.do("chmod 600 /home/ada/key && ssh-keygen -y -f /home/ada/key >/home/ada/prairie.pub && mkdir -p /run/sshd")
	g := guide{m: m, edits: map[string]func(string) string{
		"/etc/waybill/mail-password": func(string) string { return transporttest.Password + "\n" },
		"/etc/waybill/waybill.yaml": func(text string) string {
			m.put("/etc/waybill/provider-ca.pem", string(ca))
			text = strings.Replace(text, "host: mail.shop.example", "host: 127.0.0.1\n      ca_file: provider-ca.pem\n      tls: starttls\n      port: "+splitPort(t, postfix.Submission), 1)
			return strings.Replace(text, "host: mail.shop.example", "host: 127.0.0.1\n      ca_file: provider-ca.pem\n      port: "+splitPort(t, dovecot.IMAPS), 1)
		},
		"/etc/waybill/suppliers/prairie-supply.yaml": func(text string) string { return text },
	}}
	start := time.Now()
	g.follow("1. Install")
	contains(t, "what was installed", m.do("systemctl is-enabled waybill.service waybill.socket || true; systemctl is-active waybill || true"), "disabled\ndisabled\ninactive\n")
	g.follow("2. Configure")
	contains(t, "the rights of the configuration", m.do("stat -c '%A %U %G' /etc/waybill /etc/waybill/mail-password /etc/waybill/waybill.yaml"), "drwxr-x--- root waybill\n-rw-r----- root waybill\n-rw-r----- root waybill\n")
	g.follow("3. Start")
	contains(t, "the first status", g.said, "orders: nothing")
	g.follow("4. The first order")
	contains(t, "the first order", g.said, "1001-A", "Ada Abernathy")
	await(t, "the shadow of the order in the owner's mailbox", func() bool { return dovecot.Count(ownerAddress, "INBOX") > 0 })
	mail := string(dovecot.Messages(ownerAddress, "INBOX")[0].Raw)
	contains(t, "the mail to the owner", mail, "1001-A")
	if n := dovecot.Count("orders@prairie-supply.example", "INBOX"); n != 0 {
		t.Errorf("the supplier got %d mails", n)
	}
	t.Logf("from the package to the first shadow order: %s of the machine's time", time.Since(start).Round(time.Second))

	m.fenced()
	g.follow("Backup")
	contains(t, "the release", g.said, "Sending goes on")
	m.watched()
	g.follow("The API, from outside")
	contains(t, "the socket's API", g.said, `{"status":"ready"}`)
	m.do("systemctl restart waybill && curl -sS http://127.0.0.1:8340/readyz") // accepted while it starts
	g.follow("Folders")
	g.follow("A drop for suppliers")
	m.dropped()
	m.wrongReload()
	m.strangers()
	m.upgraded()
	m.removed()
}

// guide is the document, followed.
type guide struct {
	m     *machine
	edits map[string]func(string) string // what a person changes in a file
	said  string                         // by the commands of the last section
}

// follow runs the shell blocks of a section, line by line, as a person would: ada, with sudo where the line says so.
func (g *guide) follow(section string) {
	t := g.m.t
	t.Helper()
	text, err := os.ReadFile("../../docs/vps.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+section+"\n")
	if !found {
		t.Fatalf("docs/vps.md has no section %q", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	g.said = ""
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(rest, -1) {
		lines := bufio.NewScanner(strings.NewReader(block[1]))
		for lines.Scan() {
			line := lines.Text()
			if strings.Contains(line, "<<END") {
				for lines.Scan() {
					line += "\n" + lines.Text()
					if lines.Text() == "END" {
						break
					}
				}
			}
			g.enter(line)
			ran++
		}
	}
	if ran == 0 {
		t.Fatalf("section %q has no commands", section)
	}
}

// enter runs one line.
func (g *guide) enter(line string) {
	t := g.m.t
	t.Helper()
	if file, ok := strings.CutPrefix(line, "sudo nano "); ok {
		edit := g.edits[file]
		if edit == nil {
			t.Fatalf("nobody knows what to write into %s", file)
		}
		before := g.m.do("cat " + file)
		g.m.put(file, edit(before))
		return
	}
	user := "ada"
	if rest, ok := strings.CutPrefix(line, "sudo -u waybill "); ok {
		user, line = "waybill", rest
	} else if rest, ok := strings.CutPrefix(line, "sudo "); ok {
		user, line = "root", rest
	}
	words := []string{"sh", "-c", "cd /home/ada && " + line}
	if user != "root" {
		words = append([]string{"runuser", "-u", user, "--"}, words...)
	}
	r := g.m.try("", words...)
	if r.code != 0 {
		t.Fatalf("docs/vps.md says, as %s: %s\nexit %d\n%s%s\n%s", user, line, r.code, r.out, r.errs, g.m.try("", "journalctl", "-n", "30", "--no-pager", "-u", "waybill").out)
	}
	g.said += r.out + r.errs
}

// fenced: what comes in is read by children with all their fences under the unit's settings.
func (m *machine) fenced() {
	m.t.Helper()
	m.do(`mkdir -p /var/lib/waybill/drop && chown waybill: /var/lib/waybill/drop
printf '\nreceive: {path: /var/lib/waybill/drop, poll: 1s}\n' >>/etc/waybill/suppliers/prairie-supply.yaml
systemctl reload waybill
printf 'order,tracking\n1001-A,1Z999AA10123456784\n' >/var/lib/waybill/drop/tracking.csv && chown waybill: /var/lib/waybill/drop/tracking.csv`)
	await(m.t, "the file to be read", func() bool { return strings.Contains(m.do("waybill status"), "items: 1 read") })
	log := m.do("journalctl -u waybill --no-pager")
	for _, bad := range []string{"fence less", "reader failed", "level=ERROR"} {
		if strings.Contains(log, bad) {
			m.t.Errorf("under the unit's settings: %s", log)
		}
	}
	children := m.do(`for p in /proc/[0-9]*; do if tr '\0' ' ' <$p/cmdline | grep -q 'waybill read-child'; then grep -E '^(Seccomp|NoNewPrivs|CapEff):' $p/status; fi; done`)
	contains(m.t, "the readers", children, "Seccomp:\t2", "NoNewPrivs:\t1", "CapEff:\t0000000000000000")
}

// watched: a daemon that stands still is killed by the watchdog and started anew. The unit's two minutes are made two seconds.
func (m *machine) watched() {
	m.t.Helper()
	m.do(`mkdir -p /run/systemd/system/waybill.service.d && printf '[Service]\nWatchdogSec=2s\nTimeoutStopSec=2s\nRestartSec=100ms\n' >/run/systemd/system/waybill.service.d/hurry.conf
systemctl daemon-reload && systemctl restart waybill`)
	pid := m.do("systemctl show -P MainPID waybill")
	m.do("kill -STOP " + pid)
	await(m.t, "the watchdog", func() bool {
		now := m.do("systemctl show -P MainPID waybill")
		return now != pid && strings.TrimSpace(now) != "0" && strings.TrimSpace(m.do("systemctl is-active waybill || true")) == "active"
	})
	contains(m.t, "the journal", m.do("journalctl -u waybill --no-pager"), "SIGABRT: abort") // its goroutines, for who looks for the cause
	m.do("rm /run/systemd/system/waybill.service.d/hurry.conf && systemctl daemon-reload && systemctl restart waybill")
}

// dropped: OpenSSH with the guide's settings takes a file from the supplier's key, and gives nothing else.
func (m *machine) dropped() {
	m.t.Helper()
	l := transporttest.FreePort(m.t)
	m.do("chown root:waybill /srv/waybill && chmod 755 /srv/waybill && ssh-keygen -A >/dev/null && " +
		fmt.Sprintf("$(command -v sshd) -o ListenAddress=127.0.0.1 -p %d -o PidFile=none -E /run/sshd.log", l))
	ssh := "-i /home/ada/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o LogLevel=ERROR"
	if r := m.try("", "sh", "-c", fmt.Sprintf("cd /tmp && printf 'order,tracking\n1001-A,1Z999AA10123456784\n' >a.csv && printf 'put a.csv\nls\n' | sftp %s -P %d drop-prairie@127.0.0.1", ssh, l)); r.code != 0 {
		m.t.Fatalf("the supplier's file is not taken: %s%s", r.errs, m.do("cat /run/sshd.log"))
	}
	contains(m.t, "the dropped file", m.do("stat -c '%A %U %G' /srv/waybill/drop/prairie-supply/in/a.csv"), "-rw-r----- drop-prairie waybill")
	m.do("sed -i 's|/var/lib/waybill/drop|/srv/waybill/drop/prairie-supply/in|' /etc/waybill/suppliers/prairie-supply.yaml && systemctl reload waybill")
	await(m.t, "the dropped file to be read", func() bool {
		return strings.Contains(m.do("waybill status"), "items: 2 ") || strings.Contains(m.do("waybill status"), "1 repeat")
	})
	for _, forbidden := range []string{
		fmt.Sprintf("ssh %s -p %d drop-prairie@127.0.0.1 id", ssh, l),
		fmt.Sprintf("cd /tmp && printf 'cd ..\nput a.csv\n' | sftp -b - %s -P %d drop-prairie@127.0.0.1", ssh, l),
		fmt.Sprintf("cd /tmp && printf 'get /etc/passwd\n' | sftp -b - %s -P %d drop-prairie@127.0.0.1", ssh, l),
	} {
		if r := m.try("", "timeout", "10", "sh", "-c", forbidden); r.code == 0 || strings.Contains(r.out, "uid=") {
			m.t.Errorf("%s: %s", forbidden, r.out)
		}
	}
}

// wrongReload: a configuration that is wrong fails the reload and leaves the daemon as it is.
func (m *machine) wrongReload() {
	m.t.Helper()
	pid := m.do("systemctl show -P MainPID waybill")
	m.do("cp /etc/waybill/waybill.yaml /root/ && echo 'nonsense: 1' >>/etc/waybill/waybill.yaml")
	if r := m.try("", "systemctl", "reload", "waybill"); r.code == 0 {
		m.t.Error("a wrong configuration is reloaded")
	}
	contains(m.t, "the journal", m.do("journalctl -u waybill -n 20 --no-pager"), "nonsense: there is no such setting")
	m.do("cp /root/waybill.yaml /etc/waybill/waybill.yaml && systemctl reload waybill")
	if now := m.do("systemctl show -P MainPID waybill"); now != pid {
		m.t.Errorf("the daemon is another one: %s, not %s", now, pid)
	}
}

// strangers: who may not read the configuration hears that, and not that there is none; what root writes with init is read by the daemon's user.
func (m *machine) strangers() {
	m.t.Helper()
	m.do("id eve >/dev/null 2>&1 || useradd --no-create-home eve")
	for _, command := range []string{"status", "pause", "check"} {
		contains(m.t, "a stranger's waybill "+command, m.try("", "runuser", "-u", "eve", "--", "waybill", command).errs, "eve may not look into its folder: become a member")
	}
	m.do("install -d -g waybill -m 750 /etc/waybill-two && waybill init /etc/waybill-two && runuser -u waybill -- cat /etc/waybill-two/mail-password")
	m.do("chown root:root /etc/waybill-two/mail-password")
	contains(m.t, "a secret of root's", m.try("", "runuser", "-u", "waybill", "--", "waybill", "check", "--config", "/etc/waybill-two/waybill.yaml").errs,
		"the secret mail-password: waybill may not read it: it belongs to root, with mode 0640; give it to a group of waybill's")
	m.do("rm -r /etc/waybill-two")
}

// upgraded: what runs goes on as the new version, unless the new version cannot start with this configuration.
func (m *machine) upgraded() {
	m.t.Helper()
	pid := m.do("systemctl show -P MainPID waybill")
	m.do("echo 'nonsense: 1' >>/etc/waybill/waybill.yaml")
	contains(m.t, "an upgrade over a wrong configuration", m.do("dpkg -i /home/ada/waybill_test.deb 2>&1"), "nonsense: there is no such setting", "the old version runs on")
	if now := m.do("systemctl is-active waybill >/dev/null; systemctl show -P MainPID waybill"); now != pid {
		m.t.Errorf("the daemon is another one after an upgrade over a wrong configuration: %s, not %s", now, pid)
	}
	m.do("cp /root/waybill.yaml /etc/waybill/waybill.yaml && dpkg -i /home/ada/waybill_test.deb")
	contains(m.t, "after an upgrade", m.do("systemctl is-active waybill; waybill orders list"), "active", "1001")
	if now := m.do("systemctl show -P MainPID waybill"); now == pid {
		m.t.Error("the old version runs on after an upgrade")
	}
}

// removed: removing keeps configuration and orders, purging takes both, and neither asks anything.
func (m *machine) removed() {
	m.t.Helper()
	m.do("dpkg -r waybill")
	if r := m.try("", "sh", "-c", "systemctl is-active waybill || command -v waybill"); r.code == 0 {
		m.t.Errorf("after the removal: %s", r.out)
	}
	m.do("test -s /var/lib/waybill/waybill.db && test -s /etc/waybill/waybill.yaml")
	m.do("dpkg -P waybill")
	m.do("! test -e /var/lib/waybill && ! test -e /etc/waybill && ! test -e /usr/share/doc/waybill")
}
