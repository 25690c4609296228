package match

// Made by "go test ./daemon/match -run Weights -accept" and held by that test; see docs/matching.md for what the numbers mean.
// Source: the generator in linkage_*_test.go, seed 11: 10000 orders and 20000 rows about them, 3000 rows of each kind of kin, 300000 pairs of
// strangers. The reports use other seeds.
// Date: 2026-11-22

// partyOdds are the chances of each comparison's outcomes, see outcome.
var partyOdds = [fields][agreements]outcome{
	nameField: {
		same:    {truth: 0.751, stranger: 1, neighbour: 0.000167, family: 0.000167, again: 0.738},
		close:   {truth: 0.241, stranger: 2.6, neighbour: 0.000501, family: 0.0149, again: 0.247},
		partly:  {truth: 0.00388, stranger: 0.012, neighbour: 0.000167, family: 0.00485, again: 0.00584},
		related: {truth: 0.00323, stranger: 13.4, neighbour: 0.0242, family: 0.716, again: 0.00284},
		differs: {truth: 0.000563, stranger: 0.994, neighbour: 0.975, family: 0.263, again: 0.00618},
	},
	streetField: {
		same:    {truth: 0.873, stranger: 1, neighbour: 0.198, family: 0.891, again: 0.876},
		close:   {truth: 0.106, stranger: 6.98, neighbour: 0.0307, family: 0.0877, again: 0.103},
		partly:  {truth: 0.0106, stranger: 0.816, neighbour: 0.0131, family: 0.0103, again: 0.0121},
		related: {truth: 0.0089, stranger: 4.14, neighbour: 0.757, family: 0.00797, again: 0.00801},
		differs: {truth: 0.00106, stranger: 0.991, neighbour: 0.000509, family: 0.00288, again: 0.000852},
	},
	postcodeField: {
		same:    {truth: 0.863, stranger: 1, neighbour: 0.869, family: 0.866, again: 0.86},
		close:   {truth: 0.12, stranger: 1, neighbour: 0.113, family: 0.117, again: 0.123},
		partly:  {truth: 0.0133, stranger: 35.5, neighbour: 0.0146, family: 0.0126, again: 0.014},
		related: {truth: 2.98e-05, stranger: 164, neighbour: 0.000168, family: 0.000168, again: 0.000169},
		differs: {truth: 0.00397, stranger: 0.996, neighbour: 0.00286, family: 0.00354, again: 0.00286},
	},
	cityField: {
		same:    {truth: 0.922, stranger: 1, neighbour: 0.887, family: 0.898, again: 0.852},
		close:   {truth: 0.0379, stranger: 1.65, neighbour: 0.0625, family: 0.0568, again: 0.102},
		partly:  {truth: 0.00223, stranger: 0.00223, neighbour: 0.0125, family: 0.0114, again: 0.0114},
		related: {truth: 0.00223, stranger: 1, neighbour: 0.0125, family: 0.0114, again: 0.0114},
		differs: {truth: 0.0335, stranger: 0.998, neighbour: 0.0125, family: 0.0114, again: 0.0114},
	},
	emailField: {
		same:    {truth: 0.976, stranger: 1, neighbour: 0.0014, family: 0.00152, again: 0.949},
		close:   {truth: 0.0232, stranger: 1, neighbour: 0.0014, family: 0.00152, again: 0.0448},
		partly:  {truth: 0.00026, stranger: 0.00026, neighbour: 0.0014, family: 0.00152, again: 0.00145},
		related: {truth: 0.00026, stranger: 1, neighbour: 0.0014, family: 0.00152, again: 0.00145},
		differs: {truth: 0.00026, stranger: 1, neighbour: 0.993, family: 0.992, again: 0.00145},
	},
	phoneField: {
		same:    {truth: 0.984, stranger: 1, neighbour: 0.000557, family: 0.27, again: 0.513},
		close:   {truth: 0.0154, stranger: 1, neighbour: 0.000557, family: 0.00647, again: 0.0142},
		partly:  {truth: 0.000101, stranger: 0.000101, neighbour: 0.000557, family: 0.000588, again: 0.000619},
		related: {truth: 0.000101, stranger: 1, neighbour: 0.000557, family: 0.000588, again: 0.000619},
		differs: {truth: 0.000101, stranger: 1, neighbour: 0.997, family: 0.722, again: 0.471},
	},
}

// unknownShare is how often an answer is about an order that we do not know, of somebody near one that we know, for each that is about one that we know. It
// is no estimate but an assumption: 3 of 100 answers are about unknown orders, of these 6.0 in 100 are neighbours', 2.0 of the same home, 0.1 of the
// same person.
var unknownShare = struct{ neighbour, family, again float64 }{0.00186, 0.000619, 3.09e-05}
