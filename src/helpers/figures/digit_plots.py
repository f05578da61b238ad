"""Pictures of lessons 1 to 3: one recurrent unit, how a digit gets in, who learned."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.figures.drawing import (
    below,
    by_name,
    diagram,
    draws,
    few,
    lead,
    write,
    yes_or_no,
)
from helpers.figures.style import BLUE, BOX, GREEN, GREY, RED
from helpers.lesson.arguments import row, single, symbols
from helpers.lesson.rates import wilson_interval


@diagram
def unrolled(axes, length=3, inputs=None, states=None):
    """Draw one recurrent unit unrolled in time: the same W, U and b at every step.

    inputs, states  numbers to write in place of x_t (length,) and h_t (length + 1,)
    """
    length = few("length", length)
    names = [below("x", step) for step in range(1, length + 1)]
    digits = names if inputs is None else as_words("inputs", inputs, length)
    names = [below("h", step) for step in range(length + 1)]
    boxes = names if states is None else as_words("states", states, length + 1)
    for step, name in enumerate(boxes):
        write(axes, step, 1, name, size=15, bbox=BOX)
        onwards = RED if step < length else GREY
        lead(axes, (step + 0.2, 1), (step + 0.8, 1), onwards)
        if step > 0:
            axes.text(step - 0.5, 1.08, "U", color=RED, weight="bold", ha="center")
            enter(axes, step, digits[step - 1])
    if states is None:
        axes.text(0, 0.7, "= 0", ha="center", size=13)
    else:
        axes.text(0, 0.62, "before", ha="center", size=10, color=GREY)
    write(axes, length + 0.9, 1, "y", size=15)
    axes.set(xlim=(-0.3, length + 1), ylim=(-0.1, 1.72))


def as_words(name, numbers, length):
    """Return numbers as texts, as short as they can be."""
    return [minus(f"{number:g}") for number in row(name, numbers, length)]


def minus(word):
    """Return a number's word with a minus sign in place of a hyphen."""
    return word.replace("-", "−")


def enter(axes, step, digit):
    """Draw a digit that enters a state by W, and b from above."""
    write(axes, step, 0.08, digit, size=15, color=BLUE)
    ways = ("W", 0.22, 0.78, 0.45, BLUE), ("b", 1.55, 1.22, 1.34, GREY)
    for name, begin, end, middle, color in ways:
        lead(axes, (step, begin), (step, end), color)
        axes.text(step + 0.05, middle, name, color=color, weight="bold")


@diagram
def look_up(axes, digit, W):
    """Draw how a one-hot row picks one number of the list W (10,)."""
    numbers, digit = as_words("W", W, 10), int(symbols("digit", digit, 10, 0))
    write(axes, -2.2, -digit, digit, size=18, color=BLUE)
    column(axes, 0, ["1" if d == digit else "0" for d in range(10)], digit, BLUE)
    column(axes, 4, numbers, digit, RED)
    for x, text in ((-2.2, "digit"), (0, "one-hot row"), (4, "W"), (7.6, "product")):
        write(axes, x, 1.3, text)
    write(axes, 2.0, -digit + 0.55, "picks", size=10, color=GREY)
    for begin, end in ((-1.8, -1.2), (0.8, 2.8), (4.8, 6.8)):  # short of the row number
        color = BLUE if end < 0 else RED
        lead(axes, (begin, -digit), (end, -digit), color, linewidth=3)
    write(axes, 7.6, -digit, numbers[digit], size=16, color=RED)
    axes.set(xlim=(-3, 8.6), ylim=(-10, 2))


def column(axes, x, words, chosen, color):
    """Draw ten numbers below each other in boxes, one of them in colour."""
    for number, word in enumerate(words):
        is_it = number == chosen
        face = {"facecolor": "white", "edgecolor": color if is_it else "0.8"}
        width = {"linewidth": 2.5 if is_it else 0.8, "zorder": 3 if is_it else 2}
        axes.add_patch(Rectangle((x - 0.75, -number - 0.5), 1.5, 1, **face, **width))
        shade = color if is_it else "0.6"
        write(axes, x, -number, word, size=10, color=shade, zorder=4)
        write(axes, x - 1.0, -number, number, size=8, color="0.6")


