package flow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/store"
)

// Machine is what tells this node from others.
type Machine struct {
	ID      string // a hash of what tells machines apart
	Host    string // for people
	Version string // of the program
}

func (f *Flow) lease() time.Duration { return time.Duration(f.Config().Database.Lease) }

// self is what this node says of itself.
func (f *Flow) self() store.NodeRow {
	w := f.world.Load()
	return store.NodeRow{Machine: f.machine.ID, Host: f.machine.Host, Version: f.machine.Version, Facts: w.facts}
}

// Names of what all nodes must agree on, as people read them.
const (
	factConfig = "configuration"
	factKey    = "key that seals logins"
)

// factsOf says in hashes what all nodes must agree on: the configuration without what belongs to one machine, with the templates, and the key that seals
// logins. Of secrets nothing is said: a hash of a weak one could be guessed.
func (f *Flow) factsOf(w *world) map[string]string {
	facts := map[string]string{factConfig: configHash(w.cfg)}
	if len(w.logins) > 0 {
		facts[factKey] = "none"
		if key, err := (sealer{cfg: w.cfg}).key(false); err == nil {
			facts[factKey] = hex.EncodeToString(keyID(key))
		}
	}
	return facts
}

func configHash(cfg *config.Config) string {
	c := *cfg
	c.Path, c.Dir, c.State, c.Warnings = "", "", "", nil
	c.Database, c.HTTP.Listen = config.Database{}, ""
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(c); err != nil {
		return "unknown: " + err.Error() // differs from every other, so that somebody looks
	}
	root := os.DirFS(filepath.Join(cfg.Dir, "templates"))
	_ = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(root, path) // one that cannot be read is told by who renders it
			fmt.Fprintf(sum, "%s\x00%d\x00%s", path, len(text), text)
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// recall has a lane's limits know what has left within the hour, whoever sent it.
func (l *lane) recall(sent []store.DispatchRow, w *world) {
	for target, lim := range l.limits {
		fresh := limitOf(w.cfg.Suppliers[target], 0).rate.Load()
		if fresh == nil {
			continue
		}
		for _, row := range sent {
			if row.Lane == l.name && row.Target == target {
				fresh.ReserveN(row.SettledAt, 1)
			}
		}
		lim.rate.Store(fresh)
	}
}

// NodeView is a node as status shows it.
type NodeView struct {
	Name    string    `json:"name"`
	Host    string    `json:"host"`
	Version string    `json:"version"`
	State   string    `json:"state"` // runs, stopped, gone
	Seen    time.Time `json:"seen"`
	Duties  []string  `json:"duties"`
	Differs []string  `json:"differs,omitempty"` // what it does not agree on with this node
	Self    bool      `json:"self,omitempty"`
}

// States of a NodeView.
const (
	nodeRuns    = "runs"
	nodeStopped = "stopped"
	nodeGone    = "gone"
)

// forgetNodes is how long a node that stopped or is gone is shown.
const forgetNodes = 7 * 24 * time.Hour

// nodes lists the nodes over this database; none where there can be only one.
func (f *Flow) nodes(tx *store.Tx) ([]NodeView, error) {
	if !f.store.Shared() {
		return nil, nil
	}
	rows, err := tx.Nodes()
	if err != nil {
		return nil, err
	}
	duties, err := tx.Duties()
	if err != nil {
		return nil, err
	}
	now := f.now()
	mine := f.world.Load().facts
	var all []NodeView
	for _, n := range rows {
		v := NodeView{Name: n.Name, Host: n.Host, Version: n.Version, State: nodeGone, Seen: n.Seen, Duties: []string{}, Self: n.Name == f.store.Node()}
		switch {
		case n.Alive(now):
			v.State = nodeRuns
			v.Differs = differs(mine, n.Facts)
		case now.Sub(n.Seen) > forgetNodes:
			continue
		case n.Left():
			v.State = nodeStopped
		}
		for _, d := range duties {
			if d.Node == n.Name && d.Until.After(now) {
				v.Duties = append(v.Duties, d.Name)
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// differs names the facts that are not the same.
func differs(a, b map[string]string) (what []string) {
	for _, name := range sorted(a) {
		if other, is := b[name]; is && other != a[name] {
			what = append(what, name)
		}
	}
	return what
}

const (
	// goneKey, with the node behind it, is the Key of what is told of a node that is not heard of; differKey of nodes that disagree.
	goneKey   = "node:"
	differKey = "nodes differ"
)

// troubleOfNodes finds nodes that are not heard of any more, and nodes that do not agree.
func (f *Flow) troubleOfNodes(tx *store.Tx) (found []Exception, err error) {
	all, err := f.nodes(tx)
	if err != nil {
		return nil, err
	}
	var odd []string
	for _, n := range all {
		switch {
		case n.State == nodeGone:
			found = append(found, Exception{Kind: NodeGone, Key: goneKey + n.Name, Detail: Detail{About: "The machine " + cmp.Or(n.Host, n.Name),
				Reasons: []string{"last heard of " + n.Seen.In(f.world.Load().zone).Format("Mon 2 Jan 15:04:05")},
				Help:    "The others do its work. Look at the machine; when waybill runs there again, this closes. If it is gone for good, dismiss this."}})
		case len(n.Differs) > 0:
			odd = append(odd, fmt.Sprintf("%s has another %s", cmp.Or(n.Host, n.Name), strings.Join(n.Differs, " and another ")))
		}
	}
	if len(odd) > 0 {
		slices.Sort(odd)
		found = append(found, Exception{Kind: NodesDiffer, Key: differKey, Detail: Detail{About: "The machines that run waybill", Reasons: odd,
			Help: "Who sends what, and how, hangs on which machine does it. Copy the configuration folder (waybill.yaml, suppliers, templates, secrets) to all of them, and the key that database.token_key_file names; then systemctl reload waybill on each."}})
	}
	return found, nil
}

// makeWay ends this node in order when a newer program waits to change the database: it cannot while an older one works on it.
func (f *Flow) makeWay(r store.Roster) error {
	for _, n := range r.Nodes {
		if n.Schema > f.store.Schema() && n.Alive(f.now()) {
			return fmt.Errorf("%s runs waybill %s, which is newer and brings the database up to date: this one stops. Install the same version here: %w", cmp.Or(n.Host, n.Name), n.Version, store.ErrNewer)
		}
	}
	return nil
}

// heardBell wakes what another node has made work for.
func (f *Flow) heardBell(bell string) {
	lane, isLane := strings.CutPrefix(bell, store.BellLane)
	switch {
	case isLane:
		f.lanes.ring(lane)
	case bell == store.BellItems:
		f.items.ring()
	case bell == store.BellDuties:
		f.shifts.bell.ring()
	case bell == store.BellPauses:
		f.repause.ring()
	case bell == "": // nobody listened for a while
		f.items.ring()
		f.shifts.bell.ring()
		f.repause.ring()
		for name := range f.world.Load().lanes {
			f.lanes.ring(name)
		}
	}
}

// leave says that this node ends in order.
func (f *Flow) leave(ctx context.Context) {
	if !f.store.Shared() {
		return
	}
	enough, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
	defer cancel()
	if err := f.store.Leave(enough); err != nil {
		f.log.Warn("the other nodes could not be told that this one stops; they notice by its lease", "err", err)
	}
}
