# waybill: `make` alone prints the targets.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)
export CGO_ENABLED = 0

# Where `make install` installs; DESTDIR goes before all of it.
prefix      ?= /usr/local
bindir      ?= $(prefix)/bin
datadir     ?= $(prefix)/share
unitdir     ?= $(prefix)/lib/systemd/system
libdir      ?= $(prefix)/lib
sysconfdir  ?= /etc
WAYBILL     ?= waybill
dist        ?= dist
NFPM        := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4
# The day of the commit: the same commit makes the same package, byte for byte.
DATE        ?= $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || echo 2026-01-01T00:00:00Z)

.PHONY: help build made install uninstall deb demo test check bench linkage mailbox pairs drops inbox fuzz powerloss callfaults repeats restore verify accept decoys accuracy package released clean nodes faults forgery canaries loop decisions

help: ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build ./waybill
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o waybill ./daemon

demo: build ## the whole loop on this machine, with nothing installed
	./waybill demo

test: ## all tests, against real servers; installs what they need (as root), else says what is missing
	.ci/servers
	$(GO) vet ./...
	$(GO) test -timeout 20m ./...

check: ## formatting, vet, linter, vulnerable or untidy dependencies
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not formatted:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) mod verify
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

bench: build ## speed, side by side with what you would run instead
	.ci/servers
	$(GO) test -run '^$$' -bench . -benchtime $(or $(BENCHTIME),1s) $(or $(BENCH),./...)

fuzz: ## each parser's fuzz target for FUZZTIME (30s)
	@for target in $$($(GO) test -list '^Fuzz' ./... 2>/dev/null | awk '/^Fuzz/ {names = names " " $$1} /^ok/ {n = split(names, all, " "); for (i = 1; i <= n; i++) print $$2 ":" all[i]; names = ""}'); do \
		echo "$$target"; $(GO) test -run '^$$' -fuzz "^$${target##*:}$$" -fuzztime $(or $(FUZZTIME),30s) "$${target%%:*}" || exit 1; done

hostile: ## N (100000) generated documents that were made to break readers, through the real children; SEED=1 and FROM=0 to go on
	WAYBILL_HOSTILE_N=$(or $(N),100000) WAYBILL_HOSTILE_SEED=$(or $(SEED),1) WAYBILL_HOSTILE_FROM=$(or $(FROM),0) WAYBILL_HOSTILE_KEEP=$(KEEP) \
		$(GO) test -count=1 -timeout 0 -run 'TestHostile$$' -v ./daemon/rig

crash: ## kill the real daemon N (10000) times at its failpoints, a fifth each also on PostgreSQL and at system calls; SEED=1, goes on from STATE=dist/crash
	@mkdir -p $(dir $(or $(STATE),dist/crash))
	.ci/servers
	WAYBILL_CRASH_N=$(or $(N),10000) WAYBILL_CRASH_SEED=$(or $(SEED),1) WAYBILL_CRASH_STATE=$(abspath $(or $(STATE),dist/crash)) \
		$(GO) test -count=1 -timeout 0 -parallel 3 -run 'TestCrash' -v ./daemon/rig

smtpfaults: ## N (10000) faults and kills of a mail server while purchase orders are sent; SEED=1, FILE= to be able to go on
	WAYBILL_FAULTS_N=$(or $(N),10000) WAYBILL_FAULTS_SEED=$(or $(SEED),1) WAYBILL_FAULTS_FILE=$(abspath $(FILE)) \
		$(GO) test -count=1 -timeout 0 -run 'TestSMTPFaults$$' -v ./daemon/rig

world: ## live through N (10000) small worlds in virtual time, in which everything breaks; SEED=1, goes on from STATE=dist/world
	@mkdir -p $(dir $(or $(STATE),dist/world))
	WAYBILL_WORLD_N=$(or $(N),10000) WAYBILL_WORLD_SEED=$(or $(SEED),1) WAYBILL_WORLD_STATE=$(abspath $(or $(STATE),dist/world)) \
		$(GO) test -count=1 -timeout 0 -run 'TestWorld$$' ./daemon/rig

