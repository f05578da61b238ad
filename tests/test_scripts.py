"""The site's own scripts: linted, and their arithmetic tested by Node's own runner."""

import os
import shutil
import subprocess

import pytest

from tools import ROOT

ESLINT = ROOT / "node_modules" / ".bin" / "eslint"


LINT = [str(ESLINT), "--config", "site/eslint.config.mjs"]


def run(*command, **options):
    """Return how a command ended, and what it said."""
    options |= {"cwd": ROOT, "capture_output": True, "text": True, "check": False}
    done = subprocess.run(command, **options)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(autouse=True)
def node():
    """Leave the tests out, with a message, where there is no Node."""
    if shutil.which("node") is None or not ESLINT.exists():
        if os.environ.get("CI") and shutil.which("npm"):
            pytest.fail("no linter here: .ci/run installs it")
        pytest.skip("no Node here, or no linter: npm ci brings it")


def test_the_linter_finds_nothing():
    code, said = run(*LINT, "site/_static")
    assert code == 0, said


def test_the_linter_finds_what_is_wrong():
    wrong, name = '"use strict";\nvar unused = 1;\n', "site/_static/play/wrong.js"
    code, said = run(*LINT, "--stdin", "--stdin-filename", name, input=wrong)
    assert code == 1
    assert "no-var" in said
    assert "no-unused-vars" in said


def test_the_arithmetic_by_itself():
    code, said = run("node", "--test", "tests/play/")
    assert code == 0, said
    assert "# pass 13" in said
