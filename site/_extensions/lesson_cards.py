"""The directive `lesson-cards`: each lesson as a card with a picture of what is found in it.

A notebook says itself what it shows, what it needs and how long it takes; the picture is the
figure of the cell that is tagged `thumbnail`.
"""

import io
from html import escape
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.util.docutils import SphinxDirective

from tools.digests import title_of
from tools.notebooks import figure_of, notebooks, png_of, read

SIZE = (480, 480)  # pixels at most: two for each of the page


class LessonCards(SphinxDirective):
    """Write the cards into the page."""

    def run(self):
        """Return a list of cards."""
        paths = notebooks()
        for path in [__file__, *paths]:
            self.env.note_dependency(str(path))
        cards = "".join(card(path.stem, read(path)) for path in paths)
        return [nodes.raw("", f'<ol class="lesson-cards">{cards}</ol>', format="html")]


def card(name, notebook):
    """Return the card of one lesson."""
    lesson = notebook.metadata.lesson
    numbers = [need.split("-")[0].lstrip("0") for need in lesson.prerequisites]
    needs = f"after {' and '.join(numbers)}" if numbers else "start here"
    width, height = thumbnail(notebook).size
    paper = " tag_paper" if "paper" in figure_of(notebook, "thumbnail").metadata.tags else ""
    return (
        f'<li><a href="lessons/{name}.html"><span class="cell{paper}">'
        f'<img alt="" src="{picture_of(name)}" width="{width // 2}" height="{height // 2}" '
        f'loading="lazy" decoding="async"></span>{escape(title_of(notebook))}</a>'
        f"<p>{escape(lesson.shows)}.</p>"
        f'<p class="facts">{lesson.minutes} minutes, {needs}</p></li>'
    )


def picture_of(name):
    """Return where the picture of a lesson lies."""
    return f"_images/{name}.webp"


def thumbnail(notebook):
    """Return the lesson's picture, small."""
    png = png_of(figure_of(notebook, "thumbnail"))
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail(SIZE)
    return picture


def write_thumbnails(app, exception):
    """Write the pictures of all lessons."""
    if exception is None:
        for path in notebooks():
            where = Path(app.outdir) / picture_of(path.stem)
            thumbnail(read(path)).save(where, quality=85, method=6)


def setup(app):
    """Register the directive; write what it shows after the last page."""
    app.add_directive("lesson-cards", LessonCards)
    app.connect("build-finished", write_thumbnails)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
