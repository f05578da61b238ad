"""Mend what the theme leaves undone for readers who do not see the page."""

from pathlib import Path

MENDED = (
    # two side bars are two landmarks, and need two names
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Site">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">'),
    # a caption that says it is a heading has to say of which level
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
)


def mend(app, exception):
    """Replace the theme's HTML in all pages once they are written."""
    if exception is None:
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            for found, better in MENDED:
                text = text.replace(found, better)
            page.write_text(text, encoding="utf-8")


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
