"""Pictures of networks that read and write.

Blue is what is read, red what is kept on the way, green what is written.
"""

from itertools import pairwise

import numpy as np

from helpers.figures.plots import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, arrow
from helpers.lesson.arguments import finite, require

BOX = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": GREY}


def read_then_write(axes, source, target):
    """Draw an encoder that reads symbols, and a decoder that writes others."""
    read, written = list(source), list(target)
    reads = [*read, "START", *written]
    for step, symbol in enumerate(reads):
        is_writing = step >= len(read)
        name = f"h_{{{step - len(read) + 1}}}" if is_writing else f"s_{{{step + 1}}}"
        axes.text(step, 1, f"${name}$", ha="center", va="center", size=14, bbox=BOX)
        axes.annotate("", (step, 0.72), (step, 0.22), arrowprops=arrow(BLUE))
        axes.text(step, 0.08, symbol, ha="center", va="center", size=13)
        if is_writing:
            says = [*written, "END"][step - len(read)]
            axes.annotate("", (step, 1.8), (step, 1.28), arrowprops=arrow(GREEN))
            axes.text(step, 1.95, says, ha="center", va="center", size=13)
        if step + 1 < len(reads):
            thick = {"linewidth": 5 if step + 1 == len(read) else 2}
            axes.annotate(
                "", (step + 0.78, 1), (step + 0.22, 1), arrowprops=arrow(RED) | thick
            )
    axes.text((len(read) - 1) / 2, 1.55, "encoder: reads", ha="center", color=BLUE)
    middle = len(read) + len(written) / 2
    axes.text(middle, 2.25, "decoder: writes", ha="center", color=GREEN)
    axes.set(xlim=(-0.5, len(reads) - 0.5), ylim=(-0.1, 2.45))
    axes.set_axis_off()
    return axes


def both_ways(axes, symbols, tags):
    """Draw two readers of symbols, one from each end, and a tag for each symbol."""
    words = {"ha": "center", "va": "center"}
    for step, (symbol, tag) in enumerate(zip(symbols, tags, strict=True)):
        axes.text(step, 0, symbol, size=13, **words)
        axes.text(step, 2.75, tag, size=13, color=GREEN, **words)
    one_reader(axes, "a", 0.9, range(len(symbols)), -0.12, BLUE)
    one_reader(axes, "b", 1.7, range(len(symbols))[::-1], 0.12, ORANGE)
    axes.set(xlim=(-0.5, len(symbols) - 0.5), ylim=(-0.2, 2.95))
    axes.set_axis_off()
    return axes


def one_reader(axes, name, height, steps, side, color):
    """Draw the states of a reader, in the order of its steps, between input and tag."""
    words, thin = {"ha": "center", "va": "center"}, arrow(color) | {"linewidth": 1}
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        x = step + side
        axes.text(x, height, f"${name}_{step + 1}$", bbox=BOX, **words)
        axes.annotate("", (x, height - 0.25), (x, 0.12), arrowprops=thin)
        axes.annotate("", (x, 2.58), (x, height + 0.25), arrowprops=thin)
        if following is not None:
            way = following - step
            ends = (x + 0.73 * way, height), (x + 0.33 * way, height)
            axes.annotate("", *ends, arrowprops=arrow(RED))


def looking_back(axes, symbols, step):
    """Draw a decoder that looks back at all places, at one most: the one of `step`."""
    count = len(symbols)
    for place, symbol in enumerate(symbols):
        words = {"ha": "center", "va": "center"}
        axes.text(place, 0, symbol, size=13, color=BLUE, **words)
        axes.text(place, 0.9, f"$s_{place + 1}$", size=14, bbox=BOX, **words)
        axes.annotate("", (place, 0.66), (place, 0.2), arrowprops=arrow(BLUE))
        wide = {"linewidth": 6 if place == step else 0.8}
        ends = (count + step, 2.45), (place + 0.1, 1.2)
        axes.annotate("", *ends, arrowprops=arrow(RED) | wide)
    for number, symbol in enumerate(symbols[: step + 1]):
        place = count + number
        axes.text(
            place, 2.8, f"$h_{number + 1}$", size=14, bbox=BOX, ha="center", va="center"
        )
        axes.text(place, 3.7, symbol, size=13, color=GREEN, ha="center", va="center")
        axes.annotate("", (place, 3.52), (place, 3.08), arrowprops=arrow(GREEN))
        if number < step:
            axes.annotate(
                "", (place + 0.75, 2.8), (place + 0.25, 2.8), arrowprops=arrow(RED)
            )
    axes.set(xlim=(-0.5, count + step + 0.6), ylim=(-0.2, 3.9))
    axes.set_axis_off()
    return axes


def attention_map(axes, attention, read, written):
    """Draw how far each step looked at each place: (steps, places), darker is more."""
    shape = len(written), len(read)
    attention = finite("attention", attention, shape=shape)
    axes.imshow(attention, cmap="Reds", vmin=0, vmax=1, aspect="auto")
    axes.set(xticks=range(len(read)), yticks=range(len(written)))
    axes.set_xticklabels(list(read))
    axes.set_yticklabels(list(written))
    axes.grid(visible=False)
    axes.tick_params(left=False, bottom=False)
    return axes


