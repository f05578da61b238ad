"""Test with the next minor version of NumPy, and with another Python, in an environment of its own.

`python -m tools.newer [--python python3.13]`

What the lock has is what readers get.  This tells, before they get it, what comes next.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from tools import ROOT, run_tool
from tools.set_up import LOCK

ROOMS = ["engine", "tasks", "models", "inside", "lesson"]  # what NumPy could change


def next_minor(version):
    """Return the minor version after that of 2.4.6: 2.5."""
    major, minor, *_ = version.split(".")
    return f"{major}.{int(minor) + 1}"


def locked(package, lock):
    """Return the version of a package that a lock has."""
    found = re.search(rf"^{re.escape(package)}==([0-9.]+)", lock, re.MULTILINE)
    if not found:
        raise ValueError(f"{package}: expected in the lock, got no version of it")
    return found[1]


def environment(python, numpy):
    """Make an environment from the lock, but for NumPy; return its Python."""
    folder = ROOT / "build" / "newer"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    into = ["pip", "install", "--python", str(folder)]
    for step in (
        ["venv", "--clear", "--python", python, str(folder)],
        [*into, "--require-hashes", "--requirement", LOCK],
        [*into, "--no-deps", f"numpy~={numpy}.0"],
    ):
        if subprocess.run([*uv, *step], check=False).returncode:
            raise OSError(f"uv {' '.join(step[:2])} failed: see above")
    return str(folder / "bin" / "python")


def main():
    """Test helpers and lessons there; say with what."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="such as python3.13")
    arguments = parser.parse_args()
    numpy = next_minor(locked("numpy", Path(LOCK).read_text(encoding="utf-8")))
    python = environment(arguments.python, numpy)
    versions = "import platform, numpy; print(platform.python_version(), numpy.__version__)"
    subprocess.run([python, "-c", versions], check=True)
    tests = ["notebooks", *(f"tests/{room}" for room in ROOMS)]
    fixed = [python, "-m", "helpers.lesson.environment", python, "-m"]
    sys.exit(subprocess.run([*fixed, "pytest", "-q", *tests], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    run_tool(main, "nothing is changed but build/newer")