powerloss: ## N (1000) times the power goes under a working daemon's disk; SEED=1, FILE=dist/powerloss.json to go on where it was cut
	WAYBILL_POWERLOSS_N=$(or $(N),1000) WAYBILL_POWERLOSS_SEED=$(or $(SEED),1) WAYBILL_POWERLOSS_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestPowerLoss$$' -v ./daemon/rig

callfaults: ## N (1000) writes, flushes and names that fail, and as many bits that flip; SEED=1
	WAYBILL_CALLS_N=$(or $(N),1000) WAYBILL_CALLS_SEED=$(or $(SEED),1) WAYBILL_FLIPS_N=$(or $(N),1000) WAYBILL_FLIPS_SEED=$(or $(SEED),1) \
		$(GO) test -count=1 -timeout 0 -run 'TestFaultsAtEachCall$$|TestBitFlips$$' -v ./daemon/rig

sftpfaults: ## N (5000) faults and kills of an SFTP server while purchase orders are uploaded; SEED=1, FILE= as above
	WAYBILL_FAULTS_N=$(or $(N),5000) WAYBILL_FAULTS_SEED=$(or $(SEED),1) WAYBILL_FAULTS_FILE=$(abspath $(FILE)) \
		$(GO) test -count=1 -timeout 0 -run 'TestSFTPFaults$$' -v ./daemon/rig

httpfaults: ## N (5000) faults and kills of a channel's webhook receiver; SEED=1, FILE= as above
	WAYBILL_FAULTS_N=$(or $(N),5000) WAYBILL_FAULTS_SEED=$(or $(SEED),1) WAYBILL_FAULTS_FILE=$(abspath $(FILE)) \
		$(GO) test -count=1 -timeout 0 -run 'TestHTTPFaults$$' -v ./daemon/rig

repeats: ## N (100000) deliveries of orders, repeated up to 5 times, out of order and years later; SEED=1
	WAYBILL_REPEATS_N=$(or $(N),100000) WAYBILL_REPEATS_SEED=$(or $(SEED),1) $(GO) test -count=1 -timeout 60m -run 'TestRepeats$$' -v ./daemon/rig

canaries: ## planted words through the whole daemon and its failures, then erased and searched for in every file
	.ci/servers
	$(GO) test -count=1 -timeout 20m -run 'TestCanaries$$' -v ./daemon/rig | grep -v '^ *{'

restore: ## N (500) sends after a backup, the restore, and what is sent by itself then
	WAYBILL_RESTORE_N=$(or $(N),500) $(GO) test -count=1 -timeout 20m -run 'TestRestore$$' -v ./daemon/rig

verify: ## N (50) random changes of each column of each table, on both databases; SEED=1
	WAYBILL_VERIFY_N=$(or $(N),50) WAYBILL_VERIFY_SEED=$(or $(SEED),1) $(GO) test -count=1 -timeout 60m -run '/verify_finds_a_change' -v ./daemon/store

mailbox: ## N (10000) runs of 100 mails in a mailbox with faults, kills and people; SEED=1, FILE= to be able to go on
	WAYBILL_RECEIVE_N=$(or $(N),10000) WAYBILL_RECEIVE_SEED=$(or $(SEED),1) WAYBILL_RECEIVE_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestMailbox$$' -v ./daemon/rig | grep -v '^ *\(---\|===\)'

pairs: ## N (100000) pairs of mails that have a Message-ID or more in common; SEED=1, FILE= to be able to go on
	WAYBILL_RECEIVE_N=$(or $(N),100000) WAYBILL_RECEIVE_SEED=$(or $(SEED),1) WAYBILL_RECEIVE_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestPairs$$' -v ./daemon/rig | grep -v '^ *\(---\|===\)'

drops: ## N (5000) drops of files by slow, broken and careless writers; SEED=1, FILE= to be able to go on
	WAYBILL_RECEIVE_N=$(or $(N),5000) WAYBILL_RECEIVE_SEED=$(or $(SEED),1) WAYBILL_RECEIVE_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestDrops$$' -v ./daemon/rig | grep -v '^ *\(---\|===\)'

