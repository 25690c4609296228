package flow

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/marketplace"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// openMarketplace makes what reads a marketplace's reports, and the lane of the files with shipments.
func (f *Flow) openMarketplace(w *world, slug string, kind marketplace.Kind, c config.Marketplace) (*marketplace.Shop, error) {
	place, dir, err := f.filesAt(w, c.Orders.SFTP, c.Orders.Path)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	archive := c.Orders.Archive
	if c.Orders.SFTP == nil {
		archive = cmp.Or(archive, "done")
	}
	if w.shadowsChannel(slug) {
		archive = "" // the reports stay where they are
	}
	name := shopSource + slug
	files, err := transports.NewFileReceiver(place, transports.FileReceiverConfig{Source: name, Dir: dir, Archive: archive, Include: c.Orders.Files, Since: w.cfg.Start,
		Cursor: cursor{f.store, "cursor:" + name}, Now: f.now})
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	if s := c.Shipments; s != nil {
		place, dir, err := f.filesAt(w, s.SFTP, s.Path)
		if err != nil {
			return nil, fmt.Errorf("shipments: %w", err)
		}
		sender := transports.NewFileSender(place, transports.FileSenderConfig{Dir: dir, Now: f.now})
		w.lanes[laneCSV+slug] = &lane{name: laneCSV + slug, title: fmt.Sprintf("files with shipments for channel %s", slug), sender: sender, workers: 1, probe: sender}
	}
	return marketplace.New(marketplace.Config{Kind: kind, Country: c.Country, Encoding: c.Encoding, Files: files}), nil
}

// filesAt is a folder of this machine or on a server, and its directory there.
func (f *Flow) filesAt(w *world, server *config.SFTP, path string) (transports.FileServer, string, error) {
	if server == nil {
		return localFolder(path), ".", nil
	}
	account, err := f.sftpServer(w, *server)
	return account, path, err
}

// confirmations are the files with shipments that a marketplace gets.
func (f *Flow) confirmations(w *world, kind marketplace.Kind, c config.Marketplace) trackingOut {
	how := marketplace.Confirmation{Kind: kind, Country: c.Country, Encoding: c.Encoding, Carriers: c.Carriers, Zone: w.zone}
	dir := "."
	if c.Shipments.SFTP != nil {
		dir = c.Shipments.Path
	}
	return trackingOut{c.Schedule, dir, func(rows []channel.TrackingRow, n int64) (string, []byte, []string, error) {
		file, left, err := how.Write(rows)
		return f.trackingName(string(kind)+"_shipments", n, how.Extension()), file, left, err
	}}
}

// notTold puts what a file had to leave out before a person.
func (f *Flow) notTold(tx *store.Tx, slug string, n int64, left []string) error {
	if len(left) == 0 {
		return nil
	}
	_, _, err := f.open(tx, Exception{Kind: NotConfirmed, Key: fmt.Sprintf("left_out:%s:%d", slug, n), Channel: slug, Detail: Detail{About: "channel " + slug, Reasons: first(left, 50),
		Help: "Confirm these shipments in the marketplace by hand. All others are in the file."}})
	return err
}

// marketRefused puts what a marketplace did not take before a person.
func (f *Flow) marketRefused(tx *store.Tx, slug string, row store.ItemRow, reasons []string) error {
	_, _, err := f.open(tx, Exception{Kind: NotConfirmed, Key: fmt.Sprintf("refused:%d", row.ID), Channel: slug, Item: row.ID, Detail: Detail{About: "channel " + slug, Reasons: first(reasons, 50),
		Help: "These are the marketplace's own words. Confirm the shipments there by hand, or mend what they say; nothing is sent again by itself."}})
	return err
}

func (f *Flow) openMarket(w *world, slug string, c config.Channel) (*marketplace.Shop, time.Duration, error) {
	kind, m := marketplace.Amazon, c.Amazon
	if m == nil {
		kind, m = marketplace.EBay, c.EBay
	}
	shop, err := f.openMarketplace(w, slug, kind, *m)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", kind, err)
	}
	return shop, time.Duration(m.Orders.Poll), nil
}

// whole puts the lines back that a report leaves out because they have shipped, in the order that they have.
func whole(doc, known order.Order) order.Order {
	lines, missing := slices.Clone(known.Lines), len(known.Lines)
	for _, l := range doc.Lines {
		at := slices.IndexFunc(lines, func(k order.Line) bool { return k.ID == l.ID })
		if at < 0 {
			lines = append(lines, l)
			continue
		}
		lines[at] = l
		missing--
	}
	if doc.Lines = lines; missing > 0 {
		doc.Total = known.Total
	}
	return doc
}
