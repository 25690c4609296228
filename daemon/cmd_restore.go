package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"waybill/daemon/flow"
	"waybill/daemon/store"
)

func (a *app) restoreCommand() *cobra.Command {
	var identity string
	var damaged bool
	c := &cobra.Command{
		Use: "restore FILE|-", Short: "Fill an empty database from a backup; nothing is sent until you have looked", Args: cobra.ExactArgs(1),
		Long: "Fills the configured database, SQLite or PostgreSQL, which must be empty: all of the backup or nothing. This is also how books move from one kind to the other.\n" +
			"No daemon may run. Everything is checked before it is there.\n\n" +
			"What was waiting in the backup may have been sent since: the restored books are held. Start waybill, look at `waybill recover`, and let them go.",
		RunE: func(c *cobra.Command, args []string) error { return a.restore(c.Context(), args[0], identity, damaged) },
	}
	c.Flags().StringVar(&identity, "identity", "", "file with the age identity that opens an encrypted backup")
	c.Flags().BoolVar(&damaged, "even-damaged", false, "take books that were not in order when they were backed up")
	a.jsonFlag(c)
	return c
}

func (a *app) restore(ctx context.Context, path, identity string, damaged bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := notAsRoot(cfg.State); err != nil {
		return err
	}
	in, err := a.openBackup(path, identity)
	if err != nil {
		return err
	}
	defer in.Close()
	_, leave, err := enterState(cfg.State)
	if err != nil {
		return err
	}
	defer leave()
	o, err := storeOptions(cfg, "", a.logger(slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	erased, err := flow.ReadErasures(cfg.State)
	if err != nil {
		return err
	}
	again := 0
	progress, clear := a.rowsProgress()
	problems := 0
	before := func(tx *store.Tx) (err error) {
		again, err = flow.EraseAgain(cfg, tx, erased)
		return err
	}
	info, err := store.Restore(ctx, o, in, store.Restoring{Progress: progress, Damaged: damaged, Before: before}, func(p string) {
		clear()
		problems++
		fmt.Fprintf(a.errs, "%s\n", printable(p))
	})
	clear()
	if errors.Is(err, store.ErrNotEmpty) {
		return fmt.Errorf("%w. It is %s", err, cmp.Or(o.Path, "the database of "+cfg.Database.DSNFile))
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			store.BackupInfo
			RowsAll  int64 `json:"rows"`
			Problems int   `json:"problems"`
			Erased   int   `json:"erased,omitempty"`
		}{info, info.Rows, problems, again})
	}
	if again > 0 {
		_ = a.say("Erased again: %d orders and messages of people who were erased since the backup.", again)
	}
	return a.say("Restored: %d rows, as of %s. They are held: nothing is sent until you have looked. Start waybill, then: waybill recover", info.Rows, when(info.MadeAt))
}

// openBackup opens a backup, and decrypts it when it is encrypted.
func (a *app) openBackup(path, identity string) (io.ReadCloser, error) {
	file := a.in
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return nil, fmt.Errorf("restore: %w", err)
		}
	}
	buffered := bufio.NewReader(file)
	start, _ := buffered.Peek(len(ageMagic))
	switch {
	case string(start) != ageMagic && identity == "":
		return readCloser{buffered, file}, nil
	case string(start) != ageMagic:
		return nil, usage("%s is not encrypted: leave --identity out", path)
	case identity == "":
		return nil, usage("%s is encrypted; give the age identity that opens it: --identity FILE", path)
	}
	keys, err := os.Open(identity)
	if err != nil {
		return nil, usageError{fmt.Errorf("--identity: %w", err)}
	}
	defer keys.Close()
	identities, err := age.ParseIdentities(keys)
	if err != nil {
		return nil, usageError{fmt.Errorf("--identity %s: %w", identity, err)}
	}
	plain, err := age.Decrypt(buffered, identities...)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return readCloser{plain, file}, nil
}

// ageMagic begins a file of age (https://age-encryption.org/v1).
const ageMagic = "age-encryption.org/v1"

type readCloser struct {
	io.Reader
	io.Closer
}
