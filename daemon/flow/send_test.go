package flow

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

const batching = "name: Prairie Supply\nemail: [post@prairie.example]\ntimezone: America/New_York\nskus: [{prefix: PS}]\n" +
	"send: {by: folder, path: STATE/out, batch: \"0 15 * * 1-5\", cut_off: \"14:00\", file: {name: \"po_{{.Number}}.csv\"}}\n"

func TestABatchGoesOutOnScheduleWithItsCutOff(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC) // 09:30 in New York
	s.tickOnce(t.Context())
	s.receive(paidOrder("1001"))
	s.receive(paidOrder("1002"))
	s.at = time.Date(2026, 3, 18, 18, 30, 0, 0, time.UTC) // 14:30: after the cut-off
	s.receive(paidOrder("1003"))
	s.tickOnce(t.Context())
	if n := len(s.dispatches(store.DispatchFilter{})); n != 0 {
		t.Fatalf("%d files before the batch", n)
	}
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC) // 15:00
	s.tickOnce(t.Context())
	s.tickOnce(t.Context())
	rows := s.dispatches(store.DispatchFilter{})
	if len(rows) != 1 || len(rows[0].POs) != 2 {
		t.Fatalf("got %+v", rows)
	}
	records, err := csv.NewReader(strings.NewReader(string(rows[0].Message.Body))).ReadAll()
	if err != nil || len(records) != 3 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	column := slices.Index(records[0], "po_number")
	if records[1][column] != "1001-A" || records[2][column] != "1002-A" {
		t.Errorf("got %v", records)
	}
	s.at = s.at.Add(24 * time.Hour)
	s.tickOnce(t.Context())
	if rows = s.dispatches(store.DispatchFilter{}); len(rows) != 2 || len(rows[1].POs) != 1 {
		t.Fatalf("the next day: %+v", rows)
	}
}

func TestAMissedBatchIsCaughtUpOnce(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	s.receive(paidOrder("1001"))
	s.at = time.Date(2026, 3, 22, 13, 30, 0, 0, time.UTC) // the daemon stood still from Wednesday to Sunday
	s.tickOnce(t.Context())
	s.tickOnce(t.Context())
	if n := len(s.dispatches(store.DispatchFilter{})); n != 1 {
		t.Errorf("%d files, want 1", n)
	}
}

func TestExportForAPortal(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": "name: Prairie\nskus: [{prefix: PS}]\nsend: {by: export}\n"})
	s.receive(paidOrder("1001"))
	if _, err := s.Exported(t.Context(), "prairie", "", "cli"); !errors.Is(err, ErrAction) {
		t.Errorf("confirmed what was never exported: %v", err)
	}
	name, file, numbers, err := s.Export(t.Context(), "prairie")
	if err != nil || !strings.HasSuffix(name, ".csv") || !strings.Contains(string(file), "1001-A") || !slices.Equal(numbers, []string{"1001-A"}) {
		t.Fatalf("%s %q %v %v", name, file, numbers, err)
	}
	s.receive(paidOrder("1002")) // comes while the person uploads
	if numbers, err = s.Exported(t.Context(), "prairie", "", "cli"); err != nil || !slices.Equal(numbers, []string{"1001-A"}) {
		t.Fatalf("%v %v", numbers, err)
	}
	if _, _, numbers, err = s.Export(t.Context(), "prairie"); err != nil || !slices.Equal(numbers, []string{"1002-A"}) {
		t.Errorf("now waiting: %v %v", numbers, err)
	}
}

