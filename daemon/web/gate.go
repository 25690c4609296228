package web

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Gate is what every request from the world passes before anything is done for it: it must mean this server, come from no foreign page, and not be one of
// too many. Its functions are asked for each request, so that a reload counts at once.
type Gate struct {
	// Tokens are the hashes of all bearer tokens. Who shows one is counted by it, everybody else by their address.
	Tokens func() []string
	// Rules are the settings.
	Rules func() Rules
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Rules are the settings of a Gate.
type Rules struct {
	// Proxies are the networks whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// PublicURL is the address under which the world knows this server; "" is any.
	PublicURL string
	// PerToken and PerAddress are requests a minute; 0 is no limit.
	PerToken, PerAddress int
}

// Around puts the gate before h.
func (g Gate) Around(h http.Handler) http.Handler {
	if g.Now == nil {
		g.Now = time.Now
	}
	limits, pages := &meter{}, http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		rules := g.Rules()
		if !rules.means(r.Host) {
			fail(w, http.StatusMisdirectedRequest, "this server is not called "+strconv.Quote(cutText(r.Host, 80))+": use the address that http.public_url names", nil)
			return
		}
		if pages.Check(r) != nil {
			fail(w, http.StatusForbidden, "a page of another site has sent this: call the API from a server, not from a browser", nil)
			return
		}
		key, most := "", rules.PerAddress
		if authorized(r, g.Tokens()) {
			key, most = "token "+shown(r), rules.PerToken
		} else if from, known := rules.from(r); known {
			key = "address " + from.String()
		}
		if key == "" || most <= 0 {
			h.ServeHTTP(w, r)
			return
		}
		wait := limits.take(key, most, g.Now())
		if wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			fail(w, http.StatusTooManyRequests, "too many requests: wait as long as Retry-After says; http.per_token and http.per_address set how many a minute are taken", nil)
			return
		}
		noted := &noting{ResponseWriter: w}
		h.ServeHTTP(noted, r)
		if strings.HasPrefix(r.URL.Path, "/hooks/") && noted.status < 300 { // its signature was right: a shop may say as much as it likes
			limits.giveBack(key, most)
		}
	})
}

// Local is the gate of the socket for commands: no page gets there, however it was made to reach a port that leads to it, for a browser would name itself
// by another host (DNS rebinding) or by its origin.
func Local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		browser := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Referer") != ""
		if r.Host != "waybill" && r.Host != "localhost" || browser {
			fail(w, http.StatusForbidden, "the commands' socket is not for browsers; ask for http://waybill/…", nil)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// harden sets what holds for every answer: nothing is guessed, framed, cached or loaded from elsewhere, and no address is handed on.
func harden(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// means tells whether a request's Host is ours: the one of the public address, or how this machine and its network call it. Without a public address
// nobody knows what a proxy lets through, and any counts: nothing here trusts a browser for where it is.
func (r Rules) means(host string) bool {
	public, err := url.Parse(r.PublicURL)
	if r.PublicURL == "" || err != nil {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	_, err = netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost" || host == strings.ToLower(public.Hostname())
}

// from is where a request comes from; an IPv6 address stands for its network of 64 bits, which one customer has. A proxy that is trusted is asked: of the
// addresses that it names the last one that is no proxy itself, for what stands before it anybody may have written. known is false for a neighbour on this
// machine that is no trusted proxy: it may be a proxy all the same, and everybody would share its limit.
func (r Rules) from(request *http.Request) (from netip.Addr, known bool) {
	peer, err := netip.ParseAddrPort(request.RemoteAddr)
	if err != nil { // a Unix socket
		return netip.Addr{}, false
	}
	from = peer.Addr().Unmap()
	if !r.trusts(from) {
		return network(from), !from.IsLoopback()
	}
	named := strings.Split(strings.Join(request.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(named) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(named[i]))
		if err != nil {
			break
		}
		if from = a.Unmap().WithZone(""); !r.trusts(from) {
			break
		}
	}
	return network(from), true
}

func (r Rules) trusts(a netip.Addr) bool {
	for _, p := range r.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func network(a netip.Addr) netip.Addr {
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.Addr()
	}
	return a
}

// noting remembers the status of an answer.
type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// maxMetered is how many tokens and addresses are told apart. Beyond, all begin anew: memory is worth more than the limits of that moment.
const maxMetered = 20_000

// meter counts requests by key. A key may have a tenth of a minute's requests at once, and at least five.
type meter struct {
	mu sync.Mutex
	of map[string]*allowance
}

type allowance struct {
	left float64
	at   time.Time
}

// take gives 0 and counts a request, or how long it has to wait.
func (m *meter) take(key string, perMinute int, now time.Time) time.Duration {
	most, rate := atOnce(perMinute), float64(perMinute)/60
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.of) >= maxMetered || m.of == nil {
		m.of = map[string]*allowance{}
	}
	a := m.of[key]
	if a == nil {
		a = &allowance{left: most, at: now}
		m.of[key] = a
	}
	if passed := now.Sub(a.at).Seconds(); passed > 0 {
		a.left = min(most, a.left+passed*rate)
	}
	a.at = now
	if a.left < 1 {
		return time.Duration((1 - a.left) / rate * float64(time.Second))
	}
	a.left--
	return 0
}

func (m *meter) giveBack(key string, perMinute int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.of[key]; a != nil {
		a.left = min(atOnce(perMinute), a.left+1)
	}
}

func atOnce(perMinute int) float64 { return max(5, float64(perMinute)/10) }

// cutText shortens a text to so many bytes.
func cutText(s string, most int) string { return s[:min(len(s), most)] }
