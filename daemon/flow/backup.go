package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"waybill/daemon/store"
)

const (
	// backupKey remembers the last backup that was whole.
	backupKey = "backup:last"
	// backupEvery is how long ago that may be, once there was one: a timer that does not run tells nobody.
	backupEvery = 3 * 24 * time.Hour
)

// Backup writes the books to w. Whoever gets them says how it went by BackedUp.
func (f *Flow) Backup(ctx context.Context, madeBy string, w io.Writer) error {
	info, err := f.store.WriteBackup(ctx, madeBy, w)
	if err != nil {
		f.log.Error("the backup is not whole", "err", err)
		return err
	}
	f.log.Info("the books were backed up", "rows", info.Rows, "last_event", info.LastEvent)
	return nil
}

// BackedUp notes that a backup is whole and lies where it should, or puts before a person that it does not: problem says why.
func (f *Flow) BackedUp(ctx context.Context, problem string) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		if problem != "" {
			_, _, err := f.open(tx, Exception{Kind: BackupFailing, Key: "backup", Detail: Detail{About: "The backup", Answer: problem,
				Help: "Mend what it names, and try with `waybill backup FILE`. Until then a lost disk takes everything since the last backup with it."}})
			return err
		}
		if err := setRan(tx, backupKey, f.now()); err != nil {
			return err
		}
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(BackupFailing), Open: true})
		for _, x := range open {
			if err := tx.SettleException(x.ID, "is_over", "rule", f.now()); err != nil {
				return err
			}
		}
		return err
	})
}

// backupIsOld opens the exception when the last backup is too long ago. Who never made one is not asked: they may copy the disk.
func (f *Flow) backupIsOld(tx *store.Tx) (Exception, bool, error) {
	raw, known, err := tx.Setting(backupKey)
	if err != nil || !known {
		return Exception{}, false, err
	}
	var last time.Time
	if err := json.Unmarshal(raw, &last); err != nil {
		return Exception{}, false, fmt.Errorf("read when the last backup was made: %w", err)
	}
	return Exception{Kind: BackupOld, Key: "backup", Detail: Detail{About: "The last backup",
		Reasons: []string{"it was made on " + cmp.Or(last, f.now()).In(f.world.Load().zone).Format("Mon 2 Jan 15:04")},
		Help:    "Look whether waybill-backup.timer runs (systemctl status waybill-backup.timer), or what else makes your backups."}}, f.now().Sub(last) > backupEvery, nil
}
