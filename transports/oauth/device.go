package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"waybill/transports"
)

// Device is a login by a code that a person types on any other machine (RFC 8628).
type Device struct {
	client *Client
	conf   *oauth2.Config
	asked  *oauth2.DeviceAuthResponse

	// URL is where the code is typed, Complete the same with the code in it, or "".
	URL, Complete string
	Code          string
	Expires       time.Time
}

// Device begins a login by a code.
func (c *Client) Device(ctx context.Context) (*Device, error) {
	if c.cfg.DeviceURL == "" {
		return nil, &transports.Error{Verdict: transports.Never, Op: opToken, Err: fmt.Errorf("%s gives no codes for mailboxes", c.cfg.Provider),
			Help: c.cfg.Provider + " has no login by code for mail. Log in with the browser: " + c.login() + " --browser."}
	}
	conf, err := c.conf("")
	if err != nil {
		return nil, err
	}
	d, err := conf.DeviceAuth(c.asked(ctx))
	if err != nil {
		return nil, c.explain("ask for a code", err)
	}
	if !web(d.VerificationURI) || d.DeviceCode == "" || d.UserCode == "" {
		return nil, c.never("the answer holds no code", errors.New("verification_uri, user_code or device_code is missing"), "Check oauth.device_url.")
	}
	login := &Device{client: c, conf: conf, asked: d, URL: d.VerificationURI, Code: printable(d.UserCode, 40), Expires: d.Expiry}
	if web(d.VerificationURIComplete) {
		login.Complete = d.VerificationURIComplete
	}
	return login, nil
}

// web holds for addresses that a person can be sent to.
func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && printable(address, len(address)) == address
}

// Wait asks, at the pace that the server wants, until the person has agreed or refused, or the code has ended.
func (d *Device) Wait(ctx context.Context) (Grant, Access, error) {
	c := d.client
	for {
		t, err := d.conf.DeviceAccessToken(c.asked(ctx), d.asked)
		if err == nil {
			return c.granted(t)
		}
		var refused *oauth2.RetrieveError
		switch {
		case ctx.Err() != nil:
			return Grant{}, Access{}, ctx.Err()
		case errors.As(err, &refused):
			return Grant{}, Access{}, c.explain("log in by code", err)
		case !d.Expires.IsZero() && !time.Now().Before(d.Expires):
			return Grant{}, Access{}, c.explain("log in by code", &oauth2.RetrieveError{ErrorCode: "expired_token"})
		}
		// The link broke, not the login: the next question waits its turn like any other, and twice as long (RFC 8628, section 3.5).
		d.asked.Interval = min(max(d.asked.Interval, 5)*2, 60)
	}
}
