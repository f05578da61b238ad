"""Networks: layers one after another, all weights in one array."""

import copy
import operator
import pickle
import re
import reprlib

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    SGD,
    Adam,
    AdditiveAttention,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    Embedding,
    Layer,
    LuongDecoder,
    Network,
    RMSProp,
    SimpleRNN,
    VectorDecoder,
    check_gradients,
    fit,
    jacobian,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    squared_error,
    update,
)
from helpers.models import EncoderDecoder
from tests.adding import adder, bits

RNG = np.random.default_rng(1)


def walk(features, units):
    """Return a SimpleRNN that returns all it walks through."""
    return SimpleRNN(features, units, RNG, return_sequences=True)


def both_ways(features, units, networks=None):
    """Return a layer that reads from both ends."""
    rng, options = np.random.default_rng(1), {"return_sequences": True, "networks": networks}
    return Bidirectional(*(GRU(features, units, rng, **options) for _ in range(2)))


def adder_both_ways():
    """Return a network for the same data as `adder`."""
    layers = [both_ways(2, 3), Dense(6, 1, np.random.default_rng(1))]
    return Network(layers, sigmoid_cross_entropy)


@pytest.mark.parametrize("kind", ["adder", "lstm", "last"])
def test_gradients_equal_central_differences(kind):
    rng = np.random.default_rng(2)
    if kind == "adder":
        network, data = adder(), bits()
    elif kind == "lstm":
        layers = [LSTM(5, 4, rng, return_sequences=True), Dense(4, 5, rng)]
        network = Network(layers, softmax_cross_entropy)
        data = rng.integers(0, 5, (6, 7)), rng.integers(0, 5, (6, 7))
    else:
        layers = [LSTM(2, 3, rng, return_sequences=True), SimpleRNN(3, 4, rng), Dense(4, 2, rng)]
        network = Network(layers, squared_error)
        data = rng.normal(size=(6, 7, 2)), rng.normal(size=(6, 2))
    network.parameters += 0.3 * rng.normal(size=network.parameters.shape)
    start = network.parameters.copy()

    def loss_at(parameters):
        network.parameters[...] = parameters
        return network.loss_and_gradients(*data)

    expected = jacobian(loss_at, start)[0]
    loss_at(start)
    assert network.gradients == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_all_weights_are_views_into_the_parameters():
    for networks in (None, 4):
        network = adder(networks)
        shape = (25,) if networks is None else (4, 25)
        assert network.parameters.shape == network.gradients.shape == shape
        network.parameters[...] = np.arange(network.parameters.size).reshape(shape)
        rnn, dense = network.layers
        first = np.arange(6.0).reshape(2, 3)
        assert rnn.weights["kernel"].reshape(-1, 2, 3)[0].tolist() == first.tolist()
        assert dense.weights["bias"].reshape(-1)[0] == 24


@pytest.mark.parametrize("networks", [None, 4])
def test_all_weights_of_both_ways_are_views_into_the_parameters(networks):
    layer = both_ways(2, 3, networks=networks)
    before = layer.get_weights()
    network = Network([layer, Dense(6, 1, RNG, networks=networks)], squared_error)
    count = 2 * (2 * 9 + 3 * 9 + 2 * 9) + 7
    assert network.parameters.shape[-1] == network.gradients.shape[-1] == count
    assert all((a == b).all() for a, b in zip(layer.get_weights(), before, strict=True))
    network.parameters[...], network.gradients[...] = 3, 4
    for each in (layer, *layer.layers, network.layers[1]):
        assert all((weight == 3).all() for weight in each.weights.values())
        assert all((gradient == 4).all() for gradient in each.gradients.values())


def test_an_ensemble_refuses_targets_for_another_number_of_networks():
    inputs, targets = bits()
    with pytest.raises(ValueError, match="targets: expected as many as networks, 4, or 1, got 3"):
        adder(count=4).loss_and_gradients(inputs[None], np.array([targets] * 3))


def test_networks_may_have_data_of_their_own():
    ensemble, own = adder(count=3), [bits(seed) for seed in range(3)]
    inputs, targets = (np.array(each) for each in zip(*own, strict=True))
    losses = ensemble.loss_and_gradients(inputs, targets)
    for n in range(3):
        single = adder()
        single.parameters[...] = ensemble.parameters[n]
        assert single.loss_and_gradients(*own[n]) == pytest.approx(losses[n], rel=1e-12)
        assert single.gradients == pytest.approx(ensemble.gradients[n], rel=1e-10)


def test_a_network_is_of_layers_of_one_kind():
    rng = np.random.default_rng(1)
    for layers in (
        [],
        ["layer"],
        [SimpleRNN(2, 3, rng), Dense(3, 1, rng, networks=2)],
        [SimpleRNN(2, 3, rng), Dense(3, 1, rng, dtype=np.float32)],
        [both_ways(2, 3), Dense(6, 1, rng, networks=2)],
        [SimpleRNN],
    ):
        with pytest.raises(ValueError, match="layers: expected layers of one ensemble"):
            Network(layers, squared_error)
    with pytest.raises(ValueError, match=r"got \{\(\(.*\), .*\(\(.*, dtype\('float..'\)\)\}$"):
        Network([Dense(2, 3, rng), Dense(3, 1, rng, networks=2)], squared_error)


