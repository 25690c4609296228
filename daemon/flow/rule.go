package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/parsers/carrier"
)

// RuleKind says what a rule is about. The names are stored.
type RuleKind string

const (
	RuleOrderNumber RuleKind = "order_number" // how the supplier writes our numbers: a pattern whose first group is the number
	RuleReference   RuleKind = "reference"    // what the supplier's own references look like: a pattern
	RuleColumn      RuleKind = "column"       // what stands under a heading
	RulePhrase      RuleKind = "phrase"       // what the supplier means by these words
	RuleCarrier     RuleKind = "carrier"      // who ships numbers of a shape
	RuleSender      RuleKind = "sender"       // an address that the supplier writes from
)

// columnMeanings are what a column rule may say.
var columnMeanings = []string{"order", "tracking", "carrier", "sku", "quantity", "ordered", "shipped", "backorder", "remaining", "cancelled", "status", "name", "street",
	"postcode", "city", "country", "phone", "email", "date", "theirs", "key", "return", "ignore"}

// phraseMeanings are what a phrase rule may say.
var phraseMeanings = []parsers.Kind{parsers.Shipment, parsers.Acknowledgement, parsers.OutOfStock, parsers.Backorder, parsers.Rejection, parsers.Cancellation,
	parsers.Question, parsers.Other}

// rules are the rules that are switched on, by supplier, as the last look into the books found them.
type rules struct {
	mu      sync.RWMutex
	loaded  bool
	on      map[string][]store.RuleRow
	senders map[string]map[string]bool // address, "@" and domain, or a service's, to suppliers: whether a person has said that it writes for them
}

// loadRules takes the rules in force from the books. It is cheap: a shop has tens.
func (f *Flow) loadRules(ctx context.Context) error {
	var rows []store.RuleRow
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.Rules(store.RuleFilter{State: store.RuleOn}); err != nil {
			return err
		}
		off, err := tx.Rules(store.RuleFilter{State: store.RuleOff})
		rows = append(rows, slices.DeleteFunc(off, func(r store.RuleRow) bool { return RuleKind(r.Kind) != RuleSender })...)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the rules about suppliers: %w", err)
	}
	on, senders := map[string][]store.RuleRow{}, map[string]map[string]bool{}
	for _, r := range rows {
		if r.State == store.RuleOn {
			on[r.Supplier] = append(on[r.Supplier], r)
		}
		if RuleKind(r.Kind) == RuleSender {
			put(&senders, r.Reads, map[string]bool{})
			senders[r.Reads][r.Supplier] = r.State == store.RuleOn
		}
	}
	f.rules.mu.Lock()
	defer f.rules.mu.Unlock()
	f.rules.on, f.rules.senders, f.rules.loaded = on, senders, true
	return nil
}

// rulesOf gives the rules of a supplier that are in force.
func (f *Flow) rulesOf(ctx context.Context, supplier string) ([]store.RuleRow, error) {
	f.rules.mu.RLock()
	loaded, on := f.rules.loaded, f.rules.on[supplier]
	f.rules.mu.RUnlock()
	if loaded {
		return on, nil
	}
	if err := f.loadRules(ctx); err != nil {
		return nil, err
	}
	f.rules.mu.RLock()
	defer f.rules.mu.RUnlock()
	return f.rules.on[supplier], nil
}

// withRules adds rules to a profile. The configuration wins: what it says of a heading or a phrase stays.
func withRules(p parsers.Profile, on []store.RuleRow) parsers.Profile {
	if len(on) == 0 {
		return p
	}
	p.Columns, p.Phrases, p.Carriers = maps.Clone(p.Columns), maps.Clone(p.Phrases), maps.Clone(p.Carriers)
	p.OrderPatterns, p.References = slices.Clone(p.OrderPatterns), slices.Clone(p.References)
	for _, r := range on {
		switch RuleKind(r.Kind) {
		case RuleOrderNumber:
			// First, because of two patterns that fit the same place the first names the number.
			p.OrderPatterns = slices.Insert(p.OrderPatterns, 0, r.Reads)
		case RuleReference:
			p.References = append(p.References, r.Reads)
		case RuleColumn:
			put(&p.Columns, r.Reads, r.Means)
		case RulePhrase:
			put(&p.Phrases, r.Reads, parsers.Kind(r.Means))
		case RuleCarrier:
			put(&p.Carriers, r.Reads, r.Means)
		}
	}
	return p
}

// put adds to a map what it does not have.
func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	if _, there := (*m)[key]; !there {
		(*m)[key] = v
	}
}

// everywhere are texts that stand in messages of every kind and are nobody's number: a pattern that fits one of them would find numbers all over.
var everywhere = []string{"", "a", "1", "12", "the parcel", "Dear customer, thank you for your order", "ORDER", "15:30", "(c)", "+1"}

