package demo

import (
	"fmt"
	"html"
	"strings"
	"time"

	"waybill/daemon/order"
)

// cast are the suppliers of the practice world, each with a way of answering that shops know.
func cast() []*supplier {
	return []*supplier{
		{slug: "prairie-supply", name: "Prairie Supply", domain: "prairie-supply.example", prefix: "PS", share: 15, carrier: "ups", answer: replyAbove},
		{slug: "harbor-goods", name: "Harbor Goods", domain: "harbor-goods.example", prefix: "HG", share: 10, carrier: "ups", answer: replyBare},
		{slug: "nordlicht", name: "Nordlicht Versand", domain: "nordlicht.example", prefix: "NL", share: 11, carrier: "dhl-germany", answer: germanNotice},
		{slug: "cask-kettle", name: "Cask & Kettle", domain: "cask-kettle.example", prefix: "CK", share: 10, carrier: "royal-mail", answer: htmlTable},
		{slug: "tallgrass", name: "Tallgrass Trading", domain: "tallgrass.example", prefix: "TG", share: 12, carrier: "ups", gather: 6},
		{slug: "quarry-tools", name: "Quarry Tools", domain: "quarry-tools.example", prefix: "QT", share: 14, carrier: "ups", files: true, gather: 7},
		{slug: "juniper-home", name: "Juniper Home", domain: "juniper-home.example", prefix: "JH", share: 8, carrier: "ups", answer: ownNumber},
		{slug: "lakeside-linen", name: "Lakeside Linen", domain: "lakeside-linen.example", prefix: "LL", share: 8, carrier: "royal-mail", answer: nameOnly},
		{slug: "maple-parts", name: "Maple Parts", domain: "maple-parts.example", prefix: "MP", share: 6, carrier: "ups", answer: inTwoParts},
		{slug: "ember-lights", name: "Ember Lights", domain: "ember-lights.example", prefix: "EL", share: 6, carrier: "ups", answer: awayFirst},
	}
}

func (w *World) answerTogether(s *supplier, jobs []*job) {
	if s.files {
		dropReport(w, s, jobs)
	} else {
		attachedReport(w, s, jobs)
	}
}

// quoteOriginal is what mail programs put under an answer.
func quoteOriginal(j *job) string {
	return fmt.Sprintf("\nOn Tue, Lantern Lane <%s> wrote:\n> %s\n> Please answer this mail with the tracking number.\n> Reference: %s (please keep it in your answer)\n", shopAddress, j.subject, j.key)
}

// replyAbove answers above the quoted order, to the address with our key. Two of them are out of stock, and one asks.
func replyAbove(w *World, s *supplier, j *job) {
	l := letter{s: s, to: j.replyTo, subject: "Re: " + j.subject, inReplyTo: j.messageID, settles: true}
	switch j.turn {
	case 4, 11:
		w.happened(j, "out_of_stock")
		l.body = "Hi,\n\nsorry, the item is out of stock and we don't expect any more this season.\n\nKind regards\nPrairie Supply\n" + quoteOriginal(j)
		l.settles = false
	case 7:
		w.happened(j, "question")
		l.body = "Hello,\n\nwhich color would the customer like, red or green? Please let us know so that we can pack it.\n\nThanks\nPrairie Supply\n" + quoteOriginal(j)
		l.settles = false
	default:
		number := j.tracking(s.carrier)
		w.shipped(j, number, j.lines)
		l.body = fmt.Sprintf("Hi,\n\nshipped today with UPS, tracking number %s.\n\nKind regards\nPrairie Supply\n%s", number, quoteOriginal(j))
	}
	w.send(l)
}

// replyBare answers in the thread, to the shop's own address, and deletes what was quoted. One order's address bounces.
func replyBare(w *World, s *supplier, j *job) {
	if j.turn == 3 {
		w.happened(j, "bounce")
		bounce(w, s, j)
		return
	}
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	w.send(letter{s: s, to: shopAddress, subject: "Your order", inReplyTo: j.messageID, settles: true,
		body: fmt.Sprintf("On its way: UPS %s\n\nHarbor Goods\n", spaced(number))})
}

