package rig

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// TestNodesShare is docs/nodes.md as a person sees it: two machines share the work and say so, notice that they differ, are paused past a daemon that hangs,
// and one that is killed leaves its work to the other.
func TestNodesShare(t *testing.T) {
	transporttest.Need(t, "postgres")
	w := openNodes(t, rand.New(rand.NewPCG(1, 1)), nodesOptions{nodes: 2, lease: 3 * time.Second, mailboxes: 3})
	a, b := w.nodes[0], w.nodes[1]
	w.start(a)
	w.start(b)
	has := func(n *rigNode, as *rigNode) flow.NodeView {
		all := w.status(n).Nodes
		i := slices.IndexFunc(all, func(v flow.NodeView) bool { return v.Name == as.id() })
		if i < 0 {
			return flow.NodeView{}
		}
		return all[i]
	}
	await(t, "both to have their share", func() bool { return len(has(a, a).Duties) == 3 && len(has(a, b).Duties) == 3 })
	contains(t, "status", a.do("status"), "(this one): runs, does ", "mailbox m0", "reading", "timers", "channel shop")

	writeFile(t, filepath.Join(filepath.Dir(b.config), "suppliers", "mail0.yaml"), "name: Other\nemail: [post@mail0.example]\nskus: [{prefix: M0-}]\nsend: {mailbox: m0}\n")
	b.reload("configuration reloaded")
	await(t, "a to see that b has another configuration", func() bool { return slices.Equal(has(a, b).Differs, []string{"configuration"}) })

	a.signal(t, syscall.SIGSTOP)
	contains(t, "pause past a daemon that hangs", a.do("pause"), "paused")
	if paused := w.status(b).Paused; !slices.Equal(paused, []string{"*"}) {
		t.Errorf("b has paused %v", paused)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(a.config), "state", "PAUSED")); err == nil {
		t.Error("a flag that stops one machine was raised although the database could be reached")
	}
	a.signal(t, syscall.SIGCONT)
	b.do("resume")
	await(t, "a to go on as well", func() bool { return len(w.status(a).Paused) == 0 })

	a.kill()
	await(t, "b to have everything", func() bool { return len(has(b, b).Duties) == 6 && has(b, a).State == "gone" })
	w.start(a)
	await(t, "a to have its share again", func() bool { return len(has(b, a).Duties) == 3 })
	a.stop()
	if v := has(b, a); v.State != "stopped" || len(v.Duties) != 0 {
		t.Errorf("after it stopped in order, a %s and has %v", v.State, v.Duties)
	}
}

// TestNodesExamples holds the examples to what there is: the compose file's services, commands and settings of PostgreSQL, and the drop-in's secrets.
func TestNodesExamples(t *testing.T) {
	text, err := os.ReadFile("../../systemd/examples/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Image    string
			Command  []string
			Hostname string
			Volumes  []string
		}
		Volumes map[string]any
		Secrets map[string]struct{ File string }
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	hosts := map[string]bool{}
	for _, name := range []string{"a", "b"} {
		s := file.Services[name]
		if !slices.Equal(s.Command, []string{"waybill", "serve"}) || s.Hostname == "" || hosts[s.Hostname] {
			t.Errorf("%s runs %v as %q", name, s.Command, s.Hostname)
		}
		hosts[s.Hostname] = true
		if !slices.Contains(s.Volumes, name+":/var/lib/waybill") {
			t.Errorf("%s has no state folder of its own: %v", name, s.Volumes)
		}
		if _, is := file.Volumes[name]; !is {
			t.Errorf("no volume %s", name)
		}
	}
	server := transporttest.StartPostgres(t)
	command := file.Services["postgres"].Command
	for i, arg := range command {
		if arg != "-c" {
			continue
		}
		name, value, _ := strings.Cut(command[i+1], "=")
		if out, err := server.SQL("postgres", fmt.Sprintf(`SELECT count(*) FROM pg_settings WHERE name = '%s'`, name)); err != nil || out != "1" || value == "" {
			t.Errorf("PostgreSQL has no setting %s: %s %v", command[i+1], out, err)
		}
	}
	drop, err := os.ReadFile("../../systemd/examples/node.conf")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the drop-in", string(drop), "LoadCredential=dsn:", "LoadCredential=token-key:")
}
