package rig

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// webhookKey signs the news for the channel; the secret file holds it as Standard Webhooks writes secrets.
const webhookKey = "a-secret-of-the-channel-32-bytes"

// apiToken is the bearer token that may post orders.
const apiToken = "wb-7f3e0c5a91d24b68b0c2f4d7a6e81395"

// shopChannel is a sales channel that receives the webhook. It checks signatures by itself, after the specification (Standard
// Webhooks 1.0: HMAC-SHA256 over id, timestamp and body), and takes each webhook-id once.
type shopChannel struct {
	server *httptest.Server
	t      testing.TB

	mu       sync.Mutex
	deliver  map[string]int // posts by webhook-id
	events   []channelEvent // the first post of each id, in order
	problems []string
	arrived  chan struct{}
	at       map[string]time.Time // when a tracking number was first heard
}

// channelEvent is the webhook's body as docs/webhook.md has it, written down once more on purpose: the test is another program.
type channelEvent struct {
	Type string `json:"type"`
	Data struct {
		Channel       string `json:"channel"`
		OrderID       string `json:"order_id"`
		OrderNumber   string `json:"order_number"`
		PurchaseOrder string `json:"purchase_order"`
		Tracking      []struct {
			Carrier string `json:"carrier"`
			Number  string `json:"number"`
		} `json:"tracking"`
		Lines []struct {
			SKU      string `json:"sku"`
			Quantity int    `json:"quantity"`
		} `json:"lines"`
		Complete bool `json:"complete"`
	} `json:"data"`
}

func startChannel(t testing.TB) *shopChannel {
	c := &shopChannel{t: t, deliver: map[string]int{}, arrived: make(chan struct{}, 1), at: map[string]time.Time{}}
	c.server = httptest.NewServer(http.HandlerFunc(c.receive))
	t.Cleanup(c.server.Close)
	return c
}

// signed tells whether the request carries a valid signature of our secret and a timestamp of now.
func signed(h http.Header, body []byte, now time.Time) bool {
	stamp, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(stamp, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, []byte(webhookKey))
	mac.Write([]byte(h.Get("webhook-id") + "." + h.Get("webhook-timestamp") + "."))
	mac.Write(body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, s := range strings.Fields(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(s), []byte(want)) {
			return true
		}
	}
	return false
}

func (c *shopChannel) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it broke off: nothing was said
	}
	var e channelEvent
	id := r.Header.Get("webhook-id")
	switch {
	case !signed(r.Header, body, time.Now()):
		c.problem("a webhook with a bad signature: " + string(body))
	case id == "" || json.Unmarshal(body, &e) != nil:
		c.problem("a webhook that cannot be read: " + string(body))
	default:
		c.note(id, e)
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (c *shopChannel) note(id string, e channelEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deliver[id]++; c.deliver[id] == 1 {
		c.events = append(c.events, e)
		for _, p := range e.Data.Tracking {
			if _, known := c.at[p.Number]; !known {
				c.at[p.Number] = time.Now()
			}
		}
	}
	select {
	case c.arrived <- struct{}{}:
	default:
	}
}

func (c *shopChannel) problem(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, text)
}

// told gives what was heard so far, by order number.
func (c *shopChannel) told() map[string]*news {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]*news{}
	for _, e := range c.events {
		n := all[e.Data.OrderNumber]
		if n == nil {
			n = newNews()
			all[e.Data.OrderNumber] = n
		}
		n.types[e.Type]++
		for _, p := range e.Data.Tracking {
			n.tracking[p.Number] = p.Carrier
		}
		if e.Type == "order.shipped" {
			for _, l := range e.Data.Lines {
				n.pieces[l.SKU] += l.Quantity
			}
		}
		n.complete = e.Data.Complete
	}
	return all
}

// news is what is known of an order: by the channel, or in truth.
type news struct {
	types    map[string]int
	tracking map[string]string // number to carrier
	pieces   map[string]int    // by SKU
	complete bool
}

func newNews() *news {
	return &news{types: map[string]int{}, tracking: map[string]string{}, pieces: map[string]int{}}
}

// post gives an order to the API as a channel does: the status, and the answer. A status of 0 means that no answer came.
func post(url, token, order string) (status int, answer string) {
	r, err := http.NewRequest(http.MethodPost, url+"/api/v1/orders", bytes.NewReader([]byte(order)))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}
