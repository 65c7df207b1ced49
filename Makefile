# Diwan. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help try test house fmt vet unit e2e bench clean

help: ## say what there is
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 18

try: ## try a seeded sample country on http://127.0.0.1:8080
	go run ./cmd/diwan try

test: ready ## everything that says whether a change is ready
	scripts/postgres scripts/test

ready:
	@scripts/ready

house: ## only the rules of the house: imports, tables, sizes, words (seconds)
	go test .

fmt: ## format every Go file
	gofmt -w $$(git ls-files '*.go')

vet: ## look for suspicious Go
	go vet ./...

unit: ready ## every package on both engines, without the browser
	scripts/postgres go test -p 2 -timeout 20m $$(go list ./... | grep -v /e2e$$)

e2e: ready ## journeys in a browser; pictures of every page in e2e/out
	DIWAN_TEST_ALL=1 go test -count=1 -timeout 20m -v ./e2e

bench: ## whole cases a second on this machine
	go run ./cmd/diwan bench cases

clean: ## delete what was built or tried here
	rm -rf diwan diwan-data e2e/out e2e/node_modules