@pytest.mark.parametrize("make", [adder, lambda: adder(3), lambda: adder_both_ways()])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copy_of_a_network_trains_like_the_network_and_apart_from_it(copied, make):
    network = make()
    data = [each[None] if network.leading else each for each in bits()]
    twin = copied(network)
    rows = [fit(each, *data, SGD(0.5), batch=5, epochs=3, rng=np.random.default_rng(1))
            for each in (network, twin)]  # fmt: skip
    assert rows[0].tolist() == rows[1].tolist()
    assert rows[1][-4:].mean() < rows[1][:4].mean()
    assert (twin.parameters == network.parameters).all()
    assert not np.shares_memory(twin.parameters, network.parameters)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (lambda: [SimpleRNN(2, 3, RNG), SimpleRNN(3, 4, RNG)], "SimpleRNN after SimpleRNN"),
        (lambda: [walk(2, 3), Dense(4, 1, RNG)], "Dense after SimpleRNN"),
        (lambda: [LSTM(2, 1, RNG, return_sequences=True), walk(3, 4)], "SimpleRNN after LSTM"),
        (lambda: [GRU(2, 4, RNG), walk(4, 4)], "SimpleRNN after GRU"),
        (lambda: [GRU(2, 4, RNG), Dense(4, 4, RNG), walk(4, 4)], "SimpleRNN after Dense"),
        (lambda: [Dense(2, 3, RNG), Embedding(3, 2, RNG)], "Embedding after Dense"),
        (lambda: [walk(2, 3), Embedding(3, 2, RNG)], "Embedding after SimpleRNN"),
        (lambda: [Embedding(2, 2, RNG), Embedding(2, 2, RNG)], "Embedding after Embedding"),
        (lambda: [both_ways(2, 3), Dense(3, 1, RNG)], "Dense after Bidirectional"),
        (lambda: [walk(2, 3), both_ways(2, 3)], "Bidirectional after SimpleRNN"),
        (lambda: [both_ways(2, 3), walk(3, 3)], "SimpleRNN after Bidirectional"),
    ],
)
def test_layers_that_cannot_read_one_another_are_refused(layers, message):
    expected = f"layers: expected each to read what the one before it returns, got {message}"
    with pytest.raises(ValueError, match=expected):
        Network(layers(), squared_error)


def test_a_network_that_was_refused_leaves_its_layers_as_they_were():
    first, second = Dense(2, 3, RNG), walk(4, 1)
    with pytest.raises(ValueError, match="layers: expected each to read"):
        Network([first, second], squared_error)
    assert first.forward(np.ones((2, 2))).shape == (2, 3)
    assert Network([first, walk(3, 1)], squared_error).forward(bits()[0]).shape == (20, 5, 1)


def test_a_network_with_a_memory_asks_for_time_and_one_without_does_not():
    rows = np.ones((4, 2))
    assert Network([Dense(2, 3, RNG)], squared_error).forward(rows).shape == (4, 3)
    network = Network([Dense(2, 3, RNG), walk(3, 1)], squared_error)
    with pytest.raises(ValueError, match=r"inputs: expected shape \(any, any, 2\), got shape"):
        network.forward(rows)


@pytest.mark.parametrize("make", [lambda: GRU(2, 3, RNG), lambda: Dense(2, 3, RNG)])
def test_masked_inputs_are_refused_by_a_network_too(make):
    network, inputs = Network([make()], squared_error), np.ma.ones((4, 5, 2))
    with pytest.raises(ValueError, match="inputs: expected real numbers, got MaskedArray"):
        network.forward(inputs)
    with pytest.raises(ValueError, match="inputs: expected real numbers, got MaskedArray"):
        network.loss_and_gradients(inputs, np.ones((4, 3)))


@pytest.mark.parametrize("loss", [squared_error, sigmoid_cross_entropy])
def test_what_goes_in_stays_as_it_is(loss):
    layers = [Dense(2, 2, RNG), both_ways(2, 3), Dense(6, 1, RNG)]
    network, (inputs, targets) = Network(layers, loss), bits()
    copies = inputs.copy(), targets.copy()
    outputs = network.forward(inputs)
    first = outputs.copy()
    network.loss_and_gradients(inputs, targets)
    network.forward(1 - inputs)
    assert (inputs == copies[0]).all()
    assert (targets == copies[1]).all()
    assert (outputs == first).all()


def test_a_layer_belongs_to_one_network_and_stands_there_once():
    first, second = Dense(2, 2, RNG), Dense(2, 2, RNG)
    with pytest.raises(ValueError, match="layers: expected each once, and in one network"):
        Network([first, first], squared_error)
    Network([first], squared_error)
    with pytest.raises(ValueError, match="layers: expected each once, and in one network"):
        Network([first, second], squared_error)


