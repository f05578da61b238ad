"""Machines as diagrams: circles for states, arrows for what leads where."""

import numpy as np

from helpers.arguments import require
from helpers.plots import BLUE, GREY, arrow

CIRCLE = 0.36  # the radius of a state


def state_diagram(axes, machine, names):
    """Draw a machine: a circle for each state, arrows with "inputs → answers".

    machine  from `helpers.machines`; `names`, a word for each state
    """
    from matplotlib.patches import Circle

    count = len(machine.outputs)
    require(
        len(names) == count, "names", f"{len(names)} names", f"{count}, one a state"
    )
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
        ends = [
            start + CIRCLE * at / np.hypot(*at) for at in (start + side, start - side)
        ]
        bend, place = -3, 2.15 * start
    else:
        across = np.array([start[1] - end[1], end[0] - start[0]]) / 2
        ways = (end - start - across, start - end - across)
        ends = [
            at + CIRCLE * way / np.hypot(*way)
            for at, way in zip((start, end), ways, strict=True)
        ]
        bend, place = 0.25, (start + end) / 2 - 0.62 * across
    style = {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 2}
    axes.annotate("", ends[1], ends[0], arrowprops={**arrow(GREY), **style})
    axes.text(*place, words, ha="center", va="center")
