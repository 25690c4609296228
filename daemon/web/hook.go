package web

import (
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

	"waybill/daemon/channel"
	"waybill/daemon/flow"
)

// maxHook is the largest webhook that is taken, in bytes: an order of a shop system with all its lines.
const maxHook = 2 << 20

// takeHook takes a shop system's webhook. 200: its bytes are kept; what they mean is found out afterwards. 401: the signature does not fit, and
// nothing was kept. 404: no channel of that name takes webhooks. 413: too large. 503: not taken, try again.
func takeHook(w http.ResponseWriter, r *http.Request, f *flow.Flow, unproved *atomic.Int64, log *slog.Logger) {
	if err := f.Ready(); err != nil {
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, "waybill does not take anything now", nil)
		return
	}
	slug := r.PathValue("channel")
	raw, release, err := takeBody(w, r, maxHook, unproved)
	defer release()
	if err != nil {
		bodyFailed(w, "webhook", maxHook, err)
		return
	}
	err = f.Hook(r.Context(), slug, r.Header, raw)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, flow.ErrNoShop):
		fail(w, http.StatusNotFound, "no channel of that name takes webhooks; the last part of the address is the channel's name in the configuration", nil)
	case errors.Is(err, channel.ErrSignature):
		log.Warn("a webhook's signature does not fit", "channel", slug, "bytes", len(raw))
		fail(w, http.StatusUnauthorized, "the signature does not fit: the secret here and the one in the shop must be the same", nil)
	default:
		log.Error("a webhook was not taken", "channel", slug, "err", err)
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, "the webhook was not taken: "+reason(err), nil)
	}
}
