package imap

import (
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Probe logs in and tells what it found, one fact a sentence. It opens no folder and changes nothing.
func (a *Account) Probe(ctx context.Context) ([]string, error) {
	s, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer s.logout()
	facts := []string{fmt.Sprintf("Logged in to %s as %s (%s).", a.cfg.Address, a.cfg.Username, a.protection())}
	if s.caps.Has(imap.CapIdle) {
		facts = append(facts, "The server tells new mail at once (IDLE).")
	} else {
		facts = append(facts, fmt.Sprintf("The server has no IDLE: new mail is looked for every %v.", a.cfg.PollEvery))
	}
	all, err := s.list(ctx)
	if err != nil {
		return facts, err
	}
	facts = append(facts, fmt.Sprintf("The mailbox has %d folders.", len(all)))
	for _, use := range []string{Junk, Sent} {
		name := special(all, use)
		if name == "" {
			facts = append(facts, fmt.Sprintf("No folder for %s was found.", strings.ToLower(use[1:])))
			continue
		}
		facts = append(facts, fmt.Sprintf("The folder for %s is %s.", strings.ToLower(use[1:]), name))
	}
	watched, err := s.resolve(ctx, a.cfg.Folders)
	if err != nil {
		return facts, err
	}
	for _, name := range watched {
		st, err := s.status(ctx, name)
		if err != nil {
			return facts, s.folderError(ctx, name, err)
		}
		if st.NumMessages != nil {
			facts = append(facts, fmt.Sprintf("Folder %s holds %d mails and will be watched.", name, *st.NumMessages))
		}
	}
	return facts, nil
}

func (a *Account) protection() string {
	switch a.cfg.Security {
	case TLS:
		return "TLS, certificate verified"
	case StartTLS:
		return "STARTTLS, certificate verified"
	}
	return "unprotected"
}
