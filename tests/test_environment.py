import os
import subprocess
import sys

import pytest

from helpers import environment
from tools import ROOT

MODULES = sorted(path.stem for path in (ROOT / "src" / "helpers").glob("*.py"))


def python(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("module", [name for name in MODULES if name != "keras_models"])
def test_helpers_import_neither_tensorflow_nor_matplotlib(module):
    name = "helpers" if module == "__init__" else f"helpers.{module}"
    heavy = "{'tensorflow', 'keras', 'matplotlib', 'scipy', 'seaborn'}"
    assert python(f"import sys, {name}; print({heavy} & set(sys.modules))") == "set()\n"


LIGHT = [f"helpers.{name}" for name in MODULES if name not in ("__init__", "keras_models")]


@pytest.mark.parametrize("names", [["helpers"], LIGHT], ids=["helpers", "all but Keras"])
def test_helpers_import_in_under_a_third_of_a_second(names):
    code = f"t = time.process_time(); import {', '.join(names)}; print(time.process_time() - t)"
    # seconds of processor time, the best of five: a busy machine only makes it slower
    assert min(float(python(f"import time; {code}")) for _ in range(5)) < 0.3


def test_fix_keeps_what_is_set():
    variables = {"TF_ENABLE_ONEDNN_OPTS": "1"}
    environment.fix(variables)
    assert variables == environment.FIXED | {"TF_ENABLE_ONEDNN_OPTS": "1"}


def test_a_command_runs_in_the_fixed_environment():
    code = "import os; print(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'])"
    bare = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "helpers.environment", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert done.stdout == "0 1\n"


def test_importing_keras_says_nothing():
    # in a bare environment: the helper has to bring its own
    bare = {name: value for name, value in os.environ.items() if name not in environment.FIXED}
    command = [sys.executable, "-c", "import helpers.keras_models"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert (done.stdout, done.stderr) == ("", "")
