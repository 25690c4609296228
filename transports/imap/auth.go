package imap

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"waybill/transports"
	"waybill/transports/oauth"
)

// errNoMechanism: no other token would help.
var errNoMechanism = errors.New("the server offers neither XOAUTH2 nor OAUTHBEARER")

// mechanism chooses how to log in. nil without an error means the plain LOGIN command.
func (a *Account) mechanism(caps imap.CapSet, token string) (sasl.Client, error) {
	if a.cfg.Tokens != nil {
		if m := oauth.Choose(func(name string) bool { return caps.Has(imap.AuthCap(name)) }, a.cfg.Username, token, a.cfg.Address); m != nil {
			return m, nil
		}
		return nil, errNoMechanism
	}
	// PLAIN first: unlike LOGIN it carries passwords in UTF-8 (RFC 4616).
	if caps.Has(imap.AuthCap(sasl.Plain)) {
		return sasl.NewPlainClient("", a.cfg.Username, a.cfg.Password), nil
	}
	if caps.Has(imap.CapLoginDisabled) {
		return nil, fmt.Errorf("the server takes no passwords on this connection (LOGINDISABLED): use tls or starttls, or `waybill login`")
	}
	return nil, nil
}

// connect opens a session. A token that the server refuses may have been taken back before its time: it is renewed once.
func (a *Account) connect(ctx context.Context) (*session, error) {
	if a.cfg.Tokens == nil {
		return a.connectWith(ctx, "")
	}
	token, err := a.cfg.Tokens.Token(ctx)
	if err != nil {
		return nil, a.tokenError(ctx, err)
	}
	s, err := a.connectWith(ctx, token)
	var e *transports.Error
	if err == nil || !errors.As(err, &e) || e.Op != "auth" || e.Verdict != transports.Never || errors.Is(err, errNoMechanism) {
		return s, err
	}
	fresh, renewal := a.cfg.Tokens.Renew(ctx, token)
	switch {
	case errors.Is(renewal, oauth.ErrFresh):
		return nil, err
	case renewal != nil:
		return nil, a.tokenError(ctx, renewal)
	}
	return a.connectWith(ctx, fresh)
}

// tokenError: the keeper of tokens has said what is wrong and what to do.
func (a *Account) tokenError(ctx context.Context, err error) error {
	var e *transports.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e):
		return err
	}
	return &transports.Error{Verdict: transports.Later, Op: "auth", Scope: scopeAccount, Err: fmt.Errorf("get an access token for %s: %w", a.cfg.Username, err),
		Help: fmt.Sprintf("There is no valid login for %s: if this stays, run `waybill login` for this mailbox.", a.cfg.Username)}
}
