"""Pictures of networks that read and write.

Blue is what is read, red what is kept on the way, green what is written.
"""

from itertools import pairwise

import numpy as np

from helpers.figures.drawing import (
    below,
    by_name,
    diagram,
    draws,
    few,
    lead,
    weights,
    words_of,
    write,
    yes_or_no,
)
from helpers.figures.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, THIN_BOX
from helpers.lesson.arguments import boolean, require, whole


@diagram
def read_then_write(axes, source, target):
    """Draw an encoder that reads symbols, and a decoder that writes others."""
    read, written = words_of("source", source), words_of("target", target)
    reads, count = [*read, "START", *written], len(read)
    for step, symbol in enumerate(reads):
        is_writing = step >= count
        name = f"h_{{{step - count + 1}}}" if is_writing else f"s_{{{step + 1}}}"
        write(axes, step, 1, f"${name}$", size=14, bbox=THIN_BOX)
        lead(axes, (step, 0.22), (step, 0.72), BLUE)
        write(axes, step, 0.08, symbol, size=13)
        if is_writing:
            lead(axes, (step, 1.28), (step, 1.8), GREEN)
            write(axes, step, 1.95, [*written, "END"][step - count], size=13)
        if step + 1 < len(reads):
            thick = 5 if step + 1 == count else 2
            lead(axes, (step + 0.22, 1), (step + 0.78, 1), RED, linewidth=thick)
    axes.text((count - 1) / 2, 1.55, "encoder: reads", ha="center", color=BLUE)
    middle = count + len(written) / 2
    axes.text(middle, 2.25, "decoder: writes", ha="center", color=GREEN)
    axes.set(xlim=(-0.5, len(reads) - 0.5), ylim=(-0.1, 2.45))


@diagram
def both_ways(axes, symbols, tags):
    """Draw two readers of symbols, one from each end, and a tag for each symbol."""
    symbols, tags = words_of("symbols", symbols), words_of("tags", tags)
    count, given = len(symbols), f"{len(tags)} of them"
    require(len(tags) == count, "tags", given, f"{count}, one for each of symbols")
    for step, (symbol, tag) in enumerate(zip(symbols, tags, strict=True)):
        write(axes, step, 0, symbol, size=13)
        write(axes, step, 2.75, tag, size=13, color=GREEN)
    one_reader(axes, "a", 0.9, range(count), -0.12, BLUE)
    one_reader(axes, "b", 1.7, range(count)[::-1], 0.12, ORANGE)
    axes.set(xlim=(-0.5, count - 0.5), ylim=(-0.2, 2.95))