def test_a_layer_in_both_ways_belongs_to_one_network_too():
    first, second, third = (GRU(2, 3, RNG) for _ in range(3))
    message = "layers: expected each once, and in one network"
    Network([Bidirectional(first, second)], squared_error)
    for layers in ([first], [Bidirectional(third, first)], [Bidirectional(first, second)]):
        with pytest.raises(ValueError, match=message):
            Network(layers, squared_error)
    Network([third], squared_error)  # what was refused left it as it was
    with pytest.raises(ValueError, match=message):
        Network([Bidirectional(third, GRU(2, 3, RNG))], squared_error)


def test_both_ways_within_both_ways_are_refused():
    with pytest.raises(ValueError, match="ahead and behind: expected"):
        Network([Bidirectional(both_ways(2, 3), both_ways(2, 3))], squared_error)


def test_one_target_is_not_taken_for_all():
    network = Network([SimpleRNN(2, 3, RNG), Dense(3, 1, RNG)], squared_error)
    with pytest.raises(ValueError, match="targets: expected as many as inputs, 20, got 1"):
        network.loss_and_gradients(bits()[0], np.zeros((1, 1)))


@pytest.mark.parametrize("kind", ["rnn", "both ways", "one of both ways", "dense"])
def test_a_layer_forgets_its_own_walk_when_its_network_walks(kind):
    network, (inputs, _) = adder_both_ways() if "both" in kind else adder(), bits()
    layer = network.layers[1 if kind == "dense" else 0]
    if kind == "one of both ways":
        layer = layer.layers[0]
    rows = np.ones((20, 5, 3)) if kind == "dense" else inputs
    for walk in (lambda: network.forward(inputs), lambda: update(network, *bits(), SGD(0.1))):
        slopes = np.ones_like(layer.forward(rows))
        layer.backward(slopes)
        walk()
        with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
            layer.backward(slopes)


def test_one_of_both_ways_forgets_its_own_walk_when_both_walk():
    layer, (inputs, _) = both_ways(2, 3), bits()
    for one in layer.layers:
        slopes = np.ones_like(one.forward(inputs))
        layer.forward(1 - inputs)
        with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
            one.backward(slopes)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
@pytest.mark.parametrize("units", [3, 60])
def test_a_copy_of_a_layer_is_in_no_network_yet(copied, units):
    layer = Dense(20, units, RNG)
    Network([layer], squared_error)
    twin, inputs = copied(layer), np.ones((4, 20))
    network = Network([twin], squared_error)
    network.parameters += 1
    assert (twin.weights["kernel"] == layer.weights["kernel"] + 1).all()
    assert network.forward(inputs).shape == (4, units)


def test_a_shallow_copy_of_a_network_is_a_whole_one_too():
    first, (inputs, _) = adder(), bits()
    second = copy.copy(first)
    second.parameters += 1
    assert (first.parameters != second.parameters).all()
    for network in (first, second):  # each still is in one piece
        before = network.forward(inputs)
        network.parameters += 0.1
        assert (network.forward(inputs) != before).any()


def test_what_a_loss_returns_stays_as_it_is():
    def loss(outputs, targets):  # its slope is an array that it was given
        return outputs * targets, targets

    network = Network([Dense(2, 3, RNG)], loss)
    targets = np.ones((4, 3))
    network.loss_and_gradients(np.ones((4, 2)), targets)
    assert (targets == 1).all()


@pytest.mark.parametrize(
    "loss",
    [
        lambda y, t: ((y - t) ** 2).mean(),
        lambda y, t: (((y - t) ** 2).mean(), y - t),
        lambda y, t: ((y - t) ** 2, (y - t).mean()),
        lambda y, t: ((y - t) ** 2, None),
        lambda y, t: (y, y, y),
        lambda y, t: None,
        lambda y, t: ((y - t).tolist(), y - t),
        lambda y, t: (y - t, (y - t).tolist()),
        lambda y, t: ((y - t)[:1], y - t),
        lambda y, t: ((y - t)[..., :0], y - t),
        lambda y, t: (y - t, 1j * (y - t)),
        lambda y, t: (y > t, y - t),
        lambda y, t: (y - t, (y - t).astype(object)),
        lambda y, t: (y - t, (y - t).astype(np.float16)),  # over the count it would soon be 0
        lambda y, t: ((y - t).astype(np.float16), y - t),
        lambda y, t: (y - t, np.ma.masked_array(y - t, y > 0)),
    ],
)
@pytest.mark.parametrize("networks", [None, 2])
def test_a_loss_that_gives_no_losses_and_slopes_is_named(loss, networks):
    network = Network([Dense(2, 3, RNG, networks=networks)], loss)
    leading = () if networks is None else (networks,)
    said = re.escape(
        "loss: expected one that returns arrays of 32 bits or more, a loss and a slope for each "
        "output, got " + reprlib.repr(loss)
    )
    with pytest.raises(ValueError, match=f"^{said}$"):
        network.loss_and_gradients(np.ones((*leading, 4, 2)), np.ones((*leading, 4, 3)))


def test_an_ensemble_may_be_of_one():
    one, alone = Dense(2, 3, RNG, networks=1), Dense(2, 3, RNG)
    one.set_weights([weight[np.newaxis] for weight in alone.get_weights()])
    x, targets = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3))
    (loss,) = Network([one], squared_error).loss_and_gradients(x[np.newaxis], targets[np.newaxis])
    expected = Network([alone], squared_error).loss_and_gradients(x, targets)
    assert loss == pytest.approx(expected, abs=1e-12)
    for name, gradient in alone.gradients.items():
        assert one.gradients[name][0] == pytest.approx(gradient, abs=1e-12)


