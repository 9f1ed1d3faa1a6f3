# Everything that is done to this repository. `make` alone lists it.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-print-directory
.DEFAULT_GOAL := help

VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
FUZZTIME  ?= 10s
TIMEOUT   ?= 15m
DEMO      ?= demo
SCALE     ?= /tmp/crosstalk-scale
LISTEN    ?= 127.0.0.1:8080
GOLANGCI  := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# The program is plain Go: no C compiler is needed, but for the race detector.
export CGO_ENABLED := 0

vendored := views/static/vendor/echarts.min.js views/static/vendor/htmx.min.js
# What is made in part from other files of the repository, beside the code.
documents = docs/tools.md README.md
# What is ours, without what others wrote or tests left behind.
ours = --exclude-dir=node_modules --exclude-dir=.git --exclude-dir=demo
gofiles = find . \( -name node_modules -o -name .git -o -path ./demo \) -prune -o -name '*.go' -print
generated = { grep -rlE $(ours) --include='*.go' '^// Code generated .* DO NOT EDIT\.$$' . | sort; echo $(documents); } | xargs cksum

## Try it

.PHONY: help
help: ## list what there is
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: build ## simulate a company, import it with the real collectors, serve every page
	bin/crosstalk demo --data $(DEMO) --listen $(LISTEN)

.PHONY: run
run: build ## serve what is in the data folder
	bin/crosstalk serve --listen $(LISTEN)

## Build

.PHONY: build
build: assets ## make bin/crosstalk, with all it needs
	go build -ldflags '-X main.version=$(VERSION)' -o bin/crosstalk ./cmd/crosstalk

.PHONY: assets
assets: $(vendored) ## copy the libraries of the pages out of node_modules

views/static/vendor/echarts.min.js: node_modules/.installed
	cp node_modules/echarts/dist/echarts.min.js $@

views/static/vendor/htmx.min.js: node_modules/.installed
	cp node_modules/htmx.org/dist/htmx.min.js $@

# npm is asked only when something is missing or has another version than the lock says. On a machine other than Linux
# on x86-64 the ClickHouse library is a package of its own, of the same version.
node_modules/.installed: package.json package-lock.json | needs
	@npm ls --all >/dev/null 2>&1 || { echo 'setup: installing the npm packages of package-lock.json'; npm ci; }
	@platform=$$(node -p 'const p = process; p.platform + "-" + p.arch + (p.platform == "linux" ? "-gnu" : "")'); \
	library=@chdb/lib-$$platform; \
	if [ ! -e node_modules/$$library/libchdb.so ]; then \
		echo "setup: installing the ClickHouse library, $$library"; \
		npm install --no-save $$library@$$(node -p 'require("./package.json").optionalDependencies["@chdb/lib-linux-x64-gnu"]'); \
	fi
	@touch $@

.PHONY: needs
needs:
	@command -v go >/dev/null || { echo 'setup: Go 1.26 or later is needed, see https://go.dev/dl' >&2; exit 1; }
	@go version >/dev/null || { echo 'setup: this Go cannot build it: Go 1.26 or later is needed, see https://go.dev/dl' >&2; exit 1; }
	@command -v node >/dev/null && command -v npm >/dev/null || { echo 'setup: Node.js 18 or later with npm is needed, see https://nodejs.org' >&2; exit 1; }

.PHONY: setup
setup: assets ## install what is missing: npm packages, and Debian packages for the tests
	@.ci/packages

.PHONY: generate
generate: ## make generated files anew: templ components, list of collectors, documents of tools
	go tool templ generate -log-level warn
	go generate ./...

.PHONY: clean
clean: ## remove what was built, and the demo's data
	rm -rf bin $(DEMO) $(vendored)

## Test

.PHONY: test
test: setup build check ## everything that continuous integration runs
	go test -timeout $(TIMEOUT) ./...
	CROSSTALK_TEST_CLICKHOUSE=native go test -timeout $(TIMEOUT) ./warehouse
	CROSSTALK_TEST_CLICKHOUSE=http go test -timeout $(TIMEOUT) ./warehouse

.PHONY: check
check: assets stale formatted vet static tidy ## what needs no engine: generated files, format, vet, staticcheck, imports
	go test .

.PHONY: race
race: setup ## all tests under the race detector (needs a C compiler)
	@command -v $${CC:-gcc} >/dev/null || { echo 'race: the race detector needs a C compiler: install gcc' >&2; exit 1; }
	CGO_ENABLED=1 go test -race -timeout $(TIMEOUT) ./...

.PHONY: golden
golden: assets ## write the golden files of the tests anew; review the difference like code
	@go test $$({ grep -rlE $(ours) --include='*.go' 'flag\.Bool\("update"' .; grep -rl $(ours) --include='*_test.go' '^[[:space:]]"crosstalk/collectors/collectortest"$$' .; } | xargs -n1 dirname | sort -u) -update

.PHONY: fuzz
fuzz: assets ## run every fuzz target for FUZZTIME, 10s unless told
	@grep -roE $(ours) --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's/(.*)\/[^/]*:func (.*)/\1 \2/' | sort | while read -r folder target; do \
		echo "$$folder $$target"; \
		go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$folder; \
	done

.PHONY: bench
bench: assets ## run every benchmark; docs/benchmarks.md records the figures
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

.PHONY: scale
scale: build ## fill 10 and 100 million messages into SCALE once, and measure pages, metrics, memory, disk
	CROSSTALK_SCALE=$(abspath $(SCALE)) go test -run '^$$' -bench 'Scale' -benchtime 1x -timeout 12h -v ./cmd/crosstalk

## Look after the code

.PHONY: fmt
fmt: ## format Go and templ files
	go tool templ fmt views
	@$(gofiles) | xargs gofmt -w

.PHONY: vet
vet: assets ## go vet
	go vet ./...

.PHONY: static
static: assets
	go tool staticcheck ./...

.PHONY: lint
lint: assets ## golangci-lint, built on first use, which takes minutes
	$$(command -v golangci-lint || echo go run $(GOLANGCI)) run

.PHONY: stale
stale:
	@before=$$($(generated)); $(MAKE) -s generate; \
	if [ "$$before" != "$$($(generated))" ]; then \
		echo 'check: generated files were stale; they have been made anew, commit them' >&2; exit 1; \
	fi

.PHONY: formatted
formatted:
	@wrong=$$($(gofiles) | xargs gofmt -l); \
	if [ -n "$$wrong" ]; then \
		printf 'check: not formatted; run make fmt\n%s\n' "$$wrong" >&2; exit 1; \
	fi

.PHONY: tidy
tidy:
	@go mod tidy -diff || { echo 'check: go.mod lists other modules than the code uses; run go mod tidy' >&2; exit 1; }
