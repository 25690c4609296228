package flow

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"waybill/daemon/config"
)

// A sealed value is a version, the id of the key, a nonce and the ciphertext of XChaCha20-Poly1305. The name under which it is stored goes into the
// seal: it cannot be passed off as another mailbox's. The key stands outside of the database, so that a backup of it gives nobody a login.
const (
	sealVersion = 1
	keyIDSize   = 8
)

// tokenKeyFile is the key's name in the state folder where the configuration names none.
const tokenKeyFile = "token-key"

var (
	errNoKey    = errors.New("the key is not there")
	errOtherKey = errors.New("it was sealed with another key")
	errDamaged  = errors.New("it is damaged")
)

// sealer seals what the database holds and a copy of it must not give away.
type sealer struct {
	cfg    *config.Config
	random io.Reader
}

// where is the key's place, for people.
func (s sealer) where() string {
	if s.cfg.Database.TokenKeyFile != "" {
		return s.cfg.Database.TokenKeyFile
	}
	return filepath.Join(s.cfg.State, tokenKeyFile)
}

func (s sealer) seal(name string, plain []byte) ([]byte, error) {
	key, err := s.key(true)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	out := append([]byte{sealVersion}, keyID(key)...)
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	out = append(out, nonce...)
	return aead.Seal(out, nonce, plain, []byte(name)), nil
}

func (s sealer) open(name string, sealed []byte) ([]byte, error) {
	const head = 1 + keyIDSize + chacha20poly1305.NonceSizeX
	if len(sealed) < head || sealed[0] != sealVersion {
		return nil, errDamaged
	}
	key, err := s.key(false)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(sealed[1:1+keyIDSize], keyID(key)) {
		return nil, errOtherKey
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, sealed[1+keyIDSize:head], sealed[head:], []byte(name))
	if err != nil {
		return nil, errDamaged
	}
	return plain, nil
}

func keyID(key []byte) []byte {
	sum := sha256.Sum256(append([]byte("waybill token key\x00"), key...))
	return sum[:keyIDSize]
}

// key reads the key; one that the configuration does not name is made when it is first needed.
func (s sealer) key(mayMake bool) ([]byte, error) {
	if s.cfg.Database.TokenKeyFile != "" {
		text, err := s.cfg.Secret(s.cfg.Database.TokenKeyFile)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoKey, err)
		}
		return parseKey(text)
	}
	path := filepath.Join(s.cfg.State, tokenKeyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && mayMake {
		if err := s.makeKey(path); err != nil {
			return nil, fmt.Errorf("make the key %s: %w", path, err)
		}
		text, err = os.ReadFile(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoKey
	case err != nil:
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return parseKey(string(text))
}

func parseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != chacha20poly1305.KeySize {
		return nil, fmt.Errorf("%w: its file does not hold 64 hexadecimal digits", errNoKey)
	}
	return key, nil
}

// makeKey writes a new key, whole or not at all; of two processes that make one at once, the first wins.
func (s sealer) makeKey(path string) error {
	var key [chacha20poly1305.KeySize]byte
	if _, err := io.ReadFull(s.random, key[:]); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, tokenKeyFile+".*") // for its owner only
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(dir)
}

// MarkKey gives the key of the marks that stay of what is erased. It is made of the key that seals logins, so that there is one secret to keep beside the
// backups, and none more for machines that share a database.
func MarkKey(cfg *config.Config) func(mayMake bool) ([]byte, error) {
	return func(mayMake bool) ([]byte, error) {
		key, err := sealer{cfg, rand.Reader}.key(mayMake)
		if err != nil {
			return nil, err
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("waybill key of marks"))
		return mac.Sum(nil), nil
	}
}
