package web

import (
	"encoding/json"
	"strings"
	"testing"

	"waybill/daemon/flow"
	"waybill/daemon/store"
)

// imported posts a file and gives its answer's lines.
func (s *shop) imported(query, file string) (status int, lines []flow.Imported) {
	s.t.Helper()
	w := raw(Admin(s.Flow), "POST", "/orders/import?"+query, file, "")
	for line := range strings.Lines(w.Body.String()) {
		var i flow.Imported
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, i)
	}
	return w.Code, lines
}

func TestImport(t *testing.T) {
	s := newShop(t)
	compact := func(text string) string { return strings.ReplaceAll(text, "\n", "") + "\n" }
	file := compact(orderJSON("1001", `"channel":"shop",`, "")) + "{broken\n" + compact(orderJSON("1002", `"US"`, `"us"`)) + compact(orderJSON("1003"))
	status, lines := s.imported("name=orders.jsonl", file)
	if status != 200 || len(lines) != 4 {
		t.Fatalf("%d %+v", status, lines)
	}
	if lines[0].Taken == nil || lines[0].Taken.Outcome != flow.OutcomeNew || lines[0].Taken.Channel != "shop" { // the only one
		t.Errorf("line 1: %+v", lines[0])
	}
	if lines[1].Line != 2 || !strings.HasPrefix(lines[1].Error, "not JSON: line 2, column 2") {
		t.Errorf("line 2: %+v", lines[1])
	}
	if len(lines[2].Fields) != 1 || lines[2].Fields[0].Field != "ship_to.country" {
		t.Errorf("line 3: %+v", lines[2])
	}
	if lines[3].Line != 4 || lines[3].Taken == nil {
		t.Errorf("line 4: %+v", lines[3])
	}
	if _, lines := s.imported("name=form.json", `{"number":1,"zip":2}`); len(lines) != 1 || len(lines[0].Fields) != 2 || lines[0].Fields[1].Field != "zip" {
		t.Errorf("errors of form: %+v", lines)
	}
	if _, lines := s.imported("name=orders.jsonl", file); lines[0].Taken == nil || lines[0].Taken.Outcome != flow.OutcomeSame {
		t.Errorf("again: %+v", lines[0])
	}
	status, lines = s.imported("name=old.csv&already_sent=1&channel=shop", "number,ship_name,ship_country,sku,quantity\n900,Ada,US,PS100,1\n")
	if status != 200 || len(lines) != 1 || lines[0].Taken == nil || lines[0].Taken.State != "accepted" {
		t.Errorf("already sent, and not paid: %d %+v", status, lines)
	}
	status, answer, _ := ask(t, Admin(s.Flow), "POST", "/orders/import?name=x.csv", "a,b\n", "")
	if status != 500 && status != 409 || !strings.HasPrefix(answer["detail"].(string), "x.csv: line 1: the column(s) number, ship_country, sku, quantity are missing") {
		t.Errorf("%d %v", status, answer)
	}
}

