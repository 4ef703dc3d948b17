# make check      what must hold before each commit: format, vet, lint, tests on both databases
# make test       everything: check, stale generated files, reproducible build, a real browser
# make drills     breaks the real program on purpose, at full counts (hours); DRILLS=Killed one of them, ROUNDS=50 so many times
# make bench      measures and writes docs/performance.md
# make fix        formats and tidies
# make generate   regenerates what is committed: templates, scripts and styles, documents
# make web        the scripts, styles, fonts and icons alone
# make build      bin/maillage, static and reproducible
# make sbom deb   the list of what it is made of, and the Debian package, in bin/

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Tools are built once per version into a cache folder: golangci-lint alone takes three minutes.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/maillage/bin
GOLANGCI_VERSION := v2.15.0
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)
NFPM_VERSION := v2.43.0
NFPM := $(TOOLS)/nfpm-$(NFPM_VERSION)
TOOLSUM := $(shell cat tools/go.mod tools/go.sum | cksum | cut -d' ' -f1)
TEMPL := $(TOOLS)/templ-$(TOOLSUM)
TESTSUM := tools/bin/testsum
WEBBUILD := tools/bin/webbuild
NODE_MODULES := web/node_modules/.package-lock.json
E2E_MODULES := e2e/node_modules/.package-lock.json

GO_FILES = $(shell git ls-files -co --exclude-standard '*.go' ':!*_templ.go')
TEMPL_FILES = $(shell git ls-files -co --exclude-standard '*.templ')


.PHONY: drills e2e web types check test bench generate generate-check build sbom deb reproducible format fix lint tidy unit tools clean

check: format tidy lint types unit

test: check generate-check build reproducible e2e

format: $(TEMPL)
	@out=$$(gofmt -l $(GO_FILES)); [ -z "$$out" ] || { echo "gofmt -w these:"; echo "$$out"; exit 1; }
	@[ -z "$(TEMPL_FILES)" ] || $(TEMPL) fmt -fail $(TEMPL_FILES) || { echo "templ fmt the files above"; exit 1; }

tidy:
	go mod tidy -diff
	go -C tools mod tidy -diff

# fix repairs what format and tidy refuse. A line that no module needs makes go mod tidy write go.sum anew, in its order and
# without what a merge wrote twice.
fix: $(TEMPL)
	@gofmt -l -w $(GO_FILES)
	@[ -z "$(TEMPL_FILES)" ] || $(TEMPL) fmt $(TEMPL_FILES)
	echo 'unneeded.invalid v0.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' >> go.sum
	go mod tidy
	go -C tools mod tidy

lint: $(GOLANGCI)
	go vet ./...
	go -C tools vet ./...
	$(GOLANGCI) run ./...
	cd tools && $(GOLANGCI) run --config ../.golangci.yml ./...

types: $(NODE_MODULES)
	npm --prefix web run --silent check

# unit runs each test on SQLite and PostgreSQL. ARGS narrows it: make unit ARGS='-run Map ./internal/atlas/...'
# (./... passes over folders called testdata.)
ARGS ?= ./... ./internal/testdata
unit: $(TESTSUM)
	@cd tools && go test -json ./... | ../$(TESTSUM)
	scripts/with-postgres go test -json $(ARGS) | $(TESTSUM)

generate: web $(TEMPL)
	$(TEMPL) generate -log-level warn
	go generate ./...

# web bundles web/src into web/dist and draws the icons of web/icons.txt.
web: $(WEBBUILD) $(NODE_MODULES)
	$(WEBBUILD)

generate-check:
	scripts/same-files $(MAKE) generate

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o bin/maillage ./cmd/maillage

# e2e drives Debian's Chromium against bin/maillage; TESTS names test files, E2E_ROLE one role: make e2e TESTS=crawl
e2e: build $(E2E_MODULES)
	scripts/with-postgres node e2e/run.mjs $(TESTS)

reproducible: build
	scripts/reproducible

# drills run what docs/resilience.md tells of.
DRILLS ?=
drills:
	scripts/with-postgres go test -count=1 -v -timeout 24h -run 'TestDrill$(DRILLS)' ./cmd/maillage $(if $(ROUNDS),-drill.n=$(ROUNDS),-drill.full)

bench: build
	scripts/bench > docs/performance.md.new
	mv docs/performance.md.new docs/performance.md

sbom: build tools/bin/sbom
	tools/bin/sbom bin/maillage web/package-lock.json > bin/maillage.cdx.json

# VERSION names the package: make deb VERSION=1.2.0
VERSION ?= $(shell git log -1 --format=0.1.0+%cd.%h --date=format:%Y%m%d)
deb: sbom $(NFPM)
	DEB_VERSION=$(VERSION) DEB_ARCH=$$(go env GOARCH) $(NFPM) package --config deploy/deb/nfpm.yaml --packager deb --target bin/

tools: $(GOLANGCI) $(TEMPL)

$(GOLANGCI):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS)/install CGO_ENABLED=0 go install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(TOOLS)/install/golangci-lint $@

$(NFPM):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS)/install CGO_ENABLED=0 go install -trimpath github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	mv $(TOOLS)/install/nfpm $@

$(TEMPL): tools/go.mod
	@mkdir -p $(TOOLS)
	go -C tools build -o $@ github.com/a-h/templ/cmd/templ

tools/bin/%: $(wildcard tools/*/*.go) tools/go.mod
	go -C tools build -o bin/$* ./$*

%/node_modules/.package-lock.json: %/package-lock.json
	npm --prefix $* ci --silent --no-audit --no-fund
	touch $@

clean:
	rm -rf bin tools/bin
