"""The cell of an LSTM as a diagram, and what cells and gates do while they read."""

import numpy as np

from helpers.figures.drawing import diagram, draws, lead, panels_of, write
from helpers.figures.plots import heat_map
from helpers.figures.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, THIN_BOX
from helpers.lesson.arguments import brief, finite, require, single

GATES = {"f": (1, "forget"), "i": (2.3, "input"), "g": (3.2, "candidate"),
         "o": (4.9, "output")}  # fmt: skip
GATE_COLOURS = {"f": RED, "i": BLUE, "g": PURPLE, "o": GREEN}

PANELS = (
    "input gate i", "forget gate f", "candidate g", "output gate o", "cell c",
    "hidden state h",
)  # fmt: skip


@draws
def coloured_text(axes, lines, values, limit=None):
    """Write lines of text, each character on a square coloured by a value.

    lines   strings of one length
    values  (lines, length): orange below 0, purple above
    limit   the size of value with the full colour; None: the largest one
    """
    texts = isinstance(lines, list | tuple) and all(isinstance(n, str) for n in lines)
    alike = texts and len({len(line) for line in lines}) == 1
    require(alike, "lines", brief(lines), "a list of strings of one length")
    values = finite("values", values, shape=(len(lines), len(lines[0])))
    letters = np.array([list(line.replace("\n", "↵")) for line in lines])
    heat_map(
        axes, values, limit, cbar=False, annot=letters, fmt="", annot_kws={"size": 9},
        xticklabels=False, yticklabels=False,
    )  # fmt: skip


def gate_panels(axes, gates, text):
    """Draw all gates and states while a text is read: time to the right, units down.

    axes   six of them
    gates  `helpers.inside.gates.Gates` of one sequence, each (time, units)
    text   the characters read, one a step
    """
    require(len(panels_of("axes", axes, 6)) == 6, "axes", f"{len(axes)}", "6 of them")
    is_six = isinstance(gates, list | tuple) and len(gates) == 6
    require(is_six, "gates", brief(gates), "6 of one shape")
    gates = [single("gates", each, 2) for each in gates]
    shapes = [each.shape for each in gates]
    require(shapes == shapes[:1] * 6, "gates", f"shapes {shapes}", "6 of one shape")
    fits = isinstance(text, str) and len(text) == len(gates[0])
    require(fits, "text", brief(text), f"a string of {len(gates[0])} characters")
    for ax, name, values in zip(axes, PANELS, gates, strict=True):
        gate = "gate" in name
        limit = 1 if gate else np.abs(values).max() or 1
        low, cmap = (0, "Blues") if gate else (-limit, "PuOr")
        ax.pcolormesh(values.T, vmin=low, vmax=limit, cmap=cmap)
        ax.set(title=name, yticks=(), xticks=np.arange(len(text)) + 0.5)
        ax.set_xticklabels(list(text.replace("\n", "↵").replace(" ", "␣")))
        ax.yaxis.set_inverted(True)
    return axes


@diagram
def lstm_cell(axes):
    """Draw one step of an LSTM: the straight road of c, and where the gates stand."""
    for begin, end in ((-0.3, 0.78), (1.22, 2.53), (2.97, 6.1)):
        lead(axes, (begin, 3), (end, 3), ORANGE, linewidth=5)
    circle = THIN_BOX | {"boxstyle": "circle,pad=0.2"}
    for x, y, sign in ((1, 3, "×"), (2.75, 3, "+"), (2.75, 1.9, "×"), (4.9, 1.4, "×")):
        write(axes, x, y, sign, size=13, bbox=circle)
    for name, (x, word) in GATES.items():
        gate(axes, x, name, word)
    ways_to_the_road(axes)
    ends = {"$c_{t-1}$": (-0.6, 3), "$c_t$": (6.4, 3), "$h_t$": (6.4, 1.4)}
    for word, place in ends.items():
        write(axes, *place, word, size=14)
    write(axes, 2.9, -0.75, "$x_t$ and $h_{t-1}$, to all four", size=11)
    axes.set(xlim=(-1, 6.8), ylim=(-1, 3.5))


def gate(axes, x, name, word):
    """Draw a gate or the candidate: a box, and the line that enters it."""
    color = GATE_COLOURS[name]
    write(axes, x, 0.6, f"${name}$", size=14, bbox=THIN_BOX | {"edgecolor": color})
    write(axes, x, 0.02, word, size=9, color=color)
    lead(axes, (x, -0.55), (x, -0.12))


def ways_to_the_road(axes):
    """Draw how the gates act: f on the road, i and g into it, o on what leaves it."""
    lead(axes, (1, 0.95), (1, 2.72), GATE_COLOURS["f"])
    lead(axes, (2.3, 0.95), (2.62, 1.65), GATE_COLOURS["i"])
    lead(axes, (3.2, 0.95), (2.88, 1.65), GATE_COLOURS["g"])
    lead(axes, (4.9, 0.95), (4.9, 1.15), GATE_COLOURS["o"])
    lead(axes, (2.75, 2.18), (2.75, 2.72))
    lead(axes, (4.9, 2.9), (4.9, 1.68))
    write(axes, 5.0, 2.25, "tanh", size=11, ha="left", color=GREY)
    lead(axes, (5.18, 1.4), (6.15, 1.4))
