// Package proof says whether a mail was written by whom it names as its sender: by the domain's own signature (DKIM, RFC 6376), checked on the raw bytes, or
// by what our own mail server found (Authentication-Results, RFC 8601), and only where that server is configured as ours.
//
// It runs in the daemon and not in the child that reads mail, for it asks the DNS. So it never parses more of the foreign bytes than it must: it cuts the
// head into fields by a rule so strict that no two programs cut it differently, and hashes the rest. What it does not understand proves nothing.
//
// A proof is about a domain. That the domain is a supplier's is said by the configuration or by a person, never by the mail.
package proof

import (
	"context"
	"fmt"
	"time"

	"waybill/parsers"
)

// Verdict is how a check ended.
type Verdict string

const (
	// Proved: the domain of From has signed it, or our own server has seen it come from there.
	Proved Verdict = "proved"
	// Unproved: nothing shows that it is from there, and nothing that it is not. So is mail that a list has passed on.
	Unproved Verdict = "unproved"
	// Refuted: our own server says that it is not from there.
	Refuted Verdict = "refuted"
	// Later: the DNS did not answer; it can be checked again.
	Later Verdict = "later"
)

// Result is what a check found. It holds no address and nothing of the text, so it may be kept when the mail is erased.
type Result struct {
	Verdict Verdict `json:"verdict"`
	// Domain is that of From, lower case, "" where From is not one mailbox that every program reads alike.
	Domain string `json:"domain,omitempty"`
	// By is what proves it: "dkim", "spf" or "dmarc".
	By string `json:"by,omitempty"`
	// Whole: all fields that are read (subject, how the body is encoded) are what the domain has signed, or the mail came from its server directly.
	Whole bool `json:"whole,omitempty"`
	// Thread: so is what it says that it answers.
	Thread bool `json:"thread,omitempty"`
	// Signature names the domain's signature, so that the same one is known when it comes again; "" without one.
	Signature string `json:"signature,omitempty"`
	// Signed is when it was signed, zero when the signature does not say.
	Signed time.Time `json:"signed,omitzero"`
	// Strict: the domain asks receivers to distrust mail that does not prove itself (DMARC p=quarantine or reject).
	Strict bool `json:"strict,omitempty"`
	// Reasons are sentences for a person.
	Reasons []string `json:"reasons,omitempty"`

	from string
}

// Names tells whether the check is about this address: the only one in From, as every program reads it.
func (r *Result) Names(address string) bool { return r.from != "" && equalFold(r.from, address) }

func (r *Result) because(format string, args ...any) {
	if len(r.Reasons) < mostReasons {
		r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...))
	}
}

const (
	mostReasons = 8
	// MostSignatures is how many signatures of the sender's own domain are checked, the topmost first; others are not looked up at all.
	MostSignatures = 5
	// patience is how long all questions about one mail may take together.
	patience = 20 * time.Second
)

// Resolver asks the DNS for text records. An error that has Temporary() true says nothing of whether there are any.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Check looks who a mail is from. server is how our own mail server names itself in Authentication-Results; "" when it is not known: then only a signature
// proves. received is when the mail came in, by which signatures expire. Without a resolver nothing is looked up.
func Check(ctx context.Context, raw []byte, server string, received time.Time, resolver Resolver) Result {
	r := Result{Verdict: Unproved}
	if len(raw) > parsers.MaxMessage {
		r.because("it is too large to be checked")
		return r
	}
	h, err := cut(raw)
	if err != nil {
		r.because("its head is not in order: %v", err)
		return r
	}
	if r.from, r.Domain, err = h.from(); err != nil {
		r.because("%v", err)
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	signatures := h.signatures(r.Domain, received)
	if server != "" {
		r.byServer(h, server, signatures)
	}
	if resolver == nil || r.Verdict == Proved && r.Whole {
		return r
	}
	refuted := r.Verdict == Refuted
	if refuted {
		r.Verdict = Unproved // unless the signature holds for all that
	}
	r.byDKIM(ctx, h, signatures, resolver)
	switch {
	case r.Verdict == Proved:
	case refuted:
		r.Verdict = Refuted
	default:
		r.Strict = strict(ctx, r.Domain, resolver)
	}
	return r
}

// Bind has a result that was kept be about the mail again that it was made from: it holds no address.
func (r *Result) Bind(raw []byte) {
	if h, err := cut(raw); err == nil && r.Domain != "" {
		r.from, _, _ = h.from() //nolint:errcheck // then it names nobody
	}
}
