package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// told is what an answer to a mail about one order says: its kinds in their order, with "+" where a number stands beside, and "?" where it is not sure.
func told(text string) string {
	read := prose.New(parsers.Profile{}).Read(&parsers.Text{Text: strings.ReplaceAll(text, "{A}", "1Z999AA10123456784")}, prose.Options{About: true})
	var out []string
	for _, s := range read.Statements {
		if s.Kind == "" {
			continue
		}
		kind := string(s.Kind)
		if len(s.Tracking) > 0 {
			kind += "+"
		}
		if s.Doubtful || s.Score <= 0.6 {
			kind += "?"
		}
		if len(out) == 0 || out[len(out)-1] != kind {
			out = append(out, kind)
		}
	}
	return strings.Join(out, " ")
}

func check(t *testing.T, rows [][2]string) {
	t.Helper()
	for _, row := range rows {
		if got := told(row[0]); got != row[1] {
			t.Errorf("%q: %q, want %q", row[0], got, row[1])
		}
	}
}

func TestLabelIsNoShipment(t *testing.T) {
	const label, sent = "acknowledgement+", "shipment+"
	check(t, [][2]string{
		{"Label's done ({A}), waiting on collection.", label},
		{"Missed the van today so {A} won't move till tomorrow.", label},
		{"Label printed and parcel handed over to UPS today: {A}", sent},
		{"Etikett ist gedruckt ({A}), DHL hat aber noch nicht abgeholt.", label},
		{"Paketschein {A} ist angelegt, raus geht es morgen.", label},
		{"Moin, steht fertig gepackt hier, UPS kommt morgen. {A}", "acknowledgement? acknowledgement+"},
		{"L'étiquette est faite ({A}) mais le colis est encore chez nous.", label},
		{"Colis prêt, {A}, le chauffeur passe demain matin.", label},
		{"La etiqueta está hecha ({A}) pero el transportista no ha pasado todavía.", label},
		{"Etiqueta generada, pendiente de recogida: {A}", label},
		{"Etichetta stampata ({A}), il corriere passa lunedì.", label},
		{"Pacco pronto, {A}, ritiro domani.", label},
		{"Het label is aangemaakt ({A}, UPS) maar het pakje ligt nog hier, de bus was al weg.", label},
		{"A etiqueta está feita ({A}) mas a transportadora ainda não recolheu.", label},
		{"Etykieta wydrukowana ({A}), kurier jeszcze nie odebrał.", label},
		{"Paczka spakowana, {A}, kurier jutro.", label},
		{"面单已打好({A}),快递还没来取。", label},
		{"送り状は発行済み({A})ですが、集荷はまだです。", label},
	})
}

func TestPeopleLeave(t *testing.T) {
	check(t, [][2]string{
		{"Julie est partie en congé, je reprends le dossier.", ""},
		{"Marco è partito per le ferie, rispondo io.", ""},
		{"Karin is al naar huis, ik vraag het morgen.", ""},
		{"Amy left today, so I am taking over your orders.", "shipment?"},
		{"The van has gone without it, I am afraid.", ""},
		{"Hi Tom, it left today.", "shipment"},
	})
}

func TestTroubleWithoutNumber(t *testing.T) {
	check(t, [][2]string{
		{"UPS lost it.", "question"},
		{"UPS lost the parcel.", "question"},
		{"Das Paket kam heute zurück.", "question"},
		{"An die falsche Adresse verschickt, tut uns leid.", "question"},
		{"UPS zgubił paczkę.", "question"},
		{"快递把包裹弄丢了。", "question"},
	})
}

func TestRefusedForWant(t *testing.T) {
	check(t, [][2]string{
		{"Die Kanne gibt's bei uns nicht mehr, daher können wir den Auftrag nicht ausführen.", "out_of_stock"},
		{"Hemos retirado la cesta del catálogo, no podemos servir el pedido.", "out_of_stock"},
		{"I vasi sono usciti di produzione, quindi non possiamo evadere l'ordine.", "out_of_stock"},
		{"Deska została wycofana z oferty, nie zrealizujemy zamówienia.", "out_of_stock"},
		{"Wir beliefern keine Endkunden.", "rejection"},
	})
}
