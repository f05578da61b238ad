"""Tables of three columns and more: on a narrow screen each row becomes a card.

There each cell begins with the head of its column, which it carries for that.
"""

import re

from .pages import rewrite

TABLE = re.compile(r'<table class="docutils[^"]*">.*?</table>', re.DOTALL)
HEAD = re.compile(r'<th class="head[^"]*">(.*?)</th>', re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
CELL = re.compile(r"<td(?=[ >])")
COLUMNS = 3  # fewer fit on a phone


def mark_tables(app, exception):
    """Mark the tables of all pages."""
    if exception is None:
        rewrite(app, lambda text, page: TABLE.sub(lambda match: marked(match[0]), text))


def marked(table):
    """Return a table whose cells carry the heads of their columns."""
    heads = [re.sub("<[^>]*>", "", head) for head in HEAD.findall(table)]
    if len(heads) < COLUMNS:
        return table
    cards = ROW.sub(lambda row: with_heads(row[0], heads), table)
    return cards.replace('class="docutils', 'class="cards docutils', 1)


def with_heads(row, heads):
    """Return a row whose cells carry `heads`."""
    head = iter(heads)
    return CELL.sub(lambda cell: f'<td data-head="{next(head, "")}"', row)


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", mark_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
