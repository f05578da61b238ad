"""Without its package, a lesson says in one sentence where to get it, and stops."""

import shlex
import sys

import nbformat
import pytest

from tests.newcomer import lend_packages, run
from tools import archive, claims, guard
from tools.digests import fingerprint, results_digest
from tools.form import kernel
from tools.guard import GUARD, guarded, is_guarded
from tools.notebooks import execute, notebooks, read

new = nbformat.v4
RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
try:
    nbclient.NotebookClient(notebook).execute()
except nbclient.exceptions.CellExecutionError:
    nbformat.write(notebook, sys.argv[1])
"""


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_the_first_code_cell_of_a_lesson_is_the_guard(path):
    assert is_guarded(read(path)), "run: python -m tools.guard, then make notebooks"


@pytest.fixture
def notebook():
    """Give a small notebook: a title, parameters, a claim, and prose."""
    cells = [
        new.new_markdown_cell("# Title"),
        new.new_code_cell("SEED = 1", metadata={"tags": ["parameters"]}),
        new.new_code_cell("from helpers.lesson import check\ncheck('the seed is 2', SEED == 2)"),
        new.new_markdown_cell("prose"),
    ]
    return new.new_notebook(cells=cells, metadata=kernel())


def test_the_guard_is_put_before_the_first_code_cell_once(notebook):
    once = guarded(notebook)
    nbformat.validate(once)
    assert not is_guarded(notebook)
    assert is_guarded(once)
    assert [cell.source for cell in once.cells if cell not in notebook.cells] == [GUARD]
    assert [cell for cell in once.cells if cell.source != GUARD] == notebook.cells
    assert once.cells[1].source == GUARD
    assert guarded(once) == once


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cells: cells[1].update(source="import helpers"),
        lambda cells: cells[1].metadata.update(tags=["guard"]),
        lambda cells: cells.append(cells.pop(1)),
        lambda cells: cells.append(nbformat.from_dict(cells[1] | {"id": "second"})),
    ],
    ids=["other words", "not folded", "not first", "twice"],
)
def test_another_guard_gives_way_to_the_right_one(notebook, spoil):
    once = guarded(notebook)
    spoiled = nbformat.from_dict(once)
    spoil(spoiled.cells)
    assert not is_guarded(spoiled)
    mended = guarded(spoiled)
    assert is_guarded(mended)
    assert [cell.source for cell in mended.cells] == [cell.source for cell in once.cells]


def test_the_lessons_without_it_are_written_and_named(tmp_path, notebook, monkeypatch, capsys):
    paths = [tmp_path / "01-without.ipynb", tmp_path / "02-with.ipynb"]
    nbformat.write(notebook, paths[0])
    nbformat.write(guarded(notebook), paths[1])
    before = paths[1].read_bytes()
    monkeypatch.setattr("tools.notebooks.notebooks", lambda: paths)
    monkeypatch.setattr("sys.argv", ["make"])
    guard.main()
    assert capsys.readouterr().out == "01-without.ipynb: now guarded; run make notebooks\n"
    assert all(is_guarded(read(path)) for path in paths)
    assert paths[1].read_bytes() == before


def test_the_guard_changes_no_result_but_asks_for_outputs(notebook):
    once = guarded(notebook)
    assert results_digest(once) == results_digest(notebook)
    assert fingerprint(once) != fingerprint(notebook)


@pytest.mark.parametrize(
    "changed",
    [GUARD + " ", GUARD + "\nx = 1", GUARD.replace("helpers.lesson", "helpers"), "", "x = 1"],
)
def test_a_cell_that_is_the_guard_but_for_a_letter_counts(notebook, changed):
    once = guarded(notebook)
    before = results_digest(once)
    once.cells[1].source = changed
    assert results_digest(once) != before


@pytest.mark.parametrize("place", [2, 3])
def test_beside_the_guard_any_other_change_of_code_still_counts(notebook, place):
    once = guarded(notebook)
    before = results_digest(once)
    once.cells[place].source += "\nnew = 1"
    assert results_digest(once) != before


def test_where_helpers_is_there_the_guard_says_nothing_and_seeds_are_injected(tmp_path, notebook):
    path = tmp_path / "a.ipynb"
    nbformat.write(guarded(notebook), path)
    verdicts = claims.verdicts((path, 2))
    assert [check["held"] for check in verdicts["checks"]] == [True]
    assert verdicts["error"] is None
    nbformat.write(guarded(new.new_notebook(cells=[new.new_code_cell("1")])), path)
    execute(path)
    assert read(path).cells[0].outputs == []


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Give a folder with an environment that has all packages but helpers."""
    folder = tmp_path_factory.mktemp("stranger")
    run(f"{shlex.quote(sys.executable)} -m venv --without-pip .venv", folder)
    lend_packages(folder / ".venv")
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    return folder


@pytest.mark.parametrize("other", ["", "VERSION = 3\n"], ids=["no helpers", "another helpers"])
def test_a_lesson_without_its_package_stops_in_one_sentence(stranger, other):
    if other:
        (stranger / "helpers").mkdir()
        (stranger / "helpers" / "__init__.py").write_text(other)
    nbformat.write(guarded(read(notebooks("05b")[0])), stranger / "lesson.ipynb")
    run(".venv/bin/python run.py lesson.ipynb", stranger)
    first, *rest = [c for c in read(stranger / "lesson.ipynb").cells if c.cell_type == "code"]
    (output,) = first.outputs
    (said,) = output.traceback
    assert said.startswith("This lesson needs its package, helpers: ")
    assert said.endswith(" README.txt.")
    assert f" {archive.NAME}.zip, from the first page of the site " in said
    assert "\n" not in said
    assert {cell.execution_count for cell in rest} == {None}


@pytest.mark.parametrize("argument", ["--help", "x"])
def test_who_asks_for_help_gets_no_guard(monkeypatch, argument):
    monkeypatch.setattr("tools.notebooks.notebooks", lambda: pytest.fail("at work"))
    monkeypatch.setattr("sys.argv", ["guard", argument])
    with pytest.raises(SystemExit):
        guard.main()
