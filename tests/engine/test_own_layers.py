"""Layers of one's own, with weights, without, and made of others; who has them."""

import copy
import itertools
import operator
import sys

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    SGD,
    Bidirectional,
    Dense,
    Door,
    Layer,
    Network,
    SimpleRNN,
    check_gradients,
    owners,
    squared_error,
    trainable,
    update,
)

RNG = np.random.default_rng(1)


@pytest.mark.parametrize("given", [[1.0, 2.0], np.array(3, np.int8), np.ones((2, 1, 2), "f4")])
def test_what_a_weight_begins_with_is_any_real_numbers(given):
    layer = Layer(None, np.float64)
    layer.add_weights(w=given)
    assert (layer.weights["w"] == given).all()
    assert layer.weights["w"].dtype == np.float64
    assert layer.gradients["w"].shape == np.shape(given)
    assert not layer.gradients["w"].any()


@pytest.mark.parametrize(
    "given",
    [1j, "one", None, [np.inf], [], np.ma.masked_array([1.0, 2.0], [True, False]), [[1], [2, 3]]],
    ids=["complex", "word", "none", "infinite", "empty", "masked", "ragged"],
)
def test_what_no_weight_can_begin_with_is_refused_and_none_is_added(given):
    layer = Layer(None, np.float64)
    with pytest.raises(ValueError, match=r"^w: expected"):
        layer.add_weights(fine=np.ones(2), w=given)
    assert len(layer.weights) == len(layer.gradients) == 0


def test_a_weight_of_an_ensemble_is_one_for_each_network():
    layer = Layer(3, np.float64)
    for wrong in (np.ones(2), np.ones((1, 2)), 5.0):
        with pytest.raises(ValueError, match=r"^w: expected shape \(3"):
            layer.add_weights(w=wrong)
    layer.add_weights(w=np.ones(3))  # one number for each


def test_two_ways_in_one_layer_take_no_more_weights():
    layer = Bidirectional(SimpleRNN(2, 3, RNG), SimpleRNN(2, 3, RNG))
    with pytest.raises(ValueError, match=r"^weights: expected all weights before a network"):
        layer.add_weights(more=np.ones(2))


class Doubled(Layer):
    """It has no weights, and keeps what it read."""

    def __init__(self):
        super().__init__(None, np.float64)
        self.features, self.units = 3, 3

    def forth(self, x):
        self.x = x
        return x * x

    def back(self, dy, to_inputs=True):
        return 2 * self.x * dy


@pytest.mark.parametrize("where", ["twice in one", "in two", "within another"])
def test_a_layer_without_weights_is_in_one_network_once_too(where):
    same, inputs, targets = Doubled(), RNG.normal(size=(2, 3)), np.zeros((2, 3))
    first = [Dense(3, 3, RNG), same]
    if where == "twice in one":
        first.append(same)
    else:
        network = Network(first, squared_error)
        check_gradients(network, inputs, targets)
        first = [Dense(3, 3, RNG), same if where == "in two" else Mixed(same)]
    with pytest.raises(ValueError, match=r"^layers: expected each once, and in one network"):
        Network(first, squared_error)
    Network([first[0], Doubled()], squared_error)  # it is as it was


def test_a_layer_without_weights_takes_none_once_a_network_has_it():
    layer = Doubled()
    Network([Dense(3, 3, RNG), layer], squared_error)
    said = r"^weights: expected all weights before a network has the layer, got more$"
    with pytest.raises(ValueError, match=said):
        layer.add_weights(late=np.ones(2))
    copied = copy.deepcopy(layer)
    copied.add_weights(late=np.ones(2))  # no network has that


class Mixed(Layer):
    """A layer made of another, with weights of its own: y = c ⊙ inner(x)."""

    for_back = frozenset({"y"})

    def __init__(self, inner):
        super().__init__(None, np.float64)
        self.layers, self.features, self.units = (inner,), inner.features, inner.units
        self.add_weights(c=RNG.normal(size=inner.units))

    def forth(self, x):
        (inner,) = self.layers
        self.y = inner.forth(x)
        return self.weights["c"] * self.y

    def back(self, dy, to_inputs=True):
        (inner,) = self.layers
        self.fill(c=self.sum_rows(dy * self.y))
        return inner.back(dy * self.weights["c"], to_inputs=to_inputs)


