package table

import (
	"strings"

	"waybill/parsers"
)

// splitter cuts a text into rows and cells, as RFC 4180 says and as people write: any line end, quotes that are not closed or stand in
// the middle of a cell, spaces around quotes. It holds one row at a time and never more than MaxRecord of it.
type splitter struct {
	doc       string
	delimiter byte
	eol       byte
	pos       int // of the next row
	row       int // number of the present row, from 1, as a spreadsheet counts
	line      int // number of its first line, from 1

	fields      []string // the present row; valid until the next call
	open        bool     // a quoted cell was still open when the text ended
	ended       bool     // the row ended with a line end
	tooLong     bool
	tooWide     bool
	quotedLines int // line ends within quotes
	nextLine    int
	literal     int // quotes before this offset are ordinary characters: one of them was never closed
}

// next reads a row; false at the end of the text.
func (s *splitter) next() bool {
	if s.pos >= len(s.doc) {
		return false
	}
	s.row++
	s.nextLine++
	s.line = s.nextLine
	s.fields, s.open, s.tooLong, s.tooWide, s.quotedLines = s.fields[:0], false, false, false, 0
	end, after := s.lineEnd(s.pos)
	s.ended = after > end
	line := s.doc[s.pos:end]
	if end-s.pos > parsers.MaxRecord {
		s.tooLong, s.pos = true, after
		return true
	}
	if strings.IndexByte(line, '"') < 0 || s.pos < s.literal {
		s.plain(line)
		s.pos = after
		return true
	}
	s.quoted()
	return true
}

// lineEnd finds the end of the line at from, and where the next begins.
func (s *splitter) lineEnd(from int) (end, after int) {
	at := strings.IndexByte(s.doc[from:], s.eol)
	if at < 0 {
		return len(s.doc), len(s.doc)
	}
	end, after = from+at, from+at+1
	if s.eol == '\n' && end > from && s.doc[end-1] == '\r' {
		end--
	}
	return end, after
}

// plain cuts a line that has no quotes.
func (s *splitter) plain(line string) {
	for {
		at := strings.IndexByte(line, s.delimiter)
		if at < 0 {
			s.add(line)
			return
		}
		s.add(line[:at])
		line = line[at+1:]
	}
}

func (s *splitter) add(cell string) {
	if len(s.fields) >= parsers.MaxColumns {
		s.tooWide = true
		return
	}
	s.fields = append(s.fields, cell)
}

// quoted cuts a row in which quotes stand. Where a quote is never closed, or not within MaxRecord, it was meant as a character: the row is
// cut again without quotes, unless it is the last line, which was then cut off.
func (s *splitter) quoted() {
	start := s.pos
	pos := start
	for {
		cell, next, closed := s.cell(pos, start)
		if !closed {
			s.unclosed(start, pos)
			return
		}
		s.add(cell)
		if next >= len(s.doc) {
			s.pos, s.ended = next, s.doc[len(s.doc)-1] == s.eol
			if next == len(s.doc) && s.doc[next-1] == s.delimiter && pos < next {
				s.add("") // the row ends with a delimiter
			}
			break
		}
		if s.doc[next] == s.delimiter {
			pos = next + 1
			if pos >= len(s.doc) {
				s.add("")
				s.pos, s.ended = pos, false
				break
			}
			continue
		}
		end, after := s.lineEnd(next)
		_ = end
		s.pos, s.ended = after, true
		break
	}
	s.quotedLines = strings.Count(strings.TrimRight(s.doc[start:s.pos], "\r\n"), string(s.eol))
	s.nextLine += s.quotedLines
}

// unclosed handles a row whose quote at pos has no end.
func (s *splitter) unclosed(start, pos int) {
	end, after := s.lineEnd(start)
	if strings.TrimSpace(s.doc[after:]) == "" { // the last line: the text was cut within the quotes
		s.fields = s.fields[:0]
		s.plain(strings.ReplaceAll(s.doc[start:end], `"`, ""))
		s.open, s.ended, s.pos = true, false, len(s.doc)
		return
	}
	s.fields = s.fields[:0]
	s.literal = after
	s.plain(s.doc[start:end])
	s.pos, s.ended = after, true
}

// cell reads the cell at pos. next is the offset of the delimiter or line end after it. closed is false when its quote has no end.
func (s *splitter) cell(pos, start int) (cell string, next int, closed bool) {
	at := pos
	for at < len(s.doc) && s.doc[at] == ' ' && s.delimiter != ' ' {
		at++
	}
	if at < len(s.doc)-1 && s.doc[at] == '=' && s.doc[at+1] == '"' {
		at++ // ="00123" is how Excel is told to keep zeros
	}
	if at >= len(s.doc) || s.doc[at] != '"' {
		return s.bare(pos)
	}
	at++
	first := at
	for {
		most := min(len(s.doc), start+parsers.MaxRecord)
		if at >= most {
			return "", 0, false
		}
		q := strings.IndexByte(s.doc[at:most], '"')
		if q < 0 {
			return "", 0, false
		}
		at += q
		if at+1 < len(s.doc) && s.doc[at+1] == '"' {
			at += 2
			continue
		}
		end := at + 1
		for end < len(s.doc) && (s.doc[end] == ' ' || s.doc[end] == '\r' && s.eol == '\n') && s.doc[end] != s.delimiter {
			end++
		}
		if end >= len(s.doc) || s.doc[end] == s.delimiter || s.doc[end] == s.eol {
			return strings.ReplaceAll(s.doc[first:at], `""`, `"`), end, true
		}
		if before := s.doc[at-1]; (before == s.delimiter || before == s.eol) && strings.IndexByte(s.doc[pos:at], s.eol) >= 0 {
			return "", 0, false // the quote of another cell, in another line: ours was never closed
		}
		at++ // a quote in the middle of the cell
	}
}

// bare reads a cell without quotes around it.
func (s *splitter) bare(pos int) (cell string, next int, closed bool) {
	end := pos
	for end < len(s.doc) && s.doc[end] != s.delimiter && s.doc[end] != s.eol {
		end++
	}
	return strings.TrimSuffix(s.doc[pos:end], "\r"), end, true
}
