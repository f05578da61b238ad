"""A tool that is stopped, or whose disk is full, leaves all as it was and nothing running."""

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import nbformat
import psutil
import pytest

from tools import ROOT, digests, notebooks

NEEDED = ("conftest.py", "pyproject.toml", "CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md",
          "environment.yml", "requirements.txt", "notebooks", "site", "src", "studies",
          "tools")  # fmt: skip
ROOM = 20_000  # bytes: what a disk has left, and less than each tool writes to one file
TOOLS = {
    "notebooks": ["tools.notebooks", "--only", "05b"],
    "claims": ["tools.claims", "--seeds", "2", "--only", "05b"],
    "studies": ["tools.studies", "--only", "played"],
    "site": ["tools.site", "--as-stored"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Give a copy of the project in which tools may be stopped."""
    folder = tmp_path_factory.mktemp("project")
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        options = {"symlinks": True} if (ROOT / name).is_dir() else {}
        copy(ROOT / name, folder / name, **options)
    return folder


@pytest.fixture
def with_a_short_lesson(project):
    """Let 05b be a lesson that is over at once, and writes more than there is room for."""
    (path,) = (project / "notebooks").glob("05b-*.ipynb")
    lesson, notebook = path.read_bytes(), notebooks.read(path)
    (parameters,) = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    words = nbformat.v4.new_code_cell(f"print('words ' * {ROOM})", execution_count=2)
    notebook.cells, parameters.execution_count = [parameters, words], 1
    notebook.metadata["executed_from"] = digests.fingerprint(notebook)
    notebook.metadata["outputs_made"] = digests.outputs_digest(notebook)
    nbformat.write(notebook, path)
    yield project
    path.write_bytes(lesson)


def state_of(folder):
    """Return a digest of each file that is not built or cached."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [
        p for p in files if "__pycache__" not in p.parts and p.parts[len(folder.parts)] != "build"
    ]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).digest() for p in kept}


def wait_until(held, seconds, what):
    """Wait for something to hold."""
    end = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < end, f"after {seconds} s still not: {what}"
        time.sleep(0.1)


def inside(project):
    """Return how a tool is started in the copy, and with which variables."""
    command = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-m"]
    return command, os.environ | {"PYTHONPATH": f"{project / 'src'}"}


@pytest.fixture
def temporary(monkeypatch):
    """Let tools have a temporary folder for themselves, with a short name as usual."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield folder


@pytest.mark.parametrize("name", ["notebooks", "claims", "site"])  # studies write as claims do
def test_a_full_disk_is_said_in_a_line(request, temporary, name):
    project = request.getfixturevalue("project" if name == "site" else "with_a_short_lesson")
    before, (command, environment) = state_of(project), inside(project)
    done = subprocess.run(
        [*command, *TOOLS[name]], cwd=project, env=environment, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert "File too large" in last, done.stderr  # what a full disk says but for its number
    assert "as it was" in last
    assert "Traceback" not in done.stderr, done.stderr  # whose: a kernel says last words, too
    assert state_of(project) == before
    assert os.listdir(temporary) == []


WORKERS = """
import time, joblib, psutil
from tools import end_children
jobs = [joblib.delayed(time.sleep)(0), joblib.delayed(time.sleep)(60)]
next(joblib.Parallel(n_jobs=2, return_as="generator")(jobs))
end_children()
_, left = psutil.wait_procs(psutil.Process().children(), timeout=0)  # they are gone by now
print([each.cmdline()[-1].split(";")[0] for each in left])
"""


def test_workers_are_ended_but_what_tidies_up_after_them_is_not():
    command = [sys.executable, "-W", "ignore", "-c", WORKERS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    tracker = "from joblib.externals.loky.backend.resource_tracker import main"
    assert (done.stdout, done.stderr) == (f"{[tracker]}\n", "")


TWICE = """
import signal
from tools import end_children
end_children()
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.raise_signal(each)
print("tidied up")
"""


def test_who_tidies_up_does_not_hear_a_second_ctrl_c():
    done = subprocess.run([sys.executable, "-c", TWICE], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("tidied up\n", "")


DEAF = """
import signal
from tools.parallel import run_each

def deaf(_=None):
    return {signal.SIGINT, signal.SIGHUP} <= signal.pthread_sigmask(signal.SIG_BLOCK, [])

print(set(run_each(deaf, range(4), "")), deaf())
"""


def test_workers_do_not_hear_ctrl_c_which_they_would_complain_of_but_we_do():
    command = [sys.executable, "-W", "ignore", "-c", DEAF]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "{True} False\n", done.stderr


HEARD = (signal.SIGINT, signal.SIGHUP)
ENDS = {"ctrl-c": signal.SIGINT, "sigterm": signal.SIGTERM}
# how many seconds after it has begun: in the midst of it, or while what it needs only starts
CASES = {f"{name}-{end}": (name, ENDS[end], 1.5) for name in TOOLS for end in ENDS}
CASES["claims-closed"] = ("claims", signal.SIGHUP, 1.5)  # the terminal
CASES |= {f"{name}-at-once": (name, signal.SIGINT, 0.15) for name in ("notebooks", "studies")}


@pytest.mark.parametrize(("name", "how", "after"), CASES.values(), ids=CASES)
def test_a_tool_that_is_stopped(project, temporary, name, how, after):
    before, (command, environment) = state_of(project), inside(project)
    process = subprocess.Popen(
        [*command, *TOOLS[name]], cwd=project, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # as from a terminal: what a script starts behind its back, or nohup, would ignore them
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in HEARD],
    )  # fmt: skip
    tool = psutil.Process(process.pid)
    started = (lambda: tool.children(recursive=True)) if name != "site" else (
        (project / "build" / "site.new").exists)  # fmt: skip
    wait_until(started, 60, "the tool is at work")
    time.sleep(after)
    family = [tool, *tool.children(recursive=True)]
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # a terminal sends it to all
    else:
        process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0, said
    assert "as it was" in said.strip().splitlines()[-1], said
    assert "Traceback" not in said, said
    wait_until(lambda: not any(p.is_running() for p in family), 20, "all its processes have ended")
    assert state_of(project) == before
    assert os.listdir(temporary) == []


@pytest.mark.parametrize("begins", [True, False], ids=["a tool", "a test"])
def test_what_is_stopped_before_it_began_says_so_in_a_line(begins):
    """As where Ctrl-C comes while Sphinx is imported."""
    read_in = f"import sys; sys.argv[0] = {'-m' if begins else 'test'!r}; import tools"
    command = [sys.executable, "-c", f"{read_in}; raise KeyboardInterrupt"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGINT
    assert (ended.stderr == "\nstopped before it began\n") is begins
    assert ("Traceback" in ended.stderr) is not begins
