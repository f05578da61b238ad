"""Machines as diagrams: circles for states, arrows for what leads where."""

import numpy as np
from matplotlib.patches import Circle

from helpers.figures.plots import BLUE, GREY, arrow
from helpers.lesson.arguments import require

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
