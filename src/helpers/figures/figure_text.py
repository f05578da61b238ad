"""A figure in words, so that a test of outputs can tell what is drawn."""

import IPython
import numpy as np
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.lesson.arguments import instance


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
            x, y = item.get_data()
            start = shown(x[0], y[0])
            return f"line {item.get_label()!r}, {len(x)} points from {start}"
        case PathCollection():
            points, label = item.get_offsets(), item.get_label()
            return f"{len(points)} dots {label!r} around {shown(*points.mean(axis=0))}"
        case QuadContourSet():
            return f"{len(item.levels)} contours of {shown(item.zmin, item.zmax)}"
        case QuadMesh():
            (rows, columns), values = item.get_array().shape, item.get_array()
            return f"{rows} x {columns} squares of {shown(values.min(), values.max())}"


def shown(*values):
    """Return numbers rounded until every kind of CPU gives the same; -0 becomes 0."""
    return tuple(float(np.round(value, 1) + 0.0) for value in values)
