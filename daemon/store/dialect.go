package store

import (
	"strconv"
	"strings"
)

// dialect tells the two databases apart. The SQL text is SQLite's; translate makes PostgreSQL's.
type dialect uint8

const (
	sqliteDialect dialect = iota
	postgresDialect
)

// translate gives a statement in the dialect: PostgreSQL numbers its placeholders. No statement of ours has a ? in a literal.
func (d dialect) translate(query string) string {
	if d == sqliteDialect {
		// SQLite looks at a bound limit to plan by it, and so plans the statement anew each time that it is bound; at a sum it does not look.
		return strings.ReplaceAll(query, "LIMIT ?", "LIMIT ? + 0")
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for _, c := range []byte(query) {
		if c != '?' {
			b.WriteByte(c)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// definition gives a statement of the schema in the dialect.
func (d dialect) definition(statement string) string {
	if d == sqliteDialect {
		return statement
	}
	return strings.NewReplacer(" INTEGER", " BIGINT", " BLOB", " BYTEA", " REAL", " DOUBLE PRECISION",
		" STRICT, WITHOUT ROWID", "", " STRICT", "").Replace(statement)
}

// statements cuts a script at the semicolons that end a line, and drops comments.
func statements(script string) []string {
	var list []string
	var b strings.Builder
	for line := range strings.Lines(script) {
		if comment := strings.Index(line, "--"); comment >= 0 {
			line = line[:comment] + "\n"
		}
		b.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			list = append(list, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" {
		list = append(list, rest)
	}
	return list
}
