"""The rules that every notebook keeps; nbval itself would pass a notebook without outputs."""

import ast
import base64
import re
from copy import deepcopy

import nbformat
import pytest

from tools import ROOT
from tools.digests import fingerprint, outputs_digest
from tools.form import bring_into_form, kernel
from tools.guard import is_guard
from tools.notebooks import PICTURE, notebooks, readme_picture

ARC = ["Task", "Predict", "Train", "Look", "Explain", "Break", "Try"]
VOLATILE = r" object at 0x|(?:^|[\s'\"(])/(?:\w[\w.-]*/){2,}|\d ?m?s/step|it/s\]|Warning:"
IGNORED = {"nbval-ignore-output", "nbval-skip"}


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem, scope="module")
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def texts(cell):
    """Return what nbval compares of a cell's outputs."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        yield from (v for kind, v in output.get("data", {}).items() if kind.startswith("text/"))


def images(cell):
    """Return the pictures in a cell's outputs, by kind."""
    for output in cell.outputs:
        for kind, value in output.get("data", {}).items():
            if kind.startswith("image/"):
                yield kind, value


def first_line(cell):
    return cell.source.splitlines()[0]


def test_it_is_valid_and_executed_from_top_to_bottom(notebook):
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "run: make notebooks"


def test_its_outputs_are_of_this_code_and_these_helpers(notebook):
    assert notebook.metadata.executed_from == fingerprint(notebook), "run: make notebooks"
    assert notebook.metadata.outputs_made == outputs_digest(notebook), "run: make notebooks"


def test_it_stores_no_error_and_no_stderr(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error", first_line(cell)
            assert output.get("name") != "stderr", first_line(cell)


def test_a_figure_whose_light_and_dark_mean_something_keeps_its_paper(notebook):
    for cell in code_cells(notebook):
        drawn = [o.data["text/plain"] for o in cell.outputs if "image/png" in o.get("data", {})]
        has_colours = re.search(r"\d images|contours of|squares of", "".join(drawn))
        assert ("paper" in tags(cell)) == bool(has_colours), first_line(cell)


def test_what_a_cell_prints_is_stored_in_one_piece(notebook):
    for cell in code_cells(notebook):
        streams = [output for output in cell.outputs if output.output_type == "stream"]
        assert len(streams) <= 1, f"{first_line(cell)}: run: make notebooks"


def test_its_outputs_hold_nothing_of_this_machine(notebook):
    for cell in code_cells(notebook):
        for text in texts(cell):
            found = re.search(VOLATILE, text)
            assert not found, f"{first_line(cell)}: {found.group(0)!r}"


def test_an_ignored_cell_has_a_check_in_it_or_soon_after_it(notebook):
    cells = code_cells(notebook)
    for number, cell in enumerate(cells):
        if tags(cell) & IGNORED:
            soon = cells[number : number + 3]
            assert any("check(" in each.source for each in soon), first_line(cell)


def test_the_first_code_cell_after_the_guard_is_the_seed(notebook):
    first = next(cell for cell in code_cells(notebook) if not is_guard(cell))
    assert "parameters" in tags(first)
    assert first.source == "SEED = 1"


def test_its_headings_are_the_arc_in_order(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert re.findall(r"^## (.*)$", prose, re.MULTILINE) == ARC
    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1


def test_it_has_three_to_six_exercises_each_with_a_hidden_tested_solution(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    after_try = prose.split("## Try")[1]
    exercises = re.findall(r"^### (\d)\. ", after_try, re.MULTILINE)
    begin = next(n for n, cell in enumerate(notebook.cells) if "## Try" in cell.source)
    last = list(enumerate(notebook.cells))[begin:]
    solutions = [(n, cell) for n, cell in last if cell.cell_type == "code"]
    assert 3 <= len(exercises) <= 6
    assert exercises == [str(number) for number in range(1, len(solutions) + 1)]
    for n, cell in solutions:
        heading = notebook.cells[n - 1]
        assert heading.source == "#### Solution", first_line(cell)
        assert heading.metadata["jp-MarkdownHeadingCollapsed"], first_line(cell)
        assert set(tags(heading)) == {"side-road", "solution"} <= set(tags(cell))
        assert "check(" in cell.source, first_line(cell)


def test_every_figure_has_alt_text_and_is_light(notebook):
    for cell in code_cells(notebook):
        for kind, value in images(cell):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 60, f"{first_line(cell)}: the alt text must state what is to be seen"
            size = len(base64.b64decode(value)) if kind != "image/svg+xml" else len(value)
            assert size < 200_000, f"{first_line(cell)}: {size} bytes"


def test_figures_end_with_plt_show_and_no_cell_ends_with_a_semicolon(notebook):
    for cell in code_cells(notebook):
        assert not cell.source.rstrip().endswith(";"), first_line(cell)
        if list(images(cell)):
            assert cell.source.rstrip().endswith("plt.show()"), first_line(cell)


def test_a_figure_says_in_text_what_is_drawn(notebook):
    for cell in code_cells(notebook):
        if list(images(cell)):
            assert any(text.startswith("Figure\n  '") for text in texts(cell)), first_line(cell)


def without_imports(source):
    """Return the lines from the first statement on that is no import."""
    rest = [s for s in ast.parse(source).body if not isinstance(s, ast.Import | ast.ImportFrom)]
    return source.splitlines()[rest[0].lineno - 1 :] if rest else []


def test_cells_are_short_and_introduced(notebook):
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert len(without_imports(cell.source)) <= 18, first_line(cell)
            assert len(cell.source.splitlines()) <= 20, f"{first_line(cell)}: with its imports"
            last = before.source.splitlines()[-1]
            introduced = not last.startswith("#") or last == "#### Solution"
            assert introduced, f"{first_line(cell)}: no sentence before it"


def test_the_picture_of_the_readme_is_the_figure_of_a_lesson():
    pictures = [readme_picture(nbformat.read(path, as_version=4)) for path in notebooks()]
    (picture,) = filter(None, pictures)
    assert PICTURE.read_bytes() == picture, "run: make notebooks"
    assert str(PICTURE.relative_to(ROOT)) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_metadata_is_the_same_wherever_it_was_executed(notebook):
    kept = {"lesson"} & set(notebook.metadata)
    made = {"executed_from", "made_with", "outputs_made"}
    assert set(notebook.metadata) - kept == {*kernel(), *made}, "run: make notebooks"


def test_it_is_in_the_form_in_which_jupyterlab_leaves_it(notebook):
    formed = deepcopy(notebook)
    bring_into_form(formed)
    # the Python that executed it may be another one than this
    formed.metadata.language_info.version = notebook.metadata.language_info.version
    assert formed == notebook, "run: make notebooks"
    assert f"Python {notebook.metadata.language_info.version}," in notebook.metadata.made_with


def test_it_says_which_versions_made_it(notebook):
    names = [part.split(" ")[0] for part in notebook.metadata.made_with.split(", ")]
    assert names == ["Python", "NumPy", "Keras", "TensorFlow"]
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for part in notebook.metadata.made_with.split(", ")[1:]:
        assert f"{part.lower().replace(' ', '==')} " in locked, "run: make notebooks"
