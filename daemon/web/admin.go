package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// maxImport is the largest file of orders that is imported at once, in bytes.
const maxImport = 256 << 20

// Admin is the interface behind the commands. It has no authentication of its own: it is served on a Unix socket that only waybill's user and group
// can open, or called in process when no daemon runs.
func Admin(f *flow.Flow) http.Handler {
	mux := &routes{http.NewServeMux()}
	adminOrders(mux, f)
	adminSending(mux, f)
	adminShadow(mux, f)
	adminDesk(mux, f)
	adminBooks(mux, f)
	adminLearned(mux, f)
	adminLogin(mux, f)
	return mux
}

// routes adds handlers that answer with JSON, or with an error in words.
type routes struct{ *http.ServeMux }

func (m *routes) handle(pattern string, do func(*http.Request) (any, error)) {
	m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := do(r)
		if err != nil {
			adminError(w, err)
			return
		}
		answer(w, http.StatusOK, body)
	})
}

func adminOrders(mux *routes, f *flow.Flow) {
	mux.HandleFunc("POST /orders/import", func(w http.ResponseWriter, r *http.Request) { importOrders(w, r, f) })
	mux.handle("GET /orders", func(r *http.Request) (any, error) { return listOrders(r, f) })
	mux.handle("GET /orders/{ref}", func(r *http.Request) (any, error) {
		row, err := f.FindOrder(r.Context(), r.PathValue("ref"), r.FormValue("channel"))
		if err != nil {
			return nil, err
		}
		return f.ViewOrder(r.Context(), row.ID)
	})
	mux.handle("POST /orders/{ref}/release", func(r *http.Request) (any, error) {
		row, err := f.FindOrder(r.Context(), r.PathValue("ref"), r.FormValue("channel"))
		if err != nil {
			return nil, err
		}
		taken, err := f.Release(r.Context(), row.ID, "cli")
		return Done{Text: fmt.Sprintf("Order %s is %s.", row.Doc.Number, taken.State)}, err
	})
	mux.handle("POST /orders/{ref}/edit", func(r *http.Request) (any, error) {
		var edit Edit
		if err := read(r, &edit); err != nil {
			return nil, err
		}
		row, err := f.FindOrder(r.Context(), r.PathValue("ref"), r.FormValue("channel"))
		if err != nil {
			return nil, err
		}
		text, err := f.Edit(r.Context(), row.ID, edit.Set, "cli")
		return Done{Text: text}, err
	})
	mux.handle("POST /orders/{ref}/cancel", func(r *http.Request) (any, error) {
		row, err := f.FindOrder(r.Context(), r.PathValue("ref"), r.FormValue("channel"))
		if err != nil {
			return nil, err
		}
		text, err := f.Cancel(r.Context(), row.ID, "cli")
		return Done{Text: text}, err
	})
}

