"""What a lesson tells teachers is there, and agrees with what it tells readers."""

import re

import nbformat
import pytest

from tests.site_code import extension
from tools import ROOT
from tools.notebooks import notebooks, read

NAMES = [path.stem for path in notebooks()]


@pytest.fixture(params=notebooks(), ids=NAMES)
def lesson(request):
    return read(request.param)


def opening(lesson):
    """Return the paragraph that says how long it takes and what it needs."""
    paragraphs = [
        p for c in lesson.cells if c.cell_type == "markdown" for p in c.source.split("\n")
    ]
    (found,) = (p for p in paragraphs if re.match(r"About \d+ minutes\. You need", p))
    return found


def test_it_has_goals_that_are_short(lesson):
    goals = lesson.metadata.lesson.goals
    assert 3 <= len(goals) <= 5
    assert all(len(goal) < 120 for goal in goals)


def test_its_minutes_are_those_that_readers_are_told(lesson):
    assert opening(lesson).startswith(f"About {lesson.metadata.lesson.minutes} minutes.")


def test_what_it_needs_is_what_readers_are_told_and_comes_before_it(lesson, request):
    name = request.node.callspec.id
    needs = lesson.metadata.lesson.prerequisites
    told = re.findall(r"\]\(([\w-]+)\.ipynb\)", opening(lesson))
    assert set(needs) <= set(told)
    assert all(NAMES.index(need) < NAMES.index(name) for need in needs)


def test_each_wrong_answer_has_a_reply(lesson):
    answers = lesson.metadata.lesson.wrong_answers
    assert len(answers) >= 2
    assert all(said.endswith(".") and len(reply) > 30 for said, reply in answers)


def test_the_path_goes_through_the_arc_and_takes_about_as_long_as_the_lesson(lesson):
    path = extension("teaching").path_of(lesson)
    assert list(path) == ["Task", "Predict", "Train", "Look", "Explain", "Break"]
    assert abs(sum(path.values()) - lesson.metadata.lesson.minutes) <= 3


def test_the_readme_says_what_its_card_says(lesson, request):
    name = request.node.callspec.id
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| \[.*\]\(notebooks/{name}\.ipynb\) \| (.*) \|$", readme, re.MULTILINE)
    assert row == lesson.metadata.lesson.shows


def as_lesson(*prose):
    """Return a lesson that says little of itself, and has this prose."""
    card = {"minutes": 30, "goals": ["a"], "prerequisites": [], "wrong_answers": [], "shows": "b"}
    cells = [nbformat.v4.new_markdown_cell(each) for each in prose]
    return nbformat.v4.new_notebook(cells=cells, metadata={"lesson": card})


def test_a_lesson_that_only_begins_and_an_exercise_without_its_minutes_are_named():
    teaching = extension("teaching")
    exercise = "### 1. When |U| < 1\n\n*Easy, 5 minutes.* Why?"
    said = teaching.named_section("09", as_lesson("## Task\n\nWords.", exercise))
    assert said.endswith("| 1. When \\|U\\| < 1 | easy | 5 |")
    for lesson, wanted in (
        (as_lesson("# A title\n\nWords."), "expected a lesson in sections"),
        (as_lesson("## Task\n\nWords.", exercise.replace("minutes", "min")), ".*, got 0 of 1$"),
    ):
        with pytest.raises(ValueError, match=f"^09: {wanted}"):
            teaching.named_section("09", lesson)
