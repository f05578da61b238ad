"""The way back belongs to the last way forth, and to nothing else that happened since."""

import copy

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    AdditiveAttention,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    LuongDecoder,
    Network,
    SimpleRNN,
    VectorDecoder,
    squared_error,
)
from helpers.models import Eyes

ROWS = np.random.default_rng(1).normal(size=(2, 5, 4))
MEMORY = np.random.default_rng(2).normal(size=(2, 3, 4))
WORDS = np.array([[0, 1, 2], [2, 1, 0]])
SAID = "backward: expected a call of forward before it, and none of a part, got one of a part since"


def layer_of(kind, features=4, units=4):
    """Return a recurrent layer that returns all its states."""
    return kind(features, units, np.random.default_rng(3), return_sequences=True)


def both_ways():
    """Return a layer that reads from both ends, and its call."""
    layer = Bidirectional(layer_of(LSTM), layer_of(LSTM))
    return layer, lambda: layer.forward(ROWS)


def decoder(kind, attention, features):
    """Return a decoder that looks, and its call."""
    made = kind(layer_of(GRU, features), attention)
    return made, lambda: made.forward(WORDS, MEMORY)


def luong():
    """Return a decoder that looks after its step."""
    return decoder(LuongDecoder, Attention(4, 4, np.random.default_rng(4)), 4)


def bahdanau():
    """Return a decoder that looks before its step."""
    attention = AdditiveAttention(4, 4, 4, np.random.default_rng(4))
    return decoder(BahdanauDecoder, attention, 8)


def vector():
    """Return a decoder that sees one vector."""
    made = VectorDecoder(layer_of(SimpleRNN, 8), 4)
    return made, lambda: made.forward(WORDS, MEMORY[:, :1])


def eyes():
    """Return eyes, and their call."""
    made = Eyes(np.random.default_rng(5), 3, 4, by_mean=False)
    pictures = np.random.default_rng(6).normal(size=(2, 9, 192))
    return made, lambda: made.forward(pictures)[1]


def walk_alone(part):
    """Have a part of something read other rows, as a caller may."""
    if isinstance(part, Attention):
        return part.forward(ROWS[..., : part.query_units], MEMORY)
    width = part.features
    return part.forward(np.ones((2, 3, width)) if width != 27 else np.ones((2, width)))


def way_back(made, slopes):
    """Take what `made` returned back."""
    if isinstance(made, Eyes):
        return made.backward(np.zeros((2, 9, 3)), slopes)
    return made.backward(slopes)


@pytest.mark.parametrize("make", [both_ways, luong, bahdanau, vector, eyes])
@pytest.mark.parametrize("number", [0, -1])
def test_there_is_no_way_back_once_a_part_has_walked_alone(make, number):
    made, forth = make()
    slopes = np.ones_like(forth())
    way_back(made, slopes)
    walk_alone(made.layers[number])
    with pytest.raises(ValueError, match=SAID):
        way_back(made, slopes)
    forth()
    way_back(made, slopes)


REFUSED = {
    "fewer rows": lambda made: made.forward(WORDS[:1], MEMORY),
    "a narrow memory": lambda made: made.forward(WORDS, MEMORY[..., :3]),
    "a state of another width": lambda made: made.forward(WORDS, MEMORY, [np.zeros((2, 3))]),
    "a mask of no place": lambda made: made.forward(WORDS, MEMORY, None, np.zeros((2, 3), bool)),
    "a symbol it does not know": lambda made: made.forward(WORDS + 7, MEMORY),
}


@pytest.mark.parametrize("make", [luong, bahdanau, vector])
@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_a_call_that_is_refused_leaves_the_walk_before_it(make, call):
    made, forth = make()
    slopes = np.ones_like(forth())
    along = made.backward(slopes)
    with pytest.raises(ValueError, match="expected"):
        call(made)
    assert (made.backward(slopes) == along).all()


@pytest.mark.parametrize("make", [luong, bahdanau, vector, eyes])
def test_a_shallow_copy_has_weights_of_its_own(make):
    made, forth = make()
    before = forth()
    for part in copy.copy(made).layers:
        part.set_weights([0 * weight for weight in part.get_weights()])
    assert (forth() == before).all()


