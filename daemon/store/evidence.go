package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// How the bytes of evidence are stored.
const (
	formPlain     = 0
	formZstd      = 1
	formForgotten = 2 // the bytes are gone: they were too old to keep, or somebody whom they told of was erased
)

// Compression is tried from this size on: a zstd frame of less saves nothing.
const minCompress = 128

// maxEvidence is the most that is unpacked, well above the largest item that is fetched (25 MiB).
const maxEvidence = 64 << 20

// packer compresses evidence. Mail of a few KB needs no large window; 256 KiB keeps the encoder below 2 MB.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPacker() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(256<<10), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("make the compressor of evidence: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxEvidence))
	if err != nil {
		return nil, fmt.Errorf("make the decompressor of evidence: %w", err)
	}
	return &packer{encoder, decoder}, nil
}

func (p *packer) pack(raw []byte) (form int, packed []byte) {
	if len(raw) < minCompress {
		return formPlain, raw
	}
	if packed = p.encoder.EncodeAll(raw, make([]byte, 0, len(raw)/2+64)); len(packed) < len(raw) {
		return formZstd, packed
	}
	return formPlain, raw
}

func (p *packer) unpack(form int, packed []byte) ([]byte, error) {
	switch form {
	case formPlain:
		return packed, nil
	case formZstd:
		return p.decoder.DecodeAll(packed, nil)
	case formForgotten:
		return nil, ErrForgotten
	}
	return nil, fmt.Errorf("form %d is not known", form)
}

// AddEvidence stores bytes under their SHA-256 (hex), once; what was forgotten and comes again is there again.
func (tx *Tx) AddEvidence(raw []byte) (sha string, err error) {
	sum := sha256.Sum256(raw)
	sha = hex.EncodeToString(sum[:])
	form, packed := tx.store.packer.pack(raw)
	err = tx.later(`INSERT INTO evidence (sha256, size, form, kept_at, bytes) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (sha256) DO UPDATE SET form = excluded.form, kept_at = excluded.kept_at, bytes = excluded.bytes WHERE evidence.form = 2`,
		sum[:], len(raw), form, tx.store.now(), packed)
	if err != nil {
		return sha, fmt.Errorf("store evidence: %w", err)
	}
	return sha, nil
}

// Evidence gives the bytes of that SHA-256 (hex), ErrNotFound, or ErrForgotten. They are checked against it: ErrDamaged.
func (tx *Tx) Evidence(sha string) ([]byte, error) {
	var form int
	var packed []byte
	err := tx.one(func(row scanner) error { return row.Scan(&form, &packed) }, `SELECT form, bytes FROM evidence WHERE sha256 = ?`, digest(sha))
	if err != nil {
		return nil, fmt.Errorf("evidence %s: %w", sha, err)
	}
	return tx.store.packer.open(sha, form, packed)
}

// open unpacks evidence and holds it against its SHA-256.
func (p *packer) open(sha string, form int, packed []byte) ([]byte, error) {
	raw, err := p.unpack(form, packed)
	if errors.Is(err, ErrForgotten) {
		return nil, fmt.Errorf("evidence %s: %w", sha, err)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence %s: %w: %w", sha, ErrDamaged, err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != sha {
		return nil, fmt.Errorf("evidence %s holds other bytes: %w", sha, ErrDamaged)
	}
	return raw, nil
}