approved: ## N (100000) hostile names, notes and titles through every mail, file, webhook and alert, read back by other people's parsers; SEED=1 and FROM=0 to go on
	WAYBILL_APPROVED_N=$(or $(N),100000) WAYBILL_APPROVED_SEED=$(or $(SEED),1) WAYBILL_APPROVED_FROM=$(or $(FROM),0) \
		$(GO) test -count=1 -timeout 0 -run 'TestApproved$$' -v ./daemon/rig

inbox: ## the first day with N (40000) old mails in the mailbox, on a real Dovecot
	.ci/servers
	WAYBILL_OLD_MAILS=$(or $(N),40000) $(GO) test -count=1 -timeout 20m -run 'TestFullInbox$$' -v ./daemon/rig

faults: ## faults of the machine that take minutes: PostgreSQL hangs, a firewall forgets its connections
	.ci/servers
	WAYBILL_FAULTS=1 $(GO) test -count=1 -timeout 20m -run 'TestPostgresFails|TestDatabase|TestFewDescriptors|TestClockJumps' -v ./daemon/rig

nodes: ## N (10000) sends by three daemons over one PostgreSQL that are stopped, killed and cut off; SEED=1 LEASE=3s PAUSE=9s, KEEP=file to go on from
	.ci/servers
	WAYBILL_NODES_N=$(or $(N),10000) WAYBILL_NODES_SEED=$(or $(SEED),1) WAYBILL_NODES_LEASE=$(or $(LEASE),3s) WAYBILL_NODES_PAUSE=$(or $(PAUSE),9s) \
		WAYBILL_NODES_KEEP=$(abspath $(or $(KEEP),nodes-$(or $(SEED),1).json)) WAYBILL_NODES_CLOCKS=1 \
		$(GO) test -count=1 -timeout 0 -run 'TestNodes$$' -v ./daemon/rig | grep -v '^ *{'

forgery: ## N (0: all 47,000) forged mails: every forgery in every state with every kind of news; SEED=1, FILE= to be able to go on; forged bounces and heads
	$(GO) test -count=1 -timeout 0 -run 'TestForgedResults' -v ./daemon/proof
	WAYBILL_FORGERY_N=$(or $(N),0) WAYBILL_FORGERY_SEED=$(or $(SEED),1) WAYBILL_FORGERY_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestForge' -v ./daemon/flow | grep -v '^ *\(---\|===\)'

loop: ## two daemons, each the other's supplier, with a vacation responder and a mailing list, for HOURS (24) of their time
	WAYBILL_LOOP_HOURS=$(or $(HOURS),24) $(GO) test -count=1 -run 'TestLoop$$' -v ./daemon/flow

decisions: ## N (300000) decisions by key, thread or number over changed cases; SEED=1, FILE= to be able to go on; and 20 damages of each case
	WAYBILL_DECISIONS_N=$(or $(N),300000) WAYBILL_DECISIONS_SEED=$(or $(SEED),1) WAYBILL_DECISIONS_FILE=$(if $(FILE),$(abspath $(FILE))) \
		$(GO) test -count=1 -timeout 0 -run 'TestDecisions$$' -v ./daemon/rig
	WAYBILL_MUTATIONS=20 $(GO) test -count=1 -timeout 0 -run 'TestMutations$$' -v ./daemon/rig

accept: ## rewrite the golden files of CASE=supplier/case (or supplier, or all), to be read before they are committed
	WAYBILL_ACCEPT=$(or $(CASE),all) $(GO) test -count=1 -run 'TestCases' ./daemon/rig

decoys: ## add look-alike orders to CASE=supplier/case (or supplier) until there are enough
	WAYBILL_DECOYS=$(CASE) $(GO) test -count=1 -run 'TestDecoys$$' ./daemon/rig

accuracy: ## how well answers are read and matched, over all fixtures
	$(GO) test -count=1 -run 'TestAccuracy' -v ./daemon/rig

