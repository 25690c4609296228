package channeltest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"waybill/daemon/channel"
	"waybill/transports"
)

//go:embed shopify.graphql
var shopifySchema string

// Shopify is a shop on Shopify: its GraphQL Admin API as far as the schema beside this file goes, with the rules that the reference gives in words.
type Shopify struct {
	URL    string
	Domain string
	// Client opens a client of this server; what it remembers is in memory.
	Client func(t *testing.T, s *Shopify, memory transports.Cursor) channel.Shop
	// Scopes the app has. Without read access to customer data addresses are null.
	Scopes       []string
	CustomerData bool
	Version      string // that answers
	Status       int    // answered to every request, when set
	OAuthError   string // answered to every login, when set
	// Live: the shop lives by the wall clock, for a daemon that does. Written is called after a mutation took effect and before its answer.
	Live    bool
	Written func(mutation string)

	t      testing.TB
	schema *ast.Schema
	memory memory

	mu     sync.Mutex
	at     time.Time
	ids    int64
	orders []*shopifyOrder
	hooks  []object
	tokens map[string]time.Time // to their end
	logins int
	failing
	bucket struct {
		left float64
		at   time.Time
	}
	wrong    []string
	requests int
	mailed   int // letters to customers
}

// failing is what goes wrong with the next requests.
type failing struct {
	failure Failure
	left    int
}

// The app, and the size of the smallest plan's bucket.
const (
	ShopifyClient = "client-0123456789"
	ShopifySecret = "shpss_present-secret-of-the-app"
	ShopifyFormer = "shpss_former-secret-of-the-app"
	bucketMost    = 2000.0
	bucketRate    = 100.0
)

// StartShopify starts a shop without orders. Its time stands still until Pass.
func StartShopify(t testing.TB, client func(*testing.T, *Shopify, transports.Cursor) channel.Shop) *Shopify {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "shopify.graphql", Input: shopifySchema})
	if err != nil {
		t.Fatal(err)
	}
	s := &Shopify{Domain: "lantern-lane.myshopify.com", Client: client, CustomerData: true, Version: "2026-10", t: t, schema: schema,
		Scopes: []string{"read_orders", "write_orders", "write_merchant_managed_fulfillment_orders"},
		at:     time.Date(2026, 11, 18, 17, 0, 0, 0, time.UTC), ids: 9007199254740993, tokens: map[string]time.Time{}} // past 2^53
	s.bucket.left, s.bucket.at = bucketMost, s.at
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// memory is a Cursor.
type memory struct {
	mu    sync.Mutex
	value []byte
}

func (m *memory) Load(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.value, nil
}

func (m *memory) Save(_ context.Context, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.value = slices.Clone(value)
	return nil
}

func (s *Shopify) Open(t *testing.T) channel.Shop { return s.Client(t, s, &s.memory) }

func (s *Shopify) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is the shop's time; s.mu is held.
func (s *Shopify) now() time.Time {
	if s.Live {
		return time.Now().UTC().Truncate(time.Second)
	}
	return s.at
}

func (s *Shopify) Pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

// Sleep is how a client of this server waits.
func (s *Shopify) Sleep(ctx context.Context, d time.Duration) error {
	s.Pass(d)
	return ctx.Err()
}

func (s *Shopify) Can(Ability) bool { return true }

func (s *Shopify) Fail(f Failure, requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = failing{f, requests}
	if f == Expired || f == Revoked {
		clear(s.tokens)
	}
}

func (s *Shopify) Wrong() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wrong)
}

// Requests counts the GraphQL requests so far, Mailed the letters to customers.
func (s *Shopify) Requests() int { s.mu.Lock(); defer s.mu.Unlock(); return s.requests }
func (s *Shopify) Mailed() int   { s.mu.Lock(); defer s.mu.Unlock(); return s.mailed }

// next counts one failing request down, if such a failure is on.
func (s *Shopify) next(f Failure) bool {
	if s.failing.failure != f || s.failing.left == 0 {
		return false
	}
	s.failing.left--
	return true
}

func (s *Shopify) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Shopify-API-Version", s.Version)
	switch path := r.URL.Path; {
	case s.Status != 0:
		w.WriteHeader(s.Status)
	case r.Method != http.MethodPost:
		s.wrong = append(s.wrong, r.Method+" "+path)
		w.WriteHeader(http.StatusMethodNotAllowed)
	case path == "/admin/oauth/access_token":
		s.login(w, r, body)
	case strings.HasPrefix(path, "/admin/api/") && strings.HasSuffix(path, "/graphql.json"):
		s.graphql(w, r, body)
	default:
		s.wrong = append(s.wrong, "POST "+path)
		w.WriteHeader(http.StatusNotFound)
	}
}

