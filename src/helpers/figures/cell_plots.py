"""Figures of what cells and gates do while a text is read."""

import numpy as np
import seaborn as sns

from helpers.lesson.arguments import finite, positive, require

PANELS = (
    "input gate i", "forget gate f", "candidate g", "output gate o", "cell c",
    "hidden state h",
)  # fmt: skip


def coloured_text(axes, lines, values, limit=None):
    """Write lines of text, each character on a square coloured by a value.

    lines   strings of one length
    values  (lines, length): orange below 0, purple above
    limit   the size of value with the full colour; None: the largest one
    """
    texts = isinstance(lines, list | tuple) and all(isinstance(n, str) for n in lines)
    alike = texts and len({len(line) for line in lines}) == 1
    require(alike, "lines", repr(lines)[:80], "a list of strings of one length")
    values = finite("values", values, shape=(len(lines), len(lines[0])))
    limit = positive("limit", np.abs(values).max() or 1 if limit is None else limit)
    letters = np.array([list(line.replace("\n", "↵")) for line in lines])
    sns.heatmap(
        values, ax=axes, vmin=-limit, vmax=limit, cmap="PuOr", cbar=False,
        annot=letters, fmt="", annot_kws={"size": 9}, xticklabels=False,
        yticklabels=False,
    )  # fmt: skip
    return axes


def gate_panels(axes, gates, text):
    """Draw all gates and states while a text is read: time to the right, units down.

    axes   six of them
    gates  `helpers.inside.gates.Gates` of one sequence, each (time, units)
    text   the characters read, one a step
    """
    require(len(axes) == 6, "axes", f"{len(axes)} of them", "6 of them")
    gates = [finite("gates", each, 2) for each in gates]
    shapes = [each.shape for each in gates]
    require(shapes == shapes[:1] * 6, "gates", f"shapes {shapes}", "6 of one shape")
    fits = isinstance(text, str) and len(text) == len(gates[0])
    require(fits, "text", repr(text), f"a string of {len(gates[0])} characters")
    for ax, name, values in zip(axes, PANELS, gates, strict=True):
        gate = "gate" in name
        limit = 1 if gate else np.abs(values).max() or 1
        low, cmap = (0, "Blues") if gate else (-limit, "PuOr")
        ax.pcolormesh(values.T, vmin=low, vmax=limit, cmap=cmap)
        ax.set(title=name, yticks=(), xticks=np.arange(len(text)) + 0.5)
        ax.set_xticklabels(list(text.replace("\n", "↵").replace(" ", "␣")))
        ax.invert_yaxis()
    return axes
