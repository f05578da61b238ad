"""What units hold of the hidden state of a text."""

import importlib

import numpy as np
import pytest

from helpers.engine import LSTM, SimpleRNN
from helpers.inside import areas, probe, readings, shares_explained, units_of
from helpers.tasks import MarkedText, marked_text

# by its name: in the room it stands behind the function that is called like it
MODULE = importlib.import_module("helpers.inside.readings")


@pytest.fixture(scope="module")
def text():
    return marked_text(np.random.default_rng(1), 64, 1000)


def test_units_are_the_cells_of_an_lstm_and_the_states_of_a_simple_rnn(text):
    rng, few = np.random.default_rng(1), MarkedText(*(each[:2, :40] for each in text))
    lstm, simple = (kind(9, 3, rng, return_sequences=True) for kind in (LSTM, SimpleRNN))
    h = simple.forward(few.characters[:, :-1])[:, 20:].reshape(-1, 3)
    assert units_of(simple, few) == pytest.approx(h)
    found = units_of(lstm, few).reshape(2, -1, 3)
    lstm.forward(few.characters[:, :21])
    assert found[:, 0] == pytest.approx(lstm.state[1])


def test_a_state_that_is_in_the_units_is_read_out_of_them(text, monkeypatch):
    rng = np.random.default_rng(1)
    hidden = [getattr(text, name)[:, 20:-1].ravel() for name in MarkedText._fields[1:]]
    noise = rng.normal(size=hidden[0].shape)
    units = np.column_stack([noise, -hidden[0], hidden[1] + noise, hidden[2]]).astype(float)
    monkeypatch.setattr(MODULE, "units_of", lambda layer, text: units)
    quote, depth, position = readings(None, text).values()
    assert (quote.unit, quote.best, quote.probe) == pytest.approx((1, 1, 1))
    assert (position.unit, position.best, position.probe) == pytest.approx((3, 1, 1))
    assert depth.unit == 2
    assert depth.best < 0.9
    assert depth.probe == pytest.approx(1)  # by taking the noise off


def test_scores_are_of_texts_that_the_probe_has_not_seen(monkeypatch):
    few, rng = marked_text(np.random.default_rng(1), 5, 60), np.random.default_rng(1)
    units = rng.normal(size=(5 * 39, 12)) + few.quote[:, 20:-1].reshape(-1, 1)
    monkeypatch.setattr(MODULE, "units_of", lambda layer, text: units)
    found, half = readings(None, few), 2 * 39
    wanted = few.quote[:, 20:-1].ravel()
    said = probe(units[:half], wanted[:half], units[half:])
    assert found["quote"].best == pytest.approx(areas(units, wanted).max())
    assert found["quote"].probe == pytest.approx(areas(said[:, None], wanted[half:])[0])
    for name in ("depth", "position"):
        wanted = getattr(few, name)[:, 20:-1].ravel()
        said = probe(units[:half], wanted[:half], units[half:])
        score = 1 - np.mean((said - wanted[half:]) ** 2) / wanted[half:].var()
        assert found[name].best == pytest.approx(shares_explained(units, wanted).max())
        assert found[name].probe == pytest.approx(score)


def test_texts_that_are_too_short_or_too_few_are_refused(text):
    rng = np.random.default_rng(1)
    layer = SimpleRNN(9, 3, rng, return_sequences=True)
    with pytest.raises(ValueError, match="text: expected more than 21 characters, got 21"):
        units_of(layer, marked_text(rng, 2, 21))
    with pytest.raises(ValueError, match=r"^text: expected two texts or more, got one text$"):
        readings(layer, MarkedText(*(each[:1] for each in text)))
    with pytest.raises(ValueError, match="layer: expected a single recurrent layer"):
        units_of(SimpleRNN(9, 3, rng), text)
    wanted = "a single recurrent layer that reads a text, and returns sequences"
    with pytest.raises(ValueError, match=f"^layer: expected {wanted}, got 'a layer'$"):
        units_of("a layer", text)


def test_two_texts_are_enough(text):
    layer = SimpleRNN(9, 3, np.random.default_rng(1), return_sequences=True)
    few = MarkedText(*(each[:2] for each in text))
    assert list(readings(layer, few)) == ["quote", "depth", "position"]


def test_units_are_read_in_float64_whatever_the_layer_reckons_in():
    rng, few = np.random.default_rng(1), marked_text(np.random.default_rng(1), 2, 30)
    for kind in (LSTM, SimpleRNN):
        layer = kind(9, 4, rng, return_sequences=True, dtype=np.float32)
        assert units_of(layer, few).dtype == np.float64


@pytest.mark.parametrize("name", ["quote", "depth", "position"])
@pytest.mark.parametrize("half", [slice(None, 2), slice(2, None)])
def test_texts_in_which_nothing_happens_are_refused(name, half, text):
    few = MarkedText(*(each[:4].copy() for each in text))
    getattr(few, name)[half] = 0
    layer = SimpleRNN(9, 3, np.random.default_rng(1), return_sequences=True)
    with pytest.raises(ValueError, match=f"text: expected others too, .* got one {name} alone"):
        readings(layer, few)


def test_a_text_of_lists_is_read_and_one_that_does_not_fit_together_refused(text):
    layer = SimpleRNN(9, 3, np.random.default_rng(1), return_sequences=True)
    few = MarkedText(*(each[:3] for each in text))
    lists = MarkedText(*(each.tolist() for each in few))
    assert readings(layer, lists) == readings(layer, few)
    for change in ({"depth": few.depth[:2]}, {"characters": few.characters[0]}):
        with pytest.raises(ValueError, match=r"^text: expected"):
            readings(layer, few._replace(**change))
