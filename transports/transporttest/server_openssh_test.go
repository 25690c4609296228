//go:build linux

package transporttest

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestOpenSSHFiles(t *testing.T) {
	t.Parallel()
	s := StartOpenSSH(t)
	s.Put("out/track.csv", []byte("a,b\n"))
	if got := s.SFTP("ls out"); !strings.Contains(got, "out/track.csv") {
		t.Errorf("a file that was put is not listed: %q", got)
	}
	local := s.write("local", "hello", 0o644)
	s.SFTP("put "+local+" in/x.csv.part", "rename in/x.csv.part in/x.csv", "rename out/track.csv archive/track.csv")
	for name, want := range map[string]string{"in/x.csv": "hello", "archive/track.csv": "a,b\n"} {
		if got, err := os.ReadFile(s.Path(name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if s.Jailed {
		if got, err := s.TrySFTP("put " + local + " top"); err == nil || !strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("the root of the jail can be written to: %s %v", got, err)
		}
		if got := s.SFTP("pwd", "ls /"); !strings.Contains(got, "directory: /\n") || strings.Contains(got, "etc") {
			t.Errorf("the user sees more than the jail: %s", got)
		}
	}
}

func TestOpenSSHLogins(t *testing.T) {
	t.Parallel()
	s := StartOpenSSH(t)
	other, _ := newKey(t)
	type login struct {
		name string
		auth ssh.AuthMethod
		host ssh.PublicKey
		want string // what the error says, "" for success
	}
	logins := []login{
		{"key", ssh.PublicKeys(s.Key), s.HostKey, ""},
		{"another key", ssh.PublicKeys(other), s.HostKey, "unable to authenticate"},
		{"another host key", ssh.PublicKeys(s.Key), other.PublicKey(), "host key mismatch"},
	}
	if s.Password != "" {
		logins = append(logins, login{"password", ssh.Password(s.Password), s.HostKey, ""}, login{"wrong password", ssh.Password("wrong"), s.HostKey, "unable to authenticate"})
	}
	for _, l := range logins {
		c, err := ssh.Dial("tcp", s.Addr, &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{l.auth}, HostKeyCallback: ssh.FixedHostKey(l.host)})
		if err == nil {
			defer c.Close()
		}
		if l.want == "" && err != nil || l.want != "" && (err == nil || !strings.Contains(err.Error(), l.want)) {
			t.Errorf("%s: %v", l.name, err)
		}
		if err == nil {
			if session, err := c.NewSession(); err == nil {
				if out, err := session.CombinedOutput("id"); err == nil || strings.Contains(string(out), "uid=") {
					t.Errorf("%s: a command ran: %s", l.name, out)
				}
			}
		}
	}
}

func TestOpenSSHRefusals(t *testing.T) {
	t.Parallel()
	readOnly := StartOpenSSH(t, WithSFTPArguments("-R"))
	readOnly.Put("out/a", []byte("x"))
	if got, err := readOnly.TrySFTP("rm out/a"); err == nil {
		t.Errorf("a read-only server removed a file: %s", got)
	}
	noRename := StartOpenSSH(t, WithSFTPArguments("-P", "rename,posix-rename"), WithSFTPFolders("drop"))
	noRename.Put("drop/a", []byte("x"))
	if got, err := noRename.TrySFTP("rename drop/a drop/b"); err == nil {
		t.Errorf("a server without rename renamed: %s", got)
	}
}

func TestOpenSSHStopStartKill(t *testing.T) {
	t.Parallel()
	s := StartOpenSSH(t)
	for _, end := range []struct {
		name string
		do   func()
	}{{"stop", s.Stop}, {"kill", s.Kill}} {
		c, err := ssh.Dial("tcp", s.Addr, &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(s.Key)}, HostKeyCallback: ssh.FixedHostKey(s.HostKey)})
		if err != nil {
			t.Fatal(err)
		}
		pids := s.PIDs()
		if len(pids) < 2 {
			t.Fatalf("only processes %v", pids)
		}
		end.do()
		if err := c.Wait(); err == nil {
			t.Errorf("%s: an open connection ends without an error", end.name)
		}
		if left := alive(pids); len(left) > 0 {
			t.Errorf("%s: processes %v are left", end.name, left)
		}
		s.NewHostKey()
		s.Start()
		s.SFTP("ls")
	}
}
