package match

import (
	"encoding/binary"
	"strings"
	"time"

	"waybill/daemon/order"
)

// A purchase order rests in the index as one string: numbers as varints, texts with their length before them, words that many orders share
// (cities, products, suppliers) as numbers into a dictionary. It is a third of what the fields take as Go values, and one thing
// instead of thirty for the garbage collector to look at. Taking it apart copies nothing: the texts of a PO are pieces of its record.

// dictionary numbers texts that many records share. It only grows, up to a limit; what comes later is written out in its record.
type dictionary struct {
	numbers map[string]uint32
	texts   []string
	heads   headWords
}

// mostWords bounds the dictionary: buyers choose what their city is called.
const mostWords = 1 << 18

func newDictionary() dictionary {
	return dictionary{numbers: map[string]uint32{"": 1}, texts: []string{""}, heads: headWords{}}
}

// number is 0 for a word that the dictionary has no room for.
func (w *dictionary) number(text string) uint32 {
	if text == "" {
		return 1
	}
	if n, ok := w.numbers[text]; ok {
		return n
	}
	if len(w.texts) == mostWords {
		return 0
	}
	text = string([]byte(text)) // not a piece of somebody's message
	w.texts = append(w.texts, text)
	n := uint32(len(w.texts))
	w.numbers[text] = n
	return n
}

// packer writes a record.
type packer struct {
	words *dictionary
	out   []byte
	// supplier is the number of the last purchase order's supplier.
	supplier uint32
	form     string    // of the last order's number, see shape
	last     [4]packed // words that are usually the same from one purchase order to the next, each in its place
}

// packed is a word with its number in the dictionary.
type packed struct {
	text   string
	number uint32
}

// usual writes a word that is likely the one that stood in this place before.
func (p *packer) usual(place int, s string) uint32 {
	l := &p.last[place]
	if l.number == 0 || l.text != s {
		n := p.words.number(s)
		if n == 0 {
			p.number(0)
			p.text(s)
			return 0
		}
		*l = packed{p.words.texts[n-1], n}
	}
	p.number(uint64(l.number))
	return l.number
}

func (p *packer) number(n uint64) { p.out = binary.AppendUvarint(p.out, n) }

func (p *packer) text(s string) {
	p.number(uint64(len(s)))
	p.out = append(p.out, s...)
}

func (p *packer) word(s string) {
	n := p.words.number(s)
	p.number(uint64(n))
	if n == 0 {
		p.text(s)
	}
}

// after writes a text that usually begins with another one: "1001-A" after "1001".
func (p *packer) after(s, before string) {
	n := 0
	for n < len(s) && n < len(before) && s[n] == before[n] {
		n++
	}
	p.number(uint64(n))
	p.text(s[n:])
}

func (p *packer) texts(all []string, before string) {
	p.number(uint64(len(all)))
	for _, s := range all {
		p.after(s, before)
	}
}

// shape is that of an order's number, which is likely that of the last one.
func (p *packer) shape(number string) string {
	var short [64]byte
	if form := appendShape(short[:0], strings.TrimPrefix(number, "#")); string(form) != p.form {
		p.form = string(form)
	}
	return p.form
}

func (p *packer) pack(po *PO) string {
	p.out = p.out[:0]
	p.add(po)
	return string(p.out)
}

// add writes a record behind what is written.
func (p *packer) add(po *PO) {
	p.number(uint64(po.ID))
	p.number(uint64(po.OrderID))
	p.usual(0, po.Channel)
	p.supplier = p.usual(1, po.Supplier)
	closed := uint64(0)
	if po.Closed {
		closed = 1
	}
	placed := uint64(0)
	if !po.PlacedAt.IsZero() {
		placed = uint64(po.PlacedAt.Unix()) // years before 1970 are refused with the order
	}
	p.number(placed<<1 | closed)
	p.text(po.Order)
	p.after(po.Number, po.Order)
	p.text(string(po.Token))
	a := &po.ShipTo
	for _, s := range [...]string{a.Name, a.Company, a.Line1, a.Line2, a.Postcode, a.Phone, po.Email} {
		p.text(s)
	}
	p.word(a.City)
	p.word(a.Region)
	p.usual(2, a.Country)
	p.after(po.Phone, a.Phone)
	p.texts(po.MessageIDs, string(po.Token))
	p.after(po.ReplyTo, "")
	p.texts(po.Refs, "")
	p.texts(po.Tracking, "")
	p.number(uint64(len(po.Lines)))
	for i := range po.Lines {
		l := &po.Lines[i]
		p.after(l.ID, po.Order)
		p.word(l.SKU)
		p.word(l.SupplierSKU)
		known := len(p.words.texts)
		p.word(l.Title)
		if len(p.words.texts) > known { // each title is learned once
			p.words.heads.learn(l.Title, code(l.SKU))
		}
		p.number(uint64(l.Quantity))
		p.number(uint64(l.Outstanding))
	}
}

// unpacker reads a record.
type unpacker struct {
	words *dictionary
	in    string
}

func (u *unpacker) number() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		b := u.in[0]
		u.in = u.in[1:]
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

func (u *unpacker) text() string {
	n := u.number()
	s := u.in[:n]
	u.in = u.in[n:]
	return s
}

func (u *unpacker) word() string {
	if n := u.number(); n > 0 {
		return u.words.texts[n-1]
	}
	return u.text()
}

func (u *unpacker) after(before string) string {
	n := u.number()
	rest := u.text()
	if n == 0 {
		return rest
	}
	if rest == "" {
		return before[:n]
	}
	return before[:n] + rest
}

func (u *unpacker) texts(before string) []string {
	n := u.number()
	if n == 0 {
		return nil
	}
	all := make([]string, n)
	for i := range all {
		all[i] = u.after(before)
	}
	return all
}

func (u *unpacker) unpack(po *PO) {
	po.ID = order.POID(u.number())
	po.OrderID = order.OrderID(u.number())
	po.Channel = u.word()
	po.Supplier = u.word()
	placed := u.number()
	po.Closed = placed&1 == 1
	if placed > 1 {
		po.PlacedAt = time.Unix(int64(placed>>1), 0).UTC()
	}
	po.Order = u.text()
	po.Number = u.after(po.Order)
	po.Token = order.Token(u.text())
	a := &po.ShipTo
	for _, s := range [...]*string{&a.Name, &a.Company, &a.Line1, &a.Line2, &a.Postcode, &a.Phone, &po.Email} {
		*s = u.text()
	}
	for _, s := range [...]*string{&a.City, &a.Region, &a.Country} {
		*s = u.word()
	}
	po.Phone = u.after(a.Phone)
	po.MessageIDs = u.texts(string(po.Token))
	po.ReplyTo = u.after("")
	po.Refs = u.texts("")
	po.Tracking = u.texts("")
	if n := u.number(); n > 0 {
		po.Lines = make([]Line, n)
	}
	for i := range po.Lines {
		l := &po.Lines[i]
		l.ID = u.after(po.Order)
		l.SKU = u.word()
		l.SupplierSKU = u.word()
		l.Title = u.word()
		l.Quantity = int(u.number())
		l.Outstanding = int(u.number())
	}
}

// identify reads only whose record it is.
func identify(record string) order.POID {
	u := unpacker{in: record}
	return order.POID(u.number())
}
