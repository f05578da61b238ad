"""Networks that add: how they are built, trained many at once, and tested."""

from inspect import signature
from typing import NamedTuple

import numpy as np

from helpers.engine import Dense, Network, Recurrent, RMSProp, SimpleRNN, fit
from helpers.engine.losses import sigmoid_cross_entropy
from helpers.engine.starts import glorot_uniform
from helpers.lesson.arguments import (
    brief,
    finite,
    instance,
    no_warnings,
    of_kind,
    positive,
    real,
    require,
    require_shape,
    single,
    symbols,
    unmoved,
    whole,
)
from helpers.tasks.addition import carries_of, every_pair, random_pairs, sums_of

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
RECIPE = {"rate": 0.05, "decay": 0.5, "momentum": 0.8, "epsilon": 1e-6}  # of RMSProp
GROUP, STEPS = 64, 4096 * 7  # networks, and steps of pairs, that fit into the memory


class Adder(NamedTuple):
    """One network, by its weights: h_t = tanh(x_t W + h_{t-1} U + b), y_t = h_t V + d.

    W (2, units), U (units, units), b (units,), h_0 (units,), V (units,), d (): the bit
    of the sum is 1 where y_t > 0.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray
    initial_state: np.ndarray
    output_kernel: np.ndarray
    output_bias: float

    def step(self, states, inputs):
        """Return the states (count, units) after one more input (count, 2)."""
        W, U, b, *_ = read_adder(self, None)
        states = single("states", states, shape=(None, len(b)))
        inputs = rows_for("inputs", inputs, len(states), len(W))
        return np.tanh(inputs @ W + states @ U + b)

    @no_warnings()  # a product may be too small
    def answer(self, states):
        """Return y for states (…, units): a 1 where it is above 0."""
        *_, V, d = read_adder(self, None)
        return vectors("states", states, len(V)) @ V + d

    @no_warnings()
    def walk(self, pairs, begin=None):
        """Return all states (count, time, units) for pairs (count, time, 2).

        begin  the states to begin with (count, units); None: h_0
        """
        W, U, b, h_0, *_ = read_adder(self, None)
        pairs = single("pairs", pairs, shape=(None, None, len(W)))
        begin = h_0[np.newaxis] if begin is None else begin
        begin = rows_for("begin", begin, len(pairs), len(b))
        states = [np.broadcast_to(begin, (len(pairs), len(b)))]
        for inputs in pairs.swapaxes(0, 1):
            states.append(np.tanh(inputs @ W + states[-1] @ U + b))
        return np.stack(states[1:], axis=1)

    def add(self, pairs, begin=None):
        """Return the bits that it answers (count, time, 1)."""
        return (self.answer(self.walk(pairs, begin)) > 0)[..., np.newaxis].astype(float)


class ReadAdder(Adder):
    """An `Adder` that `read_adder` returned: it need not be looked at again."""

    __slots__ = ()


def hand_built(steep=8):
    """Return an adder of three counters: unit k is near 1 where k ones or more are.

    The ones are x_1, x_2 and the carry, unit 2; the units rise as steeply as `steep`.
    """
    steep, thresholds = float(single("steep", steep, 0)), np.array([0.5, 1.5, 2.5])
    U = np.zeros((3, 3))
    U[1] = steep / 2  # all units see the carry: (1 + the second unit) / 2
    return Adder(
        kernel=np.full((2, 3), steep),
        recurrent_kernel=U,
        bias=steep * (0.5 - thresholds),
        initial_state=np.full(3, -1.0),  # no carry
        output_kernel=np.array([1.0, -1.0, 1.0]),
        output_bias=0.0,
    )


def untrained_adders(rng, networks=None, units=3, features=2, layer=SimpleRNN,
                     dtype=np.float64):  # fmt: skip
    """Return an ensemble, or a single network: kernels Glorot uniform, the rest 0."""
    is_one = isinstance(layer, type) and issubclass(layer, Recurrent)
    knows = is_one and "learn_initial_state" in signature(layer).parameters
    is_one = knows or (is_one and issubclass(layer, SimpleRNN))
    require(is_one, "layer", brief(layer), "SimpleRNN, or one made of it")
    both = {"networks": networks, "dtype": dtype}
    options = {"return_sequences": True, "learn_initial_state": True, **both}
    with unmoved(rng):
        rnn = layer(features, units, rng, **options)
        rnn.U[...] = glorot_uniform(rng, rnn.U.shape)
        return Network([rnn, Dense(units, 1, rng, **both)], sigmoid_cross_entropy)


def trained_adders(rng, networks, units=3, *, rate=RECIPE["rate"], passes=5):
    """Return an ensemble, trained by the recipe, each on 2,000 pairs of its own."""
    passes, rate = whole("passes", passes), positive("rate", rate)
    with unmoved(rng):
        ensemble = untrained_adders(rng, whole("networks", networks), units)
        for group in groups_of(len(ensemble.parameters)):
            optimizer = RMSProp(**RECIPE | {"rate": rate})
            part, data = some_of(ensemble, group), pairs_for(rng, len(group))
            fit(part, *data, optimizer, batch=100, epochs=passes, rng=rng)
            ensemble.parameters[group] = part.parameters
    return ensemble


def groups_of(networks):
    """Return the numbers of the networks, some at a time: all would fill the memory."""
    return np.split(np.arange(networks), range(GROUP, networks, GROUP))


def pairs_for(rng, networks, count=2000):
    """Return random pairs for each network (networks, count, 7, 2), and their sums."""
    pairs = random_pairs(rng, networks * count)
    return [each.reshape(networks, count, 7, -1) for each in (pairs, sums_of(pairs))]


def bits_right(ensemble, pairs=None, sums=None):
    """Return for each network the share of bits it has right (networks,).

    pairs  (count, time, features); by default all pairs of 6-bit numbers
    """
    rnn, _ = layers_of("ensemble", ensemble, True)
    require(pairs is not None or rnn.features == 2, "pairs", "None", "some it can read")
    pairs = every_pair() if pairs is None else pairs
    pairs = finite("pairs", pairs, shape=(None, None, rnn.features))
    sums = sums_of(pairs) if sums is None else sums
    right = finite("sums", sums, shape=(*pairs.shape[:2], 1)) > 0.5
    return (answers(ensemble, pairs) == right).mean(axis=(1, 2, 3))


def answers(ensemble, pairs):
    """Return whether each network says 1 (networks, count, time, 1)."""
    some = (some_of(ensemble, group) for group in groups_of(*ensemble.leading))
    few = max(1, STEPS // pairs.shape[1])
    pieces = np.split(pairs, range(few, len(pairs), few))
    said = [[part.forward(each[np.newaxis]) > 0 for each in pieces] for part in some]
    return np.concatenate([np.concatenate(each, axis=1) for each in said])


def wrong_by_line(ensemble):
    """Return how often each line of the table of addition is wrong: (8, networks).

    Line 4 x1 + 2 x2 + c is where the carry is c; shares of all pairs of 6-bit numbers.
    """
    (rnn, _), pairs = layers_of("ensemble", ensemble, True), every_pair()
    require(rnn.features == 2, "ensemble", f"{rnn.features} features", "2 features")
    lines = pairs @ [4, 2] + carries_of(pairs)[:, :-1]
    wrong = answers(ensemble, pairs) != (sums_of(pairs) > 0.5)
    return np.array([wrong[:, lines == line, 0].mean(axis=1) for line in range(8)])


def some_of(ensemble, chosen):
    """Return an ensemble of copies of the networks whose numbers are chosen."""
    (rnn, _), (networks,) = layers_of("ensemble", ensemble, True), ensemble.leading
    chosen = of_kind("chosen", chosen, "biuf", "numbers, or truth values")
    if chosen.dtype == bool:
        require_shape("chosen", chosen, (), (networks,))
        chosen = np.flatnonzero(chosen)
    chosen = symbols("chosen", chosen, networks, 1)
    sizes, rng = (len(chosen), rnn.units, rnn.features), np.random.default_rng(0)
    copies = untrained_adders(rng, *sizes, dtype=rnn.dtype)  # whatever is drawn
    copies.parameters[...], copies.loss = ensemble.parameters[chosen], ensemble.loss
    return copies


def layers_of(name, network, is_ensemble=False):
    """Return the layers of a network, or an ensemble, such as `untrained_adders`."""
    wanted = f"{'an ensemble' if is_ensemble else 'a network'} as of untrained_adders"
    layers = instance(name, network, Network, wanted).layers
    adds = [type(layer) for layer in layers] == [SimpleRNN, Dense]
    adds = adds and "initial_state" in layers[0].weights and layers[1].units == 1
    adds = adds and layers[0].activation == "tanh" and layers[0].return_sequences
    require(adds, name, "other layers", f"{wanted}, of SimpleRNN itself")
    require(network.leading or not is_ensemble, name, "a single network", wanted)
    return layers


def adder_of(network, number=None):
    """Return a network by its weights: a single one, or one of an ensemble."""
    rnn, dense = layers_of("network", network)
    wanted = "that of one of many" if network.leading else "None: it is a single"
    require((number is None) == (not network.leading), "number", brief(number), wanted)
    number = symbols("number", number, *network.leading, 0) if network.leading else ()
    recurrent = [weight[number].copy() for weight in rnn.weights.values()]
    kernel, bias = (weight[number] for weight in dense.weights.values())
    return Adder(*recurrent, kernel[:, 0].copy(), float(bias[0]))


def rows_for(name, value, count, width):
    """Return `value` as float64 rows (count, width), finite; one row may serve all."""
    rows = single(name, value, 2)
    require_shape(name, rows, (count,), (width,))
    return rows


def vectors(name, value, length):
    """Return `value` as a float64 array (…, length), of numbers that 32 bits hold."""
    array = real(name, value)
    return single(name, array, shape=(*array.shape[:-1], length))


def read_adder(adder, features=2):
    """Return an adder in float64; ValueError unless shapes fit, and 32 bits hold it.

    In whole numbers or half precision sums could be quite wrong.
    features  how many numbers it reads at a step; None: any
    """
    if isinstance(adder, ReadAdder):
        return adder
    units = len(finite("bias", instance("adder", adder, Adder, "an Adder").bias, 1))
    shapes = (features, units), (units, units), (units,), (units,), (units,), ()
    parts = zip(Adder._fields, adder, shapes, strict=True)
    return ReadAdder(*(single(name, each, shape=shape) for name, each, shape in parts))