// bounce is the provider's report that the mail did not arrive (RFC 3464).
func bounce(w *World, s *supplier, j *job) {
	boundary := "b" + w.hex(8)
	w.mail.deliver(fmt.Sprintf(`Return-Path: <>
Delivered-To: %[1]s
Date: %[2]s
From: Mail Delivery System <MAILER-DAEMON@mail.lantern-lane.example>
To: <%[3]s>
Subject: Undelivered Mail Returned to Sender
Message-ID: <%[4]s@mail.lantern-lane.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="%[5]s"

--%[5]s
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
<post@%[6]s>: host mx.%[6]s said: 550 5.1.1 User unknown

--%[5]s
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.lantern-lane.example

Final-Recipient: rfc822; post@%[6]s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--%[5]s
Content-Type: text/rfc822-headers

From: <%[1]s>
To: <post@%[6]s>
Subject: %[7]s
Message-ID: %[8]s

--%[5]s--
`, shopAddress, w.now().Format(time.RFC1123Z), j.from, w.hex(10), boundary, s.domain, j.subject, j.messageID))
	w.note(false, false)
}

func germanNotice(w *World, s *supplier, j *job) {
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	w.send(letter{s: s, to: shopAddress, subject: "Versandbestätigung zu Ihrer Bestellung " + j.number, settles: true, keyless: true,
		body: fmt.Sprintf("Guten Tag,\n\nIhre Bestellung %s wurde heute versendet.\n\nPaketdienst: DHL\nSendungsnummer: %s\n\nMit freundlichen Grüßen\nNordlicht Versand\n", j.number, number)})
}

func htmlTable(w *World, s *supplier, j *job) {
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	var rows strings.Builder
	for _, l := range j.lines {
		fmt.Fprintf(&rows, "<tr><td>%s</td><td>%s</td><td>%d</td></tr>", html.EscapeString(l.SKU), html.EscapeString(l.Title), l.Quantity)
	}
	w.send(letter{s: s, to: shopAddress, subject: "Dispatched: " + j.number, contentType: "text/html; charset=utf-8", settles: true, keyless: true,
		body: fmt.Sprintf(`<html><body><p>Hello,</p><p>your order <b>%s</b> has been dispatched with Royal Mail.</p>
<table border="1"><tr><th>SKU</th><th>Item</th><th>Quantity</th></tr>%s</table>
<p>Track it here: <a href="https://www.royalmail.com/track-your-item#/tracking-results/%s">%s</a></p><p>Cask &amp; Kettle</p></body></html>`, j.number, rows.String(), number, number)})
}

// attachedReport is one mail with a CSV for several orders.
func attachedReport(w *World, s *supplier, jobs []*job) {
	var rows strings.Builder
	rows.WriteString("Order No;Ship Date;Carrier;Tracking No;Pcs\r\n")
	for _, j := range jobs {
		number := j.tracking(s.carrier)
		w.shipped(j, number, j.lines)
		fmt.Fprintf(&rows, "%s;%s;UPS;%s;%d\r\n", j.number, w.now().Format("2006-01-02"), number, pieces(j.lines))
	}
	boundary := "b" + w.hex(8)
	w.countMore(len(jobs)-1, true)
	w.send(letter{s: s, to: shopAddress, subject: "Shipping report", contentType: `multipart/mixed; boundary="` + boundary + `"`, settles: true, keyless: true,
		body: fmt.Sprintf("--%[1]s\nContent-Type: text/plain; charset=utf-8\n\nPlease find today's shipments attached.\n\nTallgrass Trading\n\n--%[1]s\nContent-Type: text/csv; name=\"shipments.csv\"\nContent-Disposition: attachment; filename=\"shipments.csv\"\n\n%[2]s\n--%[1]s--\n", boundary, rows.String())})
}

