package routing

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
)

// Money is what something costs, as rules see it.
type Money struct {
	Amount   order.Amount
	Currency string // ISO 4217; empty where the channel does not tell it
}

func (m Money) String() string { return strings.TrimSpace(m.Amount.String() + " " + m.Currency) }

// Limit is the money that a rule compares with: an amount for each currency that it names. It is made when the configuration is loaded.
type Limit []Money

// parseLimit reads "500 USD" and the like, one text for each currency.
func parseLimit(texts []string) (Limit, error) {
	var limit Limit
	for _, text := range texts {
		number, currency, _ := strings.Cut(strings.TrimSpace(text), " ")
		amount, err := order.ParseAmount(number)
		if currency = strings.TrimSpace(currency); err != nil || len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return nil, fmt.Errorf("%.40q is no amount of money; expected a number and a currency like \"500 USD\" or \"49.90 EUR\"", text)
		}
		if slices.ContainsFunc(limit, func(m Money) bool { return m.Currency == currency }) {
			return nil, fmt.Errorf("%s is there twice", currency)
		}
		limit = append(limit, Money{amount, currency})
	}
	if len(limit) == 0 {
		return nil, fmt.Errorf("money() is empty; expected amounts like money(\"500 USD\", \"450 EUR\")")
	}
	return limit, nil
}

// compare is -1, 0 or +1 as money is less than, equal to or more than the limit in its own currency. An order in a currency that the rule does
// not name is an error, which holds the order: what "above 500 USD" means in another currency is nobody's guess to make.
func (l Limit) compare(m Money) (int, error) {
	var named []string
	for _, other := range l {
		if other.Currency == m.Currency {
			return m.Amount.Compare(other.Amount), nil
		}
		named = append(named, other.Currency)
	}
	if m.Currency == "" {
		return 0, fmt.Errorf("the order does not tell its currency, and the gate compares with %s", strings.Join(named, " and "))
	}
	return 0, fmt.Errorf("the order is in %s, and the gate names no amount in %s, only in %s", m.Currency, m.Currency, strings.Join(named, " and "))
}

// compareMoney compares two values of one order.
func compareMoney(a, b any) (int, error) {
	switch x := a.(type) {
	case Money:
		switch y := b.(type) {
		case Money:
			if x.Currency != y.Currency {
				return 0, fmt.Errorf("%s cannot be compared with %s", x.Currency, y.Currency)
			}
			return x.Amount.Compare(y.Amount), nil
		case Limit:
			return y.compare(x)
		}
	case Limit:
		if y, ok := b.(Money); ok {
			n, err := x.compare(y)
			return -n, err
		}
	}
	return 0, fmt.Errorf("%T cannot be compared with %T", a, b)
}

// comparison is an operator, and what it says of less (-1), equal (0) and more (+1).
type comparison struct {
	operator, name string
	holds          func(int) bool
}

// comparisons are the operators that money understands, under the names that the expression language calls them by.
var comparisons = []comparison{
	{">", "moneyMore", func(n int) bool { return n > 0 }},
	{">=", "moneyAtLeast", func(n int) bool { return n >= 0 }},
	{"<", "moneyLess", func(n int) bool { return n < 0 }},
	{"<=", "moneyAtMost", func(n int) bool { return n <= 0 }},
	{"==", "moneySame", func(n int) bool { return n == 0 }},
	{"!=", "moneyOther", func(n int) bool { return n != 0 }},
}
