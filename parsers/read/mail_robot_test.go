package read_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// away are notices that nobody is there, in the ten languages; none of them is news of an order.
var away = []struct{ subject, head, body string }{
	{"Automatic reply: Purchase order 1001", "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n", "I am out of the office until 3 June with no access to email. For urgent orders please contact sales@nordlicht.example.\n"},
	{"Out of Office: PO 1001", "", "Thank you for your email. I'm currently on annual leave, returning Monday 1 September. Orders will be shipped by my colleagues.\n"},
	{"Re: Purchase order 1001", "X-Autoreply: yes\n", "Hi, we are closed for the holidays from 24 December to 2 January. Orders placed in this time will be shipped after we return.\n"},
	{"Re: Purchase order 1001", "", "Hello,\n\nI will be away from my desk from August 25 through September 5. I'll respond to your message when I return.\n\n> Please ship order 1001\n> it was cancelled\n"},
	{"I'm on parental leave Re: PO 1001", "Precedence: auto_reply\n", "I'm on parental leave. Please write to Ann.\n"},
	{"Automatische Antwort: Bestellung 1001", "Auto-Submitted: auto-replied\n", "Sehr geehrte Damen und Herren,\n\nich bin bis einschließlich 5. September nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.\n"},
	{"Abwesend: Bestellung 1001", "", "Vielen Dank für Ihre Nachricht. Ich befinde mich im Urlaub und bin ab dem 1. September wieder erreichbar. In dringenden Fällen wenden Sie sich an Frau Meier.\n"},
	{"AW: Bestellung 1001", "", "Guten Tag,\n\nwir haben Betriebsferien vom 4. bis 22. August. Bestellungen werden ab dem 25. August wieder versendet.\n"},
	{"Réponse automatique : commande 1001", "", "Bonjour,\n\nJe suis actuellement en congés jusqu'au 1er septembre. En cas d'urgence, contactez mon collègue.\n"},
	{"Absent du bureau", "Auto-Submitted: auto-replied\n", "Je suis en déplacement et ne consulterai pas mes messages. Votre commande 1001 sera traitée à mon retour.\n"},
	{"Respuesta automática: Pedido 1001", "", "Gracias por su mensaje. Estaré fuera de la oficina hasta el 1 de septiembre. Para asuntos urgentes contacte con ventas@nordlicht.example.\n"},
	{"Re: Pedido 1001", "", "Estoy de vacaciones hasta el 31 de agosto y no tendré acceso al correo.\n"},
	{"Risposta automatica: Ordine 1001", "", "Sarò assente dall'ufficio fino al 1 settembre. Per urgenze contattare il magazzino.\n"},
	{"R: Ordine 1001", "Auto-Submitted: auto-replied\n", "Siamo in ferie dal 4 al 24 agosto. Gli ordini saranno spediti alla riapertura.\n"},
	{"Automatisch antwoord: Bestelling 1001", "", "Ik ben afwezig tot en met 1 september. Voor dringende zaken kunt u contact opnemen met mijn collega.\n"},
	{"Afwezig", "", "Bedankt voor uw bericht. Ik ben op vakantie en lees mijn mail niet.\n"},
	{"Resposta automática: Encomenda 1001", "", "Estou ausente do escritório até 1 de setembro. Em caso de urgência contacte o armazém.\n"},
	{"Re: Encomenda 1001", "X-Autorespond: yes\n", "Encontro-me de férias até ao dia 31 de agosto.\n"},
	{"Automatyczna odpowiedź: Zamówienie 1001", "", "Dziękuję za wiadomość. Jestem na urlopie do 1 września. W pilnych sprawach proszę o kontakt z magazynem.\n"},
	{"Poza biurem", "", "Przebywam poza biurem do 5 września bez dostępu do poczty.\n"},
	{"自动回复: 订单 1001", "", "您好，我正在休假，9月1日返回。如有急事请联系仓库。\n"},
	{"回复：订单1001", "Auto-Submitted: auto-replied\n", "您的邮件已收到，我会尽快回复。\n"},
	{"自動返信：注文 1001", "", "お問い合わせありがとうございます。ただいま夏季休業中です。8月18日より順次発送いたします。\n"},
	{"不在のお知らせ", "", "8月25日から29日まで出張のため不在にしております。急ぎの場合は倉庫までご連絡ください。\n"},
}

func TestAway(t *testing.T) {
	var cases []told
	for _, a := range away {
		cases = append(cases, told{name: a.subject, raw: from + a.head + "Subject: " + a.subject + "\n" + plain + a.body, kind: parsers.AutoReply})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := read.Document([]byte(c.raw), "", parsers.Profile{KeepText: true})
			if r.Kind != parsers.AutoReply {
				t.Errorf("kind is %s %q", r.Kind, c.raw)
				for _, s := range r.Statements {
					t.Logf("%s", describe(s))
				}
			}
		})
	}
}

