package transporttest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
)

// OpenSSH is a real sshd on 127.0.0.1 that offers SFTP and nothing else, to one user.
//
// With the rights for it (root, and mount namespaces) the user exists only inside the server's own view of the file
// system: it has a password and a key, and is shut in a root folder that it cannot write to, with folders that it can,
// as suppliers' servers are set up. Without, sshd runs as a plain user, which logs in by key only and starts in the folder.
// Paths relative to the start ("in/a.csv") mean the same in both.
type OpenSSH struct {
	*runner
	// Addr is host:port.
	Addr string
	User string
	// Password is "" where the server cannot check one.
	Password string
	// Key logs in; KeyFile holds it for the sftp client.
	Key     ssh.Signer
	KeyFile string
	// HostKey is what the server proves to be, KnownHosts a file that says so.
	HostKey    ssh.PublicKey
	KnownHosts string
	// Root is the folder on this machine in which the user starts.
	Root string
	// Jailed tells whether the user sees Root as "/".
	Jailed bool

	uid, gid int
	folders  []string
	sftpArgs []string
	extra    []string
}

// OpenSSHOption changes how StartOpenSSH sets the server up.
type OpenSSHOption func(*OpenSSH)

// WithSFTPFolders sets the folders that the user may write to; usually they are in, out and archive.
func WithSFTPFolders(names ...string) OpenSSHOption {
	return func(s *OpenSSH) { s.folders = names }
}

// WithSFTPArguments hands arguments to internal-sftp, see sftp-server(8): "-R" makes it read-only, "-P", "fsync,posix-rename"
// refuses those requests.
func WithSFTPArguments(args ...string) OpenSSHOption {
	return func(s *OpenSSH) { s.sftpArgs = append(s.sftpArgs, args...) }
}

// WithSSHDSettings adds lines to sshd_config; earlier ones win there, and these come first.
func WithSSHDSettings(lines ...string) OpenSSHOption {
	return func(s *OpenSSH) { s.extra = append(s.extra, lines...) }
}

// jailUser exists only in the server's own /etc/passwd.
const (
	jailUser = "shop"
	jailUID  = 20022
)

// StartOpenSSH starts an sshd for this test and ends it with the test. It skips the test where there is none.
func StartOpenSSH(t testing.TB, options ...OpenSSHOption) *OpenSSH {
	t.Helper()
	Need(t, "openssh")
	s := &OpenSSH{runner: newRunner(t, "openssh"), Addr: address(port(t)), folders: []string{"in", "out", "archive"}}
	s.Jailed = canJail()
	if s.Jailed {
		s.User, s.Password, s.uid, s.gid = jailUser, Password, jailUID, jailUID
	} else if os.Getuid() == 0 {
		// Not nobody, as elsewhere: systemd's list of users calls that one's account locked, and sshd believes it.
		s.User = "daemon"
		s.uid, s.gid = userID(t, s.User), groupID(t, s.User)
	} else {
		s.uid, s.gid = os.Getuid(), os.Getgid()
		s.User = userName(t, s.uid)
	}
	for _, o := range options {
		o(s)
	}
	s.Root = filepath.Join(s.Dir, "root")
	s.makeFolders()
	s.makeUserKey()
	s.NewHostKey()
	s.writeSettings()
	s.hasty = syscall.SIGTERM
	s.ready = func() error { return greets(s.Addr, "SSH-2.0-") }
	s.Start()
	return s
}

