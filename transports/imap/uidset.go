package imap

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// maxUID is the largest UID (RFC 9051, section 2.3.1.1: a non-zero unsigned 32-bit number).
const maxUID imap.UID = 1<<32 - 1

// span is a run of UIDs, both ends included.
type span struct{ from, to imap.UID }

// uidSet is a set of UIDs: spans in ascending order that neither overlap nor touch. It is written as IMAP writes it, "1:90,94".
type uidSet []span

// add puts from..to into the set. Adding at the end, the usual case, costs no search and no copy.
func (s *uidSet) add(from, to imap.UID) {
	if from == 0 || to < from {
		return
	}
	set := *s
	// i is the first span that touches or follows, j the first that lies beyond.
	i := len(set)
	for i > 0 && uint64(set[i-1].to)+1 >= uint64(from) {
		i--
	}
	j := i
	for j < len(set) && uint64(set[j].from) <= uint64(to)+1 {
		from, to = min(from, set[j].from), max(to, set[j].to)
		j++
	}
	*s = slices.Replace(set, i, j, span{from, to})
}

func (s *uidSet) addSet(t uidSet) {
	for _, x := range t {
		s.add(x.from, x.to)
	}
}

func (s uidSet) has(uid imap.UID) bool {
	_, found := slices.BinarySearchFunc(s, uid, func(x span, uid imap.UID) int {
		switch {
		case x.to < uid:
			return -1
		case x.from > uid:
			return 1
		}
		return 0
	})
	return found
}

// minus is s without the UIDs of t.
func (s uidSet) minus(t uidSet) uidSet {
	var out uidSet
	for _, x := range s {
		from := uint64(x.from) // wide enough for maxUID+1
		for _, y := range t[firstEnding(t, x.from):] {
			if y.from > x.to {
				break
			}
			if uint64(y.from) > from {
				out = append(out, span{imap.UID(from), y.from - 1})
			}
			from = uint64(y.to) + 1
		}
		if from <= uint64(x.to) {
			out = append(out, span{imap.UID(from), x.to})
		}
	}
	return out
}

// firstEnding is the index of the first span that ends at uid or later.
func firstEnding(s uidSet, uid imap.UID) int {
	i, _ := slices.BinarySearchFunc(s, uid, func(x span, uid imap.UID) int {
		if x.to < uid {
			return -1
		}
		return 1
	})
	return i
}

// count is the number of UIDs.
func (s uidSet) count() int64 {
	var n int64
	for _, x := range s {
		n += int64(x.to) - int64(x.from) + 1
	}
	return n
}

// highest is the last UID, 0 for the empty set.
func (s uidSet) highest() imap.UID {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].to
}

// lowest is the first UID, 0 for the empty set.
func (s uidSet) lowest() imap.UID {
	if len(s) == 0 {
		return 0
	}
	return s[0].from
}

// firstGap is the lowest UID that is not in the set.
func (s uidSet) firstGap() imap.UID {
	if len(s) == 0 || s[0].from > 1 {
		return 1
	}
	if s[0].to == maxUID {
		return maxUID
	}
	return s[0].to + 1
}

// all yields every UID in ascending order.
func (s uidSet) all() iter.Seq[imap.UID] {
	return func(yield func(imap.UID) bool) {
		for _, x := range s {
			for uid := x.from; ; uid++ {
				if !yield(uid) {
					return
				}
				if uid == x.to {
					break
				}
			}
		}
	}
}

// chunks cuts the set into sets of at most n UIDs.
func (s uidSet) chunks(n int) iter.Seq[uidSet] {
	return func(yield func(uidSet) bool) {
		var cur uidSet
		room := int64(n)
		for _, x := range s {
			for from := x.from; ; {
				to := x.to
				if int64(to)-int64(from)+1 > room {
					to = from + imap.UID(room) - 1
				}
				cur = append(cur, span{from, to})
				if room -= int64(to) - int64(from) + 1; room == 0 {
					if !yield(cur) {
						return
					}
					cur, room = nil, int64(n)
				}
				if to == x.to {
					break
				}
				from = to + 1
			}
		}
		if len(cur) > 0 {
			yield(cur)
		}
	}
}

// wire is the set as the library writes it into a command.
func (s uidSet) wire() imap.UIDSet {
	out := make(imap.UIDSet, len(s))
	for i, x := range s {
		out[i] = imap.UIDRange{Start: x.from, Stop: x.to}
	}
	return out
}

// fromWire reads the set of a SEARCH answer, which may be nil and in any order.
func fromWire(n imap.NumSet) uidSet {
	ranges, _ := n.(imap.UIDSet)
	var out uidSet
	for _, r := range ranges {
		out.add(min(r.Start, r.Stop), max(r.Start, r.Stop))
	}
	return out
}

func (s uidSet) String() string {
	var b strings.Builder
	for i, x := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(x.from), 10))
		if x.to != x.from {
			b.WriteByte(':')
			b.WriteString(strconv.FormatUint(uint64(x.to), 10))
		}
	}
	return b.String()
}

// MarshalText and UnmarshalText keep the set in the cursor.
func (s uidSet) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s *uidSet) UnmarshalText(text []byte) error {
	*s = nil
	if len(text) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(string(text), ",") {
		a, b, isRange := strings.Cut(part, ":")
		if !isRange {
			b = a
		}
		from, err1 := strconv.ParseUint(a, 10, 32)
		to, err2 := strconv.ParseUint(b, 10, 32)
		if err1 != nil || err2 != nil || from == 0 || to < from {
			return fmt.Errorf("%q is no set of UIDs", part)
		}
		s.add(imap.UID(from), imap.UID(to))
	}
	return nil
}
