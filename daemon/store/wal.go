package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The log's format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
const (
	walHeader      = 32
	walFrameHeader = 24
	walMagic       = 0x377f0682 // or one more: the checksums go over big-endian words
)

// checkLog looks for damage in the log that a process has left that did not end in order. SQLite takes the log as far as it makes sense and forgets the
// rest without a word: right after a loss of power, where the rest is the transaction that was being written, and wrong where a bit has changed in what
// had been flushed. Each commit is flushed before the next one is written, so that two commits behind the end are damage. One may be either: it is damage
// when the log's index, which outlives a process, has it, as that is written after the flush. After a loss of power there may be no index.
func checkLog(path string) error {
	file, err := os.Open(path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the log: %w", err)
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<20)
	var head [walHeader]byte
	if _, err := io.ReadFull(in, head[:]); err != nil || head == [walHeader]byte{} {
		return nil //nolint:nilerr // too short for a log: its first write never came
	}
	magic := binary.BigEndian.Uint32(head[0:])
	var words binary.ByteOrder = binary.LittleEndian
	if magic&1 == 1 {
		words = binary.BigEndian
	}
	a, b := walSum(words, head[:24], 0, 0)
	size := binary.BigEndian.Uint32(head[8:])
	if magic&^1 != walMagic || a != binary.BigEndian.Uint32(head[24:]) || b != binary.BigEndian.Uint32(head[28:]) || size < 512 || size > 65536 {
		return fmt.Errorf("%w: the log does not begin as it was written", ErrDamaged)
	}
	frame := make([]byte, walFrameHeader+size)
	good, frames, behind := true, uint32(0), 0
	for {
		if _, err := io.ReadFull(in, frame); err != nil {
			break //nolint:nilerr // the end, or a frame that was being written
		}
		ours := [8]byte(frame[8:16]) == [8]byte(head[16:24]) // else of an earlier round of the log
		if good && ours {
			a, b = walSum(words, frame[:8], a, b)
			a, b = walSum(words, frame[walFrameHeader:], a, b)
		}
		good = good && ours && a == binary.BigEndian.Uint32(frame[16:]) && b == binary.BigEndian.Uint32(frame[20:])
		if good {
			frames++
		}
		if !good && ours && binary.BigEndian.Uint32(frame[4:]) != 0 {
			behind++
		}
	}
	if behind > 1 {
		return fmt.Errorf("%w: the log ends before %d commits that were flushed", ErrDamaged, behind-1)
	}
	if had := indexed(path+"-shm", [8]byte(head[16:24])); had > frames {
		return fmt.Errorf("%w: the log ends after %d pages, and had %d when the last process ended", ErrDamaged, frames, had)
	}
	return nil
}

// indexed is how many pages of a log were committed, as its index says (https://www.sqlite.org/walformat.html#the_wal_index_file_format); 0 when there is
// none of this log. It is in the machine's own byte order.
func indexed(path string, salt [8]byte) uint32 {
	file, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer file.Close()
	var head [2 * 48]byte // the same twice: the first one is written last
	if _, err := io.ReadFull(file, head[:]); err != nil || [48]byte(head[:48]) != [48]byte(head[48:]) || [8]byte(head[32:40]) != salt {
		return 0
	}
	a, b := walSum(binary.NativeEndian, head[:40], 0, 0)
	if a != binary.NativeEndian.Uint32(head[40:]) || b != binary.NativeEndian.Uint32(head[44:]) {
		return 0
	}
	return binary.NativeEndian.Uint32(head[16:])
}

// rewriteFile writes what a file has once more, and flushes it. After a flush has failed, Linux shows pages that the disk does not have and takes them for
// written: only a write makes it write them. Reading the same bytes, nobody sees a difference.
func rewriteFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	part := make([]byte, 1<<20)
	for at := int64(0); err == nil; {
		var n int
		n, err = file.ReadAt(part, at)
		if n > 0 {
			if _, wrong := file.WriteAt(part[:n], at); wrong != nil {
				err = wrong
			}
		}
		at += int64(n)
	}
	if errors.Is(err, io.EOF) {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// walSum is the log's checksum over pairs of words.
func walSum(words interface{ Uint32([]byte) uint32 }, data []byte, a, b uint32) (uint32, uint32) {
	for i := 0; i+8 <= len(data); i += 8 {
		a += words.Uint32(data[i:]) + b
		b += words.Uint32(data[i+4:]) + a
	}
	return a, b
}