def one_reader(axes, name, height, steps, side, color):
    """Draw the states of a reader, in the order of its steps, between input and tag."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        x = step + side
        write(axes, x, height, below(name, step + 1), bbox=THIN_BOX)
        lead(axes, (x, 0.12), (x, height - 0.25), color, linewidth=1)
        lead(axes, (x, height + 0.25), (x, 2.58), color, linewidth=1)
        if following is not None:
            way = following - step
            lead(axes, (x + 0.33 * way, height), (x + 0.73 * way, height), RED)


@diagram
def looking_back(axes, symbols, step):
    """Draw a decoder that looks back at all places, at one most: the one of `step`.

    Its state asks; what it sees, the context, stands beside that, and the answer is
    made of both.
    """
    symbols, step = words_of("symbols", symbols), whole("step", step, least=0)
    count = len(symbols)
    require(step < count, "step", step, f"less than {count}, as many as symbols")
    seen = count + step + 1.3
    write(axes, seen, 2.8, "context", size=12, bbox=THIN_BOX)
    lead(axes, (seen - 0.35, 3.08), (count + step + 0.2, 3.6), GREEN)
    for place, symbol in enumerate(symbols):
        write(axes, place, 0, symbol, size=13, color=BLUE)
        write(axes, place, 0.9, below("m", place + 1), size=14, bbox=THIN_BOX)
        lead(axes, (place, 0.2), (place, 0.66), BLUE)
        wide = 6 if place == step else 0.8
        lead(axes, (place + 0.1, 1.2), (seen - 0.1, 2.45), RED, linewidth=wide)
    written_so_far(axes, count, symbols[: step + 1])
    axes.set(xlim=(-0.5, seen + 0.6), ylim=(-0.2, 3.9))


def written_so_far(axes, begin, symbols):
    """Draw the states that wrote some symbols, from a place on; the last one asks."""
    for number, symbol in enumerate(symbols):
        x = begin + number
        write(axes, x, 2.8, below("h", number + 1), size=14, bbox=THIN_BOX)
        write(axes, x, 3.7, symbol, size=13, color=GREEN)
        lead(axes, (x, 3.08), (x, 3.52), GREEN)
        if number < len(symbols) - 1:
            lead(axes, (x + 0.25, 2.8), (x + 0.75, 2.8), RED)
    asked = len(symbols) - 0.9 + 0.62 * (begin + 1.1)  # on the line from the place
    lead(axes, (x - 0.12, 2.48), (asked, 2.07), GREY, linestyle="--")
    write(axes, asked - 0.05, 2.4, "asks", size=10, color=GREY)


@draws
def attention_map(axes, attention, read, written):
    """Draw how far each step looked at each place: (steps, places), darker is more."""
    read, written = words_of("read", read), words_of("written", written)
    attention = weights("attention", attention, (len(written), len(read)))
    axes.imshow(attention, cmap="Reds", vmin=0, vmax=1, aspect="auto")
    axes.set(xticks=range(len(read)), yticks=range(len(written)))
    axes.set_xticklabels(read)
    axes.set_yticklabels(written)
    axes.grid(visible=False)
    axes.tick_params(left=False, bottom=False)


@diagram
def ways_to_travel(axes, symbols, turned):
    """Draw how far each symbol travels from where it is read to where it is written."""
    symbols = words_of("symbols", symbols)
    boolean("turned", turned)
    read, count = symbols[::-1] if turned else symbols, len(symbols)
    for place, symbol in enumerate([*read, *symbols]):
        write(axes, place, 0, symbol, size=13, color=BLUE if place < count else GREEN)
    for number in range(count):
        begin, end = count - 1 - number if turned else number, count + number
        turn = np.linspace(np.pi, 0, 50)
        x = (begin + end) / 2 + (end - begin) / 2 * np.cos(turn)
        y = 0.45 + 0.2 * (end - begin) * np.sin(turn)
        axes.plot(x, y, color=RED, linewidth=1.5)
        lead(axes, (x[-3], y[-3]), (end, 0.38), RED)
        patch = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        middle = (begin + end) / 2, y.max()
        write(axes, *middle, end - begin, color=RED, bbox=patch)
    axes.set(xlim=(-0.6, 2 * count - 0.4), ylim=(-0.3, 0.6 + 0.2 * (2 * count - 1)))


@draws
def dots_by_kind(axes, shares):
    """Draw a dot for each network, a row for each kind: {kind: shares from 0 to 1}."""
    shares = by_name("shares", shares)
    rows = {kind: weights(name, values, (None,)) for kind, name, values in shares}
    for place, (kind, values) in enumerate(rows.items()):
        color = KINDS.get(kind.split(",")[0].split(" (")[0], GREY)
        # so that none hides another
        heights = place + 0.17 + 0.2 * np.sin(2.4 * np.arange(len(values)))
        axes.plot(100 * values, heights, "o", color=color, alpha=0.75, label=kind)
        middle = 100 * np.median(values)
        axes.plot([middle, middle], [place - 0.1, place + 0.44], color=color)
        # above its dots, and not beside: a phone would show names alone
        above = axes.get_yaxis_transform()
        axes.text(0.01, place - 0.3, kind, va="center", fontsize=9, transform=above)
    between = np.arange(1, len(rows)) - 0.53  # a line there
    axes.set(yticks=between, yticklabels=[], xlim=(-3, 103))
    axes.set_ylim(len(rows) - 0.5, -0.57)  # the first above
    axes.set_xlabel("strings without a mistake, %")


KINDS = {
    "as is": BLUE, "reversed": ORANGE,
    "forward": BLUE, "backward": ORANGE, "both": GREEN,
    "once": BLUE, "at every step": ORANGE, "looking": GREEN,
}  # fmt: skip


@diagram
def next_letters(axes, word, fed_back=False):
    """Draw a network that reads a word's letters, and says at each the next one.

    fed_back  whether what it says is what it reads next
    """
    letters = words_of("word", word)
    boolean("fed_back", fed_back)
    for step, (reads, says) in enumerate(pairwise(letters)):
        a_step(axes, step, below("h", step + 1), reads, says)
        if fed_back and step + 2 < len(letters):
            look = {"linestyle": "--", "connectionstyle": "arc3,rad=-0.25"}
            ends = (step + 0.14, 1.92), (step + 0.88, 0.1)
            lead(axes, *ends, PURPLE, linewidth=1.5, **look)
    axes.set(xlim=(-0.5, len(letters) - 1.4), ylim=(-0.15, 2.2))


def a_step(axes, step, name, reads, says):
    """Draw a state, what it reads and says if anything, and the arrow to it."""
    write(axes, step, 1, name, size=14, bbox=THIN_BOX)
    if reads:
        write(axes, step, 0.05, reads, size=14, color=BLUE)
        lead(axes, (step, 0.2), (step, 0.72), BLUE)
    if says:
        lead(axes, (step, 1.28), (step, 1.8), GREEN)
        write(axes, step, 1.95, says, size=14, color=GREEN)
    if step > 0:
        lead(axes, (step - 0.75, 1), (step - 0.25, 1), RED)


@diagram
def windows(axes, steps, window):
    """Draw truncated backpropagation: states go on, gradients stop at a border."""
    steps, window = few("steps", steps), whole("window", window)
    for step in range(steps):
        write(axes, step, 1, f"$h_{{{step + 1}}}$", size=13, bbox=THIN_BOX)
        if step + 1 == steps:
            continue
        lead(axes, (step + 0.24, 1.1), (step + 0.76, 1.1), RED)
        if (step + 1) % window > 0:
            ends = (step + 0.76, 0.86), (step + 0.24, 0.86)
            lead(axes, *ends, BLUE, linestyle="--")
        else:
            axes.plot([step + 0.5] * 2, [0.55, 1.5], color=GREY, linewidth=2)
    axes.text(0, 1.6, "states: carried on", color=RED, ha="left")
    axes.text(0, 0.3, "gradients: within a window", color=BLUE, ha="left")
    axes.set(xlim=(-0.5, steps - 0.5), ylim=(0.2, 1.8))


@diagram
def kinds_of_task(axes, read, said):
    """Draw which steps read something, and which say something: truth values."""
    read, said = yes_or_no("read", read), yes_or_no("said", said)
    count = few("read", len(read))
    require(len(said) == count, "said", f"{len(said)}", f"{count}, as read")
    for step, (reads, says) in enumerate(zip(read, said, strict=True)):
        a_step(axes, step, " ", "x" if reads else "", "y" if says else "")
    axes.set(xlim=(-0.5, max(4, count) - 0.5), ylim=(-0.15, 2.2))
