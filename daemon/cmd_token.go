package main

import (
	"crypto/rand"

	"github.com/spf13/cobra"

	"waybill/daemon/web"
)

func (a *app) tokenCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "token", Short: "Make a bearer token for the API or for metrics", Args: cobra.NoArgs,
		Long: "Draws a token and prints it once, with its hash. The hash goes into http.tokens (who may post orders) or http.metrics_tokens; the token goes to who uses it, and is\n" +
			"kept nowhere here. To change one: put the new hash beside the old one and reload, move the shop to the new token, take the old hash out and reload.",
		RunE: func(*cobra.Command, []string) error {
			token, hash, err := web.NewToken(rand.Reader)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]string{"token": token, "hash": hash})
			}
			return a.say("The token, shown only now; give it to the program that posts orders:\n  %s\nIts hash, for http.tokens in the configuration:\n  %s", token, hash)
		},
	}
	a.jsonFlag(c)
	return c
}
