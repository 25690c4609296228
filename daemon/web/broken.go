package web

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"waybill/daemon/store"
)

// broken is the page of a daemon that cannot open its books.
var brokenPage = template.Must(template.New("broken").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="15"><title>waybill stands still</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#222}h1{font-size:1.5rem}</style>
<h1>waybill stands still: {{.What}}</h1>
<p>{{.Do}}.</p>
<p>Until then no order is taken and nothing is sent. Nothing that was accepted is lost: shops deliver again what they get no "yes" for.</p>
<p>It has been so since {{.Since}}. {{if .Heals}}waybill tries again every few seconds.{{else}}waybill does not try again by itself.{{end}}
More is in its log: <code>journalctl -u waybill -e</code></p>
</html>
`))

// Broken answers for a daemon that cannot open its books: the reason on a page and at /readyz, and 503 to everything that would be taken. /healthz
// says that the process lives, or a service manager would start it again and again, and nobody would hear why.
func Broken(t store.Trouble, since time.Time) http.Handler {
	said := fmt.Sprintf("waybill is not ready: %s. %s", t.What, t.Do)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "broken"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Retry-After", "10")
		if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/html") {
			fail(w, http.StatusServiceUnavailable, said, nil)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = brokenPage.Execute(w, struct { // the client is gone: nothing to tell it
			store.Trouble
			Since string
		}{t, since.Format("Mon 2 Jan 15:04 MST")})
	})
	return mux
}
