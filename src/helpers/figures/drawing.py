"""What all figures are drawn with: arrows and words, and checks of what is given.

A function that `draws` asks for axes and returns them; a `diagram` has no frame.
"""

from functools import wraps
from numbers import Integral

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like

from helpers.figures.style import GREY
from helpers.lesson.arguments import (
    brief,
    finite,
    instance,
    of_kind,
    require,
    require_shape,
    whole,
)

LARGE = 10**15  # a longer number has no room beside a place
MOST = 100  # steps or words of a diagram: nobody reads more, and drawing takes long


def draws(draw):
    """Have a function refuse what are no axes, and return the axes."""

    @wraps(draw)
    def drawn(axes, *given, **named):
        wanted = "axes of matplotlib"
        fits = is_flat(instance("axes", axes, Axes, wanted))
        require(fits, "axes", brief(axes), f"{wanted}, in a figure, with x and y")
        draw(axes, *given, **named)
        return axes

    return drawn


def is_flat(axes):
    """Tell whether axes have x and y, and are in a figure: were not removed from it."""
    return axes.name == "rectilinear" and axes.figure is not None


def diagram(draw):
    """Have a function do so, and leave no frame around what it draws."""

    @wraps(draw)
    def bare(axes, *given, **named):
        draw(axes, *given, **named)
        axes.set_axis_off()

    return draws(bare)


def arrow(color):
    """Return the style of an arrow."""
    is_color = isinstance(color, str) and is_color_like(color)
    require(is_color, "color", brief(color), "the name of a colour")
    return {"arrowstyle": "-|>", "color": color, "linewidth": 2}


def lead(axes, begin, end, color=GREY, **look):
    """Draw an arrow from one place to another."""
    axes.annotate("", end, begin, arrowprops=arrow(color) | look)


def write(axes, x, y, words, **look):
    """Write words around a place."""
    axes.text(x, y, words, **{"ha": "center", "va": "center"} | look)


def below(letter, number):
    """Return a letter with a number below it; braces hold two digits together."""
    return f"${letter}_{number}$" if number < 10 else f"${letter}_{{{number}}}$"


def few(name, value):
    """Return a number of steps as an int; ValueError unless 1 to MOST."""
    count = whole(name, value)
    require(count <= MOST, name, count, f"at most {MOST}")
    return count


def words_of(name, value):
    """Return the characters of a string, or a list of words or numbers, as words."""
    if type(value) is np.ndarray and value.ndim == 1:
        value = value[: MOST + 1].tolist()
    is_some = isinstance(value, str | list | tuple | range) and bool(value)
    is_some = is_some and not value[MOST:]  # a range may be too long for `len`
    fits = is_some and all(map(is_short, value))
    require(fits, name, brief(value), f"1 to {MOST} characters, words or short numbers")
    return [as_it_is(f"{each}") for each in value]


def is_short(value):
    """Tell whether it is a word, or a whole number, that has room beside a place."""
    if isinstance(value, str):
        return len(value) <= MOST
    return isinstance(value, Integral) and abs(value) < LARGE


def as_it_is(word):
    """Return a word such that matplotlib sees no formula in it."""
    return word.replace("$", r"\$")


def yes_or_no(name, values):
    """Return a list of truth values, or of 0 and 1, as a bool array."""
    array = of_kind(name, values, "biuf", "truth values")
    require_shape(name, array, (), (None,))
    require(((array == 0) | (array == 1)).all(), name, "others", "only 0 and 1")
    return array.astype(bool)


def by_name(name, value):
    """Return (word, what to call it if wrong, what it is) for each of {word: …}."""
    is_some = isinstance(value, dict) and 0 < len(value) <= MOST
    fits = is_some and all(isinstance(w, str) and 0 < len(w) <= MOST for w in value)
    require(fits, name, brief(value), f"{{word: …}}, 1 to {MOST} of them")
    return [(as_it_is(w), f"{name}, {w}", each) for w, each in value.items()]


def panels_of(name, value, least):
    """Return some axes; ValueError unless a list or an array of at least so many."""
    is_row = isinstance(value, list | tuple) or np.ndim(value) == 1
    fits = is_row and all(isinstance(axes, Axes) and is_flat(axes) for axes in value)
    fits = fits and len(set(value)) == len(value) >= least
    require(fits, name, brief(value), f"{least} axes or more in a row, no two alike")
    return value


def weights(name, value, shape):
    """Return `value` as floats of this shape; ValueError unless from 0 to 1."""
    array = finite(name, value, shape=shape)
    fits = array.min() >= 0 and array.max() <= 1 + 1e-6  # of float32
    require(fits, name, f"{array.min()} to {array.max()}", "numbers from 0 to 1")
    return array