@pytest.mark.parametrize("loss", [None, "mse"])
def test_a_network_that_was_refused_for_its_loss_has_taken_no_layers(loss):
    layer = Dense(2, 3, RNG)
    with pytest.raises(ValueError, match="loss: expected a function"):
        Network([layer], loss)
    Network([layer], squared_error)


@pytest.mark.parametrize(
    "part",
    [
        lambda: Attention(3, 3, RNG),
        lambda: VectorDecoder(walk(4, 3), 2),
        lambda: LuongDecoder(walk(3, 3), Attention(3, 3, RNG)),
    ],
)
def test_what_reads_more_than_what_one_layer_returns_is_no_layer_of_a_network(part):
    kind = type(part()).__name__
    said = "^layers: expected what reads one other layer: by forth, back, features, units, got "
    with pytest.raises(ValueError, match=f"{said}SimpleRNN, {kind}$"):
        Network([walk(2, 3), part()], squared_error)


@pytest.mark.parametrize("missing", ["features", "units", "forth", "back"])
def test_a_layer_that_lacks_what_a_network_asks_for_is_named(missing):
    names = {"forth", "back"} - {missing}
    methods = {name: lambda self, x, to_inputs=True: x for name in names}
    own = type("Own", (Layer,), methods)(None, np.float64)
    vars(own).update({name: 3 for name in ("features", "units") if name != missing})
    with pytest.raises(ValueError, match=r"^layers: expected what reads .* got Dense, Own$"):
        Network([Dense(2, 3, RNG), own], squared_error)


def test_a_loss_set_later_is_looked_at_too():
    network = Network([Dense(2, 3, RNG)], squared_error)
    network.loss = 3
    with pytest.raises(ValueError, match=r"^loss: expected a function of outputs and targets"):
        network.loss_and_gradients(np.ones((4, 2)), np.ones((4, 3)))


class Halved(Layer):
    """Halve what the layer below has returned, in its place."""

    features = units = 4

    def __init__(self):
        super().__init__(None, np.float64)

    def forth(self, x):
        x *= 0.5
        return x

    def back(self, dy, to_inputs=True):
        return 0.5 * dy


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_states_cannot_be_changed_by_the_layer_that_reads_them(kind):
    layers = [kind(2, 4, RNG, return_sequences=True), Halved(), Dense(4, 1, RNG)]
    with pytest.raises(ValueError, match="read-only"):
        Network(layers, squared_error).forward(np.ones((3, 5, 2)))


@pytest.mark.parametrize("networks", [None, 2])
def test_parameters_that_are_assigned_are_those_of_the_layers(networks):
    network = Network([Dense(2, 3, RNG, networks=networks)], squared_error)
    new = np.arange(9 * (networks or 1)).reshape(*network.leading, 9)
    network.parameters = new
    kernel = network.layers[0].weights["kernel"]
    assert (kernel.reshape(*network.leading, -1) == new[..., :6]).all()
    kernel[...] = 5
    assert (network.parameters[..., :6] == 5).all()
    assert new.flat[0] == 0


@pytest.mark.parametrize(
    "wrong", [np.ones(8), np.ones((1, 9)), np.full(9, np.nan), "a text", None, 1.0]
)
def test_parameters_of_another_shape_are_refused(wrong):
    network = Network([Dense(2, 3, RNG)], squared_error)
    before = network.parameters.copy()
    with pytest.raises(ValueError, match="parameters: expected"):
        network.parameters = wrong
    assert (network.parameters == before).all()


@pytest.mark.parametrize("which", ["weights", "gradients"])
@pytest.mark.parametrize("place", [0, 1])
def test_an_array_that_is_assigned_is_copied_into_its_place_and_learns(which, place):
    network = Network([both_ways(2, 3), Dense(6, 1, RNG)], squared_error)
    arrays = getattr(network.layers[place], which)
    flat = network.parameters if which == "weights" else network.gradients
    name = next(iter(arrays))
    own, given = arrays[name], np.full(arrays[name].shape, 7.0)
    arrays[name] = given
    assert arrays[name] is own
    assert (own == 7).all()
    assert (flat == 7).sum() == own.size
    given[...] = 0
    arrays[name] += 1
    assert arrays[name] is own
    assert (own == 8).all()
    arrays.update({name: given.tolist()})
    assert arrays[name] is own
    arrays.update(**{name: given + 2})
    assert (own == 2).all()
    arrays.update({name: given})
    update(network, RNG.normal(size=(4, 5, 2)), np.ones((4, 5, 1)), SGD(0.1))
    assert own.any()  # it was 0


