package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

const (
	excerptLines = 15
	excerptWidth = 200 // characters of a line
)

// Original is what came in, byte for byte.
type Original struct {
	Name string `json:"name,omitempty"` // of a file
	Body []byte `json:"body"`
}

// Original gives the bytes that an exception is about.
func (f *Flow) Original(ctx context.Context, id order.ExceptionID) (o Original, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		row, err := tx.Exception(id)
		if err != nil {
			return err
		}
		o, _, err = original(tx, row)
		return err
	})
	return o, err
}

func original(tx *store.Tx, row store.ExceptionRow) (o Original, supplier string, err error) {
	if row.Item == 0 {
		return o, "", fmt.Errorf("exception %d is about nothing that came in: %w", row.ID, ErrAction)
	}
	item, err := tx.Item(row.Item)
	if err != nil {
		return o, "", err
	}
	if item.State == store.ItemTooLarge {
		return o, "", fmt.Errorf("it was too large, and its bytes were not fetched; look at it where it came in: %w", ErrAction)
	}
	body, err := tx.Evidence(item.SHA256)
	return Original{Name: item.Name, Body: body}, item.Supplier, err
}

// excerpt is what a person must read to answer: the writer's new words, the first lines of them. It is read again in the sandbox, as when it came in;
// what no reader can open is shown as it is. What was erased has none.
func (f *Flow) excerpt(ctx context.Context, row store.ExceptionRow) (string, error) {
	switch ExceptionKind(row.Kind) {
	case SupplierAsks, WhichOrder, Contradiction, Correction, CostlyNews, Unreadable, FormatDrift:
	default:
		return "", nil
	}
	var o Original
	var supplier string
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		o, supplier, err = original(tx, row)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrForgotten) || errors.Is(err, ErrAction) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	profile, err := f.profile(ctx, f.world.Load(), supplier)
	if err != nil {
		return "", err
	}
	profile.KeepText = true
	reading, err := f.reader.Read(ctx, o.Body, o.Name, profile)
	if err != nil {
		return firstLines(plainBody(o.Body)), nil //nolint:nilerr // that it cannot be read is what the exception says
	}
	return firstLines(newest(reading.Parts)), nil
}

// newest is the new text of the first part that has any, else the whole text of one: plain text stands before HTML that says the same.
func newest(parts []parsers.Part) string {
	for _, of := range []func(parsers.Part) string{func(p parsers.Part) string { return p.New }, func(p parsers.Part) string { return p.Text }} {
		for _, p := range parts {
			if text := of(p); strings.TrimSpace(text) != "" {
				return text
			}
		}
	}
	return ""
}

// plainBody leaves out the header of a mail, and everything where there are no words: an archive says nothing to a person.
func plainBody(raw []byte) string {
	text := string(raw[:min(len(raw), 64<<10)])
	if strings.ContainsRune(text, 0) {
		return ""
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if head, body, ok := strings.Cut(text, "\n\n"); ok && strings.Contains(head, ":") {
		text = body
	}
	return text
}

// firstLines cuts a text to what fits on a screen, without what could do something to the screen.
func firstLines(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			switch {
			case r == '\t':
				return ' '
			case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
				return -1
			}
			return r
		}, line))
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		if runes := []rune(line); len(runes) > excerptWidth {
			line = string(runes[:excerptWidth]) + " …"
		}
		if len(out) == excerptLines {
			out = append(out, "…")
			break
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
