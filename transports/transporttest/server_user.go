package transporttest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// nobody is the user that servers run as when the tests run as root: 65534 on every Linux.
const nobody = 65534

// unprivileged is the user and group that a server runs as which neither needs nor wants to be root.
func unprivileged() (uid, gid int) {
	if os.Getuid() == 0 {
		return nobody, nobody
	}
	return os.Getuid(), os.Getgid()
}

// dropRights makes cmd run as the given user and group when the tests run as root.
func dropRights(cmd *exec.Cmd, uid, gid int) *exec.Cmd {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	return cmd
}

// asNobody is dropRights to the user of unprivileged.
func asNobody(cmd *exec.Cmd) *exec.Cmd {
	uid, gid := unprivileged()
	return dropRights(cmd, uid, gid)
}

// giveAway hands a folder or file to the unprivileged user.
func giveAway(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	uid, gid := unprivileged()
	if err := os.Chown(path, uid, gid); err != nil {
		return fmt.Errorf("hand over to the server's user: %w", err)
	}
	return nil
}

func userName(t testing.TB, uid int) string {
	t.Helper()
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		t.Fatalf("the user that servers run as: %v", err)
	}
	return u.Username
}

func groupName(t testing.TB, gid int) string {
	t.Helper()
	g, err := user.LookupGroupId(strconv.Itoa(gid))
	if err != nil {
		t.Fatalf("the group that servers run as: %v", err)
	}
	return g.Name
}

func userID(t testing.TB, name string) int {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatalf("a server's own user: %v", err)
	}
	return number(t, u.Uid)
}

func groupID(t testing.TB, name string) int {
	t.Helper()
	g, err := user.LookupGroup(name)
	if err != nil {
		t.Fatalf("a server's own group: %v", err)
	}
	return number(t, g.Gid)
}

func number(t testing.TB, id string) int {
	t.Helper()
	n, err := strconv.Atoi(id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