@pytest.mark.parametrize("which", ["weights", "gradients"])
@pytest.mark.parametrize("make", [lambda: Dense(2, 3, RNG), lambda: both_ways(2, 3)])
def test_what_does_not_fit_the_place_of_an_array_is_refused(make, which):
    arrays = getattr(make(), which)
    name, before = next(iter(arrays)), copy.deepcopy(dict(arrays))
    for wrong, said in [
        (np.ones((3, 3)), "expected shape"),
        (np.ones(3), "expected shape"),
        (before[name] * np.nan, "expected finite numbers, got NaN or infinity"),
        ("one", "expected real numbers"),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: {said}"):
            arrays[name] = wrong
    with pytest.raises(
        ValueError, match=r"^name: expected one of .*kernel, .*bias.*, got 'kernal'$"
    ):
        arrays["kernal"] = np.ones((2, 3))
    for unknown in (1, None):
        with pytest.raises(ValueError, match=r"^name: expected one of"):
            arrays.update({name: before[name] + 1, "kernal": unknown})
        with pytest.raises(ValueError, match=r"^name: expected one of"):
            arrays["kernal"] = unknown
    for take_out in (
        lambda: arrays.pop(name),
        arrays.clear,
        arrays.popitem,
        lambda: operator.delitem(arrays, name),
    ):
        with pytest.raises(
            ValueError, match=r"kernel: expected an array, as the layer was made with, got none$"
        ):
            take_out()
    assert all((arrays[key] == before[key]).all() for key in before)
    assert repr(arrays) == repr(before)
    copied = copy.copy(arrays)
    copied[name] = before[name] + 1
    assert (arrays[name] == before[name]).all()  # a copy has its own


def test_what_32_bits_cannot_hold_is_refused_where_it_is_assigned():
    weights = Dense(2, 3, RNG, dtype=np.float32).weights
    with pytest.raises(ValueError, match=r"^bias: expected finite numbers, got NaN or infinity$"):
        weights["bias"] = np.full(3, 1e39)
    assert not weights["bias"].any()


def test_a_layer_put_in_or_taken_out_is_refused_where_it_would_not_learn():
    network = adder()
    assert isinstance(network.layers, tuple)  # there is no adding to it
    for layers in ([*network.layers, Dense(1, 1, RNG)], network.layers[:1], []):
        with pytest.raises(ValueError, match=r"^layers: expected what the Network was made with"):
            network.layers = layers
    update(network, *bits(), SGD(0.1))


def test_after_a_walk_of_its_network_a_layer_has_no_state_to_go_on_from():
    network, (inputs, _) = adder(), bits()
    network.layers[0].forward(inputs)
    network.forward(inputs)
    assert not hasattr(network.layers[0], "state")


@pytest.mark.parametrize("factor", [2, 1])
def test_there_is_no_way_back_once_parameters_are_assigned(factor):
    network, (inputs, _) = adder(), bits()
    layer = network.layers[0]
    slopes = np.ones_like(layer.forward(inputs))
    network.parameters *= factor
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)


def test_there_is_a_way_back_still_once_gradients_are_assigned():
    network, (inputs, _) = adder(), bits()
    layer = network.layers[0]
    slopes = np.ones_like(layer.forward(inputs))
    network.gradients *= 0
    layer.backward(slopes)
    assert network.gradients.any()


def test_one_of_both_ways_forgets_its_own_walk_when_both_get_weights():
    layer, (inputs, _) = both_ways(2, 3), bits()
    walks = [one.forward(inputs) for one in layer.layers]
    layer.set_weights([2 * weight for weight in layer.get_weights()])
    for one, h in zip(layer.layers, walks, strict=True):
        with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
            one.backward(np.ones_like(h))


MADE_WITH = "features", "units", "leading", "dtype", "return_sequences"


@pytest.mark.parametrize("name", MADE_WITH)
@pytest.mark.parametrize("make", [walk, both_ways, lambda *sizes: LSTM(*sizes, RNG)])
def test_what_a_layer_was_made_with_stays(make, name):
    layer, (inputs, _) = make(2, 3), bits()
    outputs, was = layer.forward(inputs), getattr(layer, name)
    said = f"^{name}: expected what the {type(layer).__name__} was made with"
    with pytest.raises(ValueError, match=said):
        setattr(layer, name, not was)  # the way back would be another one's
    assert getattr(layer, name) is was
    layer.backward(np.ones_like(outputs))


@pytest.mark.parametrize("make", [walk, lambda *sizes: Dense(*sizes, RNG)])
@pytest.mark.parametrize("name", ["weights", "gradients"])
def test_arrays_of_a_layer_are_changed_in_place_and_their_dict_stays(make, name):
    layer = make(2, 3)
    with pytest.raises(ValueError, match=f"^{name}: expected what the .* was made with"):
        setattr(layer, name, {})


def test_how_wide_queries_are_stays():
    with pytest.raises(
        ValueError, match=r"^query_units: expected what the Attention was made with"
    ):
        Attention(3, 2, RNG).query_units = 2


def decoder(*, own):
    rnn = SimpleRNN(2 + 3, 4, RNG, return_sequences=True)
    return VectorDecoder(rnn, 3) if own else LuongDecoder(rnn, Attention(4, 3, RNG))


