"""helpers is read by learners: its functions are short, its modules and classes small."""

import ast
import inspect
import statistics
import subprocess
import sys

import pytest

from helpers.engine import LSTM, SimpleRNN
from tools import ROOT
from tools.notebooks import notebooks

HELPERS = ROOT / "src" / "helpers"
MODULES = sorted(HELPERS.rglob("[!.]*.py"))


def named(path):
    """Return the name of a module within helpers: room/module."""
    return path.relative_to(HELPERS).with_suffix("").as_posix()


def lengths(source):
    """Yield the name of each function, its lines, and how many are its docstring's."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            has_docstring = ast.get_docstring(node) is not None
            first = node.body[0]
            docstring = (first.end_lineno - first.lineno + 1) * has_docstring
            yield node.name, node.end_lineno - node.lineno + 1, docstring


def functions(pattern="*.py"):
    """Return the functions of all modules, as `lengths` does, with the module in the name."""
    return [
        (f"{named(path)}.{name}", lines, docstring)
        for path in sorted(HELPERS.rglob(pattern))
        for name, lines, docstring in lengths(path.read_text())
    ]


def test_lines_are_counted_with_and_without_the_docstring():
    source = (
        'def f():\n    """A.\n\n    B.\n    """\n    def g():\n        return 1\n    return g\n'
    )
    assert list(lengths(source)) == [("f", 8, 4), ("g", 2, 0)]


def test_the_median_function_is_below_six_lines():
    assert statistics.median(lines - docstring for _, lines, docstring in functions()) < 6


def test_no_function_is_above_twenty_five_lines():
    assert [(name, lines) for name, lines, _ in functions() if lines > 25] == []


def test_no_function_of_the_engine_is_above_twenty_lines_and_its_docstring():
    found = [(name, n - d) for name, n, d in functions("engine/*.py") if n - d > 20]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_below_240_lines_and_says_what_it_is_about(path):
    assert len(path.read_text().splitlines()) < 240
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize(("kind", "most"), [(SimpleRNN, 50), (LSTM, 80)])
def test_a_layer_stands_on_one_screen(kind, most):
    assert len(inspect.getsource(kind).splitlines()) < most


@pytest.mark.parametrize("rules", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_ruff_finds_nothing(rules):
    places = ["conftest.py", "benchmarks", "site", "src", "studies", "tests", "tools"]
    command = [sys.executable, "-m", "ruff", *rules, "--no-cache", *places, *notebooks()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
