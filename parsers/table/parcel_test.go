package table

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// unsure is brief, with a question mark before what the row does not say clearly enough to act upon.
func unsure(all []parsers.Statement) string {
	var out []string
	for _, s := range all {
		mark := ""
		if s.Kind != "" && s.Score < 0.7 {
			mark = "?"
		}
		out = append(out, mark+brief([]parsers.Statement{s}))
	}
	return strings.Join(out, "\n")
}

func check(t *testing.T, cases map[string]struct{ doc, want string }) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "x.csv", "1", parsers.Profile{})
			if unsure(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s\ncolumns %+v", unsure(got.Statements), c.want, got.Columns)
			}
		})
	}
}

// The number on the label for goods that come back is no shipment's.
func TestReturnColumns(t *testing.T) {
	cases := map[string]struct{ doc, want string }{
		"before the real one": {"PO,Return Tracking,Tracking\n1001," + ups1 + "," + ups2 + "\n", "2 shipment 1001 | ups:" + ups2},
		"alone":               {"PO,SKU,Return Tracking\n1001,A," + ups1 + "\n", "2 - 1001 | A*0"},
		"link":                {"PO,Tracking,Return label URL\n1001," + ups1 + ",https://www.fedex.com/fedextrack/?trknbr=270123456786\n", "2 shipment 1001 | ups:" + ups1},
	}
	for _, heading := range []string{
		"Return Tracking", "Return label", "Tracking number (return)", "returnTrackingNumber", "RMA tracking", "Returns AWB",
		"Rücksendenummer", "Retourennummer", "Sendungsnummer Retoure", "Rücksendung Sendungsnummer", "Retourenschein", "Retoursendungsnummer",
		"Numéro de retour", "N° de suivi retour", "Étiquette retour", "Nº de devolución", "Seguimiento devolución", "Etiqueta de devolución",
		"Numero di reso", "Tracking reso", "Etichetta di reso", "Retournummer", "Track & trace retour", "Retourlabel",
		"Código de devolução", "Rastreio da devolução", "Numer zwrotu", "Numer przesyłki zwrotnej", "退货单号", "退货运单号", "返品追跡番号", "返送伝票番号",
	} {
		cases[heading] = struct{ doc, want string }{fmt.Sprintf("PO;%s;Tracking\n1001;%s;%s\n", heading, ups1, ups2), "2 shipment 1001 | ups:" + ups2}
	}
	check(t, cases)
	got := Parse([]byte("PO,Slip,Tracking\n1001,"+ups1+","+ups2+"\n"), "x.csv", "1", parsers.Profile{Columns: map[string]string{"slip": "ignore"}})
	if want := "2 shipment 1001 | ups:" + ups2; brief(got.Statements) != want {
		t.Errorf("a column that the profile ignores: got %s, want %s", brief(got.Statements), want)
	}
}

