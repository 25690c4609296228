package match

// Made by "go test ./daemon/match -run Weights -accept" and held by that test; see docs/matching.md for what the numbers mean.
// Source: the generator in linkage_*_test.go, seed 11: 10000 orders and 20000 rows about them, 3000 rows of each kind of kin, 300000 pairs of
// strangers. The reports use other seeds.
// Date: 2026-11-23

// partyOdds are the chances of each comparison's outcomes, see outcome.
var partyOdds = [fields][agreements]outcome{
	nameField: {
		same:    {truth: 0.751, stranger: 1, neighbour: 0.000167, family: 0.000167, again: 0.735},
		close:   {truth: 0.24, stranger: 1, neighbour: 0.000834, family: 0.0129, again: 0.249},
		partly:  {truth: 0.00537, stranger: 0.118, neighbour: 0.000167, family: 0.00351, again: 0.00551},
		related: {truth: 0.00302, stranger: 1.84, neighbour: 0.0212, family: 0.726, again: 0.00317},
		differs: {truth: 0.000681, stranger: 0.995, neighbour: 0.977, family: 0.257, again: 0.00752},
	},
	streetField: {
		same:    {truth: 0.886, stranger: 1, neighbour: 0.189, family: 0.895, again: 0.884},
		close:   {truth: 0.094, stranger: 2.26, neighbour: 0.0307, family: 0.0851, again: 0.0957},
		partly:  {truth: 0.0108, stranger: 0.189, neighbour: 0.0158, family: 0.011, again: 0.0111},
		related: {truth: 0.00829, stranger: 5.64, neighbour: 0.763, family: 0.00696, again: 0.00768},
		differs: {truth: 0.000583, stranger: 0.991, neighbour: 0.000849, family: 0.00221, again: 0.000853},
	},
	postcodeField: {
		same:    {truth: 0.864, stranger: 1, neighbour: 0.863, family: 0.861, again: 0.868},
		close:   {truth: 0.119, stranger: 1, neighbour: 0.118, family: 0.123, again: 0.116},
		partly:  {truth: 0.0132, stranger: 2.79, neighbour: 0.016, family: 0.013, again: 0.013},
		related: {truth: 2.75e-05, stranger: 10.3, neighbour: 0.000168, family: 0.000169, again: 0.000168},
		differs: {truth: 0.00393, stranger: 0.996, neighbour: 0.00252, family: 0.00253, again: 0.00253},
	},
	cityField: {
		same:    {truth: 0.927, stranger: 1, neighbour: 0.938, family: 0.89, again: 0.866},
		close:   {truth: 0.0508, stranger: 1, neighbour: 0.0125, family: 0.061, again: 0.061},
		partly:  {truth: 0.00188, stranger: 0.00188, neighbour: 0.0125, family: 0.0122, again: 0.0122},
		related: {truth: 0.00188, stranger: 1, neighbour: 0.0125, family: 0.0122, again: 0.0122},
		differs: {truth: 0.0169, stranger: 0.998, neighbour: 0.0125, family: 0.0122, again: 0.0366},
	},
	emailField: {
		same:    {truth: 0.969, stranger: 1, neighbour: 0.00145, family: 0.00144, again: 0.944},
		close:   {truth: 0.0302, stranger: 1, neighbour: 0.00145, family: 0.00144, again: 0.0506},
		partly:  {truth: 0.000246, stranger: 0.000246, neighbour: 0.00145, family: 0.00144, again: 0.00145},
		related: {truth: 0.000246, stranger: 1, neighbour: 0.00145, family: 0.00144, again: 0.00145},
		differs: {truth: 0.000246, stranger: 1, neighbour: 0.993, family: 0.993, again: 0.00145},
	},
	phoneField: {
		same:    {truth: 0.985, stranger: 1, neighbour: 0.000546, family: 0.255, again: 0.526},
		close:   {truth: 0.015, stranger: 1, neighbour: 0.000546, family: 0.00789, again: 0.0169},
		partly:  {truth: 9.34e-05, stranger: 9.34e-05, neighbour: 0.000546, family: 0.000607, again: 0.000624},
		related: {truth: 9.34e-05, stranger: 1, neighbour: 0.000546, family: 0.000607, again: 0.000624},
		differs: {truth: 9.34e-05, stranger: 1, neighbour: 0.997, family: 0.735, again: 0.455},
	},
}

// unknownShare is how often an answer is about an order that we do not know, of somebody near one that we know, for each that is about one that we know. It
// is no estimate but an assumption: 8 of 100 answers are about unknown orders, of these 1.5 in 100 are neighbours', 0.5 of the same home, 0.05 of the
// same person.
var unknownShare = struct{ neighbour, family, again float64 }{0.0013, 0.000435, 4.35e-05}

// ownSupplier is the same assumption in bits: how much likelier an answer of a supplier is about one of its orders that we know than about another.
const ownSupplier = 3.52