@pytest.mark.parametrize("name", ["units", "leading", "dtype"])
@pytest.mark.parametrize("own", [True, False])
def test_what_a_decoder_was_made_with_stays(own, name):
    made = decoder(own=own)
    was, said = getattr(made, name), f"^{name}: expected what the {type(made).__name__} was made"
    for spoilt in (made, copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        with pytest.raises(ValueError, match=said):
            setattr(spoilt, name, not was)
        assert getattr(spoilt, name) == was


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_layer_out_of_a_pickle_is_in_no_network_yet(protocol):
    layer = pickle.loads(pickle.dumps(GRU(2, 3, RNG), protocol))
    assert Network([layer], squared_error).parameters.size == 63


def test_a_message_of_many_layers_is_short():
    with pytest.raises(ValueError, match="layers: expected layers of one") as refused:
        Network(["a text"] * 1000, squared_error)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("make", [lambda: Dense(2, 3, RNG), lambda: both_ways(2, 3)])
def test_a_shallow_copy_of_a_layer_has_weights_of_its_own(make):
    layer = make()
    network = Network([layer], squared_error)
    twin = copy.copy(layer)
    network.parameters[...] = 0
    assert all((weight == 0).all() for weight in layer.weights.values())
    assert any((weight != 0).any() for weight in twin.weights.values())
    weight = next(iter(layer.weights.values()))
    weight[...] = 1
    assert network.parameters.sum() == weight.size
    assert Network([twin], squared_error).parameters.any()


@pytest.mark.parametrize("kind", [int, np.float32])
def test_a_loss_may_give_whole_numbers_or_others(kind):
    def loss(outputs, targets):
        return np.abs(outputs - targets), np.sign(outputs - targets).astype(kind)

    network = Network([Dense(2, 3, RNG)], loss)
    network.loss_and_gradients(np.ones((4, 2)), np.ones((4, 3)))
    assert np.abs(network.gradients) == pytest.approx(1 / 3)


def test_a_loss_may_work_in_place():
    def in_place(outputs, targets):
        outputs -= targets
        return outputs**2, 2 * outputs

    found = []
    for loss in (squared_error, in_place):
        network = Network([SimpleRNN(2, 3, np.random.default_rng(1), return_sequences=True)], loss)
        network.loss_and_gradients(bits()[0], np.ones((20, 5, 3)))
        found.append(network.gradients)
    assert (found[0] == found[1]).all()


def test_gradients_that_are_assigned_are_those_of_the_layers():
    network, other = adder(), adder()
    network.gradients = np.zeros_like(network.gradients)
    for each in (network, other):
        each.loss_and_gradients(*bits())
    assert (network.gradients == other.gradients).all()
    assert network.gradients.any()


def test_a_network_that_is_not_made_yet_has_no_parameters():
    assert not hasattr(Network.__new__(Network), "parameters")


def test_a_network_has_weights():
    class Relu(Layer):
        """max(x, 0)."""

        def __init__(self, units):
            super().__init__(None, np.float64)
            self.features = self.units = units

        def forth(self, x):
            self.x = x
            return np.maximum(x, 0)

        def back(self, dy, to_inputs=True):
            return dy * (self.x > 0)

    with pytest.raises(ValueError, match="layers: expected a layer that has weights, got none"):
        Network([Relu(2)], squared_error)
    network = Network([Dense(2, 3, np.random.default_rng(1)), Relu(3)], squared_error)
    rows = np.random.default_rng(2).normal(size=(4, 2))
    assert check_gradients(network, rows, np.ones((4, 3))) == []


def test_a_loss_may_be_one_number_for_a_row():
    network = Network([Dense(2, 3, RNG)], softmax_cross_entropy)
    x, symbols = RNG.normal(size=(4, 2)), np.array([0, 2, 1, 1])
    logits = network.forward(x)
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    expected = -np.mean(np.log(shares[np.arange(4), symbols]))
    assert network.loss_and_gradients(x, symbols) == pytest.approx(expected, abs=1e-12)


def test_a_loss_may_change_what_it_is_given():
    def shameless(outputs, targets):
        error = outputs - targets
        outputs[...], targets[...] = 5, 7
        return error**2, 2 * error

    network = Network([Dense(2, 1, np.random.default_rng(1))], shameless)
    targets = np.ones((3, 1))
    network.loss_and_gradients(np.ones((3, 2)), targets)
    assert (targets == 1).all()


def test_what_cannot_be_written_to_is_named_and_nothing_is_changed():
    network = Network([SimpleRNN(2, 3, RNG), Dense(3, 1, RNG)], squared_error)
    optimizer, data = Adam(0.1), (np.ones((4, 5, 2)), np.ones((4, 1)))
    network.parameters.flags.writeable = False
    wanted = ": expected an array that can be written to, got one that cannot"
    with pytest.raises(ValueError, match=f"^parameters{wanted}$"):
        update(network, *data, optimizer)
    with pytest.raises(ValueError, match=f"^parameters{wanted}$"):
        check_gradients(network, *data)
    with pytest.raises(ValueError, match=f"^parameters{wanted}$"):
        network.parameters = 0 * network.parameters
    assert optimizer.owner is None
    network.parameters.flags.writeable = True
    layer = network.layers[0]
    before = layer.get_weights()
    layer.weights["recurrent_kernel"].flags.writeable = False
    with pytest.raises(ValueError, match=f"^recurrent_kernel{wanted}$"):
        layer.weights["recurrent_kernel"] = before[1] + 1
    with pytest.raises(ValueError, match=f"^weights{wanted}$"):
        layer.set_weights([weight + 1 for weight in before])
    assert all((a == b).all() for a, b in zip(before, layer.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("named", "make"),
    [
        ("features, units", lambda rng: Dense(10**5, 10**5, rng)),
        ("features, units", lambda rng: SimpleRNN(1, 10**5, rng)),
        ("features, units", lambda rng: LSTM(1, 30_000, rng)),
        ("symbols, width", lambda rng: Embedding(10**5, 10**5, rng)),
        ("units, width", lambda rng: Attention(10**5, 10**5, rng)),
        ("units, width, hidden", lambda rng: AdditiveAttention(1, 10**5, 10**5, rng)),
        ("units, width, hidden", lambda rng: AdditiveAttention(10**5, 1, 10**5, rng)),
        ("networks", lambda rng: Dense(1, 1, rng, networks=10**9)),
    ],
)
def test_what_has_no_room_leaves_the_generator_where_it_was(named, make):
    rng = np.random.default_rng(1)
    begin = rng.bit_generator.state
    with pytest.raises(ValueError, match=f"^{named}: expected at most 134217728 numbers in all"):
        make(rng)
    assert rng.bit_generator.state == begin


class Scale(Layer):
    """Each feature times a weight of its own; `how` says how it stores its gradient."""

    def __init__(self, how):
        super().__init__(None, np.float64)
        self.how, self.features, self.units = how, 3, 3
        self.add_weights(k=np.ones(3))

    def forth(self, x):
        self.x = x
        return x * self.weights["k"]

    def back(self, dy, to_inputs=True):
        dk = self.sum_rows(dy * self.x)
        if self.how == "fills":
            self.fill(k=dk)
        else:
            self.gradients["k"] = dk
        return dy * self.weights["k"]


@pytest.mark.parametrize("how", ["fills", "assigns"])
def test_a_layer_of_ones_own_stores_its_gradient_as_it_likes(how):
    inputs, targets = np.ones((2, 3)), np.zeros((2, 3))
    network = Network([Scale(how)], squared_error)
    update(network, inputs, targets, SGD(0.1))
    assert network.parameters == pytest.approx(np.full(3, 1 - 0.1 * 2 / 3))


def test_a_layer_takes_no_weights_once_a_network_has_it():
    layer = Scale("fills")
    layer.add_weights(more=np.ones(2))
    network = Network([layer], squared_error)
    with pytest.raises(ValueError, match=r"^weights: expected all weights before a network has"):
        layer.add_weights(most=np.ones(2))
    assert list(layer.weights) == list(layer.gradients) == ["k", "more"]
    assert network.parameters.size == 5


class Bare(Scale):
    """It does not begin as layers do, and has arrays of its own."""

    def __init__(self, *, whole, layers=()):
        self.features, self.units, self.leading, self.dtype = 3, 3, (), np.dtype(float)
        if whole:
            self.weights, self.gradients = {"k": np.ones(3)}, {"k": np.ones(3)}
        if layers:
            self.layers = layers


@pytest.mark.parametrize(("whole", "made_of"), [(False, 0), (True, 0), (True, 1)])
def test_a_layer_of_ones_own_that_is_not_whole_is_refused(whole, made_of):
    bare = Bare(whole=whole, layers=[Dense(3, 3, RNG)] * made_of)
    with pytest.raises(ValueError, match=r"^layers: expected layers of one ensemble and one dtype"):
        Network([bare], squared_error)


def test_settings_of_a_layer_of_ones_own_are_no_leftovers_of_a_walk():
    class Slow(SimpleRNN):
        """SimpleRNN, with settings of its own."""

        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.steps, self.memory, self.bars = 5, 7, 9

    layer = Slow(2, 3, RNG)
    network = Network([layer, Dense(3, 1, RNG)], squared_error)
    update(network, RNG.normal(size=(4, 5, 2)), np.ones((4, 1)), SGD(0.1))
    assert (layer.steps, layer.memory, layer.bars) == (5, 7, 9)
    assert not hasattr(layer, "kept")


def test_a_copy_of_a_network_has_an_optimizer_of_its_own():
    network, optimizer = Network([Dense(2, 1, RNG)], squared_error), RMSProp(0.1, momentum=0.9)
    data = np.ones((3, 2)), np.ones((3, 1))
    update(network, *data, optimizer)
    for copied in (copy.deepcopy, copy.copy, lambda it: pickle.loads(pickle.dumps(it))):
        twin, its_own = copied(network), copied(optimizer)
        before = twin.parameters.copy()
        with pytest.raises(ValueError, match=r"^optimizer: expected a new one.*, got one in use$"):
            update(twin, *data, optimizer)
        assert (twin.parameters == before).all()
        update(twin, *data, its_own)
        assert its_own.steps == optimizer.steps + 1
        with pytest.raises(ValueError, match=r"^optimizer: expected a new one.*, got one in use$"):
            update(network, *data, its_own)


SMALL = {"returned", "walk", "walks", "end", "along_begin", "is_given", "is_in_use"}
SMALL |= {"state", "initial_slopes", "attention"}  # for callers


def made_since(before, layers):
    """Return the names of what layers have that they had not, but for what is small."""
    return [vars(layer).keys() - names - SMALL for layer, names in zip(layers, before, strict=True)]


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_nothing_is_left_of_a_walk_but_where_it_ended(kind):
    layers = [Embedding(4, 3, RNG), kind(3, 2, RNG, return_sequences=True), Dense(2, 1, RNG)]
    network = Network(layers, squared_error)
    before = [set(vars(layer)) for layer in layers]
    for walk_on in (
        lambda x: network.forward(x),
        lambda x: network.loss_and_gradients(x, np.ones((2, 5, 1))),
    ):
        walk_on(RNG.integers(0, 4, (2, 5)))
        assert made_since(before, layers) == [set()] * 3


@pytest.mark.parametrize("fails_in", ["the loss", "the way forth"])
def test_after_a_walk_of_the_network_that_failed_no_layer_goes_its_own_way_back(fails_in):
    def loss(outputs, targets):
        raise ZeroDivisionError

    class Fails(Dense):
        """It has no way forth."""

        def forth(self, x):
            raise ZeroDivisionError

    layer, x = walk(2, 3), RNG.normal(size=(4, 5, 2))
    last = Dense(3, 1, RNG) if fails_in == "the loss" else Fails(3, 1, RNG)
    network = Network([layer, last], loss)
    for of_network in (network.loss_and_gradients, lambda x, _: network.forward(x)):
        y = layer.forward(x)
        layer.backward(np.ones_like(y))
        if fails_in == "the loss" and of_network != network.loss_and_gradients:
            continue
        with pytest.raises(ZeroDivisionError):
            of_network(2 * x, np.ones((4, 5, 1)))
        with pytest.raises(ValueError, match=r"^backward: expected a call of forward before it"):
            layer.backward(np.ones_like(y))


CALLS = {
    "its way forth": lambda network, x: network.forward(x),
    "a layer's way forth": lambda network, x: network.layers[0].forward(x),
    "other weights": lambda network, x: setattr(network, "parameters", 0 * network.parameters),
    "a layer's other weights": lambda network, x: network.layers[0].set_weights(
        network.layers[0].get_weights()
    ),
}


@pytest.mark.parametrize("networks", [None, 2])
@pytest.mark.parametrize("asked", CALLS)
def test_a_loss_that_calls_the_network_is_refused(asked, networks):
    def calls(outputs, targets):
        CALLS[asked](network, x / 2)
        return squared_error(outputs, targets)

    rng = np.random.default_rng(1)
    both = {"networks": networks}
    network = Network([SimpleRNN(2, 3, rng, **both), Dense(3, 1, rng, **both)], calls)
    x, targets = rng.normal(size=(*network.leading, 4, 5, 2)), np.ones((*network.leading, 4, 1))
    said = (
        r"^loss: expected a function of outputs and targets alone, got one that calls the network$"
    )
    with pytest.raises(ValueError, match=said):
        network.loss_and_gradients(x, targets)
    before = network.parameters.copy()
    with pytest.raises(ValueError, match=said):
        update(network, x, targets, SGD(0.1))
    assert (network.parameters == before).all()
    network.loss = squared_error
    assert np.isfinite(network.loss_and_gradients(x, targets)).all()


@pytest.mark.parametrize("looks", ["before", "after", None])
@pytest.mark.parametrize("attention", [Attention, AdditiveAttention])
def test_nothing_is_left_of_a_look_either(attention, looks):
    encoder, writer = (SimpleRNN(6, 3, RNG, return_sequences=True) for _ in "ab")
    if looks == "before":
        writer = SimpleRNN(6 + 3, 3, RNG, return_sequences=True)
    asks = attention(3, 3, RNG) if attention is Attention else attention(3, 3, 2, RNG)
    decoder = {"before": BahdanauDecoder, "after": LuongDecoder}.get(looks, lambda *_: writer)
    parts = [encoder, writer, asks]
    before = [set(vars(part)) for part in parts]
    network = EncoderDecoder(encoder, decoder(writer, asks), Dense(6 if looks else 3, 6, RNG))
    network.loss_and_gradients([[3, 4]], [[1, 3, 2]])
    assert made_since(before, parts) == [set()] * 3
    assert "steps" not in vars(network.layers[1])


@pytest.mark.parametrize("both_ways", [False, True])
def test_what_a_walk_kept_is_not_carried_along(both_ways):
    rng = np.random.default_rng(1)
    layers = [LSTM(3, 4, rng, return_sequences=True) for _ in "ab"]
    layer = Bidirectional(*layers) if both_ways else layers[0]
    network = Network([layer, Dense(layer.units, 2, rng)], softmax_cross_entropy)
    small = len(pickle.dumps(network))
    inputs = rng.normal(size=(20, 100, 3))
    network.loss_and_gradients(inputs, np.zeros((20, 100), int))
    assert len(pickle.dumps(network)) < small + 10_000
    network.forward(inputs)
    assert len(pickle.dumps(network)) < small + 10_000
