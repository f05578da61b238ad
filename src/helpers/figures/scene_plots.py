"""Pictures of scenes, of where a network looks in them, and of how it sees them."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.figures.plots import BLUE, GREEN, GREY, ORANGE, RED, arrow
from helpers.figures.sequences import BOX
from helpers.lesson.arguments import finite, require

SHADE = 0.15  # how bright a cell is where nothing looks


def scene(axes, image, light=None):
    """Draw an image (24, 24, 3), and how far each of its nine cells is looked at.

    light  nine weights that sum to 1: a cell is the brighter the more it has
    """
    image = finite("image", image, shape=(None, None, 3))
    if light is not None:
        weights = finite("light", light, shape=(9,)).reshape(3, 3)
        cell = np.ones((len(image) // 3, len(image) // 3))
        image = image * (SHADE + (1 - SHADE) * np.kron(weights, cell))[..., np.newaxis]
    axes.imshow(image)
    for border in (len(image) / 3 - 0.5, 2 * len(image) / 3 - 0.5):
        axes.axhline(border, color=GREY, linewidth=0.5)
        axes.axvline(border, color=GREY, linewidth=0.5)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    return axes


def word_by_word(panels, image, words, attention):
    """Draw a picture as often as there are words, lit where each word was looked up.

    panels     axes in a row, as many as words at least; the rest stay empty
    attention  (words, 9)
    """
    attention = finite("attention", attention, shape=(len(words), 9))
    wanted = f"{len(words)} panels, one for each word"
    require(len(panels) >= len(words), "panels", f"{len(panels)}", wanted)
    for axes in panels:
        axes.set_axis_off()
    for axes, word, light in zip(panels, words, attention, strict=False):
        axes.set_axis_on()
        scene(axes, image, light)
        axes.set_title(word, loc="center", size=11, weight="normal", color=GREEN)
    return panels


def ways_to_see(axes, sees, words):
    """Draw what a network that says words has of a picture, for each of three kinds.

    sees  "first": a vector to begin with; "vector": the same at every step; "grid": at
          every step a look of its own at nine places
    """
    known = ("first", "vector", "grid")
    require(sees in known, "sees", repr(sees), f"one of {known}")
    nine_cells(axes, (0, 0.5), 0.4, {2: RED, 6: BLUE})
    says = zip(["START", *words], [*words, "END"], strict=True)
    for step, (heard, said) in enumerate(says):
        x = 1.9 + 1.45 * step
        one_step(axes, x, f"$h_{step + 1}$", heard, said)
        if step:
            axes.annotate("", (x - 0.33, 0.5), (x - 1.12, 0.5), arrowprops=arrow(RED))
        what_enters(axes, x, sees)
    begin = 0.9 if sees == "vector" else 1.57
    axes.annotate("", (begin, 0.5), (0.68, 0.5), arrowprops=arrow(ORANGE))
    place = (1.05, 0.42) if sees == "vector" else (1.1, 0.62)
    axes.text(*place, "$v$", ha="center", va="bottom", color=ORANGE)
    axes.set(xlim=(-0.75, 2.8 + 1.45 * len(words)), ylim=(-1.1, 1.8), aspect="equal")
    axes.set_axis_off()
    return axes


def one_step(axes, x, name, heard, said):
    """Draw a state, the word that it reads and the one that it says."""
    centre = {"ha": "center", "va": "center"}
    axes.text(x, 0.5, name, size=13, bbox=BOX, **centre)
    axes.text(x - 0.15, -0.72, heard, size=10, color=BLUE, **centre)
    axes.text(x, 1.6, said, size=10, color=GREEN, **centre)
    axes.annotate("", (x - 0.06, 0.12), (x - 0.15, -0.55), arrowprops=arrow(BLUE))
    axes.annotate("", (x, 1.45), (x, 0.88), arrowprops=arrow(GREEN))


def what_enters(axes, x, sees):
    """Draw what a step has of the picture: nothing, v, or a look at nine cells."""
    if sees != "first":
        ends = (x + 0.2, 0.12), (x + 0.42, -0.4)
        axes.annotate("", *ends, arrowprops=arrow(ORANGE))
    if sees == "vector":
        axes.text(x + 0.48, -0.62, "$v$", ha="center", va="center", color=ORANGE)
    if sees == "grid":
        nine_cells(axes, (x + 0.5, -0.72), 0.16, {})
        axes.text(x + 0.5, -0.72, "?", size=13, ha="center", va="center", color=ORANGE)


def nine_cells(axes, centre, side, colours):
    """Draw a grid of 3 × 3 cells, some of them filled: {number of the cell: colour}."""
    for number, (down, right) in enumerate(np.ndindex(3, 3)):
        corner = centre[0] + side * (right - 1.5), centre[1] + side * (0.5 - down)
        fill = colours.get(number, "white")
        axes.add_patch(Rectangle(corner, side, side, fc=fill, ec=GREY, lw=0.7))
