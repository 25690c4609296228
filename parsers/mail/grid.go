package mail

import (
	"strings"

	"waybill/parsers"
)

// table is an HTML table while it is read.
type table struct {
	grid   parsers.Grid
	row    []parsers.Cell
	inRow  bool
	inCell bool
	cell   parsers.Cell
	across int       // colspan of the open cell
	down   int       // rowspan of the open cell
	carry  []carried // by column: cells of rows above that reach down
	layout bool      // another table stands inside: this one only arranges
	filled int       // cells in all, bounded by maxCells
}

type carried struct {
	cell parsers.Cell
	left int
}

// maxCells bounds what merged cells can be multiplied to.
const maxCells = parsers.MaxRows

func (x *extractor) openTable() {
	for _, outer := range x.tables {
		outer.layout = true
	}
	x.tables = append(x.tables, &table{grid: parsers.Grid{Start: len(x.out), Quoted: x.quoted > 0}})
}

func (x *extractor) closeTable() {
	t := x.table()
	if t == nil {
		return
	}
	x.tables = x.tables[:len(x.tables)-1]
	if t.layout || len(t.grid.Rows) == 0 || x.hidden > 0 {
		return
	}
	t.heading()
	t.grid.Start, t.grid.End = trimSpan(x.out, t.grid.Start, len(x.out))
	if t.grid.End > t.grid.Start {
		x.result.text.Tables = append(x.result.text.Tables, t.grid)
	}
}

// heading makes one row of a heading in two, of which the first groups what the second names: "Shipment" over "Carrier" and "Number".
func (t *table) heading() {
	rows := t.grid.Rows
	if len(rows) < 3 || len(rows[0]) != len(rows[1]) || !isHeading(rows[0]) || !isHeading(rows[1]) || isHeading(rows[2]) {
		return
	}
	groups, merged := 0, false
	for _, c := range rows[0] {
		if !c.Merged {
			groups++
		}
	}
	if groups < 2 { // a title over all columns
		return
	}
	for i, c := range rows[1] {
		group := rows[0][i]
		merged = merged || group.Merged || c.Merged
		if !c.Merged && group.Text != "" && c.Text != "" && group.Text != c.Text {
			rows[1][i].Text = group.Text + " " + c.Text
		}
	}
	if merged {
		t.grid.Rows = rows[1:]
	}
}

// isHeading tells a row of which every cell is written as a heading's.
func isHeading(row []parsers.Cell) bool {
	for _, c := range row {
		if !c.Header {
			return false
		}
	}
	return len(row) > 0
}

func (x *extractor) table() *table {
	if len(x.tables) == 0 {
		return nil
	}
	return x.tables[len(x.tables)-1]
}

func (x *extractor) openRow() {
	if t := x.table(); t != nil {
		t.inRow = true
		t.row = nil
		if n := len(t.grid.Rows); n > 0 {
			t.row = make([]parsers.Cell, 0, len(t.grid.Rows[n-1]))
		}
	}
}

func (x *extractor) closeRow() {
	t := x.table()
	if t == nil || !t.inRow {
		return
	}
	t.fill()
	t.inRow = false
	if len(t.row) > 0 && t.filled < maxCells {
		t.grid.Rows = append(t.grid.Rows, t.row)
	}
	x.breakLine(1, false)
}

func (x *extractor) openCell(a attributes, header bool) {
	t := x.table()
	if t == nil {
		x.space = true
		return
	}
	if !t.inRow { // a cell outside of any row begins one
		x.openRow()
	}
	t.fill()
	if n := len(t.row); n > 0 && x.breaks == 0 && x.hidden == 0 {
		x.space = false
		switch {
		case x.labelled(t.row[n-1].Text):
			x.out = append(x.out, '\n')
		case strings.Contains(t.row[n-1].Text, "\n"): // two columns of text, not two fields of a row
			x.out = append(x.out, '\n', '\n')
		default:
			x.out = append(x.out, '\t')
		}
	}
	t.inCell = true
	t.cell = parsers.Cell{Start: len(x.out), Header: header}
	t.across, t.down = a.colspan, a.rowspan
}

func (x *extractor) closeCell() {
	t := x.table()
	if t == nil || !t.inCell {
		return
	}
	t.inCell = false
	x.space = false
	x.breaks = 0 // a block at the end of a cell does not break the row
	start := min(t.cell.Start, len(x.out))
	t.cell.Start, t.cell.End = trimSpan(x.out, start, len(x.out))
	t.cell.Text = string(x.out[t.cell.Start:t.cell.End])
	for i := range t.across {
		if len(t.row) >= parsers.MaxColumns {
			break
		}
		c := t.cell
		c.Merged = i > 0
		t.put(c)
		if t.down > 1 {
			t.hold(len(t.row)-1, c, t.down-1)
		}
	}
}

func (t *table) put(c parsers.Cell) {
	t.row = append(t.row, c)
	t.filled++
}

// hold keeps a cell for the rows below.
func (t *table) hold(column int, c parsers.Cell, rows int) {
	for len(t.carry) <= column {
		t.carry = append(t.carry, carried{})
	}
	c.Merged = true
	t.carry[column] = carried{c, rows}
}

// fill puts in the cells from above that come next in this row.
func (t *table) fill() {
	for len(t.row) < len(t.carry) && t.carry[len(t.row)].left > 0 {
		k := &t.carry[len(t.row)]
		k.left--
		t.put(k.cell)
	}
}
