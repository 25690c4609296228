package proof_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"waybill/daemon/proof"
	"waybill/daemon/proof/prooftest"
)

// nameServer is an authoritative server on 127.0.0.1, over UDP and TCP. It answers what its zone has, in as many pieces of 255 bytes as it takes, and misbehaves where a name is in manners.
type nameServer struct {
	address string

	mu      sync.Mutex
	texts   map[string][]string
	aliases map[string]string
	manners map[string]string
	asked   []string // "udp name", "tcp name"
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	s := &nameServer{texts: map[string][]string{}, aliases: map[string]string{}, manners: map[string]string{}}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = packets.LocalAddr().String()
	streams, err := net.Listen("tcp", s.address)
	if err != nil {
		t.Skip("the port is taken over TCP:", err)
	}
	t.Cleanup(func() { _, _ = packets.Close(), streams.Close() })
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, from, err := packets.ReadFrom(buffer)
			if err != nil {
				return
			}
			if raw := s.answer("udp", buffer[:n]); raw != nil {
				_, _ = packets.WriteTo(raw, from)
			}
		}
	}()
	go func() {
		for {
			c, err := streams.Accept()
			if err != nil {
				return
			}
			go s.stream(c)
		}
	}()
	return s
}

// stream answers over TCP: a length stands before each message (RFC 1035 section 4.2.2).
func (s *nameServer) stream(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, question); err != nil {
			return
		}
		raw := s.answer("tcp", question)
		if raw == nil {
			return
		}
		_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(raw))), raw...)) //nolint:gosec // a DNS message
	}
}

// answer gives the bytes of an answer, nil for silence.
func (s *nameServer) answer(network string, question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	s.asked = append(s.asked, network+" "+name)
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	header := func(name dnsmessage.Name, kind dnsmessage.Type) dnsmessage.ResourceHeader {
		return dnsmessage.ResourceHeader{Name: name, Type: kind, Class: dnsmessage.ClassINET, TTL: 60}
	}
	owner := q.Name
	if to, ok := s.aliases[name]; ok {
		target := dnsmessage.MustNewName(to + ".")
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header(owner, dnsmessage.TypeCNAME), Body: &dnsmessage.CNAMEResource{CNAME: target}})
		name, owner = to, target
	}
	for _, text := range s.texts[name] {
		pieces := []string{}
		for piece := range slices.Chunk([]byte(text), 255) {
			pieces = append(pieces, string(piece))
		}
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header(owner, dnsmessage.TypeTXT), Body: &dnsmessage.TXTResource{TXT: pieces}})
	}
	if len(m.Answers) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	if s.misbehave(&m, s.manners[name], network) {
		return nil
	}
	raw, err := m.Pack()
	if err == nil && network == "udp" && len(raw) > 512 { // RFC 1035 section 4.2.1
		m.Truncated, m.Answers = true, nil
		raw, err = m.Pack()
	}
	if err != nil {
		return nil
	}
	if s.manners[name] == "cut" {
		raw = raw[:len(raw)-20]
	}
	return raw
}

func (s *nameServer) misbehave(m *dnsmessage.Message, manner, network string) (silent bool) {
	switch manner {
	case "servfail":
		m.RCode, m.Answers = dnsmessage.RCodeServerFailure, nil
	case "refused":
		m.RCode, m.Answers = dnsmessage.RCodeRefused, nil
	case "lame":
		m.RCode, m.Answers, m.Authoritative = dnsmessage.RCodeSuccess, nil, false
	case "empty":
		m.RCode, m.Answers = dnsmessage.RCodeSuccess, nil
	case "truncated": // over TCP as well
		m.Truncated, m.Answers = true, nil
	case "no tcp":
		m.Truncated, m.Answers = true, nil
		return network == "tcp"
	case "another's":
		m.ID++
	case "silent":
		return true
	}
	return false
}

func (s *nameServer) set(name string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts[name] = texts
}

func (s *nameServer) will(name, manner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manners[name] = manner
}

func (s *nameServer) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

func (s *nameServer) resolver(now func() time.Time) *proof.DNS {
	return proof.NewDNS(s.address, (&net.Dialer{}).DialContext, now)
}

