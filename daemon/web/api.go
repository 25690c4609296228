// Package web is waybill's HTTP: the API for orders, health, and the administration interface that the commands use over the
// daemon's Unix socket.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// maxOrder is the largest order that the API takes, in bytes.
const maxOrder = 1 << 20

// API is the public interface: POST /api/v1/orders, POST /hooks/CHANNEL, GET /healthz, GET /readyz. tokens gives the hashes of the bearer tokens that may post
// orders; it is asked for each request, so that a token can be changed without a restart. Without any token the API takes nothing.
func API(f *flow.Flow, tokens func() []string, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/orders", func(w http.ResponseWriter, r *http.Request) {
		if !authorized(r, tokens()) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="waybill"`)
			fail(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer TOKEN, with one whose hash is in http.tokens; `waybill token` makes one", nil)
			return
		}
		postOrder(w, r, f, log)
	})
	var unproved atomic.Int64
	mux.HandleFunc("POST /hooks/{channel}", func(w http.ResponseWriter, r *http.Request) { takeHook(w, r, f, &unproved, log) })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if late := kinds(f.Late()); len(late) > 0 {
			fail(w, http.StatusServiceUnavailable, "not heard of for too long: "+strings.Join(late, ", ")+". Look into the log; a new start puts in order what was begun", nil)
			return
		}
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := f.Fit(r.Context()); err != nil {
			fail(w, http.StatusServiceUnavailable, err.Error(), nil)
			return
		}
		answer(w, http.StatusOK, map[string]string{"status": "ready"})
	})
	return inJSON(mux)
}

// inJSON has what no handler is for refused in the same form as everything else.
func inJSON(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := &mute{header: w.Header()}
		h.ServeHTTP(said, r)
		switch said.status {
		case http.StatusMethodNotAllowed:
			fail(w, said.status, "this address takes "+w.Header().Get("Allow"), nil)
		default:
			fail(w, http.StatusNotFound, "there is nothing at this address; orders go to POST /api/v1/orders, webhooks to POST /hooks/CHANNEL", nil)
		}
	})
}

// mute takes an answer's status and none of its words.
type mute struct {
	header http.Header
	status int
}

func (m *mute) Header() http.Header         { return m.header }
func (m *mute) Write(p []byte) (int, error) { return len(p), nil }
func (m *mute) WriteHeader(status int)      { m.status = status }

// kinds are loops without the names of accounts, which are nobody's business: "lane mail:orders" is a lane.
func kinds(loops []string) (kinds []string) {
	for _, loop := range loops {
		kind, _, _ := strings.Cut(loop, " ")
		kinds = append(kinds, kind)
	}
	return slices.Compact(kinds)
}

// Server gives an HTTP server with limits on how slowly a client may speak (RFC 9110 leaves them to us).
func Server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}

// postOrder takes one order. 201: new. 200: known already; it gets the first answer, and "outcome" says what the repeat meant. 400: not
// JSON. 413: too large. 422: every field error. 503: not taken, try again.
func postOrder(w http.ResponseWriter, r *http.Request, f *flow.Flow, log *slog.Logger) {
	raw, _, err := takeBody(w, r, maxOrder, nil)
	if err != nil {
		bodyFailed(w, "order", maxOrder, err)
		return
	}
	doc, _, fields, err := channel.DecodeOrder(raw)
	if err != nil {
		fail(w, http.StatusBadRequest, "the body is not one JSON object: "+err.Error(), nil)
		return
	}
	if len(fields) > 0 {
		more := doc.Normal()
		fail(w, http.StatusUnprocessableEntity, "the order is not valid", merge(fields, more.Check()))
		return
	}
	taken, err := f.Receive(r.Context(), doc, flow.Source{By: "api"})
	var invalid *flow.Invalid
	switch {
	case errors.As(err, &invalid):
		fail(w, http.StatusUnprocessableEntity, "the order is not valid", invalid.Fields)
	case err != nil:
		log.Error("an order was not taken", "err", err)
		w.Header().Set("Retry-After", "10")
		fail(w, http.StatusServiceUnavailable, "the order was not taken: "+reason(err), nil)
	case taken.Outcome == flow.OutcomeNew:
		answer(w, http.StatusCreated, taken)
	default:
		answer(w, http.StatusOK, taken)
	}
}

// merge adds to the errors of form those of content, except about fields that were named already, or what is in them.
func merge(form, content []order.FieldError) []order.FieldError {
	all := slices.Clone(form)
	for _, c := range content {
		if !slices.ContainsFunc(form, func(f order.FieldError) bool {
			below, ok := strings.CutPrefix(c.Field, f.Field)
			return ok && (below == "" || below[0] == '.' || below[0] == '[')
		}) {
			all = append(all, c)
		}
	}
	return all
}

// reason tells a stranger no more than they need.
func reason(err error) string {
	switch {
	case errors.Is(err, store.ErrFull):
		return "there is no room for it; the operator has to look at it"
	case errors.Is(err, store.ErrFailed):
		return "the database has failed; the operator has to look at it"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "the request was cancelled"
	}
	return "an internal error; the log has it"
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nothing to tell it
}

// Problem is the body of every error (RFC 9457). Detail says what is wrong and what to do.
type Problem struct {
	Title  string             `json:"title"`
	Status int                `json:"status"`
	Detail string             `json:"detail"`
	Fields []order.FieldError `json:"fields,omitempty"`
}

func fail(w http.ResponseWriter, status int, text string, fields []order.FieldError) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{http.StatusText(status), status, text, fields})
}
