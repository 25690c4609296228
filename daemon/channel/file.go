package channel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"waybill/daemon/order"
)

// ReadOrders reads a file of orders: JSON lines, a JSON list or a single object, or CSV (readCSV), in UTF-8. channel is the slug of orders
// that name none. An error says that the file as a whole cannot be read; what is wrong with a single order is in its Err.
func ReadOrders(name string, raw []byte, channel string) ([]ReadOrder, error) {
	found, err := readOrders(name, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	for i := range found {
		if found[i].Order.Channel == "" {
			found[i].Order.Channel = channel
		}
	}
	return found, nil
}

func readOrders(name string, raw []byte) ([]ReadOrder, error) {
	if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		return nil, errors.New("it is UTF-16; save it as UTF-8 (in a spreadsheet program: CSV UTF-8)")
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if at := notUTF8(raw); at >= 0 {
		return nil, fmt.Errorf("line %d is not UTF-8; save the file as UTF-8 (in a spreadsheet program: CSV UTF-8), so that no name is changed",
			1+bytes.Count(raw[:at], []byte("\n")))
	}
	start := bytes.TrimLeft(raw, space)
	if len(start) == 0 {
		return nil, errors.New("it is empty")
	}
	switch ext := strings.ToLower(path.Ext(name)); {
	case start[0] == '[':
		return readList(raw), nil
	case start[0] == '{':
		return readObjects(raw), nil
	case ext == ".json" || ext == ".jsonl" || ext == ".ndjson":
		return nil, fmt.Errorf("line %d: expected { or [, found %q", 1+bytes.Count(raw[:len(raw)-len(start)], []byte("\n")), first(start))
	}
	return readCSV(raw)
}

// notUTF8 gives the place of the first byte that is not UTF-8, or -1.
func notUTF8(raw []byte) int {
	if utf8.Valid(raw) {
		return -1
	}
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

const space = " \t\r\n"

// maxBroken is how many places of one file that are not JSON are told; behind them the rest of the file is not read.
const maxBroken = 1000

// walk goes through a text and knows the line that it is on.
type walk struct {
	rest []byte
	line int // from 1
}

func (w *walk) skip(n int) {
	w.line += bytes.Count(w.rest[:n], []byte("\n"))
	w.rest = w.rest[n:]
}

// next skips white space and gives the character behind it; 0 at the end.
func (w *walk) next() byte {
	w.skip(len(w.rest) - len(bytes.TrimLeft(w.rest, space)))
	if len(w.rest) == 0 {
		return 0
	}
	return w.rest[0]
}

// value takes one JSON value. With an error the walk stays where the value begins.
func (w *walk) value() (item json.RawMessage, err error) {
	decoder := json.NewDecoder(bytes.NewReader(w.rest))
	if err := decoder.Decode(&item); err != nil {
		return nil, fmt.Errorf("not JSON: %w", jsonError(w.rest, w.line, err))
	}
	w.skip(int(decoder.InputOffset()))
	return item, nil
}

// readObjects reads objects one after another: on a line each, or spread over lines. What follows a syntax error cannot be told apart;
// with an object on each line the next line begins anew.
func readObjects(raw []byte) (found []ReadOrder) {
	w := walk{raw, 1}
	broken := 0
	for w.next() != 0 {
		if c := w.rest[0]; c != '{' {
			return append(found, ReadOrder{Line: w.line, Err: fmt.Errorf("expected {, found %q; the rest of the file was not read", first(w.rest))})
		}
		line := w.line
		item, err := w.value()
		if err == nil {
			found = append(found, decoded(line, item))
			continue
		}
		found = append(found, ReadOrder{Line: line, Err: err})
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 {
			return found
		}
		w.skip(end)
		if broken++; broken == maxBroken {
			return append(found, ReadOrder{Line: w.line, Err: errors.New("too much of the file is not JSON; the rest was not read")})
		}
	}
	return found
}

// readList reads the objects of one list.
func readList(raw []byte) (found []ReadOrder) {
	w := walk{raw, 1}
	end := func(format string, args ...any) []ReadOrder {
		return append(found, ReadOrder{Line: w.line, Err: fmt.Errorf(format, args...)})
	}
	w.next()
	w.skip(1)
	for c := w.next(); c != ']'; {
		if c == 0 {
			return end("the list does not end; is the file whole?")
		}
		line := w.line
		item, err := w.value()
		if err != nil {
			return end("%w; the rest of the list was not read", err)
		}
		found = append(found, decoded(line, item))
		switch c = w.next(); c {
		case ',':
			w.skip(1)
			if c = w.next(); c == ']' {
				return end("there is a comma and nothing behind it")
			}
		case ']', 0:
		default:
			return end("expected , or ], found %q; the rest of the list was not read", first(w.rest))
		}
	}
	w.skip(1)
	if w.next() != 0 {
		return end("there is more text behind the list: %q", first(w.rest))
	}
	return found
}

func decoded(line int, raw []byte) ReadOrder {
	doc, hints, fields, err := DecodeOrder(raw)
	r := ReadOrder{Line: line, Order: doc, Hints: hints, Err: err}
	if err == nil && len(fields) > 0 {
		r.Err = &FieldErrors{fields}
	}
	return r
}

// FieldErrors is everything that is wrong with the form of one order.
type FieldErrors struct{ Fields []order.FieldError }

func (e *FieldErrors) Error() string {
	texts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}

// first is the beginning of a text, for messages.
func first(raw []byte) string {
	return strings.ToValidUTF8(string(raw[:min(20, len(raw))]), "")
}
