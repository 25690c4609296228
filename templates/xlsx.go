package templates

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// maxCell is what a cell of a spreadsheet holds, in UTF-16 units (Excel's specifications and limits). excelize would cut more
// off without a word.
const maxCell = excelize.TotalCellChars

// XLSX writes a row for each line of the purchase orders into a spreadsheet with one sheet. Every cell but counts is text, so that codes keep their leading zeros and
// long numbers all their digits.
func (s Sheet) XLSX(orders []PurchaseOrderData) (_ []byte, err error) {
	l, err := s.layout()
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	defer f.Close()                                      // only memory: nothing to lose
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // "@": stays text when somebody edits it
	if err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	head, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	w, err := f.NewStreamWriter(f.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	if err := w.SetColWidth(1, len(l.columns), 16); err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	line := 0
	put := func(cells []any) error {
		line++
		return w.SetRow("A"+strconv.Itoa(line), cells)
	}
	if s.Header {
		cells := make([]any, len(l.columns))
		for i, c := range l.columns {
			cells[i] = excelize.Cell{StyleID: head, Value: c.header}
		}
		if err := put(cells); err != nil {
			return nil, fmt.Errorf("write XLSX: %w", err)
		}
	}
	for _, r := range rowsOf(orders) {
		cells, err := l.spread(r, text)
		if err != nil {
			return nil, err
		}
		if err := put(cells); err != nil {
			return nil, fmt.Errorf("write XLSX: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write XLSX: %w", err)
	}
	return out.Bytes(), nil
}

// spread gives the cells of one row.
func (l layout) spread(r row, text int) ([]any, error) {
	cells := make([]any, len(l.columns))
	for i, c := range l.columns {
		value := c.cell(r, true)
		if n, err := strconv.Atoi(value); c.field.Number && err == nil {
			cells[i] = n
			continue
		}
		if n := len(utf16.Encode([]rune(value))); n > maxCell {
			return nil, fmt.Errorf("%s, column %s: %d characters %w in XLSX, where a cell holds %d", r.order.Number, c.header, n, ErrCell, maxCell)
		}
		cells[i] = excelize.Cell{StyleID: text, Value: value}
	}
	return cells, nil
}
