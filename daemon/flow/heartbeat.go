package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strings"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/chat"
	transporthttp "waybill/transports/http"
)

const (
	// beatLimit cuts a call off, long before the next one is due: calls never pile up.
	beatLimit = 15 * time.Second
	// heartbeatAccount is what the heartbeat is called among the accounts.
	heartbeatAccount = "heartbeat"
	heartbeatTitle   = "the heartbeat's address"
)

// heartbeat calls an address as long as all is well, until ctx ends. A service there tells people when the calls stop: the only alert that a dead machine sends.
func (f *Flow) heartbeat(ctx context.Context, w *world, h config.Heartbeat) {
	client := transporthttp.NewClient(f.web(h.AllowPrivate), nil)
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		if err := f.beat(ctx, client, w, h); err != nil && ctx.Err() == nil {
			f.accountFails(ctx, heartbeatAccount, heartbeatTitle, err)
		}
		f.sleep(ctx, time.Duration(h.Every), nil)
	}
}

// beat makes one call, or none when something is wrong and the service is to notice the silence.
func (f *Flow) beat(ctx context.Context, client *nethttp.Client, w *world, h config.Heartbeat) *transports.Error {
	trouble := f.trouble(ctx)
	if trouble != nil {
		f.log.Error("something is wrong, so the heartbeat stops", "err", trouble)
		if !h.Fail {
			return nil
		}
	}
	text, err := w.cfg.Secret(h.URLFile)
	if err != nil {
		return &transports.Error{Op: "secret", Scope: "account", Err: err, Help: "Put the address into the file that operator.heartbeat.url_file names."}
	}
	u, err := chat.Address(text, h.AllowPrivate)
	if err != nil {
		return &transports.Error{Op: "secret", Scope: "account", Err: fmt.Errorf("%s: %w", h.URLFile, err)}
	}
	if trouble != nil {
		u = u.JoinPath("fail")
	}
	if err := call(ctx, client, u); err != nil {
		return err
	}
	f.accountWorks(ctx, heartbeatAccount)
	return nil
}

// call fetches an address. Nothing but its host is in the error: the rest is the secret.
func call(ctx context.Context, client *nethttp.Client, u *url.URL) *transports.Error {
	ctx, cancel := context.WithTimeout(ctx, beatLimit)
	defer cancel()
	request, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodGet, u.String(), nil)
	if err != nil {
		return &transports.Error{Op: "request", Scope: "account", Err: errors.New("the address cannot be called")}
	}
	request.Header.Set("User-Agent", "waybill")
	response, err := client.Do(request)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if err != nil {
		e := &transports.Error{Op: "get", Scope: "server", Err: fmt.Errorf("%s: %w", u.Host, err)}
		if help := transporthttp.Barred(err); help != "" {
			e.Scope, e.Help = "account", help
		}
		return e
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can serve again
	if response.StatusCode >= 300 {
		e := &transports.Error{Op: "get", Scope: "server", Err: fmt.Errorf("%s answers %s", u.Host, strings.TrimSpace(response.Status))}
		if response.StatusCode < 500 && response.StatusCode != nethttp.StatusTooManyRequests {
			e.Scope, e.Help = "account", "Look whether the address in the file of operator.heartbeat.url_file is right; redirects are not followed."
		}
		return e
	}
	return nil
}

// beatKey is where the heartbeat writes, to see that it can be written.
const beatKey = "heartbeat"

// trouble tells why the heart should not beat: the books cannot be written, or a loop hangs.
func (f *Flow) trouble(ctx context.Context) error {
	if err := f.unwell(); err != nil {
		return err
	}
	if late := f.Late(); len(late) > 0 {
		return fmt.Errorf("not heard of for too long: %s", strings.Join(late, ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, beatLimit)
	defer cancel()
	return f.store.Write(ctx, func(tx *store.Tx) error { return setRan(tx, beatKey, f.now()) })
}
