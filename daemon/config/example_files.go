package config

// The files that `waybill init` writes. "# " is explanation, "#" without a space a setting that is switched off; a test
// switches all of them on.

const exampleMain = `# waybill: the gateway between your shop and suppliers without an API.
# docs/configuration.md explains every setting. After a change: waybill check, then systemctl reload waybill.
# A line like "#timezone: …" is a setting that is switched off: take the # away to use it.

shop:
  name: {{yaml .Shop}}
  # {{doc "Shop.Timezone"}}
  #timezone: America/Chicago
  # {{doc "Shop.URL"}}
  #url: https://{{.Domain}}
  # {{doc "Shop.Phone"}}
  #phone: +1 555 0100

# {{doc "Config.StartAt"}}
{{if .Now}}start_at: {{.Now}}{{else}}#start_at: 2026-03-01T09:00:00Z{{end}}
# {{doc "Config.Mode"}}
# Begin so. waybill shadow report shows what would have gone out; docs/first-day.md leads from here to live.
mode: shadow
# {{doc "Config.Sending"}}
#sending:
  # {{doc "Sending.Delay"}}
  #delay: 2m
  # {{doc "Sending.PerSupplier"}}
  #per_supplier: 100
  # {{doc "Sending.Total"}}
  #total: 500

mailboxes:
  orders:
    address: {{yaml .Address}}
    # {{doc "Mailbox.Provider"}}
    # With Google, Microsoft 365 or Fastmail take this and how you log in there in place of smtp and imap: docs/mailboxes.md
    #provider: gmail
    smtp: # {{doc "Mailbox.SMTP"}}
      host: {{yaml .MailHost}}
      # The password stands alone in a file beside this one. Secrets never stand in this file.
      password_file: {{.Password}}
      # {{doc "Server.TLS"}}
      #tls: starttls
      # {{doc "Server.Username"}}
      #username: {{yaml .Address}}
      # {{doc "Server.PerMinute"}}
      #per_minute: 60
    imap: # {{doc "Mailbox.IMAP"}}
      host: {{yaml .MailHost}}
      password_file: {{.Password}}
      # {{doc "Server.Folders"}}
      #folders: [INBOX, Junk, Suppliers]
    # {{doc "Mailbox.PlusAddresses"}}
    # Try it: send a mail to your address with +test before the @. If it arrives, switch this on.
    #plus_addresses: true
    # {{doc "Mailbox.Archive"}}
    #archive: archive@{{.Domain}}

operator:
  # {{doc "Operator.To"}}
  to: [{{yaml .Owner}}]
  # {{doc "Operator.Digest"}}
  #digest: ["08:00", "15:30"]

# {{doc "Config.Channels"}}
channels:
  shop:
    # {{doc "Channel.Folder"}}
    #folder: {path: /srv/waybill/orders}
    # {{doc "Channel.TrackingCSV"}}
    #tracking_csv: {path: /srv/waybill/tracking, schedule: "*/15 * * * *"}
    # {{doc "Channel.Webhook"}}
    #webhook: {url: "https://{{.Domain}}/waybill", secret_files: [webhook-secret]}
    # {{doc "Channel.CustomerMail"}}
    customer_mail: false

# The API for orders: POST /api/v1/orders with "Authorization: Bearer …". waybill token makes a token and says what to put here.
#http:
  # {{doc "HTTP.Listen"}}
  #listen: 127.0.0.1:8340
  # {{doc "HTTP.Tokens"}}
  #tokens: ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]
  # {{doc "HTTP.TrustedProxies"}}
  #trusted_proxies: [127.0.0.1]

# {{doc "Config.Routing"}}
#routing:
  # {{doc "Routing.Unrouted"}}
  #unrouted: split
  # {{doc "Routing.Ambiguous"}}
  #ambiguous: first

# {{doc "Config.Gates"}} Six stand by themselves: waybill gates list.
#gates:
  #big: 'total > money("500 USD")'
  #far: {hold: 'ship_to.country not in ["US", "CA"]', say: We do not ship there.}
  # One that stands by itself, changed by its name; off switches it off.
  #duplicate: {within: 3h}

# {{doc "Config.Retention"}}
#retention: {raw: 90 days, personal: 24 months}

# {{doc "Config.State"}}
#state: /var/lib/waybill
# {{doc "Config.Database"}}
#database: {dsn_file: database}
`

const exampleSupplier = `# {{.SupplierName}}: everything that is particular to this supplier. The name of this file, {{.Slug}}, is what
# commands call it: waybill suppliers test {{.Slug}}. Copy the file for your next supplier.

name: {{yaml .SupplierName}}
# {{doc "Supplier.Email"}}
email: {{yaml .SupplierEmail}}
# {{doc "Supplier.SKUs"}}
skus:
  - prefix: {{yaml .SKUPrefix}}
  # One product, and what they call it where it differs:
  #- {sku: SPECIAL-1, theirs: "00417"}
  # A regular expression; theirs may use its groups:
  #- {pattern: 'X([0-9]+)', theirs: '${1}'}

# {{doc "Supplier.First"}}
first_orders: 3
# {{doc "Supplier.Mode"}}
#mode: live

# {{doc "Supplier.Senders"}}
#senders: [{{.Slug}}.example]
# {{doc "Supplier.ThirdParty"}}
#third_party: [notices.example]
# {{doc "Supplier.Phone"}}
#phone: +1 555 0199
# {{doc "Supplier.Account"}}
#account: C-4711
# {{doc "Supplier.Timezone"}}
#timezone: America/Denver
# {{doc "Supplier.Language"}}
#language: de

# {{doc "Supplier.Send"}} Without this: by email, each order at once.
#send:
  # {{doc "Send.Attach"}}
  #attach: csv
  # {{doc "Send.CC"}}
  #cc: [copies@{{.Slug}}.example]
  # {{doc "Send.CutOff"}}
  #cut_off: "14:00"
  # By CSV over SFTP instead:
  #   by: sftp
  #   sftp: {host: sftp.{{.Slug}}.example, username: shop, password_file: sftp-password}
  #   path: /in
  #   batch: "30 14 * * 1-5"
  # {{doc "Send.File"}}
  #file: {delimiter: ";", columns: [po_number, ship_name, supplier_sku, quantity]}

# {{doc "Supplier.Receive"}}
#receive: {path: /srv/waybill/from-{{.Slug}}, files: ['*.csv']}

# {{doc "Supplier.Read"}}
#read:
  # {{doc "Read.Carrier"}}
  #carrier: ups
  # {{doc "Read.Columns"}}
  #columns: {Our Ref: order, Parcel: tracking}

# {{doc "Supplier.Rules"}}
#rules:
  # {{doc "Rules.Apply"}}
  #apply: [out_of_stock]
`
