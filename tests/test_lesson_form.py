"""A lesson is for its reader: a main road of 30 minutes, side roads folded, pictures early."""

import re

import nbformat
import pytest

from tools.notebooks import notebooks

FOLDS = {
    "hide-input": {"source_hidden"},
    "hide-output": {"outputs_hidden"},
    "hide-cell": {"source_hidden", "outputs_hidden"},
}
LESSONS = notebooks()


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem, scope="module")
def cells(request):
    return nbformat.read(request.param, as_version=4).cells


def tags(cell):
    return set(cell.metadata.get("tags", []))


def main_road(cells, kind, *hidden):
    """Return the cells of a kind that a reader sees with everything folded."""
    hidden = {"side-road", "hide-cell", *hidden}
    return [cell for cell in cells if cell.cell_type == kind and not tags(cell) & hidden]


def words(cell):
    return re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL).split()


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def has_figure(cell):
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return any(kind.startswith("image/") for each in data for kind in each)


def heading(cell):
    """Return the level of the heading that a cell begins with, 0 if with none."""
    found = re.match(r"#+(?= )", cell.source) if cell.cell_type == "markdown" else None
    return len(found.group()) if found else 0


def test_there_are_lessons_in_this_form():
    assert LESSONS


def test_the_main_road_is_read_in_half_an_hour(cells):
    prose = sum(len(words(cell)) for cell in main_road(cells, "markdown"))
    lines = [
        line
        for cell in main_road(cells, "code", "hide-input")
        for line in cell.source.splitlines()
        if line.strip()
    ]
    assert prose <= 1800
    assert len(lines) <= 150


def test_claims_on_the_main_road_are_those_of_the_story(cells):
    shown = "".join(printed(cell) for cell in main_road(cells, "code", "hide-output"))
    assert 1 <= shown.count("✓") <= 12


def test_pictures_carry_it_from_the_first_screen_on(cells):
    assert sum(has_figure(cell) for cell in main_road(cells, "code", "hide-output")) >= 6
    first = next(n for n, cell in enumerate(cells) if has_figure(cell))
    assert sum(len(words(cell)) for cell in cells[:first] if cell.cell_type == "markdown") <= 120


def test_plots_and_imports_and_records_are_folded(cells):
    for cell in main_road(cells, "code", "hide-input"):
        assert "plt." not in cell.source, cell.source
        assert "load_study(" not in cell.source, cell.source
        assert "import" not in cell.source.split(), cell.source


def test_what_is_folded_on_the_page_is_folded_in_jupyterlab(cells):
    for cell in cells:
        if cell.cell_type == "code":
            wanted = set().union(*(FOLDS.get(tag, set()) for tag in tags(cell)))
            hidden = cell.metadata.get("jupyter", {})
            assert {name for name, value in hidden.items() if value} == wanted, cell.source


def test_a_side_road_begins_with_a_heading_and_ends_before_one(cells):
    before = None
    for cell in cells:
        on_it, was_on_it = "side-road" in tags(cell), before and "side-road" in tags(before)
        assert (heading(cell) == 4) <= on_it, cell.source
        if on_it and (not was_on_it or heading(cell)):
            assert heading(cell) == 4, cell.source
            assert cell.metadata["jp-MarkdownHeadingCollapsed"] is True, cell.source
        if was_on_it and not on_it:
            assert 0 < heading(cell) < 4, cell.source
        before = cell


def test_it_links_to_other_lessons_and_to_the_ledger(cells):
    prose = "\n".join(cell.source for cell in main_road(cells, "markdown"))
    assert re.search(r"\]\(\d\w*-[\w-]+\.ipynb\)", prose)
    assert "](../claims.md)" in prose


def test_exercises_say_how_hard_they_are_and_how_long_they_take(cells):
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    exercises = re.findall(r"^### \d\. .*\n\n.*$", prose, re.MULTILINE)
    assert exercises
    for exercise in exercises:
        assert re.search(r"\n\n\*(Easy|Medium|Hard), \d+ minutes\.\* ", exercise), exercise
