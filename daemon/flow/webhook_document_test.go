package flow

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	transporthttp "waybill/transports/http"
)

const webhookFile = "../../docs/webhook.md"

// TestWebhookDocument holds the example of docs/webhook.md to what is really posted, and its list of types to the code.
func TestWebhookDocument(t *testing.T) {
	const begin, end = "<!-- example: go test ./daemon/flow -run WebhookDocument -accept writes it -->\n", "<!-- end of example -->"
	event := channel.Event{Type: newsTypes[order.Shipped], Timestamp: time.Date(2025, 8, 27, 9, 30, 0, 0, time.UTC), Data: channel.News{
		Channel: "shop", OrderID: "4712698490461", OrderNumber: "1001", PurchaseOrder: "1001-A", Supplier: "prairie-supply",
		Tracking: []channel.Package{{Carrier: "ups", CarrierName: "UPS", Number: "1Z999AA10123456784", URL: "https://www.ups.com/track?tracknum=1Z999AA10123456784"}},
		Lines:    []channel.NewsLine{{ID: "1001-1", SKU: "PS10044", Quantity: 1}}, State: order.POShipped, Complete: true}}
	body, err := json.MarshalIndent(event, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	example := "```json\n" + string(body) + "\n```\n"
	raw, err := os.ReadFile(webhookFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	was, after, whole := strings.Cut(rest, end)
	if !found || !whole {
		t.Fatalf("%s has no place for the example", webhookFile)
	}
	if *accept {
		was = example
		if err := os.WriteFile(webhookFile, []byte(before+begin+was+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was != example {
		t.Errorf("%s shows another example; `go test ./daemon/flow -run WebhookDocument -accept` writes it", webhookFile)
	}
	row := regexp.MustCompile("(?m)^\\| `type` \\| (.*) \\|$").FindStringSubmatch(string(raw))
	if row == nil {
		t.Fatalf("%s has no row for the type", webhookFile)
	}
	var documented, known []string
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
		documented = append(documented, m[1])
	}
	for _, name := range newsTypes {
		known = append(known, name)
	}
	slices.Sort(documented)
	slices.Sort(known)
	if !slices.Equal(documented, known) {
		t.Errorf("the document names the types %v, the program %v", documented, known)
	}
}

// TestWebhookVerification runs the document's own code, as far as its languages are on this machine, against what the transport signs.
func TestWebhookVerification(t *testing.T) {
	raw, err := os.ReadFile(webhookFile)
	if err != nil {
		t.Fatal(err)
	}
	old, err := transporthttp.NewSecret([]byte("an older secret of 24 bytes!"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := transporthttp.NewSecret([]byte("+/a newer secret of many bytes ÿ"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := transporthttp.NewSecret([]byte("somebody else's secret, as long"))
	if err != nil {
		t.Fatal(err)
	}
	const id, body = "msg_1_2_shipped_1", "{\"name\":\"J\u00fcrgen \u2013 \\\"x\\\"\"}"
	now := time.Now() // the document's code asks the clock too
	both := transporthttp.Sign([]transporthttp.Secret{secret, old}, id, now, []byte(body))
	cases := []struct {
		name, secret, signature, body string
		at                            time.Time
		want                          string
	}{
		{"signed", secret.Reveal(), both, body, now, "yes"},
		{"signed with the older secret too", old.Reveal(), both, body, now, "yes"},
		{"another secret", other.Reveal(), both, body, now, "no"},
		{"another body", secret.Reveal(), both, body + " ", now, "no"},
		{"another time", secret.Reveal(), both, body, now.Add(time.Minute), "no"},
		{"too old", secret.Reveal(), transporthttp.Sign([]transporthttp.Secret{secret}, id, now.Add(-time.Hour), []byte(body)), body, now.Add(-time.Hour), "no"},
		{"no signature", secret.Reveal(), "v1,", body, now, "no"},
	}
	for language, run := range map[string]struct{ program, flag, before, call string }{
		"python": {"python3", "-c", "", "\nimport sys\na = sys.argv\nprint('yes' if verify(a[1], {'webhook-id': a[2], 'webhook-timestamp': a[3], 'webhook-signature': a[4]}, a[5].encode()) else 'no')"},
		"js": {"node", "-e", "", "\nconst a = process.argv.slice(1);\n" +
			"console.log(verify(a[0], {'webhook-id': a[1], 'webhook-timestamp': a[2], 'webhook-signature': a[3]}, Buffer.from(a[4])) ? 'yes' : 'no')"},
		"php": {"php", "-r", "", "\n$a = array_slice($argv, 1);\n" +
			"echo verify($a[0], ['webhook-id' => $a[1], 'webhook-timestamp' => $a[2], 'webhook-signature' => $a[3]], $a[4]) ? 'yes' : 'no';"},
	} {
		t.Run(language, func(t *testing.T) {
			code := regexp.MustCompile("(?s)```" + language + "\n(.*?)```\n").FindSubmatch(raw)
			if code == nil {
				t.Fatal("the document has no example in it")
			}
			program, err := exec.LookPath(run.program)
			if err != nil {
				t.Skipf("%s is not here: the example was not run", run.program)
			}
			for _, c := range cases {
				args := []string{run.flag, string(code[1]) + run.call}
				if language == "php" || language == "js" {
					args = append(args, "--")
				}
				args = append(args, c.secret, id, strconv.FormatInt(c.at.Unix(), 10), c.signature, c.body)
				out, err := exec.Command(program, args...).CombinedOutput()
				if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
					t.Errorf("%s: %q, %v; expected %s", c.name, got, err, c.want)
				}
			}
		})
	}
}
