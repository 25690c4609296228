package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// castagnoli is the polynomial of CRC-32C, which processors compute in hardware.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal is the checksum of a row's columns. SQLite itself notices damage only where its pages no longer make sense; a flipped bit in an
// address or a state would be believed. Numbers count as 8 bytes, texts with their length before them.
func seal(columns ...any) int64 {
	var space [256]byte
	b := space[:0]
	for _, c := range columns {
		switch v := c.(type) {
		case int64:
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		case string:
			b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
			b = append(b, v...)
		case jsonText:
			b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
			b = append(b, v...)
		case bool:
			if v {
				b = append(b, 1)
			} else {
				b = append(b, 0)
			}
		case time.Time:
			b = binary.LittleEndian.AppendUint64(b, uint64(micros(v)))
		default:
			panic(fmt.Sprintf("a column of type %T has no seal", c))
		}
	}
	return int64(crc32.Checksum(b, castagnoli))
}

// sealed compares.
func sealed(what string, id int64, stored, computed int64) error {
	if stored != computed {
		return fmt.Errorf("%s %d is not what was written: %w; restore a backup, or ask `waybill verify` what else is", what, id, ErrDamaged)
	}
	return nil
}
