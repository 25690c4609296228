package sftp_test

import (
	"errors"
	"io/fs"
	"testing"

	pkgsftp "github.com/pkg/sftp"

	"waybill/transports"
)

// TestRefusals: each answer of a server that says no, at each step, with the verdict and the sentence that follow.
func TestRefusals(t *testing.T) {
	var (
		never = func(op string) outcome { return outcome{transports.Never, op, "account"} }
		later = func(op string) outcome { return outcome{transports.Later, op, ""} }
	)
	for name, c := range map[string]struct {
		op   string
		err  error
		want outcome
		help string
	}{
		"open: permission":          {"open", pkgsftp.ErrSSHFxPermissionDenied, never("write"), "does not let us write in in"},
		"open: failure":             {"open", pkgsftp.ErrSSHFxFailure, later("write"), "its disk is full (12288 bytes are left)"},
		"open: unsupported":         {"open", pkgsftp.ErrSSHFxOpUnsupported, never("write"), "cannot write files"},
		"open: no such file":        {"open", pkgsftp.ErrSSHFxNoSuchFile, never("write"), "does not exist on"},
		"write: failure, disk full": {"write", pkgsftp.ErrSSHFxFailure, later("write"), "its disk is full (12288 bytes are left)"},
		"write: permission":         {"write", pkgsftp.ErrSSHFxPermissionDenied, never("write"), "permission"},
		"stat: failure":             {"stat", pkgsftp.ErrSSHFxFailure, later("write"), ""},
		"posix-rename: unsupported": {"posix-rename", pkgsftp.ErrSSHFxOpUnsupported, outcome{verdict: transports.Sent}, ""},
		"rename: permission":        {"rename", pkgsftp.ErrSSHFxPermissionDenied, never("rename"), "set no_rename"},
		"rename: unsupported":       {"rename", pkgsftp.ErrSSHFxOpUnsupported, never("rename"), "set no_rename"},
		"rename: failure":           {"rename", pkgsftp.ErrSSHFxFailure, later("rename"), "refused to rename"},
		"remove: permission":        {"remove", pkgsftp.ErrSSHFxPermissionDenied, outcome{verdict: transports.Sent}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.refuseOn(c.op, c.err)
			tx := s.account(t).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
			err := send(t.Context(), tx, "a.csv")
			if c.help == "" {
				checkOutcome(t, err, c.want)
			} else {
				checkOutcome(t, err, c.want, c.help)
			}
			s.hook(nil, nil)
			if c.want.verdict == transports.Sent {
				return
			}
			if err := send(t.Context(), tx, "a.csv"); err != nil {
				t.Errorf("afterwards: %v", err)
			}
			if got := s.names("in"); len(got) != 1 {
				t.Errorf("there are %q", got)
			}
		})
	}
}

// TestListing: one channel, many names, names without end.
func TestListing(t *testing.T) {
	list := func(s *server, dir string) ([]fs.FileInfo, error) {
		f, err := s.account(t).Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return f.List(t.Context(), dir)
	}
	for _, oneChannel := range []bool{false, true} {
		s := newServer(t)
		s.oneChannel = oneChannel
		for i := range 1000 {
			s.put("out/"+string(rune('a'+i%26))+string(rune('0'+i/26))+".csv", "x")
		}
		all, err := list(s, "out")
		if err != nil || len(all) != 1000 {
			t.Errorf("one channel %v: %d names, %v", oneChannel, len(all), err)
		}
		for _, c := range []struct {
			dir  string
			want error
		}{{"nowhere", fs.ErrNotExist}, {"out", nil}, {"in", nil}} {
			if _, err := list(s, c.dir); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", c.dir, err, c.want)
			}
		}
	}
	s := newServer(t)
	s.endless = true
	_, err := list(s, "out")
	checkOutcome(t, err, outcome{transports.Never, "list", "account"}, "holds too many files")
}
