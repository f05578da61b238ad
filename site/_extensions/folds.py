"""Folded cells: a summary of plain words.

The notebook renderer puts paragraphs into the summary, which HTML does not allow, and a label
over them that tells less than they do.
"""

from html import escape

from myst_nb.sphinx_ import HideCodeCellNode


def open_fold(translator, node):
    """Begin the box: one sentence while it is folded, another while it is open."""
    translator.body.append(
        f'<details class="hide {" ".join(node["classes"])}"><summary>'
        f'<span class="collapsed">{escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def close_fold(translator, node):
    """End the box."""
    translator.body.append("</details>\n")


def setup(app):
    """Write these nodes in our way; the notebook renderer has been here before."""
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
