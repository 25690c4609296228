# waybill: `make` alone prints the targets.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)
export CGO_ENABLED = 0

.PHONY: help build demo test check bench linkage fuzz accept decoys accuracy package clean

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

accept: ## rewrite the golden files of CASE=supplier/case (or supplier, or all), to be read before they are committed
	WAYBILL_ACCEPT=$(or $(CASE),all) $(GO) test -count=1 -run 'TestCases' ./daemon/rig

decoys: ## add look-alike orders to CASE=supplier/case (or supplier) until there are enough
	WAYBILL_DECOYS=$(CASE) $(GO) test -count=1 -run 'TestDecoys$$' ./daemon/rig

accuracy: ## how well answers are read and matched, over all fixtures
	$(GO) test -count=1 -run 'TestAccuracy' -v ./daemon/rig

linkage: ## how well orders are found by their consignees: 10,000 noisy rows, a million orders, PostgreSQL beside it (needs 8 GB, some minutes)
	$(GO) test -count=1 -run 'Linkage|NearNumbers' -v ./daemon/match -linkage
	$(GO) test -run '^$$' -bench 'Linkage' -benchtime 1x -timeout 30m ./daemon/match -linkage

package: build ## a .tar.gz with the binary, unit and documents in dist/
	@rm -rf dist && mkdir -p dist/waybill-$(VERSION)
	cp -r waybill systemd README.md CHANGELOG.md LICENSE docs dist/waybill-$(VERSION)/
	tar -C dist -czf dist/waybill-$(VERSION)-linux-$(shell $(GO) env GOARCH).tar.gz waybill-$(VERSION)
	cd dist && sha256sum *.tar.gz > SHA256SUMS

clean: ## remove what was built
	rm -rf waybill dist
