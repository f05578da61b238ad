"""The tools leave things as they were when something goes wrong."""

from pathlib import Path

import nbformat
import pytest

from tools import notebooks, parallel, run_tool, site, write_whole


def write_notebook(path, *cells):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(PermissionError):
        write_whole(path, "new")
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


def test_a_kernel_that_dies_is_said_in_one_line(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell("import os; os._exit(1)"))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"a\.ipynb: stopped, or its kernel died; it is as it was"):
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


def test_helper_modules_are_found_in_every_form_of_import():
    source = "from helpers import plots, data\nfrom helpers.check import check\nimport numpy"
    source += "\nimport helpers.rates as r"
    assert notebooks.helper_modules(source) == {"plots", "data", "check", "rates"}


def test_splitting_a_cell_changes_the_fingerprint():
    new = nbformat.v4
    one = new.new_notebook(cells=[new.new_code_cell("a = 1\nb = 2")])
    two = new.new_notebook(cells=[new.new_code_cell("a = 1"), new.new_code_cell("b = 2")])
    assert notebooks.fingerprint(one) != notebooks.fingerprint(two)


def test_the_fingerprint_follows_recorded_studies(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    (tmp_path / "studies").mkdir()
    record = tmp_path / "studies" / "x.json"
    record.write_text("{}")
    code = nbformat.v4.new_code_cell("load_study('x')")
    notebook = nbformat.v4.new_notebook(cells=[code])
    first = notebooks.fingerprint(notebook)
    record.write_text("[]")
    assert notebooks.fingerprint(notebook) != first


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    path = tmp_path / "a.ipynb"
    for broken in ("{", "[]"):
        path.write_text(broken)
        with pytest.raises(ValueError, match=r"a\.ipynb is not a notebook"):
            notebooks.read(path)


def fail_with(error):
    def main():
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "stopped; all is as it was"),
        (OSError("the disk is full"), "the disk is full; all is as it was"),
        (ValueError("bad\nand more"), "bad; all is as it was"),
    ],
)
def test_a_tool_says_in_one_line_what_went_wrong(error, said):
    with pytest.raises(SystemExit) as stopped:
        run_tool(fail_with(error), "all is as it was")
    assert stopped.value.code == f"\n{said}"


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Let the site be built in a folder of the test, by a stand-in for Sphinx."""
    monkeypatch.setattr(site, "BUILD", tmp_path)
    monkeypatch.setattr(site, "SITE", tmp_path / "site")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old").touch()

    def sphinx(arguments):
        assert "-W" in arguments
        target = Path(arguments[-1])
        target.mkdir()
        (target / "new").touch()
        return sphinx.code

    sphinx.code = 0
    monkeypatch.setattr(site, "build_main", sphinx)
    return sphinx


def test_a_new_site_takes_the_old_ones_place(build, tmp_path):
    site.render()
    assert [path.name for path in tmp_path.rglob("*")] == ["site", "new"]


def test_a_site_that_fails_leaves_the_old_one(build, tmp_path):
    build.code = 1
    with pytest.raises(SystemExit, match="build/site is as it was"):
        site.render()
    assert [path.name for path in tmp_path.rglob("*")] == ["site", "old"]


@pytest.mark.parametrize(("arguments", "executed"), [([], ["a"]), (["--as-stored"], [])])
def test_only_make_site_executes_what_is_stale(build, monkeypatch, arguments, executed):
    done = []
    monkeypatch.setattr("sys.argv", ["site", *arguments])
    monkeypatch.setattr(site, "notebooks", lambda: ["a", "b"])
    monkeypatch.setattr(site, "is_stale", lambda path: path == "a")
    monkeypatch.setattr(site, "execute_all", done.extend)
    site.main()
    assert done == executed


def test_an_unknown_notebook_is_named():
    with pytest.raises(SystemExit, match="no notebook begins with '99'"):
        notebooks.notebooks("99")


def test_parallel_results_keep_their_order(capsys):
    assert parallel.run_all(abs, [-3, -1, -2], "jobs") == [3, 1, 2]
    assert "jobs: 100%" in capsys.readouterr().err
