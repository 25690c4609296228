package templates

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"
)

// FileNameData is what the template of a file's name sees.
type FileNameData struct {
	Number      string // of the purchase order; of the batch, when the file holds several
	OrderNumber string // of the customer's order; empty for a batch
	Supplier    Supplier
	Account     string    // the shop's customer number at the supplier
	Orders      int       // purchase orders in the file
	Now         time.Time // when it was made, in the supplier's time zone
}

// nameData is FileNameData with safe texts, and the time as people write it in names.
type nameData struct {
	Number, OrderNumber, Supplier, Account string
	Orders                                 int
	Date, Time, Year, Month, Day           string
}

// maxName fits every file system and leaves room for ".part".
const maxName = 180

// FileName makes a file's name from a template such as "po_{{.Number}}.csv". The fields are Number, OrderNumber,
// Supplier (the slug), Account, Orders, Date (20250826), Time (143000), Year, Month and Day. The name has only letters, digits, dot, dash and underscore: other
// characters of a value become "_" and a short hash follows, so that two numbers never make the same name.
func FileName(pattern string, data FileNameData) (string, error) {
	t, err := texttemplate.New("name").Option("missingkey=error").Parse(pattern)
	if err != nil {
		return "", fmt.Errorf("file name %q: %s", pattern, strings.TrimPrefix(err.Error(), "template: name:"))
	}
	out := limited{most: 4 * maxName}
	err = t.Execute(&out, nameData{
		Number: safe(data.Number), OrderNumber: safe(data.OrderNumber), Supplier: safe(data.Supplier.Slug), Account: safe(data.Account), Orders: data.Orders,
		Date: data.Now.Format("20060102"), Time: data.Now.Format("150405"),
		Year: strconv.Itoa(data.Now.Year()), Month: data.Now.Format("01"), Day: data.Now.Format("02"),
	})
	if err != nil {
		return "", fmt.Errorf("file name %q: %s; there are .Number, .OrderNumber, .Supplier, .Account, .Orders, .Date, .Time, .Year, .Month and .Day",
			pattern, strings.TrimPrefix(err.Error(), "template: name:"))
	}
	name := out.String()
	switch {
	case name == "" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-"):
		return "", fmt.Errorf("file name %q makes %q; expected a name that starts with a letter, a digit or an underscore", pattern, name)
	case len(name) > maxName:
		return "", fmt.Errorf("file name %q makes a name of %d characters; expected at most %d", pattern, len(name), maxName)
	case strings.HasSuffix(strings.ToLower(name), ".part"):
		return "", fmt.Errorf("file name %q ends in .part, which means a file that is not whole yet", pattern)
	}
	if i := strings.IndexFunc(name, unsafe); i >= 0 {
		return "", fmt.Errorf("file name %q makes %q; expected only letters, digits, dot, dash and underscore", pattern, name)
	}
	return name, nil
}

// CheckFileName tells whether a template makes good names, and different ones for different purchase orders: a second file under
// the name of the first could replace it before it was read. For batches it is enough that names differ from minute to minute.
func CheckFileName(pattern, format string, batch bool) error {
	at := time.Date(2025, time.August, 26, 14, 30, 0, 0, time.UTC)
	one, err := FileName(pattern, FileNameData{Number: "1001-A", OrderNumber: "1001", Supplier: Supplier{Slug: "prairie"}, Account: "C-4711", Orders: 1, Now: at})
	if err != nil {
		return err
	}
	if batch {
		at = at.Add(time.Minute)
	}
	two, err := FileName(pattern, FileNameData{Number: "1002-A", OrderNumber: "1002", Supplier: Supplier{Slug: "prairie"}, Account: "C-4711", Orders: 1, Now: at})
	if err != nil {
		return err
	}
	if one == two {
		return fmt.Errorf("file name %q makes the same name for two files; put {{.Number}} into it", pattern)
	}
	if ext := path.Ext(one); format == "xlsx" && !strings.EqualFold(ext, ".xlsx") {
		return errors.New("an xlsx file must be named .xlsx")
	}
	return nil
}

// safe makes a value fit for a file name.
func safe(value string) string {
	if strings.IndexFunc(value, unsafe) < 0 {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	clean := strings.Map(func(r rune) rune {
		if unsafe(r) {
			return '_'
		}
		return r
	}, value)
	return shortName(clean) + "_" + hex.EncodeToString(sum[:3])
}

func shortName(s string) string { return s[:min(len(s), 64)] }

func unsafe(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_')
}
