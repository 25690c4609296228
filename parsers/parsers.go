// Package parsers says what the paper says. It knows no orders and does no I/O: bytes in, a Reading out.
//
// A Reading is a list of Statements. A statement is what the paper says in one place about one thing: a table
// row, a clause of prose, a whole short mail. It carries every value as written, with its place, so that a person can
// check it and a page can highlight it. Which order a statement is about, and whether it may change anything,
// is not decided here: a parser has no word for "confirmed".
//
// Readings travel from the child process that reads to the daemon that judges: a field that is added to one is added to daemon/sandbox/shape.go as well,
// and TestShapes there says so.
package parsers

import "time"

// Kind is what a statement, a notice or a whole file says. The values are the contract of `waybill match`.
type Kind string

const (
	Shipment        Kind = "shipment"
	Acknowledgement Kind = "acknowledgement"
	OutOfStock      Kind = "out_of_stock"
	Backorder       Kind = "backorder"
	Rejection       Kind = "rejection"
	Cancellation    Kind = "cancellation"
	Question        Kind = "question"
	Bounce          Kind = "bounce"
	AutoReply       Kind = "auto_reply"
	Other           Kind = "other"
)

// Consequence orders the kinds of notices: the highest in a file is the file's kind. Robots and other are 0.
func (k Kind) Consequence() int {
	switch k {
	case Rejection:
		return 7
	case Cancellation:
		return 6
	case OutOfStock:
		return 5
	case Backorder:
		return 4
	case Shipment:
		return 3
	case Acknowledgement:
		return 2
	case Question:
		return 1
	}
	return 0
}

// CostsMoney tells the kinds that are proposed to a person unless the supplier's rule says more.
func (k Kind) CostsMoney() bool { return k == Rejection || k == Cancellation || k == OutOfStock }

