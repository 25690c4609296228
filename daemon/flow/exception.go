package flow

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/routing"
	"waybill/daemon/store"
	"waybill/parsers"
)

// ExceptionKind names why something waits for a person. The names are stored.
type ExceptionKind string

const (
	OrderHeld      ExceptionKind = "order_held"
	OrderChanged   ExceptionKind = "order_changed"
	Unrouted       ExceptionKind = "unrouted"
	Ambiguous      ExceptionKind = "ambiguous"
	SendUnsure     ExceptionKind = "send_unsure"
	SendFailed     ExceptionKind = "send_failed"
	SendStuck      ExceptionKind = "send_stuck"
	BouncedBack    ExceptionKind = "bounced"
	WhichOrder     ExceptionKind = "which_order"
	Contradiction  ExceptionKind = "contradiction"
	CostlyNews     ExceptionKind = "costly_news"
	SupplierAsks   ExceptionKind = "supplier_asks"
	Unreadable     ExceptionKind = "unreadable"
	TooLarge       ExceptionKind = "too_large"
	AccountFailing ExceptionKind = "account_failing"
	BadOrderFile   ExceptionKind = "bad_order_file"
	MailStuck      ExceptionKind = "mail_stuck"
	FormatDrift    ExceptionKind = "format_drift"
	Correction     ExceptionKind = "correction"
	SupplierLate   ExceptionKind = "supplier_late"
	SourceSilent   ExceptionKind = "source_silent"
	QueueStands    ExceptionKind = "queue_stands"
	DiskLow        ExceptionKind = "disk_low"
	ClockJumped    ExceptionKind = "clock_jumped"
	NotTaken       ExceptionKind = "order_not_taken"
	CancelledLate  ExceptionKind = "cancelled_late"
	ShopDiffers    ExceptionKind = "shop_differs"
	NotConfirmed   ExceptionKind = "not_confirmed"
	NewSender      ExceptionKind = "new_sender"
	FirstOrders    ExceptionKind = "first_orders"
	SendCap        ExceptionKind = "send_cap"
	NewsCap        ExceptionKind = "news_cap"
	MailCap        ExceptionKind = "mail_cap"
	Unproven       ExceptionKind = "unproven"
	ShadowLeft     ExceptionKind = "shadow_left"
	NodeGone       ExceptionKind = "node_gone"
	NodesDiffer    ExceptionKind = "nodes_differ"
	BooksHeld      ExceptionKind = "books_held"
	BackupFailing  ExceptionKind = "backup_failing"
	BackupOld      ExceptionKind = "backup_old"
	TwoVersions    ExceptionKind = "two_versions"
)

// Action is what a person can do about an exception.
type Action string

const (
	ActRelease  Action = "release"  // let the order go on in spite of the gate
	ActEdit     Action = "edit"     // correct fields of the order; it goes through the gates again
	ActCancel   Action = "cancel"   // cancel the order, or the purchase order
	ActRetry    Action = "retry"    // route again, read again, connect again
	ActTake     Action = "take"     // take the changed order in place of the first
	ActArrived  Action = "arrived"  // they have it
	ActResend   Action = "resend"   // send again, marked as a repeat
	ActWithdraw Action = "withdraw" // give the sending up
	ActApply    Action = "apply"    // believe the news; with a PO where it is not known
	ActReplace  Action = "replace"  // put the corrected number in the place of the old one
	ActDismiss  Action = "dismiss"  // nothing needs to happen
	ActTheirs   Action = "theirs"   // the address writes for the supplier
	ActOnce     Action = "once"     // believe what waits, and ask again
	ActNot      Action = "not_theirs"
)

// KindInfo is a row of the table of exceptions: what people read in docs/exceptions.md and on the desk.
type KindInfo struct {
	Kind ExceptionKind
	// Title is the plain sentence; %s is filled with who or what it is about.
	Title string
	// Trigger says when it comes up, Automatic what waybill does by itself, Alert how loudly it is told.
	Trigger, Automatic, Alert string
	// Within is how long it may wait: the digest says until when. 0: as long as it likes.
	Within  time.Duration
	Actions []Action
}

// How loudly an exception is told: within a minute, also in quiet hours; within a minute, and in quiet hours with the digest; with the digest.
const (
	urgently = "at once, also in quiet hours"
	atOnce   = "at once"
	inDigest = "digest"
)

// Kinds is the table of all kinds of exceptions.
func Kinds() []KindInfo { return kindTable }

