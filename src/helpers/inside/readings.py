"""What the units of a network hold of a marked text's hidden state, and how well."""

from typing import NamedTuple

import numpy as np

from helpers.engine import LSTM, Recurrent
from helpers.inside.gates import gates_of
from helpers.inside.probes import areas, probe, shares_explained
from helpers.lesson.arguments import brief, require
from helpers.models.readers import SKIPPED, read_long
from helpers.tasks.marked_text import ALPHABET


class Reading(NamedTuple):
    """The unit that tells most, its score, and the score of a probe on all units.

    Scores of the quote are areas (AUC, from ½ to 1); those of the depth and the
    position are shares of the variance that is explained.
    """

    unit: int
    best: float
    probe: float


def units_of(layer, text):
    """Return what the units hold after each character, (examples, units): c, or h."""
    text = read_long(text)
    fits = isinstance(layer, Recurrent) and not layer.leading and layer.return_sequences
    fits = fits and layer.features == len(ALPHABET)
    wanted = "a single recurrent layer that reads a text, and returns sequences"
    require(fits, "layer", brief(layer), wanted)
    seen, is_lstm = text.characters[:, :-1], isinstance(layer, LSTM)
    held = gates_of(layer, seen).c if is_lstm else layer.forward(seen).astype(float)
    return held[:, SKIPPED:].reshape(-1, layer.units)


def readings(layer, text):
    """Return a `Reading` of the quote, the depth and the position, by name.

    A probe is fitted on the first half of the texts, and scored on the others.
    """
    text = read_long(text)
    require(len(text.quote) > 1, "text", "one text", "two texts or more")
    units, found = units_of(layer, text), {}
    half = len(text.quote) // 2 * (len(units) // len(text.quote))
    for name in ("quote", "depth", "position"):
        wanted = getattr(text, name)[:, SKIPPED:-1].ravel()
        require_varied(name, wanted[:half], wanted[half:])
        scores = (areas if name == "quote" else shares_explained)(units, wanted)
        said = probe(units[:half], wanted[:half], units[half:])
        score = probe_score(name, said, wanted[half:])
        found[name] = Reading(int(scores.argmax()), float(scores.max()), score)
    return found


def probe_score(name, said, wanted):
    """Return the area for the quote, and the share of the variance for the others."""
    if name == "quote":
        return float(areas(said[:, np.newaxis], wanted)[0])
    return float(1 - np.mean((said - wanted) ** 2) / wanted.var())


def require_varied(name, *halves):
    """Refuse texts if in one half of them what is to be read stays as it is."""
    vary = all(np.ptp(half) > 0 for half in halves)
    require(
        vary, "text", f"one {name} alone", "others too, in either half of the texts"
    )
