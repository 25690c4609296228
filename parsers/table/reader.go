package table

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// row is one row as it was cut.
type row struct {
	number  int // from 1, as a spreadsheet counts
	line    int // line of the text it begins at, from 1
	cells   []string
	at      []parsers.Place // places of the cells where they are not part, sheet, row and column
	open    bool            // the text ended within a quoted cell
	last    bool            // nothing follows
	ended   bool            // a line end follows
	padded  bool            // it has the cells of the longest row, whatever stands in them
	quoted  bool            // cells hold line ends
	torn    map[int]string  // numbers that go on in the row below, whole, by column from 0
	links   map[int]string  // addresses that cells lead to, by column from 0
	struck  map[int]bool    // cells that are struck out
	beside  []parsers.Value // what notes on its cells say, in a workbook
	unseen  bool            // the workbook does not show it
	own     bool            // nobody else writes into its cells
	waiting bool            // all of its product is still open
}

// heldRows is how many rows are looked at before it is decided what the columns mean.
const heldRows = 64

// reader turns rows into statements. It holds the first rows back, decides what the columns mean, then reads row by row.
type reader struct {
	profile  parsers.Profile
	patterns []parsers.OrderPattern
	judge    Judge
	part     string
	sheet    string
	result   Result

	held      []row
	decided   bool
	columns   []Column      // one for each column; Meaning Unknown where nothing tells
	uses      uses          // the same, by meaning
	remarks   []int         // columns of notes, then of states
	hidden    map[int]bool  // columns that a person does not see, by column from 0
	veiled    bool          // it was told that rows are hidden
	habits    []habits      // by column from 0
	shaded    bool          // words over the table leave open whether its parcels left
	specimen  bool          // the file's name says that it only shows the form
	asked     map[int]state // what the columns of yes and no ask for, by column from 0
	waitedFor map[int]bool  // columns of days, from 0, that only rows have of which something is still to come
	flag      bool          // the column "shipped" holds nothing but 0 and 1: it may say yes and no
	shares    bool          // the column of pieces that left tells of how many: 3/4
	width     int           // the number of cells that rows have; 0 when they differ
	fewest    int           // the fewest cells of a row so far, up to the last one in which something stands
	seen      int           // rows that are not empty
	last      int           // number of the row before, in a workbook

	text  bool           // the table stands in a text, which names the order
	items []parsers.Line // of rows that name products and nothing else
	rows  int            // there are so many, where that is known

	unnamed    []int   // statements whose unknown cells were handed on, see nameless
	voiceless  bool    // a row has a parcel and no such cell
	beside     []int   // columns at which tables begin that stand side by side
	legend     Legend  // what codes of states mean
	legendUsed bool    // a cell is one of the codes
	section    section // what a title says of the rows below it
	lent       *lent   // the order that products below it belong to

	orders      []parsers.Ref // of the row before, for rows of the same order that leave it out
	ordersRow   int
	ahead       []int         // statements, by index, of rows whose order may stand below them
	summed      int           // statements, from the first, of rows above the last subtotal that names an order
	bereft      int           // rows that name an order and say nothing of it
	beyond      string        // what stands around the table, as far as it may name a carrier
	openRows    []openRow     // rows of which all pieces are open, for what becomes of them
	openSheets  []openLine    // of rows that say only what is still open, see openSheet
	guessed     bool          // nothing but their length says that the numbers of a table without a heading are parcels'
	perhaps     bool          // nothing but their form says that the codes of such a table are goods'
	solitary    []int         // statements, by index, of rows with a parcel and nothing else, given to the order above
	below       int           // rows that an order in the middle still has below it; -1: the order stands first
	sent        parsers.Value // the parcel that the rows before gave to their order
	not         []string      // scratch of trackings
	roomRefs    slab[parsers.Ref]
	roomParties slab[parsers.Party]
	roomLines   slab[parsers.Line]
	carriers    map[string]string // carrier cells already normalised
	headed      map[string]string // carriers that headings name
	states      map[cellRead]stateFound
	judgements  int                     // cells that were judged
	meanings    map[string]headingFound // of cells that were looked at as headings
	trackingLen int                     // length that all tracking numbers had so far; -1 when they differ
}

// cellRead is a cell that was read as a state, or as a note.
type cellRead struct {
	text  string
	whole bool
}

type stateFound struct {
	state state
	ok    bool
}

// uses are the columns by what they hold, as indexes from 0.
type uses struct {
	orders, keys, theirs, invoices, customers             []int
	tracking, links                                       []int
	carrier, sku, title, contents, status, note, expected []int
	quantity, ordered, shipped                            []int
	backorder, remaining, cancelled, sent, void           []int
	short, back                                           []int
	name, first, last, company, street, house, postcode   []int
	city, region, country, phone, email                   []int
}

// gap tells that rows before this one are missing from the file, for nothing stands in them.
func (r *reader) gap(number int) {
	if number > r.last+1 {
		r.orders, r.sent = nil, parsers.Value{}
	}
	r.last = number
}

