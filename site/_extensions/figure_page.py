"""The directive `all-figures`: each figure of each lesson, small, with a caption, to be taken."""

import base64
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tools.digests import title_of
from tools.notebooks import notebooks, read

FOLDER = "figures"


class AllFigures(SphinxDirective):
    """Write all figures into the page."""

    def run(self):
        """Return a section of figures for each lesson."""
        paths = notebooks()
        for path in [__file__, *paths]:
            self.env.note_dependency(str(path))
        return [section(path, read(path), self.state.document) for path in paths]


def section(path, notebook, document):
    """Return a heading, and the figures of one lesson."""
    title = title_of(notebook)
    made = nodes.section("", nodes.title("", title), names=[nodes.fully_normalize_name(title)])
    document.note_implicit_target(made, made)
    items = "".join(
        f'<li><a href="{FOLDER}/{name}"><img alt="" src="{FOLDER}/{name}" width="{width}" '
        f'height="{height}" loading="lazy" decoding="async">{escape(alt)}</a></li>'
        for name, _, alt, (width, height) in figures_of(path, notebook)
    )
    made += nodes.raw("", f'<ol class="all-figures">{items}</ol>', format="html")
    return made


def figures_of(path, notebook):
    """Yield the file name, the PNG, the text and the size on a page of each figure."""
    count = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                count += 1
                size = output.metadata["image/png"]
                png = base64.b64decode(output.data["image/png"])
                alt = cell.metadata.mystnb.image.alt
                yield f"{path.stem}-{count}.png", png, alt, (size["width"], size["height"])


def write_figures(app, exception):
    """Write the figures of all lessons, as they are stored."""
    if exception is None:
        folder = Path(app.outdir) / FOLDER
        folder.mkdir(exist_ok=True)
        for path in notebooks():
            for name, png, _, _ in figures_of(path, read(path)):
                (folder / name).write_bytes(png)


def setup(app):
    """Register the directive; write what it shows after the last page."""
    app.add_directive("all-figures", AllFigures)
    app.connect("build-finished", write_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
