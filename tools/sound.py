"""What has to be before a site is made: `require_records()` of studies, `look_over()` the rest."""

import base64
import filecmp
import io
import json
from itertools import pairwise

from PIL import Image

from tools import ROOT, text_in
from tools.addresses import addresses
from tools.claims import read_ledger, require_claims
from tools.markup import KNOWN, fault_in, shows_a_file
from tools.notebooks import figure_of, has_picture, notebooks, read, require_whole, text_of
from tools.schemas import CARD, CELL, PICTURE, require_valid
from tools.studies import STUDIES, names

FORM = (4, 5)
TAGS = {"guard", "hide-cell", "hide-input", "hide-output", "nbval-ignore-output", "paper",
        "parameters", "readme-picture", "side-road", "solution", "thumbnail"}  # fmt: skip
SHOWN = {"image/png", "stdout", "text/markdown", "text/plain"}  # of all that an output can be
LARGEST = 2_000_000  # bytes of a lesson with its outputs
TEXTS = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md", "environment.yml",
         "requirements.txt")  # fmt: skip
CODE = "src/helpers/**/[!.]*.py", "studies/[!.]*.py"  # whose words are shown
MARKS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")  # of a merge that nobody has ended
PARTS = ("[!._]*.md", "helpers/[!._]*.md", "_static/**/[!._]*.css", "_static/**/[!._]*.js",
         "_templates/**/[!._]*.html")  # fmt: skip


def look_over():
    """Raise ValueError, naming file and fault, where something cannot be shown as it is."""
    require_link(ROOT / "site" / "lessons")
    addresses()
    ledger = read_ledger()
    parts = [path for part in PARTS for path in sorted((ROOT / "site").glob(part))]
    parts += [path for part in CODE for path in sorted(ROOT.glob(part))]
    for path in [*map(ROOT.joinpath, TEXTS), *parts]:
        require_merged(path.name, text_in(path))
    lessons = {path.stem: read(path) for path in notebooks()}
    for name, notebook in lessons.items():
        require_form(name, notebook)
        require_tags(name, notebook)
        for number, cell in enumerate(notebook.cells, start=1):
            require_merged(f"{name}, cell {number}", cell.source)
        require_card(name, notebook, lessons)
        require_whole(name, notebook)
        require_figures(name, notebook)
        require_outputs(name, notebook)
        if name in ledger:
            require_claims(name, notebook, ledger[name])


def require_link(path):
    """Refuse a checkout in which a link is a file with an address in it, or an older copy."""
    if not all(is_same(path / lesson.name, lesson) for lesson in notebooks()):
        wanted = "a link to a folder: git config core.symlinks true, and check it out again"
        raise ValueError(f"{path.parent.name}/{path.name}: expected {wanted}")


def is_same(file, other):
    """Tell whether a file is there, with all that another holds."""
    return file.is_file() and filecmp.cmp(file, other, shallow=False)


def require_records():
    """Refuse studies without their records: before a lesson that reads one is executed."""
    for name in names():
        require_record(STUDIES / f"{name}.json")


def require_record(path):
    """Refuse a study without a record, which others read and the wheel carries, or with half."""
    try:
        record = json.loads(text_in(path))
        seeds, rows = record["seeds"].split(","), [row["seed"] for row in record["rows"]]
        all_of_them = all(after == before + 1 for before, after in pairwise(rows))
        is_whole = all_of_them and seeds[0] == f"{rows[0]} to {rows[-1]}"
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        is_whole = False
    if not is_whole:
        raise ValueError(f"{path.name}: expected a record: make studies ONLY={path.stem}")


