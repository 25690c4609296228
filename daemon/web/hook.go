package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"waybill/daemon/channel"
	"waybill/daemon/flow"
)

// maxHook is the largest webhook that is taken, in bytes: an order of a shop system with all its lines.
const maxHook = 2 << 20

// takeHook takes a shop system's webhook. 200: its bytes are kept; what they mean is found out afterwards. 401: the signature does not fit, and
// nothing was kept. 404: no channel of that name takes webhooks. 413: too large. 503: not taken, try again.
func takeHook(w http.ResponseWriter, r *http.Request, f *flow.Flow, log *slog.Logger) {
	if err := f.Ready(); err != nil {
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, "waybill does not take anything now", nil)
		return
	}
	slug := r.PathValue("channel")
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		fail(w, http.StatusRequestEntityTooLarge, "the webhook is larger than 2 MiB", nil)
		return
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "the request broke off", nil)
		return
	}
	err = f.Hook(r.Context(), slug, r.Header, raw)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, flow.ErrNoShop):
		fail(w, http.StatusNotFound, "no channel of that name takes webhooks", nil)
	case errors.Is(err, channel.ErrSignature):
		log.Warn("a webhook's signature does not fit", "channel", slug, "bytes", len(raw))
		fail(w, http.StatusUnauthorized, "the signature does not fit", nil)
	default:
		log.Error("a webhook was not taken", "channel", slug, "err", err)
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, "the webhook was not taken: "+reason(err), nil)
	}
}
