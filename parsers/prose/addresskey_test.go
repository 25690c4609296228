package prose

import (
	"slices"
	"testing"
)

func TestAddressKeys(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Please reply to orders+7k3qx0m2r4@shop.example.", []string{"orders+7k3qx0m2r4@shop.example"}},
		{"<po+78tdwkqhswsrfcqp@in.shop.example> wrote:", []string{"po+78tdwkqhswsrfcqp@in.shop.example"}},
		{"write to info@shop.example or sales+eu@shop.example", nil},
		{"write to orders+unsubscribe@groups.example", nil},
		{"a+bcdefgh1j@ b+@x.y @ +abcdefg1@x.y", nil},
		{"two: a+abcdefg1@x.example, b+2ijklmnop@y.example", []string{"a+abcdefg1@x.example", "b+2ijklmnop@y.example"}},
	} {
		var got []string
		for _, k := range addressKeys(c.text) {
			got = append(got, c.text[k[0]:k[1]])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
