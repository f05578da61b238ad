"""The fixed environment: what is set, and what stays as it was."""

import os
import subprocess
import sys

from helpers.lesson import environment
from tools import ROOT


def test_fix_keeps_what_is_set():
    variables = {"TF_ENABLE_ONEDNN_OPTS": "1"}
    environment.fix(variables)
    assert variables == environment.FIXED | {"TF_ENABLE_ONEDNN_OPTS": "1"}


def test_a_command_runs_in_the_fixed_environment():
    code = "import os; print(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'])"
    bare = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert done.stdout == "0 1\n"


def test_importing_keras_says_nothing():
    # in a bare environment: the helper has to bring its own
    bare = {name: value for name, value in os.environ.items() if name not in environment.FIXED}
    command = [sys.executable, "-c", "import helpers.models.keras_models"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert (done.stdout, done.stderr) == ("", "")


def test_running_a_command_warns_of_nothing():
    # Python would warn if the face of the room had imported the module that it is to run
    module = ["-W", "error::RuntimeWarning", "-m", "helpers.lesson.environment"]
    code = "import os; print(*sorted(name for name in os.environ if name.startswith('MALLOC_')))"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, *module, sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=bare)
    allocator = "MALLOC_MMAP_THRESHOLD_ MALLOC_TOP_PAD_ MALLOC_TRIM_THRESHOLD_"
    assert (done.stdout, done.stderr) == (f"{allocator}\n", "")
