package proof_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/proof"
	"waybill/daemon/proof/prooftest"
)

var noon = time.Date(2026, 3, 18, 17, 0, 0, 0, time.UTC)

const plain = "From: Prairie Supply <post@prairie.example>\r\nTo: orders@shop.example\r\nSubject: Order 1001\r\nMessage-ID: <1@prairie.example>\r\n\r\nIt has shipped.\r\n"

// check looks at a mail as one that came to a server that names itself mx.shop.example.
func check(t *testing.T, zone *prooftest.Zone, mail string) proof.Result {
	t.Helper()
	return proof.Check(t.Context(), []byte(mail), "mx.shop.example", noon, zone)
}

func insert(mail, fields string) string { return fields + mail }

// inBody puts fields right behind the From field.
func behindFrom(mail, fields string) string {
	at := strings.Index(mail, "\r\nTo:") + 2
	return mail[:at] + fields + mail[at:]
}

func TestSignatures(t *testing.T) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "one")
	s.At = noon.Add(-time.Minute)
	rsa := prooftest.NewRSA(zone, "prairie.example", "rsa", 2048)
	sha1 := prooftest.NewRSA(zone, "prairie.example", "sha1", 2048)
	sha1.Sha1 = true
	parent := prooftest.NewSigner(zone, "prairie.example", "parent")
	evil := prooftest.NewSigner(zone, "evil.example", "one")
	sub := prooftest.NewSigner(zone, "mail.prairie.example", "one")
	flag := func(selector, flag string) *prooftest.Signer {
		signer := prooftest.NewSigner(zone, "prairie.example", selector)
		texts, _ := zone.LookupTXT(t.Context(), selector+"._domainkey.prairie.example")
		zone.Set(selector+"._domainkey.prairie.example", texts[0]+"; "+flag)
		return signer
	}
	testing_, strict, service, hash := flag("testing", "t=y"), flag("strict", "t=s"), flag("service", "s=tlsrpt"), flag("hash", "h=sha1")
	gone := prooftest.NewSigner(zone, "prairie.example", "gone")
	zone.Set("gone._domainkey.prairie.example")
	revoked := prooftest.NewSigner(zone, "prairie.example", "revoked")
	zone.Set("revoked._domainkey.prairie.example", "v=DKIM1; k=ed25519; p=")
	two := prooftest.NewSigner(zone, "prairie.example", "two")
	zone.Set("two._domainkey.prairie.example", "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(make([]byte, 32)), "v=DKIM1; p=")
	long := prooftest.NewSigner(zone, "prairie.example", "long")
	zone.Set("long._domainkey.prairie.example", "v=DKIM1; p="+strings.Repeat("A", 5000))
	x := func(at time.Time) map[string]string { return map[string]string{"x": decimal(at)} }
	headless := strings.Replace(plain, "Subject: Order 1001\r\n", "Subject: Order 1001\r\nContent-Type: text/plain\r\n", 1)

	for name, c := range map[string]struct {
		mail  string
		want  proof.Verdict
		whole bool
	}{
		"as it should be":                {s.Sign(plain), proof.Proved, true},
		"RSA":                            {rsa.Sign(plain), proof.Proved, true},
		"by a subdomain":                 {sub.Sign(plain), proof.Proved, true},
		"lines that end with LF":         {strings.ReplaceAll(s.Sign(plain), "\r\n", "\n"), proof.Proved, true},
		"the second of two":              {evil.Sign(s.Sign(plain)), proof.Proved, true},
		"identity of a subdomain":        {s.With(map[string]string{"i": "jo@mail.prairie.example"}).Sign(plain), proof.Proved, true},
		"expires later":                  {s.With(x(time.Now().AddDate(1, 0, 0))).Sign(plain), proof.Proved, true},
		"a list adds fields on top":      {insert(s.Sign(plain), "List-Id: <x.example>\r\nReceived: from a by b; today\r\n"), proof.Proved, true},
		"content type left out":          {s.Covering("from", "subject").Sign(headless), proof.Proved, false},
		"content type added":             {insert(s.Sign(plain), "Content-Type: text/html\r\n"), proof.Proved, false},
		"subject left out":               {s.Covering("from").Sign(plain), proof.Proved, false},
		"second subject on top":          {insert(s.Covering("from", "subject").Sign(plain), "Subject: Order 1002\r\n"), proof.Proved, false},
		"none":                           {plain, proof.Unproved, false},
		"text changed":                   {strings.Replace(s.Sign(plain), "It has shipped", "It is cancelled", 1), proof.Unproved, false},
		"text appended":                  {s.Sign(plain) + "Order 1002 is cancelled.\r\n", proof.Unproved, false},
		"subject changed":                {strings.Replace(s.Sign(plain), "1001", "1002", 1), proof.Unproved, false},
		"second subject, oversigned":     {insert(s.Sign(plain), "Subject: Order 1002\r\n"), proof.Unproved, false},
		"l= with text appended":          {s.With(map[string]string{"l": "17"}).Sign(plain) + "Order 1002 is cancelled.\r\n", proof.Unproved, false},
		"l= without":                     {s.With(map[string]string{"l": "17"}).Sign(plain), proof.Unproved, false},
		"From left out":                  {s.Covering("subject").Sign(plain), proof.Unproved, false},
		"From changed":                   {strings.Replace(s.Sign(plain), "<post@", "<boss@", 1), proof.Unproved, false},
		"another domain's":               {evil.Sign(plain), proof.Unproved, false},
		"another domain's, told as ours": {evil.With(map[string]string{"d": "prairie.example"}).Sign(plain), proof.Unproved, false},
		"identity of another domain":     {s.With(map[string]string{"i": "@evil.example"}).Sign(plain), proof.Unproved, false},
		"identity that ends alike":       {s.With(map[string]string{"i": "@notprairie.example"}).Sign(plain), proof.Unproved, false},
		"expired":                        {s.With(x(noon.Add(-time.Second))).Sign(plain), proof.Unproved, false},
		"of the future":                  {s.With(map[string]string{"t": decimal(noon.AddDate(0, 0, 2))}).Sign(plain), proof.Unproved, false},
		"expires before it was made":     {s.With(map[string]string{"t": decimal(noon), "x": decimal(noon.Add(-time.Hour))}).Sign(plain), proof.Unproved, false},
		"rsa-sha1":                       {sha1.Sign(plain), proof.Unproved, false},
		"version 2":                      {s.With(map[string]string{"v": "2"}).Sign(plain), proof.Unproved, false},
		"a domain on trial":              {testing_.Sign(plain), proof.Unproved, false},
		"strict key, own identity":       {strict.Sign(plain), proof.Proved, true},
		"strict key, another identity":   {strict.With(map[string]string{"i": "@a.prairie.example"}).Sign(plain), proof.Unproved, false},
		"a key for something else":       {service.Sign(plain), proof.Unproved, false},
		"a key for another hash":         {hash.Sign(plain), proof.Unproved, false},
		"no key":                         {gone.Sign(plain), proof.Unproved, false},
		"a key that was revoked":         {revoked.Sign(plain), proof.Unproved, false},
		"two keys":                       {two.Sign(plain), proof.Unproved, false},
		"a key without end":              {long.Sign(plain), proof.Unproved, false},
		"a tag twice":                    {strings.Replace(s.Sign(plain), "v=1;", "v=1; v=1;", 1), proof.Unproved, false},
		"covers other signatures":        {parent.Covering("from", "dkim-signature").Sign(s.Covering("subject").Sign(plain)), proof.Unproved, false},
		"the suffix itself signs":        {prooftest.NewSigner(zone, "example", "one").Sign(plain), proof.Unproved, false},
		"From twice":                     {insert(s.Sign(plain), "From: evil@evil.example\r\n"), proof.Unproved, false},
		"From twice below":               {behindFrom(s.Sign(plain), "From: evil@evil.example\r\n"), proof.Unproved, false},
		"From with a blank before colon": {insert(s.Sign(plain), "From : evil@evil.example\r\n"), proof.Unproved, false},
		"a stray line":                   {insert(s.Sign(plain), "hello\r\n"), proof.Unproved, false},
		"a NUL in the head":              {insert(s.Sign(plain), "X: a\x00b\r\n"), proof.Unproved, false},
		"a bare CR in the head":          {insert(s.Sign(plain), "X: a\rFrom: evil@evil.example\r\n"), proof.Unproved, false},
		"a blank line in a field":        {insert(s.Sign(plain), "X: a\r\n \r\n b\r\n"), proof.Unproved, false},
		"begins with a blank":            {insert(s.Sign(plain), " From: evil@evil.example\r\n"), proof.Unproved, false},
		"a head without an end":          {"From: post@prairie.example\r\n", proof.Unproved, false},
		"quoted inside a forged one":     {"From: post@prairie.example\r\nContent-Type: message/rfc822\r\n\r\n" + s.Sign(plain), proof.Unproved, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, zone, c.mail)
			if r.Verdict != c.want || r.Whole != c.whole {
				t.Errorf("%s whole %t, want %s %t: %q", r.Verdict, r.Whole, c.want, c.whole, r.Reasons)
			}
			if c.want == proof.Proved && (r.Domain != "prairie.example" || r.Signature == "" || r.By != "dkim" || !r.Names("POST@prairie.example")) {
				t.Errorf("%+v", r)
			}
		})
	}
	t.Run("weak keys", func(t *testing.T) {
		t.Setenv("GODEBUG", "rsa1024min=0")
		weak := prooftest.NewRSA(zone, "prairie.example", "weak", 768)
		if r := check(t, zone, weak.Sign(plain)); r.Verdict != proof.Unproved {
			t.Errorf("a key of 768 bits proves it: %+v", r)
		}
	})
	t.Run("what is signed has an id", func(t *testing.T) {
		mail := s.Sign(plain)
		one, again, other := check(t, zone, mail), check(t, zone, insert(mail, "X-Other: 1\r\n")), check(t, zone, s.Sign(strings.Replace(plain, "shipped", "left", 1)))
		if one.Signature != again.Signature || one.Signature == other.Signature || !one.Signed.Equal(noon.Add(-time.Minute)) {
			t.Errorf("%q, %q, %q, %s", one.Signature, again.Signature, other.Signature, one.Signed)
		}
	})
}

