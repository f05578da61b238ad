"""Student copies: every solution is gone, and nothing else is."""

import nbformat
import pytest

from tools import student
from tools.notebooks import notebooks


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem, scope="module")
def pair(request):
    lesson = nbformat.read(request.param, as_version=4)
    return lesson, student.without_solutions(request.param)


def tags(cell):
    return cell.metadata.get("tags", [])


def test_each_solution_is_a_blank_that_can_be_seen(pair):
    lesson, copy = pair
    nbformat.validate(copy)
    solutions = [n for n, cell in enumerate(lesson.cells) if "solution" in tags(cell)]
    assert solutions
    for n in solutions:
        blank = copy.cells[n]
        assert blank.source == student.BLANK[blank.cell_type]
        assert blank.get("outputs", []) == []
        assert blank.get("execution_count") is None
        assert blank.metadata == {"tags": ["answer"]}  # neither folded nor collapsed


def test_all_other_cells_are_as_they_were(pair):
    lesson, copy = pair
    assert len(lesson.cells) == len(copy.cells)
    for cell, other in zip(lesson.cells, copy.cells, strict=True):
        assert "solution" in tags(cell) or cell == other


def test_solutions_are_the_code_of_the_exercises_and_the_headings_that_fold_it(pair):
    lesson, _ = pair
    begin = next(n for n, cell in enumerate(lesson.cells) if "## Try" in cell.source)
    for n, cell in enumerate(lesson.cells):
        folds = cell.source == "#### Solution"
        is_solution = folds or (n > begin and cell.cell_type == "code")
        assert ("solution" in tags(cell)) == is_solution, cell.source


def test_a_solution_whose_tag_has_a_slip_is_not_handed_out(tmp_path):
    lesson = nbformat.read(notebooks("05b")[0], as_version=4)
    heading = next(cell for cell in lesson.cells if cell.source == "#### Solution")
    heading.metadata.tags = ["side-road"]
    nbformat.write(lesson, tmp_path / "05b.ipynb")
    with pytest.raises(ValueError, match=r"^05b: expected the tag solution in cell \d+"):
        student.without_solutions(tmp_path / "05b.ipynb")


def test_the_copies_are_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(student, "STUDENT", tmp_path / "student")
    monkeypatch.setattr(student, "ROOT", tmp_path)
    monkeypatch.setattr("sys.argv", ["make"])
    student.main()
    written = sorted(path.name for path in (tmp_path / "student").iterdir())
    assert written == [path.name for path in notebooks()]
    assert "without solutions are in student/" in capsys.readouterr().out


def test_of_a_lesson_whose_outputs_are_not_its_own_there_is_no_copy(tmp_path, monkeypatch):
    monkeypatch.setattr(student, "STUDENT", tmp_path / "student")
    monkeypatch.setattr(student, "is_stale", lambda path: path.stem == "05b-shapes-in-keras")
    monkeypatch.setattr("sys.argv", ["student"])
    with pytest.raises(ValueError, match=r"^run make notebooks first: 05b-shapes-in-keras changed"):
        student.main()
    assert not (tmp_path / "student").exists()


def test_a_picture_of_a_solution_is_not_handed_out(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell(
            "![](a.png)",
            metadata={"tags": tags},
            attachments={"a.png": {"image/png": "aaaa"}},
        )
        for tags in (["solution"], [])
    ]
    path = tmp_path / "01-a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    blank, other = student.without_solutions(path).cells
    assert "attachments" not in blank
    assert "attachments" in other


@pytest.mark.parametrize("argument", ["--help", "x"])
def test_who_asks_for_help_gets_no_copies(tmp_path, monkeypatch, argument):
    monkeypatch.setattr(student, "STUDENT", tmp_path / "copies")
    monkeypatch.setattr("sys.argv", ["student", argument])
    with pytest.raises(SystemExit):
        student.main()
    assert not (tmp_path / "copies").exists()
