package flow

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// everyLane is a shop with every way out that there is: mail, SFTP and folder to suppliers, a batch, webhook, tracking file, marketplace and shop system.
func everyLane(t *testing.T, setting string) *shop {
	files := withSetting(setting)
	files["waybill.yaml"] = strings.Replace(files["waybill.yaml"], "  invoice:", `  files:
    folder: {path: STATE/orders}
    tracking_csv: {path: STATE/tracking, schedule: "*/15 * * * *"}
  woo:
    woocommerce: {url: "https://127.0.0.1:9", key_file: woo-key, secret_file: woo-secret, allow_private: true}
  amazon:
    amazon: {country: US, orders: {path: STATE/reports}, shipments: {path: STATE/confirmations}}
  invoice:`, 1)
	files["suppliers/quarry.yaml"] = "name: Quarry Tools\nskus: [{prefix: QT}]\nsend: {by: folder, path: STATE/out}\nreceive: {path: STATE/in, archive: STATE/taken}\n"
	files["suppliers/harbor.yaml"] = "name: Harbor Goods\nskus: [{prefix: HG}]\nsend: {by: sftp, path: in, sftp: {host: 127.0.0.1, port: 9, username: shop, password_file: hook-secret, host_keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ5Zm5gVZ0N8rFq3ZFJxwq3Lw8V2Lr1m1k4X4mV9y1P\"]}}\n"
	files["suppliers/tall.yaml"] = "name: Tallgrass\nemail: [dispatch@tallgrass.example]\nskus: [{prefix: TG}]\nsend: {batch: \"0 15 * * 1-5\", attach: csv}\n"
	files["woo-key"], files["woo-secret"] = "ck_"+strings.Repeat("a", 40), "cs_"+strings.Repeat("b", 40)
	return newShop(t, files)
}

func fromChannel(number, channel, sku string) order.Order {
	doc := paidOrder(number)
	doc.Channel, doc.Lines[0].SKU = channel, sku
	if channel == "amazon" { // its numbers have a form, and others are not confirmed
		doc.ID, doc.Lines[0].ID = "113-1234567-123"+number, "1234567890"+number
	}
	return doc
}

// wantOnlyTheOwner lets everything leave that does, and holds that nobody but the owner got anything.
func (s *shop) wantOnlyTheOwner(mails int) {
	s.t.Helper()
	got := slices.Concat(s.leave(), s.leave())
	for _, m := range got {
		if !slices.Equal(m.To, []string{"owner@lantern-lane.example"}) || slices.Contains(m.To, "post@prairie.example") {
			s.t.Errorf("a message left to %v", m.To)
		}
	}
	if len(got) != mails {
		s.t.Errorf("%d mails to the owner, want %d", len(got), mails)
	}
}

