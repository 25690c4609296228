package http

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// TestGuard is the list of addresses by which somebody who controls a URL or a DNS record may want to have us call what only we can reach. "own" may be
// called where an endpoint says allow_private, "never" not even there.
func TestGuard(t *testing.T) {
	for address, want := range map[string]string{
		"192.88.98.7:443":               "yes",
		"[2a00:1450:4001::1]:443":       "yes",
		"[64:ff9b::c058:6207]:443":      "yes", // NAT64 of 192.88.98.7
		"10.1.2.3:443":                  "own",
		"[fd00:1::5]:443":               "own",
		"[::ffff:10.1.2.3]:443":         "own", // the same address in its IPv6 clothes
		"127.0.0.1:443":                 "own",
		"127.8.8.8:80":                  "own",
		"172.16.0.1:80":                 "own",
		"172.31.255.255:80":             "own",
		"192.168.1.1:80":                "own",
		"100.64.0.1:80":                 "own",
		"[::1]:80":                      "own",
		"[::ffff:127.0.0.1]:80":         "own",
		"[64:ff9b::7f00:1]:80":          "own", // NAT64 of 127.0.0.1
		"[64:ff9b::a9fe:a9fe]:80":       "never",
		"0.0.0.0:80":                    "never",
		"0.1.2.3:80":                    "never",
		"169.254.169.254:80":            "never", // clouds' metadata
		"169.254.170.2:80":              "never", // of containers
		"100.100.100.200:80":            "never", // of Alibaba
		"168.63.129.16:80":              "never", // of Azure: looks public
		"192.0.0.192:80":                "never", // of Oracle
		"[fd00:ec2::254]:80":            "never", // of AWS: looks private
		"[::ffff:169.254.169.254]:80":   "never",
		"[::ffff:0:169.254.169.254]:80": "never", // IPv4-translated
		"192.88.99.1:80":                "never",
		"198.18.0.1:80":                 "never",
		"224.0.0.1:80":                  "never",
		"255.255.255.255:80":            "never",
		"240.0.0.1:80":                  "never",
		"[::]:80":                       "never",
		"[::127.0.0.1]:80":              "never",
		"[64:ff9b:1::7f00:1]:80":        "never",
		"[2002:7f00:1::]:80":            "never",
		"[fe80::1%eth0]:80":             "never",
		"[fec0::1]:80":                  "never",
		"[fec0::1%eth0]:80":             "never",
		"[ff02::1]:80":                  "never",
		"[2001:0:7f00:1::]:80":          "never",
		"localhost:80":                  "never", // not an address at all: the dialer is given addresses only
		"2130706433:80":                 "never",
	} {
		host, _, _ := net.SplitHostPort(address)
		network := "tcp4"
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
			network = "tcp6"
		}
		for d, ok := range map[Dialer]bool{{}: want == "yes", {Private: true}: want != "never"} {
			if err := d.check(network, address, false); (err == nil) != ok || err != nil && !errors.Is(err, ErrBlocked) {
				t.Errorf("%s with %+v: %v, want allowed %v", address, d, err, ok)
			}
			if err := d.check(network, address, true); (err == nil) != (ok && want != "yes") {
				t.Errorf("unencrypted to %s with %+v: %v", address, d, err)
			}
		}
	}
	for _, network := range []string{"udp4", "unix", "tcp", "ip4:icmp"} {
		if err := (Dialer{Private: true}).check(network, "192.88.98.7:443", false); !errors.Is(err, ErrBlocked) {
			t.Errorf("network %s is not refused", network)
		}
	}
}

// TestUnencryptedStaysInside: where http:// is allowed, a name that leads out of the network gets nothing.
func TestUnencryptedStaysInside(t *testing.T) {
	outside := 0
	c := NewClient(dialer(func(ctx context.Context, network, _ string) (net.Conn, error) {
		outside++
		return nil, Dialer{Private: true}.check("tcp4", "192.88.98.7:80", ctx.Value(plain{}) != nil)
	}), nil)
	for address, want := range map[string]bool{"http://shop.example/hook": true, "https://shop.example/hook": false} {
		if r, err := c.Get(address); err == nil {
			r.Body.Close()
			t.Errorf("%s answers", address)
		} else if errors.Is(err, ErrPlain) != want {
			t.Errorf("%s: %v", address, err)
		} else if help := Barred(err); want && !strings.Contains(help, "https://") {
			t.Errorf("%s: help is %q", address, help)
		}
	}
	if outside != 2 {
		t.Errorf("%d addresses were dialled", outside)
	}
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if c, err := d(ctx, network, address); c != nil || err != nil {
		return c, err
	}
	return nil, errors.New("this test goes nowhere")
}

