package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A backup is one zstd stream (RFC 8878) of lines of JSON, the same from both databases:
//
//	{"waybill_backup":1, …}                           the head: BackupInfo
//	{"table":"orders","columns":["id INTEGER", …]}    a table; types are INTEGER, REAL, TEXT and BLOB
//	[1,"shop", …]                                     its rows; a BLOB is base64
//	{"rows":2,"sha256":"…"}                           the table's end: how many rows, and the SHA-256 of their lines
//	{"end":true,"rows":14,"sha256":"…"}               the end: all rows, and the SHA-256 of all lines before
//
// docs/backup.md tells it to people. A stream without its end is no backup.

// backupFormat is the version of the format.
const backupFormat = 1

// maxBackupLine bounds a line: the largest evidence in base64, and more.
const maxBackupLine = 128 << 20

// ErrBackup is returned for a stream that is no whole backup.
var ErrBackup = errors.New("this is not a whole backup of waybill")

// BackupInfo is the head of a backup, and what was counted at its end.
type BackupInfo struct {
	Format     int       `json:"waybill_backup"`
	MadeBy     string    `json:"made_by"` // version of the program
	MadeAt     time.Time `json:"made_at"`
	Schema     int64     `json:"schema"`
	Instance   string    `json:"instance"`
	Generation int64     `json:"generation"`
	LastEvent  int64     `json:"last_event"` // in the journal
	Rows       int64     `json:"-"`
}

type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type backupEnd struct {
	End    bool   `json:"end,omitempty"`
	Rows   *int64 `json:"rows"`
	SHA256 string `json:"sha256"`
}

// column is a column as the database has it.
type column struct{ name, kind string }

// WriteBackup writes all that the database holds, in one consistent state, while work goes on. On SQLite its journal file grows meanwhile.
func (s *Store) WriteBackup(ctx context.Context, madeBy string, to io.Writer) (info BackupInfo, err error) {
	packed, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return info, fmt.Errorf("back up the database: %w", err)
	}
	out := &backupWriter{all: sha256.New(), out: bufio.NewWriterSize(packed, 64<<10)}
	err = s.View(ctx, func(tx *Tx) (err error) {
		info, err = tx.backup(madeBy, out)
		return err
	})
	if err == nil {
		err = out.out.Flush()
	}
	if err = errors.Join(err, packed.Close()); err != nil {
		return info, fmt.Errorf("back up the database: %w", err)
	}
	return info, nil
}

func (tx *Tx) backup(madeBy string, out *backupWriter) (BackupInfo, error) {
	info := BackupInfo{Format: backupFormat, MadeBy: madeBy, MadeAt: tx.store.now().UTC().Truncate(time.Second), Instance: tx.store.instance}
	err := tx.one(func(row scanner) error { return row.Scan(&info.Schema) }, `SELECT max(version_id) FROM `+versionTable+` WHERE is_applied <> `+tx.store.dialect.no())
	if err != nil {
		return info, err
	}
	if info.LastEvent, err = tx.lastSeq(); err != nil {
		return info, err
	}
	if info.Generation, err = tx.generation(); err != nil {
		return info, err
	}
	if err := out.line(info); err != nil {
		return info, err
	}
	tables, err := tx.tables()
	if err != nil {
		return info, err
	}
	for _, name := range tables {
		if passes(name) {
			continue
		}
		if err := tx.backupTable(name, out); err != nil {
			return info, fmt.Errorf("table %s: %w", name, err)
		}
	}
	info.Rows = out.total
	return info, out.line(backupEnd{End: true, Rows: &out.total, SHA256: hex.EncodeToString(out.all.Sum(nil))})
}