@pytest.mark.parametrize(
    "inner",
    [
        lambda: Dense(3, 2, RNG),
        Doubled,
        lambda: Mixed(Dense(3, 2, RNG)),
        lambda: Bidirectional(*(LSTM(3, 2, RNG, return_sequences=True) for _ in "ab")),
    ],
    ids=["a layer", "one without weights", "one made of others", "one that reads both ways"],
)
def test_a_layer_made_of_others_may_have_weights_of_its_own(inner):
    layer = Mixed(inner())
    network = Network([layer, Dense(layer.units, 1, RNG)], squared_error)
    inputs, targets = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(2, 5, 1))
    assert check_gradients(network, inputs, targets) == []
    assert "y" not in vars(layer)  # nothing is left of the walk
    begin = layer.weights["c"].copy()
    update(network, inputs, targets, SGD(0.1))
    assert (layer.weights["c"] != begin).all()
    other = copy.deepcopy(network)
    assert not np.shares_memory(other.parameters, network.parameters)
    assert other.loss_and_gradients(inputs, targets) == network.loss_and_gradients(inputs, targets)
    before = layer.weights["c"].copy()
    other.parameters = 0 * other.parameters
    assert not other.layers[0].weights["c"].any()
    assert (layer.weights["c"] == before).all()


def test_an_array_from_before_a_network_had_the_layer_cannot_be_changed_in_vain():
    layer = Dense(2, 1, RNG)
    early, slopes = layer.weights["kernel"], layer.gradients["kernel"]
    Network([layer], squared_error)
    for dead in (early, slopes):
        with pytest.raises(ValueError, match="read-only"):
            dead[0] = 5
    layer.weights["kernel"][0] = 5
    assert layer.get_weights()[0][0] == 5


def interrupted_at(number, call):
    """Call, with a KeyboardInterrupt at a line of what gathers weights; tell whether it came."""
    lines = []

    def trace(frame, event, _):
        if frame.f_code.co_filename not in (owners.__file__, trainable.__file__):
            return None
        lines.extend([event] if event == "line" else [])
        if len(lines) == number:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()  # one that measures coverage
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_network_that_was_interrupted_has_none_of_the_layers():
    inputs, targets = RNG.normal(size=(4, 5, 2)), RNG.normal(size=(4, 3))
    for number in itertools.count(1):
        layers = [Dense(2, 2, RNG), SimpleRNN(2, 3, RNG)]
        before = [layer.get_weights() for layer in layers]
        if not interrupted_at(number, lambda made=layers: Network(made, squared_error)):
            break
        for layer, weights in zip(layers, before, strict=True):
            for own, was in zip(layer.get_weights(), weights, strict=True):
                assert (own == was).all()
            layer.set_weights([each / 2 for each in weights])  # flat enough to measure
        assert layers[0].forward(inputs[:, 0]).shape == (4, 2)  # rows, without steps
        assert check_gradients(Network(layers, squared_error), inputs, targets) == []
    assert number > 100  # it has so many lines at least


@pytest.mark.parametrize("which", ["weights", "gradients"])
def test_weights_that_are_added_are_whole_or_not_there(monkeypatch, which):
    class Stops(dict):
        def update(self, *_):
            raise KeyboardInterrupt

    layer = Scale()
    arrays = getattr(layer, which)
    monkeypatch.setattr(arrays, "places", Stops(arrays.places))
    with pytest.raises(KeyboardInterrupt):
        layer.add_weights(b=np.ones(3))
    monkeypatch.undo()
    layer.add_weights(c=np.ones(2), b=np.full(3, 2.0))
    assert list(layer.weights) == ["k", "c", "b"]  # in which order gradients have, too:
    layer.gradients["b"] = np.full(3, 7.0)
    network = Network([layer], squared_error)
    assert network.gradients.tolist() == [0, 0, 0, 0, 0, 7, 7, 7]


def test_a_copy_of_a_layer_that_came_first_reads_rows_again():
    dense = Dense(2, 3, RNG)
    Network([dense, SimpleRNN(3, 1, RNG)], squared_error)
    assert copy.deepcopy(dense).forward(np.ones((4, 2))).shape == (4, 3)