var kindTable = []KindInfo{
	{OrderHeld, "Order %s is held: something about it needs a look", "a gate stops the order (docs/gates.md: a missing street, a postcode that is none, a likely duplicate, …), or it cannot be written for its supplier (a character that their encoding lacks, …)", "nothing is sent", inDigest, 4 * time.Hour, []Action{ActRelease, ActEdit, ActCancel}},
	{OrderChanged, "Order %s came again with other content", "the channel delivers an order again and more than the payment differs, or tells of a risk that a gate would hold after the order was accepted", "the first version stays in force; of a shop system the newest one, as long as no supplier was told, and then only what matters to a supplier is asked", inDigest, 4 * time.Hour, []Action{ActTake, ActCancel, ActDismiss}},
	{NotTaken, "Order %s could not be taken", "what a shop system says of an order lacks something (an address, a country, …)", "nothing is sent; the order's next version is tried by itself and closes this", inDigest, 4 * time.Hour, []Action{ActRetry, ActDismiss}},
	{CancelledLate, "The shop cancelled order %s, but something of it has left already", "a shop system says that an order is cancelled of which a parcel is booked", "nothing is cancelled until you say so", atOnce, time.Hour, []Action{ActCancel, ActDismiss}},
	{ShopDiffers, "The shop shows something else than %s", "an order was fulfilled by hand, is on hold, or was changed so that our news does not fit", "nothing is written to the shop; resend writes our news in the place of what is there, arrived leaves the shop as it is", atOnce, 4 * time.Hour, []Action{ActArrived, ActResend, ActWithdraw}},
	{NotConfirmed, "Some shipments could not be told to %s", "a file for a marketplace leaves a shipment out (no tracking number, a further parcel of the same piece), or the marketplace's processing report names errors", "all others are told", inDigest, 8 * time.Hour, []Action{ActDismiss}},
	{Unrouted, "No supplier takes a line of order %s", "no SKU rule fits a line", "the order is held, or the rest is sent (routing.unrouted)", inDigest, 4 * time.Hour, []Action{ActRetry, ActCancel, ActDismiss}},
	{Ambiguous, "Two suppliers take a line of order %s", "SKU rules of two suppliers fit a line equally well", "the order is held, or goes to the first by priority (routing.ambiguous)", inDigest, 4 * time.Hour, []Action{ActRetry, ActCancel, ActDismiss}},
	{SendUnsure, "We don't know whether %s got it", "the connection broke after everything was sent and before the answer, or no answer comes", "an answer that still comes, our own copy in the archive or the Sent folder, a look at the other side or the supplier's answer settles it; never sent again by itself", atOnce, time.Hour, []Action{ActArrived, ActResend, ActCancel, ActWithdraw}},
	{SendFailed, "%s could not be sent", "the server refused for good (5xx, wrong password, unknown recipient, changed host key)", "nothing more is tried", atOnce, time.Hour, []Action{ActResend, ActWithdraw, ActArrived}},
	{SendStuck, "%s has been waiting to be sent for a while", "temporary failures for more than an hour", "trying goes on, ever more slowly", atOnce, time.Hour, []Action{ActDismiss, ActWithdraw}},
	{FirstOrders, "The first orders to %s wait for you: look at them, then release", "a supplier was sent fewer orders than `first_orders` before", "they are held, and all that comes for the supplier meanwhile", atOnce, time.Hour, []Action{ActRelease}},
	{MailCap, "A further mail to %s waits: three about the same purchase order went out today", "three mails about a purchase order went out by themselves within a day, to its supplier or to its customer", "the mail is held until you release it; what only the channel hears goes on", inDigest, 8 * time.Hour, []Action{ActRelease, ActWithdraw}},
	{SendCap, "Sending to %s has stopped: more within an hour than the limit", "more purchase orders within an hour than `send.cap`, or than `sending.total` in all", "nothing more is sent until you release it; what comes in waits", atOnce, time.Hour, []Action{ActRelease, ActWithdraw}},
	{ShadowLeft, "%s were made in shadow mode: did their suppliers get them?", "the mode was changed to live, and waybill does not know who was served by hand", "nothing is sent; `waybill shadow report` lists them, `waybill shadow finish` decides about single ones", atOnce, time.Hour, []Action{ActArrived, ActRelease}},
	{BooksHeld, "%s may be behind the world: nothing is sent until you have looked", "the database was restored from a backup, copied back, rolled back with its disk or cloned; or a message of ours was found outside that it does not know", "everything is received, nothing is sent; `waybill recover` lists what would go out, with what is known of it (docs/backup.md)", urgently, time.Hour, []Action{ActArrived, ActRelease}},
	{BackupFailing, "%s could not be made", "`waybill backup` failed", "the next one that is whole closes this", atOnce, 8 * time.Hour, []Action{ActDismiss}},
	{BackupOld, "%s is more than three days old", "no `waybill backup` was whole for three days, after there was one", "closes itself with the next one", atOnce, 8 * time.Hour, []Action{ActDismiss}},
	{BouncedBack, "A mail to %s came back", "a delivery status report names one of our mails", "nothing is sent again by itself", atOnce, time.Hour, []Action{ActResend, ActWithdraw, ActDismiss}},
	{WhichOrder, "Which order is this about? A message from %s", "news that matters, and no open order fits surely enough", "nothing changes; the candidates are listed", inDigest, 8 * time.Hour, []Action{ActApply, ActDismiss}},
	{Contradiction, "%s says two things that don't go together", "the number says one order and the address another, more pieces than ordered, a tracking number that sits on another order, …", "nothing changes", inDigest, 8 * time.Hour, []Action{ActApply, ActDismiss}},
	{CostlyNews, "%s says that something won't come", "out of stock, cancelled or rejected, by a sender or supplier for which no rule applies such news alone", "nothing changes until you say so", atOnce, 4 * time.Hour, []Action{ActApply, ActDismiss}},
	{Correction, "%s corrects a tracking number", "a supplier takes back a number that is booked, and gives another in its place", "nothing changes; the channel keeps the old number until you say so", inDigest, 4 * time.Hour, []Action{ActReplace, ActDismiss}},
	{NewSender, "%s has not written for this supplier before", "an address that no supplier lists, or a shipping program or carrier, writes about a supplier's order, and nothing else speaks against it: it answers our mail or has our key, or only its number fits", "what has our key is booked; the rest waits, with all that comes from the same sender, and is one question", inDigest, 8 * time.Hour, []Action{ActTheirs, ActOnce, ActNot}},
	{Unproven, "Mail in %s's name does not prove that it is theirs", "it names a sender whose mail proves itself (DKIM, DMARC), and does not; or your mail server says that it is forged (docs/authentication.md)", "nothing of it is booked; all of it is one question", atOnce, 8 * time.Hour, []Action{ActOnce, ActNot}},
	{NewsCap, "%s sends more bad news than is applied without you", "the supplier's rule has applied as much news that costs money as it may in an hour or a day (rules.apply_per_hour, rules.apply_per_day)", "further bad news of theirs waits for you, until you let the rule go on", urgently, time.Hour, []Action{ActRelease}},
	{SupplierAsks, "%s asks something", "a person asks, or says what no other kind holds", "nothing changes; answer them in your mail program, or say what it means", inDigest, 8 * time.Hour, []Action{ActApply, ActDismiss}},
	{Unreadable, "Something from %s could not be read", "a reader broke twice, the format is not known, or digits were destroyed by a spreadsheet program", "the bytes are kept; the next message goes on", inDigest, 8 * time.Hour, []Action{ActRetry, ActDismiss}},
	{TwoVersions, "%s has sent two texts under one Message-ID", "a mail of a supplier, or about an order, has the Message-ID of an earlier one and other words; or a file that was read came again, and what it said is changed or gone", "both are read: what the first said stays, what is new is taken like all news; one line for each supplier, and after you have dismissed it none for 30 days", inDigest, 24 * time.Hour, []Action{ActDismiss}},
	{TooLarge, "A message from %s is too large to be read", "more than 25 MiB", "its bytes are not fetched", inDigest, 24 * time.Hour, []Action{ActDismiss}},
	{SourceSilent, "%s has been silent for longer than usual", "nothing came into a mailbox, a drop or a channel for longer than usual, or than quiet_after allows; only working time counts", "closes itself when something comes", atOnce, 8 * time.Hour, []Action{ActDismiss}},
	{QueueStands, "%s stands still", "something has been due to be sent for half an hour, and no pause, no limit and no account that fails explains it", "closes itself when it moves", urgently, time.Hour, []Action{ActDismiss}},
	{DiskLow, "%s is nearly full", "less free space than operator.disk allows", "closes itself when there is room", urgently, 4 * time.Hour, []Action{ActDismiss}},
	{ClockJumped, "%s jumped", "the clock of this machine differs by more than five minutes from the time that passed", "schedules catch up once what was missed, and do nothing twice", atOnce, 4 * time.Hour, []Action{ActDismiss}},
	{NodeGone, "%s is not heard of any more", "of several machines over one database (docs/nodes.md), one has not said for the time of a lease that it runs, and did not stop in order", "the others do its work; closes itself when it runs again", atOnce, 8 * time.Hour, []Action{ActDismiss}},
	{NodesDiffer, "%s do not agree", "machines over one database have another configuration, other templates, or another key that seals logins", "each works by what it has; closes itself when they agree", atOnce, 4 * time.Hour, []Action{ActDismiss}},
	{AccountFailing, "%s does not work", "an account cannot be logged in to, its login (OAuth2) is over, it was not reached for ten minutes, or a mailbox has sent as much as it may in a day", "trying goes on, ever more slowly; closes itself when it works again", urgently, time.Hour, []Action{ActRetry, ActDismiss}},
	{MailStuck, "Some mail in %s cannot be fetched", "the mail server lists a mail and does not give it, after three tries in connections of their own, or does not open a folder that is to be read", "all other mail is read; trying goes on every quarter of an hour; closes itself when the mail is read at last, or gone", atOnce, 8 * time.Hour, []Action{ActDismiss}},
	{FormatDrift, "%s's messages changed their form and cannot be read any more", "a column that nearly all of a supplier's files had is missing, or a run of messages says nothing that can be read where most before did", "the messages are kept, and are one question; read again when a rule or the supplier's file says what they mean, and closed when all are read", atOnce, 4 * time.Hour, []Action{ActRetry, ActDismiss}},
	{SupplierLate, "%s has not answered or shipped in time", "a deadline has passed (deadlines), and the question to the supplier, where one was sent, has had no answer", "the supplier was asked once; closes itself when they answer or ship", inDigest, 8 * time.Hour, []Action{ActDismiss}},
	{BadOrderFile, "A file with orders could not be taken: %s", "a line of a file in the watched folder is not a valid order", "the good orders of the file are taken, the bad ones listed", inDigest, 4 * time.Hour, []Action{ActDismiss}},
}

