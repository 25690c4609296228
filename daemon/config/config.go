// Package config turns the configuration files into typed values, with file, line and what was expected in every error, and all
// errors at once. It imports nothing of ours: what the values mean to a transport or to a rule is said where they are used.
//
// A configuration is one YAML file (waybill.yaml), a file for each supplier beside it (suppliers/SLUG.yaml), and a
// folder of templates that are overridden (templates/). Secrets are never inline: a field that ends in _file names a file that is
// looked up in $CREDENTIALS_DIRECTORY and then beside the configuration.
package config

import "time"

// Config is everything that was configured. Its tags are the one source of the reference in docs/configuration.md, of the JSON
// Schema and of what Load accepts:
//
//	doc       what a setting means
//	default   the value, in YAML, that Load fills in where the setting is left out
//	implied   in words, what holds where it is left out and has no single value
//	required  it must be there
//	enum      the only texts that are accepted
type Config struct {
	// Path is the file it was read from, Dir its folder, both absolute.
	Path string `yaml:"-"`
	Dir  string `yaml:"-"`
	// Warnings are things that work and deserve a look all the same.
	Warnings []Problem `yaml:"-"`

	// credentials is $CREDENTIALS_DIRECTORY at the time of loading.
	credentials string
	// Start is StartAt as a moment, zero when it was left out.
	Start time.Time `yaml:"-"`

	Shop      Shop                `yaml:"shop" doc:"Your shop, as suppliers and customers see it." required:"true"`
	State     string              `yaml:"state" doc:"Folder for the database, the socket and what waybill remembers." default:"/var/lib/waybill"`
	StartAt   string              `yaml:"start_at" doc:"Moment (2026-03-01T09:00:00Z, or a date in the shop's time zone) from which waybill works: older orders are put aside, older mails and files are not read." implied:"everything counts, however old"`
	Mode      string              `yaml:"mode" doc:"shadow: what would go to suppliers goes to operator.to instead, channels and customers hear nothing (docs/shadow.md)." default:"live" enum:"shadow,live"`
	Sending   Sending             `yaml:"sending" doc:"What guards the way out: a pause for second thoughts, a supplier's first orders, and how much at most."`
	Database  Database            `yaml:"database" doc:"Where the books are. Leave out for one SQLite file in the state folder."`
	HTTP      HTTP                `yaml:"http" doc:"The API for orders."`
	Mailboxes map[string]Mailbox  `yaml:"mailboxes" doc:"Mail accounts that waybill sends from and watches, by a name of your choice."`
	Operator  Operator            `yaml:"operator" doc:"Who hears of what needs a person."`
	Channels  map[string]Channel  `yaml:"channels" doc:"Where orders come from and tracking goes back to, by slug."`
	Suppliers map[string]Supplier `yaml:"-"` // from suppliers/*.yaml, by slug (the file's name)
	Routing   Routing             `yaml:"routing" doc:"What happens to lines that no supplier takes, or two take."`
	Deadlines Deadlines           `yaml:"deadlines" doc:"When a supplier who is silent is asked, and when you hear of it; a supplier's own deadlines take their place."`
	DNS       DNS                 `yaml:"dns" doc:"How it is looked up who has signed a mail (docs/authentication.md)."`
	Retention Retention           `yaml:"retention" doc:"How long personal data is kept (docs/privacy.md)."`
	Gates     Gates               `yaml:"gates" doc:"Rules that hold an order for a person before anything is sent, by name (docs/gates.md)."`
}

// Shop is the shop.
type Shop struct {
	Name     string  `yaml:"name" doc:"The shop's name in mails." required:"true"`
	URL      string  `yaml:"url" doc:"The shop's address on the web."`
	Timezone string  `yaml:"timezone" doc:"IANA time zone of the people at the shop, like America/Chicago." default:"UTC"`
	Phone    string  `yaml:"phone" doc:"A phone number that suppliers may call."`
	Working  Working `yaml:"working" doc:"When the shop works, and its suppliers where they say nothing else."`
}

