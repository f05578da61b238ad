"""helpers is read by learners: its functions are short, its modules small."""

import ast
import statistics

import pytest

from tools import ROOT

MODULES = sorted((ROOT / "src" / "helpers").glob("*.py"))


def lengths(path):
    """Yield the name of each function of a module, its lines, and those of its docstring."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, functions):
            docstring = node.body[0].end_lineno - node.body[0].lineno + 1
            yield f"{path.stem}.{node.name}", node.end_lineno - node.lineno + 1, docstring


def test_the_median_function_is_below_eight_lines_and_none_is_above_thirty():
    found = [function for path in MODULES for function in lengths(path)]
    assert statistics.median(lines - docstring for _, lines, docstring in found) < 8
    assert [name for name, lines, _ in found if lines > 30] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_below_two_hundred_lines_and_says_what_it_is_about(path):
    assert len(path.read_text().splitlines()) < 200
    assert ast.get_docstring(ast.parse(path.read_text()))