// A signature by a key in a real DNS proves a mail; without an answer it is not known yet, and never proven or forged; a name without a key proves nothing.
func TestKeysOfAServer(t *testing.T) {
	zone := prooftest.NewZone()
	record := func(selector string) string {
		texts, err := zone.LookupTXT(t.Context(), selector+"._domainkey.prairie.example")
		if err != nil {
			t.Fatal(err)
		}
		return texts[0]
	}
	small, large := prooftest.NewSigner(zone, "prairie.example", "small"), prooftest.NewRSA(zone, "prairie.example", "large", 3072)
	if len(record("large")) < 512 {
		t.Fatal("the key fits into a packet")
	}
	const key = "small._domainkey.prairie.example"
	for name, c := range map[string]struct {
		manner string
		texts  []string
		want   proof.Verdict
	}{
		"a key":                   {"", []string{record("small")}, proof.Proved},
		"beside a text":           {"", []string{"v=spf1 -all", record("small"), "owner=prairie"}, proof.Proved},
		"two keys":                {"", []string{record("small"), record("large")}, proof.Unproved},
		"only a text":             {"", []string{"v=spf1 -all"}, proof.Unproved},
		"no such name":            {"", nil, proof.Unproved},
		"no record":               {"empty", nil, proof.Unproved},
		"server failure":          {"servfail", []string{record("small")}, proof.Later},
		"refused":                 {"refused", []string{record("small")}, proof.Later},
		"lame":                    {"lame", []string{record("small")}, proof.Later},
		"truncated over TCP too":  {"truncated", []string{record("small")}, proof.Unproved}, // Go's resolver takes it for no record
		"truncated, and no TCP":   {"no tcp", []string{record("small")}, proof.Later},
		"an answer that is cut":   {"cut", []string{record("small")}, proof.Later},
		"nobody answers":          {"silent", []string{record("small")}, proof.Later},
		"an answer of another's":  {"another's", []string{record("small")}, proof.Later},
		"a failure, and a policy": {"servfail", nil, proof.Later},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newNameServer(t)
			server.set(key, c.texts...)
			server.set("_dmarc.prairie.example", "v=DMARC1; p=reject")
			server.will(key, c.manner)
			at := noon
			resolver := server.resolver(func() time.Time { return at })
			ctx := t.Context()
			if c.manner == "silent" || c.manner == "another's" || c.manner == "cut" { // what is waited for would take seconds
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
			}
			mail := []byte(small.Sign(plain))
			if r := proof.Check(ctx, mail, "", noon, resolver); r.Verdict != c.want {
				t.Errorf("%s: %q", r.Verdict, r.Reasons)
			}
			if c.want != proof.Later {
				return
			}
			server.will(key, "") // it is back
			server.set(key, record("small"))
			at = at.Add(time.Minute)
			if r := proof.Check(t.Context(), mail, "", noon, resolver); r.Verdict != proof.Proved {
				t.Errorf("when it is back: %s: %q", r.Verdict, r.Reasons)
			}
		})
	}
	t.Run("a long key comes over TCP, and behind another name", func(t *testing.T) {
		server := newNameServer(t)
		server.set("keys.provider.example", record("large"))
		server.aliases["large._domainkey.prairie.example"] = "keys.provider.example"
		if r := proof.Check(t.Context(), []byte(large.Sign(plain)), "", noon, server.resolver(time.Now)); r.Verdict != proof.Proved {
			t.Errorf("%s: %q", r.Verdict, r.Reasons)
		}
		if asked := server.heard(); !slices.Equal(asked, []string{"udp large._domainkey.prairie.example", "tcp large._domainkey.prairie.example"}) {
			t.Errorf("it was asked %q", asked)
		}
	})
	t.Run("another name that leads nowhere", func(t *testing.T) {
		server := newNameServer(t)
		server.aliases[key] = "gone.provider.example"
		if r := proof.Check(t.Context(), []byte(small.Sign(plain)), "", noon, server.resolver(time.Now)); r.Verdict != proof.Unproved {
			t.Errorf("%s: %q", r.Verdict, r.Reasons)
		}
	})
}

// What one domain's servers do wrong does not keep the keys of others from being looked up; a server that says nothing at all is left alone for a while.
func TestFailuresAreTheirOwn(t *testing.T) {
	server := newNameServer(t)
	server.set("good.example", "yes")
	server.set("bad.example", "no")
	server.will("bad.example", "servfail")
	at := noon
	resolver := server.resolver(func() time.Time { return at })
	if _, err := resolver.LookupTXT(t.Context(), "bad.example"); !passing(err) {
		t.Errorf("a failure is %v", err)
	}
	if texts, err := resolver.LookupTXT(t.Context(), "good.example"); err != nil || texts[0] != "yes" {
		t.Errorf("behind another's failure: %q, %v", texts, err)
	}
	server.heard()
	if _, err := resolver.LookupTXT(t.Context(), "Bad.Example."); !passing(err) || len(server.heard()) != 0 {
		t.Errorf("it was asked again at once: %v", err)
	}
	server.will("bad.example", "")
	at = at.Add(time.Minute)
	if texts, err := resolver.LookupTXT(t.Context(), "bad.example"); err != nil || texts[0] != "no" {
		t.Errorf("when it is back: %q, %v", texts, err)
	}
	if server.heard(); len(server.heard()) != 0 {
		t.Error("it was asked twice")
	}
	synctest.Test(t, func(t *testing.T) { // nobody there
		dials := 0
		silent := proof.NewDNS("192.0.2.1:53", func(context.Context, string, string) (net.Conn, error) {
			dials++
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			return ours, nil
		}, time.Now)
		began := time.Now()
		if _, err := silent.LookupTXT(t.Context(), "one.example"); !passing(err) || time.Since(began) > 6*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		asked := dials
		if _, err := silent.LookupTXT(t.Context(), "two.example"); !passing(err) || dials != asked {
			t.Errorf("it was asked %d times more: %v", dials-asked, err)
		}
		time.Sleep(time.Minute)
		if _, err := silent.LookupTXT(t.Context(), "two.example"); !passing(err) || dials == asked {
			t.Errorf("it was never asked again: %v", err)
		}
	})
}

func passing(err error) bool {
	p, ok := err.(interface{ Temporary() bool }) //nolint:errorlint // as it comes
	return ok && p.Temporary()
}
