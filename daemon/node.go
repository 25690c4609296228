package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"waybill/daemon/flow"
)

// notAsRoot refuses to work as root in a state folder that belongs to another user: what root would leave there, the daemon could not open.
func notAsRoot(folder string) error {
	var owner syscall.Stat_t
	if os.Geteuid() != 0 || syscall.Stat(folder, &owner) != nil || owner.Uid == 0 {
		return nil //nolint:nilerr // one that is not there is made; what else is wrong with it is said by who opens it
	}
	name := strconv.FormatUint(uint64(owner.Uid), 10)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return fmt.Errorf("the state folder %s belongs to %s: run this as that user (sudo -u %s waybill …)", folder, name, name)
}

// errTaken is returned by enterState when another daemon runs there.
var errTaken = errors.New("another waybill runs on the state folder")

// enterState makes this process the only daemon of a state folder until leave is called or the process ends in whatever way, and gives
// the node's name: a daemon that comes after a crash has the name of the one before, so that it can take back at once what
// that one had begun. Several daemons over one PostgreSQL have a state folder each.
func enterState(folder string) (node string, leave func(), err error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", nil, fmt.Errorf("make the state folder: %w", err)
	}
	path := filepath.Join(folder, "node")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, fmt.Errorf("open the state folder: %w; it must belong to the user that waybill runs as", err)
	}
	leave = func() { _ = f.Close() } // which lets the lock go
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		leave()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return "", nil, fmt.Errorf("%w %s; stop it first, or give this one a folder of its own", errTaken, folder)
		}
		return "", nil, fmt.Errorf("lock the state folder: %w; put it on a local disk", err)
	}
	raw, err := os.ReadFile(path)
	if err == nil && len(strings.TrimSpace(string(raw))) == 0 {
		raw = []byte(rand.Text() + "\n")
		if _, err = f.WriteAt(raw, 0); err == nil {
			err = f.Sync()
		}
	}
	if err != nil {
		leave()
		return "", nil, fmt.Errorf("the node's name in %s: %w", path, err)
	}
	return strings.TrimSpace(string(raw)), leave, nil
}

// thisMachine says where this process runs. The id is what the system draws once for each machine (machine-id(5)); it is hashed, as that page asks, and with
// the host's name, since copies of a disk often keep the id and are given another name.
func thisMachine() flow.Machine {
	host, _ := os.Hostname() // without a name it is shown by its node's
	id, _ := os.ReadFile("/etc/machine-id")
	sum := sha256.Sum256([]byte("waybill machine\x00" + strings.TrimSpace(string(id)) + "\x00" + host))
	return flow.Machine{ID: hex.EncodeToString(sum[:8]), Host: host, Version: version}
}

// describeNode is a line of status about one of several machines.
func describeNode(n flow.NodeView) string {
	name := cmp.Or(n.Host, n.Name)
	if n.Self {
		name += " (this one)"
	}
	text := fmt.Sprintf("machine %s: %s", name, n.State)
	switch {
	case n.State != "runs":
		return text + ", last heard of " + n.Seen.Local().Format("2006-01-02 15:04:05")
	case len(n.Duties) > 0:
		text += ", does " + strings.Join(n.Duties, ", ")
	}
	if len(n.Differs) > 0 {
		text += "; has another " + strings.Join(n.Differs, " and another ")
	}
	return text
}

// machineID names this machine, or is "" where it has no name (a container). The name itself is not to be given away (machine-id(5)): a hash of it is.
func machineID() string {
	raw, err := os.ReadFile("/etc/machine-id")
	id := strings.TrimSpace(string(raw))
	if err != nil || len(id) != 32 {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(id))
	mac.Write([]byte("waybill witness"))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