// TestShadowLeaksNothing: over every way out there is, with orders, tracking, cancellations and customer mails due, and messages forced into the
// outbox past everything else: nobody but the owner gets a byte.
func TestShadowLeaksNothing(t *testing.T) {
	for name, setting := range map[string]string{
		"of the whole shop": "mode: shadow",
		"of every channel":  "",
		"of every supplier": "",
	} {
		t.Run(name, func(t *testing.T) {
			s := everyLane(t, setting)
			switch name {
			case "of every channel":
				main := s.file("waybill.yaml")
				for _, c := range []string{"shop", "files", "woo", "amazon"} {
					main = strings.Replace(main, "  "+c+":\n", "  "+c+":\n    mode: shadow\n", 1)
				}
				s.reconfigure(map[string]string{"waybill.yaml": strings.Replace(main, "invoice: {accept_unpaid: true}", "invoice: {accept_unpaid: true, mode: shadow}", 1)})
			case "of every supplier":
				for _, slug := range []string{"prairie", "quarry", "harbor", "tall"} {
					name := "suppliers/" + slug + ".yaml"
					s.reconfigure(map[string]string{name: s.file(name) + "mode: shadow\n"})
				}
			}
			r := s.recordSends()
			s.at = time.Date(2026, 3, 18, 18, 30, 0, 0, time.UTC)
			s.tickOnce(t.Context())
			for i, c := range []string{"shop", "files", "woo", "amazon", "invoice"} {
				for j, sku := range []string{"PS1", "QT1", "HG1", "TG1"} {
					doc := fromChannel(fmt.Sprint(1000+10*i+j), c, sku)
					doc.ShipTo.Line1 = fmt.Sprintf("%d Elm Street", 10*i+j)
					if taken := s.receive(doc); taken.State != order.IntakeAccepted {
						t.Fatalf("%+v: %v", taken, s.desk())
					}
				}
			}
			s.at = time.Date(2026, 3, 18, 20, 0, 10, 0, time.UTC)
			s.tickOnce(t.Context())
			for i := range 5 { // an order of each channel has shipped; another is cancelled
				ship := ShipRequest{PO: fmt.Sprint(1000+10*i) + "-A", Tracking: []string{upsNumbers[i]}, By: "cli"}
				if _, err := s.Ship(t.Context(), ship); err != nil {
					t.Fatal(err)
				}
				row, err := s.FindOrder(t.Context(), fmt.Sprint(1000+10*i+1), "")
				if err != nil {
					t.Fatal(err)
				}
				if text, err := s.Cancel(t.Context(), row.ID, "cli"); err != nil || strings.Contains(text, "asked not to ship") {
					t.Errorf("%q %v", text, err)
				}
			}
			s.at = s.at.Add(3 * time.Hour) // every schedule has had its time
			s.tickOnce(t.Context())
			// 15 orders at once, and one mail for the batch of five.
			s.wantOnlyTheOwner(16)
			before := len(r.got)
			s.force()
			s.leave()
			for _, m := range r.got[before:] {
				t.Errorf("forced through: %v", m.To)
			}
			for _, state := range []order.DispatchState{order.DispatchSent, order.DispatchSending, order.DispatchMarked} {
				for _, row := range s.dispatches(store.DispatchFilter{State: state}) {
					if row.Purpose != order.PurposeOperator {
						t.Errorf("%s to %s by %s is %s", row.Purpose, row.Target, row.Lane, row.State)
					}
				}
			}
			report, err := s.Shadow(t.Context(), time.Time{})
			if err != nil || len(report.Suppliers) != 4 || report.Orders != 20 || len(report.Customers) != 1 || len(report.Channels) != 4 {
				t.Errorf("the report: %s %+v %v", report.Summary(), report.Channels, err)
			}
		})
	}
}

func (s *shop) file(name string) string {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(raw)
}

