# Targets of the project; `make help` lists them. Everything but lint needs only Go.
GO ?= go
BIN := bin
ROUNDS ?= 5
REGO := --ignore '*.json' --ignore '*.yaml' rego policies
LDFLAGS := -s -w
TAGS := grpcnotrace
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.3.0
LINTER := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: help preview test oldest check lint vulncheck bench precision build release digests size formats corpus derive generate

help: ## Print what the targets do.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

preview: ## Preview an example that breaks the standard, and the fixed one, with the real pulumi.
	@$(GO) run ./tests/preview

# Most of it is spent in short processes, for which collecting memory is work for nothing.
test: export GOGC ?= 400
test: ## Run all tests, through the real pulumi CLI too.
	$(GO) test -shuffle=on -timeout 30m ./...
	$(GO) test -race -shuffle=on -timeout 10m ./internal/...

oldest: ## Run the pack on the oldest Pulumi that the docs promise; the first time its CLI is built.
	$(GO) test -tags oldest ./tests -run '^TestOldestEngine$$' -count=1 -v -timeout 25m

check: ## Check this repository with its own policies.
	$(GO) run ./cmd/policypack check .

# Regal does not read template strings yet; policies/rules_test.go finds what matters most of what it would.
lint: ## Check the style of Go, Rego and workflows.
	$(GO) run $(LINTER) run
	$(GO) run $(ACTIONLINT) -shellcheck= -pyflakes= .github/workflows/*.yml examples/ci/github-*.yml
	$(GO) tool opa check --strict --schema rego/schemas/input.json $(REGO)
	@test -z "$$($(GO) tool opa fmt --list rego policies)" || { $(GO) tool opa fmt --diff rego policies; exit 1; }

vulncheck: ## Look for known vulnerabilities in what the program calls; needs the network.
	$(GO) run $(GOVULNCHECK) -tags $(TAGS) ./cmd/policypack

bench: ## Compare the pack with a no-op analyzer, as ratios.
	$(GO) test ./tests/bench -run '^$$' -bench . -benchtime $(ROUNDS)x

precision: ## Measure how many findings are right, over tests/precision/programs (or PROGRAMS=DIR LABELS=FILE).
	@$(GO) run ./tests/precision $(if $(PROGRAMS),-programs '$(PROGRAMS)') $(if $(LABELS),-labels '$(LABELS)')

build: ## Build bin/policypack.
	CGO_ENABLED=0 $(GO) build -tags $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/policypack ./cmd/policypack

release: ## Build dist/: archives for all platforms (or PLATFORMS=linux-amd64,…), bills of materials, package managers' files, checksums.
	$(GO) run ./internal/release/cut -platforms '$(PLATFORMS)' dist

digests: release ## Write the digests of the archives to ci/digests.txt, in the commit that is to be tagged.
	@{ grep '^#' ci/digests.txt; grep -E ' policypack-.*\.(tar\.gz|zip)$$' dist/checksums.txt; } >dist/digests && mv dist/digests ci/digests.txt
	@cat ci/digests.txt

size: ## Print what the stripped program consists of.
	@$(GO) run ./internal/release/cut -size

corpus: ## Measure the detectors over a generated corpus, and write docs/reference/detection.md.
	$(GO) run ./internal/detect/corpus/figures

formats: ## List the formats of internal/detect/formats, after one was added.
	$(GO) run ./internal/detect/formats/list

derive: ## Read the providers' pinned packages again, and write rego/catalogue/derived.jsonl; needs npm and the network.
	$(GO) run ./internal/catalogue/derive -marked tests/precision/marked.txt

generate: formats corpus ## Format the catalogue, and write again what is generated: the list of formats, and pages of docs/.
	$(GO) run ./internal/catalogue/format
	$(GO) run ./cmd/policypack docs docs
