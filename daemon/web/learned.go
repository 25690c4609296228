package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/store"
)

// adminLearned is what was learned of suppliers, and reading again what is kept.
func adminLearned(mux *routes, f *flow.Flow) {
	mux.handle("GET /rules", func(r *http.Request) (any, error) { return f.Rules(r.Context(), r.FormValue("supplier")) })
	mux.handle("POST /rules", func(r *http.Request) (any, error) {
		var n NewRule
		if err := read(r, &n); err != nil {
			return nil, err
		}
		text, err := f.AddRule(r.Context(), store.RuleRow{Supplier: n.Supplier, Kind: n.Kind, Reads: n.Reads, Means: n.Means, MadeBy: "cli"})
		return Done{Text: text}, err
	})
	rule := func(pattern string, do func(*http.Request, store.RuleID) (any, error)) {
		mux.handle(pattern, func(r *http.Request) (any, error) {
			id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
			if err != nil {
				return nil, fmt.Errorf("%q is not the number of a rule; `waybill rules list` shows them: %w", r.PathValue("id"), flow.ErrAction)
			}
			return do(r, store.RuleID(id))
		})
	}
	rule("GET /rules/{id}", func(r *http.Request, id store.RuleID) (any, error) { return f.Rule(r.Context(), id) })
	rule("POST /rules/{id}/try", func(r *http.Request, id store.RuleID) (any, error) { return f.TryRule(r.Context(), id) })
	for action, on := range map[string]bool{"on": true, "off": false} {
		rule("POST /rules/{id}/"+action, func(r *http.Request, id store.RuleID) (any, error) {
			text, err := f.SwitchRule(r.Context(), id, on, "cli")
			return Done{Text: text}, err
		})
	}
	mux.HandleFunc("POST /replay", func(w http.ResponseWriter, r *http.Request) { replay(w, r, f) })
}

// NewRule is a rule that a person writes.
type NewRule struct {
	Supplier string `json:"supplier"`
	Kind     string `json:"kind"`
	Reads    string `json:"reads"`
	Means    string `json:"means,omitempty"`
}

// ReplayLine is one line of the answer to a replay: an item, or at the end the totals, or why it did not come to its end.
type ReplayLine struct {
	*flow.Replayed
	Totals *flow.ReplayTotals `json:"totals,omitempty"`
	Broken string             `json:"broken,omitempty"`
}

// replay answers with JSON lines, one for each item as it is read, so that a long replay shows its progress.
func replay(w http.ResponseWriter, r *http.Request, f *flow.Flow) {
	request := flow.ReplayRequest{Supplier: r.FormValue("supplier"), DryRun: r.FormValue("dry_run") != "", By: "cli"}
	for name, into := range map[string]*time.Time{"since": &request.Since, "until": &request.Until} {
		text := r.FormValue(name)
		if text == "" {
			continue
		}
		var err error
		if *into, err = time.Parse(time.RFC3339, text); err != nil {
			fail(w, http.StatusBadRequest, fmt.Sprintf("%s %q is no time like 2026-03-18T17:00:00Z", name, text), nil)
			return
		}
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // years of mail take longer than an answer may otherwise; in process there is none
	out := json.NewEncoder(w)
	flusher, _ := w.(http.Flusher)
	started := false
	begin := func() {
		if !started {
			started = true
			w.Header().Set("Content-Type", "application/x-ndjson")
		}
	}
	totals, err := f.Replay(r.Context(), request, func(item flow.Replayed) error {
		begin()
		if err := out.Encode(ReplayLine{Replayed: &item}); err != nil {
			return err
		}
		if flusher != nil {
			flusher.Flush()
		}
		return nil
	})
	switch {
	case err != nil && !started:
		adminError(w, err)
	case err != nil: // the status is gone already: the last line says so
		_ = out.Encode(ReplayLine{Broken: err.Error()})
	default:
		begin()
		_ = out.Encode(ReplayLine{Totals: &totals})
	}
}
