"""Networks that read a marked text, and what can be read out of their units."""

from typing import NamedTuple

import numpy as np

from helpers.arguments import require, whole
from helpers.dense import Dense
from helpers.losses import softmax_cross_entropy
from helpers.lstm import LSTM
from helpers.marked_text import ALPHABET, MarkedText
from helpers.networks import Network
from helpers.optimizers import Adam
from helpers.probes import areas, probe, shares_explained
from helpers.recurrent import Recurrent
from helpers.training import fit_fresh

SKIPPED = 20  # characters at the start of a text, where nobody can know the position


class Reading(NamedTuple):
    """The unit that tells most, its score, and the score of a probe on all units.

    Scores of the quote are areas (AUC, from ½ to 1); those of the depth and the
    position are shares of the variance that is explained.
    """

    unit: int
    best: float
    probe: float


def reader(layer, rng):
    """Return a network that says the next character: a layer, and a dense one on it."""
    require_reads(layer, features=len(ALPHABET))
    dense = Dense(layer.units, len(ALPHABET), rng, dtype=layer.dtype)
    return Network([layer, dense], softmax_cross_entropy)


def learn(network, text, rng, *, rate=0.02, updates=600, window=64):
    """Train by Adam on windows of the text, drawn anew each time; return the losses."""
    characters, length = text.characters, whole("window", window) + 1
    room = characters.shape[1] - length
    require(room >= 0, "window", window, f"at most {characters.shape[1] - 1} steps")

    def draw(rng):
        begin = rng.integers(0, room + 1)
        few = characters[:, begin : begin + length]
        return few[:, :-1], few[:, 1:]

    options = {"updates": updates, "rng": rng, "clip": 1.0}
    return fit_fresh(network, draw, Adam(rate), **options)


def mean_loss(network, text):
    """Return the mean loss on a text."""
    require_long(text)
    outputs = network.forward(text.characters[:, :-1])
    losses, _ = softmax_cross_entropy(outputs, text.characters[:, 1:])
    return float(losses[:, SKIPPED:].mean())


def units_of(layer, text):
    """Return what the units hold after each character, (examples, units): c, or h."""
    require_long(text)
    require_reads(layer)
    h = layer.forward(text.characters[:, :-1])
    if isinstance(layer, LSTM):
        h = layer.c[1:].transpose(2, 0, 1)  # (time, units, batch) to (batch, time, …)
    return h[:, SKIPPED:].reshape(-1, layer.units).astype(float)


def readings(layer, text):
    """Return a `Reading` of the quote, the depth and the position, by name.

    A probe is fitted on the first half of the texts, and scored on the others.
    """
    require(len(text.quote) > 1, "text", "one text", "two texts or more")
    units, found = units_of(layer, text), {}
    half = len(text.quote) // 2 * (len(units) // len(text.quote))
    for name in ("quote", "depth", "position"):
        wanted = getattr(text, name)[:, SKIPPED:-1].ravel()
        scores = (areas if name == "quote" else shares_explained)(units, wanted)
        said = probe(units[:half], wanted[:half], units[half:])
        score = probe_score(name, said, wanted[half:])
        found[name] = Reading(int(scores.argmax()), float(scores.max()), score)
    return found


def require_long(text):
    """Refuse a text that has no characters after those that are skipped."""
    is_text = isinstance(text, MarkedText)
    length = text.characters.shape[1] if is_text else 0
    wanted = f"a MarkedText with more than {SKIPPED + 1} characters"
    require(length > SKIPPED + 1, "text", f"{length} characters", wanted)


def require_reads(layer, features=None):
    """Refuse what is no single recurrent layer that returns h after each step."""
    fits = isinstance(layer, Recurrent) and not layer.leading and layer.return_sequences
    fits = fits and features in (None, layer.features)
    wanted = "a single recurrent layer that reads such texts and returns sequences"
    require(fits, "layer", repr(layer), wanted)


def probe_score(name, said, wanted):
    """Return the area for the quote, and the share of the variance for the others."""
    if name == "quote":
        return float(areas(said[:, np.newaxis], wanted)[0])
    return float(1 - np.mean((said - wanted) ** 2) / wanted.var())
