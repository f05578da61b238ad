"""The tree in a strange place: what comes out there is what comes out here."""

import os
import shutil
import subprocess
import sys

import pytest

from tools import ROOT

PLACE = "ein Ordner – «ünïcode» & it's %20"
LEFT = shutil.ignore_patterns(".git", ".venv*", "build", "node_modules", "mutants", "__pycache__")
STRANGE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "COLUMNS": "40"}
# Root may write to what chmod forbids: a disk that is read-only tells for everybody.
ALONE = """
import os, subprocess, sys
tree, *command = sys.argv[1:]
subprocess.run(["mount", "--bind", tree, tree], check=True)
subprocess.run(["mount", "-o", "remount,ro,bind", tree], check=True)
os.chdir("/")
os.execvp(command[0], command)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Copy what the project consists of, without its history, to a folder with a strange name.

    Beside each file stands what a Mac leaves there.
    """
    tree = shutil.copytree(ROOT, tmp_path_factory.mktemp("far") / PLACE, ignore=LEFT)
    for path in [each for each in tree.rglob("*") if each.is_file()]:
        path.with_name(f"._{path.name}").write_bytes(b"\x00\x05\x16\x07\xff")
    return tree


def inside(tree, command, before=()):
    """Run a command with the tree's own helpers; return how it ended, and its words."""
    variables = os.environ | STRANGE | {"PYTHONPATH": f"{tree / 'src'}:{tree}"}
    fixed = [*before, sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-m"]
    done = subprocess.run(
        [*fixed, *command], cwd=tree, env=variables, capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stdout + done.stderr


def test_a_lesson_is_the_same_on_a_read_only_disk_without_a_network(tree):
    alone = [
        "unshare",
        "--map-root-user",
        "--mount",
        "--net",
        sys.executable,
        "-c",
        ALONE,
        str(tree),
    ]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no namespaces here: nothing can be shut off")
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", f"--rootdir={tree}"]
    lesson = str(tree / "notebooks" / "04b-proof.ipynb")
    code, words = inside(tree, ["pytest", *options, lesson], alone)
    assert code == 0, words[-2000:]
    assert " passed" in words
    code, words = inside(tree, ["tools.site", "--as-stored"], alone)
    assert code == 1
    assert "Read-only file system" in words.splitlines()[-1]


def test_the_site_is_built_in_a_folder_with_a_strange_name(tree):
    code, words = inside(tree, ["tools.site", "--as-stored"])
    assert code == 0, words[-2000:]
    for page in ("index.html", "lessons/04b-proof.html", "claims.html"):
        here, there = ROOT / "build" / "site" / page, tree / "build" / "site" / page
        assert there.read_bytes() == here.read_bytes(), page
    assert not list((tree / "build").rglob("._*"))
    pages = [page.read_text(encoding="utf-8") for page in there.parents[0].rglob("*.html")]
    assert not any("ein Ordner" in page for page in pages)
