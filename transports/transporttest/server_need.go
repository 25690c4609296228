package transporttest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// server says what a real server needs on this machine before a test can start it.
type server struct {
	// programs are file names or patterns; all of them must be there.
	programs []string
	packages string // Debian's names, as apt-get takes them
	root     bool   // runs only as root
}

// servers are what Need knows, by name.
func servers() map[string]server {
	return map[string]server{
		"dovecot": {
			programs: []string{"/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"},
			packages: "dovecot-imapd dovecot-lmtpd",
		},
		// Postfix's master changes to other users itself and refuses to start as anyone but root.
		"postfix":         {programs: []string{"/usr/sbin/postfix", "/usr/lib/postfix/sbin/master"}, packages: "postfix", root: true},
		"smtp-sink":       {programs: []string{"/usr/sbin/smtp-sink"}, packages: "postfix"},
		"openssh":         {programs: []string{"/usr/sbin/sshd"}, packages: "openssh-server openssh-sftp-server"},
		"sftp":            {programs: []string{"/usr/bin/sftp"}, packages: "openssh-client"},
		"systemd-analyze": {programs: []string{"/usr/bin/systemd-analyze"}, packages: "systemd"},
		// A service manager of its own in namespaces: only root may make them.
		"systemd": {
			programs: []string{"/usr/lib/systemd/systemd", "/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/dpkg"},
			packages: "systemd util-linux dpkg", root: true,
		},
		"caddy":  {programs: []string{"/usr/bin/caddy"}, packages: "caddy"},
		"strace": {programs: []string{"/usr/bin/strace"}, packages: "strace"},
		"postgres": {
			programs: []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/lib/postgresql/*/bin/postgres", "/usr/lib/postgresql/*/bin/psql"},
			packages: "postgresql",
		},
	}
}

// required tells whether a server that is not there fails the test instead of skipping it: WAYBILL_SERVERS=required, as in CI.
func required() bool { return os.Getenv("WAYBILL_SERVERS") == "required" }

// Need skips the test when the programs of one of the named servers are not on this machine (dovecot, postfix, smtp-sink,
// openssh, sftp, postgres), and says which package brings them. With WAYBILL_SERVERS=required in the environment it
// fails the test instead, so that CI never passes on tests that did not run.
func Need(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if why := lacking(name); why != "" {
			unavailable(t, name, why)
		}
	}
}

// unavailable ends the test, as a failure where servers are required and else as a skip.
func unavailable(t testing.TB, name, why string) {
	t.Helper()
	if required() {
		t.Fatalf("REAL SERVER MISSING: %s: %s", name, why)
	}
	t.Skipf("SKIPPED, REAL SERVER MISSING: %s: %s (WAYBILL_SERVERS=required makes this a failure)", name, why)
}

// lacking says what is missing for the named server, in a sentence with the remedy, or "".
func lacking(name string) string {
	s, known := servers()[name]
	if !known {
		return fmt.Sprintf("no server of that name is known, only %s", strings.Join(sortedNames(), ", "))
	}
	if runtime.GOOS != "linux" {
		return "the servers are started on Linux only"
	}
	for _, p := range s.programs {
		if _, err := program(p); err != nil {
			return fmt.Sprintf("%v; .ci/servers installs it, or: apt-get install --no-install-recommends %s", err, s.packages)
		}
	}
	if s.root && os.Getuid() != 0 {
		return "it starts only as root, and this test runs as another user"
	}
	uid, _ := unprivileged()
	if _, err := user.LookupId(strconv.Itoa(uid)); err != nil {
		return fmt.Sprintf("servers want to know the name of their user, and number %d has none (%v)", uid, err)
	}
	return ""
}

func sortedNames() []string {
	var names []string
	for name := range servers() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// program finds an executable where Debian puts it (a pattern gives the newest version), else in PATH.
func program(path string) (string, error) {
	found, err := filepath.Glob(path)
	if err != nil {
		return "", fmt.Errorf("pattern of a program: %w", err)
	}
	slices.SortFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // …/9/bin before …/15/bin
		}
		return strings.Compare(a, b)
	})
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	inPath, err := exec.LookPath(filepath.Base(path))
	if err != nil {
		return "", fmt.Errorf("%s is not installed", path)
	}
	return inPath, nil
}

// mustProgram is program for callers that have called Need.
func mustProgram(t testing.TB, path string) string {
	t.Helper()
	p, err := program(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
