package read_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"waybill/parsers"
	"waybill/parsers/read"
)

// written gives a text in a charset.
func written(charset, text string) string {
	if strings.HasPrefix(charset, "utf-16") {
		order := unicode.LittleEndian
		if strings.HasSuffix(charset, "be") {
			order = unicode.BigEndian
		}
		out, err := unicode.UTF16(order, unicode.IgnoreBOM).NewEncoder().String(text)
		if err != nil {
			panic(err)
		}
		return out
	}
	e, err := htmlindex.Get(charset)
	if err != nil {
		panic(err)
	}
	out, err := e.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

// qp writes bytes quoted-printable, every byte that is no plain letter or digit.
func qp(s string) string {
	var b strings.Builder
	column := 0
	for i := range len(s) {
		c := s[i]
		if c == '\n' {
			b.WriteByte('\n')
			column = 0
			continue
		}
		if column > 70 {
			b.WriteString("=\n")
			column = 0
		}
		if c >= ' ' && c < 127 && c != '=' {
			b.WriteByte(c)
			column++
		} else {
			fmt.Fprintf(&b, "=%02X", c)
			column += 3
		}
	}
	return b.String()
}

// b64 writes bytes in base64, in lines of 76.
func b64(s string) string {
	all := base64.StdEncoding.EncodeToString([]byte(s))
	var b strings.Builder
	for len(all) > 76 {
		b.WriteString(all[:76] + "\n")
		all = all[76:]
	}
	return b.String() + all + "\n"
}

func text(charset, encoding, body string) string {
	head := "Content-Type: text/plain"
	if charset != "" {
		head += "; charset=" + charset
	}
	if encoding != "" {
		head += "\nContent-Transfer-Encoding: " + encoding
	}
	return head + "\n\n" + body
}

const (
	germanText   = "Ihre Bestellung 1001 wurde mit DHL an Frau Müller, Größenstraße 5, verschickt.\nSendungsnummer: " + dhl2 + "\nMit freundlichen Grüßen\n"
	polishText   = "Zamówienie 1001 zostało wysłane. Numer przesyłki: 520000012345678901234567 (InPost)\nPozdrawiam, Żółć\n"
	japaneseText = "ご注文番号：1001\n本日発送いたしました。ヤマト運輸 伝票番号：2222-0297-2994\n"
	chineseText  = "订单号1001已发货，顺丰运单号：SF1412345678901，请查收。\n"
	taiwanText   = "訂單編號1001已出貨，順豐速運單號：SF1412345678901。\n"
	koreanText   = "주문번호 1001 발송되었습니다. UPS 운송장: " + ups3 + "\nOrder 1001 has shipped.\n"
	russianText  = "Заказ 1001 отправлен, order 1001 has shipped with UPS, " + ups3 + ".\n"
	frenchText   = "Votre commande 1001 a été expédiée. Numéro de suivi : 6A12345678901 (Colissimo)\nÀ bientôt, l’équipe – €\n"
)

var (
	saidDE = told{kind: parsers.Shipment, tracking: "dhl-germany:" + dhl2, orders: "1001"}
	saidPL = told{kind: parsers.Shipment, tracking: "inpost:520000012345678901234567", orders: "1001"}
	saidJA = told{kind: parsers.Shipment, tracking: "taqbin-jp:222202972994", orders: "1001"}
	saidZH = told{kind: parsers.Shipment, tracking: "sf-express:SF1412345678901", orders: "1001"}
	saidUP = told{kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1001"}
	saidFR = told{kind: parsers.Shipment, tracking: "colissimo:6A12345678901", orders: "1001"}
)

func (c told) as(name, raw string) told {
	c.name, c.raw = name, raw
	return c
}

var charsets = []told{
	saidDE.as("utf-8", from+"Subject: x\n"+text("utf-8", "8bit", germanText)),
	saidDE.as("iso-8859-1 8bit", from+"Subject: x\n"+text("iso-8859-1", "8bit", written("windows-1252", germanText))),
	saidDE.as("iso-8859-15 qp", from+"Subject: x\n"+text("ISO-8859-15", "quoted-printable", qp(written("iso-8859-15", germanText)))),
	saidDE.as("windows-1252 base64", from+"Subject: x\n"+text("\"Windows-1252\"", "base64", b64(written("windows-1252", germanText)))),
	saidDE.as("declared latin1, is utf-8", from+"Subject: x\n"+text("iso-8859-1", "8bit", germanText)),
	saidDE.as("declared utf-8, is cp1252", from+"Subject: x\n"+text("utf-8", "8bit", written("windows-1252", germanText))),
	saidDE.as("not declared, cp1252", from+"Subject: x\n"+text("", "8bit", written("windows-1252", germanText))),
	saidDE.as("not declared, utf-8", from+"Subject: x\n"+text("", "", germanText)),
	saidDE.as("us-ascii with umlauts", from+"Subject: x\n"+text("us-ascii", "7bit", written("windows-1252", germanText))),
	saidDE.as("unknown-8bit", from+"Subject: x\n"+text("unknown-8bit", "8bit", germanText)),
	saidDE.as("x-user-defined nonsense", from+"Subject: x\n"+text("x-foo-bar", "8bit", written("windows-1252", germanText))),
	saidDE.as("mojibake: utf-8 read as latin1 and written again", from+"Subject: x\n"+text("utf-8", "8bit", mojibake(germanText))),
	saidPL.as("iso-8859-2", from+"Subject: x\n"+text("iso-8859-2", "8bit", written("iso-8859-2", polishText))),
	saidPL.as("windows-1250 qp", from+"Subject: x\n"+text("windows-1250", "quoted-printable", qp(written("windows-1250", polishText)))),
	saidPL.as("polish mojibake", from+"Subject: x\n"+text("utf-8", "8bit", mojibake(polishText))),
	saidJA.as("iso-2022-jp", from+"Subject: x\n"+text("ISO-2022-JP", "7bit", written("iso-2022-jp", japaneseText))),
	saidJA.as("iso-2022-jp not declared", from+"Subject: x\n"+text("", "7bit", written("iso-2022-jp", japaneseText))),
	saidJA.as("iso-2022-jp declared utf-8", from+"Subject: x\n"+text("utf-8", "7bit", written("iso-2022-jp", japaneseText))),
	saidJA.as("shift_jis base64", from+"Subject: x\n"+text("Shift_JIS", "base64", b64(written("shift_jis", japaneseText)))),
	saidJA.as("cp932", from+"Subject: x\n"+text("cp932", "8bit", written("shift_jis", japaneseText))),
	saidJA.as("shift_jis not declared", from+"Subject: x\n"+text("", "8bit", written("shift_jis", japaneseText))),
	saidJA.as("euc-jp", from+"Subject: x\n"+text("euc-jp", "8bit", written("euc-jp", japaneseText))),
	saidJA.as("euc-jp declared shift_jis", from+"Subject: x\n"+text("shift_jis", "8bit", written("euc-jp", japaneseText))),
	saidZH.as("gb2312", from+"Subject: x\n"+text("gb2312", "8bit", written("gbk", chineseText))),
	saidZH.as("gb18030 base64", from+"Subject: x\n"+text("GB18030", "base64", b64(written("gb18030", chineseText)))),
	saidZH.as("gbk not declared", from+"Subject: x\n"+text("", "8bit", written("gbk", chineseText))),
	saidZH.as("gbk declared iso-8859-1", from+"Subject: x\n"+text("iso-8859-1", "8bit", written("gbk", chineseText))),
	saidZH.as("hz-gb-2312", from+"Subject: x\n"+text("hz-gb-2312", "7bit", hz(chineseText))),
	saidZH.as("big5", from+"Subject: x\n"+text("Big5", "8bit", written("big5", taiwanText))),
	saidZH.as("big5 not declared", from+"Subject: x\n"+text("", "8bit", written("big5", taiwanText))),
	saidUP.as("euc-kr", from+"Subject: x\n"+text("ks_c_5601-1987", "8bit", written("euc-kr", koreanText))),
	saidUP.as("koi8-r", from+"Subject: x\n"+text("koi8-r", "8bit", written("koi8-r", russianText))),
	saidUP.as("windows-1251", from+"Subject: x\n"+text("windows-1251", "8bit", written("windows-1251", russianText))),
	saidUP.as("iso-8859-5", from+"Subject: x\n"+text("iso-8859-5", "8bit", written("iso-8859-5", russianText))),
	saidFR.as("macintosh", from+"Subject: x\n"+text("macintosh", "8bit", written("macintosh", frenchText))),
	saidFR.as("utf-16le base64 without mark", from+"Subject: x\n"+text("utf-16le", "base64", b64(written("utf-16le", frenchText)))),
	saidFR.as("utf-16 base64 with mark", from+"Subject: x\n"+text("utf-16", "base64", b64("\xff\xfe"+written("utf-16le", frenchText)))),
	saidFR.as("utf-16be not declared", from+"Subject: x\n"+text("", "base64", b64(written("utf-16be", frenchText)))),
	saidFR.as("utf-7", from+"Subject: x\n"+text("utf-7", "7bit", "Votre commande 1001 a +AOk-t+AOk- exp+AOk-di+AOk-e. Num+AOk-ro de suivi : 6A12345678901 (Colissimo)\n")),
	saidDE.as("utf-8 with a mark", from+"Subject: x\n"+text("utf-8", "8bit", "\xef\xbb\xbf"+germanText)),
	saidDE.as("html meta charset", from+"Subject: x\nContent-Type: text/html\n\n"+written("windows-1252", `<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><body>`+germanText+"</body></html>")),
	saidJA.as("html meta charset ja", from+"Subject: x\nContent-Type: text/html\n\n"+written("shift_jis", `<html><head><meta charset="Shift_JIS"></head><body>`+japaneseText+"</body></html>")),
	saidDE.as("entities", from+"Subject: x\n"+page+`<p>Ihre Bestellung&nbsp;1001 wurde mit DHL an Frau M&uuml;ller verschickt.<br>Sendungsnummer: `+dhl2+`</p>`),
}

// mojibake is what becomes of UTF-8 that a program took for Windows-1252.
func mojibake(s string) string {
	var b strings.Builder
	e, _ := htmlindex.Get("windows-1252")
	out, err := e.NewDecoder().String(s)
	if err != nil {
		panic(err)
	}
	b.WriteString(out)
	return b.String()
}

var damages = []told{
	saidUP.as("soft break in the number", from+"Subject: x\n"+text("utf-8", "quoted-printable", "Order 1001 has shipped. Tracking number: 1ZA4CR1201=\n15908307\n")),
	saidUP.as("soft break, spaces behind", from+"Subject: x\n"+text("utf-8", "quoted-printable", "Order 1001 has shipped. Tracking number: 1ZA4CR1201=  \n15908307\n")),
	saidUP.as("soft break lost its line end", from+"Subject: x\n"+text("utf-8", "quoted-printable", "Hello, order 1001 has left us today and is with UPS. Tracking number: 1ZA4CR1201= 15908307 for you.\n")),
	saidUP.as("qp not declared", from+"Subject: x\n"+text("utf-8", "", "Order=201001 has=20shipped=2E Tracking=20number:=20"+ups3+"=\n =E2=82=AC=20\n")),
	saidUP.as("qp twice", from+"Subject: x\n"+text("utf-8", "quoted-printable", "Order 1001 has shipped.=3D20=\n=3D20Tracking number:=3D201ZA4CR1201=3D=\n\n15908307\n")),
	saidUP.as("3D in html", from+"Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p class=3D\"a\">Order 1001 has shipped. <a href=3D\"https://www.ups.com/track?tracknum=3D"+ups3+"\">Track</a></p>"),
	saidUP.as("lower case qp", from+"Subject: x\n"+text("utf-8", "Quoted-Printable", "Order 1001 has shipped=2e Tracking=3a "+ups3+"=0d=0a\n")),
	saidUP.as("base64 with line noise", from+"Subject: x\n"+text("utf-8", "base64", "!"+strings.Replace(b64("Order 1001 has shipped. Tracking number: "+ups3+"\n"), "\n", "*\n", 1))),
	saidUP.as("base64 without padding", from+"Subject: x\n"+text("utf-8", "base64", strings.TrimRight(b64("Order 1001 has shipped. Tracking number: "+ups3+"\n"), "=\n"))),
	saidUP.as("base64 with a list footer", from+"Subject: x\n"+text("utf-8", "base64", b64("Order 1001 has shipped. Tracking number: "+ups3+"\n")+"_______________________________________________\nlist mailing list\nlist@nordlicht.example\n")),
	saidUP.as("base64 declared, plain sent", from+"Subject: x\n"+text("utf-8", "base64", "Order 1001 has shipped. Tracking number: "+ups3+"\n")),
	saidUP.as("plain declared, base64 sent", from+"Subject: x\n"+text("utf-8", "7bit", b64("Hello,\n\norder 1001 has shipped with UPS. Tracking number: "+ups3+"\n\nBest regards\nThe warehouse\n"))),
	saidUP.as("base64 in spaces", from+"Subject: x\n"+text("utf-8", "base64", " "+strings.ReplaceAll(b64("Order 1001 has shipped. Tracking number: "+ups3+"\n"), "\n", "  \n  "))),
	saidUP.as("cr only", strings.ReplaceAll(from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped.\nTracking number: "+ups3+"\nRegards\n"), "\n", "\r")),
	saidUP.as("crlf", strings.ReplaceAll(from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped.\nTracking number: "+ups3+"\nRegards\n"), "\n", "\r\n")),
	saidUP.as("cr cr lf", strings.ReplaceAll(from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped.\nTracking number: "+ups3+"\nRegards\n"), "\n", "\r\r\n")),
	saidUP.as("cr in the body only", from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped.\rTracking number: "+ups3+"\rRegards\r")),
	saidUP.as("full width", from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped. Tracking number: １ＺＡ４ＣＲ１２０１１５９０８３０７\n")),
	told{kind: parsers.Shipment, tracking: "ups:" + ups3, orders: "1\u200b0\u200b0\u200b1"}.as("zero width", from+"Subject: x\n"+text("utf-8", "8bit", "Order 1\u200b0\u200b0\u200b1 has shipped. Tracking number: 1ZA4\u200bCR12\u200b0115\u200b9083\u200b07\n")),
	saidUP.as("bidi", from+"Subject: x\n"+text("utf-8", "8bit", "Order \u202a1001\u202c has shipped. Tracking number: \u2066"+ups3+"\u2069\n")),
	saidUP.as("soft hyphens", from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has ship\u00adped. Tracking number: 1ZA4CR12\u00ad0115908307\n")),
	saidUP.as("no-break spaces", from+"Subject: x\n"+text("utf-8", "8bit", "Order\u00a01001 has\u00a0shipped. Tracking\u00a0number:\u00a01Z\u00a0A4C\u00a0R12\u00a001\u00a01590\u00a08307\n")),
	saidUP.as("over a line end", from+"Subject: x\n"+text("utf-8", "8bit", "Order 1001 has shipped. Tracking number: 1ZA4CR1201\n15908307\n")),
	saidUP.as("flowed", from+"Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed\n\nOrder 1001 \nhas shipped. Tracking number: \n"+ups3+"\n"),
	saidUP.as("flowed delsp", from+"Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\nOrder 1001 has shipped. Tracking number: 1ZA4CR12 \n0115908307\n"),
	saidUP.as("flowed with stuffing and quotes", from+"Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n> When will order 1002 \n> be shipped?\n \nOrder 1001 has shipped. \nTracking number: "+ups3+"\n"),
	saidUP.as("html entity spaces in the number", from+"Subject: x\n"+page+"<p>Order 1001 has shipped. Tracking number: 1Z&#8203;A4CR12&#x200B;0115908307</p>"),
	saidUP.as("uuencode", from+"Subject: x\n"+text("utf-8", "x-uuencode", "begin 644 x.txt\n"+uu("Order 1001 has shipped, "+ups3)+"`\nend\n")),
	saidUP.as("header ends in a space", from+"Subject: x\nContent-Type: text/plain; charset=utf-8 \nContent-Transfer-Encoding: base64 \n\n"+b64("Order 1001 has shipped. Tracking number: "+ups3+"\n")),
	saidUP.as("encoding in a comment", from+"Subject: x\nContent-Type: text/plain; charset=utf-8 (plain)\nContent-Transfer-Encoding: base64 (encoded)\n\n"+b64("Order 1001 has shipped. Tracking number: "+ups3+"\n")),
}

func hz(s string) string {
	out, err := simplifiedchinese.HZGB2312.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func uu(s string) string {
	out := string(rune(' ' + len(s)))
	for len(s)%3 != 0 {
		s += "\x00"
	}
	sign := func(v byte) string {
		if v&63 == 0 {
			return "`"
		}
		return string(rune(' ' + v&63))
	}
	for i := 0; i < len(s); i += 3 {
		out += sign(s[i]>>2) + sign(s[i]<<4|s[i+1]>>4) + sign(s[i+1]<<2|s[i+2]>>6) + sign(s[i+2])
	}
	return out + "\n"
}

func TestCharsets(t *testing.T) { check(t, charsets) }
func TestDamages(t *testing.T)  { check(t, damages) }

// Heads are written in encoded words, well or badly.
func TestHeads(t *testing.T) {
	for _, c := range []struct{ field, want string }{
		{"=?utf-8?Q?Best=C3=A4tigung_1001?=", "Bestätigung 1001"}, {"=?UTF-8?B?QmVzdMOkdGlndW5nIDEwMDE=?=", "Bestätigung 1001"}, {"=?iso-8859-1?q?Best=E4tigung?= =?iso-8859-1?q?_1001?=", "Bestätigung 1001"},
		{"=?utf-8?B?QmVzdMM=?=\n =?utf-8?B?pHRpZ3VuZyAxMDAx?=", "Bestätigung 1001"}, {"=?utf-8?Q?Best=C3?= =?utf-8?Q?=A4tigung_1001?=", "Bestätigung 1001"}, {"\"=?utf-8?Q?Best=C3=A4tigung?= 1001\"", "\"Bestätigung 1001\""},
		{"Bestätigung 1001", "Bestätigung 1001"}, {written("windows-1252", "Bestätigung 1001"), "Bestätigung 1001"}, {"=?ISO-2022-JP?B?GyRCQ21KOBsoQg==?= 1001", "注文 1001"}, {"=?gb2312?B?tqm1pQ==?= 1001", "订单 1001"},
		{"=?utf-8?Q?Order 1001 shipped?=", "Order 1001 shipped"}, {"=?utf-8?Q?Order_1001?=shipped", "Order 1001shipped"}, {"=?utf-8*en?Q?Order_1001?=", "Order 1001"}, {"=?utf-8?X?Order?= 1001", "=?utf-8?X?Order?= 1001"},
		{"=?unknown?Q?Best=E4tigung?= 1001", "Bestätigung 1001"}, {"Order\n 1001\n\tshipped", "Order 1001\tshipped"}, {"=?utf-8?b?T3JkZXIgMTAwMQ?=", "Order 1001"}, {"=?windows-1252?Q?1001_=96_versandt?=", "1001 – versandt"},
		{"=?utf-8?Q?Re:_=5BTicket=5D_1001?=", "Re: [Ticket] 1001"}, {"=?GBK?B?tqm1pQ?=\n =?GBK?B?MTAwMQ==?=", "订单1001"}, {"=?iso-2022-jp?B?GyRCQ20=?= =?iso-2022-jp?B?SjgbKEIgMTAwMQ==?=", "注文 1001"},
	} {
		r := read.Document([]byte(from+"Subject: "+c.field+"\n"+plain+"Hello\n"), "", parsers.Profile{})
		if r.Envelope.Subject != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.field, r.Envelope.Subject, c.want)
		}
	}
	for _, c := range []struct{ field, want string }{
		{`attachment; filename="=?utf-8?Q?Best=C3=A4tigung_1001=2Ecsv?="`, "Bestätigung 1001.csv"}, {`attachment; filename*=utf-8''Best%C3%A4tigung%201001.csv`, "Bestätigung 1001.csv"}, {"attachment; filename*0*=utf-8''Best%C3%A4;\n filename*1*=tigung%201001; filename*2=\".csv\"", "Bestätigung 1001.csv"},
		{"attachment; filename*1*=tigung%201001.csv; filename*0*=iso-8859-1'de'Best%E4", "Bestätigung 1001.csv"}, {`attachment; filename="Best\"1001\".csv"`, `Best"1001".csv`}, {`attachment; filename=Order 1001.csv`, "Order 1001.csv"}, {"attachment;filename = \"Order 1001.csv\"", "Order 1001.csv"},
		{"attachment; filename=\"=?utf-8?B?QmVzdMM=?=\n =?utf-8?B?pHRpZ3VuZy5jc3Y=?=\"", "Bestätigung.csv"}, {`attachment; filename="../../etc/1001.csv"`, "1001.csv"}, {`attachment; filename="Order%201001.csv"`, "Order%201001.csv"}, {`attachment; filename*0="Order "; filename*1="1001.csv"`, "Order 1001.csv"},
		{`attachment; filename="x.csv"; filename*=UTF-8''%E6%B3%A8%E6%96%87.csv`, "注文.csv"}, {"attachment; filename=\"Bestätigung.csv\"", "Bestätigung.csv"}, {"attachment; filename=\"" + written("windows-1252", "Bestätigung.csv") + "\"", "Bestätigung.csv"},
	} {
		r := read.Document([]byte(from+"Subject: x\n"+mixed("Content-Type: text/csv\nContent-Disposition: "+c.field+"\n\nOrder,Tracking\n1001,"+ups3+"\n")), "", parsers.Profile{})
		if len(r.Parts) == 0 || r.Parts[0].Name != c.want {
			t.Errorf("%q: %+v, want %q", c.field, r.Parts, c.want)
		}
	}
}
