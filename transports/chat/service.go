package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	nethttp "net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Note is what is told: a line, and what there is to say beyond it. Urgent ones are sent so that a silent phone rings, where the service can.
type Note struct {
	Title  string `json:"title"`
	Text   string `json:"text"`
	Urgent bool   `json:"urgent,omitempty"`
}

// Service is how one chat or push service takes a note: one request, as its documentation says.
type Service struct {
	// Name is what people write in the configuration.
	Name string
	// Address is the service's own; empty where each account has one of its own, which is then a secret or leads to a server of one's own.
	Address string
	// Token says that a token is needed beside the address, To what a destination is called ("chat", "room"); empty where the address says it.
	Token bool
	To    string
	// Example shows what the address looks like.
	Example string

	form func(to target, n Note) (call, error)
}

// target is where one note goes.
type target struct {
	base  *url.URL
	token string
	to    string
	key   string // names this note for ever
}

// call is the request of one note.
type call struct {
	method string
	url    *url.URL
	header map[string]string
	body   any
}

// Services are all that there are.
func Services() []Service {
	plainHook := func(key string, most int) func(target, Note) (call, error) {
		return func(to target, n Note) (call, error) {
			return post(to.base, map[string]any{key: cut(n.plain(), most)}), nil
		}
	}
	return []Service{
		// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: text is their own markup, in which & < > are escaped.
		{Name: "slack", Example: "https://hooks.slack.com/services/T…/B…/…", form: func(to target, n Note) (call, error) {
			return post(to.base, map[string]any{"text": escapeSlack(cut(n.plain(), 12000))}), nil
		}},
		// https://discord.com/developers/docs/resources/webhook#execute-webhook: content has 2,000 characters, and nobody is mentioned by it.
		{Name: "discord", Example: "https://discord.com/api/webhooks/…/…", form: func(to target, n Note) (call, error) {
			return post(to.base, map[string]any{"content": cut(n.plain(), 2000), "allowed_mentions": map[string]any{"parse": []string{}}}), nil
		}},
		// https://learn.microsoft.com/en-us/connectors/teams/#adaptivecarditemschema: a workflow's webhook takes an adaptive card.
		{Name: "teams", Example: "https://….logic.azure.com/workflows/…", form: teams},
		// https://developers.google.com/workspace/chat/quickstart/webhooks
		{Name: "google-chat", Example: "https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…", form: plainHook("text", 4000)},
		// https://developers.mattermost.com/integrate/webhooks/incoming
		{Name: "mattermost", Example: "https://chat.shop.example/hooks/…", form: plainHook("text", 16000)},
		// https://docs.rocket.chat/docs/integrations
		{Name: "rocket-chat", Example: "https://chat.shop.example/hooks/…/…", form: plainHook("text", 5000)},
		// https://core.telegram.org/bots/api#sendmessage
		{Name: "telegram", Address: "https://api.telegram.org", Token: true, To: "chat", Example: "https://api.telegram.org", form: telegram},
		// https://docs.ntfy.sh/publish/#publish-as-json: the last part of the address is the topic; priority 5 rings, 3 is the usual.
		{Name: "ntfy", Example: "https://ntfy.sh/a-topic-that-nobody-guesses", form: ntfy},
		// https://gotify.net/docs/pushmsg
		{Name: "gotify", Token: true, Example: "https://gotify.shop.example", form: gotify},
		// https://pushover.net/api: title 250, message 1,024 characters; priority 1 passes over the quiet hours of the phone.
		{Name: "pushover", Address: "https://api.pushover.net", Token: true, To: "user or group key", Example: "https://api.pushover.net", form: pushover},
		// https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid: a repeat of a transaction is no second message.
		{Name: "matrix", Token: true, To: "room", Example: "https://matrix.shop.example", form: matrix},
	}
}

// Names lists the services.
func Names() []string {
	var names []string
	for _, s := range Services() {
		names = append(names, s.Name)
	}
	return names
}