// busy are robots that bring news, and people who write like robots.
var busy = []told{
	{name: "shop system's shipment", raw: from + "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nPrecedence: bulk\nSubject: Order 1001 shipped\n" + plain + "This is an automated message, please do not reply.\n\nOrder 1001 has shipped. UPS tracking number: " + ups3 + "\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "auto-replied shipment", raw: from + "Auto-Submitted: auto-replied\nSubject: Re: Purchase order 1001\n" + plain + "Order 1001 has shipped. UPS tracking number: " + ups3 + "\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "no-reply acknowledgement", raw: from + "Auto-Submitted: auto-generated\nSubject: We received your order 1001\n" + plain + "Thank you! We have received your order 1001 and will process it shortly. Please do not reply to this email.\n", kind: parsers.Acknowledgement, orders: "1001"},
	{name: "ticket", raw: from + "Auto-Submitted: auto-replied\nSubject: [Ticket#20250826001] Your request has been received\n" + plain + "Your ticket #20250826001 was created. We will get back to you within 24 hours.\n", kind: parsers.AutoReply, orders: "any"},
	{name: "ticket without headers", raw: from + "Subject: Re: PO 1001 [#88123]\n" + plain + "Hi there,\n\nThank you for contacting support. A ticket with ID 88123 has been created for your request. An agent will respond as soon as possible.\n\n-- Please reply above this line --\n", kind: parsers.AutoReply, orders: "any"},
	{name: "ticket of a program", raw: from + "Subject: [Request received] Purchase order 1001\n" + plain + "##- Please type your reply above this line -##\n\nYour request (88123) has been received and is being reviewed by our support staff.\n\nTo add additional comments, reply to this email.\n", kind: parsers.AutoReply, orders: "any"},
	{name: "order logged as a ticket", raw: from + "Auto-Submitted: auto-replied\nSubject: Re: Purchase order 1001\n" + plain + "Thank you for your purchase order 1001. It was received and logged as ticket 88123.\n", kind: parsers.AutoReply, orders: "any"},
	{name: "order received, and where to ask", raw: from + "Auto-Submitted: auto-generated\nSubject: Order 1001\n" + plain + "We have received your order 1001. Questions? Open a ticket at https://help.nordlicht.example.\n", kind: parsers.Acknowledgement, orders: "1001"},
	{name: "ticket de", raw: from + "Subject: [Ticket 4711] Bestellung\n" + plain + "Vielen Dank für Ihre Anfrage. Ihr Ticket 4711 wurde erstellt. Wir melden uns schnellstmöglich bei Ihnen. Dies ist eine automatisch erstellte Nachricht.\n", kind: parsers.AutoReply},
	{name: "we received your email", raw: from + "Auto-Submitted: auto-replied\nSubject: Re: Purchase order 1001\n" + plain + "We have received your email and will reply within one business day.\n", kind: parsers.AutoReply, orders: "any"},
	{name: "challenge", raw: from + "Subject: Please confirm your message: Purchase order 1001\n" + plain + "I'm protecting myself from receiving junk mail. Please click the link below to complete the verification process so that your message is delivered.\nhttps://verify.example/c?id=1234567890123456\n", kind: parsers.AutoReply, orders: "any"},
	{name: "newsletter", raw: from + "List-Unsubscribe: <mailto:u@nordlicht.example>\nPrecedence: bulk\nSubject: Free shipping this weekend - order now!\n" + plain + "New arrivals! 20% off everything. All orders shipped within 24 hours. Unsubscribe here.\n", kind: parsers.Other},
	{name: "invoice", raw: from + "Subject: Invoice INV-20331\n" + plain + "Please find attached invoice INV-20331 for 120.00 EUR, due 30 days.\nIBAN DE89 3704 0044 0532 0130 00\n", kind: parsers.Other},
	{name: "statement of account", raw: from + "Subject: Monthly statement of account\n" + plain + "Attached is your statement for August. Please remit payment for open invoices.\n", kind: parsers.Other},
	{name: "spam with a fake parcel", raw: "From: DHL Support <info@parcel-fee.example>\nTo: orders@shop.example\nSubject: Your package is on hold\n" + page + `<p>Dear customer, your package could not be delivered because of unpaid customs fees (1.99 EUR). <a href="https://parcel-fee.example/pay?id=1234567890123456">Pay now</a> within 24 hours or it is returned.</p>`, kind: parsers.Other},
	{name: "thank you", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "Got it, thanks!\n\nOn Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\n> order 1001\n", kind: parsers.Other, orders: "any"},
	{name: "away and shipped, by hand", raw: from + reply + "Subject: Re: PO 1001\n" + plain + "Order 1001 shipped today, UPS " + ups3 + ". I'm out of office from tomorrow until Monday.\n", kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"},
	{name: "read receipt", raw: from + "Subject: Read: Purchase order 1001\nContent-Type: multipart/report; report-type=disposition-notification; boundary=m\n\n--m\n" + plain + "Your message was read on Monday.\n--m\nContent-Type: message/disposition-notification\n\nReporting-UA: x; y\nFinal-Recipient: rfc822;lager@nordlicht.example\nOriginal-Message-ID: <po1@shop.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n--m--\n", kind: parsers.AutoReply, orders: "any"},
	{name: "outlook read receipt in words", raw: from + "Subject: Gelesen: Bestellung 1001\n" + plain + "Ihre Nachricht\n\n   An: Lager\n   Betreff: Bestellung 1001\n   Gesendet: Montag, 25. August 2025 09:00:00\n\nwurde am Montag, 25. August 2025 10:00:00 gelesen.\n", kind: parsers.AutoReply, orders: "any"},
	{name: "recall", raw: from + "Subject: Recall: Order 1001 shipped\n" + plain + "Lager would like to recall the message, \"Order 1001 shipped\".\n", kind: parsers.Question, orders: "1001"},
}

func TestBusy(t *testing.T) { check(t, busy) }

// bounces do not follow RFC 3464, or do.
var bounces = []struct {
	name, raw, status, action, recipient string
	kind                                 parsers.Kind
}{
	{"qmail", "From: MAILER-DAEMON@mx.shop.example\nReturn-Path: <>\nSubject: failure notice\n" + plain + "Hi. This is the qmail-send program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<lager@nordlicht.example>:\n192.0.2.5 does not like recipient.\nRemote host said: 550 5.1.1 <lager@nordlicht.example>: Recipient address rejected\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <po1@shop.example>\nSubject: Purchase order 1001\n\nOrder 1001 has been cancelled\n", "5.1.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"exim", "From: Mail Delivery System <Mailer-Daemon@mx.shop.example>\nX-Failed-Recipients: lager@nordlicht.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n" + plain + "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\n\n  lager@nordlicht.example\n    host mx.nordlicht.example [192.0.2.5]\n    SMTP error from remote mail server after RCPT TO:<lager@nordlicht.example>:\n    550 No such user here\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-Id: <po1@shop.example>\nSubject: Purchase order 1001\n", "5.0.0", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"exim delay", "From: Mail Delivery System <Mailer-Daemon@mx.shop.example>\nAuto-Submitted: auto-replied\nSubject: Warning: message 1uqXyZ-0001 delayed 24 hours\n" + plain + "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.\n\nThe address to which the message has not yet been delivered is:\n\n  lager@nordlicht.example\n\nNo action is required on your part.\n", "", "delayed", "lager@nordlicht.example", parsers.Bounce},
	{"exchange en", "From: Microsoft Outlook <postmaster@shop.example>\nSubject: Undeliverable: Purchase order 1001\n" + page + "<p>Your message to lager@nordlicht.example couldn't be delivered.</p><p>lager wasn't found at nordlicht.example.</p><p>Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'</p>", "5.1.10", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"exchange de", "From: Microsoft Outlook <postmaster@shop.example>\nSubject: Unzustellbar: Bestellung 1001\n" + plain + "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\nlager@nordlicht.example\nDas Postfach des Empfängers ist voll und kann zurzeit keine Nachrichten annehmen.\n\nRemote Server returned '554 5.2.2 mailbox full'\n", "5.2.2", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"exchange fr", "From: postmaster@shop.example\nSubject: Non remis : commande 1001\n" + plain + "Échec de la remise à ces destinataires ou groupes :\n\nlager@nordlicht.example\nL'adresse e-mail que vous avez entrée est introuvable.\n#550 5.1.1 RESOLVER.ADR.RecipNotFound\n", "5.1.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"exchange es", "From: postmaster@shop.example\nSubject: No se puede entregar: Pedido 1001\n" + plain + "No se pudo entregar el mensaje a los siguientes destinatarios:\n\nlager@nordlicht.example\n550 5.4.1 Recipient address rejected: Access denied\n", "5.4.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"gmail", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nAuto-Submitted: auto-replied\nX-Failed-Recipients: lager@nordlicht.example\nSubject: Delivery Status Notification (Failure)\n" + plain + "** Address not found **\n\nYour message wasn't delivered to lager@nordlicht.example because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n", "5.1.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"gmail delay", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nAuto-Submitted: auto-replied\nSubject: Delivery Status Notification (Delay)\n" + plain + "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to lager@nordlicht.example. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n", "", "delayed", "lager@nordlicht.example", parsers.Bounce},
	{"yahoo", "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\n" + plain + "Sorry, we were unable to deliver your message to the following address.\n\n<lager@nordlicht.example>:\n554: 5.7.1 <lager@nordlicht.example>: Relay access denied\n\n--- Below this line is a copy of the message.\n", "5.7.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"postfix without report", "From: MAILER-DAEMON (Mail Delivery System)\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\n" + plain + "This is the mail system at host mx.shop.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<lager@nordlicht.example>: host mx.nordlicht.example[192.0.2.5] said: 552 5.2.2 Quota exceeded (in reply to RCPT TO command)\n", "5.2.2", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"sendmail", "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.shop.example>\nSubject: Returned mail: see transcript for details\n" + plain + "The original message was received at Mon, 25 Aug 2025\n\n   ----- The following addresses had permanent fatal errors -----\n<lager@nordlicht.example>\n    (reason: 550 5.1.2 Bad destination host)\n", "5.1.2", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"lotus notes", "From: postmaster@nordlicht.example\nSubject: DELIVERY FAILURE: User lager (lager@nordlicht.example) not listed in Domino Directory\n" + plain + "Your message\n\n  Subject: Purchase order 1001\n\nwas not delivered to:\n\n  lager@nordlicht.example\n\nbecause:\n\n  User lager not listed in Domino Directory\n", "", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"rfc 3464 soft", "From: MAILER-DAEMON@mx.shop.example\nReturn-Path: <>\nSubject: Delayed Mail (still being retried)\nContent-Type: multipart/report; report-type=delivery-status; boundary=d\n\n--d\n" + plain + "still trying\n--d\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; lager@nordlicht.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: x-unix; connection timed out\n--d\nContent-Type: text/rfc822-headers\n\nMessage-ID: <po1@shop.example>\n--d--\n", "4.4.1", "delayed", "lager@nordlicht.example", parsers.Bounce},
	{"report type not named", "From: postmaster@mx.shop.example\nSubject: Mail status report\nContent-Type: multipart/report; boundary=d\n\n--d\n" + plain + "failed\n--d\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;lager@nordlicht.example\nAction: failed\nStatus: 5.0.0\n--d--\n", "5.0.0", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"ja", "From: MAILER-DAEMON@mx.shop.example\nSubject: メールを配信できませんでした\n" + plain + "以下の宛先にメールを配信できませんでした。\n<lager@nordlicht.example>: 550 5.1.1 User unknown\n", "5.1.1", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"zh", "From: postmaster@qq.example\nSubject: 系统退信/Systems bounce\n" + plain + "抱歉，您的邮件被退回来了……\n收件人：lager@nordlicht.example\n退信原因：收件人邮件地址不存在，邮件无法送达。\nhost mx said: 550 Mailbox not found\n", "5.0.0", "failed", "lager@nordlicht.example", parsers.Bounce},
	{"bounce words, a person", "From: Lager <lager@nordlicht.example>\nSubject: Re: PO 1001\n" + plain + "The parcel for order 1001 could not be delivered and came back to us. User unknown at this address. Shall we send it again?\n", "", "", "", parsers.Question},
	{"carrier says undeliverable", "From: UPS <mcinfo@ups.example>\nSubject: UPS: delivery attempt, undeliverable\n" + plain + "Your package " + ups3 + " could not be delivered. Reference: 1001. Please contact us?\n", "", "", "", parsers.Question},
}

func TestBounced(t *testing.T) {
	for _, c := range bounces {
		t.Run(c.name, func(t *testing.T) {
			r := read.Document([]byte("To: orders@shop.example\nMIME-Version: 1.0\nDate: Tue, 26 Aug 2025 10:00:00 +0200\n"+c.raw), "", parsers.Profile{KeepText: true})
			if r.Kind != c.kind {
				t.Fatalf("kind is %s, want %s", r.Kind, c.kind)
			}
			if c.kind != parsers.Bounce {
				return
			}
			if r.Report == nil || r.Report.Status != c.status || r.Report.Action != c.action || r.Report.Recipient != c.recipient {
				t.Errorf("report is %+v, want %s %s %s", r.Report, c.status, c.action, c.recipient)
			}
			for _, s := range r.Statements {
				if s.Kind != "" {
					t.Errorf("it says %s", describe(s))
				}
			}
		})
	}
}
