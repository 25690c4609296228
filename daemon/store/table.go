package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"time"
)

// table describes a table whose rows carry a checksum, and holds the statements that every such table needs.
type table struct {
	what    string // what a row is called in an error
	name    string
	names   []string // of all columns but crc
	columns string   // all but crc, with commas
	width   int      // how many
	keys    int      // the first columns are the primary key

	// adds leaves a row alone that is there already; inserts fails.
	selects, adds, inserts, updates string
	rewrites                        string // all columns but the key's: erasing changes also what never changes otherwise
	mutable                         []int  // columns that an update writes
}

// newTable takes the names of the primary key's columns, of those that never change, and of those that do.
func newTable(what, name, key, fixed, mutable string) *table {
	keys, never, change := strings.Fields(key), strings.Fields(fixed), strings.Fields(mutable)
	all := append(append(append([]string(nil), keys...), never...), change...)
	t := &table{what: what, name: name, names: all, columns: strings.Join(all, ", "), width: len(all), keys: len(keys)}
	t.selects = "SELECT " + t.columns + ", crc FROM " + name
	t.inserts = "INSERT INTO " + name + " (" + t.columns + ", crc) VALUES (" + strings.Repeat("?, ", len(all)) + "?)"
	t.adds = t.inserts + " ON CONFLICT DO NOTHING"
	var set []string
	for i, column := range change {
		set = append(set, column+" = ?")
		t.mutable = append(t.mutable, len(keys)+len(never)+i)
	}
	where := " WHERE " + strings.Join(keys, " = ? AND ") + " = ?"
	t.updates = "UPDATE " + name + " SET " + strings.Join(append(set, "crc = ?"), ", ") + where
	t.rewrites = "UPDATE " + name + " SET " + strings.Join(append(all[len(keys):len(all):len(all)], "crc"), " = ?, ") + " = ?" + where
	return t
}

// of gives the columns for a join under an alias.
func (t *table) of(alias string) string {
	return alias + "." + strings.ReplaceAll(t.columns, ", ", ", "+alias+".") + ", " + alias + ".crc"
}

// add stores a new row from values in the table's order. false: a row of that key is there, or of another unique column.
func (tx *Tx) add(t *table, row ...any) (bool, error) {
	row, err := sealed(row)
	if err != nil {
		return false, err
	}
	n, err := tx.exec(t.adds, row...)
	return n == 1, err
}

// append stores a new row of which it is known that it is new.
func (tx *Tx) append(t *table, row ...any) error {
	row, err := sealed(row)
	if err != nil {
		return err
	}
	return tx.later(t.inserts, row...)
}

// update stores the mutable columns of a row that is there; the values are all columns', in the table's order, as they are from
// now on.
func (tx *Tx) update(t *table, row ...any) error {
	row, err := sealed(row)
	if err != nil {
		return err
	}
	args := make([]any, 0, len(t.mutable)+1+t.keys)
	for _, i := range t.mutable {
		args = append(args, row[i])
	}
	args = append(args, row[t.width])
	return tx.later(t.updates, append(args, row[:t.keys]...)...)
}

// note stores a row unless it is there.
func (tx *Tx) note(t *table, row ...any) error {
	row, err := sealed(row)
	if err != nil {
		return err
	}
	return tx.later(t.adds, row...)
}

// rewrite stores all columns of a row that is there.
func (tx *Tx) rewrite(t *table, row []any) error {
	row, err := sealed(row)
	if err != nil {
		return err
	}
	return tx.later(t.rewrites, append(row[t.keys:len(row):len(row)], row[:t.keys]...)...)
}

// sealed gives the values with their checksum at the end.
func sealed(row []any) ([]any, error) {
	row, err := values(row)
	return append(row, seal(row)), err
}

// castagnoli is the polynomial of CRC-32C, which processors compute in hardware.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal is the checksum of a row's columns. SQLite itself notices damage only where its pages make no sense any more; a flipped bit
// in an address or a state would be believed. Each value counts with its type and its length.
func seal(row []any) int64 {
	var space [1024]byte
	b := space[:0]
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.LittleEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case string:
			b = append(binary.LittleEndian.AppendUint32(append(b, 't'), uint32(len(v))), v...)
		case []byte:
			b = append(binary.LittleEndian.AppendUint32(append(b, 'b'), uint32(len(v))), v...)
		default:
			b = append(b, '?') // no database gives it, so it can't come back equal
		}
	}
	return int64(crc32.Checksum(b, castagnoli))
}

// cells are the columns of a row as they came from the database, read one after the other. NULL reads as zero. An error stays.
type cells struct {
	what   string
	values []any
	next   int
	err    error
}

// read takes a row of the table and holds it against its checksum: ErrDamaged.
func (t *table) read(row scanner) *cells {
	c := scanCells(row, t.width+1)
	c.what = t.what
	t.open(c)
	return c
}

// scanCells takes n columns of a row.
func scanCells(row scanner, n int) *cells {
	c := &cells{values: make([]any, n)}
	into := make([]any, n)
	for i := range into {
		into[i] = &c.values[i]
	}
	c.err = row.Scan(into...)
	return c
}

// open checks that the next columns are a row of the table. The cells stay where they were.
func (t *table) open(c *cells) {
	if c.err != nil {
		return
	}
	c.what = t.what
	row := c.values[c.next : c.next+t.width]
	if stored, _ := c.values[c.next+t.width].(int64); stored != seal(row) {
		c.err = fmt.Errorf("%s %v is not what was written: %w; restore a backup, or ask `waybill verify` what else is", t.what, row[0], ErrDamaged)
	}
}

func (c *cells) take() any {
	v := c.values[c.next]
	c.next++
	return v
}

func (c *cells) wrong(v any) {
	if c.err == nil && v != nil {
		c.err = fmt.Errorf("%s: column %d holds a %T: %w", c.what, c.next, v, ErrDamaged)
	}
}

func (c *cells) int() int64 {
	v := c.take()
	n, ok := v.(int64)
	if !ok {
		c.wrong(v)
	}
	return n
}

func (c *cells) text() string {
	v := c.take()
	s, ok := v.(string)
	if !ok {
		c.wrong(v)
	}
	return s
}

func (c *cells) bytes() []byte {
	v := c.take()
	b, ok := v.([]byte)
	if !ok {
		c.wrong(v)
	}
	return b
}

func (c *cells) float() float64 {
	v := c.take()
	f, ok := v.(float64)
	if !ok {
		c.wrong(v)
	}
	return f
}

func (c *cells) bool() bool      { return c.int() != 0 }
func (c *cells) time() time.Time { return fromMicros(c.int()) }

// json decodes a document.
func (c *cells) json(into any) {
	if document := c.text(); c.err == nil {
		c.err = decode(c.what, document, into)
	}
}