CHANGES = [
    (lambda a: a[..., :1], r"change: expected shape \(2, 5, 3\), got shape \(2, 5, 1\)"),
    (lambda a: np.ones(3), r"change: expected shape \(2, 5, 3\), got shape \(3,\)"),
    (lambda a: a * np.nan, "change: expected finite numbers, got NaN or infinity"),
    (lambda a: None, "change: expected floating-point numbers, got None"),
    (3, "change: expected None, or a function of the attention, got 3"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_a_change_of_the_attention_is_looked_at(change, message):
    attention = Attention(4, 4, np.random.default_rng(4))
    attention.change = change
    with pytest.raises(ValueError, match=f"^{message}$"):
        attention.forward(ROWS, MEMORY)


@pytest.mark.parametrize("queries", [ROWS[:1], ROWS[..., :3], None])
def test_queries_that_are_refused_leave_the_look_before_them(queries):
    attention = Attention(4, 4, np.random.default_rng(4))
    slopes = np.ones_like(attention.forward(ROWS, MEMORY))
    along, _ = attention.backward(slopes)
    with pytest.raises(ValueError, match="queries: expected"):
        attention.forward(queries, 2 * MEMORY)
    assert (attention.backward(slopes)[0] == along).all()


def test_a_changed_attention_has_the_kind_of_number_of_the_layer():
    attention = Attention(4, 4, np.random.default_rng(4), dtype=np.float32)
    attention.change = lambda a: a.astype(np.float64)
    assert attention.forward(ROWS.astype("f4"), MEMORY.astype("f4")).dtype == np.float32


def gradients_of(made):
    """Return copies of all gradients."""
    return [array.copy() for part in made.layers for array in part.gradients.values()]


@pytest.mark.parametrize("make", [luong, bahdanau])
def test_a_change_of_what_was_seen_does_not_reach_the_way_back(make):
    made, forth = make()
    slopes = np.ones_like(forth())
    made.backward(slopes)
    before = gradients_of(made)
    made.attention[...] = 0
    made.layers[1].attention[...] = 0
    made.backward(slopes)
    assert all((a == b).all() for a, b in zip(before, gradients_of(made), strict=True))


def test_what_changes_the_looks_in_place_does_not_reach_the_way_back_either():
    rng = np.random.default_rng(4)
    attention, queries, found = Attention(4, 4, rng), rng.normal(size=(2, 5, 4)), []

    def hidden(looks):
        looks[...] = 0
        return looks

    for attention.change in (None, hidden):
        slopes = np.ones_like(attention.forward(queries, MEMORY))
        found.append(attention.backward(slopes))
    for first, second in zip(*found, strict=True):
        assert (first[..., :1] == second[..., :1]).all()


def test_a_change_of_what_eyes_returned_does_not_reach_their_way_back():
    made, _ = eyes()
    pictures = np.random.default_rng(6).normal(size=(2, 9, 192))
    m, v = made.forward(pictures)
    made.backward(np.ones_like(m), np.ones_like(v))
    before = gradients_of(made)
    m[...], v[...] = 0, 0
    made.backward(np.ones_like(m), np.ones_like(v))
    assert all((a == b).all() for a, b in zip(before, gradients_of(made), strict=True))


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_there_is_no_way_back_from_half_a_walk(kind, monkeypatch):
    layer = layer_of(kind)
    slopes = np.ones_like(layer.forward(ROWS))
    stop_at(monkeypatch, kind, 2)
    with pytest.raises(KeyboardInterrupt):
        layer.forward(2 * ROWS)
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)


@pytest.mark.parametrize("make", [luong, bahdanau, vector])
def test_without_slopes_there_are_zeros(make):
    made, forth = make()
    forth()
    assert (made.backward(None) == 0).all()
    assert all((gradient == 0).all() for gradient in gradients_of(made))


def test_an_empty_state_is_no_state():
    layer = Dense(4, 2, np.random.default_rng(1))
    assert (layer.forward(ROWS, []) == layer.forward(ROWS)).all()


def rows(seed, features=4):
    """Return what a layer may read."""
    return np.random.default_rng(seed).normal(size=(2, 5, features))


def shared_by(kind):
    """Return two that have a part in common, and how each goes forth."""
    part, first, second = layer_of(SimpleRNN), layer_of(SimpleRNN), layer_of(SimpleRNN)
    one = Bidirectional(part, first)
    if kind == "both ways":
        other = Bidirectional(part, second)
        return one, lambda: one.forward(rows(1)), lambda: other.forward(rows(2))
    if kind == "a network":
        network = Network([part, Dense(4, 1, np.random.default_rng(1))], squared_error)
        return one, lambda: one.forward(rows(1)), lambda: network.forward(rows(2))
    attention, layer = Attention(4, 4, np.random.default_rng(4)), layer_of(GRU, 8)
    one, other = (BahdanauDecoder(layer, attention) for _ in range(2))
    return (
        one,
        lambda: one.forward(WORDS, MEMORY),
        lambda: other.forward(WORDS, 2 * MEMORY),
    )


@pytest.mark.parametrize("kind", ["both ways", "a network", "bahdanau"])
def test_there_is_no_way_back_once_another_has_walked_with_a_part(kind):
    one, forth, of_another = shared_by(kind)
    slopes = np.ones_like(forth())
    one.backward(slopes)
    of_another()
    with pytest.raises(ValueError, match=SAID):
        one.backward(slopes)
    forth()
    one.backward(slopes)


def stop_at(monkeypatch, kind, number):
    """Have a kind of layer be stopped at a step, as by Ctrl-C."""
    step, count = kind.step, iter(range(99))

    def stopped(self, *given):
        if next(count) == number:
            raise KeyboardInterrupt
        return step(self, *given)

    monkeypatch.setattr(kind, "step", stopped)


@pytest.mark.parametrize("number", [0, 2, 4])
def test_there_is_no_way_back_of_a_layer_whose_network_was_stopped(number, monkeypatch):
    layer = layer_of(SimpleRNN)
    network = Network([layer, Dense(4, 1, np.random.default_rng(1))], squared_error)
    slopes = np.ones_like(layer.forward(rows(1)))
    stop_at(monkeypatch, SimpleRNN, number)
    with pytest.raises(KeyboardInterrupt):
        network.forward(rows(2))
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)


