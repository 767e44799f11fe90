# `make install`, `make demo` and `make test` work on a fresh Debian 12/13 or Raspberry Pi OS with python3 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# where `make install` puts the program, its command, and what else it can do
PROGRAM ?= /opt/byteport-agent
COMMAND ?= /usr/local/bin/byteport-agent
EXTRAS ?= pi
# more than there are cores: many tests wait
WORKERS ?= 3
SEEDS ?= 5

.PHONY: help venv-here install demo test check lint pages bench pictures soak release clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */make \1\t/' | expand -t 14

# Packed from a copy: root leaves nothing in a clone, and what was built there before is not taken.
install: venv-here  ## Install or update for all users of this machine; more with EXTRAS=pi,mqtt
	$(SUDO) $(PYTHON) -m venv --system-site-packages $(PROGRAM)
	@copy=$$(mktemp -d) && trap '$(SUDO) rm -rf "$$copy"' EXIT && \
		cp -r agent drivers hw_mocks micropython LICENSE README.md pyproject.toml setup.cfg "$$copy" && \
		rm -rf "$$copy"/micropython/*.egg-info && \
		(set -x; $(SUDO) $(PROGRAM)/bin/pip install -q "$$copy$(if $(EXTRAS),[$(EXTRAS)])")
	$(SUDO) ln -sf $(PROGRAM)/bin/byteport-agent $(COMMAND)
	@echo "installed: $(COMMAND); next: byteport-agent scan"

demo: $(VENV)/installed  ## Install into .venv, then show the dashboard of simulated sensors
	@$(BIN)/byteport-agent demo

test: $(VENV)/installed-test  ## Install all that the tests need, then run every test
	@tests/install/get-micropython .tools
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

check: lint test  ## Everything that must pass before a commit

lint: $(VENV)/installed-test  ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# each is written whole, or stays as it was
pages: $(VENV)/installed-test  ## Write the pages, drawings and completions that follow from the code
	$(BIN)/python -m byteport_agent.config.reference > .page && mv .page docs/configuration.md
	$(BIN)/python docs/making/wiring_drawings.py
	$(BIN)/python docs/making/sensor_page.py > .page && mv .page docs/sensors.md
	$(BIN)/python -m byteport_agent.command_line.man_page > .page && mv .page agent/man/byteport-agent.1
	$(BIN)/python -m byteport_agent.completions.making

bench: $(VENV)/installed-test  ## Measure speeds, as ratios; takes minutes
	@tests/install/get-micropython .tools
	$(BIN)/python tests/bench/run.py

pictures: $(VENV)/installed-test  ## Take the pictures of the dashboard in docs/pictures anew
	$(BIN)/python tests/pictures.py docs/pictures

soak: $(VENV)/installed-test  ## Disturb agent and boards, SEEDS=5 times each; watch it MINUTES=10
	$(BIN)/python tests/soak/run.py $(SEEDS)
	$(BIN)/python tests/soak/steady.py $(MINUTES)
	@tests/install/get-micropython .tools
	$(BIN)/python tests/soak/boards.py $(SEEDS)

release:  ## Make a release of what is committed, VERSION=1.2.3: changelog, commit, tag
	@$(PYTHON) docs/making/release.py $(VERSION)

clean:  ## Remove what these commands made
	rm -rf $(VENV) .tools build dist .page *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

venv-here:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv >/dev/null; }

$(VENV)/bin/python: | venv-here
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python setup.cfg pyproject.toml
	$(BIN)/pip install -q -e '.[dashboard]'
	@touch $@

$(VENV)/installed-test: $(VENV)/bin/python setup.cfg pyproject.toml tests/install/packages
	@tests/install/packages
	$(BIN)/pip install -q -e '.[test,oracles,mocks,proxy,dashboard]'
	@touch $@ $(VENV)/installed
