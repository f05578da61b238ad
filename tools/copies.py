"""Copies of the lessons that belong to a reader."""

import hashlib
import json

from tools import write_whole
from tools.form import bring_into_form
from tools.notebooks import notebooks, read, text_of
from tools.student import without_solutions

BLANKS = "without-solutions"


def written(notebook):
    """Return a digest of what is written in a notebook's cells: not of what running it adds."""
    cells = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def copy_of(lesson):
    """Turn a lesson into a copy: it says what was written in it, and is in this Python's form."""
    bring_into_form(lesson)
    lesson.metadata["copy_of"] = written(lesson)
    return lesson


def put(copy, path):
    """Write a copy, unless a reader's lies there; tell whether that is one of an older lesson."""
    try:
        old = read(path) if path.exists() else copy
    except ValueError:  # no notebook any more, but a reader's
        return True
    began_as = old.metadata.get("copy_of")
    if written(old) != began_as:
        return began_as != copy.metadata.copy_of
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text_of(copy))
    return False


def refresh(folder):
    """Write copies with and without solutions; return those of a reader that are of old lessons."""
    kept = []
    for lesson in notebooks():
        copies = {
            folder / lesson.name: copy_of(read(lesson)),
            folder / BLANKS / lesson.name: copy_of(without_solutions(lesson)),
        }
        kept += [path for path, copy in copies.items() if put(copy, path)]
    return kept
