"""Figures to play with: a box below the cell whose tag names one, `play-` and the name.

The cell's own figure is the still: it stands there without scripts, on paper and in JupyterLab.
The head of a figure's script has its title and what else it needs.  Data come from the records of
studies, as scripts, because a page that is opened as a file can load nothing else.
"""

import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from helpers.lesson import load_study
from helpers.tasks import ALPHABET

TAG = re.compile(r"tag_play-([a-z0-9-]+)")
HEAD = re.compile(r"// Play: (?P<title>.+)\n// Needs:(?P<needs>.*)\n")
COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)  # a line of its own; a page has no use for it
PLAY = Path(__file__).parents[1] / "_static" / "play"
MECHANISM = "play/play.js"


class Playables(SphinxPostTransform):
    """Put a box below each cell that has such a tag."""

    default_priority = 400

    def run(self):
        """Add the boxes of a page."""
        for cell in list(self.document.findall(nodes.container)):
            for name in TAG.findall(" ".join(cell.get("classes", []))):
                cell.parent.insert(cell.parent.index(cell) + 1, box(name))
                self.document["playable"] = True


def box(name):
    """Return the folded box of a figure."""
    title, needs = head(name)
    return nodes.raw(
        "",
        f'<details class="playable" data-play="{name}" data-needs="{escape(needs)}">'
        f"<summary>Play: {escape(title)}</summary></details>",
        format="html",
    )


def head(name):
    """Return a figure's title, and the scripts that it needs, its own the last."""
    script = PLAY / f"{name}.js"
    found = HEAD.match(script.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{script.name}: expected a head with Play: and Needs:")
    return found["title"], " ".join(["pen.js", "figure.js", *found["needs"].split(), script.name])


def add_mechanism(app, pagename, templatename, context, doctree):
    """Give the mechanism to pages that have such a figure, and to no other."""
    if doctree is not None and "playable" in doctree:
        app.add_js_file(MECHANISM, loading_method="defer")


def runs():
    """Return the weights at which lesson 1's recorded runs ended, by the start of U."""
    rows = load_study("classic_sum_of_three")["rows"]
    ends = {start: [row["ends"][start] for row in rows] for start in ("1", "0", "-1")}
    return {start: [[round(w, 4) for w in end] for end in all_] for start, all_ in ends.items()}


def played(name):
    """Return what the record of the networks that are played with has under a name."""
    return [row[name] for row in load_study("played")["rows"]]


def copier(kind):
    """Return the weights of the first copier of a kind."""
    return played("copiers")[0][kind]["weights"]


DATA = {
    "runs": runs,
    "hello": lambda: [each["weights"] for each in played("hello")],
    "adders": lambda: [each["weights"] for each in played("adders")],
    "reader": lambda: [each | {"alphabet": ALPHABET} for each in played("reader")],
    "copiers": lambda: {kind: copier(kind) for kind in ("as is", "reversed")},
    "looker": lambda: copier("looking"),
}


def write_data(app, exception):
    """Write the data of all figures, and lighten the scripts."""
    if exception is None:
        folder = Path(app.outdir) / "_static" / "play" / "data"
        for script in folder.parent.glob("*.js"):
            script.write_text(COMMENT.sub("", script.read_text(encoding="utf-8")), encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in DATA.items():
            packed = json.dumps(make(), separators=(",", ":"))
            text = f'"use strict";\nPlay.data.{name} = {packed};\n'
            (folder / f"{name}.js").write_text(text, encoding="utf-8")


def setup(app):
    """Register the transform, the script and the data."""
    app.add_post_transform(Playables)
    app.connect("html-page-context", add_mechanism)
    app.connect("build-finished", write_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