// ServiceNamed finds a service.
func ServiceNamed(name string) (Service, bool) {
	all := Services()
	i := slices.IndexFunc(all, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return all[i], true
}

// plain is the whole note as text.
func (n Note) plain() string {
	if n.Text == "" {
		return n.Title
	}
	return n.Title + "\n\n" + n.Text
}

// priority picks by urgency.
func (n Note) priority(urgent, usual int) int {
	if n.Urgent {
		return urgent
	}
	return usual
}

func post(u *url.URL, body any) call { return call{method: nethttp.MethodPost, url: u, body: body} }

// under is an address below the base.
func under(base *url.URL, steps ...string) *url.URL {
	u := *base
	var escaped []string
	for _, s := range steps {
		escaped = append(escaped, url.PathEscape(s))
	}
	raw := strings.TrimSuffix(base.EscapedPath(), "/") + "/" + strings.Join(escaped, "/")
	u.RawPath = raw
	if plain, err := url.PathUnescape(raw); err == nil {
		u.Path = plain
	}
	return &u
}

func telegram(to target, n Note) (call, error) {
	return post(under(to.base, "bot"+to.token, "sendMessage"), map[string]any{"chat_id": to.to, "text": cut(n.plain(), 4096),
		"link_preview_options": map[string]any{"is_disabled": true}, "disable_notification": !n.Urgent}), nil
}

func ntfy(to target, n Note) (call, error) {
	topic := path.Base(to.base.Path)
	if topic == "/" || topic == "." {
		return call{}, errors.New("the address has no topic; expected one like https://ntfy.sh/a-topic-that-nobody-guesses")
	}
	base := *to.base
	base.Path, base.RawPath = path.Dir(strings.TrimSuffix(base.Path, "/")), ""
	c := post(&base, map[string]any{"topic": topic, "title": cut(n.Title, 250), "message": cut(n.Text, 4000), "priority": n.priority(5, 3)})
	if to.token != "" {
		c.header = map[string]string{"Authorization": "Bearer " + to.token}
	}
	return c, nil
}

func gotify(to target, n Note) (call, error) {
	c := post(under(to.base, "message"), map[string]any{"title": n.Title, "message": n.Text, "priority": n.priority(8, 4)})
	c.header = map[string]string{"X-Gotify-Key": to.token}
	return c, nil
}

func pushover(to target, n Note) (call, error) {
	text := n.Text
	if text == "" { // a message is required
		text = n.Title
	}
	return post(under(to.base, "1", "messages.json"), map[string]any{"token": to.token, "user": to.to, "title": cut(n.Title, 250), "message": cut(text, 1024),
		"priority": n.priority(1, 0)}), nil
}

func matrix(to target, n Note) (call, error) {
	c := post(under(to.base, "_matrix", "client", "v3", "rooms", to.to, "send", "m.room.message", to.key),
		map[string]any{"msgtype": "m.text", "body": cut(n.plain(), 16000)})
	c.method, c.header = nethttp.MethodPut, map[string]string{"Authorization": "Bearer " + to.token}
	return c, nil
}

func teams(to target, n Note) (call, error) {
	block := func(text string, more map[string]any) map[string]any {
		b := map[string]any{"type": "TextBlock", "text": cut(text, 8000), "wrap": true}
		maps.Copy(b, more)
		return b
	}
	body := []any{block(n.Title, map[string]any{"weight": "bolder", "size": "medium"})}
	if n.Text != "" {
		body = append(body, block(n.Text, nil))
	}
	return post(to.base, map[string]any{"type": "message", "attachments": []any{map[string]any{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
			"body": body}}}}), nil
}

// escapeSlack keeps a name from being read as a mention or a link.
func escapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// cut shortens to so many characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// request is the bytes of a call.
func (s Service) request(to target, n Note) (c call, body []byte, err error) {
	if c, err = s.form(to, n); err != nil {
		return c, nil, err
	}
	if body, err = json.Marshal(c.body); err != nil {
		return c, nil, fmt.Errorf("write the request: %w", err)
	}
	return c, body, nil
}
