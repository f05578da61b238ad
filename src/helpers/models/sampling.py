"""What networks say when left alone: what is said at a step is read at the next.

A reader of characters goes on with a text; an encoder–decoder writes an answer.
"""

from typing import NamedTuple

import numpy as np

from helpers.engine import softmax
from helpers.engine.training import two_layers
from helpers.lesson.arguments import (
    instance,
    no_warnings,
    positive,
    require,
    require_shape,
    symbols,
    unmoved,
    whole,
)
from helpers.models.encoder_decoders import EncoderDecoder
from helpers.tasks.pairs import END, PAD, START


def sample(network, first, length, rng, temperature=1.0):
    """Draw each character from softmax(logits / T); return (…, texts, length).

    first  the character that each text begins with, whole numbers (…, texts)
    """
    temperature = positive("temperature", temperature)

    def draw(logits):
        # the largest of logits + Gumbel noise is a draw from their softmax
        noise = rng.gumbel(size=logits.shape)
        return (sharpened(logits, temperature) + noise).argmax(axis=-1)

    with unmoved(rng):
        return spoken(network, first, length, draw)


def sharpened(logits, temperature):
    """Return logits / T less the largest, which changes no softmax: 0, and below."""
    temperature = positive("temperature", temperature)
    with no_warnings():  # to −∞: what is never drawn
        below = (logits - logits.max(axis=-1, keepdims=True)).astype(np.float64)
        return (below / temperature).astype(logits.dtype)


def likeliest(network, first, length):
    """Take the likeliest character each time; return (…, texts, length)."""
    return spoken(network, first, length, lambda logits: logits.argmax(axis=-1))


def fed_back(network, first, length):
    """Feed all probabilities back: (…, texts, length, size)."""
    return spoken(network, first, length, softmax)


def spoken(network, first, length, choose):
    """Return what `choose` makes of the logits, step by step, each the next input."""
    walk, output = two_layers(network)
    given, wanted = (
        f"one that names {output.units}",
        f"as many as it reads, {walk.features}",
    )
    require(output.units == walk.features, "network", given, wanted)
    first = symbols("first", first, walk.features, len(network.leading) + 1)
    require_shape("first", first, network.leading, (None,))
    inputs, state, said = first[..., np.newaxis], None, []
    for _ in range(whole("length", length)):
        inputs = choose(output.forward(walk.forward(inputs, state)))
        said.append(inputs)
        state = walk.state
    return np.concatenate(said, axis=first.ndim)


class Written(NamedTuple):
    """What a network wrote, each symbol the likeliest, and what it was based on.

    symbols        (…, batch, length), PAD behind END
    probabilities  of each symbol, (…, batch, length, symbols)
    attention      (…, batch, length, places); None if it does not look
    """

    symbols: np.ndarray
    probabilities: np.ndarray
    attention: np.ndarray | None


def greedy(network, source, length):
    """Return what a network writes by itself, symbol by symbol, as `Written`."""
    instance("network", network, EncoderDecoder, "an encoder–decoder")
    memory, mask, state = network.encode(source)
    said, decoder = np.full((*memory.shape[:-2], 1), START), network.layers[1]
    symbols, likely, looked = [], [], []
    for _ in range(whole("length", length)):
        logits = network.decode(said, memory, mask, state)
        said, state = logits.argmax(axis=-1), decoder.state
        symbols.append(said)
        likely.append(softmax(logits))
        looked += [decoder.attention] if network.looks else []
    attention = np.concatenate(looked, axis=-2) if network.looks else None
    written = up_to_end(np.concatenate(symbols, axis=-1))
    return Written(written, np.concatenate(likely, axis=-2), attention)


def up_to_end(symbols):
    """Return symbols (…, length) with PAD behind the first END."""
    is_end = symbols == END
    after_end = np.cumsum(is_end, axis=-1) - is_end > 0
    return np.where(after_end, PAD, symbols)


def exact(network, source, target):
    """Tell of each row whether the network, left alone, writes all of the target."""
    instance("network", network, EncoderDecoder, "an encoder–decoder")
    said = network.read_target(target)[..., 1:]
    written = greedy(network, source, said.shape[-1]).symbols
    network.read_target(target, written.shape[-2])
    return (written == said).all(axis=-1)
