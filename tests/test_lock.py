"""pyproject.toml, requirements.txt and environment.yml say the same."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from helpers.lesson.environment import FIXED
from tools import ROOT, set_up

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = re.findall(r"^([\w.-]+)==(\S+)(.*?)(?=^\S|\Z)", LOCK, re.MULTILINE | re.DOTALL)
VERSIONS = {name: version for name, version, _ in PINS}
GROUPS = PROJECT["dependency-groups"]
RIVALS = GROUPS.pop("rivals")  # what `make bench` times us against, where it is installed
NAMED = PROJECT["project"]["dependencies"] + [
    line for group in GROUPS.values() for line in group if isinstance(line, str)
]


@pytest.mark.parametrize("line", NAMED)
def test_the_lock_pins_a_version_that_the_project_allows(line):
    requirement = Requirement(line)
    version = VERSIONS[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version)


def test_every_group_is_in_the_lock():
    included = {entry["include-group"] for entry in GROUPS["dev"]}
    assert included == set(GROUPS) - {"dev"}


def test_what_only_the_benchmarks_use_is_pinned_by_itself():
    assert all(re.fullmatch(r"\w+==[\d.]+", line) for line in RIVALS)
    assert not {canonicalize_name(Requirement(line).name) for line in RIVALS} & set(VERSIONS)


def test_every_pin_has_hashes_and_nothing_is_unpinned():
    lines = [line for line in LOCK.splitlines() if line and line[0] not in " #"]
    assert len(lines) == len(PINS) > 100
    for name, _, rest in PINS:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), name


def test_every_pin_is_there_for_a_reason_that_still_stands():
    # uv notes below each pin who asked for it: what nobody asks for is a leftover
    project = PROJECT["project"]["name"]
    named = {canonicalize_name(Requirement(line).name) for line in NAMED}
    ours = {
        canonicalize_name(Requirement(each).name) for each in PROJECT["project"]["dependencies"]
    }
    for name, _, rest in PINS:
        assert (f"{project} (pyproject.toml)" in rest) == (name in ours), f"{name}: run make lock"
        asked_by = set(re.findall(r"# +(?:via )?([\w.-]+)", rest)) - {"via"}
        assert asked_by, name
        if f"{project} (pyproject.toml" in rest:
            assert name in named, f"{name}: run make lock"


def test_what_the_lock_names_wants_nothing_else():
    """Set-up looks for nothing that the lock does not name; here it shows that nothing lacks."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n"), done.stderr


FILES = ["requirements.txt", "environment.yml", "pyproject.toml", "Makefile", "tools/set_up.py"]


@pytest.mark.parametrize("name", FILES)
def test_no_index_address_stands_anywhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    if name == "pyproject.toml":  # the site's own address may stand there
        text = text.replace(f'"{PROJECT["tool"]["what-rnns-learn"]["site"]}"', "")
    for option in set_up.KEPT:  # the names of a user's own settings, which are left as they are
        text = text.replace(f'"{option}"', "")
    assert not re.search(r"index-url|find-links|trusted-host|https?://", text)


def test_the_conda_environment_is_a_python_and_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert environment["name"] == PROJECT["project"]["name"]
    assert environment["variables"] == {n: v for n, v in FIXED.items() if n != "IPYTHONDIR"}
    assert pip == {"pip": ["--requirement requirements.txt"]}
    assert [entry.split("=")[0] for entry in conda] == ["python", "pip"]
    assert conda[0].split("=")[1] in SpecifierSet(PROJECT["project"]["requires-python"])


def test_set_up_takes_the_pythons_that_the_project_takes():
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    minors = [minor for minor in range(8, 20) if f"3.{minor}" in allowed]
    assert (minors[0], minors[-1]) == (set_up.OLDEST[1], set_up.NEWEST[1])
