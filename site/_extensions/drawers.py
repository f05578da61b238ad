"""The two side bars of narrow pages open by keyboard, too.

They open by check boxes, which the theme hides from everybody.  Ours can have the focus (see the
style sheet), so they need a landmark around them; and in there they are no neighbours of the page
any more, so the theme's rules have to look for them in another way.
"""

import re

from .pages import rewrite

BOXES = re.compile(r'(?:<input type="checkbox" class="sidebar-toggle"[^>]*>\s*){2}')
NEIGHBOUR = re.compile(r"#(__navigation|__toc):checked\s*~\s*")


def wrap_boxes(app, exception):
    """Put the check boxes of each page into a landmark."""
    if exception is None:
        rewrite(app, lambda text, page: BOXES.sub(wrapped, text))


def wrapped(match):
    """Return the check boxes in their landmark."""
    return f'<nav aria-label="Side bars">{match[0].strip()}</nav>\n'


def found_anywhere(sheet):
    """Return a style sheet whose rules find a check box wherever it stands in the page."""
    return NEIGHBOUR.sub(r"body:has(#\1:checked) ", sheet)


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", wrap_boxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
