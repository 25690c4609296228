package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// parseColumns reads the columns of a table's head: "id INTEGER".
func parseColumns(texts []string) (columns []column, err error) {
	for _, text := range texts {
		name, kind, ok := strings.Cut(text, " ")
		if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return nil, fmt.Errorf("%q is no column", text)
		}
		columns = append(columns, column{name, kind})
	}
	if len(columns) == 0 {
		return nil, errors.New("no columns")
	}
	return columns, nil
}

// parseRow reads a row as the database takes it.
func parseRow(line []byte, columns []column) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var cells []any
	if err := d.Decode(&cells); err != nil {
		return nil, err
	}
	if len(cells) != len(columns) {
		return nil, fmt.Errorf("%d values, wanted are %d", len(cells), len(columns))
	}
	for i, cell := range cells {
		value, err := parseCell(cell, columns[i].kind)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", columns[i].name, err)
		}
		cells[i] = value
	}
	return cells, nil
}

func parseCell(cell any, kind string) (any, error) {
	if cell == nil {
		return nil, nil
	}
	switch kind {
	case "INTEGER":
		if n, ok := cell.(json.Number); ok {
			return n.Int64()
		}
	case "REAL":
		if n, ok := cell.(json.Number); ok {
			return n.Float64()
		}
	case "TEXT":
		if s, ok := cell.(string); ok {
			return s, nil
		}
	case "BLOB":
		if s, ok := cell.(string); ok {
			raw, err := base64.StdEncoding.DecodeString(s)
			if raw == nil {
				raw = []byte{}
			}
			return raw, err
		}
	}
	return nil, fmt.Errorf("a %T is no %s", cell, kind)
}
