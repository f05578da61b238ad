"""What lessons and pages have to be before a site is made of them: `look_over()`."""

import base64

from tools import ROOT
from tools.addresses import addresses
from tools.claims import read_ledger
from tools.notebooks import figure_of, has_picture, notebooks, read

CARD = {"goals": list, "minutes": int, "prerequisites": list, "shows": str, "wrong_answers": list}
TEXTS = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "requirements.txt")
MARKS = ("<<<<<<< ", ">>>>>>> ")  # of a merge that nobody has ended


def look_over():
    """Raise ValueError, naming file and fault, where something cannot be shown as it is."""
    addresses()
    read_ledger()
    for path in [*map(ROOT.joinpath, TEXTS), *sorted((ROOT / "site").glob("[!._]*.md"))]:
        require_text(path)
    for path in notebooks():
        notebook = read(path)
        for require in (require_card, require_figures, require_no_errors):
            require(path.stem, notebook)


def require_text(path):
    """Refuse a file that is no text in UTF-8, or that is two, as a merge has left them."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: expected text in UTF-8, {error}") from error
    for number, line in enumerate(lines, start=1):
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
