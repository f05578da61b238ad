"""What is in float32 stays in float32, forth and back, whatever kind of numbers comes in."""

import numpy as np
import pytest

from helpers import engine
from tests.hostile import arrays_in

RNG = np.random.default_rng(1)
OPTIONS = {"rng": RNG, "dtype": np.float32}
ROWS, SYMBOLS = RNG.normal(size=(2, 4, 3)), RNG.integers(0, 3, (2, 4))
MASK = np.array([[True, True, False, False], [True, True, True, True]])
PLACES, STATE = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(2, 2))


def writer(features):
    return engine.LSTM(features, 2, return_sequences=True, **OPTIONS)


def seen():
    return engine.Attention(2, 3, **OPTIONS)


CASES = {
    "Dense": (engine.Dense(3, 2, **OPTIONS), [ROWS]),
    "Embedding": (engine.Embedding(3, 2, **OPTIONS), [SYMBOLS]),
    "SimpleRNN": (engine.SimpleRNN(3, 2, **OPTIONS), [ROWS, [STATE]]),
    "SimpleRNN of symbols": (engine.SimpleRNN(3, 2, **OPTIONS), [SYMBOLS, [STATE]]),
    "LSTM": (engine.LSTM(3, 2, **OPTIONS), [ROWS, [STATE, STATE], MASK]),
    "GRU": (engine.GRU(3, 2, **OPTIONS), [ROWS, [STATE]]),
    "Bidirectional": (
        engine.Bidirectional(engine.GRU(3, 2, **OPTIONS), engine.GRU(3, 2, **OPTIONS)),
        [ROWS],
    ),
    "Attention": (seen(), [RNG.normal(size=(2, 4, 2)), PLACES, np.ones((2, 5), bool)]),
    "AdditiveAttention": (
        engine.AdditiveAttention(2, 3, 4, **OPTIONS),
        [RNG.normal(size=(2, 4, 2)), PLACES],
    ),
    "LuongDecoder": (engine.LuongDecoder(writer(3), seen()), [SYMBOLS, PLACES, [STATE, STATE]]),
    "BahdanauDecoder": (
        engine.BahdanauDecoder(writer(6), seen()),
        [SYMBOLS, PLACES, [STATE, STATE]],
    ),
    "VectorDecoder": (engine.VectorDecoder(writer(6), 3), [SYMBOLS, PLACES[:, :1], [STATE, STATE]]),
}


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32(name):
    layer, given = CASES[name]
    outputs = layer.forward(*given)
    back = layer.backward(np.ones(outputs.shape))
    own = [getattr(layer, what, []) for what in ("state", "initial_slopes", "attention")]
    found = list(arrays_in([outputs, back, *own]))
    assert len(found) >= (1 if name.endswith(("Embedding", "symbols")) else 2)
    assert {array.dtype for array in found} == {np.dtype(np.float32)}
