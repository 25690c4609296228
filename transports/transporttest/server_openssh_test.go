package transporttest

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestOpenSSH(t *testing.T) {
	s := StartOpenSSH(t)
	s.Put("out/track.csv", []byte("a,b\n"))
	if got := s.SFTP("ls out"); !strings.Contains(got, "out/track.csv") {
		t.Fatal(got)
	}
	s.SFTP("put "+s.write("local", "hello", 0o644)+" in/x.csv.part", "rename in/x.csv.part in/x.csv")
	if got, err := os.ReadFile(s.Path("in/x.csv")); err != nil || string(got) != "hello" {
		t.Fatal(string(got), err)
	}
	if s.Password != "" {
		c, err := ssh.Dial("tcp", s.Addr, &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{ssh.Password(s.Password)}, HostKeyCallback: ssh.FixedHostKey(s.HostKey)})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		_, err = ssh.Dial("tcp", s.Addr, &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{ssh.Password("wrong")}, HostKeyCallback: ssh.FixedHostKey(s.HostKey)})
		if err == nil {
			t.Fatal("wrong password let in")
		}
	}
	s.Kill()
	s.NewHostKey()
	s.Start()
	s.SFTP("ls")
}
