package rig

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"waybill/transports/transporttest"
)

// impostor is a server that is not who it should be, and counts what it gets: what came in the clear, what came after a handshake, and how often
// somebody tried to log in.
type impostor struct {
	t    testing.TB
	name string
	port string

	mu     sync.Mutex
	calls  int
	clear  bytes.Buffer // in the clear, of all connections
	inside bytes.Buffer // inside of TLS, which nobody should have begun to trust
	logins []string     // what SSH was shown
	raw    int64        // all bytes, with those of the handshakes
	end    func()       // returns when nothing more can come
}

// ear notes what is read from a connection.
type ear struct {
	net.Conn
	s    *impostor
	into *bytes.Buffer // nil: only counted
}

func (c ear) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.into == nil {
		c.s.raw += int64(n)
	} else {
		c.into.Write(p[:n])
	}
	return n, err
}

// startImpostor serves each connection that comes.
func startImpostor(t testing.TB, name string, serve func(s *impostor, c net.Conn)) *impostor {
	t.Helper()
	l, err := net.Listen("tcp", transporttest.Host+":0")
	if err != nil {
		t.Fatal(err)
	}
	s := &impostor{t: t, name: name, port: splitPort(t, l.Addr().String())}
	var served sync.WaitGroup
	ended := make(chan struct{})
	served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.calls++
			s.mu.Unlock()
			served.Go(func() {
				defer c.Close()
				over := make(chan struct{})
				defer close(over)
				go func() {
					select {
					case <-ended:
						c.Close()
					case <-over:
					}
				}()
				serve(s, ear{Conn: c, s: s})
			})
		}
	})
	s.end = sync.OnceFunc(func() { l.Close(); close(ended); served.Wait() })
	t.Cleanup(s.end)
	return s
}

// called tells whether somebody came and has gone.
func (s *impostor) called() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls > 0
}

// got gives what came in the clear, inside of TLS, and as logins.
func (s *impostor) got() (clear, inside string, logins int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clear.String(), s.inside.String(), len(s.logins)
}

// secured does a handshake and notes what comes after it; nil when the other side has ended it.
func (s *impostor) secured(c net.Conn, config *tls.Config) net.Conn {
	secured := tls.Server(c, config)
	if err := secured.Handshake(); err != nil {
		return nil
	}
	return ear{Conn: secured, s: s, into: &s.inside}
}

// certificates are those of a server that is who it should be, and of three that are not.
func certificates(t testing.TB, ca *transporttest.Authority) map[string]*tls.Config {
	t.Helper()
	later := time.Now().Add(24 * time.Hour)
	all := map[string]*tls.Config{}
	for name, c := range map[string]transporttest.Certificate{
		"right":    ca.IssueLocal(t),
		"stranger": transporttest.NewAuthority(t).IssueLocal(t),
		"expired":  ca.Issue(t, time.Now().Add(-time.Hour), transporttest.Host, "localhost"),
		"other":    ca.Issue(t, later, "mail.elsewhere.example", "192.0.2.1"),
	} {
		pair, err := tls.X509KeyPair(c.Chain, c.Key)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	return all
}

// mailImpostor speaks SMTP or IMAP, as far as it is let, and says yes to everything. How it turns to TLS is one of
//
//	implicit   TLS from the first byte
//	starttls   after STARTTLS
//	stripped   STARTTLS is not offered, and refused
//	clear      it says yes to STARTTLS and goes on in the clear
//	injected   it says yes and more, in one packet, before TLS
//	preauth    IMAP only: it says that nobody needs to log in
func mailImpostor(t testing.TB, name, protocol, way string, config *tls.Config) *impostor {
	t.Helper()
	return startImpostor(t, protocol+" "+name, func(s *impostor, c net.Conn) {
		var out net.Conn
		if way == "implicit" {
			if out = s.secured(c, config); out == nil {
				return
			}
		} else {
			out = ear{Conn: c, s: s, into: &s.clear}
		}
		d := mailDialogue{s: s, way: way, config: config, plain: c, out: out, in: bufio.NewReader(out)}
		if protocol == "smtp" {
			d.smtp()
		} else {
			d.imap()
		}
	})
}

type mailDialogue struct {
	s       *impostor
	way     string
	config  *tls.Config
	plain   net.Conn
	out     net.Conn
	in      *bufio.Reader
	secured bool
}

func (d *mailDialogue) say(lines ...string) {
	_, _ = io.WriteString(d.out, strings.Join(lines, "\r\n")+"\r\n")
}

// turn is the answer to STARTTLS: yes, and what the way does instead of TLS. False when the connection is over.
func (d *mailDialogue) turn(yes, no, more string) bool {
	switch d.way {
	case "stripped", "preauth":
		d.say(no)
		return true
	case "clear":
		d.say(yes)
		d.say(more)
		return true
	case "injected":
		d.say(yes, more)
	default:
		d.say(yes)
	}
	secured := d.s.secured(d.plain, d.config)
	if secured == nil {
		return false
	}
	d.out, d.in, d.secured = secured, bufio.NewReader(secured), true
	return true
}

func (d *mailDialogue) smtp() {
	d.say("220 mail.shop.example ESMTP")
	for {
		line, err := d.in.ReadString('\n')
		if err != nil {
			return
		}
		switch word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); word {
		case "EHLO":
			offers := []string{"250-mail.shop.example", "250-AUTH PLAIN LOGIN", "250 8BITMIME"}
			if d.way != "stripped" && !d.secured {
				offers = append([]string{offers[0], "250-STARTTLS"}, offers[1:]...)
			}
			d.say(offers...)
		case "STARTTLS":
			if !d.turn("220 go on", "502 not here", "250-mail.shop.example\r\n250 AUTH PLAIN LOGIN") {
				return
			}
		case "AUTH":
			d.say("235 welcome")
		case "DATA":
			d.say("354 go on")
			for line := ""; err == nil && line != ".\r\n"; {
				line, err = d.in.ReadString('\n')
			}
			d.say("250 taken")
		case "QUIT":
			d.say("221 bye")
			return
		default:
			d.say("250 yes")
		}
	}
}

