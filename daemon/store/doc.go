// Package store remembers: journal, orders, purchase orders, outbox, ledger of items, evidence, exceptions, settings. It holds the
// only SQL of the program, one text for SQLite (one process, one file) and PostgreSQL (several nodes, one database).
//
// Changes go through Write, which puts many concurrent callers into one transaction with one fsync. All writers of a
// database stand in one line: a goroutine in SQLite, an advisory lock in PostgreSQL. So the journal's numbers are in
// the order of commits, and whoever follows it sees every event exactly once and nothing late.
//
// The journal is the truth; Record is the one way to add to it, and makes the state of the subject's row from it by the
// domain's Apply in the same transaction. Verify makes all of them again and compares.
package store
