package table

// slab gives out lists of one, many from one piece of memory: every row of a table needs some, and all of them live as long as the reading.
type slab[T any] struct{ room []T }

// slabSize is how many lists share a piece of memory.
const slabSize = 64

// one is a list of v. What is appended to it moves elsewhere.
func (s *slab[T]) one(v T) []T {
	*s.next() = v
	n := len(s.room)
	return s.room[n-1 : n : n]
}

// next is an empty one, to be filled in place: it is large.
func (s *slab[T]) next() *T {
	if len(s.room) == cap(s.room) {
		s.room = make([]T, 0, slabSize)
	}
	s.room = s.room[:len(s.room)+1]
	return &s.room[len(s.room)-1]
}

// back takes the last one back, which is still empty.
func (s *slab[T]) back() { s.room = s.room[:len(s.room)-1] }
