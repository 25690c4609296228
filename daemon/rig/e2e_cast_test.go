package rig

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/jhillyerd/enmime/v2"
)

// The suppliers: each answers in one of the ways that shops know.

// prairie answers in the thread, above the quoted order.
func prairie() *supplier {
	return &supplier{slug: "prairie-supply", name: "Prairie Supply", address: "post@prairie-supply.example", prefix: "PS", mailbox: true,
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			for _, j := range jobs {
				number := w.tracking()
				w.shipped(j.order, number, j.lines)
				w.mail(letter{from: s.address, to: j.replyTo, subject: "Re: " + j.subject, header: "In-Reply-To: " + j.messageID + "\nReferences: " + j.messageID + "\n",
					body: "Hello,\n\nthis went out today with UPS, tracking number " + number + ".\n\nBest regards\nPrairie Supply\n\nOn Tuesday, Lantern Lane wrote:\n" + quoted(plainText(w.t, j.raw)) + "\n"})
			}
		}}
}

// harbor writes a new mail with the number and nothing else.
func harbor() *supplier {
	return &supplier{slug: "harbor-goods", name: "Harbor Goods", address: "shipping@harbor-goods.example", prefix: "HG", mailbox: true,
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			for _, j := range jobs {
				number := w.tracking()
				w.shipped(j.order, number, j.lines)
				w.mail(letter{from: s.address, subject: "Your order " + j.po + " has shipped", body: "Dear customer,\n\nyour order " + j.po + " has shipped.\nUPS tracking number: " + number + "\n"})
			}
		}}
}

// tallgrass gets a workbook with each order and sends a table for all that came since the last look.
func tallgrass() *supplier {
	return &supplier{slug: "tallgrass", name: "Tallgrass Trading", address: "dispatch@tallgrass.example", prefix: "TG", mailbox: true,
		settings: "send: {attach: xlsx, file: {format: xlsx}}\n",
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			table := w.shipmentTable(jobs)
			w.mail(letter{from: s.address, subject: "Shipments today", header: "Content-Type: multipart/mixed; boundary=cut\n",
				body: "--cut\nContent-Type: text/plain; charset=utf-8\n\nPlease see the attached list.\n\n--cut\nContent-Type: text/csv; charset=utf-8; name=\"shipments.csv\"\nContent-Disposition: attachment; filename=\"shipments.csv\"\nContent-Transfer-Encoding: base64\n\n" +
					base64.StdEncoding.EncodeToString([]byte(table)) + "\n--cut--\n"})
		}}
}

// nordlicht has nothing left.
func nordlicht() *supplier {
	return &supplier{slug: "nordlicht", name: "Nordlicht Versand", address: "versand@nordlicht.example", prefix: "NL", mailbox: true,
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			for _, j := range jobs {
				w.mail(letter{from: s.address, to: j.replyTo, subject: "Re: " + j.subject, header: "In-Reply-To: " + j.messageID + "\n",
					body: "Hello,\n\nunfortunately " + j.lines[0].sku + " is out of stock and will not be available again. We cannot ship this order.\n\nRegards\n"})
			}
		}}
}

// gone has no such mailbox any more: the MTA takes the mail and sends it back.
func gone() *supplier {
	return &supplier{slug: "gone-goods", name: "Gone Goods", address: "sales@gone-goods.example", prefix: "GG"}
}

// firm is refused by the server before the mail is taken.
func firm() *supplier {
	return &supplier{slug: "firm-foods", name: "Firm Foods", address: "desk@firm-foods.example", prefix: "FF"}
}

// quarry gets CSV files by SFTP and leaves a table with what it shipped.
func quarry() *supplier {
	return &supplier{slug: "quarry-tools", name: "Quarry Tools", prefix: "QT", files: true,
		settings: "send: {by: sftp, path: in, sftp: $SFTP}\nreceive: {path: out, archive: archive, done: .done, poll: 1s, sftp: {}}\n",
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			w.drop(fmt.Sprintf("shipped-%s.csv", jobs[0].po), w.shipmentTable(jobs))
		}}
}

// tidewater wants all orders of a while in one mail.
func tidewater() *supplier {
	return &supplier{slug: "tidewater", name: "Tidewater Crafts", address: "orders@tidewater.example", prefix: "TW", mailbox: true,
		settings: "send: {batch: \"* * * * *\"}\n",
		answer: func(w *realWorld, s *supplier, jobs []*job) {
			for _, j := range jobs {
				number := w.tracking()
				w.shipped(j.order, number, j.lines)
				w.mail(letter{from: s.address, subject: "Shipping confirmation " + j.po, body: "PO " + j.po + "\nUPS " + number + "\n"})
			}
		}}
}

// kettle has a portal; a person uploads the file there and reads the tracking off it.
func kettle() *supplier {
	return &supplier{slug: "cask-kettle", name: "Cask & Kettle", prefix: "CK", settings: "send: {by: export}\n"}
}

// shipmentTable ships all lines of the jobs and lists them.
func (w *realWorld) shipmentTable(jobs []*job) string {
	var b strings.Builder
	b.WriteString("PO Number,SKU,Qty,Carrier,Tracking Number\n")
	for _, j := range jobs {
		number := w.tracking()
		w.shipped(j.order, number, j.lines)
		for _, l := range j.lines {
			fmt.Fprintf(&b, "%s,%s,%d,UPS,%s\n", j.po, l.sku, l.quantity, number)
		}
	}
	return b.String()
}

// plainText is the text part of a mail.
func plainText(t testing.TB, raw []byte) string {
	t.Helper()
	e, err := enmime.ReadEnvelope(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatalf("read a mail: %v", err)
	}
	return e.Text
}

// decoded is the text of a mail and of what is attached to it.
func decoded(t testing.TB, raw []byte) string {
	t.Helper()
	e, err := enmime.ReadEnvelope(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatalf("read a mail: %v", err)
	}
	text := e.Text
	for _, a := range e.Attachments {
		text += "\n" + string(a.Content)
	}
	return text
}
