package match

// Made by "go test ./daemon/match -run Weights -accept" and held by that test; see docs/matching.md for what the numbers mean.
// Source: the generator in linkage_*_test.go, seed 11: 10000 orders and 20000 rows about them, 3000 rows of each kind of kin, 300000 pairs of
// strangers. The reports use other seeds.
// Date: 2026-11-22

// partyOdds are the chances of each comparison's outcomes, see outcome.
var partyOdds = [fields][agreements]outcome{
	nameField: {
		same:    {truth: 0.75, stranger: 1, neighbour: 0.000167, family: 0.000167, again: 0.733},
		close:   {truth: 0.241, stranger: 1, neighbour: 0.000834, family: 0.0125, again: 0.251},
		partly:  {truth: 0.00542, stranger: 0.116, neighbour: 0.000167, family: 0.00351, again: 0.00584},
		related: {truth: 0.0033, stranger: 2.15, neighbour: 0.0219, family: 0.726, again: 0.00317},
		differs: {truth: 0.000572, stranger: 0.994, neighbour: 0.977, family: 0.258, again: 0.00684},
	},
	streetField: {
		same:    {truth: 0.887, stranger: 1, neighbour: 0.192, family: 0.896, again: 0.882},
		close:   {truth: 0.0937, stranger: 1.97, neighbour: 0.0307, family: 0.084, again: 0.0981},
		partly:  {truth: 0.0106, stranger: 0.0106, neighbour: 0.0158, family: 0.0107, again: 0.0104},
		related: {truth: 0.00807, stranger: 5.01, neighbour: 0.761, family: 0.00696, again: 0.00802},
		differs: {truth: 0.000638, stranger: 0.991, neighbour: 0.000849, family: 0.00221, again: 0.000853},
	},
	postcodeField: {
		same:    {truth: 0.863, stranger: 1, neighbour: 0.864, family: 0.862, again: 0.868},
		close:   {truth: 0.119, stranger: 1, neighbour: 0.117, family: 0.122, again: 0.116},
		partly:  {truth: 0.0134, stranger: 3.21, neighbour: 0.0163, family: 0.0133, again: 0.013},
		related: {truth: 2.75e-05, stranger: 9.47, neighbour: 0.000168, family: 0.000169, again: 0.000169},
		differs: {truth: 0.00376, stranger: 0.996, neighbour: 0.00252, family: 0.00253, again: 0.00286},
	},
	cityField: {
		same:    {truth: 0.932, stranger: 1, neighbour: 0.938, family: 0.893, again: 0.849},
		close:   {truth: 0.0447, stranger: 1, neighbour: 0.0125, family: 0.0595, again: 0.0814},
		partly:  {truth: 0.00195, stranger: 0.00195, neighbour: 0.0125, family: 0.0119, again: 0.0116},
		related: {truth: 0.00195, stranger: 1, neighbour: 0.0125, family: 0.0119, again: 0.0116},
		differs: {truth: 0.0175, stranger: 0.998, neighbour: 0.0125, family: 0.0119, again: 0.0349},
	},
	emailField: {
		same:    {truth: 0.968, stranger: 1, neighbour: 0.00144, family: 0.00147, again: 0.947},
		close:   {truth: 0.0306, stranger: 1, neighbour: 0.00144, family: 0.00147, again: 0.0473},
		partly:  {truth: 0.000249, stranger: 0.000249, neighbour: 0.00144, family: 0.00147, again: 0.00143},
		related: {truth: 0.000249, stranger: 1, neighbour: 0.00144, family: 0.00147, again: 0.00143},
		differs: {truth: 0.000249, stranger: 1, neighbour: 0.993, family: 0.993, again: 0.00143},
	},
	phoneField: {
		same:    {truth: 0.985, stranger: 1, neighbour: 0.000543, family: 0.255, again: 0.531},
		close:   {truth: 0.015, stranger: 1, neighbour: 0.000543, family: 0.00789, again: 0.017},
		partly:  {truth: 9.31e-05, stranger: 9.31e-05, neighbour: 0.000543, family: 0.000607, again: 0.00063},
		related: {truth: 9.31e-05, stranger: 1, neighbour: 0.000543, family: 0.000607, again: 0.00063},
		differs: {truth: 9.31e-05, stranger: 1, neighbour: 0.997, family: 0.735, again: 0.45},
	},
}

// unknownShare is how often an answer is about an order that we do not know, of somebody near one that we know, for each that is about one that we know. It
// is no estimate but an assumption: 8 of 100 answers are about unknown orders, of these 3.0 in 100 are neighbours', 1.0 of the same home, 0.05 of the
// same person.
var unknownShare = struct{ neighbour, family, again float64 }{0.00261, 0.00087, 4.35e-05}

// ownSupplier is the same assumption in bits: how much likelier an answer of a supplier is about one of its orders that we know than about another.
const ownSupplier = 3.52
