package imap_test

import (
	"net"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// TestReceiverSuite is what every Receiver must pass, against a server in process and against a real one.
func TestReceiverSuite(t *testing.T) {
	t.Parallel()
	t.Run("in_process", func(t *testing.T) {
		transporttest.TestReceiver(t, func(t *testing.T) transporttest.ReceiverPeer { return startMemory(t) })
	})
	t.Run("dovecot", func(t *testing.T) {
		transporttest.TestReceiver(t, func(t *testing.T) transporttest.ReceiverPeer {
			return dovecotPeer{transporttest.StartDovecot(t)}
		})
	})
}

const heading = "Subject: suite\r\n\r\n"

// body is what follows the header.
func body(item transports.Item) []byte {
	_, b, _ := strings.Cut(string(item.Raw), "\r\n\r\n")
	return []byte(strings.TrimSuffix(b, "\r\n"))
}

// memory is the library's own server, with mailboxes in memory.
type memory struct {
	addr string
	user *imapmemserver.User
}

func startMemory(t *testing.T) *memory {
	t.Helper()
	m := &memory{user: imapmemserver.NewUser(user, transporttest.Password)}
	for _, name := range []string{"INBOX", "Junk"} {
		if err := m.user.Create(name, nil); err != nil {
			t.Fatal(err)
		}
	}
	mem := imapmemserver.New()
	mem.AddUser(m.user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         goimap.CapSet{goimap.CapIMAP4rev1: {}, goimap.CapIMAP4rev2: {}},
		InsecureAuth: true,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	m.addr = l.Addr().String()
	return m
}

func (m *memory) Deliver(t *testing.T, body []byte) {
	t.Helper()
	if _, err := m.user.Append("INBOX", literal{strings.NewReader(heading + string(body) + "\r\n")}, &goimap.AppendOptions{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

type literal struct{ *strings.Reader }

func (m *memory) Open(t *testing.T, cursor transports.Cursor) transports.Receiver {
	return m.account(t, cursor)
}

func (m *memory) account(t *testing.T, cursor transports.Cursor) *imap.Account {
	t.Helper()
	a, err := imap.New(imap.Config{Address: m.addr, Security: imap.None, Username: user, Password: transporttest.Password, Cursor: cursor})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (m *memory) Body(item transports.Item) []byte { return body(item) }

type dovecotPeer struct{ *transporttest.Dovecot }

func (d dovecotPeer) Deliver(t *testing.T, body []byte) {
	t.Helper()
	d.Append(user, "INBOX", []byte(heading+string(body)+"\r\n"))
}

func (d dovecotPeer) Open(t *testing.T, cursor transports.Cursor) transports.Receiver {
	t.Helper()
	return account(t, d.Dovecot, func(c *imap.Config) { c.Cursor = cursor })
}

func (d dovecotPeer) Body(item transports.Item) []byte { return body(item) }
