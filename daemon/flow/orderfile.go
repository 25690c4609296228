package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// readOrders takes the orders of a file from a channel's folder. The file's bytes are kept already; an order that cannot be taken
// is listed for a person and stops no other. Read again after a kill, the orders that were taken are known.
func (f *Flow) readOrders(ctx context.Context, it *opened, slug string) error {
	rows, err := channel.ReadOrders(it.row.Name, it.raw, slug)
	var bad []string
	if err != nil {
		bad = append(bad, err.Error())
	}
	for _, r := range rows {
		if err = r.Err; err == nil {
			_, err = f.Receive(ctx, r.Order, Source{By: "folder"})
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the daemon stops: the file is read again at the next start
		}
		if invalid := (*Invalid)(nil); r.Err == nil && err != nil && !errors.As(err, &invalid) {
			return fmt.Errorf("take the orders of %s: %w", it.row.Name, err) // the books failed, not the file
		}
		if err != nil {
			bad = append(bad, fmt.Sprintf("line %d: %v", r.Line, err))
		}
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Item(it.row.ID)
		if err != nil {
			return err
		}
		row.State, row.Kind = store.ItemRead, "orders"
		if err := tx.SetRead(row); err != nil || len(bad) == 0 {
			return err
		}
		_, _, err = f.open(tx, Exception{Kind: BadOrderFile, Key: fmt.Sprintf("file:%d", row.ID), Channel: slug, Item: row.ID,
			Detail: Detail{About: row.Name, Reasons: first(bad, 50), Help: "Mend these lines and drop them in a new file; orders that were taken are known and not taken twice."}})
		return err
	})
}

// givesOrders tells a source of orders from one of suppliers' answers; also a shop that left the configuration.
func (w *world) givesOrders(source string) bool {
	_, folder := w.ordersIn[source]
	return folder || strings.HasPrefix(source, shopSource)
}

func first(texts []string, n int) []string {
	if len(texts) <= n {
		return texts
	}
	return append(texts[:n:n], fmt.Sprintf("and %d more", len(texts)-n))
}

// Imported is what became of the orders of a file.
type Imported struct {
	Line   int                `json:"line"`
	Taken  *Taken             `json:"taken,omitempty"`
	Error  string             `json:"error,omitempty"`
	Fields []order.FieldError `json:"fields,omitempty"`
}

// Import takes orders from a file that a person names; each result is told as it comes.
func (f *Flow) Import(ctx context.Context, name string, raw []byte, channelSlug string, from Source, told func(Imported) error) error {
	if channelSlug == "" {
		if all := sorted(f.world.Load().cfg.Channels); len(all) == 1 {
			channelSlug = all[0]
		}
	}
	rows, err := channel.ReadOrders(name, raw, channelSlug)
	if err != nil {
		return err
	}
	for _, r := range rows {
		result := Imported{Line: r.Line}
		if err = r.Err; err == nil {
			var taken Taken
			if taken, err = f.Receive(ctx, r.Order, from); err == nil {
				result.Taken = &taken
			}
		}
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			result.Error = err.Error()
			invalid, form := (*Invalid)(nil), (*channel.FieldErrors)(nil)
			switch {
			case errors.As(err, &invalid):
				result.Fields = invalid.Fields
			case errors.As(err, &form):
				result.Fields = form.Fields
			}
		}
		if err := told(result); err != nil {
			return err
		}
	}
	return nil
}
