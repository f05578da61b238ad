"""Text out of a network: what it says at a step is what it reads at the next."""

import numpy as np

from helpers.engine import softmax
from helpers.engine.training import two_layers
from helpers.lesson.arguments import generator, positive, symbols, whole


def sample(network, first, length, rng, temperature=1.0):
    """Draw each character from softmax(logits / T); return (…, texts, length).

    first  the character that each text begins with, whole numbers (…, texts)
    """
    temperature = positive("temperature", temperature)
    generator("rng", rng)

    def draw(logits):
        # the largest of logits + Gumbel noise is a draw from their softmax
        return (logits / temperature + rng.gumbel(size=logits.shape)).argmax(axis=-1)

    return spoken(network, first, length, draw)


def likeliest(network, first, length):
    """Take the likeliest character each time; return (…, texts, length)."""
    return spoken(network, first, length, lambda logits: logits.argmax(axis=-1))


def fed_back(network, first, length):
    """Feed all probabilities back: (…, texts, length, size)."""
    return spoken(network, first, length, softmax)


def spoken(network, first, length, choose):
    """Return what `choose` makes of the logits, step by step, each the next input."""
    walk, output = two_layers(network)
    first = symbols("first", first, walk.features, len(network.leading) + 1)
    inputs, state, said = first[..., np.newaxis], None, []
    for _ in range(whole("length", length)):
        inputs = choose(output.forward(walk.forward(inputs, state)))
        said.append(inputs)
        state = walk.state
    return np.concatenate(said, axis=first.ndim)
