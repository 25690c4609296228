package http

import (
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	d := Dialer{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00:1::/32")}}
	for address, ok := range map[string]bool{
		"192.88.98.7:443":             true,
		"[2a00:1450:4001::1]:443":     true,
		"10.1.2.3:443":                true, // allowed
		"[fd00:1::5]:443":             true, // allowed
		"[::ffff:10.1.2.3]:443":       true, // the same address in its IPv6 clothes
		"10.2.0.1:443":                false,
		"127.0.0.1:443":               false,
		"127.8.8.8:80":                false,
		"0.0.0.0:80":                  false,
		"0.1.2.3:80":                  false,
		"169.254.169.254:80":          false, // clouds' metadata
		"172.16.0.1:80":               false,
		"192.168.1.1:80":              false,
		"100.64.0.1:80":               false,
		"198.18.0.1:80":               false,
		"224.0.0.1:80":                false,
		"255.255.255.255:80":          false,
		"240.0.0.1:80":                false,
		"[::1]:80":                    false,
		"[::]:80":                     false,
		"[::127.0.0.1]:80":            false,
		"[::ffff:127.0.0.1]:80":       false,
		"[::ffff:169.254.169.254]:80": false,
		"[64:ff9b::7f00:1]:80":        false,
		"[2002:7f00:1::]:80":          false,
		"[fe80::1%eth0]:80":           false,
		"[fec0::1]:80":                false,
		"[fec0::1%eth0]:80":           false,
		"[fd00:2::1]:80":              false,
		"[ff02::1]:80":                false,
		"[2001:0:7f00:1::]:80":        false,
		"localhost:80":                false, // not an address at all
	} {
		host, _, _ := net.SplitHostPort(address)
		network := "tcp4"
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
			network = "tcp6"
		}
		if err := d.check(network, address); (err == nil) != ok || err != nil && !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v, want allowed %v", address, err, ok)
		}
	}
	for _, network := range []string{"udp4", "unix", "tcp", "ip4:icmp"} {
		if err := d.check(network, "192.88.98.7:443"); !errors.Is(err, ErrBlocked) {
			t.Errorf("network %s is not refused", network)
		}
	}
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
	c, err := Dialer{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
