package web

import (
	"net/http"

	"waybill/daemon/flow"
)

// adminLogin is the way in for logins by OAuth2. What the provider gives stays in the daemon; only what a person has to see comes out.
func adminLogin(mux *routes, f *flow.Flow) {
	mux.handle("GET /mailboxes/{mailbox}/login", func(r *http.Request) (any, error) { return f.LoginWays(r.PathValue("mailbox")) })
	mux.handle("POST /mailboxes/{mailbox}/login", func(r *http.Request) (any, error) {
		var begin struct {
			Redirect string `json:"redirect"` // where the browser comes back to; "" for a login by code
		}
		if err := read(r, &begin); err != nil {
			return nil, err
		}
		return f.BeginLogin(r.Context(), r.PathValue("mailbox"), begin.Redirect)
	})
	// A login by code answers when the person has agreed, or refused, or the code has ended.
	mux.handle("POST /mailboxes/{mailbox}/login/finish", func(r *http.Request) (any, error) {
		var finish struct {
			ID         string `json:"id"`
			Redirected string `json:"redirected"`
		}
		if err := read(r, &finish); err != nil {
			return nil, err
		}
		return f.FinishLogin(r.Context(), r.PathValue("mailbox"), finish.ID, finish.Redirected)
	})
	mux.handle("POST /mailboxes/{mailbox}/try", func(r *http.Request) (any, error) { return f.TryMailbox(r.Context(), r.PathValue("mailbox")) })
}
