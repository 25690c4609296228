package proof_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/proof"
	"waybill/daemon/proof/prooftest"
)

// generated is a mail with what a server would have put on top of it, and whether that is to be believed.
type generated struct {
	mail   string
	proved bool
	why    string
}

// maker makes heads in which somebody may have forged what our server finds.
type maker struct {
	*rand.Rand
	signed, partly, garbage string
}

func (m *maker) one(of ...string) string { return of[m.IntN(len(of))] }

// blank is what may stand between words: blanks, folding, comments that look like more.
func (m *maker) blank() string {
	return m.one(" ", " ", "  ", "\r\n ", "\r\n\t", " (ok) ", " (dkim=pass header.d=prairie.example) ", " (a (b; dmarc=pass header.from=prairie.example) c) ", " (\\) dmarc=pass) ")
}

// thin is what may stand beside a sign.
func (m *maker) thin() string { return m.one("", "", "", " ", "\r\n ", " (x) ") }

func (m *maker) id() string {
	return m.one("mx.shop.example", "MX.shop.example", "\"mx.shop.example\"")
}

func (m *maker) stranger() string {
	return m.one("mx.evil.example", "shop.example", "mx.shop.example.evil.example", "xmx.shop.example", "mx.shop.example.", "spf=pass", "mx_shop.example", "mx.shop", "(mx.shop.example) mx.evil.example",
		"mx.evil.example (mx.shop.example)", "\"mx.shop.example evil\"")
}

// ours and theirs are domains that are, and are not, the sender's.
func (m *maker) ours() string {
	return m.one("prairie.example", "PRAIRIE.example", "mail.prairie.example")
}

func (m *maker) theirs() string {
	return m.one("evil.example", "prairie.example.evil.example", "notprairie.example", "example", "prairie.exampl", "xn--prirte-7qa.example", "prairie-example.evil.example", "prairie.example@evil.example")
}

// neutral are outcomes that say nothing of the sender.
func (m *maker) neutral() string {
	return m.one("iprev=pass policy.iprev=192.0.2.1", "auth=pass smtp.auth=post@prairie.example", "arc=pass header.d=prairie.example", "x-tls=pass smtp.version=TLSv1.3", "sender-id=pass header.from=prairie.example",
		"dkim=none", "spf=none smtp.mailfrom="+m.theirs(), "dkim=fail header.d="+m.ours(), "dkim=pass header.d="+m.theirs(), "dkim=temperror header.d="+m.ours(), "dkim=policy header.d="+m.ours(),
		"spf=neutral smtp.helo="+m.ours(), "spf=pass smtp.helo="+m.ours(), "dmarc=bestguesspass header.from=prairie.example", "dkim=passed header.d="+m.ours(),
		"bimi=pass header.d=prairie.example", "dmarc=pass header.from="+m.theirs(), "spf=softfail smtp.mailfrom=x@"+m.theirs())
}

// field writes an Authentication-Results field with these outcomes.
func (m *maker) field(id string, outcomes ...string) string {
	m.Shuffle(len(outcomes), func(i, k int) { outcomes[i], outcomes[k] = outcomes[k], outcomes[i] })
	text := m.one("Authentication-Results:", "Authentication-Results:", "authentication-results:", "AUTHENTICATION-RESULTS:") + m.blank() + id + m.one("", "", " 1", m.blank()+"1")
	for _, o := range outcomes {
		words := strings.Split(o, " ")
		for i, w := range words {
			name, value, is := strings.Cut(w, "=")
			if is {
				words[i] = name + m.thin() + "=" + m.thin() + value
			}
		}
		text += m.thin() + ";" + m.thin() + strings.Join(words, m.blank())
	}
	return text + m.one("", "", ";", " (x)") + "\r\n"
}

// forged is what a forger writes: as our server would, or nearly.
func (m *maker) forged() string {
	good := m.one("dmarc=pass header.from=prairie.example", "spf=pass smtp.mailfrom=post@prairie.example", "dkim=pass header.d=prairie.example header.s=one", "dkim=pass header.i=@prairie.example")
	return m.one(m.field(m.id(), good), m.field(m.id(), good, m.neutral()), m.field(m.stranger(), good), "X-Authentication-Results: mx.shop.example; "+good+"\r\n",
		"Authentication-Results-Original: mx.shop.example; "+good+"\r\n", "ARC-Authentication-Results: i=1; mx.shop.example; "+good+"\r\n", "Received-SPF: pass (mx.shop.example: "+good+")\r\n",
		"Comments: Authentication-Results: mx.shop.example; "+good+"\r\n", "X-Note: a\r\n Authentication-Results: mx.shop.example; "+good+"\r\n")
}

