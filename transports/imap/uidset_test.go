package imap

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// TestUIDSet holds the set against a map, near both ends of the numbers.
func TestUIDSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.SampledFrom([]imap.UID{0, maxUID - 60}).Draw(t, "offset")
		draw := func(name string) (uidSet, map[imap.UID]bool) {
			var set uidSet
			model := map[imap.UID]bool{}
			for range rapid.IntRange(0, 12).Draw(t, name) {
				from := offset + imap.UID(rapid.IntRange(1, 60).Draw(t, "from"))
				to := min(from+imap.UID(rapid.IntRange(0, 9).Draw(t, "more")), maxUID)
				if to < from {
					to = maxUID
				}
				set.add(from, to)
				for uid := from; ; uid++ {
					model[uid] = true
					if uid == to {
						break
					}
				}
			}
			return set, model
		}
		a, inA := draw("a")
		b, inB := draw("b")
		agree(t, "a", a, inA)

		union := append(uidSet(nil), a...)
		union.addSet(b)
		all := maps.Clone(inA)
		maps.Copy(all, inB)
		agree(t, "a+b", union, all)

		rest := maps.Clone(inA)
		maps.DeleteFunc(rest, func(uid imap.UID, _ bool) bool { return inB[uid] })
		agree(t, "a-b", a.minus(b), rest)

		text, _ := a.MarshalText()
		var back uidSet
		if err := back.UnmarshalText(text); err != nil || !slices.Equal(back, a) {
			t.Fatalf("%s reads back as %v, %v", text, back, err)
		}
		n := rapid.IntRange(1, 7).Draw(t, "n")
		var joined uidSet
		for chunk := range a.chunks(n) {
			if c := chunk.count(); c > int64(n) || c == 0 {
				t.Fatalf("a chunk of %d", c)
			}
			joined.addSet(chunk)
		}
		agree(t, "chunks", joined, inA)
	})
}

func agree(t *rapid.T, what string, set uidSet, model map[imap.UID]bool) {
	t.Helper()
	got := slices.Collect(set.all())
	want := slices.Sorted(maps.Keys(model))
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %v holds %v, want %v", what, set, got, want)
	}
	if set.count() != int64(len(want)) {
		t.Fatalf("%s: %v counts %d", what, set, set.count())
	}
	for i := 1; i < len(set); i++ {
		if uint64(set[i-1].to)+1 >= uint64(set[i].from) {
			t.Fatalf("%s: %v has spans that touch", what, set)
		}
	}
	for _, uid := range want {
		if !set.has(uid) {
			t.Fatalf("%s: %v has no %d", what, set, uid)
		}
	}
	if len(want) > 0 && (set.lowest() != want[0] || set.highest() != want[len(want)-1]) {
		t.Fatalf("%s: %v ends at %d and %d", what, set, set.lowest(), set.highest())
	}
	gap := imap.UID(1)
	for model[gap] && gap < maxUID {
		gap++
	}
	if set.firstGap() != gap {
		t.Fatalf("%s: the first gap of %v is %d, not %d", what, set, set.firstGap(), gap)
	}
}

func TestUIDSetRefuses(t *testing.T) {
	for _, text := range []string{"x", "0", "3:1", "1,,2", "1:*", "4294967296", "1:2:3", "-1"} {
		var s uidSet
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, s)
		}
	}
}

// TestAge: a gap stays open for two weeks, and a mail that the server does not give keeps it open.
func TestAge(t *testing.T) {
	day := 24 * time.Hour
	start := time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC)
	p := place{}
	p.Done.add(1, 10)
	p.Done.add(12, 20)
	for d := range 14 {
		p.age(start.Add(time.Duration(d)*day), 0)
		p.age(start.Add(time.Duration(d)*day+time.Hour), 0) // no second mark on the same day
		p.Done.add(imap.UID(100*(d+1)), imap.UID(100*(d+1)))
	}
	if got := p.Done.String(); !strings.HasPrefix(got, "1:10,12:20,100,") {
		t.Errorf("after 13 days: %s", got)
	}
	if len(p.Marks) != 14 {
		t.Errorf("%d marks", len(p.Marks))
	}
	q := place{Done: append(uidSet(nil), p.Done...), Marks: slices.Clone(p.Marks)}
	p.age(start.Add(14*day), 0)
	if got := p.Done.String(); !strings.HasPrefix(got, "1:20,100,") {
		t.Errorf("after 14 days: %s", got)
	}
	q.age(start.Add(14*day), 11)
	if got := q.Done.String(); !strings.HasPrefix(got, "1:10,12:20,") {
		t.Errorf("with mail 11 in trouble: %s", got)
	}
}

// TestAgeBounds: however much people delete, the cursor stays short, and the newest gaps stay open longest.
func TestAgeBounds(t *testing.T) {
	var p place
	for i := range 3 * maxSpans {
		p.Done.add(imap.UID(2*i+1), imap.UID(2*i+1))
	}
	p.age(time.Unix(1_800_000_000, 0), 0)
	if len(p.Done) != maxSpans {
		t.Errorf("%d spans", len(p.Done))
	}
	if last := imap.UID(2*(3*maxSpans-1) + 1); p.Done.highest() != last || p.Done.has(last-1) {
		t.Errorf("the newest gaps were closed")
	}
	if text, _ := p.Done.MarshalText(); len(text) > 64<<10 {
		t.Errorf("%d bytes", len(text))
	}
}