func decimal(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// Who wrote it must be one mailbox, told in a way that no program reads as another.
func TestFrom(t *testing.T) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "one")
	for from, ok := range map[string]bool{
		"post@prairie.example":                                      true,
		"<post@prairie.example>":                                    true,
		"Prairie <post@prairie.example>":                            true,
		"\"Prairie, Inc. <x@evil.example>\" <post@prairie.example>": true,
		"=?utf-8?q?Pr=C3=A4rie?= <post@prairie.example>":            true,
		"Präirie <post@prairie.example>":                            true,
		"Prairie\r\n <post@prairie.example>":                        true,
		"post@prairie.example, evil@evil.example":                   false,
		"evil@evil.example, post@prairie.example":                   false,
		"Prairie: post@prairie.example;":                            false,
		"Prairie: post@prairie.example, evil@evil.example;":         false,
		"post@prairie.example <evil@evil.example>":                  false,
		"<evil@evil.example> <post@prairie.example>":                false,
		"<post@prairie.example> evil@evil.example":                  false,
		"post@prairie.example (evil@evil.example)":                  false,
		"(evil@evil.example) post@prairie.example":                  false,
		"post@(x)prairie.example":                                   false,
		"<@evil.example:post@prairie.example>":                      false,
		"\"post@prairie.example\" evil@evil.example":                false,
		"\"post\"@prairie.example":                                  false,
		"post@prairie.example\\, evil@evil.example":                 false,
		"post@[192.0.2.1]":                                          false,
		"post@prairie":                                              false,
		"":                                                          false,
		"Prairie <>":                                                false,
		"Prairie <post@prairie.example":                             false,
		"Prairie post@prairie.example>":                             false,
		"<post@prairie.example\u0000>":                              false,
		"post@pr\u0430irie.example":                                 false,
		"Prairie <p\u00f6st@prairie.example>":                       false,
		"\"Prairie <post@prairie.example>":                          false,
		"=?utf-8?q?post=40prairie=2Eexample_=3Cx=40evil=2Eexample=3E?= <post@evil.example": false,
	} {
		mail := s.Sign("From: " + from + "\r\nSubject: x\r\n\r\nShipped.\r\n")
		r := check(t, zone, mail)
		if got := r.Verdict == proof.Proved; got != ok || ok && !r.Names("post@prairie.example") {
			t.Errorf("From: %q proves itself %t, want %t: %q", from, got, ok, r.Reasons)
		}
	}
}

