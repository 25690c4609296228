package rig

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// hostileInput is one document that was made to break a reader.
type hostileInput struct {
	name string // of the file; empty for a mail
	raw  []byte
	how  string // what was done, for a report
}

// most bounds a generated input: larger ones are refused by their size.
const mostHostile = 4 << 20

// hostile makes input number n of a seed. The same seed, number and fixtures make the same input, so that a run can be divided and gone on with.
func hostile(seed, n uint64, from []hostileInput) hostileInput {
	r := rand.New(rand.NewPCG(seed, n))
	var in hostileInput
	switch r.IntN(20) {
	case 0, 1, 2, 3, 4, 5, 6:
		form := hostileForms[r.IntN(len(hostileForms))]
		in = form.make(r)
		in.how = form.name
	default:
		in = from[r.IntN(len(from))]
	}
	in.raw = bytes.Clone(in.raw)
	if in.how == "" || r.IntN(4) == 0 {
		other := from[r.IntN(len(from))].raw
		if entries := unpack(in.raw); entries != nil && r.IntN(4) > 0 {
			i := r.IntN(len(entries))
			var how string
			entries[i].raw, how = mutate(r, entries[i].raw, other)
			in.raw, in.how = pack(entries), in.how+" inside: "+how
		} else {
			var how string
			in.raw, how = mutate(r, in.raw, other)
			in.how += " " + how
		}
	}
	if r.IntN(12) == 0 {
		in = attached(r, in)
	}
	if len(in.raw) > mostHostile {
		in.raw = in.raw[:mostHostile]
	}
	return in
}

// mutate does one to four things to a document.
func mutate(r *rand.Rand, raw, other []byte) ([]byte, string) {
	var done []string
	for range 1 + r.IntN(4) {
		m := mutations[r.IntN(len(mutations))]
		if raw = m.do(r, raw, other); len(raw) > mostHostile {
			raw = raw[:mostHostile]
		}
		done = append(done, m.name)
	}
	return raw, strings.Join(done, ", ")
}

// span is a piece of raw: most often a short one.
func span(r *rand.Rand, raw []byte) (from, to int) {
	if len(raw) == 0 {
		return 0, 0
	}
	from = r.IntN(len(raw))
	to = min(len(raw), from+1+r.IntN(1<<r.IntN(12)))
	return from, to
}

func insert(raw []byte, at int, what ...byte) []byte {
	return append(append(bytes.Clone(raw[:at]), what...), raw[at:]...)
}