func adminSending(mux *routes, f *flow.Flow) {
	mux.handle("GET /dispatch/{po}/preview", func(r *http.Request) (any, error) {
		row, err := f.Preview(r.Context(), r.PathValue("po"))
		return Preview{Lane: row.Lane, Key: row.Message.Key, From: row.Message.From, To: row.Message.To, Body: row.Message.Body}, err
	})
	mux.handle("POST /dispatch/{po}/resend", func(r *http.Request) (any, error) {
		text, err := f.Resend(r.Context(), r.PathValue("po"), "cli")
		return Done{Text: text}, err
	})
	mux.handle("GET /dispatches", func(r *http.Request) (any, error) {
		return f.ListDispatches(r.Context(), order.DispatchState(r.FormValue("state")), r.FormValue("supplier"))
	})
	mux.handle("POST /dispatch/{po}/cancel", func(r *http.Request) (any, error) {
		text, err := f.TakeBack(r.Context(), r.PathValue("po"), "cli")
		return Done{Text: text}, err
	})
	mux.handle("POST /dispatch/{po}/release", func(r *http.Request) (any, error) {
		text, err := f.ReleaseDispatch(r.Context(), r.PathValue("po"), "cli")
		return Done{Text: text}, err
	})
	mux.handle("POST /export/{supplier}", func(r *http.Request) (any, error) {
		name, file, numbers, err := f.Export(r.Context(), r.PathValue("supplier"))
		return Export{Name: name, Body: file, PurchaseOrders: numbers}, err
	})
	mux.handle("POST /export/{supplier}/done", func(r *http.Request) (any, error) {
		numbers, err := f.Exported(r.Context(), r.PathValue("supplier"), r.FormValue("file"), "cli")
		return Done{Text: fmt.Sprintf("Noted as uploaded: %s.", strings.Join(numbers, ", "))}, err
	})
	mux.handle("POST /ship", func(r *http.Request) (any, error) {
		var request flow.ShipRequest
		if err := read(r, &request); err != nil {
			return nil, err
		}
		request.By = "cli"
		text, err := f.Ship(r.Context(), request)
		return Done{Text: text}, err
	})
	mux.handle("POST /pause", func(r *http.Request) (any, error) {
		if err := inTime(r); err != nil {
			return nil, err
		}
		return Done{Text: "Sending is paused."}, f.Pause(r.Context(), r.FormValue("supplier"))
	})
	mux.handle("POST /resume", func(r *http.Request) (any, error) {
		if err := inTime(r); err != nil {
			return nil, err
		}
		text := "Sending goes on."
		if f.Held() {
			text = "The pause is over, but the books are still held: see waybill recover."
		}
		return Done{Text: text}, f.Resume(r.Context(), r.FormValue("supplier"))
	})
}

// inTime refuses what was asked of a daemon that hung, when nobody waits any more: the one who asked was told so, has done it in another way, and may have
// taken it back since.
func inTime(r *http.Request) error {
	until, err := time.Parse(time.RFC3339Nano, r.FormValue("until"))
	if err == nil && time.Now().After(until) {
		return fmt.Errorf("it was asked for until %s: %w", until.Format(time.TimeOnly), flow.ErrAction)
	}
	return r.Context().Err()
}

func adminShadow(mux *routes, f *flow.Flow) {
	mux.handle("GET /shadow", func(r *http.Request) (any, error) {
		var since time.Time
		if text := r.FormValue("since"); text != "" {
			var err error
			if since, err = time.Parse(time.RFC3339, text); err != nil {
				return nil, fmt.Errorf("since %q: %w: %w", text, err, flow.ErrAction)
			}
		}
		return f.Shadow(r.Context(), since)
	})
	mux.handle("GET /shadow/{id}", func(r *http.Request) (any, error) {
		id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not the number of a message; `waybill shadow report` shows them: %w", r.PathValue("id"), flow.ErrAction)
		}
		row, err := f.ShadowMessage(r.Context(), order.DispatchID(id))
		return Preview{Lane: row.Lane, Key: row.Message.Key, From: row.Message.From, To: row.Message.To, Body: row.Message.Body}, err
	})
	mux.handle("POST /shadow/finish", func(r *http.Request) (any, error) {
		var d flow.Finish
		if err := read(r, &d); err != nil {
			return nil, err
		}
		d.By = "cli"
		text, err := f.FinishShadow(r.Context(), d)
		return Done{Text: text}, err
	})
}

func adminDesk(mux *routes, f *flow.Flow) {
	mux.handle("GET /desk", func(r *http.Request) (any, error) {
		return f.Desk(r.Context(), store.ExceptionFilter{Open: r.FormValue("all") == "", Kind: r.FormValue("kind"), Supplier: r.FormValue("supplier")})
	})
	mux.handle("GET /desk/{id}", func(r *http.Request) (any, error) {
		id, err := exceptionID(r)
		if err != nil {
			return nil, err
		}
		return f.ViewException(r.Context(), id)
	})
	mux.handle("GET /desk/{id}/original", func(r *http.Request) (any, error) {
		id, err := exceptionID(r)
		if err != nil {
			return nil, err
		}
		return f.Original(r.Context(), id)
	})
	mux.handle("POST /desk/{id}/settle", func(r *http.Request) (any, error) {
		id, err := exceptionID(r)
		if err != nil {
			return nil, err
		}
		var s flow.Settlement
		if err := read(r, &s); err != nil {
			return nil, err
		}
		s.By = "cli"
		text, err := f.Settle(r.Context(), id, s)
		return Done{Text: text}, err
	})
}

