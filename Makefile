# Northstar · 北极星. `make` alone lists what there is; `make run` and `make test` set themselves up.
.DEFAULT_GOAL := help
.PHONY: help run shops test e2e study lint type format bench bench-stats bench-recovery bench-asos clean

# Any Python from 3.11 on will do; another one: make run PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check
UCI := data/samples/uci_online_retail/mapping.yaml
MERCH := data/samples/google_merch_day/mapping.yaml
PLANS := data/samples/demo/experiments.yaml

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: shops ## build what is missing and serve the dashboard (PORT=8501 HOST=127.0.0.1)
	@exec $(PY) -m ui.serve $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST))

shops: $(VENV)/.run
	@$(PY) -m data demo --if-absent
	@$(PY) -m metrics register --shop demo --file $(PLANS) --if-absent
	@$(PY) -m data import $(UCI) --if-absent
	@$(PY) -m data import $(MERCH) --if-absent

test: $(VENV)/.dev ## run the tests; those of PostgreSQL and Chromium skip where these are absent
	@$(PY) -m pytest -rs -m "not study" -n 2 --dist loadscope $(ARGS)

e2e: $(VENV)/.dev ## only the tests in a real Chromium
	@$(PY) -m pytest -rs -m e2e $(ARGS)

study: $(VENV)/.dev ## the slow statistical studies
	@$(PY) -m pytest -rs -m study $(ARGS)

lint: $(VENV)/.dev ## ruff: rules and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

type: $(VENV)/.dev ## mypy, strict
	@$(PY) -m mypy

format: $(VENV)/.dev ## write the format that lint asks for
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(VENV)/.dev ## measure, print a table, write bench/results.json
	@$(PY) -m bench

bench-stats: $(VENV)/.dev ## how often the statistics of experiments are wrong (ARGS=--runs=500)
	@$(PY) -m bench.calibration $(ARGS)

bench-recovery: $(VENV)/.dev ## how often the demo's experiments find their true effect (ARGS=--runs=50)
	@$(PY) -m bench.recovery $(ARGS)

bench-asos: $(VENV)/.dev ## read a shop's real experiments at every checkpoint (FILE=….parquet)
	@$(PY) -m bench.asos $(FILE)

clean: ## remove caches and the virtual environment (shops and the store stay)
	@rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written last, so an installation that was interrupted is done again.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { \
		echo "Northstar needs Python 3.11 or newer; here: $$(python3 --version 2>&1 || echo none)."; \
		echo "Hint: install it, or name it: make run PYTHON=/path/to/python3.11"; \
		echo "北极星需要 Python 3.11 或更高版本；请先安装，或用 PYTHON= 指定其路径。"; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Northstar needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
		echo "北极星需要 Python 3.11 或更高版本。"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments."; \
		echo "Hint: on Debian and Ubuntu, apt-get install python3-venv"; \
		echo "该 Python 无法创建虚拟环境；在 Debian / Ubuntu 上请安装 python3-venv。"; exit 1; } >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt $(VENV)/.made
	@echo "Installing what Northstar runs on (a minute or two) · 正在安装运行依赖（约一两分钟）"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what tests need · 正在安装测试依赖"
	@$(PIP) -r requirements-dev.txt
	@touch $@
