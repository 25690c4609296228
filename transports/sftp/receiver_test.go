package sftp_test

import (
	"path/filepath"
	"testing"

	"waybill/transports"
	"waybill/transports/sftp"
	"waybill/transports/transporttest"
)

// supplier is the suite's peer: a server with the folders of a supplier, looked at through one account.
type supplier struct {
	local   func(name string) string
	account *sftp.Account
}

func (s *supplier) Watched() string          { return "out" }
func (s *supplier) Archive() string          { return "archive" }
func (s *supplier) Local(name string) string { return s.local(name) }

func (s *supplier) Open(t *testing.T, c transports.FileReceiverConfig) transports.Receiver {
	t.Helper()
	r, err := s.account.Receiver(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReceiver(t *testing.T) {
	transporttest.TestFileReceiver(t, func(t *testing.T) transporttest.FilePeer {
		s := newServer(t)
		return &supplier{account: s.account(t), local: func(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }}
	})
}

// openSSHAccount logs in to a real server.
func openSSHAccount(t testing.TB, s *transporttest.OpenSSH, addr string, change ...func(*sftp.Config)) *sftp.Account {
	t.Helper()
	c := sftp.Config{Address: addr, User: s.User, Password: s.Password, HostKeys: []string{line1(s.HostKey)}}
	if s.Password == "" {
		c.Password, c.PrivateKey = "", readFile(t, s.KeyFile)
	}
	for _, f := range change {
		f(&c)
	}
	a, err := sftp.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}