func (tx *Tx) backupTable(name string, out *backupWriter) error {
	columns, err := tx.columnsOf(name)
	if err != nil {
		return err
	}
	head := backupTable{Table: name}
	query := "SELECT "
	for i, c := range columns {
		head.Columns = append(head.Columns, c.name+" "+c.kind)
		if i > 0 {
			query += ", "
		}
		query += c.name
	}
	if err := out.line(head); err != nil {
		return err
	}
	out.rows, out.table = 0, sha256.New()
	err = tx.each(func(row scanner) error {
		c := scanCells(row, len(columns))
		if c.err != nil {
			return c.err
		}
		for i, v := range c.values {
			if raw, ok := v.([]byte); ok && raw == nil { // there, and empty
				c.values[i] = []byte{}
			}
		}
		out.rows++
		return out.line(c.values)
	}, query+" FROM "+name)
	if err != nil {
		return err
	}
	out.total += out.rows
	sum := hex.EncodeToString(out.table.Sum(nil))
	out.table = nil
	return out.line(backupEnd{Rows: &out.rows, SHA256: sum})
}

// no is the boolean false of the table of versions, which goose made.
func (d dialect) no() string {
	if d == postgresDialect {
		return "FALSE"
	}
	return "0"
}

// tables lists the tables of the database: those that others refer to first, and at the end what nobody has described.
func (tx *Tx) tables() ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> ? ORDER BY name`
	if tx.store.dialect == postgresDialect {
		query = `SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema() AND tablename <> ? ORDER BY tablename`
	}
	there, err := list(tx, scanText, query, versionTable)
	if err != nil {
		return nil, err
	}
	var ordered []string
	for _, t := range described {
		if i := slices.Index(there, t.name); i >= 0 {
			ordered = append(ordered, t.name)
			there = slices.Delete(there, i, i+1)
		}
	}
	return append(ordered, there...), nil
}

// columnsOf gives a table's columns with their types as SQLite calls them.
func (tx *Tx) columnsOf(table string) ([]column, error) {
	query := `SELECT name, type FROM pragma_table_info(?) ORDER BY cid`
	if tx.store.dialect == postgresDialect {
		query = `SELECT CAST(column_name AS text), CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' WHEN 'double precision' THEN 'REAL' WHEN 'text' THEN 'TEXT' ELSE data_type END
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`
	}
	return list(tx, func(row scanner) (c column, err error) {
		err = row.Scan(&c.name, &c.kind)
		return c, err
	}, query, table)
}

// backupWriter writes lines and counts them into the sums.
type backupWriter struct {
	out         *bufio.Writer
	all, table  hash.Hash // table is nil between tables
	rows, total int64
	buffer      bytes.Buffer
}

func (w *backupWriter) line(v any) error {
	w.buffer.Reset()
	e := json.NewEncoder(&w.buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write it as JSON: %w", err)
	}
	line := w.buffer.Bytes()
	w.all.Write(line)
	if w.table != nil {
		w.table.Write(line)
	}
	_, err := w.out.Write(line)
	return err
}

// backupTaker is who reads a backup. Functions that are nil are left out; an error ends the reading.
type backupTaker struct {
	head  func(BackupInfo) error
	table func(name string, columns []column) error
	row   func(values []any) error
}

// ReadBackup reads a backup to its end and checks all of its sums: ErrBackup. progress, when not nil, hears now and then how many rows of which table were
// read.
func ReadBackup(from io.Reader, progress func(table string, rows int64)) (BackupInfo, error) {
	table, rows := "", int64(0)
	tell := func() {
		if progress != nil {
			progress(table, rows)
		}
	}
	info, err := readBackup(from, backupTaker{
		table: func(name string, _ []column) error {
			table = name
			tell()
			return nil
		},
		row: func([]any) error {
			if rows++; rows%10_000 == 0 {
				tell()
			}
			return nil
		},
	})
	return info, err
}

func readBackup(from io.Reader, to backupTaker) (info BackupInfo, err error) {
	packed, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return info, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer packed.Close()
	r := &backupReader{lines: bufio.NewReaderSize(packed, 64<<10), all: sha256.New()}
	line, err := r.next()
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(line, &info); err != nil || info.Format == 0 {
		return info, fmt.Errorf("%w: its first line is not the head of one", ErrBackup)
	}
	if info.Format > backupFormat {
		return info, fmt.Errorf("%w: it has the format %d and this program reads %d; use the waybill that made it (%s), or a newer one", ErrBackup, info.Format, backupFormat, info.MadeBy)
	}
	r.count(line)
	if to.head != nil {
		if err := to.head(info); err != nil {
			return info, err
		}
	}
	for {
		more, err := r.readTable(to)
		if err != nil {
			return info, err
		}
		if !more {
			break
		}
	}
	if _, err := r.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		return info, fmt.Errorf("%w: something comes after its end", ErrBackup)
	}
	info.Rows = r.total
	return info, nil
}

// backupReader reads lines and counts them into the sums.
type backupReader struct {
	lines      *bufio.Reader
	all, table hash.Hash
	total      int64
	number     int64 // of the line
}

// next gives the next line.
func (r *backupReader) next() ([]byte, error) {
	var whole []byte
	for {
		part, err := r.lines.ReadSlice('\n')
		whole = append(whole, part...)
		switch {
		case err == nil:
			r.number++
			return whole, nil
		case errors.Is(err, bufio.ErrBufferFull) && len(whole) < maxBackupLine:
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("%w: line %d is too long", ErrBackup, r.number+1)
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: it ends at line %d, before its end (%w)", ErrBackup, r.number, io.ErrUnexpectedEOF)
		default:
			return nil, fmt.Errorf("%w: line %d cannot be read: %w", ErrBackup, r.number+1, err)
		}
	}
}

func (r *backupReader) count(line []byte) {
	r.all.Write(line)
	if r.table != nil {
		r.table.Write(line)
	}
}

// readTable reads a table, or the end: then more is false.
func (r *backupReader) readTable(to backupTaker) (more bool, err error) {
	line, err := r.next()
	if err != nil {
		return false, err
	}
	var head struct {
		backupTable
		backupEnd
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return false, fmt.Errorf("%w: line %d is neither a table nor the end", ErrBackup, r.number)
	}
	if head.End {
		return false, r.ends("the whole", head.backupEnd, r.total, r.all)
	}
	columns, err := parseColumns(head.Columns)
	if err != nil || head.Table == "" {
		return false, fmt.Errorf("%w: line %d names no table with its columns", ErrBackup, r.number)
	}
	r.count(line)
	if to.table != nil {
		if err := to.table(head.Table, columns); err != nil {
			return false, err
		}
	}
	r.table = sha256.New()
	rows := int64(0)
	for {
		if line, err = r.next(); err != nil {
			return false, err
		}
		if line[0] != '[' {
			break
		}
		r.count(line)
		rows++
		values, err := parseRow(line, columns)
		if err != nil {
			return false, fmt.Errorf("%w: line %d of table %s: %w", ErrBackup, r.number, head.Table, err)
		}
		if to.row != nil {
			if err := to.row(values); err != nil {
				return false, fmt.Errorf("table %s, line %d: %w", head.Table, r.number, err)
			}
		}
	}
	var end backupEnd
	if err := json.Unmarshal(line, &end); err != nil || end.End {
		return false, fmt.Errorf("%w: line %d does not end the table %s", ErrBackup, r.number, head.Table)
	}
	if err := r.ends("table "+head.Table, end, rows, r.table); err != nil {
		return false, err
	}
	r.table = nil
	r.count(line)
	r.total += rows
	return true, nil
}

// ends holds what was read against what the writer has counted.
func (r *backupReader) ends(what string, end backupEnd, rows int64, sum hash.Hash) error {
	if end.Rows == nil || *end.Rows != rows || end.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		return fmt.Errorf("%w: %s is not what was written (line %d): the file was damaged", ErrBackup, what, r.number)
	}
	return nil
}
