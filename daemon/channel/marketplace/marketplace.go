// Package marketplace reads the order reports of Amazon and eBay from files, and writes the files in which they are told of shipments. No API
// is spoken to: a person, or a program of theirs, carries the files.
//
// Sources. Amazon: Seller Central help 641 and 201576520, "Shipping confirmation" (fields of the file, carriers, what a blank tracking number
// does), 200828080, "Processing report"; the three header lines in Japanese and the columns of the order reports as several public programs
// write and read them (TemplateType=OrderFulfillment, Version=2011.1102). eBay: the columns of the Orders report of the United States, and those of
// the United Kingdom and Australia, as public programs read them. What could not be checked is named in docs/marketplaces.md.
package marketplace

import (
	"context"
	"errors"
	"net/http"
	"path"
	"strings"

	"waybill/daemon/channel"
	"waybill/transports"
)

// Kind says which marketplace.
type Kind string

const (
	Amazon Kind = "amazon"
	EBay   Kind = "ebay"
)

// Config says whose files they are.
type Config struct {
	Kind Kind
	// Country is the marketplace's, ISO 3166-1 ("US", "JP"): it decides encodings, carriers and header lines.
	Country string
	// Encoding of the reports; "" finds it: a byte order mark, UTF-8, else what the country is known for.
	Encoding string
	// Files is where the reports lie.
	Files interface {
		transports.Receiver
		transports.Probe
	}
}

// Shop is a channel.Shop whose orders come in files. Its news goes out in files as well, which somebody else writes on a schedule (Confirm).
type Shop struct{ c Config }

var _ channel.Shop = (*Shop)(nil)

// New makes a Shop.
func New(c Config) *Shop {
	c.Country = strings.ToUpper(c.Country)
	return &Shop{c}
}

// Receive takes what lies there.
func (s *Shop) Receive(ctx context.Context, keep transports.Keep) error {
	return s.c.Files.Receive(ctx, keep)
}

// Probe looks at where the files lie.
func (s *Shop) Probe(ctx context.Context) ([]string, error) { return s.c.Files.Probe(ctx) }

// Read reads a report. An error says what is wrong with the file as a whole; a *channel.Refused tells what the marketplace did not take.
func (s *Shop) Read(name string, raw []byte) ([]channel.Delivery, error) {
	text, err := decode(raw, s.c.Encoding, s.c.Country)
	if err != nil {
		return nil, err
	}
	if s.c.Kind == EBay {
		return readEBay(text, s.c.Country)
	}
	if refused, is, err := readProcessing(path.Base(name), text); is {
		return nil, errors.Join(err, refused.orNil())
	}
	return readAmazon(text)
}

// Hook: files make no webhooks.
func (s *Shop) Hook(http.Header, []byte) (*transports.Item, error) { return nil, channel.ErrSignature }

// Send is not for files.
func (s *Shop) Send(context.Context, transports.Message, func(context.Context) error) (transports.Receipt, error) {
	return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "send", Err: errors.New("a marketplace by files has no API")}
}
