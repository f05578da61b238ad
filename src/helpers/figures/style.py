"""One style for all figures, and a figure in words: what a test of outputs compares."""

import IPython
import numpy as np
from cycler import cycler
from matplotlib import rcdefaults, style
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib_inline.backend_inline import set_matplotlib_formats

from helpers.lesson.arguments import instance

# Okabe and Ito's colours: told apart with every common kind of colour blindness.
BLUE, ORANGE, GREEN, RED, PURPLE, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#5f6368",
)  # fmt: skip
BOX = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY}
THIN_BOX = BOX | {"boxstyle": "round,pad=0.4"}


STYLE = {
    "axes.labelsize": 12,
    "axes.linewidth": 1.25,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, RED, PURPLE, GREY]),
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.dpi": 102,
    "figure.figsize": (7.2, 3.8),
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 12,
    "grid.linewidth": 1,
    "legend.fontsize": 11,
    "legend.frameon": True,
    "legend.title_fontsize": 12,
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "xtick.bottom": False,  # grid lines are enough
    "xtick.labelsize": 11,
    "xtick.major.size": 6,
    "ytick.labelsize": 11,
    "ytick.left": False,
    "ytick.major.size": 6,
}


def use_style():
    """Set the style of every figure that follows, and the text that stands for it."""
    rcdefaults()  # whatever a user's own matplotlibrc says
    style.use(["seaborn-v0_8-whitegrid", STYLE])  # matplotlib has it without seaborn
    # two pixels for each of the page, for dense screens; as the layout already fits,
    # no look for the tightest box, which would draw everything twice
    set_matplotlib_formats("retina", bbox_inches=None)
    describe_figures_as_text()


def describe_figures_as_text():
    """In a notebook, let a figure's plain-text form say what is drawn.

    A test of outputs compares text, not pixels: with this, a figure that loses a
    line, a word, a label or a scale no longer passes.
    """
    shell = IPython.get_ipython()
    if shell is not None:
        plain = shell.display_formatter.formatters["text/plain"]
        plain.for_type(Figure, lambda figure, page, cycle: page.text(describe(figure)))


def describe(figure):
    """Return a line for each axes of the figure: title, labels, scales, contents."""
    instance("figure", figure, Figure, "a figure of matplotlib")
    drawn = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    return "\n".join(["Figure", *map(describe_axes, drawn)])


def describe_axes(axes):
    """Return what can be read off the axes in words."""
    parts = [
        f"  {axes.get_title(loc='left') or axes.get_title()!r}",
        f"x {axes.get_xlabel()!r} {axes.get_xscale()}",
        f"y {axes.get_ylabel()!r} {axes.get_yscale()}",
    ]
    parts += [f"text {text.get_text()!r}" for text in axes.texts if text.get_text()]
    parts += [f"{len(axes.patches)} patches"] * bool(axes.patches)
    parts += [f"{len(axes.images)} images"] * bool(axes.images)
    drawn = [line for line in axes.get_lines() if len(line.get_xdata())]
    for kind in (PathCollection, QuadContourSet, QuadMesh):
        drawn += [item for item in axes.collections if type(item) is kind]
    return "; ".join(parts + [in_words(item) for item in drawn])


def in_words(item):
    """Return what is drawn: its label or its size, and where it is or how high."""
    match item:
        case Line2D():
            points, label = item.get_xydata(), item.get_label()
            start = shown(known(points)[:1])
            return f"line {label!r}, {len(points)} points from {start}"
        case PathCollection():
            points, label = item.get_offsets(), item.get_label()
            return f"{len(points)} dots {label!r} around {shown(known(points))}"
        case QuadContourSet():
            ends = known([[item.zmin, item.zmax]])
            return f"{len(item.levels)} contours of {shown(ends)}"
        case QuadMesh():
            rows, columns = (size - 1 for size in item.get_coordinates().shape[:2])
            given = (
                item.get_array()
            )  # a value for each, or red, green and blue; or none
            values = known(np.ma.reshape([] if given is None else given, (-1, 1)))
            ends = [[values.min(), values.max()]] if len(values) else []
            return f"{rows} x {columns} squares of {shown(ends)}"


def known(points):
    """Return those rows of an array in which nothing is masked, NaN or infinite."""
    rows = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
    return rows[np.isfinite(rows).all(axis=-1)]


def shown(points):
    """Return the middle of points, rounded until every kind of CPU gives the same."""
    if len(points) == 0:
        return "nothing"
    return tuple(float(np.round(mean, 1) + 0.0) for mean in np.mean(points, axis=0))
