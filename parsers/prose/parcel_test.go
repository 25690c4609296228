package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

const (
	numberA = "1Z999AA10123456784"
	numberB = "1Z12345E6605272234"
)

// A number that is taken back, or that is for sending goods back, is not published.
func TestWithdrawn(t *testing.T) {
	for _, c := range []struct{ text, want string }{ // want: the numbers that count
		{"Correction: the tracking for 2010-A is B and not A.", "B"},
		{"Sorry, wrong number. Not A but B is the tracking for 2010-A.", "B"},
		{"Instead of A use B.", "B"},
		{"Please use B instead of A.", "B"},
		{"A was wrong, correct is B.", "B"},
		{"B replaces A.", "B"},
		{"Tracking number UPS B, not UPS A.", "B"},
		{"Please ignore A and B.", ""},
		{"Please ignore A. The correct number is B.", "B"},
		{"Nicht A, sondern B ist die Sendungsnummer zu 2010-A.", "B"},
		{"Die Sendungsnummer lautet B und nicht A.", "B"},
		{"Statt A gilt B.", "B"},
		{"A war falsch, richtig ist B.", "B"},
		{"Le numéro de suivi est B et non A.", "B"},
		{"Utilisez B au lieu de A.", "B"},
		{"El número correcto es B y no A.", "B"},
		{"No A sino B.", "B"},
		{"En lugar de A es B.", "B"},
		{"Il numero corretto è B e non A.", "B"},
		{"Het juiste nummer is B en niet A.", "B"},
		{"In plaats van A is het B.", "B"},
		{"O número correto é B e não A.", "B"},
		{"Prawidłowy numer to B, a nie A.", "B"},
		{"正确的运单号是B，而不是A。", "B"},
		{"不是A而是B。", "B"},
		{"追跡番号はAではなくBです。", "B"},

		{"Le numéro donné hier, A , est celui d'un autre client, n'en tenez pas compte. Le bon est B.", "B"},
		{"Mauvais numéro dans mon dernier mail, c'est B.", "B"},
		{"Merci d'ignorer A et d'utiliser B.", "B"},
		{"El número que les di ayer ( A ) es de otro cliente, no lo tengan en cuenta. El correcto de Correos es B.", "B"},
		{"Fe de erratas.\nDice: A \nDebe decir: B ", "B"},
		{"Olvídenlo, el A no era el bueno; anoten B.", "B"},
		{"Il numero A è di un altro cliente, ignoratelo. Quello giusto è B.", "B"},
		{"Errato: A \nCorretto: B ", "B"},
		{"Peço desculpa, o A era de outra encomenda, desconsiderem-no. O certo para esta é B.", "B"},
		{"Errado: A \nCerto: B ", "B"},
		{"订单1001昨天的单号A发错了，请作废，正确的单号是B，以这个为准。", "B"},
		{"旧单号：A\n新单号：B", "B"},
		{"抱歉，运单号A是别的客户的，请用B。", "B"},
		{"送り状番号に誤りがございました。\n誤：A\n正：B\n先の番号は破棄してください。", "B"},
		{"追跡番号Aは別のお客様のものでした。正しい番号はBです。", "B"},

		{"Shipped with A and B.", "A B"},
		{"Tracking no A", "A"},
		{"Tracking no. A and no. B", "A B"},
		{"It has not been delivered yet: A", "A"},
		{"Not delivered? Track A or B.", "A B"},
		{"Número de envío no. A", "A"},
		{"Order 1001 left today with A, 1002 did not yet, B follows it.", "A B"},

		{"Order 2010-A is on its way: UPS A\nReturn label if needed: UPS B", "A"},
		{"Shipped with A. Tracking for the return: B", "A"},
		{"Your order shipped, return label included, tracking number A", "A"},
		{"Return label:\nUPS B\n\nTracking: A", "A"},
		{"Tracking A, B is the return label.", "A"},
		{"Sendungsnummer A, Retourenlabel B", "A"},
		{"Sendungsnummer: A\nRücksendeetikett: B", "A"},
		{"Numéro de suivi : A\nÉtiquette de retour : B", "A"},
		{"Seguimiento: A\nEtiqueta de devolución: B", "A"},
		{"Tracking: A\nEtichetta di reso: B", "A"},
		{"Trackingnummer: A\nRetourlabel: B", "A"},
		{"Rastreio: A\nEtiqueta de devolução: B", "A"},
		{"Numer przesyłki: A\nEtykieta zwrotna: B", "A"},
		{"运单号：A\n退货标签：B", "A"},
		{"追跡番号：A\n返送ラベル：B", "A"},
	} {
		text := strings.NewReplacer(" A ", " "+numberA+" ", " B ", " "+numberB+" ").Replace(" " + c.text + " ")
		for _, p := range []string{"A", "B"} {
			number := map[string]string{"A": numberA, "B": numberB}[p]
			for _, end := range []string{".", ",", "\n", " ", "，", "。", "而", "では", "です", "发", "是", "は"} {
				for _, start := range []string{" ", "：", "是", "は", "く", "号", "用"} {
					text = strings.ReplaceAll(text, start+p+end, start+number+end)
				}
			}
		}
		var got []string
		for _, s := range read(text, parsers.Profile{}).Statements {
			for _, n := range s.Tracking {
				if !n.Withdrawn {
					got = append(got, map[string]string{numberA: "A", numberB: "B"}[n.Number])
				}
			}
		}
		slices.Sort(got)
		if s := strings.Join(slices.Compact(got), " "); s != c.want {
			t.Errorf("%q: counts %q, want %q", text, s, c.want)
		}
	}
}

