package flow

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
	"waybill/daemon/failpoint"
	"waybill/daemon/proof"
	"waybill/daemon/routing"
	"waybill/templates"
	"waybill/transports"
	transporthttp "waybill/transports/http"
	"waybill/transports/imap"
	"waybill/transports/sftp"
	"waybill/transports/smtp"
)

// world is everything that follows from one configuration. It is built as a whole or not at all, and never changed.
type world struct {
	cfg       *config.Config
	zone      *time.Location
	works     calendar.Calendar            // the shop's
	calendars map[string]calendar.Calendar // by supplier
	router    *routing.Router
	gates     *routing.Gates
	templates *templates.Set
	addresses *addressBook
	lanes     map[string]*lane
	sources   []source
	// dropOf and ordersIn say whose files a source's items are: a supplier's answers, or a channel's orders.
	dropOf        map[string]string
	ordersIn      map[string]string
	shops         map[string]*shopOf // by source
	ownAddresses  []string
	orderPatterns []string
	signers       map[string]*smtp.DKIM // by mailbox, where DKIM is configured
	logins        map[string]*login     // by mailbox, where it logs in with OAuth2
	facts         map[string]string     // what all nodes must agree on
	resolver      proof.Resolver        // nil: nothing is looked up
	closers       []io.Closer
}

func (w *world) close() {
	for _, c := range w.closers {
		_ = c.Close()
	}
}

// build makes the world of a configuration; every problem is told.
func (f *Flow) build(cfg *config.Config) (*world, error) {
	w := &world{cfg: cfg, lanes: map[string]*lane{}, dropOf: map[string]string{}, ordersIn: map[string]string{}, shops: map[string]*shopOf{}, signers: map[string]*smtp.DKIM{}, logins: map[string]*login{}}
	var errs []error
	try := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	var err error
	w.zone, err = time.LoadLocation(cmp.Or(cfg.Shop.Timezone, "UTC"))
	try(err)
	w.templates, err = templates.Load(os.DirFS(filepath.Join(cfg.Dir, "templates")))
	try(err)
	w.router, err = routing.New(RoutingRules(cfg))
	try(err)
	w.gates, err = gatesOf(cfg)
	try(err)
	w.addresses = newAddressBook(cfg)
	if f.resolve != nil && cfg.DNS.Server != config.NoDNS {
		w.resolver = f.resolve(cfg.DNS.Server)
	}
	for _, name := range sorted(cfg.Mailboxes) {
		try(f.buildMailbox(w, name, cfg.Mailboxes[name]))
	}
	for _, slug := range sorted(cfg.Suppliers) {
		try(f.buildSupplier(w, cfg.Suppliers[slug]))
	}
	for _, slug := range sorted(cfg.Channels) {
		try(f.buildChannel(w, slug, cfg.Channels[slug]))
	}
	try(f.buildAlerts(w))
	if w.zone != nil {
		try(w.buildCalendars())
	}
	if len(errs) > 0 {
		w.close()
		return nil, errors.Join(errs...)
	}
	w.guard()
	if f.store != nil && f.store.Shared() {
		w.facts = f.factsOf(w)
	}
	return w, nil
}

// RoutingRules are the rules of a configuration.
func RoutingRules(cfg *config.Config) routing.Rules {
	rules := routing.Rules{Unrouted: cfg.Routing.Unrouted, Ambiguous: cfg.Routing.Ambiguous}
	for _, slug := range sorted(cfg.Suppliers) {
		s := cfg.Suppliers[slug]
		supplier := routing.Supplier{Slug: slug, Name: s.Name, Priority: s.Priority}
		for _, k := range s.SKUs {
			supplier.SKUs = append(supplier.SKUs, routing.SKURule{SKU: k.SKU, Prefix: k.Prefix, Pattern: k.Pattern, Theirs: k.Theirs})
		}
		rules.Suppliers = append(rules.Suppliers, supplier)
	}
	return rules
}

func (f *Flow) buildMailbox(w *world, name string, m config.Mailbox) error {
	w.ownAddresses = append(w.ownAddresses, strings.ToLower(m.Address))
	l, err := f.login(w.cfg, name, m)
	if err != nil {
		return fmt.Errorf("mailbox %s: oauth: %w", name, err)
	}
	if l != nil {
		w.logins[name] = l
	}
	if m.SMTP != nil {
		if err := f.buildSMTP(w, name, m); err != nil {
			return fmt.Errorf("mailbox %s: smtp: %w", name, err)
		}
	}
	if m.IMAP != nil {
		if err := f.buildIMAP(w, name, m); err != nil {
			return fmt.Errorf("mailbox %s: imap: %w", name, err)
		}
	}
	return nil
}

