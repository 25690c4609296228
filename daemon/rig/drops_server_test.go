package rig

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"net"
	"path"
	"sync"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
	"waybill/transports/folder"
	"waybill/transports/sftp"
)

// open gives the folder as it is, or as an SFTP server shows it.
func (w *dropWorld) open(remote bool) transports.FileServer {
	if !remote {
		w.out.count("in a folder")
		return folder.New(w.folder, 0)
	}
	w.out.count("over SFTP")
	host, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		w.t.Fatal(err)
	}
	server := &dropServer{w: w, config: &ssh.ServerConfig{NoClientAuth: false, PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) { return nil, nil }}}
	server.config.AddHostKey(host)
	account, err := sftp.Open(sftp.Config{Address: "sftp.prairie.example:22", User: "shop", Password: "correct horse", HostKeys: []string{string(ssh.MarshalAuthorizedKey(host.PublicKey()))}, Dialer: server})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ends = append(w.ends, func() { _ = account.Close() })
	return account
}

// dropServer is an SFTP server over the folder, whose connections break.
type dropServer struct {
	w      *dropWorld
	config *ssh.ServerConfig
}

func (s *dropServer) DialContext(context.Context, string, string) (net.Conn, error) {
	link := newWire(64 << 10)
	if s.w.one(3) {
		link.breakAfter(s.w.n(2), int64(500+s.w.n(100_000)), func() { link.end(s.w.n(2) == 0) })
	}
	go s.serve(link.server())
	return link.client(), nil
}

func (s *dropServer) serve(conn net.Conn) {
	defer conn.Close()
	c, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	defer c.Close()
	go ssh.DiscardRequests(requests)
	var sessions sync.WaitGroup
	for channel := range channels {
		ch, reqs, err := channel.Accept()
		if err != nil {
			continue
		}
		go func() {
			for r := range reqs {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		sessions.Go(func() {
			defer ch.Close()
			if served, err := pkgsftp.NewServer(ch, pkgsftp.WithServerWorkingDirectory(s.w.folder)); err == nil {
				_ = served.Serve()
			}
		})
	}
	sessions.Wait()
}

// faultyFiles is the folder as a process sees it that may be killed: connections are lost before and after each operation.
type faultyFiles struct {
	transports.FileServer
	l *dropLife
}

func (f faultyFiles) Open(ctx context.Context) (transports.FileSession, error) {
	s, err := f.FileServer.Open(ctx)
	if err != nil {
		return nil, err
	}
	return faultySession{s, f.l}, nil
}

type faultySession struct {
	transports.FileSession
	l *dropLife
}

// lost says that the connection breaks now.
func (s faultySession) lost() bool {
	if s.l.dead.Load() {
		return true
	}
	if !s.l.w.one(150) {
		return false
	}
	s.l.w.out.count("lost connections")
	return true
}

func (s faultySession) Get(ctx context.Context, name string, size int64) ([]byte, error) {
	w := s.l.w
	w.mu.Lock()
	while := w.whiles[path.Base(name)]
	delete(w.whiles, path.Base(name))
	w.mu.Unlock()
	early := while != nil && w.n(2) == 0
	if while != nil {
		w.out.count("changed while it was read")
	}
	if early {
		while()
	}
	if s.lost() {
		return nil, transports.ErrLost
	}
	raw, err := s.FileSession.Get(ctx, name, size)
	if while != nil && !early {
		while()
	}
	return raw, err
}

func (s faultySession) Rename(ctx context.Context, from, to string) error {
	if s.lost() {
		return transports.ErrLost
	}
	err := s.l.step("move", func() error { return s.FileSession.Rename(ctx, from, to) })
	if err == errKilled || err == nil && s.lost() { //nolint:errorlint // its own
		return transports.ErrLost
	}
	return err
}
