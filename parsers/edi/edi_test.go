package edi

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/parsers"
)

const isa = "ISA*00*          *00*          *ZZ*PRAIRIE        *ZZ*SHOP           *250512*0930*U*00401*000000001*0*P*>~GS*SH*PRAIRIE*SHOP*20250512*0930*1*X*004010~"

func brief(all []parsers.Statement) string {
	var out []string
	for _, s := range all {
		line := string(s.Kind)
		for _, r := range s.Refs {
			line += " " + string(r.Label) + "=" + r.Text
		}
		for _, t := range s.Tracking {
			slug := ""
			if len(t.Carriers) > 0 {
				slug = t.Carriers[0].Carrier
			}
			line += " " + slug + ":" + t.Number
		}
		for _, l := range s.Lines {
			line += fmt.Sprintf(" %s*%d", l.SKU.Text, l.Quantity)
		}
		if s.Expected.Text != "" {
			line += " until " + s.Expected.Text
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct{ doc, want, problem string }{
		"856 number with the pack": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*GM*00000123450000000018**CP*1Z999AA10123456784~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~HL*5*2*P~MAN*CP*1Z5R89390357567127~HL*6*5*I~LIN**VN*AB-2~SN1**1*EA~CTT*6~SE*18*0001~",
			"shipment order=1001 ups:1Z999AA10123456784 AB-1*2\nshipment order=1001 ups:1Z5R89390357567127 AB-2*1", ""},
		"856 number with the shipment": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*FDEG~REF*CN*774891234560~HL*2*1*O~PRF*1001~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~HL*4*1*O~PRF*1002~HL*5*4*I~LIN**VN*AB-2~SN1**1*EA~SE*14*0001~",
			"shipment order=1001 fedex:774891234560 AB-1*2\nshipment order=1002 fedex:774891234560 AB-2*1", ""},
		"856 one product in two packs": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*CP*1Z999AA10123456784~HL*4*3*I~LIN**VN*AB-1~SN1**3*EA~HL*5*2*P~MAN*CP*1Z5R89390357567127~HL*6*5*I~LIN**VN*AB-1~SN1**1*EA~CTT*6~SE*18*0001~",
			"shipment order=1001 ups:1Z999AA10123456784 AB-1*4\nshipment order=1001 ups:1Z5R89390357567127", ""},
		"856 packs below items": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~HL*2*1*O~PRF*1001~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~HL*4*3*P~MAN*CP*1Z999AA10123456784~SE*11*0001~",
			"shipment order=1001 ups:1Z999AA10123456784 AB-1*2", ""},
		"855 lines": {isa + "ST*855*0001~BAK*00*AC*1001*20250512****SO-9~PO1*1*2*EA*9.5**VN*AB-1~ACK*IA*2*EA~PO1*2*1*EA*4**VN*AB-2~ACK*IB*1*EA*068*20250601~PO1*3*1*EA*4**VN*AB-3~ACK*IR*1*EA~CTT*3~SE*10*0001~",
			"acknowledgement order=1001 theirs=SO-9 AB-1*2\nbackorder order=1001 theirs=SO-9 AB-2*1 until 20250601\nrejection order=1001 theirs=SO-9 AB-3*1", ""},
		"855 accepted with none": {isa + "ST*855*0001~BAK*00*AC*1001*20250512~PO1*1*1*EA*9.5**VN*AB-1~ACK*IQ*0*EA~SE*5*0001~", "question order=1001 AB-1*1", ""},
		"856 one line of nothing": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*CP*1Z999AA10123456784~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~HL*5*3*I~LIN**VN*AB-2~SN1**0*EA~SE*16*0001~",
			"shipment order=1001 ups:1Z999AA10123456784 AB-1*2", ""},
		"855 rejected":          {isa + "ST*855*0001~BAK*00*RJ*1001*20250512~SE*3*0001~", "rejection order=1001", ""},
		"lines and other signs": {strings.ReplaceAll(strings.ReplaceAll(isa, "*", "|"), "~", "\n") + "ST|855|0001\nBAK|00|AK|1001|20250512\nSE|3|0001\n", "acknowledgement order=1001", ""},
		"856 pack without the empty element": {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*GM*00000123450000000018*CP*1Z999AA10123456784~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~SE*12*0001~",
			"shipment order=1001 ups:1Z999AA10123456784 AB-1*2", ""},
		"desadv with the rest to follow": {"UNB+UNOC:3+A+B+250512:0930+1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'RFF+ON:1001'RFF+CN:00340434161094042557'CPS+1'LIN+1++AB-1:SA'QTY+12:4'QTY+21:6'QVR+-2:21+BP'UNT+9+1'UNZ+1+1'", "shipment order=1001 dhl-germany:00340434161094042557 AB-1*4 AB-1*2", ""},
		"desadv number as a serial one":  {"UNB+UNOC:3+A+B+250512:0930+1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'TDT+20++30+31+:::POSTNL'RFF+ON:1001'CPS+1'PAC+1++CT'PCI+33E'GIN+BN+3SKLMD313404484'LIN+1++AB-1:SA'QTY+12:2'UNT+9+1'UNZ+1+1'", "shipment order=1001 postnl:3SKLMD313404484 AB-1*2", ""},
		"desadv":                         {"UNB+UNOC:3+A+B+250512:0930+1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'TDT+20++30++DHL::::DHL'RFF+ON:1001'RFF+CN:00340434161094042557'CPS+1'LIN+1++AB-1:SA'QTY+12:2'UNT+9+1'UNZ+1+1'", "shipment order=1001 dhl-germany:00340434161094042557 AB-1*2", ""},
		"ordrsp":                         {"UNA:+.? 'UNB+UNOC:3+A+B+250512:0930+1'UNH+1+ORDRSP:D:96A:UN'BGM+231+5+4'RFF+ON:10?+01'LIN+1+5+AB-1:SA'QTY+21:2'LIN+2+7+AB-2:SA'QTY+21:1'UNT+8+1'", "acknowledgement order=10+01 AB-1*2\nrejection order=10+01 AB-2*1", ""},
		"a receipt":                      {isa + "ST*997*0001~AK1*PO*1~SE*3*0001~", "", ""},
		"an unknown message":             {isa + "ST*846*0001~BIA*00~SE*3*0001~", "", "unknown_format"},
		"cut off":                        {isa + "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*CP*1Z999AA101", " order=1001 :1Z999AA101", "cut_off"},
		"no header":                      {"ISA*00*", "", "unknown_format"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "1", parsers.Profile{})
			if brief(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s", brief(got.Statements), c.want)
			}
			problem := ""
			if len(got.Problems) > 0 {
				problem = got.Problems[0].Code
			}
			if problem != c.problem {
				t.Errorf("problems %+v, want %q", got.Problems, c.problem)
			}
			for _, s := range got.Statements {
				for _, r := range s.Refs {
					if at := c.doc[r.At.Start:r.At.End]; at != r.Text && !strings.Contains(at, "?") {
						t.Errorf("%q stands at %q", r.Text, at)
					}
				}
				for _, tr := range s.Tracking {
					if c.doc[tr.At.Start:tr.At.End] != tr.Text {
						t.Errorf("%q stands at %q", tr.Text, c.doc[tr.At.Start:tr.At.End])
					}
				}
				if c.problem == "cut_off" && s.Kind != "" {
					t.Errorf("a cut message says %q", s.Kind)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.edi")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(isa + "ST*856*0001~BSN*00*88123~HL*1**S~HL*2*1*O~PRF*1001~MAN*CP*1Z999AA10123456784~SE*18*0001~"))
	f.Add([]byte("UNA:+.? 'UNH+1+ORDRSP:D:96A:UN'BGM+231+5+4'RFF+ON:10?+01'LIN+1+5+AB-1:SA'"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		Looks(doc)
		for _, s := range Parse(doc, "1", parsers.Profile{}).Statements {
			for _, r := range s.Refs {
				if r.At.Start < 0 || r.At.End > len(doc) || r.At.Start > r.At.End {
					t.Fatalf("place %+v", r.At)
				}
			}
		}
	})
}

// TestUnsure: a test interchange, and a notice of a shipment of nothing, say nothing that may be acted upon.
func TestUnsure(t *testing.T) {
	notice := "ST*856*0001~BSN*00*88123*20250512*0930~HL*1**S~HL*2*1*O~PRF*1001~HL*3*2*P~MAN*CP*1Z999AA10123456784~HL*4*3*I~LIN**VN*AB-1~SN1**%s*EA~SE*11*0001~"
	for name, doc := range map[string]string{
		"X12 test":     strings.Replace(isa, "*0*P*>", "*0*T*>", 1) + fmt.Sprintf(notice, "2"),
		"X12 zero":     isa + fmt.Sprintf(notice, "0"),
		"EDIFACT test": "UNB+UNOC:3+A+B+250512:0930+1++++++1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'RFF+ON:1001'LIN+1++AB-1:SA'QTY+12:2'UNT+6+1'UNZ+1+1'",
		"EDIFACT zero": "UNB+UNOC:3+A+B+250512:0930+1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'RFF+ON:1001'LIN+1++AB-1:SA'QTY+12:0'UNT+6+1'UNZ+1+1'",
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(doc), "1", parsers.Profile{}).Statements
			if len(got) != 1 || got[0].Score > unclear {
				t.Errorf("%s: %+v", brief(got), got)
			}
		})
	}
}