// add takes the next row.
func (r *reader) add(w row) {
	if w.empty() {
		r.orders, r.sent, r.ahead, r.below = nil, parsers.Value{}, nil, -1
		return
	}
	r.seen++
	if r.decided {
		r.read(w)
		return
	}
	// Rows are held back until it is clear what they mean; of names and values, all.
	if !w.own {
		w.cells = slices.Clone(w.cells)
	}
	if r.held == nil {
		r.held = make([]row, 0, min(r.rows, heldRows))
	}
	r.held = append(r.held, w)
	if len(r.held) == heldRows && len(r.records(r.held)) == 0 {
		r.flush()
	}
}

// flush decides, then reads what was held back.
func (r *reader) flush() {
	if r.decided {
		return
	}
	r.decided = true
	r.named()
	held := r.held
	r.held = nil
	if len(held) == 0 {
		return
	}
	if records := r.records(held); len(records) > 0 {
		for _, one := range records {
			r.columns, r.orders = one.columns, nil
			r.use()
			r.read(one.row)
		}
		return
	}
	heading, first, rows := r.findHeading(held)
	data := held
	if rows > 0 {
		r.result.HeaderRow = heading.number
		r.preamble(held[:first])
		data = held[first+rows:]
		r.columns = r.headingColumns(heading)
		r.beside = besides(r.columns)
	}
	part := data[:r.nextHeading(data)]
	if rows == 0 && len(data) > 1 && !numbered(&data[0]) && numbered(&data[1]) {
		r.vote(part[1:]) // names that nobody knows say nothing of what stands below them
	} else {
		r.vote(part)
	}
	r.electCodes(part)
	r.use()
	r.sheeted()
	if rows == 0 && len(data) > 1 && r.isHeading(&data[0]) {
		r.result.HeaderRow = data[0].number
		for i := range min(len(data[0].cells), len(r.columns)) { // names may stand above nothing
			r.columns[i].Title = data[0].cell(i)
		}
		data, part = data[1:], part[1:]
	}
	r.width = commonWidth(held[max(first+rows-1, 0):])
	for _, w := range part {
		r.read(w)
	}
	for data = data[len(part):]; len(data) > 0; data = data[len(part):] { // another table under its own heading
		r.read(data[0])
		part = data[1:][:r.nextHeading(data[1:])]
		r.vote(part)
		r.electCodes(part)
		r.use()
		for _, w := range part {
			r.read(w)
		}
		data = data[1:]
	}
}

// nextHeading is the place of the first row that is a heading of other columns than those that are read, or how many rows there are.
func (r *reader) nextHeading(data []row) int {
	if r.result.HeaderRow == 0 || len(r.beside) > 0 {
		return len(data)
	}
	for i := range data {
		if !counted(&data[i]) && r.headingScore(&data[i]) >= 2 && r.renames(&data[i]) {
			return i
		}
	}
	return len(data)
}

// counted tells a row with a cell that is a number and nothing else: no column is called so.
func counted(w *row) bool {
	return slices.ContainsFunc(w.cells, func(c string) bool { return c != "" && digitsIn(c) == len(c) })
}

// renames tells whether a heading calls a column otherwise.
func (r *reader) renames(w *row) bool {
	for i := range w.cells {
		if c := clean(w.cells[i]); c != "" && (i >= len(r.columns) || r.columns[i].Title != c) {
			return true
		}
	}
	return false
}

// sheeted lends the rows of a sheet without a column for orders the order that the sheet is called after.
func (r *reader) sheeted() {
	if r.lent != nil || r.sheet == "" || len(r.uses.orders)+len(r.uses.keys) > 0 {
		return
	}
	for k := range r.patterns {
		if found := everyMatch(&r.patterns[k], r.sheet); len(found) == 1 {
			at := parsers.Place{Part: r.part, Sheet: r.sheet}
			r.lent = &lent{refs: []parsers.Ref{{Value: parsers.Value{Text: found[0], At: at}, Label: parsers.LabelOrder}}}
			if t := &r.section; t.ok && !t.state.waits() {
				r.lent.kind, r.lent.at = t.state.kind, t.at
			}
			return
		}
	}
}

// numbered tells a row in which digits stand.
func numbered(w *row) bool {
	return slices.ContainsFunc(w.cells, func(c string) bool { return digitsIn(c) > 0 })
}

// isHeading tells whether the first row of a table whose names nobody knows holds names: words, where the rows after it hold numbers.
func (r *reader) isHeading(w *row) bool {
	if len(r.uses.orders)+len(r.uses.tracking) == 0 || r.hasDigits(w) {
		return false
	}
	_, _, says := r.status(w, false, false)
	return !says
}

// commonWidth is the number of cells of every row but the last, or 0.
func commonWidth(rows []row) int {
	if len(rows) < 2 {
		return 0
	}
	for _, w := range rows[:len(rows)-1] {
		if len(w.cells) != len(rows[0].cells) {
			return 0
		}
	}
	return len(rows[0].cells)
}

