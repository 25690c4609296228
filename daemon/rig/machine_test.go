package rig

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// machine is a computer of its own as far as its services see: a real systemd as process 1 in namespaces, over a file system that is thrown away.
// It shares the network with the tests, so that their servers are its servers.
type machine struct {
	t      testing.TB
	dir    string // with the layers of its file system
	leader string // its process 1, as seen from here
	group  string // its folder of control groups
}

// lowerRoot is the tree that the machine's file system begins as: this computer's own, or a clean Debian, as `mmdebstrap` makes one.
func lowerRoot() string {
	if root := os.Getenv("WAYBILL_MACHINE"); root != "" {
		return root
	}
	return "/"
}

// bootScript runs in namespaces for mounts, processes, names and control groups. What systemd would set for the whole kernel is read-only, as in
// other containers.
const bootScript = `set -e
root=$DIR/root
mount -t proc proc $root/proc
mount --bind $root/proc/sys $root/proc/sys
mount -o remount,bind,ro $root/proc/sys
mount -t sysfs -o ro sysfs $root/sys
mount -t tmpfs -o mode=755,nosuid tmpfs $root/dev
for d in null zero full random urandom tty; do touch $root/dev/$d; mount --bind /dev/$d $root/dev/$d; done
mkdir $root/dev/shm $root/dev/pts
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts $root/dev/pts
ln -s pts/ptmx $root/dev/ptmx
touch $root/dev/console
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs $root/run
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
cd $root
mkdir -p .before
pivot_root . .before
umount -l /.before
exec env -i container=waybill PATH=/usr/sbin:/usr/bin:/sbin:/bin /usr/lib/systemd/systemd --unit=basic.target --log-target=console --log-level=warning --show-status=no
`

// layerScript lays a throw-away file system over the tree and starts the rest in a control group of its own.
const layerScript = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs $DIR
mkdir $DIR/upper $DIR/work $DIR/root $DIR/groups
mount -t overlay -o lowerdir=$LOWER,upperdir=$DIR/upper,workdir=$DIR/work overlay $DIR/root
mount -t cgroup2 cgroup2 $DIR/groups
mkdir -p $DIR/groups/$GROUP
echo $$ >$DIR/groups/$GROUP/cgroup.procs
exec unshare --pid --fork --uts --ipc --cgroup --mount --kill-child=KILL sh -c "$BOOT" </dev/null
`

// startMachine boots; the machine is off and gone when the test ends.
func startMachine(t testing.TB) *machine {
	t.Helper()
	transporttest.Need(t, "systemd")
	m := &machine{t: t, dir: t.TempDir(), group: fmt.Sprintf("waybill-rig-%d", os.Getpid())}
	if out, err := exec.Command("unshare", "--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs tmpfs "+m.dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: this root may make no namespaces, so that no systemd can run here (%v: %s)", err, out)
	}
	var console bytes.Buffer
	cmd := exec.Command("unshare", "--mount", "sh", "-c", layerScript)
	cmd.Env = append(os.Environ(), "DIR="+m.dir, "LOWER="+lowerRoot(), "GROUP="+m.group, "BOOT="+bootScript)
	cmd.Stdout, cmd.Stderr = &console, &console
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("the machine's console:\n%s", &console)
		}
		// Control groups outlive their processes, which are still ending.
		out, err := exec.Command("unshare", "--mount", "sh", "-c", "mount -t cgroup2 cgroup2 "+m.dir+" && cd "+m.dir+
			" && for i in $(seq 100); do find "+m.group+" -depth -type d -exec rmdir {} + 2>/dev/null; test -d "+m.group+" || exit 0; sleep 0.05; done; exit 1").CombinedOutput()
		if err != nil {
			t.Errorf("the machine's control groups are left: %v %s", err, out)
		}
	})
	await(t, "the machine to boot", func() bool {
		select {
		case <-ended:
			t.Fatalf("the machine is off:\n%s", &console)
		default:
		}
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid))
		m.leader = strings.TrimSpace(string(children))
		comm, _ := os.ReadFile("/proc/" + m.leader + "/comm")
		return m.leader != "" && strings.TrimSpace(string(comm)) == "systemd" && m.try("", "systemctl", "is-active", "-q", "basic.target").code == 0
	})
	m.do("systemctl start systemd-user-sessions") // people may log in
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the machine's journal:\n%s", m.try("", "sh", "-c", "journalctl --no-pager -n 40 -t systemd; journalctl --no-pager -n 30 -u waybill").out)
		}
	})
	return m
}

// try runs a command on the machine.
func (m *machine) try(stdin string, words ...string) result {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"--target", m.leader, "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--root"}, words...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "USER=ada", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"}
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Second
	_ = cmd.Run()
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// do runs a shell script as root that must work, and gives its output.
func (m *machine) do(script string) string {
	m.t.Helper()
	r := m.try("", "sh", "-c", script)
	if r.code != 0 {
		m.t.Fatalf("%s: exit %d\n%s%s\n%s", script, r.code, r.out, r.errs, m.try("", "journalctl", "-n", "30", "--no-pager", "-u", "waybill").out)
	}
	return r.out
}

// put writes a file on the machine.
func (m *machine) put(path, text string) {
	m.t.Helper()
	if r := m.try(text, "sh", "-c", "cat >"+path); r.code != 0 {
		m.t.Fatalf("write %s: %s", path, r.errs)
	}
}

// debianPackage builds the package of this tree for this machine; WAYBILL_DEB names one that is there.
func debianPackage(t testing.TB) string {
	t.Helper()
	if file := os.Getenv("WAYBILL_DEB"); file != "" {
		return file
	}
	dist := t.TempDir()
	cmd := exec.Command("make", "--no-print-directory", "-C", "../..", "deb", "dist="+dist)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make deb: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dist, "waybill_*.deb"))
	if err != nil || len(found) != 1 {
		t.Fatalf("make deb made %v (%v)", found, err)
	}
	return found[0]
}
