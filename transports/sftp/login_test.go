package sftp_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"waybill/transports"
	"waybill/transports/sftp"
)

// outcome is what a case of a table expects of an error.
type outcome struct {
	verdict transports.Verdict
	op      string
	scope   string
}

func checkOutcome(t *testing.T, err error, want outcome, help ...string) {
	t.Helper()
	got := outcome{verdict: transports.VerdictOf(err)}
	var e *transports.Error
	if errors.As(err, &e) {
		got.op, got.scope = e.Op, e.Scope
		for _, part := range help {
			if !strings.Contains(e.Help, part) {
				t.Errorf("help is %q, want %q in it", e.Help, part)
			}
		}
		if (e.Verdict == transports.Never || len(help) > 0) && e.Help == "" {
			t.Error("nobody is told what to do")
		}
	}
	if got != want {
		t.Errorf("got %+v, want %+v (%v)", got, want, err)
	}
}

func ecdsaSigner(t *testing.T) ssh.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// TestLogin: who may come in, and what a person reads when the door stays shut.
func TestLogin(t *testing.T) {
	never := outcome{transports.Never, "auth", "account"}
	other := newSigner(t, 9).PublicKey()
	for name, c := range map[string]struct {
		server func(t *testing.T, s *server)
		config func(t *testing.T, s *server, c *sftp.Config)
		want   outcome
		help   []string
	}{
		"password": {want: outcome{verdict: transports.Sent}},
		"key": {config: func(t *testing.T, s *server, c *sftp.Config) { c.Password, c.PrivateKey = "", privateKey(t, 2, "") },
			want: outcome{verdict: transports.Sent}},
		"key with a passphrase": {config: func(t *testing.T, s *server, c *sftp.Config) {
			c.Password, c.PrivateKey, c.Passphrase = "", privateKey(t, 2, "open"), []byte("open")
		}, want: outcome{verdict: transports.Sent}},
		"keyboard-interactive": {server: func(_ *testing.T, s *server) {
			s.ssh.PasswordCallback = nil
			s.ssh.KeyboardInteractiveCallback = asks(s, "Password: ")
		}, want: outcome{verdict: transports.Sent}},
		"one-time code": {server: func(_ *testing.T, s *server) {
			s.ssh.PasswordCallback = nil
			s.ssh.KeyboardInteractiveCallback = asks(s, "Password: ", "Code: ")
		}, want: never, help: []string{`also asks ["Password: " "Code: "]`, "login by key"}},
		"wrong password": {config: func(_ *testing.T, _ *server, c *sftp.Config) { c.Password = "wrong" },
			want: never, help: []string{"refused a password for the user shop", "Check the user name"}},
		"wrong password, tried once": {server: func(_ *testing.T, s *server) { s.ssh.KeyboardInteractiveCallback = neverAsk(t) },
			config: func(_ *testing.T, _ *server, c *sftp.Config) { c.Password = "wrong" }, want: never},
		"wrong user": {config: func(_ *testing.T, _ *server, c *sftp.Config) { c.User = "nobody" },
			want: never, help: []string{"for the user nobody"}},
		"wrong key": {config: func(t *testing.T, _ *server, c *sftp.Config) { c.Password, c.PrivateKey = "", privateKey(t, 3, "") },
			want: never, help: []string{"refused the key SHA256:"}},
		"keys only": {server: func(_ *testing.T, s *server) { s.ssh.PasswordCallback = nil },
			want: never, help: []string{"accepts only publickey", "ssh-keygen"}},
		"passwords only": {server: func(_ *testing.T, s *server) { s.ssh.PublicKeyCallback = nil },
			config: func(t *testing.T, _ *server, c *sftp.Config) { c.Password, c.PrivateKey = "", privateKey(t, 3, "") },
			want:   never, help: []string{"accepts only password", "password_file"}},
		"host key changed": {config: func(_ *testing.T, _ *server, c *sftp.Config) { c.HostKeys = []string{line1(other)} },
			want: outcome{transports.Never, "hostkey", "account"},
			help: []string{ssh.FingerprintSHA256(other), ssh.FingerprintSHA256(newSigner(t, 1).PublicKey()), "by phone", "nothing was sent", line1(newSigner(t, 1).PublicKey())}},
		"host key of another kind": {config: func(t *testing.T, _ *server, c *sftp.Config) {
			c.HostKeys = []string{line1(ecdsaSigner(t).PublicKey())}
		},
			want: outcome{transports.Never, "hostkey", "account"}, help: []string{"and now shows", line1(newSigner(t, 1).PublicKey())}},
		"host key not known": {config: func(_ *testing.T, _ *server, c *sftp.Config) { c.HostKeys = nil },
			want: outcome{transports.Never, "hostkey", "account"}, help: []string{"put this line into host_keys", line1(newSigner(t, 1).PublicKey())}},
		"host key among several": {server: func(t *testing.T, s *server) { s.ssh.AddHostKey(ecdsaSigner(t)) },
			want: outcome{verdict: transports.Sent}},
		"nothing in common": {server: func(_ *testing.T, s *server) { s.ssh.KeyExchanges = []string{ssh.InsecureKeyExchangeDH1SHA1} },
			want: outcome{transports.Never, "ssh", "account"}, help: []string{"not thought safe", "diffie-hellman-group1-sha1", "legacy: true"}},
		"legacy allowed": {server: func(_ *testing.T, s *server) { s.ssh.KeyExchanges = []string{ssh.InsecureKeyExchangeDH1SHA1} },
			config: func(_ *testing.T, _ *server, c *sftp.Config) { c.Legacy = true }, want: outcome{verdict: transports.Sent}},
		"no SFTP": {server: func(_ *testing.T, s *server) { s.noSubsystem = true },
			want: outcome{transports.Never, "sftp", "account"}, help: []string{"offers no SFTP"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			if c.server != nil {
				c.server(t, s)
			}
			a := s.account(t, func(config *sftp.Config) {
				if c.config != nil {
					c.config(t, s, config)
				}
			})
			f, err := a.Open(t.Context())
			if err == nil {
				f.Close()
			}
			checkOutcome(t, err, c.want, c.help...)
			if strings.Contains(name, "host key") && err != nil && s.asked() {
				t.Error("the server was asked to let us in before it had proved who it is")
			}
		})
	}
}