def require_merged(name, text):
    """Refuse a text that is two, as a merge has left them; nbdime's marks stand within a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if any(mark in line for mark in MARKS):
            raise ValueError(f"{name}: line {number} is of a merge that was not ended")


def require_form(name, notebook):
    """Refuse another format than the other lessons have, cells for other tools, and no title."""
    form = (notebook.nbformat, notebook.nbformat_minor)
    if form != FORM:
        wanted = f"a notebook of format 4.5: make notebooks ONLY={name}"
        raise ValueError(f"{name}: expected {wanted}, got {form[0]}.{form[1]}")
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3" or "language_info" not in notebook.metadata:
        wanted = f"its kernel, python3, and its language: make notebooks ONLY={name}"
        raise ValueError(f"{name}: expected {wanted}")
    if not (notebook.cells and notebook.cells[0].source.startswith("# ")):
        raise ValueError(f"{name}: expected a first cell with a title: # and the lesson's name")
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "raw":
            raise ValueError(f"{name}: expected prose or code, got a raw cell {number}")
        prose = cell.source if cell.cell_type == "markdown" else ""
        if cell.get("attachments") or shows_a_file(prose):  # no download would carry it along
            raise ValueError(f"{name}: expected figures made by code, got a file in cell {number}")
        if (fault := fault_in(prose)) is not None:
            wanted = f"of HTML only {', '.join(sorted(KNOWN))}, closed, and other < as \\<"
            raise ValueError(f"{name}: expected {wanted}, got {fault} in cell {number}")


def require_tags(name, notebook):
    """Refuse a tag that nothing here knows, and a solution that a student's copy would show."""
    is_solution = False
    for number, cell in enumerate(notebook.cells, start=1):
        tags = cell.metadata.get("tags", [])
        if other := [tag for tag in tags if tag not in TAGS and not tag.startswith("play-")]:
            wanted = f"play-…, or tags among {', '.join(sorted(TAGS))}"
            raise ValueError(f"{name}: expected {wanted}, got {other[0]} in cell {number}")
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            is_solution = cell.source.startswith("#### Solution")
        if is_solution and "solution" not in tags:
            raise ValueError(f"{name}: expected the tag solution in cell {number}, of a solution")


def require_card(name, notebook, lessons):
    """Refuse a lesson that does not say what pages tell of it, or needs one that is not there."""
    card = notebook.metadata.get("lesson")
    require_valid(f"{name}: metadata.lesson", card, CARD)
    for number, cell in enumerate(notebook.cells, start=1):
        require_valid(f"{name}: metadata of cell {number}", cell.metadata, CELL)
    if missing := [need for need in card["prerequisites"] if need not in lessons]:
        raise ValueError(f"{name}: expected lessons as prerequisites, got {missing[0]!r}")


def require_figures(name, notebook):
    """Refuse figures without size or words, and a lesson without the one for its card."""
    small = figure_of(notebook, "thumbnail")
    if small is None or not has_picture(small):
        raise ValueError(f"{name}: expected a figure in a cell that is tagged thumbnail")
    for number, cell in enumerate(notebook.cells, start=1):
        pictures = [each for each in cell.get("outputs", []) if is_picture(each)]
        for each in pictures:
            if not is_png(each.data["image/png"]):
                raise ValueError(f"{name}: expected a PNG as the figure in cell {number}")
            require_valid(f"{name}: size of the figure in cell {number}", each.metadata, PICTURE)
        if pictures and "image" not in cell.metadata.get("mystnb", {}):
            raise ValueError(f"{name}: expected alt text of the figure in cell {number}")


def require_outputs(name, notebook):
    """Refuse outputs in which a cell has failed, has warned, or brings a page of its own along."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if other := sorted(kinds_of(output) - SHOWN):
                got = f"{other[0]} in cell {number}"
                raise ValueError(f"{name}: expected text and figures, got {got}")
    size = len(text_of(notebook).encode())
    if size > LARGEST:
        wanted = f"at most {LARGEST / 1e6} MB in all"
        raise ValueError(f"{name}: expected {wanted}, got {size / 1e6:.1f} MB")


def kinds_of(output):
    """Return what kinds of things an output is made of."""
    if output.output_type == "error":
        return {f"an error, {output.ename},"}
    return {output.name} if output.output_type == "stream" else set(output.data)


def is_picture(output):
    """Tell whether an output is a figure."""
    return "image/png" in output.get("data", {})


def is_png(text):
    """Tell whether a picture, in base64, is a whole PNG."""
    try:
        file = io.BytesIO(base64.b64decode(text))
        Image.open(file, formats=["PNG"]).verify()  # its sums: a picture is closed after that
        Image.open(file, formats=["PNG"]).load()
    except Exception:  # Pillow raises many kinds
        return False
    return True