var mutations = []struct {
	name string
	do   func(r *rand.Rand, raw, other []byte) []byte
}{
	{"bits flipped", func(r *rand.Rand, raw, _ []byte) []byte {
		for range 1 + r.IntN(16) {
			if len(raw) > 0 {
				raw[r.IntN(len(raw))] ^= 1 << r.IntN(8)
			}
		}
		return raw
	}},
	{"bytes replaced", func(r *rand.Rand, raw, _ []byte) []byte {
		for range 1 + r.IntN(16) {
			if len(raw) > 0 {
				raw[r.IntN(len(raw))] = byte(r.IntN(256))
			}
		}
		return raw
	}},
	{"cut off", func(r *rand.Rand, raw, _ []byte) []byte { return raw[:r.IntN(len(raw)+1)] }},
	{"beginning lost", func(r *rand.Rand, raw, _ []byte) []byte { return raw[r.IntN(len(raw)+1):] }},
	{"piece doubled", func(r *rand.Rand, raw, _ []byte) []byte {
		from, to := span(r, raw)
		return insert(raw, to, raw[from:to]...)
	}},
	{"piece multiplied", func(r *rand.Rand, raw, _ []byte) []byte {
		from, to := span(r, raw)
		times := 1 << r.IntN(10)
		if r.IntN(50) == 0 {
			times = 1 << 16
		}
		return insert(raw, to, bytes.Repeat(raw[from:to], min(times, (1<<20)/max(1, to-from)))...)
	}},
	{"piece lost", func(r *rand.Rand, raw, _ []byte) []byte {
		from, to := span(r, raw)
		return append(bytes.Clone(raw[:from]), raw[to:]...)
	}},
	{"piece moved", func(r *rand.Rand, raw, _ []byte) []byte {
		from, to := span(r, raw)
		piece := bytes.Clone(raw[from:to])
		raw = append(bytes.Clone(raw[:from]), raw[to:]...)
		return insert(raw, r.IntN(len(raw)+1), piece...)
	}},
	{"another document spliced in", func(r *rand.Rand, raw, other []byte) []byte {
		from, to := span(r, other)
		return insert(raw, r.IntN(len(raw)+1), other[from:to]...)
	}},
	{"another document's end", func(r *rand.Rand, raw, other []byte) []byte {
		return append(bytes.Clone(raw[:r.IntN(len(raw)+1)]), other[r.IntN(len(other)+1):]...)
	}},
	{"token", func(r *rand.Rand, raw, _ []byte) []byte {
		return insert(raw, r.IntN(len(raw)+1), []byte(tokens[r.IntN(len(tokens))])...)
	}},
	{"token at the start of a line", func(r *rand.Rand, raw, _ []byte) []byte {
		at := r.IntN(len(raw) + 1)
		if n := bytes.IndexByte(raw[at:], '\n'); n >= 0 {
			at += n + 1
		}
		return insert(raw, at, append([]byte(tokens[r.IntN(len(tokens))]), "\r\n"...)...)
	}},
	{"number changed", func(r *rand.Rand, raw, _ []byte) []byte {
		at := bytes.IndexAny(raw[min(len(raw), r.IntN(len(raw)+1)):], "0123456789")
		if at < 0 {
			return raw
		}
		numbers := []string{"0", "-1", "65536", "2147483648", "9223372036854775808", "1e999", "NaN", "00000000", strings.Repeat("9", 1+r.IntN(400))}
		return insert(raw, at, []byte(numbers[r.IntN(len(numbers))])...)
	}},
	{"no line ends", func(_ *rand.Rand, raw, _ []byte) []byte { return bytes.ReplaceAll(raw, []byte("\n"), nil) }},
	{"only carriage returns", func(_ *rand.Rand, raw, _ []byte) []byte { return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r")) }},
	{"sixteen bits", func(r *rand.Rand, raw, _ []byte) []byte {
		out := []byte{0xff, 0xfe}
		for _, b := range raw {
			out = append(out, b, 0)
		}
		return out[r.IntN(2)*2:]
	}},
	{"a charset's lie", func(r *rand.Rand, raw, _ []byte) []byte {
		sets := []string{"utf-16", "utf-7", "iso-2022-jp", "gb18030", "shift_jis", "euc-kr", "x-unknown", "koi8-r", "us-ascii", "windows-1252", "big5", "hz-gb-2312", "replacement", ""}
		return bytes.Replace(raw, []byte("utf-8"), []byte(sets[r.IntN(len(sets))]), 1+r.IntN(3))
	}},
	{"an encoding's lie", func(r *rand.Rand, raw, _ []byte) []byte {
		lies := []string{"base64", "quoted-printable", "x-uuencode", "8bit", "binary", "base64 base64", strings.Repeat("q", 300)}
		lie := []byte("Content-Transfer-Encoding: " + lies[r.IntN(len(lies))] + "\r\n")
		if at := bytes.Index(raw, []byte("Content-Type")); at >= 0 {
			return insert(raw, at, lie...)
		}
		return append(lie, raw...)
	}},
}

// tokens mean something to a reader somewhere.
var tokens = []string{
	"\x00", "\x1b$B", "\x1b(B", "\r", "\n", "\r\n\r\n", "\u200b", "\u202e", "\ufeff", "\xff\xfe", "\xed\xa0\x80", "\xf4\x90\x80\x80", "e\u0301", "ﬃ", "İ", "ſ", "１２３４", "=?utf-8?B?", "=?iso-2022-jp?Q?=1B?=", "?=",
	"=\r\n", "=3D", "=00", "--", "\r\n--=_b\r\n", "\r\n--=_b--\r\n", "Content-Type: multipart/mixed; boundary=\"=_b\"", "Content-Type: message/rfc822", "Content-Type: text/html", "Content-Disposition: attachment; filename*0*=utf-8''%",
	"> ", ">>>>>>", "On Mon, Aug 25, 2025 at 9:00 AM X <a@b.example> wrote:", "-----Original Message-----", "From: ", "Subject: ", "References: <", "-- ", "<table>", "</table>", "<td colspan=9999 rowspan=9999>", "<blockquote>", "<!--", "-->",
	"<![CDATA[", "<script type=\"application/ld+json\">", "{\"@type\":\"ParcelDelivery\",", "&#1114112;", "&#0;", "&amp", "<a href=\"https://www.ups.com/track?tracknum=", "\"", "'", ";", ",", "\t", "|", "\"\"", "=\"", "9.40011E+21", "1Z999AA10123456784",
	"RB123456785GB", "WB-0123456789", "PO 1001", "order", "tracking", "shipped", "not", "respectively", "until", "Ship to:", "1001", "~", "*", "'", "+", ":", "UNB+", "UNH+1+DESADV:D:96A:UN'", "ISA*00*", "ST*856*0001~", "SE*2*0001~", "HL*1**S~",
	"PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "%PDF-1.7", "obj", "endobj", "stream\r\n", "endstream", "<<", ">>", "[", "]", "/Length 999999999", "/Filter /FlateDecode", "/Kids [1 0 R]", "BT", "ET", "Tj", "xref", "trailer", "startxref", "%%EOF", "<row r=\"1048576\">",
	"<c r=\"XFD1048576\" t=\"s\"><v>4294967295</v></c>", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>", "&a;", "<mergeCell ref=\"A1:XFD1048576\"/>", "已发货", "在庫切れ", "发送", "nicht auf Lager", "n'a pas", "ł", "ß",
}

// entry is a file of a zip.
type entry struct {
	name string
	raw  []byte
}

// unpack gives the files of a zip, or nil where it is none.
func unpack(raw []byte) (all []entry) {
	if !bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return nil
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(io.LimitReader(in, 1<<20))
		all = append(all, entry{f.Name, b})
	}
	return all
}

func pack(entries []entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		if w, err := z.Create(e.name); err == nil {
			_, _ = w.Write(e.raw)
		}
	}
	_ = z.Close()
	return b.Bytes()
}

