"""Write copies of the lessons without solutions: `python -m tools.student`.

What is tagged `solution` becomes a heading and an empty cell, to be filled; all else stays, with
its outputs.
"""

import argparse

import nbformat
from nbconvert.preprocessors import Preprocessor

from tools import ROOT, run_tool, write_whole
from tools.notebooks import is_stale, notebooks, read, text_of
from tools.sound import require_tags

STUDENT = ROOT / "build" / "student"
BLANK = {"markdown": "#### Your answer", "code": "# your answer", "raw": ""}


class Blank(Preprocessor):
    """Empty each cell that holds a solution, and let it be seen."""

    def preprocess_cell(self, cell, resources, index):
        """Return the cell, emptied if it is tagged."""
        if "solution" in cell.metadata.get("tags", []):
            cell.source = BLANK[cell.cell_type]
            cell.metadata = nbformat.from_dict({"tags": ["answer"]})
            cell.pop("attachments", None)  # a picture of the answer
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        return cell, resources


def without_solutions(path):
    """Return a lesson's student copy; ValueError where a solution is not tagged as one."""
    lesson = read(path)
    require_tags(path.stem, lesson)
    copy, _ = Blank(enabled=True)(lesson, {})
    return copy


def main():
    """Write all copies."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    if stale := [path.stem for path in notebooks() if is_stale(path)]:
        raise ValueError(f"run make notebooks first: {', '.join(stale)} changed since")
    STUDENT.mkdir(parents=True, exist_ok=True)
    for left in set(STUDENT.glob("*.ipynb")) - {STUDENT / path.name for path in notebooks()}:
        left.unlink()  # of a lesson that is called otherwise now
    for path in notebooks():
        write_whole(STUDENT / path.name, text_of(without_solutions(path)))
    print(f"{len(notebooks())} lessons without solutions are in {STUDENT.relative_to(ROOT)}/")


if __name__ == "__main__":
    run_tool(main, "the copies that were written are whole")