@diagram
def embedded(axes, digit, E, W):
    """Draw how a digit becomes a row of E (10, width), that times W a number, and h."""
    digit = int(symbols("digit", digit, 10, 0))
    E = single("E", E, shape=(10, None))
    W, width = single("W", row("W", W, E.shape[1]), 1), 2 * few("E", E.shape[1])
    table_and_row(axes, digit, E)
    for place, value in enumerate(W):
        cells(axes, 2 * width + 4, 1.5 - place - digit, [value], RED)
    x, y = 2 * width + 9, -digit
    write(axes, x, y, minus(f"{E[digit] @ W:.1f}"), size=13, color=RED)
    for place, sign in ((2 * width + 3.2, "×"), (2 * width + 7, "=")):
        write(axes, place, y, sign, size=13)
    heads = (width / 2, "E"), (1.5 * width + 2.5, f"$E_{digit}$"), (2 * width + 5, "W")
    for place, name in heads:
        write(axes, place, 1.3, name, size=13)
    into_a_state(axes, x, y)
    axes.set(xlim=(-2.7, x + 5.6), ylim=(-10, 2))


def table_and_row(axes, digit, E):
    """Draw a digit, the table E with the digit's row in colour, and that row alone."""
    width = 2 * E.shape[1]
    write(axes, -2, -digit, digit, size=18, color=BLUE)
    for number, values in enumerate(E):
        is_it = number == digit
        cells(axes, 0, -number, values, BLUE if is_it else "0.8", written=is_it)
    cells(axes, width + 2.5, -digit, E[digit], BLUE)
    for begin, end in ((-1.5, -0.3), (width + 0.4, width + 2.2)):
        lead(axes, (begin, -digit), (end, -digit), BLUE)


def into_a_state(axes, x, y):
    """Draw how a number at x, y enters a state, with the state before and b."""
    lead(axes, (x + 1.3, y), (x + 3.3, y), RED)
    write(axes, x + 4.3, y, "$h_t$", size=15, bbox=BOX)
    lead(axes, (x + 4.3, y - 3.2), (x + 4.3, y - 1), RED)
    axes.text(x + 4.6, y - 2.4, "U", color=RED, weight="bold")
    write(axes, x + 4.3, y - 3.9, "$h_{t-1}$", size=13)
    lead(axes, (x + 4.3, y + 3.2), (x + 4.3, y + 1))
    axes.text(x + 4.6, y + 2.1, "b", color=GREY, weight="bold")


def cells(axes, x, y, values, color, written=True):
    """Draw boxes beside each other, two wide, with numbers in them or without."""
    for place, value in enumerate(values):
        axes.add_patch(Rectangle((x + 2 * place, y - 0.5), 2, 1, fc="white", ec=color))
        word = minus(f"{value:.1f}") if written else ""
        write(axes, x + 2 * place + 1, y, word, size=10, color=color)


@draws
def learned_bars(axes, learned):
    """Draw how many runs learned, and the 95 % interval: {start: verdicts (runs,)}."""
    learned = by_name("learned", learned)
    rows = {start: yes_or_no(name, values) for start, name, values in learned}
    colours = [BLUE, GREEN, RED, GREY]
    for place, verdicts in enumerate(rows.values()):
        count, runs = int(verdicts.sum()), len(verdicts)
        ends = 100 * np.array(wilson_interval(count, runs))
        axes.barh(place, 100 * count / runs, color=colours[place % 4], height=0.6)
        axes.plot(ends, [place, place], color="black", linewidth=1.5)
        axes.text(ends[1] + 2, place, f"{count} of {runs}", va="center")
    axes.set(xlim=(0, 122), xticks=range(0, 101, 20))
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xlabel("learned, % (lines: 95 % interval)")
    from_the_top(axes)


@draws
def from_the_top(axes):
    """Have rows begin at the top, and no lines along them."""
    axes.yaxis.set_inverted(True)
    axes.grid(visible=False, axis="y")
