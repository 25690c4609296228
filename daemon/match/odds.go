package match

// partyOdds are first guesses, see fit.go.
var partyOdds = [fields][agreements]outcome{
	nameField:     {same: {0.75, 1, 0.002, 0.02, 0.75}, close: {0.17, 3, 0.002, 0.012, 0.17}, partly: {0.03, 1, 0.001, 0.03, 0.03}, related: {0.02, 1, 0.01, 0.85, 0.02}, differs: {0.03, 0.97, 0.98, 0.05, 0.03}},
	streetField:   {same: {0.8, 1, 0.01, 0.8, 0.8}, close: {0.14, 3, 0.01, 0.14, 0.14}, partly: {0.01, 1, 0.01, 0.01, 0.01}, related: {0.002, 1, 0.9, 0.01, 0.01}, differs: {0.03, 0.98, 0.08, 0.04, 0.03}},
	postcodeField: {same: {0.93, 1, 0.93, 0.93, 0.93}, close: {0.01, 1, 0.01, 0.01, 0.01}, partly: {0.03, 4, 0.03, 0.03, 0.03}, related: {0.005, 50, 0.01, 0.01, 0.01}, differs: {0.01, 0.95, 0.01, 0.01, 0.01}},
	cityField:     {same: {0.88, 1, 0.88, 0.88, 0.88}, close: {0.07, 1, 0.07, 0.07, 0.07}, differs: {0.04, 0.95, 0.04, 0.04, 0.04}, partly: {0.1, 1, 0.1, 0.1, 0.1}, related: {0.1, 1, 0.1, 0.1, 0.1}},
	emailField:    {same: {0.97, 1, 0.0001, 0.05, 0.9}, differs: {0.03, 0.999, 0.999, 0.95, 0.1}},
	phoneField:    {same: {0.95, 1, 0.0001, 0.2, 0.9}, differs: {0.05, 0.999, 0.999, 0.8, 0.1}},
}

var unknownShare = struct{ neighbour, family, again float64 }{0.02, 0.01, 0.0005}