// Sending guards the way out; a supplier's file may say otherwise for that supplier.
type Sending struct {
	Delay       Duration `yaml:"delay" doc:"How long an order waits before it is sent; until then waybill dispatch cancel takes it back. 0s: not at all." default:"1m" zero:"true"`
	FirstOrders int      `yaml:"first_orders" doc:"How many first orders of a supplier wait for you to release them. 0: none." default:"3"`
	PerSupplier int      `yaml:"per_supplier" doc:"Most purchase orders to one supplier within an hour; beyond, sending to them stops until you release it. 0: no limit." default:"100"`
	Total       int      `yaml:"total" doc:"Most purchase orders and customer mails within an hour, all together. 0: no limit." default:"500"`
}

// Database says where the books are.
type Database struct {
	Path         string   `yaml:"path" doc:"The SQLite file." implied:"waybill.db in the state folder"`
	DSNFile      string   `yaml:"dsn_file" doc:"File with a PostgreSQL address (postgres://…) instead of SQLite."`
	Lease        Duration `yaml:"lease" doc:"Of several machines over one PostgreSQL: how long one may be silent before the others do its work. At least 2s; what is below 10s takes a busy machine for a dead one." default:"15s"`
	TokenKeyFile string   `yaml:"token_key_file" doc:"File with the key that seals logins (OAuth2) in it: 64 hexadecimal digits, as openssl rand -hex 32 prints. Several machines over one database need it." implied:"token-key in the state folder, made at first use"`
}

// DNS says where names are looked up.
type DNS struct {
	Server string `yaml:"server" doc:"Address and port of a DNS server, like 127.0.0.1:53; or none: nothing is looked up, and only what your own mail server has found proves who wrote a mail." implied:"the system's"`
}

// NoDNS is the server of who looks nothing up.
const NoDNS = "none"

// Retention is how long personal data is kept. What is under way, or on the desk, stays until it is over.
type Retention struct {
	Raw      string `yaml:"raw" doc:"How long the bytes of what came in and went out are kept: mails, files, webhooks, messages. At least 14 days; never: always." default:"90 days"`
	Personal string `yaml:"personal" doc:"How long after an order is over its customer's name, addresses and words are kept. Numbers, SKUs, quantities and amounts stay. Not shorter than raw; never: always." default:"24 months"`
	// RawAge and PersonalAge are the same, resolved.
	RawAge      Age `yaml:"-"`
	PersonalAge Age `yaml:"-"`
}

// HTTP is the API's listener.
type HTTP struct {
	Listen         string   `yaml:"listen" doc:"Address and port; put a reverse proxy with TLS before it." default:"127.0.0.1:8340"`
	Tokens         []string `yaml:"tokens" doc:"Hashes (sha256:…) of the bearer tokens that may post orders, as waybill token prints them; two while you change one. The tokens themselves are kept nowhere."`
	MetricsTokens  []string `yaml:"metrics_tokens" doc:"Hashes of the bearer tokens that may read GET /metrics." implied:"nobody may, but for who can open the daemon's socket"`
	TrustedProxies []string `yaml:"trusted_proxies" doc:"Addresses or networks of your reverse proxies, like 127.0.0.1: only from there X-Forwarded-For is believed, and who asks too much is told apart." implied:"none"`
	PerToken       int      `yaml:"per_token" doc:"Most requests a minute with one token; a tenth of it at once. 0: no limit." default:"6000"`
	PerAddress     int      `yaml:"per_address" doc:"Most requests a minute from one address without a token; webhooks whose signature fits are not counted. 0: no limit." default:"300"`
	PublicURL      string   `yaml:"public_url" doc:"The address under which the reverse proxy shows this API to the world, like https://waybill.shop.example. With it shop systems are asked for webhooks." implied:"shop systems are only polled"`
}

