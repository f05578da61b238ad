"""Diagrams of lesson 4: a sum in columns, the way back in time, machines, a proof."""

import numpy as np
from matplotlib.patches import Circle, Ellipse, Rectangle

from helpers.figures.plots import BLUE, GREEN, GREY, ORANGE, RED, arrow
from helpers.lesson.arguments import finite, require

CENTRE = {"ha": "center", "va": "center"}
BOX = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY}
CIRCLE = 0.36  # the radius of a state


def state_diagram(axes, machine, names):
    """Draw a machine: a circle for each state, arrows with "inputs → answers".

    machine  from `helpers.inside.machines`; `names`, a word for each state
    """
    count = len(machine.outputs)
    given = f"{len(names)} names"
    require(len(names) == count, "names", given, f"{count}, one a state")
    turns = np.pi + 2 * np.pi * np.arange(count) / count  # the first state on the left
    places = np.column_stack([np.cos(turns), np.sin(turns)])
    for state, place in enumerate(places):
        for target in range(count):
            lines = transitions(machine, state, target)
            if lines:
                draw_transition(axes, place, places[target], "\n".join(lines))
        axes.add_patch(Circle(place, CIRCLE, facecolor="white", edgecolor=BLUE))
        axes.text(*place, names[state], ha="center", va="center")
    axes.set(xlim=(-2.4, 2.4), ylim=(-1.1, 1.1), aspect="equal")
    axes.set_axis_off()
    return axes


def transitions(machine, state, target):
    """Return "x1 x2 → y" for each input that leads from a state to a target."""
    steps = zip(machine.next_states[state], machine.outputs[state], strict=True)
    return [
        f"{number // 2} {number % 2} → {answer}"
        for number, (reached, answer) in enumerate(steps)
        if reached == target
    ]


def draw_transition(axes, start, end, words):
    """Draw an arrow with its words; one that leads back to its start goes round."""
    if (start == end).all():
        side = 0.55 * np.array([-start[1], start[0]])
        begin, tip = edge(start, start + side), edge(start, start - side)
        bend, place = -3, 2.15 * start
    else:
        across = np.array([start[1] - end[1], end[0] - start[0]]) / 2
        begin, tip = edge(start, end - start - across), edge(end, start - end - across)
        bend, place = 0.25, (start + end) / 2 - 0.62 * across
    style = {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 2}
    axes.annotate("", tip, begin, arrowprops={**arrow(GREY), **style})
    axes.text(*place, words, ha="center", va="center")


def edge(centre, way):
    """Return where a way from the centre of a circle leaves it."""
    return centre + CIRCLE * way / np.hypot(*way)


def column_addition(axes, pair, carries):
    """Draw a sum as on paper, the first column on the right, with its carries.

    pair (time, 2), bits; carries (time + 1,), the one into each column
    """
    pair = finite("pair", pair, shape=(None, 2)).astype(int)
    carries = finite("carries", carries, shape=(len(pair) + 1,)).astype(int)
    bits = (pair.sum(axis=1) + carries[:-1]) % 2
    bits_in_row(axes, 3, "carry", carries[:-1], ORANGE)
    bits_in_row(axes, 2, "$x_1$", pair[:, 0], BLUE)
    bits_in_row(axes, 1, "$x_2$", pair[:, 1], BLUE)
    bits_in_row(axes, 0, "sum", bits, GREEN)
    axes.plot([-len(pair) + 0.5, 0.5], [0.5, 0.5], color=GREY)
    bend = arrow(ORANGE) | {"linewidth": 1, "connectionstyle": "arc3,rad=0.3"}
    for step in np.flatnonzero(carries[1:-1]):
        axes.annotate("", (-step - 0.8, 3.2), (-step - 0.2, 2.4), arrowprops=bend)
    for step in range(len(pair)):
        axes.text(-step, -0.8, f"step {step + 1}", color=GREY, size=9, **CENTRE)
    axes.set(xlim=(-len(pair) - 0.7, 0.6), ylim=(-1.1, 3.6))
    axes.set_axis_off()
    return axes