// canJail tells whether we may lay folders over the system's in a mount namespace: root may, but not in every container.
func canJail() bool {
	if os.Getuid() != 0 {
		return false
	}
	return exec.Command("unshare", "--mount", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/run").Run() == nil
}

// Path is where a file of the user ("in/a.csv") lies on this machine.
func (s *OpenSSH) Path(name string) string { return filepath.Join(s.Root, filepath.FromSlash(name)) }

func (s *OpenSSH) makeFolders() {
	s.t.Helper()
	if err := os.Mkdir(s.Root, 0o755); err != nil {
		s.t.Fatal(err)
	}
	// sshd insists that the folder it shuts the user in belongs to root (sshd_config(5), ChrootDirectory).
	if !s.Jailed {
		s.own(s.Root)
	}
	for _, f := range s.folders {
		if err := os.MkdirAll(s.Path(f), 0o755); err != nil {
			s.t.Fatal(err)
		}
		s.own(s.Path(f))
	}
}

// own hands a path to the user that logs in.
func (s *OpenSSH) own(path string) {
	s.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	if err := os.Chown(path, s.uid, s.gid); err != nil {
		s.t.Fatal(err)
	}
}

// Put lays a file into the user's folder in one step, as if it had been there before.
func (s *OpenSSH) Put(name string, content []byte) {
	s.t.Helper()
	temp := filepath.Join(s.Dir, "put")
	if err := os.WriteFile(temp, content, 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.own(temp)
	if err := os.Rename(temp, s.Path(name)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *OpenSSH) makeUserKey() {
	s.t.Helper()
	signer, private := newKey(s.t)
	s.Key = signer
	s.KeyFile = s.write("user_key", private, 0o600)
	s.write("authorized_keys", string(ssh.MarshalAuthorizedKey(signer.PublicKey())), 0o644)
}

// NewHostKey gives the server another identity, from the next Start on.
func (s *OpenSSH) NewHostKey() {
	s.t.Helper()
	signer, private := newKey(s.t)
	s.HostKey = signer.PublicKey()
	path := s.write("host_key", private, 0o600)
	if !s.Jailed {
		s.own(path) // sshd itself runs as the user
	}
	s.KnownHosts = s.write("known_hosts", fmt.Sprintf("[%s]:%s %s", Host, portOf(s.Addr), ssh.MarshalAuthorizedKey(s.HostKey)), 0o644)
}

func newKey(t testing.TB) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "waybill test")
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

func (s *OpenSSH) writeSettings() {
	s.t.Helper()
	sshd := mustProgram(s.t, "/usr/sbin/sshd")
	force := "internal-sftp"
	lines := append([]string{}, s.extra...)
	lines = append(lines,
		"ListenAddress "+s.Addr,
		"HostKey "+filepath.Join(s.Dir, "host_key"),
		"AuthorizedKeysFile "+filepath.Join(s.Dir, "authorized_keys"),
		"PidFile none",
		"LogLevel VERBOSE",
		"StrictModes no", // the folder above ours belongs to everybody
		"UsePAM no",
		"PrintLastLog no",
		"MaxStartups 1000",
		"MaxAuthTries 20",
		"MaxSessions 100",
		"AllowTcpForwarding no",
		"X11Forwarding no",
		"KbdInteractiveAuthentication no",
		"Subsystem sftp internal-sftp",
	)
	if s.Jailed {
		lines = append(lines, "PasswordAuthentication yes", "ChrootDirectory "+jailRoot)
	} else {
		lines = append(lines, "PasswordAuthentication no")
		force += " -d " + s.Root
	}
	lines = append(lines, "ForceCommand "+strings.Join(append([]string{force}, s.sftpArgs...), " "))
	config := s.write("sshd_config", strings.Join(lines, "\n")+"\n", 0o644)
	if !s.Jailed {
		s.command = func() *exec.Cmd { return dropRights(exec.Command(sshd, "-D", "-e", "-f", config), s.uid, s.gid) }
		return
	}
	s.writeJail()
	s.command = func() *exec.Cmd {
		return exec.Command("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", enterJail, "sh", s.Dir, sshd, "-D", "-e", "-f", config)
	}
}

// jailRoot is where the server itself sees Root: under folders that belong to root all the way up, as sshd demands.
const jailRoot = "/run/jail"

// enterJail lays our own users and a fresh /run over the system's, in a mount namespace that nobody else sees, and
// becomes sshd. /run is fresh because sshd wants /run/sshd, which its package's service makes.
const enterJail = `set -e
dir=$1; shift
mount --bind "$dir/passwd" /etc/passwd
mount --bind "$dir/shadow" /etc/shadow
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd /run/jail
mount --bind "$dir/root" /run/jail
exec "$@"`

// writeJail writes the users of the jail: the system's own and ours.
func (s *OpenSSH) writeJail() {
	s.t.Helper()
	system, err := os.ReadFile("/etc/passwd")
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("passwd", fmt.Sprintf("%s%s:x:%d:%d::/:/usr/sbin/nologin\n", system, s.User, s.uid, s.gid), 0o644)
	// crypt(3)'s SHA-512; perl-base is on every Debian.
	hash, err := run(exec.Command("perl", "-e", `print crypt($ARGV[0], '$6$waybill')`, s.Password))
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("shadow", fmt.Sprintf("root:*:19000::::::\nsshd:*:19000::::::\n%s:%s:19000::::::\n", s.User, hash), 0o600)
}

// SFTP runs the sftp client with a batch of commands (sftp(1)), as a supplier's clerk or script would, and gives what it
// printed. A command that fails ends the test.
func (s *OpenSSH) SFTP(commands ...string) string {
	s.t.Helper()
	out, err := s.TrySFTP(commands...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// TrySFTP is SFTP for commands that may fail; the error holds what the client printed.
func (s *OpenSSH) TrySFTP(commands ...string) (string, error) {
	s.t.Helper()
	Need(s.t, "sftp")
	cmd := exec.CommandContext(bounded(s.t), mustProgram(s.t, "/usr/bin/sftp"), "-F", "none", "-q", "-b", "-", "-P", portOf(s.Addr), "-i", s.KeyFile,
		"-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile="+s.KnownHosts, "-o", "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes",
		s.User+"@"+Host)
	cmd.Dir = s.Dir
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	return run(cmd)
}
