"""Links between lessons: as a notebook's folder has them, and as the site's folder does.

`site/lessons` is a link to `notebooks`, and the reader of links looks behind it.
"""

import re

LESSON = re.compile(r'\[([^\[\]\n"]+)\]\((\d\w*-[\w-]+)\.ipynb\)')
PAGE = re.compile(r"\]\(\.\./(\w+\.md)")


def from_the_site(text):
    """Return a lesson's text with its links as seen from the site's folder."""
    return PAGE.sub(r"](/\1", LESSON.sub(r"{doc}`\1 </lessons/\2>`", text))


def mend(app, docname, source):
    """Change the text of a lesson before it is read."""
    if docname.startswith("lessons/"):
        source[0] = from_the_site(source[0])


def setup(app):
    """Run for each page that is read."""
    app.connect("source-read", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
