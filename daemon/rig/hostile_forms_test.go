package rig

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

// hostileForms build what is known to hurt readers of each format: depth, number, length and lies.
var hostileForms = []struct {
	name string
	make func(r *rand.Rand) hostileInput
}{
	{"multiparts within multiparts", func(r *rand.Rand) hostileInput {
		var b strings.Builder
		b.WriteString(hostileHead)
		depth := scale(r, 200)
		for i := range depth {
			fmt.Fprintf(&b, "Content-Type: multipart/%s; boundary=\"%s%d\"\r\n\r\n--%[2]s%[3]d\r\n", oneOf(r, "mixed", "alternative", "related", "digest", "signed"), oneOf(r, "b", "=_", "b b", ""), i)
		}
		b.WriteString("Content-Type: text/plain\r\n\r\n" + soup(r, 20))
		if r.IntN(2) == 0 {
			for i := range depth {
				fmt.Fprintf(&b, "\r\n--b%d--\r\n", depth-1-i)
			}
		}
		return mailOf(b.String())
	}},
	{"mails within mails", func(r *rand.Rand) hostileInput {
		return mailOf(strings.Repeat(hostileHead+"Content-Type: message/rfc822\r\n\r\n", scale(r, 200)) + hostileHead + "\r\n" + soup(r, 20))
	}},
	{"many parts", func(r *rand.Rand) hostileInput {
		return mailOf(hostileHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n"+oneOf(r, "", "Content-Type: text/html\r\n", "Content-Type: multipart/mixed; boundary=b\r\n")+"\r\n"+soup(r, 3)+"\r\n", scale(r, 5000)))
	}},
	{"many headers", func(r *rand.Rand) hostileInput {
		h := oneOf(r, "X: y\r\n", "Received: from a by b\r\n", "To: a@b.example, \"x\" <c@d.example>\r\n", "References: <a@b>\r\n", "From: x\r\n", "Subject: =?utf-8?q?=41?=\r\n", "X:\r\n y\r\n\tz\r\n", "Content-Type: text/plain; a*0=b\r\n")
		return mailOf(strings.Repeat(h, scale(r, 20_000)) + hostileHead + "\r\n" + soup(r, 10))
	}},
	{"a long header", func(r *rand.Rand) hostileInput {
		what := oneOf(r, "=?utf-8?q?=E2=82=AC?= ", "(((((", "\"\\\"", "<a@b.example>, ", "a@b.example ", "=?x?=", "a:b;", " \r\n ", "é", "\"a\" <", "@,@,@:", "<<<<>")
		field := oneOf(r, "Subject", "From", "To", "References", "Message-ID", "Content-Type", "Content-Disposition", "Date", "Return-Path", "In-Reply-To", "Reply-To")
		return mailOf(field + ": " + strings.Repeat(what, scale(r, 12_000)) + "\r\n" + hostileHead + "\r\n" + soup(r, 10))
	}},
	{"many parameters", func(r *rand.Rand) hostileInput {
		var b strings.Builder
		for i := range scale(r, 3000) {
			fmt.Fprintf(&b, oneOf(r, "; n%d=\"x\"", "; filename*%d*=utf-8''%%41", "; name*%d=a", ";; =%d", "; boundary=b%d"), i)
		}
		return mailOf(hostileHead + "Content-Type: multipart/mixed" + b.String() + "\r\n\r\n--b\r\n\r\n" + soup(r, 5))
	}},
	{"words", func(r *rand.Rand) hostileInput { return mailOf(hostileHead + "\r\n" + soup(r, scale(r, 20_000))) }},
	{"a word again and again", func(r *rand.Rand) hostileInput {
		piece := soup(r, 1+r.IntN(4)) + oneOf(r, "", "\n", ", ", "\t")
		body := strings.Repeat(piece, scale(r, 100_000)/len(piece)+1)
		if r.IntN(2) == 0 {
			return hostileInput{name: "x.txt", raw: []byte(body)}
		}
		return mailOf(hostileHead + "\r\n" + body)
	}},
	{"deep quoting", func(r *rand.Rand) hostileInput {
		var b strings.Builder
		for range scale(r, 2000) {
			b.WriteString(strings.Repeat(oneOf(r, ">", "> ", "|", ">\t"), scale(r, 60)) + soup(r, 3) + "\r\n")
		}
		return mailOf(hostileHead + "\r\n" + b.String())
	}},
	{"an encoding's body", func(r *rand.Rand) hostileInput {
		text := []byte(soup(r, scale(r, 5000)))
		switch r.IntN(4) {
		case 0:
			code := base64.StdEncoding.EncodeToString(text)
			return mailOf(hostileHead + "Content-Transfer-Encoding: base64\r\n\r\n" + code[:r.IntN(len(code)+1)] + strings.Repeat("=", r.IntN(40)))
		case 1:
			return mailOf(hostileHead + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat(oneOf(r, "=", "=\r\n", "=4", "=3D=", "=0D"), scale(r, 20_000)))
		case 2:
			return mailOf(hostileHead + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x.csv\r\n" + strings.Repeat("M"+strings.Repeat("#", 60)+"\r\n", scale(r, 2000)))
		}
		set := oneOf(r, "iso-2022-jp", "gb18030", "utf-16", "utf-7", "hz-gb-2312", "euc-kr", "big5", "shift_jis", "x")
		noise := make([]byte, scale(r, 20_000))
		for i := range noise {
			noise[i] = byte(r.IntN(256))
		}
		return mailOf(hostileHead + "Content-Type: text/" + oneOf(r, "plain", "html") + "; charset=" + set + "\r\n\r\n" + string(noise))
	}},
	{"HTML within HTML", func(r *rand.Rand) hostileInput {
		open := oneOf(r, "<div>", "<table><tr><td>", "<blockquote>", "<b><i>", "<a href='https://www.ups.com/track?tracknum=1Z999AA10123456784'>", "<ul><li>", "<font size=1>", "<span style='display:none'>", "<select><option>", "<svg><desc>", "<p><p>", "<td colspan=1000 rowspan=1000>1001", "<template>", "<frameset>", "<math><mi>", "<div itemscope itemtype='http://schema.org/ParcelDelivery'>")
		close := oneOf(r, "", "", "</div>", "</td></tr></table>", "</i></b>", "</a>", "</blockquote>")
		n := scale(r, 5000)
		return htmlMail(strings.Repeat(open, n) + soup(r, 10) + strings.Repeat(close, n))
	}},
	{"HTML attributes", func(r *rand.Rand) hostileInput {
		return htmlMail("<p " + strings.Repeat(oneOf(r, "a=b ", "style='", "href=\"javascript:", "x=\"&amp;", "a", "='", "class=gmail_quote ", "itemprop=trackingNumber content=1 "), scale(r, 20_000)) + ">" + soup(r, 20))
	}},
	{"HTML tables", func(r *rand.Rand) hostileInput {
		cell := oneOf(r, "<td>1001", "<td colspan=64 rowspan=64>1001</td>", "<th>order", "<td><table><tr><td>1Z999AA10123456784</table>", "<tr><td>tracking<td>1Z999AA10123456784", "<td rowspan=0>", "<caption>x")
		return htmlMail("<table><tr>" + strings.Repeat(cell+oneOf(r, "", "\n", "</tr><tr>"), scale(r, 8000)))
	}},
	{"HTML entities and comments", func(r *rand.Rand) hostileInput {
		return htmlMail(strings.Repeat(oneOf(r, "&", "&#x110000;", "&nbsp;", "&#49;&#48;", "<!-- ", "<!--[if mso]>", "<?xml ?>", "<![CDATA[", "<style>", "<script>", "</"), scale(r, 20_000)) + soup(r, 20))
	}},
	{"JSON-LD", func(r *rand.Rand) hostileInput {
		n := scale(r, 5000)
		json := oneOf(r, strings.Repeat("[", n), strings.Repeat(`{"@graph":`, n), `{"@type":"ParcelDelivery","trackingNumber":"`+strings.Repeat("9", n)+`"}`, `{"@type":"ParcelDelivery","partOfOrder":[`+strings.Repeat(`{"orderNumber":"1001"},`, n)+`]}`, `{"@type":["ParcelDelivery"],"trackingNumber":1e400}`)
		return htmlMail(strings.Repeat(`<script type="application/ld+json">`+json+`</script>`, 1+r.IntN(3)))
	}},
	{"a returned mail", func(r *rand.Rand) hostileInput {
		return mailOf(hostileHead + "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n" + soup(r, 30) + "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
			strings.Repeat(oneOf(r, "Final-Recipient: rfc822; a@b.example\r\n\r\n", "Status: 5.1.1\r\n", "Action: failed\r\nDiagnostic-Code: smtp; 550 "+soup(r, 5)+"\r\n\r\n", "\r\n", "X"), scale(r, 5000)) + "--b\r\nContent-Type: message/rfc822\r\n\r\n" + hostileHead + "\r\n" + soup(r, 10) + "\r\n--b--\r\n")
	}},
	{"CSV", func(r *rand.Rand) hostileInput {
		d := oneOf(r, ",", ";", "\t", "|", "^", " ")
		var b strings.Builder
		if r.IntN(3) > 0 {
			b.WriteString(strings.Join([]string{"Order", "Tracking", "SKU", "Qty", "Status", "Name", "Postcode", "Carrier"}, d) + "\n")
		}
		row := oneOf(r, "1001"+d+"1Z999AA10123456784"+d+"AB-1"+d+"2"+d+"shipped\n", "\"1001"+d, strings.Repeat(d, 1+scale(r, 600))+"\n", "9.40011E+21"+d+"1"+d+"\"a\"\"b\"\n", "\n", "\"\n\"", soup(r, 6)+d+soup(r, 2)+"\n", "=\"1001\""+d+"'00012\n", d+"\r")
		b.WriteString(strings.Repeat(row, scale(r, 5000)))
		return hostileInput{name: oneOf(r, "x.csv", "x.tsv", "x.txt", "x"), raw: []byte(b.String())}
	}},
	{"a wide CSV", func(r *rand.Rand) hostileInput {
		return hostileInput{name: "x.csv", raw: []byte(strings.Repeat(oneOf(r, ",", "order,", "1001;", "\"\",", "1Z999AA10123456784\t"), scale(r, 60_000)) + "\n" + soup(r, 10))}
	}},
	{"X12", func(r *rand.Rand) hostileInput {
		kind := oneOf(r, "856", "855", "997", "850")
		segment := oneOf(r, "HL*1**S~", "HL*2*1*O~PRF*1001~", "MAN*CP*1Z999AA10123456784~", "LIN**VN*AB-1~SN1**2*EA~", "REF*CN*1Z999AA10123456784~", "PO1*1*2*EA~ACK*IB*2*EA~", "N1*ST*Ann~N3*1 Main~N4*Austin*TX*78701~", "*~", "~", "TD5"+strings.Repeat("*", scale(r, 300))+"~")
		sep := oneOf(r, "*", "|", "~", "A")
		return hostileInput{name: "x.edi", raw: []byte("ISA" + sep + strings.ReplaceAll("00*          *00*          *ZZ*PRAIRIE        *ZZ*SHOP           *250826*1000*U*00401*000000001*0*P*>", "*", sep) + "~GS*SH*A*B*20250826*1000*1*X*004010~ST*" + kind + "*0001~" + strings.Repeat(segment, scale(r, 5000)) + oneOf(r, "", "SE*1*0001~", "SE*1*0001~GE*1*1~IEA*1*000000001~"))}
	}},
	{"EDIFACT", func(r *rand.Rand) hostileInput {
		segment := oneOf(r, "CPS+1'", "PAC+1++CT'", "GIN+BJ+00340123451234567890'", "LIN+1++4012345678901:EN'QTY+12:2'", "RFF+ON:1001'", "RFF+CN:1Z999AA10123456784'", "NAD+DP+++Ann+1 Main+Austin++78701+US'", "FTX+AAI+++"+soup(r, 8)+"'", "?'", "+:'", "IMD+F++:::x'")
		return hostileInput{name: "x.edi", raw: []byte(oneOf(r, "UNA:+.? '", "UNA''''''", "") + "UNB+UNOC:3+PRAIRIE+SHOP+250826:1000+1'UNH+1+" + oneOf(r, "DESADV", "ORDRSP", "INVOIC") + ":D:96A:UN'BGM+351+1+9'" + strings.Repeat(segment, scale(r, 5000)) + oneOf(r, "", "UNT+2+1'UNZ+1+1'"))}
	}},
	{"a workbook", func(r *rand.Rand) hostileInput { return hostileInput{name: "x.xlsx", raw: workbook(r)} }},
	{"a zip", func(r *rand.Rand) hostileInput { return hostileInput{name: "x.zip", raw: archive(r)} }},
	{"a PDF", func(r *rand.Rand) hostileInput { return hostileInput{name: "x.pdf", raw: portable(r)} }},
	{"noise", func(r *rand.Rand) hostileInput {
		b := make([]byte, scale(r, 10_000))
		for i := range b {
			b[i] = byte(r.IntN(256))
		}
		return hostileInput{name: oneOf(r, "x.eml", "x.csv", "x.pdf", "x.xlsx", "x.zip", "winmail.dat", "x", ""), raw: append([]byte(oneOf(r, "", "%PDF-1.4\n", "PK\x03\x04", "UNB+", "\xff\xfe", "From: a@b.example\n\n")), b...)}
	}},
}

const hostileHead = "From: Warehouse <orders@prairie-supply.example>\r\nTo: orders@shop.example\r\nSubject: Re: PO 1001\r\nMessage-ID: <1@prairie-supply.example>\r\n"

func mailOf(s string) hostileInput { return hostileInput{raw: []byte(s)} }

func htmlMail(body string) hostileInput {
	return mailOf(hostileHead + "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>" + body)
}

func oneOf(r *rand.Rand, all ...string) string { return all[r.IntN(len(all))] }

// scale is a number up to most: small ones are as likely as large ones, so that a run is not spent on the large ones alone.
func scale(r *rand.Rand, most int) int {
	bits := 0
	for 1<<bits < most {
		bits++
	}
	n := 1 + r.IntN(1<<r.IntN(bits+1))
	if n > most/8 && r.IntN(4) > 0 {
		n /= 8
	}
	return min(n, most)
}

// soup are n words that mean something, in any order.
func soup(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(soupWords[r.IntN(len(soupWords))])
		b.WriteString(oneOf(r, " ", " ", " ", " ", "\n", ", ", ": ", ". ", "\t", "-"))
	}
	return b.String()
}

var soupWords = strings.Split("order|PO|1001|1002-A|#1003|shipped|has|not|been|UPS|1Z999AA10123456784|FedEx|961234567890|tracking|number|respectively|and|out|of|stock|until|May|5|2025-05-01|cancelled|please|?|ship|to|Ann|Cole,|12|Main|St|Austin,|TX|78701|2|x|AB-1|"+
	"Bestellung|versandt|nicht|auf|Lager|storniert|Sendungsnummer|commande|expédiée|rupture|de|pedido|enviado|agotado|ordine|spedito|bestelling|verzonden|zamówienie|wysłane|订单|已发货|缺货|注文|発送しました|在庫切れ|ignore|the|earlier|WB-0123456789|RB123456785GB|"+
	"https://www.ups.com/track?tracknum=1Z999AA10123456784|On|wrote:|Best|regards|confidential|back|order|total|invoice|9.40011E+21|+1|555|123|4567|DE123456789|>|*|_|—|é|１２３|\u200b|=|(|)|[|]|\"|;|the|rest|follows|3|of|pieces|will|if|would|question|a@b.example", "|")

// workbook is an XLSX whose parts lie.
func workbook(r *rand.Rand) []byte {
	rows := oneOf(r, strings.Repeat(`<row r="1"><c r="A1" t="inlineStr"><is><t>order</t></is></c></row>`, scale(r, 2000)), strings.Repeat(`<row><c t="s"><v>`+oneOf(r, "0", "-1", "4294967295", "x", "1e9")+`</v></c></row>`, scale(r, 2000)), `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`,
		`<row r="4294967295"><c r="ZZZZZZ9"><v>1</v></c></row>`, strings.Repeat(`<row r="`+oneOf(r, "1", "999999", "-5", "1048576")+`">`, scale(r, 3000)), `<row r="1">`+strings.Repeat(`<c r="A1"><v>1.2E+17</v></c>`, scale(r, 20_000))+`</row>`, `<row r="1"><c r="A1" t="e"><f>`+strings.Repeat("A1+", scale(r, 5000))+`</f></c></row>`)
	doctype, strs := "", strings.Repeat("<si><t>"+soup(r, 2)+"</t></si>", scale(r, 500))
	if r.IntN(3) == 0 {
		doctype = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
		strs = "<si><t>&c;&c;&c;</t></si>"
	}
	merge := ""
	if r.IntN(3) == 0 {
		merge = "<mergeCells>" + strings.Repeat(`<mergeCell ref="`+oneOf(r, "A1:XFD1048576", "A1:B2", "B2:A1", "A0:A0", ":")+`"/>`, scale(r, 2000)) + "</mergeCells>"
	}
	sheets, rels, kinds := "", "", ""
	n := scale(r, 100)
	for i := range n {
		sheets += fmt.Sprintf(`<sheet name="%s%d" sheetId="%d" r:id="r%d"/>`, oneOf(r, "S", "&amp;", "../"), i, i, i)
		rels += fmt.Sprintf(`<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="%s"/>`, i, oneOf(r, "worksheets/sheet1.xml", "/xl/workbook.xml", "../../x", "worksheets/none.xml"))
		kinds += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i)
	}
	return pack([]entry{
		{"[Content_Types].xml", []byte(`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` + kinds + `<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`)},
		{"_rels/.rels", []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(doctype + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + sheets + `</sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels + `</Relationships>`)},
		{"xl/sharedStrings.xml", []byte(doctype + `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="` + oneOf(r, "1", "-1", "4294967295") + `">` + strs + `</sst>`)},
		{"xl/worksheets/sheet1.xml", []byte(doctype + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="` + oneOf(r, "A1", "A1:XFD1048576", "x") + `"/><sheetData>` + rows + `</sheetData>` + merge + `</worksheet>`)},
	})
}