// Place is where a value stands. For text, Part and the byte offsets Start and End (from 0, End not included) in
// the decoded UTF-8 text of that part (for HTML: the extracted text). For a table, Part, Sheet, Row and Column
// (both from 1, as a person counts them). Part is the IMAP part number ("1.2"; RFC 9051 section 6.4.5), or
// "subject", "header", "filename"; inside a zip the entry's name stands before it: "a.csv!1".
type Place struct {
	Part   string `json:"part,omitempty"`
	Start  int    `json:"start,omitempty"`
	End    int    `json:"end,omitempty"`
	Sheet  string `json:"sheet,omitempty"`
	Row    int    `json:"row,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Value is something as written, and where.
type Value struct {
	Text string `json:"text"`
	At   Place  `json:"at"`
}

// Label says what the words beside a reference call it.
type Label string

const (
	LabelKey      Label = "key"      // our planted key, "WB-" and ten characters
	LabelOrder    Label = "order"    // "order", "PO", "your order", "Bestellnummer", a column headed so, or the profile's order pattern
	LabelTheirs   Label = "theirs"   // the supplier's own number: "our reference", "sales order", "unsere Auftragsnummer"
	LabelInvoice  Label = "invoice"  // invoice, bill
	LabelCustomer Label = "customer" // customer or account number
	LabelNone     Label = ""         // looks like a number, nothing says what it is
)

// Ref is a number or code that may name an order.
type Ref struct {
	Value
	Label   Label `json:"label,omitempty"`
	Pattern bool  `json:"pattern,omitempty"` // called an order only because it fits the profile's order pattern: no word says so
	Quoted  bool  `json:"quoted,omitempty"`  // stands in quoted text: counts less
}

// CarrierGuess is one carrier that a tracking number may belong to.
type CarrierGuess struct {
	Carrier string  `json:"carrier"` // AfterShip slug
	Score   float64 `json:"score"`   // 0 to 1, how well format, check digit, link and words agree
	Why     string  `json:"why,omitempty"`
}

// WrongForm is why a number is taken for a carrier's (CarrierGuess.Why) that is named beside it, where its length or beginning is none that this carrier's numbers have.
const WrongForm = "named beside it, and not the form of its numbers"

// Tracking is a tracking number.
type Tracking struct {
	Value
	Number    string         `json:"number"`             // upper case, without spaces or dashes
	Carriers  []CarrierGuess `json:"carriers,omitempty"` // best first; empty when it can't be told
	Valid     bool           `json:"valid,omitempty"`    // a check digit exists and holds
	Invalid   bool           `json:"invalid,omitempty"`  // a check digit exists and fails, or the form is wrong (WrongForm): less sure, never hidden
	Score     float64        `json:"score"`              // 0 to 1, how sure it is that this is a tracking number at all
	URL       string         `json:"url,omitempty"`
	Quoted    bool           `json:"quoted,omitempty"`
	Withdrawn bool           `json:"withdrawn,omitempty"` // the paper says to ignore this number
	Damage    string         `json:"damage,omitempty"`    // "excel": the digits were destroyed by a spreadsheet; a sentence for the supplier is in Problems
}

// Line is a product with a quantity.
type Line struct {
	SKU        Value `json:"sku,omitzero"`
	Title      Value `json:"title,omitzero"`
	Quantity   int   `json:"quantity,omitempty"` // 0: not said
	QuantityAt Place `json:"quantity_at,omitzero"`
	Kind       Kind  `json:"kind,omitempty"` // when it differs from the statement's
	// Guessed: the SKU stands in a column without a heading, and nothing but its form says that it is one.
	Guessed bool `json:"guessed,omitempty"`
	// Codes are other codes that the paper gives for the same product (EDI names the vendor's, the buyer's and the GTIN in one place).
	Codes []Value `json:"codes,omitempty"`
	// Parcel is what the statement that names it left with, filled in by the matcher: the same product in two parcels is more of it.
	Parcel string `json:"-"`
}

// Party is the consignee as far as the paper names them. Each field is empty when it does not.
type Party struct {
	Name     Value `json:"name,omitzero"`
	Company  Value `json:"company,omitzero"`
	Street   Value `json:"street,omitzero"`
	Postcode Value `json:"postcode,omitzero"`
	City     Value `json:"city,omitzero"`
	Region   Value `json:"region,omitzero"`
	Country  Value `json:"country,omitzero"`
	Phone    Value `json:"phone,omitzero"`
	Email    Value `json:"email,omitzero"`
	// Loose: no word says that the parcel goes there; it may as well be the writer's own address.
	Loose bool `json:"loose,omitempty"`
}

// Scope says how much of the paper a statement speaks for.
type Scope string

const (
	ScopeMessage Scope = "message" // the whole mail or file: what it says lends its references to statements that have none
	ScopeClause  Scope = "clause"  // a sentence or list entry
	ScopeRow     Scope = "row"     // a row of a table
)

// Statement is what the paper says in one place.
type Statement struct {
	Kind     Kind       `json:"kind,omitempty"`   // "" when it only names things
	KindAt   Value      `json:"kind_at,omitzero"` // the words that say so
	Score    float64    `json:"score,omitempty"`  // 0 to 1, how clearly the kind is said
	Scope    Scope      `json:"scope"`
	Quoted   bool       `json:"quoted,omitempty"`
	Refs     []Ref      `json:"refs,omitempty"`
	Tracking []Tracking `json:"tracking,omitempty"`
	Lines    []Line     `json:"lines,omitempty"`
	Expected Value      `json:"expected,omitzero"`  // when goods are promised ("back in May"), as written
	Carrier  Value      `json:"carrier,omitzero"`   // carrier as named in words or a column
	Partial  bool       `json:"partial,omitempty"`  // says that something is still to come
	Unpaired bool       `json:"unpaired,omitempty"` // it can't be told which order a number belongs to: "respectively" of unequal lists, a list that lost an entry's order
	Doubtful bool       `json:"doubtful,omitempty"` // its words leave open whether it is so ("should have been shipped"), or other words take it back
	// Parcels is how many parcels its words say that there are; 0: not said, or all of them have one number.
	Parcels int `json:"parcels,omitempty"`
	// Unread is what stands where a parcel's number would, and could not be read as one.
	Unread Value `json:"unread,omitzero"`
	// Estimated says that no phrase says so, but that such words usually mean it. It counts only where nothing else of the paper brings news.
	Estimated bool `json:"estimated,omitempty"`
	// Sentence is the clause that says so, where it names an order, or where the paper says several things and this one names no product by code or quantity:
	// its words may name somebody, or a product.
	Sentence string `json:"sentence,omitempty"`
	// Consignee is nil where the paper names none, as most rows of most tables: a Party is larger than the rest of a statement. Read it with Party.
	Consignee *Party `json:"party,omitempty"`
}

// Party is the consignee, empty where the paper names none.
func (s *Statement) Party() Party {
	if s.Consignee == nil {
		return Party{}
	}
	return *s.Consignee
}

// SetParty sets the consignee.
func (s *Statement) SetParty(p Party) {
	s.Consignee = nil
	if p != (Party{}) {
		s.Consignee = &p
	}
}

// Aside is a clause of the writer's own text that brings no news by itself, but may say which goods the news beside it is about: "- Oak tray x1", "the second
// follows next week". Quoted text, signatures and legal text are none.
type Aside struct {
	Value
	Refs    []Ref `json:"refs,omitempty"`    // the order that it stands under, where the text names several
	Open    bool  `json:"open,omitempty"`    // its words speak of what is still to come, missing or in doubt
	Partial bool  `json:"partial,omitempty"` // they say that something is still to come
}

// Address is one mailbox of a header field.
type Address struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"` // as written, local part and domain
}

