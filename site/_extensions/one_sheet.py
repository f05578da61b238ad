"""One style sheet in place of six, and no script on a page that has no use for it."""

import hashlib
import re
from pathlib import Path

from .drawers import found_anywhere
from .pages import rewrite, to_root

# the notebook renderer's sheet is left out: style.css says what is needed of it
SHEETS = (
    "pygments.css",
    "styles/furo.css",
    "styles/furo-extensions.css",
    "copybutton.css",
    "style.css",
)
LINK = re.compile(r'\s*<link rel="stylesheet"[^>]*>')
COPY_SCRIPT = re.compile(r'\s*<script src="[^"]*(?:clipboard\.min|copybutton)\.js[^>]*></script>')


def write_sheet(app, exception):
    """Join the sheets, and link all pages to the whole."""
    if exception is None:
        static = Path(app.outdir) / "_static"
        parts = [(static / name).read_text(encoding="utf-8") for name in SHEETS]
        sheet = found_anywhere("\n".join(without_comments(part) for part in parts))
        (static / "site.css").write_text(sheet, encoding="utf-8")
        # another content has another address, so that no browser shows an old one
        digest = hashlib.sha256(sheet.encode()).hexdigest()[:8]
        rewrite(app, lambda text, page: linked(text, f"{to_root(app, page)}_static", digest))


def without_comments(sheet):
    """Return a style sheet without its comments, and without the way to its source map."""
    return re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).strip()


def linked(text, static, digest):
    """Return a page that asks for one style sheet, and for the copy button if it has code."""
    whole = f'\n<link rel="stylesheet" href="{static}/site.css?v={digest}">'
    text = LINK.sub(lambda match: "", text).replace("</title>", f"</title>{whole}", 1)
    return text if '<div class="highlight"' in text else COPY_SCRIPT.sub("", text)


def setup(app):
    """Run after the last page, and after the theme, which then mends its sheets for the dark."""
    app.connect("build-finished", write_sheet, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
