# Each target does all of its own set-up: a Node that is new enough, the npm packages, the build
# and, where it is needed, the test bed (engines, base images: see test/bed). Set-up that is
# done costs less than a second. Works with GNU make 3.81, which macOS has.

SHELL := /bin/bash
RUN := test/bed/with-node.sh
.DEFAULT_GOAL := build
.PHONY: deps build demo test check bench clean-engine

deps:
	@$(RUN) test/bed/deps.sh

build: deps
	@$(MAKE) --no-print-directory dist/.built

# Folders are among the prerequisites: their times tell of removed files.
dist/.built: package.json package-lock.json tsconfig.json $(shell find src)
	@echo 'bed: tsc' >&2
	@$(RUN) tsc -p tsconfig.json
	@touch $@

# One engine and one base image.
demo: build
	@bed=$$(test/bed/up.sh --demo) && eval "$$bed" && $(RUN) node test/demo.ts

# Unit and integration tests; ARGS="test/plan -t name" narrows them.
test: build
	@$(RUN) test/bed/test.sh $(ARGS)

check: deps
	@$(RUN) test/bed/check.sh

bench: build
	@bed=$$(test/bed/up.sh) && eval "$$bed" && $(RUN) node test/bench/main.ts $(ARGS)

# Ends the engines that the targets above started, and frees what they hold.
clean-engine:
	@test/bed/clean.sh