// Server is an account on a mail server.
type Server struct {
	Host         string   `yaml:"host" doc:"Host name; must be on the server's certificate." implied:"the provider's"`
	Port         int      `yaml:"port" doc:"Port." implied:"the provider's; else SMTP: 465, or 587 with starttls; IMAP: 993, or 143 with starttls"`
	TLS          string   `yaml:"tls" doc:"How the connection is encrypted. none only works to this machine." default:"implicit" enum:"implicit,starttls,none"`
	CAFile       string   `yaml:"ca_file" doc:"Certificate authority, when it is not a public one."`
	Username     string   `yaml:"username" doc:"Login name." implied:"the mailbox's address"`
	PasswordFile string   `yaml:"password_file" doc:"File with the password. Without it, and without oauth, there is no login." implied:"the mailbox's"`
	Connections  int      `yaml:"connections" doc:"Connections at once (SMTP)." default:"2"`
	PerMinute    int      `yaml:"per_minute" doc:"Most messages a minute (SMTP)." implied:"the provider's; else no limit"`
	PerDay       int      `yaml:"per_day" doc:"Most recipients within 24 hours (SMTP); what is over waits, and you are told." implied:"the provider's; else no limit"`
	Folders      []string `yaml:"folders" doc:"Folders to watch (IMAP). Junk is found by itself, whatever it is called." default:"[INBOX, Junk]"`
	Elsewhere    *bool    `yaml:"elsewhere" doc:"Look every quarter of an hour into all other folders too, for mail that a person or a rule moved before it was read (IMAP); false reads the named folders only." default:"true"`
	Poll         Duration `yaml:"poll" doc:"How often to look even without IDLE (IMAP)." default:"1m"`
}

// Mailbox is a mail account.
type Mailbox struct {
	Address       string   `yaml:"address" doc:"The address that suppliers see and answer to." required:"true"`
	Name          string   `yaml:"name" doc:"The name beside it." implied:"the shop's name"`
	Provider      string   `yaml:"provider" doc:"Who runs it: fills in servers, limits and what is particular there. Everything can be overridden." default:"generic" enum:"gmail,microsoft365,fastmail,generic"`
	PasswordFile  string   `yaml:"password_file" doc:"File with the password, at most providers an app password, for sending and receiving."`
	OAuth         *OAuth   `yaml:"oauth" doc:"Log in with OAuth2 instead of a password; then run waybill login NAME."`
	SMTP          *Server  `yaml:"smtp" doc:"How mail leaves." implied:"the provider's"`
	IMAP          *Server  `yaml:"imap" doc:"How answers are seen." implied:"the provider's"`
	PlusAddresses bool     `yaml:"plus_addresses" doc:"orders+KEY@… reaches this mailbox: the surest way to match answers." implied:"the provider's; else false"`
	Bounces       string   `yaml:"bounces" doc:"Envelope sender, where bounces go." implied:"the address itself, with the key if plus_addresses"`
	Archive       string   `yaml:"archive" doc:"Address that gets a copy of every order mail. One that arrives in this mailbox, like orders+sent@…, settles a doubt by itself."`
	QuietAfter    string   `yaml:"quiet_after" doc:"Working hours without any mail after which you hear of it, like 16h; or never." implied:"learned from what usually comes"`
	Rewrites      []string `yaml:"rewrites" doc:"What the server replaces in mail that leaves." enum:"message_id,envelope" implied:"the provider's; else nothing"`
	ReadSent      bool     `yaml:"read_sent" doc:"Look into the Sent folder for our own mails: proof that they left, and the Message-ID they really have. Other mail there is not kept." implied:"the provider's; else false"`
	AuthServID    string   `yaml:"authserv_id" doc:"How the server that receives names itself in Authentication-Results (RFC 8601)." implied:"the provider's"`
	DKIM          *DKIM    `yaml:"dkim" doc:"Sign mail ourselves; most providers do it for you."`
}

// OAuth is the app that logs in to a mailbox. Endpoints and scopes of Google and Microsoft are known.
type OAuth struct {
	ClientID         string   `yaml:"client_id" doc:"The client ID of the app that you registered." required:"true"`
	ClientSecretFile string   `yaml:"client_secret_file" doc:"File with its client secret." implied:"a public client, which has none"`
	Tenant           string   `yaml:"tenant" doc:"Microsoft's directory (tenant) ID, or a domain of it." implied:"common"`
	AuthorizationURL string   `yaml:"authorization_url" doc:"Page to log in at." implied:"the provider's"`
	TokenURL         string   `yaml:"token_url" doc:"Where tokens are asked for." implied:"the provider's"`
	DeviceURL        string   `yaml:"device_url" doc:"Where codes are asked for." implied:"the provider's, if it has that for mail"`
	Scopes           []string `yaml:"scopes" doc:"Permissions." implied:"the provider's"`
	CAFile           string   `yaml:"ca_file" doc:"Certificate authority of your own authorization server, when it is not a public one."`
	AllowPrivate     bool     `yaml:"allow_private" doc:"Your own authorization server may be on this machine or in a private network."`
}

