# Every task a person needs; `make help` lists them.  All but `clean` and `help` set up .venv first.
# Variables of Python's own may keep it from starting: of a shell's, only what helps set-up stays.
unexport $(filter-out PYTHON PYTHONDONTWRITEBYTECODE PYTHONNOUSERSITE PYTHONPYCACHEPREFIX PYTHONUNBUFFERED PYTHONUSERBASE,$(filter PYTHON%,$(.VARIABLES)))
export PYTHON ?= python3
READY  := .venv/ready
FIXED   = .venv/bin/python -m helpers.lesson.environment
RUN     = $(FIXED) .venv/bin/python -m

# Not only the editable install: a folder that was moved or copied must use its own helpers.
export PYTHONPATH := $(CURDIR)/src

# What a task takes.  Another name is a slip, or another task's, and would go unheard:
# make claims COUNT=3 would run for an hour, and so would make claims SAMPLE=3.
OF_bench := ONLY
OF_claims := ONLY SEEDS
OF_lab := ORIGINALS
OF_lighthouse := ONLY
OF_lock := UPGRADE
OF_mutants := AGAIN ONLY SAMPLE
OF_newer := ON
OF_notebooks := ONLY
OF_serve := PORT
OF_studies := ONLY
OF_test := ENDS IN_LAB
blank := $(subst ,, )
tasks := $(or $(MAKECMDGOALS),help)
names := PYTHON $(foreach task,$(tasks),$(OF_$(task)))
given := $(foreach word,$(subst \$(blank),_,$(MAKEOVERRIDES)),$(if $(findstring =,$(word)),$(firstword $(subst =, ,$(word)))))
ifneq ($(filter-out $(names),$(given)),)
$(error make $(tasks): expected some of $(sort $(names)), got $(filter-out $(names),$(given)))
endif
# What a shell has exported, perhaps for another program, was not said to this task.
heard := $(strip $(foreach name,$(filter-out ENDS IN_LAB PYTHON,$(names)),$(if $(findstring environment,$(origin $(name))),$(name))))
ifneq ($(heard),)
$(error make $(tasks): expected $(heard) behind make, if at all, got it from the shell: unset $(heard))
endif
ifeq ($(wildcard tools/set_up.py),)
$(error expected to be run in the project's folder: go there first, or name it behind make -C)
endif
ifneq ($(findstring :,$(CURDIR)),)
$(error expected a folder without : in its name, which PYTHONPATH would take for two, got $(CURDIR))
endif
is_on = $(filter-out 0 n N no No NO off Off OFF false False FALSE,$(1))

.DEFAULT_GOAL := help
.NOTPARALLEL:  # make -j: each of them uses all cores by itself, and the site is one
.PHONY: help site test portable newer lab browse serve notebooks student claims studies bench mutants lint audit lighthouse lock clean

help:  ## list these tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# Where a Python is named, or that of .venv has gone, set-up looks whether .venv is of that one.
ifneq ($(origin PYTHON)$(shell test -x .venv/bin/python && echo there),filethere)
.PHONY: $(READY)
endif

$(READY): requirements.txt tools/set_up.py
	@command -v "$$PYTHON" >/dev/null || { echo "set-up failed: no $$PYTHON here; install Python 3.11 to 3.13, or name one: make PYTHON=python3.12 ..."; exit 1; }
	@"$$PYTHON" tools/set_up.py

site: $(READY)  ## execute what is stale and render the site into build/site/
	@$(RUN) tools.site

# Outputs are tested as they are stored: executing what is stale first would bless what is broken.
test: $(READY)  ## unit tests, strict nbval over every notebook, site tests
	@$(RUN) tools.site --as-stored
	@$(RUN) pytest

portable: $(READY)  ## strict nbval as on other machines: oneDNN, threads, NumPy without wide instructions, other last bits, time and language
	@for setting in TF_ENABLE_ONEDNN_OPTS=1 "TF_ENABLE_ONEDNN_OPTS=1 ONEDNN_MAX_CPU_ISA=SSE41" \
	    "OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2" "OMP_NUM_THREADS=4 OPENBLAS_NUM_THREADS=4" "TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1" \
	    "NPY_DISABLE_CPU_FEATURES='X86_V3 X86_V4 AVX512_ICL AVX512_SPR'" \
	    "TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8" "TZ=Pacific/Apia LC_ALL=C" \
	    'LAST_BITS=1 PYTHONSTARTUP="$$PWD/tools/last_bits.py"' \
	    'LAST_BITS=2 PYTHONSTARTUP="$$PWD/tools/last_bits.py"'; do \
	  echo "$$setting"; eval "$(FIXED) $$setting .venv/bin/python -m pytest -q notebooks" || exit 1; done

newer: $(READY)  ## tests of helpers and lessons with the next minor version of NumPy; ON=python3.13 for another Python, too
	@exec $(RUN) tools.newer $${ON:+--python "$$ON"}

lab: $(READY)  ## open JupyterLab on your own copies of the lessons, in lab/; ORIGINALS=1 for notebooks/
	@$(RUN) tools.lab $(if $(call is_on,$(ORIGINALS)),--originals)

browse: $(READY)  ## run every lesson in JupyterLab, in a browser, from its first cell to its last
	@env IN_LAB=all $(RUN) pytest -n 0 tests/test_lab.py

serve: site  ## serve the built site on this machine
	@exec $(RUN) tools.serve --port "$${PORT:-8000}"

notebooks: $(READY)  ## execute all notebooks in place; ONLY=04 for one
	@exec $(RUN) tools.notebooks $${ONLY:+--only "$$ONLY"}

student: $(READY)  ## write copies of the lessons without solutions, for a class, into build/student/
	@$(RUN) tools.student

claims: $(READY)  ## run notebooks at SEEDS=40 seeds drawn from their code and write the claims ledger; ONLY=04 for one
	@exec $(RUN) tools.claims --seeds "$${SEEDS:-40}" $${ONLY:+--only "$$ONLY"}

studies: $(READY)  ## recompute the recorded studies; ONLY=name for one
	@exec $(RUN) tools.studies $${ONLY:+--only "$$ONLY"}

bench: $(READY)  ## time what is compared in benchmarks/, side by side, on one thread; ONLY=name for one
	@exec $(FIXED) TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 .venv/bin/python -m tools.bench $${ONLY:+--only "$$ONLY"}

mutants: $(READY)  ## change the helpers piece by piece and see what no test notices; takes hours; SAMPLE=600 for so many, ONLY=engine/losses for one module, AGAIN=1 for those that survived
	@exec $(RUN) tools.mutants $${ONLY:+--only "$$ONLY"} $${SAMPLE:+--sample "$$SAMPLE"} $(if $(call is_on,$(AGAIN)),--again)

lint: $(READY)  ## ruff, the rules for notebooks, the workflow; the site's scripts, where npm ci has been run
	@$(RUN) ruff check && $(RUN) ruff format --check
	@$(RUN) pytest -q -n 0 -p no:cacheprovider tests/test_notebooks.py
	@.venv/bin/zizmor --offline --quiet .github/workflows
	@if [ -x node_modules/.bin/eslint ]; then node_modules/.bin/eslint --config site/eslint.config.mjs site/_static; fi

# pip-audit lives by itself, not in the lock: 28 packages that nothing else needs.  --strict: no answer is no good answer.
audit: $(READY)  ## ask PyPI, and npm where it is, for known vulnerabilities of what the locks pin; needs the network
	@mkdir -p build
	@$(RUN) uv tool run pip-audit==2.10.1 --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.txt \
	  2> build/audit.txt; told=$$?; tail -n 1 build/audit.txt; exit $$told
	@if command -v npm >/dev/null; then npm audit --loglevel=error --logs-max=0; fi

lighthouse: site  ## what Lighthouse says of the site, phone and desk; ONLY=04 for one; needs Node and Chromium
	@npm ci --silent
	@exec $(RUN) tools.lighthouse $${ONLY:+--only "$$ONLY"}

lock: $(READY)  ## recompute requirements.txt from pyproject.toml; UPGRADE=1 for newer versions
	@trap 'rm -f requirements.txt.new' EXIT; trap 'exit 1' INT TERM HUP; cp requirements.txt requirements.txt.new \
	  && $(RUN) uv pip compile --no-config pyproject.toml --group dev --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --quiet $(if $(call is_on,$(UPGRADE)),--upgrade) --custom-compile-command "make lock" --output-file requirements.txt.new \
	  && mv requirements.txt.new requirements.txt

clean:  ## remove what the others made
	rm -rf .venv .venv.old .venv.lock build mutants __pycache__ .pytest_cache .ruff_cache .hypothesis requirements.txt.new
	find src tools tests studies benchmarks notebooks site \( -name __pycache__ -o -name .ruff_cache -o -name .ipynb_checkpoints -o -name '*.json.[0-9]*.new' -o -name '*.ipynb.[0-9]*.new' -o -name '*.png.[0-9]*.new' \) -prune -exec rm -rf {} +