// dropReport is a CSV on the SFTP server, with the key that our file brought them.
func dropReport(w *World, s *supplier, jobs []*job) {
	var rows strings.Builder
	rows.WriteString("reference,waybill_key,status,carrier,tracking_number\n")
	for _, j := range jobs {
		number := j.tracking(s.carrier)
		w.shipped(j, number, j.lines)
		fmt.Fprintf(&rows, "%s,%s,shipped,UPS,%s\n", j.number, j.key, number)
	}
	w.countMore(len(jobs)-1, false)
	w.leave(s, "shipped_"+w.hex(6)+".csv", rows.String(), false)
}

// ownNumber acknowledges with a number of its own, and later knows only that.
func ownNumber(w *World, s *supplier, j *job) {
	own := "SO-" + j.numbers(6)
	w.send(letter{s: s, to: shopAddress, subject: "Order received", settles: true, keyless: true,
		body: fmt.Sprintf("Thank you, we have received your purchase order %s.\nOur order number: %s\n\nJuniper Home\n", j.number, own)})
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	w.later(func() {
		w.send(letter{s: s, to: shopAddress, subject: "Shipment " + own, settles: true, keyless: true,
			body: fmt.Sprintf("Our order number %s has shipped by UPS.\nTracking number: %s\n\nJuniper Home\n", own, number)})
	})
}

// nameOnly knows the customer and nothing else.
func nameOnly(w *World, s *supplier, j *job) {
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	a := j.doc.ShipTo
	w.send(letter{s: s, to: shopAddress, subject: "Parcel sent", settles: true, keyless: true,
		body: fmt.Sprintf("Hello,\n\nwe have sent a parcel with Royal Mail, tracking number %s.\n\nShip to:\n%s\n%s\n%s %s\n%s\n\nLakeside Linen\n", number, a.Name, a.Line1, a.Postcode, a.City, a.Country)})
}

// inTwoParts ships what is there, and the rest when it came.
func inTwoParts(w *World, s *supplier, j *job) {
	first, rest := halves(j.lines)
	send := func(lines []order.Line, words string) {
		number := j.tracking(s.carrier)
		w.shipped(j, number, lines)
		var list strings.Builder
		for _, l := range lines {
			fmt.Fprintf(&list, "- %d x %s\n", l.Quantity, l.SKU)
		}
		w.send(letter{s: s, to: shopAddress, subject: "Shipment for order " + j.number, settles: true, keyless: true,
			body: fmt.Sprintf("Hi,\n\nfor order %s we shipped today:\n%s\nUPS tracking number %s\n%s\nMaple Parts\n", j.number, list.String(), number, words)})
	}
	if len(rest) == 0 {
		send(first, "")
		return
	}
	send(first, "The rest follows next week.\n")
	w.later(func() { send(rest, "") })
}

// awayFirst is out of office, and answers when they are back.
func awayFirst(w *World, s *supplier, j *job) {
	w.send(letter{s: s, to: j.replyTo, subject: "Automatic reply: " + j.subject, inReplyTo: j.messageID, header: "Auto-Submitted: auto-replied\n",
		body: "I am out of the office until Monday and will answer your mail when I am back.\n\nEmber Lights\n"})
	number := j.tracking(s.carrier)
	w.shipped(j, number, j.lines)
	w.later(func() {
		w.send(letter{s: s, to: shopAddress, subject: "Re: " + j.subject, inReplyTo: j.messageID, settles: true,
			body: fmt.Sprintf("Back again. Your parcel left today, UPS %s.\n\nEmber Lights\n", number)})
	})
}

func pieces(lines []order.Line) (n int) {
	for _, l := range lines {
		n += l.Quantity
	}
	return n
}

// halves divides lines: the first line now, or the first piece of it; the rest later.
func halves(lines []order.Line) (first, rest []order.Line) {
	if len(lines) > 1 {
		return lines[:1], lines[1:]
	}
	if l := lines[0]; l.Quantity > 1 {
		one, more := l, l
		one.Quantity, more.Quantity = 1, l.Quantity-1
		return []order.Line{one}, []order.Line{more}
	}
	return lines, nil
}

// spaced writes a UPS number in the groups that its label has.
func spaced(n string) string {
	return strings.Join([]string{n[:2], n[2:5], n[5:8], n[8:10], n[10:14], n[14:]}, " ")
}