func (d *mailDialogue) imap() {
	greeting := "OK"
	if d.way == "preauth" {
		greeting = "PREAUTH"
	}
	can := "IMAP4rev1 STARTTLS AUTH=PLAIN"
	if d.way == "stripped" {
		can = "IMAP4rev1 AUTH=PLAIN"
	}
	d.say("* " + greeting + " [CAPABILITY " + can + "] welcome")
	for {
		line, err := d.in.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(strings.TrimSpace(rest)) {
		case "STARTTLS":
			if !d.turn(tag+" OK go on", tag+" BAD not here", "* CAPABILITY IMAP4rev1 AUTH=PLAIN") {
				return
			}
		case "CAPABILITY":
			d.say("* CAPABILITY "+can, tag+" OK done")
		case "LOGOUT":
			d.say("* BYE", tag+" OK bye")
			return
		default:
			d.say(tag + " OK yes")
		}
	}
}

// beforeTLS is all that may be said in the clear before a server has proved who it is: no name, no password, no mail.
var beforeTLS = regexp.MustCompile(`^((EHLO \[127\.0\.0\.1\]|STARTTLS|QUIT|\w+ (STARTTLS|CAPABILITY|LOGOUT))\r\n)*$`)

// webImpostor answers requests. To a certificate that is right it may lead elsewhere.
func webImpostor(t testing.TB, name string, config *tls.Config, elsewhere string) *impostor {
	t.Helper()
	return startImpostor(t, name, func(s *impostor, c net.Conn) {
		secured := s.secured(c, config)
		if secured == nil {
			return
		}
		in := bufio.NewReader(secured)
		for i := 0; ; i++ {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			if elsewhere == "" {
				_, _ = io.WriteString(secured, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
				continue
			}
			status := []int{307, 308, 302, 301, 303}[i%5]
			fmt.Fprintf(secured, "HTTP/1.1 %d Moved\r\nLocation: %s%s\r\nContent-Length: 0\r\n\r\n", status, elsewhere, r.URL.Path)
		}
	})
}

// sshImpostor shows a host key, lets everybody try to log in, and refuses.
func sshImpostor(t testing.TB, name string) (s *impostor, key string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	sshKey, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	s = startImpostor(t, name, func(s *impostor, c net.Conn) {
		note := func(user, what string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.logins = append(s.logins, user+" "+what)
			return fmt.Errorf("no")
		}
		config := &ssh.ServerConfig{
			PasswordCallback: func(m ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
				return nil, note(m.User(), string(password))
			},
			PublicKeyCallback: func(m ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
				return nil, note(m.User(), k.Type())
			},
			AuthLogCallback: func(m ssh.ConnMetadata, method string, _ error) { _ = note(m.User(), method) },
		}
		config.AddHostKey(signer)
		if n, _, _, err := ssh.NewServerConn(c, config); err == nil {
			n.Close()
		}
	})
	return s, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(sshKey)))
}
