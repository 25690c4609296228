//go:build !failpoint

package flow

import (
	"waybill/transports"
	"waybill/transports/folder"
)

// localFolder is a folder of this machine.
func localFolder(path string) transports.FileServer { return folder.New(path, 0) }
