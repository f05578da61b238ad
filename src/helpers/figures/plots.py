"""The kinds of figure that lessons share.

Functions draw on axes that they are given and return them.
"""

import re
from itertools import cycle

import numpy as np
from matplotlib.colors import LogNorm

from helpers.figures.drawing import by_name, draws, words_of, write
from helpers.figures.style import BLUE, GREY
from helpers.lesson.arguments import brief, positive, real, require, row, single


def rising(name, values):
    """Return `values` as an array; ValueError unless two or more rising numbers."""
    array = single(name, values, ndim=1)
    is_rising = len(array) > 1 and (np.diff(array) > 0).all()
    require(is_rising, name, brief(values), "two or more rising numbers")
    return array


@draws
def loss_surface(axes, x, y, loss, levels):
    """Draw loss (len(y), len(x)) over x and y as contours, on a logarithmic scale.

    `levels` are the contours' losses; darker is lower.
    """
    x, y, levels = rising("x", x), rising("y", y), rising("levels", levels)
    fits = levels[0] >= 1e-30 and levels[-1] <= 1e30  # matplotlib draws in 32 bits
    require(fits, "levels", levels, "numbers from 1e-30 to 1e30")
    loss = single("loss", loss, shape=(len(y), len(x)))
    scale = LogNorm(levels[0], levels[-1])
    # a logarithm has no room for an exact 0, the loss of a perfect network
    loss = np.maximum(loss, levels[0] / 2)
    drawn = axes.contourf(x, y, loss, levels, cmap="cividis", norm=scale, extend="both")
    axes.figure.colorbar(drawn, ax=axes, label="loss", format="%g")


@draws
def squares(axes, values, numbers=None, limit=None):
    """Draw a matrix (rows, columns) as squares: orange below 0, purple above.

    numbers  a format such as ".1f" to write each value with; None: a colour bar
    limit    the size of value with the full colour; None: the largest one
    """
    is_format = numbers is None or (
        isinstance(numbers, str) and re.fullmatch(r"[+ ]?,?(\.\d)?[efg%]", numbers)
    )
    given = brief(numbers)
    require(is_format, "numbers", given, "a format such as '.1f', or None")
    has = numbers is not None
    written = {"annot": has, "fmt": numbers or "", "cbar": not has}
    heat_map(axes, values, limit, linewidths=0.5, **written)
    axes.tick_params(left=False, bottom=False, labelrotation=0)


def heat_map(axes, values, limit, **look):
    """Draw a matrix as squares; `limit` is the size of value with the full colour."""
    import seaborn as sns  # not above: it loads longer than all else, and few need it

    (values, limit), before = coloured(values, limit), len(axes.texts)
    sns.heatmap(values, ax=axes, vmin=-limit, vmax=limit, cmap="PuOr", **look)
    squares, written = axes.collections[-1].get_facecolors(), axes.texts[before:]
    for text, square in zip(written, squares, strict=False):  # none, or one for each
        # white differs from a luminance L by (1 + 0.05) / (L + 0.05), black by
        # (L + 0.05) / 0.05: as much where L is 0.179, and by 4.5 or more everywhere
        is_light = sns.utils.relative_luminance(square) > 0.179
        text.set_color("black" if is_light else "white")


def coloured(values, limit):
    """Return a matrix, and the size of value with the full colour, as numbers."""
    values = single("values", values, ndim=2)
    limit = limit if limit is not None else np.abs(values).max() or 1
    return values, positive("limit", single("limit", limit, ndim=0))


@draws
def digit_tables(axes, tables):
    """Draw what networks add for each digit: tables {label: ten numbers}.

    The dotted line is what adding needs: for the digit d, d.
    """
    digits = np.arange(10)
    rows = [
        (label, single(name, row(name, real(name, table).squeeze(), 10), 1))
        for label, name, table in by_name("tables", tables)
    ]
    axes.plot(digits, digits, ":", color=GREY, label="what adding needs: d")
    for (label, numbers), marker in zip(rows, cycle("osv^D"), strict=False):
        label = f" {label}" if label[0] == "_" else label  # or a legend leaves it out
        axes.plot(digits, numbers, marker, label=label, fillstyle="none", markersize=9)
    axes.set(xlabel="digit d", xticks=digits)
    axes.legend(fontsize="small")


@draws
def named_points(axes, points, names):
    """Draw points (points, 2), each as its name in a circle, on equal scales."""
    points = single("points", points, shape=(None, 2))
    names = words_of("names", names)
    given, wanted = f"{len(names)} names", f"one for each of {len(points)}"
    require(len(names) == len(points), "names", given, wanted)
    axes.scatter(*points.T, s=240, color="white", edgecolor=BLUE)
    for (x, y), name in zip(points, names, strict=True):
        write(axes, x, y, name, va="center_baseline")
    axes.margins(0.15)
    shared = axes.get_shared_x_axes(), axes.get_shared_y_axes()
    both = all(len(group.get_siblings(axes)) > 1 for group in shared)
    # where other axes share both scales, matplotlib allows no other way
    axes.set_aspect("equal", adjustable="box" if both else "datalim")