// A status beside a tracking number says whether the parcel has left, and whether it will arrive.
func TestStatusOfParcel(t *testing.T) {
	cases := map[string]struct{ doc, want string }{}
	for want, statuses := range map[string][]string{
		"2 question 1001 | ups:" + ups1: {
			"Returned", "Lost", "Return to sender", "Damaged", "Exception", "Delivered - damaged", "Shipped, then returned to sender", "Lost in transit", "Undeliverable", "Delivery failed",
			"Retoure", "Verloren", "Beschädigt", "Zurück an Absender", "Unzustellbar", "Retourné", "Retour à l'expéditeur", "Perdu", "Colis perdu", "Endommagé", "Non livrable",
			"Devuelto", "Devuelto al remitente", "Extraviado", "Perdido", "Dañado", "Reso al mittente", "Smarrito", "Danneggiato", "Retour afzender", "Geretourneerd", "Zoekgeraakt", "Beschadigd",
			"Devolvido", "Devolvido ao remetente", "Danificado", "Zwrócono", "Zwrot do nadawcy", "Zagubiona", "Uszkodzona", "已退回", "丢失", "破损", "返送", "紛失", "破損",
		},
		"?2 acknowledgement 1001 | ups:" + ups1: {
			"Pending", "Processing", "Open", "Not shipped", "Not yet shipped", "has not shipped yet", "Will be shipped tomorrow", "Label created?",
			"Confirmed", "Offen", "Nicht versandt", "Noch nicht versandt", "Wird versandt", "Non expédié", "Pas encore expédiée", "Sera expédié lundi",
			"No enviado", "Non spedito", "Sarà spedito", "Niet verzonden", "Wordt verzonden",
			"Não enviado", "Nie wysłano", "Niewysłane", "Zostanie wysłane", "未发货", "未発送",
		},
		// What explains why there is a number, and no parcel with the carrier yet.
		"2 acknowledgement 1001 | ups:" + ups1: {
			"Label created", "Label printed", "Label generated", "Labelled", "Manifested", "Pre-Transit", "Awaiting pickup", "Ready for collection", "Awaiting carrier", "Pickup scheduled", "Ready to ship", "Packed", "Picked", "Electronic information received", "Shipper created a label, UPS has not received the package yet",
			"Etikett erstellt", "Label erstellt", "Paketschein gedruckt", "Wartet auf Abholung", "Abholbereit", "Versandbereit", "Elektronisch angekündigt", "Gepackt", "Verpackt", "Kommissioniert", "Étiquette créée", "Étiquette générée", "En attente d'enlèvement", "Prêt à expédier", "Emballé", "Annoncé au transporteur",
			"Etiqueta creada", "Pendiente de recogida", "Listo para recoger", "Empaquetado", "Etichetta creata", "In attesa di ritiro", "Pronto per il ritiro", "Imballato", "Label aangemaakt", "Wacht op ophalen", "Klaar voor verzending", "Ingepakt", "Aangemeld",
			"Etiqueta criada", "Aguardando coleta", "Pronto para envio", "Embalado", "Etykieta utworzona", "Oczekuje na odbiór", "Gotowe do wysyłki", "Spakowane", "待揽收", "待取件", "已打单", "已打包", "集荷待ち", "ラベル作成済み", "梱包済", "送り状発行済",
		},
		"2 shipment 1001 | ups:" + ups1: {"Shipped", "Handed over", "Versandt", "Expédié", "Enviado", "Spedito", "Verzonden", "Expedida", "Wysłano", "已发货", "発送済み", "Label created, shipped"},
	} {
		for _, status := range statuses {
			cases[status] = struct{ doc, want string }{"PO;Status;Tracking\n1001;" + status + ";" + ups1 + "\n", want}
		}
	}
	check(t, cases)
}

// What has not left is acknowledged at least, and waits for its date where there is one.
func TestStatusNotShipped(t *testing.T) {
	cases := map[string]struct{ doc, want string }{
		"date in a column":     {"PO,Status,ETA,Tracking\n1001,Not shipped,2025-06-12,\n", "?2 backorder 1001 | 2025-06-12"},
		"date in words":        {"PO,Status,Tracking\n1001,\"Not shipped, expected June 12\",\n", "2 backorder 1001 | June 12"},
		"pending, date":        {"PO,Status,ETA,Tracking\n1001,Pending,2025-06-12,\n", "2 acknowledgement 1001 | 2025-06-12"},
		"tracking cell":        {"PO,Tracking\n1001," + ups1 + "\n1002,not shipped\n1003,n/a\n1004,TBA\n", "2 shipment 1001 | ups:" + ups1 + "\n3 acknowledgement 1002\n4 - 1003\n5 - 1004"},
		"a note that turns it": {"PO,Note\n1001,The cancellation was rejected\n1002,Invoice sent\n1003,Cancelled\n1004,Storno leider abgelehnt\n", "?2 rejection 1001\n?3 shipment 1002\n4 cancellation 1003\n?5 rejection 1004"},
		"a note is none":       {"PO,Note,Tracking\n1001,open,\n1002,not shipped yet,\n1003,new," + ups1 + "\n", "2 - 1001\n3 acknowledgement 1002\n4 shipment 1003 | ups:" + ups1},
	}
	for _, status := range []string{
		"Not shipped", "Unshipped", "Not yet shipped", "nicht versandt", "Noch nicht versendet", "Nicht verschickt", "non expédié", "Non expédiée", "Pas encore envoyé", "No enviado", "Sin enviar", "Non spedito", "Non ancora spedito",
		"Niet verzonden", "Nog niet verstuurd", "Não enviado", "Ainda não enviada", "Nie wysłano", "Niewysłane", "未发货", "尚未发货", "未発送", "未出荷", "Pending", "Open",
	} {
		cases[status] = struct{ doc, want string }{"PO;SKU;Qty;Status;Tracking\n1001;A;3;" + status + ";\n", "2 acknowledgement 1001 | A*3"}
	}
	check(t, cases)
}