// force puts a message to each lane into the outbox as no code of ours would: queued, with an order that is in shadow mode, and with none.
func (s *shop) force() {
	s.t.Helper()
	err := s.store.Write(s.t.Context(), func(tx *store.Tx) error {
		po, err := tx.POByNumber("1000-A")
		if err != nil {
			return err
		}
		for _, lane := range sorted(s.world.Load().lanes) {
			for i, d := range []store.DispatchRow{
				{Purpose: order.PurposeOrder, Target: "prairie", POs: []order.POID{po.ID}},
				{Purpose: order.PurposeTracking, Target: "shop"},
				{Purpose: order.PurposeCustomer, Target: "customer", POs: []order.POID{po.ID}},
				// The worst: it says that it is for the owner, and is not.
				{Purpose: order.PurposeOperator, Target: operatorTarget},
			} {
				d.Lane, d.Message = lane, store.OutMessage{Key: fmt.Sprint("forced", i), To: []string{"post@prairie.example"}, Body: []byte("x")}
				if _, err := tx.AddDispatch(d); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestGoingLive: at the switch nothing goes by itself and nothing is forgotten. What suppliers have answered is over; of the rest a person decides.
func TestGoingLive(t *testing.T) {
	shadow := withSetting("mode: shadow")
	s := newShop(t, shadow)
	for _, number := range []string{"1001", "1002", "1003", "1004", "1005"} {
		s.receive(paidOrder(number))
	}
	s.wantOnlyTheOwner(5)
	s.wantDesk()
	// 1001 was forwarded by hand and is answered by its number alone; 1005 is cancelled in the shop.
	s.mail("post@prairie.example", "Your order 1001-A", "", "Hello,\r\n\r\nyour order 1001-A has shipped with UPS, tracking number "+upsNumbers[0]+".\r\n")
	s.wantTracking("1001-A", upsNumbers[0])
	row, err := s.FindOrder(t.Context(), "1005", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cancel(t.Context(), row.ID, "channel"); err != nil {
		t.Fatal(err)
	}
	s.reconfigure(map[string]string{"waybill.yaml": mainConfig})
	s.recordSends()
	for range 3 {
		s.tickOnce(t.Context())
		s.at = s.at.Add(time.Minute)
	}
	s.wantDesk("shadow_left")
	for _, m := range s.leave() {
		if !slices.Equal(m.To, []string{"owner@lantern-lane.example"}) {
			t.Fatalf("it went by itself to %v", m.To)
		}
	}
	report, err := s.Shadow(t.Context(), time.Time{})
	if err != nil || !slices.Equal(report.Undecided, []string{"1002-A", "1003-A", "1004-A"}) {
		t.Fatalf("undecided: %v %v", report.Undecided, err)
	}
	for _, number := range []string{"1001-A", "1005-A"} { // answered, and cancelled: only what was to be told of them waits
		if text, err := s.FinishShadow(t.Context(), Finish{POs: []string{number}, Orders: "send", By: "cli"}); err != nil || !strings.HasPrefix(text, "0 purchase orders go out") {
			t.Errorf("%s: %q %v", number, text, err)
		}
	}
	if text, err := s.FinishShadow(t.Context(), Finish{POs: []string{"1002-A"}, Orders: "sent", By: "cli"}); err != nil || !strings.HasPrefix(text, "1 purchase orders count as sent by hand") {
		t.Fatalf("%q %v", text, err)
	}
	if text, err := s.FinishShadow(t.Context(), Finish{Orders: "send", By: "cli"}); err != nil || !strings.HasPrefix(text, "2 purchase orders go out") {
		t.Fatalf("%q %v", text, err)
	}
	s.wantDesk("shadow_left") // the news about 1001
	got := s.leave()
	if len(got) != 2 || !strings.Contains(string(got[0].Body), "1003-A") || !strings.Contains(string(got[1].Body), "1004-A") || got[0].To[0] != "post@prairie.example" {
		t.Fatalf("%d went out", len(got))
	}
	if text, err := s.FinishShadow(t.Context(), Finish{News: "tell", By: "cli"}); err != nil || !strings.Contains(text, "3 messages") {
		t.Fatalf("%q %v", text, err)
	}
	got = s.leave()
	if len(got) != 1 || !strings.Contains(string(got[0].Body), upsNumbers[0]) || !strings.HasPrefix(got[0].To[0], "https://") {
		t.Errorf("told: %v", got)
	}
	s.tickOnce(t.Context())
	s.wantDesk()
	if again := s.leave(); len(again) != 0 {
		t.Errorf("%d went out again", len(again))
	}
	if _, err := s.FinishShadow(t.Context(), Finish{Orders: "send", News: "tell", By: "cli"}); err != nil || len(s.leave()) != 0 {
		t.Errorf("finished twice, and something went: %v", err)
	}
	for _, number := range []string{"1001-A", "1002-A", "1003-A"} { // whatever they are asked, nobody sends one in shadow again
		if _, err := s.Preview(t.Context(), number); err != nil {
			t.Error(err)
		}
	}
	if err := s.store.Verify(t.Context(), func(problem string) { t.Error(problem) }, nil); err != nil {
		t.Error(err)
	}
}

// TestIntoShadow: what was queued and had not left is shown to the owner when shadow mode is switched on, and is not sent.
func TestIntoShadow(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	wantQueued(1)(s)
	s.reconfigure(withSetting("mode: shadow"))
	s.recordSends()
	if got := s.leave(); len(got) != 0 {
		t.Fatalf("%d left before the first tick", len(got))
	}
	s.at = s.at.Add(time.Minute)
	s.tickOnce(t.Context())
	s.wantOnlyTheOwner(1)
	if list, err := s.ListDispatches(t.Context(), order.DispatchShadow, ""); err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
}

// TestMixedModes: one supplier is live, and its news too; the rest of the shop is not.
func TestMixedModes(t *testing.T) {
	files := withSetting("mode: shadow")
	files["suppliers/prairie.yaml"] = prairie + "mode: live\n"
	files["suppliers/tall.yaml"] = "name: Tallgrass\nemail: [dispatch@tallgrass.example]\nskus: [{prefix: TG}]\n"
	s := newShop(t, files)
	s.receive(paidOrder("1001"))
	s.receive(fromChannel("1002", "shop", "TG1"))
	got := s.leave()
	to := map[string]int{}
	for _, m := range got {
		to[m.To[0]]++
	}
	if len(got) != 2 || to["post@prairie.example"] != 1 || to["owner@lantern-lane.example"] != 1 {
		t.Fatalf("left: %v", to)
	}
	for i, po := range []string{"1001-A", "1002-A"} {
		if _, err := s.Ship(t.Context(), ShipRequest{PO: po, Tracking: []string{upsNumbers[i]}, By: "cli"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range s.leave() {
		if strings.Contains(string(m.Body), upsNumbers[1]) {
			t.Errorf("the channel or the customer heard of an order in shadow mode: %v", m.To)
		}
	}
	if n := len(s.dispatches(store.DispatchFilter{Purpose: order.PurposeTracking, State: order.DispatchSent})); n != 1 {
		t.Errorf("the channel heard %d times, want 1", n)
	}
}

// TestShadowMail: the owner reads to whom it would have gone, and has it attached as it is.
func TestShadowMail(t *testing.T) {
	s := newShop(t, withSetting("mode: shadow"))
	s.receive(paidOrder("1001"))
	got := s.leave()
	if len(got) != 1 {
		t.Fatal(len(got))
	}
	subject, text := ownMail(got[0].Body)
	if !strings.HasPrefix(subject, "[shadow] to post@prairie.example: ") || !strings.Contains(text, "This was NOT sent") || !strings.Contains(text, "Prairie Supply <post@prairie.example>") ||
		!strings.Contains(text, "1001-A") || !strings.Contains(text, "Maple Street") {
		t.Errorf("%q\n%s", subject, text)
	}
	original, err := s.Preview(t.Context(), "1001-A")
	if err != nil {
		t.Fatal(err)
	}
	if attached := attachment(t, got[0].Body); string(attached) != string(original.Message.Body) {
		t.Errorf("attached is\n%s\nnot\n%s", attached, original.Message.Body)
	}
}

// attachment gives the content of a mail's last part.
func attachment(t *testing.T, raw []byte) []byte {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var content []byte
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return content
		}
		if err != nil {
			t.Fatal(err)
		}
		if content, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, p)); err != nil {
			content = nil
		}
	}
}

// A flood in shadow mode is none in the owner's mailbox: beyond the limit the report has the rest.
func TestShadowFloodsNobody(t *testing.T) {
	files := withSetting("mode: shadow")
	files["waybill.yaml"] = strings.Replace(files["waybill.yaml"], "total: 0", "total: 20", 1)
	s := newShop(t, files)
	for i := range 100 {
		s.receive(paidOrder(fmt.Sprint(1000 + i)))
	}
	s.wantOnlyTheOwner(20)
	if report, err := s.Shadow(t.Context(), time.Time{}); err != nil || report.Suppliers[0].PurchaseOrders != 100 {
		t.Errorf("%s %v", report.Summary(), err)
	}
}
