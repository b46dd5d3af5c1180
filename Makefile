# Everything runs from .venv, which `setup` makes and keeps current. ARGS goes to the command.

.DEFAULT_GOAL := help
PY := .venv/bin/python
STAMP := .venv/.current
MEMBERS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml)))
SOURCES := $(addsuffix /src,$(MEMBERS))
NAMES := $(addprefix giftstream-,$(notdir $(MEMBERS)))
SERVICES := campaign order_placement store_sync notification
WORKERS := 3
PARALLEL = -n $(WORKERS) --dist loadscope --no-loadscope-reorder
empty :=
colon_list = $(subst $(empty) $(empty),:,$(1))

.PHONY: help help-env setup lock run test test-all test-docker mutations faults storm lint explore specs bench clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(STAMP) ## make or refresh .venv (the others do it by themselves)

$(STAMP): requirements.lock pyproject.toml $(addsuffix /pyproject.toml,$(MEMBERS))
	@sh tools/localstack/setup.sh $(MEMBERS)
	@touch $(STAMP)

run: $(STAMP) ## the whole system here, fed with samples; ARGS=--exit ends when all are delivered
	@exec $(PY) -m localstack run --with-parent $(ARGS)

test: $(STAMP) ## all tests but the long ones; WORKERS=3 rooms of tests at once
	@exec $(PY) -m pytest -m "not long" $(PARALLEL) libs services tools tests $(ARGS)

test-all: $(STAMP) ## every test, and those of test-docker
	@$(PY) -m pytest $(PARALLEL) libs services tools tests $(ARGS)
	@sh tools/localstack/docker/test.sh

test-docker: $(STAMP) ## the integration tests, with Kafka and MongoDB in containers
	@exec sh tools/localstack/docker/test.sh $(ARGS)

mutations: $(STAMP) ## take each protection away: a test must notice; ARGS=--list names them
	@PYTHONPATH=tests exec $(PY) -m mutations $(ARGS)

faults: $(STAMP) ## SEED=… or PLAN=file [SELECTIONS=200]: everything goes wrong by plan, then the books are checked
	@PYTHONPATH=tests exec $(PY) -m faults $(if $(SEED),--seed $(SEED)) $(if $(PLAN),--plan $(PLAN)) \
		--selections $(or $(SELECTIONS),200) $(ARGS)

storm: $(STAMP) ## 1,000 selections, 20 stores, 5 % of every fault, then the books; ARGS=--help
	@PYTHONPATH=tests exec $(PY) -m storm $(ARGS)

lint: $(STAMP) ## ruff, mypy, who may import whom
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@MYPYPATH="$(call colon_list,$(SOURCES))" $(PY) -m mypy $(SOURCES)
	@$(PY) -c "from importlinter.cli import lint_imports_command as run; run()"

explore: $(STAMP) ## every interleaving of placing; ARGS="--claims 3 --faults 2" for wider bounds
	@PYTHONPATH=services/order-placement/tests/placing exec $(PY) -m exploring $(ARGS)

specs: $(STAMP) ## docs/schemas, docs/asyncapi and docs/openapi anew, after a change of events or routes
	@$(PY) -m giftstream.events.schema
	@$(PY) -m specs

bench: $(STAMP) ## how fast, beside the limit measured in the same run
	@exec $(PY) -m bench $(ARGS)

help-env: $(STAMP) ## every setting of every service
	@$(PY) -m giftstream.settings $(SERVICES)

lock: $(STAMP) ## resolve requirements.lock anew
	@.venv/bin/uv pip compile -q --universal --generate-hashes --group dev --no-emit-index-url \
		--no-header --no-annotate $(addprefix --no-emit-package ,$(NAMES)) \
		pyproject.toml -o requirements.lock

clean: ## remove .giftstream with the stack's data; refused while it runs
	@if [ -x $(PY) ] && [ -d .giftstream ]; then $(PY) -m localstack idle; fi
	@rm -rf .giftstream
