package proof

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// signature is a DKIM-Signature field of the sender's own organisation (RFC 6376 section 3.5), as far as it says by itself what it is worth.
type signature struct {
	at                         int // place among the fields
	domain, selector, identity string
	value                      string // of b=, without blanks
	signed                     time.Time
	whole, thread              bool  // which fields it covers
	wrong                      error // why it proves nothing, whatever the key
}

// mostRecord is how long a record of a key or policy may be: that of a key of 8192 bits is 1,500 characters. A longer one would only cost time.
const mostRecord = 4096

// ahead is how far in the future a signature may be: clocks differ.
const ahead = 24 * time.Hour

// Of the fields that are read, content are those that say what the text is, and threads those that say what it answers. Every one of them that is there must be
// signed: who adds a subject, or says that the text is HTML, changes what a mail says without touching its body.
var (
	contentFields = []string{"subject", "content-type", "content-transfer-encoding"}
	threadFields  = []string{"in-reply-to", "references", "to", "cc"}
)

// signatures finds those that are of the domain's own organisation, the topmost first, at most MostSignatures. What others have signed says nothing of who wrote.
func (h head) signatures(domain string, received time.Time) (list []signature) {
	for i, f := range h.fields {
		if f.name != "dkim-signature" || len(list) == MostSignatures {
			continue
		}
		t, err := tags(f.value)
		if d := strings.ToLower(bare(t["d"])); err == nil && Aligned(d, domain) {
			s := signature{at: i, domain: d, selector: strings.ToLower(bare(t["s"])), value: bare(t["b"])}
			s.wrong = s.read(h, t, received)
			list = append(list, s)
		}
	}
	return list
}

// read takes from the tags what they say, and gives what is wrong with them.
func (s *signature) read(h head, t map[string]string, received time.Time) error {
	for _, required := range []string{"v", "a", "b", "bh", "d", "h", "s"} {
		if bare(t[required]) == "" {
			return fmt.Errorf("its tag %s is missing", required)
		}
	}
	if _, has := t["l"]; has {
		return errors.New("it covers a part of the text only (l=), so anything may stand below")
	}
	if a := strings.ToLower(bare(t["a"])); a != "rsa-sha256" && a != "ed25519-sha256" {
		return fmt.Errorf("%q is no algorithm that is safe", a) // rsa-sha1: RFC 8301 section 3.1
	}
	if !isDomain(s.selector + "._domainkey." + s.domain) {
		return errors.New("where its key stands is no name")
	}
	if id, has := t["i"]; has {
		_, at, ok := strings.Cut(strings.ToLower(bare(id)), "@")
		if s.identity = at; !ok || at != s.domain && !strings.HasSuffix(at, "."+s.domain) {
			return errors.New("its identity (i=) is not of its domain")
		}
	} else {
		s.identity = s.domain
	}
	if err := s.dates(t, received); err != nil {
		return err
	}
	covered := map[string]int{}
	for name := range strings.SplitSeq(t["h"], ":") {
		covered[strings.ToLower(strings.TrimSpace(name))]++
	}
	if covered["from"] < h.count("from") {
		return errors.New("it does not cover From")
	}
	if covered["dkim-signature"] > 0 {
		return errors.New("it covers other signatures")
	}
	covers := func(names []string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return covered[name] < h.count(name) })
	}
	s.whole, s.thread = covers(contentFields), covers(threadFields)
	return nil
}

// dates reads when it was signed and until when it holds: as the mail came in, not as it is looked at.
func (s *signature) dates(t map[string]string, received time.Time) error {
	var until time.Time
	for tag, to := range map[string]*time.Time{"t": &s.signed, "x": &until} {
		text, has := t[tag]
		if !has {
			continue
		}
		seconds, err := strconv.ParseInt(bare(text), 10, 64)
		if err != nil || seconds < 0 || seconds > 1<<40 {
			return fmt.Errorf("its tag %s is no time", tag)
		}
		*to = time.Unix(seconds, 0).UTC()
	}
	switch {
	case !until.IsZero() && received.After(until):
		return errors.New("it has expired")
	case !until.IsZero() && until.Before(s.signed):
		return errors.New("it expires before it was made")
	case s.signed.After(received.Add(ahead)):
		return errors.New("it is of the future")
	}
	return nil
}

// id names a signature: who copies it copies this too.
func (s signature) id() string {
	sum := sha256.Sum256([]byte(s.domain + "\n" + s.selector + "\n" + s.value))
	return hex.EncodeToString(sum[:16])
}

