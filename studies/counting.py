"""How far networks count that learned n a, n b, then the end, for n up to 20.

Each row has the largest n up to which all of 1, 2, …, n are right, at most 100: every character
from the first b on.  An LSTM of 8 units after 400 updates; simple RNNs of 32 units after 2,000,
with several rates.
"""

import numpy as np

from helpers.engine import LSTM, SimpleRNN
from helpers.models import learn_to_count, reader, right_up_to

SETTINGS = {
    "networks": "Keras's start; Adam, 32 new strings in each update, clipped at norm 1",
    "trained to": 20,
    "LSTM": {"units": 8, "rate": 0.05, "updates": 400},
    "simple RNN": {"units": 32, "rates": [0.01, 0.003], "updates": 2000},
}
SEEDS = range(1, 31)
TOLERANCE = 3
EARLY = {
    "LSTM": SETTINGS["LSTM"] | {"updates": 100},
    "simple RNN": SETTINGS["simple RNN"] | {"updates": 200},
}


def row(seed):
    """Return how far each counts."""
    rng, lstm, simple = np.random.default_rng(seed), SETTINGS["LSTM"], SETTINGS["simple RNN"]
    layer = LSTM(3, lstm["units"], rng, return_sequences=True)
    found = {"seed": seed, "LSTM": counted(layer, lstm["rate"], lstm["updates"], rng)}
    for rate in simple["rates"]:
        layer = SimpleRNN(3, simple["units"], rng, return_sequences=True)
        found[f"simple RNN, rate {rate}"] = counted(layer, rate, simple["updates"], rng)
    return found


def counted(layer, rate, updates, rng):
    """Train a network with this layer; return how far it counts."""
    network = reader(layer, 3, rng)
    learn_to_count(network, rng, rate=rate, updates=updates, most=SETTINGS["trained to"])
    return int(right_up_to(network, 100))
