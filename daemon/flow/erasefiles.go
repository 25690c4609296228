package flow

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/store"
)

// folders are the local folders into which waybill writes files, or moves them when they are read.
func folders(cfg *config.Config) (all []string) {
	for _, s := range cfg.Suppliers {
		if s.Send.By == "folder" {
			all = append(all, s.Send.Path)
		}
		if s.Receive != nil && s.Receive.SFTP == nil && s.Receive.Archive != "" {
			all = append(all, beneath(s.Receive.Path, s.Receive.Archive))
		}
	}
	for _, c := range cfg.Channels {
		if c.Folder != nil {
			all = append(all, beneath(c.Folder.Path, cmp.Or(c.Folder.Archive, "done")))
		}
		if c.TrackingCSV != nil {
			all = append(all, c.TrackingCSV.Path)
		}
		for _, m := range []*config.Marketplace{c.Amazon, c.EBay} {
			if m != nil && m.Orders.SFTP == nil && m.Orders.Path != "" {
				all = append(all, beneath(m.Orders.Path, cmp.Or(m.Orders.Archive, "done")))
			}
			if m != nil && m.Shipments != nil && m.Shipments.SFTP == nil {
				all = append(all, m.Shipments.Path)
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(path string) bool { return path == "" })
}

func beneath(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// copies finds the files of this machine that hold bytes which are to be forgotten.
func (f *Flow) copies(shas map[string]bool) (found []string, err error) {
	for _, folder := range folders(f.Config()) {
		entries, failed := os.ReadDir(folder)
		if errors.Is(failed, fs.ErrNotExist) {
			continue
		}
		err = errors.Join(err, failed)
		for _, entry := range entries {
			if !entry.Type().IsRegular() {
				continue
			}
			path := filepath.Join(folder, entry.Name())
			sum, failed := sumOf(path)
			if errors.Is(failed, fs.ErrNotExist) {
				continue
			}
			if err = errors.Join(err, failed); shas[sum] {
				found = append(found, path)
				markers, _ := filepath.Glob(filepath.Join(quotedGlob.Replace(folder), quotedGlob.Replace(entry.Name())+".*")) // "NAME.done" and the like
				found = append(found, markers...)
			}
		}
	}
	return found, err
}

// quotedGlob takes the meaning from the signs that have one in a pattern.
var quotedGlob = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
}

func (f *Flow) removeCopies(shas map[string]bool) ([]string, error) {
	found, err := f.copies(shas)
	for _, path := range found {
		if failed := os.Remove(path); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, failed)
		}
	}
	return found, err
}

// outOfReach says what an erasure cannot reach.
func (f *Flow) outOfReach() []string {
	cfg := f.Config()
	all := []string{"backups: they cannot be changed; a restore of one erases again what the list of erasures in the state folder names (docs/privacy.md)"}
	for _, name := range sorted(cfg.Mailboxes) {
		all = append(all, "mailbox "+name+": the mails themselves, in all folders, and the Sent folder")
	}
	for _, slug := range sorted(cfg.Suppliers) {
		s := cfg.Suppliers[slug]
		by := cmp.Or(s.Send.By, "email")
		all = append(all, fmt.Sprintf("supplier %s: what they got by %s", slug, by))
		if s.Receive != nil && (s.Receive.SFTP != nil || s.Receive.Archive == "") {
			all = append(all, fmt.Sprintf("supplier %s: the files in their drop", slug))
		}
	}
	for _, slug := range sorted(cfg.Channels) {
		all = append(all, "channel "+slug+": the order in the shop itself")
	}
	return all
}

// ErasuresFile is the name of the list of erasures in the state folder. It holds keyed hashes only, and is what a restore of an older backup needs.
const ErasuresFile = "erasures"

// keepErasures writes the list of erasures to the state folder, whole or not at all.
func (f *Flow) keepErasures(ctx context.Context) error {
	var all []store.Erasure
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Erasures()
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	var b bytes.Buffer
	for _, e := range all {
		raw, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b.Write(append(raw, '\n'))
	}
	path := filepath.Join(f.Config().State, ErasuresFile)
	if known, err := os.ReadFile(path); err == nil && bytes.Equal(known, b.Bytes()) {
		return nil
	}
	part, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = part.Write(b.Bytes())
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".part", path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// ReadErasures reads the list from a state folder; none where there is no such file.
func ReadErasures(state string) (all []store.Erasure, err error) {
	raw, err := os.ReadFile(filepath.Join(state, ErasuresFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(raw)) {
		var e store.Erasure
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil, fmt.Errorf("the list of erasures %s is damaged: %w", filepath.Join(state, ErasuresFile), err)
		}
		all = append(all, e)
	}
	return all, nil
}
