"""The adding problem over 100 steps: an LSTM, and simple RNNs of twice its units.

Each row has the mean squared error of each network on 1,000 fresh sequences, after the
same number of updates at most; to say 1 always costs 1/6.  The simple RNN gets several
rates.
"""

import numpy as np

from helpers.engine import LSTM, SimpleRNN, squared_error
from helpers.models import reader
from helpers.tasks import adding
from studies._memory import train

SETTINGS = {
    "networks": "Keras's start but for the forget bias; Adam, new data in each update",
    "steps": 100,
    "batch": 32,
    "training": {"updates": 2000, "enough": 0.003},
    "LSTM": {"units": 16, "forget_bias": 3.0, "rate": 0.01},
    "simple RNN": {"units": 32, "rates": [0.01, 0.003, 0.001]},
    "test": 1000,
}
SEEDS = range(1, 21)
TOLERANCE = 0.002
EARLY = {"training": SETTINGS["training"] | {"updates": 100}}
PART = {"simple RNN": SETTINGS["simple RNN"] | {"rates": [0.01]}}


def row(seed):
    """Return the errors."""
    rng, lstm, simple = np.random.default_rng(seed), SETTINGS["LSTM"], SETTINGS["simple RNN"]
    layer = LSTM(2, lstm["units"], rng, forget_bias=lstm["forget_bias"])
    found = {"seed": seed, "LSTM": error(layer, lstm["rate"], rng), "simple RNN": {}}
    for rate in simple["rates"]:
        layer = SimpleRNN(2, simple["units"], rng)
        found["simple RNN"][str(rate)] = error(layer, rate, rng)
    return found


def error(layer, rate, rng):
    """Train a network with this layer; return its mean squared error on fresh data."""
    network = reader(layer, 1, rng, squared_error)
    steps, batch = SETTINGS["steps"], SETTINGS["batch"]
    train(network, lambda rng: adding(rng, (batch,), steps), rng, rate=rate, **SETTINGS["training"])
    inputs, targets = adding(rng, (SETTINGS["test"],), steps)
    return round(float(np.mean((network.forward(inputs) - targets) ** 2)), 4)
