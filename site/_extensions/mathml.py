"""Write formulas as MathML, which every browser draws by itself: no script, no request.

Drawing it well takes a font that knows mathematics, and not every reader has one.  So the
site brings the characters that its formulas use, from STIX Two Math (SIL Open Font
License), which the package ziamath ships.
"""

import html
import logging
import re
import xml.etree.ElementTree as ET
from importlib.resources import as_file, files
from pathlib import Path

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML

from .pages import rewrite

CONVERTER = LatexToMathML()
logging.getLogger("fontTools").setLevel(logging.WARNING)  # or it tells each glyph
FONT = files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
HTML_NAME = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z]\w*;")
FORMULA = r'<span class="math"><math>(?:(?!</math>).)*</math></span>'
MARKED = re.compile(f"({FORMULA}[.,;:?!)]+)", re.DOTALL)
COLOUR = re.compile(r"\x1b\[[\d;]*m")  # of a terminal
STYLES = ("displaystyle", "scriptlevel")
RADICAL = "√"  # no character of MathML: the browser draws it for <msqrt>
ITALICS = {ord("h"): "ℎ"} | {
    ord(start) + n: chr(first + n)
    for start, first, count in (("A", 0x1D434, 26), ("a", 0x1D44E, 26), ("α", 0x1D6FC, 25))
    for n in range(count)
    if (start, n) != ("a", 7)  # the italic h has had its own place since before the others
}


def inline(translator, node):
    """Write a formula in a line of text."""
    write(translator, node, '<span class="math">', "</span>", displaystyle=False)


def block(translator, node):
    """Write a formula on its own line."""
    write(translator, node, '<div class="math" role="group">', "</div>", displaystyle=True)


def write(translator, node, start, end, displaystyle):
    """Convert the LaTeX of `node` and add it to the page."""
    page, latex = translator.builder.current_docname, node.astext()
    try:
        converted = CONVERTER.convert_with_local_state(latex, displaystyle=displaystyle)
    except LatexError as error:
        fault = COLOUR.sub("", str(error)).strip().splitlines()[0]
        raise ValueError(f"{page}: expected a formula, got ${latex}$: {fault}") from None
    converted = with_styles(converted)
    # a letter that stands alone in a formula is drawn as its italic twin
    used = translator.builder.app.characters_of_formulas
    used.update(converted, converted.translate(ITALICS), RADICAL * ("<msqrt" in converted))
    translator.body.append(f"{start}{converted}{end}")
    raise nodes.SkipNode


def with_styles(formula):
    """Return a formula in which only `mstyle` says how large to draw, as validators ask."""
    # XML knows no names such as &nbsp; but those of its own signs
    root = ET.fromstring(HTML_NAME.sub(lambda name: html.unescape(name[0]), formula))
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            style = {key: child.attrib.pop(key) for key in STYLES if key in child.attrib}
            if style and child.tag != "mstyle":
                parent[place] = styled = ET.Element("mstyle", style)
                styled.tail, child.tail = child.tail, None
                styled.append(child)
            else:
                child.attrib.update(style)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def keep_marks(app, exception):
    """Keep a full stop or a comma with the formula before it: no line begins with one."""
    if exception is None:
        rewrite(app, lambda text, page: MARKED.sub(r'<span class="whole">\1</span>', text))


def add_font(app, exception):
    """Write the part of the font that the formulas use: about 15 KB in place of 1.5 MB."""
    if exception is not None:
        return
    # its hints are for coarse screens, its features for other forms of the same letters
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[])
    with as_file(FONT) as path:
        font = subset.load_font(str(path), options)
    part = subset.Subsetter(options)
    part.populate(text="".join(sorted(app.characters_of_formulas)))
    part.subset(font)
    subset.save_font(font, str(Path(app.outdir) / "_static" / "math.woff2"), options)


def setup(app):
    """Offer the renderer to Sphinx as `mathml`."""
    app.characters_of_formulas = set()
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("build-finished", add_font)
    app.connect("build-finished", keep_marks)
    # written in one process, because the set of characters is one
    return {"parallel_read_safe": True, "parallel_write_safe": False}
