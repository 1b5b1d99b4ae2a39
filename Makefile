# Targets of the project; `make help` lists them. Everything but lint needs only Go.
GO ?= go
BIN := bin
SOAK ?= 1h
REGO := --ignore '*.json' --ignore '*.yaml' rego policies
TAGS := grpcnotrace
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.3.0
LINTER := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: help preview test oldest check lint vulncheck bench soak precision build release digests size formats corpus derive generate

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

preview: ## Preview an example that breaks the standard, and the fixed one, with the real pulumi.
	@$(GO) run ./tests/preview

# Most of the time is spent in short processes, which need no garbage collection.
test: export GOGC ?= 400
test: ## Run all tests, including those with the real pulumi CLI.
	$(GO) test -shuffle=on -timeout 30m ./...
	$(GO) test -race -shuffle=on -timeout 10m ./internal/...

oldest: ## Run the pack with the oldest supported Pulumi; the first run builds its CLI.
	$(GO) test -tags oldest ./tests -run '^TestOldestEngine$$' -count=1 -v -timeout 25m

check: ## Check this repository with its own policies.
	$(GO) run ./cmd/policypack check .

# Regal does not support template strings yet; policies/rules_test.go covers its most important rules.
lint: ## Check the style of Go, Rego and workflows.
	$(GO) run $(LINTER) run
	$(GO) run $(ACTIONLINT) -shellcheck= -pyflakes= .github/workflows/*.yml examples/ci/github-*.yml
	$(GO) tool opa check --strict --schema rego/schemas/input.json $(REGO)
	@test -z "$$($(GO) tool opa fmt --list rego policies)" || { $(GO) tool opa fmt --diff rego policies; exit 1; }

vulncheck: ## Check the code that the program calls for known vulnerabilities; needs the network.
	$(GO) run $(GOVULNCHECK) -tags $(TAGS) ./cmd/policypack

bench: ## Measure the pack against a no-op analyzer, as ratios with their aims (RELEASE=0.2.0 also records them).
	@$(GO) run ./tests/bench/table $(if $(RELEASE),-release '$(RELEASE)')

# One processor is enough: the machine can do other things meanwhile.
soak: ## Fuzz for SOAK (1h), and check concurrency, faults and repeated runs; takes about 50 % longer than that.
	$(GO) test ./tests/soak -count=1 -v -timeout 6h -soak $(SOAK)

precision: ## Measure the precision of the findings on tests/precision/programs (or PROGRAMS=DIR LABELS=FILE).
	@$(GO) run ./tests/precision $(if $(PROGRAMS),-programs '$(PROGRAMS)') $(if $(LABELS),-labels '$(LABELS)')

build: ## Build bin/policypack, as a release has it.
	$(GO) run ./internal/release/cut -program $(BIN)/policypack

release: ## Build dist/: archives for all platforms (or PLATFORMS=linux-amd64,…), bills of materials, package managers' files, checksums.
	$(GO) run ./internal/release/cut -platforms '$(PLATFORMS)' dist

digests: release ## Write the digests of the archives to ci/digests.txt, for the commit to tag.
	@{ grep '^#' ci/digests.txt; grep -E ' policypack-.*\.(tar\.gz|zip)$$' dist/checksums.txt; } >dist/digests && mv dist/digests ci/digests.txt
	@cat ci/digests.txt

size: ## Print a breakdown of the size of the stripped program.
	@$(GO) run ./internal/release/cut -size

corpus: ## Measure the detectors on a generated corpus, and write docs/reference/detection.md.
	$(GO) run ./internal/detect/corpus/figures

formats: ## Regenerate the list of formats in internal/detect/formats, after adding one.
	$(GO) run ./internal/detect/formats/list

derive: ## Regenerate rego/catalogue/derived.jsonl from the pinned provider packages; needs npm and the network.
	$(GO) run ./internal/catalogue/derive -marked tests/precision/marked.txt

generate: formats corpus ## Format the catalogue, and regenerate the list of formats and the pages in docs/.
	$(GO) run ./internal/pack/metadata
	$(GO) run ./internal/catalogue/format
	$(GO) run ./cmd/policypack docs docs
