# armctl: what people type. `make run` does the main job in simulation, `make test` passes the tests.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
MINUTES ?= 1
# The tests that look at the parts that decide about safety, and at the bytes on the wire.
PROOF := tests/unit/safety $(wildcard tests/unit/drivers/*/test_codec.py) tests/safety/test_states_exhaustive.py \
	tests/safety/test_supervisor_machine.py tests/safety/test_link_machine.py

.PHONY: run demo pictures words test faults lint types imports check bench soak mutants coverage clean help

help: ## show this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/armctl: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sim,planning,plots]'
	@touch $@

$(VENV)/dev: pyproject.toml $(BIN)/armctl
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sim,dev]'
	@# Without what it depends on: several gigabytes that its motor buses never touch (tests/support/lerobot.py).
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps lerobot==0.4.4
	@touch $@

run: $(BIN)/armctl ## the main job in simulation: the user screen, or the demo where there is no display
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/armctl run; \
	else echo "No display here: a scripted one-switch user does the job instead."; $(BIN)/armctl demo; fi

demo: $(BIN)/armctl ## a scripted one-switch user fetches the cup, drinks and puts it back
	$(BIN)/armctl demo

pictures: $(BIN)/armctl ## the pictures of the guides, made by the program
	$(BIN)/armctl demo --fast --out demo-output
	mkdir -p docs/pictures
	$(BIN)/python -m tests.pictures docs/pictures
	cp demo-output/*-arming.png docs/pictures/arming.png
	cp demo-output/*-running-bringing-*.png docs/pictures/running.png
	cp demo-output/*-running-moving-to-home-1[0-9]-*.png docs/pictures/going.png
	cp demo-output/*-running-waiting-*.png docs/pictures/waiting.png

words: $(VENV)/dev ## bring the catalogues of ui/locale up to date, and list what has no translation yet
	$(BIN)/python -m tests.words

lint: $(VENV)/dev ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev ## types, strict
	$(BIN)/mypy

imports: $(VENV)/dev ## import contracts
	$(BIN)/lint-imports

check: lint types imports ## all of these

test: $(VENV)/dev ## the tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not alone"
	$(BIN)/python -m pytest -m alone

faults: $(VENV)/dev ## measure the fault catalogue anew, and write the table of docs/safety.md
	rm -rf bench-output/faults
	ARMCTL_CATALOGUE=bench-output/faults ARMCTL_CATALOGUE_REPEATS=$${ARMCTL_CATALOGUE_REPEATS:-5} \
		$(BIN)/python -m pytest -m catalogue tests/safety/catalogue
	$(BIN)/python -m tests.safety.catalogue.document bench-output/faults docs/safety.md

bench: $(VENV)/dev ## measure beside a reference, as ratios
	$(BIN)/python -m benchmarks

soak: $(VENV)/dev ## MINUTES=n of random commands and faults, watched by a checker that shares no code with the supervisor
	$(BIN)/python -m tests.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

mutants: $(VENV)/dev ## change the safety sources in every small way: some test must find each (MUTANTS=n for a sample)
	$(BIN)/python -m tests.mutants --sample $(or $(MUTANTS),0)

coverage: $(VENV)/dev ## every line and branch of what decides about safety is executed by its own tests
	$(BIN)/python -m coverage run --rcfile=tests/coverage.ini -m pytest -q -p no:cacheprovider $(PROOF)
	$(BIN)/python -m coverage report --rcfile=tests/coverage.ini

clean: ## remove what was built
	rm -rf $(VENV) demo-output bench-output reach-output .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