// filled is how many cells there are up to the last one in which something stands.
func (w *row) filled() int {
	n := len(w.cells)
	for n > 0 && strings.TrimSpace(w.cells[n-1]) == "" {
		n--
	}
	return n
}

func (w row) empty() bool {
	for _, c := range w.cells {
		if len(c) > 0 && strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// use sorts the columns by meaning.
func (r *reader) use() {
	u := uses{}
	into := map[Meaning]*[]int{
		Order: &u.orders, Key: &u.keys, Theirs: &u.theirs, Invoice: &u.invoices, CustomerNo: &u.customers, Tracking: &u.tracking, Link: &u.links,
		Carrier: &u.carrier, SKU: &u.sku, Title: &u.title, Contents: &u.contents, Status: &u.status, Note: &u.note, Expected: &u.expected, Quantity: &u.quantity,
		Ordered: &u.ordered, Shipped: &u.shipped, Backorder: &u.backorder, Remaining: &u.remaining, Sent: &u.sent, Void: &u.void, Short: &u.short, Cancelled: &u.cancelled, Name: &u.name, FirstName: &u.first, LastName: &u.last,
		Company: &u.company, Street: &u.street, House: &u.house, Postcode: &u.postcode, City: &u.city, Region: &u.region, Country: &u.country, Phone: &u.phone, Email: &u.email,
	}
	for i, c := range r.columns {
		if c.Meaning == Return && numbersReturns(c.Title) {
			u.back = append(u.back, i)
		}
		if list := into[c.Meaning]; list != nil {
			*list = append(*list, i)
		}
	}
	for _, part := range [...]*[]int{&u.name, &u.first, &u.last, &u.company, &u.street, &u.house, &u.postcode, &u.city, &u.region, &u.country} {
		if len(*part) > 1 {
			*part = r.shippedTo(*part)
		}
	}
	slices.SortStableFunc(u.sku, func(a, b int) int { return r.skuRank(a) - r.skuRank(b) })
	slices.SortStableFunc(u.status, func(a, b int) int { // a state that is headed by shipping comes first
		return r.shipRank(a) - r.shipRank(b)
	})
	r.uses, r.remarks = u, slices.Concat(u.note, u.status)
}

// skuRank puts a column that is called SKU before one that is called item or code.
func (r *reader) skuRank(i int) int {
	if strings.Contains(strings.ToLower(r.columns[i].Title), "sku") {
		return 0
	}
	return 1
}

// shipRank puts a column whose heading speaks of shipping before others.
func (r *reader) shipRank(i int) int {
	if r.ships(i) {
		return 0
	}
	return 1
}

// orders0 is the first column of order numbers, or one behind all.
func (u *uses) orders0() int {
	if len(u.orders) == 0 {
		return parsers.MaxColumns
	}
	return u.orders[0]
}

// understood tells whether rows can say anything at all.
func (r *reader) understood() bool {
	u := &r.uses
	return len(u.orders)+len(u.keys)+len(u.theirs)+len(u.tracking)+len(u.links)+len(u.status) > 0
}

// cell gives the trimmed text of a column, or "".
func (w *row) cell(i int) string {
	if i >= len(w.cells) {
		return ""
	}
	return clean(w.cells[i])
}

// clean trims a cell, and takes off what people put around numbers to protect them from spreadsheets: a leading apostrophe, ="…".
func clean(c string) string {
	if c == "" {
		return c
	}
	if first, last := c[0], c[len(c)-1]; first > ' ' && first < 0x80 && last > ' ' && last < 0x80 && first != '\'' && first != '=' && first != '"' {
		return c
	}
	c = strings.TrimFunc(c, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\ufeff' || r == '\u200b' || r == '\u3000' })
	if len(c) > 3 && strings.HasPrefix(c, `="`) && strings.HasSuffix(c, `"`) {
		return c[2 : len(c)-1]
	}
	return strings.TrimPrefix(c, "'")
}

// place is where column i of a row stands.
func (r *reader) place(w *row, i int) parsers.Place {
	if i < len(w.at) {
		return w.at[i]
	}
	return parsers.Place{Part: r.part, Sheet: r.sheet, Row: w.number, Column: i + 1}
}

// value is the first cell of the columns that is not empty.
func (r *reader) value(w *row, columns []int) parsers.Value {
	for _, i := range columns {
		if c := w.cell(i); c != "" && !blank(c) {
			return parsers.Value{Text: c, At: r.place(w, i)}
		}
	}
	return parsers.Value{}
}

// blank tells what people write into a cell to say that there is nothing.
func blank(c string) bool {
	if len(c) == 0 {
		return true
	}
	if len(c) > 5 || c[0] >= '1' && c[0] <= '9' {
		return false
	}
	switch c[0] | 0x20 {
	case 'n', 't', 'k', 'x':
	default:
		if c[0] >= 'A' && c[0] <= 'z' && c[0] != '_' && c[0] != '\\' {
			return false
		}
	}
	switch carrier.Fold(c) {
	case "", "n a", "na", "nil", "null", "none", "tbd", "tba", "nan", "k a", "nd", "n d", "0", "x", "non", "no":
		return true
	}
	return false
}
