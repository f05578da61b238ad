"""The form in which JupyterLab leaves a notebook, so that to open and save one changes nothing.

JupyterLab writes down the kernel as soon as it has started, and that a cell's outputs are
hidden in two places.  Where a file says otherwise, it is marked as changed on opening.
"""

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelspec import get_kernel_dict
from nbformat import from_dict, v4

# What editors write down besides (when a cell ran, how wide a panel was) is not the lesson's.
OF_NOTEBOOKS = (
    "executed_from", "kernelspec", "language_info", "lesson", "made_with", "outputs_made",
)  # fmt: skip
OF_CELLS = ("collapsed", "jp-MarkdownHeadingCollapsed", "jupyter", "mystnb", "tags")


def kernel():
    """Return what JupyterLab writes down of the kernel of this Python: its version, too."""
    spec = get_kernel_dict()
    names = {key: spec[key] for key in ("display_name", "language")}
    return {
        "kernelspec": {"name": "python3", **names},
        "language_info": IPythonKernel.language_info,
    }


def bring_into_form(notebook):
    """Change the notebook's metadata to what JupyterLab would make of it with this Python."""
    if notebook.nbformat_minor < 5:  # of a tool that gives cells no names
        v4.upgrade(notebook)
    notebook.metadata.update(from_dict(kernel()))
    keep(notebook.metadata, OF_NOTEBOOKS)
    for cell in notebook.cells:
        keep(cell.metadata, OF_CELLS)
        hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden")
        if cell.cell_type == "code" and hidden is not None:
            cell.metadata["collapsed"] = hidden


def keep(metadata, names):
    """Drop all but some names from metadata."""
    for name in set(metadata) - set(names):
        del metadata[name]
