package sftp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// nowhere is a name that no one has. A server that forbids a request says so before it looks for the file; one that allows
// it says that there is none. So what is allowed can be asked without changing anything.
const nowhere = ".waybill-asks-and-changes-nothing"

// Facts tells who the server is, how well files are protected there, and which requests it refuses on principle.
func (s *session) Facts(ctx context.Context, dir string) []string {
	facts := []string{fmt.Sprintf("Logged in to %s as %s (%.60s, host key %s).", s.l.a.c.Address, s.l.a.c.User,
		transports.ReadableName(string(s.l.ssh.ServerVersion())), ssh.FingerprintSHA256(s.l.hostKey))}
	if s.has(extFsync) {
		facts = append(facts, "The server confirms that a file is on its disk (fsync).")
	} else {
		facts = append(facts, "The server does not confirm that a file is on its disk; its size is compared.")
	}
	missing := path.Join(dir, nowhere)
	f, err := s.open(ctx, path.Join(missing, nowhere), os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err == nil {
		abandon(f)
	}
	for _, ask := range []struct {
		err          error
		yes, refused string
	}{
		{err, "", "It refuses every upload: this account may only read."},
		{s.Rename(ctx, missing, missing+"-2"), "Files can be renamed, so that readers never see half of one.", "It refuses to rename files. Set no_rename for this supplier, and tell them that a file may be half there for a moment."},
		{s.Remove(ctx, missing), "", "It refuses to delete files: what a broken upload left behind (.part) stays there."},
	} {
		switch {
		case errors.Is(ask.err, fs.ErrPermission), errors.Is(ask.err, transports.ErrUnsupported):
			facts = append(facts, ask.refused)
		case ask.yes != "":
			facts = append(facts, ask.yes)
		}
	}
	if info, err := s.Stat(ctx, dir); err == nil && info.IsDir() {
		facts = append(facts, fmt.Sprintf("The directory %s has the permissions %s.", dir, info.Mode()))
	}
	return facts
}
