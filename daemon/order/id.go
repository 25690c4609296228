package order

// Ids are given by the store, count from 1, and are never used twice. 0 means "none".
type (
	// OrderID is the store's id of an order; channels have ids of their own (Order.ID).
	OrderID int64
	// POID is the store's id of a purchase order; people say its number ("1001-A").
	POID int64
	// DispatchID is the store's id of a row in the outbox.
	DispatchID int64
	// ItemID is the store's id of something that came in.
	ItemID int64
	// PackageID is the store's id of a parcel: carrier and tracking number.
	PackageID int64
	// ExceptionID is the store's id of a row that waits for a person.
	ExceptionID int64
)
