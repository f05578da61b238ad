"""What can be read out of networks that learned a marked text, and out of untrained ones.

An LSTM and a simple RNN of the same number of units, 32, and one of 64.  Each row has, before
and after training, the loss on new text; for quote, depth and position the score of the best
unit and that of a linear probe: an area (AUC) for the quote, else a share of the variance.
"by letter" is the area for the quote at those places alone where the last character was an
a, b, c or d, all of the one unit that is best after c; "h" the area of the best h of an LSTM.
"dear" are LSTMs that read texts with more brackets, beside what it costs a reader of them not
to know a part of the hidden state.
"""

import numpy as np

from helpers.engine import LSTM, SimpleRNN
from helpers.inside import areas, readings, units_of
from helpers.models import learn_text, mean_loss, reader
from helpers.models.readers import SKIPPED
from helpers.tasks import ALPHABET, least_loss, marked_text

SETTINGS = {
    "networks": "Keras's start; Adam, windows of 64 characters of 32 texts, clipped at norm 1",
    "text": {"texts": 32, "length": 2049},
    "test": {"texts": 32, "length": 513},
    "brackets": 3,
    "updates": 600,
    "layers": {
        "LSTM": {"units": 32, "rate": 0.02},
        "simple RNN": {"units": 32, "rate": 0.005},
        "simple RNN, 64": {"units": 64, "rate": 0.005},
    },
}
SEEDS = range(1, 31)
TOLERANCE = 0.02
EARLY = {"updates": 50}


def row(seed):
    """Return losses and scores of all layers."""
    rng, found = np.random.default_rng(seed), {"seed": seed}
    text, test = texts(rng)
    for name, options in SETTINGS["layers"].items():
        found[name] = learned(rng, name, options, text, test)
    text, test = texts(rng, brackets=SETTINGS["brackets"])
    dear = learned(rng, "LSTM", SETTINGS["layers"]["LSTM"], text, test)
    return found | {"dear": dear | {"worth": worth(test)}}


def texts(rng, **options):
    """Return a text to learn from, and one to test with."""
    return [marked_text(rng, **SETTINGS[name], **options) for name in ("text", "test")]


def learned(rng, name, options, text, test):
    """Train a network; return its scores before and after."""
    kind = LSTM if name == "LSTM" else SimpleRNN
    network = reader(kind(9, options["units"], rng, return_sequences=True), 9, rng)
    before = scores(network, test)
    learn_text(network, text, rng, rate=options["rate"], updates=SETTINGS["updates"])
    return {"before": before, "after": scores(network, test)}


def worth(text):
    """Return how much more a reader pays who does not know one part of the hidden state."""
    parts = ("quote", "depth", "position")
    prices = [least_loss(text, [p for p in parts if p != part]) for part in parts]
    return [round(price - least_loss(text), 3) for price in prices]


def scores(network, text):
    """Return the loss, and [best unit, probe] of each part of the hidden state."""
    layer, found = network.layers[0], {"loss": round(mean_loss(network, text), 3)}
    for name, reading in readings(layer, text).items():
        found[name] = [round(reading.best, 3), round(reading.probe, 3)]
    characters, quote = (each[:, SKIPPED:-1].ravel() for each in (text.characters, text.quote))
    found["by letter"] = by_letter(units_of(layer, text), characters, quote)
    if isinstance(layer, LSTM):
        h = layer.forward(text.characters[:, :-1])[:, SKIPPED:].reshape(len(quote), -1)
        found["h"] = round(float(areas(h, quote).max()), 3)
    return found


def by_letter(units, characters, quote):
    """Return how well the unit that tells the quote best after c does so after each letter."""
    after = [characters == ALPHABET.index(letter) for letter in "abcd"]
    found = np.array([areas(units[where], quote[where]) for where in after])
    return found[:, found[2].argmax()].round(3).tolist()
