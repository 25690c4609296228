package flow

import (
	"testing"
	"time"

	"waybill/daemon/order"
)

func TestAKnownParcelMayHoldMore(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "PS200", Title: "Lid", Quantity: 3})
	s.receive(doc)
	s.sent("mail:orders")
	for _, c := range []struct {
		text  string
		state order.POState
		news  int
	}{
		{"Order 1001-A has shipped: 2 x PS100, UPS " + ups1 + ". The rest follows.", order.POPartial, 1},
		{"A reminder: order 1001-A has shipped: 2 x PS100, UPS " + ups1 + ".", order.POPartial, 1},
		{"Order 1001-A: 3 x PS200 have shipped, UPS " + ups1 + ".", order.POShipped, 2},
		{"A reminder: order 1001-A: 3 x PS200 have shipped, UPS " + ups1 + ".", order.POShipped, 2},
	} {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "1001-A", "", c.text+"\r\n")
		if got, n := s.po("1001-A").State(), s.news(); got != c.state || len(n) != c.news {
			t.Errorf("%s: %s, %d pieces of news; want %s, %d", c.text, got, len(n), c.state, c.news)
		}
	}
	if n := s.news(); len(n) == 2 && (len(n[1].Data.Tracking) != 1 || n[1].Data.Tracking[0].Number != ups1 || n[1].Data.Lines[0].SKU != "PS200") {
		t.Errorf("the channel hears %+v", n[1])
	}
	s.wantDesk()
}
