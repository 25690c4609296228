package woocommerce_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/daemon/channel"
	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/channel/wootest"
	"waybill/transports"
)

// shipped is a world with one order of two pieces on line 1.
func shipped(t *testing.T, feature string, change func(*woocommerce.Config)) (w *world, id int64, text string) {
	t.Helper()
	w = newWorld(t, change)
	if feature != "" {
		w.server.Switch(feature, true)
	}
	id = w.server.Put(anOrder(line(1, "A", 2, "10.00", nil)))
	return w, id, strconv.FormatInt(id, 10)
}

// told is what the customer can see of a number, in whichever way it was told.
func told(w *world, id int64) (numbers []string) {
	numbers = w.server.Trackings(id)
	for _, n := range w.server.Notes(id) {
		for _, word := range strings.FieldsFunc(n.Text, func(r rune) bool { return strings.ContainsRune(" =,\n", r) }) {
			if strings.HasPrefix(word, "1Z") && !slices.Contains(numbers, word) {
				numbers = append(numbers, word)
			}
		}
	}
	return numbers
}

func TestShipped(t *testing.T) {
	for _, feature := range []string{wootest.ShipmentTracking, wootest.AST, wootest.Fulfillments, ""} {
		t.Run(feature, func(t *testing.T) {
			w, id, text := shipped(t, feature, nil)
			first := shippedNews(text, "1", "1Z999AA10123456784")
			receipt, err := w.send(first, nil)
			if err != nil || w.server.Order(id)["status"] != "completed" || !slices.Equal(told(w, id), []string{"1Z999AA10123456784"}) {
				t.Fatalf("%v, %v, the order is %v with %q", receipt, err, w.server.Order(id)["status"], told(w, id))
			}
			writes := w.server.Writes()
			if _, err := w.send(first, nil); err != nil || w.server.Writes() != writes {
				t.Errorf("sent again: %v, %d writes", err, w.server.Writes()-writes)
			}
			if notes := w.server.Notes(id); feature != "" && len(notes) != 0 {
				t.Errorf("notes %+v", notes)
			}
			// The supplier corrects the number.
			correction := shippedNews(text, "1", "1Z999AA10123456799")
			correction.Type, correction.Data.Replaces = "order.tracking_corrected", []string{"1Z999AA10123456784"}
			if _, err := w.send(correction, nil); err != nil {
				t.Fatalf("correction: %v: %s", err, transports.Help(err))
			}
			if got := w.server.Trackings(id); feature != "" && !slices.Equal(got, []string{"1Z999AA10123456799"}) {
				t.Errorf("after the correction %q", got)
			}
			writes = w.server.Writes()
			if _, err := w.send(correction, nil); err != nil || w.server.Writes() != writes {
				t.Errorf("corrected again: %v, %d writes", err, w.server.Writes()-writes)
			}
		})
	}
}

// TestNumberInsideAnother: a number that is a piece of another, or of something else that a note says, was not told by it.
func TestNumberInsideAnother(t *testing.T) {
	for _, text := range []string{"", "Nr{number}", "追跡番号{number}です"} {
		w, id, order := shipped(t, "", func(c *woocommerce.Config) { c.NoteText = text })
		for _, number := range []string{"1Z10010", "1Z1001", "Z1001", "1Z10010"} {
			if _, err := w.send(shippedNews(order, "1", number), nil); err != nil {
				t.Fatal(err)
			}
		}
		notes := w.server.Notes(id)
		if len(notes) != 3 {
			t.Errorf("%q: %+v", text, notes)
		}
		if got := fmt.Sprint(w.server.Order(id)["meta_data"]); !strings.Contains(got, "|1Z1001|") {
			t.Errorf("the meta data lacks a number: %s", got)
		}
	}
}

