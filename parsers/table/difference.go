package table

import (
	"strings"

	"waybill/parsers"
)

// Whatever a column of pieces is called, its numbers say what it counts where they are what the others leave: 5 ordered, 3 delivered, 2.

// counting tells a table of which some column counts pieces.
func (r *reader) counting() bool {
	return r.has(Ordered) || r.has(Shipped) || r.has(Quantity) || r.has(Backorder) || r.has(Remaining)
}

// stateCounted is what a column of pieces counts whose heading is a state: "In backorder", "Livrée", "Non livré".
func stateCounted(title string) Meaning {
	s, ok := titleState(title)
	switch {
	case !ok:
		return Unknown
	case s.kind == parsers.OutOfStock:
		return Short
	case s.kind == parsers.Backorder:
		return Backorder
	case s.kind == parsers.Cancellation:
		return Cancelled
	case s.kind == parsers.Shipment && !s.partial:
		return Shipped
	case s.waits():
		return Remaining
	}
	return Unknown
}

// asDifference finds the column, whatever its heading, that holds in every row what was ordered less what has left, and in some row more than nothing.
func (r *reader) asDifference(data []row, ballots []ballot) {
	ordered, left := r.only(Ordered), r.only(Shipped)
	if left < 0 || r.has(Backorder) || r.has(Remaining) || r.has(Short) || r.has(Cancelled) {
		return
	}
	if ordered < 0 {
		ordered = r.only(Quantity)
	}
	found := -1
	for i := range r.columns {
		c, b := &r.columns[i], &ballots[i]
		if ordered < 0 || c.Meaning != Unknown || c.Title == "" || stateCounted(c.Title) != Unknown || b.filled == 0 || b.pieces < b.filled || !leaves(data, ordered, left, i) {
			continue
		}
		if found >= 0 {
			return
		}
		found = i
	}
	if found >= 0 {
		r.columns[found].Meaning, r.columns[found].By = Remaining, "cells"
	}
}

// only is the one column of a meaning; -1 where there is none, or several.
func (r *reader) only(m Meaning) int {
	found := -1
	for i := range r.columns {
		if r.columns[i].Meaning != m {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// leaves tells whether column i holds in all rows what the second column leaves of the first: something in one of them and nothing in another, as no other
// numbers do by chance. An empty cell is nothing.
func leaves(data []row, first, second, i int) bool {
	some, none := false, false
	for j := range data {
		of, ok := quantity(data[j].cell(first))
		if !ok {
			if blank(data[j].cell(first)) {
				continue
			}
			return false
		}
		less, _ := quantity(data[j].cell(second))
		rest, _ := quantity(data[j].cell(i))
		if of-less != rest {
			return false
		}
		some, none = some || rest > 0, none || rest == 0
	}
	return some && none
}

// easternCounts are pieces of headings over numbers of pieces in Chinese and Japanese, simplified; the first that is found decides.
var easternCounts = []struct {
	meaning Meaning
	signs   *parsers.AnyOf
}{
	{Ignore, parsers.NewAnyOf("箱", "包裹", "個口", "个口", "件数", "重", "在庫", "库存", "枚数")},
	{Cancelled, parsers.NewAnyOf("取消", "キャンセル")},
	{Backorder, parsers.NewAnyOf("缺", "欠品", "入荷待")},
	{Remaining, parsers.NewAnyOf("未", "残", "余", "剩", "待", "后送", "不足", "欠")},
	{Shipped, parsers.NewAnyOf("出荷", "发送", "納品", "納入", "发", "寄", "实", "出库", "出庫", "配送")},
	{Ordered, parsers.NewAnyOf("注文", "受注", "発注", "订", "采购")},
}

// easternCount is what a heading in Chinese or Japanese counts that ends in a word for pieces: "未交数量", "納品数".
func easternCount(folded string) Meaning {
	plain := simplified.Replace(folded)
	if !eastern(plain) || len(plain) > 30 || !strings.HasSuffix(plain, "数") && !strings.HasSuffix(plain, "数量") {
		return Unknown
	}
	for _, c := range easternCounts {
		if c.signs.In(plain) {
			return c.meaning
		}
	}
	return Unknown
}
