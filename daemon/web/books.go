package web

import (
	"encoding/json"
	"net/http"

	"waybill/daemon/flow"
)

// Verifying is a line of the answer to POST /verify: how far it is, or something that is wrong. The last one has Ended.
type Verifying struct {
	Looking string `json:"looking,omitempty"`
	Done    int64  `json:"done,omitempty"`
	Problem string `json:"problem,omitempty"`
	Ended   bool   `json:"ended,omitempty"`
	Error   string `json:"error,omitempty"` // it could not be looked any further
}

// adminSafe is what keeps the books: verify, backup, what follows a restore, and what must not be kept.
func adminSafe(mux *routes, f *flow.Flow) {
	mux.HandleFunc("POST /verify", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		out := json.NewEncoder(w)
		flusher, _ := w.(http.Flusher)
		say := func(v Verifying) {
			_ = out.Encode(v) // who has hung up ends the request's context
			if flusher != nil {
				flusher.Flush()
			}
		}
		err := f.Store().Verify(r.Context(), func(p string) { say(Verifying{Problem: p}) }, func(what string, done int64) { say(Verifying{Looking: what, Done: done}) })
		end := Verifying{Ended: true}
		if err != nil {
			end.Error = err.Error()
		}
		say(end)
	})
	// The answer is the backup; one that breaks off lacks its end.
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/zstd")
		_ = f.Backup(r.Context(), r.FormValue("by"), w) // the log has it, and the reader sees that the end is missing
	})
	mux.handle("POST /backup/done", func(r *http.Request) (any, error) {
		return Done{Text: "Noted."}, f.BackedUp(r.Context(), r.FormValue("problem"))
	})
	mux.handle("POST /erase", func(r *http.Request) (any, error) {
		var e flow.EraseRequest
		if err := read(r, &e); err != nil {
			return nil, err
		}
		e.By = "cli"
		return f.Erase(r.Context(), e)
	})
	mux.handle("GET /recovery", func(r *http.Request) (any, error) { return f.Recovery(r.Context()) })
	mux.handle("POST /recovery", func(r *http.Request) (any, error) {
		var d flow.Decision
		if err := read(r, &d); err != nil {
			return nil, err
		}
		d.By = "cli"
		text, err := f.Recover(r.Context(), d)
		return Done{Text: text}, err
	})
}