// login is the client credentials grant (shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant).
func (s *Shopify) login(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		s.wrong = append(s.wrong, "a login as "+r.Header.Get("Content-Type"))
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	_ = r.ParseForm()
	refuse := func(code, words string) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":%q,"error_description":%q}`, code, words)
	}
	s.logins++
	switch {
	case s.OAuthError != "":
		refuse(s.OAuthError, "Oauth error "+s.OAuthError)
	case s.failing.failure == Revoked && s.failing.left > 0:
		refuse("app_not_installed", "The app is not installed on this shop")
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuse("unsupported_grant_type", "unsupported")
	case r.PostForm.Get("client_id") != ShopifyClient:
		refuse("application_cannot_be_found", "The application cannot be found")
	case r.PostForm.Get("client_secret") != ShopifySecret:
		refuse("invalid_client", "The client secret is wrong")
	default:
		token := fmt.Sprintf("shpat_%d", s.logins)
		s.tokens[token] = s.now().Add(86399 * time.Second)
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": token, "scope": strings.Join(s.Scopes, ","), "expires_in": 86399})
	}
}

// graphql answers one request.
func (s *Shopify) graphql(w http.ResponseWriter, r *http.Request, body []byte) {
	end, known := s.tokens[r.Header.Get("X-Shopify-Access-Token")]
	if !known || s.now().After(end) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}`)
		return
	}
	s.requests++
	var request struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&request); err != nil || r.Header.Get("Content-Type") != "application/json" {
		s.wrong = append(s.wrong, "a request that is no JSON")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if s.next(Broken) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html>Bad gateway</html>")
		return
	}
	doc, problems := gqlparser.LoadQueryWithRules(s.schema, request.Query, rules.NewDefaultRules())
	if len(problems) > 0 {
		s.invalid(w, problems.Error())
		return
	}
	op := doc.Operations[0]
	vars, err := validator.VariableValues(s.schema, op, request.Variables)
	if err != nil {
		s.invalid(w, err.Error())
		return
	}
	cost := float64(costOf(op.SelectionSet, vars, func(text string) { s.wrong = append(s.wrong, text) }))
	if op.Operation == ast.Mutation {
		cost = 10
	}
	if s.throttled(w, cost) {
		return
	}
	data := map[string]any{}
	var denied []map[string]any
	for _, one := range op.SelectionSet {
		f := one.(*ast.Field)
		if scope := s.lacks(f.Name); scope != "" {
			denied = append(denied, map[string]any{"message": "Access denied for " + f.Name + " field.", "path": []string{f.Name},
				"extensions": map[string]any{"code": "ACCESS_DENIED", "documentation": "https://shopify.dev/api/usage/access-scopes", "requiredAccess": "`" + scope + "` access scope."}})
			data[f.Alias] = nil
			continue
		}
		data[f.Alias] = selected(f.SelectionSet, s.root(f.Name, f.ArgumentMap(vars)), vars)
	}
	if written := s.Written; written != nil && op.Operation == ast.Mutation {
		s.mu.Unlock()
		written(op.SelectionSet[0].(*ast.Field).Name)
		s.mu.Lock()
	}
	if s.next(LostAnswer) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
		return
	}
	answer := map[string]any{"data": data, "extensions": s.extensions(cost)}
	if len(denied) > 0 {
		answer["errors"] = denied
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Shopify) invalid(w http.ResponseWriter, text string) {
	s.wrong = append(s.wrong, text)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{"message": text, "extensions": map[string]any{"code": "undefinedField"}}}})
}

// throttled refuses what the bucket cannot pay, and what is too dear at all.
func (s *Shopify) throttled(w http.ResponseWriter, cost float64) bool {
	s.bucket.left = min(bucketMost, s.bucket.left+bucketRate*s.now().Sub(s.bucket.at).Seconds())
	s.bucket.at = s.now()
	code, message := "", ""
	switch {
	case cost > 1000:
		s.wrong = append(s.wrong, fmt.Sprintf("a request of %.0f points", cost))
		code, message = "MAX_COST_EXCEEDED", "Query cost exceeds the single query max cost limit"
	case s.bucket.left < cost || s.next(Throttled):
		code, message = "THROTTLED", "Throttled"
	default:
		s.bucket.left -= min(cost, 40) // what was not needed is given back
		return false
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{"message": message, "extensions": map[string]any{"code": code}}}, "extensions": s.extensions(cost)})
	return true
}

func (s *Shopify) extensions(cost float64) map[string]any {
	return map[string]any{"cost": map[string]any{"requestedQueryCost": cost, "actualQueryCost": min(cost, 40),
		"throttleStatus": map[string]any{"maximumAvailable": bucketMost, "currentlyAvailable": s.bucket.left, "restoreRate": bucketRate}}}
}

// lacks names the scope that a field needs and the app does not have.
func (s *Shopify) lacks(field string) string {
	need := map[string]string{"order": "read_orders", "orders": "read_orders", "fulfillment": "read_orders", "tagsAdd": "write_orders", "tagsRemove": "write_orders",
		"orderUpdate": "write_orders", "fulfillmentCreate": "write_merchant_managed_fulfillment_orders", "fulfillmentTrackingInfoUpdate": "write_merchant_managed_fulfillment_orders",
		"fulfillmentOrder": "read_merchant_managed_fulfillment_orders"}[field]
	if need == "" || slices.Contains(s.Scopes, need) || slices.Contains(s.Scopes, strings.Replace(need, "read_", "write_", 1)) {
		return ""
	}
	return need
}

// root resolves the fields of Query and Mutation.
func (s *Shopify) root(name string, args map[string]any) any {
	text := func(name string) string { v, _ := args[name].(string); return v }
	switch name {
	case "order":
		if o := s.find(text("id")); o != nil {
			return o.object(s)
		}
		return object(nil)
	case "orders":
		return field2(s.search(text("query"), args["reverse"] == true), args)
	case "fulfillment":
		return s.fulfillment(text("id"))
	case "fulfillmentOrder":
		return s.work(text("id"))
	case "shop":
		return object{"name": "Lantern Lane", "myshopifyDomain": s.Domain, "plan": object{"publicDisplayName": "Basic"}}
	case "currentAppInstallation":
		var all []object
		for _, scope := range s.Scopes {
			all = append(all, object{"handle": scope})
		}
		return object{"accessScopes": all}
	case "webhookSubscriptions":
		return field2(connection(s.hooks), args)
	case "webhookSubscriptionCreate":
		hook, _ := args["webhookSubscription"].(map[string]any)
		uri, _ := hook["uri"].(string)
		if !strings.HasPrefix(uri, "https://") {
			return refused("webhookSubscription", "Address protocol http:// is not supported")
		}
		s.hooks = append(s.hooks, object{"id": s.id("WebhookSubscription"), "topic": args["topic"], "uri": uri})
		return object{"webhookSubscription": s.hooks[len(s.hooks)-1], "userErrors": []object{}}
	}
	return s.mutate(name, args)
}

// field2 pages a connection at the root, where field is not called.
func field2(all connection, args map[string]any) object {
	start, _ := strconv.Atoi(fmt.Sprint(args["after"]))
	start = min(start, len(all))
	end := min(start+number(args["first"]), len(all))
	page := object{"nodes": []object(all[start:end]), "pageInfo": object{"hasNextPage": end < len(all), "endCursor": nil}}
	if end > start {
		page["pageInfo"] = object{"hasNextPage": end < len(all), "endCursor": strconv.Itoa(end)}
	}
	return page
}

func refused(field, message string) object {
	return object{"userErrors": []object{{"field": []string{field}, "message": message}}}
}

// id gives a new global id.
func (s *Shopify) id(kind string) string {
	s.ids++
	return fmt.Sprintf("gid://shopify/%s/%d", kind, s.ids)
}

// Hook is a webhook as shopify.dev/docs/apps/build/webhooks/delivery-structure has it.
func (s *Shopify) Hook(id string, with Secret) (http.Header, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.find("gid://shopify/Order/" + id)
	body := fmt.Appendf(nil, `{"id":%s,"admin_graphql_api_id":"gid://shopify/Order/%s","name":"%s","updated_at":"%s","email":"ada@buyer.example"}`, id, id, o.name, o.updated.Format(time.RFC3339))
	secret := map[Secret]string{Present: ShopifySecret, Former: ShopifyFormer, Forged: "shpss_somebody-else"}[with]
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	h := http.Header{}
	h.Set("X-Shopify-Topic", "orders/updated")
	h.Set("X-Shopify-Shop-Domain", s.Domain)
	h.Set("X-Shopify-API-Version", s.Version)
	h.Set("X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
	h.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return h, body
}