linkage: ## how well orders are found by their consignees: 10,000 noisy rows, a million orders, PostgreSQL beside it (needs 8 GB, some minutes)
	$(GO) test -count=1 -run 'Linkage|NearNumbers' -v ./daemon/match -linkage
	$(GO) test -run '^$$' -bench 'Linkage' -benchtime 1x -timeout 30m ./daemon/match -linkage

made: ## man pages, completions and the example configuration, in dist/made
	@rm -rf $(dist)/made
	WAYBILL_DATE=$(DATE) $(GO) test -count=1 -run 'TestMade$$' ./daemon -made $(abspath $(dist))/made >/dev/null

install: build made ## install program, units, man pages, completions and documents; DESTDIR=, prefix=/usr/local
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(unitdir) $(DESTDIR)$(libdir)/sysusers.d $(DESTDIR)$(libdir)/tmpfiles.d $(DESTDIR)$(datadir)/man/man1 \
		$(DESTDIR)$(datadir)/bash-completion/completions $(DESTDIR)$(datadir)/zsh/site-functions $(DESTDIR)$(datadir)/fish/vendor_completions.d \
		$(DESTDIR)$(datadir)/doc/waybill/monitoring $(DESTDIR)$(datadir)/doc/waybill/examples $(DESTDIR)$(sysconfdir)/waybill/example/suppliers
	install -m 755 $(WAYBILL) $(DESTDIR)$(bindir)/waybill
	for unit in waybill.service waybill.socket waybill-backup.service waybill-backup.timer; do \
		sed 's|/usr/bin/waybill|$(bindir)/waybill|g; s|/usr/share/doc|$(datadir)/doc|g' systemd/$$unit >$(DESTDIR)$(unitdir)/$$unit && chmod 644 $(DESTDIR)$(unitdir)/$$unit || exit 1; done
	install -m 644 systemd/waybill.sysusers $(DESTDIR)$(libdir)/sysusers.d/waybill.conf
	install -m 644 systemd/waybill.tmpfiles $(DESTDIR)$(libdir)/tmpfiles.d/waybill.conf
	for page in $(dist)/made/man/*.1; do gzip -9n <$$page >$(DESTDIR)$(datadir)/man/man1/$${page##*/}.gz || exit 1; done
	install -m 644 $(dist)/made/completion/waybill.bash $(DESTDIR)$(datadir)/bash-completion/completions/waybill
	install -m 644 $(dist)/made/completion/_waybill $(DESTDIR)$(datadir)/zsh/site-functions/_waybill
	install -m 644 $(dist)/made/completion/waybill.fish $(DESTDIR)$(datadir)/fish/vendor_completions.d/waybill.fish
	install -m 644 README.md LICENSE docs/*.md $(DESTDIR)$(datadir)/doc/waybill/
	install -m 644 docs/monitoring/* $(DESTDIR)$(datadir)/doc/waybill/monitoring/
	install -m 644 systemd/waybill.service.d/* systemd/examples/* $(DESTDIR)$(datadir)/doc/waybill/examples/
	gzip -9n <CHANGELOG.md >$(DESTDIR)$(datadir)/doc/waybill/changelog.gz
	install -m 644 $(dist)/made/example/waybill.yaml $(DESTDIR)$(sysconfdir)/waybill/example/
	install -m 644 $(dist)/made/example/suppliers/* $(DESTDIR)$(sysconfdir)/waybill/example/suppliers/

uninstall: ## remove what install installed; configuration and orders stay
	rm -f $(DESTDIR)$(bindir)/waybill $(DESTDIR)$(unitdir)/waybill.service $(DESTDIR)$(unitdir)/waybill.socket $(DESTDIR)$(unitdir)/waybill-backup.service \
		$(DESTDIR)$(unitdir)/waybill-backup.timer $(DESTDIR)$(libdir)/sysusers.d/waybill.conf $(DESTDIR)$(libdir)/tmpfiles.d/waybill.conf \
		$(DESTDIR)$(datadir)/man/man1/waybill.1.gz $(DESTDIR)$(datadir)/man/man1/waybill-*.1.gz $(DESTDIR)$(datadir)/bash-completion/completions/waybill \
		$(DESTDIR)$(datadir)/zsh/site-functions/_waybill $(DESTDIR)$(datadir)/fish/vendor_completions.d/waybill.fish
	rm -rf $(DESTDIR)$(datadir)/doc/waybill $(DESTDIR)$(sysconfdir)/waybill/example

# v1.2.3 is 1.2.3, v1.2.3-4-gabcdef is 1.2.3+4.gabcdef; without a tag 0.0.0+gabcdef.
DEB_VERSION ?= $(shell echo '$(VERSION)' | sed -E 's/^v([0-9])/\1/; t tag; s/^/0.0.0-g/; :tag; s/-/+/; s/[-_]/./g')
DEB_ARCH    ?= $(shell $(GO) env GOARCH)
STAGE       := $(dist)/stage-$(DEB_ARCH)

deb: ## the Debian package in dist/, for DEB_ARCH=amd64 or arm64
	rm -rf $(STAGE) && mkdir -p $(STAGE)
	GOARCH=$(DEB_ARCH) $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(STAGE)/waybill ./daemon
	$(MAKE) --no-print-directory -s made
	$(MAKE) --no-print-directory -s -o build -o made install DESTDIR=$(STAGE) prefix=/usr WAYBILL=$(STAGE)/waybill
	rm $(STAGE)/usr/share/doc/waybill/LICENSE
	install -m 644 systemd/deb/copyright $(STAGE)/usr/share/doc/waybill/copyright
	install -D -m 644 systemd/deb/lintian-overrides $(STAGE)/usr/share/lintian/overrides/waybill
	printf 'waybill (%s-1) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- The waybill authors <waybill@waybill.example>  %s\n' \
		'$(DEB_VERSION)' "$$(date -u -R -d $(DATE))" | gzip -9n >$(STAGE)/usr/share/doc/waybill/changelog.Debian.gz
	find $(STAGE) -type d -exec chmod 755 {} +
	sed 's|@ARCH@|$(DEB_ARCH)|; s|@VERSION@|$(DEB_VERSION)|; s|@MTIME@|$(DATE)|; s|@STAGE@|$(STAGE)|g' systemd/deb/nfpm.yaml >$(dist)/nfpm-$(DEB_ARCH).yaml
	SOURCE_DATE_EPOCH=$$(date -d $(DATE) +%s) GOFLAGS=-mod=mod $(GO) run $(NFPM) package --config $(dist)/nfpm-$(DEB_ARCH).yaml --packager deb --target $(dist)/ >/dev/null
	rm -rf $(STAGE) $(dist)/nfpm-$(DEB_ARCH).yaml
	@ls $(dist)/waybill_*_$(DEB_ARCH).deb

released: ## keep the databases of a release, VERSION=v1.2.3: every later version must open them
	$(GO) test -count=1 -run 'TestMakeReleased$$' -v ./daemon/rig -released $(VERSION)
	$(GO) test -count=1 -run 'TestReleased$$' ./daemon/store

package: ## both Debian packages, and a .tar.gz with what `make install` installs, in dist/ with their sums
	@rm -rf $(dist)
	$(MAKE) --no-print-directory deb DEB_ARCH=amd64
	$(MAKE) --no-print-directory deb DEB_ARCH=arm64
	$(MAKE) --no-print-directory -s install DESTDIR=$(dist)/waybill-$(VERSION)
	tar -C $(dist) --sort=name --owner=0 --group=0 --numeric-owner --mtime=$(DATE) -czf $(dist)/waybill-$(VERSION)-linux-$(shell $(GO) env GOARCH).tar.gz waybill-$(VERSION)
	rm -rf $(dist)/waybill-$(VERSION) $(dist)/made
	cd $(dist) && sha256sum *.tar.gz *.deb > SHA256SUMS

clean: ## remove what was built
	rm -rf waybill $(dist)