def ways_to_travel(axes, symbols, turned):
    """Draw how far each symbol travels from where it is read to where it is written."""
    read, count = list(symbols)[::-1] if turned else list(symbols), len(symbols)
    for place, symbol in enumerate([*read, *symbols]):
        color = BLUE if place < count else GREEN
        axes.text(place, 0, symbol, ha="center", va="center", size=13, color=color)
    for number in range(count):
        begin, end = count - 1 - number if turned else number, count + number
        turn = np.linspace(np.pi, 0, 50)
        x = (begin + end) / 2 + (end - begin) / 2 * np.cos(turn)
        y = 0.45 + 0.2 * (end - begin) * np.sin(turn)
        axes.plot(x, y, color=RED, linewidth=1.5)
        axes.annotate("", (end, 0.38), (x[-3], y[-3]), arrowprops=arrow(RED))
        patch = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        middle = (begin + end) / 2, y.max()
        words = {"ha": "center", "va": "center", "color": RED, "bbox": patch}
        axes.text(*middle, end - begin, **words)
    axes.set(xlim=(-0.6, 2 * count - 0.4), ylim=(-0.3, 0.6 + 0.2 * (2 * count - 1)))
    axes.set_axis_off()
    return axes


def dots_by_kind(axes, shares):
    """Draw a dot for each network, a row for each kind: {kind: shares from 0 to 1}."""
    require(len(shares) > 0, "shares", "none", "at least one kind")
    for place, (kind, values) in enumerate(shares.items()):
        values = finite(kind, values, ndim=1)
        color = KINDS.get(kind.split(",")[0].split(" (")[0], GREY)
        jitter = 0.24 * np.sin(
            2.4 * np.arange(len(values))
        )  # so that none hides another
        axes.plot(
            100 * values, place + jitter, "o", color=color, alpha=0.75, label=kind
        )
        axes.plot(
            2 * [100 * np.median(values)], [place - 0.38, place + 0.38], color=color
        )
    axes.set(yticks=range(len(shares)), yticklabels=list(shares), xlim=(-3, 103))
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xlabel("strings without a mistake, %")
    axes.grid(visible=False, axis="y")
    return axes


KINDS = {
    "as is": BLUE, "reversed": ORANGE,
    "forward": BLUE, "backward": ORANGE, "both": GREEN,
    "once": BLUE, "at every step": ORANGE, "looking": GREEN,
}  # fmt: skip


def next_letters(axes, word, fed_back=False):
    """Draw a network that reads a word's letters, and says at each the next one.

    fed_back  whether what it says is what it reads next
    """
    for step, (reads, says) in enumerate(pairwise(word)):
        a_step(axes, step, f"$h_{step + 1}$", reads, says)
        if step > 0:
            from_the_last(axes, step)
        if fed_back and step + 2 < len(word):
            way = arrow(PURPLE) | {"linestyle": "--", "linewidth": 1.5}
            bend = {"connectionstyle": "arc3,rad=-0.25"}
            ends = (step + 0.88, 0.1), (step + 0.14, 1.92)
            axes.annotate("", *ends, arrowprops=way | bend)
    axes.set(xlim=(-0.5, len(word) - 1.4), ylim=(-0.15, 2.2))
    axes.set_axis_off()
    return axes


def from_the_last(axes, step):
    """Draw the arrow from the state before."""
    axes.annotate("", (step - 0.25, 1), (step - 0.75, 1), arrowprops=arrow(RED))


def letter(axes, step, height, word, color):
    """Write a letter, or another word, in its colour."""
    axes.text(step, height, word, size=14, color=color, ha="center", va="center")


def a_step(axes, step, name, reads, says):
    """Draw a state, the letter that it reads and, if any, the one that it says."""
    axes.text(step, 1, name, size=14, bbox=BOX, ha="center", va="center")
    if reads:
        letter(axes, step, 0.05, reads, BLUE)
        axes.annotate("", (step, 0.72), (step, 0.2), arrowprops=arrow(BLUE))
    if says:
        axes.annotate("", (step, 1.8), (step, 1.28), arrowprops=arrow(GREEN))
        letter(axes, step, 1.95, says, GREEN)


def windows(axes, steps, window):
    """Draw truncated backpropagation: states go on, gradients stop at a border."""
    for step in range(steps):
        axes.text(
            step, 1, f"$h_{{{step + 1}}}$", size=13, bbox=BOX, ha="center", va="center"
        )
        if step + 1 < steps:
            ends = (step + 0.76, 1.1), (step + 0.24, 1.1)
            axes.annotate("", *ends, arrowprops=arrow(RED))
        inside = (step + 1) % window > 0 and step + 1 < steps
        if inside:
            ends = (step + 0.24, 0.86), (step + 0.76, 0.86)
            axes.annotate("", *ends, arrowprops=arrow(BLUE) | {"linestyle": "--"})
        elif step + 1 < steps:
            axes.plot([step + 0.5] * 2, [0.4, 1.6], color=GREY, linewidth=2)
    axes.text(0, 1.6, "states: carried on", color=RED, ha="left")
    axes.text(0, 0.35, "gradients: within a window", color=BLUE, ha="left")
    axes.set(xlim=(-0.5, steps - 0.5), ylim=(0.2, 1.8))
    axes.set_axis_off()
    return axes


def kinds_of_task(axes, read, said):
    """Draw which steps read something, and which say something: truth values."""
    require(len(read) == len(said), "said", f"{len(said)}", f"{len(read)}, as read")
    for step, (reads, says) in enumerate(zip(read, said, strict=True)):
        a_step(axes, step, " ", "x" if reads else "", "y" if says else "")
        if step > 0:
            from_the_last(axes, step)
    axes.set(xlim=(-0.5, max(4, len(read)) - 0.5), ylim=(-0.15, 2.2))
    axes.set_axis_off()
    return axes
