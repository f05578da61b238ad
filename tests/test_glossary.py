"""The glossary leads to lessons that use the word."""

import re

import pytest

from tools import ROOT
from tools.notebooks import NOTEBOOKS, read

GLOSSARY = (ROOT / "site" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^(\w.*)\n((?:  .*\n?)+)", GLOSSARY.split("{glossary}\n")[1], re.MULTILINE)


def words_of(term):
    """Return what stands for a term of the glossary: each part between commas and "and"."""
    return [word.lower() for word in re.split(r", | and ", term)]


def test_the_terms_are_in_order_and_each_is_there_once():
    terms = [term.lower() for term, _ in ENTRIES]
    assert len(terms) > 30
    assert terms == sorted(set(terms))


@pytest.mark.parametrize(("term", "text"), ENTRIES, ids=[term for term, _ in ENTRIES])
def test_each_lesson_that_a_term_names_uses_it(term, text):
    lessons = re.findall(r"<lessons/([\w-]+)>", text)
    assert lessons
    for lesson in lessons:
        notebook = read(NOTEBOOKS / f"{lesson}.ipynb")
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown").lower()
        assert any(word in prose for word in words_of(term)), lesson
