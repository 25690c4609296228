package flow

import (
	"encoding/base64"
	"html"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"waybill/daemon/order"
)

// needles are the texts by which a person is found in what was kept: one that is nobody else's alone, of the others two together.
type needles struct {
	alone []string
	pairs [][2]string
}

// Least lengths, in bytes, of what counts: what is shorter stands in other people's messages too.
const (
	leastAlone = 7
	leastPart  = 3
)

func (n *needles) add(texts ...string) {
	for _, text := range texts {
		if text = folded(text); len(text) >= leastAlone && !slices.Contains(n.alone, text) {
			n.alone = append(n.alone, text)
		}
	}
}

// together adds the pairs of texts of one address.
func (n *needles) together(texts ...string) {
	var parts []string
	for _, text := range texts {
		if text = folded(text); len(text) >= leastPart {
			parts = append(parts, text)
		}
	}
	for i, a := range parts {
		for _, b := range parts[i+1:] {
			if pair := [2]string{a, b}; a != b && !slices.Contains(n.pairs, pair) {
				n.pairs = append(n.pairs, pair)
			}
		}
	}
}

// addOrder adds what an order says of its customer.
func (n *needles) addOrder(doc order.Order) {
	n.add(doc.Customer.Email, doc.Customer.Phone, doc.ShipTo.Phone, doc.Billing.Phone, doc.Note)
	if doc.ID != doc.Number {
		n.add(doc.ID)
	}
	for _, a := range []order.Address{doc.ShipTo, doc.Billing} {
		for _, name := range []string{a.Name, a.Company, doc.Customer.Name} {
			n.together(name, a.Line1, a.Postcode)
			n.together(name, a.Line2)
		}
	}
}

// in tells whether a text tells of the person.
func (n *needles) in(text string) bool {
	text = folded(text)
	for _, a := range n.alone {
		if strings.Contains(text, a) {
			return true
		}
	}
	for _, p := range n.pairs {
		if strings.Contains(text, p[0]) && strings.Contains(text, p[1]) {
			return true
		}
	}
	return false
}

// folded is a text as it is compared: small letters, one blank between words.
func folded(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}

var (
	encodedWord  = regexp.MustCompile(`=\?[A-Za-z0-9_-]+\?[bBqQ]\?[^?\s]*\?=`)
	base64Run    = regexp.MustCompile(`[A-Za-z0-9+/]{16,}(\r?\n[A-Za-z0-9+/]{4,})*={0,2}`)
	quotedByte   = regexp.MustCompile(`=[0-9A-Fa-f]{2}|=\r?\n`)
	escapedRune  = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)
	mailAddress  = regexp.MustCompile(`[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]+@[\p{L}\p{N}.-]+`)
	linkedSpaces = regexp.MustCompile(`\r?\n[ \t]`)
)

// readable gives what raw bytes say, decoded in each way in which mails, files and webhooks write texts, all after each other. It is no parser: it looks at
// foreign bytes without believing their structure, in time that grows with them. What is compressed it cannot see; a reading of it can.
func readable(raw []byte) string {
	text := asText(raw)
	var b strings.Builder
	b.WriteString(text)
	words := mime.WordDecoder{}
	for _, word := range encodedWord.FindAllString(linkedSpaces.ReplaceAllString(text, ""), -1) {
		if plain, err := words.Decode(word); err == nil {
			b.WriteString("\n" + plain)
		}
	}
	if strings.Contains(text, "=") {
		b.WriteString("\n" + asText([]byte(quotedByte.ReplaceAllStringFunc(text, func(q string) string {
			if n, err := strconv.ParseUint(q[1:], 16, 8); err == nil && len(q) == 3 {
				return string([]byte{byte(n)})
			}
			return ""
		}))))
	}
	for _, run := range base64Run.FindAllString(text, -1) {
		run = strings.TrimRight(strings.NewReplacer("\r", "", "\n", "").Replace(run), "=")
		if plain, err := base64.RawStdEncoding.DecodeString(run[:len(run)/4*4]); err == nil {
			rest, _ := base64.RawStdEncoding.DecodeString(run[len(run)/4*4:])
			b.WriteString("\n" + asText(append(plain, rest...)))
		}
	}
	if escapedRune.MatchString(text) {
		b.WriteString("\n" + escapedRune.ReplaceAllStringFunc(text, func(e string) string {
			n, _ := strconv.ParseUint(e[2:], 16, 16)
			return string(rune(n))
		}))
	}
	if strings.Contains(text, "&") {
		b.WriteString("\n" + html.UnescapeString(text))
	}
	return b.String()
}

// asText takes bytes for UTF-8, for UTF-16 where every second one is zero, or for ISO 8859-1.
func asText(raw []byte) string {
	if len(raw) > 3 && (raw[0] == 0 && raw[2] == 0 || raw[1] == 0 && raw[3] == 0 || raw[0] == 0xff && raw[1] == 0xfe || raw[0] == 0xfe && raw[1] == 0xff) {
		big := raw[0] == 0 || raw[0] == 0xfe
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
			if big {
				units[i] = units[i]<<8 | units[i]>>8
			}
		}
		return string(utf16.Decode(units))
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	runes := make([]rune, len(raw))
	for i, c := range raw {
		runes[i] = rune(c)
	}
	return string(runes) + "\n" + strings.ToValidUTF8(string(raw), "")
}
