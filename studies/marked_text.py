"""What can be read out of networks that learned a marked text, and out of untrained ones.

An LSTM and a simple RNN of the same number of units, 32, and one of 64.  Each row has, before
and after training, the loss on new text; for quote, depth and position the score of the best
unit and that of a linear probe: an area (AUC) for the quote, else a share of the variance.
"after c" is the area of the best unit for the quote at those places alone where the last
character was a c, which is there inside quotes and outside.
"""

import numpy as np

from helpers.engine import LSTM, SimpleRNN
from helpers.inside import areas, readings, units_of
from helpers.models import learn_text, mean_loss, reader
from helpers.models.readers import SKIPPED
from helpers.tasks import ALPHABET, marked_text

SETTINGS = {
    "networks": "Keras's start; Adam, windows of 64 characters of 32 texts, clipped at norm 1",
    "text": {"texts": 32, "length": 2049},
    "test": {"texts": 32, "length": 513},
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
    text, test = (marked_text(rng, **SETTINGS[name]) for name in ("text", "test"))
    for name, options in SETTINGS["layers"].items():
        kind = LSTM if name == "LSTM" else SimpleRNN
        network = reader(kind(9, options["units"], rng, return_sequences=True), 9, rng)
        before = scores(network, test)
        learn_text(network, text, rng, rate=options["rate"], updates=SETTINGS["updates"])
        found[name] = {"before": before, "after": scores(network, test)}
    return found


def scores(network, text):
    """Return the loss, and [best unit, probe] of each part of the hidden state."""
    layer, found = network.layers[0], {"loss": round(mean_loss(network, text), 3)}
    for name, reading in readings(layer, text).items():
        found[name] = [round(reading.best, 3), round(reading.probe, 3)]
    characters, quote = (each[:, SKIPPED:-1].ravel() for each in (text.characters, text.quote))
    after_c = characters == ALPHABET.index("c")
    found["after c"] = round(float(areas(units_of(layer, text)[after_c], quote[after_c]).max()), 3)
    return found
