"""Diagrams of lesson 4: a sum in columns, the way back in time, machines, a proof."""

import numpy as np
from matplotlib.patches import Circle, Ellipse, Rectangle

from helpers.figures.drawing import below, diagram, few, lead, words_of, write
from helpers.figures.style import BLUE, BOX, GREEN, GREY, ORANGE, RED
from helpers.lesson.arguments import finite, require, symbols

CIRCLE = 0.36  # the radius of a state


@diagram
def state_diagram(axes, machine, names):
    """Draw a machine: a circle for each state, arrows with "inputs → answers".

    machine  from `helpers.inside.machines`; `names`, a word for each state
    """
    names = words_of("names", names)
    steps, outputs = steps_of(machine)
    count, given = len(steps), f"{len(names)} names"
    require(len(names) == count, "names", given, f"{count}, one a state")
    turns = np.pi + 2 * np.pi * np.arange(count) / count  # the first state on the left
    places = np.column_stack([np.cos(turns), np.sin(turns)])
    for state, place in enumerate(places):
        for target in range(count):
            lines = transitions(steps[state], outputs[state], target)
            if lines:
                draw_transition(axes, place, places[target], "\n".join(lines))
        axes.add_patch(Circle(place, CIRCLE, facecolor="white", edgecolor=BLUE))
        write(axes, *place, names[state])
    axes.set(xlim=(-2.7, 2.7), ylim=(-1.1, 1.1), aspect="equal")


def steps_of(machine):
    """Return where a machine's states lead, and what they answer: (states, 4)."""
    pair = (getattr(machine, name, None) for name in ("next_states", "outputs"))
    steps, outputs = (finite("machine", each, shape=(None, 4)) for each in pair)
    steps = symbols("machine", steps, len(steps), ndim=2)
    outputs = symbols("machine", outputs, 2, ndim=2)
    given = f"{len(outputs)} rows of outputs"
    require(len(outputs) == len(steps), "machine", given, f"{len(steps)}, one a state")
    return steps, outputs


def transitions(reached, answers, target):
    """Return "x1 x2 → y" for each input that leads from a state to a target."""
    return [
        f"{number // 2} {number % 2} → {answers[number]}"
        for number in np.flatnonzero(np.equal(reached, target))
    ]


def draw_transition(axes, start, end, words):
    """Draw an arrow with its words; one that leads back to its start goes round."""
    if (start == end).all():
        side = 0.55 * np.array([-start[1], start[0]])
        begin, tip = edge(start, start + side), edge(start, start - side)
        bend, place = -3, 2.4 * start
    else:
        across = np.array([start[1] - end[1], end[0] - start[0]]) / 2
        begin, tip = edge(start, end - start - across), edge(end, start - end - across)
        bend, place = 0.25, (start + end) / 2 - 0.62 * across
    bent = f"arc3,rad={bend}"
    lead(axes, begin, tip, connectionstyle=bent, shrinkA=0, shrinkB=2)
    write(axes, *place, words)


def edge(centre, way):
    """Return where a way from the centre of a circle leaves it."""
    return centre + CIRCLE * way / np.hypot(*way)


@diagram
def column_addition(axes, pair, carries):
    """Draw a sum as on paper, the first column on the right, with its carries.

    pair (time, 2), bits; carries (time + 1,), the one into each column
    """
    pair = symbols("pair", finite("pair", pair, shape=(None, 2)), 2, ndim=2)
    count = few("pair", len(pair))
    carries = finite("carries", carries, shape=(count + 1,))
    carries = symbols("carries", carries, 2, ndim=1)
    bits = (pair.sum(axis=1) + carries[:-1]) % 2
    bits_in_row(axes, 3, "carry", carries[:-1], ORANGE)
    bits_in_row(axes, 2, "$x_1$", pair[:, 0], BLUE)
    bits_in_row(axes, 1, "$x_2$", pair[:, 1], BLUE)
    bits_in_row(axes, 0, "sum", bits, GREEN)
    axes.plot([-count + 0.5, 0.5], [0.5, 0.5], color=GREY)
    bend = {"linewidth": 1, "connectionstyle": "arc3,rad=0.3"}
    for step in np.flatnonzero(carries[1:-1]):
        lead(axes, (-step - 0.2, 2.4), (-step - 0.8, 3.2), ORANGE, **bend)
    for step in range(count):
        write(axes, -step, -0.8, f"step {step + 1}", color=GREY, size=9)
    axes.set(xlim=(-count - 0.7, 0.6), ylim=(-1.1, 3.6))