// TestAnswerLost: each write is done and its answer lost; sent again until it goes, everything is there once.
func TestAnswerLost(t *testing.T) {
	for _, feature := range []string{wootest.ShipmentTracking, wootest.AST, wootest.Fulfillments, ""} {
		w, id, text := shipped(t, feature, nil)
		news := shippedNews(text, "1", "1Z999AA10123456784", "1Z999AA10123456799")
		w.server.Act(wootest.CutAfter)
		tries := 0
		for ; tries < 10; tries++ {
			if _, err := w.send(news, nil); err == nil {
				break
			} else if transports.VerdictOf(err) != transports.Later {
				t.Fatalf("%s: %v", feature, err)
			}
		}
		got := told(w, id)
		slices.Sort(got)
		if !slices.Equal(got, []string{"1Z999AA10123456784", "1Z999AA10123456799"}) || len(w.server.Notes(id)) > 1 || w.server.Order(id)["status"] != "completed" || tries == 0 {
			t.Errorf("%s: %q after %d tries, notes %+v, %v", feature, got, tries, w.server.Notes(id), w.server.Order(id)["status"])
		}
	}
}

func TestPartialShipment(t *testing.T) {
	w, id, text := shipped(t, wootest.Fulfillments, nil)
	part := shippedNews(text, "1", "1Z1")
	part.Data.Complete, part.Data.Lines[0].Quantity = false, 1
	rest := shippedNews(text, "1", "1Z2")
	rest.Data.Lines[0].Quantity = 1
	for i, news := range []channel.Event{part, rest} {
		if _, err := w.send(news, nil); err != nil {
			t.Fatal(err)
		}
		if got, want := w.server.Order(id)["status"], []string{"processing", "completed"}[i]; got != want {
			t.Errorf("after parcel %d the order is %v", i+1, got)
		}
	}
	if got := w.server.Trackings(id); !slices.Equal(got, []string{"1Z1", "1Z2"}) {
		t.Errorf("%q", got)
	}
}

// TestFulfilledByHand: pieces that a person fulfilled are not fulfilled twice; where a person wants the number told it is a note.
func TestFulfilledByHand(t *testing.T) {
	w, id, text := shipped(t, wootest.Fulfillments, nil)
	w.server.Fulfilled(id, 1, 2, "BYHAND")
	if _, err := w.send(shippedNews(text, "1", "1Z1"), nil); !errors.As(err, new(*channel.Question)) || w.server.Writes() != 0 {
		t.Fatalf("%v, %d writes", err, w.server.Writes())
	}
	if _, err := w.send(shippedNews(text, "1", "1Z1"), map[string]string{channel.Decided: "yes"}); err != nil {
		t.Fatal(err)
	}
	if got := told(w, id); !slices.Equal(got, []string{"BYHAND", "1Z1"}) || !w.server.Notes(id)[0].Customer {
		t.Errorf("%q, %+v", got, w.server.Notes(id))
	}
}

func TestChangedInTheShop(t *testing.T) {
	for status, c := range map[string]struct {
		tracked  bool
		question string
		after    string // when a person has it sent again
	}{
		"completed": {true, "", "completed"},
		"cancelled": {false, "is cancelled in the shop", "completed"},
		"refunded":  {false, "is refunded in the shop", "completed"},
		"on-hold":   {true, "is on-hold in the shop", "completed"},
	} {
		t.Run(status, func(t *testing.T) {
			w, id, text := shipped(t, wootest.ShipmentTracking, nil)
			w.server.Set(id, map[string]any{"status": status})
			_, err := w.send(shippedNews(text, "1", "1Z1"), nil)
			var q *channel.Question
			if asks := errors.As(err, &q); asks != (c.question != "") || asks && !strings.Contains(q.Shows, c.question) {
				t.Fatalf("%v", err)
			}
			if err != nil && transports.VerdictOf(err) != transports.Never {
				t.Errorf("%v", err)
			}
			if got := len(w.server.Trackings(id)) > 0; got != c.tracked {
				t.Errorf("tracked %v", got)
			}
			if _, err := w.send(shippedNews(text, "1", "1Z1"), map[string]string{channel.Decided: "yes"}); err != nil || w.server.Order(id)["status"] != c.after || len(w.server.Trackings(id)) != 1 {
				t.Errorf("decided: %v, %v, %q", err, w.server.Order(id)["status"], w.server.Trackings(id))
			}
		})
	}
	w, _, text := shipped(t, "", nil)
	w.server.Delete(701)
	if _, err := w.send(shippedNews(text, "1", "1Z1"), nil); transports.VerdictOf(err) != transports.Never || !strings.Contains(transports.Help(err), "somebody has deleted it") {
		t.Errorf("%v: %s", err, transports.Help(err))
	}
}

