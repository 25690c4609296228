package mail

import (
	"bytes"
	"fmt"

	"waybill/parsers"
)

// LimitError is a mail that is refused before anything is decoded, because reading it could cost more than any
// honest mail needs (promise 15).
type LimitError struct {
	Problem parsers.Problem
}

func (e *LimitError) Error() string { return e.Problem.Code + ": " + e.Problem.Text }

func limit(code, format string, args ...any) *LimitError {
	return &LimitError{parsers.Problem{Code: code, Text: fmt.Sprintf(format, args...)}}
}

// Scan checks the size and shape of a raw mail against the limits of package parsers, in one pass and in time
// linear in its length. The error is a *LimitError. A mail that passes can be opened in linear time as well.
func Scan(raw []byte) error {
	if err := scanLines(raw); err != nil {
		return err
	}
	w := walker{raw: raw}
	w.message("", 0)
	if w.err != nil {
		return w.err
	}
	return nil
}

// scanLines checks what can be told without knowing the structure: the size and the longest line.
func scanLines(raw []byte) error {
	if len(raw) > parsers.MaxMessage {
		return limit("too_large", "This mail has %d MB; at most %d MB are read. Ask the sender for a smaller one.", len(raw)>>20, parsers.MaxMessage>>20)
	}
	if len(raw) <= parsers.MaxLine {
		return nil
	}
	for rest := raw; len(rest) > parsers.MaxLine; {
		n := bytes.LastIndexByte(rest[:parsers.MaxLine+1], '\n')
		if n < 0 {
			n = bytes.LastIndexByte(rest[:parsers.MaxLine+1], '\r')
		}
		if n < 0 {
			return limit("line_too_long", "A line of this mail is longer than %d KB, which no mail program writes. Ask the sender to send it again.", parsers.MaxLine>>10)
		}
		rest = rest[n+1:]
	}
	return nil
}
