package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"waybill/parsers"
)

// A question is two frames, its head as JSON and the raw bytes; an answer is one, as JSON. A frame is four bytes of length, big
// endian, and the bytes.

type op string

const (
	opFence    op = "fence"
	opEnvelope op = "envelope"
	opRead     op = "read"
)

type question struct {
	Op      op              `json:"op"`
	Name    string          `json:"name,omitempty"`
	Profile json.RawMessage `json:"profile,omitempty"` // a parsers.Profile; the same bytes are the same reader
	Memory  int64           `json:"memory,omitempty"`
}

type answer struct {
	Reading  *parsers.Reading  `json:"reading,omitempty"`
	Envelope *parsers.Envelope `json:"envelope,omitempty"`
	Problem  string            `json:"problem,omitempty"`
	Fenced   bool              `json:"fenced,omitempty"`
	Missing  []string          `json:"missing,omitempty"` // fences that this kernel does not have
	Retire   bool              `json:"retire,omitempty"`  // the child has grown: take another one
}

// maxAnswer bounds what a child may send: a table of 200,000 rows fits, and the daemon stays within its memory.
const maxAnswer = 96 << 20

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