// DKIM is a signing key (RFC 6376).
type DKIM struct {
	Domain   string `yaml:"domain" doc:"The signing domain." required:"true"`
	Selector string `yaml:"selector" doc:"The selector in the DNS." required:"true"`
	KeyFile  string `yaml:"key_file" doc:"PEM file with the private key." required:"true"`
}

// Operator is who hears of exceptions.
type Operator struct {
	Mailbox   string     `yaml:"mailbox" doc:"The mailbox that writes to you." implied:"the only one that can send"`
	To        []string   `yaml:"to" doc:"Your addresses."`
	Digest    []string   `yaml:"digest" doc:"When the digest is sent, in the shop's time zone." default:"[08:00]"`
	Alerts    []Alert    `yaml:"alerts" doc:"Further ways to hear of what cannot wait, for when the mailbox is what died: chat and push services, or a webhook of yours."`
	Quiet     string     `yaml:"quiet" doc:"Hours in which you only hear of what is urgent, like 22:00-07:00, in the shop's time zone; docs/alerts.md lists what is." implied:"none"`
	Remind    Duration   `yaml:"remind" doc:"After how long something urgent that still waits is told again." default:"12h"`
	Heartbeat *Heartbeat `yaml:"heartbeat" doc:"An address that is called as long as all is well; a service there tells you when the calls stop."`
	Disk      Disk       `yaml:"disk" doc:"When the disk with the state folder counts as nearly full."`
}

// Channel is where orders come from.
type Channel struct {
	Shopify      *Shopify       `yaml:"shopify" doc:"A Shopify shop, spoken to by its Admin API (docs/shopify.md)."`
	WooCommerce  *WooCommerce   `yaml:"woocommerce" doc:"A WooCommerce shop, spoken to by its REST API (docs/woocommerce.md)."`
	Amazon       *Marketplace   `yaml:"amazon" doc:"Amazon by its order reports and shipping confirmation files (docs/marketplaces.md)."`
	EBay         *Marketplace   `yaml:"ebay" doc:"eBay by its order reports and tracking files (docs/marketplaces.md)."`
	Folder       *WatchedFolder `yaml:"folder" doc:"A folder whose JSON lines and CSV files are orders."`
	Webhook      *Webhook       `yaml:"webhook" doc:"Where tracking and news are posted (Standard Webhooks)."`
	TrackingCSV  *TrackingCSV   `yaml:"tracking_csv" doc:"Tracking as a CSV file on a schedule."`
	CustomerMail bool           `yaml:"customer_mail" doc:"Send the customer a shipping mail; leave out when the channel does it."`
	Mailbox      string         `yaml:"mailbox" doc:"The mailbox that customer mail is sent from." implied:"the only one that can send"`
	OrderPattern string         `yaml:"order_pattern" doc:"Regular expression of order numbers." implied:"found from the orders"`
	Mode         string         `yaml:"mode" doc:"shadow: none of its orders reaches a supplier, and the channel hears nothing." enum:"shadow,live" implied:"what holds for the order's supplier"`
	AcceptUnpaid bool           `yaml:"accept_unpaid" doc:"Orders of this channel need no payment (invoice customers)."`
	QuietAfter   string         `yaml:"quiet_after" doc:"Working hours without any order after which you hear of it, like 16h; or never." implied:"learned from what usually comes"`
	Gates        Gates          `yaml:"gates" doc:"Gates of this channel, in place of those of the same name."`
}

// WatchedFolder is a folder on this machine.
type WatchedFolder struct {
	Path    string   `yaml:"path" doc:"The folder to watch." required:"true"`
	Archive string   `yaml:"archive" doc:"Where files go when they are safe." implied:"a folder done inside"`
	Poll    Duration `yaml:"poll" doc:"How often to look." default:"10s"`
}

