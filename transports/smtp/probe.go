package smtp

import (
	"context"
	"crypto/tls"
	"fmt"

	"waybill/transports"
)

// Probe logs in on a connection of its own and tells what it found: encryption, login, limits, and whether the server takes the
// addresses in Config.From as senders. It names no recipient and sends no mail. Some servers look at the sender only when there is a
// recipient, so a yes is a good sign and no proof.
func (s *Sender) Probe(ctx context.Context) ([]string, error) {
	n, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	defer n.conn.Close()
	facts := []string{n.privacy(s.config.Address)}
	if s.config.Username != "" {
		facts = append(facts, fmt.Sprintf("Logged in as %s with %s.", s.config.Username, n.mechanism))
	} else {
		facts = append(facts, "No login is configured.")
	}
	if n.size > 0 {
		facts = append(facts, fmt.Sprintf("Takes messages of up to %.1f MB.", float64(n.size)/1e6))
	}
	if n.pipelining {
		facts = append(facts, "Offers PIPELINING: one round trip for each message.")
	} else {
		facts = append(facts, "Does not offer PIPELINING: each message takes several round trips.")
	}
	w := newWatch(ctx, n.conn, 0)
	defer w.end()
	for _, from := range s.config.From {
		if _, err := checkAddress(from); err != nil {
			return facts, addressError("mail", err)
		}
		if err := n.probeFrom(w, from); err != nil {
			return facts, err
		}
		facts = append(facts, fmt.Sprintf("Takes %s as a sender.", from))
	}
	n.quit()
	return facts, nil
}

func (n *session) probeFrom(w *watch, from string) error {
	w.step(n.timeouts.Command)
	group := []command{{op: "mail", line: "MAIL FROM:<" + from + ">", want: 2}}
	n.write(group)
	if err := n.text.W.Flush(); err != nil {
		return lost("mail", err)
	}
	if err := n.answers(group); err != nil {
		return err
	}
	if n.reset(w); n.broken {
		return lost("reset", errReply)
	}
	return nil
}

// privacy says in words how the connection is protected.
func (n *session) privacy(address string) string {
	state, err := n.client.GetTLSConnectionState()
	if err != nil {
		return fmt.Sprintf("Connected to %s without encryption.", address)
	}
	until := ""
	if len(state.PeerCertificates) > 0 {
		until = ", certificate good until " + state.PeerCertificates[0].NotAfter.UTC().Format("2006-01-02")
	}
	return fmt.Sprintf("Connected to %s with %s%s.", address, tls.VersionName(state.Version), until)
}

var (
	_ transports.Sender = (*Sender)(nil)
	_ transports.Probe  = (*Sender)(nil)
)
