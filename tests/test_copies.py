"""A reader's copies of the lessons: they follow the lessons, and are never written over."""

import nbformat
import pytest

from tools import copies, student
from tools.form import kernel
from tools.notebooks import read

NAME = "01-a.ipynb"


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Give a lesson with a solution, in the place of the real ones."""
    cells = [
        nbformat.v4.new_markdown_cell("# A"),
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_code_cell("2", metadata={"tags": ["solution"]}),
    ]
    path = tmp_path / "notebooks" / NAME
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    monkeypatch.setattr(copies, "notebooks", lambda: [path])
    return path


@pytest.fixture
def folder(lesson, tmp_path):
    assert copies.refresh(tmp_path / "lab") == []
    return tmp_path / "lab"


def change(path, write):
    """Change a notebook's file as JupyterLab or a git pull would."""
    notebook = read(path)
    write(notebook)
    nbformat.write(notebook, path)


def rewrite(notebook):
    notebook.cells[1].source = "1 + 2"


def run(notebook):
    notebook.cells[1].execution_count = 7
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]


def sources(path):
    return [cell.source for cell in read(path).cells]


def test_the_copies_are_the_lesson_with_and_without_its_solutions(folder):
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert files == [NAME, f"without-solutions/{NAME}"]
    assert sources(folder / NAME) == ["# A", "1 + 1", "2"]
    assert sources(folder / "without-solutions" / NAME) == ["# A", "1 + 1", student.BLANK["code"]]


def test_a_copy_is_of_the_kernel_that_will_run_it(folder):
    for path in folder.rglob("*.ipynb"):
        assert {key: read(path).metadata[key] for key in kernel()} == kernel()


@pytest.mark.parametrize("did", [lambda notebook: None, run], ids=["left alone", "run"])
def test_a_copy_in_which_nothing_was_written_follows_its_lesson(lesson, folder, did):
    change(folder / NAME, did)
    change(lesson, rewrite)
    assert copies.refresh(folder) == []
    assert sources(folder / NAME) == ["# A", "1 + 2", "2"]
    assert sources(folder / "without-solutions" / NAME)[1] == "1 + 2"


@pytest.mark.parametrize(
    "did",
    [
        lambda notebook: notebook.cells[1].update(source="1 + 3"),
        lambda notebook: notebook.cells.append(nbformat.v4.new_markdown_cell("my note")),
        lambda notebook: notebook.cells.pop(0),
        lambda notebook: notebook.metadata.pop("copy_of"),
    ],
    ids=["a cell", "a note", "a cell less", "another notebook"],
)
def test_a_readers_copy_stays_and_is_named_once_its_lesson_is_newer(lesson, folder, did):
    change(folder / NAME, did)
    before = (folder / NAME).read_bytes()
    expected = [] if "copy_of" in read(folder / NAME).metadata else [folder / NAME]
    assert copies.refresh(folder) == expected
    change(lesson, rewrite)
    assert copies.refresh(folder) == [folder / NAME]
    assert (folder / NAME).read_bytes() == before
    assert sources(folder / "without-solutions" / NAME)[1] == "1 + 2"


def test_a_file_that_is_no_notebook_any_more_stays(folder):
    (folder / NAME).write_text("{")
    assert copies.refresh(folder) == [folder / NAME]
    assert (folder / NAME).read_text() == "{"


def test_a_copy_that_is_gone_comes_back_and_other_files_stay(folder):
    (folder / NAME).rename(folder / "mine.ipynb")
    assert copies.refresh(folder) == []
    assert (folder / NAME).read_bytes() == (folder / "mine.ipynb").read_bytes()