def bits_in_row(axes, height, name, bits, color):
    """Write bits from the right to the left, and the name of their row."""
    axes.text(-len(bits) - 0.2, height, name, color=color, size=13, **CENTRE)
    for step, bit in enumerate(bits):
        axes.text(-step, height, str(bit), color=color, size=15, **CENTRE)


def way_back(axes, length=3):
    """Draw backpropagation through time: where gradients come from, and add up."""
    for step in range(length + 1):
        axes.text(step, 1, f"$h_{step}$", size=15, bbox=BOX, **CENTRE)
        if step > 0:
            from_the_answer(axes, step)
        if step < length:
            ends = (step + 0.22, 1), (step + 0.78, 1)
            axes.annotate("", *ends, arrowprops=arrow(RED))
            words = f"$\\delta_{step + 1} U^{{\\mathsf{{T}}}}$"
            axes.text(step + 0.5, 1.14, words, color=RED, ha="center", va="bottom")
    axes.add_patch(Rectangle((0.6, -0.55), length - 0.2, 0.45, fc="white", ec=BLUE))
    words = "the same W, U, b at every step: gradients add up"
    axes.text(length / 2 + 0.5, -0.33, words, color=BLUE, size=11, **CENTRE)
    axes.set(xlim=(-0.4, length + 0.6), ylim=(-0.65, 2.75))
    axes.set_axis_off()
    return axes


def from_the_answer(axes, step):
    """Draw the gradient that comes from the loss of a step, and goes to the weights."""
    axes.text(step, 2.55, f"loss of step {step}", size=10, color=GREEN, **CENTRE)
    axes.text(step, 2.05, f"$y_{step}$", size=13, **CENTRE)
    axes.annotate("", (step, 2.2), (step, 2.42), arrowprops=arrow(GREEN))
    axes.annotate("", (step, 1.3), (step, 1.88), arrowprops=arrow(GREEN))
    axes.annotate("", (step, -0.08), (step, 0.7), arrowprops=arrow(BLUE))
    axes.text(step + 0.08, 0.32, f"$\\delta_{step}$", color=BLUE, size=12)


def induction(axes):
    """Draw two sets of states, one for each carry, and where the four inputs lead."""
    set_of_states(axes, -1, BLUE, "$S_0$", "0 0, 0 1, 1 0: stay,\nwrite 0, 1, 1")
    set_of_states(axes, 1, ORANGE, "$S_1$", "0 1, 1 0, 1 1: stay,\nwrite 0, 0, 1")
    axes.plot([-1.9], [0], "o", color="black")
    axes.text(-1.9, 0.12, "$h_0$", ha="center", va="bottom", size=13)
    axes.annotate("", (-1.58, 0), (-1.85, 0), arrowprops=arrow("black"))
    over = arrow(GREY) | {"connectionstyle": "arc3,rad=-0.35"}
    axes.annotate("", (0.75, 0.48), (-0.75, 0.48), arrowprops=over)
    axes.annotate("", (-0.75, -0.48), (0.75, -0.48), arrowprops=over)
    axes.text(0, 0.93, "1 1, writes 0", **CENTRE)
    axes.text(0, -0.93, "0 0, writes 1", **CENTRE)
    axes.set(xlim=(-2.1, 1.7), ylim=(-1.15, 1.05))
    axes.set_axis_off()
    return axes


def set_of_states(axes, x, color, name, words):
    """Draw a set made of boxes, and what leads from it back to it."""
    axes.add_patch(Ellipse((x, 0), 1.1, 0.95, fc="white", ec=color, linewidth=2))
    axes.text(x, 0.3, name, size=15, color=color, **CENTRE)
    for right, *box in BOXES:
        axes.add_patch(Rectangle((x + right, box[0]), *box[1:], fc=color, alpha=0.35))
    axes.text(x, -0.72, words, size=10, va="top", ha="center")


BOXES = (-0.3, -0.2, 0.22, 0.2), (-0.02, -0.3, 0.16, 0.3), (0.18, -0.1, 0.2, 0.14)