func TestShip(t *testing.T) {
	for name, c := range map[string]struct {
		request ShipRequest
		wrong   string
		state   order.POState
	}{
		"found from the number":   {ShipRequest{PO: "1001-A", Tracking: []string{"1z 999 aa1 01 2345 6784"}}, "", order.POShipped},
		"a part":                  {ShipRequest{PO: "1001-A", Tracking: []string{ups1}, Lines: []order.LineQuantity{{Line: "PS100", Quantity: 1}}}, "", order.POPartial},
		"too many":                {ShipRequest{PO: "1001-A", Tracking: []string{ups1}, Lines: []order.LineQuantity{{Line: "PS100", Quantity: 3}}}, "more pieces", order.POOpen},
		"unknown line":            {ShipRequest{PO: "1001-A", Tracking: []string{ups1}, Lines: []order.LineQuantity{{Line: "ZZ", Quantity: 1}}}, "no line", order.POOpen},
		"unknown purchase order":  {ShipRequest{PO: "9-A", Tracking: []string{ups1}}, "9-A", order.POOpen},
		"unknown carrier":         {ShipRequest{PO: "1001-A", Tracking: []string{ups1}, Carrier: "pigeon post"}, "carrier", order.POOpen},
		"not a tracking number":   {ShipRequest{PO: "1001-A", Tracking: []string{"soon!"}}, "does not look like", order.POOpen},
		"no number":               {ShipRequest{PO: "1001-A"}, "no tracking number", order.POOpen},
		"carrier named by a word": {ShipRequest{PO: "1001-A", Tracking: []string{"12345678901"}, Carrier: "Fed Ex"}, "", order.POShipped},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			c.request.By = "cli"
			_, err := s.Ship(t.Context(), c.request)
			if (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Fatalf("got %v, want %q", err, c.wrong)
			}
			if got := s.po("1001-A").State(); got != c.state {
				t.Errorf("the purchase order is %s, want %s", got, c.state)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Run("before it was sent", func(t *testing.T) {
		s := newShop(t, nil)
		taken := s.receive(paidOrder("1001"))
		text, err := s.Cancel(t.Context(), taken.OrderID, "cli")
		if err != nil || !strings.Contains(text, "nothing had been sent") {
			t.Fatalf("%q %v", text, err)
		}
		if rows := s.sent("mail:orders"); len(rows) != 0 {
			t.Errorf("a cancelled order was sent: %+v", rows)
		}
		if got := s.po("1001-A").State(); got != order.POCancelled {
			t.Errorf("the purchase order is %s", got)
		}
	})
	t.Run("after it was sent", func(t *testing.T) {
		s := newShop(t, nil)
		taken := s.receive(paidOrder("1001"))
		s.sent("mail:orders")
		if _, err := s.Cancel(t.Context(), taken.OrderID, "cli"); err != nil {
			t.Fatal(err)
		}
		rows := s.sent("mail:orders")
		if len(rows) != 1 || rows[0].Purpose != order.PurposeSupplier || !strings.Contains(string(rows[0].Message.Body), "1001-A") {
			t.Fatalf("the request not to ship: %+v", rows)
		}
		if got := s.po("1001-A"); got.Closed() { // only the supplier knows whether it left
			t.Errorf("the purchase order is %s", got.State())
		}
	})
}

func TestPauseHoldsOverARestart(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	if err := s.Pause(t.Context(), "prairie"); err != nil {
		t.Fatal(err)
	}
	again := &Flow{store: s.store}
	again.world.Store(s.world.Load())
	if err := again.loadPauses(t.Context()); err != nil || !again.paused("prairie") || again.paused("harbor") {
		t.Fatalf("after a restart: %v %v", again.Paused(), err)
	}
	if rows := s.sent("mail:orders"); len(rows) != 0 {
		t.Errorf("sent in spite of the pause: %+v", rows)
	}
	if err, name := s.Pause(t.Context(), "nobody"), (*NameError)(nil); !errors.As(err, &name) {
		t.Errorf("got %v", err)
	}
	if err := s.Resume(t.Context(), "prairie"); err != nil {
		t.Fatal(err)
	}
	if rows := s.sent("mail:orders"); len(rows) != 1 {
		t.Errorf("after resume: %+v", rows)
	}
}

func TestDigestAndAlerts(t *testing.T) {
	s := newShop(t, nil)
	s.tickOnce(t.Context())
	doc := paidOrder("1001")
	doc.ShipTo.Line1 = ""
	s.receive(doc)
	s.at = s.at.Add(2 * time.Minute)
	s.tickOnce(t.Context())
	if n := len(s.dispatches(store.DispatchFilter{Purpose: order.PurposeOperator})); n != 0 {
		t.Errorf("%d mails about something that waits for the digest", n)
	}
	s.at = time.Date(2026, 3, 19, 13, 0, 1, 0, time.UTC) // 08:00 in Chicago
	s.tickOnce(t.Context())
	s.tickOnce(t.Context())
	mails := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOperator})
	if len(mails) != 1 || !strings.Contains(string(mails[0].Message.Body), "1 order needs your attention today") {
		t.Fatalf("the digest: %d mails\n%s", len(mails), mails[0].Message.Body)
	}
	s.receive(paidOrder("1002"))
	s.mail(fromPrairie, "1002-A", "", "Sorry, order 1002-A is out of stock and cannot be delivered.\r\n")
	s.at = s.at.Add(2 * time.Minute)
	s.tickOnce(t.Context())
	s.tickOnce(t.Context())
	if mails = s.dispatches(store.DispatchFilter{Purpose: order.PurposeOperator}); len(mails) != 2 || mails[1].Message.To[0] != "owner@lantern-lane.example" {
		t.Errorf("the alert: %d mails", len(mails))
	}
}

