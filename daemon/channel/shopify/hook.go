package shopify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"waybill/daemon/channel"
	"waybill/transports"
)

// Webhooks say that something happened to an order, in the words of another API (REST). They are kept as they came and answered at once; what counts is
// the order itself, which is then fetched as when polling: one reading of one shape, and a webhook that is lost, late or out of order changes nothing.
// Source: shopify.dev/docs/apps/build/webhooks/delivery-structure and /verify-deliveries.

// hookDoc is what is read of a webhook's body.
type hookDoc struct {
	ID        json.Number `json:"id"` // may exceed 2^53
	GID       string      `json:"admin_graphql_api_id"`
	UpdatedAt string      `json:"updated_at"`
}

// hookOf gives the order that a webhook's body speaks of; is is false for an order as the API writes it.
func hookOf(raw []byte) (id string, is bool) {
	var h hookDoc
	if err := json.Unmarshal(raw, &h); err != nil || h.ID == "" {
		return "", false
	}
	if h.GID != "" {
		return number(h.GID), true
	}
	return h.ID.String(), true
}

// Hook checks a webhook and has its order fetched at the next look.
func (s *Shop) Hook(header http.Header, body []byte) (*transports.Item, error) {
	if err := s.signed(header.Get("X-Shopify-Hmac-Sha256"), body); err != nil {
		return nil, err
	}
	if domain := header.Get("X-Shopify-Shop-Domain"); !strings.EqualFold(domain, s.c.Shop) {
		return nil, fmt.Errorf("the webhook is another shop's: %w", channel.ErrSignature)
	}
	topic := header.Get("X-Shopify-Topic")
	if !strings.HasPrefix(topic, "orders/") {
		return nil, nil
	}
	sum := sha256.Sum256(body)
	key := fmt.Sprintf("hook|%s|%x", printable(topic, 60), sum[:12])
	if id, ok := hookOf(body); ok {
		s.signal(id)
		key = fmt.Sprintf("hook|%s|%s|%x", printable(topic, 60), id, sum[:12])
	}
	return &transports.Item{Key: key, Received: s.c.Now(), Raw: body, Size: int64(len(body))}, nil
}

// signed compares in constant time with every secret that may sign: after a change the old one signs for up to an hour.
func (s *Shop) signed(signature string, body []byte) error {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || s.c.HookSecrets == nil {
		return channel.ErrSignature
	}
	secrets, err := s.c.HookSecrets()
	if err != nil {
		return fmt.Errorf("read the secret of the webhooks: %w", err)
	}
	found := false
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		found = hmac.Equal(mac.Sum(nil), given) || found
	}
	if !found {
		return channel.ErrSignature
	}
	return nil
}

// hooks asks for the webhooks that are missing: when the process begins and once a day, for Shopify ends a subscription after eight deliveries in a row
// that failed. Without them everything is found by polling, so that a failure stops nothing.
func (l *look) hooks(ctx context.Context) error {
	l.mu.Lock()
	due := !l.swept || l.c.Now().Sub(l.cursor.Swept) >= sweepEvery
	l.mu.Unlock()
	if l.c.HookURL == "" || !due {
		return nil
	}
	missing, err := l.missingHooks(ctx)
	if err != nil {
		l.c.Log.Warn("the webhooks could not be looked at; orders are found by polling", "shop", l.c.Shop, "err", err)
		return nil //nolint:nilerr // what concerns the whole shop is met by the polling that follows
	}
	for _, topic := range missing {
		var data struct {
			Create struct {
				UserErrors userErrors `json:"userErrors"`
			} `json:"webhookSubscriptionCreate"`
		}
		err := l.client.do(ctx, createHook, map[string]any{"topic": topic, "hook": map[string]any{"uri": l.c.HookURL}}, &data)
		if err == nil {
			err = data.Create.UserErrors.err()
		}
		if err != nil {
			l.c.Log.Warn("a webhook was not set up; orders are found by polling", "shop", l.c.Shop, "topic", topic, "err", err)
		}
	}
	return nil
}

// missingHooks lists the topics of which nothing is sent to our address.
func (s *Shop) missingHooks(ctx context.Context) (missing []string, err error) {
	have := map[string]bool{}
	for after := any(nil); ; {
		var data struct {
			Hooks struct {
				Nodes []struct {
					Topic string `json:"topic"`
					URI   string `json:"uri"`
				} `json:"nodes"`
				PageInfo pageInfo `json:"pageInfo"`
			} `json:"webhookSubscriptions"`
		}
		if err := s.client.do(ctx, listHooks, map[string]any{"after": after}, &data); err != nil {
			return nil, err
		}
		for _, h := range data.Hooks.Nodes {
			have[h.Topic] = have[h.Topic] || h.URI == s.c.HookURL
		}
		if after = data.Hooks.PageInfo.EndCursor; !data.Hooks.PageInfo.HasNextPage {
			break
		}
	}
	for _, topic := range []string{"ORDERS_PAID", "ORDERS_UPDATED", "ORDERS_CANCELLED"} {
		if !have[topic] {
			missing = append(missing, topic)
		}
	}
	return missing, nil
}

// userErrors are what Shopify has against the content of a mutation: unlike errors, they come with a success.
type userErrors []struct {
	Field   []string `json:"field"`
	Message string   `json:"message"`
}

func (e userErrors) err() error {
	if len(e) == 0 {
		return nil
	}
	texts := make([]string, 0, len(e))
	for _, one := range e[:min(len(e), 3)] {
		texts = append(texts, printable(one.Message, 160))
	}
	return errors.New(strings.Join(texts, "; "))
}
