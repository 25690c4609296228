package match

import (
	"testing"

	"waybill/parsers"
)

// A part of a number tells which of a customer's orders is meant, and nothing alone.
func TestPartsOfNumbers(t *testing.T) {
	both := func(one, two string) func(*PO) {
		return func(po *PO) {
			switch po.ID {
			case 4:
				po.Order, po.Number = one, one+"-A"
			case 5:
				po.Order, po.Number, po.ShipTo = two, two+"-A", sample(4, "prairie").ShipTo
			}
		}
	}
	say := func(number string) parsers.Reading {
		return text(to(shipped(ups(1), orderRef(number)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"))
	}
	run(t, []check{
		{"the last group", world(both("WEB-2025-4417", "WEB-2025-4409")), say("4417"), prairie, "shipment WEB-2025-4417 fuzzy auto 1"},
		{"the middle one", world(both("2025-7741-KX", "2025-7700-KX")), say("7741"), prairie, "shipment 2025-7741-KX fuzzy auto 1"},
		{"letters for digits", world(both("L0-70412", "L0-70475")), say("LO-7O412"), prairie, "shipment L0-70412 fuzzy auto 1"},
		{"alone it is nothing", world(both("WEB-2025-4417", "WEB-2025-4409")), text(shipped(ups(1), orderRef("4417"))), prairie, "shipment - none review 1"},
	})
}
