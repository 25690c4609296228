package read_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// onePage makes the smallest PDF with text: each line is drawn at its own height.
func onePage(lines ...string) []byte {
	var content, b strings.Builder
	for i, line := range lines {
		for k, cell := range strings.Split(line, "\t") {
			fmt.Fprintf(&content, "BT /F 10 Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n", 50+150*k, 700-14*i, cell)
		}
	}
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents 4 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", content.Len(), content.String())} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	b.WriteString("xref\n0 5\n0000000000 65535 f \n")
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", start)
	return []byte(b.String())
}

// Papers that programs print or send are read like mails and tables, with places in their pages and segments.
func TestPapers(t *testing.T) {
	const isa = "ISA*00*          *00*          *ZZ*PRAIRIE        *ZZ*SHOP           *250512*0930*U*00401*000000001*0*P*>~GS*SH*PRAIRIE*SHOP*20250512*0930*1*X*004010~"
	for _, c := range []struct {
		name   string
		doc    []byte
		format string
		kind   parsers.Kind
		notice string
		part   string // where the number stands
	}{
		{"list.pdf", onePage("Delivery note", "Your order: 1001", "Shipped with UPS, tracking number "+ups), "pdf", parsers.Shipment, "shipment 1001 > " + ups, "1.1"},
		{"table.pdf", onePage("Shipments", "", "Order\tTracking", "1001\t"+ups, "1002\t"+ups2), "pdf", parsers.Shipment, "shipment 1002 > " + ups2, "1.1"},
		{"x.edi", []byte(isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*CP*" + ups + "~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~SE*11*0001~"),
			"x12", parsers.Shipment, "shipment 1001 > " + ups, "1"},
		{"", []byte("UNB+UNOC:3+A+B+250512:0930+1'UNH+1+ORDRSP:D:96A:UN'BGM+231+5+4'RFF+ON:1001'LIN+1+7+AB-2:SA'QTY+21:1'UNT+6+1'"), "edifact", parsers.Rejection, "rejection 1001", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read.Document(c.doc, c.name, parsers.Profile{KeepText: true})
			if r.Format != c.format || r.Kind != c.kind || !slices.Contains(notices(r), c.notice) || len(r.Problems) > 0 {
				t.Errorf("format %s, kind %s, notices %q, problems %+v", r.Format, r.Kind, notices(r), r.Problems)
			}
			for _, s := range r.Statements {
				for _, n := range s.Tracking {
					if n.At.Part != c.part {
						t.Errorf("the number stands in %q, want %q", n.At.Part, c.part)
					}
					i := slices.IndexFunc(r.Parts, func(p parsers.Part) bool { return p.Number == n.At.Part })
					if i < 0 || n.At.Row == 0 && r.Parts[i].Text[n.At.Start:n.At.End] != n.Text {
						t.Errorf("%q is not at its place: %+v", n.Text, r.Parts)
					}
				}
			}
		})
	}
}