// Info gives the row of a kind.
func Info(k ExceptionKind) KindInfo {
	for _, info := range kindTable {
		if info.Kind == k {
			return info
		}
	}
	return KindInfo{Kind: k, Title: string(k) + " %s", Actions: []Action{ActDismiss}}
}

// Exception is what is put before a person.
type Exception struct {
	Kind     ExceptionKind
	Key      string // alike ones share it
	Supplier string
	Channel  string
	Order    order.OrderID
	PO       order.POID
	Dispatch order.DispatchID
	Item     order.ItemID
	Detail   Detail
}

// Detail is the evidence of an exception and what its actions need. It may hold personal data and is erasable.
type Detail struct {
	About    string            `json:"about,omitempty"` // fills the title
	Says     string            `json:"says,omitempty"`  // a title that says more than the kind's; %s as there
	Reasons  []string          `json:"reasons,omitempty"`
	Help     string            `json:"help,omitempty"`
	Problems []routing.Problem `json:"problems,omitempty"`
	Fields   []string          `json:"fields,omitempty"`
	Order    *order.Order      `json:"order,omitempty"`
	Was      *order.Order      `json:"was,omitempty"`
	State    string            `json:"state,omitempty"`
	Finding  *match.Finding    `json:"finding,omitempty"`
	FindingN int               `json:"finding_n,omitempty"`
	PO       order.POID        `json:"po,omitempty"`
	Kind     parsers.Kind      `json:"kind,omitempty"`
	From     string            `json:"from,omitempty"`
	Subject  string            `json:"subject,omitempty"`
	Answer   string            `json:"answer,omitempty"`
	// Lines and Candidates repeat what the finding's own JSON, which is a contract for people, leaves out.
	Lines      []order.LineQuantity `json:"lines,omitempty"`
	Candidates []order.POID         `json:"candidates,omitempty"`
	URLs       map[string]string    `json:"urls,omitempty"`
	Drift      *Drift               `json:"drift,omitempty"`
	Late       []latePO             `json:"late,omitempty"`
	Sends      []order.DispatchID   `json:"sends,omitempty"`    // the messages that it is about, until they are decided
	Replaces   order.PackageID      `json:"replaces,omitempty"` // the parcel whose number a correction takes back
}