// A question that nobody answers is no answer, and what is asked is bounded.
func TestTheDNS(t *testing.T) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "one")
	evil := prooftest.NewSigner(zone, "evil.example", "one")
	zone.Down(true)
	if r := check(t, zone, s.Sign(plain)); r.Verdict != proof.Later {
		t.Errorf("without a DNS: %+v", r)
	}
	zone.Down(false)
	mail := s.Sign(plain)
	for range 50 {
		mail = evil.Sign(mail)
	}
	zone.Asked()
	if r := check(t, zone, mail); r.Verdict != proof.Proved || len(zone.Asked()) != 1 {
		t.Errorf("below fifty others: %+v", r)
	}
	mail = plain
	for range 50 {
		mail = s.With(map[string]string{"bh": "AAAA"}).Sign(mail)
	}
	if r := check(t, zone, mail); r.Verdict != proof.Unproved || len(zone.Asked()) > proof.MostSignatures+2 {
		t.Errorf("fifty that do not hold: %+v", r)
	}
	if r := proof.Check(t.Context(), []byte(s.Sign(plain)), "", noon, nil); r.Verdict != proof.Unproved {
		t.Errorf("offline: %+v", r)
	}
}

// A domain that publishes what is to be done with forgeries expects its mail to prove itself.
func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		own, organisation string
		want              bool
	}{
		{"v=DMARC1; p=reject", "", true}, {"v=DMARC1; p=quarantine; pct=10", "", true}, {"v=DMARC1; p=none", "v=DMARC1; p=reject", false}, {"", "v=DMARC1; p=reject", true},
		{"", "v=DMARC1; p=reject; sp=none", false}, {"", "v=DMARC1; p=none; sp=reject", true}, {"v=spf1 -all", "", false}, {"", "", false}, {"v=DMARC1; p=reject; p=none", "", false},
	} {
		zone := prooftest.NewZone()
		if c.own != "" {
			zone.Set("_dmarc.mail.prairie.example", c.own)
		}
		if c.organisation != "" {
			zone.Set("_dmarc.prairie.example", c.organisation)
		}
		if r := check(t, zone, strings.Replace(plain, "post@", "post@mail.", 1)); r.Strict != c.want {
			t.Errorf("%q and %q: %t", c.own, c.organisation, r.Strict)
		}
	}
}