// Envelope is the head of a mail: enough to find the supplier before anything else is read.
type Envelope struct {
	From          []Address `json:"from,omitempty"`
	Sender        []Address `json:"sender,omitempty"`
	ReplyTo       []Address `json:"reply_to,omitempty"`
	Recipients    []string  `json:"recipients,omitempty"`  // To, Cc, Delivered-To, X-Original-To, Envelope-To: where a plus address may carry our key
	ReturnPath    string    `json:"return_path,omitempty"` // "<>" when present and empty
	Subject       string    `json:"subject,omitempty"`
	Date          time.Time `json:"date,omitzero"`
	MessageID     string    `json:"message_id,omitempty"` // without angle brackets
	InReplyTo     []string  `json:"in_reply_to,omitempty"`
	References    []string  `json:"references,omitempty"`
	Planted       string    `json:"planted,omitempty"` // the Message-ID that waybill gave to the mail, where the server that sent it may have given it another
	Sending       string    `json:"sending,omitempty"` // the key of that one sending, by which waybill knows a copy of its own mail again
	AutoSubmitted string    `json:"auto_submitted,omitempty"`
	Robot         string    `json:"robot,omitempty"` // the header that says a robot wrote it; decides whether we answer, never whether we read
	ContentType   string    `json:"content_type,omitempty"`
}

// Report is what a delivery status notification says (RFC 3464), or a mail that is one in all but form.
type Report struct {
	Recipient   string   `json:"recipient,omitempty"`
	Status      string   `json:"status,omitempty"` // enhanced status code, "5.1.1"
	Action      string   `json:"action,omitempty"` // failed, delayed, delivered, relayed, expanded
	Diagnostic  string   `json:"diagnostic,omitempty"`
	OriginalIDs []string `json:"original_ids,omitempty"` // Message-IDs of the mail that bounced
}

// Part is one leaf of the document, as it was read.
type Part struct {
	Number string `json:"number"`
	Type   string `json:"type"` // media type
	Name   string `json:"name,omitempty"`
	Size   int    `json:"size"`
	Read   bool   `json:"read"`           // something here was understood
	Text   string `json:"text,omitempty"` // decoded (HTML: extracted) text, only when asked for (Profile.KeepText)
	// New is what the writer of a mail's body has just written: Text without quotations, signature and legal text. Kept with Text.
	New string `json:"new,omitempty"`
}

// Problem is something that could not be read, with what a person can do about it.
type Problem struct {
	At   Place  `json:"at,omitzero"`
	Code string `json:"code"` // "excel_damage", "too_large", "too_deep", "encrypted", "unknown_format", "no_header", "bad_row", …
	Text string `json:"text"` // a sentence
}

