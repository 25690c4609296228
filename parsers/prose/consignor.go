package prose

import (
	"strings"

	"waybill/parsers"
)

// consignors are words above an address that is not where a parcel goes: who sends it, who pays for it, where it would come back to. Lower case.
var consignors = parsers.NewAnyOf("from:", "sender", "shipper", "consignor", "return address", "return to", "returns to", "bill to", "billing", "invoice", "sold to", "sold by", "payer", "our address", "warehouse:", "supplier", "vendor", "collect from", "collection address", "pick up",
	"absender", "versender", "von:", "rücksende", "retourenadresse", "rechnungs", "rechnung an", "lieferant", "abholung bei", "abholadresse", "lager:",
	"expéditeur", "expediteur", "de :", "adresse de retour", "facturation", "facturé à", "fournisseur", "enlèvement", "entrepôt",
	"remitente", "facturación", "facturar a", "proveedor", "recogida en", "almacén:", "dirección de devolución",
	"mittente", "fatturazione", "fatturare a", "fornitore", "ritiro presso", "magazzino:", "indirizzo di reso",
	"afzender", "factuuradres", "factuur aan", "leverancier", "ophaaladres", "retouradres", "magazijn:",
	"remetente", "faturação", "faturamento", "faturar a", "fornecedor", "recolha em", "armazém:", "endereço de devolução",
	"nadawca", "dane do faktury", "nabywca", "płatnik", "dostawca", "adres zwrotu", "magazyn:",
	"发件人", "寄件人", "發件人", "寄件人", "发货人", "发票", "退货地址", "差出人", "ご依頼主", "依頼主", "荷送人", "請求先", "返品先", "出荷元", "発送元")

// consigns tells a line that leads to the address of somebody else than the consignee: "Sender:", "Rechnungsadresse:".
func consigns(line string) bool {
	const most = 60 // bytes of a line that is a label
	return len(line) <= most && consignors.In(strings.ToLower(line))
}
