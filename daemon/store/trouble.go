package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// Trouble is a fault of the machine under the database, in words for who runs the shop. None of them names a path, an address or an order: strangers
// may read them at /readyz.
type Trouble struct {
	Kind string // for metrics and tests: "disk_full", "damaged"
	What string // a sentence without its end: what is wrong
	Do   string // what to do about it
	// Heals: it passes without anybody having looked at the database, so that waybill may go on by itself.
	Heals bool
}

// Unknown is the kind of an error that speaks of nothing that is known of machines and databases.
const Unknown = "unknown"

// What can be wrong. What was not flushed, or not read back as it was written, heals never: nobody knows then what the disk has.
var (
	diskFull      = Trouble{"disk_full", "the disk is full", "Make room on the disk with the database (df -h, df -i); waybill goes on by itself", true}
	flushFailed   = Trouble{"flush_failed", "the disk did not keep what was written to it", "Look at the disk (dmesg, smartctl), run `waybill verify`, then start waybill again", false}
	ioFailed      = Trouble{"disk_error", "the disk gives errors", "Look at the disk (dmesg, smartctl), run `waybill verify`, then start waybill again", false}
	damaged       = Trouble{"damaged", "the database is damaged", "Keep a copy of it, restore the last backup, then start waybill again (docs/troubles.md)", false}
	readOnlyDisk  = Trouble{"read_only", "the disk can only be read", "Linux does that after errors of the disk: look at dmesg, mend it, mount it for writing, then start waybill again", false}
	noPermission  = Trouble{"permission", "waybill may not open its files", "Give the state folder back to the user that waybill runs as (chown -R waybill: /var/lib/waybill); waybill goes on by itself", true}
	missing       = Trouble{"missing", "the folder of the database is not there", "Mount the disk or make the folder that `state` names; waybill goes on by itself", true}
	moved         = Trouble{"moved", "the database was moved, replaced or deleted while waybill ran", "Put it back where it was with its -wal file, or restore the last backup, then start waybill again (docs/troubles.md)", false}
	locked        = Trouble{"locked", "another program holds the database", "End it, or wait: fuser -v /var/lib/waybill/waybill.db names it (a copy, a sqlite3 shell); waybill goes on by itself", true}
	noDescriptors = Trouble{"descriptors", "no more files can be opened", "Raise LimitNOFILE in waybill's unit, or end what else uses them up; waybill goes on by itself", true}
	noMemory      = Trouble{"memory", "there is no memory left", "Look what uses it up (free -h, dmesg); waybill goes on by itself", true}
	badSettings   = Trouble{"unsafe", "the database is not set to keep what it accepts", "The log names the setting; mend it, then start waybill again", false}
	otherVersion  = Trouble{"version", "the database is of another version of waybill", "Install the newer version again; the log names both", false}
	serverGone    = Trouble{"postgres_gone", "PostgreSQL cannot be reached", "Start it, or look why it does not answer; waybill goes on by itself", true}
	serverFails   = Trouble{"postgres_fails", "PostgreSQL cannot work", "Look at its log; waybill goes on by itself", true}
	serverFull    = Trouble{"postgres_full", "PostgreSQL's disk is full", "Make room there; waybill goes on by itself", true}
	serverBusy    = Trouble{"postgres_busy", "PostgreSQL takes no more connections", "Raise max_connections, or end what else holds them; waybill goes on by itself", true}
	serverStandby = Trouble{"postgres_read_only", "PostgreSQL only lets itself be read: it is a standby, or set so", "Promote it, or name the primary in the address; waybill goes on by itself", true}
	serverRefuses = Trouble{"postgres_refuses", "PostgreSQL does not let waybill in", "Look at the user, the password and pg_hba.conf; waybill tries again by itself", true}
	serverDamaged = Trouble{"postgres_damaged", "PostgreSQL found its data damaged", "Look at its log, restore a backup, then start waybill again", false}
	unknown       = Trouble{Unknown, "the database cannot be used", "Look into the log, mend what it names, then start waybill again", false}
)

// TroubleOf names what is wrong with the machine or the database. An error of something else is "unknown".
func TroubleOf(err error) Trouble {
	var lite *sqlite.Error
	var server *pgconn.PgError
	var refused *pgconn.ConnectError
	var network *net.OpError
	switch {
	case errors.Is(err, ErrNewer), errors.Is(err, ErrOlder):
		return otherVersion
	case errors.Is(err, ErrUnsafe):
		return badSettings
	case errors.As(err, &server):
		return serverTrouble(server.Code)
	case errors.Is(err, ErrDamaged):
		return damaged
	case errors.Is(err, errMoved):
		return moved
	case errors.As(err, &lite) && lite.Code()&0xff == sqlitelib.SQLITE_CANTOPEN && noFileOpens():
		return noDescriptors
	case errors.As(err, &lite):
		return sqliteTrouble(lite.Code())
	}
	for _, t := range []struct {
		cause error
		is    Trouble
	}{
		{syscall.ENOSPC, diskFull}, {syscall.EDQUOT, diskFull}, {syscall.EROFS, readOnlyDisk}, {syscall.EIO, ioFailed}, {syscall.EMFILE, noDescriptors},
		{syscall.ENFILE, noDescriptors}, {syscall.ENOMEM, noMemory}, {errDoubt, serverGone},
	} {
		if errors.Is(err, t.cause) {
			return t.is
		}
	}
	if errors.As(err, &refused) || errors.As(err, &network) || pgconn.Timeout(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, driver.ErrBadConn) {
		return serverGone
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return noPermission
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return missing
	}
	return unknown
}

// noFileOpens tells whether this process has no descriptor left. SQLite says of every file alike that it cannot be opened, and keeps the reason to itself.
func noFileOpens() bool {
	f, err := os.Open(os.DevNull)
	if err == nil {
		_ = f.Close()
	}
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// sqliteTrouble goes by the extended result code (https://www.sqlite.org/rescode.html).
func sqliteTrouble(code int) Trouble {
	switch code {
	case sqlitelib.SQLITE_IOERR_FSYNC, sqlitelib.SQLITE_IOERR_DIR_FSYNC:
		return flushFailed
	case sqlitelib.SQLITE_IOERR_SHMSIZE: // the index of the log grows in the same folder, and there is no other reason why it could not
		return diskFull
	case sqlitelib.SQLITE_IOERR_NOMEM:
		return noMemory
	case sqlitelib.SQLITE_IOERR_CORRUPTFS, sqlitelib.SQLITE_IOERR_DATA:
		return damaged
	}
	switch code & 0xff {
	case sqlitelib.SQLITE_FULL:
		return diskFull
	case sqlitelib.SQLITE_CORRUPT, sqlitelib.SQLITE_NOTADB:
		return damaged
	case sqlitelib.SQLITE_READONLY:
		return readOnlyDisk
	case sqlitelib.SQLITE_NOMEM:
		return noMemory
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED, sqlitelib.SQLITE_PROTOCOL:
		return locked
	case sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_CANTOPEN:
		return noPermission
	case sqlitelib.SQLITE_IOERR:
		return ioFailed
	}
	return unknown
}

// serverTrouble goes by the SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func serverTrouble(code string) Trouble {
	switch code {
	case "53100":
		return serverFull
	case "53300":
		return serverBusy
	case "25006":
		return serverStandby
	case "XX001", "XX002":
		return serverDamaged
	}
	switch code[:min(2, len(code))] {
	case "08":
		return serverGone
	case "53", "54", "55", "57", "58", "XX":
		return serverFails
	case "28", "3D", "42":
		return serverRefuses
	}
	return unknown
}
