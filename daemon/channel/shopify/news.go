package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/transports"
)

// Send tells the shop a piece of news. It marks nothing: what was written is looked for before anything is written, so that a message whose answer was
// lost is simply sent again.
func (s *Shop) Send(ctx context.Context, m transports.Message, _ func(context.Context) error) (transports.Receipt, error) {
	e, err := channel.DecodeEvent(m)
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "news", Err: err}
	}
	n := &notice{Shop: s, key: m.Key, news: e.Data, id: gid("Order", e.Data.OrderID), decided: m.Header[channel.Decided] != ""}
	var answer string
	switch e.Type {
	case "order.shipped":
		answer, err = n.shipped(ctx)
	case "order.tracking_corrected":
		answer, err = n.corrected(ctx)
	default:
		answer, err = n.bad(ctx, e.Type)
	}
	if err != nil {
		return transports.Receipt{}, err
	}
	return transports.Receipt{Answer: answer, At: s.c.Now()}, nil
}

// notice is one piece of news on its way.
type notice struct {
	*Shop
	key     string // of the message
	news    channel.News
	id      string // of the order, Shopify's
	decided bool   // a person wants it in the place of what the shop shows
	order   *workOrder
}

// workOrder is an order with its work and what was shipped of it.
type workOrder struct {
	Name         string           `json:"name"`
	CancelledAt  string           `json:"cancelledAt"`
	Note         string           `json:"note"`
	Tags         []string         `json:"tags"`
	Work         work             `json:"fulfillmentOrders"`
	Fulfillments []fulfillmentDoc `json:"fulfillments"`
}

type fulfillmentDoc struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Tracking []struct {
		Company string `json:"company"`
		Number  string `json:"number"`
		URL     string `json:"url"`
	} `json:"trackingInfo"`
}

// stands tells a fulfilment that holds: not one that was cancelled or failed (shopify.dev/docs/api/admin-graphql/latest/enums/FulfillmentStatus).
func (f fulfillmentDoc) stands() bool {
	return f.Status != "CANCELLED" && f.Status != "ERROR" && f.Status != "FAILURE"
}

func (f fulfillmentDoc) numbers() (all []string) {
	for _, t := range f.Tracking {
		if t.Number != "" {
			all = append(all, t.Number)
		}
	}
	return all
}

// has tells whether a fulfilment shows one of these numbers; spaces, dashes and case are nobody's own.
func (f fulfillmentDoc) has(numbers ...string) bool {
	return slices.ContainsFunc(f.numbers(), func(n string) bool {
		return slices.ContainsFunc(numbers, func(other string) bool { return plain(n) == plain(other) })
	})
}

func plain(number string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(number))
}

// read gets the order's work as of now.
func (n *notice) read(ctx context.Context) error {
	raw, err := n.fetchWork(ctx)
	n.order = raw
	return err
}

// bad writes news of what comes late or not at all. Nothing is cancelled and nothing given back: that is the shop's to decide.
func (n *notice) bad(ctx context.Context, kind string) (string, error) {
	words := map[string]string{"order.backordered": "backordered", "order.out_of_stock": "out of stock", "order.rejected": "rejected", "order.cancelled": "cancelled by supplier"}[kind]
	if words == "" {
		return "nothing is written to Shopify about " + kind, nil
	}
	switch n.c.BadNews {
	case "none":
		return "nothing is written to Shopify about what comes late or not at all (bad_news: none)", nil
	case "note":
		return n.writeNote(ctx, words)
	}
	tag := tagPrefix + words
	return "tagged " + tag, n.change(ctx, "tag", addTags, map[string]any{"id": n.id, "tags": []string{tag}}, "tagsAdd")
}

// tagPrefix begins every tag that is ours. A tag has 40 characters at most.
const tagPrefix = "waybill: "

// writeNote adds a line to the order's note, unless it is there. Shopify has no way to add one: between reading and writing, somebody may edit the note,
// and what they wrote in that moment is lost; tags have no such gap.
func (n *notice) writeNote(ctx context.Context, words string) (string, error) {
	if err := n.read(ctx); err != nil {
		return "", err
	}
	var goods []string
	for _, l := range n.news.Lines {
		goods = append(goods, fmt.Sprintf("%d x %s", l.Quantity, l.SKU))
	}
	line := "waybill: " + words + ": " + strings.Join(goods, ", ")
	if n.news.Expected != "" {
		line += ", expected " + n.news.Expected
	}
	if strings.Contains(n.order.Note, line) {
		return "the note says it already", nil
	}
	note := strings.TrimSpace(n.order.Note + "\n" + line)
	return "noted", n.change(ctx, "note", setNote, map[string]any{"input": map[string]any{"id": n.id, "note": note}}, "orderUpdate")
}

// change makes a mutation of which only its errors are of interest.
func (n *notice) change(ctx context.Context, op, mutation string, vars map[string]any, field string) error {
	var data map[string]struct {
		UserErrors userErrors `json:"userErrors"`
	}
	if err := n.client.do(ctx, mutation, vars, &data); err != nil {
		return err
	}
	if err := data[field].UserErrors.err(); err != nil {
		return &transports.Error{Verdict: transports.Never, Op: op, Err: fmt.Errorf("Shopify refuses it: %w", err)}
	}
	return nil
}

// overdue takes back the tag of a delay when everything has left.
func (n *notice) overdue(ctx context.Context) error {
	if tag := tagPrefix + "backordered"; n.news.Complete && slices.Contains(n.order.Tags, tag) {
		return n.change(ctx, "tag", removeTags, map[string]any{"id": n.id, "tags": []string{tag}}, "tagsRemove")
	}
	return nil
}
