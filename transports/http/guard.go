package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	nethttp "net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrBlocked: the address belongs to this machine or to a private network, and nobody allowed it. Whoever controls a URL, a
// redirect or a DNS record could otherwise make the daemon speak to what only it can reach.
var ErrBlocked = errors.New("calls to this machine and to private networks are not allowed")

// ErrPlain: the address is not encrypted, which is allowed for this machine and private networks, and its name has led to neither.
var ErrPlain = errors.New("unencrypted calls go only to this machine and to private networks")

// Barred says what to do where a call was not made because of whom it led to; "" when it failed for another reason.
func Barred(err error) string {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ErrBlocked):
		return "The address leads to this machine or a private network, so nothing was sent. If that is wanted, set allow_private: true for it."
	case errors.Is(err, ErrPlain):
		return "The address begins with http:// and leads out of this machine and its network, so nothing was sent. Use https://, or look where the name leads."
	case errors.As(err, &certificate):
		return "The server's certificate cannot be trusted, so nothing was sent. It must be valid, and made for the name in the address."
	}
	return ""
}

// plain marks the context of a request that is not encrypted.
type plain struct{}

// telling is a transport that tells the dialer which connections will not be encrypted.
type telling struct{ *nethttp.Transport }

func (t telling) RoundTrip(r *nethttp.Request) (*nethttp.Response, error) {
	if r.URL.Scheme != "https" {
		r = r.WithContext(context.WithValue(r.Context(), plain{}, true))
	}
	return t.Transport.RoundTrip(r)
}

// Dialer opens connections for HTTP callers, and refuses those that lead inwards. The address is looked at after DNS and for
// every attempt, so a name that changes its mind between check and use gains nothing. The zero value refuses all inward calls.
type Dialer struct {
	// Private permits this machine and private networks: a receiver in the same network, or a test. What no server of the owner's has stays
	// refused: link-local addresses and clouds' metadata services, which give away a machine's own credentials to whoever can have it ask.
	Private bool
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
	// Timeout limits one connection attempt; 0 is 30 seconds.
	Timeout time.Duration
}

// DialContext connects as net.Dialer does.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Timeout: d.Timeout, Resolver: d.Resolver, ControlContext: func(ctx context.Context, network, address string, _ syscall.RawConn) error {
		return d.check(network, address, ctx.Value(plain{}) != nil)
	}}
	if nd.Timeout == 0 {
		nd.Timeout = 30 * time.Second
	}
	return nd.DialContext(ctx, network, address)
}

// check judges one resolved address, just before the connection is opened.
func (d Dialer) check(network, address string, unencrypted bool) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%w: network %s", ErrBlocked, network)
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	}
	ip := ap.Addr().Unmap().WithZone("")
	if netip.MustParsePrefix("64:ff9b::/96").Contains(ip) { // NAT64 (RFC 6052): how a machine without IPv4 reaches the IPv4 address inside
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if metadata(ip) || !outward(ip) && !(d.Private && inward(ip)) {
		return fmt.Errorf("%w: %s", ErrBlocked, ip)
	}
	if unencrypted && !inward(ip) {
		return fmt.Errorf("%w: %s", ErrPlain, ip)
	}
	return nil
}

// inward says whether an address can be a server of the owner's: on this machine, in a private network, or in a carrier's or an overlay network
// (RFC 6598), as some VPNs have it.
func inward(ip netip.Addr) bool {
	return ip.IsLoopback() || ip.IsPrivate() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip)
}

// metadata are the addresses at which clouds answer their own machines, where those are not link-local: AWS over IPv6, Alibaba, Azure (which has a public one),
// Oracle. Sources: each provider's documentation of its instance metadata.
func metadata(ip netip.Addr) bool {
	switch ip.String() {
	case "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192":
		return true
	}
	return false
}

// outward says whether an address belongs to the public Internet.
func outward(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() { // loopback, link-local, multicast, unspecified, broadcast; RFC 1918, RFC 4193
		return false
	}
	for _, p := range special() {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// special are the blocks of IANA's special-purpose registries (RFC 6890) that are not for the public Internet and that netip
// does not know, and those that carry an IPv4 address which may itself lead inwards.
func special() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT, and several clouds' metadata (RFC 6598)
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation (RFC 5737)
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays, deprecated (RFC 7526)
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks (RFC 2544)
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved
		netip.MustParsePrefix("::/96"),           // IPv4-compatible, deprecated
		netip.MustParsePrefix("::ffff:0:0:0/96"), // IPv4-translated (RFC 2765)
		netip.MustParsePrefix("64:ff9b:1::/48"),  // local NAT64 (RFC 8215)
		netip.MustParsePrefix("100::/64"),        // discard (RFC 6666)
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
		netip.MustParsePrefix("2001:db8::/32"),   // documentation (RFC 3849)
		netip.MustParsePrefix("2002::/16"),       // 6to4 (RFC 3056)
		netip.MustParsePrefix("3fff::/20"),       // documentation (RFC 9637)
		netip.MustParsePrefix("5f00::/16"),       // segment routing (RFC 9602)
		netip.MustParsePrefix("fec0::/10"),       // site-local, deprecated
	}
}