// TestGuardDials proves that the check sits in the dialer: a name that resolves inwards is refused, an allowed one gets through.
func TestGuardDials(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost"} {
		if _, err := (Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort(host, port)); !errors.Is(err, ErrBlocked) {
			t.Errorf("dialled %s: %v", host, err)
		}
	}
	c, err := Dialer{Private: true}.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

// names is a name server that gives the next of its answers to each question for an IPv4 address, and the last one for ever.
func names(t *testing.T, answers ...string) *net.Resolver {
	var mu sync.Mutex
	asked := 0
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe() // no packets: with a length before each message (RFC 1035, 4.2.2)
		t.Cleanup(func() { _ = theirs.Close() })
		go func() {
			var size [2]byte
			for {
				if _, err := io.ReadFull(theirs, size[:]); err != nil {
					return
				}
				question := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(theirs, question); err != nil {
					return
				}
				var m dnsmessage.Message
				if m.Unpack(question) != nil {
					return
				}
				m.Response, m.Additionals = true, nil
				if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
					mu.Lock()
					a := netip.MustParseAddr(answers[min(asked, len(answers)-1)])
					asked++
					mu.Unlock()
					m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: a.As4()}}}
				}
				raw, _ := m.Pack()
				_, _ = theirs.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(raw))), raw...))
			}
		}()
		return ours, nil
	}}
}

// TestNameThatChangesItsMind: a name that is public when somebody looks and leads inwards when it is dialled is refused, and so is every inward answer.
func TestNameThatChangesItsMind(t *testing.T) {
	ctx := t.Context()
	turning := names(t, "192.88.98.7", "127.0.0.1")
	if a, err := turning.LookupNetIP(ctx, "ip4", "shop.example."); err != nil || a[0].String() != "192.88.98.7" {
		t.Fatal(a, err)
	}
	for what, r := range map[string]*net.Resolver{"turning": turning, "inward": names(t, "10.0.0.1"), "metadata": names(t, "169.254.169.254"), "nothing": names(t, "0.0.0.0")} {
		if c, err := (Dialer{Resolver: r}).DialContext(ctx, "tcp", "shop.example.:80"); !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v %v", what, c, err)
		}
	}
}

// TestRedirectsLeadNowhere: a server that sends on to an inward address, at whatever hop, is not followed, and no header of ours goes there.
func TestRedirectsLeadNowhere(t *testing.T) {
	var inside atomic.Int64
	secret := httptest.NewServer(nethttp.HandlerFunc(func(nethttp.ResponseWriter, *nethttp.Request) { inside.Add(1) }))
	defer secret.Close()
	outside := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.Redirect(w, r, secret.URL, map[string]int{"/1": 301, "/2": 302, "/3": 303, "/7": 307, "/8": 308}[r.URL.Path])
	}))
	defer outside.Close()
	for _, path := range []string{"/1", "/2", "/3", "/7", "/8"} {
		for _, method := range []string{"GET", "POST"} {
			r, err := nethttp.NewRequestWithContext(t.Context(), method, outside.URL+path, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := NewClient(Dialer{Private: true}, nil).Do(r)
			if err != nil || response.StatusCode/100 != 3 {
				t.Fatalf("%s %s: %v %v", method, path, response, err)
			}
			response.Body.Close()
		}
	}
	if inside.Load() > 0 {
		t.Errorf("%d redirects were followed", inside.Load())
	}
}

// TestHostForms: what some resolvers read as 127.0.0.1 reaches nothing there.
func TestHostForms(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	client := NewClient(Dialer{Resolver: names(t, "127.0.0.1")}, nil)
	for _, host := range []string{"127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.0.1.", "0", "localhost", "LOCALHOST.", "[::1]",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::]", "0.0.0.0", "127。0。0。1", "①②⑦.0.0.1", "user@127.0.0.1", "shop.example"} {
		r, err := nethttp.NewRequestWithContext(t.Context(), "GET", "http://"+host+":"+port+"/", nil)
		if err != nil {
			continue
		}
		if response, err := client.Do(r); err == nil {
			response.Body.Close()
			t.Errorf("%s was reached", host)
		}
	}
}
