//go:build failpoint

package flow

import (
	"context"

	"waybill/daemon/failpoint"
	"waybill/transports"
	"waybill/transports/folder"
)

// localFolder is a folder of this machine, with a moment to be killed before and after each change.
func localFolder(path string) transports.FileServer { return pointedFolder{folder.New(path, 0)} }

type pointedFolder struct{ transports.FileServer }

func (f pointedFolder) Open(ctx context.Context) (transports.FileSession, error) {
	s, err := f.FileServer.Open(ctx)
	if err != nil {
		return nil, err
	}
	return pointedSession{s}, nil
}

type pointedSession struct{ transports.FileSession }

func (s pointedSession) Put(ctx context.Context, name string, body []byte, replace bool) error {
	failpoint.Hit(failpoint.Before, "folder.put")
	defer failpoint.Hit(failpoint.After, "folder.put")
	return s.FileSession.Put(ctx, name, body, replace)
}

func (s pointedSession) Rename(ctx context.Context, from, to string) error {
	failpoint.Hit(failpoint.Before, "folder.rename")
	defer failpoint.Hit(failpoint.After, "folder.rename")
	return s.FileSession.Rename(ctx, from, to)
}

func (s pointedSession) Remove(ctx context.Context, name string) error {
	failpoint.Hit(failpoint.Before, "folder.remove")
	defer failpoint.Hit(failpoint.After, "folder.remove")
	return s.FileSession.Remove(ctx, name)
}
