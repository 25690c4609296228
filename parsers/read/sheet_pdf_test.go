package read_test

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// press prints PDF files in the ways that programs do.
type press struct {
	objects [][]byte // body of object i+1
	streams bool     // objects in object streams, and a cross reference stream (PDF 1.5)
	locked  string   // user password; "-" for none but encrypted all the same
	short   bool     // encrypted with a key of 40 bits
}

func (p *press) add(format string, args ...any) int {
	p.objects = append(p.objects, []byte(fmt.Sprintf(format, args...)))
	return len(p.objects)
}

func (p *press) stream(dict, data string) int {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write([]byte(data))
	_ = w.Close()
	return p.add("<< %s /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", dict, z.Len(), z.String())
}

var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// lock encrypts by the standard handler, revision 3, 128 bits, or revision 2, 40 bits (PDF 1.7 section 7.6.3), with an owner password that nobody
// knows.
func (p *press) lock(id string) (dict string, key []byte) {
	pad := func(s string) []byte { return append([]byte(s), padding...)[:32] }
	hash := func(parts ...[]byte) []byte {
		sum := md5.Sum(bytes.Join(parts, nil))
		if p.short {
			return sum[:5]
		}
		for range 50 {
			sum = md5.Sum(sum[:])
		}
		return sum[:]
	}
	cipher := func(key, data []byte) []byte {
		out := bytes.Clone(data)
		rounds := 20
		if p.short {
			rounds = 1
		}
		for i := range rounds {
			turned := bytes.Clone(key)
			for k := range turned {
				turned[k] ^= byte(i)
			}
			c, _ := rc4.NewCipher(turned)
			c.XORKeyStream(out, out)
		}
		return out
	}
	owner := cipher(hash(pad("owner")), pad(strings.TrimPrefix(p.locked, "-")))
	key = hash(pad(strings.TrimPrefix(p.locked, "-")), owner, []byte{0xfc, 0xff, 0xff, 0xff}, []byte(id))
	if p.short {
		return fmt.Sprintf("<< /Filter /Standard /V 1 /R 2 /O <%x> /U <%x> /P -4 >>", owner, cipher(key, padding)), key
	}
	first := md5.Sum(append(bytes.Clone(padding), id...))
	user := append(cipher(key, first[:]), make([]byte, 16)...)
	return fmt.Sprintf("<< /Filter /Standard /V 2 /R 3 /Length 128 /O <%x> /U <%x> /P -4 >>", owner, user), key
}

func (p *press) bytes(root int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(p.objects)+1)
	trailer := fmt.Sprintf("/Root %d 0 R", root)
	var key []byte
	if p.locked != "" {
		var dict string
		dict, key = p.lock("0123456789abcdef")
		n := p.add("%s", dict)
		at = append(at, 0)
		trailer += fmt.Sprintf(" /Encrypt %d 0 R /ID [<%x> <%x>]", n, "0123456789abcdef", "0123456789abcdef")
	}
	packed := map[int]int{} // object to its index in the object stream
	if p.streams {
		var head, body bytes.Buffer
		for i, o := range p.objects {
			if bytes.Contains(o, []byte("endstream")) {
				continue
			}
			fmt.Fprintf(&head, "%d %d ", i+1, body.Len())
			body.Write(o)
			body.WriteByte(' ')
			packed[i+1] = len(packed)
		}
		p.stream(fmt.Sprintf("/Type /ObjStm /N %d /First %d", len(packed), head.Len()), head.String()+body.String())
		at = append(at, 0)
	}
	for i, o := range p.objects {
		if _, ok := packed[i+1]; ok {
			continue
		}
		if j := bytes.Index(o, []byte("stream\n")); key != nil && j >= 0 {
			n := i + 1
			sum := md5.Sum(append(slices.Clone(key), byte(n), byte(n>>8), byte(n>>16), 0, 0))
			c, _ := rc4.NewCipher(sum[:min(len(key)+5, 16)])
			end := bytes.LastIndex(o, []byte("\nendstream"))
			c.XORKeyStream(o[j+7:end], o[j+7:end])
		}
		at[i+1] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	if p.streams {
		var rows bytes.Buffer
		rows.Write([]byte{0, 0, 0, 0, 0, 0, 0})
		last := len(p.objects)
		for n := 1; n <= last; n++ {
			var row [7]byte
			if i, ok := packed[n]; ok {
				row[0] = 2
				binary.BigEndian.PutUint32(row[1:], uint32(last))
				binary.BigEndian.PutUint16(row[5:], uint16(i))
			} else {
				row[0] = 1
				binary.BigEndian.PutUint32(row[1:], uint32(at[n]))
			}
			rows.Write(row[:])
		}
		rows.Write([]byte{1})
		_ = binary.Write(&rows, binary.BigEndian, uint32(start))
		rows.Write([]byte{0, 0})
		n := p.stream(fmt.Sprintf("/Type /XRef /Size %d /W [1 4 2] %s", last+2, trailer), rows.String())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", n, p.objects[n-1], start)
		return b.Bytes()
	}
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(p.objects)+1)
	for n := 1; n <= len(p.objects); n++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", at[n])
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n", len(p.objects)+1, trailer, start)
	return b.Bytes()
}