func (f *Flow) buildSMTP(w *world, name string, m config.Mailbox) error {
	c, err := smtpConfig(w.cfg, m, w.logins[name])
	if err != nil {
		return err
	}
	c.Dialer, c.Clock = f.dialer, f.now
	sender, err := smtp.New(c)
	if err != nil {
		return err
	}
	w.closers = append(w.closers, sender)
	l := &lane{name: laneMail + name, title: "sending mail as " + m.Address, sender: sender, workers: sendsAWay * c.Connections, limits: map[string]*limit{}, probe: sender, login: w.logins[name]}
	for slug, s := range w.cfg.Suppliers {
		if w.mailboxOf(s.Send.Mailbox) == name {
			l.limits[slug] = limitOf(s, l.workers)
		}
	}
	if m.SMTP.PerDay > 0 {
		l.day = &dayLimit{most: m.SMTP.PerDay}
		if title := m.Profile().Title; title != "" {
			l.day.provider = " at " + title
		}
	}
	w.lanes[l.name] = l
	if m.DKIM != nil {
		pem, err := w.cfg.Secret(m.DKIM.KeyFile)
		if err != nil {
			return err
		}
		if w.signers[name], err = smtp.NewDKIM(m.DKIM.Domain, m.DKIM.Selector, []byte(pem)); err != nil {
			return err
		}
	}
	return nil
}

// sendsAWay is how many messages are under way for each connection: one is answered while the next one's envelope and body follow.
const sendsAWay = 3

func limitOf(s config.Supplier, most int) *limit {
	lim := &limit{slots: make(chan struct{}, cmp.Or(s.Send.Max, most))}
	if s.Send.PerHour > 0 {
		lim.rate.Store(rate.NewLimiter(rate.Limit(float64(s.Send.PerHour)/3600), max(1, s.Send.PerHour/60)))
	}
	return lim
}

func (f *Flow) buildIMAP(w *world, name string, m config.Mailbox) error {
	c, err := imapConfig(w.cfg, m, w.logins[name])
	if err != nil {
		return err
	}
	s := source{name: sourceInbox + name, title: "mailbox " + m.Address, poll: time.Duration(cmp.Or(m.IMAP.Poll, config.Duration(time.Minute))), bell: newBell()}
	c.Name, c.Dialer, c.Clock = s.name, f.dialer, f.now
	c.PollEvery = s.poll
	c.Cursor = cursor{f.store, "cursor:" + s.name}
	c.State = f.mailboxState(s)
	c.Since = w.cfg.Start
	account, err := imap.New(c)
	if err != nil {
		return err
	}
	s.receiver, s.probe = account, account
	w.sources = append(w.sources, s)
	return nil
}

func (f *Flow) buildSupplier(w *world, s config.Supplier) error {
	if err := sheetOf(s.Send.File).Check(); err != nil {
		return fmt.Errorf("%s: %w", w.cfg.At(s.Slug, "send", "file"), err)
	}
	if err := templates.CheckFileName(s.Send.File.Name, s.Send.File.Format, s.Send.Batch != "" || s.Send.By == "export"); err != nil {
		return fmt.Errorf("%s: %w", w.cfg.At(s.Slug, "send", "file", "name"), err)
	}
	var server transports.FileServer
	if s.Send.SFTP != nil {
		sender, err := f.sftpServer(w, *s.Send.SFTP)
		if err != nil {
			return fmt.Errorf("supplier %s: sftp: %w", s.Slug, err)
		}
		server = sender
	}
	switch s.Send.By {
	case "sftp":
		if server == nil {
			return fmt.Errorf("supplier %s: send.by is sftp and there is no send.sftp", s.Slug)
		}
		w.addFileLane(laneSFTP+s.Slug, "uploading to "+server.String(), server, s, f.now)
	case "folder":
		w.addFileLane(laneFolder+s.Slug, "writing to "+s.Send.Path, localFolder(s.Send.Path), s, f.now)
	}
	if s.Receive == nil {
		return nil
	}
	d := *s.Receive
	var drop transports.FileServer
	dir := d.Path
	switch {
	case d.SFTP != nil && (d.SFTP.Host == "" && server != nil):
		drop = server
	case d.SFTP != nil:
		other, err := f.sftpServer(w, *d.SFTP)
		if err != nil {
			return fmt.Errorf("supplier %s: receive: %w", s.Slug, err)
		}
		drop = other
	default:
		drop, dir = localFolder(d.Path), "."
	}
	src := source{name: "drop:" + s.Slug, title: "the drop of " + s.Name, poll: time.Duration(cmp.Or(d.Poll, config.Duration(time.Minute))), bell: newBell()}
	receiver := transports.FileReceiverConfig{Source: src.name, Dir: dir, Archive: d.Archive, Include: d.Files, Since: w.cfg.Start,
		Cursor: cursor{f.store, "cursor:" + src.name}, Now: f.now}
	if s.Mode == config.Shadow {
		receiver.Archive = "" // their folder stays as it is; what was read is moved when the supplier is live
	}
	if d.Done != "" {
		receiver.Whole, receiver.Markers = transports.Done, []string{d.Done}
	}
	return w.addDrop(src, drop, receiver, w.dropOf, s.Slug)
}

