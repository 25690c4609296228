package config

// Here are the shop systems that a channel may be, each with the settings of its API.

// Shopify is a shop on Shopify.
type Shopify struct {
	Shop               string   `yaml:"shop" doc:"The shop's own address at Shopify, like example.myshopify.com." required:"true"`
	ClientID           string   `yaml:"client_id" doc:"Client ID of your app in the Dev Dashboard."`
	ClientSecretFile   string   `yaml:"client_secret_file" doc:"File with the app's client secret."`
	TokenFile          string   `yaml:"token_file" doc:"File with the Admin API access token of an app that was made in the shop's admin; instead of client_id and client_secret_file."`
	WebhookSecretFiles []string `yaml:"webhook_secret_files" doc:"Files with the secrets that may sign webhooks; two while you change one." implied:"client_secret_file"`
	Locations          []string `yaml:"locations" doc:"Locations whose goods your suppliers ship, by name or number. What other locations ship is left alone." implied:"all"`
	NotifyCustomer     *bool    `yaml:"notify_customer" doc:"Shopify writes to the customer when a parcel leaves or its number changes." default:"true"`
	BadNews            string   `yaml:"bad_news" doc:"What is written to an order of which something comes late or not at all: a tag, a line in its note, or nothing." default:"tag" enum:"tag,note,none"`
	Poll               Duration `yaml:"poll" doc:"How often to look for new orders and changes." default:"1m"`
	SweepDays          int      `yaml:"sweep_days" doc:"Once a day all orders of so many days that are not shipped are compared with the books." default:"30"`
	URL                string   `yaml:"url" doc:"Another address of the API, for a practice shop." implied:"https:// and shop"`
	CAFile             string   `yaml:"ca_file" doc:"Certificate authority of that address, when it is not a public one."`
	AllowPrivate       bool     `yaml:"allow_private" doc:"That address may be on this machine or in a private network."`
}
