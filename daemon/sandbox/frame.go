package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"waybill/parsers"
)

// A question is two frames, its head and the raw bytes; an answer is one. A frame is four bytes of length, big endian, and the bytes; heads and answers
// are messages of the codec.

type op string

const (
	opFence    op = "fence"
	opEnvelope op = "envelope"
	opRead     op = "read"
)

type question struct {
	Op      op
	Name    string
	Profile string // a parsers.Profile as JSON; the same text is the same reader
	Memory  int64
}

type answer struct {
	Reading  *parsers.Reading
	Envelope *parsers.Envelope
	Problem  string
	Fenced   bool
	Missing  []string // fences that this kernel does not have
	Retire   bool     // the child has grown: take another one
}

// What a child may send, in bytes, and how much memory that may take in the daemon, which has as many answers at once as children and promises to stay
// under 256 MiB: some 60,000 rows of a table. A child that has more to say says so (tooMuch).
const (
	maxQuestion = 4 << 20
	maxAnswer   = 32 << 20
	maxUnfolded = 64 << 20
	keptBuffer  = 1 << 20 // one large document must not make every later one expensive
)

var errTooLarge = errors.New("frame is too large")

func writeFrame(w io.Writer, b []byte) error {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(b))) //nolint:gosec // both sides bound it
	if _, err := w.Write(length[:]); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// readFrame reads into buf where it fits. io.EOF means that nothing was there at all.
func readFrame(r io.Reader, buf []byte, most uint32) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > most {
		return nil, fmt.Errorf("%w: %d bytes", errTooLarge, n)
	}
	if uint32(cap(buf)) < n { //nolint:gosec // capacity of a slice
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, fmt.Errorf("in the middle of a frame: %w", err)
	}
	return buf, nil
}