// broken is a field in our server's own name that is not in order.
func (m *maker) broken() string {
	good := m.one("dmarc=pass header.from=prairie.example", "spf=pass smtp.mailfrom=post@prairie.example")
	return "Authentication-Results: " + m.one(
		"mx.shop.example 2; "+good,
		"mx.shop.example; none; "+good,
		"mx.shop.example; "+good+"; none",
		"mx.shop.example; (unfinished "+good,
		"mx.shop.example; "+good+" \"unfinished",
		"mx.shop.example; spf=fail smtp.mailfrom=\"a; "+good,
		"mx.shop.example "+good,
		"mx.shop.example; = pass; "+good,
		"mx.shop.example;; "+good,
		"mx.shop.example; dmarc=fail header.from=prairie.example; dmarc=pass header.from=prairie.example",
		"mx.shop.example; spf=fail smtp.mailfrom=x@evil.example; spf=pass smtp.mailfrom=x@prairie.example",
		"mx.shop.example; spf=fail smtp.mailfrom=x "+good,
		"mx.shop.example; dmarc=fail dmarc=pass header.from=prairie.example",
		"mx.shop.example; dmarc/2=pass header.from=prairie.example",
		"mx.shop.example; dmarc=pass header.from=evil.example header.from=prairie.example",
		"mx.shop.example; spf=pass smtp.mailfrom=evil.example smtp.mailfrom=prairie.example",
		"mx.shop.example, "+good,
		"mx.shop.example; <"+good+">",
		"mx.shop.example; "+good+" <x>",
	) + "\r\n"
}

// honest is what our server writes, and whether it shows the sender.
func (m *maker) honest(body string) (field string, proved bool) {
	shows := map[string]bool{
		"dmarc=pass header.from=prairie.example": body != m.garbage && body != m.partly, "spf=pass smtp.mailfrom=post@" + m.ours(): true, "spf=pass smtp.mailfrom=" + m.ours(): true,
		"dkim=pass header.d=prairie.example header.s=one": body == m.signed, "dkim=pass header.i=@prairie.example header.b=" + prefixOf(body): body == m.signed,
		"spf=pass reason=\"a; b=c\" smtp.mailfrom=post@prairie.example": true, "spf=pass smtp.mailfrom=\"post@prairie.example\"": true,
		"dkim=pass header.d=prairie.example header.s=other": false, "dkim=pass header.d=prairie.example header.b=AAAAAAAAAAAA": false,
		"spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=prairie.example\"@evil.example": false, "spf=pass smtp.mailfrom=\"post@prairie.example\"@evil.example": false,
	}
	keys := make([]string, 0, len(shows))
	for k := range shows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	outcomes := []string{}
	if m.IntN(3) > 0 {
		pick := m.one(keys...)
		outcomes, proved = append(outcomes, pick), shows[pick]
	}
	for range m.IntN(3) {
		n := m.neutral()
		if strings.HasPrefix(n, "spf=") && strings.Contains(n, "mailfrom") && strings.Contains(strings.Join(outcomes, " "), "spf=") || strings.HasPrefix(n, "dmarc=") && strings.Contains(strings.Join(outcomes, " "), "dmarc=") {
			continue // a server says each once
		}
		if strings.HasPrefix(n, "dkim=pass") && strings.HasPrefix(strings.Join(outcomes, " "), "dmarc=pass header.from=prairie.example") {
			continue
		}
		outcomes = append(outcomes, n)
	}
	return m.field(m.id(), outcomes...), proved
}

func prefixOf(body string) string {
	_, b, ok := strings.Cut(body, "; b=")
	if !ok {
		return "AAAAAAAA"
	}
	return b[:12]
}

func (m *maker) make() (g generated) {
	body := m.one(plain, m.signed, m.partly, m.garbage)
	rest := ""
	for range m.IntN(4) {
		rest += m.one(m.forged(), "Received: from mail.evil.example by mx.shop.example; Wed, 18 Mar 2026 17:00:00 +0000\r\n")
	}
	at := strings.Index(body, "From: ")
	if m.IntN(2) == 0 {
		body = body[:at] + rest + body[at:]
	} else {
		body = rest + body
	}
	trace := "Received: by mx.shop.example; Wed, 18 Mar 2026 17:00:01 +0000\r\n"
	switch m.IntN(5) {
	case 0: // the server writes what it found about somebody else's name on top, whatever the forger wrote below
		g.mail, g.why = trace+m.field(m.stranger(), m.neutral())+body, "another server's on top"
	case 1:
		g.mail, g.why = trace+m.broken()+body, "not in order"
	case 2:
		g.mail, g.why = trace+m.field(m.id(), "dmarc=fail header.from=prairie.example", m.one("dkim=none", "spf=fail smtp.mailfrom=x@evil.example"))+body, "our server says no"
	default:
		var field string
		field, g.proved = m.honest(strings.Replace(body, rest, "", 1))
		g.mail = trace + field + body
	}
	return g
}

