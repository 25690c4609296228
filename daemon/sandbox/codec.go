package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
)

// What goes through the pipe is written by one binary and read by the same one, many thousand times a second: a compact form of its own, without names
// of fields. The daemon believes nothing of it, since a document may have taken the child over: every length is checked before memory is taken, numbers
// and texts are those that JSON could carry, and an answer may take only so much memory when it is unfolded.

// coder writes or reads. Each shape (shape.go) is one function for both ways, so that they can't differ.
type coder struct {
	buf     []byte // what was written, or what is still to be read
	reading bool
	left    int64    // bytes of memory that what is read may still take; writing counts the same
	names   []string // said before, in this message
	err     error
}

// codecVersion is the first byte of every message: daemon and child must be of one mind.
const codecVersion = 1

var (
	errGarbled = errors.New("message is garbled")
	errTooMuch = errors.New("message says too much")
)

// encode appends a message to buf. most bounds the memory that it takes when it is read again.
func encode[T any](buf []byte, v *T, shape func(*coder, *T), most int64) ([]byte, error) {
	c := coder{buf: append(buf, codecVersion), left: most}
	shape(&c, v)
	return c.buf, c.err
}

// decode reads a whole message. Nothing of b is kept.
func decode[T any](b []byte, v *T, shape func(*coder, *T), most int64) error {
	if len(b) == 0 || b[0] != codecVersion {
		return fmt.Errorf("%w: it is of another version", errGarbled)
	}
	c := coder{buf: b[1:], reading: true, left: most}
	shape(&c, v)
	if c.err == nil && len(c.buf) > 0 {
		c.garbled("more follows")
	}
	return c.err
}

func (c *coder) garbled(why string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s", errGarbled, why)
	}
	c.buf = c.buf[:0]
}

// take counts memory.
func (c *coder) take(n int64) bool {
	if c.err != nil || n > c.left {
		if c.err == nil {
			c.err = errTooMuch
		}
		return false
	}
	c.left -= n
	return true
}

func (c *coder) octet(b *byte) {
	switch {
	case !c.reading:
		c.buf = append(c.buf, *b)
	case len(c.buf) == 0:
		c.garbled("it ends early")
		*b = 0
	default:
		*b = c.buf[0]
		c.buf = c.buf[1:]
	}
}

// size is a length or an index.
func (c *coder) size(n int) int {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, uint64(n)) //nolint:gosec // of a length
		return n
	}
	u, used := binary.Uvarint(c.buf)
	if used <= 0 || u > math.MaxInt32 {
		c.garbled("a length is wrong")
		return 0
	}
	c.buf = c.buf[used:]
	return int(u) //nolint:gosec // at most MaxInt32
}

// number is an offset, a row or a quantity: 0 to MaxInt32. What is out of these bounds is written as 0.
func (c *coder) number(n *int) {
	*n = c.size(min(max(0, *n), math.MaxInt32))
}

func (c *coder) long(n *int64) {
	if !c.reading {
		c.buf = binary.AppendVarint(c.buf, *n)
		return
	}
	v, used := binary.Varint(c.buf)
	if used <= 0 {
		c.garbled("a number is wrong")
		return
	}
	c.buf = c.buf[used:]
	*n = v
}

// score is a number that counts, never NaN or infinite: comparisons with it hold.
func (c *coder) score(f *float64) {
	if c.reading && len(c.buf) < 8 {
		c.garbled("it ends early")
		return
	}
	if c.reading {
		*f = math.Float64frombits(binary.BigEndian.Uint64(c.buf))
		c.buf = c.buf[8:]
	}
	if math.IsNaN(*f) || math.IsInf(*f, 0) {
		c.garbled("a score is no number")
		*f = 0
		return
	}
	if !c.reading {
		c.buf = binary.BigEndian.AppendUint64(c.buf, math.Float64bits(*f))
	}
}

// flags are up to eight booleans.
func (c *coder) flags(all ...*bool) {
	var b byte
	for i, flag := range all {
		if *flag {
			b |= 1 << i
		}
	}
	c.octet(&b)
	for i, flag := range all {
		*flag = b&(1<<i) != 0
	}
}

// text is UTF-8: what is not is replaced, as JSON does.
func (c *coder) text(s *string) {
	n := c.size(len(*s))
	if !c.reading {
		c.buf = append(c.buf, *s...)
		c.take(int64(n))
		return
	}
	*s = ""
	if n > len(c.buf) {
		c.garbled("a text is longer than the message")
		return
	}
	if n == 0 || !c.take(int64(n)) {
		return
	}
	*s = string(c.buf[:n])
	c.buf = c.buf[n:]
	if !utf8.ValidString(*s) {
		*s = strings.ToValidUTF8(*s, "\ufffd")
	}
}

// mostNames and longName bound the words that are said again by number.
const (
	mostNames = 100
	longName  = 64
)

// name is a text that comes again and again in a message: a part, a kind, a carrier. Its first time is 0 and the text, later its number.
func name[S ~string](c *coder, s *S) {
	at := 0
	if !c.reading {
		for i := range c.names {
			if c.names[i] == string(*s) {
				at = i + 1
				break
			}
		}
	}
	at = c.size(at)
	if at > len(c.names) {
		c.garbled("a word was not said before")
		return
	}
	if at > 0 {
		*s = S(c.names[at-1])
		return
	}
	said := string(*s)
	c.text(&said)
	*s = S(said)
	if len(c.names) < mostNames && len(said) <= longName {
		c.names = append(c.names, said)
	}
}

// list is a slice; an empty one is read as nil.
func list[T any](c *coder, s *[]T, each func(*coder, *T)) {
	n := c.size(len(*s))
	if n == 0 || c.err != nil {
		*s = nil
		return
	}
	if c.reading && n > len(c.buf) {
		c.garbled("a list is longer than the message")
		return
	}
	if !c.take(int64(n) * int64(reflect.TypeFor[T]().Size())) { //nolint:gosec // of a type
		return
	}
	if c.reading {
		*s = make([]T, n)
	}
	for i := range *s {
		if each(c, &(*s)[i]); c.err != nil {
			return
		}
	}
}

// maybe is a pointer that may be nil.
func maybe[T any](c *coder, p **T, shape func(*coder, *T)) {
	there := *p != nil
	c.flags(&there)
	if !there || !c.take(int64(reflect.TypeFor[T]().Size())) { //nolint:gosec // of a type
		return
	}
	if c.reading {
		*p = new(T)
	}
	shape(c, *p)
}
