package woocommerce

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	nethttp "net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
)

// ping is what WooCommerce posts when a webhook is saved: a form, without a signature and without headers of its own (deliver_ping).
var ping = regexp.MustCompile(`^webhook_id=[0-9]{1,20}$`)

// Hook checks a webhook and gives the item to keep: its body. It makes no request: WooCommerce waits, and counts what takes too long as a failure. What
// the order means hangs on its products and refunds, so the look that follows fetches it.
func (s *Shop) Hook(header nethttp.Header, body []byte) (*transports.Item, error) {
	signature := header.Get("X-WC-Webhook-Signature")
	if signature == "" && ping.Match(bytes.TrimSpace(body)) {
		return nil, nil // it says nothing, so it may come from anybody
	}
	if !s.signed(signature, body) {
		return nil, channel.ErrSignature
	}
	if source := header.Get("X-WC-Webhook-Source"); source != "" && !s.isMine(source) {
		return nil, fmt.Errorf("the webhook comes from %.100q and this channel is %s: %w", source, s, channel.ErrSignature)
	}
	if resource := header.Get("X-WC-Webhook-Resource"); resource != "" && resource != "order" {
		return nil, nil // of products, customers, coupons
	}
	w, _, _, err := open(body)
	if err != nil {
		return nil, fmt.Errorf("the webhook is signed and holds no order: %w", err)
	}
	changed := w.DateModified.moment()
	if w.Status == "" {
		changed = s.c.Clock() // an order that was deleted has nothing left but its id
	}
	it := s.made(&w, body, changed)
	return &it, nil
}

// signed: base64 of HMAC-SHA256 over the body, keyed with the secret as the shop's owner typed it (generate_signature).
func (s *Shop) signed(signature string, body []byte) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || len(given) != sha256.Size {
		return false
	}
	fits := false
	for _, secret := range s.c.HookSecrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		fits = hmac.Equal(mac.Sum(nil), given) || fits
	}
	return fits
}

// isMine compares home_url('/') with the configured address; "www." and the scheme may differ.
func (s *Shop) isMine(source string) bool {
	u, err := url.Parse(source)
	if err != nil {
		return false
	}
	mine, err := url.Parse(s.base)
	return err == nil && bare(u.Host) == bare(mine.Host)
}

func bare(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }

// hookWatch remembers when the shop's webhooks were last looked at.
type hookWatch struct {
	mu sync.Mutex
	at time.Time
}

// watchHooks looks once a day whether the shop's webhooks are still switched on. They switch themselves off after more than five failures in a row
// (failed_delivery); polling goes on whatever they do.
func (s *Shop) watchHooks(ctx context.Context) {
	if s.c.HookURL == "" || s.c.HookTrouble == nil {
		return
	}
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	now := s.c.Clock()
	if !s.hooks.at.IsZero() && now.Sub(s.hooks.at) < 24*time.Hour {
		return
	}
	_, trouble := s.lookAtHooks(ctx, s.c.Reenable)
	if trouble != nil && trouble.Verdict == transports.Later {
		return // the next look asks again
	}
	s.hooks.at = now
	s.c.HookTrouble(ctx, trouble)
}

type wireHook struct {
	ID          text `json:"id"`
	Name        text `json:"name"`
	Status      text `json:"status"`
	Topic       text `json:"topic"`
	DeliveryURL text `json:"delivery_url"`
}

// lookAtHooks tells facts about the webhooks that come to us, and what is wrong with them.
func (s *Shop) lookAtHooks(ctx context.Context, reenable bool) (facts []string, trouble *transports.Error) {
	a, err := s.get(ctx, "wc/v3/webhooks", url.Values{"per_page": {"100"}})
	if err != nil {
		return nil, asError(err)
	}
	var all []wireHook
	if err := a.into(&all); err != nil {
		return nil, asError(err)
	}
	var off []wireHook
	topics := map[string]bool{}
	for _, h := range all {
		if string(h.DeliveryURL) != s.c.HookURL || !strings.HasPrefix(string(h.Topic), "order.") {
			continue
		}
		topics[string(h.Topic)] = true
		if h.Status == "active" {
			facts = append(facts, fmt.Sprintf("the webhook %s is switched on", h.Topic))
			continue
		}
		if h.Status == "disabled" && reenable {
			if _, err := s.do(ctx, nethttp.MethodPut, "wc/v3/webhooks/"+url.PathEscape(string(h.ID)), nil, map[string]any{"status": "active"}); err != nil {
				return facts, asError(err)
			}
			facts = append(facts, fmt.Sprintf("the webhook %s had switched itself off, and was switched on again", h.Topic))
			continue
		}
		off = append(off, h)
	}
	const where = "WooCommerce > Settings > Advanced > Webhooks"
	switch {
	case len(off) > 0:
		return facts, &transports.Error{Verdict: transports.Never, Op: "webhook", Scope: "account", Err: fmt.Errorf("the webhook %s of %s is %s", off[0].Topic, s, off[0].Status),
			Help: fmt.Sprintf("WooCommerce switches a webhook off after five failures in a row. Orders still come by polling. See that %s answers from outside, then set the webhook's status to Active under %s, or set reenable_webhooks.",
				s.c.HookURL, where)}
	case !topics["order.updated"]:
		return facts, &transports.Error{Verdict: transports.Never, Op: "webhook", Scope: "account", Err: fmt.Errorf("%s has no webhook order.updated to %s", s, s.c.HookURL),
			Help: fmt.Sprintf("Orders come by polling. To hear of them at once, make the webhooks Order created, Order updated and Order deleted with this delivery URL under %s, or take the webhook out of the configuration.", where)}
	}
	return facts, nil
}

// asError gives the *transports.Error that every request's error is.
func asError(err error) *transports.Error {
	e, ok := err.(*transports.Error) //nolint:errorlint // made by this package, never wrapped
	if !ok {
		e = &transports.Error{Verdict: transports.Later, Op: "read", Err: err}
	}
	return e
}
