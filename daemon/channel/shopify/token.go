package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strings"
	"time"

	"waybill/transports"
)

// early is how long before its end a token is renewed: it is valid for a day (expires_in 86399).
const early = 10 * time.Minute

// token gives an access token: the fixed one, or one by client credentials (RFC 6749 section 4.4), asked for when there is none that lasts.
// spent names a token that was refused, which is not given again. Source: shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant.
func (c *client) token(ctx context.Context, spent string) (string, error) {
	if c.c.Token != nil {
		text, err := c.c.Token()
		if err != nil {
			return "", broken("token", err, "Put the Admin API access token into the file that token_file names.")
		}
		return text, nil
	}
	c.renewing.Lock()
	defer c.renewing.Unlock()
	if c.access != "" && c.access != spent && c.c.Now().Before(c.until.Add(-early)) {
		return c.access, nil
	}
	secret, err := c.c.Secret()
	if err != nil {
		return "", broken("token", err, "Put the app's client secret into the file that client_secret_file names.")
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.c.ClientID}, "client_secret": {secret}}
	r, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodPost, c.c.URL+"/admin/oauth/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", broken("token", err, "")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	response, err := c.http.Do(r)
	if err != nil {
		return "", c.unreachable("token", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return "", c.unreachable("token", err)
	}
	if response.StatusCode != nethttp.StatusOK {
		return "", c.noToken(response, body)
	}
	var answer struct {
		AccessToken string  `json:"access_token"`
		Scope       string  `json:"scope"`
		ExpiresIn   float64 `json:"expires_in"` // seconds
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		return "", broken("token", errors.New("the answer holds no token"), "Is that the address of the shop at Shopify?")
	}
	c.access, c.scope, c.until = answer.AccessToken, answer.Scope, c.c.Now().Add(time.Duration(answer.ExpiresIn)*time.Second)
	return c.access, nil
}

// noToken says in words why there is no token. The codes are those that Shopify's forum and client libraries quote; the page of the grant lists none.
func (c *client) noToken(r *nethttp.Response, body []byte) error {
	if r.StatusCode >= 500 || r.StatusCode == nethttp.StatusTooManyRequests {
		return c.statusError("token", r)
	}
	for _, known := range []struct{ code, words, help string }{
		{"shop_not_permitted", "the app and the shop belong to different organizations", "Make the app in the Dev Dashboard of the organization that owns the shop: only such an app may log in by itself."},
		{"app_not_installed", "the app is not installed in the shop", "Install the app in the shop (Dev Dashboard, your app, Install app)."},
		{"application_cannot_be_found", "there is no app with that client_id", "Copy the Client ID from Settings of your app in the Dev Dashboard."},
		{"invalid_client", "the client secret does not fit the client_id", "Copy the secret anew from Settings of your app in the Dev Dashboard into the file that client_secret_file names."},
		{"invalid_request", "Shopify does not accept the login", "Check client_id and the client secret against Settings of your app in the Dev Dashboard, and that the app is installed in the shop."},
	} {
		if bytes.Contains(body, []byte(known.code)) {
			return broken("token", errors.New(known.words), known.help)
		}
	}
	if r.StatusCode == nethttp.StatusNotFound {
		return c.statusError("token", r)
	}
	return broken("token", fmt.Errorf("Shopify gives no access token: %d %s", r.StatusCode, nethttp.StatusText(r.StatusCode)),
		"Check client_id and the client secret against Settings of your app in the Dev Dashboard, and that the app is installed in the shop.")
}

// broken is an error that nothing but a person can mend, and that is about the whole account.
func broken(op string, err error, help string) error {
	return &transports.Error{Verdict: transports.Never, Op: op, Scope: "account", Err: err, Help: help}
}