// TestLacks: news of what will not come is a private note, said once; no money moves, and the order is not completed behind it.
func TestLacks(t *testing.T) {
	w, id, text := shipped(t, wootest.ShipmentTracking, func(c *woocommerce.Config) { c.Lacking = "on-hold" })
	news := shippedNews(text, "1")
	news.Type, news.Data.Complete, news.Data.Lines[0].Quantity = "order.out_of_stock", false, 1
	for range 2 {
		if _, err := w.send(news, nil); err != nil {
			t.Fatal(err)
		}
	}
	notes := w.server.Notes(id)
	if len(notes) != 1 || notes[0].Customer || notes[0].Text != "waybill: "+text+"-A: 1 × A is out of stock (prairie-supply)." || w.server.Order(id)["status"] != "on-hold" {
		t.Errorf("%+v, the order is %v", notes, w.server.Order(id)["status"])
	}
	w.server.Set(id, map[string]any{"status": "processing"})
	receipt, err := w.send(shippedNews(text, "1", "1Z1"), nil)
	if err != nil || w.server.Order(id)["status"] != "processing" || !strings.Contains(receipt.Answer, "not set to completed: ") {
		t.Errorf("%v, %v, the order is %v", receipt, err, w.server.Order(id)["status"])
	}
	late := shippedNews(text, "1")
	late.Type, late.Data.Expected = "order.backordered", "2025-09-03"
	if _, err := w.send(late, nil); err != nil || len(w.server.Notes(id)) != 2 || !strings.Contains(w.server.Notes(id)[1].Text, "expected 2025-09-03") {
		t.Errorf("%v, %+v", err, w.server.Notes(id))
	}
}

func TestSettings(t *testing.T) {
	w, id, text := shipped(t, "", func(c *woocommerce.Config) {
		c.Note, c.NoteText, c.Done = "private", "{carrier}/{number}/{order}", "none"
	})
	if _, err := w.send(shippedNews(text, "1", "1Z<b>1"), nil); err != nil {
		t.Fatal(err)
	}
	if notes := w.server.Notes(id); len(notes) != 1 || notes[0].Customer || notes[0].Text != "UPS/1Z&lt;b&gt;1/"+text || w.server.Order(id)["status"] != "processing" {
		t.Errorf("%+v, %v", notes, w.server.Order(id)["status"])
	}
	if got := fmt.Sprint(w.server.Meta(id, "_waybill_tracking")); !strings.HasPrefix(got, "ups|1Z<b>1|") {
		t.Errorf("meta %q", got)
	}
	w, _, text = shipped(t, "", func(c *woocommerce.Config) { c.Tracking = woocommerce.ByAST })
	if _, err := w.send(shippedNews(text, "1", "1Z1"), nil); !strings.Contains(transports.Help(err), "set tracking: auto") {
		t.Errorf("%v: %s", err, transports.Help(err))
	}
	w, _, text = shipped(t, "", nil)
	w.server.Act(wootest.ReadOnly)
	if _, err := w.send(shippedNews(text, "1", "1Z1"), nil); !strings.Contains(transports.Help(err), "Permissions: Read/Write") {
		t.Errorf("%v: %s", err, transports.Help(err))
	}
}
