// Package order is the domain: what an order, a purchase order and a dispatch are, which states they have, and the one
// way to change them. It imports the standard library only and does no I/O.
//
// Three things have states of their own: the intake of an Order (waiting for payment, held, accepted, cancelled), each
// Dispatch (an attempt to tell somebody something), and each PurchaseOrder, whose state is derived from quantities per line.
// They are separate, so that an answer may arrive while the dispatch is still unsure, and one line may ship while
// another is out of stock.
//
// Every change is an Event, and Apply is the only function that makes it. The tables behind Apply are data
// (Transitions); STATES.md is generated from them. The journal of events is the truth, rows are a projection of it. Events
// hold no personal data: they refer by id to rows that can be erased.
package order