// asks is a keyboard-interactive login with these questions.
func asks(s *server, questions ...string) func(ssh.ConnMetadata, ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
	return func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		answers, err := ask("", "", questions, make([]bool, len(questions)))
		if err != nil || len(answers) != 1 || answers[0] != password {
			return nil, errors.New("no")
		}
		return nil, nil
	}
}

// neverAsk fails the test when a password that was refused is tried a second time, in another way.
func neverAsk(t *testing.T) func(ssh.ConnMetadata, ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
	return func(ssh.ConnMetadata, ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		t.Error("the refused password was tried again")
		return nil, errors.New("no")
	}
}

func privateKey(t *testing.T, seed byte, passphrase string) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(newKey(seed), "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(newKey(seed), "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

// TestUnreachable: no connection, or one that leads to something else.
func TestUnreachable(t *testing.T) {
	later := outcome{transports.Later, "dial", "server"}
	for name, c := range map[string]struct {
		dial dialer
		want outcome
		help string
	}{
		"refused":      {failing(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), later, "Nothing listens on port 22 of sftp.prairie.example"},
		"no such host": {failing(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "sftp.prairie.example", IsNotFound: true}}), later, "There is no host named sftp.prairie.example"},
		"no route":     {failing(&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}), later, "blocks port 22"},
		"an FTP server": {saying("220 ProFTPD Server ready\r\n"), outcome{transports.Later, "ssh", "server"},
			`does not speak SSH; it says "220 ProFTPD Server ready"`},
		"too busy":            {saying("Exceeded MaxStartups\r\n"), outcome{transports.Later, "ssh", "server"}, `"Exceeded MaxStartups"`},
		"ends without a word": {saying(""), outcome{transports.Later, "ssh", "server"}, "without a word"},
		"breaks off":          {saying("SSH-2.0-OpenSSH_9.2p1\r\n"), outcome{transports.Later, "ssh", "server"}, "broke off while we logged in"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := sftp.Open(sftp.Config{Address: address, User: userName, Password: password, Dialer: c.dial})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			_, err = a.Open(t.Context())
			checkOutcome(t, err, c.want, c.help)
		})
	}
}