func (w *world) addFileLane(name, title string, server transports.FileServer, s config.Supplier, now transports.Clock) {
	dir := s.Send.Path
	if s.Send.By == "folder" {
		dir = "."
	}
	sender := transports.NewFileSender(server, transports.FileSenderConfig{Dir: dir, NoRename: s.Send.NoRename, Now: now})
	l := &lane{name: name, title: title, sender: sender, workers: fileWorkers, limits: map[string]*limit{}, probe: sender}
	if s.Send.PerHour > 0 {
		l.limits[s.Slug] = limitOf(s, fileWorkers)
	}
	w.lanes[name] = l
}

// fileWorkers is how many files of one lane are on their way at once; the server's round trip is the limit, not its width.
const fileWorkers = 96

func (w *world) addDrop(s source, server transports.FileServer, c transports.FileReceiverConfig, owner map[string]string, slug string) error {
	receiver, err := transports.NewFileReceiver(server, c)
	if err != nil {
		return fmt.Errorf("%s: %w", s.title, err)
	}
	s.receiver, s.probe = receiver, receiver
	owner[s.name] = slug
	w.sources = append(w.sources, s)
	return nil
}

func (f *Flow) sftpServer(w *world, c config.SFTP) (*sftp.Account, error) {
	sc, err := sftpConfig(w.cfg, c)
	if err != nil {
		return nil, err
	}
	sc.Dialer = f.dialer
	server, err := sftp.Open(sc)
	if err != nil {
		return nil, err
	}
	w.closers = append(w.closers, server)
	return server, nil
}

func (f *Flow) buildChannel(w *world, slug string, c config.Channel) error {
	if c.OrderPattern != "" {
		w.orderPatterns = append(w.orderPatterns, c.OrderPattern)
	}
	if c.Webhook != nil {
		sender, err := f.webhookSender(w, *c.Webhook)
		if err != nil {
			return fmt.Errorf("channel %s: webhook: %w", slug, err)
		}
		w.closers = append(w.closers, sender)
		w.lanes[laneWebhook+slug] = &lane{name: laneWebhook + slug, title: "the webhook of channel " + slug, sender: sender, workers: 8, idempotent: c.Webhook.Repeats != "unknown", address: c.Webhook.URL}
	}
	if c.TrackingCSV != nil {
		sender := transports.NewFileSender(localFolder(c.TrackingCSV.Path), transports.FileSenderConfig{Dir: ".", Now: f.now})
		w.lanes[laneCSV+slug] = &lane{name: laneCSV + slug, title: "tracking files in " + c.TrackingCSV.Path, sender: sender, workers: 1}
	}
	if err := f.buildShop(w, slug, c); err != nil {
		return fmt.Errorf("channel %s: %w", slug, err)
	}
	if c.Folder == nil {
		return nil
	}
	s := source{name: "orders:" + slug, title: "the order folder of channel " + slug, poll: time.Duration(cmp.Or(c.Folder.Poll, config.Duration(10*time.Second))), bell: newBell()}
	archive := cmp.Or(c.Folder.Archive, "done")
	if w.shadowsChannel(slug) {
		archive = "" // the channel's folder stays as it is
	}
	return w.addDrop(s, localFolder(c.Folder.Path), transports.FileReceiverConfig{Source: s.name, Dir: ".", Archive: archive, Since: w.cfg.Start,
		Include: []string{"*.json", "*.jsonl", "*.ndjson", "*.csv"}, Cursor: cursor{f.store, "cursor:" + s.name}, Now: f.now}, w.ordersIn, slug)
}

func (f *Flow) webhookSender(w *world, c config.Webhook) (*transporthttp.Sender, error) {
	var secrets []transporthttp.Secret
	for _, file := range c.SecretFiles {
		text, err := w.cfg.Secret(file)
		if err != nil {
			return nil, err
		}
		secret, err := transporthttp.ParseSecret(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		secrets = append(secrets, secret)
	}
	return transporthttp.New(transporthttp.Config{Secrets: secrets, Dialer: f.web(c.AllowPrivate),
		AllowPlain: c.AllowPrivate, Idempotent: c.Repeats != "unknown", Clock: f.now})
}

// webDialer opens connections to other people's servers: to none that leads inwards, unless that is wanted.
func webDialer(allowPrivate bool) transports.Dialer {
	return failpoint.Dialer(transporthttp.Dialer{Private: allowPrivate})
}

// mailboxOf gives the mailbox of that name; without a name the only one that can send, or the first by name.
func (w *world) mailboxOf(name string) string {
	if name != "" {
		return name
	}
	for _, n := range sorted(w.cfg.Mailboxes) {
		if w.cfg.Mailboxes[n].SMTP != nil {
			return n
		}
	}
	return ""
}

// zoneOf is the supplier's time zone, or the shop's.
func (w *world) zoneOf(s config.Supplier) *time.Location {
	if s.Timezone == "" {
		return w.zone
	}
	if zone, err := time.LoadLocation(s.Timezone); err == nil {
		return zone
	}
	return w.zone
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func names[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(sorted(m), ", ")
}
