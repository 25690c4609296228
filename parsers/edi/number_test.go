package edi

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// ship856 and advice put the segments of a case into an interchange.
func ship856(segments string) string {
	return isa + "ST*856*0001~BSN*00*88123*20250512*0930~" + strings.ReplaceAll(segments, " ", "~") + "~SE*9*0001~"
}

func advice96A(segments string) string {
	return "UNB+UNOC:3+A+B+250512:0930+1'UNH+1+DESADV:D:96A:UN'BGM+351+88123+9'" + strings.ReplaceAll(segments, " ", "'") + "'UNT+9+1'UNZ+1+1'"
}

// TestNumbers: partners put the carrier's number, and the carrier, wherever their programs have room.
func TestNumbers(t *testing.T) {
	const ups, fedex, dhl, dpd = "1Z999AA10123456784", "741215472800", "00340434161094042557", "01675136134125"
	const ownSSCC = "00340123450000000018" // of a German company, extension digit 3
	for name, c := range map[string]struct{ doc, want string }{
		"number the carrier gave to a package":      {ship856("HL*1**S TD5*B*2*FDEG HL*2*1*O PRF*1001 HL*3*2*P REF*08*" + fedex + " HL*4*3*I LIN**VN*AB-1 SN1**2*EA"), "shipment order=1001 fedex:741215472800 AB-1*2"},
		"waybill":                                   {ship856("HL*1**S TD5*O**FDEN REF*WY*" + fedex + " HL*2*1*O PRF*1001"), "shipment order=1001 fedex:741215472800"},
		"bill of lading of a parcel's form":         {ship856("HL*1**S TD5*B*2*UPSN REF*BM*" + ups + " HL*2*1*O PRF*1001"), "shipment order=1001 ups:1Z999AA10123456784"},
		"bill of lading beside the carrier's":       {ship856("HL*1**S TD5*B*2*ODFL REF*BM*00551288 REF*CN*56120098761 HL*2*1*O PRF*1001"), "shipment order=1001 old-dominion:56120098761"},
		"mutually defined, carrier above":           {ship856("HL*1**S TD5*O*2*FDEG HL*2*1*O PRF*1001 HL*3*2*P MAN*ZZ*" + fedex), "shipment order=1001 fedex:741215472800"},
		"named in words behind the code":            {ship856("HL*1**S HL*2*1*O PRF*1001 REF*ZZ*TRACKING*" + ups), "shipment order=1001 ups:1Z999AA10123456784"},
		"carton number beside the carrier's":        {ship856("HL*1**S TD5*O*2*UPSN HL*2*1*O PRF*1001 HL*3*2*P MAN*SM*000551220 MAN*CP*" + ups), "shipment order=1001 ups:1Z999AA10123456784"},
		"own SSCC beside the carrier's":             {ship856("HL*1**S TD5*O*2*UPSN HL*2*1*O PRF*1001 HL*3*2*P MAN*GM*" + ownSSCC + " REF*CN*" + ups), "shipment order=1001 ups:1Z999AA10123456784"},
		"range":                                     {ship856("HL*1**S TD5*O*2*FDEG HL*2*1*O PRF*1001 HL*3*2*P MAN*CP*" + fedex + "*753287046550"), "shipment order=1001 fedex:741215472800 fedex:753287046550"},
		"order of the customer":                     {ship856("HL*1**S REF*CN*" + ups + " HL*2*1*O REF*CO*1001"), "shipment order=1001 ups:1Z999AA10123456784"},
		"cases":                                     {ship856("HL*1**S HL*2*1*O PRF*1001 HL*3*2*I LIN**VN*AB-1 SN1**2*CA PO4*12"), "shipment order=1001 AB-1*24"},
		"dozens":                                    {ship856("HL*1**S HL*2*1*O PRF*1001 HL*3*2*I LIN**VN*AB-1 SN1**2*DZ"), "shipment order=1001 AB-1*24"},
		"components":                                {ship856("HL*1**S HL*2*1*O PRF*1001 HL*3*2*I LIN**VN*AB-1 SN1**2*EA HL*4*3*F LIN**VN*PART SN1**6*EA"), "shipment order=1001 AB-1*2"},
		"lines of one length":                       {strings.Replace(ship856("HL*1**S HL*2*1*O PRF*1001 REF*CN*"+ups), "1Z999AA1", "1Z999\r\nAA1", 1), "shipment order=1001 ups:1Z999AA10123456784"},
		"header without its blanks":                 {strings.ReplaceAll(ship856("HL*1**S HL*2*1*O PRF*1001 REF*CN*"+ups), "  ", ""), "shipment order=1001 ups:1Z999AA10123456784"},
		"no header":                                 {strings.TrimPrefix(ship856("HL*1**S HL*2*1*O PRF*1001 REF*CN*"+ups), isa), "shipment order=1001 ups:1Z999AA10123456784"},
		"desadv own SSCC and the carrier's":         {advice96A("RFF+ON:1001 TDT+20++30+31+:::DPD CPS+1 PCI+33E GIN+BJ+" + ownSSCC + " PCI+ZZZ+" + dpd), "shipment order=1001 dpd:01675136134125"},
		"desadv carrier behind its number":          {advice96A("RFF+ON:1001 RFF+CU:" + dpd + " NAD+CA+DPD::ZZZ CPS+1"), "shipment order=1001 dpd:01675136134125"},
		"desadv any reference of a certain form":    {advice96A("RFF+ON:1001 RFF+AAJ:" + dhl + " CPS+1"), "shipment order=1001 dhl-germany:00340434161094042557"},
		"desadv number of the conveyance":           {advice96A("RFF+ON:1001 TDT+20+" + ups + "+30+31+UPS CPS+1"), "shipment order=1001 ups:1Z999AA10123456784"},
		"desadv serial number of a product":         {advice96A("RFF+ON:1001 RFF+CN:" + dhl + " TDT+20++30+31+:::DPD CPS+1 LIN+1++AB-1:SA QTY+12:1 GIN+BN+" + dpd), "shipment order=1001 dhl-germany:00340434161094042557 AB-1*1"},
		"desadv package of a line":                  {advice96A("RFF+ON:1001 TDT+20++30+31+:::DPD CPS+1 LIN+1++AB-1:SA QTY+12:1 PCI+33E GIN+BN+" + dpd), "shipment order=1001 dpd:01675136134125 AB-1*1"},
		"desadv what a product consists of":         {advice96A("RFF+ON:1001 CPS+1 LIN+1++AB-1:SA QTY+12:1 LIN+2++PART:SA+1:1"), "shipment order=1001 AB-1*1"},
		"desadv orders with their lines":            {advice96A("CPS+1 LIN+1++AB-1:SA QTY+12:1 RFF+ON:1001 RFF+CN:" + dhl + " LIN+2++AB-2:SA QTY+12:1 RFF+ON:1002 RFF+CN:" + ups), "shipment order=1001 dhl-germany:00340434161094042557 AB-1*1\nshipment order=1002 ups:1Z999AA10123456784 AB-2*1"},
		"ordrsp orders with their lines":            {strings.NewReplacer("DESADV", "ORDRSP", "351+88123+9", "231+1+4").Replace(advice96A("LIN+1+5+AB-1:SA QTY+21:1 RFF+ON:1001 LIN+2+7+AB-2:SA QTY+21:2 RFF+ON:1002")), "acknowledgement order=1001 AB-1*1\nrejection order=1002 AB-2*2"},
		"ordrsp accepted, and none of it to come":   {strings.NewReplacer("DESADV", "ORDRSP", "351+88123+9", "231+1+29").Replace(advice96A("RFF+ON:1001 LIN+1+5+AB-1:SA QTY+21:1 QTY+113:0")), "question order=1001 AB-1*1"},
		"ordrsp no action beside a refusal":         {strings.NewReplacer("DESADV", "ORDRSP", "351+88123+9", "231+1+4").Replace(advice96A("RFF+ON:1001 LIN+1+4+AB-1:SA QTY+21:1 LIN+2+7+AB-2:SA QTY+21:2")), "acknowledgement order=1001 AB-1*1\nrejection order=1001 AB-2*2"},
		"iftsta several consignments":               {strings.NewReplacer("DESADV", "IFTSTA").Replace(advice96A("CNI+1+" + dhl + " RFF+ON:1001 CNI+2+" + ups + " RFF+ON:1002")), "shipment order=1001 dhl-germany:00340434161094042557\nshipment order=1002 ups:1Z999AA10123456784"},
		"870 number with the shipment":              {isa + "ST*870*0001~BSR*3*PA*1*20260512~HL*1**S~REF*CN*" + ups + "~HL*2*1*O~PRF*1001~HL*3*2*I~PO1*1*3*EA***VN*AB-3~ISR*SH*20260512~SE*9*0001~", "shipment order=1001 ups:1Z999AA10123456784 AB-3*3"},
		"855 fewer accepted than were ordered":      {isa + "ST*855*0001~BAK*00*AC*1001*20250512~PO1*1*2*EA*9.5**VN*AB-1~ACK*IA*1*EA~SE*5*0001~", "question order=1001 AB-1*1"},
		"855 date of the delay in a segment of its": {isa + "ST*855*0001~BAK*00*AC*1001*20250512~PO1*1*2*EA*9.5**VN*AB-1~ACK*IB*2*EA~DTM*068*20250701~SE*5*0001~", "backorder order=1001 AB-1*2 until 20250701"},
	} {
		t.Run(name, func(t *testing.T) {
			if !Looks([]byte(c.doc)) {
				t.Error("not known as an interchange")
			}
			got := Parse([]byte(c.doc), "1", parsers.Profile{})
			if brief(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s", brief(got.Statements), c.want)
			}
		})
	}
}

// TestCodes: of the codes of one product those that the partners made come first, and the others are told.
func TestCodes(t *testing.T) {
	got := Parse([]byte(ship856("HL*1**S HL*2*1*O PRF*1001 HL*3*2*I LIN**UP*012345678905*VP*HP-9*BP*AB-1 SN1**2*EA PID*F****Kettle")), "1", parsers.Profile{}).Statements
	if len(got) != 1 || len(got[0].Lines) != 1 {
		t.Fatalf("%+v", got)
	}
	l := got[0].Lines[0]
	if l.SKU.Text != "HP-9" || len(l.Codes) != 2 || l.Codes[0].Text != "AB-1" || l.Codes[1].Text != "012345678905" || l.Title.Text != "Kettle" {
		t.Errorf("%+v", l)
	}
}