// checkRule refuses what cannot be a rule, in words, and brings what it reads into the form that is compared.
func checkRule(w *world, r store.RuleRow) (store.RuleRow, error) {
	wrong := func(format string, args ...any) (store.RuleRow, error) {
		return r, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrAction)
	}
	if _, ok := w.cfg.Suppliers[r.Supplier]; !ok {
		return r, unknownSupplier(r.Supplier, w.cfg.Suppliers)
	}
	if r.Reads = strings.TrimSpace(r.Reads); r.Reads == "" || len(r.Reads) > 300 {
		return wrong("say in at most 300 characters what the rule reads")
	}
	switch RuleKind(r.Kind) {
	case RuleOrderNumber, RuleReference:
		re, err := regexp.Compile(r.Reads)
		if err != nil {
			return wrong("%q is no regular expression (%v)", r.Reads, err)
		}
		if slices.ContainsFunc(everywhere, re.MatchString) {
			return wrong("%q fits nearly everything; write out what their numbers have and other words have not", r.Reads)
		}
		r.Means = ""
	case RuleColumn:
		if r.Reads = strings.ToLower(r.Reads); !slices.Contains(columnMeanings, r.Means) {
			return wrong("a column cannot mean %q; choose one of %s", r.Means, strings.Join(columnMeanings, ", "))
		}
	case RulePhrase:
		if len([]rune(carrier.Fold(r.Reads))) < 4 && isASCII(r.Reads) {
			return wrong("%q is too short: it would be found in everything", r.Reads)
		}
		if !slices.Contains(phraseMeanings, parsers.Kind(r.Means)) {
			return wrong("a phrase cannot mean %q; choose one of %v", r.Means, phraseMeanings)
		}
	case RuleCarrier:
		if _, err := regexp.Compile(r.Reads); err != nil {
			return wrong("%q is no regular expression (%v)", r.Reads, err)
		}
		slug, _ := carrier.Normalize(r.Means)
		if slug == "" {
			return wrong("carrier %q is not known; write it like ups, fedex, dhl-germany", r.Means)
		}
		r.Means = slug
	case RuleSender:
		return checkSender(w, r)
	default:
		return wrong("there are no rules of the kind %q; choose order_number, reference, column, phrase, carrier or sender", r.Kind)
	}
	return r, nil
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(c rune) bool { return c > 0x7f }) }

// RuleView is a rule as people read it.
type RuleView struct {
	ID        store.RuleID      `json:"id"`
	Supplier  string            `json:"supplier"`
	Kind      RuleKind          `json:"kind"`
	Text      string            `json:"text"` // the rule as a sentence
	Reads     string            `json:"reads"`
	Means     string            `json:"means,omitempty"`
	State     store.RuleState   `json:"state"`
	MadeAt    time.Time         `json:"made_at"`
	MadeBy    string            `json:"made_by"`
	Exception order.ExceptionID `json:"exception,omitempty"`
	Item      order.ItemID      `json:"item,omitempty"`
	Sentence  string            `json:"sentence,omitempty"` // what it was learned from
	Trial     *Trial            `json:"trial,omitempty"`
	TrialText string            `json:"trial_text,omitempty"`
	ChangedAt time.Time         `json:"changed_at"`
	ChangedBy string            `json:"changed_by"`
	Warning   string            `json:"warning,omitempty"` // what to look at before it is switched on
}

// viewRule shows a rule.
func (f *Flow) viewRule(w *world, r store.RuleRow) (RuleView, error) {
	v := RuleView{ID: r.ID, Supplier: r.Supplier, Kind: RuleKind(r.Kind), Text: ruleText(r, f.supplierName(r.Supplier)), Reads: r.Reads, Means: r.Means, State: r.State,
		MadeAt: r.MadeAt, MadeBy: r.MadeBy, Exception: r.Exception, Item: r.Item, Sentence: r.Sentence, ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy}
	if len(r.Trial) > 0 {
		v.Trial = &Trial{}
		if err := json.Unmarshal(r.Trial, v.Trial); err != nil {
			return v, fmt.Errorf("read the trial of rule %d: %w", r.ID, err)
		}
		v.TrialText = v.Trial.Text()
	}
	if RuleKind(r.Kind) == RuleSender && r.State != store.RuleOn {
		v.Warning = w.addresses.warning(r.Supplier, r.Reads)
	}
	return v, nil
}

// ruleText says a rule as a sentence.
func ruleText(r store.RuleRow, supplier string) string {
	switch RuleKind(r.Kind) {
	case RuleOrderNumber:
		return fmt.Sprintf("%s writes our numbers like %s", supplier, r.Reads)
	case RuleReference:
		return fmt.Sprintf("%s's own references look like %s", supplier, r.Reads)
	case RuleColumn:
		return fmt.Sprintf("in %s's tables, %q is the column of: %s", supplier, r.Reads, r.Means)
	case RulePhrase:
		return fmt.Sprintf("%q means %s when %s says it", r.Reads, strings.ReplaceAll(r.Means, "_", " "), supplier)
	case RuleCarrier:
		return fmt.Sprintf("%s ships numbers like %s with %s", supplier, r.Reads, carrier.Name(r.Means))
	}
	if domain, ok := strings.CutPrefix(r.Reads, "@"); ok {
		if service, _ := match.Service(domain); service != "" {
			return fmt.Sprintf("%s ships with %s", supplier, service)
		}
		return fmt.Sprintf("%s writes from all addresses at %s as well", supplier, domain)
	}
	return fmt.Sprintf("%s writes from %s as well", supplier, r.Reads)
}

// Rules lists what was learned, of one supplier or of all.
func (f *Flow) Rules(ctx context.Context, supplier string) (views []RuleView, err error) {
	w := f.world.Load()
	if _, ok := w.cfg.Suppliers[supplier]; supplier != "" && !ok {
		return nil, unknownSupplier(supplier, w.cfg.Suppliers)
	}
	views = []RuleView{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Rules(store.RuleFilter{Supplier: supplier})
		if err != nil {
			return err
		}
		for _, r := range rows {
			v, err := f.viewRule(w, r)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

// Rule gives one rule.
func (f *Flow) Rule(ctx context.Context, id store.RuleID) (v RuleView, err error) {
	row, err := f.rule(ctx, id)
	if err != nil {
		return v, err
	}
	return f.viewRule(f.world.Load(), row)
}

func (f *Flow) rule(ctx context.Context, id store.RuleID) (row store.RuleRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Rule(id)
		return err
	})
	return row, err
}