// tags reads a list of tags (RFC 6376 section 3.2). One that stands twice makes all of it worthless.
func tags(text string) (map[string]string, error) {
	list := map[string]string{}
	for one := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(one, "=")
		if name = strings.TrimSpace(name); !ok {
			if name == "" {
				continue
			}
			return nil, errors.New("a tag has no value")
		}
		if _, twice := list[name]; twice || name == "" {
			return nil, errors.New("a tag stands twice")
		}
		list[name] = strings.TrimSpace(value)
	}
	return list, nil
}

// isNoKey tells a text of which one can see that it is no record of a key: that of a policy, or a proof of ownership, which some put beside it. Of two keys there is none
// (RFC 6376 section 3.6.2.2).
func isNoKey(text string) bool {
	first, rest, _ := strings.Cut(text, ";")
	name, value, ok := strings.Cut(bare(first), "=")
	return !ok || name == "v" && value != "DKIM1" || rest == "" && name != "p"
}

// bare is a value without the blanks that folding has put into it.
func bare(text string) string {
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			return -1
		}
		return c
	}, text)
}

// byDKIM checks the signatures until one proves the mail as a whole. One that proves a part of it is kept meanwhile.
func (r *Result) byDKIM(ctx context.Context, h head, signatures []signature, resolver Resolver) {
	if len(signatures) == 0 {
		if h.count("dkim-signature") > 0 {
			r.because("it is signed by others than %s", r.Domain)
		} else {
			r.because("it is not signed")
		}
	}
	for _, s := range signatures {
		err := s.wrong
		if err == nil {
			err = s.verify(ctx, h, resolver)
		}
		switch {
		case errors.Is(err, errLater):
			if r.Verdict == Unproved {
				r.Verdict = Later
			}
			r.because("the key of %s could not be looked up", s.domain)
		case err != nil:
			r.because("the signature of %s does not hold: %v", s.domain, err)
		case r.Verdict != Proved || s.whole:
			r.proves(s, "dkim")
		}
		if r.Verdict == Proved && r.Whole {
			return
		}
	}
}

// proves notes what a signature proves.
func (r *Result) proves(s signature, by string) {
	r.Verdict, r.By, r.Whole, r.Thread, r.Signature, r.Signed = Proved, by, s.whole, s.thread, s.id(), s.signed
	r.because("signed by %s", s.domain)
	if !s.whole {
		r.because("the signature leaves out the subject or how the text is encoded")
	}
}

// errLater is an error of the DNS that may be over soon.
var errLater = errors.New("the DNS did not answer")

// temporary tells the library that an error may be over soon.
type temporary struct{ error }

func (temporary) Temporary() bool { return true }
func (temporary) Timeout() bool   { return true }

// verify checks a signature over the bytes as they came. The mail is given with this signature alone: the library would look up the keys of all others too.
func (s signature) verify(ctx context.Context, h head, resolver Resolver) error {
	var mail bytes.Buffer
	for i, f := range h.fields {
		if f.name != "dkim-signature" || i == s.at {
			mail.Write(f.raw)
		}
	}
	mail.WriteString("\r\n")
	mail.Write(h.body)
	verified, err := dkim.VerifyWithOptions(&mail, &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return s.key(ctx, name, resolver) }})
	switch {
	case err != nil:
		return errors.New("it cannot be read")
	case len(verified) != 1 || !strings.EqualFold(verified[0].Domain, s.domain):
		return errors.New("it is read in two ways")
	case dkim.IsTempFail(verified[0].Err):
		return errLater
	case verified[0].Err != nil:
		return errors.New(strings.TrimPrefix(verified[0].Err.Error(), "dkim: "))
	}
	return nil
}

// key looks up the record of the key, and refuses those that prove nothing (RFC 6376 section 3.6.1): of a domain that only tries signing out (t=y), or that
// wants the identity to be the domain itself (t=s).
func (s signature) key(ctx context.Context, name string, resolver Resolver) ([]string, error) {
	texts, err := resolver.LookupTXT(ctx, name)
	if passing := (interface{ Temporary() bool })(nil); errors.As(err, &passing) && passing.Temporary() || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return nil, temporary{errors.New("no answer")}
	}
	if err != nil {
		return nil, errors.New("there is none")
	}
	if texts = slices.DeleteFunc(slices.Clone(texts), isNoKey); len(texts) == 0 {
		return nil, errors.New("there is none")
	}
	for _, text := range texts {
		if len(text) > mostRecord {
			return nil, errors.New("its record is too long")
		}
		t, err := tags(text)
		if err != nil {
			return nil, errors.New("its record is not in order")
		}
		for flag := range strings.SplitSeq(t["t"], ":") {
			switch flag = strings.ToLower(strings.TrimSpace(flag)); {
			case flag == "y":
				return nil, errors.New("the domain only tries signing out (t=y)")
			case flag == "s" && s.identity != s.domain:
				return nil, errors.New("the key is not for other identities than the domain (t=s)")
			}
		}
	}
	return texts, nil
}
