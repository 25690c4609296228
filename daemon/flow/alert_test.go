package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/chat"
	transporthttp "waybill/transports/http"
)

// alerting is a shop with Slack beside mail. ops replaces the settings of the operator.
func alerting(t *testing.T, ops string) *shop {
	t.Helper()
	return newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "operator: {to: [owner@lantern-lane.example]}", "operator: "+ops, 1),
		"slack-url": "https://hooks.slack.example/services/T0/B0/sEcReT"})
}

const (
	bothWays = `{to: [owner@lantern-lane.example], alerts: [{service: slack, url_file: slack-url}]}`
	onlyChat = `{quiet: "22:00-07:00", alerts: [{service: slack, url_file: slack-url}]}`
	byNight  = `{to: [owner@lantern-lane.example], quiet: "22:00-07:00", alerts: [{service: slack, url_file: slack-url}]}`
)

// trouble opens an exception of a kind.
func (s *shop) trouble(e Exception) order.ExceptionID {
	s.t.Helper()
	var id order.ExceptionID
	err := s.Store().Write(s.t.Context(), func(tx *store.Tx) error {
		row, _, err := s.open(tx, e)
		id = row.ID
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// told are the mails and notes to the shop since the last look; what was told is taken as sent.
func (s *shop) told() (mails, notes []string) {
	s.t.Helper()
	if err := s.alert(s.t.Context(), s.world.Load()); err != nil {
		s.t.Fatal(err)
	}
	for _, row := range s.dispatches(store.DispatchFilter{Purpose: order.PurposeOperator, State: order.DispatchQueued}) {
		if strings.HasPrefix(row.Lane, laneAlert) {
			var n chat.Note
			if err := json.Unmarshal(row.Message.Body, &n); err != nil {
				s.t.Fatal(err)
			}
			if strings.Contains(fmt.Sprint(row.Message), "sEcReT") {
				s.t.Errorf("a secret is in the outbox: %+v", row.Message)
			}
			notes = append(notes, n.Title+"\n"+n.Text)
		} else {
			mails = append(mails, string(row.Message.Body))
		}
	}
	for _, lane := range []string{"mail:orders", "alert:slack"} {
		s.sent(lane)
	}
	return mails, notes
}

func (s *shop) wantTold(mails, notes int) (gotNotes []string) {
	s.t.Helper()
	m, n := s.told()
	if len(m) != mails || len(n) != notes {
		s.t.Fatalf("%d mails and %d notes, want %d and %d\n%s\n%s", len(m), len(n), mails, notes, m, n)
	}
	return n
}

var deadServer = Exception{Kind: AccountFailing, Key: accountKey + "sftp:prairie", Detail: Detail{About: "uploading to shop@sftp.prairie.example", Answer: "dial: no route"}}

func TestAlertsGoByEachWayOnce(t *testing.T) {
	s := alerting(t, bothWays)
	s.trouble(deadServer)
	notes := s.wantTold(1, 1)
	if want := "Lantern Lane: uploading to shop@sftp.prairie.example does not work\nwaybill desk show 1"; notes[0] != want {
		t.Errorf("got %q, want %q", notes[0], want)
	}
	s.at = s.at.Add(2 * time.Minute)
	s.wantTold(0, 0)
	s.trouble(deadServer) // alike: counted
	s.wantTold(0, 0)
	if err := s.Reload(s.Config()); err != nil {
		t.Fatal(err)
	}
	s.wantTold(0, 0)
	again, err := New(Options{Store: s.Store(), Config: s.Config(), Now: func() time.Time { return s.at }, Random: strings.NewReader(""), Dialer: noDialer{t}})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := again.alert(t.Context(), again.world.Load()); err != nil { // after a restart
		t.Fatal(err)
	}
	s.wantTold(0, 0)
}

// TestAStormIsOneMessage: everything new within a minute is one message, which names ten and counts the rest.
func TestAStormIsOneMessage(t *testing.T) {
	s := alerting(t, bothWays)
	for i := range 30 {
		x := deadServer
		x.Key = fmt.Sprint("account:", i)
		s.trouble(x)
	}
	notes := s.wantTold(1, 1)
	if !strings.HasSuffix(notes[0], "and 19 more: waybill desk list") || strings.Count(notes[0], "\n") != 12 {
		t.Errorf("got %s", notes[0])
	}
}

// TestTheDeadMailboxIsToldByTheOtherWay: a mail about the death of its own mailbox could only arrive when it is over.
func TestTheDeadMailboxIsToldByTheOtherWay(t *testing.T) {
	s := alerting(t, bothWays)
	s.trouble(Exception{Kind: AccountFailing, Key: accountKey + "mail:orders", Detail: Detail{About: "sending mail as orders@lantern-lane.example"}})
	s.wantTold(0, 1)
	s.at = s.at.Add(2 * time.Minute)
	s.trouble(Exception{Kind: AccountFailing, Key: accountKey + "alert:slack", Detail: Detail{About: "alerts by slack"}})
	s.wantTold(1, 0)
	only := newShop(t, nil) // with mail alone, a late mail is better than none
	only.trouble(Exception{Kind: AccountFailing, Key: accountKey + "mail:orders", Detail: Detail{About: "sending mail as orders@lantern-lane.example"}})
	only.wantTold(1, 0)
}

func TestQuietHours(t *testing.T) {
	night := time.Date(2026, 3, 19, 7, 0, 0, 0, time.UTC)    // 02:00 in Chicago
	morning := time.Date(2026, 3, 19, 12, 0, 5, 0, time.UTC) // 07:00
	bounced := Exception{Kind: SendFailed, Key: "x", Supplier: "prairie", Detail: Detail{About: "Prairie"}}
	t.Run("the digest has it in the morning", func(t *testing.T) {
		s := alerting(t, byNight)
		s.at = night
		s.trouble(bounced)
		s.wantTold(0, 0)
		s.at = morning
		s.wantTold(0, 0)
	})
	t.Run("without a digest it is told when they end", func(t *testing.T) {
		s := alerting(t, onlyChat)
		s.at = night
		s.trouble(bounced)
		over := s.trouble(Exception{Kind: SendStuck, Key: "y", Supplier: "prairie"})
		s.wantTold(0, 0)
		if err := s.Store().Write(t.Context(), func(tx *store.Tx) error { return tx.SettleException(over, "sent", "rule", s.at) }); err != nil {
			t.Fatal(err)
		}
		s.at = morning.Add(-time.Minute)
		s.wantTold(0, 0)
		s.at = morning
		if notes := s.wantTold(0, 1); strings.Contains(notes[0], "waiting to be sent") {
			t.Errorf("what is over is told: %s", notes[0])
		}
	})
	t.Run("what is urgent comes through", func(t *testing.T) {
		s := alerting(t, byNight)
		s.at = night
		s.trouble(deadServer)
		s.wantTold(1, 1)
	})
	t.Run("by day all is told", func(t *testing.T) {
		s := alerting(t, byNight)
		s.trouble(bounced)
		s.wantTold(1, 1)
	})
}

// TestReminders: told again only when it got ten times worse, or is urgent and still waits after operator.remind.
func TestReminders(t *testing.T) {
	s := alerting(t, bothWays)
	urgent := s.trouble(deadServer)
	s.trouble(Exception{Kind: SendFailed, Key: "x", Supplier: "prairie"})
	s.wantTold(1, 1)
	s.at = s.at.Add(11 * time.Hour)
	s.wantTold(0, 0)
	s.at = s.at.Add(time.Hour)
	if notes := s.wantTold(1, 1); strings.Contains(notes[0], "could not be sent") {
		t.Errorf("what is not urgent was told again: %s", notes[0])
	}
	for range 9 {
		s.trouble(Exception{Kind: SendFailed, Key: "x", Supplier: "prairie"})
	}
	s.at = s.at.Add(2 * time.Minute)
	if notes := s.wantTold(1, 1); !strings.Contains(notes[0], "Prairie Supply could not be sent (10 times)") {
		t.Errorf("got %s", notes[0])
	}
	s.accounts.set(s.at, AccountState{Name: "sftp:prairie"}, true)
	s.accountWorks(t.Context(), "sftp:prairie")
	s.at = s.at.Add(24 * time.Hour)
	s.wantTold(0, 0)
	var state alerted
	s.view(func(tx *store.Tx) error {
		raw, _, err := tx.Setting(alertKey)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &state)
	})
	if _, still := state.Told[urgent]; still || len(state.Told) != 1 {
		t.Errorf("what is settled is remembered: %+v", state)
	}
}

// TestAFailingAlertAlertsOnce: an alert that is refused is one exception, however often, and makes no endless chain of alerts of alerts.
func TestAFailingAlertAlertsOnce(t *testing.T) {
	s := alerting(t, `{alerts: [{service: slack, url_file: slack-url}]}`)
	s.trouble(deadServer)
	for range 2 {
		if err := s.alert(t.Context(), s.world.Load()); err != nil {
			t.Fatal(err)
		}
		s.tried("alert:slack", &transports.Error{Verdict: transports.Never, Op: "answer", Err: errors.New("400 invalid_payload")})
		s.at = s.at.Add(2 * time.Minute)
	}
	s.wantDesk("account_failing", "send_failed")
	if err := s.alert(t.Context(), s.world.Load()); err != nil {
		t.Fatal(err)
	}
	if rows := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOperator}); len(rows) != 2 {
		t.Errorf("%d alerts", len(rows))
	}
}

