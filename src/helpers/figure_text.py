"""A figure in words, so that a test of outputs can tell what is drawn."""

import numpy as np


def describe_figures_as_text():
    """In a notebook, let a figure's plain-text form say what is drawn.

    A test of outputs compares text, not pixels: with this, a figure that loses a
    line, a word, a label or a scale no longer passes.
    """
    from IPython import get_ipython
    from matplotlib.figure import Figure

    shell = get_ipython()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/plain"]
        formatter.for_type(
            Figure, lambda figure, printer, cycle: printer.text(describe(figure))
        )


def describe(figure):
    """Return a line for each axes of the figure: title, labels, scales, contents."""
    lines = [
        describe_axes(axes) for axes in figure.axes if axes.get_label() != "<colorbar>"
    ]
    return "\n".join(["Figure", *lines])


def describe_axes(axes):
    """Return what can be read off the axes in words."""
    from matplotlib.collections import PathCollection, QuadMesh
    from matplotlib.contour import QuadContourSet

    parts = [
        f"  {axes.get_title(loc='left') or axes.get_title()!r}",
        f"x {axes.get_xlabel()!r} {axes.get_xscale()}",
        f"y {axes.get_ylabel()!r} {axes.get_yscale()}",
    ]
    parts += [f"text {text.get_text()!r}" for text in axes.texts if text.get_text()]
    parts += [f"{len(axes.patches)} patches"] * bool(axes.patches)
    parts += [f"{len(axes.images)} images"] * bool(axes.images)
    parts += [describe_line(line) for line in axes.get_lines() if len(line.get_xdata())]
    parts += [describe_dots(dots) for dots in drawn_as(axes, PathCollection)]
    parts += [
        describe_contours(contours) for contours in drawn_as(axes, QuadContourSet)
    ]
    parts += [describe_mesh(mesh) for mesh in drawn_as(axes, QuadMesh)]
    return "; ".join(parts)


def describe_line(line):
    """Return a line's label, length and first point."""
    x, y = line.get_data()
    return f"line {line.get_label()!r}, {len(x)} points from {shown(x[0], y[0])}"


def describe_dots(dots):
    """Return a scatter plot's label, size and middle."""
    points = dots.get_offsets()
    return (
        f"{len(points)} dots {dots.get_label()!r} around {shown(*points.mean(axis=0))}"
    )


def describe_contours(contours):
    """Return how many contours there are, and what lies between them."""
    return f"{len(contours.levels)} contours of {shown(contours.zmin, contours.zmax)}"


def describe_mesh(mesh):
    """Return how many squares there are, and the least and greatest value."""
    values = mesh.get_array()
    rows, columns = values.shape
    return f"{rows} x {columns} squares of {shown(values.min(), values.max())}"


def shown(*values):
    """Return numbers rounded until every kind of CPU gives the same; -0 becomes 0."""
    return tuple(float(np.round(value, 1) + 0.0) for value in values)


def drawn_as(axes, kind):
    """Return what is drawn on the axes of one matplotlib class."""
    return [item for item in axes.collections if type(item) is kind]
