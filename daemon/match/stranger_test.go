package match

import "testing"

// A consignee that is nearly a customer of ours is somebody else, and must not borrow the customer's certainty.
func TestStrangersWhoResembleCustomers(t *testing.T) {
	run(t, []check{
		{"a namesake in the same town", nil, text(to(shipped(ups(1)), "Edith Okonkwo", "3 Harbor Lane", "82504", "Riverton")), prairie, "shipment 1004 fuzzy review 1"},
		{"a relative in the same house", nil, text(to(shipped(ups(1)), "Samuel Okonkwo", "14 Cedar Avenue", "82504", "Riverton")), prairie, "shipment 1004 fuzzy review 1"},
		{"a row about a namesake beside the row about the customer", nil, text(
			to(row(2, ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), to(row(3, ups(2)), "Edith Okonkwo", "3 Harbor Lane", "82504", "Riverton")), prairie,
			"shipment 1004 fuzzy auto 1; shipment 1004 fuzzy review 2"},
		{"two parcels for one customer", nil, text(
			to(row(2, ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), to(row(3, ups(2)), "Okonkwo, Edith", "14 Cedar Avenue", "82504", "Riverton")), prairie,
			"shipment 1004 fuzzy auto 1 2"},
	})
}