// What a parcel goes through, and when it leaves, is told from the news that it left.
func TestFate(t *testing.T) {
	for want, texts := range map[parsers.Kind][]string{
		parsers.Question: {
			"Parcel " + numberA + " for order 2010-A came back to our warehouse as undeliverable.",
			"The parcel " + numberA + " for 2010-A was returned to us, address unknown.",
			"UPS lost parcel " + numberA + " of order 2010-A. We filed a claim.",
			"Order 2010-A, " + numberA + ".\nThe parcel was damaged in transit.",
			"Das Paket " + numberA + " zu Bestellung 2010-A kam als unzustellbar zurück.",
			"Das Paket " + numberA + " konnte nicht zugestellt werden.",
			"Le colis " + numberA + " a été retourné à l'expéditeur.",
			"Le colis " + numberA + " de la commande 1001 est perdu.",
			"El paquete " + numberA + " ha sido devuelto al remitente.",
			"Il pacco " + numberA + " è stato smarrito dal corriere.",
			"Pakket " + numberA + " is onbestelbaar teruggekomen.",
			"A encomenda 1001 (" + numberA + ") foi devolvida ao remetente.",
			"Paczka " + numberA + " wróciła do nas, adresat nieznany.",
			"包裹" + numberA + "被退回，地址不明。",
			"追跡番号" + numberA + "の荷物は宛先不明で返送されました。",

			"The price of AT-200 for 2010-A went up to 25.00. OK to proceed?", "OK to proceed with order 1001?", "Order 1001: please confirm.",
			"Der Preis zu Bestellung 1001 ist gestiegen, einverstanden?", "Le prix de l'article de la commande 1001 est passé à 25,00 EUR.",
			"El precio del pedido 1001 ha subido a 25,00. ¿Procedemos?", "Il prezzo dell'ordine 1001 è aumentato. Procediamo?",
			"De prijs voor bestelling 1001 is gestegen. Gaat u akkoord?", "O preço do pedido 1001 subiu. Podemos avançar?",
			"Cena do zamówienia 1001 się zmieniła. Czy realizować?", "订单1001的商品价格上涨，是否继续？", "注文番号1001の商品は価格が上がりました。進めてよろしいでしょうか。",
		},
		parsers.Shipment: {
			"Order 2010-A shipped, UPS " + numberA + ". Report damaged goods within 7 days.",
			"Order 2010-A shipped, UPS " + numberA + ". If the parcel is lost or damaged, please tell us.",
			"Bestellung 2010-A wurde versandt: " + numberA + ". Beschädigte Ware bitte sofort melden.",
			"Order 2010-A shipped undamaged, UPS " + numberA,
			"La commande 1001 a été expédiée aujourd'hui.", "Nous vous informons que lundi la commande 1001 a été expédiée.",
			"Uw bestelling 1001 is vandaag geleverd.", "O pedido 1001 foi enviado hoje.", "Order 1001 was shipped on Monday.",
			"Order 1001 shipped today. Price: 25.00. Any questions?", "Order 1001 is OK and shipped.",
			"Only today we shipped order 1001.", "Ihre Bestellung 1001 wurde heute versandt.",
		},
		parsers.Backorder: {
			"La commande 4001 ne sera expédiée que dans 3 semaines.", "La commande 4001 ne partira pas avant le 15 mai.",
			"Uw bestelling 2010-A kan helaas pas over 3 weken geleverd worden.", "Uw bestelling 2010-A wordt pas in week 45 geleverd.",
			"O pedido 2010-A ainda não foi enviado por falta de estoque.", "O pedido 2010-A só será enviado daqui a 3 semanas.",
			"Ihre Bestellung 1001 wird erst in 3 Wochen versandt.", "Bestellung 1001 wurde mangels Bestand noch nicht versandt.",
			"Ihre Bestellung 1001 kann erst nächste Woche geliefert werden.",
			"Order 1001 will only ship in 3 weeks.", "Order 1001 will not be shipped until 12 May.", "Order 1001 has not shipped yet due to lack of stock.",
			"El pedido 1001 no se enviará hasta dentro de 3 semanas.", "El pedido 1001 todavía no ha sido enviado por falta de stock.",
			"L'ordine 1001 sarà spedito solo tra 3 settimane.", "L'ordine 1001 non è ancora stato spedito per mancanza di scorte.",
			"Zamówienie 1001 zostanie wysłane dopiero za 3 tygodnie.", "Zamówienie 1001 nie zostało jeszcze wysłane z powodu braku towaru.",
			"La commande 1001 n'a pas encore été expédiée faute de stock.", "Bestelling 1001 is nog niet verzonden wegens gebrek aan voorraad.",
			"订单1001因库存不足尚未发货。", "订单1001要三周后才能发货。", "注文番号1001は在庫不足のためまだ発送できておりません。",
		},
		parsers.OutOfStock:      {"O pedido 1001: falta de estoque.", "Order 1001 cannot be filled: out of stock.", "Bestellung 1001: nicht mehr lieferbar."},
		parsers.Acknowledgement: {"Order 1001 will ship tomorrow.", "La commande 1001 sera expédiée demain.", "Order 1001 has not shipped yet.", "Uw bestelling 1001 wordt morgen verzonden."},
	} {
		for _, text := range texts {
			var got []parsers.Kind
			for _, s := range read(text, parsers.Profile{}).Statements {
				if s.Kind != "" {
					got = append(got, s.Kind)
				}
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, []parsers.Kind{want}) {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}
