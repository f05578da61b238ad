"""A number keeps its sign of per cent: no line ends between them, as between 64 and %."""

import re

from docutils import nodes


def keep_together(app, doctree, docname):
    """Put a no-break space between a number and the sign, in all but code and mathematics."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.literal | nodes.literal_block | nodes.raw):
            kept = re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", text)
            text.parent.replace(text, nodes.Text(kept))


def setup(app):
    """Do so once all references are resolved, before a page is written."""
    app.connect("doctree-resolved", keep_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
