"""Set-up says in one line what is wrong, and leaves nothing half-made."""

import contextlib
import errno
import gc
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from types import SimpleNamespace

import pytest

import tools
from tools import ROOT, set_up

NEEDED = ("Makefile", "requirements.txt", "pyproject.toml", "tools/set_up.py")


@pytest.fixture
def project(tmp_path):
    """Return a folder with what set-up reads, and a .venv of another lock."""
    (tmp_path / "tools").mkdir()
    for name in NEEDED:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "old").touch()
    return tmp_path


def run(command, project, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PIP_"))}
    variables = environment | variables
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=variables)
    assert done.returncode != 0
    assert sorted(path.name for path in (project / ".venv").iterdir()) == ["old"]
    assert not (project / ".venv.old").exists()
    said = done.stderr.splitlines() + done.stdout.splitlines()
    return [line for line in said if "failed" in line]


def test_no_python(project):
    (said,) = run(["make", "site", "PYTHON=no-such-python"], project)
    assert said.startswith("set-up failed: no no-such-python here; install Python 3.11 to 3.13")


def test_no_network(project):
    dead = "http://127.0.0.1:9"  # the port of nobody
    (said,) = run(
        [sys.executable, "tools/set_up.py"],
        project,
        HTTP_PROXY=dead,
        HTTPS_PROXY=dead,
        PIP_PROXY=dead,
        PIP_NO_INDEX="0",
        PIP_CONFIG_FILE=os.devnull,
    )
    assert said.startswith("set-up failed: the package index cannot be reached: no network?")


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14), (4, 0)])
def test_a_python_without_packages_is_refused(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(set_up.Failed, match=rf"3\.11 to 3\.13 is needed, this is {version[0]}\."):
        set_up.check_version()


@pytest.fixture
def paths(project, monkeypatch):
    """Let set-up work in the folder of the test."""
    for name, path in (("VENV", ".venv"), ("OLD", ".venv.old"), ("STAMP", ".venv/ready")):
        monkeypatch.setattr(set_up, name, str(project / path))
    return project


def test_an_interrupt_puts_the_old_one_back(paths, monkeypatch):
    def interrupted():
        (paths / ".venv").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(set_up, "install", interrupted)
    with pytest.raises(SystemExit, match=r"set-up stopped; \.venv is as it was"):
        set_up.main()
    assert [path.name for path in (paths / ".venv").iterdir()] == ["old"]


def test_a_full_disk_is_refused_before_anything_is_touched(paths, monkeypatch):
    monkeypatch.setattr(set_up.shutil, "disk_usage", lambda path: SimpleNamespace(free=4e8))
    monkeypatch.setattr(set_up, "build", lambda: pytest.fail("began to build"))
    with pytest.raises(SystemExit, match=r"the disk is full: \.venv needs 3 GB, 0\.4 GB are free"):
        set_up.main()


def test_what_is_ready_is_not_installed_again(paths, monkeypatch):
    (paths / ".venv" / "ready").write_text(set_up.key())
    says_what_it_is_asked(paths / ".venv" / "bin" / "python")
    monkeypatch.setattr(set_up, "install", lambda: pytest.fail("installed again"))
    set_up.main()


def test_two_at_once_do_not_meet(paths, monkeypatch):
    monkeypatch.setattr(set_up, "install", lambda: pytest.fail("installed"))
    with set_up.alone(), pytest.raises(SystemExit, match="another set-up is at work here"):
        set_up.main()
    assert (paths / ".venv" / "old").exists()


def test_a_disk_without_locks_is_not_waited_for(paths, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(set_up.fcntl, "flock", no_locks)
    with pytest.raises(SystemExit, match="this disk has no locks, put the project on another") as e:
        set_up.main()
    assert "No locks available" in str(e.value)
    assert "wait" not in str(e.value)


def test_windows_own_python_is_told_where_else_to_go(project):
    """There is no fcntl there."""
    code = "import runpy, sys; sys.modules['fcntl'] = None; "
    code += "runpy.run_path('tools/set_up.py', run_name='__main__')"
    (said,) = run([sys.executable, "-c", code], project)
    assert said == (
        "set-up failed: Windows' own Python will not do: use WSL (Windows' Linux),"
        " or the archive that the site hands out"
    )


def without_make():
    """Return the environment as of a shell, though make has started the tests."""
    return {k: v for k, v in os.environ.items() if k != "PYTHON" and not k.startswith("MAKE")}


def says_what_it_is_asked(python):
    """Put a program in the place of a Python."""
    python.parent.mkdir(exist_ok=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    return python


def test_a_python_that_is_named_is_looked_at_though_there_is_a_venv(project):
    (project / ".venv" / "ready").touch()
    says_what_it_is_asked(project / ".venv" / "bin" / "python")
    other = says_what_it_is_asked(project / "my programs" / "python")

    def lines(*named):
        command, own = ["make", "student", *named], {"cwd": project, "env": without_make()}
        done = subprocess.run(command, capture_output=True, text=True, check=True, **own)
        return done.stdout.splitlines()

    assert "tools/set_up.py" not in lines()
    assert lines(f"PYTHON={other}")[0] == "tools/set_up.py"


def test_where_the_python_of_venv_has_gone_set_up_looks_again(project):
    (project / ".venv" / "ready").touch()
    (project / "python3").write_text("#!/bin/sh\necho asked for $1; exit 1\n")
    (project / "python3").chmod(0o755)
    named = without_make() | {"PATH": f"{project}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["make", "student"], cwd=project, capture_output=True, text=True, env=named
    )
    assert done.stdout.splitlines()[0] == "asked for tools/set_up.py"


@pytest.mark.parametrize("named", ["nope; touch a;", "`touch a`", '"; touch a; "', ""])
def test_a_python_that_is_none_is_named_and_never_run_as_a_command(project, named):
    (said,) = run(["make", "site", f"PYTHON={named}"], project)
    assert said.startswith(f"set-up failed: no {named} here; install Python 3.11 to 3.13")
    assert not (project / "a").exists()


def test_a_task_that_a_shell_reads_is_one_process_that_hears_what_make_hears():
    """A shell between the two would end by itself, and leave the work running."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    read = [line for line in lines if line.startswith("\t@") and "$${" in line]
    last = [line for line in read if "$(RUN)" in line or "-m tools" in line]
    assert len(last) >= 8
    assert [line for line in last if not line.startswith("\t@exec ")] == []


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("notebooks", "ONLY"),
        ("claims", "ONLY"),
        ("claims", "SEEDS"),
        ("studies", "ONLY"),
        ("bench", "ONLY"),
        ("mutants", "ONLY"),
        ("mutants", "SAMPLE"),
        ("newer", "ON"),
        ("serve", "PORT"),
    ],
)
def test_what_a_person_names_is_a_name_and_no_command(project, task, name):
    says_what_it_is_asked(project / ".venv" / "bin" / "python")
    (project / ".venv" / "ready").touch()
    named = '`touch a`"; touch b; "$(touch c)\' d'
    command = ["make", task, f"{name}={named.replace('$', '$$')}"]
    own = {"cwd": project, "env": without_make()}
    done = subprocess.run(command, capture_output=True, text=True, check=True, **own)
    assert named in done.stdout.splitlines()
    assert not any((project / made).exists() for made in "abc")


def test_clean_takes_what_was_made_and_nothing_else(project):
    made = [".ipynb_checkpoints", "my lessons/.ipynb_checkpoints", "Anna's/__pycache__"]
    kept = ["my/work.ipynb", "my lessons/work.ipynb", "Anna's/work.ipynb", "my/plan.2.new"]
    half = project / "site" / "claims.json.4711.new"  # what `write_whole` leaves if it is killed
    for name in ("src", "tests", "studies", "benchmarks", "notebooks", "site"):
        (project / name).mkdir(exist_ok=True)
    for name in made:
        (project / "notebooks" / name).mkdir(parents=True)
        (project / "notebooks" / name / "file").touch()
    for name in kept:
        (project / "notebooks" / name).parent.mkdir(exist_ok=True)
        (project / "notebooks" / name).touch()
    half.touch()
    own = {"cwd": project, "env": without_make()}
    subprocess.run(["make", "clean"], capture_output=True, check=True, **own)
    assert not (project / ".venv").exists()
    assert not half.exists()
    assert [name for name in made if (project / "notebooks" / name).exists()] == []
    assert [name for name in kept if not (project / "notebooks" / name).exists()] == []


def test_another_lock_is_installed(paths, monkeypatch):
    (paths / ".venv" / "ready").write_text("of another lock")
    installed = []
    monkeypatch.setattr(set_up, "install", lambda: installed.append((paths / ".venv").exists()))
    set_up.main()
    assert installed == [False]
    assert not (paths / ".venv.old").exists()


def test_where_its_python_has_gone_it_is_installed_again(paths, monkeypatch):
    """As where a machine's Python is replaced by a newer one."""
    (paths / ".venv" / "ready").write_text(set_up.key())
    (paths / ".venv" / "bin").mkdir()
    (paths / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    installed = []
    monkeypatch.setattr(set_up, "install", lambda: installed.append(True))
    set_up.main()
    assert installed == [True]


@pytest.mark.parametrize("there", [True, False], ids=["to a folder", "to none"])
@pytest.mark.parametrize("fails", [True, False], ids=["fails", "ends well"])
def test_it_may_be_a_link(paths, monkeypatch, there, fails):
    """As to another disk; after a set-up that fails it is as it was."""
    (paths / ".venv").rename(paths / "elsewhere")
    (paths / ".venv").symlink_to(paths / ("elsewhere" if there else "nowhere"))

    def install():
        (paths / ".venv").mkdir()
        if fails:
            raise set_up.Failed("no network")

    monkeypatch.setattr(set_up, "install", install)
    with pytest.raises(SystemExit, match="no network") if fails else contextlib.nullcontext():
        set_up.main()
    assert (paths / ".venv").is_symlink() == fails
    assert not os.path.lexists(paths / ".venv.old")


def test_an_active_venv_of_ours_does_not_keep_set_up_from_making_another(paths, monkeypatch):
    commands = []
    monkeypatch.setattr(set_up, "run", lambda command, *_, **__: commands.append(command))
    monkeypatch.setattr(sys, "executable", str(paths / ".venv" / "bin" / "python"))
    monkeypatch.setattr(set_up, "pip_settings", lambda python: {})
    set_up.install()
    made_by = commands[0][0]
    assert made_by != sys.executable
    assert os.access(made_by, os.X_OK)


def test_install_checks_hashes_compiles_installs_helpers_and_stamps(paths, monkeypatch):
    commands, settings = [], []

    def run(command, packages=0, environment=None):
        commands.append(command)
        settings.append(environment)

    monkeypatch.setattr(set_up, "run", run)
    monkeypatch.setattr(set_up, "pip_settings", lambda python: {"kept": "yes"})
    set_up.install()
    lock, editable = commands[1], commands[2]
    assert settings[1] == settings[2] == {"kept": "yes"}
    assert {"--require-hashes", "--no-deps", "--compile", set_up.LOCK} <= set(lock)
    assert {"--no-deps", "--editable", set_up.ROOT} <= set(editable)
    says_what_it_is_asked(paths / ".venv" / "bin" / "python")
    assert set_up.is_ready()


def test_after_a_build_that_was_killed_the_good_one_is_kept(paths, monkeypatch):
    (paths / ".venv").rename(paths / ".venv.old")
    (paths / ".venv").mkdir()
    (paths / ".venv" / "half").touch()

    def fails():
        raise set_up.Failed("no network")

    monkeypatch.setattr(set_up, "install", fails)
    with pytest.raises(SystemExit, match="set-up failed: no network"):
        set_up.main()
    assert [path.name for path in (paths / ".venv").iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "Error: [Errno 30] Read-only file system: '/x/.venv'",
            "this folder is on a read-only disk",
        ),
        ("[Errno 13] Permission denied: '/x/.venv'", "this folder may not be written to"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "a package is not the one that"),
        ("NewConnectionError('...')\nERROR: No matching distribution", "the package index cannot"),
        ("ERROR: something new", "ERROR: something new"),
        ("ERROR: Exception:\nTraceback\nValueError: new", "ValueError: new"),
    ],
)
def test_reasons(said, meaning):
    assert set_up.reason(said).startswith(meaning)
    assert "\n" not in set_up.reason(said)


HARMFUL = """
[global]
user = true
target = /nowhere
require-virtualenv = true
constraint = /nowhere/constraints.txt
index-url = https://mirror.example/simple
trusted-host = mirror.example
[install]
no-binary = :all:
prefix = /nowhere
"""


def test_of_a_users_pip_settings_those_stay_that_say_from_where(tmp_path, monkeypatch):
    own = tmp_path / "pip.conf"
    own.write_text(HARMFUL)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(own))
    for name in ("USER", "NO_DEPS", "NO_BUILD_ISOLATION", "REQUIRE_HASHES"):
        monkeypatch.setenv(f"PIP_{name}", "1")
    monkeypatch.setenv("PIP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("OTHER", "stays")
    kept = set_up.pip_settings(sys.executable)
    found = {name: value for name, value in kept.items() if name.startswith("PIP_")}
    assert found["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert found["PIP_TRUSTED_HOST"] == "mirror.example"
    assert found["PIP_PROXY"] == "http://proxy.example:3128"
    assert found["PIP_CONFIG_FILE"] == os.devnull
    known = {"PIP_" + name.upper().replace("-", "_") for name in set_up.KEPT}
    assert set(found) <= known | {"PIP_CONFIG_FILE"}
    assert kept["OTHER"] == "stays"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Return what is kept of a file of settings for pip, and of variables."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)

    def kept(file, **variables):
        (tmp_path / "pip.conf").write_text(file)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return set_up.pip_settings(sys.executable)

    return kept


OF_INSTALL = "[install]\nindex-url = https://install.example\n"
OF_ALL = "[global]\nindex-url = https://global.example\n"


@pytest.mark.parametrize(
    ("file", "variables", "wins"),
    [
        (OF_ALL, {}, "global"),
        (OF_INSTALL + OF_ALL, {}, "install"),
        (OF_INSTALL + OF_ALL, {"PIP_INDEX_URL": "https://variable.example"}, "variable"),
        (OF_ALL, {"PIP_INDEX_URL": ""}, "global"),
    ],
    ids=["one", "a command's own", "a variable", "an empty variable"],
)
def test_of_settings_that_differ_the_one_wins_that_wins_for_pip(kept, file, variables, wins):
    assert kept(file, **variables)["PIP_INDEX_URL"] == f"https://{wins}.example"


def test_what_is_set_for_other_commands_of_pip_is_not_taken(kept):
    others = "[download]\nproxy = http://download.example\n[list]\ntimeout = 4321\n"
    assert not {"http://download.example", "4321"} & set(kept(others).values())


@pytest.mark.parametrize("word", ["quiet = 1", "quiet = 3", "verbose = 2", "user = true",
                                  "global = true", "site = true", "isolated = true"])  # fmt: skip
@pytest.mark.parametrize("by", ["file", "variable"])
def test_a_setting_of_what_pip_tells_hides_no_other(kept, word, by):
    name, _, value = word.partition(" = ")
    file, variables = (word, {}) if by == "file" else ("", {f"PIP_{name.upper()}": value})
    found = kept(f"{OF_ALL}{file}\n", PIP_PROXY="http://proxy.example", **variables)
    assert found["PIP_INDEX_URL"] == "https://global.example"
    assert found["PIP_PROXY"] == "http://proxy.example"


@pytest.mark.parametrize("password", ["it's", 'a"b', "'\"", r"back\nslash", "two  blanks", "é"])
def test_a_setting_is_kept_letter_by_letter(kept, password):
    address = f"http://me:{password}@proxy.example"
    found = kept(f"[global]\nindex-url = {address}\n", PIP_PROXY=address)
    assert (found["PIP_INDEX_URL"], found["PIP_PROXY"]) == (address, address)


def test_a_list_is_kept_whole(kept):
    file = "[global]\nextra-index-url =\n  https://a.example\n  https://b.example\n"
    assert kept(file)["PIP_EXTRA_INDEX_URL"].split() == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize(
    ("file", "variables", "why"),
    [
        ("index-url = x\n", {}, r"File contains no section headers\. file: '.*pip\.conf', line: 1"),
        (OF_ALL + "index-url = y\n", {}, r"option 'index-url' in section 'global' already exists"),
        ("", {"PIP_TIMEOUT": "soon"}, r"option timeout: invalid floating-point value: 'soon'"),
        ("", {"PIP_NO_INPUT": "so"}, r"them: so is not a valid value for no-input option"),
    ],
)
def test_settings_that_pip_cannot_read_are_not_passed_over(kept, file, variables, why):
    with pytest.raises(set_up.Failed, match=why) as failed:
        kept(file, **variables)
    assert str(failed.value).startswith("pip cannot read its settings, mend them: ")
    assert len(str(failed.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("ERROR: a\n  b\n", "ERROR: a b"),
        ("ERROR: Exception:\nTraceback (most recent call last):\n  x\nKeyError: 1", "KeyError: 1"),
        ("", "(nothing said)"),
        ("a" * 999, "a" * 300),
    ],
)
def test_what_pip_said_in_a_line(said, line):
    assert set_up.in_a_line(said) == line


def test_pip_runs_with_the_kept_settings_alone(tmp_path, monkeypatch):
    """As set-up calls it, pip installs into its own environment, whatever a user set."""
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "elsewhere"))
    command = [sys.executable, "-m", "pip", "config", "list"]
    settings = set_up.pip_settings(sys.executable)
    listed = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    assert "user" not in listed.stdout
    assert "target" not in listed.stdout


def test_lines_end_alike_on_every_machine(tmp_path):
    """A clone as Git makes it on Windows has the lines of this one."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository here to clone")
    settings = ["core.autocrlf=true", "core.hooksPath=/dev/null", "clone.rejectShallow=false",
                "protocol.file.allow=always", f"safe.directory={ROOT / '.git'}"]  # fmt: skip
    git = ["git", *(word for setting in settings for word in ("-c", setting))]
    subprocess.run([*git, "clone", "-q", "-c", settings[0], ROOT, tmp_path / "clone"], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--eol"], cwd=tmp_path / "clone", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    ends = [line for line in listed.stdout.splitlines() if "w/crlf" in line or "w/mixed" in line]
    assert ends == []


def test_what_a_shell_says_of_warnings_does_not_matter(project):
    """As where set-up has nothing to do: it is done, and says nothing."""
    code = "import os; from tools import set_up as s; s.is_ready = lambda: True; s.main(); "
    code += "print(sorted(set(s.CLEARED) & set(os.environ)))"
    loud = {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | loud,
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


def test_what_a_command_says_is_read_to_its_end_and_closed(monkeypatch):
    with warnings.catch_warnings(action="error"):
        set_up.run([sys.executable, "-c", "print('a' * 10**5)"])
        gc.collect()


@pytest.mark.parametrize("word", ["no", "0", "off", "false", "False", "NO", ""])
@pytest.mark.parametrize(
    ("task", "name"), [("lab", "ORIGINALS"), ("mutants", "AGAIN"), ("lock", "UPGRADE")]
)
def test_what_is_said_to_be_off_is_off(project, task, name, word):
    (project / ".venv" / "ready").touch()
    option = {"ORIGINALS": "--originals", "AGAIN": "--again", "UPGRADE": "--upgrade"}[name]
    assert option not in dry_run(project, task, f"{name}={word}").stdout
    assert option in dry_run(project, task, f"{name}=1").stdout


def dry_run(folder, *words):
    """Return what make would do in a folder, and what it says."""
    own = {"cwd": folder, "env": without_make()}
    return subprocess.run(["make", "--dry-run", *words], capture_output=True, text=True, **own)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "claims COUNT=3 ONLY=a\\ b=c",
            "make claims: expected some of ONLY PYTHON SEEDS, got COUNT.",
        ),
        ("claims SAMPLE=3", "make claims: expected some of ONLY PYTHON SEEDS, got SAMPLE."),
        ("test ONLY=04", "make test: expected some of ENDS IN_LAB PYTHON, got ONLY."),
        ("lint SEEDS=3 test ENDS=all", "make lint test: expected some of .*, got SEEDS."),
        ("site ONLY=04", "make site: expected some of PYTHON, got ONLY."),
        ("ONLY=04", "make help: expected some of PYTHON, got ONLY."),
    ],
)
def test_a_slip_in_a_name_or_a_name_of_another_task_does_not_go_unheard(project, words, said):
    done = dry_run(project, *shlex.split(words))
    assert done.returncode != 0
    assert re.search(said, done.stderr)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("notebooks", "ONLY"),
        ("claims", "SEEDS"),
        ("mutants", "SAMPLE"),
        ("mutants", "AGAIN"),
        ("lock", "UPGRADE"),
        ("newer", "ON"),
        ("serve", "PORT"),
        ("lab", "ORIGINALS"),
    ],
)
def test_what_a_shell_has_exported_is_not_said_to_a_task(project, monkeypatch, task, name):
    monkeypatch.setenv(name, "04")
    said = f"make {task}: expected {name} behind make, if at all, got it from the shell: unset"
    assert said in dry_run(project, task).stderr
    for others in (["lint"], [task, f"{name}=05"]):
        assert dry_run(project, *others).returncode == 0


@pytest.mark.parametrize("words", ["test ENDS=all", "test IN_LAB=all", "lighthouse ONLY=04"])
def test_a_task_takes_its_own_names_alone_and_beside_another(project, words):
    for more in ("", "lint ", "claims SEEDS=3 "):
        done = dry_run(project, *more.split(), *words.split(), f"PYTHON={sys.executable}")
        assert (done.returncode, done.stderr) == (0, "")


def test_make_from_another_folder_says_how(project, tmp_path):
    (elsewhere := tmp_path / "elsewhere").mkdir()
    said = dry_run(elsewhere, "-f", str(project / "Makefile"), "site").stderr
    assert "expected to be run in the project's folder: go there first" in said
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_would_be_taken_for_two_is_refused(project, tmp_path, monkeypatch):
    """As where .venv was made before it was moved there: its helpers may be of another folder."""
    split = tmp_path / "a:b"
    (split / "tools").mkdir(parents=True)
    for name in NEEDED:
        shutil.copy(project / name, split / name)
    assert "expected a folder without : in its name" in dry_run(split, "site").stderr
    monkeypatch.setattr(set_up, "ROOT", str(split))
    monkeypatch.setattr(set_up, "is_ready", lambda: pytest.fail("it went on"))
    with pytest.raises(SystemExit, match="set-up failed: a folder without : in its name is needed"):
        set_up.main()
    monkeypatch.setattr(tools, "ROOT", split)
    with pytest.raises(SystemExit, match=r"expected a folder without : in its name, got .*/a:b$"):
        tools.run_tool(lambda: pytest.fail("it began"), "as it was")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTHONHOME", "/nowhere"),
        ("PYTHONIOENCODING", "bogus"),
        ("PYTHONHASHSEED", "x"),
        ("PYTHONMALLOC", "x"),
        ("PYTHONUTF8", "3"),
        ("PYTHONPLATLIBDIR", "nowhere"),
        ("PYTHONINTMAXSTRDIGITS", "1"),
        ("PYTHONTRACEMALLOC", "x"),
    ],
)
def test_a_setting_that_keeps_python_from_starting_does_not_reach_it(name, value):
    spoilt = without_make() | {name: value}
    assert subprocess.run([sys.executable, "-c", ""], env=spoilt, capture_output=True).returncode
    command = ["make", "--silent", "--eval", f"try: ; @'{sys.executable}' -c 'print(1)'", "try"]
    assert subprocess.check_output(command, cwd=ROOT, env=spoilt, text=True) == "1\n"
