package rig

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
	"github.com/xuri/excelize/v2"

	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// TestDay lives through a shop's day beside the plain loop: orders by file and folder, orders that were sent by hand, pauses, repeats, a
// portal, batches, a workbook, the customer's mail, the tracking file and the digest.
func TestDay(t *testing.T) {
	t.Parallel()
	day(t, "")
}

// TestDayPostgres is the same with the books in PostgreSQL.
func TestDayPostgres(t *testing.T) {
	t.Parallel()
	day(t, transporttest.StartPostgres(t).NewDatabase(t))
}

func day(t *testing.T, dsn string) {
	w := openWorld(t, worldOptions{seed: 2, dsn: dsn,
		suppliers: []*supplier{prairie(), harbor(), tallgrass(), tidewater(), kettle(), cedar()},
		channel:   "    customer_mail: true\n    folder: {path: $DIR/orders-in, poll: 1s}\n    tracking_csv: {path: $DIR/tracking}\n"})
	for _, folder := range []string{"orders-in", "tracking", "cedar-in", "cedar-out"} {
		if err := os.MkdirAll(w.path(folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.daemon.start()
	w.gathered()
	w.ordersByFile()
	w.pausedAndPreviewed()
	w.sentByHand()
	w.sentAgain()
	w.portal()
	w.live("the answers of the morning", func() bool { return w.complete(9) })
	w.customerMail("4001")
	w.workbook(w.supplier("tallgrass"))
	w.nextMorning(dsn)
	w.inOneMail()
	w.sameAsTruth()
	if out := w.daemon.do("verify"); out != "The books are in order.\n" {
		t.Errorf("verify: %s", out)
	}
}

// cedar works with a folder on this machine.
func cedar() *supplier {
	return &supplier{slug: "cedar-works", name: "Cedar Works", prefix: "CW",
		settings: "send: {by: folder, path: $DIR/cedar-in}\nreceive: {path: $DIR/cedar-out, done: .done, poll: 1s}\n"}
}

func (w *realWorld) supplier(slug string) *supplier {
	return w.suppliers[slices.IndexFunc(w.suppliers, func(s *supplier) bool { return s.slug == slug })]
}

// ordersByFile imports a CSV and JSON lines, and leaves a file in the watched folder; one goes out by a folder and is answered there.
func (w *realWorld) ordersByFile() {
	w.t.Helper()
	w.write("morning.jsonl", w.order("4001", orderLine{"PS-1", 2})+"\n"+w.order("4002", orderLine{"TG-1", 1}, orderLine{"TG-2", 3})+"\n")
	contains(w.t, "import of JSON lines", w.daemon.do("orders", "import", w.path("morning.jsonl")), "2 new, 0 known")
	contains(w.t, "import of the same file", w.daemon.do("orders", "import", w.path("morning.jsonl")), "0 new, 2 known")
	w.lines["4003"] = []orderLine{{"HG-1", 1}, {"HG-2", 2}}
	w.write("morning.csv", `number,id,placed_at,paid_at,currency,total,customer_name,customer_email,ship_name,ship_line1,ship_city,ship_postcode,ship_country,line_id,sku,title,quantity,unit_price
4003,id-4003,2025-08-26T17:12:00Z,2025-08-26T17:15:00Z,USD,13.50,Ada,`+buyerAddress+`,Ada Example,3 Test Street,Springfield,62704,US,1,HG-1,Bucket,1,4.50
,,,,,,,,,,,,,2,HG-2,"Brush, large",2,4.50
`)
	contains(w.t, "import of a CSV", w.daemon.do("orders", "import", w.path("morning.csv")), "1 new, 0 known")
	w.write("orders-in/evening.jsonl.part", w.order("4004", orderLine{"CW-1", 1})+"\n{\"number\":\"4005\"}\n")
	if err := os.Rename(w.path("orders-in/evening.jsonl.part"), w.path("orders-in/evening.jsonl")); err != nil {
		w.t.Fatal(err)
	}
	w.live("the order of the folder to be in Cedar's", func() bool { return exists(w.path("cedar-in/po_4004-A.csv")) })
	w.live("the file of the watched folder to go to its archive", func() bool {
		found, err := filepath.Glob(w.path("orders-in/done/evening*.jsonl"))
		return err == nil && len(found) == 1 && !exists(w.path("orders-in/evening.jsonl"))
	})
	contains(w.t, "a bad order in the folder", w.daemon.do("desk", "list"), "A file with orders could not be taken: evening.jsonl")
	number := w.tracking()
	w.shipped("4004", number, []orderLine{{"CW-1", 1}})
	w.write("cedar-out/shipped.csv", "Order,SKU,Qty,Tracking\n4004-A,CW-1,1,"+number+"\n")
	w.write("cedar-out/shipped.csv.done", "")
}

// pausedAndPreviewed holds that nothing goes to a paused supplier, that the others go on, and that what was previewed is what goes.
func (w *realWorld) pausedAndPreviewed() {
	w.t.Helper()
	s := w.supplier("prairie-supply")
	w.live("the first order mail", func() bool { return len(s.jobs) == 1 })
	w.daemon.do("pause", "prairie-supply")
	w.post(w.order("4006", orderLine{"PS-1", 1}), 201)
	w.post(w.order("4007", orderLine{"HG-1", 1}), 201)
	w.live("the order of another supplier", func() bool { return len(w.supplier("harbor-goods").jobs) == 2 })
	if s.got["4006-A"] > 0 {
		w.t.Error("a paused supplier got an order")
	}
	contains(w.t, "the list of suppliers", w.daemon.do("suppliers", "list"), "paused")
	preview := w.daemon.do("dispatch", "preview", "4006-A")
	w.daemon.do("resume", "prairie-supply")
	w.live("the order after the pause", func() bool { return s.got["4006-A"] == 1 })
	raw := s.jobs[len(s.jobs)-1].raw
	if !bytes.HasSuffix(raw, []byte(preview)) {
		w.t.Errorf("what arrived is not what was previewed:\n%s\n---\n%s", raw, preview)
	}
}

// sentByHand takes over an order that was forwarded before there was a waybill: nothing is sent, its tracking is told all the same.
func (w *realWorld) sentByHand() {
	w.t.Helper()
	s := w.supplier("harbor-goods")
	before := len(s.jobs)
	w.write("old.jsonl", w.order("3999", orderLine{"HG-1", 1})+"\n")
	contains(w.t, "import of what was sent already", w.daemon.do("orders", "import", "--already-sent", w.path("old.jsonl")), "1 new")
	number := w.tracking()
	w.shipped("3999", number, w.lines["3999"])
	w.mail(letter{from: s.address, subject: "Order 3999 is on its way", body: "Tracking: " + number + " (UPS)\n"})
	w.live("tracking of an order that was sent by hand", func() bool { return w.channel.told()["3999"] != nil })
	if len(s.jobs) != before {
		w.t.Error("an order that was sent by hand was sent again")
	}
}

// sentAgain holds that a repeat keeps the number and the Message-ID and says that it is one, and that what has shipped is not repeated.
func (w *realWorld) sentAgain() {
	w.t.Helper()
	s := w.supplier("prairie-supply")
	w.live("the first answer", func() bool { return w.channel.told()["4001"] != nil })
	if r := w.daemon.try("dispatch", "resend", "4001-A", "--yes"); r.code != 1 || !strings.Contains(r.errs, "nothing in it is open any more") {
		w.t.Errorf("repeating what has shipped: exit %d %s", r.code, r.errs)
	}
	answer := s.answer
	s.answer = nil // they have not looked yet
	w.post(w.order("4009", orderLine{"PS-9", 1}), 201)
	w.live("an order that nobody answers", func() bool { return s.got["4009-A"] == 1 })
	first := s.jobs[len(s.jobs)-1]
	w.live("its verdict", func() bool { return strings.Contains(w.daemon.do("orders", "show", "4009"), "to Prairie Supply: sent") })
	w.daemon.do("dispatch", "resend", "4009-A", "--yes")
	w.live("the repeat", func() bool { return s.got["4009-A"] == 2 })
	s.answer = answer
	s.answer(w, s, []*job{first})
	mails := w.dovecot.Messages(s.address, "INBOX")
	again, err := enmime.ReadEnvelope(bytes.NewReader(mails[len(mails)-1].Raw))
	if err != nil {
		w.t.Fatal(err)
	}
	if id := again.GetHeader("Message-ID"); id != first.messageID || !strings.HasPrefix(again.GetHeader("Subject"), "Repeat of purchase order 4009-A") {
		w.t.Errorf("a repeat: Message-ID %s, subject %q; first: %s, %q", id, again.GetHeader("Subject"), first.messageID, first.subject)
	}
}

// portal exports what waits, confirms the upload, and notes what the portal shows.
func (w *realWorld) portal() {
	w.t.Helper()
	w.post(w.order("4008", orderLine{"CK-1", 2}), 201)
	contains(w.t, "an export", w.daemon.do("dispatch", "export", "cask-kettle", "-o", w.path("portal.csv")), "holds 1 purchase orders: 4008-A")
	rows, err := csv.NewReader(strings.NewReader(w.read("portal.csv"))).ReadAll()
	if err != nil || len(rows) != 2 || !slices.Contains(rows[1], "4008-A") || !slices.Contains(rows[1], "CK-1") {
		w.t.Errorf("the portal's file: %v %v", rows, err)
	}
	contains(w.t, "the confirmation", w.daemon.do("dispatch", "export", "cask-kettle", "--done"), "4008-A")
	part, rest := w.tracking(), w.tracking()
	w.shipped("4008", part, []orderLine{{"CK-1", 1}})
	w.shipped("4008", rest, []orderLine{{"CK-1", 1}})
	contains(w.t, "a part by phone", w.daemon.do("ship", "4008-A", part, "--line", "CK-1=1"), part)
	w.write("seen.csv", "po,tracking\n4008-A,"+rest+"\n")
	contains(w.t, "the rest from the portal", w.daemon.do("ship", "--file", w.path("seen.csv")), "is shipped")
	if r := w.daemon.try("ship", "4007-A", rest); r.code != 1 || !strings.Contains(r.errs, "already sits on purchase order 4008-A") {
		w.t.Errorf("a number of another order: exit %d %s", r.code, r.errs)
	}
}

// workbook holds that a supplier who wants XLSX got one with the order in it.
func (w *realWorld) workbook(s *supplier) {
	w.t.Helper()
	e, err := enmime.ReadEnvelope(bytes.NewReader(s.jobs[0].raw))
	if err != nil || len(e.Attachments) != 1 {
		w.t.Fatalf("an order with a workbook: %d attachments, %v", len(e.Attachments), err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(e.Attachments[0].Content))
	if err != nil {
		w.t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 3 || !slices.Contains(rows[1], "4002-A") || !slices.Contains(rows[2], "TG-2") {
		w.t.Errorf("the workbook: %v %v", rows, err)
	}
}

// customerMail holds that the customer got one shipping mail for an order, and that mail programs find the parcel in it.
func (w *realWorld) customerMail(order string) {
	w.t.Helper()
	var found []string
	w.live("the customer's mail", func() bool {
		found = nil
		for _, m := range w.dovecot.Messages(buyerAddress, "INBOX") {
			if e, err := enmime.ReadEnvelope(bytes.NewReader(m.Raw)); err == nil && strings.Contains(e.GetHeader("Subject"), order) {
				found = append(found, e.HTML)
			}
		}
		return len(found) > 0
	})
	if len(found) != 1 {
		w.t.Fatalf("the customer got %d mails about order %s", len(found), order)
	}
	script := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(found[0])
	if script == nil {
		w.t.Fatalf("the customer's mail has no markup:\n%s", found[0])
	}
	var parcel struct {
		Type           string `json:"@type"`
		TrackingNumber string `json:"trackingNumber"`
	}
	raw := strings.Trim(strings.TrimSpace(script[1]), "[]")
	if err := json.Unmarshal([]byte(raw), &parcel); err != nil || parcel.Type != "ParcelDelivery" || w.truth[order].tracking[parcel.TrackingNumber] == "" {
		w.t.Errorf("the markup of the customer's mail: %+v %v\n%s", parcel, err, raw)
	}
}

// gathered posts two orders for a supplier whose orders are gathered until the next full minute.
func (w *realWorld) gathered() {
	w.t.Helper()
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < 2*time.Second {
		time.Sleep(left) // so that both are of one minute
	}
	w.post(w.order("4010", orderLine{"TW-1", 1}), 201)
	w.post(w.order("4011", orderLine{"TW-2", 2}), 201)
}

// inOneMail holds that what was gathered came in one mail, and that each order in it is answered.
func (w *realWorld) inOneMail() {
	w.t.Helper()
	s := w.supplier("tidewater")
	w.liveSince(time.Now().Truncate(time.Minute).Add(time.Minute), "the gathered orders and their answers", func() bool { return w.complete(11) })
	if n := w.dovecot.Count(s.address, "INBOX"); n != 1 {
		w.t.Errorf("two gathered orders came in %d mails", n)
	}
}

// nextMorning turns the schedules back by a day, as if the daemon had stood still over night, and starts it again: the tracking file and the
// digest are caught up, once.
func (w *realWorld) nextMorning(dsn string) {
	w.t.Helper()
	w.post(w.order("4012", orderLine{"ZZ-1", 1}), 201) // nobody ships it: for the digest
	w.daemon.stop()
	w.turnBack(dsn, "tracking_csv:shop", "digest:08:00")
	w.daemon.start()
	w.live("the tracking file", func() bool { return len(w.trackingFile()) > 0 })
	for _, number := range []string{"4001", "4002", "4004", "4008"} {
		for tracking := range w.truth[number].tracking {
			if !slices.ContainsFunc(w.trackingFile(), func(row []string) bool { return slices.Contains(row, number) && slices.Contains(row, tracking) }) {
				w.t.Errorf("the tracking file lacks %s of order %s", tracking, number)
			}
		}
	}
	w.live("the digest", func() bool { return w.dovecot.Count(ownerAddress, "INBOX") > 0 })
	var subjects []string
	for _, m := range w.dovecot.Messages(ownerAddress, "INBOX") {
		e, err := enmime.ReadEnvelope(bytes.NewReader(m.Raw))
		if err != nil {
			w.t.Fatal(err)
		}
		subjects = append(subjects, e.GetHeader("Subject"))
		if strings.Contains(e.GetHeader("Subject"), "your attention today") {
			contains(w.t, "the digest", e.Text, "No supplier takes a line of order 4012")
			return
		}
	}
	w.t.Errorf("the owner got no digest, but %q", subjects)
}

// trackingFile gives the rows of the channel's tracking files.
func (w *realWorld) trackingFile() (rows [][]string) {
	w.t.Helper()
	names, err := filepath.Glob(w.path("tracking/*.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			w.t.Fatal(err)
		}
		more, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil {
			w.t.Fatalf("%s: %v\n%s", name, err, raw)
		}
		rows = append(rows, more...)
	}
	return rows
}

// turnBack says of schedules that they last ran a day ago.
func (w *realWorld) turnBack(dsn string, schedules ...string) {
	w.t.Helper()
	o := store.Options{Path: w.path("state/waybill.db")}
	if dsn != "" {
		o = store.Options{DSN: dsn}
	}
	books, err := store.Open(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	defer books.Close()
	raw, err := json.Marshal(time.Now().Add(-25 * time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	err = books.Write(w.t.Context(), func(tx *store.Tx) error {
		for _, key := range schedules {
			if _, known, err := tx.Setting(key); err != nil || !known {
				return fmt.Errorf("the schedule %s has not begun: %w", key, err)
			}
			if err := tx.SetSetting(key, raw); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