// TestNotesHoldNoPersonalData opens every kind with a customer's data in it, as other people's machines must not see it.
func TestNotesHoldNoPersonalData(t *testing.T) {
	s := alerting(t, bothWays)
	s.receive(paidOrder("1001"))
	po := s.po("1001-A")
	rows := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder})
	item := s.mail("Ada Abernathy <ada@mail.example>", "Ada Abernathy of 12 Maple Street", "", "hello\r\n")
	const canary = "Ada Abernathy ada@mail.example 12 Maple Street"
	d := Detail{About: canary, Says: "%s is " + canary, Reasons: []string{canary}, Answer: canary, Help: canary, From: canary, Subject: canary}
	var all []store.ExceptionRow
	for i, k := range Kinds() {
		for j, x := range []Exception{{Item: item}, {Supplier: "prairie", Item: item}, {Supplier: "prairie", PO: po.ID, Order: po.Order}, {Channel: "shop", Order: po.Order}, {Dispatch: rows[0].ID}} {
			x.Kind, x.Key, x.Detail = k.Kind, fmt.Sprint(i, j), d
			s.trouble(x)
		}
	}
	s.view(func(tx *store.Tx) (err error) {
		if all, err = tx.Exceptions(store.ExceptionFilter{Open: true}); err != nil {
			return err
		}
		for _, row := range all {
			note, err := s.renderNote(tx, s.world.Load(), "alert:slack", "k", []store.ExceptionRow{row, row})
			if err != nil {
				return err
			}
			for _, word := range []string{"Ada", "ada@", "Maple"} {
				if strings.Contains(string(note.Message.Body), word) {
					t.Errorf("%s: %s", row.Kind, note.Message.Body)
				}
			}
		}
		return nil
	})
	if len(all) < 80 {
		t.Errorf("%d exceptions", len(all))
	}
}

