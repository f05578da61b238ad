"""How often a network learns to recall a symbol, by how long ago it was, and by its start.

Four symbols, then `lag` others that only disturb.  LSTMs whose forget gates start with a
bias, and a simple RNN with an orthogonal U.  Each row has, for each network and each lag,
the share of answers that are right on fresh data, in percent.
"""

import numpy as np

from helpers.engine import LSTM, SimpleRNN
from helpers.models import reader
from helpers.tasks import recall
from studies._memory import share_right, train

SETTINGS = {
    "networks": "Keras's start but for the forget bias; Adam, new data in each update",
    "units": 32,
    "batch": 32,
    "training": {"rate": 0.01, "updates": 600, "enough": 0.02},
    "lags": [10, 20, 40, 60],
    "biases": {"LSTM, bias 0": 0, "LSTM, bias 1": 1, "LSTM, bias 3": 3, "LSTM, bias 5": 5,
               "simple RNN": None},
    "test": 1000,
}  # fmt: skip
SEEDS = range(1, 31)
TOLERANCE = 2  # percent
EARLY = {"training": SETTINGS["training"] | {"updates": 50}}


def row(seed):
    """Return the percentages, by network, in the order of the lags."""
    right = {}
    for number, (name, bias) in enumerate(SETTINGS["biases"].items()):
        rng = np.random.default_rng([seed, number])
        right[name] = [percent_right(rng, bias, lag) for lag in SETTINGS["lags"]]
    return {"seed": seed, "right": right}


def percent_right(rng, bias, lag):
    """Train a network, and return how much of new data it has right."""
    size = 8, SETTINGS["units"], rng
    layer = SimpleRNN(*size) if bias is None else LSTM(*size, forget_bias=float(bias))
    network = reader(layer, 4, rng)
    batch = (SETTINGS["batch"],)
    train(network, lambda rng: recall(rng, batch, lag), rng, **SETTINGS["training"])
    return round(100 * share_right(network, *recall(rng, (SETTINGS["test"],), lag)), 1)
