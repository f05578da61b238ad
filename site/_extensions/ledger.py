"""The directive `claims-ledger`: how often the claims of the lessons held, failures first."""

import hashlib
import re

from sphinx.util.docutils import SphinxDirective

from helpers.lesson.rates import wilson_interval
from tools.claims import LEDGER, all_held, read_ledger
from tools.digests import results_digest
from tools.notebooks import notebooks, read

NBSP = "\u00a0"  # a space at which no line breaks
LISTED = 5  # so many failed seeds at most are named
NONE = "Every claim held at every seed."


class ClaimsLedger(SphinxDirective):
    """Write the ledger into the page."""

    def run(self):
        """Return headings and tables, read as Markdown like the rest of the page."""
        self.env.note_dependency(str(LEDGER))
        self.env.note_dependency(__file__)
        for path in notebooks():
            self.env.note_dependency(str(path))
        ledger = read_ledger()
        text = ledger_text(list(ledger.values()), list(gaps(ledger)))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def gaps(ledger):
    """Yield a line for each lesson that was not run as it is now."""
    for path in notebooks():
        entry, lesson = ledger.get(path.stem), {"lesson": path.stem}
        if entry is None:
            yield f"{link_to(lesson)} was not run yet."
        elif entry["checked_from"] != results_digest(read(path)):
            yield f"{link_to(lesson)} was run before its code was last changed."


def ledger_text(lessons, missing=()):
    """Return the ledger in Markdown: what failed, the lessons, and all claims, folded.

    missing  lines that say which lessons were not run as they are now
    """
    failed = [failed_of(lesson) for lesson in lessons if all_held(lesson) != lesson["seeds"]]
    blocks = [
        "## Claims that did not hold everywhere",
        *missing,
        *(failed or [NONE] * (not missing)),
        "## The lessons",
        lessons_table(lessons),
        "## All claims",
        *map(folded, lessons),
    ]
    return "\n\n".join(blocks)


def table(head, rows):
    """Return a table in Markdown; its cells are text."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def lessons_table(lessons):
    """Return a row for each lesson: how many claims, and at how many seeds all of them held."""
    rows = []
    for lesson in lessons:
        seeds, held = len(lesson["seeds"]), len(all_held(lesson))
        claims = str(len(lesson["claims"]))
        rows.append([link_to(lesson), claims, str(seeds), *rate_cells(held, seeds)])
    return table(["Lesson", "Claims", "Seeds", "All held at", "95 % interval"], rows)


def failed_of(lesson):
    """Return a heading, the claims of a lesson that failed somewhere, and what ended a run."""
    rows = [claim_row(claim, lesson) for claim in lesson["claims"] if claim["failed"]]
    errors = lesson["errors"].items()
    ended = [f"The run at seed {seed} ended early: {plain(error)}" for seed, error in errors]
    tables = [claims_table(rows)] if rows else []
    return "\n\n".join([f"### {link_to(lesson)}", *tables, *ended])


def folded(lesson):
    """Return a heading, and all claims of a lesson in a table that can be unfolded."""
    rows = [claim_row(claim, lesson, anchor_of(claim, lesson)) for claim in lesson["claims"]]
    opening = f"<details>\n<summary>{len(rows)} claims</summary>"
    return "\n\n".join([f"### {link_to(lesson)}", opening, claims_table(rows), "</details>"])


def link_to(lesson):
    """Return a link that shows the lesson's title."""
    return f"{{doc}}`/lessons/{lesson['lesson']}`"


def claims_table(rows):
    """Return a table of claims."""
    return table(["Claim", "Within", "Held", "95 % interval", "Failed", "At seeds"], rows)


def place_of(lesson, claim):
    """Return the anchor of a claim in the ledger: the same as long as its words are."""
    return "c" + hashlib.sha256(f"{lesson} {claim}".encode()).hexdigest()[:8]


def anchor_of(claim, lesson):
    """Return what a tick of the lesson leads to."""
    return f'<span id="{place_of(lesson["lesson"], claim["claim"])}"></span>'


def claim_row(claim, lesson, anchor=""):
    """Return the cells of a claim, the first with an anchor to be found by."""
    failed, seeds = claim["failed"], len(lesson["seeds"])
    named = ", ".join(map(str, failed)) if len(failed) <= LISTED else f"more than {LISTED}"
    return [
        anchor + ("✗ " if failed else "") + plain(claim["claim"]),
        "exact" if claim["atol"] is None else f"{claim['atol']:g}",
        *rate_cells(seeds - len(failed), seeds),
        str(len(failed)),
        named or "–",
    ]


def rate_cells(held, seeds):
    """Return a rate, and its 95 % Wilson interval, in words."""
    low, high = wilson_interval(held, seeds)
    return [f"{held}{NBSP}of{NBSP}{seeds}", f"{100 * low:.0f}–{100 * high:.0f}{NBSP}%"]


def plain(words):
    """Return words so that Markdown shows them as they are."""
    return re.sub(r"([\\`*_{}\[\]<>$|])", r"\\\1", words)


def setup(app):
    """Register the directive."""
    app.add_directive("claims-ledger", ClaimsLedger)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
