package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"waybill/transports"
	transporthttp "waybill/transports/http"
)

const (
	// opToken is the step that failed: whoever sees it knows that the login is at fault, and not the mail server.
	opToken      = "token"
	scopeAccount = "account"
	scopeServer  = "server"
)

// IsToken tells whether an error is about getting a token and not about the mail server: every account that uses the login fails for
// the same reason, which the source tells once.
func IsToken(err error) bool {
	var e *transports.Error
	return errors.As(err, &e) && e.Op == opToken
}

// never is what no further attempt mends by itself; help is "" where a new login is all there is to do.
func (c *Client) never(what string, cause error, help string) error {
	if help == "" {
		help = "Log in again: " + c.login() + "."
	}
	return &transports.Error{Verdict: transports.Never, Op: opToken, Scope: scopeAccount, Err: fmt.Errorf("%s: %s: %w", c.cfg.Provider, what, cause), Help: help}
}

func (c *Client) login() string { return "run `waybill login " + c.cfg.Mailbox + "`" }

// answer is what an authorization server said when it refused.
type answer struct {
	status     int
	code       string // error (RFC 6749, section 5.2)
	aadsts     string // Microsoft's number, "AADSTS65001"
	retryAfter time.Duration
}

func (a answer) Error() string {
	switch {
	case a.code == "":
		return fmt.Sprintf("HTTP status %d", a.status)
	case a.aadsts != "":
		return a.code + " (" + a.aadsts + ")"
	}
	return a.code
}

// aadsts finds Microsoft's number in its description.
var aadsts = regexp.MustCompile(`AADSTS\d{4,8}`)

// read takes what it may from a refusal. The description goes no further than to the choice of a sentence: it can hold a person's address.
func read(e *oauth2.RetrieveError) answer {
	a := answer{code: printable(e.ErrorCode, 60), aadsts: aadsts.FindString(e.ErrorDescription)}
	if r := e.Response; r != nil {
		a.status = r.StatusCode
		if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil && seconds > 0 {
			a.retryAfter = min(time.Duration(seconds)*time.Second, time.Hour)
		}
	}
	return a
}

func printable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// explain says what went wrong at the authorization server, and what to do.
func (c *Client) explain(what string, err error) error {
	var known *transports.Error
	if errors.As(err, &known) {
		return known
	}
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		if help := transporthttp.Barred(err); help != "" {
			return c.never(what, err, help)
		}
		// No connection, a time that ran out, or an answer that is none: nothing was decided. The cause's own words may hold the request,
		// never its body.
		return &transports.Error{Verdict: transports.Later, Op: opToken, Scope: scopeServer, Err: fmt.Errorf("%s: %s: %w", c.cfg.Provider, what, err),
			Help: fmt.Sprintf("%s can't be reached, or does not answer as it should; it will be tried again.", c.cfg.Provider)}
	}
	a := read(refused)
	if a.status >= 500 || a.status == http.StatusTooManyRequests || a.code == "temporarily_unavailable" || a.code == "server_error" {
		return &transports.Error{Verdict: transports.Later, Op: opToken, Scope: scopeServer, RetryAfter: a.retryAfter, Err: fmt.Errorf("%s: %s: %w", c.cfg.Provider, what, a),
			Help: fmt.Sprintf("%s can't give a token at the moment; it will be tried again.", c.cfg.Provider)}
	}
	return c.never(what, a, c.advice(a))
}

