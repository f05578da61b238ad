"""The networks in the record that figures show can do what the record says, on every machine."""

import numpy as np
import pytest

from helpers.engine import LSTM
from helpers.inside import prove
from helpers.lesson import load_study
from helpers.models import (
    adder_of,
    bits_right,
    encoder_decoder,
    exact,
    mean_loss,
    reader,
    untrained_adders,
    untrained_predictors,
    word_probability,
)
from helpers.tasks import copying, hard_pairs, marked_text, next_characters
from studies.played import KINDS, SETTINGS, packed, unpacked

ROWS = load_study("played")["rows"]
RNG = np.random.default_rng(1)  # what it starts with is put aside


@pytest.fixture(params=ROWS, ids=[f"seed {row['seed']}" for row in ROWS])
def row(request):
    return request.param


def test_hello(row):
    network = untrained_predictors(RNG, 4, SETTINGS["hello"]["units"])
    network.parameters[...] = unpacked(row["hello"]["weights"])
    said = word_probability(network, *next_characters(["hello"], "helo"))
    assert said == pytest.approx(row["hello"]["says hello"], abs=1e-9)
    assert said > 0.9


def test_adders(row):
    ensemble = untrained_adders(RNG, 2)
    weights = [row["adders"]["weights"][name] for name in ("sound", "leaks")]
    ensemble.parameters[...] = [unpacked(each) for each in weights]
    assert bits_right(ensemble).tolist() == [1, 1]
    assert prove(adder_of(ensemble, 0))
    sound, leaks = bits_right(ensemble, hard_pairs(np.random.default_rng(2), 64))
    assert sound == 1 > leaks


def test_reader(row):
    network = reader(LSTM(9, SETTINGS["reader"]["units"], RNG, return_sequences=True), 9, RNG)
    network.parameters[...] = unpacked(row["reader"]["weights"])
    loss = mean_loss(network, marked_text(np.random.default_rng(3), 32, 513))
    assert loss == pytest.approx(row["reader"]["loss"], abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_copiers(row, kind):
    looks, turned = KINDS[kind]
    network = encoder_decoder(RNG, 13, 13, SETTINGS["copiers"]["units"], looks=looks,
                              dtype=np.float64)  # fmt: skip
    network.parameters[...] = unpacked(row["copiers"][kind]["weights"])
    strings = copying(np.random.default_rng(4), (500,), 1, 8, turned=turned)
    assert exact(network, *strings).mean() == pytest.approx(row["copiers"][kind]["copies"], abs=0.1)


def test_packing_keeps_thousandths_and_refuses_what_does_not_fit():
    weights = np.array([-32.767, -0.001, 0, 0.5, 32.767])
    assert unpacked(packed(weights)).tolist() == weights.tolist()
    with pytest.raises(ValueError, match="parameters: expected weights below"):
        packed([32.768])
