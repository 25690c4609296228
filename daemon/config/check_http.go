package config

import (
	"net"
	"net/netip"
	"regexp"
)

// tokenHash is how a bearer token stands in the configuration.
var tokenHash = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// tokens checks the hashes of bearer tokens. The error never repeats what stands there: it may be a token.
func (k *checker) tokens(setting string, hashes []string) {
	for i, hash := range hashes {
		if !tokenHash.MatchString(hash) {
			k.bad(path{"http", setting, index(i)}, "is not the hash of a token; expected sha256: and 64 hexadecimal digits, as waybill token prints them. A token itself does not belong here")
		}
	}
}

// Proxies are the networks of trusted_proxies.
func (h HTTP) Proxies() (all []netip.Prefix) {
	for _, text := range h.TrustedProxies {
		if p, err := proxy(text); err == nil {
			all = append(all, p)
		}
	}
	return all
}

func proxy(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

func (k *checker) proxies(h HTTP) {
	for i, text := range h.TrustedProxies {
		switch p, err := proxy(text); {
		case err != nil:
			k.bad(path{"http", "trusted_proxies", index(i)}, "is %q; expected an address like 127.0.0.1 or a network like 10.0.0.0/24", text)
		case p.Bits() == 0:
			k.bad(path{"http", "trusted_proxies", index(i)}, "is the whole Internet: anybody could say who they are; expected the addresses of your proxies")
		}
	}
	for _, s := range []struct {
		name string
		n    int
	}{{"per_token", h.PerToken}, {"per_address", h.PerAddress}} {
		if s.n < 0 {
			k.bad(path{"http", s.name}, "is %d; expected a number of requests a minute, or 0 for no limit", s.n)
		}
	}
	host, _, err := net.SplitHostPort(h.Listen)
	if a, parsed := netip.ParseAddr(host); err == nil && parsed == nil && a.IsLoopback() && h.PublicURL != "" && len(h.TrustedProxies) == 0 {
		k.warn(path{"http", "public_url"}, "is reached through a proxy on this machine, and trusted_proxies names none: requests cannot be told apart by address, so none are limited by it. Set trusted_proxies: [127.0.0.1] where the proxy sets X-Forwarded-For, as Caddy does")
	}
}
