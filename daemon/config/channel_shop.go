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
	AuthorizedIsPaid   bool     `yaml:"authorized_is_paid" doc:"An order counts as paid when its payment is authorized: for shops that capture the money when they ship."`
	Poll               Duration `yaml:"poll" doc:"How often to look for new orders and changes." default:"1m"`
	SweepDays          int      `yaml:"sweep_days" doc:"Once a day all orders of so many days that are not shipped are compared with the books." default:"30"`
	URL                string   `yaml:"url" doc:"Another address of the API, for a practice shop." implied:"https:// and shop"`
	CAFile             string   `yaml:"ca_file" doc:"Certificate authority of that address, when it is not a public one."`
	AllowPrivate       bool     `yaml:"allow_private" doc:"That address may be on this machine or in a private network."`
}

// WooCommerce is a WooCommerce shop.
type WooCommerce struct {
	URL                string   `yaml:"url" doc:"The shop's address, with the folder WordPress is in, like https://shop.example." required:"true"`
	KeyFile            string   `yaml:"key_file" doc:"File with the REST API's consumer key (ck_…), made with Permissions: Read/Write." required:"true"`
	SecretFile         string   `yaml:"secret_file" doc:"File with its consumer secret (cs_…)." required:"true"`
	WebhookSecretFiles []string `yaml:"webhook_secret_files" doc:"Files with the secrets that may sign webhooks; two while you change one." implied:"no webhook is taken"`
	ReenableWebhooks   bool     `yaml:"reenable_webhooks" doc:"Switch a webhook that has switched itself off on again, once a day."`
	PaidStatuses       []string `yaml:"paid_statuses" doc:"Statuses of orders that are paid and to be shipped; plug-ins bring their own." default:"[processing]"`
	Bundles            string   `yaml:"bundles" doc:"Which lines of a bundle ship: what is in it, the bundle as one, or all of them." default:"children" enum:"children,parent,all"`
	Tracking           string   `yaml:"tracking" doc:"How tracking numbers are written: with a plug-in, as WooCommerce's own fulfilments, or as a note; auto takes the first that the shop has." default:"auto" enum:"auto,shipment_tracking,ast,fulfillments,note"`
	Note               string   `yaml:"note" doc:"Who sees a note with tracking numbers; the customer gets it by mail from WooCommerce." default:"customer" enum:"customer,private,none"`
	NoteText           string   `yaml:"note_text" doc:"What such a note says for each parcel; {carrier}, {number}, {url} and {order} are filled in." implied:"an English sentence"`
	NotifyCustomer     bool     `yaml:"notify_customer" doc:"WooCommerce writes to the customer about a fulfilment (fulfillments)."`
	CompletedStatus    string   `yaml:"completed_status" doc:"Status of an order of which everything has shipped; none leaves the status alone." default:"completed"`
	LackingStatus      string   `yaml:"lacking_status" doc:"Status of an order of which something will not come, like on-hold." implied:"the status stays; a private note says it"`
	Poll               Duration `yaml:"poll" doc:"How often to look for new orders and changes." default:"1m"`
	PerSecond          int      `yaml:"per_second" doc:"Most requests a second." default:"2"`
	CAFile             string   `yaml:"ca_file" doc:"Certificate authority of the shop, when it is not a public one."`
	AllowPrivate       bool     `yaml:"allow_private" doc:"The shop may be on this machine or in a private network."`
}

// Marketplace is a marketplace whose orders come as files, and that is told of shipments by files.
type Marketplace struct {
	Country   string            `yaml:"country" doc:"Country of the marketplace, two letters (ISO 3166-1) like US, GB, DE or JP." required:"true"`
	Orders    ReportFolder      `yaml:"orders" doc:"Where its order reports lie."`
	Shipments *ShipmentFolder   `yaml:"shipments" doc:"Where files with shipments go." implied:"the marketplace is not told"`
	Schedule  string            `yaml:"schedule" doc:"Cron expression in the shop's time zone: when a file with the shipments since the last one is written." default:"*/30 * * * *"`
	Encoding  string            `yaml:"encoding" doc:"How the files' characters are written." enum:"utf-8,utf-8-bom,windows-1252,iso-8859-1,shift-jis" implied:"found from the file; shift-jis to and from Japan's Amazon, else UTF-8"`
	Carriers  map[string]string `yaml:"carriers" doc:"Our names of carriers (ups, dhl-germany, …) and the marketplace's words for them, where its own list differs."`
}

// ReportFolder is where reports lie.
type ReportFolder struct {
	SFTP    *SFTP    `yaml:"sftp" doc:"The server." implied:"a folder on this machine"`
	Path    string   `yaml:"path" doc:"The folder." required:"true"`
	Archive string   `yaml:"archive" doc:"Folder for files that are safe." implied:"a folder done inside, on this machine; else they stay where they are"`
	Files   []string `yaml:"files" doc:"Patterns of names." default:"['*.txt', '*.tsv', '*.csv']"`
	Poll    Duration `yaml:"poll" doc:"How often to look." default:"1m"`
}

// ShipmentFolder is where files with shipments go.
type ShipmentFolder struct {
	SFTP *SFTP  `yaml:"sftp" doc:"The server." implied:"a folder on this machine"`
	Path string `yaml:"path" doc:"The folder." required:"true"`
}