@pytest.mark.parametrize("number", [0, 2])
def test_there_is_no_way_back_of_both_ways_once_one_was_stopped(number, monkeypatch):
    layer = Bidirectional(layer_of(SimpleRNN), layer_of(SimpleRNN))
    slopes = np.ones_like(layer.forward(rows(1)))
    stop_at(monkeypatch, SimpleRNN, number)
    with pytest.raises(KeyboardInterrupt):
        layer.layers[0].forward(rows(2))
    with pytest.raises(ValueError, match=SAID):
        layer.backward(slopes)


@pytest.mark.parametrize("make", [both_ways, luong, bahdanau, vector, eyes])
def test_a_way_back_that_grows_to_infinity_is_refused_by_name(make):
    made, call = make()
    slopes = np.full_like(call(), 1e308)
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones, or smaller weights"):
        way_back(made, slopes)


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_that_of_a_layer_is_refused_too_and_a_smaller_one_is_not(kind):
    layer = layer_of(kind)
    slopes = np.ones_like(layer.forward(ROWS))
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones, or smaller weights"):
        layer.backward(1e308 * slopes)
    assert np.isfinite(layer.backward(slopes)).all()


def test_a_gradient_along_the_inputs_alone_that_is_infinite_is_refused_too():
    layer = layer_of(SimpleRNN)
    kernel, recurrent_kernel, bias = layer.get_weights()
    layer.set_weights([1e10 + 0 * kernel, recurrent_kernel, bias])
    slopes = np.ones_like(layer.forward(0 * ROWS))
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones, or smaller weights"):
        layer.backward(1e300 * slopes)
    layer.backward(1e300 * slopes, to_inputs=False)


def test_a_gradient_along_the_first_state_alone_that_is_infinite_is_refused_too():
    layer = layer_of(SimpleRNN)
    kernel, recurrent_kernel, bias = layer.get_weights()
    layer.set_weights([kernel, 1e10 + 0 * recurrent_kernel, bias])
    slopes = np.ones_like(layer.forward(0 * ROWS[:, :1]))
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones, or smaller weights"):
        layer.backward(1e300 * slopes)
    assert np.isfinite(layer.backward(1e290 * slopes)).all()


@pytest.mark.parametrize(("kind", "features"), [(LuongDecoder, 4), (BahdanauDecoder, 8)])
def test_a_memory_that_is_too_large_to_be_looked_at_is_refused_by_name(kind, features):
    made, _ = decoder(kind, Attention(4, 4, np.random.default_rng(4)), features)
    for part in made.layers:
        part.set_weights([weight + 1 for weight in part.get_weights()])
    with pytest.raises(ValueError, match=r"memory: expected smaller ones, or smaller weights"):
        made.forward(WORDS, np.where(MEMORY > 0, 1.7e308, -1.7e308))


@pytest.mark.parametrize("kind", [LuongDecoder, BahdanauDecoder, VectorDecoder])
def test_no_decoder_goes_back_before_it_went_forth(kind):
    layer = LSTM(5, 2, np.random.default_rng(1), return_sequences=True)
    second = 2 if kind is VectorDecoder else Attention(2, 3, np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"^backward: expected a call of forward before it"):
        kind(layer, second).backward(np.ones((1, 2, 5)))
