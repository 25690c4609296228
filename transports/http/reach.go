package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"

	"waybill/transports"
)

// Reach looks whether a server answers, with a certificate that can be trusted, and tells it nothing: what its address holds is a secret that only a real call
// shows to be right.
func Reach(ctx context.Context, d transports.Dialer, config *tls.Config, address string) ([]string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("the address is not a URL")
	}
	if d == nil {
		d = Dialer{}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Host, err)
	}
	defer conn.Close()
	if u.Scheme == "http" {
		return []string{u.Host + " answers, unencrypted"}, nil
	}
	config = config.Clone()
	config.ServerName = u.Hostname()
	if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", u.Host, err)
	}
	return []string{u.Host + " answers, and its certificate is in order"}, nil
}

// Reach looks whether the receiver's server answers.
func (s *Sender) Reach(ctx context.Context, address string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	return Reach(ctx, s.config.Dialer, &tls.Config{RootCAs: s.config.RootCAs, MinVersion: tls.VersionTLS12}, address)
}
