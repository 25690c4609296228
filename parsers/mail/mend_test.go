package mail

import "testing"

func TestMendTags(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{`<p class="a">x</p>`, ""},
		{`<img alt="a <b> c" title='</p>'><p>x</p>`, ""},
		{`<a href="https://x.example/?a=1>b">x</a>`, ""},
		{`<script>if (a<b) { x = "<p class="; }</script><p>x</p>`, ""},
		{`<!-- <p class="a>x</p> --><p>x</p>`, ""},
		{`<!--[if mso]><td width="1"><![endif]--><p title="3 > 2">x</p>`, ""},
		{`a < b and "c" <d@e.example>`, ""},
		{`<a href="https://x.example/t>Track</a> 1001</p><p class="y">z</p>`, `<a href="https://x.example/t">Track</a> 1001</p><p class="y">z</p>`},
		{`<td class="c 1001</td><td class="d">1Z9</td>`, `<td class="c"> 1001</td><td class="d">1Z9</td>`},
		{`<a href="https://x.example/t Track it</a><p class="y">z</p>`, `<a href="https://x.example/t"> Track it</a><p class="y">z</p>`},
		{`<p class="y>no quote follows <b>x</b>`, `<p class="y">no quote follows <b>x</b>`},
		{`<p Order 1001 was cancelled</p>`, `<p> Order 1001 was cancelled</p>`},
		{`<td class="c"1001</td><td>x</td>`, `<td class="c">1001</td><td>x</td>`},
		{`<br<p>x</p>`, `<br><p>x</p>`},
	} {
		got, hurt := mendTags([]byte(c.doc))
		if want := c.want; hurt != (want != "") || hurt && string(got) != want || !hurt && string(got) != c.doc {
			t.Errorf("%s\n got %s (%v)\nwant %s", c.doc, got, hurt, c.want)
		}
	}
}

// Any bytes are mended in one pass, and mending keeps all of them.
func FuzzMendTags(f *testing.F) {
	f.Add([]byte(`<a href="https://x.example/t>Track</a> <td class="c 1001</td><td class="d">`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, _ := mendTags(doc)
		i := 0
		for _, c := range got {
			if i < len(doc) && doc[i] == c {
				i++
			} else if c != '"' && c != '\'' && c != '>' {
				t.Fatalf("%q became %q", doc, got)
			}
		}
		if i < len(doc) {
			t.Fatalf("%q lost bytes: %q", doc, got)
		}
	})
}