// TestForgedResults makes 10,000 heads (promise 10): none is believed that our server has not written.
func TestForgedResults(t *testing.T) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "one")
	m := &maker{Rand: rand.New(rand.NewPCG(10, 1)), signed: s.Sign(plain)}
	m.partly = s.Covering("from").Sign(plain)
	m.garbage = strings.Replace(s.Sign(plain), "bh=", "l=3; bh=", 1)
	made, believed, missed := 10_000, 0, 0
	for i := range made {
		g := m.make()
		r := proof.Check(t.Context(), []byte(g.mail), "mx.shop.example", noon, nil)
		is := r.Verdict == proof.Proved && r.Whole
		switch {
		case is && !g.proved:
			t.Fatalf("head %d (%s) is believed: %q\n%s", i, g.why, r.Reasons, g.mail)
		case is:
			believed++
		case g.proved:
			if missed++; missed <= 3 {
				t.Errorf("head %d is not believed: %+v\n%s", i, r, g.mail)
			}
		}
	}
	if believed < made/20 {
		t.Errorf("only %d of %d are believed: nothing is shown", believed, made)
	}
	t.Logf("%d heads, seed 10.1, %d that our server vouches for, false passes 0, missed %d", made, believed, missed)
}

// What servers really write.
func TestRealResults(t *testing.T) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "s1")
	signed := s.Sign(plain)
	for name, c := range map[string]struct {
		field, mail string
		want        proof.Verdict
	}{
		"Gmail": {"mx.shop.example;\r\n       dkim=pass header.i=@prairie.example header.s=s1 header.b=" + prefixOf(signed)[:8] + ";\r\n       spf=pass (google.com: domain of post@prairie.example designates 192.0.2.1 as permitted sender) " +
			"smtp.mailfrom=post@prairie.example;\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=prairie.example", signed, proof.Proved},
		"Fastmail": {"mx.shop.example;\r\n    dkim=pass (2048-bit rsa key sha256) header.d=prairie.example\r\n    header.i=@prairie.example header.b=" + prefixOf(signed)[:8] + " header.a=ed25519-sha256 header.s=s1\r\n    x-bits=2048;\r\n    " +
			"dmarc=pass policy.published-domain-policy=none\r\n    policy.applied-disposition=none policy.evaluated-disposition=none\r\n    (p=none,d=none,d.eval=none) policy.policy-from=p\r\n    header.from=prairie.example;\r\n    " +
			"x-google-dkim=pass (2048-bit rsa key) header.d=1e100.net", signed, proof.Proved},
		"OpenDMARC":                 {"mx.shop.example; dmarc=pass (p=none dis=none) header.from=prairie.example", signed, proof.Proved},
		"OpenDMARC, by the address": {"mx.shop.example; dmarc=pass (p=none dis=none) header.from=prairie.example", plain, proof.Proved},
		"Microsoft 365 does not say who": {"spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=prairie.example; dkim=pass (signature was verified)\r\n header.d=prairie.example;dmarc=pass action=none\r\n header.from=prairie.example;compauth=pass reason=100",
			plain, proof.Unproved},
		"a forged one":      {"mx.shop.example; dkim=none; spf=softfail smtp.mailfrom=post@prairie.example; dmarc=fail (p=REJECT) header.from=prairie.example", plain, proof.Refuted},
		"a list's":          {"mx.shop.example; spf=pass smtp.mailfrom=list@lists.example; dkim=pass header.d=lists.example; dmarc=fail header.from=prairie.example", plain, proof.Refuted},
		"of another domain": {"mx.shop.example; dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=x@evil.example", plain, proof.Unproved},
	} {
		if r := proof.Check(t.Context(), []byte("Authentication-Results: "+c.field+"\r\n"+c.mail), "mx.shop.example", noon, nil); r.Verdict != c.want || r.Verdict == proof.Proved && !r.Whole {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
	}
	// A second signature, forged, that claims to cover what the genuine one leaves out.
	twice := strings.Replace(s.Sign(plain), "; b=", "; b=AAAA", 1)
	twice = twice[:strings.Index(twice, "\r\n")+2] + s.Covering("from").Sign(plain)
	if r := proof.Check(t.Context(), []byte("Authentication-Results: mx.shop.example; dkim=pass header.d=prairie.example; dmarc=pass header.from=prairie.example\r\n"+twice), "mx.shop.example", noon, nil); r.Whole {
		t.Errorf("%+v", r)
	}
}