func TestAligned(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"prairie.example", "prairie.example", true}, {"mail.prairie.example", "PRAIRIE.example", true}, {"a.b.prairie.example", "c.prairie.example", true},
		{"prairie.example", "evil.example", false}, {"prairie.example.evil.example", "prairie.example", false}, {"example", "example", false}, {"", "", false},
		{"a.myshopify.com", "b.myshopify.com", false}, {"a.myshopify.com", "a.myshopify.com", true}, {"myshopify.com", "a.myshopify.com", false},
		{"a.co.uk", "b.co.uk", false}, {"x.a.co.uk", "a.co.uk", true}, {"xn--prirte-7qa.example", "prairie.example", false}, {"notprairie.example", "prairie.example", false},
		{"prairie.example.", "prairie.example", false}, {"pr\u0430irie.example", "prairie.example", false},
	} {
		if got := proof.Aligned(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t", c.a, c.b, got)
		}
	}
}

func FuzzCheck(f *testing.F) {
	zone := prooftest.NewZone()
	s := prooftest.NewSigner(zone, "prairie.example", "one")
	other := prooftest.NewSigner(zone, "evil.example", "one")
	f.Add([]byte(s.Sign(plain)))
	f.Add([]byte(other.Sign(plain)))
	f.Add([]byte("Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=prairie.example; dkim=fail (x) header.d=\"a\"\r\n" + plain))
	f.Add([]byte("Authentication-Results: other.example 1; none\r\n" + s.Sign(plain)))
	text := []byte("It has shipped.")
	f.Fuzz(func(t *testing.T, mail []byte) {
		r := proof.Check(t.Context(), mail, "", noon, zone)
		// Nobody has the key, so nothing but what it has signed is proved: the same words, from the same sender.
		if r.Verdict == proof.Proved && (r.Domain != "prairie.example" && r.Domain != "evil.example" || r.Domain == "prairie.example" && !strings.Contains(string(mail), string(text))) {
			t.Errorf("%q proves itself: %+v", mail, r)
		}
		proof.Check(t.Context(), mail, "mx.shop.example", noon, nil)
	})
}
