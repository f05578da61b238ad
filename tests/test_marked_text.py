"""The text with a known hidden state, and networks that read it."""

import numpy as np
import pytest

from helpers import text_readers
from helpers.losses import softmax_cross_entropy
from helpers.lstm import LSTM
from helpers.marked_text import ALPHABET, MarkedText, chances, least_loss, marked_text
from helpers.probes import areas, probe, shares_explained
from helpers.simple_rnn import SimpleRNN


@pytest.fixture(scope="module")
def text():
    return marked_text(np.random.default_rng(1), 64, 1000)


def test_the_hidden_state_follows_from_the_characters(text):
    for row in range(3):
        quote, depth, position = (getattr(text, name)[row, 0] for name in MarkedText._fields[1:])
        for t in range(1, 1000):
            character = ALPHABET[text.characters[row, t]]
            quote ^= character == '"'
            depth += {"(": 1, ")": -1}.get(character, 0)
            position = 0 if character == "\n" else position + 1
            found = [getattr(text, name)[row, t] for name in MarkedText._fields[1:]]
            assert found == [quote, depth, position]


def test_the_rules_of_the_text_hold(text):
    letters = np.array(list(ALPHABET))[text.characters]
    assert ((text.position >= 0) & (text.position <= 16)).all()
    assert ((text.depth >= 0) & (text.depth <= 3)).all()
    ends = letters[:, 1:] == "\n"
    assert (ends == (text.position[:, :-1] == 16)).all()
    inside = text.quote[:, :-1] == 1
    assert not np.isin(letters[:, 1:][inside], ["(", ")", " "]).any()


def test_characters_are_as_frequent_as_the_table_says(text):
    assert chances().sum(axis=-1) == pytest.approx(np.ones((2, 4)))
    before = text.position[:, :-1] < 16
    for quote in (0, 1):
        for depth in range(4):
            here = before & (text.quote[:, :-1] == quote) & (text.depth[:, :-1] == depth)
            counts = np.bincount(text.characters[:, 1:][here], minlength=9)
            assert counts / here.sum() == pytest.approx(chances()[quote, depth], abs=0.02)


def test_who_knows_all_pays_the_entropy_of_the_table(text):
    before = text.position[:, :-1].ravel() < 16
    table = chances()[text.quote[:, :-1].ravel(), text.depth[:, :-1].ravel()]
    entropies = -np.sum(table * np.log(np.where(table > 0, table, 1)), axis=-1)
    assert least_loss(text) == pytest.approx(np.mean(entropies * before), abs=0.01)


def test_who_knows_nothing_pays_the_entropy_of_the_characters(text):
    shares = np.bincount(text.characters[:, 1:].ravel()) / text.characters[:, 1:].size
    assert least_loss(text, ()) == pytest.approx(-np.sum(shares * np.log(shares)))


def test_the_same_seed_gives_the_same_text_and_another_another():
    one, same, other = (marked_text(np.random.default_rng(s), 2, 50).characters for s in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_units_are_the_cells_of_an_lstm_and_the_states_of_a_simple_rnn(text):
    rng, few = np.random.default_rng(1), MarkedText(*(each[:2, :40] for each in text))
    lstm, simple = (kind(9, 3, rng, return_sequences=True) for kind in (LSTM, SimpleRNN))
    h = simple.forward(few.characters[:, :-1])[:, 20:].reshape(-1, 3)
    assert text_readers.units_of(simple, few) == pytest.approx(h)
    found = text_readers.units_of(lstm, few).reshape(2, -1, 3)
    lstm.forward(few.characters[:, :21])
    assert found[:, 0] == pytest.approx(lstm.state[1])


def test_a_state_that_is_in_the_units_is_read_out_of_them(text, monkeypatch):
    rng = np.random.default_rng(1)
    hidden = [getattr(text, name)[:, 20:-1].ravel() for name in MarkedText._fields[1:]]
    noise = rng.normal(size=hidden[0].shape)
    units = np.column_stack([noise, -hidden[0], hidden[1] + noise, hidden[2]]).astype(float)
    monkeypatch.setattr(text_readers, "units_of", lambda layer, text: units)
    quote, depth, position = text_readers.readings(None, text).values()
    assert (quote.unit, quote.best, quote.probe) == pytest.approx((1, 1, 1))
    assert (position.unit, position.best, position.probe) == pytest.approx((3, 1, 1))
    assert depth.unit == 2
    assert depth.best < 0.9
    assert depth.probe == pytest.approx(1)  # by taking the noise off


def test_training_lowers_the_loss_and_leaves_an_untrained_reader_near_log_nine(text):
    rng = np.random.default_rng(1)
    network = text_readers.reader(LSTM(9, 8, rng, return_sequences=True), rng)
    before = text_readers.mean_loss(network, text)
    assert before == pytest.approx(np.log(9), abs=0.2)
    losses = text_readers.learn(network, text, rng, updates=40)
    assert losses.shape == (40,)
    assert text_readers.mean_loss(network, text) < before - 0.2


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda text: marked_text(1, 1, 1), "rng"),
        (lambda text: marked_text(np.random.default_rng(1), 0, 1), "texts"),
        (lambda text: marked_text(np.random.default_rng(1), 1, 0), "length"),
        (lambda text: least_loss(text, ("quote", "colour")), "known"),
        (lambda text: least_loss(text, "quote"), "known"),
        (lambda text: least_loss(None), "text"),
        (lambda text: text_readers.learn(None, text, None, window=1000), "window"),
    ],
)
def test_bad_arguments_are_refused(call, name, text):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(text)


