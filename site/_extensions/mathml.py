"""Write formulas as MathML, which every browser draws by itself: no script, no font, no request."""

from docutils import nodes
from math_core import LatexToMathML

CONVERTER = LatexToMathML()


def inline(translator, node):
    """Write a formula in a line of text."""
    write(translator, node, '<span class="math">', "</span>", displaystyle=False)


def block(translator, node):
    """Write a formula on its own line; a wide one scrolls by itself, with the keyboard too."""
    start = '<div class="math" tabindex="0" role="group" aria-label="formula">'
    write(translator, node, start, "</div>", displaystyle=True)


def write(translator, node, start, end, displaystyle):
    """Convert the LaTeX of `node` and add it to the page."""
    converted = CONVERTER.convert_with_local_state(node.astext(), displaystyle=displaystyle)
    translator.body.append(f"{start}{converted}{end}")
    raise nodes.SkipNode


def setup(app):
    """Offer the renderer to Sphinx as `mathml`."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
