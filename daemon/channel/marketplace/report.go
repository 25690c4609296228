package marketplace

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"waybill/daemon/channel"
)

// problems are what a marketplace's answer complains of.
type problems []string

func (p problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return &channel.Refused{Reasons: p}
}

// notAll are the two numbers at the head of a processing report (200828080): "Number of records processed", "Number of records successful".
var recordCount = regexp.MustCompile(`(?i)number of records (processed|successful)\D{0,8}([0-9]{1,9})`)

// isOrders tells the header of an order report: there, no cell is a buyer's.
func isOrders(text string) bool {
	header, _, _ := strings.Cut(strings.TrimLeft(text, " \r\n"), "\n")
	cells := strings.Split(strings.ToLower(strings.TrimSpace(header)), "\t")
	return slices.Contains(cells, "sku") && !slices.Contains(cells, "original-record-number") && (slices.Contains(cells, "order-id") || slices.Contains(cells, "amazon-order-id"))
}

// readProcessing reads Amazon's answer to a confirmation file: a summary, and below it a table with original-record-number, error-code,
// error-type and error-message. is tells whether the text is one at all.
func readProcessing(name, text string) (found problems, is bool, err error) {
	head := text[:min(len(text), 4096)]
	if isOrders(text) {
		return nil, false, nil // whatever a buyer has written into a gift message
	}
	if !strings.Contains(strings.ToLower(head), "original-record-number") && !recordCount.MatchString(head) {
		return nil, false, nil
	}
	counts := map[string]string{}
	for _, m := range recordCount.FindAllStringSubmatch(head, -1) {
		counts[strings.ToLower(m[1])] = m[2]
	}
	at := strings.Index(strings.ToLower(text), "original-record-number")
	if at >= 0 {
		t, err := splitTabs(text[at:])
		if err != nil {
			return nil, true, err
		}
		for _, r := range t.rows {
			kind := strings.ToLower(r.get("error-type"))
			if strings.HasPrefix(kind, "warn") {
				continue
			}
			what := joined(r.get("order-id", "amazon-order-id"), r.get("sku"))
			found = append(found, strings.TrimSpace(fmt.Sprintf("%s: record %s %s: %s (%s)", name, r.get("original-record-number"), what, r.get("error-message"), r.get("error-code"))))
		}
	}
	if len(found) == 0 && counts["processed"] != counts["successful"] {
		found = append(found, fmt.Sprintf("%s: %s records processed, %s successful", name, counts["processed"], counts["successful"]))
	}
	return found, true, nil
}