// Webhook is a receiver of our news.
type Webhook struct {
	URL          string   `yaml:"url" doc:"https address." required:"true"`
	SecretFiles  []string `yaml:"secret_files" doc:"Files with the signing secrets (whsec_…); two while you change one." required:"true"`
	AllowPrivate bool     `yaml:"allow_private" doc:"The address may be on this machine or in a private network."`
	Repeats      string   `yaml:"repeats" doc:"Whether the receiver knows a webhook-id that it has had, as the standard asks. Where it does not, news of which the answer was lost is not sent again by itself: it waits for you." default:"known" enum:"known,unknown"`
}

// TrackingCSV is a file of tracking numbers for the channel.
type TrackingCSV struct {
	Path     string `yaml:"path" doc:"Folder that gets the files." required:"true"`
	Schedule string `yaml:"schedule" doc:"Cron expression in the shop's time zone." default:"*/15 * * * *"`
}

// Routing is what happens where routing has no single answer.
type Routing struct {
	Unrouted  string `yaml:"unrouted" doc:"A line that no supplier takes: hold the order, or send the rest (split)." default:"hold" enum:"hold,split"`
	Ambiguous string `yaml:"ambiguous" doc:"A line that two suppliers take: hold the order, or let the first supplier in priority order have it." default:"hold" enum:"hold,first"`
}

// Gates are rules by name.
type Gates map[string]Gate

// Gate is a rule that holds an order for a person. A bare text is its condition.
type Gate struct {
	Hold   string   `yaml:"hold" doc:"The condition under which an order is held, like: total > money(\"500 USD\"). off switches a gate off."`
	Say    string   `yaml:"say" doc:"What a person reads when it holds an order."`
	Within Duration `yaml:"within" doc:"How far apart two orders are placed at most to be likely duplicates (the gate duplicate)." implied:"1h"`
	// At is where it stands, "waybill.yaml:41" or "suppliers/prairie.yaml:12", the file as seen from the configuration's folder. File is that file as a
	// person can open it, and HoldLine the line on which the condition begins.
	At       string `yaml:"-"`
	File     string `yaml:"-"`
	HoldLine int    `yaml:"-"`
}

// Supplier is who ships.
type Supplier struct {
	Slug       string     `yaml:"-"`
	File       string     `yaml:"-"`
	Name       string     `yaml:"name" doc:"The supplier's name." required:"true"`
	Email      []string   `yaml:"email" doc:"Where orders go when sent by email; also addresses they answer from."`
	Senders    []string   `yaml:"senders" doc:"Other addresses and domains they write from (prairie.example)."`
	ThirdParty []string   `yaml:"third_party" doc:"Addresses and domains that write for them: a carrier, a shipping program. They report parcels of this supplier's orders, by number and a second witness; several suppliers may list the same."`
	Phone      string     `yaml:"phone" doc:"Whom to call when a mail is not enough."`
	Timezone   string     `yaml:"timezone" doc:"IANA time zone of the supplier." implied:"the shop's"`
	Account    string     `yaml:"account" doc:"Your customer number there."`
	Language   string     `yaml:"language" doc:"Language of the mails they get (en, de, …)." default:"en"`
	Mode       string     `yaml:"mode" doc:"shadow or live, for this supplier alone (docs/shadow.md)." enum:"shadow,live" implied:"mode in waybill.yaml"`
	First      *int       `yaml:"first_orders" doc:"How many first orders wait for you to release them." implied:"sending.first_orders"`
	Priority   int        `yaml:"priority" doc:"Lower goes first where routing is set to take the first." default:"100"`
	SKUs       []SKU      `yaml:"skus" doc:"What this supplier ships." required:"true"`
	Send       Send       `yaml:"send" doc:"How orders reach them."`
	Receive    *Drop      `yaml:"receive" doc:"A drop on an SFTP server or in a folder where their answers lie."`
	Read       Read       `yaml:"read" doc:"What is particular in what they write; most need nothing here."`
	Rules      Rules      `yaml:"rules" doc:"What may happen without a person."`
	Working    *Working   `yaml:"working" doc:"When they work." implied:"as the shop"`
	Deadlines  *Deadlines `yaml:"deadlines" doc:"When they are asked about silence, and when you hear of it." implied:"as in waybill.yaml"`
	Gates      Gates      `yaml:"gates" doc:"Gates for what this supplier ships."`
}