class Scale(Layer):
    """Each feature times a weight of its own."""

    def __init__(self, inner=None, **kept):
        super().__init__(None, np.float64)
        self.features, self.units = 3, 3
        self.add_weights(k=np.ones(3))
        for name, make in kept.items():
            setattr(self, name, make(self))

    def forth(self, x):
        self.x = x
        return x * self.weights["k"]

    def back(self, dy, to_inputs=True):
        self.fill(k=self.sum_rows(dy * self.x))
        return dy * self.weights["k"]


@pytest.mark.parametrize(
    "keep",
    [
        lambda own: own.weights["k"],
        lambda own: own.weights["k"][:1],
        lambda own: own.gradients["k"],
        lambda _: Dense(3, 3, RNG),
        lambda _: Bidirectional(SimpleRNN(2, 3, RNG), SimpleRNN(2, 3, RNG)),
    ],
    ids=["a weight", "a part of one", "a gradient", "a layer", "two layers"],
)
def test_what_would_not_be_trained_is_no_attribute(keep):
    said = r"weights asked for by name, and .* in its own `layers`, got one that is kept as it$"
    for make in (Scale, lambda **kept: Mixed(Scale(**kept))):
        with pytest.raises(ValueError, match=f"^layers: expected {said}"):
            Network([Dense(2, 3, RNG), make(it=keep)], squared_error)
    twin = Scale(it=lambda own: own.weights["k"].copy(), that=lambda own: own.features)
    twin.made_of = Doubled()  # has no weights
    Network([Dense(2, 3, RNG), twin], squared_error)


def test_a_number_is_a_weight_too():
    class Times(Scale):
        def forth(self, x):
            self.x = x
            return x * self.weights["a"]

        def back(self, dy, to_inputs=True):
            self.fill(a=(dy * self.x).sum())
            return dy * self.weights["a"]

    layer = Times()
    layer.add_weights(a=2.0)
    assert layer.gradients["a"].shape == ()
    layer.forward(np.ones((2, 3)))
    assert layer.backward(np.ones((2, 3))).tolist() == [[2.0] * 3] * 2
    network = Network([Dense(2, 3, RNG), layer], squared_error)
    inputs, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3))
    unused = check_gradients(network, inputs, targets)
    assert unused == ["k of layer 2, Times"]


def test_weights_that_another_layer_has_are_refused():
    class Tied(Scale):
        def __init__(self, other):
            vars(self).update(vars(other))

    first = Scale()
    with pytest.raises(ValueError, match=r"^layers: expected each once, and in one network"):
        Network([first, Tied(first)], squared_error)


def test_a_layer_may_read_in_its_own_way():
    class Reads(Dense):
        def read(self, inputs):
            return super().read(np.asarray(inputs, float) / 2)

    x = np.arange(8).reshape(4, 2)
    layer = Reads(2, 1, RNG)
    network = Network([layer], squared_error)
    assert (network.forward(x) == x / 2 @ layer.weights["kernel"]).all()


def test_a_layer_is_whatever_has_doors_and_goes_forth_and_back():
    class Through(Door):
        """Two layers in one; it has no weights, and is no `Layer`."""

        def __init__(self, *layers):
            self.layers, self.leading, self.dtype = layers, (), np.dtype(float)
            self.features, self.units = layers[0].features, layers[-1].units

        def forth(self, x):
            for layer in self.layers:
                x = layer.forth(x)
            return x

        def back(self, dy, to_inputs=True):
            for layer in reversed(self.layers):
                dy = layer.back(dy)
            return dy

    inner = Through(Dense(2, 3, RNG), Scale())
    network = Network([Through(inner, Dense(3, 1, RNG))], squared_error)
    inputs, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 1))
    assert check_gradients(network, inputs, targets) == []


