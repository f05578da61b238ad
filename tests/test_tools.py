"""The tools leave things as they were when something goes wrong."""

import nbformat
import pytest

from tools import notebooks, parallel, write_whole


def write_notebook(path, *cells):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_execution_stores_outputs_counts_and_fingerprint(tmp_path):
    code = nbformat.v4.new_code_cell("print(6 * 7)")
    path = write_notebook(tmp_path / "a.ipynb", code)
    assert notebooks.is_stale(path)
    notebooks.execute(path)
    cell = nbformat.read(path, as_version=4).cells[0]
    assert (cell.execution_count, cell.outputs[0].text) == (1, "42\n")
    assert not notebooks.is_stale(path)


def test_a_notebook_that_fails_is_as_it_was(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(
        SystemExit, match=r"a.ipynb failed and is as it was(.|\n)*ZeroDivisionError"
    ):
        notebooks.execute_all([path])
    assert path.read_bytes() == before


def test_the_fingerprint_follows_code_and_helpers_but_not_prose(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "HELPERS", tmp_path)
    (tmp_path / "data.py").write_text("from helpers.arguments import require\n")
    (tmp_path / "arguments.py").write_text("first = 1\n")
    (tmp_path / "other.py").write_text("first = 1\n")
    code = nbformat.v4.new_code_cell("from helpers.data import x")
    prose = nbformat.v4.new_markdown_cell("prose")
    notebook = nbformat.v4.new_notebook(cells=[code, prose])
    first = notebooks.fingerprint(notebook)
    prose.source = "other prose"
    (tmp_path / "other.py").write_text("second = 2\n")
    assert notebooks.fingerprint(notebook) == first
    (tmp_path / "arguments.py").write_text("second = 2\n")
    second = notebooks.fingerprint(notebook)
    assert second != first
    code.source += "  # new"
    assert notebooks.fingerprint(notebook) != second


def test_helper_modules_are_found_in_both_forms_of_import():
    source = "from helpers import plots, data\nfrom helpers.check import check\nimport numpy"
    assert notebooks.helper_modules(source) == {"plots", "data", "check"}


def test_an_unknown_notebook_is_named():
    with pytest.raises(SystemExit, match="no notebook begins with '99'"):
        notebooks.notebooks("99")


def test_parallel_results_keep_their_order(capsys):
    assert parallel.run_all(abs, [-3, -1, -2], "jobs") == [3, 1, 2]
    assert "jobs: 100%" in capsys.readouterr().err
