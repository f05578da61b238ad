"""Mend what the theme leaves undone for readers who do not see the page, or use no mouse."""

from .pages import rewrite

MENDED = (
    # two side bars are two landmarks, and need two names
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Site">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">'),
    # a caption that says it is a heading has to say of which level
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    # the theme has said this already
    ('<meta name="viewport" content="width=device-width, initial-scale=1" />', ""),
)


def mend(app, exception):
    """Replace the theme's HTML in all pages once they are written."""
    if exception is None:
        rewrite(app, lambda text, page: mended(text))


def mended(text):
    """Return a page with all replacements made."""
    for found, better in MENDED:
        text = text.replace(found, better)
    return text


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