// SKU is a rule: which of the shop's SKUs the supplier ships. Exactly one of SKU, Prefix and Pattern is set. A bare text is an exact SKU.
type SKU struct {
	SKU     string `yaml:"sku" doc:"Exactly this SKU."`
	Prefix  string `yaml:"prefix" doc:"Every SKU that starts so."`
	Pattern string `yaml:"pattern" doc:"Every SKU that the regular expression fits as a whole."`
	Theirs  string `yaml:"theirs" doc:"The supplier's own SKU, where it differs; may use $1 of the pattern, and {rest} after a prefix."`
}

// Send is how orders reach a supplier.
type Send struct {
	By       string    `yaml:"by" doc:"How: export means that you upload files to their portal yourself." default:"email" enum:"email,sftp,folder,export"`
	Mailbox  string    `yaml:"mailbox" doc:"The mailbox to send from." implied:"the only one that can send"`
	CC       []string  `yaml:"cc" doc:"Copies."`
	Attach   string    `yaml:"attach" doc:"Also attach the order to the mail as a file of this kind." enum:"csv,xlsx" implied:"nothing is attached"`
	Max      int       `yaml:"max_connections" doc:"Most connections at once to this supplier." default:"2"`
	PerHour  int       `yaml:"per_hour" doc:"Most messages or files an hour; more wait for the next hour." implied:"no limit"`
	Cap      *int      `yaml:"cap" doc:"Most purchase orders within an hour; beyond, sending stops until you release it." implied:"sending.per_supplier"`
	Delay    *Duration `yaml:"delay" doc:"How long an order waits before it is sent, to be taken back." implied:"sending.delay" zero:"true"`
	SFTP     *SFTP     `yaml:"sftp" doc:"The server, for sftp."`
	Path     string    `yaml:"path" doc:"Folder over there, for sftp; on this machine, for folder and export."`
	File     File      `yaml:"file" doc:"What the file looks like."`
	Batch    string    `yaml:"batch" doc:"Cron expression in the supplier's time zone: gather orders and send one file then." implied:"each purchase order goes at once"`
	CutOff   string    `yaml:"cut_off" doc:"Time of day (supplier's time zone) until when an order counts for the same working day, like 14:00."`
	NoRename bool      `yaml:"no_rename" doc:"The server forbids renaming: write under the final name (a reader could see half a file)."`
}

// SFTP is an account on an SFTP server.
type SFTP struct {
	Host         string   `yaml:"host" doc:"Host name or address."`
	Port         int      `yaml:"port" doc:"Port." default:"22"`
	Username     string   `yaml:"username" doc:"Login name."`
	KeyFile      string   `yaml:"key_file" doc:"Private key (OpenSSH or PEM)."`
	PasswordFile string   `yaml:"password_file" doc:"Password, or the key's passphrase."`
	HostKeys     []string `yaml:"host_keys" doc:"Pinned host keys (\"ssh-ed25519 AAAA…\"). waybill check --connect writes the first one down for you." `
	Connections  int      `yaml:"connections" doc:"Connections at most; a further one is opened only under load." default:"4"`
}

// File is the shape of the file that a supplier gets.
type File struct {
	Format    string   `yaml:"format" doc:"Kind of file." default:"csv" enum:"csv,xlsx"`
	Name      string   `yaml:"name" doc:"Template of the name; docs/csv.md lists its fields." implied:"po_{{.Number}}.csv or .xlsx"`
	Columns   []Column `yaml:"columns" doc:"Columns in order." implied:"waybill's own set"`
	Header    *bool    `yaml:"header" doc:"Write a header row." default:"true"`
	Delimiter string   `yaml:"delimiter" doc:"One character, or tab." default:","`
	Quote     string   `yaml:"quote" doc:"Which cells are quoted." default:"needed" enum:"needed,all"`
	LineEnd   string   `yaml:"line_end" doc:"How lines end." default:"crlf" enum:"crlf,lf"`
	Encoding  string   `yaml:"encoding" doc:"How characters are written; utf-8-bom suits Excel." default:"utf-8" enum:"utf-8,utf-8-bom,utf-16,utf-16le,windows-1250,windows-1251,windows-1252,windows-1253,windows-1254,windows-1257,iso-8859-1,iso-8859-2,iso-8859-9,iso-8859-15,koi8-r,shift-jis,euc-jp,gb18030,gbk,big5,euc-kr"`
	Exact     bool     `yaml:"exact" doc:"A machine reads it: leave cells that start with = + - @ as they are."`
}