// open opens an exception, or counts it into one that is alike and still open.
func (f *Flow) open(tx *store.Tx, e Exception) (store.ExceptionRow, bool, error) {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return store.ExceptionRow{}, false, fmt.Errorf("write down the evidence: %w", err)
	}
	now := f.now()
	row := store.ExceptionRow{Kind: string(e.Kind), Key: e.Key, Supplier: e.Supplier, Channel: e.Channel, Order: e.Order, PO: e.PO,
		Dispatch: e.Dispatch, Item: e.Item, OpenedAt: now, LastAt: now, Detail: detail}
	if within := Info(e.Kind).Within; within > 0 {
		row.Deadline = now.Add(within)
	}
	return tx.OpenException(row)
}

// Describe gives the plain sentence of an exception.
func Describe(row store.ExceptionRow) string {
	var d Detail
	if err := json.Unmarshal(row.Detail, &d); err != nil || d.About == "" {
		d.About = strings.TrimSpace(row.Supplier + row.Channel)
	}
	title := Info(ExceptionKind(row.Kind)).Title
	if d.Says != "" {
		title = d.Says
	}
	text := strings.Replace(title, "%s", d.About, 1)
	if row.Count > 1 {
		text += fmt.Sprintf(" (%d times)", row.Count)
	}
	return text
}