def test_a_layer_that_walks_says_so_and_one_that_makes_its_own_steps_does_not():
    class Unrolled(Mixed):
        """It reads one row, three times over."""

        def forth(self, x):
            return super().forth(np.repeat(x[np.newaxis], 3, axis=0))

        def back(self, dy, to_inputs=True):
            return super().back(dy).sum(axis=0)

    unrolled = Unrolled(SimpleRNN(3, 2, RNG))
    network = Network([Dense(2, 3, RNG), unrolled], squared_error)
    inputs, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2))
    assert check_gradients(network, inputs, targets) == []

    class Walks(Mixed):
        needs_time = True

    network = Network([Dense(2, 3, RNG), Walks(SimpleRNN(3, 2, RNG))], squared_error)
    for made in (network, copy.deepcopy(network)):
        with pytest.raises(ValueError, match=r"^inputs: expected shape \(any, any, 2\)"):
            made.forward(inputs)


@pytest.mark.parametrize("wrap", [Mixed, lambda layer: Mixed(Mixed(layer))])
@pytest.mark.parametrize("how", ["a walk of a part", "other weights of a part", "a walk of all"])
def test_no_way_back_goes_through_another_walk(wrap, how):
    part = Dense(3, 2, RNG)
    layer, slopes = wrap(part), np.ones((2, 2))
    walked = part if how == "a walk of all" else layer
    walked.forward(np.ones((2, 3)))
    if how == "a walk of a part":
        part.forward(np.zeros((2, 3)))
    elif how == "other weights of a part":
        part.set_weights(part.get_weights())
    else:
        layer.forward(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"^backward: expected a call of forward before it"):
        walked.backward(slopes)


def test_gradients_of_a_part_that_grow_to_infinity_are_refused():
    part = Dense(3, 2, RNG)
    part.weights["kernel"] = np.zeros((3, 2))  # so that along c the gradient is 0
    layer = Mixed(part)
    layer.forward(np.full((2, 3), 1e200))
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones"):
        layer.backward(np.full((2, 2), 1e200), to_inputs=False)


def test_a_view_that_a_walk_has_kept_is_no_hidden_weight():
    class Keeps(Dense):
        def forth(self, x):
            self.W_T = self.weights["kernel"].mT
            return super().forth(x)

        def back(self, dy, to_inputs=True):
            super().back(dy, to_inputs=False)
            return dy @ self.W_T

    layer = Keeps(2, 3, RNG)
    layer.forward(np.ones((4, 2)))
    layer.backward(np.ones((4, 3)))
    inputs, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 1))
    network = Network([Dense(2, 2, RNG), layer, Dense(3, 1, RNG)], squared_error)
    assert check_gradients(network, inputs, targets) == []


@pytest.mark.parametrize("whose", ["its own, further in", "another's", "another network's"])
def test_a_layer_that_is_trained_may_be_an_attribute(whose):
    first, inner = Dense(2, 3, RNG), Mixed(Mixed(Dense(3, 3, RNG)))
    known = {
        "its own, further in": inner.layers[0].layers[0],
        "another's": first,
        "another network's": Network([Dense(2, 2, RNG)], squared_error),
    }
    inner.other = known[whose]
    network = Network([first, inner], squared_error)
    inputs, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3))
    assert check_gradients(network, inputs, targets) == []


def test_a_copy_of_a_layer_that_knows_its_network_is_refused_not_left_out():
    layer = Dense(2, 3, RNG)
    network = Network([layer, Dense(3, 1, RNG)], squared_error)
    layer.network = network
    with pytest.raises(ValueError, match=r"^layers: expected layers of one ensemble"):
        copy.deepcopy(layer)


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_a_number_is_a_weight_of_a_layer_with_gates_too(kind):
    layer = kind(2, 3, RNG)
    layer.add_weights(scale=2.0)
    network = Network([layer], squared_error)
    inputs, targets = RNG.normal(size=(4, 5, 2)), RNG.normal(size=(4, 3))
    assert check_gradients(network, inputs, targets) == [f"scale of layer 1, {kind.__name__}"]


@pytest.mark.parametrize("which", ["parameters", "gradients"])
def test_what_grows_to_infinity_in_place_is_not_looked_at(which):
    layer = Dense(2, 3, RNG)
    network = Network([layer], squared_error)
    layer.forward(np.ones((1, 2)))
    with np.errstate(invalid="ignore"):
        setattr(network, which, operator.imul(getattr(network, which), np.inf))
    assert not np.isfinite(getattr(network, which)).any()
    assert (layer.returned is None) == (which == "parameters")  # no way back