// Column is a column of the file: a header and the field it holds. "ship_name" alone means both.
type Column struct {
	Header string `yaml:"header" doc:"The header." implied:"the field's name"`
	Field  string `yaml:"field" doc:"A field of the order; docs/csv.md lists them." enum:"po_number,order_number,order_date,ship_by_date,ship_name,ship_company,ship_address1,ship_address2,ship_city,ship_state,ship_postcode,ship_country,ship_phone,ship_email,shipping_method,carrier,supplier_sku,our_sku,item_name,quantity,unit_cost,currency,gift_message,notes,account_number,waybill_key,po_date,ship_first_name,ship_last_name,ship_country_name,line_number,line_count,shop_name,supplier_name,repeat_of"`
	Value  string `yaml:"value" doc:"A fixed text instead of a field."`
}

// Drop is where a supplier's files lie.
type Drop struct {
	SFTP       *SFTP    `yaml:"sftp" doc:"The server; {} means the one of send.sftp." implied:"a folder on this machine"`
	Path       string   `yaml:"path" doc:"The folder where their files lie." required:"true"`
	Archive    string   `yaml:"archive" doc:"Folder for files that are safe." implied:"they stay where they are"`
	Done       string   `yaml:"done" doc:"Suffix of the marker that says a file is whole, like .done." implied:"a file must keep still for three looks"`
	Files      []string `yaml:"files" doc:"Patterns of names." default:"['*']"`
	QuietAfter string   `yaml:"quiet_after" doc:"Working hours without any file after which you hear of it, like 16h; or never." implied:"learned from what usually comes"`
	Poll       Duration `yaml:"poll" doc:"How often to look." default:"1m"`
}

// Read is how a supplier writes; it becomes parsers.Profile.
type Read struct {
	OrderPatterns []string          `yaml:"order_patterns" doc:"Regular expressions of the order numbers they write."`
	Columns       map[string]string `yaml:"columns" doc:"Their headers and what they mean." enum:"order,tracking,carrier,sku,quantity,status,name,street,postcode,city,country,phone,email,date,theirs,key,ignore"`
	Charset       string            `yaml:"charset" doc:"Encoding where their mail and files declare none, like windows-1250 or gb18030."`
	Carrier       string            `yaml:"carrier" doc:"The carrier they ship with when nothing else tells (ups, dhl-germany, …)."`
	Phrases       map[string]string `yaml:"phrases" doc:"Words of their own and what they mean." enum:"shipment,acknowledgement,out_of_stock,backorder,rejection,cancellation,question,other"`
}

// Rules are what may happen without a person.
type Rules struct {
	Apply          []string `yaml:"apply" doc:"News that costs money and may be applied alone, when its sender is authenticated." enum:"out_of_stock,cancellation,rejection" implied:"a person is asked each time"`
	ApplyPerHour   *int     `yaml:"apply_per_hour" doc:"Most such news applied alone within an hour; then nothing more is, until you let it go on." implied:"3"`
	ApplyPerDay    *int     `yaml:"apply_per_day" doc:"The same within 24 hours." implied:"10"`
	Proof          string   `yaml:"proof" doc:"Whether their mail must prove that it is theirs (docs/authentication.md): usual: once it has, or where their domain asks for it; always; or never." default:"usual" enum:"usual,always,never"`
	SharedTracking bool     `yaml:"shared_tracking" doc:"One parcel may hold several orders of this supplier."`
}

// What Rules.Proof may be, and what its caps are where nothing else is said.
const (
	ProofUsual  = "usual"
	ProofAlways = "always"
	ProofNever  = "never"

	ApplyPerHour = 3
	ApplyPerDay  = 10
)

// Duration is a time.Duration written like 30s, 5m or 2h.
type Duration time.Duration