def bits_in_row(axes, height, name, bits, color):
    """Write bits from the right to the left, and the name of their row."""
    write(axes, -len(bits) - 0.2, height, name, color=color, size=13)
    for step, bit in enumerate(bits):
        write(axes, -step, height, bit, color=color, size=15)


@diagram
def way_back(axes, length=3):
    """Draw backpropagation through time: where gradients come from, and add up."""
    length = few("length", length)
    for step in range(length + 1):
        write(axes, step, 1, below("h", step), size=15, bbox=BOX)
        if step > 0:
            from_the_answer(axes, step)
        if step < length:
            lead(axes, (step + 0.78, 1), (step + 0.22, 1), RED)
            words = below("\\delta", step + 1)[:-1] + " U^{\\mathsf{T}}$"
            write(axes, step + 0.5, 1.14, words, color=RED, va="bottom")
    axes.add_patch(Rectangle((0.6, -0.55), length - 0.2, 0.45, fc="white", ec=BLUE))
    words = "the same W, U, b at every step: gradients add up"
    write(axes, length / 2 + 0.5, -0.33, words, color=BLUE, size=11)
    axes.set(xlim=(-0.4, length + 0.6), ylim=(-0.65, 2.75))


def from_the_answer(axes, step):
    """Draw the gradient that comes from the loss of a step, and goes to the weights."""
    write(axes, step, 2.55, f"loss of step {step}", size=10, color=GREEN)
    write(axes, step, 2.05, below("y", step), size=13)
    lead(axes, (step, 2.42), (step, 2.2), GREEN)
    lead(axes, (step, 1.88), (step, 1.3), GREEN)
    lead(axes, (step, 0.7), (step, -0.08), BLUE)
    axes.text(step + 0.08, 0.32, below("\\delta", step), color=BLUE, size=12)


@diagram
def induction(axes):
    """Draw two sets of states, one for each carry, and where the four inputs lead."""
    set_of_states(axes, -1, BLUE, "$S_0$", "0 0, 0 1, 1 0: stay,\nwrite 0, 1, 1")
    set_of_states(axes, 1, ORANGE, "$S_1$", "0 1, 1 0, 1 1: stay,\nwrite 0, 0, 1")
    axes.plot([-1.9], [0], "o", color="black")
    write(axes, -1.9, 0.12, "$h_0$", va="bottom", size=13)
    lead(axes, (-1.85, 0), (-1.58, 0), "black")
    for side in (1, -1):
        ends = (-0.75 * side, 0.48 * side), (0.75 * side, 0.48 * side)
        lead(axes, *ends, connectionstyle="arc3,rad=-0.35")
    write(axes, 0, 0.93, "1 1, writes 0")
    write(axes, 0, -0.93, "0 0, writes 1")
    axes.set(xlim=(-2.1, 1.7), ylim=(-1.15, 1.05))


def set_of_states(axes, x, color, name, words):
    """Draw a set made of boxes, and what leads from it back to it."""
    axes.add_patch(Ellipse((x, 0), 1.1, 0.95, fc="white", ec=color, linewidth=2))
    write(axes, x, 0.3, name, size=15, color=color)
    for right, *box in BOXES:
        axes.add_patch(Rectangle((x + right, box[0]), *box[1:], fc=color, alpha=0.35))
    write(axes, x, -0.72, words, size=10, va="top")


BOXES = (-0.3, -0.2, 0.22, 0.2), (-0.02, -0.3, 0.16, 0.3), (0.18, -0.1, 0.2, 0.14)