type dialer func() (net.Conn, error)

func (d dialer) DialContext(context.Context, string, string) (net.Conn, error) { return d() }

func failing(err error) dialer { return func() (net.Conn, error) { return nil, err } }

// saying is a peer that says one thing and ends the connection.
func saying(text string) dialer {
	return func() (net.Conn, error) {
		to, from := newWire(0), newWire(0)
		if _, err := from.write([]byte(text)); err != nil {
			return nil, err
		}
		from.end()
		return &side{in: from, out: to}, nil
	}
}

// TestConfiguration: what can be seen to be wrong without a connection.
func TestConfiguration(t *testing.T) {
	key := line1(newSigner(t, 1).PublicKey())
	for name, c := range map[string]struct {
		change func(*sftp.Config)
		help   string // "" means that it is right
	}{
		"right":                     {func(*sftp.Config) {}, ""},
		"no port":                   {func(c *sftp.Config) { c.Address = "sftp.prairie.example" }, "host:port"},
		"no secret":                 {func(c *sftp.Config) { c.Password = "" }, "key_file or password_file"},
		"public key as private":     {func(c *sftp.Config) { c.PrivateKey = []byte(key) }, ".pub file is the other half"},
		"passphrase missing":        {func(c *sftp.Config) { c.PrivateKey = privateKey(t, 2, "open") }, "put its passphrase"},
		"passphrase wrong":          {func(c *sftp.Config) { c.PrivateKey, c.Passphrase = privateKey(t, 2, "open"), []byte("shut") }, "does not open"},
		"host key with comment":     {func(c *sftp.Config) { c.HostKeys = []string{"# theirs\n" + key + " root@sftp\n\n"} }, ""},
		"known_hosts line":          {func(c *sftp.Config) { c.HostKeys = []string{"sftp.prairie.example,192.0.2.7 " + key} }, ""},
		"known_hosts with wildcard": {func(c *sftp.Config) { c.HostKeys = []string{"*.prairie.example " + key} }, ""},
		"known_hosts hashed": {func(c *sftp.Config) {
			c.HostKeys = []string{knownhosts.HashHostname("sftp.prairie.example") + " " + key}
		}, ""},
		"known_hosts of another":     {func(c *sftp.Config) { c.HostKeys = []string{"sftp.other.example " + key} }, "ssh-ed25519 AAAA"},
		"known_hosts other port":     {func(c *sftp.Config) { c.HostKeys = []string{"[sftp.prairie.example]:2222 " + key} }, "ssh-ed25519 AAAA"},
		"known_hosts hashed another": {func(c *sftp.Config) { c.HostKeys = []string{knownhosts.HashHostname("sftp.other.example") + " " + key} }, "ssh-ed25519 AAAA"},
		"certificate authority":      {func(c *sftp.Config) { c.HostKeys = []string{"@cert-authority *.prairie.example " + key} }, "ssh-ed25519 AAAA"},
		"no host key":                {func(c *sftp.Config) { c.HostKeys = []string{"SHA256:abc"} }, "ssh-ed25519 AAAA"},
	} {
		t.Run(name, func(t *testing.T) {
			config := sftp.Config{Address: address, User: userName, Password: password, HostKeys: []string{key}}
			c.change(&config)
			_, err := sftp.Open(config)
			if c.help == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			checkOutcome(t, err, outcome{transports.Never, "configure", "account"}, c.help)
		})
	}
}

// TestUnknownKeyCanBePinned: the error holds what check --connect writes down, and with it the connection works.
func TestUnknownKeyCanBePinned(t *testing.T) {
	s := newServer(t)
	_, err := s.account(t, func(c *sftp.Config) { c.HostKeys = nil }).Sender(transports.FileSenderConfig{Dir: "in", Now: now}).Probe(t.Context())
	var unknown *sftp.HostKeyError
	if !errors.As(err, &unknown) || len(unknown.Pinned) != 0 || unknown.Fingerprint != ssh.FingerprintSHA256(s.host.PublicKey()) {
		t.Fatalf("got %v", err)
	}
	f, err := s.account(t, func(c *sftp.Config) { c.HostKeys = []string{unknown.Line} }).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}