// microsoft are Microsoft's numbers (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes") and what each
// means to a shop. $LOGIN stands for the command.
func microsoft(number string) string {
	return map[string]string{
		"AADSTS65001":   "the permission is missing: nobody has agreed to the app yet, or an administrator took it back: $LOGIN.",
		"AADSTS90094":   "an administrator must agree to the app (Entra admin center, App registrations, your app, API permissions, Grant admin consent); then $LOGIN.",
		"AADSTS90002":   "there is no such tenant. Correct oauth.tenant: it is the directory (tenant) ID on the app's overview page, or your domain.",
		"AADSTS700016":  "the app is not known in this tenant. Correct oauth.client_id or oauth.tenant: both stand on the app's overview page.",
		"AADSTS50034":   "the mailbox is not in this tenant. Correct oauth.tenant, or log in as the mailbox itself: $LOGIN.",
		"AADSTS50020":   "the person who logged in does not belong to this tenant. Correct oauth.tenant, or log in as the mailbox itself: $LOGIN.",
		"AADSTS7000215": "the client secret is wrong. Copy the secret's Value (not its ID) into the client_secret_file; waybill tries again by itself.",
		"AADSTS7000222": "the client secret has expired. Make a new one (Entra admin center, App registrations, your app, Certificates & secrets) and put its Value into the client_secret_file; waybill tries again by itself.",
		"AADSTS7000218": "the app is not set up for this. Switch on Allow public client flows (App registrations, your app, Authentication), or set oauth.client_secret_file.",
		"AADSTS50011":   "the app does not know the address that the browser is sent back to. Add the platform Mobile and desktop applications with http://localhost (App registrations, your app, Authentication).",
		"AADSTS700082":  "the login was not used for too long and has ended: $LOGIN.",
		"AADSTS70008":   "the login has ended or was taken back: $LOGIN.",
		"AADSTS70043":   "your organisation asks for a new login from time to time: $LOGIN.",
		"AADSTS50173":   "the login was taken back, as happens when the password is changed: $LOGIN.",
		"AADSTS50057":   "the account is disabled. Ask your administrator.",
		"AADSTS50076":   "a second factor is asked for: $LOGIN.",
		"AADSTS50079":   "a second factor must be set up first; then $LOGIN.",
		"AADSTS53003":   "a Conditional Access rule of your organisation refuses it. Ask your administrator to let this app in.",
	}[number]
}

// standard are the words of RFC 6749, RFC 8628 and OpenID Connect, and some of Google's own.
func standard(code string) string {
	return map[string]string{
		"invalid_grant":         "the login has ended: it was taken back, the password was changed, it was not used for months, or the app is still in testing (Google ends those logins after 7 days): $LOGIN.",
		"invalid_client":        "it does not know this app or its secret. Check oauth.client_id, and put a secret that is still good into the client_secret_file; waybill tries again by itself.",
		"deleted_client":        "this app was deleted. Register it again and set oauth.client_id; then $LOGIN.",
		"unauthorized_client":   "this app may not log in in this way. Check its type and its permissions where you registered it (docs/mailboxes.md), and oauth.tenant.",
		"access_denied":         "the permission was refused. Agree on the provider's page, or have an administrator agree: $LOGIN.",
		"consent_required":      "a person has to agree again: $LOGIN.",
		"interaction_required":  "a person has to agree again: $LOGIN.",
		"login_required":        "a person has to log in again: $LOGIN.",
		"admin_policy_enforced": "your organisation's administrator blocks this app (Admin console, Security, API controls); when it is let in, $LOGIN.",
		"org_internal":          "the app is only for accounts of the organisation that registered it. Log in as the mailbox itself: $LOGIN.",
		"invalid_scope":         "it does not know a permission that was asked for, or gives it in another way (Google gives mail only in the browser). Check oauth.scopes.",
		"redirect_uri_mismatch": "the app does not know the address that the browser is sent back to: register it as a Desktop app (Google), or with http://localhost (Microsoft).",
		"expired_token":         "nobody entered the code in time: $LOGIN again.",
	}[code]
}

// advice is the sentence for a person.
func (c *Client) advice(a answer) string {
	text := microsoft(a.aadsts)
	if text == "" {
		text = standard(a.code)
	}
	if text == "" {
		text = "it does not give a token (" + a.Error() + "). If it stays so: $LOGIN."
	}
	return c.cfg.Provider + " says that " + strings.ReplaceAll(text, "$LOGIN", c.login())
}