func adminBooks(mux *routes, f *flow.Flow) {
	mux.handle("GET /suppliers", func(r *http.Request) (any, error) { return f.Suppliers(r.Context()) })
	mux.handle("GET /status", func(r *http.Request) (any, error) { return f.Status(r.Context()) })
	adminSafe(mux, f)
	mux.handle("POST /look", func(*http.Request) (any, error) {
		f.Look()
		return Done{Text: "Looking."}, nil
	})
}

// Edit are the fields of an order that a person corrects, by their JSON names.
type Edit struct {
	Set map[string]string `json:"set"`
}

// Done is the answer to a change: one sentence.
type Done struct {
	Text string `json:"text"`
}

// Preview is what would go out, byte for byte.
type Preview struct {
	Lane string   `json:"lane"`
	Key  string   `json:"key"`
	From string   `json:"from,omitempty"`
	To   []string `json:"to"`
	Body []byte   `json:"body"`
}

// Export is a file for a portal's upload. Body is empty when nothing waits.
type Export struct {
	Name           string   `json:"name"`
	Body           []byte   `json:"body"`
	PurchaseOrders []string `json:"purchase_orders"`
}

func exceptionID(r *http.Request) (order.ExceptionID, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not the number of an exception; `waybill desk list` shows them: %w", r.PathValue("id"), flow.ErrAction)
	}
	return order.ExceptionID(id), nil
}

func read(r *http.Request, into any) error {
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(into); err != nil {
		return fmt.Errorf("the request cannot be read: %w: %w", err, flow.ErrAction)
	}
	return nil
}

func listOrders(r *http.Request, f *flow.Flow) (any, error) {
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	filter := store.OrderFilter{State: order.IntakeState(r.FormValue("state")), Channel: r.FormValue("channel"), Search: strings.TrimSpace(r.FormValue("search")), Limit: limit}
	return f.ListOrders(r.Context(), filter)
}

// importOrders answers with JSON lines, one for each order as it is taken, so that a long import shows its progress.
func importOrders(w http.ResponseWriter, r *http.Request, f *flow.Flow) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxImport))
	if err != nil {
		fail(w, http.StatusRequestEntityTooLarge, "the file cannot be read, or is larger than 256 MiB: "+err.Error(), nil)
		return
	}
	out := json.NewEncoder(w)
	flusher, _ := w.(http.Flusher)
	started := false
	err = f.Import(r.Context(), r.FormValue("name"), raw, r.FormValue("channel"), flow.Source{By: "cli", AlreadySent: r.FormValue("already_sent") != "", Older: r.FormValue("older") != ""},
		func(i flow.Imported) error {
			if !started {
				started = true
				w.Header().Set("Content-Type", "application/x-ndjson")
			}
			if err := out.Encode(i); err != nil {
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
	case err != nil: // the status is gone already: the last line says that the file was not read to its end
		_ = out.Encode(flow.Imported{Error: "the rest of the file was not taken: " + err.Error()})
	}
}

func adminError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, store.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, flow.ErrAction), errors.Is(err, flow.ErrSettled), errors.Is(err, order.ErrTransition), errors.Is(err, order.ErrQuantity), errors.Is(err, order.ErrLine):
		status = http.StatusConflict
	}
	if name := (*flow.NameError)(nil); errors.As(err, &name) {
		status = http.StatusBadRequest // a client takes this for a wrong command line
	}
	var invalid *flow.Invalid
	if errors.As(err, &invalid) {
		fail(w, http.StatusUnprocessableEntity, err.Error(), invalid.Fields)
		return
	}
	fail(w, status, err.Error(), nil)
}
