package folder_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/folder"
	"waybill/transports/transporttest"
)

// mailroom is the peer of the suite: a folder whose operations are cut and refused.
type mailroom struct {
	d   *flaky
	mu  sync.Mutex
	act transporttest.Act
}

func (p *mailroom) Acts() []transporttest.Act {
	return []transporttest.Act{transporttest.RefuseForNow, transporttest.RefuseForGood, transporttest.CutEarly, transporttest.CutUndone, transporttest.CutDone}
}

func (p *mailroom) Set(a transporttest.Act) { p.mu.Lock(); p.act = a; p.mu.Unlock() }

func (p *mailroom) Stalled() <-chan struct{} { return nil }

func (p *mailroom) Message(key, text string) transports.Message {
	return transports.Message{Key: key, Body: []byte(text)}
}

func (p *mailroom) Open(*testing.T) transports.Sender {
	return transports.NewFileSender(shop{p}, transports.FileSenderConfig{Dir: "in", Now: time.Now})
}

func (p *mailroom) Delivered(t *testing.T) []transporttest.Delivery {
	var all []transporttest.Delivery
	for _, name := range names(t, p.d.root+"/in") {
		if strings.HasSuffix(name, ".part") {
			continue
		}
		body, err := os.ReadFile(p.d.root + "/in/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, transporttest.Delivery{Key: name, Body: body})
	}
	return all
}

// shop makes the mailroom a FileServer.
type shop struct{ p *mailroom }

func (s shop) String() string { return s.p.d.String() }

func (s shop) Open(ctx context.Context) (transports.FileSession, error) {
	f, err := s.p.d.Folder.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &mailroomSession{FileSession: f, p: s.p}, nil
}

// mailroomSession shows the act at the operation that matters for it.
type mailroomSession struct {
	transports.FileSession
	p    *mailroom
	dead bool
}

func (s *mailroomSession) Put(ctx context.Context, name string, body []byte, replace bool) error {
	s.p.mu.Lock()
	act := s.p.act
	s.p.mu.Unlock()
	switch {
	case s.dead || act == transporttest.CutEarly:
		s.dead = true
		return transports.ErrLost
	case act == transporttest.RefuseForNow:
		return transports.ErrNoSpace
	case act == transporttest.RefuseForGood:
		return fs.ErrPermission
	}
	return s.FileSession.Put(ctx, name, body, replace)
}

func (s *mailroomSession) Rename(ctx context.Context, from, to string) error {
	s.p.mu.Lock()
	act := s.p.act
	s.p.mu.Unlock()
	switch {
	case s.dead || act == transporttest.CutUndone:
		s.dead = true
		return transports.ErrLost
	case act == transporttest.CutDone:
		s.dead = true
		_ = s.FileSession.Rename(ctx, from, to)
		return transports.ErrLost
	}
	return s.FileSession.Rename(ctx, from, to)
}

func TestSender(t *testing.T) {
	transporttest.TestSender(t, func(t *testing.T) transporttest.SenderPeer {
		return &mailroom{d: newFlaky(t, false, nil), act: transporttest.Accept}
	})
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// outcome is what a case of a table expects of one Send.
type outcome struct {
	verdict transports.Verdict
	op      string
	scope   string
	help    string // a part of the sentence
	marks   int
	lies    string // what lies in the directory afterwards, names with a space between
}

func checkOutcome(t *testing.T, want outcome, err error, marks int, lies []string) {
	t.Helper()
	got := outcome{verdict: transports.VerdictOf(err), marks: marks, lies: strings.Join(lies, " ")}
	var e *transports.Error
	if errors.As(err, &e) {
		got.op, got.scope = e.Op, e.Scope
		if !strings.Contains(e.Help, want.help) {
			t.Errorf("help is %q, want %q in it", e.Help, want.help)
		}
	}
	got.help = want.help
	if got != want {
		t.Errorf("got %+v\nwant %+v\n(%v)", got, want, err)
	}
}

func TestSendIntoFolder(t *testing.T) {
	const key = "po_1001-A.csv"
	for name, c := range map[string]struct {
		prepare func(t *testing.T, d *flaky)
		message transports.Message
		want    outcome
	}{
		"plain":                  {want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"another directory":      {message: transports.Message{To: []string{"archive"}}, want: outcome{verdict: transports.Sent, marks: 1}},
		"two directories":        {message: transports.Message{To: []string{"in", "out"}}, want: outcome{verdict: transports.Never, op: "name", help: "one directory"}},
		"out of the folder":      {message: transports.Message{To: []string{"../.."}}, want: outcome{verdict: transports.Never, op: "write", scope: "account"}},
		"absolute and elsewhere": {message: transports.Message{To: []string{"/etc"}}, want: outcome{verdict: transports.Never, op: "write", scope: "account"}},
		"a path as name":         {message: transports.Message{Key: "../x.csv"}, want: outcome{verdict: transports.Never, op: "name", help: "template of the file name"}},
		"a backslash":            {message: transports.Message{Key: `a\x.csv`}, want: outcome{verdict: transports.Never, op: "name"}},
		"a line break":           {message: transports.Message{Key: "a\nx.csv"}, want: outcome{verdict: transports.Never, op: "name"}},
		"a reversed name":        {message: transports.Message{Key: "a\u202evsc.exe"}, want: outcome{verdict: transports.Never, op: "name"}},
		"two dots":               {message: transports.Message{Key: ".."}, want: outcome{verdict: transports.Never, op: "name"}},
		"no UTF-8":               {message: transports.Message{Key: "\xff.csv"}, want: outcome{verdict: transports.Never, op: "name"}},
		"too long":               {message: transports.Message{Key: strings.Repeat("x", 250)}, want: outcome{verdict: transports.Never, op: "name"}},
		"no such directory": {message: transports.Message{To: []string{"orders/new"}},
			want: outcome{verdict: transports.Never, op: "write", scope: "account", help: "in . there are: archive/, in/, out/"}},
		"already there": {prepare: func(t *testing.T, d *flaky) { put(t, d, key, string(orderFile)) },
			want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"another of the same size": {prepare: func(t *testing.T, d *flaky) { put(t, d, key, strings.Repeat("x", len(orderFile))) },
			want: outcome{verdict: transports.Never, op: "name", help: "unique, like the PO number", lies: key}},
		"another of another size": {prepare: func(t *testing.T, d *flaky) { put(t, d, key, "x") },
			want: outcome{verdict: transports.Never, op: "name", help: "unique, like the PO number", lies: key}},
		"the one that it repeats": {prepare: func(t *testing.T, d *flaky) { put(t, d, key, "the first") },
			message: transports.Message{Header: map[string]string{transports.HeaderRepeats: transports.Digest([]byte("an older one")) + " " + transports.Digest([]byte("the first"))}},
			want:    outcome{verdict: transports.Never, op: "name", help: "have them take the first away, then send again", lies: key}},
		"not the one that it repeats": {prepare: func(t *testing.T, d *flaky) { put(t, d, key, "x") },
			message: transports.Message{Header: map[string]string{transports.HeaderRepeats: transports.Digest([]byte("the first"))}},
			want:    outcome{verdict: transports.Never, op: "name", help: "unique, like the PO number", lies: key}},
		"a folder of that name": {prepare: func(t *testing.T, d *flaky) { mkdir(t, d, key) },
			want: outcome{verdict: transports.Never, op: "name", lies: key}},
		"a stale unfinished file": {prepare: func(t *testing.T, d *flaky) { put(t, d, key+".part", "half") },
			want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"the final name is taken in the last moment": {
			prepare: func(t *testing.T, d *flaky) { d.hooks["put"] = func() { put(t, d, key, "x") } },
			want:    outcome{verdict: transports.Never, op: "name", lies: key}},
		"a reader takes the unfinished file": {
			prepare: func(t *testing.T, d *flaky) { d.hooks["put"] = func() { os.Remove(d.root + "/in/" + key + ".part") } },
			want:    outcome{verdict: transports.Unsure, op: "stat", help: "leave files that end in .part alone"}},
		"the folder is gone": {prepare: func(t *testing.T, d *flaky) { os.RemoveAll(d.root) },
			want: outcome{verdict: transports.Never, op: "open", scope: "account", help: "does not exist. Create it"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFlaky(t, false, nil)
			d.unchecked = true
			if c.prepare != nil {
				c.prepare(t, d)
			}
			m := c.message
			if m.Key == "" {
				m.Key = key
			}
			m.Body = orderFile
			marks := 0
			_, err := d.sender().Send(t.Context(), m, func(context.Context) error { marks++; return nil })
			var lies []string
			if _, statErr := os.Stat(d.root); statErr == nil {
				lies = names(t, d.root+"/in")
			}
			checkOutcome(t, c.want, err, marks, lies)
		})
	}
}

func put(t *testing.T, d *flaky, name, body string) {
	t.Helper()
	if err := os.WriteFile(d.root+"/in/"+name, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, d *flaky, name string) {
	t.Helper()
	if err := os.Mkdir(d.root+"/in/"+name, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestSendInPlace: without renaming, the weaker way. What is half there is ours and is replaced; what is not ours stays.
func TestSendInPlace(t *testing.T) {
	const key = "po_1001-A.csv"
	half := fault{err: transports.ErrLost, half: true}
	for name, c := range map[string]struct {
		there  string
		reader bool
		plan   map[int]fault // 0 looks, 1 writes, 2 looks at the size
		want   outcome
	}{
		"plain":                     {want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"a reader takes it at once": {reader: true, want: outcome{verdict: transports.Sent, marks: 1}},
		"half of it is there":       {there: string(orderFile[:100]), want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"all of it is there":        {there: string(orderFile), want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"another is there":          {there: "x", want: outcome{verdict: transports.Never, op: "name", lies: key}},
		"forbidden":                 {plan: map[int]fault{1: {err: fs.ErrPermission}}, want: outcome{verdict: transports.Never, op: "write", scope: "account", marks: 1}},
		"full":                      {plan: map[int]fault{1: {err: transports.ErrNoSpace, half: true}}, want: outcome{verdict: transports.Later, op: "write", help: "must make room", marks: 1}},
		"cut early":                 {plan: map[int]fault{0: {err: transports.ErrLost}}, want: outcome{verdict: transports.Later, op: "look", scope: "server"}},
		"cut halfway":               {plan: map[int]fault{1: half}, want: outcome{verdict: transports.Later, op: "write", scope: "server", marks: 1}},
		"cut after":                 {plan: map[int]fault{1: {err: transports.ErrLost, done: true}}, want: outcome{verdict: transports.Sent, marks: 1, lies: key}},
		"cut before, nothing there": {plan: map[int]fault{1: {err: transports.ErrLost}}, want: outcome{verdict: transports.Unsure, op: "rename", help: "ask them before", marks: 1}},
		"written with a hole":       {plan: map[int]fault{1: {half: true}}, want: outcome{verdict: transports.Later, op: "write", marks: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFlaky(t, false, c.plan)
			d.unchecked, d.reader = true, c.reader
			if c.there != "" {
				put(t, d, key, c.there)
			}
			s := transports.NewFileSender(d, transports.FileSenderConfig{Dir: "in", NoRename: true, Now: time.Now})
			marks := 0
			_, err := s.Send(t.Context(), transports.Message{Key: key, Body: orderFile}, func(context.Context) error { marks++; return nil })
			checkOutcome(t, c.want, err, marks, names(t, d.root+"/in"))
		})
	}
}

// TestSettle: what became of a message whose answer was never seen.
func TestSettle(t *testing.T) {
	const key = "po_1001-A.csv"
	for name, c := range map[string]struct {
		lies  map[string]string
		lost  bool
		place bool
		want  outcome
	}{
		"it is there":                {lies: map[string]string{key: string(orderFile)}, want: outcome{verdict: transports.Sent, lies: key}},
		"it is there, and a rest":    {lies: map[string]string{key: string(orderFile), key + ".part": string(orderFile)}, want: outcome{verdict: transports.Sent, lies: key}},
		"it never got its name":      {lies: map[string]string{key + ".part": string(orderFile)}, want: outcome{verdict: transports.Later, op: "rename", scope: "server"}},
		"nothing is there":           {want: outcome{verdict: transports.Unsure, op: "rename", help: "ask them before"}},
		"another is there":           {lies: map[string]string{key: "x"}, want: outcome{verdict: transports.Unsure, op: "rename", lies: key}},
		"another, and ours is left":  {lies: map[string]string{key: "x", key + ".part": string(orderFile)}, want: outcome{verdict: transports.Never, op: "name", lies: key}},
		"the folder is gone":         {lost: true, want: outcome{verdict: transports.Unsure, op: "rename"}},
		"in place: it is there":      {place: true, lies: map[string]string{key: string(orderFile)}, want: outcome{verdict: transports.Sent, lies: key}},
		"in place: half is there":    {place: true, lies: map[string]string{key: string(orderFile[:9])}, want: outcome{verdict: transports.Later, op: "write", scope: "server"}},
		"in place: nothing is there": {place: true, want: outcome{verdict: transports.Unsure, op: "rename"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFlaky(t, false, nil)
			d.unchecked = true
			for name, body := range c.lies {
				put(t, d, name, body)
			}
			s := transports.NewFileSender(d, transports.FileSenderConfig{Dir: "in", NoRename: c.place, Now: time.Now})
			if c.lost {
				d.Folder = folder.New(d.root+"/nowhere", 0)
			}
			_, err := s.Settle(t.Context(), transports.Message{Key: key, Body: orderFile})
			checkOutcome(t, c.want, err, 0, names(t, d.root+"/in"))
		})
	}
}

// TestSameFileAtTheSameTime: two sends of one file wait for each other, and the second finds that it is there.
func TestSameFileAtTheSameTime(t *testing.T) {
	d := newFlaky(t, false, nil)
	s := d.sender()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Send(t.Context(), transports.Message{Key: "po_1001-A.csv", Body: orderFile}, func(context.Context) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := names(t, d.root+"/in"); len(got) != 1 {
		t.Errorf("there are %q", got)
	}
}
