"""Networks that read symbols and name one: what comes next, or what was there before.

A recurrent layer reads, and a dense one says how likely each answer is, as logits.
Sources: A. Karpathy, "The unreasonable effectiveness of recurrent neural networks",
2015; F. Gers and J. Schmidhuber, "LSTM recurrent networks learn simple context-free and
context-sensitive languages", 2001 (the strings aⁿbⁿ).
"""

import numpy as np

from helpers.engine import (
    Adam,
    Dense,
    Network,
    Recurrent,
    fit_fresh,
)
from helpers.engine.losses import softmax_cross_entropy
from helpers.lesson.arguments import (
    LARGEST,
    function_of,
    generator,
    instance,
    kinds_of,
    require,
    sizes,
    symbols,
    unmoved,
    whole,
)
from helpers.tasks.marked_text import ALPHABET, read_text
from helpers.tasks.memory import equal_runs

SKIPPED = 20  # characters at the start of a text, where nobody can know the position


def reader(layer, answers, rng, loss=softmax_cross_entropy):
    """Return a network: a recurrent layer, and a dense one with so many outputs."""
    instance("layer", layer, Recurrent, "a recurrent layer")
    function_of("loss", loss)
    *_, answers = sizes("answers", (*layer.leading, layer.units, answers))
    networks = layer.leading[0] if layer.leading else None
    with unmoved(rng):
        dense = Dense(layer.units, answers, rng, networks=networks, dtype=layer.dtype)
        return Network([layer, dense], loss)


def require_reader(network, size):
    """Refuse what does not read `size` symbols, and name one of them at each step."""
    wanted = f"a network that reads {size} symbols, and names one at each step"
    layers = instance("network", network, Network, wanted).layers
    read, named = layers[0].features, layers[-1].units
    given = f"{kinds_of(*layers)}, which reads {read} and names {named}"
    fits = read == named == size and "i" in layers[0].symbol_kinds
    require(fits, "network", given, wanted)
    one_way = all(getattr(each, "reads_one_way", True) for each in layers)
    given, before = "one that reads both ways", f"{wanted}, before it reads on"
    require(one_way, "network", given, before)
    each_step = all(getattr(each, "return_sequences", True) for each in layers)
    require(each_step, "network", "one that names only the last", wanted)


def learn_to_count(network, rng, *, rate, updates, most, batch=32):
    """Train by Adam on strings aⁿbⁿ with n from 1 to `most`; return the losses."""
    require_reader(network, 3)
    shape, most = (*network.leading, whole("batch", batch)), whole("most", most)
    sizes("batch", (*shape, 2 * most + 2))  # the strings, and what comes after

    def draw(rng):
        return equal_runs(rng.integers(1, most + 1, shape), 2 * most + 1)

    return fit_fresh(network, draw, Adam(rate), updates=updates, rng=rng, clip=1.0)


def right_up_to(network, most):
    """Return for each network the largest n up to which it is right, at most `most`.

    Right means: from the first b on, the likeliest character is the one that comes.
    Before that nobody can know when the a end.
    """
    right = [all_right(network, n) for n in range(1, whole("most", most) + 1)]
    return np.cumprod(right, axis=0).sum(axis=0)


def all_right(network, n):
    """Tell of each network whether it is right on aⁿbⁿ from the first b on."""
    require_reader(network, 3)
    n = whole("n", n)
    sizes("n", (*network.leading, 2 * n + 1))
    one_string = np.full((*np.ones_like(network.leading), 1), n)
    inputs, targets = equal_runs(one_string, 2 * n)
    logits = network.forward(inputs)
    return (logits.argmax(axis=-1) == targets)[..., n:].all(axis=(-2, -1))


def learn_text(network, text, rng, *, rate=0.02, updates=600, window=64):
    """Train by Adam on windows of the text, drawn anew each time; return the losses."""
    require_single(network)
    draw = windows_of(read_text("text", text).characters, window)
    return fit_fresh(network, draw, Adam(rate), updates=updates, rng=rng, clip=1.0)


def windows_of(texts, window):
    """Return a function of rng: it draws steps of all texts, and what follows each.

    texts   whole numbers (texts, length)
    window  how many steps one after another; they begin anywhere
    """
    texts = symbols("texts", texts, LARGEST + 1, ndim=2)
    window = whole("window", window)
    room = texts.shape[1] - window - 1
    require(room >= 0, "window", window, f"at most {texts.shape[1] - 1} steps")

    def draw(rng):
        begin = generator("rng", rng).integers(0, room + 1)
        few = texts[:, begin : begin + window + 1]
        return few[:, :-1].copy(), few[:, 1:].copy()

    return draw


def mean_loss(network, text):
    """Return the mean loss on a text."""
    require_single(network)
    text = read_long(text)
    outputs = network.forward(text.characters[:, :-1])
    losses, _ = softmax_cross_entropy(outputs, text.characters[:, 1:])
    return float(losses[:, SKIPPED:].mean())


def require_single(network):
    """Refuse what does not read marked texts, and an ensemble."""
    require_reader(network, len(ALPHABET))
    require(not network.leading, "network", "an ensemble", "a single network")


def read_long(text):
    """Return a text; ValueError unless it goes on after those that are skipped."""
    text = read_text("text", text)
    given, wanted = f"{text.characters.shape[1]}", f"more than {SKIPPED + 1} characters"
    require(text.characters.shape[1] > SKIPPED + 1, "text", given, wanted)
    return text
