package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The witness is a small file outside of the database that says how far it was. A database that is behind it, or is another one, was put there by hand:
// copied back, rolled back with the disk of its machine, or cloned. It is not flushed: what is lost with the power, the database has lost or kept as well.

// witness is what the file says.
type witness struct {
	Instance   string    `json:"instance"`
	Generation int64     `json:"generation"`
	Seq        int64     `json:"seq"` // of the last event
	CRC        int64     `json:"crc"` // of that event's row: another history has another one
	Machine    string    `json:"machine,omitempty"`
	At         time.Time `json:"at"`
}

// witnessedSetting says that a witness was made once.
const witnessedSetting = "store.witnessed"

// witnessEvery is how often the witness is written at most.
const witnessEvery = 200 * time.Millisecond

// noInstance stands in a witness that was made and not written yet.
const noInstance = "none"

// readWitness gives nil when there is none.
func readWitness(path string) (*witness, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the witness of the database: %w", err)
	}
	var w witness
	if err := json.Unmarshal(raw, &w); err != nil || w.Instance == "" {
		return &witness{}, nil //nolint:nilerr // one that cannot be read speaks for another database: a person looks
	}
	if w.Instance == noInstance {
		return nil, nil
	}
	return &w, nil
}

// witnessSize is the size of the file, padded: a sector is written whole or not at all, also when the power fails.
const witnessSize = 512

func (w witness) bytes() ([]byte, error) {
	raw, err := json.Marshal(w)
	if err != nil || len(raw) >= witnessSize {
		return nil, errors.Join(err, errors.New("the witness of the database is too long"))
	}
	padded := bytes.Repeat([]byte{' '}, witnessSize)
	copy(padded, raw)
	padded[witnessSize-1] = '\n'
	return padded, nil
}

// openWitness opens the file to write in its place; a new one is whole before it has its name.
func openWitness(path string) (*os.File, error) {
	if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	raw, err := witness{Instance: noInstance}.bytes()
	if err != nil {
		return nil, err
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err = f.Write(raw); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// confront holds the database against its witness, raises a hold where they do not fit, and begins to write the witness.
func (s *Store) confront(ctx context.Context, path, machine string) error {
	if path == "" || s.writer == nil {
		return nil
	}
	w, err := readWitness(path)
	if err != nil {
		return err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		why, err := tx.doubts(w, machine)
		if err != nil {
			return err
		}
		if why == "" {
			return nil
		}
		return tx.newLife(w, why)
	})
	if err != nil {
		return fmt.Errorf("hold the database against its witness: %w", err)
	}
	file, err := openWitness(path)
	if err != nil {
		return fmt.Errorf("write the witness of the database: %w; the folder must belong to the user that waybill runs as", err)
	}
	s.later(file.Close)
	s.testify = func(ctx context.Context) error { return s.writeWitness(ctx, file, machine) }
	if err := s.testify(ctx); err != nil {
		return fmt.Errorf("write the witness of the database: %w", err)
	}
	err = s.Write(ctx, func(tx *Tx) error { // not before there is one: a start that is cut off in between has lost nothing
		_, known, err := tx.Setting(witnessedSetting)
		if err != nil || known {
			return err
		}
		return tx.SetSetting(witnessedSetting, []byte("yes"))
	})
	if err != nil {
		return fmt.Errorf("remember the witness of the database: %w", err)
	}
	s.tasks.Go(func() { s.keepWitness(path) })
	return nil
}

// doubts tells why the database may not be the one that was here last, or "".
func (tx *Tx) doubts(w *witness, machine string) (HoldWhy, error) {
	generation, err := tx.generation()
	if err != nil {
		return "", err
	}
	if w == nil {
		_, known, err := tx.Setting(witnessedSetting)
		if known && tx.store.dialect == sqliteDialect { // a further node over PostgreSQL has none yet
			return HeldNoWitness, err
		}
		return "", err
	}
	switch {
	case w.Instance != tx.store.instance:
		return HeldOther, nil
	case w.Machine != "" && machine != "" && w.Machine != machine:
		return HeldMachine, nil
	case generation > w.Generation:
		if _, held, err := tx.Hold(); held || err != nil || tx.store.dialect == postgresDialect {
			return "", err // it was restored, by this node or another one: a person looks at that, or has
		}
		return HeldOther, nil // it has lived on elsewhere
	case generation < w.Generation:
		return HeldOlder, nil
	}
	var crc int64
	err = tx.one(func(row scanner) error { return row.Scan(&crc) }, `SELECT crc FROM journal WHERE seq = ?`, w.Seq)
	switch {
	case w.Seq == 0:
		return "", nil
	case isNotFound(err):
		return HeldOlder, nil
	case err == nil && crc != w.CRC:
		return HeldOther, nil
	}
	return "", err
}

// newLife holds the database and begins its next generation.
func (tx *Tx) newLife(w *witness, why HoldWhy) error {
	generation, err := tx.generation()
	if err != nil {
		return err
	}
	h := Hold{Why: why}
	if w != nil && w.Instance == tx.store.instance {
		generation = max(generation, w.Generation)
		h.Known, h.KnownAt = w.Seq, w.At
	}
	if err := tx.setGeneration(generation + 1); err != nil {
		return err
	}
	if err := tx.ReleaseHold(); err != nil { // an older one knows less
		return err
	}
	_, err = tx.RaiseHold(h)
	return err
}

// writeWitness writes how far the database is.
func (s *Store) writeWitness(ctx context.Context, file *os.File, machine string) error {
	w := witness{Instance: s.instance, Machine: machine, At: s.now().UTC().Truncate(time.Second)}
	err := s.View(ctx, func(tx *Tx) (err error) {
		if w.Generation, err = tx.generation(); err != nil {
			return err
		}
		err = tx.one(func(row scanner) error { return row.Scan(&w.Seq, &w.CRC) }, `SELECT seq, crc FROM journal ORDER BY seq DESC LIMIT 1`)
		if isNotFound(err) {
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	raw, err := w.bytes()
	if err == nil {
		_, err = file.WriteAt(raw, 0)
	}
	return err
}

// keepWitness writes the witness anew whenever the journal has grown, until the store closes.
func (s *Store) keepWitness(path string) {
	seq, _ := s.news.wait()
	for s.ctx.Err() == nil {
		last, changed := s.news.wait()
		if last == seq {
			select {
			case <-changed:
			case <-s.ctx.Done():
			}
			continue
		}
		seq = last
		if err := s.testify(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Warn("the witness of the database cannot be written", "file", path, "err", err)
		}
		pause := time.NewTimer(witnessEvery)
		select {
		case <-pause.C:
		case <-s.ctx.Done():
		}
		pause.Stop()
	}
}