func TestTrackingFile(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "    tracking_csv: {path: STATE/tracking, schedule: \"*/15 * * * *\"}\n", 1)})
	s.tickOnce(t.Context())
	s.sentOut("1001")
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	s.at = s.at.Add(20 * time.Minute)
	s.tickOnce(t.Context())
	s.tickOnce(t.Context())
	s.at = s.at.Add(20 * time.Minute) // nothing new
	s.tickOnce(t.Context())
	rows := s.dispatches(store.DispatchFilter{Lane: "csv:shop"})
	if len(rows) != 1 {
		t.Fatalf("%d files, want 1", len(rows))
	}
	records, err := csv.NewReader(strings.NewReader(string(rows[0].Message.Body))).ReadAll()
	if err != nil || len(records) != 2 || !slices.Contains(records[1], ups1) || !slices.Contains(records[1], "1001") {
		t.Errorf("%v %v", records, err)
	}
}

// What a reader of the file adds up is what was shipped, in however many parcels and parts.
func TestATrackingFileCountsEachPieceOnce(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "    tracking_csv: {path: STATE/tracking, schedule: \"*/15 * * * *\"}\n", 1)})
	s.tickOnce(t.Context())
	doc := paidOrder("1001")
	doc.Lines[0].Quantity = 5
	s.receive(doc)
	s.sent("mail:orders")
	for _, r := range []ShipRequest{
		{Tracking: []string{"1Z999AA10123456784", "1Z12345E0205271688"}, Lines: []order.LineQuantity{{Line: "1001-1", Quantity: 3}}},
		{Tracking: []string{"1Z12345E6605272234"}}, // the rest, in the same moment
	} {
		r.PO, r.By = "1001-A", "cli"
		if _, err := s.Ship(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	s.at = s.at.Add(time.Hour)
	s.tickOnce(t.Context())
	rows := s.dispatches(store.DispatchFilter{Lane: "csv:shop"})
	if len(rows) != 1 {
		t.Fatalf("%d files", len(rows))
	}
	table, err := csv.NewReader(bytes.NewReader(rows[0].Message.Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(table[0], "quantity")
	var pieces []string
	for _, row := range table[1:] {
		pieces = append(pieces, row[at])
	}
	if !slices.Equal(pieces, []string{"3", "0", "2"}) {
		t.Errorf("pieces %v\n%s", pieces, rows[0].Message.Body)
	}
}

func TestOrderFolder(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "    folder: {path: STATE/orders}\n", 1)})
	file := "number,id,paid_at,ship_name,ship_line1,ship_city,ship_postcode,ship_country,sku,quantity\n" +
		"1001,1,2026-03-18T10:00:00Z,Ada,12 Maple Street,Springfield,62704,US,PS1,1\n,,,,,,,,PS2,2\n1002,2,2026-03-18T10:00:00Z,Bo,1 Elm,Springfield,62704,US,PS1,many\n"
	s.item(transports.Item{Source: "orders:shop", Key: "o.csv|1|a", Name: "o.csv", Raw: []byte(file), Size: int64(len(file))})
	if po := s.po("1001-A"); len(po.Lines) != 2 || po.Lines[1].Ordered != 2 {
		t.Errorf("got %+v", po)
	}
	s.wantDesk("bad_order_file")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || !strings.Contains(strings.Join(views[0].Reasons, " "), `line 4: quantity: is "many"`) {
		t.Errorf("%v %v", views, err)
	}
}

// scripted is a sender that gives one answer after another.
type scripted struct{ verdicts []error }

func (s *scripted) Send(ctx context.Context, _ transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	err := s.verdicts[0]
	s.verdicts = s.verdicts[1:]
	if v := transports.VerdictOf(err); v == transports.Sent || v == transports.Unsure {
		if err := mark(ctx); err != nil {
			return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
		}
	}
	return transports.Receipt{Answer: "ok"}, err
}