// TestCommands goes through what the commands ask for, in the order in which a day may bring it.
func TestCommands(t *testing.T) {
	s := newShop(t)
	h := Admin(s.Flow)
	if _, lines := s.imported("name=a.json", orderJSON("1001")+orderJSON("1002", "PS100", "XX100")+orderJSON("1003", "PS100", "PG100")+
		orderJSON("1004", `"paid_at":"2026-03-18T16:01:00Z",`, "")+orderJSON("1005")); len(lines) != 5 || lines[4].Taken == nil {
		t.Fatalf("%+v", lines)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		part               string // stands in the answer
	}{
		{"GET", "/orders", "", 200, `"number":"1005"`},
		{"GET", "/orders?state=held", "", 200, `"number":"1002"`},
		{"GET", "/orders?search=Abernathy&limit=1", "", 200, `"number":"1005"`},
		{"GET", "/orders/1001", "", 200, `"purchase_orders":[{`},
		{"GET", "/orders/1001-A", "", 200, `"number":"1001"`},
		{"GET", "/orders/1001?channel=shop", "", 200, `"timeline":[{`},
		{"GET", "/orders/9999", "", 404, `9999`},
		{"GET", "/dispatch/1001-A/preview", "", 200, `"to":["post@prairie.example"]`},
		{"GET", "/dispatch/9999-A/preview", "", 404, `purchase order 9999-A`},
		{"POST", "/dispatch/1001-A/resend", "", 409, `not possible in this state`}, // it still waits to be sent the first time
		{"POST", "/dispatch/1003-A/resend", "", 409, `waits for its batch or for your upload`},
		{"POST", "/orders/1004/release", "", 200, `"text":"Order 1004 is accepted."`},
		{"POST", "/orders/1004/release", "", 409, `not possible in this state`},
		{"POST", "/export/portal", "", 200, `"purchase_orders":["1003-A"]`},
		{"POST", "/export/portal/done", "", 200, `"text":"Noted as uploaded: 1003-A."`},
		{"POST", "/export/portal", "", 200, `"purchase_orders":null`},
		{"POST", "/export/nobody", "", 400, `nobody`},
		{"POST", "/ship", `{"po":"1001-A","tracking":["1Z999AA10123456784"]}`, 200, `the purchase order is shipped.`},
		{"POST", "/ship", `{"po":"1005-A","tracking":["1Z999AA10123456784"]}`, 409, `already sits on purchase order 1001-A`},
		{"POST", "/ship", `{"po":"9999-A","tracking":["1Z999AA10123456784"]}`, 404, `purchase order 9999-A`},
		{"POST", "/ship", `{"po":`, 409, `the request cannot be read`},
		{"POST", "/orders/1005/cancel", "", 200, `nothing had been sent to a supplier`},
		{"POST", "/orders/9999/cancel", "", 404, `9999`},
		{"POST", "/pause?supplier=prairie", "", 200, `"text":"Sending is paused."`},
		{"GET", "/status", "", 200, `"prairie"`},
		{"GET", "/suppliers", "", 200, `"slug":"portal"`},
		{"POST", "/resume?supplier=prairie", "", 200, `"text":"Sending goes on."`},
		{"GET", "/desk", "", 200, `"kind":"unrouted"`},
		{"GET", "/desk?kind=bounced", "", 200, `[]`},
		{"GET", "/desk/1", "", 200, `"order":"1002"`},
		{"GET", "/desk/99", "", 404, `exception 99`},
		{"GET", "/desk/x", "", 409, `is not the number of an exception`},
		{"POST", "/desk/1/settle", `{"action":"resend"}`, 409, `choose one of [retry cancel dismiss]`},
		{"POST", "/desk/1/settle", `{"action":"cancel"}`, 200, `Order 1002 is cancelled`},
		{"POST", "/desk/1/settle", `{"action":"cancel"}`, 409, `this is settled already`},
		{"GET", "/desk", "", 200, `[]`},
		{"GET", "/desk?all=1", "", 200, `"action":"cancelled"`},
		{"GET", "/rules", "", 200, `[]`},
		{"POST", "/rules", `{"supplier":"prairie","kind":"phrase","reads":"off it went","means":"shipment"}`, 200, `Rule 1 is on: it was tried on nothing`},
		{"POST", "/rules", `{"supplier":"prairie","kind":"phrase","reads":"off it went","means":"backorder"}`, 409, `rule 1 says already`},
		{"POST", "/rules", `{"supplier":"prairie","kind":"phrase","reads":"x","means":"backorder"}`, 409, `too short`},
		{"GET", "/rules?supplier=prairie", "", 200, `"means":"shipment","state":"on"`},
		{"GET", "/rules?supplier=nobody", "", 400, `nobody`},
		{"POST", "/rules/1/off", "", 200, `Rule 1 is off`},
		{"POST", "/rules/1/try", "", 200, `"state":"off"`},
		{"GET", "/rules/1", "", 200, `"trial":{`},
		{"GET", "/rules/9", "", 404, `rule 9`},
		{"GET", "/rules/x", "", 409, `is not the number of a rule`},
		{"POST", "/replay?since=2026-01-01T00:00:00Z&dry_run=1", "", 200, `"dry_run":true`},
		{"POST", "/replay?since=yesterday", "", 400, `is no time`},
		{"POST", "/replay?supplier=nobody", "", 400, `nobody`},
		{"POST", "/look", "", 200, `"text":"Looking."`},
		{"POST", "/verify", "", 200, `{"ended":true}`},
		{"GET", "/recovery", "", 200, `"held":false`},
		{"POST", "/recovery", `{"send":true}`, 409, `the books are not held`},
		{"POST", "/backup/done", "", 200, `"text":"Noted."`},
	} {
		w := raw(h, c.method, c.path, c.body, "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.part) {
			t.Errorf("%s %s: %d %s\nexpected %d with %s", c.method, c.path, w.Code, w.Body, c.status, c.part)
		}
	}
	info, err := store.ReadBackup(raw(h, "POST", "/backup?by=test", "", "").Body, nil)
	if err != nil || info.MadeBy != "test" || info.Rows == 0 {
		t.Errorf("the backup: %+v %v", info, err)
	}
}
