package woocommerce_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/channel/wootest"
)

// suiteShop is the shop in process as the suite for all shop systems wants it, with WooCommerce's own fulfilments.
type suiteShop struct {
	*world
	wrong []string
	skus  map[int64]string // by line
	line  int64
}

func startSuite(t *testing.T) channeltest.Server {
	s := &suiteShop{skus: map[int64]string{}, line: 9_007_199_254_741_993} // past 2^53
	s.world = newWorld(t, func(c *woocommerce.Config) { c.Since, c.HookSecrets = time.Time{}, []string{"new", "old"} })
	s.server.From(9_107_199_254_741_993)
	s.server.Switch(wootest.Fulfillments, true)
	s.server.Heard(func(format string, args ...any) { s.wrong = append(s.wrong, fmt.Sprintf(format, args...)) })
	return s
}

func TestShop(t *testing.T) { channeltest.TestShop(t, startSuite) }

func (s *suiteShop) Open(*testing.T) channel.Shop { s.open(); return s.shop }
func (s *suiteShop) Now() time.Time               { return s.now() }
func (s *suiteShop) Pass(d time.Duration)         { s.pass(d) }
func (s *suiteShop) Wrong() []string              { return s.wrong }

func (s *suiteShop) Can(a channeltest.Ability) bool {
	return slices.Contains([]channeltest.Ability{channeltest.Parts, channeltest.Corrects, channeltest.Hooks}, a)
}

func (s *suiteShop) Buy(sale channeltest.Sale) string {
	var lines []map[string]any
	total := 0
	for _, l := range sale.Lines {
		s.line++
		s.skus[s.line] = l.SKU
		total += 450 * l.Quantity
		lines = append(lines, line(s.line, l.SKU, l.Quantity, fmt.Sprintf("%d.%02d", 450*l.Quantity/100, 450*l.Quantity%100), map[string]any{"product_id": 7}))
	}
	doc := anOrder(lines...)
	address := map[string]any{"first_name": "Ada", "last_name": "Abernathy", "company": "", "address_1": "12 Maple Street", "address_2": "", "city": "Springfield", "state": "IL",
		"postcode": "62704", "country": "US", "email": "ada@mail.example", "phone": ""}
	doc["billing"], doc["shipping"] = address, maps.Clone(address)
	doc["number"], doc["currency"], doc["total"] = sale.Number, "USD", fmt.Sprintf("%d.%02d", total/100, total%100)
	if doc["date_paid_gmt"] = s.now().Format("2006-01-02T15:04:05"); sale.Unpaid {
		doc["status"], doc["date_paid_gmt"] = "pending", nil
	}
	return strconv.FormatInt(s.server.Put(doc), 10)
}

func id(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func (s *suiteShop) Pay(order string) {
	s.server.Set(id(order), map[string]any{"status": "processing", "date_paid_gmt": s.now().Format("2006-01-02T15:04:05")})
}

func (s *suiteShop) Note(order, text string) {
	s.server.Set(id(order), map[string]any{"customer_note": text})
}
func (s *suiteShop) Cancel(order string) {
	s.server.Set(id(order), map[string]any{"status": "cancelled"})
}

func (s *suiteShop) Move(order, street string) {
	shipping, _ := s.server.Order(id(order))["shipping"].(map[string]any)
	shipping = maps.Clone(shipping)
	shipping["address_1"] = street
	s.server.Set(id(order), map[string]any{"shipping": shipping})
}

func (s *suiteShop) lines(order string) (ids []int64, pieces []int) {
	all, _ := s.server.Order(id(order))["line_items"].([]any)
	for _, l := range all {
		one, _ := l.(map[string]any)
		ids, pieces = append(ids, one["id"].(int64)), append(pieces, one["quantity"].(int))
	}
	return ids, pieces
}

func (s *suiteShop) Reduce(order string, line, by int) {
	ids, _ := s.lines(order)
	s.server.Refund(id(order), ids[line], by)
}

// Ship fulfils by hand, and completes the order as the button does.
func (s *suiteShop) Ship(order, number string) {
	ids, pieces := s.lines(order)
	for i := range ids {
		s.server.Fulfilled(id(order), ids[i], pieces[i], number)
	}
	s.server.Set(id(order), map[string]any{"status": "completed"})
}

func (s *suiteShop) Shown(order string) (all []channeltest.Shown) {
	var known []string
	for _, p := range s.server.Parcels(id(order)) {
		shown := channeltest.Shown{Carrier: p.Carrier, Pieces: map[string]int{}}
		if p.Number != "" {
			if slices.Contains(known, p.Number) {
				continue // two lines that somebody fulfilled under one number
			}
			shown.Numbers, known = []string{p.Number}, append(known, p.Number)
		}
		for line, n := range p.Pieces {
			shown.Pieces[s.skus[line]] += n
		}
		all = append(all, shown)
	}
	for _, n := range s.server.Notes(id(order)) {
		for _, word := range strings.Fields(n.Text) {
			if n.Customer && strings.HasPrefix(word, "1Z") && !slices.Contains(known, word) {
				all, known = append(all, channeltest.Shown{Numbers: []string{word}}), append(known, word)
			}
		}
	}
	return all
}

func (s *suiteShop) Marks(order string) (all []string) {
	for _, n := range s.server.Notes(id(order)) {
		all = append(all, n.Text)
	}
	return all
}

func (s *suiteShop) Hook(order string, with channeltest.Secret) (http.Header, []byte) {
	secret := map[channeltest.Secret]string{channeltest.Present: "new", channeltest.Former: "old", channeltest.Forged: "theirs"}[with]
	return s.server.Hook("order.updated", id(order), secret)
}

func (s *suiteShop) Fail(f channeltest.Failure, requests int) {
	act := map[channeltest.Failure]wootest.Act{channeltest.Broken: wootest.Broken, channeltest.LostAnswer: wootest.CutAfter, channeltest.Lagging: wootest.Lagging}[f]
	if f == channeltest.Lagging {
		requests = -1
	}
	s.server.ActFor(act, requests)
}
