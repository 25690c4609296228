package channel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"waybill/daemon/order"
)

// ReadOrders reads a file of orders: JSON lines, a JSON list or a single object, or CSV (readCSV). channel is the slug of orders that name
// none. An error says that the file as a whole cannot be read; what is wrong with a single order is in its Err.
func ReadOrders(name string, raw []byte, channel string) ([]ReadOrder, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	start := bytes.TrimLeft(raw, " \t\r\n")
	if len(start) == 0 {
		return nil, fmt.Errorf("%s is empty", path.Base(name))
	}
	var found []ReadOrder
	var err error
	switch {
	case start[0] == '{' || start[0] == '[':
		found, err = readJSON(raw)
	case strings.EqualFold(path.Ext(name), ".json") || strings.EqualFold(path.Ext(name), ".jsonl") || strings.EqualFold(path.Ext(name), ".ndjson"):
		return nil, fmt.Errorf("%s: line 1: expected { or [, found %q", path.Base(name), first(start, 20))
	default:
		found, err = readCSV(raw)
	}
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

// readJSON reads objects one after another: on a line each, spread over lines, or in one list.
func readJSON(raw []byte) (found []ReadOrder, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	list := bytes.TrimLeft(raw, " \t\r\n")[0] == '['
	if list {
		if _, err := decoder.Token(); err != nil {
			return nil, err
		}
	}
	line, counted := 1, int64(0)
	for decoder.More() {
		start := decoder.InputOffset()
		start += int64(len(raw[start:]) - len(bytes.TrimLeft(raw[start:], " \t\r\n,")))
		line += bytes.Count(raw[counted:start], []byte("\n"))
		counted = start
		var item json.RawMessage
		if err := decoder.Decode(&item); err != nil {
			// What follows a syntax error cannot be told apart; in JSON lines the next line begins anew.
			found = append(found, ReadOrder{Line: line, Err: fmt.Errorf("not JSON: %w", jsonError(raw[start:], err))})
			end := bytes.IndexByte(raw[start:], '\n')
			if list || end < 0 {
				return found, nil
			}
			rest := raw[start+int64(end)+1:]
			if len(bytes.TrimSpace(rest)) == 0 {
				return found, nil
			}
			if c := bytes.TrimLeft(rest, " \t\r\n")[0]; c != '{' {
				return append(found, ReadOrder{Line: line + 1, Err: fmt.Errorf("expected {, found %q; the rest of the file was not read", first(rest, 20))}), nil
			}
			more, err := readJSON(rest)
			for _, m := range more {
				m.Line += line
				found = append(found, m)
			}
			return found, err
		}
		found = append(found, decoded(line, item))
	}
	if _, err := decoder.Token(); list && err != nil {
		found = append(found, ReadOrder{Line: line, Err: errors.New("the list does not end; is the file whole?")})
	} else if !list && !errors.Is(err, io.EOF) {
		found = append(found, ReadOrder{Line: line, Err: fmt.Errorf("not JSON: %w", err)})
	}
	return found, nil
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

func first(raw []byte, n int) []byte {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	return raw[:min(n, len(raw))]
}
