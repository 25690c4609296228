package sftp_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/sftp"
)

var orderFile = []byte(strings.Repeat("1001-A,PS10044,1\r\n", 5000)) // three write requests

// reading is a reader over there: it takes a file the moment it has its name, and holds what it sees against the promise.
type reading struct {
	s     *server
	takes bool
	taken int
}

func (r *reading) look(string, string, func(), <-chan struct{}) error {
	for _, name := range r.s.names("in") {
		if strings.HasSuffix(name, ".part") {
			continue
		}
		body, err := os.ReadFile(path.Join(r.s.dir, "in", name))
		if err != nil {
			r.s.t.Error(err)
		}
		if !bytes.Equal(body, orderFile) {
			r.s.t.Errorf("a reader sees %d bytes of %d under the final name", len(body), len(orderFile))
		}
		if r.takes {
			r.taken++
			if err := os.Remove(path.Join(r.s.dir, "in", name)); err != nil {
				r.s.t.Error(err)
			}
		}
	}
	return nil
}

// arrived counts how often the file took effect, once the server has finished with all connections.
func (r *reading) arrived() int {
	n := r.taken
	for _, name := range r.s.names("in") {
		if !strings.HasSuffix(name, ".part") {
			n++
		}
	}
	return n
}

// deliver sends as the flow does, over connections that are cut as planned: again after Later, and after Unsure it settles
// first, in a new account, as after a crash. It says how it ended and whether all cuts happened.
func (r *reading) deliver(t *testing.T, cuts []cut) (last transports.Verdict, unused bool) {
	r.s.network.cuts = cuts
	m := transports.Message{Key: "po_1001-A.csv", Body: orderFile}
	for try := range 10 {
		m.Attempt, m.Earlier = fmt.Sprintf("1-%d", try+1), []string{fmt.Sprintf("1-%d", try)}
		verdict := func(do func(*transports.FileSender) error) transports.Verdict {
			a := r.s.account(t, func(c *sftp.Config) { c.Connections = 1 })
			err := do(a.Sender(transports.FileSenderConfig{Dir: "in", Now: now}))
			a.Close()
			r.s.conns.Wait()
			v, n := transports.VerdictOf(err), r.arrived()
			if n > 1 || v == transports.Sent && n != 1 || (v == transports.Later || v == transports.Never) && n != 0 {
				t.Errorf("verdict %q (%v), but it arrived %d times", v, err, n)
			}
			return v
		}
		last = verdict(func(s *transports.FileSender) error {
			_, err := s.Send(context.Background(), m, noMark)
			return err
		})
		for try := 0; last == transports.Unsure && try < 3; try++ {
			last = verdict(func(s *transports.FileSender) error {
				_, err := s.Settle(context.Background(), m)
				return err
			})
		}
		if last == transports.Sent || last == transports.Unsure || t.Failed() {
			break
		}
	}
	l := r.s.network.lines[0]
	return last, l.toServer.packets < l.toServer.cutAt || l.toClient.packets < l.toClient.cutAt
}

// TestCutAtEachPacket cuts the connection before each packet, in each direction, until a run ends without having reached the
// cut; and cuts the second connection as well, at a place that the seed chooses. With and without a reader that takes files
// at once (promise 4).
func TestCutAtEachPacket(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	runs, held := 0, 0
	for _, takes := range []bool{false, true} {
		for _, toServer := range []bool{true, false} {
			for again := range 7 {
				for k := 1; ; k++ {
					first, second := cut{toServer: k}, cut{toServer: 1 + random.IntN(60)}
					if !toServer {
						first = cut{toClient: k}
					}
					if again > 0 && random.IntN(2) == 0 {
						second = cut{toClient: 1 + random.IntN(60)}
					}
					s := newServer(t)
					r := &reading{s: s, takes: takes}
					s.hook(nil, r.look)
					last, unused := r.deliver(t, []cut{first, second}[:1+min(again, 1)])
					runs++
					switch {
					case t.Failed():
						t.Fatalf("reader takes files: %v, cuts %+v", takes, []cut{first, second}[:1+min(again, 1)])
					case last == transports.Unsure:
						held++
					case last != transports.Sent:
						t.Fatalf("it never arrived: %s, cuts %+v", last, []cut{first, second})
					}
					if held > 0 && !takes {
						t.Fatalf("in doubt though nobody takes files, cuts %+v", []cut{first, second}[:1+min(again, 1)])
					}
					if unused {
						break
					}
				}
			}
		}
	}
	if runs < 400 {
		t.Errorf("only %d runs: the cuts are not where they should be", runs)
	}
	t.Logf("%d runs, %d ended in doubt and were held", runs, held)
}
