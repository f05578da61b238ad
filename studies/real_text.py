"""LSTMs that read the prose of this series, and write.

Each row has, after each number of updates, the bits a character on paragraphs that were
learned from and on others, how often its likeliest characters are the next ones of the text,
how far what it says on the others is from counting groups of one, two … characters, and from
each of these made as unsure as fits best, and what it writes; for some also the bits
where it sees its last few characters alone.
"""

import numpy as np

from helpers.engine import LSTM, Adam, fit_fresh
from helpers.models import probabilities, reader, sample, windows_of
from helpers.tasks import (
    NGrams,
    bits,
    decode,
    divergence,
    in_rows,
    kept_back,
    last_characters,
    least_divergence,
    series_prose,
    share_continued,
)

SETTINGS = {
    "networks": "LSTM, Keras's start, float32; Adam, windows of 32 rows of the text, norm 1",
    "units": 96,
    "rate": 0.01,
    "window": 50,
    "updates": [0, 20, 50, 100, 200, 500, 1000, 1500, 2000, 3000, 5000],
    "contexts after": [100, 500, 1500, 5000],
    "contexts": [1, 2, 3, 4, 5, 7, 10, 15, 20, 30],
    "n": [1, 2, 3, 4, 5, 6],
    "written": 300,
    "continued by": 20,
}
SEEDS = range(1, 13)
TOLERANCE = 0.02
EARLY = {"updates": [0, 20], "contexts after": []}
PART = {"updates": SETTINGS["updates"][:8], "contexts after": [100, 500, 1500]}

TEXT = series_prose()
ALPHABET = "".join(sorted(set(TEXT)))
SEEN, NEW = kept_back(TEXT)
TO_TEST = {"seen": in_rows(SEEN, ALPHABET, 80)[::8], "new": in_rows(NEW, ALPHABET, 10)}


def row(seed):
    """Return what there is to say of one network, by the number of its updates."""
    rng = np.random.default_rng(seed)
    size, units = len(ALPHABET), SETTINGS["units"]
    layer = LSTM(size, units, rng, return_sequences=True, dtype=np.float32)
    network, optimizer = reader(layer, size, rng), Adam(SETTINGS["rate"])
    draw = windows_of(in_rows(SEEN, ALPHABET, 32), SETTINGS["window"])
    found, done = {}, 0
    for updates in SETTINGS["updates"]:
        if updates > done:
            options = {"updates": updates - done, "rng": rng, "clip": 1.0}
            fit_fresh(network, draw, optimizer, **options)
            done = updates
        found[str(updates)] = measured(network, rng)
        if updates in SETTINGS["contexts after"]:
            found[str(updates)]["by context"] = by_context(network)
    return {"seed": seed, "after": found}


def measured(network, rng):
    """Return bits, distances to counting, and what it writes."""
    found = {name: measured_on(network, rows) for name, rows in TO_TEST.items()}
    said = probabilities(network, TO_TEST["new"][:1, :-1])[0].astype(float)
    counted = [NGRAMS.probabilities(FIRST_NEW, n)[1:] for n in SETTINGS["n"]]
    found["from counting"] = [round(divergence(said, q), 4) for q in counted]
    found["from unsure counting"] = [round(least_divergence(said, q), 4) for q in counted]
    start = np.array([ALPHABET.index("\n")])  # as a paragraph begins
    found["writes"] = decode(sample(network, start, SETTINGS["written"], rng)[0], ALPHABET)
    return found


def measured_on(network, rows):
    """Return the mean bits a character of rows of text, and the share that is continued."""
    said, then = probabilities(network, rows[:, :-1]), rows[:, 1:]
    share = share_continued(said, then, SETTINGS["continued by"])
    return {"bits": float(bits(said, then).mean().round(4)), "continued": round(share, 5)}


def by_context(network):
    """Return the mean bits where only the last few characters are seen."""
    found = []
    for context in SETTINGS["contexts"]:
        before, then = last_characters(TO_TEST["new"][:3].ravel(), context)
        said = probabilities(network, before)[:, -1]
        found.append(float(bits(said, then).mean().round(4)))
    return found


FIRST_NEW = decode(TO_TEST["new"][0], ALPHABET)
NGRAMS = NGrams(SEEN, ALPHABET, longest=max(SETTINGS["n"]))