// at writes a text at a place; put writes lines of cells at the given columns, from the top.
func at(x, y int, text string) string {
	return fmt.Sprintf("BT /F1 10 Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n", x, y, strings.NewReplacer("(", `\(`, ")", `\)`).Replace(numbers(text)))
}

func put(y int, columns []int, lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		for i, c := range strings.Split(line, "|") {
			if c != "" {
				b.WriteString(at(columns[i], y, c))
			}
		}
		y -= 14
	}
	return b.String()
}

const winFont = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"

// printed makes a file of pages with one font.
func printed(p *press, font string, pages ...string) []byte {
	catalog := p.add("<< /Type /Catalog /Pages 2 0 R >>")
	var kids []string
	p.add("")
	f := p.add("%s", font)
	for _, content := range pages {
		c := p.stream("", content)
		n := p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 %d 0 R >> >> /Contents %d 0 R >>", f, c)
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
	}
	p.objects[1] = fmt.Appendf(nil, "<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return p.bytes(catalog)
}

// subset prints a page with a font whose codes mean nothing without its ToUnicode table, as office programs do.
func subset(lines string) []byte {
	codes := map[rune]int{}
	var hex strings.Builder
	y := 800
	for _, line := range strings.Split(numbers(lines), "\n") {
		x := 50
		for _, cell := range strings.Split(line, "\t") {
			fmt.Fprintf(&hex, "BT /F1 10 Tf 1 0 0 1 %d %d Tm <", x, y)
			for _, r := range cell {
				if codes[r] == 0 {
					codes[r] = len(codes) + 3
				}
				fmt.Fprintf(&hex, "%04x", codes[r])
			}
			hex.WriteString("> Tj ET\n")
			x += 150
		}
		y -= 14
	}
	var cmap strings.Builder
	fmt.Fprintf(&cmap, "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> endcodespacerange\n%d beginbfchar\n", len(codes))
	for r, c := range codes {
		fmt.Fprintf(&cmap, "<%04x> <%04x>\n", c, r)
	}
	cmap.WriteString("endbfchar endcmap CMapName currentdict /CMap defineresource pop end end")
	p := &press{streams: true}
	catalog := p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [7 0 R] /Count 1 >>")
	p.add("<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Arial /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>")
	p.add("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Arial /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 556 >>")
	p.stream("", cmap.String())
	p.stream("", hex.String())
	p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 6 0 R >>")
	return p.bytes(catalog)
}

// inForm prints a page whose text stands in a form that the page draws, and that one in another.
func inForm(content string) []byte {
	p := &press{}
	catalog := p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [6 0 R] /Count 1 >>")
	p.add(winFont)
	p.stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>", content)
	p.stream("", "q 1 0 0 1 0 -20 cm /Fm1 Do Q\n")
	p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Fm1 4 0 R >> /Font << /F1 3 0 R >> >> /Contents 5 0 R >>")
	return p.bytes(catalog)
}

func latin(s string) string {
	return strings.NewReplacer("ä", "\xe4", "ö", "\xf6", "ü", "\xfc", "ß", "\xdf", "é", "\xe9", "è", "\xe8", "à", "\xe0", "°", "\xb0", "ñ", "\xf1", "º", "\xba", "ç", "\xe7", "ã", "\xe3").Replace(s)
}

func TestPrinted(t *testing.T) {
	four := []int{50, 130, 330, 420}
	english := put(800, []int{50}, "Prairie Supply Co.", "PACKING LIST", "", "Purchase order: 10231", "Ship date: 05/12/2025", "Carrier: UPS Ground", "Tracking number: {U1}") +
		put(650, four, "Item|Description|Ordered|Shipped", "AB-1|Galvanized bucket|2|2", "CD-2|Shovel|1|1")
	german := latin(put(800, []int{50, 330}, "Nordlicht GmbH|Lieferschein Nr. 2025-0881", "|Datum: 12.05.2025", "Herrn|Ihre Bestellung: 10231", "Jürgen Groß|Kundennummer: 4711", "Hauptstraße 5|Versand: DHL Paket", "10115 Berlin|Sendungsnummer: {D1}")) +
		latin(put(650, four, "Pos.|Artikel|Bezeichnung|Menge", "1|AB-1|Eimer verzinkt|2 Stk", "2|CD-2|Schaufel|1 Stk"))
	testPapers(t, []paper{
		{name: "packing list", file: "x.pdf", doc: printed(&press{}, winFont, english), want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "lieferschein", file: "x.pdf", doc: printed(&press{}, winFont, german), want: "10231 shipment {D1} [AB-1*2 CD-2*1]"},
		{name: "cross reference stream", file: "x.pdf", doc: printed(&press{streams: true}, winFont, english), want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "empty password", file: "x.pdf", doc: printed(&press{locked: "-"}, winFont, english), want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "empty password of old", file: "x.pdf", doc: printed(&press{locked: "-", short: true}, winFont, english), want: "", problems: "encrypted"},
		{name: "locked", file: "x.pdf", doc: printed(&press{locked: "secret"}, winFont, english), want: "", problems: "encrypted"},
		{name: "form", file: "x.pdf", doc: inForm(english), want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "subset font", file: "x.pdf", doc: subset("Bon de livraison\nVotre commande n° 10231\nTransporteur : Colissimo\nN° de suivi : 6A12345678901\n\nRéf.\tDésignation\tQté\nAB-1\tSeau\t2\nCD-2\tPelle\t1"), want: "10231 shipment 6A12345678901 [AB-1*2 CD-2*1]"},
		{name: "subset japanese", file: "x.pdf", doc: subset("納品書\nご注文番号：10231\n運送会社：佐川急便\nお問い合わせ番号：123456789013\n\n商品コード\t品名\t数量\nAB-1\tバケツ\t2"), want: "10231 shipment 123456789013 [AB-1*2]"},
		{name: "subset chinese list", file: "x.pdf", doc: subset("发货清单\n订单号\t快递公司\t运单号\n10231\t顺丰速运\tSF1390012345678\n10232\t顺丰速运\tSF1390012345687"), want: "10231 shipment SF1390012345678\n10232 shipment SF1390012345687"},
		{name: "list of shipments", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 130, 210, 300}, "Shipments, 12 May 2025")+put(780, []int{50, 130, 210, 300}, "PO|Carrier|Pieces|Tracking", "10231|UPS|1|{U1}", "10232|FedEx|2|{F1}", "10233|UPS|1|{U3}")), want: "10231 shipment {U1}\n10232 shipment {F1}\n10233 shipment {U3}"},
		{name: "list over two pages", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 130, 210}, "PO|Carrier|Tracking", "10231|UPS|{U1}", "10232|UPS|{U2}"), put(800, []int{50, 130, 210}, "10233|UPS|{U3}", "10234|UPS|{U4}")), want: "10231 shipment {U1}\n10232 shipment {U2}\n10233 shipment {U3}\n10234 shipment {U4}"},
		{name: "two columns of text", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 320}, "DISPATCH ADVICE|", "Deliver to:|Order details:", "Ada Loom|Your PO: 10231", "12 Main St|Our ref: SO-881", "Austin, TX 78701|Carrier: UPS", "USA|Tracking: {U1}")), want: "10231 shipment {U1}"},
		{name: "label above value", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 170, 290, 400}, "Dispatch note", "", "Your order|Our order|Date|Consignment", "10231|SO-881|12 May 2025|{U1}", "", "Code|Product|Qty|Unit", "AB-1|Bucket|2|pcs", "CD-2|Shovel|1|pcs")), want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "order confirmation", file: "x.pdf", doc: printed(&press{}, winFont, latin(put(800, []int{50, 330}, "Auftragsbestätigung Nr. 88123", "Ihre Bestellung: 10231", "Wir bestätigen Ihren Auftrag wie folgt:")+put(700, four, "Artikel|Bezeichnung|Menge|Liefertermin", "AB-1|Eimer|2|20.06.2025"))), want: "10231 acknowledgement [AB-1*2]"},
		{name: "backordered on the list", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50}, "PACKING SLIP", "PO Number: 10231", "UPS {U1}")+put(700, []int{50, 130, 300, 370, 440}, "SKU|Description|Ordered|Shipped|B/O", "AB-1|Bucket|2|2|0", "CD-2|Shovel|3|1|2")), want: "10231 shipment+ {U1} [AB-1*2 CD-2*1 CD-2*2/backorder]"},
		{name: "letter by letter", file: "x.pdf", doc: printed(&press{}, winFont, func() string {
			var b strings.Builder
			for i, line := range []string{"Your PO 10231 was shipped", "Tracking number " + number('U', 1)} {
				x := 50.0
				for _, c := range line {
					fmt.Fprintf(&b, "BT /F1 10 Tf 1 0 0 1 %.2f %d Tm (%c) Tj ET\n", x, 800-i*14, c)
					x += 5.56
				}
			}
			return b.String()
		}()), want: "10231 shipment {U1}"},
		{name: "scan", file: "x.pdf", doc: printed(&press{}, winFont, "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q\n"), want: "", problems: "no_text"},
		{name: "spanish", file: "x.pdf", doc: printed(&press{}, winFont, latin(put(800, []int{50}, "ALBARÁN DE ENTREGA", "Su pedido: 10231", "Transportista: SEUR", "Nº de seguimiento: 01234567890133")+put(720, four, "Ref.|Descripción|Cant.|Uds. enviadas", "AB-1|Cubo|2|2"))), want: "10231 shipment 01234567890133 [AB-1*2]"},
		{name: "dutch", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 180}, "PAKBON", "Uw bestelnummer|10231", "Verzonden via|PostNL", "Track & Trace|3SABCD123456789")+put(720, four, "Artikel|Omschrijving|Besteld|Geleverd", "AB-1|Emmer|2|2", "CD-2|Schop|1|0")), want: "10231 shipment 3SABCD123456789 [AB-1*2]"},
	})
}