// attached wraps a document into a mail or a zip.
func attached(r *rand.Rand, in hostileInput) hostileInput {
	name := in.name
	if name == "" {
		name = "x.eml"
	}
	if r.IntN(3) == 0 {
		return hostileInput{"x.zip", pack([]entry{{name, in.raw}, {"b.csv", []byte("order,tracking\n1001,1Z999AA10123456784\n")}}), in.how + ", in a zip"}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: a@prairie-supply.example\r\nTo: orders@shop.example\r\nSubject: Re: PO 1001\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_w\"\r\n\r\n--=_w\r\nContent-Type: text/plain\r\n\r\nOrder 1001 has shipped, see below.\r\n--=_w\r\n")
	if strings.HasSuffix(name, ".eml") && r.IntN(2) == 0 {
		fmt.Fprintf(&b, "Content-Type: message/rfc822\r\n\r\n%s", in.raw)
	} else {
		fmt.Fprintf(&b, "Content-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n", name)
		code := base64.StdEncoding.EncodeToString(in.raw)
		for len(code) > 0 {
			n := min(76, len(code))
			b.WriteString(code[:n] + "\r\n")
			code = code[n:]
		}
	}
	b.WriteString("\r\n--=_w--\r\n")
	return hostileInput{"", b.Bytes(), in.how + ", attached"}
}
