"""The directive `claims-ledger`: the recorded claims as tables, one for each lesson."""

import json
import re
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from helpers.rates import wilson_interval

LEDGER = Path(__file__).parents[1] / "claims.json"
NBSP = "\u00a0"  # a space at which no line breaks
HEAD = "| Claim | Within | Held | 95 % interval | Not at seeds |\n| --- | --- | --- | --- | --- |"


class ClaimsLedger(SphinxDirective):
    """Write the ledger into the page."""

    def run(self):
        """Return the tables, read as Markdown like the rest of the page."""
        self.env.note_dependency(str(LEDGER))
        lessons = json.loads(LEDGER.read_text(encoding="utf-8"))
        text = "\n\n".join(lesson_table(lesson) for lesson in lessons)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def lesson_table(lesson):
    """Return a heading and a table in Markdown."""
    seeds = lesson["seeds"]
    rows = [claim_row(claim, len(seeds)) for claim in lesson["claims"]]
    title = f"## {{doc}}`/lessons/{lesson['lesson']}`"
    return "\n".join([title, "", f"Seeds {seeds[0]} to {seeds[-1]}, all of them.", "", HEAD, *rows])


def claim_row(claim, seeds):
    """Return a claim as a row of the table."""
    low, high = wilson_interval(seeds - len(claim["failed"]), seeds)
    cells = [
        re.sub(r"([\\`*_{}\[\]<>$|])", r"\\\1", claim["claim"]),
        "exact" if claim["atol"] is None else f"{claim['atol']:g}",
        f"{seeds - len(claim['failed'])}{NBSP}of{NBSP}{seeds}",
        f"{100 * low:.0f}–{100 * high:.0f}{NBSP}%",
        ", ".join(map(str, claim["failed"])) or "–",
    ]
    return f"| {' | '.join(cells)} |"


def setup(app):
    """Register the directive."""
    app.add_directive("claims-ledger", ClaimsLedger)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
