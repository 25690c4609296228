package demo

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// Drop is an SFTP server of suppliers who want files: everything lives below one folder, and nothing leads out of it. The user shop logs in with
// Password.
type Drop struct {
	Folder   string
	Address  string
	HostKey  string // as an authorized_keys line
	root     *os.Root
	listener net.Listener
	conns    sync.WaitGroup
	changed  func(int) // called for each request that changes something
}

// OpenDrop serves a folder to who connects to l.
func OpenDrop(l net.Listener, folder string, changed func(int)) (*Drop, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, err
	}
	config := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
		if c.User() != "shop" || string(given) != Password {
			return nil, errors.New("no")
		}
		return nil, nil
	}}
	config.AddHostKey(signer)
	d := &Drop{root: root, Folder: folder, listener: l, changed: changed, Address: l.Addr().String(), HostKey: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			d.conns.Go(func() { d.serve(conn, config) })
		}
	}()
	return d, nil
}

// Close ends the server. The folder stays.
func (d *Drop) Close() {
	_ = d.listener.Close()
	_ = d.root.Close()
}

func (d *Drop) serve(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	server, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		for r := range requests { // keepalives want an answer
			_ = r.Reply(r.Type == "keepalive@openssh.com", nil)
		}
	}()
	for c := range channels {
		if c.ChannelType() != "session" {
			_ = c.Reject(ssh.UnknownChannelType, "only SFTP")
			continue
		}
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				isSFTP := r.Type == "subsystem" && len(r.Payload) > 4 && string(r.Payload[4:]) == "sftp"
				_ = r.Reply(isSFTP, nil)
				if isSFTP {
					go d.session(channel)
				}
			}
		}()
	}
}

func (d *Drop) session(channel io.ReadWriteCloser) {
	server := sftp.NewRequestServer(channel, sftp.Handlers{FileGet: d, FilePut: d, FileCmd: d, FileList: d})
	_ = server.Serve() // it ends when the client goes
	_ = channel.Close()
}

// inside makes a client's path one below the root.
func inside(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	if p == "" {
		return "."
	}
	return p
}

// Fileread implements sftp.FileReader.
func (d *Drop) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	return d.root.Open(inside(r.Filepath))
}

// Filewrite implements sftp.FileWriter.
func (d *Drop) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	d.changed(1)
	flags := os.O_WRONLY
	if p := r.Pflags(); p.Creat {
		flags |= os.O_CREATE
		if p.Excl {
			flags |= os.O_EXCL
		}
		if p.Trunc {
			flags |= os.O_TRUNC
		}
	}
	return d.root.OpenFile(inside(r.Filepath), flags, 0o640)
}

// Filecmd implements sftp.FileCmder.
func (d *Drop) Filecmd(r *sftp.Request) error {
	d.changed(1)
	switch name := inside(r.Filepath); r.Method {
	case "Rename":
		if _, err := d.root.Lstat(inside(r.Target)); err == nil {
			return os.ErrExist
		}
		return d.root.Rename(name, inside(r.Target))
	case "PosixRename":
		return d.root.Rename(name, inside(r.Target))
	case "Remove":
		return d.root.Remove(name)
	case "Mkdir":
		return d.root.Mkdir(name, 0o750)
	case "Setstat":
		return nil
	}
	return sftp.ErrSSHFxOpUnsupported
}

// Filelist implements sftp.FileLister.
func (d *Drop) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	name := inside(r.Filepath)
	switch r.Method {
	case "List":
		f, err := d.root.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		found, err := f.Readdir(-1)
		return lister(found), err
	case "Stat", "Lstat":
		info, err := d.root.Lstat(name)
		if err != nil {
			return nil, err
		}
		return lister{info}, nil
	}
	return nil, fmt.Errorf("%s: %w", r.Method, sftp.ErrSSHFxOpUnsupported)
}

type lister []os.FileInfo

// ListAt implements sftp.ListerAt.
func (l lister) ListAt(into []os.FileInfo, at int64) (int, error) {
	if at >= int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(into, l[at:])
	if int(at)+n == len(l) {
		return n, io.EOF
	}
	return n, nil
}