// TestAlertWaysAndConfigurationAgree: what can be configured is what there is.
func TestAlertWaysAndConfigurationAgree(t *testing.T) {
	field, _ := reflect.TypeFor[config.Alert]().FieldByName("Service")
	names := strings.Split(field.Tag.Get("enum"), ",")
	if !slices.Equal(names, append([]string{"webhook"}, chat.Names()...)) {
		t.Errorf("the configuration has %v, the ways are %v", names, chat.Names())
	}
}

// TestAlertTest sends a test by a chat service and by a signed webhook, with the lanes' own senders, and through the lanes themselves.
func TestAlertTest(t *testing.T) {
	var bodies []string
	secret, err := transporthttp.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		switch r.URL.Path {
		case "/hook":
			if err := transporthttp.Verify([]transporthttp.Secret{secret}, r.Header, body, noon, 0); err != nil {
				t.Error(err)
			}
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "operator: {to: [owner@lantern-lane.example]}",
		`operator: {alerts: [{service: slack, url_file: slack-url, allow_private: true}, {service: webhook, url_file: hook-url, secret_files: [hook-secret], allow_private: true}, {service: discord, url_file: gone-url, allow_private: true}]}`, 1),
		"slack-url": server.URL + "/slack", "hook-url": server.URL + "/hook", "gone-url": server.URL + "/gone"})
	results := map[string]error{}
	if err := s.AlertTest(t.Context(), func(way, fact string, err error) { results[way] = err }); err != nil {
		t.Fatal(err)
	}
	if len(results) != 3 || results["alerts by slack"] != nil || results["alerts by webhook"] != nil || !strings.Contains(transports.Help(results["alerts by discord"]), "does not know this address") {
		t.Errorf("got %v", results)
	}
	if len(bodies) != 3 || !strings.Contains(bodies[1], `"type":"operator.alert"`) {
		t.Errorf("got %q", bodies)
	}
	// The webhook's body as an exception makes it, through its lane.
	s.trouble(deadServer)
	if err := s.alert(t.Context(), s.world.Load()); err != nil {
		t.Fatal(err)
	}
	l := s.world.Load().lanes["alert:webhook"]
	rows, err := s.Store().Claim(t.Context(), l.name, 1, time.Minute, func(string) bool { return true })
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	s.send(t.Context(), s.world.Load(), l, rows[0])
	var e AlertEvent
	if err := json.Unmarshal([]byte(bodies[len(bodies)-1]), &e); err != nil || e.Data.Exceptions[0] != (AlertItem{1, "account_failing"}) || !e.Data.Urgent || !strings.HasSuffix(e.Data.Title, "does not work") {
		t.Errorf("%v %+v", err, e)
	}
	var probed []string
	for _, way := range []string{"slack", "webhook", "discord"} {
		facts, err := s.world.Load().lanes[laneAlert+way].probe.Probe(t.Context())
		probed = append(probed, fmt.Sprint(facts, err))
	}
	if len(probed) < 3 || strings.Contains(fmt.Sprint(probed), "/gone") || !strings.Contains(probed[1], "answers, unencrypted") {
		t.Errorf("got %q", probed)
	}
}
