package pdf

import "testing"

func TestRunsOn(t *testing.T) {
	for name, c := range map[string]struct {
		plain, placed string
		want          bool
	}{
		"number above a quantity":  {"Shipment no: 86493917758742 units AB-1", "Shipment no: 8649391775874\n\n2 units AB-1", true},
		"two cells":                {"1001864939177587", "1001\t864939177587", true},
		"whole number":             {"Shipment no: 8649391775874\n2 units", "Shipment no: 8649391775874\n2 units", false},
		"number written in groups": {"864939177587", "8649 3917 7587", false},
		"words only":               {"Packing listOrder", "Packing list\nOrder", false},
		"letters between":          {"864939177587AB", "864939177587\nAB", false},
	} {
		if got := runsOn(c.plain, c.placed); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