def test_the_first_line_begins_at_any_place():
    firsts = marked_text(np.random.default_rng(1), 8000, 1).position[:, 0]
    assert np.bincount(firsts, minlength=17) == pytest.approx(np.array([0] + [500] * 16), abs=100)


def test_training_sees_every_window_of_the_text(monkeypatch):
    few, seen = marked_text(np.random.default_rng(1), 2, 12), {}

    def fake(network, draw, optimizer, **options):
        seen.update(options, draw=draw, rate=optimizer.rate)

    monkeypatch.setattr(text_readers, "fit_fresh", fake)
    text_readers.learn(None, few, np.random.default_rng(1), window=11)
    text_readers.learn(None, few, np.random.default_rng(1), window=9)
    assert (seen["clip"], seen["rate"], seen["updates"]) == (1.0, 0.02, 600)
    found, rng = set(), np.random.default_rng(1)
    for _ in range(60):
        inputs, targets = seen["draw"](rng)
        (begin,) = (b for b in range(3) if (few.characters[:, b : b + 9] == inputs).all())
        assert (targets == few.characters[:, begin + 1 : begin + 10]).all()
        found.add(begin)
    assert found == {0, 1, 2}


def test_a_window_has_64_characters(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        text_readers, "fit_fresh", lambda network, draw, *a, **o: seen.update(draw=draw)
    )
    text_readers.learn(None, marked_text(np.random.default_rng(1), 2, 70), np.random.default_rng(1))
    assert seen["draw"](np.random.default_rng(1))[0].shape == (2, 64)


def test_the_mean_loss_leaves_out_where_nobody_can_know():
    few, rng = marked_text(np.random.default_rng(1), 3, 40), np.random.default_rng(1)
    network = text_readers.reader(LSTM(9, 4, rng, return_sequences=True), rng)
    losses, _ = softmax_cross_entropy(
        network.forward(few.characters[:, :-1]), few.characters[:, 1:]
    )
    assert text_readers.mean_loss(network, few) == pytest.approx(losses[:, 20:].mean(), rel=1e-12)


def test_a_reader_has_the_type_of_its_layer():
    rng, few = np.random.default_rng(1), marked_text(np.random.default_rng(1), 2, 30)
    layer = LSTM(9, 4, rng, return_sequences=True, dtype=np.float32)
    assert text_readers.reader(layer, rng).parameters.dtype == np.float32
    assert text_readers.units_of(layer, few).dtype == np.float64


def test_scores_are_of_texts_that_the_probe_has_not_seen(monkeypatch):
    few, rng = marked_text(np.random.default_rng(1), 5, 60), np.random.default_rng(1)
    units = rng.normal(size=(5 * 39, 12)) + few.quote[:, 20:-1].reshape(-1, 1)
    monkeypatch.setattr(text_readers, "units_of", lambda layer, text: units)
    found, half = text_readers.readings(None, few), 2 * 39
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


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: LSTM(9, 3, rng),
        lambda rng: LSTM(8, 3, rng, return_sequences=True),
        lambda rng: LSTM(9, 3, rng, return_sequences=True, networks=2),
        lambda rng: None,
    ],
)
def test_a_layer_that_cannot_read_such_texts_is_refused(make):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="layer: expected a single recurrent layer"):
        text_readers.reader(make(rng), rng)


def test_texts_that_are_too_short_or_too_few_are_refused(text):
    rng = np.random.default_rng(1)
    layer = SimpleRNN(9, 3, rng, return_sequences=True)
    with pytest.raises(ValueError, match="text: expected a MarkedText with more than 21"):
        text_readers.units_of(layer, marked_text(rng, 2, 21))
    with pytest.raises(ValueError, match="text: expected two texts"):
        text_readers.readings(layer, MarkedText(*(each[:1] for each in text)))
    with pytest.raises(ValueError, match="layer: expected a single recurrent layer"):
        text_readers.units_of(SimpleRNN(9, 3, rng), text)
