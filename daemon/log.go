package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"

	"waybill/transports"
)

// discreet is a log handler that lets no mail address and no Message-ID through: our own lines have none, and servers and libraries quote them in what
// they answer ("550 <ada@mail.example>: user unknown"). What the answer was in full is with the dispatch, for who may see the orders.
type discreet struct{ slog.Handler }

// addressLike is anything with an @ in it that could be an address, also where it is quoted, escaped or cut off.
var addressLike = regexp.MustCompile(`[^\s<>"'(),;:\[\]{}=|]*(?:@|%40)[^\s<>"'(),;:\[\]{}|]*`)

const hidden = "…@…"

func (d discreet) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, hide(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(hideIn(a))
		return true
	})
	return d.Handler.Handle(ctx, clean)
}

func (d discreet) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = hideIn(a)
	}
	return discreet{d.Handler.WithAttrs(clean)}
}

func (d discreet) WithGroup(name string) slog.Handler { return discreet{d.Handler.WithGroup(name)} }

func hide(text string) string { return addressLike.ReplaceAllString(text, hidden) }

func hideIn(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(hide(v.String()))
	case slog.KindAny: // errors, lists
		if err, is := v.Any().(error); is {
			a.Value = slog.StringValue(hide(transports.Quiet(err)))
			return a
		}
		a.Value = slog.StringValue(hide(fmt.Sprint(v.Any())))
	case slog.KindGroup:
		var inside []slog.Attr
		for _, b := range v.Group() {
			inside = append(inside, hideIn(b))
		}
		a.Value = slog.GroupValue(inside...)
	}
	return a
}