func TestVerdicts(t *testing.T) {
	broken := errors.New("it broke")
	later := &transports.Error{Verdict: transports.Later, Op: "rcpt", Err: broken}
	for name, c := range map[string]struct {
		verdicts []error
		state    order.DispatchState
		desk     []string
	}{
		"sent":                      {[]error{nil}, order.DispatchSent, nil},
		"later, then sent":          {[]error{later, later, nil}, order.DispatchSent, nil},
		"never":                     {[]error{&transports.Error{Verdict: transports.Never, Op: "rcpt", Err: broken}}, order.DispatchFailed, []string{"send_failed"}},
		"unsure":                    {[]error{&transports.Error{Verdict: transports.Unsure, Op: "dot", Err: broken}}, order.DispatchUnsure, []string{"send_unsure"}},
		"an error nobody has named": {[]error{broken}, order.DispatchUnsure, []string{"send_unsure"}},
		"a wrong password fails no message": {[]error{&transports.Error{Verdict: transports.Never, Op: "auth", Scope: "account", Err: broken}, nil},
			order.DispatchSent, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newShop(t, nil)
				s.Flow.now = time.Now
				s.receive(paidOrder("1001"))
				sender := &scripted{c.verdicts}
				l := &lane{name: "mail:orders", title: "mail", sender: sender, workers: 1}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() { defer close(ended); s.laneLoop(ctx, s.world.Load(), l) }()
				time.Sleep(2 * time.Hour) // of the bubble's clock
				stop()
				<-ended
				if rows := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder}); rows[0].State != c.state {
					t.Errorf("the dispatch is %s (%s), want %s", rows[0].State, rows[0].Answer, c.state)
				}
				if len(sender.verdicts) != 0 {
					t.Errorf("%d attempts were not made", len(sender.verdicts))
				}
				s.wantDesk(c.desk...)
			})
		})
	}
}

// lockedOut sends, and has another program lock the books before the verdict is written.
type lockedOut struct {
	scripted
	t    *testing.T
	path string
}

func (l *lockedOut) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	receipt, err := l.scripted.Send(ctx, m, mark)
	db, openErr := sql.Open("sqlite", "file:"+l.path)
	if openErr != nil {
		l.t.Fatal(openErr)
	}
	conn, openErr := db.Conn(ctx)
	if openErr == nil {
		_, openErr = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	}
	if openErr != nil {
		l.t.Fatal(openErr)
	}
	time.AfterFunc(11*time.Second, func() { _, _ = conn.Close(), db.Close() }) // longer than one write waits, and its second try
	return receipt, err
}

func TestAVerdictIsWrittenWhenTheBooksAreFreeAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, lease, func(string) bool { return true })
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	sender := &lockedOut{scripted{[]error{nil}}, t, s.address}
	s.send(t.Context(), s.world.Load(), &lane{name: "mail:orders", sender: sender, workers: 1}, rows[0])
	if got := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder}); got[0].State != order.DispatchSent {
		t.Errorf("the dispatch is %s", got[0].State)
	}
	s.wantDesk()
}

func TestABadReloadKeepsTheOldConfiguration(t *testing.T) {
	s := newShop(t, nil)
	old := s.Config()
	bad := *old
	bad.Suppliers = map[string]config.Supplier{"x": {Slug: "x", Name: "X", Send: config.Send{By: "sftp"}, File: filepath.Join(s.dir, "suppliers", "x.yaml")}}
	if err := s.Reload(&bad); err == nil || s.Config() != old {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "suppliers", "new.yaml"), []byte("name: New\nemail: [post@new.example]\nskus: [NEW1]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good, err := config.Load(old.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(good); err != nil || s.Config() != good {
		t.Errorf("got %v", err)
	}
}

func TestAnOrderThatIsCancelledWhileItWaitsIsNotSent(t *testing.T) {
	s := newShop(t, nil)
	taken := s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if _, err := s.Cancel(t.Context(), taken.OrderID, "cli"); err != nil {
		t.Fatal(err)
	}
	s.send(t.Context(), s.world.Load(), &lane{name: "mail:orders", sender: &scripted{}}, rows[0])
	if got := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder}); got[0].State != order.DispatchFailed {
		t.Errorf("the dispatch is %s", got[0].State)
	}
	s.wantDesk()
}

func TestWorkForAnAccountThatIsGoneIsTold(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	w := *s.world.Load()
	w.lanes = map[string]*lane{}
	for range 3 {
		if err := s.orphans(t.Context(), &w); err != nil {
			t.Fatal(err)
		}
	}
	s.wantDesk("send_stuck")
}