// Reading is what an item says.
type Reading struct {
	Format     string      `json:"format"` // "mail", "csv", "xlsx", "text", "pdf", "x12", "edifact", "zip"
	Kind       Kind        `json:"kind"`   // of the whole: its most consequential statement, or bounce, auto_reply, other
	KindAt     Value       `json:"kind_at,omitzero"`
	Envelope   *Envelope   `json:"envelope,omitempty"`
	Report     *Report     `json:"report,omitempty"` // for a bounce
	Statements []Statement `json:"statements,omitempty"`
	// Asides stand in the order of the text, part by part.
	Asides   []Aside   `json:"asides,omitempty"`
	Parts    []Part    `json:"parts,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
	Language string    `json:"language,omitempty"`
	// BodyHash is SHA-256 (hex) over the new text without white space, and what is attached: same Message-ID and same body may be a repeat, same Message-ID
	// and another body is none.
	BodyHash string `json:"body_hash,omitempty"`
	// Tables are the headings of the tables in it, only when asked for (Profile.KeepHeads).
	Tables []Table `json:"tables,omitempty"`
	// Found are the cells in which texts stand that were asked for (Profile.Seek).
	Found []Found `json:"found,omitempty"`
}

// Table is how the columns of one table were understood.
type Table struct {
	Part    string    `json:"part,omitempty"`
	Sheet   string    `json:"sheet,omitempty"`
	Columns []Heading `json:"columns"`
}

// Heading is what stands over one column, and what it was taken for.
type Heading struct {
	Title   string `json:"title"`
	Meaning string `json:"meaning,omitempty"` // as in Profile.Columns; "" when nothing tells
	By      string `json:"by,omitempty"`      // "profile", "heading" or "cells"
}

// Found is a cell that holds a text that was sought.
type Found struct {
	Sought string  `json:"sought"` // as in Profile.Seek
	Cell   Value   `json:"cell"`
	Head   Heading `json:"head"`
}

// Profile is what is known of how one supplier writes. The zero Profile reads mail and files of anyone.
type Profile struct {
	Supplier string `json:"supplier,omitempty"`
	// OrderPatterns are regular expressions (RE2) of order and PO numbers; the first group, if any, is the number.
	OrderPatterns []string `json:"order_patterns,omitempty"`
	// Columns maps a header as the supplier writes it (folded to lower case) to a meaning: order, tracking, carrier, sku,
	// quantity, ordered, shipped, backorder, remaining, cancelled, status, name, street, postcode, city, country, phone, email, date,
	// theirs, key, return, ignore.
	Columns map[string]string `json:"columns,omitempty"`
	// Charset is used where the paper declares none and is not UTF-8.
	Charset string `json:"charset,omitempty"`
	// Carrier is the slug this supplier ships with when nothing else tells.
	Carrier string `json:"carrier,omitempty"`
	// Phrases are words of this supplier's own and what they mean.
	Phrases map[string]Kind `json:"phrases,omitempty"`
	// References are regular expressions (RE2) of the supplier's own references: what fits as a whole is theirs, where no word calls it otherwise.
	References []string `json:"references,omitempty"`
	// Carriers maps the shape of a tracking number (RE2, the number as a whole) to the slug that this supplier ships such numbers with. It yields to a
	// check digit, a link or a name.
	Carriers map[string]string `json:"carriers,omitempty"`
	// KeepHeads asks for Reading.Tables.
	KeepHeads bool `json:"keep_heads,omitempty"`
	// Seek asks in which cells of tables these texts stand, without regard to case, blanks and signs.
	Seek []string `json:"seek,omitempty"`
	// KeepText asks for the decoded text in Parts.
	KeepText bool `json:"keep_text,omitempty"`
	// Own are domains and addresses of the shop itself, whose text in a reply is quoted text.
	Own []string `json:"own,omitempty"`
}

// Limits are the bounds of promise 15 (docs/promises.md), checked before any library looks at the bytes.
const (
	MaxMessage    = 25 << 20
	MaxHeader     = 256 << 10
	MaxDepth      = 20
	MaxParts      = 200
	MaxParameters = 200
	MaxLine       = 64 << 10
	MaxUnzipped   = 64 << 20
	MaxRatio      = 100
	MaxRows       = 200_000
	MaxColumns    = 512
	MaxRecord     = 64 << 10
)
