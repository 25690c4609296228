package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"waybill/daemon/store"
)

// backupSuffix is how files of backups are called that waybill names itself; encrypted ones have ageSuffix behind it.
const (
	backupSuffix = ".backup"
	ageSuffix    = ".age"
)

// backing is a backup to be made.
type backing struct {
	recipients []string
	keep       int
}

func (a *app) backupCommand() *cobra.Command {
	var b backing
	c := &cobra.Command{
		Use: "backup FILE|FOLDER|-", Short: "Write the books to a file while everything runs", Args: cobra.ExactArgs(1),
		Long: "Writes all that the database holds, SQLite or PostgreSQL, as one compressed file with checksums (docs/backup.md). It is checked while it is written, and gets its\n" +
			"name when it is whole. In a FOLDER the file is named by the time, and --keep N removes the older ones. - writes to the standard output.\n\n" +
			"A backup holds all customers' data. --recipient encrypts it with age (age1…, as age-keygen prints it); waybill restore --identity opens it.",
		RunE: func(c *cobra.Command, args []string) error { return a.backup(c.Context(), args[0], b) },
	}
	c.Flags().StringArrayVar(&b.recipients, "recipient", nil, "encrypt for this age recipient; may be given several times")
	c.Flags().IntVar(&b.keep, "keep", 0, "keep so many backups in FOLDER, remove older ones")
	a.jsonFlag(c)
	return c
}

// backedUp is what --json prints.
type backedUp struct {
	File string `json:"file,omitempty"`
	store.BackupInfo
	RowsAll int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	Removed []string `json:"removed,omitempty"`
}

func (a *app) backup(ctx context.Context, target string, b backing) error {
	info, err := os.Stat(target)
	folder := err == nil && info.IsDir() || strings.HasSuffix(target, "/")
	if b.keep < 0 || b.keep > 0 && !folder {
		return usage("--keep goes with a folder, and is at least 1")
	}
	if target == "-" && isTerminal(a.out) {
		return usage("a backup does not go to a terminal: waybill backup - >FILE")
	}
	recipients, err := parseRecipients(b.recipients)
	if err != nil {
		return err
	}
	client, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer client.close()
	path := target
	if folder {
		path = filepath.Join(target, "waybill-"+time.Now().UTC().Format("2006-01-02-150405")+backupSuffix)
		if len(recipients) > 0 {
			path += ageSuffix
		}
	}
	done := backedUp{File: path}
	done.BackupInfo, done.Bytes, err = a.writeBackup(ctx, client, path, recipients)
	if err == nil && b.keep > 0 {
		done.Removed, err = removeOld(target, b.keep)
	}
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	// The daemon tells people of a backup that failed, and of none for days.
	noted := client.call(context.WithoutCancel(ctx), "POST", "/backup/done", url.Values{"problem": {problem}}, nil, nil)
	if err = errors.Join(err, noted); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	done.RowsAll = done.Rows
	switch {
	case target == "-":
		return nil
	case a.json:
		return a.printJSON(done)
	}
	return a.say("The backup is in %s: %d rows, %d KiB, as of event %d.", path, done.Rows, done.Bytes>>10, done.LastEvent)
}

func parseRecipients(texts []string) (all []age.Recipient, err error) {
	for _, text := range texts {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, usage("--recipient %q is not one of age (age1…, as age-keygen prints it): %v", text, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// writeBackup takes the daemon's stream, checks it on its way, and writes it: to a file of another name first, which gets its own when it is whole.
func (a *app) writeBackup(ctx context.Context, client *client, path string, recipients []age.Recipient) (info store.BackupInfo, size int64, err error) {
	out := a.out
	if path != "-" {
		if _, err := os.Lstat(path); err == nil {
			return info, 0, fmt.Errorf("%s is there already; choose another name", path)
		}
		part := path + ".part"
		removeDead(filepath.Dir(path))
		if out, err = os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return info, 0, err
		}
		defer func() {
			err = errors.Join(err, out.Close())
			if err == nil {
				err = os.Rename(part, path)
			}
			if err == nil {
				err = syncFolder(filepath.Dir(path))
			} else {
				_ = os.Remove(part)
			}
		}()
	}
	response, err := client.send(ctx, "POST", "/backup", url.Values{"by": {version}}, nil)
	if err != nil {
		return info, 0, err
	}
	defer response.Body.Close()
	counted := &counter{to: out}
	sink, finish := io.Writer(counted), func() error { return nil }
	if len(recipients) > 0 {
		sealed, err := age.Encrypt(counted, recipients...)
		if err != nil {
			return info, 0, fmt.Errorf("encrypt: %w", err)
		}
		sink, finish = sealed, sealed.Close
	}
	progress, clear := a.rowsProgress()
	info, err = store.ReadBackup(io.TeeReader(response.Body, sink), progress)
	clear()
	if err == nil {
		err = finish()
	}
	if err == nil && path != "-" {
		err = out.Sync()
	}
	return info, counted.n, err
}

// deadAfter is how long nobody writes to a part of a backup that nobody makes any more.
const deadAfter = time.Hour

// removeDead removes what backups left behind that were killed: parts with the names that waybill gives, which nobody has written to for a while. They hold
// all customers' data.
func removeDead(folder string) {
	for _, pattern := range []string{"waybill-*" + backupSuffix + ".part*", "waybill-*" + backupSuffix + ageSuffix + ".part*"} {
		parts, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, path := range parts {
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > deadAfter {
				_ = os.Remove(path) // the next backup tries again
			}
		}
	}
}

// rowsProgress shows a live line on a terminal.
func (a *app) rowsProgress() (progress func(table string, rows int64), clear func()) {
	if a.json || !isTerminal(a.errs) {
		return nil, func() {}
	}
	return func(table string, rows int64) { fmt.Fprintf(a.errs, "\r\x1b[K%s: %d rows", printable(table), rows) },
		func() { fmt.Fprint(a.errs, "\r\x1b[K") }
}

// counter counts bytes.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// removeOld removes the oldest backups that waybill has named itself; the names are in the order of time.
func removeOld(folder string, keep int) (removed []string, err error) {
	var all []string
	for _, pattern := range []string{"waybill-*" + backupSuffix, "waybill-*" + backupSuffix + ageSuffix} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	for _, path := range all[:max(0, len(all)-keep)] {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("remove an old backup: %w", err)
		}
		removed = append(removed, path)
	}
	return removed, nil
}

// syncFolder makes a rename durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
