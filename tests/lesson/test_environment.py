"""The fixed environment: what is set, and what stays as it was."""

import os
import subprocess
import sys

import pytest

from helpers.lesson import environment
from tools import ROOT

FIGURES = {"MPLCONFIGDIR": environment.FIGURES}


def test_what_a_shell_has_set_does_not_matter():
    others = {"OTHER": "x", "PYTHONPATH": "a", "PYTHONUNBUFFERED": "1", "MY_KERAS_BACKEND": "y"}
    variables = others | {"KERAS_BACKEND": "jax", "MPLBACKEND": "Agg", "PYTHONOPTIMIZE": "2"}
    for name in ("PYTHONWARNDEFAULTENCODING", "KERAS_NNX_ENABLED", "SOURCE_DATE_EPOCH",
                 "KERAS_MAX_EPOCHS", "PANDAS_FUTURE", "TF_CPP_VMODULE", "OPENBLAS_VERBOSE",
                 "TQDM_DISABLE", "PYTHON_OF_THE_FUTURE", "PROTOCOL_BUFFERS_PYTHON_VERSION",
                 "CHECK_RECORD", "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"):  # fmt: skip
        variables[name] = "1"
    environment.fix(variables)
    assert variables == environment.FIXED | FIGURES | others


def test_what_is_asked_for_is_kept_and_so_it_is_further_inside():
    variables = {"PYTHONWARNINGS": "error"}
    words = ["OMP_NUM_THREADS=2", "PYTHONSTARTUP=a.py", "python", "-c", "x=1"]
    assert environment.ask(variables, words) == ["python", "-c", "x=1"]
    for _ in range(2):
        environment.fix(variables)
        asked = {"OMP_NUM_THREADS": "2", "PYTHONSTARTUP": "a.py"}
        names = {environment.ASKED: "OMP_NUM_THREADS PYTHONSTARTUP"}
        assert variables == environment.FIXED | FIGURES | asked | names


def test_importing_keras_says_nothing_and_a_users_own_settings_do_not_matter(tmp_path):
    (tmp_path / ".keras").mkdir()
    theirs = '{"floatx": "float64", "backend": "jax", "image_data_format": "channels_first"}'
    (tmp_path / ".keras" / "keras.json").write_text(theirs)
    code = "import helpers.models.keras_models as m; print(m.keras.config.floatx())"
    # in a bare environment: the helper has to bring its own
    own = {environment.ASKED, *environment.FIXED}
    bare = {name: value for name, value in os.environ.items() if name not in own}
    home = bare | {"HOME": str(tmp_path), "KERAS_BACKEND": "jax"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home)
    assert (done.stdout, done.stderr) == ("float32\n", "")


def test_a_users_own_matplotlib_settings_do_not_matter_nor_whether_there_is_a_home(tmp_path):
    settings = tmp_path / ".config" / "matplotlib" / "matplotlibrc"
    settings.parent.mkdir(parents=True)
    settings.write_text("no such key: 1")
    code = "import matplotlib.pyplot as plt; print(plt.rcParams['axes.grid'])"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c", code]
    for home in (
        {"HOME": str(tmp_path)},
        {"HOME": environment.NOWHERE},
        {"MATPLOTLIBRC": str(settings)},
        {"MPLCONFIGDIR": str(settings.parent)},
    ):
        done = subprocess.run(command, capture_output=True, text=True, env=bare | home)
        assert (done.stdout, done.stderr) == ("False\n", ""), home


def test_where_figures_cannot_have_a_folder_of_ours_a_home_has_to_do(monkeypatch):
    monkeypatch.setattr(environment, "FIGURES", environment.NOWHERE)
    variables = {"MPLCONFIGDIR": "mine"}
    environment.fix(variables)
    assert variables == environment.FIXED | {"MPLCONFIGDIR": "mine"}


def test_who_has_no_home_has_that_of_nobody(monkeypatch):
    """As in a container, for a user of whom no list of users knows."""
    monkeypatch.setattr(environment.os.path, "expanduser", lambda path: path)
    for variables, home in (({}, "/"), ({"HOME": "mine"}, "mine")):
        environment.fix(variables)
        assert variables["HOME"] == home


def test_a_users_own_start_up_files_do_not_matter(tmp_path):
    start = tmp_path / ".ipython" / "profile_default" / "startup"
    start.mkdir(parents=True)
    (start / "00-me.py").write_text("mine = 1")
    code = "import IPython; IPython.start_ipython(['-c', 'print(dir())'])"
    home = os.environ | {"HOME": str(tmp_path)}
    home.pop(environment.ASKED, None)
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=home)
    assert "'mine'" not in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "usage: "),
        (["OMP_NUM_THREADS=2"], "usage: "),
        (["no-such-command"], "no-such-command: "),
    ],
)
def test_what_is_no_command_is_said_in_a_line(words, said):
    command = [sys.executable, "-m", "helpers.lesson.environment", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_a_command_runs_in_the_fixed_environment():
    code = "import os; print(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'])"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert done.stdout == "0 1\n"


def test_running_a_command_warns_of_nothing():
    # Python would warn if the face of the room had imported the module that it is to run
    module = ["-W", "error::RuntimeWarning", "-m", "helpers.lesson.environment"]
    code = "import os; print(*sorted(name for name in os.environ if name.startswith('MALLOC_')))"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, *module, sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=bare)
    allocator = "MALLOC_MMAP_THRESHOLD_ MALLOC_TOP_PAD_ MALLOC_TRIM_THRESHOLD_"
    assert (done.stdout, done.stderr) == (f"{allocator}\n", "")


@pytest.mark.parametrize("name", ["AUTOGRAPH_VERBOSITY", "CLICOLOR_FORCE", "FORCE_COLOR"])
def test_what_would_have_others_say_more_or_in_colours_is_cleared(name):
    variables = {name: "1", "HOME": "/"}
    environment.fix(variables)
    assert name not in variables


def test_letters_are_those_of_utf_8_wherever_one_is():
    code = "import sys; print(sys.flags.utf8_mode, '“', sys.stdout.encoding)"
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c", code]
    # by the letters of a place, not by Python's own mode: what C.UTF-8 alone gives
    done = subprocess.run(command, env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True)
    assert done.stdout.decode().split() == ["1", "“", "utf-8"], done.stderr
