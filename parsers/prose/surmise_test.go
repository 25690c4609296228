package prose_test

import "testing"

func TestSurmised(t *testing.T) {
	check(t, [][2]string{
		{"We believe the tracking number is {A}, the label printer jammed.", "shipment+?"},
		{"Not 100 % sure, but I think your parcel went with {A}.", "shipment+?"},
		{"Ich glaube, die Sendungsnummer ist {A}.", "shipment+?"},
		{"Vermutlich ging es mit UPS {A} raus.", "shipment+?"},
		{"Je pense que le numéro de suivi est {A}.", "shipment+?"},
		{"Creo que el número de seguimiento es {A}.", "shipment+?"},
		{"Credo che il numero di tracking sia {A}.", "shipment+?"},
		{"Ik denk dat het trackingnummer {A} is.", "shipment+?"},
		{"Acho que o número de rastreio é {A}.", "shipment+?"},
		{"Chyba numer przesyłki to {A}.", "shipment+?"},
		{"I think this was 1001, but the slip got wet. UPS {A}.", "shipment+?"},
		{"Ich glaube, es ist die 1001, bitte prüfen. Ist mit UPS {A} raus.", "shipment+?"},
		{"Acho que é a 1001, mas confirmem. Já seguiu: {A}.", "shipment+?"},
		{"I think the customer will like it. 1001 left with UPS {A}.", "shipment+"},
		{"Your parcel left today with UPS {A}, it will probably arrive on Friday.", "shipment+"},
		{"Wir konnten heute alles verschicken, UPS {A}.", "shipment+"},
		{"Das Paket ist mit UPS {A} unterwegs, Zustellung vermutlich am Freitag.", "shipment+"},
		{"La livraison aura probablement lieu vendredi, suivi {A}.", "shipment+"},
	})
}

// What is written like another word once its accents are gone is still its own.
func TestMisread(t *testing.T) {
	check(t, [][2]string{
		{"Ne abbiamo spedite due, UPS {A}.", "shipment+"},
		{"Non è né partito né pronto.", "acknowledgement?"},
	})
}
