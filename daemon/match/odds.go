package match

// Made by "go test ./daemon/match -run Weights -accept" and held by that test; see docs/matching.md for what the numbers mean.
// Source: the generator in linkage_*_test.go, seed 11: 10000 orders and 20000 rows about them, 3000 rows of each kind of kin, 300000 pairs of
// strangers. The reports use other seeds.
// Date: 2026-11-22

// partyOdds are the chances of each comparison's outcomes, see outcome.
var partyOdds = [fields][agreements]outcome{
	nameField: {
		same:    {truth: 0.75, stranger: 1, neighbour: 0.000167, family: 0.000167, again: 0.737},
		close:   {truth: 0.242, stranger: 1, neighbour: 0.000834, family: 0.0152, again: 0.247},
		partly:  {truth: 0.00388, stranger: 0.102, neighbour: 0.000167, family: 0.00485, again: 0.00584},
		related: {truth: 0.00323, stranger: 5.53, neighbour: 0.0232, family: 0.715, again: 0.00317},
		differs: {truth: 0.000504, stranger: 0.994, neighbour: 0.975, family: 0.265, again: 0.00651},
	},
	streetField: {
		same:    {truth: 0.883, stranger: 1, neighbour: 0.199, family: 0.896, again: 0.881},
		close:   {truth: 0.0967, stranger: 4.15, neighbour: 0.0307, family: 0.0829, again: 0.0969},
		partly:  {truth: 0.0108, stranger: 5.05, neighbour: 0.0148, family: 0.011, again: 0.0121},
		related: {truth: 0.00891, stranger: 6.34, neighbour: 0.754, family: 0.00763, again: 0.00869},
		differs: {truth: 0.00106, stranger: 0.991, neighbour: 0.000509, family: 0.00254, again: 0.000852},
	},
	postcodeField: {
		same:    {truth: 0.863, stranger: 1, neighbour: 0.866, family: 0.864, again: 0.862},
		close:   {truth: 0.12, stranger: 1, neighbour: 0.116, family: 0.12, again: 0.122},
		partly:  {truth: 0.0131, stranger: 47, neighbour: 0.0153, family: 0.0123, again: 0.0133},
		related: {truth: 2.98e-05, stranger: 171, neighbour: 0.000168, family: 0.000168, again: 0.000169},
		differs: {truth: 0.00385, stranger: 0.996, neighbour: 0.00286, family: 0.00354, again: 0.00253},
	},
	cityField: {
		same:    {truth: 0.922, stranger: 1, neighbour: 0.893, family: 0.898, again: 0.849},
		close:   {truth: 0.0379, stranger: 1.44, neighbour: 0.0595, family: 0.0568, again: 0.105},
		partly:  {truth: 0.00223, stranger: 0.00223, neighbour: 0.0119, family: 0.0114, again: 0.0116},
		related: {truth: 0.00223, stranger: 1, neighbour: 0.0119, family: 0.0114, again: 0.0116},
		differs: {truth: 0.0335, stranger: 0.998, neighbour: 0.0119, family: 0.0114, again: 0.0116},
	},
	emailField: {
		same:    {truth: 0.976, stranger: 1, neighbour: 0.00139, family: 0.00153, again: 0.953},
		close:   {truth: 0.0226, stranger: 1, neighbour: 0.00139, family: 0.00153, again: 0.0412},
		partly:  {truth: 0.000259, stranger: 0.000259, neighbour: 0.00139, family: 0.00153, again: 0.00142},
		related: {truth: 0.000259, stranger: 1, neighbour: 0.00139, family: 0.00153, again: 0.00142},
		differs: {truth: 0.000259, stranger: 1, neighbour: 0.993, family: 0.992, again: 0.00142},
	},
	phoneField: {
		same:    {truth: 0.984, stranger: 1, neighbour: 0.000551, family: 0.267, again: 0.516},
		close:   {truth: 0.0156, stranger: 1, neighbour: 0.000551, family: 0.00533, again: 0.0142},
		partly:  {truth: 0.000101, stranger: 0.000101, neighbour: 0.000551, family: 0.000592, again: 0.000618},
		related: {truth: 0.000101, stranger: 1, neighbour: 0.000551, family: 0.000592, again: 0.000618},
		differs: {truth: 0.000101, stranger: 1, neighbour: 0.997, family: 0.726, again: 0.468},
	},
}

// unknownShare is how often an answer is about an order that we do not know, of somebody near one that we know, for each that is about one that we know. It
// is no estimate but an assumption: 3 of 100 answers are about unknown orders, of these 6.0 in 100 are neighbours', 2.0 of the same home, 0.1 of the
// same person.
var unknownShare = struct{ neighbour, family, again float64 }{0.00186, 0.000619, 3.09e-05}

// ownSupplier is the same assumption in bits: how much likelier an answer of a supplier is about one of its orders that we know than about another.
const ownSupplier = 5.01
