package table

// slab gives out lists of one, many from one piece of memory: every row of a table needs some, and all of them live as long as the reading.
type slab[T any] struct{ room []T }

// slabSize is how many lists share a piece of memory.
const slabSize = 64

// one is a list of v. What is appended to it moves elsewhere.
func (s *slab[T]) one(v T) []T {
	if len(s.room) == cap(s.room) {
		s.room = make([]T, 0, slabSize)
	}
	n := len(s.room)
	s.room = append(s.room, v)
	return s.room[n : n+1 : n+1]
}
