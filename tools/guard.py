"""The first code cell of every lesson: without its package, one sentence and no traceback.

`python -m tools.guard` puts it into each lesson that does not begin with it.
"""

import argparse

import nbformat

from tools import run_tool, write_whole

# An import by name, so that the tools, which read imports, do not take all of the room
# for something that the lesson depends on.  What _render_traceback_ returns is what IPython
# shows; SystemExit would be shown with a hint and a warning around it.
GUARD = """\
from importlib import import_module
from time import sleep

try:
    import_module("helpers.lesson")
except ImportError:
    missing = ImportError(
        "This lesson needs its package, helpers: unpack what-rnns-learn.zip, from the "
        "first page of the site that the lesson comes from, and follow its README.txt."
    )
    missing._render_traceback_ = lambda: [str(missing)]
    # after an error a kernel leaves out the cells that it has been sent by then
    sleep(1)
    raise missing from None"""
# The output stays unfolded: it is there only when it has to be read.
METADATA = {
    "jupyter": {"source_hidden": True},
    "mystnb": {"code_prompt_hide": "Hide the set-up", "code_prompt_show": "Show the set-up"},
    "tags": ["guard", "hide-input"],
}


def is_guard(cell):
    """Tell whether a cell is a guard, of these words or of other ones."""
    return cell.cell_type == "code" and "guard" in cell.metadata.get("tags", [])


def is_guarded(notebook):
    """Tell whether the first code cell is the guard, as it is here, and no other cell is one."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    is_first = bool(code) and (code[0].source, code[0].metadata) == (GUARD, METADATA)
    return is_first and sum(map(is_guard, code)) == 1


def guarded(notebook):
    """Return a notebook with the guard before its first code cell; its outputs are to be made."""
    if is_guarded(notebook):
        return notebook
    cells = [cell for cell in notebook.cells if not is_guard(cell)]
    first = next((n for n, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    guard = nbformat.v4.new_code_cell(GUARD, id="guard", metadata=METADATA)
    return nbformat.from_dict(notebook | {"cells": [*cells[:first], guard, *cells[first:]]})


def main():
    """Write the guard into the lessons without it, and say which these were."""
    from tools.notebooks import notebooks, read, text_of  # they name the guard, too

    argparse.ArgumentParser(description=__doc__).parse_args()

    for path in notebooks():
        notebook = read(path)
        if not is_guarded(notebook):
            write_whole(path, text_of(guarded(notebook)))
            print(f"{path.name}: now guarded; run make notebooks")


if __name__ == "__main__":
    run_tool(main, "the lessons that were not written are as they were")
