package marketplace

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"

	"waybill/daemon/channel"
	"waybill/parsers/carrier"
)

// Confirmation says how the file of shipments is written.
type Confirmation struct {
	Kind     Kind
	Country  string
	Encoding string            // "" is utf-8; shift-jis for Japan
	Carriers map[string]string // our slug to the marketplace's word, before its own list
	Zone     *time.Location    // of ship-date
}

// Extension is how the file's name ends.
func (c Confirmation) Extension() string {
	if c.Kind == EBay {
		return ".csv"
	}
	return ".txt"
}

// Write writes a row for each parcel's line. left says in words what is not in the file and why. A file without rows is nil.
func (c Confirmation) Write(rows []channel.TrackingRow) (file []byte, left []string, err error) {
	var out bytes.Buffer
	var write func(channel.TrackingRow) []string
	if c.Kind == EBay {
		out.WriteString(strings.Join(ebayHeader(), ",") + "\r\n")
		write = c.ebayRow
	} else {
		out.WriteString(c.amazonHeader())
		write = c.amazonRow
	}
	n := 0
	for _, r := range rows {
		switch why := c.unfit(r); {
		case why != "":
			left = append(left, fmt.Sprintf("%s, %s: %s", r.OrderNumber, r.SKU, why))
		case r.Quantity == 0 && r.Corrects == 0 && c.Kind != EBay:
			left = append(left, fmt.Sprintf("%s, %s: %s is a further parcel of the same pieces, for which Amazon has no place", r.OrderNumber, r.SKU, r.TrackingNumber))
		default:
			n++
			out.WriteString(c.join(write(r)))
		}
	}
	if n == 0 {
		return nil, left, nil
	}
	name := c.Encoding
	if name == "" && c.Kind == Amazon && c.Country == "JP" {
		name = "shift-jis"
	}
	enc, err := encodingOf(cmp.Or(name, "utf-8"))
	if err != nil {
		return nil, left, err
	}
	if name == "utf-8-bom" {
		return append([]byte("\xef\xbb\xbf"), out.Bytes()...), left, nil
	}
	if enc == encoding.Nop {
		return out.Bytes(), left, nil
	}
	file, err = encoding.ReplaceUnsupported(enc.NewEncoder()).Bytes(out.Bytes())
	return file, left, err
}

// unfit says why a row must not be in the file. "NULL", or nothing, in the place of a number takes away what is there (201576520).
func (c Confirmation) unfit(r channel.TrackingRow) string {
	switch number := strings.TrimSpace(r.TrackingNumber); {
	case number == "" || strings.EqualFold(number, "null"):
		return "there is no tracking number, and a blank one would take away what is there; confirm it by hand"
	case c.Kind == Amazon && !amazonID.MatchString(r.OrderID):
		return fmt.Sprintf("%.40q is no order number of Amazon's", r.OrderID)
	case c.Kind == EBay && !ebayID.MatchString(r.OrderID):
		return fmt.Sprintf("%.40q is no order number of eBay's", r.OrderID)
	case r.LineID == "":
		return "the order's line has no id"
	}
	return ""
}

// join makes a line. Nothing that came from a supplier may add a cell or a line.
func (c Confirmation) join(cells []string) string {
	for i, s := range cells {
		cells[i] = cell(s)
		if c.Kind == EBay && strings.ContainsAny(cells[i], "\",\n") {
			cells[i] = `"` + strings.ReplaceAll(cells[i], `"`, `""`) + `"`
		}
	}
	if c.Kind == EBay {
		return strings.Join(cells, ",") + "\r\n"
	}
	return strings.Join(cells, "\t") + "\r\n"
}

// amazonHeader: in Japan the template's three lines (its mark, the names in Japanese, the names of the fields) with a field of its own at the end;
// elsewhere the names of the fields.
func (c Confirmation) amazonHeader() string {
	const fields = "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method"
	if c.Country != "JP" {
		return fields + "\r\n"
	}
	return "TemplateType=OrderFulfillment\tVersion=2011.1102\tこの行はAmazonが使用しますので変更や削除しないでください。\t\t\t\t\t\t\r\n" +
		"注文番号\t注文商品番号\t出荷数\t出荷日\t配送業者コード\t配送業者名\tお問い合わせ伝票番号\t配送方法\t代金引換\r\n" +
		fields + "\tcod-collection-method\r\n"
}

// amazonRow: the pieces are told always; they are needed when an order is split. A corrected number takes the place of the old one.
func (c Confirmation) amazonRow(r channel.TrackingRow) []string {
	quantity := r.Quantity
	if quantity == 0 {
		quantity = r.Corrects
	}
	code, name := c.amazonCarrier(r.Carrier)
	cells := []string{r.OrderID, r.LineID, strconv.Itoa(quantity), r.ShippedAt.In(c.zone()).Format("2006-01-02"), code, name, r.TrackingNumber, ""}
	if c.Country == "JP" {
		cells = append(cells, "")
	}
	return cells
}

func (c Confirmation) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// amazonCarrier gives carrier-code, and carrier-name where it is Other ("1 to 50 characters", 641).
func (c Confirmation) amazonCarrier(slug string) (code, name string) {
	if code := c.Carriers[slug]; code != "" {
		return code, ""
	}
	list := amazonCarriers()
	if c.Country == "AU" {
		list = australianCarriers()
	}
	if code := list[slug]; code != "" {
		return code, ""
	}
	name = cmp.Or(strings.TrimSpace(carrier.Name(slug)), "Carrier")
	for len(name) > 50 {
		r := []rune(name)
		name = string(r[:len(r)-1])
	}
	return "Other", name
}

// amazonCarriers are our slugs and Amazon's codes (641, of amazon.sg and amazon.com). Other countries' lists are in the Data Definitions of their
// templates; what is not in this one goes as Other with its name.
func amazonCarriers() map[string]string {
	return map[string]string{"usps": "USPS", "ups": "UPS", "ups-mi": "UPSMI", "fedex": "FedEx", "dhl": "DHL", "dhl-global-mail": "DHL Global Mail",
		"lasership": "Lasership", "royal-mail": "Royal Mail", "ontrac": "OnTrac", "canada-post": "Canada Post", "gls": "GLS",
		"parcelforce": "Parcelforce", "tnt": "TNT", "sagawa": "SagawaExpress", "taqbin-jp": "YamatoTransport", "ninjavan": "Ninjavan",
		"singapore-post": "Singapore Post", "4px": "4PX", "yanwen": "Yanwen", "aramex": "Aramex", "china-post": "China Post",
		"sf-express": "SF Express"}
}

// australianCarriers: there carrier-code is required (641, of amazon.com.au). Australia Post has two codes; a parcel's own number is an article's.
func australianCarriers() map[string]string {
	return map[string]string{"australia-post": "Australia Post-ArticleId", "4px": "4PX", "aramex": "Aramex", "couriers-please": "Couriers Please", "china-post": "China Post",
		"dhl": "DHL", "china-ems": "EUB", "fedex": "FedEx", "india-post": "India Post", "sendle": "Sendle", "sf-express": "SF Express", "tnt": "TNT",
		"ups": "UPS", "usps": "USPS", "yanwen": "YANWEN", "yunexpress": "Yun Express"}
}
