"""The small networks that figures on the site compute with, and what each can do.

Weights are rounded to thousandths, and packed: two bytes a weight, the parameters of a network
one after another, as base64.  What a network can do is measured after the rounding.

hello     three units that say the word "hello"; "says hello" is its probability
adders    two of three units that are right on all pairs of 6 bits: "sound" is proved to be right
          on numbers of any length, "leaks" has at least one wrong bit on hard pairs of 64 bits
reader    an LSTM of 16 units that has read marked text: its loss on new text, the cell that
          tells most of the quote and of the position, and how well it tells it
copiers   LSTMs of 16 units that copy 1 to 8 digits: "as is", "reversed", and "looking", with
          attention; the share of strings that are copied without a mistake
"""

import base64
from functools import partial

import numpy as np

from helpers.engine import LSTM
from helpers.inside import prove, readings
from helpers.models import (
    adder_of,
    bits_right,
    encoder_decoder,
    exact,
    learn,
    learn_text,
    mean_loss,
    reader,
    says_right,
    some_of,
    trained_adders,
    trained_predictors,
    word_probability,
)
from helpers.tasks import copying, hard_pairs, marked_text, next_characters

SETTINGS = {
    "hello": {"units": 3, "networks": 8, "updates": 500},
    "adders": {"networks": 192, "passes": 5},
    "reader": {"units": 16, "rate": 0.01, "updates": 1000},
    "copiers": {"units": 16, "rate": 0.02, "updates": 800, "longest": 8},
}
SEEDS = range(1, 6)
TOLERANCE = 0.05  # of shares and losses: each seed has its own networks
KINDS = {"as is": (None, False), "reversed": (None, True), "looking": ("after", False)}


def row(seed):
    """Return the networks of one seed, packed, and what they can do."""
    rng = np.random.default_rng(seed)
    return {
        "seed": seed,
        "hello": hello(rng, **SETTINGS["hello"]),
        "adders": adders(rng, **SETTINGS["adders"]),
        "reader": text_reader(rng, **SETTINGS["reader"]),
        "copiers": {kind: copier(rng, kind, **SETTINGS["copiers"]) for kind in KINDS},
    }


def rounded(network):
    """Round the weights of a network, in place, to what is packed; return it."""
    network.parameters[...] = np.round(network.parameters * 1000) / 1000
    return network


def packed(parameters):
    """Return rounded weights as text; ValueError if one is beyond ±32.767."""
    thousandths = np.round(np.asarray(parameters, np.float64) * 1000)
    if np.abs(thousandths).max() > 32767:
        raise ValueError("parameters: expected weights below 32.767")
    return base64.b64encode(thousandths.astype("<i2").tobytes()).decode()


def unpacked(text):
    """Return the weights that a text stands for."""
    return np.frombuffer(base64.b64decode(text), "<i2") / 1000


def hello(rng, units, networks, updates):
    """Return the first network that says the word."""
    word = next_characters(["hello"], "helo")
    options = {"size": 4, "units": units, "networks": networks, "updates": updates}
    network, _ = trained_predictors(rng, *word, **options)
    inputs, targets = (numbers[None] for numbers in word)
    one = says_right(rounded(network), inputs, targets).argmax()
    said = word_probability(network, inputs, targets)[one, 0]
    return {"weights": packed(network.parameters[one]), "says hello": float(said)}


def adders(rng, networks, passes):
    """Return a network that is proved to add, and one that is right and leaks."""
    ensemble = rounded(trained_adders(rng, networks, passes=passes))
    right, hard = bits_right(ensemble) == 1, hard_pairs(rng, 64)
    share = np.ones(networks)
    share[right] = bits_right(some_of(ensemble, right), hard)
    proved = (n for n in np.flatnonzero(right & (share == 1)) if prove(adder_of(ensemble, n)))
    chosen = {"sound": next(proved), "leaks": share.argmin()}
    weights = {name: packed(ensemble.parameters[n]) for name, n in chosen.items()}
    return {"weights": weights, "hard bits right": {n: float(share[k]) for n, k in chosen.items()}}


def text_reader(rng, units, rate, updates):
    """Return an LSTM that has read marked text."""
    text, test = marked_text(rng, 32, 2049), marked_text(rng, 32, 513)
    layer = LSTM(9, units, rng, return_sequences=True)
    network = reader(layer, 9, rng)
    learn_text(network, text, rng, rate=rate, updates=updates)
    weights = packed(rounded(network).parameters)
    cells = {name: readings(layer, test)[name] for name in ("quote", "position")}
    return {
        "weights": weights,
        "loss": mean_loss(network, test),
        "cells": {name: f"{each.unit:02}" for name, each in cells.items()},
        "tells": {name: each.best for name, each in cells.items()},
    }


def copier(rng, kind, units, rate, updates, longest):
    """Return a network that copies digits."""
    looks, turned = KINDS[kind]
    network = encoder_decoder(rng, 13, 13, units, looks=looks, dtype=np.float64)
    draw = partial(copying, shape=(16,), least=1, most=longest, turned=turned)
    learn(network, draw, rng, rate=rate, updates=updates)
    strings = copying(rng, (500,), 1, longest, turned=turned)
    right = exact(rounded(network), *strings).mean()
    return {"weights": packed(network.parameters), "copies": float(right)}
