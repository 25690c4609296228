package store

import "errors"

var (
	// ErrNotFound is returned when there is no row of that id, number or key.
	ErrNotFound = errors.New("not found")
	// ErrDuplicate is returned when the row is there already: an order of that channel and id, a purchase order of
	// that number or token, a live dispatch of that key. Nothing was written.
	ErrDuplicate = errors.New("is there already")
	// ErrLocked is returned by Open when another process owns the database.
	ErrLocked = errors.New("another process uses this database")
	// ErrNewer is returned by Open when a newer program has migrated the database.
	ErrNewer = errors.New("the database was written by a newer waybill")
	// ErrOlder is returned by Open with ReadOnly when the database waits to be migrated by a program that may write.
	ErrOlder = errors.New("the database was written by an older waybill")
	// ErrUnsafe is returned by Open when the database would not keep what it accepted through a loss of power.
	ErrUnsafe = errors.New("the database is not set to keep what it accepts")
	// ErrFull is returned by a Write that found no room on the disk. Nothing of it is there; it may be tried again.
	ErrFull = errors.New("the disk is full, and the database takes nothing until there is room")
	// ErrFailed is returned by every Write after the disk failed, or the database was found damaged. Nothing is written
	// any more until the program is started again; reading goes on.
	ErrFailed = errors.New("the database failed and takes nothing until waybill is started again")
	// ErrDamaged is returned when something that was read is not what was written.
	ErrDamaged = errors.New("the database is damaged")
	// ErrForgotten is returned for bytes that are not kept any more: they were older than retention.raw, or told of somebody who was erased.
	ErrForgotten = errors.New("is not kept any more")
	// ErrReadOnly is returned by Write of a store that was opened to look only.
	ErrReadOnly = errors.New("the database was opened to look only")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("the store is closed")
	// ErrSettled is returned when an exception was settled before.
	ErrSettled = errors.New("is settled already")
)
