package marketplace

import (
	"cmp"
	"strings"

	"waybill/daemon/channel"
	"waybill/parsers/carrier"
)

// ebayHeader are the columns of the file that "Add order tracking and shipping info" takes. Their exact spelling could not be checked: the template
// that the Seller Hub gives for download decides (docs/marketplaces.md).
func ebayHeader() []string {
	return []string{"Order Number", "Item Number", "Transaction ID", "Shipping Carrier", "Tracking Number", "Shipped On Date"}
}

// ebayRow: eBay takes several numbers for one item, a row each.
func (c Confirmation) ebayRow(r channel.TrackingRow) []string {
	item, transaction, _ := strings.Cut(r.LineID, "-")
	name := cmp.Or(c.Carriers[r.Carrier], ebayCarriers()[r.Carrier], strings.TrimSpace(carrier.Name(r.Carrier)), "Other")
	return []string{r.OrderID, item, transaction, name, r.TrackingNumber, r.ShippedAt.In(c.zone()).Format("2006-01-02")}
}

// ebayCarriers are words that eBay's lists have otherwise than ours (general knowledge).
func ebayCarriers() map[string]string {
	return map[string]string{"royal-mail": "Royal Mail", "dhl-germany": "DHL", "ups": "UPS", "usps": "USPS", "fedex": "FedEx", "australia-post": "Australia Post",
		"evri": "Hermes", "canada-post": "Canada Post"}
}
