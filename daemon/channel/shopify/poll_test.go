package shopify_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/transports"
)

// books remember the cursor and what was kept.
type books struct {
	cursor []byte
	ids    []string
	fail   error
	raw    map[string][]byte
}

func (b *books) Load(context.Context) ([]byte, error) { return b.cursor, nil }
func (b *books) Save(_ context.Context, value []byte) error {
	b.cursor = slices.Clone(value)
	return nil
}

func (b *books) keep(_ context.Context, batch []transports.Item) error {
	if b.fail != nil {
		return b.fail
	}
	for _, it := range batch {
		id, _, _ := channel.Version(it.Key)
		b.ids = append(b.ids, id)
		b.raw[id] = it.Raw
	}
	return nil
}

func (b *books) want(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if !slices.Contains(b.ids, id) {
			t.Errorf("order %s was never kept", id)
		}
	}
}

// shopAndBooks is a shop that was swept, so that only polling finds what is new.
func shopAndBooks(t *testing.T, change func(*shopify.Config)) (*channeltest.Shopify, *shopify.Shop, *books) {
	t.Helper()
	s, b := channeltest.StartShopify(t, nil), &books{raw: map[string][]byte{}}
	c := config(s, b)
	if change != nil {
		change(&c)
	}
	shop := open(t, c)
	if err := shop.Receive(t.Context(), b.keep); err != nil {
		t.Fatal(err)
	}
	return s, shop, b
}

func sale(number string) channeltest.Sale {
	return channeltest.Sale{Number: number, Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 2}, {SKU: "PS-2", Quantity: 1}}}
}

// TestSettledAndNotKept: an order that changed a while ago, and could not be kept, comes again.
func TestSettledAndNotKept(t *testing.T) {
	s, shop, b := shopAndBooks(t, nil)
	id := s.Buy(sale("1001"))
	s.Cancel(id) // a sweep would not find it
	s.Pass(time.Minute)
	b.fail = errors.New("the disk is full")
	if err := shop.Receive(t.Context(), b.keep); !errors.Is(err, b.fail) {
		t.Fatal(err)
	}
	b.fail = nil
	if err := shop.Receive(t.Context(), b.keep); err != nil {
		t.Fatal(err)
	}
	b.want(t, id)
}

// TestBrokenInAPage: a look that ends in the middle of a page loses nothing of what it had fetched of it, and nothing that a webhook named.
func TestBrokenInAPage(t *testing.T) {
	for _, named := range []bool{false, true} {
		before := func() {} // each request
		s, shop, b := shopAndBooks(t, func(c *shopify.Config) {
			now := c.Now
			c.Now = func() time.Time { before(); return now() }
		})
		var ids []string
		for _, number := range []string{"1001", "1002", "1003", "1004"} {
			id := s.Buy(sale(number))
			s.Cancel(id)
			ids = append(ids, id)
			if named {
				header, body := s.Hook(id, channeltest.Present)
				if _, err := shop.Hook(header, body); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.Pass(time.Minute)
		ctx, stop := context.WithCancel(t.Context())
		made := s.Requests()
		before = func() {
			if s.Requests() >= made+3 {
				stop()
			}
		}
		if err := shop.Receive(ctx, b.keep); err == nil {
			t.Fatal("the look was not broken off")
		}
		before = func() {}
		if err := shop.Receive(t.Context(), b.keep); err != nil {
			t.Fatal(err)
		}
		b.want(t, ids...)
	}
}

// TestWatchedAndNotKept: an order that was to be fetched once more is still to be when that could not be kept.
func TestWatchedAndNotKept(t *testing.T) {
	s, shop, b := shopAndBooks(t, nil)
	id := s.Buy(sale("1001"))
	s.Judge(id, "PENDING")
	s.Pass(20 * time.Second)
	if err := shop.Receive(t.Context(), b.keep); err != nil || slices.Contains(b.ids, id) {
		t.Fatalf("%q, %v", b.ids, err)
	}
	s.Pass(15 * time.Minute)
	b.fail = errors.New("the disk is full")
	if err := shop.Receive(t.Context(), b.keep); !errors.Is(err, b.fail) {
		t.Fatal(err)
	}
	if !strings.Contains(string(b.cursor), id) {
		t.Errorf("it is forgotten: %s", b.cursor)
	}
}
