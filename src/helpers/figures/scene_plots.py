"""Pictures of scenes, of where a network looks in them, and of how it sees them."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.figures.drawing import (
    below,
    diagram,
    draws,
    lead,
    panels_of,
    weights,
    words_of,
    write,
)
from helpers.figures.style import BLUE, GREEN, GREY, ORANGE, RED, THIN_BOX
from helpers.lesson.arguments import brief, require

SHADE = 0.15  # how bright a cell is where nothing looks


@draws
def scene(axes, image, light=None):
    """Draw an image (24, 24, 3), and how far each of its nine cells is looked at.

    light  nine weights that sum to 1: a cell is the brighter the more it has
    """
    image = weights("image", image, (24, 24, 3))
    if light is not None:
        cells = np.kron(weights("light", light, (9,)).reshape(3, 3), np.ones((8, 8)))
        image = image * (SHADE + (1 - SHADE) * cells)[..., np.newaxis]
    axes.imshow(image)
    for border in (7.5, 15.5):
        axes.axhline(border, color=GREY, linewidth=0.5)
        axes.axvline(border, color=GREY, linewidth=0.5)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)


def word_by_word(panels, image, words, attention):
    """Draw a picture as often as there are words, lit where each word was looked up.

    panels     axes in a row, as many as words at least; the rest stay empty
    attention  (words, 9)
    """
    words, image = words_of("words", words), weights("image", image, (24, 24, 3))
    attention = weights("attention", attention, (len(words), 9))
    for axes in panels_of("panels", panels, len(words)):
        axes.set_axis_off()
    for axes, word, light in zip(panels, words, attention, strict=False):
        axes.set_axis_on()
        scene(axes, image, light)
        axes.set_title(word, loc="center", size=11, weight="normal", color=GREEN)
    return panels


@diagram
def ways_to_see(axes, sees, words):
    """Draw what a network that says words has of a picture, for each of three kinds.

    sees  "first": a vector to begin with; "vector": the same at every step; "grid": at
          every step a look of its own at nine places
    """
    known = ("first", "vector", "grid")
    is_known = isinstance(sees, str) and sees in known
    require(is_known, "sees", brief(sees), f"one of {known}")
    words = words_of("words", words)
    nine_cells(axes, (0, 0.5), 0.4, {2: RED, 6: BLUE})
    says = zip(["START", *words], [*words, "END"], strict=True)
    for step, (heard, said) in enumerate(says):
        x = 1.9 + 1.45 * step
        one_step(axes, x, below("h", step + 1), heard, said)
        if step:
            lead(axes, (x - 1.12, 0.5), (x - 0.33, 0.5), RED)
        what_enters(axes, x, sees)
    ends, place = (1.57, 0.5), (1.1, 0.62)
    if sees == "vector":
        ends, place = (0.9, 0.5), (1.05, 0.42)
    lead(axes, (0.68, 0.5), ends, ORANGE)
    name = "mean" if sees == "grid" else "$v$"
    write(axes, *place, name, va="bottom", color=ORANGE)
    axes.set(xlim=(-0.75, 2.8 + 1.45 * len(words)), ylim=(-1.1, 1.8), aspect="equal")


def one_step(axes, x, name, heard, said):
    """Draw a state, the word that it reads and the one that it says."""
    write(axes, x, 0.5, name, size=13, bbox=THIN_BOX)
    write(axes, x - 0.15, -0.72, heard, size=10, color=BLUE)
    write(axes, x, 1.6, said, size=10, color=GREEN)
    lead(axes, (x - 0.15, -0.55), (x - 0.06, 0.12), BLUE)
    lead(axes, (x, 0.88), (x, 1.45), GREEN)


def what_enters(axes, x, sees):
    """Draw what a step has of the picture: nothing, v, or a look at nine cells."""
    if sees != "first":
        lead(axes, (x + 0.42, -0.4), (x + 0.2, 0.12), ORANGE)
    if sees == "vector":
        write(axes, x + 0.48, -0.62, "$v$", color=ORANGE)
    if sees == "grid":
        nine_cells(axes, (x + 0.5, -0.72), 0.16, {})
        write(axes, x + 0.5, -0.72, "?", size=13, color=ORANGE)


def nine_cells(axes, centre, side, colours):
    """Draw a grid of 3 × 3 cells, some of them filled: {number of the cell: colour}."""
    for number, (down, right) in enumerate(np.ndindex(3, 3)):
        corner = centre[0] + side * (right - 1.5), centre[1] + side * (0.5 - down)
        fill = colours.get(number, "white")
        axes.add_patch(Rectangle(corner, side, side, fc=fill, ec=GREY, lw=0.7))
