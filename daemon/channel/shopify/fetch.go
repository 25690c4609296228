package shopify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/transports"
)

// pageInfo says whether there is more behind a page.
type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// nodes is a page of things as the API wrote them.
type nodes struct {
	Nodes    []json.RawMessage `json:"nodes"`
	PageInfo pageInfo          `json:"pageInfo"`
}

// errGone: the shop does not know the order (any more), or does not show it to the app.
var errGone = errors.New("the shop has no such order")

// fetch gives one order as the API writes it, with all pages of its lines and of its fulfilment orders put together: what is kept.
func (s *Shop) fetch(ctx context.Context, id string) (json.RawMessage, error) {
	var data struct {
		Order map[string]json.RawMessage `json:"order"`
	}
	if err := s.client.do(ctx, getOrder, map[string]any{"id": gid("Order", id)}, &data); err != nil {
		return nil, err
	}
	if data.Order == nil {
		return nil, errGone
	}
	if err := s.complete(ctx, data.Order, gid("Order", id)); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(data.Order) // the fields sorted by name, their values as they came
	if err != nil {
		return nil, &transports.Error{Verdict: transports.Later, Op: "order", Err: fmt.Errorf("write the order down: %w", err)}
	}
	return raw, nil
}

// complete puts the further pages of an order's connections behind the first.
func (s *Shop) complete(ctx context.Context, order map[string]json.RawMessage, id string) error {
	if _, has := order["lineItems"]; has {
		if err := s.pages(ctx, order, "lineItems", moreLines, id, "order"); err != nil {
			return err
		}
	}
	if err := s.pages(ctx, order, "fulfillmentOrders", moreWork, id, "order"); err != nil {
		return err
	}
	var work nodes
	if err := json.Unmarshal(order["fulfillmentOrders"], &work); err != nil {
		return unreadable(err)
	}
	for i, raw := range work.Nodes {
		var one map[string]json.RawMessage
		var known struct{ ID string }
		if err := errors.Join(json.Unmarshal(raw, &one), json.Unmarshal(raw, &known)); err != nil {
			return unreadable(err)
		}
		if err := s.pages(ctx, one, "lineItems", moreWorkLines, known.ID, "fulfillmentOrder"); err != nil {
			return err
		}
		var err error
		if work.Nodes[i], err = json.Marshal(one); err != nil {
			return unreadable(err)
		}
	}
	var err error
	order["fulfillmentOrders"], err = json.Marshal(work)
	return err
}

// pages reads the rest of a connection of a thing. The query gives the thing under the name root.
func (s *Shop) pages(ctx context.Context, thing map[string]json.RawMessage, field, query, id, root string) error {
	var all nodes
	if err := json.Unmarshal(thing[field], &all); err != nil {
		return unreadable(err)
	}
	for all.PageInfo.HasNextPage {
		var data map[string]map[string]nodes
		if err := s.client.do(ctx, query, map[string]any{"id": id, "after": all.PageInfo.EndCursor}, &data); err != nil {
			return err
		}
		next := data[root][field]
		if len(next.Nodes) == 0 && next.PageInfo.HasNextPage {
			return unreadable(errors.New("an empty page says that more follow"))
		}
		all.Nodes, all.PageInfo = append(all.Nodes, next.Nodes...), next.PageInfo
	}
	all.PageInfo.EndCursor = "" // a place in a list is no part of an order
	var err error
	thing[field], err = json.Marshal(all)
	return err
}

func unreadable(err error) error {
	return &transports.Error{Verdict: transports.Later, Op: "order", Scope: "server", Err: fmt.Errorf("the answer cannot be read: %w", err)}
}

// listed is an order of a list.
type listed struct {
	ID        string    `json:"id"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// list pages through the orders that a search finds, oldest change first; each gets a page at a time.
// Search syntax: shopify.dev/docs/api/usage/search-syntax; the filters stand at the query orders.
func (s *Shop) list(ctx context.Context, search string, each func([]listed) error) error {
	after := ""
	for {
		var data struct {
			Orders struct {
				Nodes    []listed `json:"nodes"`
				PageInfo pageInfo `json:"pageInfo"`
			} `json:"orders"`
		}
		vars := map[string]any{"query": search}
		if after != "" {
			vars["after"] = after
		}
		if err := s.client.do(ctx, listOrders, vars, &data); err != nil {
			return err
		}
		if err := each(data.Orders.Nodes); err != nil {
			return err
		}
		if after = data.Orders.PageInfo.EndCursor; !data.Orders.PageInfo.HasNextPage || after == "" {
			return nil
		}
	}
}

// stamp is a time as a search takes it.
func stamp(t time.Time) string {
	return "'" + strings.TrimSuffix(t.UTC().Format(time.RFC3339), "Z") + "Z'"
}
