"""What HTML may stand in the prose of a lesson: a page would swallow the rest without a word."""

import re
from html.parser import HTMLParser

KNOWN = {"details", "summary", "em"}
# What is said to be no tag; code and formulas, in which there are none; addresses in angles.
NO_HTML = re.compile(
    r"\\[\\`<$]|^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)"
    r"|\$\$.*?\$\$|\$[^$]+\$|<https?://[^\s<>]*>",
    re.DOTALL | re.MULTILINE,
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# [a name]: file, which stands elsewhere, would do as (file) does
PICTURE = re.compile(r"!\[[^\]]*\]|<img\b|\{(?:image|figure)\}", re.IGNORECASE)


class Tags(HTMLParser):
    """Walks through tags; `fault` is the first that is not known, or does not fit the others."""

    def __init__(self):
        """Begin outside of all."""
        super().__init__()
        self.open, self.fault = [], None

    def handle_starttag(self, tag, attrs):
        """Go into an element; what it is told, such as what to do on a click, is not known."""
        if tag not in KNOWN or attrs:
            self.fault = self.fault or self.get_starttag_text()
        self.open.append(tag)

    def handle_endtag(self, tag):
        """Leave the element that was entered last."""
        if not self.open or self.open.pop() != tag:
            self.fault = self.fault or f"</{tag}>"


def shows_a_file(prose):
    """Tell whether prose shows a picture that lies elsewhere."""
    return PICTURE.search(prose) is not None


def fault_in(prose):
    """Return a tag, or what begins a comment, that a page would not show as it is meant; or None.

    Prose is what stands in one cell, in Markdown.
    """
    text = COMMENT.sub("", NO_HTML.sub("", prose))
    if "<!--" in text:
        return "<!--"
    tags = Tags()
    tags.feed(text)
    return tags.fault or next((f"<{tag}>" for tag in tags.open), None)