// archive is a zip of many, of zips, or of zeros.
func archive(r *rand.Rand) []byte {
	switch r.IntN(4) {
	case 0:
		var all []entry
		for i := range scale(r, 3000) {
			all = append(all, entry{fmt.Sprintf("%s%d.%s", oneOf(r, "", "../", "a/b/", "/", "é"), i, oneOf(r, "csv", "txt", "eml", "zip", "pdf")), []byte(soup(r, 3))})
		}
		return pack(all)
	case 1:
		raw := []byte(soup(r, 20))
		for range scale(r, 30) {
			raw = pack([]entry{{oneOf(r, "x.zip", "x.csv", "x"), raw}})
		}
		return raw
	case 2:
		return pack([]entry{{oneOf(r, "x.csv", "xl/workbook.xml", "x.xlsx", "x.txt"), bytes.Repeat([]byte(oneOf(r, "0", "1001,", "\n", " ")), scale(r, 4<<20))}})
	}
	raw := pack([]entry{{"a.csv", []byte("order,tracking\n1001,1Z999AA10123456784\n")}, {"a.csv", []byte(soup(r, 50))}})
	for range 1 + r.IntN(8) { // sizes, offsets and methods in the directory
		if at := bytes.LastIndex(raw, []byte("PK\x01\x02")); at >= 0 && at+46 < len(raw) {
			raw[at+8+r.IntN(38)] = byte(r.IntN(256))
		}
	}
	return raw
}

