package read_test

import (
	"fmt"
	"strings"
	"testing"
)

// x12 wraps transactions in an interchange; element and segment separators may be others than * and ~.
func x12(separators string, transactions ...string) []byte {
	element, component, segment := separators[:1], separators[1:2], separators[2:]
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*EDIMART        *ZZ*SHOP           *250512*0930*U*00401*000000001*0*P*\x00~GS*SH*EDIMART*SHOP*20250512*0930*1*X*004010~")
	for i, t := range transactions {
		kind, rest, _ := strings.Cut(t, "~")
		fmt.Fprintf(&b, "ST*%s*%04d~%sSE*%d*%04d~", kind, i+1, rest, strings.Count(rest, "~")+2, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*1~IEA*1*000000001~", len(transactions))
	return []byte(strings.NewReplacer("*", element, "\x00", component, "~", segment).Replace(b.String()))
}

// edifact wraps messages in an interchange with the usual separators.
func edifact(messages ...string) []byte {
	var b strings.Builder
	b.WriteString("UNB+UNOC:3+4012345000009:14+SHOP+250512:0930+77'")
	for i, m := range messages {
		kind, rest, _ := strings.Cut(m, "'")
		fmt.Fprintf(&b, "UNH+%d+%s'\n%sUNT+%d+%d'\n", i+1, kind, strings.ReplaceAll(rest, "'", "'\n"), strings.Count(rest, "'")+2, i+1)
	}
	fmt.Fprintf(&b, "UNZ+%d+77'", len(messages))
	return []byte(b.String())
}

func TestInterchanges(t *testing.T) {
	testPapers(t, []paper{
		{name: "856 pick and pack", file: "x.edi", doc: x12("*>~", "856~BSN*00*880123*20250512*0930*0001~HL*1**S~TD1*CTN*2~TD5*O*2*UPSN*M*UPS GROUND~REF*BM*55012~DTM*011*20250512~N1*ST*ADA LOOM~N3*12 MAIN ST~N4*AUSTIN*TX*78701*US~HL*2*1*O~PRF*10231***20250510~HL*3*2*P~MAN*GM*00000123450000000018~MAN*CP*{U1}~HL*4*3*I~LIN*1*VP*AB-1*UP*400638133393~SN1*1*2*EA~HL*5*2*P~MAN*CP*{U2}~HL*6*5*I~LIN*2*VP*CD-2~SN1*2*1*EA~CTT*6~"),
			want: "10231 shipment {U1} {U2} [AB-1*2 CD-2*1]"},
		{name: "856 standard, tracking in the shipment's reference", file: "x.edi", doc: x12("*>~", "856~BSN*00*880123*20250512*0930*0004~HL*1**S~TD5**2*FDEG~REF*2I*{F1}~HL*2*1*O~PRF*10231~HL*3*2*I~LIN**SK*AB-1~SN1**2*EA~"),
			want: "10231 shipment {F1} [AB-1*2]"},
		{name: "856 tracking before the order", file: "x.edi", doc: x12("*>~", "856~BSN*00*880123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*P~MAN*CP*{U1}~HL*3*2*O~PRF*10231~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~HL*5*3*I~LIN**VN*CD-2~SN1**1*EA~"),
			want: "10231 shipment {U1} [AB-1*2 CD-2*1]"},
		{name: "856 two orders, each its parcel", file: "x.edi", doc: x12("*>~", "856~BSN*00*880123*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*10231~REF*CN*{U1}~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~HL*4*1*O~PRF*10232~REF*CN*{U2}~HL*5*4*I~LIN**VN*CD-2~SN1**1*EA~"),
			want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "856 several transactions", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~REF*CN*{U1}~HL*2*1*O~PRF*10231~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~", "856~BSN*00*2*20250512*0930~HL*1**S~REF*CN*{U2}~HL*2*1*O~PRF*10232~HL*3*2*I~LIN**VN*CD-2~SN1**1*EA~"),
			want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "856 other separators", file: "x.txt", doc: x12("|^\n", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~REF*CN*{U1}~HL*2*1*O~PRF*10231~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~"),
			want: "10231 shipment {U1} [AB-1*2]"},
		{name: "856 short shipped", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*10231~HL*3*2*P~MAN*CP*{U1}~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA**5*EA**BO~"),
			want: "10231 shipment+ {U1} [AB-1*2 AB-1*3/backorder]"},
		{name: "856 line wrapped with line ends", file: "x.edi", doc: []byte(strings.ReplaceAll(string(x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*10231~HL*3*2*P~MAN*CP*{U1}~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~")), "~", "~\r\n")),
			want: "10231 shipment {U1} [AB-1*2]"},
		{name: "856 several numbers in a pack", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*10231~HL*3*2*P~MAN*CP*{U1}~MAN*CP*{U2}~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~"),
			want: "10231 shipment {U1} {U2} [AB-1*2]"},
		{name: "856 order in REF", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~REF*CN*{U1}~HL*2*1*O~REF*PO*10231~HL*3*2*I~LIN**VN*AB-1~SN1**2*EA~"),
			want: "10231 shipment {U1} [AB-1*2]"},
		{name: "856 only an sscc", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~HL*2*1*O~PRF*10231~HL*3*2*P~MAN*GM*00000123450000000018~HL*4*3*I~LIN**VN*AB-1~SN1**2*EA~"),
			want: "10231 shipment [AB-1*2]"},
		{name: "856 cancelled notice", file: "x.edi", doc: x12("*>~", "856~BSN*01*880123*20250512*0930~HL*1**S~REF*CN*{U1}~HL*2*1*O~PRF*10231~"),
			want: "10231 question {U1}"},
		{name: "856 wrong counts", file: "x.edi", doc: []byte(strings.ReplaceAll(string(x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD5**2*UPSN~REF*CN*{U1}~HL*2*1*O~PRF*10231~")), "SE*7*", "SE*99*")),
			want: "10231 shipment {U1}"},
		{name: "856 without trailers", file: "x.edi", doc: []byte(strings.Split(string(x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~REF*CN*{U1}~HL*2*1*O~PRF*10231~")), "GE*")[0]),
			want: "10231 shipment {U1}"},
		{name: "855 codes", file: "x.edi", doc: x12("*>~", "855~BAK*00*AC*10231*20250510****SO-77~PO1*1*2*EA*9.5**VP*AB-1~ACK*IA*2*EA~PO1*2*4*EA*9.5**VP*CD-2~ACK*IQ*3*EA~ACK*IB*1*EA*068*20250620~PO1*3*1*EA*1**VP*EF-3~ACK*IR*1*EA~PO1*4*1*EA*1**VP*GH-4~ACK*ID*1*EA~CTT*4~"),
			want: "10231 acknowledgement [AB-1*2 CD-2*3]\n10231 backorder [CD-2*1] until 20250620\n10231 rejection [EF-3*1]\n10231 cancellation [GH-4*1]"},
		{name: "855 accepted whole", file: "x.edi", doc: x12("*>~", "855~BAK*00*AD*10231*20250510~PO1*1*2*EA*9.5**VP*AB-1~PO1*2*1*EA*9.5**VP*CD-2~CTT*2~"),
			want: "10231 acknowledgement [AB-1*2 CD-2*1]"},
		{name: "855 price changed", file: "x.edi", doc: x12("*>~", "855~BAK*00*AC*10231*20250510~PO1*1*2*EA*9.5**VP*AB-1~ACK*IP*2*EA~"),
			want: "10231 question [AB-1*2]"},
		{name: "855 substitution", file: "x.edi", doc: x12("*>~", "855~BAK*00*AC*10231*20250510~PO1*1*2*EA*9.5**VP*AB-1~ACK*IS*2*EA****VP*AB-9~"),
			want: "10231 question [AB-1*2]"},
		{name: "855 rejected with a note", file: "x.edi", doc: x12("*>~", "855~BAK*00*RD*10231*20250510~PO1*1*2*EA*9.5**VP*AB-1~ACK*IR*2*EA~"),
			want: "10231 rejection [AB-1*2]"},
		{name: "855 several and a receipt", file: "x.edi", doc: x12("*>~", "997~AK1*PO*12~AK9*A*1*1*1~", "855~BAK*00*AC*10231*20250510~PO1*1*2*EA*9.5**VP*AB-1~ACK*IA*2*EA~", "855~BAK*00*AC*10232*20250510~PO1*1*1*EA*9.5**VP*CD-2~ACK*IB*1*EA*068*20250620~"),
			want: "10231 acknowledgement [AB-1*2]\n10232 backorder [CD-2*1] until 20250620"},
		{name: "870 order status", file: "x.edi", doc: x12("*>~", "870~BSR*3*PA*880*20250512~HL*1**O~PRF*10231~HL*2*1*I~ISR*SS*20250512~PO1*1*2*EA***VP*AB-1~REF*CN*{U1}~HL*3**O~PRF*10232~HL*4*3*I~ISR*BO*20250620~PO1*1*1*EA***VP*CD-2~"),
			want: "10231 shipment {U1} [AB-1*2]\n10232 backorder [CD-2*1] until 20250620"},
		{name: "865 change", file: "x.edi", doc: x12("*>~", "865~BCA*00*AC*10231**1*20250512~POC*1*DI*2*0*EA***VP*AB-1~"),
			want: "10231 cancellation [AB-1*2]"},
		{name: "810 invoice", file: "x.edi", doc: x12("*>~", "810~BIG*20250512*90017*20250510*10231~IT1*1*2*EA*9.5**VP*AB-1~TDS*1900~"), want: ""},
		{name: "desadv with packages", file: "x.edi", doc: edifact("DESADV:D:96A:UN:EAN005'BGM+351+880123+9'DTM+137:20250512:102'DTM+11:20250512:102'RFF+ON:10231'RFF+DQ:55012'NAD+DP+++ADA LOOM+HAUPTSTR. 5+BERLIN++10115+DE'TDT+20++30+31+:::DHL'CPS+1'PAC+2++CT'CPS+2+1'PAC+1++CT'PCI+33E'GIN+BJ+340123450000000014'RFF+CN:{D1}'LIN+1++4006381333931:EN'PIA+1+AB-1:SA'QTY+12:2:PCE'CPS+3+1'PAC+1++CT'PCI+33E'GIN+BJ+340123450000000021'RFF+CN:{D2}'LIN+2++4006381333948:EN'PIA+1+CD-2:SA'QTY+12:1:PCE'CNT+2:2'"),
			want: "10231 shipment {D1} {D2} [AB-1*2 CD-2*1]"},
		{name: "desadv orders by line", file: "x.edi", doc: edifact("DESADV:D:01B:UN:EAN007'BGM+351+880123+9'RFF+AAS:{D1}'TDT+20++30+31+DHL::92'CPS+1'LIN+1++AB-1:SA'QTY+12:2'RFF+ON:10231:1'LIN+2++CD-2:SA'QTY+12:1'RFF+ON:10232:1'"),
			want: "10231 shipment {D1} [AB-1*2]\n10232 shipment {D1} [CD-2*1]"},
		{name: "desadv short", file: "x.edi", doc: edifact("DESADV:D:96A:UN'BGM+351+880123+9'RFF+ON:10231'RFF+CN:{D1}'CPS+1'LIN+1++AB-1:SA'QTY+12:2'QTY+21:5'QTY+83:3'QVR+3:21'DTM+69:20250620:102'"),
			want: "10231 shipment+ {D1} [AB-1*2 AB-1*3/backorder]"},
		{name: "desadv with markings", file: "x.edi", doc: edifact("DESADV:D:96A:UN'BGM+351+880123+9'RFF+ON:10231'TDT+20++30++:::UPS'CPS+1'PAC+1++CT'PCI+16+{U1}'LIN+1++AB-1:SA'QTY+12:2'"),
			want: "10231 shipment {U1} [AB-1*2]"},
		{name: "desadv several messages", file: "x.edi", doc: edifact("DESADV:D:96A:UN'BGM+351+1+9'RFF+ON:10231'RFF+CN:{D1}'CPS+1'LIN+1++AB-1:SA'QTY+12:2'", "DESADV:D:96A:UN'BGM+351+2+9'RFF+ON:10232'RFF+CN:{D2}'CPS+1'LIN+1++CD-2:SA'QTY+12:1'"),
			want: "10231 shipment {D1} [AB-1*2]\n10232 shipment {D2} [CD-2*1]"},
		{name: "desadv other separators", file: "x.edi", doc: []byte(strings.NewReplacer("UNB", "UNA|^.! ~UNB", "+", "^", ":", "|", "'", "~").Replace(string(edifact("DESADV:D:96A:UN'BGM+351+1+9'RFF+ON:10231'RFF+CN:{D1}'CPS+1'LIN+1++AB-1:SA'QTY+12:2'")))),
			want: "10231 shipment {D1} [AB-1*2]"},
		{name: "ordrsp", file: "x.edi", doc: edifact("ORDRSP:D:96A:UN:EAN005'BGM+231+5501+29'DTM+137:20250511:102'RFF+ON:10231'LIN+1+5+AB-1:SA'QTY+21:2'LIN+2+3+CD-2:SA'QTY+21:4'QTY+83:1'QTY+113:3'DTM+69:20250620:102'LIN+3+7+EF-3:SA'QTY+21:1'"),
			want: "10231 acknowledgement [AB-1*2 CD-2*3]\n10231 backorder [CD-2*1] until 20250620\n10231 rejection [EF-3*1]"},
		{name: "ordrsp refused", file: "x.edi", doc: edifact("ORDRSP:D:01B:UN'BGM+231+5501+27'RFF+ON:10231'"), want: "10231 rejection"},
		{name: "ordrsp accepted whole", file: "x.edi", doc: edifact("ORDRSP:D:96A:UN'BGM+231::9+5501+29+AP'RFF+ON:10231'LIN+1++AB-1:SA'QTY+21:2'"), want: "10231 acknowledgement [AB-1*2]"},
		{name: "ordrsp out of stock by text", file: "x.edi", doc: edifact("ORDRSP:D:96A:UN'BGM+231+5501+4'RFF+ON:10231'LIN+1+7+AB-1:SA'QTY+21:2'FTX+LIN+++Artikel ausverkauft'"), want: "10231 rejection [AB-1*2]"},
		{name: "iftsta", file: "x.edi", doc: edifact("IFTSTA:D:01B:UN'BGM+23+7001+9'CNI+1+{D1}'STS+1+13'RFF+ON:10231'"), want: "10231 shipment? {D1}"},
		{name: "invoic", file: "x.edi", doc: edifact("INVOIC:D:96A:UN'BGM+380+90017+9'RFF+ON:10231'LIN+1++AB-1:SA'QTY+47:2'"), want: ""},
		{name: "contrl", file: "x.edi", doc: edifact("CONTRL:D:3:UN'UCI+77+SHOP+4012345000009:14+8'"), want: ""},
	})
}
