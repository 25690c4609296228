package sftp_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/sftp"
	"waybill/transports/transporttest"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// emptied clears the folders of a server, so that one can serve many cases.
func emptied(t *testing.T, s *transporttest.OpenSSH) {
	t.Helper()
	for _, dir := range []string{"in", "out", "archive"} {
		entries, err := os.ReadDir(s.Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(s.Path(dir), e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestReceiverOpenSSH(t *testing.T) {
	s := transporttest.StartOpenSSH(t)
	account := openSSHAccount(t, s, s.Addr)
	transporttest.TestFileReceiver(t, func(t *testing.T) transporttest.FilePeer {
		emptied(t, s)
		return &supplier{account: account, local: s.Path}
	})
}

// TestSendOpenSSH sends to real servers: one that offers all, one without fsync and posix-rename, one that forbids to
// rename, one that forbids to delete, one that is read-only.
func TestSendOpenSSH(t *testing.T) {
	const key = "po_1001-A.csv"
	big := []byte(strings.Repeat("1001-A,PS10044,1\r\n", 300_000)) // 5 MB
	for name, c := range map[string]struct {
		arguments []string
		noRename  bool
		there     map[string]string
		to        string
		body      []byte
		want      outcome
		help      string
		lies      []string
	}{
		"plain":                        {want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"large":                        {body: big, want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"empty":                        {body: []byte{}, want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"already there":                {there: map[string]string{key: string(orderFile)}, want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"another of that name":         {there: map[string]string{key: "x"}, want: outcome{transports.Never, "name", ""}, help: "unique", lies: []string{key}},
		"what an earlier attempt left": {there: map[string]string{key + ".7-1.part": "half"}, want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"no such directory":            {to: "orders/new", want: outcome{transports.Never, "write", "account"}, help: "archive/, in/, out/"},
		"not allowed there":            {to: "/", want: outcome{transports.Never, "write", "account"}, help: "permission"},
		"no fsync, no posix-rename": {arguments: []string{"-P", "fsync,posix-rename"},
			want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"no posix-rename, another of that name": {arguments: []string{"-P", "posix-rename"}, there: map[string]string{key: "x"},
			want: outcome{transports.Never, "name", ""}, lies: []string{key}},
		"no rename": {arguments: []string{"-P", "posix-rename,rename"},
			want: outcome{transports.Never, "rename", "account"}, help: "no_rename"},
		"no rename, in place": {arguments: []string{"-P", "posix-rename,rename"}, noRename: true,
			want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"what this attempt has begun": {there: map[string]string{key + ".7-2.part": "half"}, want: outcome{verdict: transports.Sent}, lies: []string{key}},
		"what another file left": {there: map[string]string{key + "x.7-1.part": "half", "po_1001-A.8-1.part": "half"}, want: outcome{verdict: transports.Sent},
			lies: []string{"po_1001-A.8-1.part", key, key + "x.7-1.part"}},
		"no delete, and an earlier attempt": {arguments: []string{"-P", "remove"}, there: map[string]string{key + ".7-1.part": "half"},
			want: outcome{verdict: transports.Sent}, lies: []string{key, key + ".7-1.part"}},
		"read-only": {arguments: []string{"-R"}, want: outcome{transports.Never, "write", "account"}, help: "ask who runs it for the permission"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := transporttest.StartOpenSSH(t, transporttest.WithSFTPArguments(c.arguments...))
			if c.to == "/" && !s.Jailed {
				t.Log("the server is not shut in a folder")
				return
			}
			if c.body == nil {
				c.body = orderFile
			}
			for name, body := range c.there {
				s.Put("in/"+name, []byte(body))
			}
			m := transports.Message{Key: key, Body: c.body, Attempt: "7-2", Earlier: []string{"7-1"}}
			if c.to != "" {
				m.To = []string{c.to}
			}
			marks := 0
			receipt, err := openSSHAccount(t, s, s.Addr).Sender(transports.FileSenderConfig{Dir: "in", NoRename: c.noRename, Now: now}).
				Send(t.Context(), m, func(context.Context) error { marks++; return nil })
			checkOutcome(t, err, c.want, c.help)
			var lies []string
			entries, _ := os.ReadDir(s.Path("in"))
			for _, e := range entries {
				lies = append(lies, e.Name())
			}
			if !slices.Equal(lies, c.lies) {
				t.Errorf("there are %q, want %q", lies, c.lies)
			}
			if err != nil {
				return
			}
			if got := readFile(t, s.Path("in/"+key)); string(got) != string(c.body) {
				t.Errorf("%d bytes arrived changed", len(got))
			}
			if marks != 1 || receipt.ID != "in/"+key || receipt.At != now() || receipt.Answer == "" {
				t.Errorf("%d marks, receipt %+v", marks, receipt)
			}
		})
	}
}

// TestProbeOpenSSH: the sentences a person reads before the first order.
func TestProbeOpenSSH(t *testing.T) {
	s := transporttest.StartOpenSSH(t)
	s.Put("out/tracking.csv", []byte("1001-A,1Z999AA10123456784\r\n"))
	s.Put("out/tracking2.csv.part", []byte("1001"))
	a := openSSHAccount(t, s, s.Addr)
	tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
	rx, err := a.Receiver(transports.FileReceiverConfig{Source: "x", Dir: "out", Archive: "archive", Cursor: &transporttest.Memory{}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ask  func(context.Context) ([]string, error)
		want []string
	}{
		"sender": {tx.Probe, []string{"Logged in to " + s.Addr + " as " + s.User, "SSH-2.0-OpenSSH", ssh.FingerprintSHA256(s.HostKey),
			"is on its disk (fsync)", "Files can be renamed", "has the permissions d", "Orders will be left in in, where there are now 0 files", "room for"}},
		"receiver": {rx.Probe, []string{"In out there are 2 entries, of which 1 will be taken.", "They can be read.", "moved to archive when"}},
		"try":      {tx.Try, []string{"written", "compared", "renamed", "removed"}},
	} {
		facts, err := c.ask(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all := strings.Join(facts, "\n")
		for _, part := range c.want {
			if !strings.Contains(all, part) {
				t.Errorf("%s says\n%s\nwithout %q", name, all, part)
			}
		}
	}
	if entries, _ := os.ReadDir(s.Path("in")); len(entries) != 0 {
		t.Errorf("the trial left %v", entries)
	}
	strict := transporttest.StartOpenSSH(t, transporttest.WithSFTPArguments("-R"))
	facts, err := openSSHAccount(t, strict, strict.Addr).Sender(transports.FileSenderConfig{Dir: "in", Now: now}).Probe(t.Context())
	if all := strings.Join(facts, "\n"); err != nil || !strings.Contains(all, "refuses every upload") || !strings.Contains(all, "refuses to rename") || !strings.Contains(all, "refuses to delete") {
		t.Errorf("of a read-only server it says %v\n%s", err, all)
	}
}

// TestHostKeyChangesWhileWeRun: the next connection after the change sends nothing.
func TestHostKeyChangesWhileWeRun(t *testing.T) {
	s := transporttest.StartOpenSSH(t)
	tx := openSSHAccount(t, s, s.Addr).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
	send := func(key string) error {
		_, err := tx.Send(t.Context(), transports.Message{Key: key, Body: orderFile}, noMark)
		return err
	}
	if err := send("a.csv"); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.NewHostKey()
	s.Start()
	err := send("b.csv")
	checkOutcome(t, err, outcome{transports.Never, "hostkey", "account"}, line1(s.HostKey))
	var changed *sftp.HostKeyError
	if !errors.As(err, &changed) || len(changed.Pinned) != 1 {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(s.Path("in/b.csv")); err == nil {
		t.Error("it was sent all the same")
	}
}

// TestServerRestarts: connections that died while nobody used them cost nothing.
func TestServerRestarts(t *testing.T) {
	s := transporttest.StartOpenSSH(t)
	p := transporttest.StartProxy(t, s.Addr)
	tx := openSSHAccount(t, s, p.Addr).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
	for _, b := range []transporttest.Break{transporttest.Cut, transporttest.Reset} {
		for _, key := range []string{"a.csv", "b.csv"} {
			if _, err := tx.Send(t.Context(), transports.Message{Key: string(b) + key, Body: orderFile}, noMark); err != nil {
				t.Fatal(err)
			}
		}
		p.BreakAll(b)
	}
	if _, err := tx.Send(t.Context(), transports.Message{Key: "c.csv", Body: orderFile}, noMark); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	_, err := tx.Send(t.Context(), transports.Message{Key: "d.csv", Body: orderFile}, noMark)
	if v := transports.VerdictOf(err); v != transports.Later {
		t.Errorf("got %s: %v", v, err)
	}
	s.Start()
	if _, err := tx.Send(t.Context(), transports.Message{Key: "d.csv", Body: orderFile}, noMark); err != nil {
		t.Fatal(err)
	}
}

// TestStallAtRename: the network forgets the connection while the rename is under way; the file arrives once all the same.
func TestStallAtRename(t *testing.T) {
	s := transporttest.StartOpenSSH(t)
	p := transporttest.StartProxy(t, s.Addr)
	tx := openSSHAccount(t, s, p.Addr, func(c *sftp.Config) { c.Timeout = 300 * time.Millisecond }).
		Sender(transports.FileSenderConfig{Dir: "in", Now: now})
	receipt, err := tx.Send(t.Context(), transports.Message{Key: "a.csv", Body: orderFile}, func(context.Context) error {
		p.BreakAll(transporttest.Stall)
		return nil
	})
	if err != nil || !strings.Contains(receipt.Answer, "second connection") {
		t.Errorf("got %+v, %v", receipt, err)
	}
	if got := readFile(t, s.Path("in/a.csv")); string(got) != string(orderFile) {
		t.Errorf("%d bytes arrived", len(got))
	}
}