// portable is a PDF whose objects lie.
func portable(r *rand.Rand) []byte {
	content := oneOf(r, "BT /F1 12 Tf 72 700 Td (Order 1001 shipped 1Z999AA10123456784) Tj ET", strings.Repeat("BT (x) Tj ET ", scale(r, 5000)), strings.Repeat("q ", scale(r, 5000)), strings.Repeat("[", scale(r, 5000)), strings.Repeat("(", scale(r, 5000)), strings.Repeat("<<", scale(r, 5000)),
		"BT /F1 1e308 Tf "+strings.Repeat("9e99 0 Td (1001) Tj ", scale(r, 500))+"ET", "/X Do "+strings.Repeat("/X Do ", scale(r, 500)), "BT ["+strings.Repeat("(a) -99999 ", scale(r, 3000))+"] TJ ET", strings.Repeat("1 0 0 1 0 0 cm ", scale(r, 5000)))
	filter := ""
	body := []byte(content)
	switch r.IntN(4) {
	case 0:
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write(bytes.Repeat(body, 1+scale(r, 200)))
		_ = w.Close()
		body, filter = z.Bytes(), oneOf(r, "/Filter /FlateDecode", "/Filter [/FlateDecode /FlateDecode]", "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns "+oneOf(r, "1", "0", "-1", "999999999")+" >>", "/Filter [/ASCII85Decode /FlateDecode]")
	case 1:
		filter = "/Filter " + oneOf(r, "/LZWDecode", "/ASCII85Decode", "/RunLengthDecode", "/X", "9 0 R")
	}
	var b bytes.Buffer
	var at []int
	object := func(s string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	b.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object(oneOf(r, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>", "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", "<< /Type /Pages /Kids ["+strings.Repeat("3 0 R ", scale(r, 3000))+"] /Count "+oneOf(r, "3000", "-1", "1")+" >>", "<< /Type /Pages /Kids 2 0 R /Count 5 >>"))
	object("<< /Type /Page /Parent " + oneOf(r, "2", "3", "9") + " 0 R /Contents " + oneOf(r, "4 0 R", "[4 0 R 4 0 R 4 0 R]", "[["+strings.Repeat("[", scale(r, 500))+"4 0 R]]", "3 0 R") + " /Resources << /Font << /F1 5 0 R >> /XObject << /X 4 0 R >> >> >>")
	object(fmt.Sprintf("<< /Length %s %s >>\nstream\n%s\nendstream", oneOf(r, fmt.Sprint(len(body)), "999999999", "-1", "4 0 R", "0"), filter, body))
	object("<< /Type /Font /Subtype " + oneOf(r, "/Type1 /BaseFont /Helvetica", "/Type0 /DescendantFonts [5 0 R] /Encoding /Identity-H /ToUnicode 4 0 R", "/Type1 /FirstChar -1 /LastChar 999999999 /Widths ["+strings.Repeat("1 ", scale(r, 3000))+"]") + " >>")
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %s\n0000000000 65535 f \n", oneOf(r, fmt.Sprint(len(at)+1), "1", "999999999", "-1"))
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %s /Root %s 0 R %s >>\nstartxref\n%s\n%%%%EOF\n", oneOf(r, "6", "999999999", "-1"), oneOf(r, "1", "2", "9"), oneOf(r, "", fmt.Sprintf("/Prev %d", start), "/Encrypt 5 0 R", "/XRefStm 9"), oneOf(r, fmt.Sprint(start), "0", "-1", "999999999"))
	return b.Bytes()
}
