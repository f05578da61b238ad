"""What lessons and pages have to be before a site is made of them: `look_over()`."""

import base64
import json

from tools import ROOT, text_in
from tools.addresses import addresses
from tools.claims import read_ledger
from tools.notebooks import figure_of, has_picture, notebooks, read
from tools.studies import STUDIES, names

CARD = {"goals": list, "minutes": int, "prerequisites": list, "shows": str, "wrong_answers": list}
TEXTS = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "requirements.txt")
MARKS = ("<<<<<<< ", ">>>>>>> ")  # of a merge that nobody has ended


def look_over():
    """Raise ValueError, naming file and fault, where something cannot be shown as it is."""
    require_link(ROOT / "site" / "lessons")
    addresses()
    read_ledger()
    for name in names():
        require_record(STUDIES / f"{name}.json")
    for path in [*map(ROOT.joinpath, TEXTS), *sorted((ROOT / "site").glob("[!._]*.md"))]:
        require_text(path)
    for path in notebooks():
        notebook = read(path)
        for require in (require_card, require_figures, require_no_errors):
            require(path.stem, notebook)


def require_link(path):
    """Refuse a checkout in which links are files with an address in them, as on some systems."""
    if not path.is_dir():
        wanted = "a link to a folder: git config core.symlinks true, and check it out again"
        raise ValueError(f"{path.parent.name}/{path.name}: expected {wanted}")


def require_record(path):
    """Refuse a study without a record, which others read and the wheel carries, or with half."""
    try:
        rows = json.loads(text_in(path))["rows"]
    except (OSError, ValueError, TypeError, KeyError):
        rows = None
    if not isinstance(rows, list):
        raise ValueError(f"{path.name}: expected a record: make studies ONLY={path.stem}")


def require_text(path):
    """Refuse a file that is no text in UTF-8, or that is two, as a merge has left them."""
    for number, line in enumerate(text_in(path).splitlines(), start=1):
        if line.startswith(MARKS):
            raise ValueError(f"{path.name}: line {number} is of a merge that was not ended")


def require_card(name, notebook):
    """Refuse a lesson that does not say what the first page tells of it."""
    card = notebook.metadata.get("lesson")
    for key, kind in CARD.items():
        if not isinstance(card, dict) or not isinstance(card.get(key), kind):
            raise ValueError(f"{name}: expected {key} in metadata.lesson, a {kind.__name__}")


def require_figures(name, notebook):
    """Refuse figures without size or words, and a lesson without the one for its card."""
    small = figure_of(notebook, "thumbnail")
    if small is None or not has_picture(small):
        raise ValueError(f"{name}: expected a figure in a cell that is tagged thumbnail")
    for number, cell in enumerate(notebook.cells, start=1):
        pictures = [each for each in cell.get("outputs", []) if is_picture(each)]
        if not all(is_png(each.data["image/png"]) for each in pictures):
            raise ValueError(f"{name}: expected a PNG as the figure in cell {number}")
        sized = all("image/png" in each.metadata for each in pictures)
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        if pictures and not (sized and alt):
            raise ValueError(f"{name}: expected size and alt text of the figure in cell {number}")


def require_no_errors(name, notebook):
    """Refuse outputs in which a cell has failed."""
    for number, cell in enumerate(notebook.cells, start=1):
        failed = [each for each in cell.get("outputs", []) if each.output_type == "error"]
        if failed:
            raise ValueError(f"{name}: expected no error, got {failed[0].ename} in cell {number}")


def is_picture(output):
    """Tell whether an output is a figure."""
    return "image/png" in output.get("data", {})


def is_png(text):
    """Tell whether a picture, in base64, is a PNG to its end."""
    try:
        picture = base64.b64decode(text)
    except (ValueError, TypeError):
        return False
    return picture.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in picture[-12:]
