"""Each ✓ of a lesson leads to its row in the claims ledger."""

import html
import re

from tools.claims import read_ledger

from .ledger import place_of
from .pages import rewrite

TICK = re.compile(r"(^|<pre><span></span>)✓ (.*)$", re.MULTILINE)


def link_ticks(app, exception):
    """Put the links into the pages of all lessons."""
    if exception is None:
        claims = {
            lesson: [claim["claim"] for claim in entry["claims"]]
            for lesson, entry in read_ledger().items()
        }
        rewrite(app, lambda text, page: linked(text, page.stem, claims.get(page.stem, [])))


def linked(text, lesson, claims):
    """Return a page whose ticks are links, where the ledger has the claim behind them."""

    def tick(match):
        said = html.unescape(match[2])
        # after the claim stands what was found, so the claim is the longest that begins the line
        known = max((c for c in claims if said.startswith(c)), key=len, default=None)
        if known is None:
            return match[0]
        where = f"../claims.html#{place_of(lesson, known)}"
        return f'{match[1]}<a class="tick" href="{where}" title="in the ledger">✓</a> {match[2]}'

    return TICK.sub(tick, text)


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", link_ticks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
